// The forms by which a manager overrules the planner, and tells what happens while teams are out.

import * as api from "homeward/api.js";
import { LATER } from "homeward/fields.js";

const WHY = { name: "why", label: "Why" };
const assignments = (data) => (data.plan?.assignments ?? []).map((task) => [task.number, `${task.number} ${task.team}, ${task.segment}`]);
const ASSIGNMENT = { name: "assignment", label: "Assignment", required: true, list: assignments };

export const MANAGE_FORMS = {
  again: { title: "Plan again", about: "What is left of the period, from where everybody is now. What is under way stays unless changing it pays.", send: api.planAgain, fields: [
    { name: "switch_cost", label: "Breaking off costs", type: "number", unit: "%", scale: 0.01, min: 0, max: 100, hint: "of all probability, on average; empty = 0.2", more: true },
    { name: "seed", label: "Seed", type: "number", whole: true, hint: "empty = 0", more: true },
  ] },
  segment: { title: "Draw a segment", about: "Your segments win: plans take them as they are. Give its corners, or a place and how far around it, or a file.", send: api.drawSegment, fields: [
    { name: "name", label: "Name", required: true, hint: "letters, digits, hyphens: N1" },
    { name: "places", label: "Corners", hint: "three places or more, with ; between: 36.41,-84.36; 36.42,-84.35; 36.41,-84.34" },
    { name: "line", label: "They are", options: { "": "corners of an area", true: "points of a line" }, truth: true },
    { name: "around", label: "Or around", hint: "a place · or click on the map first", place: "clicked" },
    { name: "radius_m", label: "Out to", type: "number", unit: "m", min: 0 },
    { name: "file", label: "Or a file", type: "file", accept: ".geojson,.json", hint: "GeoJSON with one polygon or line" },
    { name: "buffer_m", label: "To each side of a line", type: "number", unit: "m", min: 0, hint: "empty = 50 m", more: true },
    { name: "label", label: "What it is", more: true },
    LATER,
  ] },
  dropSegment: { title: "A drawn segment counts no longer", send: api.dropSegment, fields: [
    { name: "name", label: "Segment", required: true, list: (data) => data.manage.segments.map((one) => one.id) }, WHY, LATER,
  ] },
  lock: { title: "Lock a choice", about: "Plans obey it from now on, and say what it costs.", send: api.lock, fields: [
    { name: "words", label: "Choice", required: true, hint: "Alpha searches AC · Alpha never searches AC · nobody searches AC" }, WHY, LATER,
  ] },
  free: { title: "A lock counts no longer", send: api.free, fields: [
    { name: "name", label: "Lock", required: true, list: (data) => data.manage.locks.map((one) => one.id) }, WHY, LATER,
  ] },
  own: { title: "Measure your own plan", about: "The next plan is measured beside it, hour by hour.", send: api.ownPlan, fields: [
    { name: "orders", label: "Who searches what", hint: "in order, with ; between teams: Alpha=AA,AC; Bravo=AD. Empty: no own plan" },
    { name: "label", label: "Called", more: true },
    LATER,
  ] },
  teamAt: { title: "Where a team is", send: api.teamAt, fields: [
    { name: "team", label: "Team", required: true, list: (data) => data.teams.map((team) => team.id) },
    { name: "place", label: "Where", required: true, hint: "36.5, -84.2 · or click on the map first", place: "clicked" },
    LATER,
  ] },
  begun: { title: "A team has set out", send: api.begun, fields: [ASSIGNMENT, LATER] },
  giveUp: { title: "A team gave up", send: api.giveUp, fields: [ASSIGNMENT, { ...WHY, hint: "personal" }, LATER] },
};
