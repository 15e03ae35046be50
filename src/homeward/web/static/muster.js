// Muster: who is in, who comes when, who has not answered, what a person must read, what is missing, whom to call next.

import * as api from "homeward/api.js";
import { fold, h, toast } from "homeward/dom.js";
import { chance as likely, percent } from "homeward/format.js";
import { musterChart } from "homeward/musterchart.js";
import { ownAssumptions, plain } from "homeward/readyparts.js";

const MOST_ROWS = 40;

export function musterTab(page) {
  const { data, act } = page;
  const { muster } = data;
  if (!muster || muster.not_yet) return [h("p", {}, muster?.not_yet ?? "Nobody is registered by name yet: register people (Crew), then call them in."), act && h("p", { class: "buttons" }, h("button", { onclick: () => act("person") }, "Register a person"), h("button", { onclick: () => act("signIn") }, "Sign in"), muster?.open_call ? h("button", { onclick: () => act("endCall") }, `End call ${muster.open_call}`) : null)];
  return [
    title(page), buttons(page), unread(page), complete(page),
    musterChart(muster.chance, { clock: page.clock, now: page.now() }),
    toSpeakTo(page), here(page), coming(page), silent(page), rest(page),
    muster.notes.map((note) => h("p", { class: "hazard" }, `⚠ ${note}`)),
    muster.why?.length ? fold("muster-why", "Why these numbers", plain(muster.why)) : null,
    ownAssumptions("muster", muster.assumed.map((one) => one.words)),
  ];
}

function title({ data, clock }) {
  const { call } = data.muster;
  if (!call) return h("h2", {}, "Nobody has been called in");
  const waves = call.waves > 1 ? ` · wave ${call.waves_called} of ${call.waves}` : "";
  return [h("h2", {}, `Call ${call.id}: ${call.asks}`), h("p", {}, `called ${clock.near(call.at)}${call.wanted_by ? ` · wanted by ${clock.near(call.wanted_by)}` : ""}${waves}${call.text ? ` · “${call.text}”` : ""}`)];
}

function buttons({ data, act }) {
  if (!act) return null;
  const { call, here: inside } = data.muster;
  const some = inside.length > 0;
  return h("p", { class: "buttons" },
    call ? [h("button", { onclick: () => act("escalate") }, "Call on"), h("button", { onclick: () => act("nextWave") }, "Call the next wave")] : h("button", { class: "main", onclick: () => act("callOut") }, "CALL EVERYBODY IN"),
    h("button", { onclick: () => act("signIn") }, "Sign in"),
    some ? [h("button", { onclick: () => act("rollCall") }, "Roll-call"), h("button", { onclick: () => act("signOut") }, "Sign out")] : null,
    h("button", { onclick: () => withAddress(act, "signInCode") }, "Sign-in code"),
    h("button", { onclick: () => withAddress(act, "rollCallList") }, "Roll-call list"),
    h("button", { onclick: () => act("available") }, "How somebody can be had"),
    call ? [h("button", { onclick: () => act("callOut") }, "New call"), h("button", { onclick: () => act("endCall") }, "End the call")] : null);
}

// Opens a form with the address at which phones reach this page, as far as the server knows it.
async function withAddress(act, verb, filled = {}) {
  const { address } = await api.address().catch(() => ({ address: null }));
  act(verb, { ...filled, link: address ?? undefined });
}

// Whom a person has to phone or to speak to over the radio, and with what words: it stands until each has answered or come.
function toSpeakTo({ data, act, clock }) {
  const { phone_list: list, call } = data.muster;
  if (!call || !list?.people.length) return null;
  const rows = list.people.map((row) => {
    const number = row.phone ? h("a", { href: `tel:${row.phone.replace(/[^+\d]/g, "")}` }, row.phone) : row.by === "radio" ? null : row.number_known ? h("small", {}, "number not shown here") : h("small", { class: "problem" }, "no number known");
    const linked = row.answer_path !== undefined && data.crew.people.some((who) => who.id === row.person);
    return h("li", {},
      h("div", {}, h("strong", {}, row.person), row.name ? ` ${row.name}` : null, ` by ${row.by} `, number, h("small", {}, `since ${clock.near(row.since)}`)),
      act ? h("div", { class: "answers" },
        h("button", { class: "small", "aria-label": `${row.person} says`, onclick: () => act("answered", { person: row.person, channel: row.by }) }, "Says …"),
        linked ? h("button", { class: "small", "aria-label": `Link for ${row.person}`, onclick: () => withAddress(act, "answerLinks", { person: row.person }) }, "Link") : null) : null);
  });
  return [
    h("h3", { class: "problem" }, `Speak to them: ${list.people.length}`),
    h("blockquote", { id: "say" }, list.words),
    h("ul", { class: "people", id: "speak-to" }, rows),
    act && rows.length > 1 && list.people.some((row) => row.answer_path !== undefined) ? h("p", { class: "buttons" }, h("button", { onclick: () => withAddress(act, "answerLinks") }, "Links for all of them")) : null,
  ];
}

// Answers that nobody but a person can understand: first on the board, because somebody waits for it.
function unread({ data, act, clock }) {
  const rows = data.muster.unread.map((one) => h("li", { class: "open" },
    h("div", {}, h("strong", {}, one.person), h("p", {}, one.text === undefined ? "Its words are not shown on this page." : `“${one.text}”`), h("small", {}, [clock.near(one.at), one.channel && `by ${one.channel}`].filter(Boolean).join(" · "))),
    act ? h("div", { class: "does" }, h("button", { class: "main", "aria-label": `What ${one.person} means`, onclick: () => act("answerRead", { entry: one.entry, ...understood(data, clock, one.person) }) }, "It means …")) : null));
  return rows.length ? [h("h3", { class: "problem" }, `${rows.length === 1 ? "1 answer" : `${rows.length} answers`} to be read by a person`), h("ul", { class: "orders", id: "unread" }, rows)] : null;
}

// The time that was understood of an answer, where only the rest of it is to be read.
function understood(data, clock, person) {
  const row = data.muster.coming.find((one) => (one.id === person || one.team === person) && one.answered && one.named_eta);
  return row ? { eta: clock.typed(row.named_eta) } : {};
}

function complete({ data, clock }) {
  const { chance, missing, event, p_before_event: before, call_next: next, weakest, coming: rows, reaches, call } = data.muster;
  const short = chance.p_by !== null && chance.p_by < chance.target;
  const last = new Set(rows.filter((row) => row.last_resort).map((row) => row.id));
  const all = chance.p_by_all > chance.p_by + 5e-4 ? `; with everybody not yet called ${likely(chance.p_by_all)}` : "";
  const lacks = Object.entries(missing).map(([role, n]) => `${n} ${role}`).join(", ");
  return [
    chance.p_by === null ? null : h("p", { class: short ? "count problem" : "count", id: "complete-by" }, `${short ? "✗ " : "✓ "}TEAM COMPLETE by ${clock.near(chance.by)}: ${likely(chance.p_by)}`, h("small", {}, ` ${short ? `short of ${percent(chance.target)}` : `wanted ${percent(chance.target)}`}${all}`)),
    short && weakest.length ? h("p", { class: "hazard", id: "weakest" }, `Weakest, of those called: ${weakest.map((one) => `${one.need} ${one.role}${one.p === null ? "" : `, ${likely(one.p)}`}`).join("; ")}.`) : null,
    lacks ? h("p", { class: "problem", id: "missing" }, `NOBODY CAN FILL, even if all came: ${lacks}. Ask another team, or change what is needed.`) : null,
    next.length && short ? h("p", { class: "next", id: "call-next" }, h("strong", {}, "CALL NEXT: "), next.map((name) => (last.has(name) ? `${name} (last resort)` : name)).join(", "), reaches ? null : ". Even then it falls short.") : null,
    call && short && !next.length ? h("p", { class: "hazard" }, "Everybody who can help is called, and it is not enough: find others.") : null,
    event ? h("p", {}, event, before === null ? null : h("strong", {}, ` Team complete before it: ${likely(before)}.`)) : null,
  ];
}

function here(page) {
  const { data, act, clock } = page;
  const { here: inside, heads_here: heads, last_roll_call: roll } = data.muster;
  const rows = inside.map((one) => h("li", {}, h("span", { class: "line" }, h("strong", {}, one.id), ` since ${clock.near(one.since)}`, one.guest ? h("small", {}, "guest") : null),
    act ? h("button", { class: "small", "aria-label": `Sign ${one.id} out`, onclick: () => act("signOut", { person: one.id }) }, "Sign out") : null));
  return [
    h("h3", {}, `In: ${heads === 1 ? "1 head" : `${heads} heads`}`),
    roll ? rollCalled(roll, clock) : null,
    rows.length ? h("ul", { class: "lines", id: "here" }, rows) : null,
  ];
}

// What the last roll-call came to; who was missing then, and has been found or signed out since, is said to be.
function rollCalled(roll, clock) {
  const still = roll.still_missing;
  const since = roll.missing.filter((name) => !still.includes(name));
  const missing = still.length ? `, MISSING: ${heads(still).join(", ")}` : roll.missing.length ? "" : ", nobody missing";
  return h("p", { class: still.length ? "problem" : null }, `Roll-call ${clock.near(roll.at)}: ${roll.present.length} answered${missing}${since.length ? `; accounted for since: ${heads(since).join(", ")}` : ""}.`);
}

function coming(page) {
  const { data, clock } = page;
  const rows = byTeam(data.muster.coming.filter((row) => !row.silent));
  return rows.length ? [h("h3", {}, "Coming"), people(page, "coming", rows.slice(0, MOST_ROWS).map((row) => ({ ...row, head: `${row.named_eta ? "" : "about "}${clock.near(row.eta)}`, about: [row.can.join(", "), row.p !== null && row.p < 0.995 && `comes with ${percent(row.p)}`, row.why, row.last_resort && "only if nobody else can"] })))] : null;
}

function silent(page) {
  const { data, clock } = page;
  const rows = data.muster.silent.map((row) => ({ ...row, whole: row.id === row.team, head: `✗ no answer for ${Math.round(row.silent_min)} min`, about: [row.can.join(", "), row.p !== null && `comes all the same with ${percent(row.p)}`, row.eta && `then about ${clock.near(row.eta)}`, row.tried.length && `tried: ${row.tried.join(", ")}`] }));
  const all = rows.reduce((sum, row) => sum + row.heads, 0);
  return rows.length ? [h("h3", { class: "problem" }, `No answer: ${all}`), h("small", {}, "Silence counts: the longer, the less likely they come."), people(page, "silent", rows)] : null;
}

// Heads of a team that are not registered by name ("Dog 1 +2"), as one row where they come at the same time.
function byTeam(rows) {
  const found = new Map();
  for (const row of rows) {
    const head = row.team && row.id.startsWith(`${row.team} +`) ? `${row.team}|${row.eta}|${row.why}` : row.id;
    const before = found.get(head);
    found.set(head, before ? { ...before, heads: before.heads + 1 } : { ...row, id: head === row.id ? row.id : row.team, whole: head !== row.id, heads: 1 });
  }
  return [...found.values()];
}

// A row for each person or team, with the answer as a button: yes, no, other words, is here.
function people({ act }, id, rows) {
  return h("ul", { class: "people", id }, rows.map((row) => h("li", {},
    h("div", {}, h("strong", {}, row.id), row.whole ? ` (${row.heads === 1 ? "1 head" : `${row.heads} heads`})` : null, ` ${row.head}`, h("small", {}, row.about.filter(Boolean).join(" · "))),
    act ? h("div", { class: "answers" },
      h("button", { class: "small", "aria-label": `${row.id} says yes`, onclick: (event) => say(event, row.id, "yes") }, "Yes"),
      h("button", { class: "small", "aria-label": `${row.id} says no`, onclick: (event) => say(event, row.id, "no") }, "No"),
      h("button", { class: "small", "aria-label": `${row.id} answers`, onclick: () => act("answered", { person: row.id }) }, "Says …"),
      h("button", { class: "small main", "aria-label": `${row.id} is here`, onclick: () => act("signIn", { person: row.id }) }, "Is here")) : null)));
}

async function say(event, person, text) {
  if (event.target.ariaBusy) return; // not disabled: what is disabled loses the focus
  event.target.ariaBusy = "true";
  try {
    toast((await api.answers({ person, text })).text);
  } catch (error) {
    toast(error.message);
    event.target.ariaBusy = null;
  }
}

function rest({ data }) {
  const { no, away, not_called: left } = data.muster;
  const gone = Object.entries(grouped(away)).map(([why, rows]) => `${heads(rows.map((row) => row.id)).join(", ")} (${why})`);
  return [
    no.length ? h("p", {}, h("strong", {}, "No: "), `${no.join(", ")}.`) : null,
    gone.length ? h("p", {}, h("strong", {}, "Away: "), `${gone.join("; ")}.`) : null,
    left.length ? h("p", {}, h("strong", {}, "Not called yet: "), `${heads(left).join(", ")}.`) : null,
  ];
}

// Names, with the heads of a team counted: "Line A +1, Line A +2" as "Line A (2 heads)".
function heads(names) {
  const found = new Map();
  for (const name of names) {
    const team = /^(.*) \+\d+$/.exec(name)?.[1];
    found.set(team ?? name, team ? (found.get(team) ?? 0) + 1 : 0);
  }
  return [...found].map(([name, n]) => (n ? `${name} (${n === 1 ? "1 head" : `${n} heads`})` : name));
}

function grouped(rows) {
  const found = {};
  for (const row of rows) (found[row.why] ??= []).push(row);
  return found;
}
