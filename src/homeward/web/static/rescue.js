// The tab of the rescue: who was found and how they are, the way out, exits and hospitals, the hand-over.

import * as api from "homeward/api.js";
import { carryOut } from "homeward/carryout.js";
import { formatPlace } from "homeward/coords.js";
import { h } from "homeward/dom.js";
import { duration, percent } from "homeward/format.js";
import { health } from "homeward/vitals.js";

const MEDIC_DECIDES = "Planning support: the medic decides.";

export function rescueTab(page) {
  const { data, act } = page;
  const { rescue } = data;
  const begin = act && h("p", { class: "buttons" },
    h("button", { class: "located", onclick: () => act("found") }, "★ Subject located"),
    h("button", { onclick: () => act("exit") }, "Mark an exit"),
    h("button", { onclick: () => act("hospital") }, "Set a hospital"),
    h("button", { onclick: () => act("hospitalsFrom") }, "Hospitals out of a map"));
  if (!rescue) return [begin, h("p", {}, "Nobody was located yet. Exits and hospitals may be told before.")];
  return [
    h("p", { class: "medic", role: "note" }, MEDIC_DECIDES),
    ranking(page),
    rescue.casualties.map((one) => casualty(page, one)),
    begin, exits(page), hospitals(page),
  ];
}

// In which order they are seen to, where there are several.
function ranking({ data, act }) {
  const { order, casualties } = data.rescue;
  if (!order.length) return null;
  return [
    casualties.length > 1 ? [h("h2", {}, "Who is seen to first"), h("ol", { id: "ranking" }, order.map((row) => h("li", {}, h("strong", {}, `Casualty ${row.casualty}: `), row.why)))] : null,
    act && casualties.length > 1 ? h("p", { class: "buttons" }, h("button", { onclick: () => act("triage") }, "By another tool")) : null,
  ];
}

function casualty(page, one) {
  const { data, clock, act, view } = page;
  const filled = { casualty: one.id };
  const plan = data.rescue.carry_outs.find((row) => row.casualty === one.id);
  const where = one.at && `${formatPlace(...one.at, view.style)}`;
  const about = [
    one.found_at && `located ${clock.near(one.found_at)}${one.team ? ` by ${one.team}` : ""}`, where,
    one.observations ? `examined ${one.observations === 1 ? "once" : `${one.observations} times`}, last ${clock.near(one.last_seen)}` : "not examined yet",
  ];
  const button = (words, verb, more = {}, main = false) => h("button", { class: main ? "main" : null, onclick: () => act(verb, { ...filled, ...more }) }, words);
  return h("section", { class: "casualty", "aria-label": `Casualty ${one.id}` },
    h("h2", {}, `Casualty ${one.id}`), h("p", {}, about.filter(Boolean).join(" · ")),
    act && h("p", { class: "buttons" },
      button("Who it is", "casualty", { name: one.id, ...known(one) }),
      button("Examine", "observe", {}, !one.observations), button("Treat", "treat"),
      button(plan ? "Plan the way out anew" : "Plan the way out", "carryOut", {}, !plan),
      plan && data.crew.hazards.length ? button("Leave or hold?", "hold") : null),
    one.personal ? health(page, one) : h("p", { class: "withheld" }, "What is told of a casualty is personal and not shown on this page. Who may see it starts the page with: homeward serve --personal."),
    plan ? carryOut(page, plan) : null,
    handedOver(page, one));
}

const known = (one) => (one.personal ? Object.fromEntries(["age_years", "sex", "mechanism", "report", "allergies", "medication"].map((name) => [name, one.personal[name]])) : {});

function handedOver(page, one) {
  const { clock, act, view } = page;
  const papers = view.handover?.[one.id];
  const filled = { casualty: one.id };
  const link = (name) => h("li", {}, h("a", { class: "line", href: api.handOverUrl(one.id, name), download: name }, name));
  const lines = [
    one.handed_over ? `✓ Handed over ${clock.near(one.handed_over)}${one.handed_to ? ` to ${one.handed_to}` : ""}.` : "Not handed over yet.",
    one.signed_at ? `✓ Received ${clock.near(one.signed_at)}${one.received_by ? ` by ${one.received_by}` : ""}.` : one.handed_over ? "✗ Nobody has signed for the casualty yet." : null,
    one.outcome ? outcomeWords(one.outcome, clock) : null,
    one.days_missing != null ? `Missing for ${one.days_missing.toFixed(1)} days, from last seen to located.` : null,
  ];
  return [
    h("h3", {}, "Hand-over"),
    h("ul", { class: "handover" }, lines.filter(Boolean).map((line) => h("li", {}, line))),
    act && h("p", { class: "buttons" },
      h("button", { class: one.handed_over ? null : "main", onclick: () => act("handover", filled) }, one.handed_over ? "Hand over again" : "Hand over"),
      one.papers_at ? h("button", { onclick: () => list(page, one.id) }, "Papers to download") : null,
      one.handed_over && !one.signed_at ? h("button", { class: "main", onclick: () => act("receipt", filled) }, "Received by") : null,
      h("button", { onclick: () => act("outcome", filled) }, "Outcome")),
    papers?.error ? h("p", { class: "problem", role: "alert" }, papers.error) : null,
    papers?.names ? h("ul", { class: "lines", "aria-label": `Papers of casualty ${one.id}` }, papers.names.map(link)) : null,
  ];
}

function outcomeWords(told, clock) {
  const admitted = told.admitted === true ? "admitted" : told.admitted === false ? "not admitted" : null;
  return `Outcome: ${[admitted, told.outcome, told.fit_to_leave && `fit to leave ${clock.near(told.fit_to_leave)}`, told.note].filter(Boolean).join(", ")}.`;
}

async function list(page, id) {
  const came = await api.handOverPapers(id).catch((error) => ({ error: error.message }));
  page.set({ handover: { ...page.view.handover, [id]: came } });
}

function exits(page) {
  const { data, clock, act, view } = page;
  const rows = data.rescue.exits.map((one) => {
    const about = [formatPlace(...one.at, view.style), one.then_s !== null && `then ${duration(one.then_s)} to care`, one.ready_at && `ready ${clock.near(one.ready_at)}`, one.capability.join(", ")];
    return h("li", {}, h("button", { class: "line", onclick: () => page.lookAt([one.at]) }, h("strong", {}, one.label), ` ${one.kind === "landing" ? "landing zone" : one.kind}`, h("small", {}, about.filter(Boolean).join(" · "))),
      act ? h("button", { class: "small", "aria-label": `Change exit ${one.id}`, onclick: () => act("exit", { name: one.id, kind: one.kind, place: formatPlace(...one.at, "decimal") }) }, "Change") : null,
      act ? h("button", { class: "small", "aria-label": `Drop exit ${one.id}`, onclick: () => act("dropExit", { name: one.id }) }, "Drop") : null);
  });
  return [h("h2", {}, "Exits"), rows.length ? h("ul", { class: "lines", id: "exits" }, rows) : h("p", {}, "No exit is marked: the base and the nearest mapped roads are proposed.")];
}

function hospitals(page) {
  const { data, act } = page;
  const rows = data.rescue.hospitals.map((one) => {
    const about = [one.capability.join(", ") || "not told what it treats", `accepts with ${percent(one.accepts)}`, one.landing && "a helicopter can land"];
    return h("li", {}, h("button", { class: "line", onclick: () => page.lookAt([one.at]) }, h("strong", {}, one.label), h("small", {}, about.filter(Boolean).join(" · "))),
      act ? h("button", { class: "small", "aria-label": `Change hospital ${one.id}`, onclick: () => act("hospital", { name: one.id, accepts: one.accepts, capability: one.capability.join(", "), place: formatPlace(...one.at, "decimal") }) }, "Change") : null,
      act ? h("button", { class: "small", "aria-label": `Drop hospital ${one.id}`, onclick: () => act("dropHospital", { name: one.id }) }, "Drop") : null);
  });
  return [h("h2", {}, "Hospitals"), rows.length ? h("ul", { class: "lines", id: "hospitals" }, rows) : h("p", {}, "No hospital is known.")];
}
