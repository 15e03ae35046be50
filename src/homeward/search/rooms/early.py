"""What there is before the compiled parts are: a plan by plain arrays, and whether compiling is done.

Compiling takes about fifteen seconds of one core, once for each version on a machine. Another process does it while the
time limit runs; where the limit comes first, the early plan is the answer and that process goes on for the next time.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np

from homeward.geo import Floats
from homeward.search.compiling import alone, is_busy, sign_of, start_apart
from homeward.search.rooms import product, tree, unfold
from homeward.search.rooms.measure import missing, moved, still_to_come
from homeward.search.rooms.problem import RoomsProblem
from homeward.search.rooms.team import Team, Unit, measured, offer, safest
from homeward.search.rooms.unfold import Ways

COMPILE = "from homeward.search.rooms.early import compile_alone; compile_alone()"
LOOK_S = 0.05
_PARTS: tuple[Any, ...] = (tree.grow, unfold.claims, *product.COMPILED)


def at_hand() -> bool:
    """Whether the compiled parts are stored on this machine (also where that cannot be told)."""
    try:  # numba tells nobody what it has stored
        return all(f._cache._cache_file._load_index() for f in _PARTS)  # noqa: SLF001
    except (AttributeError, OSError):
        return True


def _sign() -> Path:
    return sign_of(tree.grow, "rooms")


def _busy() -> bool:
    return is_busy(_sign())


def compile_alone() -> None:
    """Compiles, unless another process does."""
    from homeward.search.rooms.solve import compiled

    alone(_sign(), compiled)


def compile_apart(limit_s: float) -> bool:
    """Has another process compile; False if that is not done within that time, in which case it goes on alone."""
    end_s = time.perf_counter() + limit_s
    try:
        if not _busy():
            start_apart(COMPILE)
        while time.perf_counter() < end_s:
            if at_hand():
                return True
            time.sleep(LOOK_S)
    except OSError:
        return True
    except KeyboardInterrupt:
        return False
    return False


def plan_early(team: Team) -> float:
    """Gives the team a plan, each unit in turn on its longest path, and returns a bound on the value of every plan.

    The longest path in the unfolded graph counts mass again that was found before, so that without team-mates its
    length bounds what a unit adds (Lau, Huang & Dissanayake, 2008, Eur. J. Oper. Res. 190(2), 383-397).
    """
    problem, worth = team.problem, team.problem.worth()
    nobody, plan, bound = np.ones((problem.steps + 2, problem.n)), [], 0.0
    others = nobody
    for k, unit in enumerate(team.units):
        bound += _longest(problem, unit.group.ways, team.mass, np.repeat(worth[:, None], problem.n, axis=1), nobody)[0]
        left = np.maximum(worth[:, None] - still_to_come(problem, others), 0.0)
        walk = _longest(problem, unit.group.ways, team.mass, left, others)[1]
        path = tuple(int(unit.group.place[x, 0]) for x in walk)
        if _too_risky(unit, walk):
            path = safest(team, k)
        plan.append([path])
        others = others * missing(problem, unit.group.who[0], path)
    offer(team, plan, measured(team, plan))
    return max(team.value, min(bound, float(worth[1] * problem.belief.sum())))


def _too_risky(unit: Unit, walk: list[int]) -> bool:
    ways = unit.group.ways
    return bool(ways.least.size) and float(np.prod(ways.hold[walk[1:]])) < float(ways.least[0])


def _longest(problem: RoomsProblem, ways: Ways, mass: Floats, worth: Floats, keep: Floats) -> tuple[float, list[int]]:
    """The longest path from state 0, and its states, where team-mates' looks leave `keep` of the mass."""
    states, steps = len(ways.adj_at) - 1, problem.steps
    gain = np.zeros((steps + 1, states))
    row = np.repeat(np.arange(states), np.diff(ways.see_at))
    for t in range(1, steps + 1):
        mass = moved(problem.motion, mass) if t > 1 else mass
        gain[t] = np.bincount(row, weights=ways.see_q * (worth[t] * mass)[ways.see_u], minlength=states)
        mass = mass * keep[t]
    togo = np.zeros(states)
    for t in range(steps, 0, -1):
        gain[t] = ways.hold * (gain[t] + togo) - ways.toll
        togo = np.maximum.reduceat(gain[t][ways.adj], ways.adj_at[:-1])
    walk = [0]
    for t in range(1, steps + 1):
        around = ways.adj[ways.adj_at[walk[-1]] : ways.adj_at[walk[-1] + 1]]
        walk.append(int(around[gain[t][around].argmax()]))
    return float(togo[0]), walk
