"""The ground that paths really see, measured on sub-cells much smaller than the radius.

A point of ground is in sight while it is within `radius_m` of the searcher; each unbroken stretch of that is one
look, and looks find independently with probability `pod`. A raster cell counts by the share of its area.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from homeward.geo import Floats
from homeward.search.sweep.problem import Searcher, SweepProblem, budget_m, paces

TILE = 64
FINE, FINEST = 16.0, 64.0
FEW = 4.0
MAX_SUBCELLS = 4e6
BINS = 65536
KEY = (0.7548776662466927, 0.4142135623730951, 0.5698402909980532, 0.6180339887498949)

Ints = NDArray[np.int64]

# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator"


class Subgrid(NamedTuple):
    """Sub-cells: `parts` along a cell's side, (rows, cols) in all, kept in tiles where a path comes near.

    `tiles` is the slot of each tile or -1, `slots` the tile of each slot.
    """

    parts: int
    rows: int
    cols: int
    tiles: Ints
    slots: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What paths see: `end` share of the raster's sum, `soonest` mean of the curve, the curve, and what is left.

    `left` is the raster of what is still to be found in each cell, in the units of `poa`.
    """

    end: float
    soonest: float
    curve: tuple[tuple[float, float], ...]
    left: Floats


def length_m(path: Floats) -> float:
    """Length of an (n, 2) path in metres."""
    return float(np.hypot(*np.diff(path, axis=0).T).sum()) if len(path) > 1 else 0.0


def look(
    problem: SweepProblem,
    paths: dict[str, Floats],
    *,
    fine: float = FINE,
    most: float = MAX_SUBCELLS,
    points: int = 201,
) -> Seen:
    """Measures paths, one (n, 2) array of metres per searcher id, on sub-cells of at most radius / `fine`.

    Each sub-cell is counted by one point in it, whose place varies from sub-cell to sub-cell as a Kronecker sequence
    (Niederreiter 1992, Random Number Generation and Quasi-Monte Carlo Methods, ch. 3), so that edges along rows are
    not favoured: the area of a path is right to about 0.1 % at the default. Times are those of entry into the circle
    of sight, to 1/65,000 of the budget. Sub-cells grow where more than `most` would be looked at, and are finer where
    few are. `points` is the number of points of the curve.
    """
    budget = budget_m(problem.searchers)
    grid = _subgrid(problem, paths, parts_of(problem, fine, most))
    cells, bins, pods = _all_looks(problem, paths, grid)
    left = np.array(problem.poa, dtype=np.float64, order="C")
    gains = _gains(np.argsort(bins, kind="stable"), cells, pods, grid, left)
    found = np.bincount(bins, gains, BINS).astype(np.float64)
    found /= float(problem.poa.sum())
    reached = np.minimum(np.cumsum(found), 1.0)
    at = np.linspace(0.0, 1.0, points)
    curve = np.r_[0.0, reached][np.minimum((at * BINS).astype(np.int64) + 1, BINS)]
    soonest = float((found * (1.0 - (np.arange(BINS) + 0.5) / BINS)).sum())
    return Seen(
        end=float(reached[-1]),
        soonest=soonest,
        curve=tuple((float(a * budget), float(v)) for a, v in zip(at, curve, strict=True)),
        left=np.maximum(left, 0.0),
    )


def left_by_others(
    problem: SweepProblem, group: tuple[Searcher, ...], paths: dict[str, Floats], *, most: float
) -> Floats:
    """What those outside the group leave to be found, measured coarsely."""
    others = tuple(s for s in problem.searchers if s not in group)
    if not any(len(paths[s.id]) > 1 for s in others):
        return problem.poa
    return look(replace(problem, searchers=others), paths, fine=6.0, most=most).left


def parts_of(problem: SweepProblem, fine: float = FINE, most: float = MAX_SUBCELLS) -> int:
    """Sub-cells along a cell's side."""
    smallest = min(s.radius_m for s in problem.searchers)
    area = sum(2 * s.radius_m * s.length_m + np.pi * s.radius_m**2 for s in problem.searchers)
    side = max(min(smallest / fine, max(smallest / FINEST, np.sqrt(area / most * FEW))), np.sqrt(area / most))
    return max(1, int(np.ceil(problem.cell_m / side)))


def _subgrid(problem: SweepProblem, paths: dict[str, Floats], parts: int) -> Subgrid:
    """The sub-cells of the tiles that any path comes near."""
    side = problem.cell_m / parts * TILE
    high, wide = problem.poa.shape
    near = np.zeros((-(-high * parts // TILE), -(-wide * parts // TILE)), np.bool_)
    for s in problem.searchers:
        path = np.atleast_2d(paths[s.id])
        along = np.r_[0.0, np.cumsum(np.hypot(*np.diff(path, axis=0).T))]
        at = np.linspace(0.0, along[-1], int(along[-1] / side * 2) + 2)
        reach = s.radius_m + side
        x = np.interp(at, along, path[:, 0]) - problem.west_m
        y = high * problem.cell_m - (np.interp(at, along, path[:, 1]) - problem.south_m)
        _mark(near, (y - reach) / side, (y + reach) / side, (x - reach) / side, (x + reach) / side)
    slots = np.flatnonzero(near)
    tiles = np.full(near.shape, -1, np.int64)
    tiles.ravel()[slots] = np.arange(len(slots))
    return Subgrid(parts, high * parts, wide * parts, tiles, slots)


@njit(cache=True)
def _mark(near, top, bottom, left, right):  # pragma: no cover
    """Marks the tiles that the boxes touch."""
    rows, cols = near.shape
    for k in range(top.size):
        for i in range(max(0, int(top[k])), min(rows, int(max(-1.0, bottom[k])) + 1)):
            for j in range(max(0, int(left[k])), min(cols, int(max(-1.0, right[k])) + 1)):
                near[i, j] = True


def _all_looks(
    problem: SweepProblem, paths: dict[str, Floats], grid: Subgrid
) -> tuple[NDArray[np.int32], NDArray[np.uint16], NDArray[np.float32]]:
    """(sub-cell, time bin, pod) of every look of every searcher."""
    side, budget = problem.cell_m / grid.parts, budget_m(problem.searchers)
    north = problem.south_m + problem.poa.shape[0] * problem.cell_m
    leave = np.empty(len(grid.slots) * TILE * TILE, np.float32)
    cells, bins, pods = [], [], []
    for s, pace in zip(problem.searchers, paces(problem.searchers), strict=True):
        path = np.atleast_2d(np.asarray(paths[s.id], np.float64))
        scaled = np.column_stack([path[:, 0] - problem.west_m, north - path[:, 1]]) / side
        swath = (2 * s.radius_m * length_m(path) + np.pi * s.radius_m**2) / side**2
        room = int(min(swath * 1.3, 2 * leave.size)) + 4096  # grows where ground is looked at more often
        leave[:] = -np.inf
        cell, when = _looks(scaled, s.radius_m / side, grid, leave, room)
        cells.append(cell)
        bins.append(np.minimum(when * (side / pace / budget * BINS), BINS - 1).astype(np.uint16))
        pods.append(np.full(len(cell), s.pod, np.float32))
    return np.concatenate(cells), np.concatenate(bins), np.concatenate(pods)


@njit(cache=True)
def _looks(path, radius, grid, leave, room):  # pragma: no cover
    """Sub-cell and distance of entry of each look along a path; all lengths in sub-cells, y downwards.

    `leave` is when each sub-cell was last in sight: a stay in the circle that begins where the one before ends
    (within a millionth of the way gone) is the same look.
    """
    cell, when = np.empty(room, np.int32), np.empty(room, np.float32)
    n, gone = 0, 0.0
    for k in range(max(1, len(path) - 1)):
        a, b = path[k], path[min(k + 1, len(path) - 1)]
        length = np.hypot(b[0] - a[0], b[1] - a[1])
        dx, dy = ((b[0] - a[0]) / length, (b[1] - a[1]) / length) if length > 0 else (1.0, 0.0)
        first = max(0, int(np.floor(min(a[1], b[1]) - radius)))
        last = min(grid.rows - 1, int(np.floor(max(a[1], b[1]) + radius)))
        for i in range(first, last + 1):
            low, high = _row_of_capsule(a, b, dx, dy, radius + 0.71, i + 0.5)
            for j in range(max(0, int(np.floor(low - 0.5))), min(grid.cols - 1, int(np.ceil(high - 0.5))) + 1):
                px, py = j + (KEY[0] * i + KEY[1] * j) % 1.0 - a[0], i + (KEY[2] * i + KEY[3] * j) % 1.0 - a[1]
                u, v = px * dx + py * dy, px * dy - py * dx
                if v * v > radius * radius:
                    continue
                half = np.sqrt(radius * radius - v * v)
                begin, end = gone + max(0.0, u - half), gone + min(length, u + half)
                slot = grid.tiles[i // TILE, j // TILE]
                if end < begin or slot < 0:
                    continue
                at = (slot * TILE + i % TILE) * TILE + j % TILE
                if begin > leave[at] + 1e-3 + 1e-6 * begin:
                    if n == cell.size:
                        cell, when = np.append(cell, np.empty_like(cell)), np.append(when, np.empty_like(when))
                    cell[n], when[n] = at, begin
                    n += 1
                leave[at] = max(leave[at], end)
        gone += length
    return cell[:n], when[:n]


@njit(cache=True)
def _row_of_capsule(a, b, dx, dy, radius, y):  # pragma: no cover
    """From where to where the line at `y` lies within `radius` of the segment a-b of direction (dx, dy)."""
    low, high = np.inf, -np.inf
    for q in (a, b):
        h = radius * radius - (y - q[1]) ** 2
        if h >= 0:
            low, high = min(low, q[0] - np.sqrt(h)), max(high, q[0] + np.sqrt(h))
    if abs(dy) > 1e-12:
        length = (b[0] - a[0]) * dx + (b[1] - a[1]) * dy
        for off in (-radius, radius):
            x = (dx * (y - a[1]) + off) / dy  # on the line beside the segment
            if 0 <= x * dx + (y - a[1]) * dy <= length:
                low, high = min(low, a[0] + x), max(high, a[0] + x)
    return low, high


@njit(cache=True)
def _gains(order, cells, pods, grid, left):  # pragma: no cover
    """What each look finds, played in the order of time; it is taken from `left` in place."""
    missed = np.ones(grid.slots.size * TILE * TILE, np.float32)
    gains = np.zeros(cells.size)
    share = left / (grid.parts * grid.parts)
    across = grid.tiles.shape[1]
    for k in order:
        at = cells[k]
        tile = grid.slots[at // (TILE * TILE)]
        i = ((tile // across) * TILE + (at // TILE) % TILE) // grid.parts
        j = ((tile % across) * TILE + at % TILE) // grid.parts
        gains[k] = share[i, j] * missed[at] * pods[k]
        missed[at] *= 1 - pods[k]
        left[i, j] -= gains[k]
    return gains
