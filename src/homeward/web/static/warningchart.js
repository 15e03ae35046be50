// When what was warned of may come: the probability that it has come by then, how dense the dates lie, the dates to be
// ready by; and beneath it, on the same days, who is there by then.

import { h, svg } from "homeward/dom.js";
import { percent } from "homeward/format.js";

const W = 460;
const EDGE = { left: 46, right: 12 };
const TALL = { row: 14, dates: 150, gap: 30, strength: 74, foot: 24 };
const LABEL = 42; // pixels that a mark's label takes
const ROWS = 5;
const STEPS_H = [0.5, 1, 2, 3, 6, 12, 24, 48, 72, 168, 336, 720, 1440, 4320];
const MS_D = 86400e3;

// `one`: {curve, ready_by}; `families`: [{family, curve}]; `spans`: days at which readiness is held; `strength`:
// {heads: [[day, heads]], teams: [[day, teams]]}; all days count from `from` (ms). `last`: the last day drawn.
export function warningChart(one, { families = [], spans = [], strength = null, from, now, last, clock, name }) {
  const x = (d) => EDGE.left + (Math.min(Math.max(d, 0), last) / last) * (W - EDGE.left - EDGE.right);
  const marks = one.ready_by.filter((r) => r.days !== null && r.days <= last);
  const rows = rowsOf(marks.map((m) => x(m.days)));
  const top = TALL.row * (Math.max(-1, ...rows) + 1) + 8;
  const base = top + TALL.dates;
  const most = niceTop(Math.max(probabilityAt(one.curve, last), 0.01));
  const y = (p) => base - (Math.min(p, most) / most) * TALL.dates;
  const foot = strength ? base + TALL.gap + TALL.strength : base;
  const seen = one.curve.filter(([d]) => d <= last);
  const densest = Math.max(...seen.map(([, , f]) => f), 1e-12);
  const shape = seen.map(([d, , f], i) => `${i ? "L" : "M"}${x(d).toFixed(1)} ${(base - (f / densest) * TALL.dates * 0.55).toFixed(1)}`).join("");
  const end = seen.length ? x(seen.at(-1)[0]) : x(0);
  const gone = (now - from) / MS_D;
  const chart = svg("svg", { viewBox: `0 0 ${W} ${foot + TALL.foot}`, class: "chart dates", role: "img", "aria-label": spoken(name, one) },
    ...[0, 0.5, 1].flatMap((share) => grid(y(most * share), percent(most * share))),
    ...spans.filter(([a]) => a < last).map(([a, b]) => svg("rect", { class: "raised", x: x(a), y: top, width: Math.max(2, x(Math.min(b ?? last, last)) - x(a)), height: TALL.dates })),
    svg("path", { class: "density", d: seen.length > 1 ? `${shape}L${end} ${base}L${x(0)} ${base}Z` : "" }),
    ...families.map((row) => svg("path", { class: "family", d: stroke(row.curve, last, x, y) })),
    svg("path", { class: "pos", d: stroke(one.curve, last, x, y) }),
    ...marks.flatMap((r, i) => mark(r, x(r.days), rows[i], foot)),
    ...(strength ? below(strength, { x, last, top: base + TALL.gap, foot }) : []),
    ...ticks(last, x, foot, from, clock),
    gone >= 0 && gone < last ? svg("line", { class: "now", x1: x(gone), x2: x(gone), y1: top - 6, y2: foot }) : null);
  return h("figure", {}, chart, h("figcaption", {}, key("pos", "it has come by then"), key("ready", "ready by, at that risk"), families.length > 1 ? key("family", "each family of curves") : null, key("density", "how dense the dates lie"), spans.length ? key("raised", "readiness pays") : null,
    strength?.heads.length ? key("heads", "people there, expected") : null, strength?.teams.length ? key("teams", "teams that cover counts on") : null));
}

const key = (name, words) => h("span", { class: "entry" }, h("span", { class: `key ${name}` }), words, " ");

const stroke = (curve, last, x, y) => curve.filter(([d]) => d <= last).map(([d, p], i) => `${i ? "L" : "M"}${x(d).toFixed(1)} ${y(p).toFixed(1)}`).join("");

function grid(y, words) {
  return [svg("line", { class: "grid", x1: EDGE.left, x2: W - EDGE.right, y1: y, y2: y }), svg("text", { x: EDGE.left - 6, y: y + 5, "text-anchor": "end" }, words)];
}

// A date to be ready by: its risk stands above, in a row of its own where another label is near.
function mark(ready, x, row, foot) {
  const y = TALL.row * (row + 1) - 2;
  const anchor = x > W - 40 ? "end" : "middle";
  return [svg("line", { class: "ready", x1: x, x2: x, y1: y + 2, y2: foot }), svg("text", { class: "risk-label", x: Math.max(x, EDGE.left - 20), y, "text-anchor": anchor }, `${100 * ready.risk} %`)];
}

// In which row each label stands, so that none lies on another.
export function rowsOf(places) {
  const ends = new Array(ROWS).fill(-Infinity);
  return places.map((x) => {
    const free = ends.findIndex((end) => x - LABEL >= end);
    const row = free < 0 ? ends.indexOf(Math.min(...ends)) : free;
    ends[row] = x;
    return row;
  });
}

// Who is there by then, as steps; the last number stays.
function below({ heads, teams }, { x, last, top, foot }) {
  const most = Math.max(1, ...heads.map(([, n]) => n), ...teams.map(([, n]) => n));
  const y = (n) => foot - (n / most) * (foot - top);
  const held = (rows) => (rows.length ? [...rows.filter(([d]) => d <= last), [last, rows.filter(([d]) => d <= last).at(-1)?.[1] ?? 0]] : []);
  const steps = (rows) => held(rows).map(([d, n], i, all) => (i ? `L${x(d).toFixed(1)} ${y(all[i - 1][1]).toFixed(1)}L` : "M") + `${x(d).toFixed(1)} ${y(n).toFixed(1)}`).join("");
  const slopes = (rows) => held(rows).map(([d, n], i) => `${i ? "L" : "M"}${x(d).toFixed(1)} ${y(n).toFixed(1)}`).join("");
  return [
    ...grid(y(0), "0"), ...grid(y(most), String(Number(most.toPrecision(2)))),
    svg("text", { x: W - EDGE.right, y: top - 8, "text-anchor": "end" }, "who is there by then"),
    svg("path", { class: "heads", d: slopes(heads) }), svg("path", { class: "teams", d: steps(teams) }),
  ];
}

// Whole hours or days of the mission's clock along the foot; the first is now.
function ticks(last, x, foot, from, clock) {
  const step = STEPS_H.find((hours) => last * 24 / hours <= 5) ?? STEPS_H.at(-1);
  const made = [svg("text", { x: x(0), y: foot + 18, "text-anchor": "middle" }, "now")];
  for (let hour = step; hour <= last * 24 + 1e-9; hour += step) {
    const at = x(hour / 24);
    const when = new Date(from + hour * 3600e3).toISOString();
    if (at - x(0) < 44) continue;
    made.push(svg("line", { class: "grid", x1: at, x2: at, y1: foot, y2: foot + 4 }), svg("text", { x: at, y: foot + 18, "text-anchor": at > W - 36 ? "end" : "middle" }, step < 24 ? clock.time(when) : clock.short(when)));
  }
  return made;
}

export function probabilityAt(curve, day) {
  const after = curve.findIndex(([d]) => d >= day);
  if (after === 0) return curve[0][1];
  if (after < 0) return curve.at(-1)?.[1] ?? 0;
  const [[a, p], [b, q]] = [curve[after - 1], curve[after]];
  return p + ((day - a) / (b - a || 1)) * (q - p);
}

const spoken = (name, one) => `${name}: ${one.ready_by.filter((r) => r.days !== null).map((r) => `${100 * r.risk} % by day ${r.days.toFixed(1)}`).join(", ")}`;
const niceTop = (most) => [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1].find((top) => top >= most - 1e-9) ?? 1;
