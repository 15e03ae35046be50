// From the mission's data to what MapLibre draws: one GeoJSON collection per source.

import { coverCollections } from "homeward/covermap.js";
import { crewCollections, rescueCollections } from "homeward/rescuemap.js";

// Kinds of team that are drawn as another one is: see TEAM_LINES.
const DRAWN_AS = {
  trailing: "dog", remains: "dog", sound: "line", thermal: "drone", helicopter: "drone",
  mantracker: "hasty", mounted: "hasty", bike: "hasty", boat: "hasty", listening: "hasty", radar: "hasty",
};

export function collections(data, focus, clock) {
  const plan = data.plan;
  const tasks = plan?.assignments ?? [];
  const kinds = Object.fromEntries(data.teams.map((team) => [team.id, team.kind]));
  const searched = new Set(tasks.map((task) => task.segment));
  const segments = (plan?.segments ?? []).map((s) => ({ ...s, properties: { ...s.properties, searched: searched.has(s.properties.id) } }));
  return {
    ground: data.ground?.lines ?? [],
    patches: data.ground?.patches ?? [],
    segments,
    "segment-labels": segments.map((s) => point(middle(s.geometry.coordinates[0]), s.properties)),
    wedges: data.clues.filter((c) => c.shape && counts(c)).map((c) => feature("MultiPolygon", c.shape, { id: c.id })),
    gaps: data.gaps ?? [],
    tracks: data.tracks.map((track) => way(track.line, { team: track.team })),
    routes: tasks.flatMap((task) => routes(task, DRAWN_AS[kinds[task.team]] ?? kinds[task.team] ?? "hasty")),
    "team-labels": tasks.filter((t) => t.route.length).map((t) => point(t.route[0], { team: t.team, number: t.number, segment: t.segment })),
    posts: tasks.filter(isPost).map((t) => point(t.route[0], { number: t.number, segment: t.segment })),
    ticks: ticks(tasks.find((task) => task.number === focus.number), clock),
    drawn: drawn(data).map((one) => way(one.ring, { id: one.id })),
    "drawn-labels": drawn(data).map((one) => point(middle(one.ring), { id: one.id })),
    places: places(data, clock),
    marks: marks(data),
    "clue-marks": data.clues.filter((clue) => clue.refused === null).map((clue) => point(clue.place, { id: clue.id })),
    ...crewCollections(data, clock),
    ...rescueCollections(data),
    ...coverCollections(data),
  };
}

// Whether a team holds a post instead of searching along a path.
export const isPost = (task) => (task.mode ?? "search") !== "search";

function routes(task, kind) {
  const about = { number: task.number, segment: task.segment, team: task.team, kind };
  return ["access", "route", "return"].filter((part) => task[part].length > 1).map((part) => way(task[part], { ...about, part }));
}

function marks(data) {
  const all = [[data.base, "base|"], [data.ipp?.at, "ipp|"], [data.find?.place, "find|"], ...(data.rescue?.casualties ?? []).map((one) => [one.at, "find|"])];
  return all.filter(([at]) => at).map(([at, mark]) => point(at, { mark }));
}

// The segments that the manager drew and no plan has yet.
const drawn = (data) => (data.manage?.segments ?? []).filter((one) => !(data.plan?.segments ?? []).some((s) => s.properties.id === one.id));

// Where teams were last seen, and when; and the buildings that are searched inside.
function places(data, clock) {
  const seen = data.teams.filter((team) => team.seen).map((team) => point(team.seen.at, { text: `⊙ ${team.id} ${clock.time(team.seen.when)}` }));
  return [...seen, ...data.buildings.filter((one) => one.place).map((one) => point(one.place, { text: `▣ ${one.id}` }))];
}

// Where the chosen team is every half hour of its search, at an even pace along the route.
function ticks(task, clock) {
  if (!task || task.route.length < 2) return [];
  const [begins, ends] = [Date.parse(task.begins), Date.parse(task.ends)];
  const half = 1.8e6;
  const marks = [];
  for (let when = Math.ceil(begins / half) * half; when < ends; when += half) {
    marks.push(point(along(task.route, (when - begins) / (ends - begins)), { text: clock.hour(new Date(when).toISOString()) }));
  }
  return marks;
}

export function along(line, share) {
  const squeeze = Math.cos((line[0][1] * Math.PI) / 180);
  const lengths = line.slice(1).map((p, i) => Math.hypot((p[0] - line[i][0]) * squeeze, p[1] - line[i][1]));
  let left = share * lengths.reduce((sum, length) => sum + length, 0);
  for (let i = 0; i < lengths.length; i += 1) {
    if (left <= lengths[i] && lengths[i] > 0) {
      const part = left / lengths[i];
      return [0, 1].map((k) => line[i][k] + part * (line[i + 1][k] - line[i][k]));
    }
    left -= lengths[i];
  }
  return line.at(-1);
}

// The outline's centre of area; good enough to hang a label on.
export function middle(ring) {
  let [sum, x, y] = [0, 0, 0];
  for (let i = 0; i + 1 < ring.length; i += 1) {
    const [a, b] = [ring[i], ring[i + 1]];
    const cross = (a[0] - ring[0][0]) * (b[1] - ring[0][1]) - (b[0] - ring[0][0]) * (a[1] - ring[0][1]);
    sum += cross;
    x += (a[0] + b[0] + ring[0][0]) * cross;
    y += (a[1] + b[1] + ring[0][1]) * cross;
  }
  return sum ? [x / (3 * sum), y / (3 * sum)] : ring[0];
}

// Whether a point lies in a ring (even-odd rule).
export function inside(ring, [x, y]) {
  let within = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
    const [[xi, yi], [xj, yj]] = [ring[i], ring[j]];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) within = !within;
  }
  return within;
}

// West, south, east, north of where the work is: routes, IPP, command post and clues; the whole ground before that.
export function workArea(data) {
  const points = [
    ...(data.plan?.assignments ?? []).flatMap((task) => task.route),
    ...data.clues.filter(counts).flatMap(reach).map((at) => within(data.area?.bounds, at)),
    ...[data.ipp?.at, data.base, data.find?.place, data.crew.rally?.at].filter(Boolean),
    ...(data.rescue?.carry_outs ?? []).flatMap((plan) => plan.routes.find((row) => row.n === plan.chosen)?.line ?? []),
  ];
  return points.length > 3 ? bounds(points) : data.area?.bounds;
}

// West, south, east, north of what a focus points at, or null.
export function extent(data, focus) {
  const plan = data.plan;
  const task = plan?.assignments.find((a) => a.number === focus.number);
  const segment = plan?.segments.find((s) => s.properties.id === (focus.segment ?? task?.segment));
  const clue = data.clues.find((c) => c.id === focus.clue);
  const points = [
    ...(task ? task.route : []),
    ...(segment ? segment.geometry.coordinates[0] : []),
    ...(clue ? reach(clue) : []),
  ];
  return points.length ? bounds(points) : null;
}

// A point, or the one on the ground's edge that is nearest to it: a phone's cell may reach far beyond the map.
function within(area, [x, y]) {
  return area ? [Math.min(Math.max(x, area[0]), area[2]), Math.min(Math.max(y, area[1]), area[3])] : [x, y];
}

export function bounds(points) {
  const [xs, ys] = [points.map((p) => p[0]), points.map((p) => p[1])];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

// Whether a clue counts: neither refused nor waiting to be accepted. And the corners of what it points at.
const counts = (clue) => clue.refused === null && !clue.held;
const reach = (clue) => clue.shape?.flatMap((polygon) => polygon[0]) ?? [clue.place];

const point = (coordinates, properties) => feature("Point", coordinates, properties);
const way = (coordinates, properties) => feature("LineString", coordinates, properties);
const feature = (type, coordinates, properties) => ({ type: "Feature", properties, geometry: { type, coordinates } });
