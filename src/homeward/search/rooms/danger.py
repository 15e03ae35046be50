"""Danger that is learnt on the way: what surviving and losses say of its levels, and who goes on into it.

A plan for all steps treats danger as known. Where it is learnt on the way, plans are made anew at every step, with what
is known then; `one_ahead` says who takes that step.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.search.rooms.problem import Ints, RoomsProblem
from homeward.search.rooms.product import Path, near
from homeward.search.rooms.solve import solve_rooms

GAIN, STEP, TINY = 1e-9, 1e-9, 1e-300


def learnt(levels: Floats, *, loss: Floats, survived: Ints, lost: Ints) -> Floats:
    """(vertices, levels): the probability of each level, once steps that ended at a vertex were survived, or not.

    `levels` (vertices, levels) as seen or assumed before, `loss` (levels,) the chance to be lost at one step,
    `survived` and `lost` (vertices,) how many steps ended there so and so. Bayes' rule, for levels that do not change.
    """
    if levels.ndim != 2 or loss.shape != levels.shape[1:] or not survived.shape == lost.shape == levels.shape[:1]:
        raise BadInput(
            "levels, loss, survived and lost do not fit together. Give a row per vertex, a column per level."
        )
    weight = levels * (1.0 - loss) ** survived[:, None] * loss ** lost[:, None]
    total = weight.sum(axis=1, keepdims=True)
    return np.where(total > 0, weight / np.where(total > 0, total, 1.0), levels)


def one_ahead(problem: RoomsProblem, *, time_limit_s: float = 1.0, seed: int = 0) -> tuple[str, Path] | None:
    """Who goes ahead alone while the others hold where they are, and its way; None where nobody gains by going.

    Those whose loss costs least go first; another goes only once they are lost (leave them out then) or have nothing
    more to gain, and nobody beyond its `max_loss`. For a subject who stays, with time enough, this finds no less than
    going at once: each meets the same dangers, but who follows knows what was found, survived and seen before. That is
    homeward's own rule; `bench/quality_risk.py` measures it.
    """
    order = sorted(range(len(problem.searchers)), key=lambda s: problem.searchers[s].loss_cost)
    for s in order:
        alone = replace(problem, searchers=(problem.searchers[s],), bonds=())
        try:
            plan = solve_rooms(alone, time_limit_s=time_limit_s, seed=seed)
        except BadInput:  # its limit leaves it no way
            continue
        if plan.value > GAIN:
            path = plan.paths[problem.searchers[s].id]
            return problem.searchers[s].id, path if problem.motion is not None else _straightened(alone, path)
    return None


def _straightened(problem: RoomsProblem, path: Path) -> Path:
    """The same looks in the same order, on the safest ways between those that find something, and no further.

    For a subject who stays this finds no less: nothing is missed, and each look is lived to see at least as probably.
    """
    who, near_of = problem.searchers[0], near(problem, 0)
    loss = np.zeros(problem.n) if problem.loss is None else problem.loss
    at = np.repeat(np.arange(problem.n), [len(to) for to in near_of])
    to = np.array([v for ways in near_of for v in sorted(ways)], np.int64)
    risk = STEP - np.log(np.maximum(1.0 - loss[to], TINY))
    graph = csr_array((risk[at != to], (at[at != to], to[at != to])), shape=(problem.n, problem.n))
    left, way = problem.belief.copy(), [path[0]]
    for v in path[1:]:
        seen, p = who.sees.row(v)
        if not (left[seen] * p > 0).any():
            continue
        left[seen] *= 1.0 - p
        _, before = dijkstra(graph, indices=[way[-1]], return_predecessors=True)
        leg = [v]
        while leg[-1] != way[-1]:
            leg.append(int(before[0, leg[-1]]))
        way += leg[-2::-1] or [v]
    return tuple(way)
