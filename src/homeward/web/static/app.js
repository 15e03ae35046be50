// The page: one mission on a map and in a panel. Two uses: live (asks the server), or a file with the data inside.

import * as api from "homeward/api.js";
import { openForm } from "homeward/dialog.js";
import { byId, fold, h, isLong, placeOfFocus, remember, remembered, toast } from "homeward/dom.js";
import { buildingsTab } from "homeward/buildings.js";
import { crewTab } from "homeward/crew.js";
import { currentSlice } from "homeward/covermap.js";
import { clock as clockIn, duration, percent, secondsSince } from "homeward/format.js";
import { follow } from "homeward/live.js";
import { makeMap } from "homeward/map.js";
import { alarms, openOrders } from "homeward/orders.js";
import { planTab } from "homeward/plan.js";
import { showLayers, showPoint } from "homeward/point.js";
import { readyCount, readyTab } from "homeward/ready.js";
import { rescueTab } from "homeward/rescue.js";
import { cluesTab, logTab, moreTab, storyTab, teamsTab } from "homeward/tabs.js";

const TABS = { plan: ["Plan", planTab], clues: ["Clues", cluesTab], teams: ["Teams", teamsTab], crew: ["Crew", crewTab], rescue: ["Rescue", rescueTab], buildings: ["Inside", buildingsTab], ready: ["Ready", readyTab], story: ["Why", storyTab], log: ["Log", logTab], more: ["More", moreTab] };
const THEMES = { system: "System", dark: "Dark", light: "Light" };
const inFile = byId("data") ? JSON.parse(byId("data").textContent) : null;
const live = inFile === null;

// Everything on the page follows from `page.data` (the mission) and `page.view` (what this person looks at).
const page = {
  data: null,
  clock: clockIn("UTC"),
  view: { tab: "plan", sort: { key: "leaves", down: false }, focus: {}, point: null, papers: null, scenario: null, shown: {}, opacity: 0.6, work: null, said: null, ready: null, slice: null, warning: null, zoom: undefined, alert: null,
    style: remembered("style", "decimal"), theme: remembered("theme", "system") },
  now: () => Date.now(),
  theme: () => (page.view.theme === "system" ? (wantsLight.matches ? "light" : "dark") : page.view.theme),
  set: (change) => { Object.assign(page.view, change); render(); },
  lookAt: (points) => map.lookAt(points),
  focus: (focus, how) => { map.focus(focus, how); page.set({ focus }); },
  showScenario: (id) => {
    page.view.scenario = id;
    map.only(page.data.scenarios.find((row) => row.id === id)?.map ?? null);
    render();
  },
  showCover: (slice) => {
    page.view.slice = page.data.cover.shown = slice;
    map.show(page.data, page.clock);
    render();
  },
  act: live ? (verb, filled) => openForm(verb, page, filled, said) : null,
};
const wantsLight = matchMedia("(prefers-color-scheme: light)");
const map = makeMap(byId("map"), {
  onPoint: (point) => page.set({ point }),
  onPick: (focus) => page.focus(focus, { move: false }),
});

let loading = false;
let again = false;

async function load() {
  again = loading;
  if (loading) return;
  loading = true;
  try {
    show(await api.mission());
  } catch (error) {
    if (page.data) toast(error.message);
    else byId("headline").replaceChildren(h("p", { class: "problem", role: "alert" }, error.message));
  } finally {
    loading = false;
    if (again) load();
  }
}

// What was answered: shortly at the foot of the panel; where it is long, whole above the tab it was asked on.
// `shown`: the tab itself shows all that the answer says. `seq`: how long the log was then.
function said(text, { then: tab, shown, seq } = {}) {
  page.set({ tab: tab ?? page.view.tab });
  if (isLong(text) && !shown) keepAnswer(text, { seq });
  else toast(text);
}

const whereNow = () => (page.view.tab === "ready" ? `ready ${page.view.ready}` : page.view.tab);

function keepAnswer(text, { seq, at = new Date(page.now()).toISOString(), where = whereNow() } = {}) {
  page.set({ said: { text, at, seq: seq ?? page.data?.seq, where } });
  if (where === whereNow()) byId("tab").scrollTop = 0;
  byId("announced").textContent = text.split("\n")[0];
}

const SHOWN = ["way out", "plan of cover"]; // what is made in the background and shown whole by its tab

function show(data) {
  page.data = data;
  page.view.papers = null; // they were of the plan before
  const shown = [data.ipp?.seen_at, data.opened_at, data.log[0]?.at, data.plan?.starts, data.plan?.ends];
  page.clock = clockIn(data.time_zone, [...shown, ...(data.plan?.assignments ?? []).map((task) => task.back)], live ? Date.now : () => Date.parse(data.log[0]?.at ?? Date.now()));
  if (data.cover) data.cover.shown = page.view.slice === null ? currentSlice(data.cover, page.now()) : Math.min(page.view.slice, data.cover.slices.length - 1);
  document.title = `${data.name} - homeward`;
  headline(); // first, because its height decides how much room the map has
  map.show(data, page.clock);
  if (!data.scenarios.some((row) => row.id === page.view.scenario && row.map)) page.view.scenario = null;
  page.showScenario(page.view.scenario);
}

function render() {
  document.documentElement.dataset.theme = page.theme();
  if (!page.data) return;
  const focus = placeOfFocus();
  headline();
  tabs();
  map.quiet(page.view.tab === "ready" && page.view.ready === "cover");
  showPoint(page, map.belief());
  showLayers(page, map.belief(), map);
  focus();
}

function headline() {
  const { data, clock, view } = page;
  const focus = placeOfFocus();
  const theme = h("select", { "aria-label": "Theme", id: "theme", onchange: (event) => {
    remember("theme", event.target.value);
    page.set({ theme: event.target.value });
    map.theme(page.theme());
  } }, Object.entries(THEMES).map(([key, words]) => h("option", { value: key, selected: key === view.theme }, words)));
  const pos = data.plan && [`POS by ${clock.near(data.plan.ends)}`, percent(data.plan.value), `at best ${percent(data.plan.bound)}`];
  const alive = data.alive !== null && !data.find && ["Alive", percent(data.alive), data.alive_at ? `at ${clock.near(data.alive_at)}` : ""];
  const outside = data.belief && ["Outside the map", percent(data.belief.outside), ""];
  byId("headline").replaceChildren(...[
    h("div", {}, h("h1", {}, data.name, data.exercise ? h("span", { class: "exercise" }, "EXERCISE") : null), h("p", { id: "what" }, what(data, clock), live ? null : h("small", {}, ` as of ${clock.dayTime(data.log[0]?.at)}`))),
    h("dl", {}, [pos, alive, outside].filter(Boolean).map(([name, value, note]) => h("div", {}, h("dt", {}, name), h("dd", {}, value, h("small", {}, note))))),
    page.act ? h("button", { id: "located", class: "located", onclick: () => page.act("found") }, "★ Subject located") : null,
    h("div", { class: "tools" }, theme),
    alarms(page),
    h("p", { id: "newer", class: "hazard", role: "status", hidden: !data.newer_than_map }, data.newer_than_map ? newer(data.newer_than_map, "map") : ""),
    h("p", { id: "newer-plan", class: "hazard", role: "status", hidden: !data.newer_than_plan }, data.newer_than_plan ? newer(data.newer_than_plan, "plan") : ""),
    h("p", { id: "work", role: "status", hidden: !view.work }, view.work ?? ""),
  ].flat(Infinity).filter(Boolean));
  focus();
}

function what(data, clock) {
  const who = capital(`${data.subject.count > 1 ? `${data.subject.count} × ` : ""}${data.subject.category ?? "subject not described yet"}`);
  if (data.find) return `FOUND ${clock.dayTime(data.find.at)}${data.find.team ? ` by ${data.find.team}` : ""}. ${who}.`;
  if (!data.ipp) return `${who}. No IPP yet.`;
  const gone = live ? ` (${duration(secondsSince(data.ipp.seen_at))} ago)` : "";
  return `${who}, ${data.ipp.kind} ${clock.dayTime(data.ipp.seen_at)} ${clock.zone(data.ipp.seen_at)}${gone}`;
}

function newer(count, what) {
  const button = { map: "Make map", plan: page.data.plan ? "Plan again" : "Make plan" }[what];
  return `⚠ ${count === 1 ? "1 fact is" : `${count} facts are`} newer than the ${what}: make it anew${live ? ` (Plan, ${button})` : ""}.`;
}

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

function tabs() {
  const { view, data } = page;
  const counts = { clues: data.clues.length, teams: data.teams.length, buildings: data.buildings.length, crew: openOrders(data).length && `!${openOrders(data).length}`, rescue: data.rescue?.casualties.length, ready: readyCount(data) };
  const keys = (event) => {
    const names = Object.keys(TABS);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    page.set({ tab: names[(names.indexOf(view.tab) + step + names.length) % names.length] });
    byId(`tab-${page.view.tab}`).focus();
  };
  byId("tabs").replaceChildren(...Object.entries(TABS).map(([name, [words]]) =>
    h("button", { role: "tab", id: `tab-${name}`, "aria-selected": String(name === view.tab), "aria-controls": "tab", tabindex: name === view.tab ? 0 : -1,
      onclick: () => page.set({ tab: name }), onkeydown: keys }, words, counts[name] ? h("small", {}, ` ${counts[name]}`) : null)));
  if (byId("tab").getAttribute("aria-labelledby") !== `tab-${view.tab}`) byId("tab").scrollTop = 0;
  byId("tab").setAttribute("aria-labelledby", `tab-${view.tab}`);
  byId("tab").replaceChildren(...[answer(view)].filter(Boolean), ...TABS[view.tab][1](page).flat(Infinity).filter(Boolean));
}

// The last long answer, on the tab it was asked on, with its time; folded away once something newer was written down.
function answer({ said }) {
  if (!said || said.where !== whereNow()) return null;
  const since = said.seq === undefined ? 0 : page.data.seq - said.seq;
  const words = `Answer of ${page.clock.near(said.at)}`;
  const body = h("p", {}, said.text);
  return h("section", { id: "said", "aria-label": "Last answer" },
    h("button", { class: "small", onclick: () => page.set({ said: null }), "aria-label": "Close the last answer" }, "✕"),
    since > 0 ? fold(`said ${said.at}`, `${words} · ${since === 1 ? "1 entry" : `${since} entries`} since`, body) : [h("small", {}, words), body]);
}

// On whose tab an answer stands that was there before this browser came.
const TAB_OF = { "plan for inside": "buildings", formation: "crew" };

// `before`: it was so before this browser came, so it is shown without being announced.
function onWork({ kind, state, text, share, data, before, at, seq }) {
  page.view.work = state === "running" ? `Making the ${kind}: ${share ? percent(share) : "…"} ${text}` : null;
  if (page.data) headline();
  const long = state === "done" && text.includes("\n") && !SHOWN.includes(kind);
  if (state === "done" && kind === "rehearsal") page.set({ rehearsal: data });
  else if (long && (!before || page.view.said === null)) keepAnswer(text, { at, seq, where: before ? TAB_OF[kind] ?? "plan" : whereNow() });
  if (!before && !long && (state === "done" || state === "failed")) toast(text.split("\n")[0]);
}

render();
wantsLight.addEventListener("change", () => { render(); map.theme(page.theme()); });
map.theme(page.theme());
if (live) {
  load();
  follow({ onOpen: () => onWork({ state: "unknown" }), onChange: (seq) => seq !== page.data?.seq && load(), onWork, clock: () => page.clock });
  // How long nobody has answered; and what changes by the hour although nothing is written.
  setInterval(() => page.data && (page.view.tab === "ready" ? load() : page.view.tab === "crew" ? render() : headline()), 60000);
} else {
  show(inFile);
}
