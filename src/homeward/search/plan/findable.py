"""Whom a kind of team can find at all, and who of them lives, by scenario: one law for plan, measure and rehearsal.

Who is still on its way lives when the plan starts; so the dead of a scenario are all among those who rest. Who answers
a call lives. From the start on everybody who lives then does so as the survival of the scenario falls. Where nothing
rests of who lives (more walk than survive), walkers count all the same.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from homeward.belief.ahead import Movers, resting_parts
from homeward.belief.update import answers
from homeward.geo import Floats
from homeward.mission.nouns import TeamKind
from homeward.search.plan.problem import PlanProblem

DEAD = 0.5  # share of the dead that a search for remains goes by where survival is not known (our own assumption)
LIMITED = (TeamKind.SOUND, TeamKind.REMAINS)  # kinds that cannot find everybody: who answers, the dead


def at_rest(problem: PlanProblem) -> tuple[Floats, Floats]:
    """(scenarios,) the probability that who rests on the map in each lives when the plan starts, and that it answers.

    With survival a of the scenario and the share m of its subjects on the map that walk, (a - m) / (1 - m) lives.
    Where survival is not known half of who rests counts as dead, and who answers goes by the map alone.
    """
    parts = problem.belief.parts or (None,)
    known = [None if part is None else part.alive for part in parts]
    if problem.alive:
        known = [problem.alive_at(k, 0.0) for k in range(len(parts))]
    lives, heard = np.full(len(parts), 1.0 - DEAD), np.array([answers(part) for part in parts])
    for k, (alive, walks) in enumerate(zip(known, _walking(problem), strict=True)):
        if alive is not None:
            lives[k] = np.clip((alive - walks) / (1.0 - walks), 0.0, 1.0) if walks < 1 else 0.0
            heard[k] = min(heard[k], lives[k])
    return lives, heard


def _walking(problem: PlanProblem) -> Floats:
    """(scenarios,) the share of the subjects on the map in each scenario that are on their way."""
    moving = problem.movers
    rest = resting_parts(problem.belief, moving).sum(axis=(1, 2))
    if moving is None:
        return np.zeros(len(rest))
    going = np.bincount(scenario_of(moving), weights=moving.weight, minlength=len(rest))
    return np.asarray(np.divide(going, going + rest, out=np.zeros(len(rest)), where=going > 0), dtype=np.float64)


def scenario_of(moving: Movers) -> NDArray[np.int64]:
    """(paths,) the scenario of each, by its place among the parts of the map."""
    return np.zeros(moving.weight.size, dtype=np.int64) if moving.part is None else moving.part


def resting_shares(problem: PlanProblem, kind: TeamKind) -> Floats:
    """(scenarios,) the part of who rests that a kind can find: who answers for callers, the dead for remains."""
    lives, heard = at_rest(problem)
    if kind is TeamKind.SOUND:
        return heard
    return 1.0 - lives if kind is TeamKind.REMAINS else np.ones(len(lives))


def findable(problem: PlanProblem, kind: TeamKind, *, living: bool = False) -> Floats:
    """(rows, cols) the part of who rests on each cell that a kind of team can find at all: the mean of its scenarios.

    With `living` of those who live when the plan starts: callers find all of them who answer, dogs for human remains
    nobody. The mean of the map where nobody rests on a cell.
    """
    shares, whole = resting_shares(problem, kind), resting_parts(problem.belief, problem.movers)
    if living and kind is TeamKind.REMAINS:
        return np.zeros(whole.shape[1:])
    if living and problem.alive:
        lives = at_rest(problem)[0]
        whole = lives[:, None, None] * whole
        of_the_living = np.divide(shares, lives, out=np.zeros(len(lives)), where=lives > 0)
        shares = of_the_living if kind is TeamKind.SOUND else np.ones(len(lives))
    return mean_on(shares, whole)


def mean_on(figures: Floats, parts: Floats) -> Floats:
    """The mean of scenarios' figures (scenarios,) by their probability (scenarios, ...) at each place."""
    total = parts.sum(axis=0)
    on_all = float(figures @ parts.reshape(len(parts), -1).sum(axis=1)) / max(float(total.sum()), 1e-300)
    mean = np.divide(np.tensordot(figures, parts, axes=1), total, out=np.full(total.shape, on_all), where=total > 0)
    return np.asarray(mean, dtype=np.float64)


def path_findable(moving: Movers, kind: TeamKind) -> Floats:
    """(paths,) the same of those who move: they live, and answer or not."""
    if kind is TeamKind.SOUND:
        return moving.responsive.astype(np.float64)
    return np.full(moving.weight.size, float(kind is not TeamKind.REMAINS))


def living_at(problem: PlanProblem, at_s: Floats, lives: Floats | None = None) -> Floats:
    """(2, scenarios, times) the probability of living: of who rests, and of who lived when the plan started.

    1 throughout where survival is not known. Times are seconds from the plan's start; `lives` is the first of
    `at_rest`, where it is known.
    """
    n = max(len(problem.belief.parts), 1)
    if not problem.alive:
        return np.ones((2, n, len(at_s)))
    curves = [tuple(zip(*curve, strict=True)) for curve in problem.alive]
    start = np.array([np.interp(0.0, at, alive) for at, alive in curves])[:, None]
    now = np.stack([np.interp(at_s, at, alive) for at, alive in curves])
    since = np.divide(now, start, out=np.ones_like(now), where=start > 0)
    rest = at_rest(problem)[0] if lives is None else lives
    return np.stack([rest[:, None] * since, since])


def teams_of(problem: PlanProblem) -> set[TeamKind]:
    """The kinds of team there are."""
    return {team.kind for team in problem.teams}
