"""Where the subject may be before any clue: distance from the IPP, drawn to and repelled by what lies on the ground."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from homeward.belief.categories import AT_IPP_M, DistanceFit
from homeward.geo import Floats, Grid

# Homeward's own choices: cells around the IPP that are integrated, not taken at their centres; of them those integrated
# in rings, whose masses are exact.
_FINE, _POLAR = 12, 3
_RINGS, _SECTORS = 300, 72  # the last ring ends 1.2 million cells from the IPP
WALK_AT_MOST_MPS = 6 / 3.6  # Tobler (1993), NCGIA 93-1: the fastest of the hiking function


def distance_m(grid: Grid, ipp_m: tuple[float, float]) -> Floats:
    """Metres from the IPP to each cell's centre, (rows, cols)."""
    x, y = grid.centers_m()
    return np.asarray(np.hypot(x[None, :] - ipp_m[0], y[:, None] - ipp_m[1]), dtype=np.float64)


def radial_map(grid: Grid, ipp_m: tuple[float, float], fit: DistanceFit) -> tuple[Floats, float]:
    """Probability per cell (rows, cols) by distance alone, the same in all directions, and the share outside the map.

    Each cell holds the integral of `fit.density_per_m2` over it: at its centre far from the IPP, by 8 x 8 points
    within 12 cells (or 100 m), in exact rings within 3.
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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plane:
    """The whole plane around the IPP in pieces: the cells of the map, row by row, then sectors of rings beyond it.

    `radial` (n,) is their probability by distance alone, summing to 1; `away_m` (n,) their distance from the IPP,
    `bearing_deg` (n,) their direction from it on the grid, `ring` (n,) the ring of distance they lie in.
    """

    grid: Grid
    radial: Floats
    away_m: Floats
    bearing_deg: Floats
    ring: NDArray[np.int32]

    @property
    def n_cells(self) -> int:
        """How many of the pieces are cells of the map."""
        return self.grid.n_rows * self.grid.n_cols

    def wide(self, raster: Floats, beyond: float) -> Floats:
        """(n,) a raster (rows, cols) with the same value for all that lies beyond it."""
        return np.concatenate([raster.ravel(), np.full(self.radial.size - self.n_cells, beyond)])

    def carried_on(self, raster: Floats) -> Floats:
        """(n,) a raster (rows, cols) > 0, beyond it the mean, by `radial`, of the same ring on the map."""
        value, n = raster.ravel(), int(self.ring.max()) + 1
        ring, weight = self.ring[: self.n_cells], self.radial[: self.n_cells]
        mean = np.bincount(ring, weights=weight * value, minlength=n)
        there = np.bincount(ring, weights=weight, minlength=n)
        mean = np.divide(mean, there, out=np.ones(n), where=there > 0)
        return np.concatenate([value, mean[self.ring[self.n_cells :]]])


def plane_around(grid: Grid, ipp_m: tuple[float, float], fit: DistanceFit) -> Plane:
    """The plane in pieces. Rings are one cell wide up to 20 cells and 5 % of the distance beyond (homeward's own
    judgement); what lies beyond the map is cut into 72 sectors of them."""
    poa, outside = radial_map(grid, ipp_m, fit)
    x, y = grid.centers_m()
    east, north = np.broadcast_arrays(x[None, :] - ipp_m[0], y[:, None] - ipp_m[1])
    away_m = np.hypot(east, north)
    edge_m = grid.cell_m * np.array([*range(20), *(20 * np.exp(np.arange(_RINGS - 19) / 20))])
    middle_m = np.sqrt(0.5 * (edge_m[1:] ** 2 + edge_m[:-1] ** 2))
    turn = np.repeat(2 * np.pi * (np.arange(_SECTORS) + 0.5)[None, :] / _SECTORS, _RINGS, axis=0)
    far_m = np.repeat(middle_m[:, None], _SECTORS, axis=1)
    off = ~grid.contains(ipp_m[0] + far_m * np.sin(turn), ipp_m[1] + far_m * np.cos(turn))
    off[-1] = True
    mass = (np.repeat(np.diff(fit.cdf(edge_m))[:, None], _SECTORS, axis=1) / _SECTORS + 1e-300)[off]
    return Plane(
        grid=grid,
        radial=np.concatenate([poa.ravel(), mass * (outside / mass.sum())]),
        away_m=np.concatenate([away_m.ravel(), far_m[off]]),
        bearing_deg=np.degrees(np.concatenate([np.arctan2(east, north).ravel(), turn[off]])),
        ring=np.concatenate([_ring(away_m.ravel() / grid.cell_m), np.nonzero(off)[0].astype(np.int32)]),
    )


def _ring(cells: Floats) -> NDArray[np.int32]:
    ring = np.where(cells < 20, cells, 20 + 20 * np.log(np.maximum(cells, 20) / 20))
    return np.minimum(ring, _RINGS - 1).astype(np.int32)
