// What may have happened: the scenarios with the planners' votes, what each weighs now, survival in it, its own map.

import { h } from "homeward/dom.js";
import { percent } from "homeward/format.js";

export function scenarios(page) {
  const { data, act } = page;
  const buttons = act && h("p", { class: "buttons" },
    data.scenarios.length ? h("button", { class: "main", onclick: () => act("vote") }, "Vote") : null,
    h("button", { onclick: () => act("scenario") }, "Add a scenario"),
    h("button", { onclick: () => act("suggest") }, "Add the usual ones"));
  return [
    h("h2", {}, "What may have happened"),
    survival(page),
    data.scenarios.length ? table(page) : h("p", {}, "One scenario: the subject as described. Add others where more than one thing may have happened."),
    data.notes.map((note) => h("p", { class: "hazard" }, "⚠ ", note)),
    data.votes.length ? votes(data) : null,
    buttons,
  ];
}

function survival({ data, clock }) {
  if (data.alive === null) return null;
  return h("p", { id: "survival" }, `Alive: ${percent(data.alive)}; alive and on the map: ${percent(data.alive_on_map)}. Outside the map: ${percent(data.belief.outside)}. `,
    h("small", {}, `By published cases still missing after so long, when the map was made (${clock.dayTime(data.alive_at)}). It knows nothing of injury, weather, age or clothing.`));
}

function table(page) {
  const { data } = page;
  const head = ["Scenario", "Voted", "Now", "Alive"].map((word, i) => h("th", { class: i > 0 ? "number" : null, scope: "col" }, word));
  return h("table", { class: "scenarios", id: "scenarios" }, h("thead", {}, h("tr", {}, head)), h("tbody", {}, data.scenarios.map((row) => line(page, row))));
}

function line(page, row) {
  const { act, view } = page;
  const [least, most] = row.spread;
  const shown = view.scenario === row.id;
  const buttons = [
    row.map ? h("button", { class: "small", "aria-pressed": String(shown), onclick: () => page.showScenario(shown ? null : row.id) }, shown ? "All on the map" : "On the map") : null,
    act && !row.rest ? h("button", { class: "small", onclick: () => act("scenario", asSaid(row)) }, "Change") : null,
    act && !row.rest ? h("button", { class: "small", onclick: () => act("dropScenario", { name: row.id }) }, "Drop") : null,
  ].filter(Boolean);
  return [
    h("tr", { "aria-current": shown ? "true" : null, "data-scenario": row.id },
      h("td", {}, h("strong", {}, row.label), h("small", {}, about(row))),
      h("td", { class: "number" }, percent(row.voted), most - least > 0.005 ? h("small", {}, `${percent(least)} to ${percent(most)}`) : null),
      h("td", { class: "number" }, row.now === null ? "–" : percent(row.now)),
      h("td", { class: "number" }, row.alive === null ? "–" : percent(row.alive))),
    buttons.length ? h("tr", { class: "doing", "aria-current": shown ? "true" : null, "data-doing": row.id }, h("td", { colspan: 4 }, h("div", {}, buttons))) : null,
  ];
}

function about(row) {
  if (row.rest) return "";
  const words = [
    row.label.includes(row.id) || row.category === row.id ? null : row.id,
    row.category,
    { full: "mobile", limited: "hardly mobile", none: "cannot move" }[row.mobility],
    row.responsive === null ? null : row.responsive ? "answers" : "does not answer",
    row.injured === null ? null : row.injured ? "injured" : "not injured",
    row.left_area ? "outside the map" : null,
    row.setting,
    row.place ? "its own starting point" : null,
    row.direction_deg === null ? null : `going ${Math.round(row.direction_deg)}°`,
  ];
  return words.filter(Boolean).join(" · ");
}

const asSaid = ({ id, label, category, mobility, responsive, injured, left_area, direction_deg, setting, place }) => ({
  name: id, label, category, mobility, responsive: said(responsive), injured: said(injured), left_area: left_area ? "true" : "false", direction_deg, setting: setting ?? "",
  place: place ? `${place[1]}, ${place[0]}` : "",
});
const said = (truth) => (truth === null ? "" : String(truth));

function votes({ votes: cast, scenarios: rows }) {
  const head = [h("th", { scope: "col" }, "Planner"), ...rows.map((row) => h("th", { class: "number", scope: "col" }, row.id))];
  const cell = (name, shares, late) => h("td", { class: "number" }, percent(shares[name]), late.includes(name) ? h("small", {}, "not voted") : null);
  const body = cast.map(({ planner, shares, late }) => h("tr", {}, h("th", { scope: "row" }, planner), rows.map((row) => cell(row.id, shares, late))));
  return h("details", { class: "votes" }, h("summary", {}, cast.length === 1 ? "One vote" : `The ${cast.length} votes`),
    h("div", { class: "wide" }, h("table", { class: "scenarios" }, h("thead", {}, h("tr", {}, head)), h("tbody", {}, body))));
}
