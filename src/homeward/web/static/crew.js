// The tab of the crew: orders and who answered, the formation in force with its posts, people, hazards, signals.

import { formatPlace } from "homeward/coords.js";
import { h } from "homeward/dom.js";
import { percent } from "homeward/format.js";
import { ordersBoard } from "homeward/orders.js";

const ROLES = { backup: "back-up", rear: "rear guard", lead: "scene lead" };
const roleWords = (role) => ROLES[role] ?? role;
const past = (page, iso) => Boolean(iso) && Date.parse(iso) <= page.now();

export function crewTab(page) {
  return [ordersBoard(page), meeting(page), formation(page), people(page), hazards(page)];
}

// --- how everybody is warned and called back ---

function meeting(page) {
  const { data, clock, act, view } = page;
  const { signals, rally } = data.crew;
  const row = (name, value) => h("div", {}, h("dt", {}, name), h("dd", {}, value || "–"));
  return [
    h("h2", {}, "Signals and meeting point"),
    signals ? h("dl", { class: "signals", id: "signals" }, row("Warning", signals.warning), row("Come back", signals.recall), row("Channel", signals.channel))
      : h("p", { class: "hazard", id: "signals" }, "⚠ No signals agreed on yet."),
    h("p", { id: "rally" }, rally ? [h("strong", {}, `R ${rally.text || formatPlace(...rally.at, view.style)}`), `${rally.text ? `, ${formatPlace(...rally.at, view.style)}` : ""}${rally.all_there ? `: all there at ${clock.near(rally.all_there)}` : ""}${rally.set ? `, reckoned ${clock.near(rally.set)}` : ""}.`] : "No meeting point yet: a recall leads to the base."),
    act && h("p", { class: "buttons" },
      h("button", { onclick: () => act("signals", signals ?? {}) }, "Agree on the signals"),
      h("button", { onclick: () => act("rally") }, "Set the meeting point")),
  ];
}

// --- who does what ---

function formation(page) {
  const { data, act } = page;
  const made = data.crew.formation;
  const forms = act && h("p", { class: "buttons" }, ["search", "rescue", "withdrawal"].map((phase) =>
    h("button", { class: phase === (data.find ? "rescue" : "search") && !made ? "main" : null, onclick: () => act("formation", { phase }) }, `Form for ${phase}`)));
  if (!made) return [h("h2", {}, "Who does what"), h("p", {}, "Nobody has a role yet."), forms];
  return [
    h("h2", {}, `Formation for ${made.phase}, ${page.clock.near(made.starts)} to ${page.clock.to(made.starts, made.ends)}`),
    stale(page, made).map((line) => h("p", { class: "hazard", role: "status" }, `⚠ ${line}`)),
    h("p", { id: "complete" }, "All roles can still be filled with ", h("strong", {}, percent(made.p_complete)), made.p_error > 0 ? ` (± ${percent(made.p_error)}, drawn)` : "", " if people drop out."),
    made.posts.length ? h("ul", { class: "lines posts", id: "posts" }, made.posts.map((post) => crew(page, made, post))) : h("p", {}, "No posts."),
    reserve(made),
    made.open.length ? [h("p", { class: "problem" }, "NOT COVERED"), h("ul", {}, made.open.map((line) => h("li", {}, line)))] : null,
    (made.notes ?? []).map((line) => h("p", { class: line.startsWith("NO ") ? "problem" : null }, line)),
    made.changed.length ? h("p", {}, h("strong", {}, "Changed: "), `${made.changed.join(", ")}.`) : null,
    prices(made),
    [...made.posts_why, ...made.why].length ? h("ul", {}, [...made.posts_why, ...made.why].map((line) => h("li", {}, line))) : null,
    forms,
  ];
}

// Why this formation may no longer be the one to follow.
function stale(page, made) {
  const { data } = page;
  const gone = Object.keys(made.assigned).filter((name) => !name.includes("/") && !data.crew.people.some((who) => who.id === name) && !data.teams.some((team) => team.id === name));
  return [
    page.act && past(page, made.ends) && "This formation has ended: form again.",
    gone.length && `No longer here: ${gone.join(", ")}. Form again.`,
    made.stale,
    made.phase === "search" && data.find && "Made for the search, and the subject is located: form for the rescue.",
    ...(made.expired ?? []).map((who) => `Expired, and not counted: ${who}.`),
  ].flat().filter(Boolean);
}

function crew(page, made, post) {
  const { clock, view } = page;
  const says = post.people.map((name) => `${name}${made.assigned[name] ? ` (${roleWords(made.assigned[name].role)})` : ""}`).join(", ");
  const held = post.held.map((one) => h("small", {},
    h("b", {}, `${clock.time(one.begins)}–${clock.to(one.begins, one.ends)} `), formatPlace(one.lon_deg, one.lat_deg, view.style),
    one.leaves ? `, sets out ${clock.time(one.leaves)}` : "", one.why ? `: ${one.why}` : ""));
  const at = !post.held.length && post.at ? h("small", {}, `at ${formatPlace(post.at[1], post.at[0], view.style)}`) : null;
  const first = post.held[0] ? [post.held[0].lon_deg, post.held[0].lat_deg] : post.at && [post.at[1], post.at[0]];
  return h("li", {}, h("button", { class: "line", onclick: () => first && page.lookAt(post.held.length ? post.held.map((one) => [one.lon_deg, one.lat_deg]) : [first]) },
    h("strong", {}, post.id), `: ${says || "nobody"}`, held, at));
}

function reserve({ in_reserve: kept }) {
  const names = Object.entries(kept).map(([name, role]) => `${name} (${roleWords(role)})`);
  return h("p", { id: "reserve" }, h("strong", {}, "In reserve: "), names.length ? `${names.join(", ")}.` : "nobody.");
}

function prices({ prices: costs }) {
  const told = Object.entries(costs).filter(([, cost]) => cost > 0);
  const free = Object.entries(costs).filter(([, cost]) => !(cost > 0)).map(([rule]) => rule);
  return h("p", { id: "prices" }, h("strong", {}, "What the rules cost in skill: "),
    [...told.map(([rule, cost]) => `${rule} ${Number(cost.toPrecision(3))}`), free.length ? `nothing: ${free.join(", ")}` : null].filter(Boolean).join("; ") || "nothing", ".");
}

// --- who is there ---

function people(page) {
  const { data, clock, act } = page;
  const rows = data.crew.people.map((who) => {
    const roles = who.roles.map((one) => {
      const gone = past(page, one.until);
      const until = one.until ? ` (${gone ? "EXPIRED" : "until"} ${clock.day(one.until)})` : "";
      return h("span", { class: gone ? "problem" : null }, `${roleWords(one.role)} ${one.skill}${until}`);
    });
    const about = [who.team && `team ${who.team}`, who.awake_since && `awake since ${clock.near(who.awake_since)}`, who.p_present !== null && `there with ${percent(who.p_present)}`, who.name, who.phone, who.note];
    return h("li", {},
      h("div", { class: "line" }, h("strong", {}, `${who.id} `), roles.length ? roles.flatMap((one, i) => (i ? [", ", one] : [one])) : h("span", { class: "hazard" }, "no role told"), h("small", {}, about.filter(Boolean).join(" · "))),
      act ? h("button", { class: "small", "aria-label": `Change ${who.id}`, onclick: () => act("changePerson", asRegistered(who, clock)) }, "Change") : null,
      act ? h("button", { class: "small", "aria-label": `${who.id} stands down`, onclick: () => act("dropPerson", { name: who.id }) }, "Stand down") : null);
  });
  return [
    h("h2", {}, "People"),
    act && h("p", { class: "buttons" }, h("button", { class: rows.length ? null : "main", onclick: () => act("person") }, "Register a person")),
    rows.length ? h("ul", { class: "lines", id: "people" }, rows) : h("p", {}, "Nobody is registered yet by name."),
  ];
}

const asRegistered = (who, clock) => ({
  name: who.id, team: who.team, p_present: who.p_present, place: who.at ? formatPlace(...who.at, "decimal") : undefined,
  roles: who.roles.map(({ role, skill, until }) => `${role}:${skill}${until ? `:${clock.isoDay(until)}` : ""}`).join(", "),
});

// --- what threatens them ---

function hazards(page) {
  const { data, clock, act } = page;
  const rows = data.crew.hazards.map((one) => {
    const when = [one.begins && `from ${clock.near(one.begins)}`, one.ends && `until ${clock.near(one.ends)}`].filter(Boolean).join(" ");
    const about = [when, one.radius_m && `${Math.round(one.radius_m)} m around`, one.hits_per_h !== null && `${one.hits_per_h} injuries per person and hour`, one.speed_mps !== null && `comes at ${one.speed_mps} m/s`, past(page, one.ends) && "is over", one.note];
    return h("li", {},
      h("button", { class: "line", onclick: () => page.lookAt(one.ring) }, h("strong", { class: "hazard" }, `⚠ ${one.id} `), `${one.kind}${one.label ? `, ${one.label}` : ""}`, h("small", {}, about.filter(Boolean).join(" · "))),
      act ? h("button", { class: "small", "aria-label": `Drop hazard ${one.id}`, onclick: () => act("dropHazard", { name: one.id }) }, "Drop") : null);
  });
  return [
    h("h2", {}, "Hazards"),
    act && h("p", { class: "buttons" }, h("button", { onclick: () => act("hazard") }, "Mark a hazard")),
    rows.length ? h("ul", { class: "lines", id: "hazards" }, rows) : h("p", {}, "No hazard is marked."),
  ];
}
