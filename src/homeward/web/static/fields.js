// Fields that many forms ask for.

export const AT = { name: "at", label: "When", hint: "14:30, -20min, or empty for now" };
export const LATER = { ...AT, more: true };
export const WHY = { name: "why", label: "Why", required: true };
export const KM = { type: "number", unit: "km", scale: 1000, min: 0 };
export const METRES = { type: "number", unit: "m", min: 0 };
export const SHARE = { type: "number", unit: "%", scale: 0.01, min: 0, max: 100, more: true };
export const DEGREES = { type: "number", unit: "° true", min: 0, max: 360 };
