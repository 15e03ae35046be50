// A way out: treat or move, the ways beside each other, and the chosen one with its relay, watch and destination.

import { formatPlace } from "homeward/coords.js";
import { fold, h } from "homeward/dom.js";
import { duration, kilometres, percent } from "homeward/format.js";
import { alongChart, frontChart, injuries } from "homeward/waychart.js";

const MODES = { air: "by air", road: "by road", boat: "by boat" };
const after = (plan, seconds) => new Date(Date.parse(plan.now) + seconds * 1000).toISOString();

export function carryOut(page, plan) {
  const { clock } = page;
  const row = plan.routes.find((one) => one.n === plan.chosen);
  const choose = page.act && ((n) => n !== plan.chosen && page.act("chooseWay", { casualty: plan.casualty, route: n }));
  return [
    h("h3", {}, `Way out, made ${clock.near(plan.made_at)}`),
    plan.says ? says(plan.says) : null,
    plan.state ? h("p", {}, plan.state) : null,
    plan.advice ? h("p", {}, plan.advice.why) : null,
    table(page, plan, choose),
    plan.routes.length > 1 ? frontChart(plan, choose) : null,
    h("h3", {}, `Way ${row.n} to ${row.exit}`),
    h("p", { class: "buttons" }, h("button", { onclick: () => page.lookAt(row.line) }, "Show on the map")),
    row.why.map((line) => h("p", {}, line)),
    alongChart(row),
    stretches(page, row, plan),
    relay(page, plan, row),
    care(page, plan, row),
    plan.sites?.length ? fold(`sites-${plan.casualty}`, `Other exits the ground offers: ${plan.sites.length}`, h("ul", { class: "lines" }, plan.sites.map((site) => offered(page, site)))) : null,
    [...plan.why, ...plan.notes].length ? fold(`notes-${plan.casualty}`, "Why, and on what this stands", h("ul", {}, [...plan.why, ...plan.notes].map((line) => h("li", {}, line)))) : null,
  ];
}

function offered({ act, view }, site) {
  const place = formatPlace(...site.place, view.style);
  const words = `${site.kind === "landing" ? "Landing zone" : "Vehicle"} at ${place}, ${duration(site.walk_s)} from the find: ${site.why}.`;
  return h("li", {}, h("div", { class: "line" }, words), act ? h("button", { class: "small", "aria-label": `Mark the exit at ${place}`, onclick: () => act("exit", { place: formatPlace(...site.place, "decimal"), kind: site.kind }) }, "Mark") : null);
}

// What is done first stands out; the rest of the sentence says how.
function says(text) {
  const end = text.indexOf(": ") + 1;
  return h("p", { class: "says" }, h("strong", {}, text.slice(0, end)), text.slice(end));
}

// What is to be known of where a way ends: far from any road, or its vehicle comes late.
function ending(row, plan, clock) {
  const far = row.off_road_m ? `${kilometres(row.off_road_m)} from any road` : null;
  const late = row.wait_s > 0 && row.ready_s !== null ? `there only from ${clock.time(after(plan, row.ready_s))}` : null;
  return far || late ? h("small", {}, h("strong", {}, [far, late].filter(Boolean).join("; "))) : null;
}

function table({ clock }, plan, choose) {
  const alive = plan.routes.some((row) => row.p_alive !== undefined);
  const by = plan.by ? `By ${clock.time(plan.by)}` : null;
  const heads = ["Way", "On the way", "Hurt by marked hazards", "There", by, "At care"].filter(Boolean);
  const threatened = plan.routes.some((row) => row.hits > 0);
  const rows = plan.routes.map((row) => {
    const chosen = row.n === plan.chosen;
    const [low, middle, high] = row.arrive_s.map((s) => clock.time(after(plan, s)));
    const cells = [
      [h("strong", {}, duration(row.carry_s)), h("small", {}, kilometres(row.length_m))],
      threatened ? [injuries(row.hits), h("small", {}, `none ${percent(row.p_unhurt)}`)] : "–", [middle, h("small", {}, `${low}–${high}`)], by ? percent(row.p_by) : null,
      [row.care_s ? clock.time(after(plan, row.care_s[1])) : "–", alive ? h("small", {}, `alive ${percent(row.p_alive)}`) : null],
    ].filter((cell) => cell !== null);
    const does = chosen ? h("span", { class: "state" }, "✓ chosen") : choose ? h("button", { class: "small", "aria-label": `Choose way ${row.n}`, onclick: () => choose(row.n) }, "Choose") : null;
    return h("tr", { "aria-current": chosen ? "true" : null }, h("th", { scope: "row" }, `${row.n} to ${row.exit}`, row.known ? h("small", {}, "the known way in") : null, ending(row, plan, clock), h("div", {}, does)), cells.map((cell) => h("td", {}, cell)));
  });
  return h("div", { class: "wide" }, h("table", { class: "ways", "aria-label": `Ways out of casualty ${plan.casualty}` },
    h("thead", {}, h("tr", {}, heads.map((words) => h("th", { scope: "col" }, words)))), h("tbody", {}, rows)));
}

function stretches({ clock, view }, row, plan) {
  if (!row.stretches?.length) return null;
  return [
    h("p", {}, h("strong", {}, "Exposed, and who watches:")),
    h("ul", {}, row.stretches.map((one) => h("li", { class: one.lookout ? null : "hazard" },
      `${one.from_m}–${one.to_m} m, about ${clock.time(after(plan, row.starts_s + one.enters_s))} to ${clock.time(after(plan, row.starts_s + one.clear_s))}, ${injuries(one.hits)} expected injuries: `,
      one.lookout ? `lookouts at ${formatPlace(...one.lookout, view.style)}, seeing ${percent(one.sees)}. ` : "NOT WATCHED. ", one.why))),
    h("p", {}, "A rear guard of two goes last."),
  ];
}

function stops({ clock, view }, plan) {
  const rows = (plan.stops ?? []).map((one) => `about ${clock.time(after(plan, one.at_s))}, ${kilometres(one.at_m)} from the find, at ${formatPlace(...one.place, view.style)}`);
  return rows.length ? [h("p", {}, h("strong", {}, "Stops to stabilise, not in the times above:")), h("ul", {}, rows.map((words) => h("li", {}, words)))] : null;
}

function relay(page, plan, row) {
  const { clock, view } = page;
  const { relay: crews } = row;
  if (!crews) return null;
  const changes = crews.places.map((one) => h("li", {}, `${one.n}: crew ${one.crew} takes over ${one.at_s === undefined ? `after ${duration(one.after_s)}` : `about ${clock.time(after(plan, one.at_s))}`}, ${kilometres(one.at_m)} from the find, at ${formatPlace(...one.place, view.style)}`));
  return [
    plan.bearers === null ? h("p", { class: "problem" }, "NOBODY IS TOLD TO CARRY YET") : plan.bearers < crews.carriers ? h("p", { class: "problem" }, `${crews.carriers - plan.bearers} CARRIERS SHORT`) : null,
    stops(page, plan),
    crews.why.map((line) => h("p", {}, line)),
    changes.length ? fold(`relay-${plan.casualty}`, `Changes of bearers: ${crews.changes}, one every ${duration(crews.bout_s)}`, h("ul", { class: "relay" }, changes)) : null,
  ];
}

function care({ clock }, plan, row) {
  if (!row.care.length) return null;
  const rows = row.care.map((one, i) => h("li", {}, h(i ? "span" : "strong", {}, `${one.hospital} `), [
    MODES[one.mode] ?? one.mode, `there ${clock.time(after(plan, one.there_s[1]))} (${clock.time(after(plan, one.there_s[0]))}–${clock.time(after(plan, one.there_s[2]))})`,
    `accepts with ${percent(one.accepts)}`, one.p_survives === undefined ? null : `survives with ${percent(one.p_survives)}`, one.note].filter(Boolean).join(" · ")));
  return [
    h("p", {}, h("strong", {}, "To care: "), row.care.length > 1 ? "the best, then who else could." : ""),
    h("ol", { class: "care" }, rows),
    row.care_why.length ? h("ul", {}, row.care_why.map((line) => h("li", {}, line))) : null,
    row.left_out.map((line) => h("p", { class: "hazard" }, `Left out: ${line}`)),
  ];
}
