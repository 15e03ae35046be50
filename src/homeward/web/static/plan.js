// The tab of the plan: POS by hour, who goes where and when, and the words of the task that is chosen.

import { posChart } from "homeward/chart.js";
import { h } from "homeward/dom.js";
import { isPost } from "homeward/features.js";
import { rehearsal } from "homeward/rehearsal.js";
import { duration, kilometres, percent, secondsSince } from "homeward/format.js";
import { beside, changes, overrule } from "homeward/manage.js";

// The day stands in the heading: a time carries its own where that is another.
const COLUMNS = [
  { key: "team", head: "Team", show: (t) => [h("small", { class: "inline" }, `${t.number} `), t.team] },
  { key: "segment", head: "Seg.", show: (t) => t.segment },
  { key: "leaves", head: "Leaves", show: (t, clock, { starts }) => clock.to(starts, t.leaves) },
  { key: "begins", head: "Searches", show: (t, clock, { starts }) => `${clock.to(starts, t.begins)}–${clock.to(t.begins, t.ends)}` },
  { key: "back", head: "Back", show: (t, clock, { starts }) => clock.to(starts, t.back) },
  { key: "pod", head: "POD", show: (t) => (isPost(t) ? "–" : percent(t.pod)), number: true },
  { key: "pos", head: "Finds", show: (t) => percent(t.pos), number: true, title: "Share of all probability that this task is expected to find" },
];

// Where an assignment stands: nothing is said of one that nobody has begun.
function state({ manage }, task) {
  if (task.searched_pod !== null) return "searched";
  if (manage?.given_up.includes(task.number)) return "given up";
  return manage?.begun.includes(task.number) ? "begun" : null;
}

export function planTab(page) {
  const { data, clock, act } = page;
  const buttons = act && h("p", { class: "buttons first" },
    h("button", { onclick: () => act("map") }, "Make map"),
    h("button", { onclick: () => act("plan") }, "Make plan"),
    data.plan ? h("button", { onclick: () => act("again") }, "Plan again") : null);
  if (!data.plan) return [h("p", {}, "No search plan yet. It needs the ground, an IPP, a subject, teams and a map."), buttons];
  const plan = data.plan;
  return [
    buttons,
    h("h2", {}, `Period ${plan.period}: ${clock.dayTime(plan.starts)} to ${clock.to(plan.starts, plan.ends)} ${clock.zone(plan.starts)}`),
    act && Date.parse(plan.ends) < page.now() && !data.find ? h("p", { class: "hazard", id: "plan-over" }, `⚠ This period ended ${duration(secondsSince(plan.ends, page.now()))} ago.`) : null,
    posChart(plan, clock, page.now()),
    plan.alive_value === null ? null : h("p", { id: "found-alive" }, `Found alive by the end: ${percent(plan.alive_value)} (at best ${percent(plan.alive_bound)}).`),
    changes(page),
    h("h2", {}, "Who goes where"),
    table(page),
    plan.idle.map(({ team, why }) => h("p", {}, h("strong", {}, team), `: no task, ${why}.`)),
    plan.why.length ? h("ul", {}, plan.why.map((line) => h("li", {}, line))) : null,
    beside(page),
    rehearsal(page),
    overrule(page),
  ];
}

function table(page) {
  const { data, clock, view } = page;
  const { key, down } = view.sort;
  const tasks = [...data.plan.assignments].sort((a, b) => (down ? -1 : 1) * compare(a[key], b[key]));
  const head = COLUMNS.map((column) => {
    const sort = column.key === key ? (down ? "descending" : "ascending") : "none";
    const turn = () => page.set({ sort: { key: column.key, down: column.key === key && !down } });
    return h("th", { "aria-sort": sort, scope: "col", title: column.title, class: column.key },
      h("button", { onclick: turn, id: `sort-${column.key}` }, column.head, h("span", { class: "arrow", "aria-hidden": "true" }, { ascending: " ▲", descending: " ▼" }[sort] ?? "")));
  });
  const rows = tasks.flatMap((task) => {
    const chosen = view.focus.number === task.number || (view.focus.segment && view.focus.segment === task.segment);
    const choose = () => page.focus(view.focus.number === task.number ? {} : { number: task.number });
    const keys = (event) => ["Enter", " "].includes(event.key) && (event.preventDefault(), choose());
    const cells = COLUMNS.map((column) => h("td", { class: `${column.key}${column.number ? " number" : ""}` }, column.show(task, clock, data.plan), column.key === "team" && state(data, task) ? h("small", { class: "state" }, ` ${state(data, task)}`) : null));
    const line = h("tr", { class: "task", id: `task-${task.number}`, tabindex: 0, "aria-selected": chosen ? "true" : "false", onclick: choose, onkeydown: keys }, cells);
    return chosen ? [line, h("tr", { class: "more" }, h("td", { colspan: COLUMNS.length }, more(task)))] : [line];
  });
  return h("table", { class: "tasks" }, h("thead", {}, h("tr", {}, head)), h("tbody", {}, rows));
}

function more(task) {
  const way = isPost(task) ? [`post, reaches ${Math.round(task.sweep_width_m / 2)} m`, "not left without a word from base"] : [kilometres(task.length_m), `sweep width ${Math.round(task.sweep_width_m)} m`, task.spacing_m && `spacing ${Math.round(task.spacing_m)} m`, `coverage ${task.coverage.toFixed(2)}`, `POD ${percent(task.pod)}`];
  return [
    h("p", {}, h("strong", {}, `${task.number}. `), task.task),
    h("p", {}, way.filter(Boolean).join(" · ")),
    h("p", {}, task.why),
    task.hazards.map((hazard) => h("p", { class: "hazard" }, "⚠ ", hazard)),
    task.searched_pod !== null ? h("p", {}, `Searched without a find, POD ${percent(task.searched_pod)}.`) : null,
  ];
}

const compare = (a, b) => (typeof a === "number" ? a - b : String(a).localeCompare(String(b), "en", { numeric: true }));
