"""A bound for teams with imperfect sensors: everybody may divide over many paths at once.

With a look's effort the logarithm of what it misses, what is found grows with the efforts that add up along the
subject's ways, each second look bringing less: concave. Its greatest value over divided paths is at least that of every
plan (Stone, 1975, Theory of Optimal Search; for searchers on paths: Sato & Royset, 2010, Naval Research Logistics
57(8), 701-717). Steps towards the best path for the present slopes (Frank & Wolfe, 1956, Naval Research Logistics
Quarterly 3, 95-110) climb there, and every one of them gives a bound.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy.sparse import csr_array

from homeward.geo import Floats
from homeward.search.rooms.measure import awaited, moved
from homeward.search.rooms.problem import RoomsProblem
from homeward.search.rooms.team import Team
from homeward.search.rooms.unfold import Ways

SUREST = 0.97  # above that the bound by prices is better
ROUNDS, HALVINGS, ENOUGH = 200, 10, 1e-4


def divided(team: Team, parts: Sequence[tuple[Ways, float]], stop: Callable[[], bool]) -> float:
    """A bound on the value of every plan of the team of `parts`, each so many times; inf where it does not apply."""
    problem = team.problem
    surest = max((float(ways.see_q.max(initial=0.0)) for ways, _ in parts), default=0.0)
    if problem.loss is not None or not 0 < surest <= SUREST or stop():
        return np.inf
    sees = [_efforts(ways, problem.n) for ways, _ in parts]
    effort, lowest = np.zeros((problem.steps + 2, problem.n)), np.inf
    for k in range(ROUNDS):
        value, slope = _found(problem, team.mass, effort)
        toward = np.zeros_like(effort)
        for (ways, count), look in zip(parts, sees, strict=True):
            toward += count * _best_path(ways, look, slope)
        ahead = float((slope * (toward - effort)).sum())
        lowest = min(lowest, value + ahead)
        if stop() or ahead <= ENOUGH * value:
            break
        effort = toward if k == 0 else effort + _stride(problem, team.mass, effort, toward - effort) * (toward - effort)
    return lowest


def _efforts(ways: Ways, n: int) -> csr_array:
    """(states, vertices): the effort of a look."""
    return csr_array((-np.log1p(-ways.see_q), ways.see_u, ways.see_at), shape=(len(ways.see_at) - 1, n))


def _found(problem: RoomsProblem, mass: Floats, effort: Floats) -> tuple[float, Floats]:
    """The objective where each vertex gets so much `effort` (steps + 2, vertices), and its slopes."""
    worth, miss = problem.worth(), np.exp(-effort)
    before, value = np.zeros_like(effort), 0.0
    for t in range(1, problem.steps + 1):
        before[t] = mass if t == 1 else moved(problem.motion, before[t - 1] * miss[t - 1])
        value += worth[t] * float(before[t] @ (1.0 - miss[t]))
    slope, later = np.zeros_like(effort), np.zeros(problem.n)
    for t in range(problem.steps, 0, -1):
        slope[t] = before[t] * miss[t] * (worth[t] - later)
        later = awaited(problem.motion, (1.0 - miss[t]) * worth[t] + miss[t] * later)
    return value, slope


def _best_path(ways: Ways, look: csr_array, slope: Floats) -> Floats:
    """(steps + 2, vertices): the efforts along the path that these slopes make best."""
    steps = len(slope) - 2
    gain = (look @ slope.T).T
    togo = np.zeros(look.shape[0])
    for t in range(steps, 0, -1):
        gain[t] += togo
        togo = np.maximum.reduceat(gain[t][ways.adj], ways.adj_at[:-1])
    spent, x = np.zeros_like(slope), 0
    for t in range(1, steps + 1):
        around = ways.adj[ways.adj_at[x] : ways.adj_at[x + 1]]
        x = int(around[gain[t][around].argmax()])
        seen = slice(look.indptr[x], look.indptr[x + 1])
        spent[t, look.indices[seen]] = look.data[seen]
    return spent


def _stride(problem: RoomsProblem, mass: Floats, effort: Floats, way: Floats) -> float:
    """How far along `way` the value grows, from 0 to 1."""
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        _, slope = _found(problem, mass, effort + middle * way)
        low, high = (middle, high) if (slope * way).sum() > 0 else (low, middle)
    return low
