"""What on the ground draws lost people and what repels them, as published densities near features."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from homeward.belief.tables import rows
from homeward.geo import Floats, Grid
from homeward.terrain.ground import Cover, LineKind, Terrain
from homeward.terrain.raster import line_cells

Mask = NDArray[np.bool_]

NEAR_M = 80.0  # Jacobs (2015): offset within which finds count as at the stream
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


def attraction(terrain: Terrain, *, injured: bool = False) -> Floats:
    """Density of finds on each cell (rows, cols) against ground that has none of the published features there, > 0.

    Near several features the strongest counts, and on water or too steep ground that alone (homeward's own judgement).
    Source of the densities: `attraction.csv` (Jacobs 2015, Terrain Based Probability Models for SAR).
    """
    density = {r["feature"]: float(r["injured" if injured else "uninjured"]) for r in rows("attraction")}
    grid, water = terrain.grid, terrain.cover == Cover.WATER
    at = {
        feature: line_cells((line.xy_m for line in terrain.lines if line.kind in kinds), grid, wide=True)
        for feature, kinds in _LINES.items()
    }
    at["lakes"] |= water
    factor = np.ones(grid.shape)
    for feature, cells in at.items():
        _raise(factor, cells, density[feature], grid)
    _raise(factor, at["trails"] & (at["streams"] | at["drainages"]), density["stream-trail crossings"], grid)
    low, high = _low_and_high(terrain)
    factor[low] = np.maximum(factor[low], density["low points"])
    factor[high] = np.maximum(factor[high], density["high points"])
    factor[water] = density["on water"]
    factor[terrain.slope() > _TOO_STEEP] = density["steeper than 50 deg"]
    return factor


def _raise(factor: Floats, cells: Mask, density: float, grid: Grid) -> None:
    """Raises `factor` to `density` within `NEAR_M` of cells, fading over the width of one cell."""
    if not cells.any():
        return
    away = ndimage.distance_transform_edt(~cells) * grid.cell_m
    near = np.clip((NEAR_M + grid.cell_m / 2 - away) / grid.cell_m, 0.0, 1.0)
    np.maximum(factor, 1 + (density - 1) * near, out=factor)


def _low_and_high(terrain: Terrain) -> tuple[Mask, Mask]:
    """Cells below the 10th and above the 90th percentile of elevation around them, worked out at about 200 m."""
    grid = terrain.grid
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
