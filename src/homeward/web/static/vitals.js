// How a casualty is, where the server sends it: what was told, triage with what is missing, vital signs as a series.

import { fold, h } from "homeward/dom.js";
import { spark } from "homeward/waychart.js";

const SIGNS = [["resp_rate_pm", "Breaths", "/min"], ["spo2_pct", "SpO2", "%"], ["pulse_pm", "Pulse", "/min"], ["systolic_mmhg", "Systolic", "mmHg"], ["consciousness", "ACVPU", ""], ["temperature_c", "Temp.", "°C"]];
const LEVELS = "UPVCA"; // from worst to best, as the series draws them
const TOLD = { name: "name", age_years: "age", sex: "sex", mechanism: "what happened", report: "told", allergies: "allergies", medication: "medication", condition: "found as", needs: "needs" };

export function health(page, one) {
  const { clock } = page;
  const told = Object.entries(TOLD).filter(([name]) => one.personal[name] !== null).map(([name, words]) => h("div", {}, h("dt", {}, words), h("dd", {}, String(one.personal[name]))));
  const injured = one.personal.injured_at && h("div", {}, h("dt", {}, "injured"), h("dd", {}, clock.near(one.personal.injured_at)));
  const alive = one.personal.alive === false && h("p", {}, "Told dead; the medic confirms.");
  return [
    told.length || injured ? h("dl", { class: "told" }, told, injured) : null, alive,
    one.triage ? triage(one.triage) : null,
    one.triage?.series.length ? series(page, one) : null,
    one.treatments.length ? [h("h3", {}, "Treated"), h("ul", {}, one.treatments.map((row) => h("li", {}, h("strong", {}, `${clock.near(row.at)} `), [row.what, row.dose, row.where, row.by && `by ${row.by}`].filter(Boolean).join(", "))))] : null,
  ];
}

function triage(row) {
  const tools = row.tools.map((one) => h("tr", {}, h("th", { scope: "row" }, one.tool), h("td", {}, one.category ?? one.possible.join(" or ")), h("td", {}, one.missing.join(", ") || "–")));
  const { news2, swiss } = row;
  const degrees = swiss.temperature_c && ` (${swiss.temperature_c[0]} to ${swiss.temperature_c[2]} °C in 8 of 10 so)`;
  const cold = h("tr", {}, h("th", { scope: "row" }, "Cold (Swiss)"), h("td", {}, `stage ${swiss.stages.join(" or ")}${degrees || ""}`), h("td", {}, swiss.missing.join(", ") || "–"));
  const news = h("tr", {}, h("th", { scope: "row" }, "NEWS2"), h("td", {}, news2.says), h("td", {}, news2.missing.join(", ") || "–"));
  const letters = row.survey.filter((one) => one.open.length || one.words.length).map((one) => h("li", {}, h("strong", {}, `${one.letter} `), one.words.join("; "), one.open.length ? h("small", {}, `${one.words.length ? " · " : ""}not looked at: ${one.open.join(", ")}`) : null));
  return [
    h("h3", {}, "Triage"),
    h("table", { class: "triage" }, h("thead", {}, h("tr", {}, ["Tool", "Says", "Would settle it"].map((words) => h("th", { scope: "col" }, words)))), h("tbody", {}, tools, news, cold)),
    row.notes.map((note) => h("p", { class: "hazard" }, `⚠ ${note}`)),
    letters.length ? fold(`survey-${row.casualty}`, "Survey: M A R C H", h("ul", {}, letters)) : null,
  ];
}

// Vital signs over time: a line for each that was measured twice, and every value below it.
function series({ clock }, one) {
  const rows = one.triage.series;
  const shown = SIGNS.filter(([name]) => rows.some((row) => row[name] !== null));
  const points = (name) => rows.filter((row) => row[name] !== null).map((row) => [Date.parse(row.at), name === "consciousness" ? LEVELS.indexOf(row[name]) : row[name]]);
  return [
    h("h3", {}, "Vital signs"),
    h("div", { class: "wide" }, h("table", { class: "vitals", "aria-label": `Vital signs of casualty ${one.id}` },
      h("thead", {},
        h("tr", {}, h("th", { scope: "col" }, "Time"), shown.map(([, words, unit]) => h("th", { scope: "col" }, words, unit ? h("small", {}, unit) : null))),
        rows.length > 1 ? h("tr", {}, h("td"), shown.map(([name]) => h("td", {}, spark(points(name))))) : null),
      h("tbody", {}, [...rows].reverse().map((row) => h("tr", {}, h("th", { scope: "row" }, clock.near(row.at)), shown.map(([name]) => h("td", {}, row[name] ?? "–"))))))),
  ];
}
