"""From a problem to the map: the published distances, the ground, the time gone, then clues, then searches."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

from homeward.belief.facts import even, prior_map
from homeward.belief.records import Belief, Case, MapProblem, Part, mixture
from homeward.belief.story import told
from homeward.belief.update import after_search, with_clue


def make_map(problem: MapProblem) -> Belief:
    """The probability map: sums to 1 with its share outside, and tells in its story what moved it.

    First the published distances of the category, the same in all directions; what lies beyond the map is outside it.
    Then the ground, the direction of travel and the time gone (see `facts`). Then clues, then searches, by Bayes' rule.
    With `cases` that is done for each scenario, and the map is their sum, with a part for each. Pure: the same problem
    gives the same map, bit for bit.
    """
    belief = _mixed(problem) if problem.cases else prior_map(problem)
    prior, now = belief, hour_of(problem)
    for clue in problem.clues:
        belief = with_clue(belief, clue, prior=prior, now=now)
    for done in problem.searches:
        belief = after_search(
            belief,
            done.pod,
            cause=done.cause,
            why=done.why,
            forced=done.forced,
            pod_if_responsive=done.pod_if_responsive,
        )
    return belief


def hour_of(problem: MapProblem) -> datetime | None:
    """The hour that the map is of, UTC; None where it is not told since when the subject is gone, or how long."""
    if problem.seen_at is None or problem.hours_gone is None:
        return None
    return problem.seen_at + timedelta(hours=problem.hours_gone)


def problem_of_case(problem: MapProblem, case: Case) -> MapProblem:
    """The problem as it is if the scenario is what happened."""
    return replace(
        problem,
        ipp_m=case.ipp_m or problem.ipp_m,
        category=case.category or problem.category,
        ecoregion=case.ecoregion or problem.ecoregion,
        ground=case.ground or problem.ground,
        direction_deg=problem.direction_deg if case.direction_deg is None else case.direction_deg,
        injured=problem.injured or case.injured,
        cases=(),
    )


def _mixed(problem: MapProblem) -> Belief:
    """The map before any clue or search that the scenarios add up to, with a part for each of them."""
    maps = [_of_case(problem, case) for case in problem.cases]
    parts = tuple(
        Part(
            scenario=case.scenario,
            label=case.label,
            poa=case.weight * belief.poa,
            outside=case.weight * belief.outside,
            alive=case.alive,
            responsive=case.responsive,
            mobile=case.mobile,
        )
        for case, belief in zip(problem.cases, maps, strict=True)
    )
    after = mixture(problem.grid, parts, ipp_m=problem.ipp_m)
    if len(maps) == 1:
        return replace(after, story=maps[0].story)
    first = max(range(len(maps)), key=lambda i: problem.cases[i].weight)
    why = "together: " + ", ".join(f"{case.label or case.scenario} {case.weight:.0%}" for case in problem.cases)
    line = told(replace(maps[first], ipp_m=problem.ipp_m), after, cause="scenarios", why=why)
    return replace(after, story=(*(line for belief in maps for line in belief.story), line))


def _of_case(problem: MapProblem, case: Case) -> Belief:
    if case.left_area:
        gone = Belief(grid=problem.grid, poa=np.zeros(problem.grid.shape), outside=1.0, ipp_m=problem.ipp_m)
        nothing = even(problem)
        belief = replace(gone, story=(told(nothing, gone, cause="left the area", why="all of it outside the map"),))
    else:
        belief = prior_map(problem_of_case(problem, case))
    if not case.scenario:  # the problem itself, with what is known of the subject in it
        return belief
    story = tuple(replace(line, cause=f"{case.scenario}: {line.cause}") for line in belief.story)
    return replace(belief, story=story)
