"""The ground as the plan checker sees it, worked out apart from the planner: least walking times, what paths cover.

Walking is a Dijkstra of scipy over 8 neighbours with the published speed law; coverage is laid down in points beside
the path. Both are coarser than the planner's own, and the checker allows for that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from homeward.geo import Floats, Grid
from homeward.terrain import Cover, LineKind, Terrain, walking_speed_mps

_FINEST = 90_000  # cells of the walking graph: larger ground is taken every second, third ... cell
_NEIGHBOURS = ((0, 1), (1, 0), (1, 1), (1, -1))
_SNAP = 10  # cells: a start on water or a cliff moves to walkable ground this near
_WADING = 0.06  # of the speed on a path, at a mapped river (terrain's `going.csv`)
_FEWEST, _MOST, _PER_CELL = 25, 900, 5  # points around one of a path: at least, at most, for each sd in cells


@dataclass(frozen=True, slots=True, eq=False)
class Walking:
    """The walking graph of a ground: cells of `step` x `step` of the grid's, -1 in `node` where nobody walks."""

    grid: Grid
    step: int
    node: NDArray[np.int64]
    there: csr_matrix
    back: csr_matrix

    def seconds(self, start_m: tuple[float, float], ends_m: Floats, *, towards: bool = False) -> Floats:
        """Least seconds from a point to each of others (n, 2), or `towards` it from them; inf where there is no way."""
        first = self._near(start_m)
        if first < 0:
            return np.full(len(ends_m), np.inf)
        time = np.asarray(dijkstra(self.back if towards else self.there, indices=np.array([first])))[0]
        last = np.array([self._near(p) for p in ends_m])
        return np.where(last >= 0, time[last], np.inf)

    def _near(self, point: Sequence[float]) -> int:
        row, col = _cells(self.grid, np.array([point]), self.step)
        r, c = int(np.clip(row[0], 0, len(self.node) - 1)), int(np.clip(col[0], 0, self.node.shape[1] - 1))
        if self.node[r, c] >= 0:
            return int(self.node[r, c])
        top, left = max(r - _SNAP, 0), max(c - _SNAP, 0)
        rr, cc = np.nonzero(self.node[top : r + _SNAP + 1, left : c + _SNAP + 1] >= 0)
        if not len(rr):
            return -1
        best = int(np.argmin((rr + top - r) ** 2 + (cc + left - c) ** 2))
        return int(self.node[rr[best] + top, cc[best] + left])


def walking(terrain: Terrain) -> Walking:
    """The walking graph of a ground."""
    grid = terrain.grid
    step = max(int(np.ceil(np.sqrt(grid.n_rows * grid.n_cols / _FINEST))), 1)
    z, cover = terrain.elevation_m[::step, ::step], terrain.cover[::step, ::step]
    path = lines_on(terrain, (LineKind.ROAD, LineKind.TRAIL), step)
    cliff, river = (lines_on(terrain, (kind,), step) for kind in (LineKind.CLIFF, LineKind.RIVER))
    open_ = (walking_speed_mps(0.0, cover) > 0) & ~cliff | path
    node = np.where(open_, np.cumsum(open_).reshape(open_.shape) - 1, -1)
    a: list[NDArray[np.int64]] = []
    b: list[NDArray[np.int64]] = []
    there: list[Floats] = []
    back: list[Floats] = []
    for dr, dc in _NEIGHBOURS:
        here, next_ = _pair(dr, dc)
        rise = (z[next_] - z[here]) / (grid.cell_m * step * np.hypot(dr, dc))
        on_path = path[here] & path[next_]
        wet = (river[here] & ~path[here]) | (river[next_] & ~path[next_])
        both = (node[here] >= 0) & (node[next_] >= 0)
        for slope, times in ((rise, there), (-rise, back)):
            speed = np.where(
                on_path,
                walking_speed_mps(slope),
                np.maximum(_off(slope, cover[here], path[here]), _off(slope, cover[next_], path[next_])),
            )
            speed = np.where(wet & ~on_path, _WADING * walking_speed_mps(slope), speed)
            with np.errstate(divide="ignore"):
                times.append((grid.cell_m * step * np.hypot(dr, dc) / speed)[both])
        a.append(node[here][both])
        b.append(node[next_][both])
    i, j = np.concatenate([*a, *b]), np.concatenate([*b, *a])
    forth, home = np.concatenate([*there, *back]), np.concatenate([*back, *there])
    n, usable = int(open_.sum()), np.isfinite(forth)
    usable_home = np.isfinite(home)
    return Walking(
        grid=grid,
        step=step,
        node=node,
        there=csr_matrix((forth[usable], (i[usable], j[usable])), shape=(n, n)),
        back=csr_matrix((home[usable_home], (i[usable_home], j[usable_home])), shape=(n, n)),
    )


def _off(slope: Floats, cover: NDArray[np.uint8], path: NDArray[np.bool_]) -> Floats:
    """Speed off the path; a step onto or off a path counts as on open ground at best."""
    off = walking_speed_mps(slope, cover)
    return np.where(path & (np.abs(slope) <= 1), np.maximum(off, walking_speed_mps(slope)), off)


def _pair(dr: int, dc: int) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    if dc < 0:
        return (slice(None, -dr), slice(-dc, None)), (slice(dr, None), slice(None, dc))
    return (slice(None, -dr or None), slice(None, -dc or None)), (slice(dr, None), slice(dc, None))


def lines_on(terrain: Terrain, kinds: tuple[LineKind, ...], step: int = 1) -> NDArray[np.bool_]:
    """The cells that mapped lines of some kinds run through."""
    grid = terrain.grid
    on = np.zeros((-(-grid.n_rows // step), -(-grid.n_cols // step)), dtype=np.bool_)
    for line in terrain.lines:
        if line.kind in kinds and not line.derived:
            row, col = _cells(grid, points_along(line.xy_m, grid.cell_m / 4)[0], step)
            inside = (row >= 0) & (row < on.shape[0]) & (col >= 0) & (col < on.shape[1])
            on[row[inside], col[inside]] = True
    return on


def walkable(terrain: Terrain) -> NDArray[np.bool_]:
    """Where people on foot can be: no water, no cliff, but roads and trails across them; one cell's edge is allowed."""
    open_ = (terrain.cover != Cover.WATER) & ~lines_on(terrain, (LineKind.CLIFF,))
    return np.asarray(open_ | lines_on(terrain, (LineKind.ROAD, LineKind.TRAIL)))


def _cells(grid: Grid, xy_m: Floats, step: int = 1) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    row = np.floor((grid.north_m - xy_m[:, 1]) / (grid.cell_m * step)).astype(np.int64)
    col = np.floor((xy_m[:, 0] - grid.west_m) / (grid.cell_m * step)).astype(np.int64)
    return row, col


def sampled(raster: Floats, grid: Grid, xy_m: Floats) -> Floats:
    """A raster's values at points, those off the map as at its edge."""
    row, col = _cells(grid, xy_m)
    return raster[np.clip(row, 0, grid.n_rows - 1), np.clip(col, 0, grid.n_cols - 1)]


def points_along(xy_m: Floats, every_m: float) -> tuple[Floats, Floats]:
    """The middles of short pieces of a path: points (n, 2), piece lengths (n,)."""
    xy = np.asarray(xy_m, dtype=np.float64)
    legs = np.diff(xy, axis=0)
    length = np.hypot(legs[:, 0], legs[:, 1])
    n = np.maximum(np.ceil(length / every_m), 1).astype(np.int64)
    leg = np.repeat(np.arange(len(n)), n)
    share = (np.arange(len(leg)) - np.repeat(np.cumsum(n) - n, n) + 0.5) / n[leg]
    return xy[leg] + legs[leg] * share[:, None], (length / n)[leg]


def laid(grid: Grid, where: tuple[Floats, Floats], width_m: Floats, abreast: int) -> Floats:
    """Coverage (rows, cols) by pieces of a path (points, lengths) of a team `width_m` (n,) wide there.

    Each piece's swept area goes, in equal shares, to points around it that fill a bell of sd W / sqrt(2 pi), or of as
    many bells side by side as there are searchers abreast: the law of `detect.track_coverage`, thrown instead of
    integrated.
    """
    xy, length = where
    sd = width_m * np.sqrt((1 / abreast) ** 2 / (2 * np.pi) + (1 - 1 / abreast**2) / 12)
    n = int(np.clip((_PER_CELL * float(sd.max(initial=0.0)) / grid.cell_m) ** 2, _FEWEST, _MOST))
    bell = stats.norm.ppf(stats.qmc.Halton(2, scramble=False, rng=0).random(n + 1)[1:])
    out = np.zeros(grid.n_rows * grid.n_cols)
    for off in bell:
        row, col = _cells(grid, xy + off[None, :] * sd[:, None])
        on = (row >= 0) & (row < grid.n_rows) & (col >= 0) & (col < grid.n_cols)
        swept = width_m * length / (n * grid.cell_area_m2)
        out += np.bincount((row * grid.n_cols + col)[on], weights=swept[on], minlength=out.size)
    return out.reshape(grid.shape)
