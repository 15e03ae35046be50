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

// A part that is folded away until it is asked for, and stays as it was left when the page is drawn again.
const unfolded = new Set();
export function fold(key, words, ...children) {
  const toggled = (event) => unfolded[event.target.open ? "add" : "delete"](key);
  return h("details", { open: unfolded.has(key), ontoggle: toggled }, h("summary", {}, words), children);
}

// Remembers what has the focus, by its id or by its words and the row it stands in; the function that comes back gives
// it to the same thing after the page was drawn again, or to the part it stood in, and never to nothing.
export function placeOfFocus() {
  const held = document.activeElement;
  const root = held?.closest("#headline, #panel, #map-side");
  if (!root || held === root) return () => {};
  const { id } = held;
  const key = keyOf(held);
  const alike = () => [...root.querySelectorAll(held.tagName)].filter((node) => keyOf(node) === key);
  const nth = alike().indexOf(held);
  const otherwise = byId("tab")?.contains(held) ? byId("tab") : byId("panel");
  return () => {
    if (held.isConnected && !held.disabled) return document.activeElement === document.body && held.focus({ preventScroll: true });
    const again = (id && byId(id)) || alike()[nth] || otherwise;
    again.focus({ preventScroll: true });
  };
}

const keyOf = (node) => [node.closest("li, tr")?.querySelector("strong, th")?.textContent, node.getAttribute("aria-label") ?? node.textContent].join("\n");

let toastTimer = 0;

const LONG_ANSWER = 240; // characters; what is longer is shortened here and kept whole by whoever asked
export const isLong = (text) => text.length > LONG_ANSWER || text.includes("\n");
const hideToast = () => {
  byId("toast").hidden = true;
  byId("toast").textContent = "";
};

// A line that says what was done and goes away by itself, at a click, or with Escape.
export function toast(text) {
  const box = byId("toast");
  const first = text.split("\n")[0];
  box.textContent = first.length > LONG_ANSWER ? `${first.slice(0, LONG_ANSWER).replace(/\s+\S*$/, "")} …` : first;
  box.title = "Click to close";
  box.hidden = false;
  box.onclick = hideToast;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(hideToast, Math.min(10000, Math.max(6000, text.length * 60)));
}

document.addEventListener("keydown", (event) => event.key === "Escape" && hideToast());

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
