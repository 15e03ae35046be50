"""From a problem to the map: the published distances, the ground, the time gone, then clues, then searches."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

from homeward.belief.facts import even, prior_map
from homeward.belief.records import Belief, Case, MapProblem, Part, SearchDone, mixture
from homeward.belief.story import told
from homeward.belief.underway import WALKS, Moving, Walks, under_way, walked
from homeward.belief.update import missed_each, reweighed_each, with_clue


def make_map(problem: MapProblem) -> Belief:
    """The probability map: sums to 1 with its share outside, and tells in its story what moved it.

    First the published distances of the category, the same in all directions; what lies beyond the map is outside it.
    Then the ground, the direction of travel and the time gone (see `facts`), which while the subject may still be on
    its way comes from simulated walks (see `underway`). Then clues, then searches, by Bayes' rule, each brought to the
    map's hour along these walks.
    With `cases` that is done for each scenario, and the map is their sum, with a part for each. Pure: the same problem
    gives the same map, bit for bit.
    """
    return deque(_by_evidence(problem), maxlen=1)[0]


def unfolded(problem: MapProblem) -> Iterator[tuple[str, Belief]]:
    """(what came to it, the map with it) from the map of somebody who knows nothing to that of `make_map`.

    First the distances, then the ground, the direction of travel, the time gone and the simulated walks, where they are
    known; then each clue and each search. Every map before the evidence is made from the problem as if no more were
    known.
    """
    yield "nothing", even(problem)
    less = replace(problem, clues=(), searches=())
    known = replace(
        less,
        terrain=None,
        direction_deg=None,
        hours_gone=None,
        cases=tuple(replace(case, direction_deg=None) for case in problem.cases),
    )
    yield "distance", make_map(known)
    if problem.terrain is not None:
        known = replace(known, terrain=problem.terrain)
        yield "ground", make_map(known)
    if problem.direction_deg is not None or any(case.direction_deg is not None for case in problem.cases):
        known = replace(known, direction_deg=problem.direction_deg, cases=problem.cases)
        yield "direction", make_map(known)
    steps = _by_evidence(problem)
    prior = next(steps)
    if problem.hours_gone is not None:
        on_foot = any(line.cause.endswith(WALKS) for line in prior.story)
        yield "time gone", _without_walks(less) if on_foot else prior
        if on_foot:
            yield WALKS, prior
    for belief in steps:
        yield belief.story[-1].cause, belief


def _without_walks(problem: MapProblem) -> Belief:
    """The map before any clue or search as if nobody were still on its way."""
    if not problem.cases:
        return prior_map(problem)
    return make_map(replace(problem, cases=tuple(replace(case, mobile=False) for case in problem.cases)))


def _by_evidence(problem: MapProblem) -> Iterator[Belief]:
    """The map before any clue or search, then after each of them."""
    belief, walks = _before_evidence(problem)
    prior, now = belief, hour_of(problem)
    yield belief
    for clue in problem.clues:
        belief = with_clue(belief, clue, prior=prior, now=now, carry=walks.clue if walks else None)
        yield belief
    for done in problem.searches:
        belief = _searched(belief, done, walks)
        yield belief


def _searched(belief: Belief, done: SearchDone, walks: Walks | None) -> Belief:
    missed = missed_each(
        belief, done.pod, cause=done.cause, forced=done.forced, pod_if_responsive=done.pod_if_responsive
    )
    parts, finds = belief.parts or (None,), dict(done.finds)
    shares = [finds.get("" if part is None else part.scenario, 1.0) for part in parts]
    missed = [1.0 - share * (1.0 - inside) for share, inside in zip(shares, missed, strict=True)]
    each = [
        (inside, 1.0) if walks is None else walks.at(done.at, inside, 1.0, part)
        for inside, part in zip(missed, parts, strict=True)
    ]
    return reweighed_each(belief, each, cause=done.cause, why=done.why)


def _before_evidence(problem: MapProblem) -> tuple[Belief, Walks | None]:
    """The map before any clue or search, and the walks behind it where somebody may have been on its way."""
    if problem.cases:
        belief, moving = _mixed(problem)
    else:
        belief, going = _of_problem(problem)
        moving = {"": going}
    if not any(moving.values()):
        return belief, None
    return belief, Walks(since=problem.seen_at, hours=problem.hours_gone or 0.0, moving=moving)


def _of_problem(problem: MapProblem, *, mobile: bool | None = None, share: float = 1.0) -> tuple[Belief, Moving | None]:
    """The map of one scenario; while the subject may be on its way a quarter of it from walks that end as published."""
    within = prior_map(problem)
    if not under_way(problem, mobile=mobile):
        return within, None
    return walked(problem, prior_map(replace(problem, hours_gone=None)), within, share=share)


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
        pace=problem.pace * case.pace,
        cases=(),
    )


def _mixed(problem: MapProblem) -> tuple[Belief, dict[str, Moving | None]]:
    """The map before any clue or search that the scenarios add up to, with a part for each of them, and their walks."""
    made = [_of_case(problem, case) for case in problem.cases]
    maps = [belief for belief, _ in made]
    walks = {case.scenario: going for case, (_, going) in zip(problem.cases, made, strict=True)}
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
        return replace(after, story=maps[0].story), walks
    first = max(range(len(maps)), key=lambda i: problem.cases[i].weight)
    why = "together: " + ", ".join(f"{case.label or case.scenario} {case.weight:.0%}" for case in problem.cases)
    line = told(replace(maps[first], ipp_m=problem.ipp_m), after, cause="scenarios", why=why)
    return replace(after, story=(*(line for belief in maps for line in belief.story), line)), walks


def _of_case(problem: MapProblem, case: Case) -> tuple[Belief, Moving | None]:
    going = None
    if case.left_area:
        gone = Belief(grid=problem.grid, poa=np.zeros(problem.grid.shape), outside=1.0, ipp_m=problem.ipp_m)
        nothing = even(problem)
        belief = replace(gone, story=(told(nothing, gone, cause="left the area", why="all of it outside the map"),))
    else:
        share = 1 / len(problem.cases)
        belief, going = _of_problem(problem_of_case(problem, case), mobile=case.mobile, share=share)
    if not case.scenario:  # the problem itself, with what is known of the subject in it
        return belief, going
    story = tuple(replace(line, cause=f"{case.scenario}: {line.cause}") for line in belief.story)
    return replace(belief, story=story), going
