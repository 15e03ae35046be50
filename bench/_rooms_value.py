"""What plans on a graph are worth, and one searcher's best reply to the others: written apart from the solver.

Dense matrices and plain loops; meant for up to a few hundred vertices.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from bench._rooms_cases import neighbours
from homeward.geo import Floats
from homeward.search.rooms import RoomsProblem

# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator"

MOST_NODES = 300_000
Path = Sequence[int]


@dataclass(frozen=True, slots=True, eq=False)
class Dense:
    """A problem as matrices. `move[t - 1]`: the subject's motion before look t; `worth[t - 1]`: of a find at t."""

    total: float
    belief: Floats
    move: Floats
    sees: Floats
    worth: Floats
    near: NDArray[np.int64]


class Alone(NamedTuple):
    """What one searcher's reply depends on."""

    belief: Floats
    move: Floats
    sees: Floats
    miss: Floats
    gain: Floats
    near: NDArray[np.int64]


def dense(problem: RoomsProblem) -> Dense:
    n, steps = len(problem.vertices), problem.steps
    stay = np.eye(n)
    motion = stay if problem.motion is None else problem.motion.dense()
    move = np.stack([stay if problem.still_first and t == 0 else motion for t in range(steps)])
    if problem.objective == "end":
        worth = np.ones(steps)
    else:
        worth = np.cumsum((problem.discount ** np.arange(1, steps + 1))[::-1])[::-1].copy()
    lists = neighbours(problem.edges, n)
    near = np.full((n, max(map(len, lists))), -1, np.int64)
    for v, some in enumerate(lists):
        near[v, : len(some)] = some
    sees = np.stack([s.sees.dense() for s in problem.searchers])
    return Dense(float(problem.belief.sum()), problem.belief.astype(np.float64), move, sees, worth, near)


def value(problem: RoomsProblem, paths: Sequence[Path]) -> float:
    """The objective, step by step: the subject moves, then all look."""
    d = dense(problem)
    return _value(d, missed(d, paths))


def missed(d: Dense, paths: Sequence[Path]) -> Floats:
    """(steps, vertices): the chance that the look of all these at each step misses a subject there."""
    miss = np.ones((len(d.worth), len(d.belief)))
    for sees, path in zip(d.sees, paths, strict=False):
        miss *= 1.0 - sees[np.asarray(path)[1:]]
    return miss


def _value(d: Dense, miss: Floats) -> float:
    mass, gained = d.belief, 0.0
    for t, worth in enumerate(d.worth):
        mass = mass @ d.move[t]
        gained += worth * float((mass * (1.0 - miss[t])).sum())
        mass = mass * miss[t]
    return gained


def sequential(problem: RoomsProblem) -> tuple[float, bool]:
    """Planning one after another: each searcher's best reply to those before it, nobody plans again.

    The "distributed" scheme of Asfora, Banfi & Campbell (2020). The value, and whether each reply is proven.
    """
    d = dense(problem)
    paths: list[Path] = []
    proven = True
    for k, searcher in enumerate(problem.searchers):
        path, sure = best_reply(d, missed(d, paths), k, searcher.start)
        paths.append(path)
        proven &= sure
    return _value(d, missed(d, paths)), proven


def best_reply(d: Dense, miss: Floats, who: int, start: int) -> tuple[list[int], bool]:
    """One searcher's best path where the others' looks miss with `miss`, by branch and bound; whether it is proven.

    The bound adds up, along the path that is best for it, what each look would find if no look before it on that
    path found anything: MEAN of Lau, Huang & Dissanayake (2008), Eur. J. Oper. Res. 190(2):383-397. What the others
    find later is taken off, so that a find counts with what it adds.
    """
    steps, n = miss.shape
    later = np.zeros((steps + 1, n))
    for t in range(steps - 1, -1, -1):
        after = d.move[t + 1] @ later[t + 1] if t + 1 < steps else np.zeros(n)
        later[t] = (1.0 - miss[t]) * d.worth[t] + miss[t] * after
    gain = np.zeros((steps, n))
    for t in range(steps):
        after = d.move[t + 1] @ later[t + 1] if t + 1 < steps else np.zeros(n)
        gain[t] = d.worth[t] - after
    path, nodes = _reply(Alone(d.belief, d.move, d.sees[who], miss, gain, d.near), start, MOST_NODES)
    return [int(v) for v in path], bool(nodes <= MOST_NODES)


@njit(cache=True)
def _ahead(a, mass, t0):  # pragma: no cover
    """What each look from t0 on would find alone, and most that all looks from t on can, from each vertex before."""
    steps, n = a.miss.shape
    reward = np.zeros((steps, n))
    for t in range(t0, steps):
        mass = (mass @ a.move[t]) * a.miss[t]
        reward[t] = a.sees @ (mass * a.gain[t])
    best = np.zeros((steps + 1, n))
    for t in range(steps - 1, t0 - 1, -1):
        for v in range(n):
            most = 0.0
            for w in a.near[v]:
                if w >= 0:
                    most = max(most, reward[t, w] + best[t + 1, w])
            best[t, v] = most
    return reward, best


@njit(cache=True)
def _reply(a, start, limit):  # pragma: no cover
    """Depth first, the most promising neighbour first; cut where the bound does not beat the best so far."""
    steps, n = a.miss.shape
    wide = a.near.shape[1]
    masses = np.zeros((steps + 1, n))
    masses[0] = a.belief
    path = np.full(steps + 1, start)
    best_path, best = path.copy(), -1.0
    order = np.full((steps + 1, wide), -1)
    bound = np.zeros((steps + 1, wide))
    gained = np.zeros((steps + 1, wide))
    so_far = np.zeros(steps + 1)
    at = np.zeros(steps + 1, np.int64)
    t, fresh, nodes = 0, True, 0
    while t >= 0 and nodes <= limit:
        if fresh:
            nodes += 1
            reward, ahead = _ahead(a, masses[t], t)
            top = np.full(wide, -1.0)
            for k in range(wide):
                w = a.near[path[t], k]
                if w >= 0:
                    top[k] = so_far[t] + reward[t, w] + ahead[t + 1, w]
                    gained[t, k] = reward[t, w]
            order[t] = np.argsort(-top)
            bound[t] = top
            at[t] = 0
        fresh = False
        if at[t] >= wide or bound[t, order[t, at[t]]] <= best + 1e-12:
            t -= 1
            continue
        k = order[t, at[t]]
        at[t] += 1
        w = a.near[path[t], k]
        path[t + 1] = w
        so_far[t + 1] = so_far[t] + gained[t, k]
        if t + 1 == steps:
            if so_far[t + 1] > best:
                best, best_path = so_far[t + 1], path.copy()
            continue
        masses[t + 1] = (masses[t] @ a.move[t]) * a.miss[t] * (1.0 - a.sees[w])
        t += 1
        fresh = True
    return best_path, nodes
