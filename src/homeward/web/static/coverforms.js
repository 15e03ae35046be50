// The forms of cover: what may be hit, who covers it, the roster of a day.

import * as api from "homeward/api.js";
import { h } from "homeward/dom.js";
import { LATER, PERSONAL, PLACE, PLACE_HINT, SHARE } from "homeward/fields.js";

const VIEWS = {
  reserve: "Standing teams and a reserve", deterrence: "Rosters that nobody can foresee", covering: "Most value within the time",
  fewest: "Fewest teams for everything", median: "Shortest way on average", center: "Shortest way to the farthest", expected: "Most value though teams are busy",
};
export const viewWords = (view) => VIEWS[view] ?? view;
const targets = (data) => (data.targets ?? []).map((one) => one.target);

const TARGET = [
  { name: "name", label: "Short name", required: true, hint: "Hut" },
  { ...PLACE, required: false },
  { name: "ways", label: "Ways to be hit", hint: "people=6, records=2: each with the loss by it", told: "loses" },
  { name: "value", label: "Or its value", type: "number", min: 0 },
  { name: "label", label: "In words", hint: "forest hut" },
  { name: "harm_per_h", label: "Lost for each hour", ...SHARE, more: false, hint: "until somebody is there; empty = 25 %, our assumption" },
  { name: "note", label: "Note", hint: PERSONAL, more: true },
  LATER,
];

export const COVER_FORMS = {
  target: { title: "Name a target", about: "What may be hit, and what is lost if it is hit with nobody there: any unit, the same for all. What is left empty stays as it was.", send: api.nameTarget, fields: TARGET },
  changeTarget: { title: "Change a target", button: "Change it", about: "It is filled with what is in force. What is emptied is taken back, but for its place and value.", send: api.nameTarget, fields: [{ name: "name", label: "Target", required: true, list: targets }, ...TARGET.slice(1)] },
  dropTarget: { title: "A target need not be covered", send: api.dropTarget, fields: [{ name: "name", label: "Target", required: true, list: targets }, { name: "why", label: "Why", hint: PERSONAL }, LATER] },
  cover: { title: "Plan the cover", send: api.planCover, shown: true, fields: [
    { name: "view", label: "Plan", options: VIEWS },
    { name: "teams", label: "Teams", hint: "with commas; empty = all, and who the muster brings; or one number" },
    { name: "standing", label: "Must stand", type: "number", unit: "teams", min: 0, whole: true, hint: "empty = as is best" },
    { name: "reserve", label: "Must wait", type: "number", unit: "teams", min: 0, whole: true, hint: "empty = as is best" },
    { name: "days", label: "It may change in", hint: "1 d, 3 d, 7 d; empty = these while a warning is open" },
    { name: "aim", label: "Keep low", options: { worst: "the worst loss", expected: "the expected loss" } },
    { name: "radius", label: "Covered is within", hint: "20 min", more: true },
    { name: "doubt", label: "Values may be higher by", ...SHARE }, { name: "budget", label: "of so many at once", type: "number", min: 1, whole: true, more: true },
    { name: "busy", label: "Each team is busy", ...SHARE },
    { name: "bases", label: "More places to wait", hint: `with ; between: ${PLACE_HINT}`, more: true },
    { name: "needs", label: "Who can guard", hint: "records=comms", more: true },
    { name: "on_foot", label: "Teams go", options: { "": "by road where there is one", true: "on foot" }, truth: true, more: true },
    { name: "seed", label: "Seed", type: "number", whole: true, more: true },
  ] },
  roster: { title: "Who goes where on a day", about: "Drawn by the plan's own seed. A day that was drawn stays as it was.", button: "Draw it", send: api.coverRoster, fields: [
    { name: "day", label: "Day", hint: "today, tomorrow, 2026-11-23; empty = today" },
  ], shows: ({ text }) => [h("h2", { id: "dialog-title" }, "Who goes where"), h("p", { class: "told" }, text)] },
};
