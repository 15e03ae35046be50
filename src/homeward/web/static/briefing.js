// Briefings with who has read them, and messages: the open ones first, by priority, each until it is acknowledged.

import * as api from "homeward/api.js";
import { notRead } from "homeward/debriefforms.js";
import { fold, h } from "homeward/dom.js";
import { duration } from "homeward/format.js";

export const lateMessages = (data) => (data.messages ?? []).filter((one) => one.late);
const MOST_NAMES = 8;

export function briefingTab(page) {
  return [...briefings(page), ...messages(page)];
}

function briefings(page) {
  const { data, act, clock } = page;
  const rows = (data.briefings ?? []).map((one, i) => {
    const left = notRead(data, one);
    const read = (by) => act("briefingRead", { briefing: one.id, by });
    return h("li", { class: left.length && !i ? "open" : "done" },
      h("div", {}, h("strong", {}, `Briefing ${one.id}`), h("span", { class: "state" }, i ? "earlier" : left.length ? `✗ ${left.length} HAVE NOT READ IT` : "✓ EVERYBODY HAS READ IT"),
        h("p", {}, `issued ${clock.near(one.issued)}`),
        one.read.length ? names(`read-${one.id}`, "Read by", one.read) : null,
        !i && left.length ? names(`left-${one.id}`, "Not yet:", left) : null),
      act ? h("div", { class: "does" },
        h("a", { class: "line button", href: api.briefingUrl(one.id), download: `${one.id}-everybody.pdf` }, "Page"),
        i ? null : h("button", { class: "main", "aria-label": `Somebody has read ${one.id}`, onclick: () => read(undefined) }, "Has read it")) : null);
  });
  return [
    h("h2", {}, "Briefings"),
    act && h("p", { class: "buttons" },
      h("button", { class: rows.length ? null : "main", onclick: () => act("briefing") }, rows.length ? "Issue a new briefing" : "Issue a briefing"),
      rows.length ? h("button", { onclick: () => act("commandPage") }, "Command's page") : null),
    rows.length ? h("ul", { class: "orders", id: "briefings" }, rows) : h("p", {}, "No briefing yet: one page for everybody, one for command."),
  ];
}

const few = (names) => (names.length > MOST_NAMES ? `${names.slice(0, MOST_NAMES).join(", ")} and ${names.length - MOST_NAMES} more` : names.join(", "));

// Names in a row; many of them folded, so that they can be opened.
function names(key, words, all) {
  if (all.length <= MOST_NAMES) return h("small", { class: "names" }, `${words} ${all.join(", ")}.`);
  return h("small", { class: "names" }, fold(key, `${words} ${few(all)}`, `${all.slice(MOST_NAMES).join(", ")}.`));
}

function messages(page) {
  const { data, act } = page;
  const rows = (data.messages ?? []).map((one) => message(page, one));
  return [
    h("h2", {}, "Messages"),
    act && h("p", { class: "buttons" }, h("button", { onclick: () => act("message") }, "Send a message")),
    rows.length ? h("ul", { class: "orders", id: "messages" }, rows) : h("p", {}, "No messages yet."),
  ];
}

function message(page, one) {
  const { act, clock } = page;
  const open = one.open.length > 0;
  const state = open ? `✗ ${one.late ? "LATE, " : ""}${one.open.length} OF ${one.to.length} OPEN${one.waiting_min === null ? "" : ` for ${duration(one.waiting_min * 60)}`}` : "✓ READ BY ALL";
  const said = one.acknowledged.map((a) => `${a.by}${one.acknowledged.length < 4 ? ` ${clock.near(a.at)}` : ""}${a.said ? `: "${a.said}"` : ""}`);
  return h("li", { class: open ? (one.late || ["flash", "immediate"].includes(one.priority) ? "open" : "waits") : "done" },
    h("div", {}, h("strong", {}, one.priority.toUpperCase()), h("span", { class: "state" }, state),
      h("p", {}, one.text ?? "What it says is not shown on this page."),
      h("small", {}, [`${one.id} to ${few(one.to)}`, `given ${clock.near(one.given)}`].join(" · ")),
      open ? names(`open-${one.id}`, "Open:", one.open) : null, said.length ? names(`said-${one.id}`, "Read:", said) : null),
    act && open ? h("div", { class: "does" }, h("button", { class: "main", "aria-label": `Acknowledge ${one.id}`, onclick: () => act("messageRead", { message: one.id, by: one.open.length === 1 ? one.open[0] : undefined }) }, "Acknowledge")) : null);
}
