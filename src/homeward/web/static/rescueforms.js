// The forms of a rescue: the find, the casualty, exits and hospitals, the way out, the hand-over and what came of it.

import * as api from "homeward/api.js";
import { LATER, PERSONAL, PLACE, PLACE_HINT, SHARE, YES_NO } from "homeward/fields.js";

const LEVELS = { "": "not looked at", A: "A alert", C: "C newly confused", V: "V responds to voice", P: "P responds to pain", U: "U unresponsive" };
const CONSENT = { "": "not asked", given: "Given", refused: "Refused", unable: "Unable to say" };
const READERS = { "": "as the place says, else those who treat", hospital: "Those who treat", command: "Those who command", police: "Police", family: "Family" };
const EXITS = { "": "as it was, else a vehicle", vehicle: "Vehicle", landing: "Landing zone", boat: "Boat" };
const SEEN = { ...YES_NO, options: { "": "not looked at", true: "Yes", false: "No" } };
const AWARE = "Head, cold, pain";
const AIRWAY = "Airway and breathing";
const PASSES_ON = "Who may know it";
const TEAM = (data) => data.teams.map((team) => team.id);

export const casualties = (data) => (data.rescue?.casualties ?? []).map((one) => one.id);
const plan = (data, casualty) => data.rescue?.carry_outs.find((one) => one.casualty === (casualty || "1"));
const minutes = (seconds) => `${Math.round(seconds / 60)} min`;
const ways = (data, casualty) => (plan(data, casualty)?.routes ?? []).map((row) => [row.n, `${row.n} to ${row.exit}, ${minutes(row.carry_s)} on the way`]);

const CASUALTY = { name: "casualty", label: "Casualty", required: true, list: casualties };
const BY = { name: "by", label: "By", hint: "call sign: M1" };
const SHARED = [
  { name: "consent", label: "Casualty's consent", options: CONSENT, more: PASSES_ON },
  { name: "audience", label: "May know besides", hint: "family, police; empty = only those who treat and command", more: PASSES_ON },
];
const rate = (name, label, unit, told, more) => ({ name, label, type: "number", unit, told, more });
const yes = (name, label, more) => ({ name, label, ...SEEN, more });

const OBSERVATION = [
  CASUALTY, BY,
  yes("severe_bleeding", "M: severe bleeding"),
  rate("resp_rate_pm", "R: breaths", "per minute", "respiratory rate"),
  rate("spo2_pct", "Oxygen saturation", "%", "oxygen saturation"),
  rate("pulse_pm", "C: pulse", "per minute", "pulse"),
  rate("systolic_mmhg", "Systolic pressure", "mmHg", "systolic pressure"),
  { name: "consciousness", label: "H: consciousness", options: LEVELS },
  rate("temperature_c", "Temperature", "°C", "temperature"),
  yes("walks", "Walks"),
  { name: "findings", label: "Found", hint: "letter of MARCH or ABCDE and words, with ; between: M: thigh, bleeding; C: pale", told: "finding" },
  yes("bleeding_controlled", "Bleeding controlled", "Bleeding and circulation"),
  yes("penetrating", "Penetrating injury", "Bleeding and circulation"),
  yes("radial_pulse", "Radial pulse", "Bleeding and circulation"),
  rate("capillary_refill_s", "Capillary refill", "s", "capillary refill", "Bleeding and circulation"),
  yes("breathes", "Breathes", AIRWAY),
  yes("breathes_after_airway", "Once the airway is open", AIRWAY),
  yes("respiratory_distress", "Respiratory distress", AIRWAY),
  yes("oxygen", "On oxygen", AIRWAY),
  { name: "spo2_scale", label: "Saturation scale", options: { "": "1", 2: "2: target 88-92 %" }, more: AIRWAY, whole: true },
  yes("talks", "Talks", AWARE),
  yes("obeys", "Obeys", AWARE),
  yes("shivering", "Shivers", AWARE),
  { ...rate("pain", "Pain", "0 to 10", "pain", AWARE), whole: true },
  yes("minor_only", "Minor injuries only", AWARE),
  yes("survivable", "Likely to survive with what is here", AWARE),
  { name: "certainty", label: "How sure", hint: "in the observer's words", more: PASSES_ON },
  ...SHARED,
  LATER,
];

export const RESCUE_FORMS = {
  found: { title: "Subject located", about: "The find is written down first; then everybody gets orders: who leads the scene, who brings care, who carries, who comes back.", send: api.found, then: "crew", alarm: true, fields: [
    PLACE,
    { name: "team", label: "Found by team", list: TEAM },
    { name: "alive", label: "Alive", ...YES_NO, hint: PERSONAL },
    { name: "condition", label: "Condition", hint: PERSONAL },
    { name: "needs", label: "Needs", hint: "litter, warmth; personal" },
    { name: "told_by", label: "Told by", options: { "": "not said", radio: "Radio", phone: "Phone", "a person": "A person" } },
    { name: "casualty", label: "Casualty number", hint: "empty = 1", more: true },
    { name: "orders", label: "Orders", options: { "": "go out to everybody", false: "none: only write it down" }, truth: true, more: true },
    LATER,
  ] },
  casualty: { title: "Who the casualty is", about: "All of it is personal. What is left empty stays as it was.", send: api.setCasualty, fields: [
    { name: "name", label: "Casualty number", hint: "empty = 1" },
    { name: "age_years", label: "Age", type: "number", unit: "years", min: 0, told: "age" },
    { name: "sex", label: "Sex" },
    { name: "mechanism", label: "What happened", hint: "fall of 5 m" },
    { name: "injured", label: "When", hint: "09:40 or -3h" },
    { name: "report", label: "Told before anybody was there", hint: "conscious, leg hurts" },
    { name: "allergies", label: "Allergies" },
    { name: "medication", label: "Medication" },
    { name: "real_name", label: "Name", more: "Name and next of kin" },
    { name: "next_of_kin", label: "Next of kin", more: "Name and next of kin" },
    { name: "next_of_kin_informed", label: "Informed", ...YES_NO, more: "Name and next of kin" },
    { name: "weight_kg", label: "Weight", type: "number", unit: "kg", min: 0, told: "weight", more: true },
    ...SHARED,
    { name: "forget", label: "Not known after all", words: true, hint: "fields to take back: sex, report ...", more: true },
    LATER,
  ] },
  observe: { title: "Examine the casualty", about: "What was not looked at stays empty; it is never guessed.", send: api.observe, fields: OBSERVATION },
  treat: { title: "Note a treatment", send: api.treat, fields: [
    { name: "what", label: "What was done", required: true, hint: "tourniquet" },
    CASUALTY,
    { name: "dose", label: "Dose", hint: "with its unit: 1 g" },
    { name: "where", label: "Where", hint: "left thigh" },
    BY, ...SHARED, LATER,
  ] },
  triage: { title: "Triage by another tool", send: api.triage, fields: [
    { name: "tool", label: "Tool", options: { START: "START", SALT: "SALT", TST: "Ten Second Triage", "MPTT-24": "MPTT-24" } },
  ] },
  exit: { title: "Mark an exit", about: "Where a carry-out may end.", send: api.markExit, fields: [
    { name: "name", label: "Short name", required: true, hint: "Road" },
    { name: "kind", label: "Kind", options: EXITS },
    { ...PLACE, required: false, hint: `${PLACE_HINT}; empty = where it was` },
    { name: "then", label: "From there to care", hint: "35 min; empty = by road or air to the hospitals known", told: "exit to care" },
    { name: "ready_at", label: "Ready at", hint: "15:30 or +40min; empty = at once" },
    { name: "capability", label: "It brings", hint: "trauma, warmth", more: true },
    { name: "label", label: "In words", more: true },
    LATER,
  ] },
  dropExit: { title: "An exit is no longer used", send: api.dropExit, fields: [
    { name: "name", label: "Exit", required: true, list: (data) => (data.rescue?.exits ?? []).map((one) => one.id) }, { name: "why", label: "Why" }, LATER,
  ] },
  hospital: { title: "Set a hospital", about: "What is left empty stays as it was.", send: api.setHospital, fields: [
    { name: "name", label: "Name", required: true },
    { ...PLACE, required: false },
    { name: "capability", label: "Can treat", hint: "trauma, burns, hypothermia" },
    { name: "accepts", label: "Accepts", ...SHARE, more: false, hint: "how likely; empty = as it was, else surely" },
    { name: "landing", label: "A helicopter can land", ...YES_NO },
    { name: "told", label: "It said", hint: "as told on the phone", more: true },
    { name: "label", label: "In words", more: true },
    LATER,
  ] },
  hospitalsFrom: { title: "Hospitals out of a map", send: api.hospitalsFrom, fields: [
    { name: "file", label: "File", type: "file", required: true, accept: ".geojson,.json,.gpkg,.pbf,.osm", hint: "GeoJSON, GeoPackage or OpenStreetMap" },
    { name: "clinics", label: "Clinics too", options: { "": "No", true: "Yes" }, truth: true },
    LATER,
  ] },
  dropHospital: { title: "A hospital is no longer used", send: api.dropHospital, fields: [
    { name: "name", label: "Hospital", required: true, list: (data) => (data.rescue?.hospitals ?? []).map((one) => one.id) }, { name: "why", label: "Why" }, LATER,
  ] },
  carryOut: { title: "Plan the way out", about: "Ways from the casualty to every exit, each with its time and its exposure.", send: api.planCarryOut, shown: true, fields: [
    CASUALTY,
    { name: "bearers", label: "Who can carry", type: "number", unit: "people", min: 1, whole: true, hint: "empty = as ordered" },
    { name: "start", label: "From", hint: "15:30; empty = now" },
    { name: "by", label: "To be there by", hint: "17:00; empty = sunset" },
    { name: "harness", label: "They carry", options: { "": "by hand", true: "with harness or straps" }, truth: true, more: true },
    { name: "seed", label: "Seed", type: "number", whole: true, hint: "empty = 0", more: true },
  ] },
  chooseWay: { title: "Choose a way", about: "It becomes the way in force: on the map, on the sheet, in the log.", send: api.planCarryOut, shown: true, fields: [
    CASUALTY,
    { name: "route", label: "Way", required: true, list: ways, of: "casualty", whole: true },
  ] },
  hold: { title: "Leave now or hold?", about: "What leaving now, later, and after the threat costs. Nothing is written down.", send: api.holdOrLeave, fields: [
    CASUALTY,
    { name: "hazard", label: "What threatens", hint: "empty = all that is marked", list: (data) => data.crew.hazards.map((one) => [one.id, `${one.id} ${one.label || one.kind}`]) },
    { name: "begins", label: "Is here in", hint: "40 min; empty = as marked, else now" },
    { name: "sure", label: "Give or take", hint: "10 min, in 8 cases of 10" },
    { name: "lasts", label: "Lasts", hint: "2 h" },
  ] },
  handover: { title: "Hand over", about: "The card and the files are made from all that was told. What is missing is named, and what the casualty did not agree to stays out.", send: api.handOver, fields: [
    CASUALTY,
    { name: "to", label: "To", hint: "St Mary, trauma bay" },
    { name: "by", label: "By", hint: "call sign: M1" },
    { name: "reader", label: "For", options: READERS },
    { name: "arrives", label: "Expected there", hint: "15:40; empty = as the way out has it" },
    { name: "needs", label: "Must be ready", hint: "empty = as the find said" },
    LATER,
  ] },
  receipt: { title: "Received by", send: api.receipt, fields: [
    CASUALTY,
    { name: "received_by", label: "Who signed", required: true, hint: "Dr Bell" },
    { name: "to", label: "Where", hint: "empty = the latest hand-over" },
    LATER,
  ] },
  outcome: { title: "What became of the casualty", send: api.setOutcome, fields: [
    CASUALTY,
    { name: "admitted", label: "Admitted", ...YES_NO },
    { name: "outcome", label: "Outcome", hint: "alive, discharged" },
    { name: "fit_to_leave", label: "Fit to leave", hint: "2026-11-25 10:00" },
    { name: "note", label: "Note", hint: PERSONAL },
    LATER,
  ] },
};
