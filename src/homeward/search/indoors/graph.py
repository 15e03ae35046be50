"""A building as the graph that `rooms` plans on: one step is a short way and the search of one piece.

Every step lasts `step_s`. A third of it is for getting to the next piece, the rest for searching it; so an edge joins
pieces whose way takes at most that third. Longer ways lead over vertices where nobody looks: `transit` ones, between
which a crew walks for whole steps, and one for each further step that a single slow way takes (a locked door).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from homeward.geo import Floats
from homeward.search.indoors.pieces import Piece, Step, count, cut, door_s, search_s
from homeward.search.rooms.problem import Ints
from homeward.terrain.building import OUTSIDE, BuildingPlan

WALK_SHARE = 1 / 3
"""The part of a step that is for the way: ours."""
STEPS_S = (5.0, 10.0, 15.0, 20.0, 30.0, 45.0, 60.0, 90.0, 120.0, 180.0, 240.0, 300.0, 450.0, 600.0)
MOST_PIECES, MOST_STEPS = 320, 180
_AROUND_S = 1e6  # what going through a shut room costs, so that nobody goes through where another way leads round
_APART = 0.6  # how near (of a step's way) transit places lie to each other: ours


@dataclass(frozen=True, slots=True, eq=False)
class House:
    """Vertices: first the `pieces`, then transit places and steps of slow ways; `place` is the piece each is at.

    `edges` (k, 2) as in `RoomsProblem`. `before` (pieces, pieces) is the last piece but one on the shortest way from
    row to column, `seconds` how long that takes. `hub` is where crews outside start: at every exit.
    """

    step_s: float
    pieces: tuple[Piece, ...]
    place: tuple[int, ...]
    edges: Ints
    closable: frozenset[str]
    seconds: Floats
    before: Ints
    hub: int

    def room_at(self, vertex: int) -> str:
        """The room of a vertex; "" for the hub."""
        return "" if vertex == self.hub else self.pieces[self.place[vertex]].room

    def ways_on(self) -> tuple[Ints, Ints]:
        """(V, V) the next vertex on the way from row to column (-1: none), and how many steps that way takes.

        No way leads through a room that may stay closed, unless it begins or ends there; nor over the hub.
        """
        n = len(self.place)
        room = np.array([self.room_at(v) for v in range(n)])
        apart = np.isin(room, list(self.closable))
        a, b = self.edges.T
        cost = (
            1.0
            + _AROUND_S * ((room[a] != room[b]) & (apart[a] | apart[b]))
            + _AROUND_S**2 * ((a == self.hub) | (b == self.hub))
        )
        graph = csr_array((cost, (a, b)), shape=(n, n))
        steps, before = dijkstra(graph, directed=False, return_predecessors=True)
        steps = _without_detours(steps, -1.0)
        return before.T.astype(np.int64).clip(min=-1), steps.astype(np.int64)

    def way(self, a: int, b: int) -> tuple[str, ...]:
        """The rooms on the shortest way between two pieces, first and last included, each once in a row."""
        chain = [b]
        while chain[-1] != a:
            chain.append(int(self.before[a, chain[-1]]))
        rooms = [self.pieces[p].room for p in reversed(chain)]
        return tuple(room for k, room in enumerate(rooms) if k == 0 or rooms[k - 1] != room)


def step_of(plan: BuildingPlan, duration_s: float) -> float:
    """How long a step is: the shortest that keeps the graph small enough to plan on quickly (ours)."""
    seconds = search_s(plan)
    for step_s in STEPS_S:
        pieces = sum(count(s, (1 - WALK_SHARE) * step_s) for s in seconds.values())
        if pieces <= max(MOST_PIECES, 1.5 * len(seconds)) and duration_s / step_s <= MOST_STEPS:
            return step_s
    return max(STEPS_S[-1], math.ceil(duration_s / MOST_STEPS / 60) * 60.0)


def house(plan: BuildingPlan, *, step_s: float, shut: frozenset[str] = frozenset()) -> House:
    """The graph of a building in which nobody enters the rooms `shut`."""
    pieces, ways = cut(plan, step_search_s=(1 - WALK_SHARE) * step_s)
    ways = [w for w in ways if pieces[w[0]].room not in shut and pieces[w[1]].room not in shut]
    closable = _closable(plan, pieces, ways) - shut
    apart = {p for p, piece in enumerate(pieces) if piece.room in closable}
    seconds, before = _shortest(
        len(pieces), [(a, b, s + _AROUND_S * _crosses(pieces, apart, a, b)) for a, b, s in ways]
    )
    seconds = _without_detours(seconds, np.inf)
    walk_s, n = WALK_SHARE * step_s, len(pieces)
    place, edges = list(range(n)), list(zip(*np.nonzero(np.triu(seconds <= walk_s, 1)), strict=True))
    rest = [p for p in _transit(seconds, ways, walk_s) if p not in apart]
    for k, p in enumerate(rest):
        edges += [(q, n + k) for q in np.flatnonzero(seconds[p] <= walk_s)]
        edges += [(n + j, n + k) for j, q in enumerate(rest[:k]) if seconds[p, q] <= step_s]
    place += rest
    for a, b, s in ways:
        if s <= walk_s or s > seconds[a, b] + 1e-6:
            continue
        more = math.ceil((s - walk_s) / step_s)
        chain = [a, *range(len(place), len(place) + more), b]
        place += [b if a in apart else a] * more
        edges += pairwise(chain)
    hub = len(place)
    place.append(-1)
    exits = [p for p in range(n) if pieces[p].room == OUTSIDE]
    edges += [(q, hub) for q in range(n) if any(seconds[p, q] <= walk_s for p in exits)]
    return House(
        step_s=step_s,
        pieces=tuple(pieces),
        place=tuple(place),
        edges=np.array(edges, np.int64).reshape(-1, 2),
        seconds=seconds,
        before=before,
        closable=closable,
        hub=hub,
    )


def _without_detours(cost: Floats, never: float) -> Floats:
    """Costs less what keeps ways out of shut rooms; `never` where no way leads."""
    reached = np.isfinite(cost)
    return np.where(reached, np.mod(np.where(reached, cost, 0.0), _AROUND_S), never)


def _closable(plan: BuildingPlan, pieces: list[Piece], ways: list[Step]) -> frozenset[str]:
    """Rooms behind shut doors that are no way to others: those that may stay closed."""
    free = {room for o in plan.openings if door_s(o) == 0 for room in (o.a, o.b)}
    closable: set[str] = set()
    whole = _parts(pieces, ways, closable)
    for room in sorted({r.id for r in plan.rooms} - free):
        if _parts(pieces, ways, {*closable, room}) == whole:
            closable.add(room)
    return frozenset(closable)


def _parts(pieces: list[Piece], ways: list[Step], without: set[str]) -> int:
    """How many rooms, those left out aside, hang on what."""
    kept = [(a, b) for a, b, _ in ways if pieces[a].room not in without and pieces[b].room not in without]
    ends = np.array(kept, np.int64).reshape(-1, 2)
    graph = csr_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(len(pieces),) * 2)
    _, part = connected_components(graph, directed=False)
    return len({int(part[k]) for k, piece in enumerate(pieces) if piece.room not in without})


def _crosses(pieces: list[Piece], apart: set[int], a: int, b: int) -> bool:
    return pieces[a].room != pieces[b].room and (a in apart or b in apart)


def _shortest(n: int, ways: list[Step]) -> tuple[Floats, Ints]:
    quickest: dict[tuple[int, int], float] = {}
    for a, b, s in ways:
        key = min(a, b), max(a, b)
        quickest[key] = min(s, quickest.get(key, np.inf))
    ends = np.array(list(quickest), np.int64).reshape(-1, 2)
    graph = csr_array((np.maximum(list(quickest.values()), 1e-3), (ends[:, 0], ends[:, 1])), shape=(n, n))
    seconds, before = dijkstra(graph, directed=False, return_predecessors=True)
    return seconds, before.astype(np.int64)


def _transit(seconds: Floats, ways: list[Step], walk_s: float) -> list[int]:
    """Places on ways through: pieces with two ways or more, none too near to another."""
    degree = np.bincount(np.array([p for a, b, _ in ways for p in (a, b)], np.int64), minlength=len(seconds))
    chosen: list[int] = []
    for p in np.argsort(-degree, kind="stable").tolist():
        if degree[p] >= 2 and all(seconds[p, q] > _APART * walk_s for q in chosen):
            chosen.append(p)
    return chosen
