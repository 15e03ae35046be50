// A place as text in the four styles that homeward reads: decimal, minutes, utm, mgrs. The same as geo.format_place.
// UTM by Krüger's series to the sixth order (Karney 2011, J. Geodesy 85, 475-485, eq. 35), good to well under a mm.

export const STYLES = { decimal: "Decimal degrees", minutes: "Degrees, minutes", utm: "UTM", mgrs: "MGRS" };

const A = 6378137;
const F = 1 / 298.257223563;
const E = Math.sqrt(F * (2 - F));
const N = F / (2 - F);
const RADIUS = (A / (1 + N)) * (1 + N ** 2 / 4 + N ** 4 / 64 + N ** 6 / 256);
const ALPHA = [
  N / 2 - (2 / 3) * N ** 2 + (5 / 16) * N ** 3 + (41 / 180) * N ** 4 - (127 / 288) * N ** 5 + (7891 / 37800) * N ** 6,
  (13 / 48) * N ** 2 - (3 / 5) * N ** 3 + (557 / 1440) * N ** 4 + (281 / 630) * N ** 5 - (1983433 / 1935360) * N ** 6,
  (61 / 240) * N ** 3 - (103 / 140) * N ** 4 + (15061 / 26880) * N ** 5 + (167603 / 181440) * N ** 6,
  (49561 / 161280) * N ** 4 - (179 / 168) * N ** 5 + (6601661 / 7257600) * N ** 6,
  (34729 / 80640) * N ** 5 - (3418889 / 1995840) * N ** 6,
  (212378941 / 319334400) * N ** 6,
];
const BANDS = "CDEFGHJKLMNPQRSTUVWX";
const COLUMNS = ["ABCDEFGH", "JKLMNPQR", "STUVWXYZ"];
const ROWS = "ABCDEFGHJKLMNPQRSTUV";

export function formatPlace(lon, lat, style) {
  if (style === "minutes") return `${minutes(lat, "NS")} ${minutes(lon, "EW")}`;
  const polar = lat >= 84 || lat < -80; // no UTM there
  if (style === "decimal" || polar) return `${lat.toFixed(5)}, ${lon.toFixed(5)}`;
  const { zone, band, east, north } = utm(lon, lat);
  const head = `${String(zone).padStart(2, "0")}${band}`;
  if (style === "utm") return `${head} ${east.toFixed(0)} ${north.toFixed(0)}`;
  const column = COLUMNS[(zone - 1) % 3][Math.floor(east / 1e5) - 1];
  const row = ROWS[(Math.floor(north / 1e5) + (zone % 2 ? 0 : 5)) % 20];
  const digits = (metres) => String(Math.floor(metres) % 1e5).padStart(5, "0");
  return `${head} ${column}${row} ${digits(east)} ${digits(north)}`;
}

export function utm(lon, lat) {
  const zone = utmZone(lon, lat);
  const phi = (lat * Math.PI) / 180;
  const lambda = ((lon - (6 * zone - 183)) * Math.PI) / 180;
  const t = Math.sinh(Math.atanh(Math.sin(phi)) - E * Math.atanh(E * Math.sin(phi)));
  const xi = Math.atan2(t, Math.cos(lambda));
  const eta = Math.atanh(Math.sin(lambda) / Math.hypot(1, t));
  let [x, y] = [eta, xi];
  ALPHA.forEach((a, i) => {
    const k = 2 * (i + 1);
    x += a * Math.cos(k * xi) * Math.sinh(k * eta);
    y += a * Math.sin(k * xi) * Math.cosh(k * eta);
  });
  const band = BANDS[Math.min(19, Math.floor((lat + 80) / 8))];
  return { zone, band, east: 5e5 + 0.9996 * RADIUS * x, north: (lat < 0 ? 1e7 : 0) + 0.9996 * RADIUS * y };
}

function utmZone(lon, lat) {
  if (lat >= 56 && lat < 64 && lon >= 3 && lon < 12) return 32; // Norway
  if (lat >= 72 && lon >= 0 && lon < 42) return 31 + 2 * Math.floor((lon + 3) / 12); // Svalbard
  return (Math.floor((lon + 180) / 6) % 60) + 1;
}

function minutes(angle, letters) {
  const whole = Math.round(Math.abs(angle) * 60000);
  const rest = ((whole % 60000) / 1000).toFixed(3).padStart(6, "0");
  return `${letters[angle < 0 ? 1 : 0]}${Math.floor(whole / 60000)} ${rest}`;
}
