"""What a plan brings to each room, what stays closed and why, and how often a sense is expected to cry wolf."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import numpy as np

from homeward.detect import coverage_of_pod, pod_uncertain_width
from homeward.geo import Floats
from homeward.mission.indoor import IndoorSense
from homeward.search.indoors.case import Case
from homeward.search.indoors.evidence import pods_of
from homeward.search.indoors.records import LeftClosed, RoomResult
from homeward.search.rooms.problem import Ints
from homeward.terrain.building import Opening, Passage

_CLOSE = 1e-9


def results(case: Case, paths: Ints, passed: frozenset[str]) -> tuple[tuple[RoomResult, ...], tuple[LeftClosed, ...]]:
    """Each room's POA, POD and POS, and the rooms that nobody enters, with why; `passed` are those on a way."""
    miss = _missed(case, paths)
    pod: defaultdict[str, float] = defaultdict(float)
    for p, piece in enumerate(case.house.pieces):
        pod[piece.room] += piece.share * (1 - float(miss[p]))
    went = {case.house.room_at(int(v)) for v in np.unique(paths)} | passed
    already = pods_of(case.problem.searched)
    done, left = [], []
    for room in case.plan.rooms:
        poa, of, entered = case.problem.belief.get(room.id, 0.0), min(1.0, pod[room.id]), room.id in went
        done.append(RoomResult(room=room.id, poa=poa, pod=of, pos=poa * of, entered=entered))
        if not entered:
            sensed = 1 - (1 - of) * (1 - case.sensed.get(room.id, 0.0))
            why, shut = _closed_because(case, room.id, sensed, already.get(room.id, 0.0))
            left.append(LeftClosed(room=room.id, why=why, pod=sensed, remaining=poa * (1 - of), shut=shut))
    return tuple(done), tuple(sorted(left, key=lambda r: -r.remaining))


def _closed_because(case: Case, room: str, pod: float, searched: float) -> tuple[str, bool]:
    """Why nobody enters a room, and whether it is to be kept closed."""
    rules = case.problem.rules
    if room in rules.keep_shut:
        return "nobody may enter it", True
    piece = next(p for p, piece in enumerate(case.house.pieces) if piece.room == room)
    if all(case.steps_to[start, piece] < 0 for start in case.course.start):
        return _no_way(case, room), False
    if case.course.closable[case.course.room_of[piece]] and pod >= rules.closed_pod - _CLOSE:
        return f"sensed through its door or walls with a POD of {pod:.0%}: it need not be opened", True
    if searched > 0:
        return f"searched before with a POD of {searched:.0%}: more is found elsewhere in this time", False
    return "more is found elsewhere in this time", False


def _no_way(case: Case, room: str) -> str:
    """Why no crew can get to a room: a door that the manager keeps shut, a lift, or nothing known."""
    ways = [o for o in case.plan.openings if o.passage is not Passage.WINDOW]
    shut = set(case.problem.rules.keep_shut)
    starts = {crew.start for crew in case.crews}
    if room in _reached(ways, starts, lifts=False):
        return f"the way there leads through {', '.join(sorted(shut))}, where nobody may enter"
    if room in _reached(ways, starts, lifts=True):
        return "only a lift leads there: put in the stairs that the plan lacks"
    return "the plan knows no way there"


def _reached(ways: Iterable[Opening], starts: set[str], *, lifts: bool) -> set[str]:
    """The rooms that ways lead to."""
    beside: defaultdict[str, set[str]] = defaultdict(set)
    for o in ways:
        if lifts or o.passage is not Passage.LIFT:
            beside[o.a].add(o.b)
            beside[o.b].add(o.a)
    seen, todo = set(starts), list(starts)
    while todo:
        for other in beside[todo.pop()] - seen:
            seen.add(other)
            todo.append(other)
    return seen


def _missed(case: Case, paths: Ints) -> Floats:
    """(V,): the chance that all looks at a vertex miss somebody there, each counted as `follow` counts it."""
    there, far = np.zeros(len(case.house.place)), case.course.heard.copy()
    for c, v in _looks(case, paths):
        to, p = case.sees[c].row(v)
        there[v] += sum(coverage_of_pod(min(q, 1 - 1e-12)) for q in p[to == v].tolist())
        far[c, to] = np.maximum(far[c, to], np.where(to == v, 0.0, p))
    missed: Floats = (1 - pod_uncertain_width(there)) * np.prod((1 - far) / (1 - case.course.heard), axis=0)
    return missed


def _looks(case: Case, paths: Ints) -> Iterator[tuple[int, int]]:
    """Crew and vertex of each look."""
    for c, path in enumerate(paths):
        for v in path[int(case.course.ready[c]) + 1 :]:
            yield c, int(v)


def false_alarms(case: Case, paths: Ints) -> float:
    """How often senses are expected to cry wolf: once for each crew, sense and room that it speaks of."""
    rates: dict[tuple[int, int], dict[tuple[str, IndoorSense], float]] = defaultdict(dict)
    for c, of in enumerate(case.looks):
        for sense, v, w, rate in of:
            if sense is not IndoorSense.EYE:
                rates[c, v][case.house.pieces[w].room, sense] = rate.false_alarm
    heard: dict[tuple[int, str, IndoorSense], float] = {}
    for c, v in _looks(case, paths):
        for (room, sense), wolf in rates[c, v].items():
            heard[c, room, sense] = max(wolf, heard.get((c, room, sense), 0.0))
    return float(sum(heard.values()))
