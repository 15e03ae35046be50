// What the map shows of cover: what may be hit, who stands or waits where, and the ways of those who wait.

const point = (coordinates, properties) => ({ type: "Feature", properties, geometry: { type: "Point", coordinates } });

// The span of days that is shown, and who is then where.
export const shownSlice = (cover) => cover?.slices[Math.min(cover.shown ?? 0, cover.slices.length - 1)] ?? null;

// The span of days that it is now; the first where none is.
export const currentSlice = (cover, now) => Math.max(0, cover.slices.findIndex((one) => Date.parse(one.from) <= now && now < Date.parse(one.to)));

export function coverCollections({ cover, targets = [] }) {
  const row = shownSlice(cover);
  const goals = cover ? cover.targets.map((one) => ({ id: one.id, at: one.place })) : targets.map((one) => ({ id: one.target, at: [one.lon_deg, one.lat_deg] }));
  const posts = (row?.posts ?? []).filter((post) => post.does !== "spare");
  return {
    "cover-ways": row ? ways(cover, row, posts) : [],
    "cover-targets": goals.map((one) => point(one.at, { badge: cover?.uncovered.includes(one.id) ? "uncovered" : "target", text: label(one.id, row) })),
    "cover-spots": unique(posts.filter((post) => post.does === "wait")).map((post) => point(post.place, { badge: "reserve" })),
    "cover-teams": unique(posts).map((post) => point(post.place, { text: `${post.teams.join(", ")} ${post.does === "wait" ? "waits" : "stands"}` })),
  };
}

const label = (id, row) => (row?.coverage ? `${id} ${Math.round(100 * row.coverage[id])} %` : id);

// Teams at the same place, as one.
function unique(posts) {
  const found = new Map();
  for (const post of posts) {
    const key = post.place.join();
    found.set(key, { ...post, teams: [...(found.get(key)?.teams ?? []), post.team] });
  }
  return [...found.values()];
}

// Along the real ground where the plan has the way; straight where it does not.
function ways(cover, row, posts) {
  const waiting = posts.filter((post) => post.does === "wait");
  const pairs = new Map();
  for (const one of row.answers) {
    const post = waiting.find((p) => p.at === one.from);
    const goal = cover.targets.find((t) => t.id === one.target);
    if (post && goal && one.from !== one.target) pairs.set(`${one.from}\n${one.target}`, [post.place, goal.place, one]);
  }
  return [...pairs.values()].map(([from, to, one]) => {
    const known = cover.ways.find((way) => way.from === one.from && way.to === one.target);
    return { type: "Feature", properties: { known: Boolean(known), target: one.target }, geometry: { type: "LineString", coordinates: known?.line ?? [from, to] } };
  });
}
