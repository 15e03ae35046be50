// The dialog that asks what a form asks for. The server checks; its answer is shown as it is.

import { blamed } from "homeward/blame.js";
import { formatPlace } from "homeward/coords.js";
import { byId, h, placeOfFocus, toast } from "homeward/dom.js";
import { FORMS } from "homeward/forms.js";
import { ticks } from "homeward/ticks.js";

// Opens a verb's dialog; `filled` are values already known, such as the place that was clicked.
export function openForm(name, page, filled = {}, said = toast) {
  const { data } = page;
  const form = fieldsFor(name, data);
  const dialog = byId("dialog");
  const problem = h("p", { class: "problem", id: "dialog-problem", role: "alert", tabindex: -1, hidden: true });
  const send = h("button", { type: "submit", class: form.alarm ? "main alarm" : "main" }, form.button ?? form.title);
  const clicked = page.view.point ? formatPlace(...page.view.point, "decimal") : undefined;
  const inputs = form.fields.map((field) => input(field, data, filled[field.name] ?? (field.place === "clicked" ? clicked : undefined)));
  const body = h(
    "form",
    { onsubmit: (event) => submit(event, { form, inputs, problem, send, dialog, filled, said, page }) },
    h("h2", { id: "dialog-title" }, form.title),
    form.about ? h("p", {}, form.about) : null,
    form.fields.map((field, i) => (field.more ? null : row(field, inputs[i]))),
    folded(form.fields).map((part) => h("details", {}, h("summary", {}, part === true ? "More" : part),
      form.fields.map((field, i) => (field.more === part ? row(field, inputs[i]) : null)))),
    h("div", { class: "buttons" }, problem, h("button", { type: "button", onclick: () => leave(dialog) }, "Cancel"), send),
  );
  const kind = inputs[form.fields.findIndex((field) => field.name === "kind")];
  if (form.fields.some((field) => field.only)) {
    kind.addEventListener("change", () => ask(form.fields, inputs, kind.value));
    ask(form.fields, inputs, kind.value);
  }
  depend(form.fields, inputs, page, filled);
  dialog.setAttribute("aria-labelledby", "dialog-title");
  const opener = placeOfFocus(byId("panel"));
  dialog.onclose = () => {
    if (dialog.open) return;
    dialog.replaceChildren(); // nothing that was typed or opened stays behind
    opener();
  };
  dialog.oncancel = (event) => { if (event.target === dialog) { event.preventDefault(); leave(dialog); } }; // the back gesture of a phone
  dialog.onkeydown = (event) => { if (event.key === "Escape") { event.preventDefault(); leave(dialog); } }; // a second Escape would close it unasked
  dialog.replaceChildren(body);
  dialog.showModal();
  (inputs.find((node) => !node.value && !node.closest(".row").hidden && !node.closest("details")) ?? send).focus();
  const before = typed(inputs);
  dialog.dirty = () => typed(inputs) !== before;
}

const typed = (inputs) => JSON.stringify(inputs.map((node) => node.chosen?.() ?? node.value));

// Closes the dialog; where something was typed that would be lost, asks first.
function leave(dialog) {
  const asked = byId("leaving");
  if (!dialog.dirty?.()) return dialog.close();
  if (asked) return stay(dialog);
  const held = document.activeElement;
  const on = h("button", { type: "button", class: "main", onclick: () => stay(dialog) }, "Go on writing");
  const bar = dialog.querySelector(".buttons");
  for (const node of bar.children) node.classList.add("waits");
  bar.prepend(h("div", { id: "leaving", role: "alertdialog", "aria-label": "Close without sending?" },
    h("p", {}, "Close it? What you typed is not sent, and would be lost."),
    on, h("button", { type: "button", onclick: () => dialog.close() }, "Throw it away")));
  dialog.held = held;
  on.focus();
}

function stay(dialog) {
  byId("leaving")?.remove();
  for (const node of dialog.querySelectorAll(".buttons > .waits")) node.classList.remove("waits");
  dialog.held?.focus();
}

// The parts of a form that are folded away at first, in order: true is the one that has no name.
const folded = (fields) => [...new Set(fields.map((field) => field.more).filter(Boolean))].sort((a, b) => (a === true) - (b === true));

// Shows the fields that a clue of this kind has, and hides the others, which are not sent then.
function ask(fields, inputs, kind) {
  fields.forEach((field, i) => {
    const off = Boolean(field.only && !field.only.includes(kind));
    inputs[i].closest(".row").hidden = off;
    inputs[i].required = Boolean(field.required) && !off;
  });
}

// Most forms ask the same of every mission; a ballot has a line for each scenario.
function fieldsFor(name, data) {
  const form = FORMS[name];
  const made = (part) => (typeof part === "function" ? part(data) : part);
  return { ...form, about: made(form.about), fields: made(form.fields) };
}

// `came` of a form takes its answer further, such as to a file; `shows` puts it into the dialog and nowhere else.
async function submit(event, { form, inputs, problem, send, dialog, filled, said, page }) {
  event.preventDefault();
  send.disabled = true;
  unmark(problem, inputs);
  try {
    const fields = values(form.fields, inputs);
    const answer = await form.send(fields, filled);
    dialog.dirty = null;
    if (form.shows) return shown(dialog, form.shows(answer, page));
    dialog.close();
    form.came?.(answer, page, fields);
    if (answer.text) said(answer.text, { ...form, seq: answer.seq });
  } catch (error) {
    send.disabled = false; // before: what is disabled cannot have the focus
    problem.textContent = error.message;
    problem.hidden = false;
    const rows = form.fields.map((field, i) => ({ field, node: inputs[i] })).filter(({ node }) => !node.closest(".row").hidden);
    point(problem, blamed(rows, error.message).map(({ node }) => node), send);
  } finally {
    send.disabled = false;
  }
}

function shown(dialog, nodes) {
  const close = h("button", { type: "button", class: "main", onclick: () => dialog.close() }, "Close");
  dialog.replaceChildren(...nodes.filter(Boolean), h("div", { class: "buttons" }, close));
  close.focus();
}

// Puts what is wrong below the first field that it speaks of; where it speaks of none, among the buttons, always in sight.
function point(problem, wrong, send) {
  for (const node of wrong) {
    node.setAttribute("aria-invalid", "true");
    node.setAttribute("aria-describedby", [...describing(node), problem.id].join(" "));
    node.closest("details")?.setAttribute("open", "");
  }
  if (wrong.length) wrong[0].closest(".row").after(problem);
  else send.parentNode.prepend(problem);
  (wrong[0] ?? problem).focus({ preventScroll: true });
  problem.scrollIntoView({ block: "nearest" });
  wrong[0]?.closest(".row").scrollIntoView({ block: "nearest" });
}

const describing = (node) => (node.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && id !== "dialog-problem");

function unmark(problem, inputs) {
  problem.hidden = true;
  for (const node of inputs) {
    node.removeAttribute("aria-invalid");
    if (describing(node).length) node.setAttribute("aria-describedby", describing(node).join(" "));
    else node.removeAttribute("aria-describedby");
  }
}

function values(fields, inputs) {
  const given = fields.map((field, i) => [field.name, value(field, inputs[i])]);
  return Object.fromEntries(given.filter(([, one]) => one !== undefined));
}

function value(field, node) {
  if (node.closest(".row").hidden) return undefined;
  if (field.type === "file") return field.many ? node.files : node.files[0];
  if (field.ticks) return node.chosen();
  const text = node.value.trim();
  if (text === "") return undefined;
  if (field.words) return text.split(/[\s,;]+/).map((word) => word.toLowerCase());
  if (field.numbers) return text.split(/[\s,;]+/).map(Number);
  if (field.truth) return text === "true";
  return field.type === "number" ? Number((Number(text) * (field.scale ?? 1)).toPrecision(12)) : text;
}

function input(field, data, filled) {
  const about = { id: `f-${field.id ?? field.name}`, name: field.name, required: field.required, "aria-describedby": field.hint && `h-${field.id ?? field.name}` };
  if (field.ticks) return ticks(field, data, about, filled);
  if (field.options) {
    const known = Object.entries(field.options).map(([key, words]) => h("option", { value: key }, words));
    const node = h("select", about, field.required ? h("option", { value: "" }, "choose") : null, known);
    if (filled !== undefined) node.value = filled ?? "";
    return node;
  }
  if (field.list) {
    const empty = h("option", { value: "" }, field.required ? "choose" : "–");
    const node = h("select", about, empty, choices(field, data, ""));
    if (filled !== undefined) node.value = filled ?? "";
    else if (field.required && node.options.length === 2) node.selectedIndex = 1; // nothing to choose
    return node;
  }
  if (field.type === "file") return h("input", { ...about, type: "file", accept: field.accept, multiple: field.many });
  if (field.long) return h("textarea", { ...about, rows: 4, autocomplete: "off", value: filled ?? "" });
  if (field.type === "password") return h("input", { ...about, type: "password", autocomplete: "new-password" });
  const number = field.type === "number" && { type: "number", step: field.whole ? 1 : "any", min: field.min, max: field.max, inputmode: "decimal" };
  return h("input", { ...about, autocomplete: "off", ...(number || { type: "text" }), value: shownAs(field, filled) });
}

// What a list has to choose from; of a field that depends on another (`of`), given what that one says now.
const choices = (field, data, other) => field.list(data, other).map((one) => (Array.isArray(one) ? one : [one, one])).map(([key, words]) => h("option", { value: key }, words));

// Fills the lists that depend on another field, and again whenever that one is changed.
function depend(fields, inputs, { data }, filled) {
  fields.forEach((field, i) => {
    const other = field.of && inputs[fields.findIndex(({ name }) => name === field.of)];
    if (!other) return;
    const fill = (chosen) => {
      if (field.ticks) return inputs[i].refill(other.value, chosen);
      inputs[i].replaceChildren(inputs[i].options[0], ...choices(field, data, other.value));
      inputs[i].value = chosen ?? "";
    };
    fill(filled[field.name]);
    other.addEventListener("change", () => fill());
  });
}

const shownAs = (field, filled) => (field.type === "number" && typeof filled === "number" ? Number((filled / (field.scale ?? 1)).toPrecision(12)) : (filled ?? ""));

function row(field, node) {
  const unit = field.unit && h("span", { class: "unit" }, field.unit);
  const hint = field.hint && h("small", { id: `h-${field.id ?? field.name}` }, field.hint);
  return h("div", { class: "row" }, h("label", { for: node.id }, field.label, field.required ? " *" : ""), h("div", {}, node, unit, hint));
}
