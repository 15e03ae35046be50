"""What a plan's paths find, measured apart from the planner: coverage laid beside the paths, minute by minute.

The law is that of `detect`: hazards add, the miss after coverage C by all passes of one kind of team is
(5 / (5 + C))^5, kinds look independently. Subjects on their way go straight on between their marks: they meet the
coverage of the ground that they are on, and posts that they come near, one chance each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bench._plan_ground import laid, lines_on, points_along, sampled
from homeward.belief.ahead import Movers, resting_parts
from homeward.belief.update import answers
from homeward.detect import WIDTH_SHAPE, defaults, paths_only, team_speed_mps, team_sweep_width_m
from homeward.geo import Floats, Grid
from homeward.mission.nouns import Team, TeamKind
from homeward.search.plan.problem import PlanProblem
from homeward.search.records import XY, Assignment, SearchPlan
from homeward.terrain import LineKind

_MOVING_S = 150.0  # how often finds are counted where subjects move, at least
_LOOK_S = 10.0  # how often a post looks who is there
_NOTICED = 5 * (0.1 ** (-1 / 5) - 1)  # coverage at which a post's chance of 0.9 to notice is reached (`posts.NOTICE`)
_CALLS_S = 600.0  # in which who is near has heard a call from a post
_DEAD = TeamKind.REMAINS


@dataclass(frozen=True, slots=True, eq=False)
class Ability:
    """What a team can do on each cell: sweep width by day and by night, speed; 0 where it cannot search."""

    day_m: Floats
    night_m: Floats
    speed_mps: Floats
    abreast: int
    half_turn_s: float = 0.0


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
    turn_s = defaults(team.kind, numbers=known).half_turn_s
    return Ability(np.where(speed > 0, day, 0.0), np.where(speed > 0, by_night, 0.0), speed, abreast, turn_s)


def bends(route: Sequence[XY]) -> tuple[Floats, Floats]:
    """(how far along a path its bends of 45 degrees and more are, how much of a half turn each is)."""
    corners = np.array([a for a, b in pairwise(route) if a != b] + list(route[-1:]))
    legs = np.diff(corners, axis=0)
    if len(legs) < 2:
        return np.zeros(0), np.zeros(0)
    long = np.hypot(*legs.T)
    ahead = (legs[1:] * legs[:-1]).sum(axis=1) / long[1:] / long[:-1]
    angle = np.degrees(np.arccos(np.clip(ahead, -1.0, 1.0)))
    sharp = angle >= 45.0 - 1e-6
    return np.cumsum(long)[:-1][sharp], angle[sharp] / 180.0


def works_in_the_dark(problem: PlanProblem, team: Team) -> bool:
    """Its own word, else its kind's."""
    return defaults(team.kind, numbers=problem.numbers).in_the_dark if team.in_the_dark is None else team.in_the_dark


def finds(problem: PlanProblem, plan: SearchPlan, *, off: float, share: float) -> Iterator[str]:
    """Where the plan's curve is not what its paths and posts find; `off` and `share` say how far it may be away."""
    moving_s = np.arange(0.0, 0.0 if problem.movers is None else plan.duration_s, _MOVING_S)
    marks = np.unique([*(t for t, _, _ in plan.curve), *moving_s])
    found, alive = measured(problem, plan, marks)
    by = np.r_[0.0, np.cumsum(found)]
    slack_s = 0.0 if problem.movers is None else _MOVING_S  # when in its step somebody is met is not known so well
    for t, said, _ in plan.curve:
        least, own, most = np.interp([t - slack_s, t, t + slack_s], marks, by)
        if not least - off - share * least <= said <= most + off + share * most:
            yield f"by {t / 3600:.2g} h the paths find {float(own):.2%}, the plan says {said:.2%}"
            return
    if plan.alive_value is not None and alive is not None:
        living = float(alive.sum())
        if abs(plan.alive_value - living) > off + share * living:
            yield f"the paths find {living:.2%} alive, the plan says {plan.alive_value:.2%}"


def measured(problem: PlanProblem, plan: SearchPlan, marks: Floats) -> tuple[Floats, Floats | None]:
    """(probability found in each step between `marks`, the same alive; None where survival is not known)."""
    grid, movers = problem.terrain.grid, problem.movers
    rest = resting_parts(problem.belief, movers)
    still, teams = rest.sum(axis=0), {t.id: t for t in problem.teams}
    kinds, can = sorted({t.kind for t in problem.teams}), {t.id: abilities(problem, t) for t in problem.teams}
    some = {kind: _share(problem, kind, rest) for kind in kinds}
    total = {kind: np.zeros(grid.shape) for kind in kinds}
    passed = {kind: np.zeros(len(movers.weight) if movers else 0) for kind in kinds}
    left, moving = still.copy(), movers.weight.copy() if movers else np.zeros(0)
    posts = [(a, _comes_by(problem, teams[a.team], a)) for a in plan.assignments if a.mode != "search"]
    found, alive = [], []
    for begins, ends in pairwise(marks.tolist()):
        got_s, lived = 0.0, 0.0
        for kind in kinds:
            new, more = np.zeros(grid.shape), np.zeros(len(moving))
            for a in plan.assignments:
                if a.mode == "search" and a.begins_s < ends and begins < a.ends_s and teams[a.team].kind is kind:
                    new += _step(problem, can[a.team], a, (begins, ends))
            if movers is not None:
                more += _met(problem, new, (begins + ends) / 2)
            for a, comes_s in posts:
                if teams[a.team].kind is kind:
                    more += _NOTICED * ((comes_s >= begins) & (comes_s < ends))
                    called_s = max(min(a.begins_s + _CALLS_S, ends) - max(a.begins_s, begins), 0.0)
                    if a.mode == "attraction" and called_s:
                        new += _NOTICED * called_s / _CALLS_S * _within(problem, teams[a.team], a)
            got = left * (1 - _missed(total[kind] + new, some[kind]) / _missed(total[kind], some[kind]))
            walks = 1.0 if movers is None else _of_walkers(movers, kind)
            met = moving * (1 - _missed(passed[kind] + more, walks) / _missed(passed[kind], walks))
            total[kind], passed[kind], left, moving = total[kind] + new, passed[kind] + more, left - got, moving - met
            got_s += float(got.sum() + met.sum())
            lived += _living(problem, kind, (got, met, rest), (begins + ends) / 2)
        found.append(got_s)
        alive.append(lived)
    return np.array(found), np.array(alive) if problem.alive else None


def _missed(coverage: Floats, share: Floats | float) -> Floats:
    """Who is missed after a coverage by one kind of team that can find a `share` of all."""
    return np.asarray(np.maximum(1 - share * (1 - (WIDTH_SHAPE / (WIDTH_SHAPE + coverage)) ** WIDTH_SHAPE), 1e-12))


def _of_walkers(movers: Movers, kind: TeamKind) -> Floats:
    """Who of those who move a kind of team can find: they live, and answer or not."""
    return np.asarray(
        movers.responsive if kind is TeamKind.SOUND else np.full(len(movers.weight), kind is not _DEAD), float
    )


def _resting(problem: PlanProblem, rest: Floats) -> tuple[Floats, Floats]:
    """(scenarios,) who rests: how many of them live when the plan starts, how many answer.

    Who walks lives; so of `alive` in a scenario those who walk come first.
    """
    lives, heard = [], []
    for k, here in enumerate(rest.sum(axis=(1, 2))):
        part = problem.belief.parts[k] if problem.belief.parts else None
        hears = answers(part)
        alive = problem.alive_at(k, 0.0) if problem.alive else None if part is None else part.alive
        if alive is None:
            lives.append(0.5)
        else:
            going = _walking(problem, k)
            going /= max(going + here, 1e-300)
            lives.append(min(max((alive - going) / max(1 - going, 1e-300), 0.0), 1.0))
            hears = min(hears, lives[-1])
        heard.append(hears)
    return np.array(lives), np.array(heard)


def _walking(problem: PlanProblem, scenario: int) -> float:
    movers = problem.movers
    if movers is None:
        return 0.0
    part = np.zeros(len(movers.weight)) if movers.part is None else movers.part
    return float(movers.weight[part == scenario].sum())


def _share(problem: PlanProblem, kind: TeamKind, rest: Floats) -> Floats:
    """(rows, cols) the share of who rests on each cell that a kind of team can find at all: who answers, the dead."""
    if kind not in (TeamKind.SOUND, _DEAD):
        return np.ones(rest.shape[1:])
    lives, heard = _resting(problem, rest)
    return _mean(heard if kind is TeamKind.SOUND else 1 - lives, rest)


def _mean(figures: Floats, rest: Floats) -> Floats:
    total = rest.sum(axis=0)
    mean = np.divide(np.tensordot(figures, rest, axes=1), total, out=np.zeros_like(total), where=total > 0)
    return np.asarray(mean, dtype=np.float64)


def _living(problem: PlanProblem, kind: TeamKind, found: tuple[Floats, Floats, Floats], at_s: float) -> float:
    """How much of what a kind of team finds at a time lives then; `found`: of who rests, who moves; who rested."""
    if not problem.alive or kind is _DEAD:
        return 0.0
    got, met, rest = found
    since = np.array([problem.alive_at(k, at_s) / max(problem.alive_at(k, 0.0), 1e-300) for k in range(len(rest))])
    lives, heard = _resting(problem, rest)
    if kind is TeamKind.SOUND:
        still = got * np.divide(_mean(heard * since, rest), _mean(heard, rest), out=np.zeros_like(got), where=got > 0)
    else:
        still = got * _mean(lives * since, rest)
    if problem.movers is None:
        return float(still.sum())
    part = problem.movers.part
    return float(still.sum() + (met * (since[0] if part is None else since[part])).sum())


def _step(problem: PlanProblem, can: Ability, a: Assignment, between: tuple[float, float]) -> Floats:
    """Coverage that a task lays down between two times, its path gone at the team's own speeds."""
    grid = problem.terrain.grid
    xy, length = points_along(np.array(a.route_m), grid.cell_m / 4)
    speed = sampled(can.speed_mps, grid, xy)
    needs = np.cumsum(length / np.where(speed > 0, speed, 0.3))
    if can.half_turn_s:
        along, turns = bends(a.route_m)
        turned = np.r_[0.0, np.cumsum(turns)][np.searchsorted(along, np.cumsum(length) - length / 2)]
        needs = needs + can.half_turn_s * turned
    at = a.begins_s + (a.ends_s - a.begins_s) * (needs - needs[0] / 2) / max(float(needs[-1]), 1e-9)
    now = (at >= between[0]) & (at < between[1])
    turned = np.searchsorted(problem.light_changes_s, at[now], side="right") % 2 == 1
    dark = ~turned if problem.night else turned
    width = np.where(dark, sampled(can.night_m, grid, xy[now]), sampled(can.day_m, grid, xy[now]))
    return laid(grid, (xy[now], length[now]), width, can.abreast)


def _met(problem: PlanProblem, coverage: Floats, at_s: float) -> Floats:
    """The coverage of the ground that each mover is on at a time."""
    x, y = _places(problem, at_s)
    grid, on = problem.terrain.grid, np.isfinite(x)
    out = np.zeros(len(x))
    out[on] = sampled(coverage, grid, np.stack([x[on], y[on]], axis=1))
    return out


def _places(problem: PlanProblem, at_s: float) -> tuple[Floats, Floats]:
    """Where each mover is: straight on between two marks, over the nearest edge for one who leaves; nan off the map."""
    movers, grid = problem.movers, problem.terrain.grid
    assert movers is not None
    marks = np.array(movers.marks_s)
    m = int(np.clip(np.searchsorted(marks, at_s, side="right") - 1, 0, len(marks) - 1))
    n = min(m + 1, len(marks) - 1)
    w = (at_s - marks[m]) / (marks[n] - marks[m]) if n > m else 0.0
    (x, y), (then_x, then_y) = _centre(grid, movers.cell[m]), _centre(grid, movers.cell[n])
    gone = np.isnan(then_x) & np.isfinite(x)
    away = np.stack([x - grid.west_m, grid.east_m - x, y - grid.south_m, grid.north_m - y])
    side = np.argmin(np.nan_to_num(away), axis=0)
    then_x = np.where(gone, np.choose(side, [grid.west_m, grid.east_m, x, x]), then_x)
    then_y = np.where(gone, np.choose(side, [y, y, grid.south_m, grid.north_m]), then_y)
    return (1 - w) * x + w * then_x, (1 - w) * y + w * then_y


def _centre(grid: Grid, cell: NDArray[np.int32]) -> tuple[Floats, Floats]:
    x = grid.west_m + (cell % grid.n_cols + 0.5) * grid.cell_m
    y = grid.north_m - (cell // grid.n_cols + 0.5) * grid.cell_m
    return np.where(cell >= 0, x, np.nan), np.where(cell >= 0, y, np.nan)


def _reach_m(problem: PlanProblem, team: Team, a: Assignment, at_s: float) -> float:
    """How far a post sees or is heard: half of one searcher's sweep width there and then, one cell at least."""
    turned = int(np.searchsorted(problem.light_changes_s, at_s, side="right")) % 2 == 1
    can, here = abilities(problem, team), np.array(a.route_m[:1])
    width = sampled(can.night_m if problem.night != turned else can.day_m, problem.terrain.grid, here)[0]
    return max(float(width) / can.abreast / 2, problem.terrain.grid.cell_m)


def _comes_by(problem: PlanProblem, team: Team, a: Assignment) -> Floats:
    """When each mover first comes within a post's reach while it is held, looked for every few seconds; inf: never."""
    movers = problem.movers
    if movers is None:
        return np.empty(0)
    comes = np.full(len(movers.weight), np.inf)
    can_be = movers.responsive if a.mode == "attraction" else np.ones(len(comes), dtype=np.bool_)
    for at_s in np.arange(a.begins_s, min(a.ends_s, movers.marks_s[-1] + 1), _LOOK_S):
        x, y = _places(problem, float(at_s))
        near = np.hypot(x - a.route_m[0][0], y - a.route_m[0][1]) <= _reach_m(problem, team, a, float(at_s))
        comes = np.where(near & can_be, np.minimum(comes, at_s), comes)
    return comes


def _within(problem: PlanProblem, team: Team, a: Assignment) -> Floats:
    """1 on the cells whose middle a call from a post reaches, 0 elsewhere."""
    x, y = problem.terrain.grid.centers_m()
    far = np.hypot(x[None, :] - a.route_m[0][0], y[:, None] - a.route_m[0][1])
    return np.asarray(far <= _reach_m(problem, team, a, a.begins_s), dtype=np.float64)
