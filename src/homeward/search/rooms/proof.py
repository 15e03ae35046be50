"""What no plan can exceed: prices for the team in parts, then branch and bound over the whole team as one searcher."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from homeward.geo import Floats
from homeward.search.rooms.divided import divided
from homeward.search.rooms.price import Part, cheapest
from homeward.search.rooms.product import MAX_EDGES, group, same
from homeward.search.rooms.team import SLACK, Team, Unit, new_desk, new_tree, offer, paths_of, plant, run_of
from homeward.search.rooms.tree import FULL, WORK, grow
from homeward.search.rooms.unfold import Task

ROOM = 1_500_000
MEMORY = 1 << 21
SHARES = (1.0, 0.5, 0.0)


@dataclass(slots=True)
class Proof:
    """The bound so far, its prices, and the whole team as one unit once it is searched that way."""

    bound: float
    price: Floats
    whole: Unit | None = None
    task: Task | None = None
    turns: int = 0


def begin(team: Team, rounds: int, stop: Callable[[], bool]) -> Proof:
    """The bound by prices. Units that may be swapped, start included, count as one unit so many times."""
    parts: list[Part] = []
    for unit in team.units:
        like = next((i for i, (other, _) in enumerate(parts) if _interchangeable(team, unit, other)), None)
        if like is None:
            parts.append((unit, 1.0))
        else:
            parts[like] = (parts[like][0], parts[like][1] + 1.0)
    bound, price = cheapest(team, parts, rounds, stop)
    if len(team.problem.searchers) > 1 and bound > team.value:
        bound = min(bound, divided(team, [(unit.group.ways, count) for unit, count in parts], stop))
    return Proof(max(bound, team.value), price)


def _interchangeable(team: Team, one: Unit, two: Unit) -> bool:
    a, b = one.group.who[0], two.group.who[0]
    single = len(one.group.who) == len(two.group.who) == 1
    return single and team.problem.searchers[a].start == team.problem.searchers[b].start and same(team.problem, a, b)


def plant_whole(team: Team, proof: Proof, *, max_edges: int = MAX_EDGES) -> bool:
    """Readies the search over the whole team as one searcher; False where that graph is too large."""
    problem = team.problem
    everybody = tuple(range(len(problem.searchers)))
    whole = team.units[0].group if len(team.units) == 1 else group(problem, everybody, max_edges=max_edges)
    if whole is None:
        return False
    worth = np.repeat(problem.worth()[:, None], problem.n, axis=1)
    price = np.stack([s * proof.price for s in (SHARES if proof.price.any() else SHARES[-1:])])
    proof.task = Task(team.mass, np.ones_like(worth), worth, price, np.maximum(worth - price, 0.0))
    proof.whole = Unit(whole, new_tree(problem, ROOM, len(price), MEMORY), new_desk(problem, whole), 0.0)
    plant(proof.whole.tree, team.value)
    proof.whole.tree.bound[0] = proof.bound + SLACK
    return True


def lower(team: Team, proof: Proof, work: float) -> bool:
    """Searches on for about that much work, may find a better plan on the way; False where nothing is left to do."""
    assert proof.whole is not None
    assert proof.task is not None
    tree = proof.whole.tree
    tree.best[0] = before = max(float(tree.best[0]), team.value)
    limit = float(tree.done[WORK]) + work
    proof.turns += 1
    dives = len(team.units) == 1 and proof.turns % 2 == 1  # more units have their own way to better plans
    done = grow(run_of(team, proof.whole, proof.task), limit, SLACK, dives)
    if tree.best[0] > before:
        paths = paths_of(team, proof.whole)
        where = dict(zip(proof.whole.group.who, paths, strict=True))
        offer(team, [[where[s] for s in unit.group.who] for unit in team.units], float(tree.best[0]))
    top = max((float(tree.bound[h]) for h in tree.heads if h >= 0), default=-np.inf)
    proof.bound = max(team.value, min(proof.bound, max(top, float(tree.best[0]) + SLACK)))
    return not done and not tree.done[FULL]


def spent(proof: Proof) -> float:
    """The work done so far on the whole team as one."""
    return float(proof.whole.tree.done[WORK]) if proof.whole is not None else 0.0
