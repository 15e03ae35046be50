// Elements from plain calls. Text always goes in as text, never as markup: what a person typed cannot become code.

export function h(tag, props = {}, ...children) {
  return build(document.createElement(tag), props, children);
}

export function svg(tag, props = {}, ...children) {
  return build(document.createElementNS("http://www.w3.org/2000/svg", tag), props, children);
}

function build(node, props, children) {
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "value") node.value = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export const byId = (id) => document.getElementById(id);

let toastTimer = 0;

// A line that says what was done and goes away by itself.
export function toast(text) {
  const box = byId("toast");
  box.textContent = text;
  box.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => (box.hidden = true), Math.max(6000, text.length * 60));
}

// What the person chose on this device (theme, coordinate style); a browser that keeps nothing is no reason to fail.
export function remembered(name, otherwise) {
  try {
    return localStorage.getItem(`homeward.${name}`) ?? otherwise;
  } catch {
    return otherwise;
  }
}

export function remember(name, value) {
  try {
    localStorage.setItem(`homeward.${name}`, value);
  } catch {
    // kept for this visit only
  }
}
