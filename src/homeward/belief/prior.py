"""Where the subject may be before any clue: distance from the IPP, drawn to and repelled by what lies on the ground."""

from __future__ import annotations

from math import ceil

import numpy as np
from numpy.typing import NDArray

from homeward.belief.categories import AT_IPP_M, DistanceFit
from homeward.geo import Floats, Grid

_FINE = 12  # cells around the IPP that are integrated, not taken at their centres
_POLAR = 3  # cells around the IPP integrated in rings, whose masses are exact
WALK_AT_MOST_MPS = 6 / 3.6  # Tobler (1993), NCGIA 93-1: the fastest of the hiking function


def distance_m(grid: Grid, ipp_m: tuple[float, float]) -> Floats:
    """Metres from the IPP to each cell's centre, (rows, cols)."""
    x, y = grid.centers_m()
    return np.asarray(np.hypot(x[None, :] - ipp_m[0], y[:, None] - ipp_m[1]), dtype=np.float64)


def radial_map(grid: Grid, ipp_m: tuple[float, float], fit: DistanceFit) -> tuple[Floats, float]:
    """Probability per cell (rows, cols) by distance alone, the same in all directions, and the share outside the map.

    Each cell holds the integral of `fit.density_per_m2` over it: at its centre far from the IPP, by 8 x 8 points
    within 12 cells (or the tenth found at the IPP), in exact rings within 3.
    """
    poa = fit.density_per_m2(np.maximum(distance_m(grid, ipp_m), 1e-3)) * grid.cell_area_m2
    reach = _FINE + ceil(1.5 * AT_IPP_M / grid.cell_m)
    for size, masses in ((reach, _by_points), (_POLAR, _by_rings)):
        rows, cols = _around(grid, ipp_m, size)
        poa[rows, cols] = masses(grid, ipp_m, fit, (rows, cols))
    corners = np.array([[x, y] for x in (grid.west_m, grid.east_m) for y in (grid.south_m, grid.north_m)])
    beyond = 1.0 - float(fit.cdf(np.hypot(*(corners - ipp_m).T).max()))
    outside = max(1.0 - float(poa.sum()), beyond)
    return poa * ((1.0 - outside) / poa.sum()), outside


def raked(poa: Floats, distance: Floats, factor: Floats, *, cell_m: float) -> Floats:
    """`poa` weighted by `factor` > 0 within each ring of distance, each ring keeping its probability.

    So what draws the subject moves probability around the IPP, and the published distances still hold. Rings are one
    cell wide up to 20 cells and 5 % of the distance beyond (homeward's own judgement).
    """
    cells = distance / cell_m
    ring = np.where(cells < 20, cells, 20 + 20 * np.log(np.maximum(cells, 20) / 20)).astype(np.intp).ravel()
    weighted = poa * factor
    before = np.bincount(ring, weights=poa.ravel())
    after = np.bincount(ring, weights=weighted.ravel())
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where(after > 0, before / after, 0.0)
    return np.asarray(weighted * scale[ring].reshape(poa.shape), dtype=np.float64)


def outside_within(fit: DistanceFit, poa: Floats, distance: Floats, *, within_m: float) -> float:
    """The share outside the map that lies no farther than `within_m` from the IPP."""
    return max(float(fit.cdf(within_m)) - float(poa[distance <= within_m].sum()), 0.0)


Box = tuple[slice, slice]


def _around(grid: Grid, ipp_m: tuple[float, float], size: int) -> Box:
    row, col = grid.cell_of(*ipp_m)
    return (
        slice(max(row - size, 0), min(row + size + 1, grid.n_rows)),
        slice(max(col - size, 0), min(col + size + 1, grid.n_cols)),
    )


def _by_points(grid: Grid, ipp_m: tuple[float, float], fit: DistanceFit, box: Box) -> Floats:
    x, y = grid.centers_m()
    step = (np.arange(8) + 0.5) / 8 - 0.5
    dx = (x[box[1], None] + step * grid.cell_m).ravel() - ipp_m[0]
    dy = (y[box[0], None] + step * grid.cell_m).ravel() - ipp_m[1]
    density = fit.density_per_m2(np.maximum(np.hypot(dx[None, :], dy[:, None]), 1e-3))
    n_rows, n_cols = len(dy) // 8, len(dx) // 8
    return np.asarray(density.reshape(n_rows, 8, n_cols, 8).mean(axis=(1, 3)) * grid.cell_area_m2, dtype=np.float64)


def _by_rings(grid: Grid, ipp_m: tuple[float, float], fit: DistanceFit, box: Box) -> Floats:
    edges = np.arange(0, (_POLAR + 1) * 1.5, 1 / 64) * grid.cell_m
    mass = np.diff(fit.cdf(edges))
    r = np.sqrt((edges[1:] ** 2 + edges[:-1] ** 2) / 2)
    turn = 2 * np.pi * (np.arange(720) + 0.5) / 720
    x = ipp_m[0] + np.outer(r, np.sin(turn)).ravel()
    y = ipp_m[1] + np.outer(r, np.cos(turn)).ravel()
    rows: NDArray[np.intp] = np.floor((grid.north_m - y) / grid.cell_m).astype(np.intp) - box[0].start
    cols: NDArray[np.intp] = np.floor((x - grid.west_m) / grid.cell_m).astype(np.intp) - box[1].start
    n_rows, n_cols = box[0].stop - box[0].start, box[1].stop - box[1].start
    inside = (rows >= 0) & (rows < n_rows) & (cols >= 0) & (cols < n_cols)
    weights = np.repeat(mass / 720, 720)[inside]
    flat = np.bincount(rows[inside] * n_cols + cols[inside], weights=weights, minlength=n_rows * n_cols)
    return np.asarray(flat.reshape(n_rows, n_cols), dtype=np.float64)
