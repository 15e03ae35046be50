"""What on the ground draws lost people and what repels them, as published densities near features."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from homeward.belief.tables import rows
from homeward.geo import Floats, Grid
from homeward.terrain.ground import Cover, LineKind, Terrain
from homeward.terrain.raster import line_cells

Mask = NDArray[np.bool_]

# Jacobs (2015): above the 90th and below the 10th percentile of the elevations in a window of 2 km, 1 km each way; that
# the 2 km are the window's side and not its radius is homeward's own reading.
_WINDOW_M = 2000.0
_RELIEF_M = 30.0  # homeward's own judgement: ground flatter than this within the window has no high and low points
_TOO_STEEP = 1.19  # slope of 50 deg
_COARSE_M = 200.0
_LINES = {  # which lines count as which published feature: homeward's own judgement
    "trails": (LineKind.TRAIL,),
    "roads": (LineKind.ROAD,),
    "streams": (LineKind.RIVER,),
    "drainages": (LineKind.STREAM,),
    "lakes": (LineKind.COAST,),
    "ridges": (LineKind.RIDGE,),
}
PLAIN = "none of these"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Kinds:
    """The ground in kinds by what draws there. Arrays are (rows, cols).

    `kind` is an index into `names`, one for each cell, the first of them ground with no such feature; `factor` > 0 the
    published density against that, and `by` the index of the feature it comes from, which may only be near; `track_m`
    the distance to the nearest road or trail, inf where there is none.
    """

    names: tuple[str, ...]
    kind: NDArray[np.uint8]
    factor: Floats
    by: NDArray[np.uint8]
    track_m: Floats


def attraction(terrain: Terrain, *, injured: bool = False) -> Floats:
    """Density of finds on each cell (rows, cols) against ground that has none of the published features there, > 0."""
    return ground_kinds(terrain, injured=injured).factor


@lru_cache(maxsize=4)  # scenarios share the ground
def ground_kinds(terrain: Terrain, *, injured: bool = False) -> Kinds:
    """Which published feature each cell belongs to, and the density of finds there.

    Near several features the strongest counts, and on water or too steep ground that alone (homeward's own judgement).
    Source of the densities and widths: `attraction.csv` (Jacobs 2015, Terrain Based Probability Models for SAR).
    """
    table = {r["feature"]: r for r in rows("attraction")}
    names = (PLAIN, *table)
    density = {name: float(row["injured" if injured else "uninjured"]) for name, row in table.items()}
    water = terrain.cover == Cover.WATER
    away = _away_m(terrain, water)
    cell_m = terrain.grid.cell_m
    near = {n: _nearness(d, float(table[n]["within_m"]), cell_m) for n, d in away.items() if n in table}
    if "trails" in near and "mapped" in away:
        wet = _nearness(away["mapped"], float(table["streams"]["within_m"]), cell_m)
        near["stream-trail crossings"] = np.minimum(near["trails"], wet)
    low, high = _low_and_high(terrain)
    near |= {"low points": low.astype(np.float64), "high points": high.astype(np.float64)}
    factor = np.ones(terrain.grid.shape)
    kind, by = np.zeros(factor.shape, dtype=np.uint8), np.zeros(factor.shape, dtype=np.uint8)
    for name, share in near.items():
        drawn = 1 + (density[name] - 1) * share
        stronger = drawn > factor
        kind[stronger & (share >= 0.5)] = by[stronger] = names.index(name)
        np.maximum(factor, drawn, out=factor)
    for name, where in (("on water", water), ("steeper than 50 deg", terrain.slope() > _TOO_STEEP)):
        factor[where], kind[where], by[where] = density[name], names.index(name), names.index(name)
    tracks = [away[name] for name in ("trails", "roads") if name in away]
    track_m = np.min(tracks, axis=0) if tracks else np.full(terrain.grid.shape, np.inf)
    for array in (kind, factor, by, track_m):
        array.flags.writeable = False
    return Kinds(names=names, kind=kind, factor=factor, by=by, track_m=track_m)


def _away_m(terrain: Terrain, water: Mask) -> dict[str, Floats]:
    """Metres from each cell to the nearest one that a feature runs through, for the features that the ground has; under
    "mapped" those streams that somebody mapped."""
    cells = {
        feature: line_cells((line.xy_m for line in terrain.lines if line.kind in kinds), terrain.grid, wide=False)
        for feature, kinds in _LINES.items()
    }
    cells["lakes"] |= water
    streams = (x.xy_m for x in terrain.lines if x.kind in (LineKind.STREAM, LineKind.RIVER) and not x.derived)
    cells["mapped"] = line_cells(streams, terrain.grid, wide=False)
    return {
        feature: np.asarray(ndimage.distance_transform_edt(~on) * terrain.grid.cell_m)
        for feature, on in cells.items()
        if on.any()
    }


def _nearness(away_m: Floats, within_m: float, cell_m: float) -> Floats:
    """1 within so many metres of the middle of a feature's cells, fading over the width of a cell; 1 on them."""
    return np.asarray(np.clip((within_m + cell_m / 2 - away_m) / cell_m, away_m == 0, 1.0))


def _low_and_high(terrain: Terrain) -> tuple[Mask, Mask]:
    """Cells below the 10th and above the 90th percentile of elevation around them, worked out at about 200 m."""
    grid: Grid = terrain.grid
    step = min(max(int(_COARSE_M / grid.cell_m), 1), *grid.shape)
    coarse = terrain.elevation_m[step // 2 :: step, step // 2 :: step]
    size = max(round(_WINDOW_M / (step * grid.cell_m)), 3)
    relief = ndimage.maximum_filter(coarse, size) - ndimage.minimum_filter(coarse, size)
    low = (coarse <= ndimage.percentile_filter(coarse, 10, size)) & (relief >= _RELIEF_M)
    high = (coarse >= ndimage.percentile_filter(coarse, 90, size)) & (relief >= _RELIEF_M)
    rows_at = np.minimum(np.arange(grid.n_rows) // step, coarse.shape[0] - 1)
    cols_at = np.minimum(np.arange(grid.n_cols) // step, coarse.shape[1] - 1)
    fine = np.ix_(rows_at, cols_at)
    return low[fine], high[fine]
