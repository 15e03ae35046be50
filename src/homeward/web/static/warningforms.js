// The forms of warnings: what may come and when, what was said since, readiness by cost and loss, CAP messages.

import * as api from "homeward/api.js";
import { LATER, PERSONAL, SHARE } from "homeward/fields.js";
import { keep } from "homeward/tabs.js";

const open = (data) => (data.warning?.warnings ?? []).map((row) => row.id);
const lifted = (data) => data.warning?.lifted ?? [];
const LETTERS = { "": "not judged", A: "A completely reliable", B: "B usually", C: "C fairly", D: "D not usually", E: "E unreliable", F: "F cannot be judged" };
const SEVERITIES = Object.fromEntries(["Unknown", "Minor", "Moderate", "Severe", "Extreme"].map((one) => [one, one]));
const reports = (data, of) => ((data.warning?.warnings ?? []).find((row) => row.id === of)?.reports ?? []).map((one) => one.id);
const WARNING = { name: "name", label: "Warning", required: true, list: open };
const DATES = [
  { name: "told", label: "As it was said", hint: "in about a month, maybe a week, could be longer; personal" },
  { name: "about", label: "About", hint: "the middle: 1 month, 36 h, or a date", told: "about" },
  { name: "early", label: "As early as", hint: "1 week: nine cases of ten come later", told: "out of order" },
  { name: "late", label: "As late as", hint: "2 months: nine of ten come earlier", told: "out of order" },
  { name: "said_at", label: "Said", hint: "-5d, 2026-03-01 12:00; empty = now", told: "said" },
];
const MORE_DATES = { name: "quantiles", label: "Or by probability", hint: "5%=1 day; 30%=3 days", told: ["quantile", "out of order"], more: true };
const WHO = [{ name: "source", label: "Said by", hint: PERSONAL }, { name: "text", label: "In their words", long: true, hint: PERSONAL }];

// A length of time as a form reads it again.
export function span(d) {
  const [n, unit] = d * 24 < 1 ? [d * 1440, "min"] : d < 1 ? [d * 24, "h"] : [d, "days"];
  return `${Number(n.toPrecision(6))} ${unit}`;
}

// The dates as they are in force, as a form has them: early, about and late where they are these, the others by probability.
export function asTold(quantiles) {
  const told = { early: 0.1, about: 0.5, late: 0.9 };
  const of = (p) => quantiles.find(([q]) => Math.abs(q - p) < 1e-9);
  const left = quantiles.filter(([q]) => !Object.values(told).some((p) => Math.abs(q - p) < 1e-9));
  return {
    ...Object.fromEntries(Object.entries(told).flatMap(([name, p]) => (of(p) ? [[name, span(of(p)[1])]] : []))),
    quantiles: left.map(([p, d]) => `${Number((100 * p).toPrecision(6))}%=${span(d)}`).join("; ") || undefined,
  };
}

const WARNED = [
  { name: "name", label: "Short name", required: true, hint: "storm, flood, visit" },
  ...DATES, ...WHO,
  { name: "never", label: "It may never come", ...SHARE, more: false, hint: "a false alarm: how probable", told: "never" },
  { name: "targets", label: "May hit", hint: "targets with commas between; empty = all of them" },
  { name: "motive", label: "Why", hint: PERSONAL, more: true },
  { name: "motives", label: "Motives", hint: "old quarrel=60%:Hut=2,Mill; money=30%:Bank (probability, the targets it would hit one of); personal", told: "motive", more: true },
  { name: "reliability", label: "Source", options: LETTERS, hint: "shown; it changes no number", more: true },
  { name: "forecast", label: "It is", options: { "": "as it was, else somebody's guess", true: "a forecast of weather or water", false: "somebody's guess" }, truth: true, more: true },
  MORE_DATES,
  { name: "widen", label: "Spread times", type: "number", min: 0, hint: "empty = 1.29, as people are surer than they should be", more: true },
  { name: "families", label: "Curves", hint: "empty = lognormal, weibull, loglogistic, gamma", more: true },
  LATER,
];

export const WARNING_FORMS = {
  warning: { title: "Write down a warning", about: "What may come, and when, as somebody said it. Times count from when it was said. What is left empty stays as it was.", send: api.warn, fields: WARNED },
  changeWarning: { title: "Change a warning", button: "Change it", about: "It is filled with what is in force. Dates count from when it was said. What is emptied is taken back, but for the dates: they can only be told anew.", send: api.warn, fields: [
    WARNING, ...WARNED.slice(1).map((field) => (field.name === "said_at" ? { ...field, hint: "-5d, 2026-03-01 12:00; empty = as it was" } : field)),
  ] },
  warnMore: { title: "More was said", about: "That it comes within so long, or another informant's dates.", send: api.warnMore, fields: [
    WARNING, { name: "id", label: "Corrects report", list: reports, of: "name", hint: "empty = a new one; all of it is told anew" }, { name: "within", label: "Comes within", hint: "14 days" }, ...DATES.slice(0, 4), ...WHO,
    { name: "reliability", label: "They are right", ...SHARE, more: false, hint: "empty = surely" },
    { ...DATES[4] }, MORE_DATES,
    { name: "motives", label: "It bears on", hint: "old quarrel=3: so many times as probable by that motive; personal", told: "motive", more: true },
    { name: "may_replace", label: "If two disagree", options: { "": "both are taken as right", true: "one may be wrong as a whole" }, truth: true, more: true },
    LATER,
  ] },
  liftWarning: { title: "A warning is lifted", about: "It counts no longer.", send: api.liftWarning, fields: [WARNING, { name: "why", label: "Why", hint: PERSONAL }, LATER] },
  happened: { title: "It has come", about: "The forecast is scored by it.", send: api.happened, fields: [WARNING, { name: "at_time", label: "When", hint: "-2h; empty = now" }, LATER] },
  alertLevel: { title: "When to raise readiness, and when to lower it", button: "Work it out", send: api.alertLevel, shown: true, about: "By what a day of it costs and what is lost if it comes while nobody is ready, in any one unit. Nothing is written down.",
    came: ({ text, data }, page, { name }) => page.set({ alert: { name: name ?? null, text, spans: data.spans_d } }), fields: [
    { ...WARNING, required: false, hint: "empty = the first of all" },
    { name: "cost_per_day", label: "A day costs", type: "number", required: true, min: 0, told: "cost" },
    { name: "loss", label: "Loss if not ready", type: "number", required: true, min: 0, told: "loss" },
    { name: "ramp", label: "Until it is whole", hint: "2 days; empty = at once", told: "ramp" },
  ] },
  capIn: { title: "Take in a CAP message", send: api.capIn, fields: [
    { name: "file", label: "File", type: "file", required: true, accept: ".xml,.cap", hint: "Common Alerting Protocol 1.2" }, { name: "name", label: "Called here", hint: "empty = as its event" },
  ] },
  capOut: { title: "Pass a warning on", about: "As a CAP 1.2 message. Words of those who told it never go out; what you write here does.", button: "Make the message", send: api.capOut,
    came: ({ data }) => keep({ name: `${data.warning}.xml`, content: new Blob([data.xml], { type: "application/cap+xml" }) }), fields: [
    { ...WARNING, list: (data) => [...open(data), ...lifted(data)] },
    { name: "severity", label: "Severity", options: SEVERITIES },
    { name: "instruction", label: "What to do", long: true, hint: "everybody who gets it reads this" },
    { name: "sender", label: "Sender", hint: "ops@example.org" },
    { name: "public", label: "For", options: { "": "those of the mission", true: "everybody" }, truth: true },
    { name: "replaces", label: "Sent before", type: "file", accept: ".xml,.cap", hint: "the message that this one updates or cancels", more: true },
  ] },
};
