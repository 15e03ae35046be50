"""Finding the subject alive: what survival in each scenario makes of a find, now and later in the period."""

from __future__ import annotations

from homeward.mission.nouns import TeamKind
from homeward.search.plan.limit import bounds
from homeward.search.plan.problem import PlanProblem


def alive_bound(problem: PlanProblem, bound: float) -> float | None:
    """What no plan of these teams could pass in finding the subject alive (`curve.Seen.alive`).

    `bound` is what none can pass in finding at all.

    Survival never rises, so that of the period's start is taken throughout: of the map, where all share it and nobody
    walks or can answer, who would live more than others; else by what lives on each cell.
    """
    if not problem.alive:
        return None
    here = [k for k, part in enumerate(problem.belief.parts) if part.poa.any()]
    at_start = [problem.alive_at(k, 0.0) for k in here] or [0.0]
    apart = problem.movers is not None or TeamKind.SOUND in {team.kind for team in problem.teams}
    if not apart and max(at_start) - min(at_start) < 1e-9:
        return at_start[0] * bound
    (most,) = bounds(problem, [problem.duration_s], living=True)
    return min(most, bound if apart else max(at_start) * bound)


def differ_words(problem: PlanProblem) -> str:
    """That scenarios differ in survival, and what the plan makes of it; empty where they do not."""
    if problem.worth is problem.belief.poa:
        return ""
    here = [(part, k) for k, part in enumerate(problem.belief.parts) if part.poa.any()]
    first = sorted(here, key=lambda p: -p[0].weight)
    told = ", ".join(f"{part.label or part.scenario} {problem.alive_at(k, 0.0):.0%}" for part, k in first)
    return (
        f"Scenarios differ in survival ({told} at the start): ground where the subject more probably lives comes first."
    )
