// Cover: who stands or waits where with too few teams, when the reserve moves, the worst case left, and what one team
// more or less is worth; span by span of days.

import { viewWords } from "homeward/coverforms.js";
import { shownSlice } from "homeward/covermap.js";
import { formatPlace } from "homeward/coords.js";
import { byId, fold, h } from "homeward/dom.js";
import { duration, percent, secondsSince } from "homeward/format.js";
import { ownAssumptions, plain } from "homeward/readyparts.js";

const number = (value) => (value === null || value === undefined ? "–" : Math.abs(value) < 0.0005 ? "0" : String(Number(value.toPrecision(3))));
const FRESH_MS = 30 * 60e3; // a plan no older counts as made now: ours
const LOSSES = ["reserve", "deterrence"];

export function coverTab(page) {
  const { data, act } = page;
  const { cover } = data;
  const targets = data.targets ?? [];
  return [
    act && h("p", { class: "buttons" },
      h("button", { class: targets.length ? null : "main", onclick: () => act("target") }, "Name a target"),
      targets.length ? h("button", { class: cover && !cover.newer.length ? null : "main", onclick: () => act("cover") }, cover ? "Plan again" : "Plan the cover") : null,
      cover?.view === "deterrence" ? h("button", { onclick: () => act("roster") }, "Roster of a day") : null,
      targets.length ? h("button", { onclick: () => onMap(page) }, "Show on the map") : null),
    targets.length ? h("p", {}, h("small", {}, "While this is open the map shows cover without the search.")) : null,
    (cover?.newer ?? []).map((note) => h("p", { class: "hazard" }, `⚠ ${note.replace(/^NOTE: /, "")}`)),
    cover ? plan(page) : null,
    known(page),
  ];
}

function onMap(page) {
  const { cover, targets } = page.data;
  const posts = shownSlice(cover)?.posts ?? [];
  page.lookAt([...(targets ?? []).map((one) => [one.lon_deg, one.lat_deg]), ...(cover?.targets ?? []).map((one) => one.place), ...posts.map((post) => post.place)]);
  byId("map-side").scrollIntoView({ block: "nearest" });
}

function plan(page) {
  const { cover } = page.data;
  const row = shownSlice(cover);
  return [
    h("h2", {}, viewWords(cover.view)),
    spans(page, row),
    ends(page, row),
    row.coverage ? often(page, row) : posts(page, row),
    answers(page, row),
    cover.uncovered.length ? h("p", { class: "problem" }, `NOT COVERED: nobody can reach ${cover.uncovered.join(", ")} from where teams are.`) : null,
    price(cover, row),
    cover.since.length ? [h("h3", {}, "Since the plan before"), plain(cover.since)] : null,
    cover.notes.map((note) => h("p", { class: "hazard" }, `⚠ ${note}`)),
    fold("cover-says", "As it is read out", h("p", { class: "told" }, cover.says.join("\n"))),
    ownAssumptions("cover", cover.own),
  ];
}

// The spans of days, with how many teams there are in each: the plan changes as people come and as days pass.
function spans(page, row) {
  const { data, clock } = page;
  const { slices } = data.cover;
  const from = (one) => (Date.parse(one.from) - Date.parse(slices[0].from) < 2 * 86400e3 ? clock.dayTime(one.from) : clock.short(one.from));
  const made = age(page);
  if (slices.length < 2) return [made, h("p", {}, h("small", {}, `until ${clock.dayTime(row.to)} · ${count(row)}`))];
  const since = Date.parse(slices[0].from) < page.now() - FRESH_MS;
  return [made, h("p", { class: "buttons chips", role: "group", "aria-label": "Days" }, slices.map((one, n) =>
    h("button", { class: "small", "aria-pressed": String(one === row), onclick: () => page.showCover(n) }, n || since ? `from ${from(one)}` : "now", h("small", {}, ` ${count(one)}`))))];
}

// When the plan was made, where that is not just now, and that its days are over.
function age({ data, clock, now, act }) {
  const { made_at: made, slices } = data.cover;
  if (!act || !made || Date.parse(made) > now() - FRESH_MS) return null;
  const over = Date.parse(slices[0].to) < now();
  return h("p", { class: over ? "hazard" : null, id: "cover-age" }, `${over ? "⚠ " : ""}This plan is ${duration(secondsSince(made, now()))} old, made ${clock.near(made)}${over ? "; its first days are over" : ""}.`);
}

const count = (row) => (row.teams.length === 1 ? "1 team" : `${row.teams.length} teams`);

// What is left at worst.
function ends({ data }, row) {
  const { cover } = data;
  if (!row.worst) return null;
  const { worst } = row;
  const loss = LOSSES.includes(cover.view);
  const what = `${worst.target}${worst.way ? ` (${worst.way})` : ""}`;
  const who = worst.team && worst.s !== null && worst.s !== undefined ? (worst.s < 60 ? `${worst.team} is there` : `${worst.team} is there in ${duration(worst.s)}`) : cover.view === "deterrence" ? "where who looks first gains most" : "nobody comes in time";
  return h("p", { class: "count", id: "worst" }, loss ? `WORST CASE LEFT: ${what}` : `FARTHEST: ${what}`, h("small", {}, ` ${who}${loss ? `, ${number(worst.loss)} lost${worst.value ? ` of ${number(worst.value)}` : ""}` : ""}.${row.proven ? " No plan with these teams does better (proven)." : ""}`));
}

function posts(page, row) {
  const { data, clock, view } = page;
  const names = Object.fromEntries(data.cover.targets.map((one) => [one.id, one.label]));
  const at = (post) => (names[post.at] ? `${post.at} (${names[post.at]})` : post.at);
  const unsure = Object.fromEntries(data.cover.teams.map((one) => [one.id, one.unsure]));  // what speaks against its being there
  const rows = row.posts.map((post) => h("tr", {},
    h("th", { scope: "row" }, post.team, unsure[post.team] ? h("small", { class: "problem" }, ` ${unsure[post.team]}`) : null),
    h("td", {}, post.does === "spare" ? "spare: not needed anywhere" : h("button", { class: "line", onclick: () => page.lookAt([post.place]) }, h("strong", {}, post.does === "wait" ? "waits at " : "stands at "), at(post), h("small", {}, formatPlace(...post.place, view.style)))),
    h("td", { class: "number" }, post.does === "spare" ? "" : post.there_s === null ? h("span", { class: "problem" }, "NO WAY") : !post.moved || post.there_s < 60 ? (unsure[post.team] ? "taken to be there" : "is there") : [duration(post.there_s), h("small", {}, `there ${clock.time(new Date(Date.parse(row.from) + 1000 * post.there_s).toISOString())}`)])));
  return rows.length ? h("table", { class: "posts-table plain-table", id: "cover-posts" }, h("thead", {}, h("tr", {}, h("th", {}, "Team"), h("th", {}, "Where"), h("th", { class: "number" }, "On the way"))), h("tbody", {}, rows)) : h("p", { class: "problem" }, "No team is there.");
}

// A plan of deterrence: how often each target is covered.
function often(page, row) {
  const rows = Object.entries(row.coverage).sort(([, a], [, b]) => b - a).map(([id, p]) => {
    const fill = h("span", { class: "fill" });
    fill.style.width = `${100 * p}%`;
    return h("li", {}, h("div", { class: "bar-head" }, h("span", {}, id, row.tempting.includes(id) ? h("small", {}, " gains most, as others do") : null), h("strong", {}, percent(p))), h("div", { class: "bar", role: "img", "aria-label": percent(p) }, fill));
  });
  return [h("h3", {}, "How often each is covered"), h("ul", { class: "bars" }, rows), h("p", {}, h("small", {}, `${row.rosters.length} rosters, drawn by day.`))];
}

// When what is hit, who goes, how soon, what is lost.
function answers({ data }, row) {
  const { cover } = data;
  if (!row.answers.length) return null;
  const loss = cover.view === "reserve";
  const rows = row.answers.map((one) => h("tr", { class: one.team === null ? "lost" : null },
    h("th", { scope: "row" }, one.target, one.way ? h("small", {}, ` ${one.way}`) : null),
    h("td", {}, one.team === null ? h("span", { class: "problem" }, "nobody in time") : one.s < 60 ? `${one.team} is there` : [`${one.team} `, h("span", { class: "nowrap" }, `in ${duration(one.s)}`), one.within === false ? h("small", { class: "problem" }, " too far") : null]),
    loss ? h("td", { class: "number" }, `${number(one.loss)} of ${number(one.value)}`) : null));
  return h("table", { class: "answers-table plain-table", id: "cover-answers" }, h("caption", {}, "If it is hit"), h("thead", {}, h("tr", {}, h("th", {}, "Target"), h("th", {}, "Who goes"), loss ? h("th", { class: "number" }, "Lost") : null)), h("tbody", {}, rows));
}

function price(cover, row) {
  const { price } = row;
  if (!price || cover.view === "fewest") return null;
  const what = { reserve: cover.aim === "worst" ? "worst loss" : "mean loss", deterrence: "worst loss", covering: "share of the value covered", expected: "share of the value covered", median: "mean way", center: "longest way" }[cover.view];
  const rows = [["now", price.now ?? 0], ["one team more", price.one_more], ["one team less", price.one_less], ["all stand, none waits", price.without_reserve]].filter(([, value]) => value !== null && value !== undefined);
  if (rows.length < 2) return null;
  const shown = (value) => (["median", "center"].includes(cover.view) ? duration(value) : ["covering", "expected"].includes(cover.view) ? percent(value) : number(value));
  const of = price.of ? `, reckoned as at ${price.of}` : "";
  return h("table", { class: "price plain-table", id: "cover-price" }, h("caption", {}, `What a team is worth: ${what}${of}`), h("tbody", {}, rows.map(([words, value]) => h("tr", {}, h("th", { scope: "row" }, words), h("td", { class: "number" }, shown(value))))));
}

// How likely a target is hit; of one that no warning names nothing is known, which is not 0 %.
function hit(data, p, id) {
  if (p === undefined) return null;
  const named = (data.warning?.warnings ?? []).some((row) => !row.targets.length || row.targets.includes(id));
  return p > 0 || named ? `hit in these days with ${percent(p)}` : "no warning names it";
}

// A target's ways, or its value where it has none, as its form has them.
function worth(one) {
  const ways = Object.entries(one.ways).map(([way, loss]) => `${way}=${Number(loss.toPrecision(6))}`).join(", ");
  return ways ? { ways } : { value: one.value };
}

function known(page) {
  const { data, act, view } = page;
  const row = shownSlice(data.cover);
  const rows = (data.targets ?? []).map((one) => {
    const about = [one.label, `value ${number(one.value)}`, Object.entries(one.ways).map(([way, loss]) => `${way} ${number(loss)}`).join(", "), hit(data, row?.chance?.[one.target], one.target)];
    return h("li", {}, h("button", { class: "line", onclick: () => page.lookAt([[one.lon_deg, one.lat_deg]]) }, h("strong", {}, one.target), h("small", {}, about.filter(Boolean).join(" · "))),
      act ? h("button", { class: "small", "aria-label": `Change target ${one.target}`, onclick: () => act("changeTarget", { name: one.target, place: formatPlace(one.lon_deg, one.lat_deg, "decimal"), label: one.label || undefined, ...worth(one), harm_per_h: one.loss_per_h ?? undefined }) }, "Change") : null,
      act ? h("button", { class: "small", "aria-label": `Drop target ${one.target}`, onclick: () => act("dropTarget", { name: one.target }) }, "Drop") : null);
  });
  return [h("h2", {}, "Targets"), rows.length ? h("ul", { class: "lines", id: "targets" }, rows) : h("p", {}, `No target is known${view.point ? "" : ": click on the map, then name it"}.`)];
}
