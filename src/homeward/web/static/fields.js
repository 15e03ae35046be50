// Fields that many forms ask for.

export const AT = { name: "at", label: "When", hint: "14:30, -20min, or empty for now" };
export const LATER = { ...AT, more: true };
export const WHY = { name: "why", label: "Why", required: true };
export const KM = { type: "number", unit: "km", scale: 1000, min: 0 };
export const METRES = { type: "number", unit: "m", min: 0 };
export const SHARE = { type: "number", unit: "%", scale: 0.01, min: 0, max: 100, more: true };
export const DEGREES = { type: "number", unit: "° true", min: 0, max: 360 };
export const PLACE_HINT = "36.5, -84.2 · N36 30.000 W84 12.000 · 16S 750000 4043000 · 16S GF 5000 4300 · or click on the map first";
export const PLACE = { name: "place", label: "Where", required: true, hint: PLACE_HINT, place: "clicked" };
export const YES_NO = { options: { "": "not said", true: "Yes", false: "No" }, truth: true };
export const PERSONAL = "personal: kept in the mission file";
