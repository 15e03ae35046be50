// The tab of the buildings: rooms by floor with what is believed of them, the plan's moves, and what comes back.

import * as api from "homeward/api.js";
import { h } from "homeward/dom.js";
import { FORMS } from "homeward/forms.js";
import { percent } from "homeward/format.js";
import { keep, save } from "homeward/tabs.js";

const names = (data) => data.buildings.map((one) => one.id);
const rooms = (data, chosen) => (data.buildings.find((one) => one.id === chosen)?.rooms ?? []).map((room) => room.id);
const SENSES = { eye: "eyes", dog: "a dog", listening: "a listening device", radar: "a through-wall radar" };
const WHEN = { name: "at", label: "When", hint: "14:30, -20min, or empty for now", more: true };
const BUILDING = { name: "name", label: "Building", required: true, list: names };
const TEAM = { name: "team", label: "Team", list: (data) => data.teams.map((team) => team.id) };

Object.assign(FORMS, {
  building: { title: "Load a building", send: api.loadBuilding, fields: [
    { name: "file", label: "Plan", type: "file", required: true, accept: ".gml,.xml,.geojson,.json", hint: "IndoorGML, indoor GeoJSON, or a drawn plan" },
    { name: "name", label: "Name", required: true, hint: "school" },
    { name: "entrance", label: "Main entrance", hint: "its place; empty = as the file says" },
    { name: "entrance_room", label: "leads into", hint: "the room, where no exit is mapped" },
    { name: "material", label: "Walls of", hint: "brick, concrete, drywall, wood" },
    { name: "crs", label: "Coordinate system", hint: "for files that state none: EPSG:25832", more: true },
    { name: "scale", label: "One unit is", type: "number", unit: "m", min: 0, hint: "empty = 1", more: true },
    { name: "label", label: "In words", hint: "as printed", more: true },
    WHEN,
  ] },
  buildingPlan: { title: "Plan the search inside", send: api.planBuilding, fields: [
    BUILDING,
    { name: "teams", label: "Teams", hint: "empty = those sent there: Alpha, Rex=dog, Rex=dog+radar:Hall" },
    { name: "minutes", label: "For", type: "number", unit: "min", min: 0, hint: "empty = 30" },
    { name: "start", label: "Teams stand in", hint: "empty = outside", list: rooms, of: "name" },
    { name: "begin", label: "From", hint: "15:30, +10min, or empty for now" },
    { name: "lookouts", label: "Lookouts in", hint: "rooms where somebody stays and watches: Hall, Stairs", more: true },
    { name: "keep_shut", label: "Keep shut", hint: "rooms that nobody may enter: Room 3, WC", more: true },
    { name: "closed_pod", label: "A door stays closed from", type: "number", unit: "% POD", scale: 0.01, min: 1, max: 99, hint: "sensed empty with at least this; empty = 90 %", more: true },
    { name: "time_limit_s", label: "Think for", type: "number", unit: "s", min: 0, hint: "empty = 10", more: true },
    { name: "share", label: "Chance to be inside", type: "number", unit: "%", scale: 0.01, min: 0, max: 100, hint: "empty = the map's", more: true },
    { name: "seed", label: "Seed", type: "number", whole: true, hint: "empty = 0", more: true },
  ] },
  reading: { title: "Something was sensed", send: api.takeReading, fields: [
    BUILDING,
    { name: "room", label: "Room", required: true, list: rooms, of: "name" },
    { name: "stood_in", label: "From", required: true, list: (data, chosen) => [["OUTSIDE", "outside"], ...rooms(data, chosen)], of: "name" },
    { name: "sense", label: "By", required: true, options: SENSES },
    { name: "positive", label: "It said", required: true, options: { false: "nobody", true: "somebody" }, truth: true },
    { name: "people", label: "How many", type: "number", min: 1, whole: true, more: true },
    TEAM, WHEN,
  ] },
  searchedRoom: { title: "A room was searched without a find", send: api.searchedRoom, fields: [
    BUILDING,
    { name: "room", label: "Room", required: true, list: rooms, of: "name" },
    { name: "pod", label: "POD", type: "number", unit: "%", scale: 0.01, min: 0, max: 99, required: true },
    TEAM, WHEN,
  ] },
  markings: { title: "Make the markings", about: "FEMA's and INSARAG's, as a PDF. What is left empty comes from the log.", send: makeMarkings, fields: [
    BUILDING,
    { name: "team", label: "Team", hint: "as it shall stand there" },
    { name: "entered", label: "Went in", hint: "14:05" },
    { name: "left", label: "Came out", hint: "15:10" },
    { name: "hazards", label: "Hazards", hint: "gas, unsafe stairs" },
    { name: "inside_", label: "Still inside", hint: "floor, live, dead: 0 1 0; -1 0 2" },
    { name: "removed", label: "Brought out", numbers: true, hint: "live, dead: 2 0" },
    { name: "missing", label: "Unaccounted for", type: "number", min: 0, whole: true },
    { name: "no_go", label: "Nobody may enter", options: { "": "No", true: "Yes" }, truth: true, more: true },
    { name: "clear", label: "Confirmed clear", options: { "": "No", true: "Yes" }, truth: true, more: true },
  ] },
});

async function makeMarkings({ hazards, inside_, ...fields }) {
  const list = (text, mark) => (text ?? "").split(mark).map((one) => one.trim()).filter(Boolean);
  const made = await api.markings({ ...fields, hazards: list(hazards, ","), inside_: list(inside_, ";").map((one) => one.split(/[\s,]+/).map(Number)) });
  keep(made);
  return { text: `${made.name} is made.` };
}

export function buildingsTab(page) {
  const { data, act } = page;
  return [
    act && h("p", { class: "buttons" },
      h("button", { class: data.buildings.length ? null : "main", onclick: () => act("building") }, "Load a building"),
      data.buildings.length ? h("button", { class: "main", onclick: () => act("buildingPlan") }, "Plan the search inside") : null,
      data.buildings.length ? h("button", { onclick: (event) => save("buildings", event.target) }, "Floor plans and sheets") : null,
      data.buildings.length ? h("button", { onclick: () => act("markings") }, "Markings") : null),
    data.buildings.length ? data.buildings.map((one) => building(page, one)) : h("p", {}, "No building yet."),
  ];
}

function building(page, one) {
  const { act } = page;
  const floors = [...new Set(one.rooms.map((room) => room.floor_words))];
  const share = one.share === null ? "" : `The map has ${percent(one.share)} of all probability in it. `;
  return h("section", { "aria-label": one.id },
    h("h2", {}, one.label === one.id || !one.label ? one.id : `${one.id} (${one.label})`),
    h("p", {}, share, "Rooms share what is inside:"),
    floors.map((floor) => h("table", { class: "scenarios rooms" },
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, `Floor ${floor}`), h("th", { class: "number", scope: "col" }, "Inside"), h("th", { scope: "col" }, ""))),
      h("tbody", {}, one.rooms.filter((room) => room.floor_words === floor).map((room) => row(act, one, room))))),
    one.plan ? plan(page, one) : h("p", {}, "No plan yet for inside."));
}

function row(act, one, room) {
  const done = room.searched === null ? null : `searched, POD ${percent(room.searched)}`;
  const about = [room.kind, ...room.readings, done].filter(Boolean).join(" · ");
  const filled = { name: one.id, room: room.id };
  return h("tr", {},
    h("td", {}, room.words, h("small", {}, about)),
    h("td", { class: "number" }, percent(room.p)),
    h("td", { class: "number" }, act ? [
      h("button", { class: "small", "aria-label": `Reading of ${room.id}`, onclick: () => act("reading", filled) }, "Reading"), " ",
      h("button", { class: "small", "aria-label": `${room.id} searched`, onclick: () => act("searchedRoom", filled) }, "Searched"),
    ] : null));
}

function plan(page, one) {
  const { clock } = page;
  const stale = one.newer > 0;
  const { value, bound, moves, crews, duration_s: long, starts, left, why } = one.plan;
  return [
    h("h2", {}, `Plan: ${Math.round(long / 60)} min from ${clock.time(starts)}`),
    stale ? h("p", { class: "hazard", role: "status" }, `⚠ ${one.newer === 1 ? "1 reading or search is" : `${one.newer} readings or searches are`} newer than this plan: plan again before anybody follows it.`) : null,
    h("p", {}, `Finds the subject, if inside, with ${percent(value)} (at best ${percent(bound)}).`),
    crews.map(([crew, who]) => h("details", { class: stale ? "stale" : null }, h("summary", {}, `${crew}: ${who.join(", ")}`),
      h("ol", {}, moves.filter((move) => move.crew === crew).map((move) => h("li", {}, h("strong", {}, `${clock.time(move.at)} `), move.words))))),
    left.length ? h("ul", {}, left.map((one) => h("li", {}, h("strong", {}, `${one.what}: ${one.rooms.join(", ")}. `), one.why))) : null,
    h("ul", {}, why.map((line) => h("li", {}, line))),
  ];
}
