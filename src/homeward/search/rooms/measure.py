"""What paths are worth: the belief followed through motion and looks, and what is still to be found after each step."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from homeward.geo import Floats
from homeward.search.rooms.problem import Links, RoomsProblem

Path = Sequence[int]


def moved(motion: Links | None, mass: Floats) -> Floats:
    """The mass after one move of the subject."""
    if motion is None:
        return mass
    rows = np.repeat(mass, np.diff(motion.at))
    return np.bincount(motion.to, weights=rows * motion.p, minlength=len(mass)).astype(np.float64, copy=False)


def awaited(motion: Links | None, value: Floats) -> Floats:
    """The mean of `value` where the subject will be after one move, by where it is now."""
    if motion is None:
        return value
    rows = np.repeat(np.arange(len(value)), np.diff(motion.at))
    return np.bincount(rows, weights=motion.p * value[motion.to], minlength=len(value)).astype(np.float64, copy=False)


def first_mass(problem: RoomsProblem) -> Floats:
    """The mass before the first look."""
    return problem.belief if problem.still_first else moved(problem.motion, problem.belief)


def there_by(problem: RoomsProblem, path: Path) -> Floats:
    """(steps + 1,): the chance that a searcher on this path is not lost by each step."""
    if problem.loss is None:
        return np.ones(problem.steps + 1)
    return np.concatenate([np.ones(1), np.cumprod(1.0 - problem.loss[list(path[1:])])])


def missing(problem: RoomsProblem, searcher: int, path: Path) -> Floats:
    """(steps + 2, vertices): the chance that the searcher's look at each step misses a subject there.

    Being lost counts into each look by itself: exact where nobody can be lost, else what planning goes by.
    """
    miss = np.ones((problem.steps + 2, problem.n))
    sees, there = problem.searchers[searcher].sees, there_by(problem, path)
    for t in range(1, len(path)):
        to, p = sees.row(path[t])
        miss[t, to] = 1.0 - there[t] * p
    return miss


def found_by(problem: RoomsProblem, miss: Floats) -> Floats:
    """(steps,): P(found by t), where a look of all together misses with `miss` (steps + 2, vertices)."""
    total, mass = float(problem.belief.sum()), first_mass(problem)
    found = np.zeros(problem.steps)
    for t in range(1, problem.steps + 1):
        if t > 1:
            mass = moved(problem.motion, mass)
        mass = mass * miss[t]
        found[t - 1] = total - mass.sum()
    return found


def _found_in_danger(problem: RoomsProblem, paths: Sequence[Path]) -> Floats:
    """(steps,): P(found by t) where searchers may be lost: the mass is followed for every set of those still there."""
    assert problem.loss is not None
    total, found = float(problem.belief.sum()), np.zeros(problem.steps)
    sets = np.arange(2 ** len(paths))
    mass = np.zeros((len(sets), problem.n))
    mass[-1] = first_mass(problem)
    for t in range(1, problem.steps + 1):
        if t > 1:
            mass = np.stack([moved(problem.motion, row) for row in mass])
        for s, path in enumerate(paths):
            whole = sets[(sets >> s) & 1 == 1]
            loss = float(problem.loss[path[t]])
            mass[whole - 2**s] += loss * mass[whole]
            mass[whole] *= 1.0 - loss
            to, p = problem.searchers[s].sees.row(path[t])
            mass[np.ix_(whole, to)] *= 1.0 - p
        found[t - 1] = total - mass.sum()
    return found


def value_of(problem: RoomsProblem, found: Floats) -> float:
    """The objective from P(found by t), without the cost of losses."""
    if problem.objective == "end":
        return float(found[-1])
    return float((problem.discount ** np.arange(1, problem.steps + 1)) @ found)


def plan_found(problem: RoomsProblem, paths: Sequence[Path]) -> Floats:
    """(steps,): P(found by t) with one path per searcher."""
    if problem.loss is not None:
        return _found_in_danger(problem, paths)
    miss = np.ones((problem.steps + 2, problem.n))
    for s, path in enumerate(paths):
        miss *= missing(problem, s, path)
    return found_by(problem, miss)


def losses(problem: RoomsProblem, paths: Sequence[Path]) -> list[float]:
    """The chance of each searcher to be lost by the last step."""
    return [1.0 - float(there_by(problem, path)[-1]) for path in paths]


def plan_value(problem: RoomsProblem, paths: Sequence[Path]) -> float:
    """The objective of one path per searcher."""
    cost = sum(s.loss_cost * p for s, p in zip(problem.searchers, losses(problem, paths), strict=True))
    return value_of(problem, plan_found(problem, paths)) - cost


def still_to_come(problem: RoomsProblem, miss: Floats) -> Floats:
    """(steps + 2, vertices): what looks at t and later will yet bring, per unit of mass there before look t."""
    worth = problem.worth()
    come = np.zeros((problem.steps + 2, problem.n))
    for t in range(problem.steps, 0, -1):
        later = awaited(problem.motion, come[t + 1]) if t < problem.steps else come[t + 1]
        come[t] = (1.0 - miss[t]) * worth[t] + miss[t] * later
    return come
