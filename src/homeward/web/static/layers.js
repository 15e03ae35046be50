// What lies on the map, from the bottom up: each layer with its source, its look by theme and the group it belongs to.

export const GROUPS = {
  hillshade: "Hillshade",
  belief: "Probability",
  ground: "Trails, roads, water",
  segments: "Segments",
  routes: "Routes",
  tracks: "Tracks recorded",
  gaps: "Gaps: POD under 10 %",
  clues: "Clues",
  hazards: "Hazards",
  crew: "Posts, meeting point",
  rescue: "Way out, exits, hospitals",
  cover: "Targets, who covers them",
};

// What stands aside while something else is looked at, such as who covers what.
export const SEARCH = ["belief", "segments", "routes", "tracks", "gaps", "clues", "rescue"];

// Clues in orange and brown: probability has the purples and pinks, which colour-blind eyes tell from them.
const LOOK = {
  dark: { back: "#0e1116", shade: [0, 0.5], trail: "#d8c7a8", water: "#6fb3e8", segment: "#e6e9ee", casing: "#0b0e13", track: "#ffffff", clue: "#ffb26b", gap: "#ff5c5c", hazard: "#ff7a6e", way: "#ffffff", wayCasing: "#1668c7", cover: "#8fd0ff", other: "#9aa4b2" },
  light: { back: "#eef0f3", shade: [0.25, 1], trail: "#7a5c2e", water: "#2b6cb0", segment: "#1c2430", casing: "#ffffff", track: "#000000", clue: "#8f4700", gap: "#b00020", hazard: "#b3211a", way: "#0b3d91", wayCasing: "#ffffff", cover: "#0b3d66", other: "#5b6675" },
};
// By kind of team; the dash tells them apart as well as the colour.
export const TEAM_LINES = {
  dog: { dark: "#4fc3ff", light: "#0067b8", dash: [1, 0], words: "dog team" },
  line: { dark: "#b9c4ff", light: "#3a3fb0", dash: [4, 1.5], words: "line search, sound" },
  drone: { dark: "#ffffff", light: "#222831", dash: [1, 1.2], words: "drone, helicopter" },
  hasty: { dark: "#6fe3e1", light: "#006b70", dash: [7, 1.5, 1.5, 1.5], words: "hasty, on horse, bike, boat" },
};
const WATER = ["stream", "river", "coast"];

export function background(theme) {
  return LOOK[theme].back;
}

export function hillshadePaint(theme) {
  const [dark, bright] = LOOK[theme].shade;
  return { "raster-brightness-min": dark, "raster-brightness-max": bright, "raster-fade-duration": 0 };
}

// Layers above the two pictures. `focus` is {number} of an assignment, {segment}, {clue}, or empty.
export function layers(theme, focus) {
  const look = LOOK[theme];
  const has = (name, value) => ["==", ["get", name], value ?? "\u0000"];
  const chosen = focus.number ? has("number", focus.number) : focus.segment ? has("segment", focus.segment) : null;
  const strength = (full) => (chosen ? ["case", chosen, 1, 0.3] : full);
  return [
    line("ground-lines", "ground", "ground", {
      "line-color": ["match", ["get", "kind"], WATER, look.water, ["trail", "road"], look.trail, look.other],
      "line-width": ["match", ["get", "kind"], ["river", "road"], 2.2, "trail", 1.8, 1.1],
      "line-opacity": ["case", ["get", "derived"], 0.45, 0.9],
    }),
    line("ground-patches", "patches", "ground", { "line-color": look.other, "line-width": 1.2 }),
    { ...fill("segments-fill", "segments", "segments"), paint: {
      "fill-color": look.segment,
      "fill-opacity": focus.segment ? ["case", has("id", focus.segment), 0.22, 0.02] : 0.02,
    } },
    line("segments-line", "segments", "segments", {
      "line-color": look.segment,
      "line-width": ["case", has("id", focus.segment), 3.5, ["get", "searched"], 1.6, 0.7],
      "line-opacity": ["case", ["any", ["get", "searched"], has("id", focus.segment)], 0.9, 0.45],
    }),
    { ...fill("wedges-fill", "wedges", "clues"), paint: { "fill-color": look.clue, "fill-opacity": 0.12 } },
    line("wedges-line", "wedges", "clues", { "line-color": look.clue, "line-width": ["case", has("id", focus.clue), 4, 1.5], "line-dasharray": [3, 2] }),
    { ...fill("gaps-fill", "gaps", "gaps"), paint: { "fill-color": look.gap, "fill-opacity": 0.22 } },
    line("gaps-line", "gaps", "gaps", { "line-color": look.gap, "line-width": 2, "line-dasharray": [2, 1.5] }),
    line("tracks-line", "tracks", "tracks", { "line-color": look.track, "line-width": 1.6, "line-opacity": 0.9 }),
    { ...line("ways", "routes", "routes", {
      "line-color": look.other, "line-width": 1.6, "line-dasharray": [1, 2], "line-opacity": strength(0.8),
    }), filter: ["!=", ["get", "part"], "route"] },
    { ...line("routes-casing", "routes", "routes", {
      "line-color": look.casing, "line-width": chosen ? ["case", chosen, 6.5, 4] : 4.2, "line-opacity": strength(0.55),
    }), filter: ["==", ["get", "part"], "route"] },
    ...Object.entries(TEAM_LINES).map(([kind, style]) => ({
      ...line(`routes-${kind}`, "routes", "routes", {
        "line-color": style[theme],
        "line-width": chosen ? ["case", chosen, 3.6, 2] : 2.2,
        "line-dasharray": style.dash,
        "line-opacity": strength(0.95),
      }),
      filter: ["all", ["==", ["get", "part"], "route"], ["==", ["get", "kind"], kind]],
    })),
    symbol("segment-labels", "segment-labels", "segments", ["concat", `label|${theme}|`, ["get", "id"]], {
      "icon-padding": 3, "symbol-sort-key": ["case", ["get", "searched"], 0, 1],
    }),
    { ...symbol("posts", "posts", "routes", `mark|${theme}|post|`, { "icon-allow-overlap": true, "icon-anchor": "bottom-left" }),
      paint: { "icon-opacity": strength(1) } },
    symbol("ticks", "ticks", "routes", ["concat", `label|${theme}|`, ["get", "text"]], { "icon-padding": 1 }),
    { ...symbol("team-labels", "team-labels", "routes", ["concat", `team|${theme}|`, ["get", "number"], " ", ["get", "team"]], { "icon-padding": 1 }),
      paint: { "icon-opacity": strength(1) } },
    { ...fill("hazards-fill", "hazards", "hazards"), paint: { "fill-color": look.hazard, "fill-opacity": 0.14 } },
    line("hazards-line", "hazards", "hazards", { "line-color": look.hazard, "line-width": 2.5, "line-dasharray": [1.5, 1] }),
    { ...line("ways-out-other", "ways-out", "rescue", { "line-color": look.way, "line-width": 2, "line-dasharray": [3, 2], "line-opacity": 0.85 }), filter: ["!", ["get", "chosen"]] },
    { ...line("ways-out-casing", "ways-out", "rescue", { "line-color": look.wayCasing, "line-width": 9 }), filter: ["get", "chosen"] },
    { ...line("ways-out-line", "ways-out", "rescue", { "line-color": look.way, "line-width": 4.5 }), filter: ["get", "chosen"] },
    line("ways-exposed", "ways-exposed", "rescue", { "line-color": look.hazard, "line-width": 4.5, "line-dasharray": [0.8, 0.5] }),
    line("drawn-line", "drawn", "segments", { "line-color": look.segment, "line-width": 2, "line-dasharray": [2, 1] }),
    symbol("drawn-labels", "drawn-labels", "segments", ["concat", `label|${theme}|`, ["get", "id"]], { "icon-padding": 3 }),
    symbol("relay-marks", "relay-marks", "rescue", ["concat", `badge|${theme}|relay|`, ["get", "text"]], { "icon-padding": 0 }),
    ...["rescue", "crew"].flatMap((group) => [
      symbol(`${group}-labels`, `${group}-marks`, group, ["concat", `label|${theme}|`, ["get", "text"]], { "icon-anchor": "top", "icon-offset": [0, 20], "icon-padding": 0 }),
      symbol(`${group}-marks`, `${group}-marks`, group, ["concat", `badge|${theme}|`, ["get", "badge"]], { "icon-allow-overlap": true, "icon-padding": 0 }),
    ]),
    line("cover-ways-casing", "cover-ways", "cover", { "line-color": look.casing, "line-width": 5, "line-opacity": 0.6 }),
    line("cover-ways-line", "cover-ways", "cover", { "line-color": look.cover, "line-width": 2.6, "line-dasharray": [2, 1] }),
    symbol("cover-labels", "cover-targets", "cover", ["concat", `label|${theme}|`, ["get", "text"]], { "icon-anchor": "bottom", "icon-offset": [0, -17], "icon-allow-overlap": true }),
    symbol("cover-targets", "cover-targets", "cover", ["concat", `badge|${theme}|`, ["get", "badge"]], { "icon-allow-overlap": true, "icon-padding": 0 }),
    symbol("cover-spots", "cover-spots", "cover", ["concat", `badge|${theme}|`, ["get", "badge"]], { "icon-allow-overlap": true, "icon-padding": 0 }),
    symbol("cover-teams", "cover-teams", "cover", ["concat", `team|${theme}|`, ["get", "text"]], { "icon-anchor": "top", "icon-offset": [0, 17], "icon-allow-overlap": true }),
    symbol("hazard-labels", "hazard-labels", "hazards", ["concat", `label|${theme}|`, ["get", "text"]], { "icon-allow-overlap": true }),
    symbol("places", "places", "always", ["concat", `label|${theme}|`, ["get", "text"]], { "icon-allow-overlap": true }),
    symbol("marks", "marks", "always", ["concat", `mark|${theme}|`, ["get", "mark"]], { "icon-allow-overlap": true, "icon-ignore-placement": true }),
    symbol("clue-marks", "clue-marks", "clues", ["concat", `mark|${theme}|clue|`, ["get", "id"]], { "icon-allow-overlap": true, "icon-anchor": "bottom" }),
  ];
}

const line = (id, source, group, paint) => ({
  id, source, type: "line", metadata: { group }, paint, layout: { "line-join": "round", "line-cap": "butt" },
});
const fill = (id, source, group) => ({ id, source, type: "fill", metadata: { group } });
const symbol = (id, source, group, image, layout) => ({
  id, source, type: "symbol", metadata: { group }, layout: { "icon-image": image, ...layout },
});
