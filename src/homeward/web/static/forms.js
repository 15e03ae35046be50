// The verbs as forms: what each asks for, and the dialog that asks it. The server checks; its answer is shown as it is.

import * as api from "homeward/api.js";
import { byId, h, toast } from "homeward/dom.js";

const PLACE_HINT = "36.5, -84.2 · N36 30.000 W84 12.000 · 16S 750000 4043000 · 16S GF 5000 4300 · or click on the map first";
const AT = { name: "at", label: "When", hint: "14:30, -20min, or empty for now" };
const LATER = { ...AT, more: true };
const WHY = { name: "why", label: "Why", required: true };
const KINDS = { dog: "Dog team", line: "Line search team", drone: "Drone team", hasty: "Hasty team" };
const KM = { type: "number", unit: "km", scale: 1000, min: 0 };
const METRES = { type: "number", unit: "m", min: 0 };

const CLUE = [
  { name: "text", label: "What", required: true, hint: "in the finder's words" },
  { name: "place", label: "Where", required: true, hint: PLACE_HINT, place: true },
  { name: "team", label: "Team", list: (data) => data.teams.map((team) => team.id) },
  { name: "bearing_deg", label: "Bearing", type: "number", unit: "° true", min: 0, max: 360, hint: "if it points somewhere else" },
  { name: "range_m", label: "Distance", ...KM },
  { ...AT, more: true },
  { name: "reliability", label: "How sure", type: "number", unit: "%", scale: 0.01, min: 0, max: 100, more: true },
  { name: "bearing_sd_deg", label: "Bearing, give or take", type: "number", unit: "°", min: 0, more: true },
  { name: "range_sd_m", label: "Distance, give or take", ...KM, more: true },
  { name: "error_m", label: "Place, give or take", ...METRES, more: true },
];

export const FORMS = {
  clue: { title: "Report a clue", send: api.reportClue, fields: CLUE },
  correct: { title: "Correct a clue", send: api.reportClue, fields: [
    { name: "corrects", label: "Clue", required: true, list: (data) => data.clues.map((clue) => clue.id) }, ...CLUE.filter(({ name }) => name !== "at"),
  ] },
  refuse: { title: "A clue counts no longer", send: api.refuseClue, fields: [
    { name: "name", label: "Clue", required: true, list: (data) => data.clues.map((clue) => clue.id) }, WHY, LATER,
  ] },
  team: { title: "Register or change a team", send: api.registerTeam, fields: [
    { name: "name", label: "Name", required: true },
    { name: "kind", label: "Kind", required: true, options: KINDS },
    { name: "people", label: "People", type: "number", min: 1, whole: true },
    { name: "radio", label: "Radio", hint: "call sign or channel" },
    { name: "base", label: "Starts from", hint: "empty = the command post", place: true },
    { name: "endurance_s", label: "Longest time out", type: "number", unit: "h", scale: 3600, min: 0, more: true },
    { name: "sweep_width_m", label: "Sweep width", ...METRES, hint: "empty = the cited default", more: true },
    { name: "speed_mps", label: "Searching speed", type: "number", unit: "m/s", min: 0, hint: "empty = the cited default", more: true },
    { name: "why", label: "Why not the default", more: true },
    LATER,
  ] },
  standDown: { title: "A team is no longer available", send: api.standDown, fields: [
    { name: "name", label: "Team", required: true, list: (data) => data.teams.map((team) => team.id) }, { name: "why", label: "Why" }, LATER,
  ] },
  subject: { title: "Who is missing", send: api.setSubject, fields: [
    { name: "category", label: "Category", hint: "hiker, child 4-6, dementia ..." },
    { name: "ecoregion", label: "Climate", options: { "": "not said", temperate: "Temperate", dry: "Dry", urban: "Urban" } },
    { name: "ground", label: "Ground", options: { "": "not said", mountain: "Mountain", flat: "Flat" } },
    { name: "count", label: "How many", type: "number", min: 1, whole: true },
    { name: "name", label: "Name", hint: "personal: kept in the mission file, not shown here" },
    { name: "age_years", label: "Age", type: "number", min: 0, hint: "personal" },
    { name: "description", label: "Looks and clothing", hint: "personal" },
    { name: "medical", label: "Medical needs", hint: "personal" },
    LATER,
  ] },
  ipp: { title: "Set the IPP", send: api.setIpp, fields: [
    { name: "place", label: "Where", required: true, hint: PLACE_HINT, place: true },
    { name: "seen", label: "Last known there", required: true, hint: "14:30, 2026-11-21 14:30, or -3h" },
    { name: "kind", label: "Kind", options: { "place last seen": "Place last seen", "last known position": "Last known position" } },
    LATER,
  ] },
  base: { title: "Set the command post", send: api.setBase, fields: [
    { name: "place", label: "Where", required: true, hint: PLACE_HINT, place: true },
    LATER,
  ] },
  map: { title: "Make the probability map", send: api.makeMap, fields: [] },
  plan: { title: "Make the search plan", send: api.makePlan, fields: [
    { name: "hours", label: "For how long", type: "number", unit: "h", min: 0, max: 24, hint: "empty = 4 hours" },
    { name: "start", label: "From", hint: "15:30, +30min, or empty for now" },
    { name: "seed", label: "Seed", type: "number", whole: true, hint: "empty = 0" },
  ] },
  track: { title: "Take in a track", send: api.takeTrack, fields: [
    { name: "team", label: "Team", required: true, list: (data) => data.teams.map((team) => team.id) },
    { name: "assignment", label: "Assignment", hint: "empty = its next one", list: (data) => (data.plan?.assignments ?? []).map((a) => a.number) },
    { name: "file", label: "GPX file", type: "file", required: true, accept: ".gpx" },
    LATER,
  ] },
  debrief: { title: "A team is back without a find", send: api.debrief, fields: [
    { name: "team", label: "Team", required: true, list: (data) => data.teams.map((team) => team.id) },
    { name: "assignment", label: "Assignment", hint: "empty = its next one", list: (data) => (data.plan?.assignments ?? []).map((a) => a.number) },
    { name: "pod_told", label: "POD as the team tells it", type: "number", unit: "%", scale: 0.01, min: 0, max: 99, hint: "a track, where one came in, goes before" },
    { name: "note", label: "Note", hint: "personal" },
    { name: "calling", label: "Called and listened", options: { "": "No", true: "Yes" }, truth: true, more: true, hint: "who answers would have been heard" },
    { name: "width_factor", label: "Sweep width times", type: "number", min: 0.01, max: 5, more: true, hint: "fog, snow: below 1" },
    { name: "why", label: "Why", more: true, hint: "reason for the factor" },
    LATER,
  ] },
  found: { title: "The subject is found", send: api.found, fields: [
    { name: "place", label: "Where", required: true, hint: PLACE_HINT, place: true },
    { name: "team", label: "By team", list: (data) => data.teams.map((team) => team.id) },
    { name: "alive", label: "Alive", options: { "": "not said", true: "Yes", false: "No" }, truth: true },
    { name: "condition", label: "Condition", hint: "personal" },
    AT,
  ] },
  ground: { title: "Load the ground", send: api.loadGround, fields: [
    { name: "elevation", label: "Elevation", type: "file", many: true, accept: ".tif,.tiff", hint: "GeoTIFF" },
    { name: "features", label: "Trails, roads, water", type: "file", many: true, accept: ".geojson,.json,.gpkg,.pbf", hint: "GeoJSON, GeoPackage or .osm.pbf" },
    { name: "landcover", label: "Land cover", type: "file", accept: ".tif,.tiff", hint: "class raster, GeoTIFF", more: true },
    { name: "landcover_scheme", label: "Its classes", options: { "": "as the file says", nlcd: "NLCD", worldcover: "ESA WorldCover", cgls: "CGLS", igbp: "IGBP" }, more: true },
    { name: "crs", label: "Coordinate system", hint: "for files that state none: EPSG:32631", more: true },
    { name: "cell_m", label: "Cell", type: "number", unit: "m", min: 0, hint: "empty = 50 m" },
    { name: "around", label: "Around", hint: "empty = the IPP", place: true },
    { name: "half_width_m", label: "Out to", ...KM, hint: "empty = the whole elevation file" },
    { name: "bbox", label: "Or a box", numbers: true, hint: "west south east north in degrees: -84.4 36.2 -84.1 36.4", more: true },
  ] },
  undo: { title: "Undo an entry", send: api.undo, fields: [
    { name: "entry", label: "Entry", hint: "empty = the last one that counts" }, { name: "why", label: "Why" },
  ] },
};

// Opens a verb's dialog; `filled` are values already known, such as the place that was clicked.
export function openForm(name, data, filled = {}) {
  const form = FORMS[name];
  const dialog = byId("dialog");
  const problem = h("p", { class: "problem", role: "alert", hidden: true });
  const send = h("button", { type: "submit", class: "main" }, form.title);
  const inputs = form.fields.map((field) => input(field, data, filled[field.name]));
  const body = h(
    "form",
    { onsubmit: (event) => submit(event, { form, inputs, problem, send, dialog }) },
    h("h2", { id: "dialog-title" }, form.title),
    form.fields.map((field, i) => (field.more ? null : row(field, inputs[i]))),
    form.fields.some((field) => field.more)
      ? h("details", {}, h("summary", {}, "More"), form.fields.map((field, i) => (field.more ? row(field, inputs[i]) : null)))
      : null,
    problem,
    h("div", { class: "buttons" }, h("button", { type: "button", onclick: () => dialog.close() }, "Cancel"), send),
  );
  dialog.setAttribute("aria-labelledby", "dialog-title");
  dialog.replaceChildren(body);
  dialog.showModal();
  (inputs.find((node) => !node.value) ?? send).focus();
}

async function submit(event, { form, inputs, problem, send, dialog }) {
  event.preventDefault();
  send.disabled = true;
  problem.hidden = true;
  try {
    const answer = await form.send(values(form.fields, inputs));
    dialog.close();
    toast(answer.text);
  } catch (error) {
    problem.textContent = error.message;
    problem.hidden = false;
  } finally {
    send.disabled = false;
  }
}

function values(fields, inputs) {
  const given = fields.map((field, i) => [field.name, value(field, inputs[i])]);
  return Object.fromEntries(given.filter(([, one]) => one !== undefined));
}

function value(field, node) {
  if (field.type === "file") return field.many ? node.files : node.files[0];
  const text = node.value.trim();
  if (text === "") return undefined;
  if (field.numbers) return text.split(/[\s,;]+/).map(Number);
  if (field.truth) return text === "true";
  return field.type === "number" ? Number((Number(text) * (field.scale ?? 1)).toPrecision(12)) : text;
}

function input(field, data, filled) {
  const about = { id: `f-${field.name}`, name: field.name, required: field.required, "aria-describedby": field.hint && `h-${field.name}` };
  if (field.options) {
    const choices = Object.entries(field.options).map(([key, words]) => h("option", { value: key }, words));
    const node = h("select", about, choices);
    if (filled !== undefined) node.value = filled;
    return node;
  }
  if (field.list) {
    const empty = field.required ? [] : [h("option", { value: "" }, "–")];
    const node = h("select", about, empty, field.list(data).map((key) => h("option", { value: key }, key)));
    if (filled !== undefined) node.value = filled ?? "";
    return node;
  }
  if (field.type === "file") return h("input", { ...about, type: "file", accept: field.accept, multiple: field.many });
  const number = field.type === "number" && { type: "number", step: field.whole ? 1 : "any", min: field.min, max: field.max, inputmode: "decimal" };
  return h("input", { ...about, autocomplete: "off", ...(number || { type: "text" }), value: shownAs(field, filled) });
}

const shownAs = (field, filled) => (field.type === "number" && typeof filled === "number" ? Number((filled / (field.scale ?? 1)).toPrecision(12)) : (filled ?? ""));

function row(field, node) {
  const unit = field.unit && h("span", { class: "unit" }, field.unit);
  const hint = field.hint && h("small", { id: `h-${field.name}` }, field.hint);
  return h("div", { class: "row" }, h("label", { for: node.id }, field.label, field.required ? " *" : ""), h("div", {}, node, unit, hint));
}
