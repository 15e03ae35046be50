// The forms of teams and of what they work in: who is here, the weather, the numbers that plans stand on.

import * as api from "homeward/api.js";
import { LATER, METRES } from "homeward/fields.js";

const KINDS = {
  dog: "Air-scent dog team", line: "Line search team", drone: "Drone team, daylight camera", hasty: "Hasty team",
  thermal: "Drone team, thermal camera", trailing: "Trailing dog team", remains: "Human-remains dog team", mantracker: "Mantrackers",
  mounted: "Mounted team", bike: "Bike team", helicopter: "Helicopter crew", boat: "Boat crew", sound: "Calling team",
  listening: "Listening devices, indoors", radar: "Through-wall radar, indoors",
};
const CAMERA = ["drone", "thermal"];

// `only`: asked of teams of these kinds.
const TEAM = [
  { name: "name", label: "Name", required: true },
  { name: "kind", label: "Kind", required: true, options: KINDS },
  { name: "people", label: "People", type: "number", min: 1, whole: true },
  { name: "radio", label: "Radio", hint: "call sign or channel" },
  { name: "base", label: "Starts from", hint: "empty = the command post" },
  { name: "spacing_m", label: "Spacing", ...METRES, hint: "between people; empty = at their sweep width", only: ["line"] },
  { name: "height_m", label: "Height", ...METRES, unit: "m above ground", hint: "empty = 80 m", only: CAMERA },
  { name: "batteries", label: "Batteries", type: "number", min: 1, whole: true, hint: "the most flights it has; empty = not counted", only: CAMERA },
  { name: "field_of_view_deg", label: "Angle of view", type: "number", unit: "° across", min: 0, max: 170, more: true, only: CAMERA },
  { name: "image_px", label: "Picture", type: "number", unit: "pixels across", min: 1, whole: true, more: true, only: CAMERA },
  { name: "in_the_dark", label: "Works at night", options: { "": "as its kind does", true: "Yes", false: "No" }, truth: true, more: true },
  { name: "endurance_s", label: "Longest time out", type: "number", unit: "h", scale: 3600, min: 0, more: true },
  { name: "turnaround_s", label: "Rest between tasks", type: "number", unit: "min", scale: 60, min: 0, hint: "empty = the cited default", more: true },
  { name: "sweep_width_m", label: "Sweep width", ...METRES, hint: "empty = the cited default", more: true },
  { name: "speed_mps", label: "Searching speed", type: "number", unit: "m/s", min: 0, hint: "empty = the cited default", more: true },
  { name: "why", label: "Why not the default", more: true },
  LATER,
];

export const TEAM_FORMS = {
  team: { title: "Register a team", send: api.registerTeam, fields: TEAM },
  changeTeam: { title: "Change a team", about: "What you leave as it is stays; what you empty goes back to the default.", send: api.registerTeam, fields: TEAM },
  weather: { title: "Set the weather", about: "For the hours that will be planned. What is left empty stays as it was.", send: api.setWeather, fields: [
    { name: "wind_mps", label: "Wind", type: "number", unit: "m/s", min: 0 },
    { name: "wind_from_deg", label: "Wind comes from", type: "number", unit: "° true", min: 0, max: 360, hint: "shown only" },
    { name: "rain", label: "Rain or snow", options: { "": "as it was", none: "None", light: "Light", heavy: "Heavy" } },
    { name: "visibility_m", label: "One sees", type: "number", unit: "km", scale: 1000, min: 0, hint: "in fog or haze" },
    { name: "temperature_c", label: "Temperature", type: "number", unit: "°C" },
    { name: "cloud", label: "Sky covered", type: "number", unit: "%", scale: 0.01, min: 0, max: 100 },
    { name: "unknown", label: "Forget", options: { "": "nothing", true: "what was said before" }, truth: true, more: true },
    LATER,
  ] },
  number: { title: "Override a number", about: "A number that plans stand on, by its name; homeward show --assumptions lists them with their sources. A slip is answered with the nearest name.", send: api.setNumber, fields: [
    { name: "name", label: "Number", required: true, hint: "line/sweep width/forest/day, drone/endurance, thermal/weather limit/wind above ..." },
    { name: "value", label: "Value", type: "number", hint: "in m, m/s, s, degrees or a factor, as the table has it" },
    { name: "back", label: "Or take back", options: { "": "no", true: "the table's value again" }, truth: true },
    { name: "why", label: "Why" },
    LATER,
  ] },
};
