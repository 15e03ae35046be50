// Symbols and labels for the map, drawn when MapLibre first asks for them: no glyph server, no sprite file.
// An image's name says all that is needed to draw it: "label|dark|AC", "team|dark|101 Alpha", "mark|dark|ipp|",
// "badge|dark|medic", "badge|dark|relay|3".

import { BADGES } from "homeward/rescuemap.js";

const INK = {
  dark: { text: "#ffffff", halo: "#10141b", team: "#0b1f33", teamBack: "#8fd0ff", mark: "#ffffff", clue: "#ffe0bf" },
  light: { text: "#12161d", halo: "#ffffff", team: "#ffffff", teamBack: "#0b3d66", mark: "#12161d", clue: "#5e2f00" },
};
const SCALE = 2;
const FONT = "600 13px system-ui, sans-serif";

export function drawMissingImages(map) {
  map.on("styleimagemissing", ({ id }) => {
    const [kind, theme, ...rest] = id.split("|");
    const draw = { label, team, mark, badge }[kind];
    if (draw && !map.hasImage(id)) map.addImage(id, draw(rest.join("|"), INK[theme] ?? INK.dark), { pixelRatio: SCALE });
  });
}

function label(text, ink) {
  return onCanvas(textWidth(text) + 8, 20, (c, w, h) => {
    c.font = FONT;
    c.textAlign = "center";
    c.textBaseline = "middle";
    c.lineJoin = "round";
    c.lineWidth = 4;
    c.strokeStyle = ink.halo;
    c.strokeText(text, w / 2, h / 2);
    c.fillStyle = ink.text;
    c.fillText(text, w / 2, h / 2);
  });
}

function team(name, ink) {
  const text = [...name].length > 20 ? `${[...name].slice(0, 19).join("")}…` : name;
  return onCanvas(textWidth(text) + 14, 22, (c, w, h) => {
    c.fillStyle = ink.teamBack;
    c.strokeStyle = ink.halo;
    c.lineWidth = 1.5;
    c.beginPath();
    c.roundRect(1, 1, w - 2, h - 2, 6);
    c.fill();
    c.stroke();
    c.font = FONT;
    c.textAlign = "center";
    c.textBaseline = "middle";
    c.fillStyle = ink.team;
    c.fillText(text, w / 2, h / 2 + 0.5);
  });
}

// "ipp|", "base|", "find|" or "clue|2".
function mark(spec, ink) {
  const [what, text] = spec.split("|");
  const [size, middle] = what === "clue" ? [30, 16] : [34, 17];
  return onCanvas(size, size, (c) => {
    c.translate(size / 2, middle);
    c.lineJoin = "round";
    for (const [width, colour] of [[6, ink.halo], [2.5, ink.mark]]) {
      c.lineWidth = width;
      c.strokeStyle = colour;
      outline(c, what);
    }
    if (what !== "clue") return;
    c.fillStyle = ink.clue;
    c.fill();
    c.fillStyle = ink.halo;
    c.font = FONT;
    c.textAlign = "center";
    c.fillText(text.slice(0, 3), 0, 8);
  });
}

// A letter on a shape of its own for each kind of post or exit.
function badge(spec, ink) {
  const [what, text] = spec.split("|");
  const size = what === "relay" ? 20 : 30;
  return onCanvas(size, size, (c) => paintBadge(c, what, text ?? BADGES[what]?.letter ?? "", size, ink));
}

// The same mark for the legend, as a canvas.
export function badgeCanvas(what, theme) {
  const canvas = Object.assign(document.createElement("canvas"), { width: 26 * SCALE, height: 26 * SCALE, className: "badge" });
  const context = canvas.getContext("2d");
  context.scale(SCALE, SCALE);
  paintBadge(context, what, BADGES[what].letter, 26, INK[theme] ?? INK.dark);
  return canvas;
}

function paintBadge(c, what, text, size, ink) {
  const r = size / 2 - 2;
  const corners = { lookout: [4, 0], exit: [5, -Math.PI / 2], landing: [6, 0], hospital: [4, Math.PI / 4], target: [8, Math.PI / 8], uncovered: [8, Math.PI / 8], reserve: [3, Math.PI / 2], medic: [4, Math.PI / 4] }[what];
  c.translate(size / 2, size / 2);
  c.beginPath();
  if (what === "medic") cross(c, r, r / 2.2);
  else if (corners) polygon(c, ["hospital", "reserve"].includes(what) ? r * 1.15 : r, ...corners);
  else if (what === "backup") c.roundRect(-r, -r + 3, 2 * r, 2 * r - 6, 4);
  else c.arc(0, 0, r, 0, 2 * Math.PI);
  c.closePath();
  c.lineJoin = "round";
  c.lineWidth = 4;
  c.strokeStyle = ink.halo;
  c.stroke();
  c.fillStyle = ink.teamBack;
  c.fill();
  c.lineWidth = 1.5;
  c.strokeStyle = ink.team;
  c.stroke();
  c.fillStyle = ink.team;
  c.font = text.length > 1 ? "600 10px system-ui, sans-serif" : FONT;
  c.textAlign = "center";
  c.textBaseline = "middle";
  c.fillText(text, 0, 1);
}

function polygon(c, r, corners, turn) {
  for (let i = 0; i < corners; i += 1) {
    const angle = turn + (2 * Math.PI * i) / corners;
    c[i ? "lineTo" : "moveTo"](r * Math.cos(angle), r * Math.sin(angle));
  }
}

function cross(c, r, w) {
  const points = [[-w, -r], [w, -r], [w, -w], [r, -w], [r, w], [w, w], [w, r], [-w, r], [-w, w], [-r, w], [-r, -w], [-w, -w]];
  points.forEach(([x, y], i) => c[i ? "lineTo" : "moveTo"](x, y));
}

function outline(c, what) {
  const shapes = {
    ipp: [[-13, 0, 13, 0], [0, -13, 0, 13]], // a cross in a circle, as on printed search maps
    base: [[-11, 12, -11, -1, 0, -12, 11, -1, 11, 12, -11, 12], [-4, 12, -4, 4, 4, 4, 4, 12]], // a house
    find: [[0, -14, 4, -4, 14, -4, 6, 3, 9, 13, 0, 7, -9, 13, -6, 3, -14, -4, -4, -4, 0, -14]], // a star
    post: [[-12, 15, -12, -13, 8, -6, -12, 1]], // a flag that stands on the place
    clue: [[-12, 11, 0, -12, 12, 11, -12, 11]], // a triangle with its number
  };
  c.beginPath();
  for (const points of shapes[what] ?? []) {
    c.moveTo(points[0], points[1]);
    for (let i = 2; i < points.length; i += 2) c.lineTo(points[i], points[i + 1]);
  }
  if (what === "ipp") c.moveTo(8, 0), c.arc(0, 0, 8, 0, 2 * Math.PI);
  c.stroke();
}

function onCanvas(width, height, draw) {
  const canvas = Object.assign(document.createElement("canvas"), { width: width * SCALE, height: height * SCALE });
  const context = canvas.getContext("2d");
  context.scale(SCALE, SCALE);
  draw(context, width, height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

function textWidth(text) {
  const context = document.createElement("canvas").getContext("2d");
  context.font = FONT;
  return Math.ceil(context.measureText(text).width);
}
