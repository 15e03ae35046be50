// The part of the plan's tab where the manager overrules: POS by hour beside others, what changed, locks, own segments.

import { h } from "homeward/dom.js";
import { percent } from "homeward/format.js";

export function beside({ data }) {
  const hours = data.manage?.hours;
  if (!hours || hours.rows.length < 3) return null;
  const head = hours.at_s.map((s) => h("th", { scope: "col", class: "number" }, `${Number((s / 3600).toFixed(1))} h`));
  const rows = hours.rows.map((row) => h("tr", {}, h("th", { scope: "row" }, row.name), row.pos.map((p) => h("td", { class: "number" }, percent(p)))));
  return [h("h2", {}, "POS by hour"), h("table", { class: "beside", id: "beside" }, h("thead", {}, h("tr", {}, h("td"), head)), h("tbody", {}, rows))];
}

export function changes({ data }) {
  const lines = data.manage?.changes ?? [];
  return lines.length ? [h("h2", {}, "Changed since the plan before"), h("ul", { id: "changes" }, lines.map((line) => h("li", {}, line)))] : null;
}

export function overrule({ data, act }) {
  const manage = data.manage;
  if (!manage) return null;
  const small = (words, verb, filled) => (act ? h("button", { class: "small", onclick: () => act(verb, filled) }, words) : null);
  const locks = manage.locks.map((one) => h("li", {},
    h("span", { class: "line" }, `${one.id}: ${one.says}`, h("small", {}, [one.why, one.cost === null ? null : `costs ${percent(Math.max(one.cost, 0))} on average`].filter(Boolean).join(" · "))),
    small("Free", "free", { name: one.id })));
  const drawn = manage.segments.map((one) => h("li", {}, h("span", { class: "line" }, `Segment ${one.id}`, h("small", {}, one.label || "drawn by the manager")), small("Drop", "dropSegment", { name: one.id })));
  const own = manage.own.map((one) => h("li", {}, h("span", { class: "line" }, `Own plan: ${one.team} ${one.segments.join(", ")}`)));
  const all = [...locks, ...drawn, ...own];
  if (!all.length && !act) return null;
  return [
    h("h2", {}, "The manager's choices"),
    all.length ? h("ul", { class: "lines", id: "choices" }, all) : null,
    act && h("p", { class: "buttons" }, [["segment", "Draw a segment"], ["lock", "Lock a choice"], ["own", "Own plan"]].map(([verb, words]) => h("button", { onclick: () => act(verb) }, words))),
    act && data.plan ? h("p", { class: "buttons" }, [["begun", "A team set out"], ["teamAt", "Where a team is"], ["giveUp", "A team gave up"]].map(([verb, words]) => h("button", { onclick: () => act(verb) }, words))) : null,
  ];
}
