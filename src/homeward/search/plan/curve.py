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
from homeward.search.plan.findable import (
    LIMITED,
    at_rest,
    findable,
    living_at,
    path_findable,
    scenario_of,
    teams_of,
)
from homeward.search.plan.posts import CALL_S, NOTICE, comes_by, heard_from
from homeward.search.plan.problem import PlanProblem
from homeward.search.plan.skills import Skill, skills_of, timed
from homeward.search.plan.sought import coverage_of_notice, mean_survival
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


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """What a walk covers in a piece of its time, from `begins_s` to `ends_s`: the coverage on a window of the grid."""

    begins_s: float
    ends_s: float
    window: Window
    coverage: Floats

    @property
    def at_s(self) -> float:
        """The middle of its time."""
        return (self.begins_s + self.ends_s) / 2


def pieces_of(problem: PlanProblem, walk: Walk, begins_s: float, ends_s: float) -> list[Piece]:
    """A walk between two times in pieces that are short enough for those who move, each in one light."""
    return [
        Piece(a, b, window, coverage)
        for a, b in _pieces(problem, begins_s, ends_s)
        for window, coverage in covered_by(problem, walk, a, b)
    ]


class Looks:
    """What is left of a map while teams search it; passes by one kind of team share one uncertain sweep width.

    `left` (rows, cols) is what rests and `walking` (movers,) who moves, not found yet. `alive` adds up what was found
    while the subject lives, by the survival of each scenario at that time (0 where survival is not known), and `value`
    what a schedule maximises: each find by the share of the period that is left then, and by that survival over
    `sought.mean_survival`; finds by dogs for human remains count alike at all times.
    """

    def __init__(self, problem: PlanProblem) -> None:
        self._problem = problem
        self._parts = resting_parts(problem.belief, problem.movers)
        self._rest = np.asarray(self._parts.sum(axis=0), dtype=np.float64)
        self.left = self._rest.copy()
        self.walking = np.empty(0) if problem.movers is None else problem.movers.weight.copy()
        self.alive = self.value = 0.0
        self._mean = mean_survival(problem) or 1.0
        self._covered: dict[TeamKind, Floats] = {}
        self._met: dict[TeamKind, Floats] = {}
        limited = [kind for kind in LIMITED if kind in teams_of(problem)]
        self._share = {kind: findable(problem, kind) for kind in limited}
        self._lives, self._heard = at_rest(problem)

    def look(self, walk: Walk, begins_s: float, ends_s: float, pieces: Sequence[Piece] | None = None) -> float:
        """The probability that a walk finds the subject between two times; it is taken out of what is left.

        `pieces` are those of the walk in that time, where they are known.
        """
        kind, found = walk.skill.kind, 0.0
        for piece in pieces_of(self._problem, walk, begins_s, ends_s) if pieces is None else pieces:
            got = self.take(kind, piece.coverage, piece.window)
            found += float(got.sum())
            self._count(kind, got.sum(), np.asarray(self._living(kind, got, piece)), piece.at_s)
            if walk.mode == "search":
                found += self._pass(kind, piece)
        return found + self._meet(walk, begins_s, ends_s)

    def take(self, kind: TeamKind, coverage: Floats, window: Window = EVERYWHERE) -> Floats:
        """The probability found on each cell of `window`, of what rests, by a pass of that coverage; taken out."""
        if kind not in self._covered:
            self._covered[kind] = np.zeros(self.left.shape)
        before = self._covered[kind][window]
        share = self._share[kind][window] if kind in self._share else None
        got = _found(self.left[window], coverage, before, share)
        before += coverage
        self.left[window] -= got
        return got

    def moving(self, walk: Walk, pieces: Sequence[Piece]) -> float:
        """The probability that a walk, in those pieces, finds one who moves; it is taken out of what is left."""
        if not self.walking.size:
            return 0.0
        found = self._meet(walk, float(walk.at_s[0]), float(walk.at_s[-1]))
        return found + sum(self._pass(walk.skill.kind, piece) for piece in pieces if walk.mode == "search")

    def _pass(self, kind: TeamKind, piece: Piece) -> float:
        """What a pass finds of those who are in its cells at a time."""
        movers, grid, (rows, cols) = self._problem.movers, self._problem.terrain.grid, piece.window
        if movers is None:
            return 0.0
        cell = movers.cell[int(np.abs(np.asarray(movers.marks_s) - piece.at_s).argmin())]
        row, col = cell // grid.n_cols - rows.start, cell % grid.n_cols - cols.start
        high, wide = piece.coverage.shape
        who = np.flatnonzero((cell >= 0) & (row >= 0) & (row < high) & (col >= 0) & (col < wide))
        return self._find(kind, who, piece.coverage[row[who], col[who]], np.full(who.size, piece.at_s))

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
        times, own = np.unique(at_s, return_inverse=True)
        lives = living_at(self._problem, times, self._lives)[1][scenario_of(movers)[who], own.ravel()]
        self._count(kind, got, got * lives, at_s)
        return float(got.sum())

    def _count(self, kind: TeamKind, got: Floats, living: Floats, at_s: Floats | float) -> None:
        """Adds what was found at a time, and how much of it lives, to what is counted."""
        sooner = np.maximum(1.0 - np.asarray(at_s) / self._problem.duration_s, 0.0)
        counts = got if kind is TeamKind.REMAINS or not self._problem.alive else np.asarray(living) / self._mean
        self.value += float((counts * sooner).sum())
        if self._problem.alive and kind is not TeamKind.REMAINS:
            self.alive += float(np.sum(living))

    def _living(self, kind: TeamKind, got: Floats, piece: Piece) -> float:
        """How much of what was found on the cells of a piece lives: who answers did when the plan started."""
        if not self._problem.alive or kind is TeamKind.REMAINS:
            return 0.0
        calls = kind is TeamKind.SOUND
        lives = living_at(self._problem, np.array([piece.at_s]), self._lives)[int(calls), :, 0]
        of = self._heard if calls else np.ones(len(lives))
        parts = self._parts[(slice(None), *piece.window)]
        whole = np.tensordot(of, parts, axes=1)
        share = np.tensordot(of * lives, parts, axes=1)
        return float((got * np.divide(share, whole, out=np.zeros_like(whole), where=whole > 0)).sum())


def _found(left: Floats, coverage: Floats, before: Floats, share: Floats | None) -> Floats:
    """What another pass finds of what is left, where a kind of team can find `share` of all there was (None: all)."""
    if share is None:
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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seen:
    """What timed paths find: the POS `curve`, what of it is found `alive` (None: survival is not known), the `value`
    that a schedule maximises (see `Looks`), and the `pieces` of each path."""

    curve: tuple[tuple[float, float], ...]
    alive: float | None
    value: float
    pieces: tuple[tuple[Piece, ...], ...]


def seen(problem: PlanProblem, walks: Sequence[Walk]) -> Seen:
    """What timed paths find, at the curve's times.

    A find counts as alive by the survival at its time of the scenarios that put probability there. Dogs for human
    remains find none who live, and take nothing from what is left for others to find alive.
    """
    looks, found = Looks(problem), 0.0
    curve, pieces = [(0.0, 0.0)], [list[Piece]() for _ in walks]
    remains = problem.alive and any(walk.skill.kind is TeamKind.REMAINS for walk in walks)
    others = Looks(problem) if remains else None
    for before, now in pairwise(curve_times_s(problem)):
        for i, walk in enumerate(walks):
            new = pieces_of(problem, walk, before, now)
            found += looks.look(walk, before, now, new)
            if others and walk.skill.kind is not TeamKind.REMAINS:
                others.look(walk, before, now, new)
            pieces[i] += new
        curve.append((now, found))
    return Seen(
        curve=tuple(curve),
        alive=(others or looks).alive if problem.alive else None,
        value=looks.value,
        pieces=tuple(map(tuple, pieces)),
    )


def mean_of(curve: Sequence[tuple[float, ...]], column: int = 1) -> float:
    """The mean of a curve over its time, straight between its points."""
    t, v = np.array([p[0] for p in curve]), np.array([p[column] for p in curve])
    return float(np.trapezoid(v, t) / t[-1])
