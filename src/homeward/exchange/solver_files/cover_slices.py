"""The kind `cover` over several times, each with values and teams of its own, and who moves between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from homeward.errors import BadFile
from homeward.exchange.solver_files.cover_fields import CoverFile, SliceFile
from homeward.exchange.solver_files.cover_games import beside
from homeward.exchange.solver_files.cover_shown import Run, Shown
from homeward.exchange.solver_files.cover_tables import Named, Tables
from homeward.exchange.solver_files.door import Status
from homeward.exchange.solver_files.reading import distinct
from homeward.geo import Floats
from homeward.readiness.cover.solve import moves

_QUICK_S = 0.2
_LESS_IS_BETTER = ("fewest", "median", "center", "reserve")


def in_slices(problem: CoverFile, solve: Callable[..., Shown], tables: Tables, run: Run) -> Shown:
    """The plan for each time, one after another; of equal plans the one with fewest moves from the time before.

    Once the search is stopped by hand the times that are left get a quick plan each.
    `value` is the worst of all times where a loss or a way is the aim, what we expect where the attacker, who chooses
    the time too, hits in view `deterrence`, else the sum.
    """
    distinct((s.id for s in problem.slices), file=tables.file, field="slices")
    plans: list[Shown] = []
    problems: list[tuple[CoverFile, Floats]] = []
    for part in problem.slices:
        changed = _changed(problem, part, tables, plans[-1].places if plans else ())
        factor = np.atleast_1d(np.array(part.factor, dtype=np.float64))
        share_s = _QUICK_S if run.watch.stopped else run.time_limit_s / len(problem.slices)
        plans.append(solve(changed, replace(run, time_limit_s=share_s), factor))
        problems.append((changed, factor))
    said: tuple[str, ...] = ()
    fields: dict[str, Any] = {}
    status: Status
    if problem.view == "deterrence":
        hit, bound = _attacked(plans, problems, tables, run.seed)
        value, said = plans[hit].value, (_said_attack(problem.slices[hit].id, plans[hit]),)
        fields = {name: plans[hit].fields[name] for name in ("attacked", "attacker_value")}
        status = "optimal" if bound <= value + 1e-9 * max(1.0, abs(value)) else "feasible"
    else:
        join = max if problem.view in _LESS_IS_BETTER else sum
        value, bound = float(join(p.value for p in plans)), float(join(p.bound for p in plans))
        statuses = {p.status for p in plans}
        status = "infeasible" if "infeasible" in statuses else "feasible" if "feasible" in statuses else "optimal"
    told = [
        {
            "id": part.id,
            "status": plan.status,
            "value": plan.value,
            "bound": plan.bound,
            "plan": dict(plan.fields),
            "moves": _moves(plans[k - 1].places, plan) if k else [],
        }
        for k, (part, plan) in enumerate(zip(problem.slices, plans, strict=True))
    ]
    return Shown(
        status=status,
        value=value,
        bound=bound,
        why=(*said, *(_said(t, p) for t, p in zip(told, plans, strict=True))),
        fields={"slices": told, **fields},
    )


def _attacked(
    plans: list[Shown], problems: Sequence[tuple[CoverFile, Floats]], tables: Tables, seed: int
) -> tuple[int, float]:
    """In which time the attacker comes, who sees all plans, and the bound on what we then expect.

    He cannot be held below what he expects where he expects most. Where teams may cover targets one by one, another
    time in which as much tempts him may be better for us: its plan then takes its place, which is exact. With schedules
    the plans stay as they are, and no plan of any time gives more than the bound of one of them.
    """
    level = max(p.fields["attacker_value"] for p in plans)
    near = level - 1e-9 * max(1.0, abs(level))
    may_be = [k for k, p in enumerate(plans) if p.fields["attacker_value"] >= near]
    if problems[0][0].schedules is not None:
        hit = max(may_be, key=lambda k: plans[k].value)
        zero_sum = problems[0][0].values is not None  # what he expects least of all is then what serves us most
        return hit, (min if zero_sum else max)(p.bound for p in plans)
    others = {
        k: found
        for k, (changed, factor) in enumerate(problems)
        if k not in may_be and (found := beside(changed, tables, factor, level, seed)) is not None
    }
    hit = max(may_be, key=lambda k: plans[k].value)
    for k, found in others.items():
        if found.value > plans[hit].value:
            hit, plans[k] = k, found
    return hit, plans[hit].value


def _said_attack(time: str, plan: Shown) -> str:
    target, expects = plan.fields["attacked"], plan.fields["attacker_value"]
    hit = f"The attacker, who chooses the time too, expects {expects:.6g} at {target} in {time}"
    return f"{hit}; we then expect {plan.value:.6g}."


def _said(told: dict[str, Any], plan: Shown) -> str:
    said = [
        f"{m['start']} to {m['to']}"
        if m["start"] is not None and m["to"] is not None
        else f"new at {m['to']}"
        if m["start"] is None
        else f"{m['start']} is given up"
        for m in told["moves"]
    ]
    return f"{told['id']}: {plan.why[0]}" + (f" Moves: {'; '.join(said)}." if said else "")


def _changed(problem: CoverFile, part: SliceFile, tables: Tables, before: Sequence[Named]) -> CoverFile:
    """The problem as it is in this time."""
    given = {name: getattr(part, name) for name in ("teams", "standing", "reserve", "either")}
    update: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if problem.view != "reserve":
        wrong = next((name for name in update if name != "teams"), None)
        if wrong is not None:
            raise BadFile(f"{tables.file}: slices names {wrong}, which view {problem.view} has not. Leave it out.")
        if before:
            update["before"] = list(dict.fromkeys(before))
    return problem.model_copy(update={**update, "slices": []})


def _moves(before: Sequence[Named], plan: Shown) -> list[dict[str, Any]]:
    def way(start: Named, to: Named) -> float:
        if plan.between is None:
            return 0.0
        own, ways = plan.between
        return float(ways[own.find(start, "moves"), own.find(to, "moves")])

    return [{"start": start, "to": to} for start, to in moves(before, plan.places, way)]
