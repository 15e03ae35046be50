// Parts that several boards of readiness have.

import { h } from "homeward/dom.js";

// What rests on nobody's measurement, said at once and folded where it is much.
export function ownAssumptions(key, words) {
  if (!words.length) return null;
  return h("div", { class: "own" }, h("strong", {}, "* Our own assumption: "), words.length > 2 ? more(key, words) : `${words.join("; ")}.`);
}

const more = (key, words) => h("details", { class: "inline", open: opened.has(key), ontoggle: (event) => opened[event.target.open ? "add" : "delete"](key) },
  h("summary", {}, `${words.length} numbers behind this`), h("ul", {}, words.map((one) => h("li", {}, one))));
const opened = new Set();

export const withheld = (what) => h("p", { class: "withheld" }, `${what} is personal and not shown on this page. Who may see it starts the page with: homeward serve --personal.`);

// A list of plain lines.
export const plain = (words, id) => h("ul", { class: "plain", id }, words.filter(Boolean).map((one) => h("li", {}, one)));

export const days = (d) => (d === null || d === undefined ? "never" : d * 24 < 1 ? `${Math.round(d * 1440)} min` : d < 1 ? `${Math.round(d * 24)} h` : `${d < 9.95 ? d.toFixed(1) : Math.round(d)} d`);
