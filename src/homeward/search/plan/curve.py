"""How good a plan is, measured on the ground: the POS curve of timed paths, and what is found alive.

The same measure serves a plan, a rule to compare with, and what was really walked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from homeward.belief.ahead import resting_parts
from homeward.detect import pod_uncertain_width
from homeward.geo import Floats
from homeward.mission.nouns import TeamKind
from homeward.search.plan.posts import CALL_S, NOTICE, comes_by, heard_from
from homeward.search.plan.problem import PlanProblem
from homeward.search.plan.skills import Skill, skills_of, timed
from homeward.search.plan.sought import coverage_of_notice, findable, path_findable
from homeward.search.plan.tasks import covered, stretch_of_path
from homeward.search.records import Assignment

Window = tuple[slice, slice]
EVERYWHERE: Window = (slice(None), slice(None))
POINTS = 48  # of the curve at even times; full hours and the period's end come besides
PIECE_S = 300.0  # those who move are looked at where they are at the mark nearest to the middle of at most so long


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Walk:
    """A timed path of one team: `xy_m` (n, 2) at `at_s` (n,) seconds from the plan's start, rising.

    `mode` as in `Assignment`; a post stands at the first point, and `meets` are the moving subjects that come by while
    it is held, each once: (mover index, seconds from the plan's start), in the order of time.
    """

    skill: Skill
    xy_m: Floats
    at_s: Floats
    mode: str = "search"
    meets: tuple[NDArray[np.int32], Floats] | None = None


def walks_of(problem: PlanProblem, assignments: Sequence[Assignment]) -> list[Walk]:
    """The searching part of each assignment, timed by the team's own speed from `begins_s` to `ends_s`."""
    skills, index = skills_of(problem.terrain, problem.teams, weather=problem.weather, numbers=problem.numbers)
    of_team = {team.id: skills[i] for team, i in zip(problem.teams, index, strict=True)}
    walks = []
    for a in assignments:
        skill = of_team[a.team]
        if a.mode != "search":
            walks.append(_post(problem, a, skill))
            continue
        xy, seconds = timed(np.asarray(a.route_m, dtype=np.float64), skill, problem.terrain.grid)
        span = a.ends_s - a.begins_s
        at = a.begins_s + (seconds * (span / seconds[-1]) if seconds[-1] > 0 else np.linspace(0.0, span, len(seconds)))
        walks.append(Walk(skill=skill, xy_m=xy, at_s=at))
    return walks


def _post(problem: PlanProblem, a: Assignment, skill: Skill) -> Walk:
    who, when = comes_by(problem, skill, np.array(a.route_m[0]), answering=a.mode == "attraction")
    held = (when >= a.begins_s) & (when < a.ends_s)
    who, first = np.unique(who[held], return_index=True)
    order = np.argsort(when[held][first], kind="stable")
    return Walk(
        skill=skill,
        xy_m=np.array([a.route_m[0], a.route_m[0]], dtype=np.float64),
        at_s=np.array([a.begins_s, a.ends_s]),
        mode=a.mode,
        meets=(who[order], when[held][first][order]),
    )


def light_pieces(problem: PlanProblem, begins_s: float, ends_s: float) -> list[tuple[float, float, bool]]:
    """A time cut where the light changes: (begin, end, night)."""
    marks = [begins_s, *(t for t in problem.light_changes_s if begins_s < t < ends_s), ends_s]
    return [(a, b, problem.is_night((a + b) / 2)) for a, b in pairwise(marks) if b > a]


def add_coverage(total: Floats, problem: PlanProblem, walk: Walk, begins_s: float, ends_s: float) -> None:
    """Adds to `total` (rows, cols) what a walk covers between two times."""
    for window, coverage in covered_by(problem, walk, begins_s, ends_s):
        total[window] += coverage


class Looks:
    """What is left of a map while teams search it; passes by one kind of team share one uncertain sweep width.

    `left` (rows, cols) is what rests and `walking` (movers,) who moves, not found yet. `alive` adds up what was found
    while the subject lives, by the survival of each scenario at that time (0 where survival is not known).
    """

    def __init__(self, problem: PlanProblem) -> None:
        self._problem = problem
        self._parts = resting_parts(problem.belief, problem.movers)
        self._rest = np.asarray(self._parts.sum(axis=0), dtype=np.float64)
        self.left = self._rest.copy()
        self.walking = np.empty(0) if problem.movers is None else problem.movers.weight.copy()
        self.alive = 0.0
        self._covered: dict[TeamKind, Floats] = {}
        self._met: dict[TeamKind, Floats] = {}
        self._share = {kind: findable(problem, kind) for kind in TeamKind}

    def look(self, walk: Walk, begins_s: float, ends_s: float) -> float:
        """The probability that a walk finds the subject between two times; it is taken out of what is left."""
        kind, found = walk.skill.kind, 0.0
        for a, b in _pieces(self._problem, begins_s, ends_s):
            for window, coverage in covered_by(self._problem, walk, a, b):
                got = self.take(kind, coverage, window)
                found += float(got.sum())
                self.alive += self._living(kind, got, window, (a + b) / 2)
                if walk.mode == "search":
                    found += self._pass(kind, coverage, window, (a + b) / 2)
        return found + self._meet(walk, begins_s, ends_s)

    def take(self, kind: TeamKind, coverage: Floats, window: Window = EVERYWHERE) -> Floats:
        """The probability found on each cell of `window`, of what rests, by a pass of that coverage; taken out."""
        if kind not in self._covered:
            self._covered[kind] = np.zeros(self.left.shape)
        before = self._covered[kind][window]
        got = _found(self.left[window], coverage, before, self._share[kind])
        before += coverage
        self.left[window] -= got
        return got

    def moving(self, walk: Walk) -> float:
        """The probability that a walk finds one who moves; it is taken out of what is left."""
        if not self.walking.size:
            return 0.0
        begins, ends = float(walk.at_s[0]), float(walk.at_s[-1])
        found = self._meet(walk, begins, ends)
        for a, b in _pieces(self._problem, begins, ends) if walk.mode == "search" else []:
            for window, coverage in covered_by(self._problem, walk, a, b):
                found += self._pass(walk.skill.kind, coverage, window, (a + b) / 2)
        return found

    def _pass(self, kind: TeamKind, coverage: Floats, window: Window, at_s: float) -> float:
        """What a pass finds of those who are in its cells at a time."""
        movers, grid = self._problem.movers, self._problem.terrain.grid
        if movers is None:
            return 0.0
        cell = movers.cell[int(np.abs(np.asarray(movers.marks_s) - at_s).argmin())]
        row, col = cell // grid.n_cols - window[0].start, cell % grid.n_cols - window[1].start
        inside = (cell >= 0) & (row >= 0) & (row < coverage.shape[0]) & (col >= 0) & (col < coverage.shape[1])
        who = np.flatnonzero(inside)
        return self._find(kind, who, coverage[row[who], col[who]], np.full(who.size, at_s))

    def _meet(self, walk: Walk, begins_s: float, ends_s: float) -> float:
        """What a post finds of those who come by between two times."""
        if walk.meets is None or not walk.meets[0].size:
            return 0.0
        who, when = walk.meets
        now = (when >= begins_s) & (when < ends_s)
        notice = np.full(int(now.sum()), coverage_of_notice(NOTICE))
        return self._find(walk.skill.kind, who[now], notice, when[now])

    def _find(self, kind: TeamKind, who: NDArray[np.int_] | NDArray[np.int32], coverage: Floats, at_s: Floats) -> float:
        movers = self._problem.movers
        assert movers is not None
        if kind not in self._met:
            self._met[kind] = np.zeros(self.walking.size)
        before = self._met[kind][who]
        got = _found(self.walking[who], coverage, before, path_findable(movers, kind)[who])
        self._met[kind][who] += coverage
        self.walking[who] -= got
        if self._problem.alive and kind is not TeamKind.REMAINS:
            part = np.zeros(len(who), dtype=np.int64) if movers.part is None else movers.part[who]
            self.alive += float(
                sum(g * self._problem.alive_at(int(k), t) for g, k, t in zip(got, part, at_s, strict=True))
            )
        return float(got.sum())

    def _living(self, kind: TeamKind, got: Floats, window: Window, at_s: float) -> float:
        """How much of what was found on the cells of a window at a time lives."""
        if not self._problem.alive or kind is TeamKind.REMAINS:
            return 0.0
        lives = [self._problem.alive_at(k, at_s) for k in range(len(self._parts))]
        rest = self._rest[window]
        share = np.tensordot(lives, self._parts[(slice(None), *window)], axes=1)
        return float((got * np.divide(share, rest, out=np.zeros_like(rest), where=rest > 0)).sum())


def _found(left: Floats, coverage: Floats, before: Floats, share: float | NDArray[np.float32]) -> Floats:
    """What another pass finds of what is left, where a kind of team can find `share` of all there was at first."""
    if isinstance(share, float) and share == 1.0:
        return np.asarray(left * pod_uncertain_width(coverage, before=before), dtype=np.float64)
    was = 1.0 - share * pod_uncertain_width(before)
    now = 1.0 - share * pod_uncertain_width(before + coverage)
    return np.asarray(left * np.divide(was - now, was, out=np.zeros_like(left), where=was > 0), dtype=np.float64)


def _pieces(problem: PlanProblem, begins_s: float, ends_s: float) -> list[tuple[float, float]]:
    """A time in pieces that are short enough for those who move; in one where nobody does."""
    n = 1 if problem.movers is None else max(int(np.ceil((ends_s - begins_s) / PIECE_S - 1e-9)), 1)
    return list(pairwise(np.linspace(begins_s, ends_s, n + 1).tolist()))


def covered_by(problem: PlanProblem, walk: Walk, begins_s: float, ends_s: float) -> Iterator[tuple[Window, Floats]]:
    """What a walk, or a post that calls, covers between two times, by pieces in one light: (window, coverage there)."""
    first, last = max(begins_s, float(walk.at_s[0])), min(ends_s, float(walk.at_s[-1]))
    for a, b, night in light_pieces(problem, first, last):
        if walk.mode == "search":
            xy, _ = stretch_of_path(walk.xy_m, walk.at_s, a, b)
            yield covered(xy, walk.skill, problem.terrain.grid, night=night)
        elif walk.mode == "attraction" and a < walk.at_s[0] + CALL_S:
            share = (min(b, float(walk.at_s[0]) + CALL_S) - a) / CALL_S
            yield _called(problem, walk, share, night=night)


def _called(problem: PlanProblem, walk: Walk, share: float, *, night: bool) -> tuple[Window, Floats]:
    """The share of what calling from a post covers, which it does evenly over the first of its time."""
    grid = problem.terrain.grid
    cell, coverage = heard_from(grid, walk.skill, walk.xy_m[0])
    row, col = cell // grid.n_cols, cell % grid.n_cols
    if not cell.size:
        return (slice(0, 0), slice(0, 0)), np.zeros((0, 0))
    window = slice(int(row.min()), int(row.max()) + 1), slice(int(col.min()), int(col.max()) + 1)
    total = np.zeros((window[0].stop - window[0].start, window[1].stop - window[1].start))
    total[row - window[0].start, col - window[1].start] = share * coverage[int(night)]
    return window, total


def curve_times_s(problem: PlanProblem) -> list[float]:
    """Even times, full hours and the period's end, from 0."""
    hours = np.arange(3600.0, problem.duration_s, 3600.0)
    even = np.linspace(0.0, problem.duration_s, POINTS + 1)
    even = even[[not np.isclose(t, hours, rtol=0, atol=1.0).any() for t in even]]  # a full hour stands for one so near
    return [float(t) for t in np.union1d(even, hours)]


def pos_curve(problem: PlanProblem, walks: Sequence[Walk]) -> list[tuple[float, float]]:
    """(seconds, probability that the subject has been found by then) at the curve's times."""
    looks, found = Looks(problem), 0.0
    curve = [(0.0, 0.0)]
    for before, now in pairwise(curve_times_s(problem)):
        found += sum(looks.look(walk, before, now) for walk in walks)
        curve.append((now, found))
    return curve


def mean_of(curve: Sequence[tuple[float, ...]], column: int = 1) -> float:
    """The mean of a curve over its time, straight between its points."""
    t, v = np.array([p[0] for p in curve]), np.array([p[column] for p in curve])
    return float(np.trapezoid(v, t) / t[-1])
