// What the map shows of hazards, posts and the meeting point, and of a way out with its exits and hospitals.

import { middle } from "homeward/features.js";

// Marks with a letter, and what each stands for in the legend.
export const BADGES = {
  medic: { letter: "M", words: "medic's post" },
  lookout: { letter: "L", words: "lookouts" },
  backup: { letter: "B", words: "back-up" },
  rally: { letter: "R", words: "meeting point" },
  exit: { letter: "E", words: "exit: vehicle, boat" },
  landing: { letter: "Z", words: "landing zone" },
  hospital: { letter: "H", words: "hospital" },
  target: { letter: "T", words: "target" },
  uncovered: { letter: "!", words: "target that nobody can reach" },
  reserve: { letter: "W", words: "reserve waits here" },
  relay: { letter: "•", words: "change of bearers" },
};
const AT_MOST = 40; // changes of bearers that are drawn
const DRAWN_AS = { guard: "medic" };

export function crewCollections({ crew }, clock) {
  const outlines = crew.hazards.filter((one) => one.ring.length > 3);
  const posts = (crew.formation?.posts ?? []).flatMap((post) => held(post, clock));
  const rally = crew.rally ? [point(crew.rally.at, { badge: "rally", text: "Meeting point" })] : [];
  return {
    hazards: outlines.map((one) => ({ type: "Feature", properties: { id: one.id }, geometry: { type: "Polygon", coordinates: [one.ring] } })),
    "hazard-labels": outlines.map((one) => point(middle(one.ring), { text: `⚠ ${one.id} ${one.label || one.kind}` })),
    "crew-marks": [...posts, ...rally],
  };
}

// A crew's places, each with when it is there; those of the scene stand where the find is.
function held(post, clock) {
  const badge = (role) => DRAWN_AS[role] ?? role;
  if (!post.held.length) {
    const role = badge(Object.keys(post.need)[0]);
    return post.at && BADGES[role] ? [point([post.at[1], post.at[0]], { badge: role, text: post.people.join(" ") })] : [];
  }
  return post.held.filter((one) => BADGES[badge(one.role)]).map((one) =>
    point([one.lon_deg, one.lat_deg], { badge: badge(one.role), text: `${post.people.join(" ")} ${clock.time(one.begins)}–${clock.to(one.begins, one.ends)}` }));
}

export function rescueCollections({ rescue }) {
  const ways = (rescue?.carry_outs ?? []).flatMap((plan) => plan.routes.map((row) => ({ row, chosen: row.n === plan.chosen })));
  const taken = ways.filter((one) => one.chosen).map((one) => one.row);
  const changes = taken.flatMap((row) => row.relay?.places ?? []);
  const watched = taken.flatMap((row) => row.stretches ?? []);
  const step = Math.max(1, Math.ceil(changes.length / AT_MOST));
  const exits = (rescue?.exits ?? []).map((one) => point(one.at, { badge: one.kind === "landing" ? "landing" : "exit", text: one.label }));
  const proposed = (rescue?.carry_outs ?? []).flatMap((plan) => plan.exits).filter((one) => one.proposed).map((one) => point(one.place, { badge: one.air ? "landing" : "exit", text: `${one.label} (proposed)` }));
  return {
    "ways-out": ways.filter((one) => one.row.line.length > 1).map(({ row, chosen }) => ({
      type: "Feature", properties: { n: String(row.n), chosen, known: row.known }, geometry: { type: "LineString", coordinates: row.line },
    })),
    "ways-exposed": taken.flatMap(exposed),
    "relay-marks": changes.filter((_, i) => i % step === 0).map((one) => point(one.place, { text: String(one.n) })),
    "rescue-marks": [
      ...(rescue?.hospitals ?? []).map((one) => point(one.at, { badge: "hospital", text: one.label })),
      ...exits, ...proposed,
      ...watched.filter((one) => one.lookout).map((one) => point(one.lookout, { badge: "lookout", text: `watches ${one.from_m}–${one.to_m} m` })),
    ],
  };
}

// The parts of a way where somebody may come to harm, as lines.
function exposed(row) {
  return row.along.slice(0, -1).flatMap(([from, perHour], i) => {
    if (!(perHour > 0)) return [];
    const line = part(row.line, from / row.length_m, row.along[i + 1][0] / row.length_m);
    return line.length > 1 ? [{ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: line } }] : [];
  });
}

// The part of a line between two shares of its length.
function part(line, from, to) {
  const squeeze = Math.cos((line[0][1] * Math.PI) / 180);
  const at = [0];
  for (let i = 1; i < line.length; i += 1) at.push(at[i - 1] + Math.hypot((line[i][0] - line[i - 1][0]) * squeeze, line[i][1] - line[i - 1][1]));
  const whole = at.at(-1) || 1;
  const place = (share) => {
    const i = Math.max(1, at.findIndex((one) => one >= share * whole));
    const within = (share * whole - at[i - 1]) / (at[i] - at[i - 1] || 1);
    return [0, 1].map((k) => line[i - 1][k] + within * (line[i][k] - line[i - 1][k]));
  };
  const [a, b] = [Math.max(0, from), Math.min(1, to)];
  return b > a ? [place(a), ...line.filter((_, i) => at[i] > a * whole && at[i] < b * whole), place(b)] : [];
}

const point = (coordinates, properties) => ({ type: "Feature", properties, geometry: { type: "Point", coordinates } });
