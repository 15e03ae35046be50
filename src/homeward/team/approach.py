"""Exposed stretches of tasks, and the ways by which what threatens gets to them, with the time it takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from scipy.ndimage import binary_dilation, label
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.mission.people import HazardKind
from homeward.team.country import Country
from homeward.team.post_records import XY, TeamTask, task_points
from homeward.terrain.exposure import SAFE_HITS_PER_H, Exposure, Mask, Threat, hazard_numbers
from homeward.terrain.speed import going, walking_speed_mps
from homeward.terrain.travel import travel_time_s

EVERY_S = 60.0
STRETCH_M = 400.0
"""Stretches of a task that are exposed longer than this are warned piece by piece. Our own choice."""
_SECTORS = 12
_POINTS = 8


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stretch:
    """A piece of a task that a hazard can reach. `at_m` is where getting out takes longest: `out_s`."""

    task: TeamTask
    threat: Threat
    at_m: XY
    begins_s: float
    ends_s: float
    out_s: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Approach:
    """A way of what threatens to a stretch: `points_m` (k, 2) and the seconds `left_s` (k,) from each to the team."""

    stretch: Stretch
    points_m: Floats
    left_s: Floats


def stretches(
    country: Country, exposure: Exposure, tasks: Sequence[TeamTask], starts: datetime | None = None
) -> list[Stretch]:
    """The exposed stretches of all tasks, up to 400 m long each, by hazard.

    With the plan's start, hazards count only while they threaten.
    """
    places, times, _, of = task_points(tasks, every_s=EVERY_S)
    out_of_all = _out_s(country)
    off_road = np.full(country.grid.shape, hazard_numbers("traffic")["road_m"] / float(walking_speed_mps(0.0)))
    grid = country.grid
    on = grid.contains(places[:, 0], places[:, 1])
    cells = np.array([grid.cell_of(x, y) if ok else (0, 0) for (x, y), ok in zip(places, on, strict=True)])
    found: list[Stretch] = []
    for threat in exposure.threats:
        out = out_of_all if threat.kind is not HazardKind.TRAFFIC else off_road
        exposed = (
            on & _threatens(threat, times, starts) & (threat.hits_per_h[cells[:, 0], cells[:, 1]] > SAFE_HITS_PER_H)
        )
        for run in _runs(exposed, np.array(of), places):
            worst = run[int(np.argmax(out[cells[run, 0], cells[run, 1]]))]
            found.append(
                Stretch(
                    task=tasks[of[worst]],
                    threat=threat,
                    at_m=(float(places[worst, 0]), float(places[worst, 1])),
                    begins_s=float(times[run[0]]),
                    ends_s=float(times[run[-1]]),
                    out_s=float(out[cells[worst, 0], cells[worst, 1]]),
                )
            )
    return found


def _threatens(threat: Threat, times: Floats, starts: datetime | None) -> Mask:
    begins, ends = (
        (at - starts).total_seconds() if at is not None and starts is not None else None
        for at in (threat.begins, threat.ends)
    )
    return np.asarray(
        (times >= (-np.inf if begins is None else begins)) & (times < (np.inf if ends is None else ends)),
        dtype=np.bool_,
    )


def _runs(exposed: Mask, of: np.ndarray, places: Floats) -> Iterator[np.ndarray]:
    """Consecutive exposed points of one task, cut where they lead farther than `STRETCH_M`."""
    run: list[int] = []
    far = 0.0
    for k in np.flatnonzero(exposed):
        step = float(np.hypot(*(places[k] - places[run[-1]]))) if run else 0.0
        if run and (k != run[-1] + 1 or of[k] != of[run[-1]] or far + step > STRETCH_M):
            yield np.array(run)
            run, far, step = [], 0.0, 0.0
        run.append(int(k))
        far += step
    if run:
        yield np.array(run)


def _out_s(country: Country) -> Floats:
    """Seconds on foot from each cell to the nearest that no hazard reaches; 0 there, inf where there is none."""
    factor, _ = going(country.terrain)
    edge = binary_dilation(country.closed, np.ones((3, 3), dtype=np.bool_)) & ~country.closed & (factor > 0)
    if not edge.any():
        return np.where(country.closed, np.inf, 0.0)
    x, y = country.grid.centers_m()
    row, col = np.nonzero(edge)
    seconds = travel_time_s(country.terrain, np.column_stack([x[col], y[row]]), towards=True)
    return np.asarray(np.where(country.closed, seconds, 0.0), dtype=np.float64)


def approaches(country: Country, stretch: Stretch) -> list[Approach]:
    """The ways by which the hazard gets to the stretch, farthest point first.

    People come from the edge of their outline by the least-time way over the ground; what falls comes straight from
    above, traffic along its roads from as far as warning takes, anything else straight from its outline.
    """
    match stretch.threat.kind:
        case HazardKind.PEOPLE:
            return _on_foot(country, stretch)
        case HazardKind.AVALANCHE | HazardKind.ROCKFALL:
            return _straight(country, stretch, stretch.threat.source & (_height_above(country, stretch) > 0))
        case HazardKind.TRAFFIC:
            return _along_road(country, stretch)
        case HazardKind.WATER:
            above = stretch.threat.source & (_height_above(country, stretch) > 0)
            return _straight(country, stretch, above if above.any() else stretch.threat.source, farthest=True)
        case _:
            return _straight(country, stretch, stretch.threat.source)


def _height_above(country: Country, stretch: Stretch) -> Floats:
    z = country.terrain.elevation_m
    return np.asarray(z - z[country.at(stretch.at_m)], dtype=np.float64)


def _polar(country: Country, stretch: Stretch, cells: np.ndarray) -> tuple[Floats, np.ndarray]:
    """Metres and sector of cells (n, 2), seen from the stretch."""
    x, y = country.grid.centers_m()
    dx, dy = x[cells[:, 1]] - stretch.at_m[0], y[cells[:, 0]] - stretch.at_m[1]
    sector = ((np.arctan2(dy, dx) / (2 * np.pi) % 1.0) * _SECTORS).astype(np.int64) % _SECTORS
    return np.asarray(np.hypot(dx, dy), dtype=np.float64), sector


def _straight(country: Country, stretch: Stretch, source: Mask, *, farthest: bool = False) -> list[Approach]:
    """From the nearest (or farthest) source cell in each of 12 directions, straight."""
    every = np.argwhere(source)
    away_all, sector = _polar(country, stretch, every)
    found = []
    for k in range(_SECTORS):
        cells, away = every[sector == k], away_all[sector == k]
        if not len(cells):
            continue
        row, col = cells[int(np.argmax(away) if farthest else np.argmin(away))]
        start = np.array(country.center(int(row) * country.grid.n_cols + int(col)))
        t = np.arange(_POINTS) / _POINTS
        points = start + t[:, None] * (np.array(stretch.at_m) - start)
        left = np.hypot(*(points - np.array(stretch.at_m)).T) / stretch.threat.speed_mps
        found.append(Approach(stretch=stretch, points_m=points, left_s=left))
    return found


def _along_road(country: Country, stretch: Stretch) -> list[Approach]:
    """The pieces of road from which it takes once to twice the time that a warning needs, along the roads.

    None where the roads end before: nothing comes from there.
    """
    grid = country.grid
    need_m = (stretch.out_s + hazard_numbers("any")["notice_s"]) * stretch.threat.speed_mps
    x, y = grid.centers_m()
    far = np.hypot(x[None, :] - stretch.at_m[0], y[:, None] - stretch.at_m[1])
    road = stretch.threat.source & (far <= 2 * need_m)
    if not road.any():
        return []
    along_m = np.full(grid.shape, np.inf)
    along_m[road] = _road_m(road, int(np.argmin(far[road])), grid.cell_m)
    pieces, n = label(np.isfinite(along_m) & (along_m >= need_m) & (along_m <= 2 * need_m), np.ones((3, 3)))
    found = []
    for k in range(1, n + 1):
        cells = np.argwhere(pieces == k)
        order = np.argsort(-along_m[cells[:, 0], cells[:, 1]], kind="stable")
        some = cells[order[np.unique(np.linspace(0, len(order) - 1, _POINTS).astype(np.int64))]]
        points = np.array([country.center(int(r) * grid.n_cols + int(c)) for r, c in some])
        left = along_m[some[:, 0], some[:, 1]] / stretch.threat.speed_mps
        found.append(Approach(stretch=stretch, points_m=points, left_s=left))
    return found


def _road_m(road: Mask, start: int, cell_m: float) -> Floats:
    """Metres along road cells from the `start`-th of them to each, between 8 neighbours; inf where not joined."""
    number = np.full(road.shape, -1)
    number[road] = np.arange(road.sum())
    rows, cols, far = [], [], []
    for dr, dc in ((0, 1), (1, 0), (1, 1), (1, -1)):
        here = number[: road.shape[0] - dr, max(-dc, 0) : road.shape[1] - max(dc, 0)]
        there = number[dr:, max(dc, 0) : road.shape[1] - max(-dc, 0)]
        both = (here >= 0) & (there >= 0)
        rows.append(here[both])
        cols.append(there[both])
        far.append(np.full(int(both.sum()), np.hypot(dr, dc) * cell_m))
    graph = csr_matrix((np.concatenate(far), (np.concatenate(rows), np.concatenate(cols))), (int(road.sum()),) * 2)
    far_m = dijkstra(graph, directed=False, indices=np.array([start]))
    return np.asarray(far_m[0], dtype=np.float64)


def _on_foot(country: Country, stretch: Stretch) -> list[Approach]:
    """From the cell of the outline's edge with the least time in each of 12 directions from the outline's middle."""
    source = stretch.threat.source
    edge = source & binary_dilation(~source, np.ones((3, 3), dtype=np.bool_)) if not source.all() else source
    pace = float(walking_speed_mps(0.0)) / stretch.threat.speed_mps
    try:
        time = travel_time_s(country.terrain, [stretch.at_m], towards=True) * pace
    except BadInput:
        return _straight(country, stretch, source)
    cells = np.argwhere(edge & np.isfinite(time))
    if not len(cells):
        return _straight(country, stretch, source)
    middle = np.argwhere(source).mean(axis=0)
    angle = np.arctan2(*(cells - middle).T) / (2 * np.pi) % 1.0
    found = []
    for k in range(_SECTORS):
        mine = cells[(angle * _SECTORS).astype(np.int64) % _SECTORS == k]
        if len(mine):
            row, col = mine[int(np.argmin(time[mine[:, 0], mine[:, 1]]))]
            found.append(_descended(country, stretch, time, (int(row), int(col))))
    return found


def _descended(country: Country, stretch: Stretch, time: Floats, cell: tuple[int, int]) -> Approach:
    """The way down the field of least times from a cell, thinned to a few points."""
    path = [cell]
    while time[path[-1]] > 0:
        row, col = path[-1]
        top, left = max(row - 2, 0), max(col - 2, 0)
        near = time[top : row + 3, left : col + 3]
        k = int(np.argmin(near))
        after = top + k // near.shape[1], left + k % near.shape[1]
        if time[after] >= time[row, col]:
            break
        path.append(after)
    some = [path[k] for k in np.unique(np.linspace(0, len(path) - 1, 3 * _POINTS).astype(np.int64))]
    points = np.array([country.center(r * country.grid.n_cols + c) for r, c in some])
    return Approach(stretch=stretch, points_m=points, left_s=np.array([time[c] for c in some]))
