// The verbs as forms: what each asks for. The dialog that asks it: dialog.js.

import * as api from "homeward/api.js";
import { COVER_FORMS } from "homeward/coverforms.js";
import { CREW_FORMS } from "homeward/crewforms.js";
import { DEBRIEF_FORMS } from "homeward/debriefforms.js";
import { DEGREES, KM, LATER, METRES, PLACE_HINT, SHARE, WHY, YES_NO } from "homeward/fields.js";
import { MANAGE_FORMS } from "homeward/manageforms.js";
import { MUSTER_FORMS } from "homeward/musterforms.js";
import { RESCUE_FORMS } from "homeward/rescueforms.js";
import { TEAM_FORMS } from "homeward/teamforms.js";
import { WARNING_FORMS } from "homeward/warningforms.js";

const SAYS = {
  "": "a place, or a direction from it", track: "a track or footprint", sector: "phone: a mast's beam", ring: "a distance, in any direction",
  image: "found in a picture", absence: "was not there", areas: "how likely areas are",
};
const SENSES = { "": "not said", scent: "a scent", shout: "a shout", whistle: "a whistle", light: "a light" };

// `only`: the fields are asked where the clue says one of these things; without it, always.
const CLUE = [
  { name: "text", label: "What", required: true, hint: "in the finder's words" },
  { name: "kind", label: "It says", options: SAYS },
  { name: "place", label: "Where", hint: PLACE_HINT, place: "clicked", only: ["", "track", "sector", "ring", "image", "absence"] },
  { name: "areas", label: "Areas", hint: "segments of the plan and a grade, 1 (certain) to 9 (certain not): AA AB=strong; AC=7", only: ["areas"] },
  { name: "team", label: "Team", list: (data) => data.teams.map((team) => team.id) },
  { name: "bearing_deg", label: "Bearing", ...DEGREES, hint: "if it points somewhere: where the track leads, the middle of the beam", only: ["", "track", "sector"] },
  { name: "width_deg", label: "Beam", type: "number", unit: "° wide", min: 0, max: 360, only: ["sector"] },
  { name: "timing_advance", label: "Timing advance", hint: "gsm 3 or lte 40; or the distances below", only: ["sector"] },
  { name: "range_min_m", label: "At least", ...KM, only: ["sector"] },
  { name: "range_max_m", label: "At most", ...KM, only: ["sector"] },
  { name: "range_m", label: "Distance", ...KM, only: ["", "ring"] },
  { name: "range_m", id: "overlooks", label: "Overlooked", ...METRES, unit: "m around", only: ["absence"] },
  { name: "noticed", label: "Would have seen", ...SHARE, more: false, only: ["absence"] },
  { name: "when", label: "It speaks of", hint: "when it was made, heard, seen: 14:00, -3h" },
  { name: "sense", label: "Noticed was", options: SENSES, more: true, only: ["", "ring"] },
  { name: "wind_from_deg", label: "Wind came from", ...DEGREES, more: true, only: [""] },
  { name: "reliability", label: "Report is right", ...SHARE },
  { name: "relevance", label: "Is this subject's", ...SHARE },
  { name: "by_chance", label: "Turns up by chance", ...SHARE, hint: "such a clue with no subject near; share of false alarms" },
  { name: "bearing_sd_deg", label: "Bearing, give or take", type: "number", unit: "°", min: 0, more: true, only: ["", "track", "sector"] },
  { name: "range_sd_m", label: "Distance, give or take", ...KM, more: true, only: ["", "ring", "sector"] },
  { name: "error_m", label: "Place, give or take", ...METRES, more: true, only: ["", "track", "image"] },
  { name: "error_across_m", label: "Across an ellipse", ...METRES, more: true, only: ["", "image"] },
  { name: "error_axis_deg", label: "Its long axis", ...DEGREES, more: true, only: ["", "image"] },
  { name: "gps", label: "By receiver", hint: "the place as told by three means, kept apart", more: true },
  { name: "marked", label: "By mark on a map", more: true },
  { name: "spoken", label: "As spoken", more: true },
  { name: "held", label: "Counts", options: { "": "at once", true: "once it is accepted" }, truth: true, more: true },
  { name: "at", label: "Reported", hint: "14:30, -20min, or empty for now", more: true },
];

const MOBILITY = { "": "not said", full: "As anybody", limited: "Hardly", none: "Not at all" };
const FORGET = { name: "forget", label: "Not known after all", words: true, hint: "fields to take back: category, injured, mobility ...", more: true };

// One line for each scenario and the rest of the world.
const ballot = (data) => [
  { name: "planner", label: "Planner", hint: "empty = you" },
  ...data.scenarios.map((row) => ({ name: row.id, label: row.label, required: true, hint: row.rest ? "points on the same scale, or percent beside letters" : null })),
  LATER,
];

export const FORMS = {
  ...TEAM_FORMS,
  scenario: { title: "Set a scenario", send: api.setScenario, fields: [
    { name: "name", label: "Short name", required: true, hint: "small letters and digits: lost, cliff" },
    { name: "label", label: "In words", hint: "as printed" },
    { name: "category", label: "Category", hint: "empty = as the subject's" },
    { name: "mobility", label: "Can move", options: MOBILITY },
    { name: "responsive", label: "Answers a call", ...YES_NO },
    { name: "injured", label: "Injured", ...YES_NO },
    { name: "left_area", label: "Left the area", options: { false: "No", true: "Yes" }, truth: true },
    { name: "place", label: "Went from", hint: "empty = the IPP", more: true },
    { name: "direction_deg", label: "Direction", type: "number", unit: "° true", min: 0, max: 360, more: true },
    { name: "setting", label: "Caught in", options: { "": "nothing", avalanche: "Avalanche" }, more: true },
    { name: "why", label: "Why", hint: "personal", more: true },
    FORGET, LATER,
  ] },
  vote: { title: "Vote", about: "What may have happened? Each planner votes apart from the others: points on any scale, or letters from A (very likely) over E (even chance) to I (very unlikely).", send: api.vote, fields: ballot },
  dropScenario: { title: "A scenario counts no longer", send: api.dropScenario, fields: [
    { name: "name", label: "Scenario", required: true, list: (data) => data.scenarios.filter((row) => !row.rest).map((row) => row.id) }, { name: "why", label: "Why", hint: "personal" }, LATER,
  ] },
  suggest: { title: "Add the usual scenarios", about: "Scenarios to begin with for the subject's category: homeward's own suggestions, not from the literature. Change or drop what does not fit, then vote.", send: api.suggestScenarios, fields: [] },
  clue: { title: "Report a clue", send: api.reportClue, fields: CLUE },
  correct: { title: "Correct a clue", send: api.reportClue, fields: [
    { name: "corrects", label: "Clue", required: true, list: (data) => data.clues.map((clue) => clue.id) }, ...CLUE.filter(({ name }) => name !== "at" && name !== "held"),
  ] },
  accept: { title: "A clue counts", send: api.acceptClue, fields: [
    { name: "name", label: "Clue", required: true, list: (data) => data.clues.map((clue) => clue.id) }, { name: "why", label: "Why" }, LATER,
  ] },
  refuse: { title: "A clue counts no longer", send: api.refuseClue, fields: [
    { name: "name", label: "Clue", required: true, list: (data) => data.clues.map((clue) => clue.id) }, WHY, LATER,
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
    { name: "mobility", label: "Can move", options: MOBILITY, hint: "personal" },
    { name: "responsive", label: "Answers a call", ...YES_NO, hint: "personal" },
    { name: "injured", label: "Injured", ...YES_NO, hint: "personal" },
    { name: "visibility", label: "Clothing", options: { "": "not said", high: "Stands out", medium: "Medium", low: "Hard to see" } },
    FORGET, LATER,
  ] },
  ipp: { title: "Set the IPP", send: api.setIpp, fields: [
    { name: "place", label: "Where", required: true, hint: PLACE_HINT, place: "clicked" },
    { name: "seen", label: "Last known there", required: true, hint: "14:30, 2026-11-21 14:30, or -3h" },
    { name: "kind", label: "Kind", options: { "place last seen": "Place last seen", "last known position": "Last known position" } },
    { name: "direction_deg", label: "Direction of travel", type: "number", unit: "° true", min: 0, max: 360, hint: "if known" },
    LATER,
  ] },
  base: { title: "Set the command post", send: api.setBase, fields: [
    { name: "place", label: "Where", required: true, hint: PLACE_HINT, place: "clicked" },
    LATER,
  ] },
  map: { title: "Make the probability map", send: api.makeMap, fields: [] },
  plan: { title: "Make the search plan", send: api.makePlan, fields: [
    { name: "hours", label: "For how long", type: "number", unit: "h", min: 0, max: 24, hint: "empty = 4 hours" },
    { name: "start", label: "From", hint: "15:30, +30min, or empty for now" },
    { name: "time_limit_s", label: "Think for", type: "number", unit: "s", min: 0, hint: "empty = as long as it pays", more: true },
    { name: "seed", label: "Seed", type: "number", whole: true, hint: "empty = 0", more: true },
  ] },
  rehearse: { title: "Rehearse the plan", about: "Plays the plan against subjects drawn from the map, walking where they may still be on their way. Nothing is written down.", send: api.rehearse, fields: [
    { name: "what_ifs", label: "What if", hint: "2 dog teams; rain heavy; 1 hour later; team Dog 1 out" },
    { name: "subjects", label: "Subjects", type: "number", min: 1, max: 200000, whole: true, hint: "empty = 5000", more: true },
    { name: "seed", label: "Seed", type: "number", whole: true, hint: "empty = 0", more: true },
  ] },
  track: { title: "Take in a track", send: api.takeTrack, fields: [
    { name: "team", label: "Team", required: true, list: (data) => data.teams.map((team) => team.id) },
    { name: "assignment", label: "Assignment", hint: "empty = its next one", list: (data) => (data.plan?.assignments ?? []).map((a) => [a.number, `${a.number} ${a.team}, ${a.segment}`]) },
    { name: "file", label: "GPX file", type: "file", required: true, accept: ".gpx" },
    LATER,
  ] },
  debrief: { title: "A team is back without a find", send: api.debrief, fields: [
    { name: "team", label: "Team", required: true, list: (data) => data.teams.map((team) => team.id) },
    { name: "assignment", label: "Assignment", hint: "empty = its next one", list: (data) => (data.plan?.assignments ?? []).map((a) => [a.number, `${a.number} ${a.team}, ${a.segment}`]) },
    { name: "pod_told", label: "POD as the team tells it", type: "number", unit: "%", scale: 0.01, min: 0, max: 99, hint: "a track, where one came in, goes before" },
    { name: "hazards", label: "Hazards met", long: true, told: "hazards", hint: "what threatened them, ; between: shots heard; ice on the path" },
    { name: "gaps", label: "Gaps left", long: true, told: "gaps", hint: "what they left out, and why, ; between: the gully, too steep" },
    { name: "note", label: "Note", hint: "personal" },
    { name: "calling", label: "Called and listened", options: { "": "No", true: "Yes" }, truth: true, more: true, hint: "who answers would have been heard" },
    { name: "width_factor", label: "Sweep width times", type: "number", min: 0.01, max: 5, more: true, hint: "fog, snow: below 1" },
    { name: "why", label: "Why", more: true, hint: "reason for the factor" },
    LATER,
  ] },
  ground: { title: "Load the ground", send: api.loadGround, fields: [
    { name: "elevation", label: "Elevation", type: "file", many: true, accept: ".tif,.tiff", hint: "GeoTIFF" },
    { name: "features", label: "Trails, roads, water", type: "file", many: true, accept: ".geojson,.json,.gpkg,.pbf", hint: "GeoJSON, GeoPackage or .osm.pbf" },
    { name: "landcover", label: "Land cover", type: "file", accept: ".tif,.tiff", hint: "class raster, GeoTIFF", more: true },
    { name: "landcover_scheme", label: "Its classes", options: { "": "as the file says", nlcd: "NLCD", worldcover: "ESA WorldCover", cgls: "CGLS", igbp: "IGBP" }, more: true },
    { name: "crs", label: "Coordinate system", hint: "for files that state none: EPSG:32631", more: true },
    { name: "cell_m", label: "Cell", type: "number", unit: "m", min: 0, hint: "empty = 50 m" },
    { name: "around", label: "Around", hint: "empty = the IPP" },
    { name: "half_width_m", label: "Out to", ...KM, hint: "empty = the whole elevation file" },
    { name: "bbox", label: "Or a box", numbers: true, hint: "west south east north in degrees: -84.4 36.2 -84.1 36.4", more: true },
  ] },
  ...MANAGE_FORMS,
  ...CREW_FORMS,
  ...RESCUE_FORMS,
  ...DEBRIEF_FORMS,
  ...WARNING_FORMS,
  ...MUSTER_FORMS,
  ...COVER_FORMS,
  undo: { title: "Undo an entry", send: api.undo, fields: [
    { name: "entry", label: "Entry", hint: "empty = the last one that counts" }, { name: "why", label: "Why" },
  ] },
};
