// Warning: when what was said to come may come, the dates to be ready by, and who is there by then.

import * as api from "homeward/api.js";
import { h, toast } from "homeward/dom.js";
import { chance, percent } from "homeward/format.js";
import { days, ownAssumptions, plain } from "homeward/readyparts.js";
import { keep } from "homeward/tabs.js";
import { warningChart } from "homeward/warningchart.js";
import { asTold, span } from "homeward/warningforms.js";

const FIRST = "\u0000first";
const ZOOMS = [["all", null], ["30 days", 30], ["7 days", 7], ["1 day", 1]];
const MS_D = 86400e3;

export function warningTab(page) {
  const { data, act, view } = page;
  const { warning } = data;
  const open = warning?.warnings ?? [];
  const begin = act && h("p", { class: "buttons" },
    h("button", { class: open.length ? null : "main", onclick: () => act("warning") }, "Write down a warning"),
    h("button", { onclick: () => act("capIn") }, "Take in a CAP message"),
    open.length ? [h("button", { onclick: () => act("alertLevel") }, "Raise or lower?"), h("button", { onclick: saveCalendar }, "Calendar of dates")] : null);
  if (!warning) return [begin, h("p", {}, "Nobody has warned of anything yet.")];
  const several = Boolean(warning.first && open.length > 1);
  const chosen = open.find((row) => row.id === view.warning) ?? (several ? null : open[0]);
  const button = (key, words) => h("button", { class: "small", "aria-pressed": String((chosen?.id ?? FIRST) === key), onclick: () => page.set({ warning: key }) }, words);
  return [
    begin,
    several ? h("p", { class: "buttons chips", role: "group", "aria-label": "Which warning" }, button(FIRST, "The first of all"), open.map((row) => button(row.id, row.id))) : null,
    chosen ? one(page, chosen) : warning.first && open.length ? [open.flatMap((row) => overdue(row).map((note) => hazard(`${row.id}: ${note}`))), forecast(page, "The first of all, if they are independent", warning.first, [])] : h("p", {}, "No warning is open."),
    past(page),
  ];
}

// That a warning lies behind stands before every date: who reads the dates alone must not take them for calm.
const overdue = (row) => row.notes.filter((note) => note.startsWith("OVERDUE"));
const hazard = (note) => h("p", { class: "hazard" }, `⚠ ${note}`);

function one(page, row) {
  const { act, clock } = page;
  const about = [row.forecast ? "a forecast" : null, `said ${clock.dayTime(row.said_at)}, ${days(row.elapsed_d)} ago`, row.reliability && `source ${row.reliability}`, row.targets.length && `may hit ${row.targets.join(", ")}`, row.never > 0 && `perhaps never (${percent(row.never)} when said)`, row.widen && row.widen !== 1 && `spread widened by ${row.widen}`];
  const small = (words, verb, filled) => h("button", { class: "small", onclick: () => act(verb, filled) }, words);
  return [
    overdue(row).map(hazard),
    row.coming ? forecast(page, row.id, row.coming, row.families) : [h("h2", {}, row.id), h("p", { class: "problem" }, "NO FORECAST.")],
    row.text || row.source || row.motive ? h("blockquote", {}, row.text || "no words noted", h("small", {}, [row.source, row.motive && `why: ${row.motive}`].filter(Boolean).join(" · "))) : null,
    row.hit_words ? h("p", { id: "hit" }, row.hit_words) : null,
    row.motive_words ? h("p", {}, row.motive_words) : null,
    h("p", {}, h("small", {}, about.filter(Boolean).join(" · "))),
    row.reports.length ? h("ul", { class: "lines", id: "reports" }, row.reports.map((r) => h("li", {}, h("span", { class: "line" }, reported(r, clock)), act ? h("button", { class: "small", "aria-label": `Correct report ${r.id}`, onclick: () => act("warnMore", corrected(row, r)) }, "Correct") : null))) : null,
    row.notes.filter((note) => !overdue(row).includes(note)).map(hazard),
    ownAssumptions(`warning-${row.id}`, row.assumed),
    act && h("p", { class: "buttons" }, small("More was said", "warnMore", { name: row.id }), small("Change", "changeWarning", inForce(row)), small("It has come", "happened", { name: row.id }), small("Lift", "liftWarning", { name: row.id }), small("CAP message", "capOut", { name: row.id })),
  ];
}

// What a warning says now, as its form has it: what somebody else may not read is not in it, and stays as it is.
const inForce = (row) => ({
  name: row.id, ...asTold(row.quantiles_d), source: row.source, text: row.text, motive: row.motive, motives: row.motives_told?.join("; ") || undefined, reliability: row.reliability, never: row.never || undefined,
  targets: row.targets.join(", ") || undefined, forecast: row.forecast ? "true" : undefined, widen: row.widen_told ?? undefined, families: row.families_told.join(", ") || undefined,
});
const corrected = (row, r) => ({ name: row.id, id: r.id, within: r.within_d === null ? undefined : span(r.within_d), ...asTold(r.quantiles_d), source: r.source, text: r.text, motives: r.motives?.join("; ") || undefined, reliability: r.reliability, said_at: r.said_at, may_replace: r.may_replace ? "true" : undefined });

const reported = (r, clock) => [`${r.id}, ${clock.near(r.said_at)}: `, r.within_d !== null && r.within_d !== undefined ? `comes within ${days(r.within_d)}` : r.quantiles_d.map(([p, d]) => `${percent(p)} by ${days(d)}`).join(", "), r.on_motives && [r.within_d !== null || r.quantiles_d.length ? ", " : "", r.motives ? `why: ${r.motives.join(", ")}` : "speaks of why"].join(""), `, right with ${percent(r.reliability)}`, r.text && `: “${r.text}”`, r.source && ` (${r.source})`].filter(Boolean).join("");

function forecast(page, name, coming, families) {
  const { data, clock, view } = page;
  const whole = Math.max(coming.curve.at(-1)?.[0] ?? 0, ...coming.ready_by.filter((r) => r.risk <= 0.5 && r.days !== null).map((r) => r.days), 0.25);
  const zooms = ZOOMS.filter(([, d]) => d === null || d < whole * 0.8);
  const half = coming.ready_by.find((r) => r.risk === 0.5)?.days ?? whole;
  const usual = zooms.filter(([, d]) => d !== null && d > 1.2 * half).at(-1) ?? zooms[0]; // so that the dates to be ready by lie apart
  const zoom = (view.zoom !== undefined && zooms.find(([, d]) => d === view.zoom)) || usual;
  const from = Date.parse(data.warning.now);
  const button = ([words, d]) => h("button", { class: "small", "aria-pressed": String(d === zoom[1]), onclick: () => page.set({ zoom: d }) }, words);
  const mine = view.alert && (view.alert.name === (data.warning.warnings.some((row) => row.id === name) ? name : null) || (view.alert.name === null && data.warning.warnings.length === 1));
  const alert = mine ? view.alert : null;
  return [
    h("h2", {}, name),
    h("p", { class: "honest" }, coming.words[0]), h("p", {}, coming.words[1]),
    coming.curve.length > 1 ? [
      zooms.length > 1 ? h("p", { class: "buttons chips", role: "group", "aria-label": "Days shown" }, zooms.map(button)) : null,
      warningChart(coming, { families: families.length > 1 ? families : [], spans: alert?.spans ?? [], strength: strength(data, from), from, now: page.now(), last: zoom[1] ?? whole, clock, name }),
    ] : null,
    alert ? h("p", { class: "answered", id: "alert-level" }, alert.text) : null,
    data.muster?.event && data.muster.p_before_event !== null && data.muster.p_before_event !== undefined ? h("p", {}, h("strong", {}, `Team complete before the first of them: ${chance(data.muster.p_before_event)}.`)) : null,
    readyBy(coming, clock), within(coming, families),
  ];
}

// Who is there by then: expected heads by the muster, and the teams that the plan of cover counts on.
function strength({ muster, cover }, from) {
  const heads = muster?.chance?.heads ? muster.chance.at.map((when, i) => [(Date.parse(when) - from) / MS_D, muster.chance.heads[i]]) : [];
  const teams = (cover?.slices ?? []).map((row) => [Math.max(0, (Date.parse(row.from) - from) / MS_D), row.teams.length]);
  return heads.length || teams.length ? { heads, teams } : null;
}

function readyBy(coming, clock) {
  const rows = coming.ready_by.map((r) => h("tr", {}, h("th", { scope: "row" }, `${100 * r.risk} %`), h("td", {}, r.at ? clock.dayTime(r.at) : "never"), h("td", { class: "number" }, r.at ? `in ${days(r.days)}` : "–")));
  return h("table", { class: "ready-by plain-table" }, h("caption", {}, "Be ready by, so that it comes before with no more than"), h("tbody", {}, rows));
}

// The spread of the families is shown, because nobody knows which of them is right.
function within(coming, families) {
  const horizons = Object.keys(coming.within).sort((a, b) => a - b);
  const row = (name, one, strong) => h("tr", {}, h("th", { scope: "row" }, strong ? h("strong", {}, name) : name), horizons.map((d) => h("td", { class: "number" }, strong ? h("strong", {}, chance(one[d])) : chance(one[d]))));
  return h("div", { class: "wide" }, h("table", { class: "within plain-table" }, h("caption", {}, "Comes within so many days"),
    h("thead", {}, h("tr", {}, h("th", {}), horizons.map((d) => h("th", { scope: "col", class: "number" }, `${d} d`)))),
    h("tbody", {}, row(families.length > 1 ? "all of them" : "it comes", coming.within, true), families.length > 1 ? families.map((f) => row(f.family, f.within)) : null)), weighed(families));
}

// How much each family counts, where they don't count alike.
function weighed(families) {
  if (!families.some((f) => Math.abs(f.share - 1 / families.length) > 0.05)) return null;
  const most = families.filter((f) => f.share >= 0.005).sort((a, b) => b.share - a.share).map((f) => `${f.family} ${percent(f.share)}`);
  return h("p", {}, h("small", {}, `How much each counts: ${most.join(", ")}${most.length < families.length ? "; the others under 0.5 %" : ""}.`));
}

function past(page) {
  const { warning } = page.data;
  const lines = [...warning.came.map((one) => `${one.id} came ${page.clock.dayTime(one.came_at)}.`), warning.lifted.length ? `Lifted: ${warning.lifted.join(", ")}.` : null];
  return lines.some(Boolean) ? plain(lines, "warnings-past") : null;
}

async function saveCalendar() {
  try {
    const { text, data } = await api.calendar();
    keep({ name: "ready-by.ics", content: new Blob([data.ics], { type: "text/calendar" }) });
    toast(text);
  } catch (error) {
    toast(error.message);
  }
}
