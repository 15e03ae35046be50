// The map: MapLibre with our own pictures and lines only, nothing from the network.

import { decode, paint } from "homeward/belief.js";
import { byId, h } from "homeward/dom.js";
import { bounds, collections, extent, workArea } from "homeward/features.js";
import { background, GROUPS, hillshadePaint, layers, SEARCH } from "homeward/layers.js";
import { drawMissingImages } from "homeward/marks.js";

const EVERYTHING = () => Object.fromEntries(Object.keys(GROUPS).map((name) => [name, true]));

// `onPoint([lon, lat])` when the map is clicked; `onPick(focus)` when a clue, route or segment is.
export function makeMap(box, { onPoint, onPick }) {
  const view = { map: null, ready: false, data: null, belief: null, own: null, quiet: false, theme: "dark", focus: {}, shown: EVERYTHING(), opacity: 0.6, clock: null, drawn: false, painted: null, urls: {} };
  try {
    view.map = new maplibregl.Map({
      container: box,
      style: { version: 8, sources: {}, layers: [{ id: "background", type: "background" }] },
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      maxPitch: 0,
      center: [0, 0],
      zoom: 1,
    });
  } catch (error) {
    box.append(h("p", { class: "no-map" }, "This browser cannot draw the map (no WebGL). Everything else on the page works."));
    console.warn(error);
    return { show() {}, only() {}, theme() {}, focus() {}, lookAt() {}, toggle() {}, quiet() {}, opacity() {}, belief: () => null, view };
  }
  const { map } = view;
  globalThis.homewardMap = map; // for tests and the curious
  map.touchZoomRotate.disableRotation();
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new maplibregl.ScaleControl({ maxWidth: 140, unit: "metric" }), "bottom-right");
  drawMissingImages(map);
  map.on("idle", () => view.drawn && (document.body.dataset.idle = "1"));
  map.on("movestart", () => delete document.body.dataset.idle);
  map.on("load", () => {
    view.ready = true;
    draw(view);
  });
  map.on("click", (event) => {
    onPick(pick(map, event.point));
    onPoint([event.lngLat.lng, event.lngLat.lat]);
  });
  return {
    view,
    show: (data, clock) => showData(view, data, clock),
    only: (belief) => restyle(view, { own: belief && (view.own?.source === belief ? view.own : { ...decode(belief), source: belief }) }),
    theme: (theme) => restyle(view, { theme }),
    focus: (focus, { move = true } = {}) => focusOn(view, focus, move),
    lookAt: (points) => points.length && fit(view, bounds(points), 500, 15),
    toggle: (group, on) => restyle(view, { shown: { ...view.shown, [group]: on } }),
    quiet: (quiet) => quiet !== view.quiet && restyle(view, { quiet }),
    opacity: (opacity) => restyle(view, { opacity }),
    belief: () => view.own ?? view.belief,
  };
}

function showData(view, data, clock) {
  const first = view.data?.area ? null : workArea(data);
  const fresh = data.belief?.ranks !== view.data?.belief?.ranks;
  view.data = data;
  view.clock = clock;
  if (fresh) view.belief = data.belief ? decode(data.belief) : null;
  if (first) fit(view, first, 0);
  draw(view);
}

function restyle(view, change) {
  Object.assign(view, change);
  draw(view);
}

function focusOn(view, focus, move) {
  view.focus = focus;
  draw(view);
  const box = move && view.data && extent(view.data, focus);
  if (box) fit(view, box, 500, 15);
}

function fit(view, [west, south, east, north], duration, maxZoom = 16) {
  view.map.resize();
  view.map.fitBounds([[west, south], [east, north]], { padding: room(), maxZoom, duration: calm() ? 0 : duration });
}

// The box of layers, where it is open, covers the left of the map.
function room() {
  const box = byId("layers");
  const covered = box.open && innerWidth > 900 ? box.offsetWidth : 0;
  return { top: 50, right: 60, bottom: 50, left: 50 + covered };
}

const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

// Brings the map in line with `view`. Sources and layers are made once and then only changed.
function draw(view) {
  if (!view.ready || !view.data) return;
  const { map, data, theme } = view;
  map.setPaintProperty("background", "background-color", background(theme));
  picture(view, "hillshade", data.ground?.hillshade.url, data.ground?.hillshade.corners, hillshadePaint(theme));
  const belief = view.own ?? view.belief; // one scenario's own map, where it was asked for
  if (belief && (view.painted?.belief !== belief || view.painted.theme !== theme)) {
    view.painted = { belief, theme, url: paint(belief, theme) };
  }
  const look = { "raster-opacity": view.opacity, "raster-fade-duration": 0 };
  picture(view, "belief", belief && view.painted.url, belief?.corners, look);
  for (const [name, features] of Object.entries(collections(data, view.focus, view.clock))) {
    const content = { type: "FeatureCollection", features };
    if (map.getSource(name)) map.getSource(name).setData(content);
    else map.addSource(name, { type: "geojson", data: content });
  }
  for (const layer of layers(theme, view.focus)) place(view, layer);
  view.drawn = true;
  map.getContainer().dataset.belief = belief ? (view.own ? "scenario" : "shown") : "none";
}

const hidden = (view, group) => view.shown[group] === false || (view.quiet && SEARCH.includes(group));

function place(view, layer) {
  const { map } = view;
  const visibility = hidden(view, layer.metadata.group) ? "none" : "visible";
  if (!map.getLayer(layer.id)) {
    map.addLayer({ ...layer, layout: { ...layer.layout, visibility } });
    return;
  }
  for (const [name, value] of Object.entries(layer.paint ?? {})) map.setPaintProperty(layer.id, name, value);
  if (layer.layout?.["icon-image"]) map.setLayoutProperty(layer.id, "icon-image", layer.layout["icon-image"]);
  map.setLayoutProperty(layer.id, "visibility", visibility);
}

function picture(view, name, url, coordinates, look) {
  const { map } = view;
  const visibility = url && !hidden(view, name) ? "visible" : "none";
  if (map.getLayer(name)) {
    map.setLayoutProperty(name, "visibility", visibility);
    for (const [key, value] of Object.entries(look)) map.setPaintProperty(name, key, value);
    if (url && url !== view.urls[name]) map.getSource(name).updateImage({ url, coordinates });
  } else if (url) {
    map.addSource(name, { type: "image", url, coordinates });
    const above = ["belief", "ground-lines"].find((id) => id !== name && map.getLayer(id));
    map.addLayer({ id: name, type: "raster", source: name, paint: look, layout: { visibility } }, above);
  }
  if (url) view.urls[name] = url;
}

// The clue, route or segment under a point of the screen, the smallest thing first.
function pick(map, { x, y }) {
  const box = [[x - 8, y - 8], [x + 8, y + 8]];
  const near = (ids) => map.queryRenderedFeatures(box, { layers: ids.filter((id) => map.getLayer(id)) })[0]?.properties;
  const clue = near(["clue-marks"]);
  if (clue) return { clue: clue.id };
  const route = near(["team-labels", "routes-casing"]);
  if (route) return { number: route.number };
  const segment = map.queryRenderedFeatures([x, y], { layers: ["segments-fill"].filter((id) => map.getLayer(id)) })[0];
  return segment ? { segment: segment.properties.id } : {};
}
