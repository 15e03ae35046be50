// Numbers and times as people read them. Times come in as ISO 8601 UTC and are shown in the mission's time zone.

// Where the clocks change between the two times of `span`, every time carries its zone; a time of another day than that
// of `now()` carries its day.
export function clock(timeZone, span = [], now = Date.now) {
  const hour = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" });
  const day = new Intl.DateTimeFormat("en-GB", { timeZone, weekday: "short", day: "numeric", month: "short" });
  const zone = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "short" });
  const zoneOf = (iso) => zone.formatToParts(new Date(iso)).find((part) => part.type === "timeZoneName")?.value ?? timeZone;
  const changes = new Set(span.filter(Boolean).map(zoneOf)).size > 1;
  const hourOf = (iso) => (iso ? `${hour.format(new Date(iso))}${changes ? ` ${zoneOf(iso)}` : ""}` : "–");
  const year = new Intl.DateTimeFormat("en-GB", { timeZone, day: "numeric", month: "short", year: "numeric" });
  const brief = new Intl.DateTimeFormat("en-GB", { timeZone, day: "numeric", month: "short" });
  const digits = new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
  const dayOf = (iso) => day.format(new Date(iso));
  const today = (iso, of = now()) => !iso || digits.format(new Date(iso)) === digits.format(new Date(of));
  const time = (iso) => (today(iso) ? hourOf(iso) : `${brief.format(new Date(iso))} ${hourOf(iso)}`);
  return {
    time, // 14:30, or 22 Nov 14:30
    hour: hourOf, // 14:30 alone: where the day stands beside it
    near: (iso) => (today(iso) ? hourOf(iso) : `${dayOf(iso)}, ${hourOf(iso)}`), // 14:30, or Sun 22 Nov, 14:30
    to: (from, iso) => (today(iso, from) ? hourOf(iso) : `${brief.format(new Date(iso))} ${hourOf(iso)}`), // the end of a span whose beginning stands before it
    typed: (iso) => (today(iso) ? hour.format(new Date(iso)) : `${digits.format(new Date(iso))} ${hour.format(new Date(iso))}`), // as a form takes it
    day: (iso) => year.format(new Date(iso)), // 31 Jan 2027
    short: (iso) => brief.format(new Date(iso)), // 31 Jan
    isoDay: (iso) => digits.format(new Date(iso)), // 2027-01-31
    dayTime: (iso) => (iso ? `${day.format(new Date(iso))}, ${hourOf(iso)}` : "–"),
    zone: (iso) => (changes ? "" : zoneOf(iso)), // what is left to say after `time` or `dayTime`
  };
}

export function percent(share) {
  if (share > 0 && share < 0.0095) return `${(100 * share).toPrecision(1)} %`;
  return share > 0 && share < 0.0995 ? `${(100 * share).toFixed(1)} %` : `${(100 * share).toFixed(0)} %`;
}

// A probability: never 0 % or 100 % of what is not certain.
export function chance(p) {
  if (p > 0 && p < 0.005) return "under 0.5 %";
  return p >= 0.995 && p < 1 ? "over 99.5 %" : percent(p);
}

export function duration(seconds) {
  const minutes = Math.round(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${Math.floor(hours / 24)} d ${hours % 24} h`;
  return hours ? `${hours} h ${String(minutes % 60).padStart(2, "0")} min` : `${minutes} min`;
}

export const secondsSince = (iso, now = Date.now()) => (now - Date.parse(iso)) / 1000;

export const kilometres = (metres) => (metres < 950 ? `${Math.round(metres)} m` : `${(metres / 1000).toFixed(1)} km`);

export function area(km2) {
  if (km2 < 0.01) return `${Number((km2 * 1e6).toPrecision(2))} m²`;
  if (km2 < 1) return `${(100 * km2).toFixed(km2 < 0.1 ? 1 : 0)} ha`;
  return `${km2.toFixed(km2 < 10 ? 1 : 0)} km²`;
}
