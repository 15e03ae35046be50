"""Ground that a litter is carried over: rasters of going and exposure as a graph of cells, and ways back in metres.

A step leads from a cell to one of its 16 neighbours, as in `terrain.travel`, uphill and downhill different. Hits on it
are the people's number times the mean exposure of the cells it crosses times its duration. Beyond 35 degrees off a path
a litter goes on ropes, as `rescue.carry` has it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from homeward.errors import BadInput
from homeward.geo import Floats, Grid
from homeward.rescue.carry import Profile, on_ropes, profile_of
from homeward.rescue.crossed import mean_crossed
from homeward.rescue.numbers import number
from homeward.rescue.onto import Laid, along, first_out, laid_out, way_of
from homeward.rescue.records import XY, EvacuateProblem, Ints, Way, WayGround
from homeward.terrain.dial import STEPS, Ground, step_s
from homeward.terrain.ground import Terrain
from homeward.terrain.raster import bilinear, blocks
from homeward.terrain.speed import going
from homeward.terrain.travel import SNAP_CELLS, pace_table

MAX_CELLS = 120_000
"""Larger ground is put together into larger cells; our own choice: the first ways come within 2 s then."""
MARGIN = 0.75
"""Ground is looked at as far around the find and the exits as this share of their span, and 1 km at least (ours)."""
_HOUR_S = 3600.0


def carried_ground(terrain: Terrain, exposure_per_h: ArrayLike, *, night: bool = False) -> WayGround:
    """The ground as a litter finds it: `exposure_per_h` (rows, cols) expected hits per person-hour.

    Median speed: Tobler's, times the going, times the litter's factor, and the night's (`numbers.csv`).
    """
    factor, on_path = going(terrain)
    slower = number("litter_factor") * (number("night_factor") if night else 1.0)
    return WayGround(
        grid=terrain.grid,
        elevation_m=terrain.elevation_m,
        effort=np.divide(1.0, factor, out=np.full(factor.shape, np.inf), where=factor > 0),
        on_path=on_path,
        exposure_per_h=np.asarray(exposure_per_h, dtype=np.float64),
        pace=pace_table("tobler") / slower,
    )


def level_of(shape: tuple[int, ...], *, cell_m: float, west_m: float = 0.0, south_m: float = 0.0) -> Grid:
    """The grid of a raster that lies nowhere on earth: metres are its own."""
    return Grid(
        crs="EPSG:32631", west_m=west_m, south_m=south_m, cell_m=cell_m, n_rows=int(shape[0]), n_cols=int(shape[1])
    )


def costed_ground(grid: Grid, cost_s: ArrayLike, exposure_per_h: ArrayLike) -> WayGround:
    """Level ground whose cells take `cost_s` (rows, cols) seconds to cross; not finite = impassable."""
    cost = np.asarray(cost_s, dtype=np.float64)
    if (np.nan_to_num(cost, nan=np.inf) < 0).any():
        raise BadInput("A cell takes less than no time to cross. Give seconds from 0 up.")
    return WayGround(
        grid=grid,
        elevation_m=np.zeros(cost.shape),
        effort=np.where(np.isfinite(cost), cost / grid.cell_m, np.inf),
        on_path=np.zeros(cost.shape, dtype=np.bool_),
        exposure_per_h=np.asarray(exposure_per_h, dtype=np.float64),
        pace=np.ones(3),
    )


def sloping_ground(
    grid: Grid,
    elevation_m: ArrayLike,
    exposure_per_h: ArrayLike,
    *,
    factor: ArrayLike = 1.0,
    on_path: NDArray[np.bool_] | None = None,
) -> WayGround:
    """Ground carried over by day, of elevation (rows, cols); not finite = impassable.

    `factor`: speed as a share of that on a path (0 = impassable), for all or (rows, cols); 1 on cells `on_path`.
    """
    z = np.asarray(elevation_m, dtype=np.float64)
    path = np.zeros(z.shape, dtype=np.bool_) if on_path is None else on_path
    share = np.where(path, 1.0, factor) * np.isfinite(z)
    return WayGround(
        grid=grid,
        elevation_m=np.where(np.isfinite(z), z, 0.0),
        effort=np.divide(1.0, share, out=np.full(z.shape, np.inf), where=share > 0),
        on_path=path,
        exposure_per_h=np.asarray(exposure_per_h, dtype=np.float64),
        pace=pace_table("tobler") / number("litter_factor"),
    )


def litter_profile(ground: WayGround, way: Way) -> Profile:
    """A way over this ground as `rescue.carry` and `rescue.relay` take it, with the way's own times."""
    middle = (way.xy_m[1:] + way.xy_m[:-1]) / 2
    row, col = _cells_at(ground.grid, middle)
    far = np.diff(way.profile[:, 1])
    slope = np.diff(bilinear(ground.elevation_m, ground.grid, way.xy_m)) / np.maximum(far, 1e-9)
    effort = ground.effort[row, col]
    factor = np.where(np.isfinite(effort), 1.0 / np.maximum(effort, 1e-9), 0.0)
    profile = profile_of(
        xy_m=way.xy_m, lengths_m=far, slope=slope, going_factor=factor, on_path=ground.on_path[row, col]
    )
    return replace(profile, carry_s=np.diff(way.profile[:, 0]))


def on_ground(problem: EvacuateProblem, whole: WayGround) -> Laid:
    """The ground around the find and the exits as a graph. Raises `BadInput` for places off the map or where nobody
    can walk."""
    ends = {"The find": problem.start, **{f"Exit {e.id}": e.at for e in problem.exits}}
    places = {what: _place(whole.grid, at, what) for what, at in ends.items()}
    ground, notes = _coarse(_window(whole, np.array(list(places.values()))))
    cells = np.array([_cell(ground, xy, what) for what, xy in places.items()], dtype=np.int64)
    tail, head, cost = _edges(ground, problem)
    free = np.flatnonzero(np.isfinite(ground.effort).ravel())
    number_of = np.full(ground.effort.size, -1, dtype=np.int64)
    number_of[free] = np.arange(free.size)
    at = number_of[cells]
    laid = laid_out(problem, (number_of[tail], number_of[head], cost), [int(v) for v in at[1:]], int(at[0]))
    x, y = ground.grid.centers_m()
    xy = np.column_stack([x[free % ground.grid.n_cols], y[free // ground.grid.n_cols]])
    return replace(laid, xy_m=xy, notes=notes)


def known_on_ground(problem: EvacuateProblem, ground: WayGround) -> Way:
    """The known way over the ground, from the find whichever end is given first, to the exit nearest to its end.

    Where the map says that nobody can walk, it counts as the hardest ground that somebody can.
    """
    points = np.array([_place(ground.grid, at, "The known way") for at in problem.known])
    start = np.array(_place(ground.grid, problem.start, "The find"))
    if np.hypot(*(points[-1] - start)) < np.hypot(*(points[0] - start)):
        points = points[::-1]
    leave = min(problem.exits, key=lambda e: np.hypot(*(points[-1] - np.array(e.at, dtype=np.float64))))
    xy = np.vstack([start, points, np.array(leave.at, dtype=np.float64)])
    xy = xy[np.concatenate([[True], np.hypot(*np.diff(xy, axis=0).T) > 1e-6])]
    fine = _resampled(xy, 0.5 * ground.grid.cell_m)
    profile, climb = along(_stretches(problem, ground, fine), fine)
    exit_at = first_out((leave,), problem.starts_s + float(profile[-1, 0]))
    return way_of(exit_at, profile, climb, xy=fine)


def _stretches(problem: EvacuateProblem, ground: WayGround, xy: Floats) -> Floats:
    """(n, 3) seconds, hits, metres climbed between points (n + 1, 2)."""
    grid = ground.grid
    middle = (xy[1:] + xy[:-1]) / 2
    row, col = _cells_at(grid, middle)
    effort = ground.effort[row, col]
    hardest = float(np.max(effort[np.isfinite(effort)], initial=1.0))
    far = np.hypot(*np.diff(xy, axis=0).T)
    z = bilinear(ground.elevation_m, ground.grid, xy)
    slope = np.clip(np.diff(z) / np.maximum(far, 1e-9), -1, 1)
    pace = np.interp(slope, np.linspace(-1, 1, ground.pace.size), ground.pace)
    seconds = far * np.where(np.isfinite(effort), effort, hardest) * pace
    seconds /= np.where(on_ropes(slope, ground.on_path[row, col]), number("rope_factor"), 1.0)
    hits = seconds * mean_crossed(ground.exposure_per_h, grid, xy) * problem.people / _HOUR_S
    return np.column_stack([seconds, hits, np.maximum(np.diff(z), 0) * problem.effort])


def _cells_at(grid: Grid, xy: Floats) -> tuple[Ints, Ints]:
    row = np.clip(((grid.north_m - xy[:, 1]) / grid.cell_m).astype(np.int64), 0, grid.n_rows - 1)
    return row, np.clip(((xy[:, 0] - grid.west_m) / grid.cell_m).astype(np.int64), 0, grid.n_cols - 1)


def _resampled(xy: Floats, every_m: float) -> Floats:
    far = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T))])
    at = np.union1d(far, np.arange(0, far[-1], every_m))
    return np.column_stack([np.interp(at, far, xy[:, 0]), np.interp(at, far, xy[:, 1])])


def _place(grid: Grid, at: str | XY, what: str) -> XY:
    if isinstance(at, str):
        raise BadInput(f"{what} is {at!r}: over ground a place is metres east and north. Give two numbers.")
    if not (np.isfinite(at).all() and bool(grid.contains(at[0], at[1]))):
        raise BadInput(f"{what} ({at[0]:.0f}, {at[1]:.0f}) lies outside the map. Choose a place on it.")
    return float(at[0]), float(at[1])


def _cell(ground: WayGround, at: XY, what: str) -> int:
    """The flat cell of a place, or the nearest that can be walked within 10 cells."""
    grid = ground.grid
    row, col = grid.cell_of(*at)
    top, left = max(row - SNAP_CELLS, 0), max(col - SNAP_CELLS, 0)
    near = np.isfinite(ground.effort[top : row + SNAP_CELLS + 1, left : col + SNAP_CELLS + 1])
    rr, cc = np.nonzero(near)
    if rr.size == 0:
        raise BadInput(f"{what} lies where nobody can walk (water, a cliff), and nothing near is better. Move it.")
    best = int(np.argmin((rr + top - row) ** 2 + (cc + left - col) ** 2))
    return int((rr[best] + top) * grid.n_cols + cc[best] + left)


def _window(ground: WayGround, places: Floats) -> WayGround:
    """The part around the places."""
    grid = ground.grid
    margin = max(1000.0, MARGIN * float(np.ptp(places, axis=0).max()))
    top, left = grid.cell_of(float(places[:, 0].min() - margin), float(places[:, 1].max() + margin))
    end, right = grid.cell_of(float(places[:, 0].max() + margin), float(places[:, 1].min() - margin))
    top, left = max(top, 0), max(left, 0)
    end, right = min(end + 1, grid.n_rows), min(right + 1, grid.n_cols)
    part = (slice(top, end), slice(left, right))
    return WayGround(
        grid=grid.part(part),
        elevation_m=ground.elevation_m[part],
        effort=ground.effort[part],
        on_path=ground.on_path[part],
        exposure_per_h=ground.exposure_per_h[part],
        pace=ground.pace,
    )


def _coarse(ground: WayGround) -> tuple[WayGround, tuple[str, ...]]:
    """The ground in at most `MAX_CELLS` cells, and a word on it. A path stays one; half impassable is impassable."""
    grid = ground.grid
    k = int(np.ceil(np.sqrt(grid.n_rows * grid.n_cols / MAX_CELLS)))
    if k <= 1:
        return ground, ()
    effort, path = blocks(ground.effort, k), blocks(ground.on_path, k)
    free = np.isfinite(effort)
    mean = np.where(free, effort, 0).sum(axis=2) / np.maximum(free.sum(axis=2), 1)
    easy = np.min(np.where(path, effort, np.inf), axis=2)
    on_path = np.isfinite(easy)
    closed = free.sum(axis=2) * 2 < k * k
    coarse = WayGround(
        grid=grid.in_blocks(k),
        elevation_m=blocks(ground.elevation_m, k).mean(axis=2),
        effort=np.where(on_path, easy, np.where(closed, np.inf, mean)),
        on_path=on_path,
        exposure_per_h=blocks(ground.exposure_per_h, k).mean(axis=2),
        pace=ground.pace,
    )
    return coarse, (f"The ground is taken in cells of {coarse.grid.cell_m:.0f} m.",)


def _edges(ground: WayGround, problem: EvacuateProblem) -> tuple[Ints, Ints, Floats]:
    """(tail, head) flat cells and (3, edges) seconds, hits, metres climbed."""
    padded = Ground(
        z=np.pad(ground.elevation_m, 2).ravel(),
        effort=np.pad(ground.effort, 2, constant_values=np.inf).ravel(),
        on_path=np.pad(ground.on_path, 2).ravel(),
        pace=ground.pace,
        cell_m=ground.grid.cell_m,
        cols=ground.grid.n_cols + 4,
    )
    exposure = np.pad(ground.exposure_per_h * (problem.people / _HOUR_S), 2).ravel()
    tail, head, cost = _steps(padded, exposure, STEPS)
    cols = padded.cols
    far = np.hypot(head // cols - tail // cols, head % cols - tail % cols) * padded.cell_m
    ropes = on_ropes((padded.z[head] - padded.z[tail]) / far, padded.on_path[tail] & padded.on_path[head])
    cost[:2, ropes] /= number("rope_factor")
    if not problem.effort:
        cost[2] = 0.0
    inner = ground.grid.n_cols
    flat = [(a // cols - 2) * inner + a % cols - 2 for a in (tail, head)]
    return flat[0], flat[1], cost


@njit(cache=True)
def _steps(  # pragma: no cover
    ground: Ground, exposure: Floats, steps: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
    """The steps that can be walked: from, to, and (3, steps) seconds, hits, metres climbed."""
    most = 0
    for a in range(ground.z.size):
        if ground.effort[a] != np.inf:
            most += steps.shape[0]
    tail, head, cost = np.empty(most, dtype=np.int64), np.empty(most, dtype=np.int64), np.empty((3, most))
    n = 0
    for a in range(ground.z.size):
        if ground.effort[a] == np.inf:
            continue
        for k in range(steps.shape[0]):
            dr, dc = steps[k, 0], steps[k, 1]
            b = a + dr * ground.cols + dc
            if ground.effort[b] == np.inf:
                continue
            seconds = step_s(ground, a, dr, dc)
            if seconds == np.inf:
                continue
            rate = 0.5 * (exposure[a] + exposure[b])
            if abs(dr) == 2:
                c = a + (dr // 2) * ground.cols
                rate = 0.5 * rate + 0.25 * (exposure[c] + exposure[c + dc])
            elif abs(dc) == 2:
                c = a + dc // 2
                rate = 0.5 * rate + 0.25 * (exposure[c] + exposure[c + dr * ground.cols])
            tail[n], head[n] = a, b
            cost[0, n], cost[1, n], cost[2, n] = seconds, seconds * rate, max(ground.z[b] - ground.z[a], 0.0)
            n += 1
    return tail[:n].copy(), head[:n].copy(), cost[:, :n].copy()
