"""Every plan of a team that may be lost, step by step for all searchers at once, where there are few enough of them.

Who is lost is no longer at one place with the others, so that the product graph does not hold them; bounds by prices
stay loose. Small problems are gone through instead: all joint walks, breadth first in parts, less those that cannot
become better than the best plan known.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from homeward.geo import Floats
from homeward.search.rooms.measure import first_mass
from homeward.search.rooms.problem import Ints, RoomsProblem
from homeward.search.rooms.product import ROUNDING, near

PART = 2_000_000  # numbers of a part that is gone through at a time
MAX_TABLE = 20_000_000
Walks = list[tuple[int, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class _Walker:
    """One searcher: where it can go from v is `to[at[v]:at[v + 1]]`; `miss` (vertices, vertices) of its look from v."""

    at: Ints
    to: Ints
    miss: Floats
    cost: float
    least: float


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """Joint walks up to one step.

    `walks` (walks, searchers, steps + 1); `mass` (walks, sets, vertices) not found yet, by who is still there; `there`
    (walks, searchers) the chance of not being lost; `gain` (walks,) the objective so far without the cost of losses.
    """

    step: int
    walks: Ints
    mass: Floats
    there: Floats
    gain: Floats


def numbers(problem: RoomsProblem) -> float:
    """How many numbers going through all joint walks takes at most; infinite where the tables would be too large."""
    n, many = problem.n, len(problem.searchers)
    if many * n * n > MAX_TABLE:
        return np.inf
    near_of = [near(problem, s) for s in range(many)]
    if 2**many * n * prod(max(map(len, ways)) for ways in near_of) > MAX_TABLE:
        return np.inf
    ways = np.zeros((many, n))
    ways[np.arange(many), [s.start for s in problem.searchers]] = 1.0
    total, row = 0.0, float(2**many * n + many * (problem.steps + 1))
    for _ in range(problem.steps):
        after = np.zeros_like(ways)
        for s, v in zip(*np.nonzero(ways), strict=True):
            after[s, list(near_of[s][v])] += ways[s, v]
        ways = after
        total += float(ways.sum(axis=1).prod()) * row
        if total > 1e15:
            return np.inf
    return total


def best_of_all(problem: RoomsProblem, value: float, late: Callable[[], bool]) -> tuple[bool, Walks | None]:
    """Whether all plans were gone through before it was too `late`, and the best one if it is better than `value`."""
    assert problem.loss is not None
    walkers = [_walker(problem, s) for s in range(len(problem.searchers))]
    best: Walks | None = None
    worth, cost = problem.worth(), np.array([w.cost for w in walkers])
    parts = [_begin(problem)]
    while parts:
        if late():
            return False, best
        part = _onward(problem, walkers, parts.pop())
        hope = part.gain + worth[part.step + 1] * part.mass.sum(axis=(1, 2)) - (1.0 - part.there) @ cost
        if part.step < problem.steps:
            parts += _split(_kept(part, hope > value), walkers)
        elif hope.max(initial=value) > value:
            value, best = float(hope.max()), [tuple(walk) for walk in part.walks[hope.argmax()].tolist()]
    return True, best


def _walker(problem: RoomsProblem, searcher: int) -> _Walker:
    who, rows = problem.searchers[searcher], [sorted(to) for to in near(problem, searcher)]
    at = np.concatenate([np.zeros(1, np.int64), np.cumsum([len(row) for row in rows])])
    to = np.array([w for row in rows for w in row], np.int64)
    return _Walker(at, to, 1.0 - who.sees.dense(), who.loss_cost, 1.0 - who.max_loss - ROUNDING)


def _begin(problem: RoomsProblem) -> _Part:
    many = len(problem.searchers)
    walks = np.zeros((1, many, problem.steps + 1), np.int64)
    walks[0, :, 0] = [s.start for s in problem.searchers]
    mass = np.zeros((1, 2**many, problem.n))
    mass[0, -1] = first_mass(problem)
    # what the first move adds or takes by rounding counts as in `found_by`
    gain = np.array([problem.worth()[1] * (problem.belief.sum() - mass.sum())])
    return _Part(0, walks, mass, np.ones((1, many)), gain)


def _onward(problem: RoomsProblem, walkers: list[_Walker], part: _Part) -> _Part:
    """The subject moves, every searcher goes on in every way, is lost or looks."""
    assert problem.loss is not None
    t, worth = part.step + 1, problem.worth()
    sets = np.arange(part.mass.shape[1])
    before, mass = part.mass.sum(axis=(1, 2)), part.mass
    if t > 1 and problem.motion is not None:
        motion = csr_array((problem.motion.p, problem.motion.to, problem.motion.at), shape=(problem.n, problem.n))
        mass = np.asarray(mass.reshape(-1, problem.n) @ motion).reshape(mass.shape)
    walks, there, gain = part.walks, part.there, part.gain
    for s, walker in enumerate(walkers):
        here = walks[:, s, t - 1]
        count = walker.at[here + 1] - walker.at[here]
        row = np.repeat(np.arange(len(here)), count)
        to = walker.to[walker.at[here][row] + np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)]
        hold = 1.0 - problem.loss[to]
        fine = there[row, s] * hold >= walker.least
        row, to, hold = row[fine], to[fine], hold[fine]
        walks, mass, there, gain, before = walks[row], mass[row], there[row], gain[row], before[row]
        walks[:, s, t] = to
        there[:, s] *= hold
        whole = sets[(sets >> s) & 1 == 1]
        mass[:, whole - 2**s] += (1.0 - hold)[:, None, None] * mass[:, whole]
        mass[:, whole] *= (hold[:, None] * walker.miss[to])[:, None, :]
    return _Part(t, walks, mass, there, gain + worth[t] * (before - mass.sum(axis=(1, 2))))


def _kept(part: _Part, which: Ints | NDArray[np.bool_]) -> _Part:
    return _Part(part.step, part.walks[which], part.mass[which], part.there[which], part.gain[which])


def _split(part: _Part, walkers: list[_Walker]) -> list[_Part]:
    """Parts that stay small when they go on by one step."""
    size = np.full(len(part.gain), float(part.mass[:1].size))
    for s, walker in enumerate(walkers):
        here = part.walks[:, s, part.step]
        size *= walker.at[here + 1] - walker.at[here]
    group = (np.cumsum(size) / PART).astype(np.int64)
    cuts = np.flatnonzero(np.diff(group)) + 1
    return [_kept(part, rows) for rows in np.split(np.arange(len(size)), cuts) if len(rows)]
