// One function per endpoint. Answers are checked here, so that the rest of the page can rely on them.

export async function mission() {
  const data = await call("/api/mission");
  if (data.version !== 1 || !Array.isArray(data.clues)) throw new Error("The server speaks another version of this page. Reload it.");
  return data;
}

export const documents = () => call("/api/documents");
export const documentUrl = (name) => `/api/documents/${encodeURIComponent(name)}`;
export const verify = () => call("/api/verify");

// Verbs: each appends to the mission's log and answers {text}.
export const reportClue = (fields) => post("clue", fields);
export const acceptClue = (fields) => post("accept_clue", fields);
export const refuseClue = (fields) => post("refuse_clue", fields);
// A team registered or changed; what a form was filled with and is empty now, is taken back.
export const registerTeam = (fields, filled = {}) => post("team", { ...fields, forget: emptied(fields, filled) });
export const standDown = (fields) => post("stand_down", fields);
export const setWeather = (fields) => post("weather", fields);
export const setNumber = (fields) => post("number", fields);
export const setSubject = (fields) => post("subject", fields);
export const setScenario = (fields) => post("scenario", fields);
export const dropScenario = (fields) => post("drop_scenario", fields);
export const suggestScenarios = () => post("suggest_scenarios", { take: true });
export const vote = ({ planner, at, ...votes }) => post("vote", { planner, at, votes });
export const setIpp = (fields) => post("ipp", fields);
export const setBase = (fields) => post("base", fields);
export const makeMap = (fields) => post("map", fields);
export const makePlan = (fields) => post("plan", fields);
export const rehearse = ({ what_ifs, ...fields }) => post("rehearse", { ...fields, what_ifs: (what_ifs ?? "").split(";").map((one) => one.trim()).filter(Boolean) });
export const planAgain = (fields) => post("plan", { ...fields, again: true });
export const drawSegment = async ({ places, file, ...fields }) =>
  post("segment", { ...fields, places: listed(places, ";"), ...(file ? { file: await upload(file) } : {}) });
export const dropSegment = (fields) => post("drop_segment", fields);
export const lock = (fields) => post("lock", fields);
export const free = (fields) => post("free", fields);
export const ownPlan = ({ orders, ...fields }) =>
  post("own", { ...fields, orders: Object.fromEntries(listed(orders, ";").map((one) => [one.split("=")[0].trim(), listed(one.split("=")[1], ",")])) });
export const teamAt = (fields) => post("team_at", fields);
export const begun = (fields) => post("begun", fields);
export const giveUp = (fields) => post("give_up", fields);
export const debrief = ({ hazards, gaps, ...fields }) => post("debrief", { ...fields, hazards: listed(hazards, ";"), gaps: listed(gaps, ";") });
export const undo = (fields) => post("undo", fields);
export const loadBuilding = async ({ file, ...fields }) => post("building", { ...fields, file: await upload(file) });
export const planBuilding = ({ teams, lookouts, keep_shut, ...fields }) => post("building_plan", { ...fields, teams: listed(teams, ","), lookouts: listed(lookouts, ","), keep_shut: listed(keep_shut, ",") });
export const takeReading = (fields) => post("reading", fields);
export const searchedRoom = (fields) => post("searched_room", fields);
export const takeTrack = async ({ file, ...fields }) => post("track", { ...fields, file: await upload(file) });
export async function loadGround({ elevation, features, landcover, ...fields }) {
  const cover = landcover ? { landcover: await upload(landcover) } : {};
  return post("area", { ...fields, ...cover, elevation: await uploadAll(elevation), features: await uploadAll(features) });
}

// People, hazards and orders.
export const registerPerson = ({ role, skill, until, roles, ...fields }, filled = {}) => {
  const first = role ? [role + (until ? `:${skill ?? ""}:${until}` : skill ? `:${skill}` : "")] : [];
  return post("person", { ...fields, roles: [...first, ...listed(roles, ",")], forget: emptied(fields, filled, ["roles"]) });
};
export const standDownPerson = (fields) => post("stand_down_person", fields);
export const markHazard = ({ places, ...fields }) => post("hazard", { ...fields, places: listed(places, ";") });
export const dropHazard = (fields) => post("drop_hazard", fields);
export const setSignals = (fields) => post("signals", fields);
export const makeFormation = ({ need, reserve, ...fields }) => post("form", { ...fields, need: listed(need, ","), reserve: listed(reserve, ",") });
export const setRally = (fields) => post("rally", fields);
export const recallAll = (fields) => post("recall", fields);
export const giveOrder = ({ to, ...fields }) => post("order", { ...fields, to: listed(to, ",") });
export const acknowledge = (fields) => post("ack", fields);

// The rescue.
export const found = (fields) => post("found", fields);
export const setCasualty = ({ audience, ...fields }) => post("casualty", { ...fields, audience: listed(audience, ",") });
export const observe = ({ audience, findings, spo2_scale: scale, ...fields }) =>
  post("observe", { ...fields, ...(scale ? { spo2_scale: Number(scale) } : {}), audience: listed(audience, ","), findings: listed(findings, ";") });
export const treat = ({ audience, ...fields }) => post("treat", { ...fields, audience: listed(audience, ",") });
export const triage = (fields) => post("triage", fields);
export const markExit = ({ capability, ...fields }) => post("exit", { ...fields, capability: listed(capability, ",") });
export const dropExit = (fields) => post("drop_exit", fields);
export const setHospital = ({ capability, ...fields }) => post("hospital", { ...fields, capability: listed(capability, ",") });
export const hospitalsFrom = async ({ file: map, ...fields }) => post("hospitals_from", { ...fields, file: await upload(map) });
export const dropHospital = (fields) => post("drop_hospital", fields);
export const planCarryOut = ({ route, ...fields }) => post("carry_out", { ...fields, ...(route ? { route: Number(route) } : {}) });
export const holdOrLeave = (fields) => post("hold_or_leave", fields);
export const handOver = (fields) => post("handover", fields);
export const receipt = (fields) => post("receipt", fields);
export const setOutcome = (fields) => post("outcome", fields);
export const handOverPapers = (casualty) => call(`/api/handovers/${encodeURIComponent(casualty)}`);
export const handOverUrl = (casualty, name) => `/api/handovers/${encodeURIComponent(casualty)}/${encodeURIComponent(name)}`;

// Readiness: what witnesses say, what may come, who comes, who covers what.
export const question = ({ hypotheses, places, times, ...fields }) =>
  post("question", { ...fields, hypotheses: listed(hypotheses, ";"), places: pairs(places), times: pairs(times) });
export const resolveQuestion = (fields) => post("resolve", fields);
export const dropQuestion = (fields) => post("drop_question", fields);
export const exclude = ({ answers, ...fields }) => post("exclude", { ...fields, answers: listed(answers, ",") });
export const statement = ({ readers, ...fields }) => post("statement", { ...fields, ...graded(fields), readers: listed(readers, ",") });
export const judge = (fields, filled = {}) => post("judge_statement", { ...fields, ...graded(fields), forget: emptied(fields, filled) });
export const declined = (fields) => post("declined", fields);
export const withdraw = (fields) => post("withdraw_statement", fields);
export const reader = (fields) => post("reader", fields);
export const openAll = (fields) => post("statements", fields);
export const fused = ({ apart, ...fields }) => post("fused", { ...fields, apart });
export const openStatement = (fields) => post("open_statement", fields);
// A form that was filled with what is in force: dates left as they were are not told anew, what was emptied is taken back.
export const warn = (fields, filled = {}) => {
  const { quantiles, about, early, late, targets, families, motives, ...rest } = fields;
  const dated = DATES.some((name) => (fields[name] ?? "") !== (filled[name] ?? ""));
  if (rest.told && rest.text === filled.text) delete rest.text; // what is told now are the words
  return post("warning", { ...rest, quantiles: dated ? dates({ quantiles, about, early, late }) : [], targets: listed(targets, ","), families: listed(families, ","), motives: listed(motives, ";"), forget: emptied(fields, filled, ["name", ...DATES]) });
};
export const warnMore = ({ quantiles, about, early, late, motives, ...fields }) => post("warning_report", { ...fields, motives: listed(motives, ";"), quantiles: dates({ quantiles, about, early, late }) });
export const liftWarning = (fields) => post("lift_warning", fields);
export const happened = (fields) => post("happened", fields);
export const alertLevel = (fields) => post("alert_level", fields);
export const capIn = async ({ file: message, ...fields }) => post("cap_in", { ...fields, xml: await message.text() });
export const capOut = async ({ replaces, ...fields }) => post("cap_out", { ...fields, ...(replaces ? { replaces: await replaces.text() } : {}) });
export const calendar = () => post("calendar", {});
export const available = ({ channels, ...fields }) => post("available", { ...fields, channels: listed(channels, ",") });
export const callOut = ({ need, ...fields }) => post("call_out", { ...fields, need: listed(need, ",") });
export const escalate = (fields) => post("escalate", fields);
export const endCall = (fields) => post("end_call", fields);
export const answers = (fields) => post("answered", fields);
// The time that was filled in, as it was understood, is none of a no.
export const answerRead = ({ eta, ...fields }, filled = {}) => post("answer_read", { ...fields, ...(eta && !(fields.answer === "no" && eta === filled.eta) ? { eta } : {}) });
export const signIn = (fields) => post("sign_in", fields);
export const signOut = (fields) => post("sign_out", fields);
export const address = () => call("/api/address");
export const codeOf = async (link) => (await call("/api/code", sending({ link }))).svg;
export const signInCode = (fields) => call("/api/sign-in-code", sending(fields));
export const rollCallList = (fields) => file("/api/roll-call-list", sending(fields));
export const answerLinks = async ({ person, link }) => {
  const { data } = await post("phone_list", { link });
  return { data: { ...data, people: data.people.filter((one) => one.link && (!person || one.person === person)) } };
};
export const rollCall = (fields) => (fields.present.length ? post("roll_call", fields) : refused("Nobody is ticked, so nothing is written down. Tick who answers."));
export const nameTarget = (fields, filled = {}) => post("target", { ...fields, ways: listed(fields.ways, ","), forget: emptied(fields, filled, ["name", "place", "value"]) });
export const dropTarget = (fields) => post("drop_target", fields);
export const planCover = ({ teams, days, bases, needs, ...fields }) =>
  post("cover", { ...fields, teams: listed(teams, ","), days: listed(days, ","), bases: listed(bases, ";"), needs: listed(needs, ",") });
export const coverRoster = (fields) => post("cover_roster", fields);
export const message = ({ to, ...fields }) => post("message", { ...fields, to: listed(to, ",") });
export const messageRead = (fields) => eachBy("message_ack", fields);
export const briefing = (fields) => post("briefing", fields);
export const briefingRead = (fields) => eachBy("briefing_read", fields);
export const briefingUrl = (name) => `/api/briefings/${encodeURIComponent(name)}`;
export const commandPage = (fields) => file("/api/briefings/command", sending(fields));

// One entry for each of those ticked; what was written down before one is refused is said.
async function eachBy(verb, { by, ...fields }) {
  if (!by.length) return refused("Nobody is ticked, so nothing is written down. Tick who has read it.");
  let answer;
  for (const [n, who] of by.entries()) {
    try {
      answer = await post(verb, { ...fields, by: who });
    } catch (error) {
      throw new Error(n ? `${by.slice(0, n).join(", ")} ${n === 1 ? "is" : "are"} written down. ${who}: ${error.message}` : error.message);
    }
  }
  return by.length === 1 ? answer : { ...answer, text: `${by.length} have read it: ${by.join(", ")}.` };
}

const refused = (why) => Promise.reject(new Error(why));
const pairs = (text) => Object.fromEntries(listed(text, ";").map((one) => [one.split("=")[0].trim(), one.split("=").slice(1).join("=").trim()]));
const DATES = ["quantiles", "about", "early", "late"];
const graded = ({ credibility }) => (credibility ? { credibility: Number(credibility) } : {});
const dates = ({ quantiles, about, early, late }) =>
  [...Object.entries({ "as early as": early, about, "as late as": late }).filter(([, when]) => when).map(([words, when]) => `${words}=${when}`), ...listed(quantiles, ";")];

// A building's markings as a PDF: {name, content}.
export const markings = (fields) => file("/api/markings", sending(fields));

// A file in one of the desk's export formats: {name, content}.
export const exported = (format) => file(`/api/exports/${encodeURIComponent(format)}`);

async function file(url, options) {
  const response = await answered(url, options);
  const named = /filename\*=UTF-8''(.*)$/.exec(response.headers.get("content-disposition") ?? "");
  return { name: decodeURIComponent(named?.[1] ?? url.split("/").at(-1)), content: await response.blob() };
}

// Server-sent events: `on` maps an event's name to a function of its data.
export function events(on) {
  const source = new EventSource("/api/events");
  for (const [name, listen] of Object.entries(on)) {
    if (name === "error" || name === "open") source.addEventListener(name, () => listen(source));
    else source.addEventListener(name, (event) => listen(JSON.parse(event.data)));
  }
  return source;
}

const emptied = (fields, filled, but = []) => Object.keys(filled).filter((name) => given(filled[name]) && !(name in fields) && !but.includes(name));
const given = (one) => one !== null && one !== undefined && one !== "";
const listed = (text, between) => (text ?? "").split(between).map((one) => one.trim()).filter(Boolean);

const sending = (fields) => ({ method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(fields) });
const post = (verb, fields) => call(`/api/verbs/${verb}`, sending(fields));

async function upload(file) {
  const kept = await call(`/api/uploads?name=${encodeURIComponent(file.name)}`, {
    method: "POST", headers: { "content-type": "application/octet-stream" }, body: file,
  });
  return kept.upload;
}

const uploadAll = (files) => Promise.all([...(files ?? [])].map(upload));

async function call(url, options = {}) {
  return (await answered(url, options)).json();
}

async function answered(url, options = {}) {
  let response;
  try {
    response = await fetch(url, { cache: "no-store", ...options });
  } catch {
    throw new Error(options.method === "POST" ? "The server does not answer. Nothing was written down; try again when it is back." : "The server does not answer. What you see may be out of date; the page asks again by itself.");
  }
  if (response.ok) return response;
  const { error } = await response.json().catch(() => ({}));
  throw new Error(error ?? `The server answered ${response.status}.`);
}
