// The probability map: decoded, painted and looked up from one raster of ranks (see exchange/page_raster.py).

import { area } from "homeward/format.js";

// Shade by the share of all probability inside; the colours carry no warning, so no red, yellow or green.
const SHADES = [
  { share: 0.1, dark: [255, 112, 220, 225], light: [112, 0, 88, 225] },
  { share: 0.25, dark: [226, 84, 214, 195], light: [156, 20, 134, 195] },
  { share: 0.5, dark: [178, 84, 224, 165], light: [176, 70, 176, 165] },
  { share: 0.75, dark: [132, 88, 230, 130], light: [172, 116, 204, 140] },
  { share: 0.9, dark: [96, 92, 220, 95], light: [172, 148, 216, 120] },
  { share: 1.0, dark: [84, 98, 200, 48], light: [160, 160, 216, 60] },
];
const OFF_MAP = 0;
const NO_CHANCE = 255;

export function decode(belief) {
  const ranks = Uint8Array.from(atob(belief.ranks), (char) => char.charCodeAt(0));
  return { ...belief, ranks };
}

// A picture of the map as a data URL.
export function paint(belief, theme) {
  const canvas = Object.assign(document.createElement("canvas"), { width: belief.cols, height: belief.rows });
  const context = canvas.getContext("2d");
  const picture = context.createImageData(belief.cols, belief.rows);
  const words = new Uint32Array(256); // one RGBA word per rank, in the machine's byte order
  const bytes = new Uint8Array(words.buffer);
  for (let rank = 1; rank <= 200; rank += 1) {
    bytes.set(SHADES.find((shade) => rank <= Math.round(shade.share * 200))[theme], 4 * rank);
  }
  const out = new Uint32Array(picture.data.buffer);
  for (let i = 0; i < out.length; i += 1) out[i] = words[belief.ranks[i]];
  context.putImageData(picture, 0, 0);
  return canvas.toDataURL();
}

// What the map says about a point: null off the map, else the probability per km² and the share it belongs to.
export function at(belief, lon, lat) {
  const [[west, north], , [east, south]] = belief.corners;
  const col = Math.floor(((lon - west) / (east - west)) * belief.cols);
  const row = Math.floor(((mercator(north) - mercator(lat)) / (mercator(north) - mercator(south))) * belief.rows);
  if (col < 0 || row < 0 || col >= belief.cols || row >= belief.rows) return null;
  const rank = belief.ranks[row * belief.cols + col];
  if (rank === OFF_MAP) return null;
  return rank === NO_CHANCE ? { perKm2: 0, share: 1 } : { perKm2: belief.density_per_km2[rank], share: rank / 200 };
}

// Lines for the legend: colour and words, the most likely first.
export function legend(belief, theme) {
  const lines = belief.bands.map((band, i) => ({
    rgba: SHADES[i][theme],
    text: `${100 * band.share} % lies within ${area(band.area_km2)}`,
  }));
  const rest = SHADES[Math.min(lines.length, SHADES.length - 1)][theme];
  return [...lines, { rgba: rest, text: `the rest of the map, ${area(belief.map_km2)} in all` }];
}

const mercator = (lat) => Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360));
