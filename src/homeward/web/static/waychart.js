// Drawings of the way out: minutes against expected injuries, what may happen along the way; and a sign over time.

import { EDGE, gridLine, H, W } from "homeward/chart.js";
import { h, svg } from "homeward/dom.js";
import { kilometres } from "homeward/format.js";

const LOW = 120;

export const injuries = (hits) => (hits === 0 ? "0" : hits < 0.0005 ? "< 0.001" : hits.toFixed(hits < 0.0995 ? 3 : 2));

// The ways as points: minutes on the way to the right, expected injuries of all who go upwards. The chosen one is filled.
export function frontChart(plan, choose) {
  const minutes = plan.routes.map((row) => row.carry_s / 60);
  const [least, longest] = [Math.min(...minutes), Math.max(...minutes)];
  const room = Math.max((longest - least) * 0.12, 5);
  const most = Math.max(...plan.routes.map((row) => row.hits), 1e-6) * 1.15;
  const x = (m) => EDGE.left + 14 + ((m - least + room) / (longest - least + 2 * room)) * (W - EDGE.left - 14 - EDGE.right);
  const y = (hits) => H - EDGE.bottom - (hits / most) * (H - EDGE.top - EDGE.bottom);
  const front = plan.routes.filter((row) => !row.known).sort((a, b) => a.carry_s - b.carry_s);
  const line = front.map((row, i) => `${i ? "L" : "M"}${x(row.carry_s / 60).toFixed(1)} ${y(row.hits).toFixed(1)}`).join("");
  const dot = (row) => svg("g", { class: row.n === plan.chosen ? "dot chosen" : "dot", onclick: choose && (() => choose(row.n)) },
    svg("circle", { cx: x(row.carry_s / 60), cy: y(row.hits), r: 11 }),
    svg("text", { x: x(row.carry_s / 60), y: y(row.hits) + 5, "text-anchor": "middle" }, row.n));
  const chart = svg("svg", { viewBox: `0 0 ${W} ${H + 24}`, class: "chart front", role: "img", "aria-label": plan.routes.map((row) => `way ${row.n}: ${Math.round(row.carry_s / 60)} minutes, ${injuries(row.hits)} expected injuries`).join("; ") },
    ...(plan.routes.some((row) => row.hits > 0) ? [0, 0.5, 1] : [0]).flatMap((share) => gridLine(y, most * share, injuries(most * share))),
    ...[least, longest].slice(least === longest ? 1 : 0).map((m) => svg("text", { x: x(m), y: H + 2, "text-anchor": "middle" }, `${Math.round(m)} min`)),
    svg("text", { x: W / 2, y: H + 18, "text-anchor": "middle" }, "minutes on the way"),
    svg("path", { class: "most", d: line }),
    ...plan.routes.map(dot));
  return h("figure", { id: `front-${plan.casualty}` }, chart, h("figcaption", {}, "Expected injuries of all who go against minutes on the way: lower and further left is better. The chosen way is filled."));
}

// Expected injuries per person and hour along a way.
export function alongChart(row) {
  const most = Math.max(...row.along.map(([, perHour]) => perHour)) * 1.1;
  if (!(most > 0)) return h("p", {}, "Nothing that is marked threatens along this way.");
  const x = (metres) => EDGE.left + 14 + (metres / row.length_m) * (W - EDGE.left - 14 - EDGE.right);
  const y = (perHour) => LOW - EDGE.bottom - (perHour / most) * (LOW - EDGE.top - EDGE.bottom);
  const steps = row.along.slice(0, -1).map(([from, perHour], i) => `L${x(from)} ${y(perHour)}L${x(row.along[i + 1][0])} ${y(perHour)}`).join("");
  const chart = svg("svg", { viewBox: `0 0 ${W} ${LOW}`, class: "chart along", role: "img", "aria-label": "Expected injuries per person and hour along the way" },
    ...[0, 1].flatMap((share) => gridLine(y, most * share, injuries(most * share))),
    svg("path", { class: "risk", d: `M${x(0)} ${y(0)}${steps}L${x(row.length_m)} ${y(0)}Z` }),
    svg("text", { x: x(0), y: LOW - 6 }, "find"), svg("text", { x: x(row.length_m), y: LOW - 6, "text-anchor": "end" }, `${row.exit}, ${kilometres(row.length_m)}`));
  return h("figure", {}, chart, h("figcaption", {}, "Expected injuries per person and hour along the chosen way."));
}

// One sign over time, as small as a word; nothing where it was measured once.
export function spark(points) {
  if (points.length < 2) return null;
  const [w, tall, edge] = [64, 28, 4];
  const [values, times] = [points.map(([, value]) => value), points.map(([when]) => when)];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const x = (when) => edge + ((when - first) / (last - first || 1)) * (w - 2 * edge);
  const y = (value) => (high === low ? tall / 2 : tall - edge - ((value - low) / (high - low)) * (tall - 2 * edge));
  const [endX, endY] = [x(times.at(-1)), y(values.at(-1))];
  return svg("svg", { viewBox: `0 0 ${w} ${tall}`, class: "chart spark", "aria-hidden": "true" },
    svg("path", { class: "pos", d: points.map(([when, value], i) => `${i ? "L" : "M"}${x(when).toFixed(1)} ${y(value).toFixed(1)}`).join("") }),
    svg("circle", { cx: endX, cy: endY, r: 3 }));
}
