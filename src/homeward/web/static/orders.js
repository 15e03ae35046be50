// Orders that went out: who has which, who has answered and who has not; and what stands on every screen while that
// matters: a subject located and not yet handed over, a recall that is not yet answered by all.

import { h } from "homeward/dom.js";
import { everybody } from "homeward/crewforms.js";
import { formatPlace } from "homeward/coords.js";
import { duration, secondsSince } from "homeward/format.js";

export const openOrders = (data) => data.crew.orders.filter((row) => !row.acknowledged && !cameBack(data).has(row.to));
// Whose order went out with a call that they have answered, or come to since: it needs no other answer. A recall given
// later does: it is another order.
const cameBack = ({ muster }) => new Set(muster?.settled ?? []);
const recalled = ({ crew }) => crew.orders.some((row) => row.kind === "recall");
// Who is here and has no order, or came after a recall.
const untold = (data) => everybody(data).filter((name) => !data.crew.orders.some((row) => row.to === name));

// Who was found and is not yet handed over.
export const openFinds = (data) => (data.rescue?.casualties ?? []).filter((one) => one.found_at && !one.handed_over);

export function alarms(page) {
  const { data, clock } = page;
  const finds = openFinds(data);
  const open = openOrders(data);
  if (!finds.length && !(recalled(data) && open.length)) return null;
  const many = finds.length > 1 ? ` (${finds.length})` : "";
  const found = finds.length > 0 && [h("strong", {}, `★ SUBJECT LOCATED${many} ${clock.near(finds[0].found_at)}`), ` ${[finds[0].team && `by ${finds[0].team}`, `at ${formatPlace(...finds[0].at, page.view.style)}`].filter(Boolean).join(", ")}. `];
  const back = recalled(data) && h("strong", {}, "⚠ RECALL. ");
  const go = (tab, words) => h("button", { class: "small", id: `go-${tab}`, onclick: () => page.set({ tab }) }, words);
  return h("div", { id: "alarm", role: "status" },
    h("p", {}, back, found, data.crew.orders.length ? answers(data, open) : "No orders yet."),
    h("div", {}, go("crew", "Orders"), finds.length ? go("rescue", "Rescue") : null));
}

// Who has not answered, by name as far as there is room.
function answers({ crew }, open) {
  if (!open.length) return h("span", {}, "✓ Everybody has acknowledged.");
  const names = open.slice(0, 4).map((row) => row.to).join(", ");
  return h("span", { class: "unanswered" }, `✗ ${open.length} of ${crew.orders.length} NOT ANSWERED: ${names}${open.length > 4 ? " …" : ""}`);
}

export function ordersBoard(page) {
  const { data, act } = page;
  const open = openOrders(data);
  const missing = untold(data);
  const rows = [...data.crew.orders].sort((a, b) => Boolean(a.acknowledged) - Boolean(b.acknowledged)).map((row) => order(page, row));
  return [
    h("h2", {}, "Orders"),
    rows.length ? h("p", { class: open.length ? "count problem" : "count", id: "answered" }, open.length ? `${open.length} of ${rows.length} NOT ANSWERED` : `All ${rows.length} have acknowledged`) : h("p", {}, "No orders yet."),
    act && h("p", { class: "buttons" },
      h("button", { id: "recall", class: "recall", onclick: () => act("recall") }, "RECALL EVERYBODY"),
      h("button", { onclick: () => act("order") }, "Give an order")),
    h("ul", { class: "orders", id: "orders" }, rows),
    missing.length && rows.length ? h("p", { class: recalled(data) ? "problem" : null }, `${recalled(data) ? "NOT CALLED BACK, came later: " : "No order: "}${missing.join(", ")}.`) : null,
  ];
}

function order(page, row) {
  const { clock, act } = page;
  const called = cameBack(page.data).has(row.to);
  const done = Boolean(row.acknowledged) || called;
  const waits = page.act ? ` for ${duration(Math.max(0, secondsSince(row.given, page.now())))}` : "";
  const state = called && !row.acknowledged ? "✓ ANSWERED THE CALL OR CAME" : done ? `✓ ACKNOWLEDGED ${clock.near(row.acknowledged)}${row.eta ? `, there ${clock.time(row.eta)}` : ""}` : `✗ NOT ANSWERED${waits}`;
  const times = [`given ${clock.near(row.given)}`, row.arrives && `expected there ${clock.time(row.arrives)}`, row.said && `"${row.said}"`];
  return h("li", { class: done ? "done" : "open" },
    h("div", {},
      h("strong", {}, row.to), h("span", { class: "state" }, state),
      h("p", {}, row.kind === "recall" ? h("strong", {}, "RECALL: ") : null, row.says),
      h("small", {}, times.filter(Boolean).join(" · "))),
    act ? h("div", { class: "does" },
      done ? null : h("button", { class: "main", "aria-label": `${row.to} acknowledges`, onclick: () => act("ack", { by: row.to }) }, "Acknowledge"),
      h("button", { class: "small", "aria-label": `New order to ${row.to}`, onclick: () => act("order", { to: row.to }) }, "New order")) : null);
}
