"""Indoors: plans to search a building, against simple rules and against the proven bound.

python -m bench quality_indoors

Four teams of two enter a building; where the subject lies is a prior by kind and size of room; doors of unknown state
are shut. "Time to find" is its mean, where a subject not found counts as the whole time; "half" is POS at half time.
"To bound" is the mean of the curve of P(found) over its proven bound: no plan on the same graph can pass 1. The bound
is that of independent looks, while the plan counts a look from afar but once, so with dogs and radar it is not tight.

Rules, each keeping to the same rules, seeing and walking alike: the nearest room that nobody has begun; floor by floor
from the entrance, nearest first; the room with most probability for the time it takes, way included; rooms at random.
All crews take from one list, as teams do who call out each room.

Buildings: a house, a school, a university building, and two shopping centres (14 to 134 rooms), from
../shared/data/buildings; without it there is nothing to measure. Each plan may take 12 s.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bench._buildings import buildings
from bench._measure import measured
from bench._report import Cell, table, tell
from homeward.mission.indoor import IndoorSense
from homeward.search.indoors import IndoorPlan, IndoorProblem, IndoorTeam, plan_inside, room_priors
from homeward.search.indoors.case import Case, made_ready
from homeward.search.indoors.follow import follow
from homeward.search.indoors.pieces import search_s
from homeward.search.rooms.solve import compiled
from homeward.terrain.building import OUTSIDE, BuildingPlan

LIMIT_S = 12.0
NAMES = ("Alpha", "Bravo", "Charlie", "Delta")
EYE, DOG, RADAR = (IndoorSense.EYE,), (IndoorSense.DOG,), (IndoorSense.RADAR,)
TEAMS = {
    "eyes": (EYE, EYE, EYE, EYE),
    "one dog": (DOG, EYE, EYE, EYE),
    "one radar": (RADAR, EYE, EYE, EYE),
    "dogs": (DOG, DOG, DOG, DOG),
    "radars": (RADAR, RADAR, RADAR, RADAR),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One building and set of teams: the plan, and the curve of each rule."""

    building: str
    teams: str
    plan: IndoorPlan
    rules: dict[str, np.ndarray]
    took_s: float

    def half(self, curve: np.ndarray) -> float:
        return float(curve[(len(curve) - 1) // 2])

    def to_find_min(self, mean: float) -> float:
        return self.plan.duration_s * (1 - mean) / 60


def problem_of(plan: BuildingPlan, teams: str) -> IndoorProblem:
    """Four teams of two, with time for a good search of the building: 10 minutes to 2 hours."""
    time_s = 1.2 * sum(search_s(plan).values()) / len(NAMES)
    return IndoorProblem(
        plan=plan,
        belief=room_priors(plan),
        teams=tuple(IndoorTeam(id=n, senses=s) for n, s in zip(NAMES, TEAMS[teams], strict=True)),
        duration_s=float(np.clip(300 * round(time_s / 300), 600, 7200)),
    )


def by_rule(case: Case, order: Callable[[int, np.ndarray], np.ndarray]) -> np.ndarray:
    """P(found) by step where the crew that is free next begins the room that `order` (crew, steps there) puts first.

    `order` gives a number for each room, less = sooner; the crew then searches its pieces, nearest first.
    """
    course, pieces = case.course, case.house.pieces
    n = sum(1 for piece in pieces if piece.room != OUTSIDE)
    of = course.room_of[:n]
    at, free = course.start.copy(), course.ready.astype(float)
    lists: list[list[int]] = [[] for _ in case.crews]
    begun: set[int] = set()
    while len(begun) < of.max() + 1:
        c = int(free.argmin())
        steps = case.steps_to[at[c], :n].astype(float)
        steps[steps < 0] = np.inf
        there = np.array([steps[of == room].min() for room in range(of.max() + 1)])
        rank = np.where([room in begun or not np.isfinite(there[room]) for room in range(len(there))], np.inf, 0.0)
        rank = rank + order(c, np.where(np.isfinite(there), there, 0.0))
        room = int(rank.argmin())
        if not np.isfinite(rank[room]):
            break
        begun.add(room)
        left = set(np.flatnonzero(of == room).tolist())
        while left:
            goal = min(left, key=lambda p: (case.steps_to[at[c], p], p))
            free[c] += max(1, case.steps_to[at[c], goal])
            lists[c].append(goal)
            left.remove(goal)
            at[c] = goal
    seq = np.zeros((len(lists), max(n, *map(len, lists))), np.int64)
    for c, each in enumerate(lists):
        seq[c, : len(each)] = each
    return follow(course, seq, np.array([len(each) for each in lists]))[1]


def rules(case: Case, seed: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    floor = np.array([room.floor for room in case.plan.rooms])
    level = np.abs(floor - floor[np.argmin(np.abs(floor))])
    rooms = case.course.room_of[case.course.room_of >= 0]
    size = np.bincount(rooms)
    poa = np.array([case.problem.belief.get(room.id, 0.0) for room in case.plan.rooms])
    return {
        "nearest": by_rule(case, lambda _c, steps: steps),
        "floors": by_rule(case, lambda _c, steps: 1e6 * level + steps),
        "likeliest": by_rule(case, lambda _c, steps: -poa / (steps + size)),
        "random": by_rule(case, lambda _c, steps: rng.random(len(steps))),
    }


def measured_row(name: str, plan: BuildingPlan, teams: str, limit_s: float) -> Row:
    problem = problem_of(plan, teams)
    made, cost = measured(lambda: plan_inside(problem, seed=0, time_limit_s=limit_s))
    return Row(name, teams, made, rules(made_ready(problem), seed=0), cost.wall_s)


def main(*, quick: bool = False) -> None:
    houses = buildings()
    if not houses:
        print("The shared buildings are not there: nothing to measure.")
        return
    compiled()
    warm = next(iter(houses.values()))
    plan_inside(problem_of(warm, "eyes"), time_limit_s=1.0)
    rows = []
    for name, plan in houses.items():
        for teams in ("eyes", "radars") if quick else TEAMS:
            row = measured_row(name, plan, teams, 4.0 if quick else LIMIT_S)
            best = max(float(curve.mean()) for curve in row.rules.values())
            tell(
                f"  {name:18}{teams:10}{row.plan.soonest_value:8.4f}  {row.plan.soonest_value / best:6.3f} of best rule"
            )
            rows.append(row)
    print(f"{len(houses)} buildings, four teams of two. Minutes to find (mean), POS at half time and at the end.\n")
    columns = ["building", "teams", "minutes", "to find", "half", "end", "to bound", "left closed", "false alarms", "s"]
    print(table(columns, [_line(row) for row in rows]))
    print("Against the rules: mean time to find in minutes, and what the plan's POS at half time is of theirs.\n")
    names = list(rows[0].rules)
    columns = ["building", "teams", "plan", *names, *(f"half, of {n}" for n in names)]
    print(table(columns, [_against(row) for row in rows]))
    half = [row.half(_curve(row.plan)) / max(row.half(c) for c in row.rules.values()) for row in rows]
    print(f"POS at half time against the best rule: median {np.median(half):.3f}, least {min(half):.3f}.")


def _curve(plan: IndoorPlan) -> np.ndarray:
    return np.array([p for _, p in plan.found[1:]])


def _line(row: Row) -> list[Cell]:
    plan = row.plan
    return [
        row.building,
        row.teams,
        f"{plan.duration_s / 60:.0f}",
        f"{row.to_find_min(plan.soonest_value):.1f}",
        row.half(_curve(plan)),
        plan.value,
        plan.soonest_value / plan.soonest_bound,
        len(plan.left_closed),
        f"{plan.false_alarms:.1f}",
        f"{row.took_s:.0f}",
    ]


def _against(row: Row) -> list[Cell]:
    times = [f"{row.to_find_min(float(c.mean())):.1f}" for c in row.rules.values()]
    halves = [row.half(_curve(row.plan)) / max(row.half(c), 1e-9) for c in row.rules.values()]
    return [row.building, row.teams, f"{row.to_find_min(row.plan.soonest_value):.1f}", *times, *halves]
