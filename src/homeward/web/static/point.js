// The box that tells about the point clicked on the map, and the box of layers with the legend.

import { at, legend } from "homeward/belief.js";
import { STYLES, formatPlace } from "homeward/coords.js";
import { byId, h, remember } from "homeward/dom.js";
import { inside } from "homeward/features.js";
import { percent } from "homeward/format.js";
import { GROUPS, TEAM_LINES } from "homeward/layers.js";
import { badgeCanvas } from "homeward/marks.js";
import { BADGES } from "homeward/rescuemap.js";

export function showPoint(page, belief) {
  const box = byId("point");
  const { view, data, act } = page;
  box.hidden = !view.point;
  if (!view.point) return;
  const text = formatPlace(...view.point, view.style);
  const style = h("select", { "aria-label": "Coordinate style", onchange: (event) => { remember("style", event.target.value); page.set({ style: event.target.value }); } },
    Object.entries(STYLES).map(([key, words]) => h("option", { value: key, selected: key === view.style }, words)));
  box.replaceChildren(
    h("div", {}, h("output", { id: "coordinates" }, text), h("button", { class: "small", onclick: () => page.set({ point: null }), "aria-label": "Close" }, "✕")),
    h("div", {}, style, h("button", { class: "small", onclick: () => navigator.clipboard?.writeText(text) }, "Copy")),
    h("p", { id: "point-poa" }, onlyIf(page), chance(view.point, belief, data)),
    ...(act ? [h("div", {}, [["clue", "Clue here"], ["ipp", "IPP here"], ["base", "Post here"], ["teamAt", "Team here"], ["segment", "Segment around here"], ["hazard", "Hazard here"], ["rally", "Meet here"], ["exit", "Exit here"], ["target", "Target here"], ["found", "Located here"]].map(([verb, words]) =>
      h("button", { class: "small", onclick: () => act(verb, { [verb === "segment" ? "around" : "place"]: formatPlace(...view.point, "decimal") }) }, words)))] : []),
  );
}

const chosen = (page) => page.data.scenarios.find(({ id }) => id === page.view.scenario);
const onlyIf = (page) => (chosen(page) ? `If ${chosen(page).label}: ` : null);

function chance(point, belief, data) {
  const segment = (data.plan?.segments ?? []).find((s) => inside(s.geometry.coordinates[0], point));
  const here = segment ? `Segment ${segment.properties.id}: POA ${percent(segment.properties.poa)} when planned. ` : "";
  const gap = (data.gaps ?? []).find((g) => inside(g.geometry.coordinates[0], point));
  return (gap ? `POD under 10 % here: ${gap.properties.whole ? "the whole segment" : "a gap"}, ${(gap.properties.area_m2 / 1e4).toFixed(1)} ha, POA ${percent(gap.properties.poa)}. ` : "") + density(here, belief, point);
}

function density(here, belief, point) {
  if (!belief) return `${here}No probability map yet.`;
  const told = at(belief, ...point);
  if (!told) return `${here}Outside the map.`;
  if (told.perKm2 === 0) return `${here}POA here: none.`;
  return `${here}POA here: ${percent(told.perKm2)} per km², in the likeliest area that holds ${Math.ceil(100 * told.share)} %.`;
}

// Says, also where the box is closed, that the map shown is that of one scenario alone.
function only(page) {
  const row = chosen(page);
  byId("layers").querySelector("summary").textContent = row ? `Only if: ${row.label}` : "Layers and legend";
  return row ? [h("p", { class: "hazard", id: "only" }, "The map if that is what happened. ", h("button", { class: "small", onclick: () => page.showScenario(null) }, "All scenarios"))] : [];
}

export function showLayers(page, belief, { toggle, opacity }) {
  const { view } = page;
  const switches = Object.entries(GROUPS).map(([group, words]) =>
    h("label", {}, h("input", { type: "checkbox", checked: view.shown[group] !== false, id: `layer-${group}`, onchange: (event) => { view.shown[group] = event.target.checked; toggle(group, event.target.checked); } }), words));
  const slider = h("label", { class: "slider" }, "Probability, strength",
    h("input", { type: "range", min: 0, max: 100, value: Math.round(100 * view.opacity), id: "opacity", oninput: (event) => { view.opacity = event.target.value / 100; opacity(view.opacity); } }));
  byId("layer-list").replaceChildren(
    ...only(page),
    ...(belief ? [h("div", { id: "legend" }, legend(belief, page.theme()).map(({ rgba, text }) => {
      const swatch = h("span", { class: "swatch" });
      swatch.style.backgroundColor = `rgba(${rgba.slice(0, 3).join()}, ${rgba[3] / 255})`;
      return h("div", {}, swatch, text);
    })), slider] : []),
    h("div", { class: "switches" }, switches),
    h("div", { class: "team-key" }, Object.values(TEAM_LINES).map(teamKey), badgeKey()),
  );

  // Only what this mission has: posts and the meeting point, exits, hospitals, changes of bearers.
  function badgeKey() {
    const { crew, rescue, cover, targets } = page.data;
    const waits = Boolean(cover?.slices.some((row) => row.posts.some((post) => post.does === "wait")));
    const used = { crew: Boolean(crew.formation || crew.rally), rescue: Boolean(rescue), target: Boolean(cover || targets?.length), uncovered: Boolean(cover?.uncovered.length), reserve: waits };
    const names = Object.keys(BADGES).filter((name) => used[name] ?? used[["medic", "lookout", "backup", "rally"].includes(name) ? "crew" : "rescue"]);
    return names.map((name) => h("div", {}, badgeCanvas(name, page.theme()), BADGES[name].words));
  }

  function teamKey(look) {
    const swatch = h("span", { class: "dash" });
    const [on, off] = look.dash;
    const colour = look[page.theme()];
    swatch.style.backgroundImage = `repeating-linear-gradient(90deg, ${colour} 0 ${4 * on}px, transparent ${4 * on}px ${4 * (on + off)}px)`;
    return h("div", {}, swatch, look.words);
  }
}
