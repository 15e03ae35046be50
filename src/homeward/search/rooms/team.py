"""The team's plan: each unit's best answer to the others, in turn, and again from shaken plans.

A unit is one searcher, or several bound together by rules. For one unit, with the others' paths fixed, the problem is
that of a single searcher: what the others leave thins the mass, and what they would still find lowers the worth of
finding it. Best answers in turn: sequential allocation (Hollinger, Singh, Djugash & Kehagias, 2009, Int. J. Robotics
Research 28(2), 201-219), repeated until no unit can do better; then iterated local search (Lourenço, Martin & Stützle,
2003, Handbook of Metaheuristics, 320-353).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.search.rooms.measure import first_mass, found_by, missing, plan_value, still_to_come, value_of
from homeward.search.rooms.problem import RoomsProblem
from homeward.search.rooms.product import Group, Path, group
from homeward.search.rooms.tree import OPEN, USED, WORK, grow
from homeward.search.rooms.unfold import Desk, Drift, Run, Task, Tree

ROOM = 60_000
LEAST_EFFORT, FULL = 1_000_000.0, 8.0  # work of one answer: at least, and in unfolded graphs
LIGHT, HEAVIER, OFTEN = 0.02, 0.1, 0.7  # shares of it while shaking
SLACK = 1e-11
WORK_PER_ANSWER = 200_000.0  # what surrounds the compiled search, in its units of work


def _never() -> bool:
    return False


@dataclass(slots=True)
class Unit:
    """Searchers planned together, with their working space and their present walk."""

    group: Group
    tree: Tree
    desk: Desk
    effort: float


@dataclass(slots=True)
class Team:
    """All units, and the best plan so far. `plan[k]` are the paths of unit k; `exact` where it is proven the best.

    `work` counts edges of unfolded graphs that were looked at: it paces heuristic and proof without a clock; `late`
    only says when to stop. `hurry` is the share of the full effort that answers now get.
    """

    problem: RoomsProblem
    drift: Drift
    mass: Floats
    units: list[Unit]
    random: np.random.Generator
    plan: list[list[Path]] = field(default_factory=list)
    value: float = -np.inf
    exact: bool = False
    work: float = 0.0
    late: Callable[[], bool] = _never
    hurry: float = 1.0


def drift_of(problem: RoomsProblem) -> Drift:
    """The motion as the compiled search takes it."""
    if problem.motion is None:
        nothing = np.zeros(0, np.int64)
        return Drift(nothing, nothing, np.zeros(0))
    return Drift(problem.motion.at, problem.motion.to, problem.motion.p)


def new_tree(problem: RoomsProblem, room: int, prices: int, memory: int) -> Tree:
    """An empty tree for `room` nodes; `memory` places to remember states of a subject that stays."""
    steps = problem.steps
    keys = memory if problem.motion is None and problem.loss is None else 1
    links = [np.full(room, OPEN, np.int32) for _ in range(4)]
    return Tree(
        parent=links[0],
        vertex=links[1],
        left=links[2],
        right=links[3],
        value=np.zeros(room),
        bound=np.zeros(room),
        mark=np.zeros(room, np.uint64),
        heads=np.full(steps + 1, OPEN, np.int32),
        done=np.zeros(5, np.int64),
        best=np.full(1, -np.inf),
        walk=np.zeros(steps + 1, np.int32),
        regret=np.zeros((steps + 1, prices + 1)),
        keys=np.zeros(keys, np.uint64),
        known=np.zeros(keys),
    )


def new_desk(problem: RoomsProblem, one: Group) -> Desk:
    """Working space for walks of this group."""
    steps, n, states = problem.steps, problem.n, len(one.place)
    return Desk(
        np.zeros((steps + 2, n)),
        np.zeros((2, states)),
        np.full((steps + 1, states), OPEN, np.int32),
        np.zeros(states, np.int32),
        np.zeros(steps + 2, np.int32),
        np.zeros(states, np.int32),
        np.zeros(n),
        np.zeros(steps + 1, np.int32),
        np.zeros(int(np.diff(one.ways.adj_at).max(initial=1))),
    )


def plant(tree: Tree, value: float) -> None:
    """Empties the tree but for the root; only what is better than `value` will count."""
    tree.heads[:] = OPEN
    tree.done[:] = 0
    tree.regret[:] = 0.0
    tree.keys[:] = 0
    tree.parent[0] = tree.left[0] = tree.right[0] = OPEN
    tree.vertex[0], tree.value[0], tree.bound[0], tree.mark[0] = 0, 0.0, np.inf, 0
    tree.heads[0], tree.done[USED] = 0, 1
    tree.best[0] = value


def form(problem: RoomsProblem, seed: int) -> Team:
    """The units of the team, without a plan."""
    units = []
    for who in _bound_together(problem):
        one = group(problem, who)
        if one is None:
            names = ", ".join(problem.searchers[s].id for s in who)
            raise BadInput(f"{names} are bound together by rules on too large a graph. Bind fewer of them together.")
        effort = float(max(LEAST_EFFORT, FULL * len(one.ways.adj) * problem.steps))
        units.append(Unit(one, new_tree(problem, ROOM, 1, 1 << 14), new_desk(problem, one), effort))
    return Team(problem, drift_of(problem), first_mass(problem), units, np.random.default_rng(seed))


def run_of(team: Team, unit: Unit, task: Task) -> Run:
    """A search of one unit for what `task` counts."""
    return Run(unit.group.ways, team.drift, task, unit.tree, unit.desk)


def paths_of(team: Team, unit: Unit) -> list[Path]:
    """The paths of the unit's best walk."""
    starts = tuple(team.problem.searchers[s].start for s in unit.group.who)
    return unit.group.paths(unit.tree.walk, starts)


def _bound_together(problem: RoomsProblem) -> list[tuple[int, ...]]:
    """Searchers in the parts that rules hold together, in their order."""
    part = list(range(len(problem.searchers)))
    for rule in problem.bonds:
        old, new = max(part[rule.a], part[rule.b]), min(part[rule.a], part[rule.b])
        part = [new if p == old else p for p in part]
    return [tuple(s for s, p in enumerate(part) if p == k) for k in sorted(set(part))]


def missing_of(team: Team, k: int, paths: list[Path]) -> Floats:
    """(steps + 2, vertices): the chance that unit k's looks miss."""
    miss = np.ones((team.problem.steps + 2, team.problem.n))
    for s, path in zip(team.units[k].group.who, paths, strict=True):
        miss *= missing(team.problem, s, path)
    return miss


def answer(
    team: Team, k: int, others: Floats, noise: float = 0.0, least: float = -np.inf
) -> tuple[list[Path] | None, bool]:
    """The best paths of unit k while the others' looks miss with `others`, if better than `least`, and whether proven.

    With `noise` worth is blurred (standard deviation of its logarithm).
    """
    unit, problem = team.units[k], team.problem
    worth = np.maximum(problem.worth()[:, None] - still_to_come(problem, others), 0.0)
    if noise > 0:
        worth = worth * np.exp(noise * team.random.standard_normal(worth.shape))
    zero = np.zeros((1, *worth.shape))
    task = Task(team.mass, others, worth, zero, worth[None])
    plant(unit.tree, least)
    done = bool(grow(run_of(team, unit, task), 1.0 if team.late() else unit.effort * team.hurry, SLACK, dives=True))
    team.work += float(unit.tree.done[WORK]) + WORK_PER_ANSWER
    return (paths_of(team, unit) if unit.tree.best[0] > least else None), done


def others_of(team: Team, misses: list[Floats | None], k: int) -> Floats:
    """The chance that the looks of all units but k miss."""
    product = np.ones((team.problem.steps + 2, team.problem.n))
    for j, miss in enumerate(misses):
        if j != k and miss is not None:
            product = product * miss
    return product


def in_order(team: Team, plan: list[list[Path]]) -> list[Path]:
    """The paths of a plan in the order of the searchers."""
    where = {s: path for k, paths in enumerate(plan) for s, path in zip(team.units[k].group.who, paths, strict=True)}
    return [where[s] for s in range(len(where))]


def measured(team: Team, plan: list[list[Path]]) -> float:
    """The objective of a plan."""
    return plan_value(team.problem, in_order(team, plan))


def offer(team: Team, plan: list[list[Path]], value: float) -> bool:
    """Keeps the plan if it is the best."""
    if value <= team.value + 1e-13:
        return False
    team.plan, team.value = [list(p) for p in plan], value
    return True


def first(team: Team) -> None:
    """One unit after the other, each answering those before it."""
    misses: list[Floats | None] = [None] * len(team.units)
    plan: list[list[Path]] = []
    for k in range(len(team.units)):
        paths, proven = answer(team, k, others_of(team, misses, k))
        if paths is None and not proven and team.units[k].group.ways.least.size:
            paths = [safest(team, k)]
        if paths is None:
            if team.units[k].group.ways.least.size:
                raise BadInput(_too_dangerous(team, k))
            names = ", ".join(team.problem.searchers[s].id for s in team.units[k].group.who)
            raise BadInput(f"{names} cannot keep the rules for all steps. Loosen the rules, or the allowed vertices.")
        plan.append(paths)
        misses[k] = missing_of(team, k, paths)
        team.exact = proven and len(team.units) == 1
    offer(team, plan, measured(team, plan))


def safest(team: Team, k: int) -> Path:
    """The way of a single searcher on which it survives most probably."""
    unit, walk = team.units[k], [0]
    ways = unit.group.ways
    for t in range(1, team.problem.steps + 1):
        around = ways.adj[ways.adj_at[walk[-1]] : ways.adj_at[walk[-1] + 1]]
        walk.append(int(around[np.argmax(ways.hold[around] * ways.safest[t, around])]))
    return tuple(int(unit.group.place[x, 0]) for x in walk)


def _too_dangerous(team: Team, k: int) -> str:
    """Why a single searcher has no way that keeps its limit."""
    who = team.problem.searchers[team.units[k].group.who[0]]
    return (
        f"Searcher {who.id} is lost with {1 - float(team.units[k].group.ways.safest[0, 0]):.1%} on the safest way, "
        f"above its max_loss of {who.max_loss:g}. Raise max_loss, or leave {who.id} out."
    )


def settle(team: Team, plan: list[list[Path]]) -> float:
    """Lets every unit answer all others in turn until none can do better; changes `plan`, returns its value."""
    misses: list[Floats | None] = [missing_of(team, k, paths) for k, paths in enumerate(plan)]
    value, idle, k = measured(team, plan), 0, 0
    while idle < len(plan) and not team.late():
        others = others_of(team, misses, k)
        paths, _ = answer(team, k, others, least=_alone(team, others, value))
        idle += 1
        if paths is not None:
            old = plan[k], misses[k]
            plan[k], misses[k] = paths, missing_of(team, k, paths)
            now = measured(team, plan)
            if now > value:
                value, idle = now, 1
            else:
                plan[k], misses[k] = old
        k = (k + 1) % len(plan)
    return value


def _alone(team: Team, others: Floats, value: float) -> float:
    """What the others leave a unit to add to reach `value`: an answer must exceed it."""
    if team.problem.loss is not None:  # answers go by looks thinned one by one, not by the value
        return -np.inf
    return value - value_of(team.problem, found_by(team.problem, others)) + 1e-11 * (1 + value)


def shake(team: Team, plan: list[list[Path]]) -> list[list[Path]]:
    """A plan near this one: some tails swapped, some units planned anew on blurred worth."""
    plan = [list(p) for p in plan]
    if team.random.random() < 0.5:
        _swap_tails(team, plan)
    drop = team.random.permutation(len(plan))[: team.random.integers(1, len(plan) + 1)]
    misses: list[Floats | None] = [None if k in drop else missing_of(team, k, paths) for k, paths in enumerate(plan)]
    for k in drop:
        if team.late():
            break
        paths, _ = answer(team, int(k), others_of(team, misses, int(k)), noise=float(team.random.uniform(0.05, 0.5)))
        if paths is not None:
            plan[k] = paths
        misses[k] = missing_of(team, int(k), plan[k])
    return plan


def _swap_tails(team: Team, plan: list[list[Path]]) -> None:
    """Two single searchers that stand at one vertex at a time change places from then on."""
    if len(plan) < 2:
        return
    i, j = (int(k) for k in team.random.permutation(len(plan))[:2])
    a, b = plan[i], plan[j]
    if len(a) > 1 or len(b) > 1:
        return
    one, two = (team.problem.searchers[team.units[k].group.who[0]] for k in (i, j))
    if one.allowed != two.allowed or (team.problem.loss is not None and min(one.max_loss, two.max_loss) < 1):
        return
    meet = [t for t in range(1, team.problem.steps) if a[0][t] == b[0][t]]
    if meet:
        t = int(team.random.choice(meet))
        plan[i], plan[j] = [(*a[0][:t], *b[0][t:])], [(*b[0][:t], *a[0][t:])]


def improve(team: Team, now: list[list[Path]], now_value: float, rounds: int) -> tuple[list[list[Path]], float]:
    """Shakes and settles `rounds` times from the plan `now`; a slightly worse plan may take its place."""
    for _ in range(rounds):
        if team.late():
            break
        team.hurry = LIGHT if team.random.random() < OFTEN else HEAVIER
        plan = shake(team, now)
        value = settle(team, plan)
        if offer(team, plan, value):
            team.hurry = 1.0
            value = settle(team, plan)
            offer(team, plan, value)
        if value > now_value - 0.003 * team.value * team.random.random():
            now, now_value = plan, value
    team.hurry = 1.0
    return now, now_value
