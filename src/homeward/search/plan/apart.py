"""Who must keep apart: no two teams on the same ground at the same time, and no ground searched alike time and again.

Two drones are never over the same segment at once, nor along lines that meet, nor along a line over a segment that
the other one flies. On foot, no two teams are on the same part of a segment at once, nor on a line that runs for a
good part through a segment that somebody sweeps. A post is held by one team at a time, whatever is searched round it. A
drone and people on foot keep apart by whole segments and lines.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numba import njit
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from homeward.search.plan.arrays import Bools
from homeward.search.plan.moves import length
from homeward.search.plan.routes import LinearRoute
from homeward.search.plan.tasks import Task
from homeward.search.records import Segment
from homeward.search.segments import outline

AIR_GAP_M = 60.0  # lines nearer than this are not flown by two drones at once (our own choice)
_SHARED = 0.25  # of a line inside a segment, or of one of two strips or areas in the other: the same ground (our own)
_STRIP_M = 30.0  # half the width of the strip along a line
_TOUCH = 0.01  # parts that overlap by less than this share of their segment are neighbours


def same_ground(
    tasks: Sequence[Task], areas: Sequence[Segment], routes: Sequence[LinearRoute]
) -> tuple[NDArray[np.int64], Bools, Bools]:
    """The spot (segment or line, numbered) of each task, and which spots may not be searched together.

    Returns (spot (tasks,), for two drones (spots, spots), for others (spots, spots)).
    """
    at: dict[int, BaseGeometry] = {t.place: shapely.Point(t.path_m[0]).buffer(1.0) for t in tasks if t.place < 0}
    keys = {(t.linear, t.place): 0 for t in tasks}
    keys = {key: n for n, key in enumerate(sorted(keys))}
    spot = np.array([keys[t.linear, t.place] for t in tasks], dtype=np.int64)
    shapes = [_shape(key, at, areas, routes) for key in keys]
    flown, walked = np.eye(len(keys), dtype=np.bool_), np.eye(len(keys), dtype=np.bool_)
    linear = np.array([is_line for is_line, _ in keys], dtype=np.bool_)
    held = np.array([place < 0 for _, place in keys], dtype=np.bool_)  # posts: in nobody's way but their own
    if shapes:
        near = shapely.STRtree(shapes).query(np.array(shapes), predicate="dwithin", distance=AIR_GAP_M)
        for a, b in near.T:
            if a < b and not (held[a] or held[b]):
                both = linear[a], linear[b]
                flown[a, b] = flown[b, a] = _meet_in_air(shapes[a], shapes[b], both)
                walked[a, b] = walked[b, a] = _shared(shapes[a], shapes[b], both) > _SHARED
    return spot, flown, walked


def _shape(
    key: tuple[bool, int],
    posts: dict[int, BaseGeometry],
    areas: Sequence[Segment],
    routes: Sequence[LinearRoute],
) -> BaseGeometry:
    linear, place = key
    if place < 0:
        return posts[place]
    return shapely.LineString(routes[place].xy_m) if linear else outline(areas[place])


def _meet_in_air(a: BaseGeometry, b: BaseGeometry, linear: tuple[bool, bool]) -> bool:
    """Whether two different spots within `AIR_GAP_M` must not be flown at once; neighbouring areas may."""
    return any(linear) or _shared(a, b, linear) > _TOUCH


def _shared(a: BaseGeometry, b: BaseGeometry, linear: tuple[bool, bool]) -> float:
    """The share of a line inside an area, or of the smaller of two strips or areas inside the other."""
    if linear[0] != linear[1]:
        line, area = (a, b) if linear[0] else (b, a)
        return float(line.intersection(area).length / max(line.length, 1e-9))
    if linear[0]:
        a, b = a.buffer(_STRIP_M), b.buffer(_STRIP_M)
    return float(a.intersection(b).area / max(min(a.area, b.area), 1e-9))


@njit(cache=True)
def clash(offers, i, j):  # type: ignore[no-untyped-def]
    """Whether two teams may not do tasks i and j at the same time."""
    p, q = offers.spot[i], offers.spot[j]
    if offers.air[i] and offers.air[j]:
        return offers.flown[p, q]
    if p != q or offers.air[i] or offers.air[j]:
        return offers.walked[p, q]
    return _parts_meet(offers, i, j)


@njit(cache=True)
def repeats(offers, i, j):  # type: ignore[no-untyped-def]
    """Whether tasks i and j take the same kind of team over the same ground."""
    return offers.spot[i] == offers.spot[j] and offers.kind[i] == offers.kind[j] and _parts_meet(offers, i, j)


@njit(cache=True)
def _parts_meet(offers, i, j):  # type: ignore[no-untyped-def]
    """Whether the parts of their segment that two tasks take overlap."""
    return min(offers.high[i], offers.high[j]) - max(offers.low[i], offers.low[j]) > _TOUCH


@njit(cache=True)
def fits(offers, j, when, others):  # type: ignore[no-untyped-def]
    """Whether a team can do task j from begin to end (`when`) beside all that `others` do.

    `others` is (the team's number, task (teams, slots), begins). The team's own tasks only count as repeats.
    """
    team, task, begins = others
    begin, end = when
    again = 0
    for m in range(task.shape[0]):
        for n in range(length(task[m])):
            i = task[m, n]
            if m != team and begin < begins[m, n] + offers.duration_s[i] and begins[m, n] < end and clash(offers, i, j):
                return False
            if repeats(offers, i, j):
                again += 1
                if again > offers.most_again[j]:
                    return False
    return True


@njit(cache=True)
def conflicts(offers, task, begins):  # type: ignore[no-untyped-def]
    """How many pairs of teams in a schedule are on the same ground at once, and how many repeats are too many."""
    wrong, spot, duration_s = 0, offers.spot, offers.duration_s
    for k in range(task.shape[0]):
        for i in range(length(task[k])):
            a, begin = task[k, i], begins[k, i]
            end, again = begin + duration_s[a], 0
            for m in range(k + 1):
                for n in range(length(task[m]) if m < k else i):
                    b = task[m, n]
                    if m < k and begin < begins[m, n] + duration_s[b] and begins[m, n] < end:
                        wrong += clash(offers, a, b)
                    if spot[a] == spot[b]:
                        again += repeats(offers, a, b)
            wrong += max(again - offers.most_again[a], 0)
    return wrong
