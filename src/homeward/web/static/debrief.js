// Debrief: each question with how probable its answers are and what moved them, contradictions, whom to ask next,
// and everything that was said. Sealed words stay closed; they open in a dialog and are gone when it closes.

import { h } from "homeward/dom.js";
import { chance } from "homeward/format.js";
import { ownAssumptions, plain, withheld } from "homeward/readyparts.js";

const SHARES = { everybody: "for everybody", command: "for command", named: "for those named" };
const CONSENT = { given: "may be passed on", refused: "NOT TO BE PASSED ON", unable: "could not be asked" };

export function debriefTab(page) {
  const { data, act } = page;
  const { debrief } = data;
  if (!debrief) return [h("p", {}, "Nothing is asked and nobody has said anything yet.")];
  const bare = !debrief.board && (debrief.questions.length ? !("hypotheses" in debrief.questions[0]) : debrief.statements.length > 0 && !("witness" in debrief.statements[0]));
  return [
    act && h("p", { class: "buttons" },
      h("button", { class: "main", onclick: () => act("statement") }, "Take a statement"),
      h("button", { onclick: () => act("declinedAnswer") }, "Declined"),
      h("button", { onclick: () => act("question") }, "Ask a question"),
      h("button", { onclick: () => act("reader") }, "Name a reader"),
      debrief.readers.length && debrief.statements.some((one) => one.closed) ? h("button", { onclick: () => act("openAll") }, "Open all of a reader") : null,
      debrief.board?.questions?.length ? h("button", { onclick: () => act("fused") }, "Reckon otherwise") : null,
      debrief.questions.length > 1 ? h("button", { onclick: () => act("exclude") }, "Rule out together") : null),
    bare ? counted(debrief) : [board(page), statements(page)],
    teams(page),
  ];
}

function counted({ questions, statements: said }) {
  const answered = questions.filter((one) => one.answered).length;
  return [h("p", {}, `${questions.length} questions, ${answered} answered; ${said.length} statements.`), withheld("What was asked and said")];
}

function board(page) {
  const { debrief } = page.data;
  const { board: told } = debrief;
  if (!told) return h("p", {}, "Nothing is asked yet. Ask what has to be known: where they are, what may come, who is meant.");
  if (told.error) return h("p", { class: "problem", role: "alert" }, told.error);
  return [
    told.questions.map((row) => question(page, row)),
    told.conflicts.length ? h("section", { class: "conflicts", "aria-label": "Contradictions" }, h("h3", {}, "⚠ They contradict each other"), plain([...told.conflicts.map((one) => one.words), told.more_conflicts ? `${told.more_conflicts} more pairs contradict each other.` : null])) : null,
    told.ask.length ? [h("h3", {}, "Ask next, worth most first"), h("ol", { id: "ask-next" }, told.ask.map((one) => h("li", {}, one.words)))] : null,
    told.together.length ? [h("h3", {}, "Probable together"), plain(told.together.map((one) => one.words))] : null,
    told.excluded.length ? [h("h3", {}, "Ruled out"), plain(told.excluded)] : null,
    told.witnesses.length ? [h("h3", {}, "How right witnesses have been"), plain(told.witnesses.map((one) => one.words))] : null,
    told.notes.map((note) => h("p", { class: "hazard" }, `⚠ ${note}`)),
    told.questions.length ? ownAssumptions("debrief", told.own) : null,
  ];
}

function question(page, row) {
  const { act, data } = page;
  const known = data.debrief.questions.find((one) => one.id === row.id);
  const small = (words, verb, filled) => h("button", { class: "small", "aria-label": `${words}: ${row.id}`, onclick: () => act(verb, filled) }, words);
  const asked = { name: row.id, text: row.text, about: row.about };
  return h("section", { class: "question", "aria-label": row.id },
    h("h2", {}, row.text, row.text === row.id ? null : h("small", {}, ` ${row.id}`)),
    row.resolved !== null ? h("p", { class: "answered" }, `✓ Answered: ${row.resolved}.`) : h("ul", { class: "bars" }, row.answers.map((one) => answer(page, one, known, row))),
    row.confidential ? h("p", {}, h("small", {}, row.confidential_words)) : null,
    act && h("p", { class: "buttons" }, small("It is known", "resolve", { question: row.id }), small("Change", "question", asked), small("Drop", "dropQuestion", { name: row.id })));
}

function answer(page, one, known, { confidential }) {
  const at = known?.hypotheses.find((h0) => h0.id === one.id)?.at;
  const words = one.id === "none" ? "none of these" : one.label && one.label !== one.id ? `${one.id}: ${one.label}` : one.id;
  const spread = one.high - one.low > 0.005 ? `${chance(one.low)} to ${chance(one.high)} by what the words may mean` : null;
  return h("li", {},
    h("div", { class: "bar-head" }, at ? h("button", { class: "line", onclick: () => page.lookAt([at]) }, `${words} ◎`) : h("span", {}, words), h("strong", {}, chance(one.p))),
    bar(one),
    h("small", {}, [`before anybody spoke ${chance(one.prior)}`, spread].filter(Boolean).join(" · ")),
    one.moved.length ? h("ul", { class: "moved" }, one.moved.map((m) => h("li", { class: m.shift > 0 ? "for" : "against" }, h("span", { "aria-hidden": "true" }, m.shift > 0 ? "▲ " : "▼ "), m.words))) : confidential ? null : h("small", {}, "no statement moved it"));
}

// How probable now; the thin line: what the words used may mean; the stroke: before anybody spoke.
function bar({ p, low, high, prior }) {
  const box = h("div", { class: "bar", role: "img", "aria-label": chance(p) }, h("span", { class: "fill" }), h("span", { class: "span" }), h("span", { class: "before" }));
  const [fill, span, before] = box.children;
  fill.style.width = `${100 * p}%`;
  Object.assign(span.style, { left: `${100 * low}%`, width: `${100 * (high - low)}%` });
  before.style.left = `${100 * prior}%`;
  return box;
}

// --- everything that was said ---

function statements(page) {
  const { debrief } = page.data;
  const rows = [...debrief.statements].reverse().map((one) => statement(page, one));
  return [
    h("h2", {}, "What was said"),
    rows.length ? h("ul", { class: "said-list", id: "statements" }, rows) : h("p", {}, "Nobody has said anything yet."),
    debrief.withdrawn.length ? h("p", {}, h("small", {}, `Withdrawn: ${debrief.withdrawn.join(", ")}.`)) : null,
    debrief.opened.length ? h("p", {}, h("small", {}, `Opened: ${debrief.opened.slice(-5).map((one) => `${one.statement} by ${one.reader} ${page.clock.near(one.at)}`).join("; ")}.`)) : null,
    debrief.readers.length ? h("p", {}, h("small", {}, `Can be given sealed statements: ${debrief.readers.join(", ")}.`)) : null,
  ];
}

function statement(page, one) {
  const { act, clock } = page;
  const small = (words, verb, filled, main) => h("button", { class: main ? "small main" : "small", "aria-label": `${words} ${one.id}`, onclick: () => act(verb, filled) }, words);
  const head = [h("strong", {}, one.id), ` ${one.witness} · ${clock.near(one.taken)} `];
  if (one.declined) return h("li", { class: "declined" }, h("p", {}, head, h("span", { class: "mark" }, "DECLINED"), one.asked ? ` ${one.asked}` : null), h("small", {}, "It stays at that: nobody asks again."));
  const mark = one.sealed ? h("span", { class: "mark sealed" }, `SEALED for ${one.readers.join(", ")}`) : h("span", { class: "mark" }, SHARES[one.share] ?? one.share);
  const told = one.closed ? [one.question ? `bears on ${one.question}; its number counts` : "its words are closed"] : [...one.told.filter((words) => words !== "NOT TO BE PASSED ON"), one.hypothesis && `bears on ${one.question}: ${one.hypothesis}`, one.place, one.asked && `asked: ${one.asked}`];
  return h("li", { class: one.closed ? "closed" : null },
    h("p", {}, head, mark, one.consent ? h("span", { class: one.consent === "refused" ? "mark problem" : "mark" }, CONSENT[one.consent]) : null),
    one.closed ? null : h("blockquote", {}, one.says),
    h("small", {}, told.filter(Boolean).join(" · ")),
    act && h("p", { class: "buttons" },
      one.closed ? small("Open", "openStatement", { name: one.id, reader: one.readers.length === 1 ? one.readers[0] : undefined }, true) : null,
      small("Judge", "judge", { name: one.id, number: one.number, reliability: one.reliability, credibility: one.credibility, question: one.question, hypothesis: one.hypothesis }), small("Withdraw", "withdraw", { name: one.id })));
}

function teams(page) {
  const rows = page.data.debrief.teams.map((one) => h("li", {}, h("strong", {}, `${one.team} (${one.assignment}) `), [...one.hazards.map((what) => `met: ${what}`), ...one.gaps.map((what) => `left out: ${what}`)].join("; ")));
  return rows.length ? [h("h2", {}, "What teams met and left out"), h("ul", { class: "plain" }, rows)] : null;
}

