// Keeps the page up to date: reloads when the log grows, and says loudly when the server is gone.

import { events } from "homeward/api.js";
import { byId } from "homeward/dom.js";

const SILENCE_MS = 12000; // the server says something every 4 s

// `onChange()` when there is something new; `onWork(work)` while a map or plan is being made.
export function follow({ onChange, onWork, clock }) {
  let heard = Date.now();
  let gone = null;
  let source = null;
  const alive = () => {
    heard = Date.now();
    if (gone) onChange();
    gone = null;
    byId("banner").hidden = true;
  };
  const lost = () => {
    gone ??= new Date().toISOString();
    const banner = byId("banner");
    banner.textContent = `⚠ The server has not answered since ${clock().time(gone)}. What you see is from then; nothing you enter is written down.`;
    banner.hidden = false;
  };
  const connect = () => {
    source?.close();
    source = events({
      open: alive,
      beat: alive,
      changed: () => (alive(), onChange()),
      work: (work) => (alive(), onWork(work)),
      error: lost,
    });
  };
  connect();
  setInterval(() => {
    if (Date.now() - heard > SILENCE_MS) lost();
    if (source.readyState === EventSource.CLOSED) connect();
  }, 3000);
}
