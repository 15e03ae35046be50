"""Who can see what: sight lines over the ground, with the Earth's curvature and the bending of light.

The ground drops away from a level sight line by d^2 (1 - k) / (2 R): R = 6,371 km, refraction coefficient k = 0.13
(default of ArcGIS Pro's sight lines, LineOfSightParams.DefaultRefractionFactor; Gauss's mean value in surveying).
Only bare ground hides: trees and houses are not modelled.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.terrain.ground import Terrain

EARTH_RADIUS_M = 6_371_000.0
REFRACTION = 0.13


def line_of_sight(
    terrain: Terrain, a_m: ArrayLike, b_m: ArrayLike, *, eye_m: float = 1.7, target_m: float = 1.7
) -> bool:
    """Whether an eye `eye_m` above the ground at `a_m` (2,) sees something `target_m` high at `b_m` (2,).

    The ground is sampled at least once a cell along the line, bilinear between cell centres. Raises
    `BadInput` for a place outside the map or a height below the ground.
    """
    _check_heights(eye_m, target_m)
    a, b = _place(terrain, a_m), _place(terrain, b_m)
    return bool(_sees(terrain.elevation_m, a, b, np.array([eye_m, target_m]), _drop_per_cell2(terrain)))


def viewshed(
    terrain: Terrain, from_m: ArrayLike, *, eye_m: float = 1.7, target_m: float = 0.0, range_m: float = np.inf
) -> NDArray[np.bool_]:
    """The cells (rows, cols) that an eye `eye_m` above the ground at `from_m` (2,) sees, within `range_m`.

    A cell counts when something `target_m` high at its centre is in sight: exactly `line_of_sight` for every cell.
    Time grows with the cube of the range in cells: 300 cells take about a second.
    """
    _check_heights(eye_m, target_m)
    if not range_m > 0:
        raise BadInput(f"A range of {range_m} m cannot be. Give a number above zero.")
    eye = _place(terrain, from_m)
    heights = np.array([eye_m, target_m])
    return _view(terrain.elevation_m, eye, heights, range_m / terrain.grid.cell_m, _drop_per_cell2(terrain))


def _check_heights(eye_m: float, target_m: float) -> None:
    if not (eye_m >= 0 and target_m >= 0):
        raise BadInput(f"Heights of {eye_m} m and {target_m} m cannot be. Both are above the ground, zero or more.")


def _drop_per_cell2(terrain: Terrain) -> float:
    return (1 - REFRACTION) / (2 * EARTH_RADIUS_M) * terrain.grid.cell_m**2


def _place(terrain: Terrain, point: ArrayLike) -> Floats:
    """Metres to fractional row and column, counted from the centre of the upper left cell, held onto the centres."""
    grid = terrain.grid
    x, y = np.asarray(point, dtype=np.float64).reshape(2)
    if not (np.isfinite([x, y]).all() and grid.contains(x, y)):
        raise BadInput(f"The place {x:.0f}, {y:.0f} lies outside the map. Choose a place on it, or load a larger area.")
    row, col = (grid.north_m - y) / grid.cell_m - 0.5, (x - grid.west_m) / grid.cell_m - 0.5
    return np.array([np.clip(row, 0, grid.n_rows - 1), np.clip(col, 0, grid.n_cols - 1)])


@njit(cache=True)
def _height(z: Floats, row: float, col: float) -> float:  # pragma: no cover
    i, j = min(int(row), z.shape[0] - 2), min(int(col), z.shape[1] - 2)
    if z.shape[0] == 1 or z.shape[1] == 1:
        return float(z[int(row + 0.5), int(col + 0.5)])
    u, v = row - i, col - j
    return float((1 - u) * ((1 - v) * z[i, j] + v * z[i, j + 1]) + u * ((1 - v) * z[i + 1, j] + v * z[i + 1, j + 1]))


@njit(cache=True)
def _sees(z: Floats, a: Floats, b: Floats, heights: Floats, drop: float) -> bool:  # pragma: no cover
    """Sight between two fractional cells: at no sample between them does the ground stand above the line."""
    dr, dc = b[0] - a[0], b[1] - a[1]
    n = int(np.ceil(max(abs(dr), abs(dc))))
    far2 = dr * dr + dc * dc
    start = _height(z, a[0], a[1]) + heights[0]
    end = _height(z, b[0], b[1]) + heights[1] - drop * far2
    for k in range(1, n):
        t = k / n
        ground = _height(z, a[0] + t * dr, a[1] + t * dc) - drop * far2 * t * t
        if ground > start + t * (end - start) + 1e-9:
            return False
    return True


@njit(cache=True)
def _view(z: Floats, eye: Floats, heights: Floats, reach: float, drop: float) -> NDArray[np.bool_]:  # pragma: no cover
    seen = np.zeros(z.shape, dtype=np.bool_)
    cell = np.empty(2)
    for i in range(z.shape[0]):
        for j in range(z.shape[1]):
            if (i - eye[0]) ** 2 + (j - eye[1]) ** 2 <= reach * reach:
                cell[0], cell[1] = i, j
                seen[i, j] = _sees(z, eye, cell, heights, drop)
    return seen
