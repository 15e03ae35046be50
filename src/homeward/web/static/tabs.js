// The other tabs of the panel: clues, teams, the map's story, the log, papers.

import * as api from "homeward/api.js";
import { h, toast } from "homeward/dom.js";
import { formatPlace } from "homeward/coords.js";
import { area, percent } from "homeward/format.js";
import { scenarios } from "homeward/scenarios.js";

export function cluesTab(page) {
  const { data, clock, act, view } = page;
  const list = [...data.clues].reverse().map((clue) => {
    const chosen = view.focus.clue === clue.id;
    const choose = () => page.focus(chosen ? {} : { clue: clue.id });
    const off = clue.refused !== null;
    const state = off ? `counts no longer: ${clue.refused}` : clue.held ? "held: does not count yet" : `believed to ${percent(clue.believed)}`;
    const about = [formatPlace(...clue.place, view.style), clue.when && `speaks of ${clock.time(clue.when)}`, state];
    const button = (words, verb, filled) => h("button", { class: "small", onclick: () => act(verb, filled) }, words);
    return h("li", { class: off ? "refused" : null, "aria-current": chosen ? "true" : null },
      h("button", { class: "line", onclick: choose },
        h("strong", {}, `Clue ${clue.id}`), ` ${clock.time(clue.at)} `, h("span", {}, clue.says),
        h("small", {}, about.filter(Boolean).join(" · ")),
        chosen && clue.notes.length ? h("small", {}, clue.notes.join("; ")) : null),
      act && !off ? button("Correct", "correct", asReported(clue)) : null,
      act && (off || clue.held) ? button("Accept", "accept", { name: clue.id }) : null,
      act && !off ? button("Refuse", "refuse", { name: clue.id }) : null);
  });
  return [
    act && h("p", { class: "buttons" }, h("button", { class: "main", onclick: () => act("clue") }, "Report a clue")),
    list.length ? h("ul", { class: "lines", id: "clues" }, list) : h("p", {}, "No clue yet."),
  ];
}

const asReported = ({ id, kind, place, ...rest }) => ({
  ...rest, corrects: id, kind: ["point", "bearing"].includes(kind) ? "" : kind, place: formatPlace(...place, "decimal"), at: undefined, held: undefined,
});

export function teamsTab(page) {
  const { data, act } = page;
  const list = data.teams.map((team) => {
    const tasks = (data.plan?.assignments ?? []).filter((task) => task.team === team.id);
    const choose = () => page.focus(tasks.length ? { number: tasks[0].number } : {});
    const about = [team.is, team.radio, tasks.length ? `tasks ${tasks.map((t) => t.number).join(", ")}` : "no task", team.searched.length ? `searched ${team.searched.join(", ")}` : null, team.seen ? `seen ${page.clock.time(team.seen.when)} at ${formatPlace(...team.seen.at, page.view.style)}` : null];
    return h("li", {},
      h("button", { class: "line team-row", onclick: choose }, h("strong", {}, team.id), h("small", {}, about.filter(Boolean).join(" · "))),
      act ? h("button", { class: "small", onclick: () => act("changeTeam", asRegistered(team)) }, "Change") : null,
      act ? h("button", { class: "small", onclick: () => act("debrief", { team: team.id }) }, "Back") : null,
      act ? h("button", { class: "small", onclick: () => act("standDown", { name: team.id }) }, "Stand down") : null);
  });
  return [
    act && h("p", { class: "buttons" }, h("button", { class: "main", onclick: () => act("team") }, "Register a team"), h("button", { onclick: () => act("track") }, "Take in a track")),
    list.length ? h("ul", { class: "lines", id: "teams" }, list) : h("p", {}, "No team yet."),
    ...conditions(page),
  ];
}

const asRegistered = ({ id, is, searched, tracks, seen, base, ...rest }) => ({ ...rest, name: id, base: base ? formatPlace(...base, "decimal") : undefined });

// What the teams work in, and the numbers that this mission has instead of the tables'.
function conditions({ data, act }) {
  const numbers = (data.numbers ?? []).map((one) => h("li", {}, h("span", { class: "line" }, `${one.name}: ${one.value}`, h("small", {}, one.why))));
  return [
    h("h2", {}, "Weather and numbers"),
    h("p", { id: "weather" }, `Weather: ${data.weather ?? "not known"}.`),
    numbers.length ? h("ul", { class: "lines", id: "numbers" }, numbers) : null,
    act && h("p", { class: "buttons" }, h("button", { onclick: () => act("weather") }, "Set the weather"), h("button", { onclick: () => act("number") }, "Override a number")),
  ];
}

export function storyTab(page) {
  const { data } = page;
  if (!data.belief) return [scenarios(page), h("p", {}, "No probability map yet.")];
  const bands = data.belief.bands.map((band) => `${100 * band.share} % within ${area(band.area_km2)}`).join(", ");
  return [
    scenarios(page),
    h("h2", {}, "Where, and why"),
    h("p", {}, `Of all probability, ${percent(data.belief.outside)} lies outside the map; ${bands || "the map holds less than a tenth"}.`),
    h("ol", { class: "story" }, data.story.map((move) =>
      h("li", {}, h("strong", {}, `${move.cause}: `), move.why, h("small", {}, `${percent(move.moved)} of the probability moved from ${move.from} to ${move.to}`)))),
  ];
}

export function logTab(page) {
  const { data, clock, act } = page;
  const undo = (line) => h("button", { class: "small", onclick: () => act("undo", { entry: line.id }) }, "Undo");
  const list = data.log.map((line) =>
    h("li", { class: line.counts ? null : "undone" },
      h("div", { class: "line" }, h("strong", {}, clock.near(line.at)), ` ${line.what}`, h("small", {}, `${line.by}${line.counts ? "" : " · counts no longer"}`)),
      act && line.counts ? undo(line) : null));
  return [
    act && h("p", { class: "buttons" }, h("button", { onclick: () => act("undo") }, "Undo the last entry"), h("button", { onclick: check }, "Check the log")),
    data.findings.map((finding) => h("p", { class: "hazard" }, "⚠ ", finding)),
    h("ul", { class: "lines", id: "log" }, list),
    data.log_length > data.log.length ? h("p", {}, `The latest ${data.log.length} of ${data.log_length} entries.`) : null,
  ];
}

export function moreTab(page) {
  const { data, act } = page;
  const sources = data.area ? [data.area.label, ...data.area.sources].filter(Boolean) : ["No ground loaded yet."];
  return [
    act && [
      h("p", { class: "buttons" }, ["subject", "ipp", "base", "ground", "found"].map((verb) => h("button", { onclick: () => act(verb) }, { subject: "Who is missing", ipp: "Set the IPP", base: "Set the command post", ground: "Load the ground", found: "Subject located" }[verb]))),
      h("h2", {}, "Papers and files"), papers(page),
      h("p", { class: "buttons" }, Object.entries(EXPORTS).map(([format, words]) => h("button", { onclick: (event) => save(format, event.target) }, words))),
    ],
    h("h2", {}, "The ground"),
    h("ul", {}, sources.map((source) => h("li", {}, source))),
    h("p", {}, h("small", {}, "Map drawn with MapLibre GL JS (BSD-3-Clause).")),
  ];
}

function papers(page) {
  const { names, error, busy } = page.view.papers ?? {};
  if (busy) return h("p", { "aria-busy": "true" }, "Writing …");
  if (error) return h("p", { class: "problem", role: "alert" }, error);
  if (!names) return h("p", { class: "buttons" }, h("button", { onclick: () => listPapers(page) }, "Make the task sheets and files"));
  const link = (name) => h("a", { class: "line", href: api.documentUrl(name), download: name.split("/").at(-1) }, name);
  return h("ul", { class: "lines", id: "papers" }, names.map((name) => h("li", {}, link(name))));
}

const EXPORTS = { html: "Page as a file", png: "Overview map", gpx: "GPX of all tasks", caltopo: "CalTopo", tif: "Probability GeoTIFF", log: "Log" };

// Hands a file {name, content} to the person.
export function keep({ name, content }) {
  const link = h("a", { href: URL.createObjectURL(content), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

export async function save(format, button) {
  button.disabled = true;
  try {
    keep(await api.exported(format));
  } catch (error) {
    toast(error.message);
  } finally {
    button.disabled = false;
  }
}

async function listPapers(page) {
  page.set({ papers: { busy: true } });
  page.set({ papers: await api.documents().catch((error) => ({ error: error.message })) });
}

async function check() {
  try {
    toast((await api.verify()).text);
  } catch (error) {
    toast(error.message);
  }
}
