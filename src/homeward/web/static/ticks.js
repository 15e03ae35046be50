// A field that takes several at once: one list with a tick for each, all of them by one button, a number for a team.

import { h } from "homeward/dom.js";

const MANY = 4; // from so many on there is a button for all of them

// `field.ticks(data, other)` gives rows {key, words, heads, folded}: `heads` of more than 1 may be ticked in part,
// `folded` names the part in which a row is folded away. The node answers `chosen()`: ["M1", "Line A=3"].
export function ticks(field, data, about, filled) {
  const box = h("div", { id: about.id, role: "group", "aria-label": field.label, "aria-describedby": about["aria-describedby"], class: "ticks" });
  let rows = [];
  Object.defineProperty(box, "value", { get: () => box.chosen().join(", ") });
  box.chosen = () => rows.filter((row) => row.tick.checked).map((row) => (row.count && Number(row.count.value) < row.heads ? `${row.key}=${Number(row.count.value)}` : row.key));
  box.focus = () => rows[0]?.tick.focus();
  box.refill = (other, chosen) => {
    const on = [chosen ?? []].flat();
    rows = field.ticks(data, other).map((row, i) => made(row, `${about.id}-${i}`, on.includes(row.key)));
    box.replaceChildren(...shown(rows, field));
  };
  box.refill("", filled);
  return box;
}

function shown(rows, field) {
  const plain = rows.filter((row) => !row.folded);
  const parts = [...new Set(rows.map((row) => row.folded).filter(Boolean))];
  const all = (on) => plain.forEach((row) => { row.tick.checked = on; row.tick.onchange(); });
  return [
    plain.length >= MANY ? h("p", { class: "tick-all" }, h("button", { type: "button", class: "small", onclick: () => all(true) }, field.all ?? "All"), h("button", { type: "button", class: "small", onclick: () => all(false) }, "None")) : null,
    rows.length ? null : h("p", {}, field.none ?? "Nobody is left."),
    ...plain.map((row) => row.node),
    ...parts.map((part) => h("details", {}, h("summary", {}, part), rows.filter((row) => row.folded === part).map((row) => row.node))),
  ].filter(Boolean);
}

function made(row, id, on) {
  const tick = h("input", { type: "checkbox", id, checked: on });
  const count = row.heads > 1 ? h("input", { type: "number", min: 1, max: row.heads, step: 1, value: row.heads, inputmode: "numeric", "aria-label": `How many of ${row.key}`, disabled: !on }) : null;
  tick.onchange = () => { if (count) count.disabled = !tick.checked; };
  const node = h("div", { class: "tick" }, h("label", { for: id }, tick, h("span", {}, row.words ?? row.key)), count ? h("span", { class: "heads-of" }, count, ` of ${row.heads}`) : null);
  return { ...row, tick, count, node };
}
