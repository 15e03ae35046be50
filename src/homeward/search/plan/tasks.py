"""The tasks that a team could be given: lanes over a segment, or the way along a trail, stream or ridge.

Each task is a path with its time, and what each stretch of it would cover on the ground, ready for the schedule.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from rasterio.features import shapes
from scipy.optimize import brentq
from shapely import affinity
from shapely.geometry.base import BaseGeometry

from homeward.detect import track_coverage
from homeward.geo import Floats, Grid
from homeward.mission.nouns import TeamKind
from homeward.search.plan.lanes import lanes, long_axis_rad
from homeward.search.plan.routes import LinearRoute
from homeward.search.plan.skills import Skill, sample, timed
from homeward.search.records import XY, Assignment, Segment
from homeward.search.segments import outline, segment_labels
from homeward.terrain.ground import Terrain
from homeward.terrain.raster import grid_affine

IN_BUILDINGS = frozenset({TeamKind.LISTENING, TeamKind.RADAR})
OVER_AREAS = frozenset(TeamKind) - IN_BUILDINGS - {TeamKind.TRAILING, TeamKind.BIKE}
"""The kinds of team that sweep areas in lanes; a boat those on water, drawn by hand (our own choice)."""
ALONG_LINES = frozenset(TeamKind) - IN_BUILDINGS - {TeamKind.DOG, TeamKind.LINE, TeamKind.REMAINS, TeamKind.HELICOPTER}
"""The kinds of team that search along trails, streams and ridges, a boat along shores (our own choice)."""
_ON_TRAILS = frozenset({TeamKind.TRAILING, TeamKind.MANTRACKER})
NEAR_M = 1000.0  # of where the subject was last known to be, that a trail is looked for from there (our own choice)
COVERAGES = (1.0, 0.6)  # of lanes: spaced at the sweep width, and wider for a quicker look (our own choice)
SHORTEST_S = 240.0  # of a task along a line: less is not worth a sheet of its own (our own choice)
MOST_PARTS = 12  # of one segment or line: more would be a search of its own
STRETCH_S = 600.0  # the schedule counts finds in stretches of at most this time
TASKS_PER_SKILL = 40  # segments, and as many linear routes, that each sort of team chooses among
MOST_HITS = 8_000_000  # cells that the stretches of all tasks reach together: some 200 MB (our own limit)
_ANY_S = 1e12  # of a task that is not to be cut
_HASTY_COVERAGE = 0.6
_FRONT_FITS = 1.25  # a line's front may be wider than its segment by this factor (our own choice)
_OVERLAP = 0.8  # of a drone's footprint between its lanes, so that pictures overlap by a fifth (our own choice)
_CONTOUR_SLOPE = 0.15  # mean slope of a segment above which people on foot sweep along the contours (our own)
_SORTIE_SHARE = 0.6  # of a team's endurance, that one task may take: the rest is for the way out and home


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stretch:
    """A part of a task's path: when it ends (seconds from the task's start) and what it covers, by day and night.

    `cell` are flat indices of the grid, `coverage` (2, cells) what is added there by day and by night.
    """

    ends_s: float
    cell: NDArray[np.int32]
    coverage: NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Task:
    """Something one sort of team (`skill`, an index) could do, all in one go.

    `place` is the segment's or the route's index, `linear` says which. `spacing_m` is between lanes; `part` of
    `parts` where a piece is too long for one go. `crossed` where its lanes run across those of an earlier task.

    `mode` is what is done there: "search", or "containment" and "attraction" at a post. `only` is the one team, by its
    index, that may do it, -1: any with the skill. What is not `reversible` has a begin and an end that stay so.
    `meets` are the moving subjects that come by a post: (index among the movers, seconds from the plan's start), each
    as often as it passes; one that passes while the post is held is found with the probability `notice`. `at` says
    in words where a post is. A post is `linear`, its `place` below zero, its path one point twice. `told` is the
    assignment that it is what is left of, where somebody was told to do it: its path and its words stay.
    """

    skill: int
    place: int
    linear: bool
    path_m: Floats
    duration_s: float
    spacing_m: float | None
    part: int
    parts: int
    stretches: tuple[Stretch, ...]
    crossed: bool = False
    mode: str = "search"
    only: int = -1
    reversible: bool = True
    meets: tuple[NDArray[np.int32], Floats] | None = None
    notice: float = 0.0
    at: str = ""
    told: Assignment | None = None

    def backwards(self) -> Task:
        """The same task begun at the other end; one that is not reversible stays as it is."""
        if not self.reversible:
            return self
        ends = [0.0, *(s.ends_s for s in self.stretches)]
        turned = [
            replace(s, ends_s=self.duration_s - begins)
            for s, begins in zip(reversed(self.stretches), reversed(ends[:-1]), strict=True)
        ]
        return replace(self, path_m=self.path_m[::-1], stretches=tuple(turned))


def possible_tasks(
    terrain: Terrain,
    poa: Floats,
    places: tuple[tuple[Segment, ...], list[LinearRoute]],
    skills: list[Skill],
    *,
    limit_s: float,
    ipp_m: XY | None = None,
) -> list[Task]:
    """Tasks for every skill where they promise most, each also backwards. `limit_s` bounds one task's time.

    Who follows a trail also gets the lines nearest to `ipp_m`, where the subject was last known to be.

    A skill gets fewer of them where they reach over so many cells that all together would pass `MOST_HITS`.
    """
    segments, routes = places
    tasks: list[Task] = []
    for i, skill in enumerate(skills):
        longest = min(limit_s, _SORTIE_SHARE * skill.endurance_s)
        budget = MOST_HITS // len(skills)
        for place in _promising_segments(segments, skill, terrain.grid) if skill.kind in OVER_AREAS else ():
            own = list(_area_tasks(terrain, segments[place], skill, (i, place), longest))
            budget -= _reached(own)
            tasks += own if budget >= 0 or not any(t.skill == i for t in tasks) else []
            if budget < 0:
                break
        if skill.kind in ALONG_LINES:
            promising = _promising_routes(poa, routes, skill, terrain.grid)
            near = _nearest_routes(routes, ipp_m) if ipp_m is not None and skill.kind in _ON_TRAILS else []
            for place in dict.fromkeys([*near, *promising]):
                tasks += _cut(routes[place].xy_m, skill, terrain.grid, (i, place, True, None), longest)
    return [t for task in tasks for t in (task, task.backwards())]


def _reached(tasks: Sequence[Task]) -> int:
    """Cells that all stretches of tasks cover, each counted as often as it is."""
    return sum(len(s.cell) for t in tasks for s in t.stretches)


def _promising_segments(segments: tuple[Segment, ...], skill: Skill, grid: Grid) -> list[int]:
    """The segments with the most probability per second of sweeping them once, those that a line's front fits into.

    Where it fits into none, the line chooses among all, and reaches over their edges.
    """
    if skill.abreast > 1:
        wide = [_front_fits(s, skill, grid) for s in segments]
    if skill.abreast == 1 or not any(wide):
        wide = [True] * len(segments)
    swept, rates = skill.width_m[0] * skill.speed_mps, []
    for i, segment in enumerate(segments):
        if not wide[i]:
            continue
        x, y = outline(segment).representative_point().coords[0]
        xy = np.array([[x, y], *segment.ring_m[:: max(len(segment.ring_m) // 8, 1)]])
        rate = float(np.mean(sample(swept, grid, xy)))
        rates.append((-segment.poa / segment.area_m2 * rate, i))
    return [i for rate, i in sorted(rates)[:TASKS_PER_SKILL] if rate < 0]


def _front_fits(segment: Segment, skill: Skill, grid: Grid) -> bool:
    """Whether a line abreast has room for most of its front within a segment's shorter side."""
    box = shapely.get_coordinates(shapely.minimum_rotated_rectangle(outline(segment)))
    front = skill.lane_m or float(np.mean(sample(skill.width_m[0], grid, np.array(segment.ring_m))))
    return front <= _FRONT_FITS * float(np.hypot(*np.diff(box[:3], axis=0).T).min())


def _promising_routes(poa: Floats, routes: list[LinearRoute], skill: Skill, grid: Grid) -> list[int]:
    """The routes along which a second of searching finds most."""
    rate = poa * skill.width_m[0] * skill.speed_mps
    rates = [(-float(np.mean(sample(rate, grid, r.xy_m))), i) for i, r in enumerate(routes)]
    return [i for mean, i in sorted(rates)[:TASKS_PER_SKILL] if mean < 0]


def _nearest_routes(routes: list[LinearRoute], place_m: XY) -> list[int]:
    """The routes that come near a place, the nearest first."""
    away = shapely.distance([shapely.LineString(r.xy_m) for r in routes], shapely.Point(place_m))
    order = np.argsort(away, kind="stable")[:TASKS_PER_SKILL]
    return [int(i) for i in order if away[i] <= NEAR_M]


def _area_tasks(
    terrain: Terrain, segment: Segment, skill: Skill, who: tuple[int, int], longest_s: float
) -> Iterator[Task]:
    grid = terrain.grid
    shape = outline(segment)
    window = _window(grid, shape)
    width = skill.width_m[0][window]
    usable = (skill.speed_mps[window] > 0) & (width > 0)
    if not usable.any():
        return
    ground = shape if usable.all() else _clipped(grid, shape, usable, window)
    direction = _direction(terrain, segment, window, skill)
    wide = float(width[usable].mean())
    for spacing in _spacings(skill, wide):
        path = lanes(ground, spacing_m=spacing, direction_rad=direction)
        if len(path) > 1:
            yield from _cut(path, skill, grid, (*who, False, spacing), longest_s)


def whole_task(path_m: Floats, skill: Skill, grid: Grid, *, index: int, spacing_m: float | None) -> Task | None:
    """A path as one task of the skill of that index; None where it is too short. Its place is to be filled in."""
    return next(_cut(path_m, skill, grid, (index, 0, False, spacing_m), _ANY_S), None)


def crossed(task: Task, segment: Segment, near_m: Floats) -> Task:
    """The same ground in lanes across those of the task, begun at the end nearer to `near_m` (2,).

    For a second look: whatever stood between the first lanes is now seen from another side. A part of a segment is
    taken as its share of the area, so that two parts do not overlap. Only the path changes.
    """
    assert task.spacing_m is not None
    legs = np.diff(task.path_m, axis=0)
    leg = legs[int(np.argmax(np.hypot(legs[:, 0], legs[:, 1])))]
    along = float(np.arctan2(leg[1], leg[0])) % np.pi
    path = lanes(_slab(task, outline(segment), along), spacing_m=task.spacing_m, direction_rad=along + np.pi / 2)
    if len(path) < 2:
        return task
    if np.hypot(*(path[-1] - near_m)) < np.hypot(*(path[0] - near_m)):
        path = path[::-1]
    return replace(task, path_m=path, crossed=True)


def _slab(task: Task, shape: BaseGeometry, along_rad: float) -> BaseGeometry:
    """The part of a segment that a task takes: as large a share of it, between two lines along its lanes."""
    turned = affinity.rotate(shape, -along_rad, origin=(0, 0), use_radians=True)
    west, south, east, north = turned.bounds
    across = task.path_m @ np.array([-np.sin(along_rad), np.cos(along_rad)])
    shares = sorted({(task.part - 1) / task.parts, task.part / task.parts})

    def level(share: float) -> float:
        def missing(y: float) -> float:
            return float(shapely.intersection(turned, shapely.box(west, south, east, y)).area - share * turned.area)

        return float(brentq(missing, south, north, xtol=0.1)) if 0 < share < 1 else (north if share else south)

    cuts = [(level(a), level(b)) for a, b in (shares, [1 - s for s in reversed(shares)])]  # counted from either side
    low, high = min(cuts, key=lambda cut: abs(sum(cut) / 2 - float(across.mean())))
    part = shapely.intersection(turned, shapely.box(west, low, east, high))
    return affinity.rotate(part, along_rad, origin=(0, 0), use_radians=True)


def _spacings(skill: Skill, width_m: float) -> list[float]:
    """Lane spacings worth trying: at the sweep width and wider; a line of people leaves no gap between its sweeps.

    A line whose people say how far apart they walk sweeps as wide as that makes it.
    """
    if skill.lane_m:
        return [skill.lane_m]
    if skill.kind is TeamKind.HASTY:
        return [width_m / _HASTY_COVERAGE]
    coverages = COVERAGES[:1] if skill.abreast > 1 else COVERAGES
    least = max(_OVERLAP * skill.footprint_m, skill.least_lane_m)
    return sorted({max(width_m / c, least) for c in coverages})


def _window(grid: Grid, shape: BaseGeometry, margin_m: float = 0.0) -> tuple[slice, slice]:
    """The rows and columns that hold a shape."""
    west, south, east, north = shape.bounds
    top, left = grid.cell_of(west - margin_m, north + margin_m)
    bottom, right = grid.cell_of(east + margin_m, south - margin_m)
    rows = slice(min(max(top, 0), grid.n_rows - 1), max(min(bottom + 1, grid.n_rows), 1))
    return rows, slice(min(max(left, 0), grid.n_cols - 1), max(min(right + 1, grid.n_cols), 1))


def _clipped(grid: Grid, shape: BaseGeometry, usable: NDArray[np.bool_], window: tuple[slice, slice]) -> BaseGeometry:
    """The part of a segment that the team can search, small islands left out."""
    part = grid.part(window)
    drawn = [
        shapely.geometry.shape(s) for s, _ in shapes(usable.astype(np.uint8), mask=usable, transform=grid_affine(part))
    ]
    ground = shapely.intersection(shapely.union_all(drawn), shape)
    islands = [p for p in shapely.get_parts(ground) if p.area >= max(0.05 * shape.area, 4 * grid.cell_area_m2)]
    return shapely.union_all(islands)


def _direction(terrain: Terrain, segment: Segment, window: tuple[slice, slice], skill: Skill) -> float:
    """Along the contours where people on foot would climb otherwise, else along the long side."""
    z = terrain.elevation_m[window]
    own = segment_labels(terrain.grid.part(window), [segment]) == 0
    if not skill.air and min(z.shape) > 1 and own.any():
        down, east = (np.asarray(np.gradient(z, terrain.grid.cell_m, axis=axis))[own] for axis in (0, 1))
        dx, dy = float(east.mean()), -float(down.mean())
        if np.hypot(dx, dy) > _CONTOUR_SLOPE:
            return float(np.arctan2(dx, -dy)) % np.pi
    return long_axis_rad(outline(segment))


def _cut(
    path: Floats, skill: Skill, grid: Grid, what: tuple[int, int, bool, float | None], longest_s: float
) -> Iterator[Task]:
    """A path as one task, or as several of equal time where it is too long for one."""
    index, place, linear, spacing = what
    points, seconds = timed(path, skill, grid)
    if seconds[-1] < (SHORTEST_S if linear else 1.0):
        return
    parts = int(np.ceil(seconds[-1] / longest_s))
    if parts > MOST_PARTS:
        return
    marks = np.linspace(0.0, seconds[-1], parts + 1)
    for n in range(parts):
        own = stretch_of_path(points, seconds, marks[n], marks[n + 1])
        corners = _corners(path, points, seconds, (float(marks[n]), float(marks[n + 1])))
        duration = float(marks[n + 1] - marks[n])
        yield Task(
            skill=index,
            place=place,
            linear=linear,
            path_m=corners,
            duration_s=duration,
            spacing_m=spacing,
            part=n + 1,
            parts=parts,
            stretches=tuple(_stretches(own, skill, grid, duration)),
        )


def stretch_of_path(points: Floats, seconds: Floats, begins_s: float, ends_s: float) -> tuple[Floats, Floats]:
    """The part of a timed path between two times: points (n, 2) and seconds from its own begin."""
    inside = (seconds > begins_s) & (seconds < ends_s)
    at = np.concatenate([[begins_s], seconds[inside], [ends_s]])
    xy = np.column_stack([np.interp(at, seconds, points[:, 0]), np.interp(at, seconds, points[:, 1])])
    return xy, at - begins_s


def _corners(path: Floats, points: Floats, seconds: Floats, between: tuple[float, float]) -> Floats:
    """The path's own corners between two times, and the points at both."""
    steps = np.hypot(*np.diff(path, axis=0).T)
    dense = np.hypot(*np.diff(points, axis=0).T)
    at = np.interp(np.concatenate([[0.0], np.cumsum(steps)]), np.concatenate([[0.0], np.cumsum(dense)]), seconds)
    ends, _ = stretch_of_path(points, seconds, *between)
    return np.concatenate([ends[:1], path[(at > between[0] + 1e-6) & (at < between[1] - 1e-6)], ends[-1:]])


def _stretches(own: tuple[Floats, Floats], skill: Skill, grid: Grid, duration_s: float) -> Iterator[Stretch]:
    n = max(int(np.ceil(duration_s / STRETCH_S)), 2)
    marks = np.linspace(0.0, duration_s, n + 1)
    for begins, ends in pairwise(marks.tolist()):
        xy, _ = stretch_of_path(*own, begins, ends)
        window, by_day = covered(xy, skill, grid, night=False)
        by_night = by_day if skill.width_m[0] is skill.width_m[1] else covered(xy, skill, grid, night=True)[1]
        hit = np.nonzero(by_day + by_night > 1e-6)
        cell = (hit[0] + window[0].start) * grid.n_cols + hit[1] + window[1].start
        coverage = np.stack([by_day[hit], by_night[hit]]).astype(np.float32)
        yield Stretch(ends_s=ends, cell=cell.astype(np.int32), coverage=coverage)


def covered(xy_m: Floats, skill: Skill, grid: Grid, *, night: bool) -> tuple[tuple[slice, slice], Floats]:
    """What a path covers, on the window of the grid that it reaches: (rows and columns, coverage there)."""
    path = shapely.LineString(xy_m)
    near = _window(grid, path)
    widest = max(float(width[near].max()) for width in skill.width_m)
    window = _window(grid, path, 1.5 * widest + grid.cell_m)
    width = skill.width(night=night)[window]
    return window, track_coverage(grid.part(window), xy_m, sweep_width_m=width, abreast=skill.abreast)
