"""Coordinates and rasters: places on the globe, and the metric grid that every map of a mission lies on.

Inside, everything is metres east and north in one metric CRS (UTM by default), and every raster is a
2-D array whose row 0 is the northernmost. Degrees, WGS 84, appear only at the edges: in events, files
and on the screen.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

import mgrs
import numpy as np
from numpy.typing import ArrayLike, NDArray
from pyproj import Geod, Transformer
from pyproj.exceptions import ProjError

from homeward.errors import BadInput

Floats = NDArray[np.float64]
WGS84 = Geod(ellps="WGS84")
SPAN_M = 1_000_000.0  # our own limit: beyond it a place was mistyped, and UTM is of no use anyway


class Place(NamedTuple):
    """A point on the globe, WGS 84: `lat_deg` -90..90, `lon_deg` -180..180."""

    lat_deg: float
    lon_deg: float

    def __str__(self) -> str:
        return f"{self.lat_deg:.5f}, {self.lon_deg:.5f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A square-celled raster's place in the world: `crs` is metric; row 0 is the northernmost row.

    `west_m`, `south_m` is the lower-left *corner* of the raster, in metres of `crs`.
    """

    crs: str
    west_m: float
    south_m: float
    cell_m: float
    n_rows: int
    n_cols: int

    def __post_init__(self) -> None:
        if not (self.cell_m > 0 and np.isfinite(self.cell_m)):
            raise BadInput(f"A cell size of {self.cell_m} m cannot be. Give a number above zero.")
        if self.n_rows < 1 or self.n_cols < 1:
            raise BadInput(f"A grid of {self.n_rows} x {self.n_cols} cells is empty. Choose a larger area.")
        if not (np.isfinite(self.west_m) and np.isfinite(self.south_m)):
            raise BadInput(f"A grid cannot have its corner at {self.west_m}, {self.south_m} m. Give finite numbers.")

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns)."""
        return self.n_rows, self.n_cols

    @property
    def cell_area_m2(self) -> float:
        """Area of one cell."""
        return self.cell_m**2

    @property
    def north_m(self) -> float:
        """Northing of the upper edge."""
        return self.south_m + self.n_rows * self.cell_m

    @property
    def east_m(self) -> float:
        """Easting of the right edge."""
        return self.west_m + self.n_cols * self.cell_m

    def contains(self, x_m: ArrayLike, y_m: ArrayLike) -> NDArray[np.bool_]:
        """Whether points (metres of `crs`) lie on the raster."""
        row = np.floor((self.north_m - np.asarray(y_m)) / self.cell_m)  # the rule of cell_of, to the last bit
        col = np.floor((np.asarray(x_m) - self.west_m) / self.cell_m)
        inside = (row >= 0) & (row < self.n_rows) & (col >= 0) & (col < self.n_cols)
        return np.asarray(inside, dtype=np.bool_)

    def onto(self, x_m: float, y_m: float) -> tuple[float, float]:
        """A point on the map's edge, or a centimetre beyond it, moved a millimetre inside; others as they are."""
        x, y = (
            min(max(v, low + 1e-3), high - 1e-3) if low - 0.01 <= v <= high + 0.01 else v
            for v, low, high in ((x_m, self.west_m, self.east_m), (y_m, self.south_m, self.north_m))
        )
        return float(x), float(y)

    def cell_of(self, x_m: float, y_m: float) -> tuple[int, int]:
        """(row, column) of the cell a point lies in; may lie outside the raster: ask `contains` first."""
        row = int(np.floor((self.north_m - y_m) / self.cell_m))
        return row, int(np.floor((x_m - self.west_m) / self.cell_m))

    def centers_m(self) -> tuple[Floats, Floats]:
        """x of each column (n_cols,) and y of each row (n_rows,), of the cells' centres, metres."""
        x = self.west_m + (np.arange(self.n_cols) + 0.5) * self.cell_m
        y = self.north_m - (np.arange(self.n_rows) + 0.5) * self.cell_m
        return x.astype(np.float64), y.astype(np.float64)

    def part(self, window: tuple[slice, slice]) -> Grid:
        """The grid of a window of rows and columns, both with start and stop, of this one."""
        rows, cols = window
        return replace(
            self,
            west_m=self.west_m + cols.start * self.cell_m,
            south_m=self.north_m - rows.stop * self.cell_m,
            n_rows=rows.stop - rows.start,
            n_cols=cols.stop - cols.start,
        )

    def in_blocks(self, k: int) -> Grid:
        """The grid whose cells are k x k of this one's, from the upper left on; the last may reach beyond it."""
        rows, cols = -(-self.n_rows // k), -(-self.n_cols // k)
        south_m = self.north_m - rows * k * self.cell_m
        return replace(self, south_m=south_m, cell_m=k * self.cell_m, n_rows=rows, n_cols=cols)

    def to_m(self, place: Place) -> tuple[float, float]:
        """Metres east and north of a place, in the grid's CRS."""
        x, y = _from_globe(self.crs).transform(place.lon_deg, place.lat_deg)
        return float(x), float(y)

    def to_place(self, x_m: float, y_m: float) -> Place:
        """The place on the globe of a point in metres of the grid's CRS."""
        lon, lat = _to_globe(self.crs).transform(x_m, y_m)
        return Place(float(lat), float(lon))

    def lonlat(self, xy_m: ArrayLike) -> Floats:
        """(n, 2) metres of the grid's CRS -> (n, 2) longitude, latitude, degrees."""
        xy = np.asarray(xy_m, dtype=np.float64).reshape(-1, 2)
        lon, lat = _to_globe(self.crs).transform(xy[:, 0], xy[:, 1])
        return np.column_stack([lon, lat])

    def xy_m(self, lonlat_deg: ArrayLike) -> Floats:
        """(n, 2) longitude, latitude, degrees -> (n, 2) metres of the grid's CRS."""
        ll = np.asarray(lonlat_deg, dtype=np.float64).reshape(-1, 2)
        x, y = _from_globe(self.crs).transform(ll[:, 0], ll[:, 1])
        return np.column_stack([x, y])

    def true_north_deg(self, place: Place) -> float:
        """Grid bearing of true north at a place, degrees clockwise: add it to a true bearing."""
        x, y = self.to_m(place)
        lon, lat, _ = WGS84.fwd(place.lon_deg, place.lat_deg, 0.0, 100.0)
        x1, y1 = self.to_m(Place(float(lat), float(lon)))
        return float(np.degrees(np.arctan2(x1 - x, y1 - y)))


@lru_cache(maxsize=32)
def _to_globe(crs: str) -> Transformer:
    return Transformer.from_crs(crs, "EPSG:4326", always_xy=True)


@lru_cache(maxsize=32)
def _from_globe(crs: str) -> Transformer:
    return Transformer.from_crs("EPSG:4326", crs, always_xy=True)


def utm_crs(place: Place) -> str:
    """The EPSG code of the UTM zone (WGS 84) that a place lies in; polar stereographic beyond 84 N / 80 S."""
    if place.lat_deg >= 84:
        return "EPSG:5041"
    if place.lat_deg < -80:
        return "EPSG:5042"
    zone = int((place.lon_deg + 180) // 6) % 60 + 1
    if 56 <= place.lat_deg < 64 and 3 <= place.lon_deg < 12:
        zone = 32
    elif 72 <= place.lat_deg < 84 and 0 <= place.lon_deg < 42:
        zone = 31 + 2 * int((place.lon_deg + 3) // 12)
    return f"EPSG:{(32600 if place.lat_deg >= 0 else 32700) + zone}"


def grid_around(places: list[Place], *, margin_m: float, cell_m: float) -> Grid:
    """The UTM grid, edges on whole cells, that holds all `places` and `margin_m` around them.

    The zone is that of the first place. Raises `BadInput` where another is too far away for it.
    """
    crs = utm_crs(places[0])
    frame = Grid(crs=crs, west_m=0.0, south_m=0.0, cell_m=cell_m, n_rows=1, n_cols=1)
    xy = np.array([frame.to_m(p) for p in places])
    far = [p for p in places if distance_m(places[0], p) > SPAN_M]
    if far or not np.isfinite(xy).all():
        raise BadInput(
            f"{places[0]} and {far[0] if far else places[-1]} are too far apart for one map, which spans up to "
            f"{SPAN_M / 1000:.0f} km. Check the coordinates."
        )
    low = np.floor((xy.min(axis=0) - margin_m) / cell_m).astype(int)
    high = np.ceil((xy.max(axis=0) + margin_m) / cell_m).astype(int)
    n = np.maximum(high - low, 1)
    return Grid(
        crs=crs,
        west_m=float(low[0] * cell_m),
        south_m=float(low[1] * cell_m),
        cell_m=cell_m,
        n_rows=int(n[1]),
        n_cols=int(n[0]),
    )


def parse_place(text: str) -> Place:
    """A place written as people write it: decimal degrees, degrees-minutes(-seconds), UTM or MGRS/USNG.

    `36.5, -84.2` · `N36 30.000 W84 12.000` · `36°30'00"N 84°12'00"W` · `16S 750000 4043000` · `16S GF 5000 4300`.
    In UTM the letter is the latitude band (C..X), as on the map's margin, never "north"/"south".
    Raises `BadInput` naming the text.
    """
    clean = " ".join(text.translate(_TYPED).split())
    readers = (_decimal, _utm, _mgrs, _degrees_minutes) if len(clean) <= LONGEST else ()
    place = next((place for read in readers if (place := read(clean)) is not None), None)
    if place is None:
        raise BadInput(
            f"{text[:LONGEST]!r} is not a place. Write it as decimal degrees (36.5, -84.2), degrees and minutes "
            "(N36 30.000 W84 12.000), UTM (16S 750000 4043000) or MGRS (16S GF 5000 4300)."
        )
    if not (-90 <= place.lat_deg <= 90 and -180 <= place.lon_deg <= 180):
        raise BadInput(
            f"{text!r} is off the globe: latitude {place.lat_deg:g}, longitude {place.lon_deg:g}. "
            "Latitude comes first, -90 to 90, then longitude, -180 to 180."
        )
    return place


LONGEST = 80  # characters: no place takes more
_NUMBER = r"[-+]?\d+(?:\.\d+)?"
_TYPED = str.maketrans(
    {"′": "'", "’": "'", "‘": "'", "´": "'", "″": '"', "”": '"', "“": '"', "º": "°", "˚": "°", "−": "-"}
)


def _decimal(text: str) -> Place | None:
    hit = re.fullmatch(rf"({_NUMBER})\s*(?:,|;|\s)\s*({_NUMBER})", text)
    return Place(float(hit[1]), float(hit[2])) if hit else None


def _utm(text: str) -> Place | None:
    hit = re.fullmatch(
        r"(\d{1,2})\s*([C-HJ-NP-Xc-hj-np-x])\s+(\d{5,7}(?:\.\d+)?)\s*(?:m?E)?[,\s]\s*(\d{1,8}(?:\.\d+)?)\s*(?:m?N)?",
        text,
        re.IGNORECASE,
    )
    if hit is None:
        return None
    zone, band, east, north = int(hit[1]), hit[2].upper(), float(hit[3]), float(hit[4])
    if not 1 <= zone <= 60:
        raise BadInput(f"{text!r} names UTM zone {zone}. Zones run from 1 to 60.")
    if not (100_000 <= east < 1_000_000 and 0 <= north <= 10_000_000):
        raise BadInput(f"{text!r} is outside any UTM zone. Easting is 100000 to 999999, northing 0 to 10000000.")
    try:
        lon, lat = _to_globe(f"EPSG:{(32600 if band >= 'N' else 32700) + zone}").transform(east, north)
    except ProjError as err:
        raise BadInput(f"{text!r} cannot be converted from UTM. Check zone, easting and northing.") from err
    place = Place(float(lat), float(lon))
    _check_band(text, band, place)
    return place


def _check_band(text: str, band: str, place: Place) -> None:
    """Refuses a UTM reference whose band letter is far from its northing (S for "south" is the usual slip)."""
    low = -80 + 8 * "CDEFGHJKLMNPQRSTUVWX".index(band)
    if not low - 1 <= place.lat_deg <= low + (13 if band == "X" else 9):
        raise BadInput(
            f"{text!r} has band letter {band}, but its northing lies at latitude {place.lat_deg:.1f}. "
            "The letter is the latitude band printed on the map, not N for north or S for south."
        )


def _mgrs(text: str) -> Place | None:
    packed = text.replace(" ", "").upper()
    hit = re.fullmatch(r"(\d{0,2})([A-HJ-NP-Z])([A-HJ-NP-Z]{2})(\d*)", packed)
    if hit is None or len(hit[4]) > 10 or not (hit[1] or hit[4]):
        return None
    if len(hit[4]) % 2:
        raise BadInput(f"{text!r} has {len(hit[4])} digits. MGRS wants as many for easting as for northing.")
    try:
        lat, lon = mgrs.MGRS().toLatLon(packed)
        if len(hit[4]) < 10:  # a short reference names a square: take its middle, not its corner
            half = "5" + "0" * (4 - len(hit[4]) // 2)
            n = len(hit[4]) // 2
            lat, lon = mgrs.MGRS().toLatLon(packed[: len(packed) - 2 * n] + hit[4][:n] + half + hit[4][n:] + half)
    except (mgrs.core.MGRSError, ValueError) as err:
        raise BadInput(f"{text!r} is not a square of the MGRS grid. Check the zone and the two letters.") from err
    return Place(float(lat), float(lon))


# One half of a place in degrees, minutes, seconds; between two numbers stands a mark or a space.
_MARK = r"(?:\s*[{}]\s*|\s+|(?=[NSEW])|$)"
_PART = r"(\d+(?:\.\d+)?)"
_HALF = re.compile(
    rf"([NSEW]?)\s*([-+]?){_PART}{_MARK.format('°D:')}(?:{_PART}{_MARK.format(chr(39) + 'M:')})?"
    rf"(?:{_PART}\s*(?:\"|'')?\s*)?([NSEW]?)"
)
_HALVES = (
    re.compile(r"([NS][^NSEW]+?)[\s,;]*([EW][^NSEW]+)"),
    re.compile(r"([^NSEW]+[NS])[\s,;]*([^NSEW]+[EW])"),
    re.compile(r"([^NSEW,;]+)[,;]\s*([^NSEW,;]+)"),
)


def _degrees_minutes(text: str) -> Place | None:
    marked = re.sub(r"(m\s*\d+(?:\.\d+)?)\s*s", r'\1"', text).upper()  # 30m15s: this s is no South
    halves = next((hit.groups() for pattern in _HALVES if (hit := pattern.fullmatch(marked))), ())
    angles = [_angle(text, half.strip()) for half in halves]
    if len(angles) != 2 or angles[0] is None or angles[1] is None:
        return None
    return Place(angles[0], angles[1])


def _angle(text: str, half: str) -> float | None:
    hit = _HALF.fullmatch(half)
    if hit is None:
        return None
    before, sign, *parts, after = hit.groups()
    if sign and (before or after):
        return None  # 36.5 S is -36.5, and what -36.5 S is nobody knows
    degrees, minutes, seconds = (float(part) if part else 0.0 for part in parts)
    if minutes >= 60 or seconds >= 60:
        raise BadInput(f"{text!r} has {minutes:g} minutes and {seconds:g} seconds. Both stay below 60.")
    for whole, smaller in ((parts[0], parts[1] or parts[2]), (parts[1], parts[2])):
        if whole and smaller and not float(whole).is_integer():
            raise BadInput(
                f"{text!r} has a fraction in {whole} and smaller parts after it. Only the last may have one."
            )
    return (-1 if sign == "-" or {before, after} & {"S", "W"} else 1) * (degrees + minutes / 60 + seconds / 3600)


def format_place(place: Place, style: str = "decimal") -> str:
    """A place as text in one of the styles that `parse_place` reads: decimal, minutes, utm or mgrs.

    Beyond 84 N and 80 S, where there is no UTM, `utm` gives the MGRS reference.
    """
    if style not in ("decimal", "minutes", "utm", "mgrs"):
        raise BadInput(f"There is no coordinate style {style!r}. Choose decimal, minutes, utm or mgrs.")
    if style == "decimal":
        return f"{place.lat_deg:.5f}, {place.lon_deg:.5f}"
    if style == "minutes":
        return f"{_minutes(place.lat_deg, 'NS')} {_minutes(place.lon_deg, 'EW')}"
    packed = _mgrs_of(place)
    head = re.match(r"\d{1,2}[A-Z]", packed)
    if style == "mgrs" or head is None:  # the poles have no UTM: their reference stays MGRS
        digits = packed[-10:]
        return f"{packed[:-12]} {packed[-12:-10]} {digits[:5]} {digits[5:]}"
    x, y = _from_globe(_utm_of_band(head[0])).transform(place.lon_deg, place.lat_deg)
    return f"{head[0]} {round(x)} {round(y)}"


def _mgrs_of(place: Place) -> str:
    """The MGRS reference to 1 m. A hair from the equator, or from a zone's edge, mgrs rounds into a square that is not
    there: the place a decimetre aside is taken then.
    """
    packed = ""
    for north_deg, east_deg in ((0.0, 0.0), (1e-6, 0.0), (0.0, -1e-6)):
        packed = str(mgrs.MGRS().toMGRS(place.lat_deg + north_deg, place.lon_deg + east_deg))
        with suppress(mgrs.core.MGRSError):
            mgrs.MGRS().toLatLon(packed)
            break
    return packed


def _utm_of_band(zone_band: str) -> str:
    return f"EPSG:{(32600 if zone_band[-1] >= 'N' else 32700) + int(zone_band[:-1])}"


def _minutes(angle_deg: float, letters: str) -> str:
    whole = round(abs(angle_deg) * 60_000)  # thousandths of a minute, so that 59.9996' does not print as 60.000'
    return f"{letters[angle_deg < 0]}{whole // 60_000} {whole % 60_000 / 1000:06.3f}"


def distance_m(a: Place, b: Place) -> float:
    """Metres between two places over the WGS 84 ellipsoid (Karney 2013, J. Geodesy 87:43-55, through PROJ)."""
    return float(WGS84.inv(a.lon_deg, a.lat_deg, b.lon_deg, b.lat_deg)[2])


def bearing_deg(a: Place, b: Place) -> float:
    """True bearing from `a` to `b`, degrees clockwise from north, 0 <= bearing < 360."""
    return float(WGS84.inv(a.lon_deg, a.lat_deg, b.lon_deg, b.lat_deg)[0]) % 360.0 % 360.0  # twice: -1e-16 % 360 is 360


def offset(place: Place, *, bearing_deg: float, distance_m: float) -> Place:
    """The place `distance_m` away from `place` in true direction `bearing_deg`."""
    lon, lat, _ = WGS84.fwd(place.lon_deg, place.lat_deg, bearing_deg, distance_m)
    return Place(float(lat), float(lon))
