"""Where a clue points if it is true: its density over a grid at the time it speaks of, kind by kind.

Densities are per square metre, normalised over the plane as far as a closed form goes (their mean over the prior is
taken out later, so that only a warning for far-off clues hangs on it). Clues that weigh places rather than point at
one (areas, an absence) are their weights over the map's area.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.special import erf, i0e, ndtr

from homeward.belief.clue_defaults import grade_ratio, heard_within_m
from homeward.geo import Floats, Grid
from homeward.mission.nouns import Clue, ClueKind

BLUR = 0.6  # of a cell: what one cell cannot tell apart
_SQRT_2PI = np.sqrt(2 * np.pi)
_FINE = 3  # parts of a cell, along each side, that an area's outline is tested at
WEIGHTS = (ClueKind.AREAS, ClueKind.ABSENCE)


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A clue seen from a grid: metres east and north of its place of each cell of `on`, and true north there."""

    clue: Clue
    on: Grid
    east_m: Floats
    north_m: Floats
    turn_deg: float
    area_m2: float

    @property
    def away_m(self) -> Floats:
        """Distance of each cell from the clue's place, at least half a cell."""
        return np.maximum(np.hypot(self.east_m, self.north_m), self.on.cell_m / 2)


def seen_from(on: Grid, clue: Clue, grid: Grid) -> Seen:
    """A clue seen from the cells of `on`, which lies in the CRS of the map's `grid`."""
    x, y = on.centers_m()
    px, py = grid.to_m(clue.place)
    return Seen(clue, on, x[None, :] - px, y[:, None] - py, grid.true_north_deg(clue.place), area_m2(grid))


def density(on: Grid, clue: Clue, grid: Grid) -> Floats:
    """Probability per m2 at the cells of `on` (in the CRS of the map's `grid`) if the clue is true and of this hour.

    Every number the kind needs must be set (`clue_defaults.filled`).
    """
    shape = {
        ClueKind.BEARING: _bearing,
        ClueKind.SECTOR: _sector,
        ClueKind.RING: _ring,
        ClueKind.ABSENCE: _absence,
        ClueKind.AREAS: _areas,
    }.get(clue.kind, point)
    return np.asarray(shape(seen_from(on, clue, grid)), dtype=np.float64)


def area_m2(grid: Grid) -> float:
    """Area of a whole grid."""
    return grid.cell_area_m2 * grid.n_rows * grid.n_cols


def point(seen: Seen) -> Floats:
    """A Gaussian, or an ellipse where the error across differs."""
    clue, blur = seen.clue, BLUR * seen.on.cell_m
    along = np.hypot(clue.error_m or 0.0, blur)
    across = along if clue.error_across_m is None else np.hypot(clue.error_across_m, blur)
    axis = np.radians((clue.error_axis_deg or 0.0) + seen.turn_deg)
    u = seen.east_m * np.sin(axis) + seen.north_m * np.cos(axis)
    v = seen.east_m * np.cos(axis) - seen.north_m * np.sin(axis)
    return np.asarray(np.exp(-0.5 * ((u / along) ** 2 + (v / across) ** 2)) / (2 * np.pi * along * across))


def towards(seen: Seen, bearing_deg: float, *, sd_deg: float, blur_m: float = 0.0) -> Floats:
    """How well each cell's direction fits a true bearing: von Mises of concentration 1 / sd^2, mean over the circle 1.

    What a cell, and `blur_m` beside, cannot tell apart counts to the standard deviation.
    """
    off = np.arctan2(seen.east_m, seen.north_m) - np.radians(bearing_deg + seen.turn_deg)
    blur = np.hypot(BLUR * seen.on.cell_m, blur_m) / seen.away_m
    kappa = 1 / (np.radians(sd_deg) ** 2 + blur**2)
    return np.asarray(np.exp(kappa * (np.cos(off) - 1)) / i0e(kappa))


def _bearing(seen: Seen) -> Floats:
    """Von Mises about the bearing, lognormal in distance, as far as the sense carries, or without a distance."""
    clue, away = seen.clue, seen.away_m
    angle = towards(seen, clue.bearing_deg or 0.0, sd_deg=clue.bearing_sd_deg or 0.0)
    if clue.range_m is None:
        return angle / seen.area_m2 if clue.sense is None else angle * _carried(seen, angle / seen.area_m2)
    share = (clue.range_sd_m or 0.0) / clue.range_m
    s2 = 2 * np.log(np.hypot(1.0, share)) + (BLUR * seen.on.cell_m / clue.range_m) ** 2
    spread = np.exp(-0.5 * np.log(away / clue.range_m) ** 2 / s2)
    whole = 2 * np.pi * clue.range_m**2 * np.exp(min(2 * s2, 200.0)) * np.sqrt(s2) * _SQRT_2PI  # over the plane
    return np.asarray(angle * spread / min(whole, seen.area_m2))


def _carried(seen: Seen, otherwise: Floats) -> Floats:
    """As far as a sound or light carries: exp(-2 d / W), whose both sides add up to the sweep width W.

    The form is homeward's own choice, heavier in the tail than a bell; a sense with no published width has none.
    """
    width = heard_within_m(seen.clue)
    if width is None:
        return np.ones_like(otherwise) / seen.area_m2
    scale = np.hypot(width / 2, BLUR * seen.on.cell_m)
    return np.asarray(np.exp(-seen.away_m / scale) / (2 * np.pi * scale**2))


def _ring(seen: Seen) -> Floats:
    """Gaussian in distance, the same in all directions; without a distance, as far as the sense carries."""
    clue = seen.clue
    if clue.range_m is None:
        return _carried(seen, seen.away_m)
    sd = np.hypot(clue.range_sd_m or 0.0, BLUR * seen.on.cell_m)
    whole = 2 * np.pi * clue.range_m * sd * _SQRT_2PI
    return np.asarray(np.exp(-0.5 * ((seen.away_m - clue.range_m) / sd) ** 2) / whole)


def _sector(seen: Seen) -> Floats:
    """Even within the beam and the range, with soft ends."""
    clue = seen.clue
    near, far = clue.range_min_m or 0.0, clue.range_max_m or 1.0
    sd = np.hypot(clue.range_sd_m or 0.0, BLUR * seen.on.cell_m)
    depth = 1 - ndtr((seen.away_m - far) / sd)
    if near > 0:
        depth = depth * ndtr((seen.away_m - near) / sd)
    whole = np.pi * (far**2 - near**2)
    if clue.bearing_deg is None or clue.width_deg is None or clue.width_deg >= 360:
        return np.asarray(depth / whole)
    half = np.radians(clue.width_deg) / 2
    off = np.arctan2(seen.east_m, seen.north_m) - np.radians(clue.bearing_deg + seen.turn_deg)
    off = np.abs((off + np.pi) % (2 * np.pi) - np.pi)
    soft = np.sqrt(2 * (np.radians(clue.bearing_sd_deg or 0.0) ** 2 + (BLUR * seen.on.cell_m / seen.away_m) ** 2))
    beam = 0.5 * (erf((half - off) / soft) + erf((half + off) / soft))
    return np.asarray(depth * beam / (whole * half / np.pi))


def _absence(seen: Seen) -> Floats:
    """1 less the probability that the witness would have noticed the subject there."""
    clue = seen.clue
    radius = clue.range_m or 0.0
    near = ndtr((radius - seen.away_m) / np.hypot(0.1 * radius, BLUR * seen.on.cell_m))
    return np.asarray((1 - (clue.noticed or 0.0) * near) / seen.area_m2)


def _areas(seen: Seen) -> Floats:
    """The grades' ratios, each by the share of the cell it covers; where areas overlap the later counts."""
    weight = np.ones(seen.on.shape)
    for area in seen.clue.areas:
        share = covered(seen.on, seen.on.xy_m([(p.lon_deg, p.lat_deg) for p in area.ring]))
        weight += share * (grade_ratio(area.grade) - weight)
    return weight / seen.area_m2


def covered(grid: Grid, ring_m: Floats) -> Floats:
    """The share of each cell (rows, cols) that lies in a ring (n, 2)."""
    share = np.zeros(grid.shape)
    area = shapely.make_valid(shapely.Polygon(ring_m))
    west, south, east, north = area.bounds
    (top, left), (bottom, right) = grid.cell_of(west, north), grid.cell_of(east, south)
    rows = np.arange(max(top, 0), min(bottom, grid.n_rows - 1) + 1)
    cols = np.arange(max(left, 0), min(right, grid.n_cols - 1) + 1)
    if not rows.size or not cols.size:
        return share
    sub = (np.arange(_FINE) + 0.5) / _FINE
    x = grid.west_m + (cols[:, None] + sub).ravel() * grid.cell_m
    y = grid.north_m - (rows[:, None] + sub).ravel() * grid.cell_m
    shapely.prepare(area)
    hit = shapely.contains_xy(area, *np.meshgrid(x, y))
    share[np.ix_(rows, cols)] = hit.reshape(rows.size, _FINE, cols.size, _FINE).mean(axis=(1, 3))
    return share
