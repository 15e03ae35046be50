// The forms of the debrief, of briefings and messages.

import * as api from "homeward/api.js";
import { everybody } from "homeward/crewforms.js";
import { h, toast } from "homeward/dom.js";
import { LATER, PERSONAL, PLACE_HINT } from "homeward/fields.js";
import { keep } from "homeward/tabs.js";

const HOW = { "": "not said", seen: "Saw it", heard: "Heard it", inferred: "Concludes it", told: "Was told" };
const LETTERS = { "": "not judged", A: "A completely reliable", B: "B usually reliable", C: "C fairly reliable", D: "D not usually reliable", E: "E unreliable", F: "F cannot be judged: counts for nothing" };
const DIGITS = { "": "not judged", 1: "1 confirmed by others", 2: "2 probably true", 3: "3 possibly true", 4: "4 doubtful", 5: "5 improbable", 6: "6 cannot be judged: counts for nothing" };
const ABOUT = { "": "as it was, else what", where: "Where", who: "Who", what: "What", when: "When" };
const SHARES = { "": "command, or those named", everybody: "Everybody", command: "Command", named: "Those named alone: sealed" };
const CONSENT = { "": "not asked", given: "Agreed to pass it on", refused: "Refused", unable: "Could not be asked" };
const PRIORITIES = { routine: "Routine", priority: "Priority", immediate: "Immediate", flash: "Flash" };

const shownQuestions = (data) => (data.debrief?.questions ?? []).filter((one) => one.hypotheses);
const questions = (data) => shownQuestions(data).map((one) => [one.id, one.text === one.id ? one.id : `${one.id}: ${one.text}`]);
const answers = (data, of) => {
  const found = shownQuestions(data).find((one) => one.id === of);
  return found ? [...found.hypotheses.map((one) => [one.id, one.label && one.label !== one.id ? `${one.id}: ${one.label}` : one.id]), ["none", "none of these"]] : [];
};
const statements = (data) => (data.debrief?.statements ?? []).filter((one) => !one.declined).map((one) => one.id);
const sealed = (data) => (data.debrief?.statements ?? []).filter((one) => one.sealed).map((one) => [one.id, `${one.id} of ${one.witness}`]);
const readers = (data) => data.debrief?.readers ?? [];
const here = (data) => (data.muster?.here ?? []).map((one) => one.id);
export const known = (data) => [...new Set([...data.teams.map((team) => team.id), ...everybody(data), ...data.crew.people.map((who) => who.id), ...here(data)])];
export const notRead = (data, briefing) => known(data).filter((name) => briefing && !briefing.read.includes(name));

const NAME = { name: "name", label: "Short name", required: true, hint: "where, who, car" };
const QUESTION = { name: "question", label: "Bears on question", list: questions };
const ANSWER = { name: "hypothesis", label: "Speaks for answer", list: answers, of: "question" };
const NUMBER = { name: "number", label: "Number, asked afterwards", type: "number", unit: "%", scale: 0.01, min: 0, max: 100, hint: "how sure in percent; words first, this after" };
const RELIABILITY = { name: "reliability", label: "Source", options: LETTERS, more: "Command's judgement" };
const CREDIBILITY = { name: "credibility", label: "What it says", options: DIGITS, more: "Command's judgement" };
const PASSPHRASE = { name: "passphrase", label: "Passphrase", type: "password", required: true, told: "passphrase" };

const LABELS = { asked: "Asked", certainty: "How sure", seen_at: "When", place: "Where" };
const openedWords = (rows) => {
  const open = rows.filter((one) => one.sealed && !one.closed);
  return open.length ? open.map((one) => h("section", { class: "opened" }, h("h3", {}, `${one.id} of ${one.witness}`), h("blockquote", {}, one.says),
    h("ul", { class: "plain" }, Object.keys(LABELS).filter((name) => one[name]).map((name) => h("li", {}, `${LABELS[name]}: ${one[name]}`))))) : [h("p", {}, "Nothing is sealed for this reader.")];
};

export const DEBRIEF_FORMS = {
  question: { title: "Ask a question", about: "What has to be known, with the answers there may be. What their probabilities leave is that none of them is true.", send: api.question, fields: [
    NAME,
    { name: "text", label: "In words", hint: "Where are the others?" },
    { name: "about", label: "It asks", options: ABOUT },
    { name: "hypotheses", label: "Answers", hint: "name=probability:words, with ; between: hut=0.4:at the hut; river=0.3. Empty: as they were", told: "answer" },
    { name: "places", label: "Where each would be", hint: "hut=36.2, -84.2; river=36.3, -84.1", more: true },
    { name: "times", label: "When each would be", hint: "hut=14:00/15:30; river=16:00/17:00", more: true },
    LATER,
  ] },
  resolve: { title: "It is known", about: "Which answer came out true. Every witness who spoke of it is scored by it.", send: api.resolveQuestion, fields: [
    { ...QUESTION, label: "Question", required: true }, { ...ANSWER, label: "True answer", required: true }, { name: "why", label: "How it is known", hint: PERSONAL }, LATER,
  ] },
  dropQuestion: { title: "A question is asked no longer", send: api.dropQuestion, fields: [{ ...QUESTION, name: "name", label: "Question", required: true }, { name: "why", label: "Why" }, LATER] },
  exclude: { title: "Answers that cannot be true together", send: api.exclude, fields: [
    { name: "answers", label: "Answers", required: true, hint: "question=answer, with commas between: where=hut, who=brother" }, { name: "why", label: "Why not", hint: PERSONAL }, LATER,
  ] },
  statement: { title: "Take a statement", about: "In the witness's own words first; how sure in their words; then ask for a number. What they do not want to answer is noted as declined.", send: api.statement, fields: [
    { name: "witness", label: "Who says it", required: true, hint: "W1, or a call sign" },
    { name: "says", label: "In their own words", required: true, long: true },
    { name: "how", label: "How do they know", options: HOW },
    { name: "told_by", label: "Told by", hint: "who told them, so that hearsay does not count twice" },
    { name: "certainty", label: "How sure, their words", hint: "pretty sure" },
    NUMBER, QUESTION, ANSWER,
    { name: "share", label: "Who may read it", options: SHARES },
    { name: "readers", label: "Named readers", hint: "with commas; the words are sealed for them", told: "reader" },
    { name: "consent", label: "Consent", options: CONSENT },
    RELIABILITY, CREDIBILITY,
    { name: "asked", label: "Asked was", hint: "the question as it was put", more: true },
    { name: "when", label: "When it was", hint: "14:00, -3h", more: true },
    { name: "where", label: "Where it was", hint: PLACE_HINT, more: true },
    LATER,
  ] },
  judge: { title: "Judge a statement", about: "The number that the witness gave when asked; source and content apart from each other. What is emptied here is taken back.", send: api.judge, fields: [
    { name: "name", label: "Statement", required: true, list: statements }, NUMBER, QUESTION, ANSWER, { ...RELIABILITY, more: false }, { ...CREDIBILITY, more: false }, LATER,
  ] },
  withdraw: { title: "A statement is taken back", send: api.withdraw, fields: [{ name: "name", label: "Statement", required: true, list: statements }, { name: "why", label: "Why" }, LATER] },
  declinedAnswer: { title: "A witness declined", about: "Noted as declined. Nobody presses on.", button: "Note it", send: api.declined, fields: [
    { name: "witness", label: "Who", required: true }, { name: "asked", label: "Asked was", hint: "the question as it was put" }, { ...QUESTION, label: "On question" }, LATER,
  ] },
  reader: { title: "Name a reader", about: "Who can be given sealed statements. The passphrase opens them; lost, it cannot be recovered.", send: api.reader, fields: [
    { name: "name", label: "Reader", required: true, hint: "Lead" }, { ...PASSPHRASE, told: "passphrase" },
    { name: "replace_key", label: "Has one already", options: { "": "no", true: "yes: give a new passphrase" }, truth: true, more: true }, LATER,
  ] },
  openStatement: { title: "Open a sealed statement", about: "Only here, and only until this is closed. That it was opened is noted.", button: "Open", send: api.openStatement, fields: [
    { name: "name", label: "Statement", required: true, list: sealed }, { name: "reader", label: "Reader", required: true, list: readers }, { ...PASSPHRASE, told: "passphrase" },
  ], shows: ({ data }) => [
    h("h2", { id: "dialog-title" }, `${data.id} of ${data.witness}`), h("blockquote", { id: "opened" }, data.says),
    h("ul", { class: "plain" }, Object.keys(LABELS).filter((name) => data[name]).map((name) => h("li", {}, `${LABELS[name]}: ${data[name]}`))),
    h("p", {}, h("small", {}, "That you opened it is noted. Close this before you leave the screen.")),
  ] },
  openAll: { title: "Open all that is sealed for a reader", about: "Only here, and only until this is closed. That they were opened is noted.", button: "Open", send: api.openAll, fields: [
    { name: "reader", label: "Reader", required: true, list: readers }, { ...PASSPHRASE, told: "passphrase" },
  ], shows: ({ data }) => [
    h("h2", { id: "dialog-title" }, "What is sealed, opened"), ...openedWords(data.statements),
    h("p", {}, h("small", {}, "That you opened them is noted. Close this before you leave the screen.")),
  ] },
  fused: { title: "Reckon it otherwise", about: "What all statements come to at another speed, or with questions that ask about somebody else. The board stays as it is.", button: "Reckon", send: api.fused, fields: [
    { name: "question", label: "Question", list: questions },
    { name: "speed_kmh", label: "Nobody went faster than", type: "number", unit: "km/h", min: 0, hint: "empty = 15 km/h, our assumption; on foot 5, by car 60", told: "km/h" },
    { name: "apart", label: "About somebody else", ticks: (data) => shownQuestions(data).filter((one) => one.about === "where").map((one) => ({ key: one.id, words: one.text })), none: "No question asks where." },
  ], shows: ({ text }) => [h("h2", { id: "dialog-title" }, "What all statements come to"), h("p", { class: "told", id: "fused" }, text)] },
  message: { title: "Send a message", about: "It stays open until each of them has acknowledged it.", send: api.message, fields: [
    { name: "to", label: "To", required: true, hint: "teams or people with commas between, or everybody" },
    { name: "text", label: "Message", required: true, long: true },
    { name: "priority", label: "Priority", options: PRIORITIES }, LATER,
  ] },
  messageRead: { title: "Acknowledge a message", send: api.messageRead, fields: [
    { name: "message", label: "Message", required: true, list: (data) => data.messages.filter((one) => one.open.length).map((one) => [one.id, `${one.id} to ${one.to.length > 3 ? `${one.to.length} teams and people` : one.to.join(", ")}`]) },
    { name: "by", label: "Who", ticks: (data, of) => (data.messages.find((one) => one.id === of)?.open ?? []).map((key) => ({ key })), of: "message", none: "Choose the message." },
    { name: "said", label: "Said", hint: PERSONAL }, LATER,
  ] },
  briefing: { title: "Issue a briefing", about: "One page for everybody, which is kept with the mission; command's page is made when it is fetched.", send: api.briefing, fields: [
    { name: "paper", label: "Paper", options: { a4: "A4", letter: "Letter" } }, LATER,
  ] },
  briefingRead: { title: "Has read a briefing", button: "Has read it", send: api.briefingRead, fields: [
    { name: "briefing", label: "Briefing", required: true, list: (data) => data.briefings.map((one) => one.id) },
    { name: "by", label: "Who", ticks: (data, of) => notRead(data, data.briefings.find((one) => one.id === of)).map((key) => ({ key })), of: "briefing", none: "Everybody has." }, LATER,
  ] },
  commandPage: { title: "Command's page", about: "Personal. With a reader's passphrase, what is sealed for that reader is on it; that it was opened is noted.", button: "Fetch it", send: api.commandPage,
    came: (file) => { keep(file); toast(`${file.name} is in your downloads: it is personal.`); }, fields: [
    { name: "reader", label: "Reader", list: readers, hint: "empty = without what is sealed" }, { ...PASSPHRASE, required: false },
    { name: "paper", label: "Paper", options: { a4: "A4", letter: "Letter" } },
  ] },
};
