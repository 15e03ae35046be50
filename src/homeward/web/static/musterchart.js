// How probable a complete team is by when: with those called, and with everybody; the target and the time it is wanted.

import { EDGE, gridLine, H, W } from "homeward/chart.js";
import { h, svg } from "homeward/dom.js";
import { percent } from "homeward/format.js";

export function musterChart(chance, { clock, now }) {
  const asks = chance.p_team_called !== null;
  const end = chance.times_h.at(-1) || 1;
  const from = Date.parse(chance.at[0]);
  const most = asks ? 1 : Math.max(1, Math.ceil(Math.max(...chance.heads)));
  const x = (hours) => EDGE.left + (hours / end) * (W - EDGE.left - EDGE.right);
  const y = (value) => H - EDGE.bottom - (value / most) * (H - EDGE.top - EDGE.bottom);
  const path = (values) => values.map((value, i) => `${i ? "L" : "M"}${x(chance.times_h[i]).toFixed(1)} ${y(value).toFixed(1)}`).join("");
  const line = path(asks ? chance.p_team_called : chance.heads);
  const hours = (when) => (Date.parse(when) - from) / 3.6e6;
  const by = chance.by && hours(chance.by) > 0 && hours(chance.by) <= end ? hours(chance.by) : null;
  const gone = (now - from) / 3.6e6;
  const words = (value) => (asks ? percent(value) : String(value));
  const chart = svg("svg", { viewBox: `0 0 ${W} ${H}`, class: "chart muster-chart", role: "img", "aria-label": spoken(chance, clock, asks) },
    ...[0, 0.5, 1].flatMap((share) => gridLine(y, most * share, words(most * share))),
    ...ticks(end, x, from, clock),
    svg("path", { class: "under", d: `${line}L${x(end)} ${y(0)}L${x(0)} ${y(0)}Z` }),
    asks ? svg("path", { class: "most", d: path(chance.p_team) }) : null,
    svg("path", { class: "pos", d: line }),
    asks ? svg("line", { class: "target", x1: x(0), x2: x(end), y1: y(chance.target), y2: y(chance.target) }) : null,
    by === null ? null : [svg("line", { class: "ready", x1: x(by), x2: x(by), y1: EDGE.top, y2: H - EDGE.bottom })],
    gone > 0 && gone < end ? svg("line", { class: "now", x1: x(gone), x2: x(gone), y1: EDGE.top, y2: H - EDGE.bottom }) : null);
  const key = (name, said) => h("span", { class: "entry" }, h("span", { class: `key ${name}` }), said, " ");
  return h("figure", {}, chart, h("figcaption", {}, asks
    ? [key("pos", "team complete, with those called"), key("most", "with everybody"), key("target", `wanted: ${percent(chance.target)}`), by === null ? null : key("ready", `wanted by ${clock.near(chance.by)}`)]
    : key("pos", "people there, expected")));
}

function ticks(end, x, from, clock) {
  const step = [0.5, 1, 2, 3, 6, 12, 24, 48].find((one) => end / one <= 5.5) ?? 96;
  const marks = [svg("text", { x: x(0), y: H - 6, "text-anchor": "start" }, "now")];
  for (let hour = step; hour <= end; hour += step) {
    if (x(hour) - x(0) > 60) marks.push(svg("text", { x: x(hour), y: H - 6, "text-anchor": x(hour) > W - 30 ? "end" : "middle" }, clock.time(new Date(from + hour * 3.6e6).toISOString())));
  }
  return marks;
}

function spoken(chance, clock, asks) {
  const values = asks ? chance.p_team_called : chance.heads;
  return `${asks ? "Team complete" : "People there"}: ${chance.at.map((when, i) => [when, values[i], chance.times_h[i]]).filter(([, , t]) => t % 1 === 0).map(([when, value]) => `${clock.time(when)} ${asks ? percent(value) : value.toFixed(1)}`).join(", ")}`;
}
