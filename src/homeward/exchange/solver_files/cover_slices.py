"""The kind `cover` over several times, each with values and teams of its own, and who moves between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from homeward.errors import BadFile
from homeward.exchange.solver_files.cover_fields import CoverFile, SliceFile
from homeward.exchange.solver_files.cover_shown import Shown
from homeward.exchange.solver_files.cover_tables import Named, Tables
from homeward.exchange.solver_files.reading import distinct
from homeward.readiness.cover import moves

_LESS_IS_BETTER = ("fewest", "median", "center", "reserve")


def in_slices(
    problem: CoverFile, solve: Callable[..., Shown], tables: Tables, *, time_limit_s: float, seed: int
) -> Shown:
    """The plan for each time, one after another; of equal plans the one with fewest moves from the time before.

    `value` is the worst of all times where a loss or a way is the aim, or the attacker chooses the time, else the sum.
    """
    distinct((s.id for s in problem.slices), file=tables.file, field="slices")
    plans: list[Shown] = []
    told: list[dict[str, Any]] = []
    for part in problem.slices:
        changed = _changed(problem, part, tables, plans[-1].places if plans else ())
        factor = np.atleast_1d(np.array(part.factor, dtype=np.float64))
        plan = solve(changed, time_limit_s / len(problem.slices), seed, factor)
        gone = _moves(plans[-1].places, plan) if plans else []
        plans.append(plan)
        told.append(
            {
                "id": part.id,
                "status": plan.status,
                "value": plan.value,
                "bound": plan.bound,
                "plan": dict(plan.fields),
                "moves": gone,
            }
        )
    worst = problem.view in _LESS_IS_BETTER
    values, bounds = [p.value for p in plans], [p.bound for p in plans]
    join = max if worst else min if problem.view == "deterrence" else sum
    statuses = {p.status for p in plans}
    return Shown(
        status="infeasible" if "infeasible" in statuses else "feasible" if "feasible" in statuses else "optimal",
        value=float(join(values)),
        bound=float(join(bounds)),
        why=tuple(_said(t, p) for t, p in zip(told, plans, strict=True)),
        fields={"slices": told},
    )


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
