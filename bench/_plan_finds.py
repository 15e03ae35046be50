"""What a plan's paths find, measured apart from the planner: coverage laid beside the paths, minute by minute.

The law is that of `detect`: hazards add, the miss after coverage C by all passes of one kind of team is
(5 / (5 + C))^5, kinds look independently. Subjects on their way meet the mean coverage of the ground about 200 m around
them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from bench._plan_ground import laid, lines_on, points_along, sampled
from homeward.belief.ahead import Movers, resting
from homeward.belief.update import answers
from homeward.detect import WIDTH_SHAPE, defaults, paths_only, team_speed_mps, team_sweep_width_m
from homeward.geo import Floats
from homeward.mission.nouns import Team, TeamKind
from homeward.search.plan.problem import PlanProblem
from homeward.search.records import Assignment, SearchPlan
from homeward.terrain import LineKind

_STEPS = 24  # of the period, in which finds are counted
_BLOCK_M = 200.0


@dataclass(frozen=True, slots=True, eq=False)
class Ability:
    """What a team can do on each cell: sweep width by day and by night, speed; 0 where it cannot search."""

    day_m: Floats
    night_m: Floats
    speed_mps: Floats
    abreast: int


def abilities(problem: PlanProblem, team: Team) -> Ability:
    """From the published tables and the team's own word."""
    terrain, sky, known = problem.terrain, problem.weather, problem.numbers
    day, night = (
        team_sweep_width_m(team, terrain.cover, night=dark, weather=sky, numbers=known) for dark in (False, True)
    )
    speed = team_speed_mps(team, terrain.cover, terrain.slope(), weather=sky, numbers=known)
    allowed = ~paths_only(team.kind, terrain.cover) | lines_on(terrain, (LineKind.ROAD, LineKind.TRAIL))
    speed = np.where(allowed & (np.maximum(day, night) > 0), speed, 0.0)
    by_night = works_in_the_dark(problem, team) * night
    abreast = team.people if team.kind is TeamKind.LINE else 1
    return Ability(np.where(speed > 0, day, 0.0), np.where(speed > 0, by_night, 0.0), speed, abreast)


def works_in_the_dark(problem: PlanProblem, team: Team) -> bool:
    """Its own word, else its kind's."""
    return defaults(team.kind, numbers=problem.numbers).in_the_dark if team.in_the_dark is None else team.in_the_dark


def finds(problem: PlanProblem, plan: SearchPlan, *, off: float, share: float) -> Iterator[str]:
    """Where the plan's curve is not what its paths find; `off` and `share` say how far it may be away."""
    marks = np.linspace(0.0, plan.duration_s, _STEPS + 1)
    found, alive = measured(problem, plan, marks)
    at, value, _ = (np.array(column) for column in zip(*plan.curve, strict=True))
    posts = sum(a.pos for a in plan.assignments if a.mode != "search")
    for t, own in zip(marks[1:], np.cumsum(found), strict=True):
        said = float(np.interp(t, at, value))
        low, high = own - off - share * own, own + off + share * own + posts
        if not low - posts <= said <= high:
            yield f"by {t / 3600:.2g} h the paths find {own:.2%}, the plan says {said:.2%}"
            return
    if plan.alive_value is not None and alive is not None:
        own = float(alive.sum())
        if not -off - share * own - posts <= plan.alive_value - own <= off + share * own + posts:
            yield f"the paths find {own:.2%} alive, the plan says {plan.alive_value:.2%}"


def measured(problem: PlanProblem, plan: SearchPlan, marks: Floats) -> tuple[Floats, Floats | None]:
    """(probability found in each step between `marks`, the same alive; None where survival is not known)."""
    grid, movers = problem.terrain.grid, problem.movers
    still = resting(problem.belief, movers)
    kinds = sorted({t.kind for t in problem.teams})
    caps = {kind: _cap(problem, kind) for kind in kinds}
    total = {kind: np.zeros(grid.shape) for kind in kinds}
    path_total = {kind: np.zeros(len(movers.weight) if movers else 0) for kind in kinds}
    left, moving = still.copy(), movers.weight.copy() if movers else np.zeros(0)
    found, alive = [], []
    teams = {t.id: t for t in problem.teams}
    can = {t.id: abilities(problem, t) for t in problem.teams}
    for begins, ends in pairwise(marks.tolist()):
        new = {kind: np.zeros(grid.shape) for kind in kinds}
        for a in plan.assignments:
            if a.mode == "search" and a.begins_s < ends and begins < a.ends_s and teams[a.team].kind in new:
                new[teams[a.team].kind] += _step(problem, can[a.team], a, (begins, ends))
        miss, path_miss = np.ones(grid.shape), np.ones(len(moving))
        for kind in kinds:
            total[kind] += new[kind]
            miss *= _missed(total[kind], caps[kind])
            if movers is not None:
                path_total[kind] += _met(problem, new[kind], (begins + ends) / 2)
                path_miss *= _path_missed(path_total[kind], movers, kind)
        got, met = left - still * miss, moving - (movers.weight * path_miss if movers else 0.0)
        left, moving = left - got, moving - met
        found.append(float(got.sum() + met.sum()))
        alive.append(_living(problem, got, float(met.sum()), (begins + ends) / 2))
    return np.array(found), np.array(alive) if problem.alive else None


def _path_missed(coverage: Floats, movers: Movers, kind: TeamKind) -> Floats:
    """The same of those who move: they live, and answer or not."""
    can = movers.responsive if kind is TeamKind.SOUND else np.full(len(coverage), kind is not TeamKind.REMAINS)
    return np.where(can, _missed(coverage, 1.0), 1.0)


def _missed(coverage: Floats, cap: float) -> Floats:
    return np.asarray(1 - cap * (1 - (WIDTH_SHAPE / (WIDTH_SHAPE + coverage)) ** WIDTH_SHAPE))


def _cap(problem: PlanProblem, kind: TeamKind) -> float:
    """The share of subjects at rest that a kind of team can find at all: who answers, or who is dead."""
    parts = problem.belief.parts
    if kind is TeamKind.SOUND:
        each = [answers(part) for part in parts] or [answers(None)]
    elif kind is TeamKind.REMAINS and problem.alive:
        each = [1 - problem.alive_at(k, 0.0) for k in range(len(parts))]
    else:
        return 0.5 if kind is TeamKind.REMAINS else 1.0
    weight = np.array([part.poa.sum() for part in parts] or [1.0])
    return float(np.dot(each, weight) / weight.sum())


def _step(problem: PlanProblem, can: Ability, a: Assignment, between: tuple[float, float]) -> Floats:
    """Coverage that a task lays down between two times, its path gone at the team's own speeds."""
    grid = problem.terrain.grid
    xy, length = points_along(np.array(a.route_m), grid.cell_m / 4)
    speed = sampled(can.speed_mps, grid, xy)
    needs = np.cumsum(length / np.where(speed > 0, speed, 0.3))
    at = a.begins_s + (a.ends_s - a.begins_s) * (needs - needs[0] / 2) / max(float(needs[-1]), 1e-9)
    now = (at >= between[0]) & (at < between[1])
    turned = np.searchsorted(problem.light_changes_s, at[now], side="right") % 2 == 1
    dark = ~turned if problem.night else turned
    width = np.where(dark, sampled(can.night_m, grid, xy[now]), sampled(can.day_m, grid, xy[now]))
    return laid(grid, (xy[now], length[now]), width, can.abreast)


def _met(problem: PlanProblem, coverage: Floats, at_s: float) -> Floats:
    """The mean coverage of the block of ground that each mover is in at a time."""
    movers, grid = problem.movers, problem.terrain.grid
    assert movers is not None
    mark = int(np.argmin(np.abs(np.array(movers.marks_s) - at_s)))
    cell = movers.cell[mark]
    k = max(round(_BLOCK_M / grid.cell_m), 1)
    rows, cols = -(-grid.n_rows // k), -(-grid.n_cols // k)
    pad = np.pad(coverage, ((0, rows * k - grid.n_rows), (0, cols * k - grid.n_cols)))
    block = pad.reshape(rows, k, cols, k).mean(axis=(1, 3))
    on = np.clip(cell, 0, None)
    return np.where(cell >= 0, block[on // grid.n_cols // k, on % grid.n_cols // k], 0.0)


def _living(problem: PlanProblem, got: Floats, met: float, at_s: float) -> float:
    """How much of what is found at a time is found alive."""
    if not problem.alive:
        return 0.0
    poa = problem.belief.poa
    lives = np.sum([problem.alive_at(k, at_s) * part.poa for k, part in enumerate(problem.belief.parts)], axis=0)
    mean = float(lives.sum() / max(poa.sum(), 1e-300))
    return float((got * np.divide(lives, poa, out=np.zeros_like(poa), where=poa > 0)).sum()) + met * mean
