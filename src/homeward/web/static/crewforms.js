// The forms of people and of what threatens them: who is there, hazards, signals, the formation, orders and answers.

import * as api from "homeward/api.js";
import { LATER, METRES, PERSONAL, PLACE_HINT, SHARE } from "homeward/fields.js";

const ROLES = {
  "": "choose", medic: "Medic", guard: "Guard of the medic", lookout: "Lookout", backup: "Back-up", lead: "Scene lead", carrier: "Carrier",
  rear: "Rear guard", searcher: "Searcher", sensor: "Sensor or dog handler", comms: "Radio",
};
const HAZARDS = { people: "People, being seen or shot at", avalanche: "Avalanche", rockfall: "Rockfall", water: "Water, flood", traffic: "Traffic", other: "Something else" };
const PHASES = { "": "as the mission stands", search: "Search", rescue: "Rescue", withdrawal: "Withdrawal" };
const ORDERS = {
  return: "Come back", hold: "Hold where you are", "go on": "Go on", lead: "Lead the scene", medic: "Bring care", backup: "Stand by as back-up",
  carry: "Go and carry", watch: "Keep watch",
};

// Everybody who gets orders: every team, and who is with none.
export const everybody = ({ teams, crew }) => {
  const names = teams.map((team) => team.id);
  return [...names, ...crew.people.filter((who) => !names.includes(who.team)).map((who) => who.id)];
};
const people = (data) => data.crew.people.map((who) => who.id);
const signal = ({ crew }) => (crew.signals ? ` Recall signal: ${crew.signals.recall}.` : "");

const PERSON = [
  { name: "name", label: "Call sign", required: true, hint: "stands on sheets and in the log: M1" },
  { name: "role", label: "Can be", options: ROLES },
  { name: "skill", label: "Skill", type: "number", min: 1, max: 5, hint: "1 can do it, 5 best; empty = 3" },
  { name: "until", label: "Certificate until", hint: "2027-01-31, that day included; empty = does not expire" },
  { name: "roles", label: "And also", hint: "role:skill:until, with commas between: carrier, guard:4:2027-01-31", told: "role" },
  { name: "team", label: "With team", list: (data) => data.teams.map((team) => team.id) },
  { name: "awake_since", label: "Awake since", hint: "05:30" },
  { name: "p_present", label: "There when needed", ...SHARE, more: false, hint: "empty = surely" },
  { name: "place", label: "Where now", hint: PLACE_HINT, more: true },
  { name: "real_name", label: "Name", hint: PERSONAL, more: true },
  { name: "phone", label: "Phone", hint: PERSONAL, more: true },
  { name: "note", label: "Note", hint: PERSONAL, more: true },
  LATER,
];

export const CREW_FORMS = {
  person: { title: "Register a person", send: api.registerPerson, fields: PERSON },
  changePerson: { title: "Change a person", about: "Roles given here stand for all the ones before. Times, name, phone and note stay as they were where left empty.", send: api.registerPerson, fields: PERSON },
  dropPerson: { title: "A person is no longer available", send: api.standDownPerson, fields: [
    { name: "name", label: "Person", required: true, list: people }, { name: "why", label: "Why" }, LATER,
  ] },
  hazard: { title: "Mark a hazard", about: "Give a place and how far around it, or the corners of its outline.", send: api.markHazard, fields: [
    { name: "name", label: "Short name", required: true, hint: "H1" },
    { name: "kind", label: "Kind", required: true, options: HAZARDS },
    { name: "label", label: "In words", hint: "as printed: shots heard" },
    { name: "place", label: "Around", hint: PLACE_HINT, place: "clicked" },
    { name: "radius_m", label: "Out to", ...METRES },
    { name: "places", label: "Or corners", hint: "three or more, with ; between: 36.41,-84.36; 36.42,-84.35; 36.41,-84.34" },
    { name: "line", label: "They are", options: { "": "corners of an outline", true: "points of a line" }, truth: true, more: true },
    { name: "buffer_m", label: "To each side of a line", ...METRES, more: true },
    { name: "begins", label: "From", hint: "15:30; empty = now", more: true },
    { name: "ends", label: "Until", hint: "17:00; empty = until it is dropped", more: true },
    { name: "hits_per_h", label: "Expected injuries", type: "number", unit: "per person and hour inside", min: 0, hint: "empty = an assumption of ours by its kind, which is said", more: true },
    { name: "speed", label: "Comes at", type: "number", unit: "m/s", min: 0, hint: "what comes from it, for the time to warn", more: true },
    { name: "note", label: "Note", hint: PERSONAL, more: true },
    LATER,
  ] },
  dropHazard: { title: "A hazard is there no longer", send: api.dropHazard, fields: [
    { name: "name", label: "Hazard", required: true, list: (data) => data.crew.hazards.map((one) => one.id) }, { name: "why", label: "Why" }, LATER,
  ] },
  signals: { title: "Agree on the signals", about: "Everybody must know them; they stand on every task sheet.", send: api.setSignals, fields: [
    { name: "warning", label: "Warning", hint: "1 long whistle", told: "warning" },
    { name: "recall", label: "Come back", hint: "3 long whistles", told: "recall" },
    { name: "channel", label: "Channel", hint: "channel 1" },
    LATER,
  ] },
  formation: { title: "Give everybody a role", about: "Who is lookout, back-up, medic, guard or carrier, and where each waits. What cannot be is answered with who is missing.", send: api.makeFormation, fields: [
    { name: "phase", label: "For", options: PHASES },
    { name: "need", label: "Other numbers", hint: "medic=2, lookout=0; empty = the usual", told: "need" },
    { name: "reserve", label: "Kept waiting", hint: "medic=1, guard=1; empty = one of each where there are enough", told: "reserve" },
    { name: "backup_within", label: "Back-up within", hint: "20 min", told: "back-up" },
    { name: "hours", label: "For how long", type: "number", unit: "h", min: 0, hint: "empty = to the end of the plan's period" },
    { name: "awake_limit_h", label: "Awake at most", type: "number", unit: "h", min: 0, hint: "by the end; empty = 17 h", more: true },
    { name: "min_team", label: "Smallest team", type: "number", unit: "people", min: 1, whole: true, hint: "empty = 2", more: true },
    { name: "seed", label: "Seed", type: "number", whole: true, hint: "empty = 0", more: true },
  ] },
  rally: { title: "Set the meeting point", about: "Left empty: where the last arrives soonest, over real ground, out of hazards.", send: api.setRally, fields: [
    { name: "place", label: "Where", hint: PLACE_HINT, place: "clicked" },
    { name: "text", label: "In words", hint: "barn at the ford" },
  ] },
  recall: { title: "Recall everybody", button: "RECALL EVERYBODY NOW", alarm: true, then: "crew", send: api.recallAll,
    about: (data) => `${everybody(data).length} get the order to come back at once, ${data.crew.rally ? "to the meeting point" : "to the base"}. What they do now is broken off; those at a casualty are told to stay with it.${signal(data)}`,
    fields: [
      { name: "why", label: "Why", hint: "storm" },
      { name: "place", label: "Somewhere else", hint: `empty = the meeting point, else the base; ${PLACE_HINT}`, more: true },
      LATER,
    ] },
  order: { title: "Give an order", send: api.giveOrder, then: "crew", fields: [
    { name: "to", label: "To", required: true, hint: "teams or people, with commas between" },
    { name: "kind", label: "Order", required: true, options: ORDERS },
    { name: "text", label: "In other words", hint: "hold at the stream" },
    { name: "place", label: "At", hint: PLACE_HINT },
    LATER,
  ] },
  ack: { title: "Acknowledge", send: api.acknowledge, fields: [
    { name: "by", label: "Who", required: true, list: (data) => data.crew.orders.map((row) => row.to) },
    { name: "eta", label: "Will be there", hint: "14:40 or +20min; may stay empty" },
    { name: "said", label: "Said", hint: PERSONAL },
    LATER,
  ] },
};
