"""Shortest travel time on foot over the real ground, uphill and downhill different.

A step from a cell to one of its 16 (or 8) neighbours takes its length on the map times the pace for its slope,
divided by the going of the cells it crosses. Times are exact for that graph (Dijkstra 1959, Numerische
Mathematik 1:269-271).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.terrain.dial import STEPS, Ground, least_times
from homeward.terrain.ground import Terrain
from homeward.terrain.speed import going, walking_speed_mps

SNAP_CELLS = 10
"""A start on impassable ground (a boat, a roof, an error of the map) moves to walkable ground up to this far away."""

_PACE_STEPS = 8001  # slopes -1..1 in steps of 0.00025, so that Tobler's kink at -0.05 falls on a step


def travel_time_s(
    terrain: Terrain,
    sources_m: ArrayLike,
    *,
    towards: bool = False,
    max_s: float = np.inf,
    neighbours: int = 16,
    model: str = "tobler",
) -> Floats:
    """Seconds on foot from the nearest of `sources_m` (n, 2) to every cell, or with `towards` from it to them.

    Shape (rows, cols); inf = cannot be reached, or not within `max_s`. Slopes beyond 45 degrees off the path, water
    and mapped cliffs are impassable; a source on such a cell moves to the nearest walkable one within 10
    cells. `model` as in `walking_speed_mps`. With 16 neighbours a straight walk is at most 2.7 % too
    long on open ground, with 8 at most 8.3 %. Raises `BadInput` where no source lies on walkable ground of the map.
    """
    if neighbours not in (8, 16):
        raise BadInput(f"{neighbours} neighbours cannot be. Choose 8 or 16.")
    points = np.asarray(sources_m, dtype=np.float64).reshape(-1, 2)
    if len(points) == 0:
        raise BadInput("Travel times need a place to start from. Give at least one.")
    cells = np.array([_walkable_cell(terrain, point) for point in points], dtype=np.int64)
    time_s, _ = _spread(terrain, cells, -1, (towards, max_s, neighbours, model))
    return time_s


def route_m(terrain: Terrain, start_m: ArrayLike, end_m: ArrayLike, *, model: str = "tobler") -> Floats:
    """The way that takes least time from `start_m` to `end_m` (2,), as (n, 2) metres, n >= 2, needless corners dropped.

    Raises `BadInput` where there is no way on foot.
    """
    start, end = (np.asarray(p, dtype=np.float64).reshape(2) for p in (start_m, end_m))
    cells = np.array([_walkable_cell(terrain, start)], dtype=np.int64)
    goal = _walkable_cell(terrain, end)
    time_s, came = _spread(terrain, cells, goal, (False, np.inf, 16, model))
    if not np.isfinite(time_s.flat[goal]):
        raise BadInput(
            f"There is no way on foot from {_where(terrain, start)} to {_where(terrain, end)}: water, cliffs or slopes "
            "over 45 degrees lie between. Choose other places, or check the cover of the map."
        )
    path = _followed(came, goal, terrain.grid.n_cols)
    kept = _straightened(terrain, path)
    x, y = terrain.grid.centers_m()
    xy = np.column_stack([x[kept[:, 1]], y[kept[:, 0]]])
    if len(xy) == 1:
        return np.array([start, end])
    xy[0], xy[-1] = start, end
    return xy


def _where(terrain: Terrain, point: Floats) -> str:
    return str(terrain.grid.to_place(float(point[0]), float(point[1])))


def _walkable_cell(terrain: Terrain, point: Floats) -> int:
    grid = terrain.grid
    if not (np.isfinite(point).all() and grid.contains(point[0], point[1])):
        where = _where(terrain, point) if np.isfinite(point).all() else str(point)
        raise BadInput(f"{where} lies outside the map. Choose a place on it, or load a larger area.")
    factor, _ = going(terrain)
    row, col = grid.cell_of(float(point[0]), float(point[1]))
    if factor[row, col] > 0:
        return row * grid.n_cols + col
    top, left = max(row - SNAP_CELLS, 0), max(col - SNAP_CELLS, 0)
    rr, cc = np.nonzero(factor[top : row + SNAP_CELLS + 1, left : col + SNAP_CELLS + 1] > 0)
    if rr.size == 0:
        raise BadInput(
            f"{_where(terrain, point)} lies on water or a cliff, with no walkable ground near. Choose another."
        )
    best = int(np.argmin((rr + top - row) ** 2 + (cc + left - col) ** 2))
    return int((rr[best] + top) * grid.n_cols + cc[best] + left)


def pace_table(model: str) -> Floats:
    """Seconds per metre on a path by slope, -1..1 in equal steps; interpolated between, held beyond the ends."""
    return 1.0 / walking_speed_mps(np.linspace(-1.0, 1.0, _PACE_STEPS), model=model)


def _spread(
    terrain: Terrain, cells: NDArray[np.int64], goal: int, how: tuple[bool, float, int, str]
) -> tuple[Floats, NDArray[np.int8]]:
    """(seconds, step by which each cell was reached), both (rows, cols). Works on a raster with a margin of
    two impassable cells: see `dial`."""
    towards, max_s, neighbours, model = how
    factor, on_path = going(terrain)
    pace = pace_table(model)
    shape = (terrain.grid.n_rows + 4, terrain.grid.n_cols + 4)
    effort = np.full(shape, np.inf)  # made in place: rasters of millions of cells are what memory goes into
    np.divide(1.0, factor, out=effort[2:-2, 2:-2], where=factor > 0)
    cols = terrain.grid.n_cols
    moved = (cells // cols + 2) * (cols + 4) + cells % cols + 2
    moved_goal = (goal // cols + 2) * (cols + 4) + goal % cols + 2 if goal >= 0 else -1
    ground = Ground(
        z=np.pad(terrain.elevation_m, 2).ravel(),
        effort=effort.ravel(),
        on_path=np.pad(on_path, 2).ravel(),
        pace=pace[::-1].copy() if towards else pace,
        cell_m=terrain.grid.cell_m,
        cols=cols + 4,
    )
    time_s, came = least_times(ground, STEPS[:neighbours], moved, moved_goal, float(max_s))
    inner = time_s.reshape(shape)[2:-2, 2:-2].copy()
    inner[inner > max_s] = np.inf
    return inner, came.reshape(shape)[2:-2, 2:-2]


def _followed(came: NDArray[np.int8], goal: int, cols: int) -> NDArray[np.int64]:
    """The cells from the source to `goal`, (n, 2) rows and columns."""
    row, col = goal // cols, goal % cols
    path = [(row, col)]
    while (step := came[row, col]) >= 0:
        row, col = row - int(STEPS[step, 0]), col - int(STEPS[step, 1])
        path.append((row, col))
    return np.array(path[::-1], dtype=np.int64)


def _straightened(terrain: Terrain, path: NDArray[np.int64]) -> NDArray[np.int64]:
    """The path without vertices that lie within half a cell of a straight, walkable line past them."""
    factor, _ = going(terrain)
    kept = [0]
    while kept[-1] < len(path) - 1:
        start = end = kept[-1]
        end += 1
        while end + 1 < len(path) and _straight(path[start : end + 2].astype(np.float64), factor):
            end += 1
        kept.append(end)
    return path[kept]


def _straight(part: Floats, factor: Floats) -> bool:
    a, along = part[0], part[-1] - part[0]
    length = float(np.hypot(along[0], along[1]))
    if length == 0:
        return False
    off = np.abs((part[:, 0] - a[0]) * along[1] - (part[:, 1] - a[1]) * along[0]) / length
    if off.max() > 0.5:
        return False
    t = np.linspace(0, 1, int(4 * length) + 2)[:, None]
    cells = np.rint(a + t * along).astype(np.int64)
    return bool((factor[cells[:, 0], cells[:, 1]] > 0).all())
