"""The mixed-integer programme of the literature for several searchers on a graph, solved by SciPy's HiGHS.

Asfora, Banfi & Campbell (2020), IEEE RA-L 5(4), arXiv:2011.12480, in its tight form: only where each searcher is at
each step is whole; the mass that all looks have missed is bounded from below alone, and the big number that switches
a look off is the most mass that can be there: what is there if nobody looks.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from bench._rooms_value import Dense, dense, value
from homeward.geo import Floats
from homeward.search.rooms import RoomsProblem


@dataclass(frozen=True, slots=True)
class MilpAnswer:
    """`value` of its paths as they are measured elsewhere too (nan without any), `bound`, and whether it is proven."""

    value: float
    bound: float
    proven: bool


@dataclass(slots=True)
class _Rows:
    """A sparse matrix of constraints, low <= row <= high, as it grows."""

    rows: list[int] = field(default_factory=list)
    cols: list[int] = field(default_factory=list)
    data: list[float] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)

    def add(self, terms: list[tuple[int, float]], low: float, high: float) -> None:
        self.rows += [len(self.low)] * len(terms)
        self.cols += [k for k, _ in terms]
        self.data += [c for _, c in terms]
        self.low.append(low)
        self.high.append(high)


class _Numbers:
    """Which variable is what: place x[s, t, v], way y[s, t, u, k], missed mass b[s, t, v] after searcher s's look."""

    def __init__(self, searchers: int, steps: int, n: int, wide: int) -> None:
        self.x = np.arange(searchers * (steps + 1) * n).reshape(searchers, steps + 1, n)
        self.y = self.x.size + np.arange(searchers * steps * n * wide).reshape(searchers, steps, n, wide)
        self.b = self.x.size + self.y.size + np.arange(searchers * steps * n).reshape(searchers, steps, n)
        self.count = self.x.size + self.y.size + self.b.size


def solve_milp(problem: RoomsProblem, *, time_limit_s: float) -> MilpAnswer:
    """Each searcher needs one chance of its own to notice what it sees (1 less the false negatives)."""
    d = dense(problem)
    steps, n, wide = problem.steps, len(d.belief), d.near.shape[1]
    numbers = _Numbers(len(d.sees), steps, n, wide)
    occupied = _occupied(d)
    rows = _Rows()
    _walk(rows, numbers, d, [s.start for s in problem.searchers])
    _look(rows, numbers, d, occupied)
    low, high = np.zeros(numbers.count), np.ones(numbers.count)
    high[numbers.b] = occupied[None]
    cost = np.zeros(numbers.count)
    step_worth = d.worth - np.append(d.worth[1:], 0.0)
    cost[numbers.b[-1]] = step_worth[:, None]
    whole = np.zeros(numbers.count, np.int64)
    whole[numbers.x] = 1
    matrix = csr_array((rows.data, (rows.rows, rows.cols)), shape=(len(rows.low), numbers.count))
    answer = milp(
        cost,
        integrality=whole,
        bounds=Bounds(low, high),
        constraints=LinearConstraint(matrix, np.array(rows.low), np.array(rows.high)),
        options={"time_limit": time_limit_s, "mip_rel_gap": 1e-9},
    )
    most = d.total * float(step_worth.sum())
    dual = answer.mip_dual_bound
    bound = most if dual is None else most - float(dual)
    if answer.x is None:
        return MilpAnswer(float("nan"), bound, proven=False)
    paths = [[int(v) for v in answer.x[numbers.x[s]].argmax(axis=1)] for s in range(len(d.sees))]
    return MilpAnswer(value(problem, paths), bound, proven=answer.status == 0)


def _occupied(d: Dense) -> Floats:
    """(steps, vertices): the mass there at each look if nobody ever looked."""
    mass, there = d.belief, []
    for move in d.move:
        mass = mass @ move
        there.append(mass)
    return np.array(there)


def _walk(rows: _Rows, numbers: _Numbers, d: Dense, starts: list[int]) -> None:
    """One unit of flow per searcher from its start."""
    _, steps, n, wide = numbers.y.shape
    for s, start in enumerate(starts):
        for v in range(n):
            rows.add([(numbers.x[s, 0, v], 1.0)], float(v == start), float(v == start))
        for t in range(steps):
            into: list[list[tuple[int, float]]] = [[] for _ in range(n)]
            for u in range(n):
                ways = [(int(d.near[u, k]), numbers.y[s, t, u, k]) for k in range(wide)]
                real = [(w, y) for w, y in ways if w >= 0]
                rows.add([(y, 1.0) for _, y in real] + [(numbers.x[s, t, u], -1.0)], 0.0, 0.0)
                for _, y in (pair for pair in ways if pair[0] < 0):
                    rows.add([(y, 1.0)], 0.0, 0.0)
                for w, y in real:
                    into[w].append((y, 1.0))
            for w in range(n):
                rows.add([*into[w], (numbers.x[s, t + 1, w], -1.0)], 0.0, 0.0)


def _look(rows: _Rows, numbers: _Numbers, d: Dense, occupied: Floats) -> None:
    """What each searcher's look must leave of what the one before it left: all of it, unless it sees the place."""
    for s, sees in enumerate(d.sees):
        chances = np.unique(sees[sees > 0])
        if len(chances) != 1:
            raise ValueError("This formulation needs one chance of a find per searcher.")
        p = float(chances[0])
        for t in range(len(occupied)):
            for v in range(len(d.belief)):
                if occupied[t, v] == 0:
                    continue
                before, given = _before(numbers, d, s, t, v)
                left = (int(numbers.b[s, t, v]), 1.0)
                from_there = [(int(numbers.x[s, t + 1, u]), p * occupied[t, v]) for u in np.flatnonzero(sees[:, v])]
                rows.add([left, *before, *from_there], given, np.inf)
                if p < 1:
                    rows.add([left, *((k, (1 - p) * c) for k, c in before)], (1 - p) * given, np.inf)


def _before(numbers: _Numbers, d: Dense, s: int, t: int, v: int) -> tuple[list[tuple[int, float]], float]:
    """The mass at v before the look of s at t as terms to be taken off, and the part of it that is a plain number."""
    if s > 0:
        return [(int(numbers.b[s - 1, t, v]), -1.0)], 0.0
    comes = d.move[t][:, v]
    if t == 0:
        return [], float(d.belief @ comes)
    return [(int(numbers.b[-1, t - 1, u]), -float(comes[u])) for u in np.flatnonzero(comes)], 0.0
