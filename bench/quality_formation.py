"""Formation: public assignment problems and rosters against their published optima, and made crews.

python -m bench quality_formation

OR-Library: assign100 (published 305; 5 for the dearest single job) and gap1 to gap6, 30 problems (published optima);
shift scheduling benchmark: Instance1 (607, optimal) and, without `--quick`, Instance2 (828), all in
../shared/data/readiness where they are there. Every value is added up once more from what was assigned, outside the
solver. Aims: the 30 proven in under 60 s, the roster in under 10 s.

Made crews: 40 people, 12 roles, one person in three can do each, 1 to 3 of each needed, some deployed, a limit of hours
awake, reserves. Aim: proven in under 2 s. Beside them p_complete, exact against drawn, on crews of 20. Seconds are of
computing (CPU), without the compiling at first use.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np

from bench._gap import read_assign, read_gap
from bench._measure import measured
from bench._report import Cell, table
from bench._rosters import read_roster
from homeward.team import FormationProblem, solve
from homeward.team.assign import least_worst, one_to_one, with_capacities
from homeward.team.chance import p_complete
from homeward.team.roster import cost, solve_roster

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "readiness"
ROLES = (
    "searcher",
    "sensor",
    "lookout",
    "backup",
    "medic",
    "guard",
    "carrier",
    "lead",
    "rear",
    "comms",
    "driver",
    "rope",
)
ROSTERS = {"nrp_Instance1": 607.0, "nrp_Instance2": 828.0}


def main(*, quick: bool = False) -> None:
    solve(crew(0))  # compiles what draws
    p_complete(np.eye(3, dtype=bool), np.ones(3, np.int64), np.full(3, 0.5), seed=0)
    if SHARED.is_dir():
        print(table(["problem", "proven", "value", "published", "CPU s"], list(_public(quick=quick)), digits=2))
    else:
        print("The public problems are not there: made crews only.\n")
    crews = 10 if quick else 40
    made = [measured(partial(solve, crew(seed))) for seed in range(1, crews + 1)]
    times = [cost_.cpu_s for _, cost_ in made]
    proven = sum(found.status in ("optimal", "infeasible") for found, _ in made)
    rows: list[list[Cell]] = [["40 people, 12 roles", crews, proven, float(np.median(times)), max(times)]]
    print(table(["crews", "number", "proven", "median CPU s", "worst"], rows, digits=2))
    print(
        table(
            ["20 people", "exact", "drawn", "give or take", "exact s", "drawn s"], list(_chances(quick=quick)), digits=4
        )
    )


def crew(seed: int) -> FormationProblem:
    """A made crew of 40."""
    rng = np.random.default_rng(seed)
    names = [f"P{i}" for i in range(40)]
    people = {who: {role: float(rng.integers(1, 6)) for role in ROLES if rng.random() < 1 / 3} for who in names}
    return FormationProblem(
        people=people,
        need={role: int(rng.integers(1, 4)) for role in ROLES},
        reserve={"medic": 1, "guard": 1} if seed % 2 else {},
        deployed={who: str(rng.choice(ROLES)) for who in names[:15]} if seed % 3 else {},
        p_present={who: float(rng.uniform(0.5, 1)) for who in names},
        hours_awake={who: float(rng.uniform(0, 30)) for who in names},
        hours_awake_limit=26.0,
    )


def _public(*, quick: bool) -> Iterator[list[Cell]]:
    known = {c["id"]: c["expected"] for c in json.loads((SHARED / "a_team.json").read_text(encoding="utf-8"))["cases"]}
    costs = read_assign(SHARED / "bench" / "assign100.txt")
    found, took = measured(lambda: one_to_one(costs))
    total = float(costs[np.arange(len(costs)), found.agent].sum())
    yield ["assign100, sum", "1 of 1", total, float(known["A01"]["min_sum"]), took.cpu_s]
    found, took = measured(lambda: least_worst(costs))
    worst = float(costs[np.arange(len(costs)), found.agent].max())
    yield ["assign100, dearest", "1 of 1", worst, float(known["A01"]["min_bottleneck"]), took.cpu_s]
    for number in range(1, 7):
        yield _gap(number, known["A02"]["optimum"][str(number)])
    for name, published in ROSTERS.items():
        if quick and name != "nrp_Instance1":
            continue
        problem = read_roster(SHARED / "bench" / f"{name}.txt")
        roster, took = measured(partial(solve_roster, problem))
        proven = f"{int(roster.status == 'optimal')} of 1"
        yield [name, proven, cost(problem, roster.duty), published, took.cpu_s]


def _gap(number: int, published: list[float]) -> list[Cell]:
    """One file: how many are proven, the sum of values, the sum of published optima, CPU seconds."""
    total, proven, spent = 0.0, 0, 0.0
    cases = list(read_gap(SHARED / "bench" / f"gap{number}.txt"))
    for (profit, weight, capacity), best in zip(cases, published, strict=True):
        found, took = measured(partial(with_capacities, profit, weight, capacity))
        jobs = np.arange(profit.shape[1])
        load = np.bincount(found.agent, weight[found.agent, jobs], minlength=len(capacity))
        value = float(profit[found.agent, jobs].sum())
        if (load > capacity + 1e-9).any():
            raise AssertionError(f"gap{number}: an agent is above its capacity")
        total += value
        proven += found.optimal and value == best
        spent += took.cpu_s
    return [f"gap{number}", f"{proven} of {len(cases)}", total, float(sum(published)), spent]


def _chances(*, quick: bool) -> Iterator[list[Cell]]:
    for seed in range(2 if quick else 4):
        rng = np.random.default_rng(seed)
        can, p = rng.random((20, 8)) < 0.3, rng.uniform(0.5, 1, 20)
        need = np.ones(8, np.int64) + (np.arange(8) < 3)
        (exact, _), slow = measured(partial(p_complete, can, need, p, seed=0))
        (drawn, error), fast = measured(partial(p_complete, can, need, p, seed=0, exact=False))
        yield [f"made {seed + 1}", exact, drawn, error, slow.cpu_s, fast.cpu_s]
