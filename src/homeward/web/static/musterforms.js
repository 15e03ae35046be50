// The forms of the muster: the call, answers, who is here, the roll-call.

import * as api from "homeward/api.js";
import { h } from "homeward/dom.js";
import { LATER, PERSONAL, PLACE_HINT, SHARE } from "homeward/fields.js";
import { keep } from "homeward/tabs.js";

const STATES = { "": "as it was, else free", free: "Free", task: "On a task", asleep: "Asleep", unreachable: "Out of reach" };
const MEANS = { yes: "Yes, comes", limited: "Only if nobody else can", no: "No" };
const people = (data) => data.crew.people.map((who) => who.id);
const inside = (data) => (data.muster?.here ?? []).map((one) => one.id);
const away = (data) => [...people(data), ...data.teams.map((team) => team.id)].filter((name, i, all) => all.indexOf(name) === i && !inside(data).includes(name));
const unread = (data) => (data.muster?.unread ?? []).map((one) => [one.entry, `${one.person}${one.text ? `: ${one.text.slice(0, 40)}` : ""}`]);
const LINK = { name: "link", label: "Page for phones", hint: "http://192.168.1.20:8765: answer links lead there", told: "The link", more: true };
const PERSON = { name: "person", label: "Who", required: true, list: people };
const ANSWERS = { ...PERSON, list: (data) => [...people(data), ...data.teams.map((team) => [team.id, `${team.id}, as a team`])] };

// Who is called by name at the roll-call: those who are in first. Of a team, the heads whom nobody registered by name.
const heads = (data, name) => {
  const team = data.teams.find((one) => one.id === name);
  return team ? (team.people ?? 1) - data.crew.people.filter((who) => who.team === name).length : 1;
};
const toCall = (data) => [...inside(data).map((name) => [name]), ...away(data).map((name) => [name, "Others, who are not signed in"])]
  .map(([key, folded]) => ({ key, folded, heads: heads(data, key) }))
  .map((row) => ({ ...row, words: row.heads === 1 || !data.teams.some((team) => team.id === row.key) ? row.key : row.heads < 1 ? `${row.key} (all of it by name)` : `${row.key} (${row.heads} heads)` }));

// Where phones reach this page: the codes and links lead there.
const PHONES = { ...LINK, required: true, more: undefined, hint: "http://192.168.1.20:8765. Phones reach it only if the page was started for them: homeward serve MISSION --host 0.0.0.0" };
const PAPER = { name: "paper", label: "Paper", options: { a4: "A4", letter: "Letter" } };
const stillMissing = (data) => data.muster?.last_roll_call?.still_missing ?? [];

// A code to be held before a phone, and what it opens.
const code = (svg, link) => [h("img", { class: "code", src: `data:image/svg+xml;base64,${btoa(svg)}`, alt: `QR code of ${link}` }), h("p", { class: "opens" }, h("code", {}, link))];
const waiting = async (box, link) => box.replaceChildren(...code(await api.codeOf(link), link));

export const MUSTER_FORMS = {
  callOut: { title: "Call everybody in", button: "CALL THEM IN", alarm: true, send: api.callOut, about: "One order calls all: who is free comes now, who is on a task finishes it and then comes. Where no channels are set up, it says whom to speak to, with what words.", fields: [
    { name: "need", label: "Needed", hint: "medic=1, searcher=6", told: "need" },
    { name: "heads", label: "Or heads in all", type: "number", min: 1, whole: true },
    { name: "by_time", label: "By", hint: "2 h, 18:30; empty = in 2 h" },
    { name: "target", label: "How sure", ...SHARE, more: false, hint: "empty = 90 %" },
    { name: "waves", label: "Whom at first", options: { "": "everybody", true: "only as many as it takes; more in waves" }, truth: true },
    { name: "text", label: "They are told", hint: "full kit; all of them read it" },
    { name: "meet", label: "Where", hint: `empty = the meeting point, else the base; ${PLACE_HINT}`, more: true },
    LINK,
    { name: "dry", label: "Only try it", options: { "": "no", true: "yes: send and write nothing" }, truth: true, more: true },
    LATER,
  ] },
  escalate: { title: "Go on with the call", about: "The next channel for who has been silent for five minutes, and the next wave where those called will not do.", button: "Call on", send: api.escalate, fields: [LINK] },
  nextWave: { title: "Call the next wave", about: "Whatever those called before will do.", button: "CALL THE NEXT WAVE", send: (fields) => api.escalate({ ...fields, next_wave: true }), fields: [LINK] },
  endCall: { title: "The call is over", about: "Nobody more is called for it.", button: "End the call", send: api.endCall, fields: [{ name: "why", label: "Why", hint: PERSONAL }, LATER] },
  answered: { title: "Somebody answers", about: "In their own words; what is not understood goes to a person.", button: "Write it down", send: api.answers, fields: [
    ANSWERS, { name: "text", label: "Says", required: true, hint: "Y 20 · yes, there at 18:30 · N but free in 3 hours" }, { name: "channel", label: "By", hint: "sms, phone, radio" }, LATER,
  ] },
  answerRead: { title: "What an answer means", button: "It means that", send: api.answerRead, fields: [
    { name: "entry", label: "Answer", required: true, list: unread }, { name: "answer", label: "It means", required: true, options: MEANS },
    { name: "eta", label: "There at", hint: "18:30, +25min" }, { name: "free", label: "If no: free from", hint: "18:30, +3h" }, LATER,
  ] },
  signIn: { title: "Sign in", send: api.signIn, fields: [
    { name: "person", label: "Who", required: true, hint: "a call sign or a team" },
    { name: "guest", label: "Is", options: { "": "registered", true: "a guest" }, truth: true }, { name: "place", label: "Where", hint: "empty = the meeting point", more: true }, LATER,
  ] },
  signOut: { title: "Sign out", send: api.signOut, fields: (data) => [
    { name: "person", label: "Who", required: true, list: () => [...inside(data), ["everybody", "everybody, at the end"]] }, { name: "to", label: "Where to", hint: "home, a task" },
    ...(stillMissing(data).length ? [{ name: "although_missing", label: "Who is MISSING", told: "although they are missing", options: { "": "is not signed out with the others", true: "is signed out too" }, truth: true, hint: `since the roll-call: ${stillMissing(data).join(", ")}` }] : []),
    LATER,
  ] },
  signInCode: { title: "Sign in by phone", about: "A code for phones: who opens it signs in and out alone, and sees nobody else.", button: "Show the code", send: api.signInCode, fields: [PHONES],
    shows: ({ data }) => [h("h2", { id: "dialog-title" }, "Sign in here"), ...code(data.svg, data.link), ...data.notes.map((note) => h("p", {}, h("small", {}, note)))] },
  rollCallList: { title: "The roll-call list as a paper", about: "Everybody with a box to tick and who comes when; first the sheet with the sign-in code, where phones reach the page.", button: "Make the PDF", send: api.rollCallList,
    came: keep, fields: [{ ...PHONES, required: false, hint: "empty = without the code" }, PAPER] },
  answerLinks: { title: "Links to answer by", about: "One for each: whoever opens it answers for that person, so pass it to nobody else.", button: "Show them", send: api.answerLinks, fields: [PHONES,
    { name: "person", label: "For", list: (data) => (data.muster?.phone_list?.people ?? []).map((one) => one.person), hint: "empty = all who are to be spoken to" },
  ], shows: ({ data }) => [
    h("h2", { id: "dialog-title" }, "Links to answer by"), h("blockquote", {}, data.words),
    ...data.people.map((one) => {
      const box = h("div", {}, h("p", {}, h("code", {}, one.link)));
      const opened = (event) => event.target.open && !box.querySelector("img") && waiting(box, one.link).catch((error) => box.append(error.message));
      return h("details", { ontoggle: opened, open: data.people.length === 1 }, h("summary", {}, [one.person, one.name, one.phone].filter(Boolean).join(" · ")), box);
    }),
    data.people.length ? null : h("p", {}, "Nobody registered by name is to be spoken to."),
  ] },
  rollCall: { title: "Roll-call", about: "Call everybody by name. Tick who answers; of a team, how many.", button: "Write it down", send: api.rollCall, fields: [
    { name: "present", label: "Answers", ticks: toCall, all: "All answered", none: "Nobody is signed in." }, LATER,
  ] },
  available: { title: "How somebody can be had", about: "What is left empty stays as it was.", send: api.available, fields: [
    PERSON, { name: "state", label: "Is", options: STATES },
    { name: "until", label: "Until", hint: "16:30, +2h: when the task ends, or they get up" },
    { name: "travel", label: "Time to come", hint: "20 min" },
    { name: "p_come", label: "Comes when called", ...SHARE, more: false },
    { name: "channels", label: "Channels", hint: "radio, phone, sms: in the order to try them" },
    { name: "wake", label: "Time to get up", more: true }, { name: "report", label: "To report after a task", hint: "10 min", more: true },
    { name: "travel_gsd", label: "Spread of the way", type: "number", min: 1, hint: "1 exact, 1.5 usual", more: true },
    { name: "forget", label: "Not known after all", words: true, hint: "travel, wake, p_come ...", more: true }, LATER,
  ] },
};
