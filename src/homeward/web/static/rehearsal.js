// The rehearsal of the plan in force, as it came back: how soon subjects are found, and what would be otherwise.

import { h, svg } from "homeward/dom.js";
import { duration, percent } from "homeward/format.js";

const W = 460;
const H = 190;
const EDGE = { left: 46, right: 12, top: 12, bottom: 26 };
const LINES = ["one", "two", "three", "four", "five", "six"];

export function rehearsal(page) {
  const { act, data } = page;
  const played = page.view.rehearsal;
  const button = act && h("p", { class: "buttons" }, h("button", { onclick: () => act("rehearse") }, "Rehearse this plan"));
  if (!played) return button;
  if (played.seq !== data.seq) return [h("p", { class: "hazard" }, "The mission has moved on since the rehearsal."), panel(played), button];
  return [panel(played), button];
}

function panel(played) {
  const all = [played, ...played.what_if];
  return h("section", { id: "rehearsal" },
    h("h2", {}, `Rehearsed against ${played.subjects} subjects`),
    played.notes.map((note) => h("p", { class: "hazard" }, "⚠ ", note)),
    h("figure", {}, chart(all, played.stated), h("figcaption", {}, all.map((one, i) => [h("span", { class: "entry" }, h("span", { class: `key line-${LINES[i % LINES.length]}` }), `${one.words}, ${end(one)}`), " "]), h("span", { class: "entry" }, h("span", { class: "key stated" }), "what the plan itself says"))),
    h("p", {}, soon(played)),
    played.alive ? h("p", {}, `Found alive by the end: ${percent(played.alive.at(-1))}.`) : null,
    played.what_if.length ? h("ul", {}, played.what_if.map((one) => h("li", {}, `${one.words}: ${points(one.gain_found, one.gain_found_error)} by the end`, one.gain_alive === null ? "" : `; alive ${points(one.gain_alive, one.gain_alive_error)}`, "."))) : null);
}

const end = (one) => `${percent(one.found.at(-1))} ± ${(100 * one.found_error.at(-1)).toFixed(1)}`;

function soon({ time_to_find_s: at }) {
  const names = { 0.1: "a tenth", 0.25: "a quarter", 0.5: "half" };
  const told = Object.entries(names).filter(([share]) => at[share] !== null).map(([share, words]) => `${words} within ${duration(at[share])}`);
  return told.length ? `Found, of all subjects: ${told.join(", ")}.` : "Not even a tenth of all subjects is found.";
}

function points(gain, error) {
  const by = `${(100 * Math.abs(gain)).toFixed(1)} ± ${(100 * error).toFixed(1)} points`;
  if (Math.abs(gain) < 2 * error || Math.abs(gain) < 0.0005) return `no difference that can be told (${by})`;
  return `${by} ${gain > 0 ? "more" : "less"}`;
}

function chart(all, stated) {
  const last = Math.max(...all.map((one) => one.at_s.at(-1) + (one.later_s ?? 0)));
  const top = Math.max(0.01, ...all.flatMap((one) => one.found.map((f, i) => f + 2 * one.found_error[i])), ...stated.map(([, v]) => v));
  const x = (s) => (EDGE.left + (s / last) * (W - EDGE.left - EDGE.right)).toFixed(1);
  const y = (p) => (H - EDGE.bottom - (p / top) * (H - EDGE.top - EDGE.bottom)).toFixed(1);
  const drawn = (one, i) => {
    const at = one.at_s.map((s) => x(s + (one.later_s ?? 0)));
    const edge = (sign) => one.found.map((f, k) => `${at[k]} ${y(Math.max(f + sign * 1.96 * one.found_error[k], 0))}`);
    return [
      svg("path", { class: `band line-${LINES[i % LINES.length]}`, d: `M${[...edge(1), ...edge(-1).reverse()].join("L")}Z` }),
      svg("path", { class: `line line-${LINES[i % LINES.length]}`, d: `M${one.found.map((f, k) => `${at[k]} ${y(f)}`).join("L")}` }),
    ];
  };
  const hours = Math.floor(last / 3600);
  const step = Math.max(1, Math.ceil(hours / 6));
  const marks = Array.from({ length: Math.floor(hours / step) + 1 }, (_, i) => i * step);
  return svg("svg", { viewBox: `0 0 ${W} ${H}`, class: "chart", role: "img", "aria-label": `Found: ${all.map((one) => `${one.words} ${end(one)}`).join(", ")}` },
    ...[0, 0.5, 1].flatMap((share) => [
      svg("line", { class: "grid", x1: EDGE.left, x2: W - EDGE.right, y1: y(share * top), y2: y(share * top) }),
      svg("text", { x: EDGE.left - 6, y: Number(y(share * top)) + 5, "text-anchor": "end" }, percent(share * top)),
    ]),
    ...marks.map((hour) => svg("text", { x: x(hour * 3600), y: H - 6, "text-anchor": hour ? "middle" : "start" }, `${hour} h`)),
    ...all.flatMap(drawn),
    ...stated.filter((_, i) => i % 4 === 0).map(([s, v]) => svg("circle", { class: "stated", cx: x(s), cy: y(v), r: 2.2 })));
}
