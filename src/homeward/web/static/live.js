// Keeps the page up to date: reloads when the log grows, and says loudly when the server is gone.

import { events } from "homeward/api.js";
import { byId } from "homeward/dom.js";

const SILENCE_MS = 12000; // the server says something every 4 s

function warn(text) {
  byId("banner").textContent = text;
  byId("banner").hidden = false;
}

// Why this page is not let in any more; nothing where it is, or where nobody answers.
async function refusal() {
  const response = await fetch("/api/seq", { cache: "no-store" }).catch(() => null);
  return response?.status === 401 ? (await response.json().catch(() => ({}))).error ?? "" : "";
}

// `onChange(seq)` when the log may have grown; `onWork(work)` while a map or plan is being made.
export function follow({ onOpen, onChange, onWork, clock }) {
  let heard = Date.now();
  let gone = null;
  let source = null;
  let refused = "";
  const alive = () => {
    heard = Date.now();
    if (gone) onChange();
    gone = null;
    refused = "";
    byId("banner").hidden = true;
  };
  const lost = () => {
    gone ??= new Date().toISOString();
    if (refused) return;
    warn(`⚠ The server has not answered since ${clock().time(gone)}. What you see is from then; nothing you enter is written down.`);
  };
  // A server that answers and lets this page in no longer is not silent: it says what to do.
  const closed = async () => {
    refused = await refusal();
    if (refused) warn(`⚠ ${refused}`);
    else connect();
  };
  const connect = () => {
    source?.close();
    source = events({
      open: () => (alive(), onOpen()),
      beat: ({ seq }) => (alive(), onChange(seq)), // asks again where the last load failed
      changed: ({ seq }) => (alive(), onChange(seq)),
      trouble: ({ error }) => ((heard = Date.now()), warn(`⚠ ${error}`)),
      work: (work) => (alive(), onWork(work)),
      error: lost,
    });
  };
  connect();
  setInterval(() => {
    if (Date.now() - heard > SILENCE_MS) lost();
    if (source.readyState === EventSource.CLOSED) closed();
  }, 3000);
}
