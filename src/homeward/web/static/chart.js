// Probability of success by hour: the plan's curve against the most that any plan could reach by then.

import { h, svg } from "homeward/dom.js";
import { duration, percent } from "homeward/format.js";

export const W = 460;
export const H = 168;
export const EDGE = { left: 46, right: 12, top: 12, bottom: 26 };

export function posChart(plan, clock, now) {
  const end = plan.curve.at(-1)[0];
  const top = niceTop(Math.max(...plan.curve.map(([, pos, most]) => Math.max(pos, most))));
  const x = (s) => EDGE.left + (s / end) * (W - EDGE.left - EDGE.right);
  const y = (p) => H - EDGE.bottom - (p / top) * (H - EDGE.top - EDGE.bottom);
  const path = (column) => plan.curve.map((c, i) => `${i ? "L" : "M"}${x(c[0]).toFixed(1)} ${y(c[column]).toFixed(1)}`);
  const line = path(1).join("");
  const chart = svg(
    "svg",
    { viewBox: `0 0 ${W} ${H}`, class: "chart", role: "img", "aria-label": spoken(plan) },
    ...[0, 1, 2].flatMap((i) => gridLine(y, (top * i) / 2)),
    ...hourMarks(plan, end, x, clock),
    svg("path", { class: "under", d: `${line}L${x(end)} ${y(0)}L${x(0)} ${y(0)}Z` }),
    svg("path", { class: "most", d: path(2).join("") }),
    svg("path", { class: "pos", d: line }),
    nowMark(plan, end, x, now),
  );
  return h("figure", {}, chart, h("figcaption", {}, caption(plan)));
}

export function gridLine(y, share, words = percent(share)) {
  return [
    svg("line", { class: "grid", x1: EDGE.left, x2: W - EDGE.right, y1: y(share), y2: y(share) }),
    svg("text", { x: EDGE.left - 6, y: y(share) + 5, "text-anchor": "end" }, words),
  ];
}

function hourMarks(plan, end, x, clock) {
  const hours = Math.floor(end / 3600);
  const step = Math.max(1, Math.ceil(hours / 5));
  const marks = [];
  for (let hour = 0; hour <= hours; hour += step) {
    const when = new Date(Date.parse(plan.starts) + hour * 3.6e6).toISOString();
    const anchor = hour === 0 ? "start" : hour * 3600 === end ? "end" : "middle";
    marks.push(svg("text", { x: x(hour * 3600), y: H - 6, "text-anchor": anchor }, hour === 0 ? clock.time(when) : clock.hour(when)));
  }
  return marks;
}

function nowMark(plan, end, x, now) {
  const gone = (now - Date.parse(plan.starts)) / 1000;
  if (!(gone > 0 && gone < end)) return null;
  return svg("line", { class: "now", x1: x(gone), x2: x(gone), y1: EDGE.top, y2: H - EDGE.bottom });
}

function caption(plan) {
  return [
    h("span", { class: "key pos" }), `this plan, ${percent(plan.value)} by the end `,
    h("span", { class: "key most" }), `the most any plan could reach, ${percent(plan.bound)}`,
  ];
}

function spoken(plan) {
  const hourly = plan.curve.filter(([s]) => s > 0 && s % 3600 === 0);
  return `Probability of success: ${hourly.map(([s, pos]) => `${duration(s)}: ${percent(pos)}`).join(", ")}`;
}

const niceTop = (most) => [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1].find((top) => top >= most) ?? 1;
