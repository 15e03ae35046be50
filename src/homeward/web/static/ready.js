// The tab of readiness, with a row of its own: what is known, what may come, who comes, who covers what, who has read it.

import { briefingTab, lateMessages } from "homeward/briefing.js";
import { coverTab } from "homeward/cover.js";
import { debriefTab } from "homeward/debrief.js";
import { byId, h, remember, remembered } from "homeward/dom.js";
import { musterTab } from "homeward/muster.js";
import { warningTab } from "homeward/warning.js";

const PARTS = { debrief: ["Debrief", debriefTab], warning: ["Warning", warningTab], muster: ["Muster", musterTab], cover: ["Cover", coverTab], briefing: ["Briefing", briefingTab] };

const waiting = (data) => ({ muster: data.muster?.unread?.length ?? 0, briefing: lateMessages(data).length });
const total = (counts) => Object.values(counts).reduce((sum, count) => sum + count, 0);

// What a person must see to now, as the bar of tabs shows it; nothing where there is nothing.
export const readyCount = (data) => total(waiting(data)) && `!${total(waiting(data))}`;

export function readyTab(page) {
  const { view, data } = page;
  const part = PARTS[view.ready] ? view.ready : (view.ready = PARTS[remembered("ready", "")] ? remembered("ready", "") : "debrief");
  const names = Object.keys(PARTS);
  const go = (name) => {
    remember("ready", name);
    page.set({ ready: name });
    byId("tab").scrollTop = 0;
    byId(`ready-${name}`).focus({ preventScroll: true });
  };
  const keys = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) go(names[(names.indexOf(part) + step + names.length) % names.length]);
  };
  const counts = waiting(data);
  return [
    h("div", { class: "subtabs", role: "tablist", "aria-label": "Parts of readiness" }, names.map((name) =>
      h("button", { role: "tab", id: `ready-${name}`, "aria-selected": String(name === part), "aria-controls": "part", tabindex: name === part ? 0 : -1, onclick: () => go(name), onkeydown: keys },
        PARTS[name][0], counts[name] ? h("small", { class: "problem" }, ` !${counts[name]}`) : null))),
    h("div", { id: "part", role: "tabpanel", "aria-labelledby": `ready-${part}` }, PARTS[part][1](page)),
  ];
}
