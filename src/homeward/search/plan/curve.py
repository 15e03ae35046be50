"""How good a plan is, measured on the ground: the POS curve of timed paths.

The same measure serves a plan, a rule to compare with, and what was really walked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from homeward.detect import pod_uncertain_width
from homeward.geo import Floats
from homeward.mission.nouns import TeamKind
from homeward.search.plan.problem import PlanProblem
from homeward.search.plan.skills import Skill, skills_of, timed
from homeward.search.plan.tasks import covered, stretch_of_path
from homeward.search.records import Assignment

Window = tuple[slice, slice]
EVERYWHERE: Window = (slice(None), slice(None))
POINTS = 48  # of the curve at even times; full hours and the period's end come besides


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Walk:
    """A timed path of one team: `xy_m` (n, 2) at `at_s` (n,) seconds from the plan's start, rising."""

    skill: Skill
    xy_m: Floats
    at_s: Floats


def walks_of(problem: PlanProblem, assignments: Sequence[Assignment]) -> list[Walk]:
    """The searching part of each assignment, timed by the team's own speed from `begins_s` to `ends_s`."""
    skills, index = skills_of(problem.terrain, problem.teams, weather=problem.weather, numbers=problem.numbers)
    of_team = {team.id: skills[i] for team, i in zip(problem.teams, index, strict=True)}
    walks = []
    for a in assignments:
        skill = of_team[a.team]
        xy, seconds = timed(np.asarray(a.route_m, dtype=np.float64), skill, problem.terrain.grid)
        span = a.ends_s - a.begins_s
        at = a.begins_s + (seconds * (span / seconds[-1]) if seconds[-1] > 0 else np.linspace(0.0, span, len(seconds)))
        walks.append(Walk(skill=skill, xy_m=xy, at_s=at))
    return walks


def light_pieces(problem: PlanProblem, begins_s: float, ends_s: float) -> list[tuple[float, float, bool]]:
    """A time cut where the light changes: (begin, end, night)."""
    marks = [begins_s, *(t for t in problem.light_changes_s if begins_s < t < ends_s), ends_s]
    return [(a, b, problem.is_night((a + b) / 2)) for a, b in pairwise(marks) if b > a]


def add_coverage(total: Floats, problem: PlanProblem, walk: Walk, begins_s: float, ends_s: float) -> None:
    """Adds to `total` (rows, cols) what a walk covers between two times."""
    for window, coverage in _covered(problem, walk, begins_s, ends_s):
        total[window] += coverage


class Looks:
    """What is left of a map while teams search it; passes by one kind of team share one uncertain sweep width."""

    def __init__(self, poa: Floats) -> None:
        self.left = poa.copy()
        self._covered: dict[TeamKind, Floats] = {}

    def look(self, problem: PlanProblem, walk: Walk, begins_s: float, ends_s: float) -> float:
        """The probability that a walk finds the subject between two times; it is taken out of what is left."""
        stretches = _covered(problem, walk, begins_s, ends_s)
        return sum(float(self.take(walk.skill.kind, coverage, window).sum()) for window, coverage in stretches)

    def take(self, kind: TeamKind, coverage: Floats, window: Window = EVERYWHERE) -> Floats:
        """The probability found on each cell of `window` by a pass of that coverage; taken out of what is left."""
        if kind not in self._covered:
            self._covered[kind] = np.zeros(self.left.shape)
        before = self._covered[kind][window]
        got = self.left[window] * pod_uncertain_width(coverage, before=before)
        before += coverage
        self.left[window] -= got
        return got


def coverage_at(problem: PlanProblem, walk: Walk, cell: tuple[int, int], *, begins_s: float, ends_s: float) -> float:
    """What a walk covers of one cell (row, column) between two times."""
    gain = 0.0
    for (rows, cols), coverage in _covered(problem, walk, begins_s, ends_s):
        if rows.start <= cell[0] < rows.stop and cols.start <= cell[1] < cols.stop:
            gain += float(coverage[cell[0] - rows.start, cell[1] - cols.start])
    return gain


def _covered(problem: PlanProblem, walk: Walk, begins_s: float, ends_s: float) -> Iterator[tuple[Window, Floats]]:
    first, last = max(begins_s, float(walk.at_s[0])), min(ends_s, float(walk.at_s[-1]))
    for a, b, night in light_pieces(problem, first, last):
        xy, _ = stretch_of_path(walk.xy_m, walk.at_s, a, b)
        yield covered(xy, walk.skill, problem.terrain.grid, night=night)


def curve_times_s(problem: PlanProblem) -> list[float]:
    """Even times, full hours and the period's end, from 0."""
    hours = np.arange(3600.0, problem.duration_s, 3600.0)
    even = np.linspace(0.0, problem.duration_s, POINTS + 1)
    even = even[[not np.isclose(t, hours, rtol=0, atol=1.0).any() for t in even]]  # a full hour stands for one so near
    return [float(t) for t in np.union1d(even, hours)]


def pos_curve(problem: PlanProblem, walks: Sequence[Walk]) -> list[tuple[float, float]]:
    """(seconds, probability that the subject has been found by then) at the curve's times."""
    looks, found = Looks(problem.belief.poa), 0.0
    curve = [(0.0, 0.0)]
    for before, now in pairwise(curve_times_s(problem)):
        found += sum(looks.look(problem, walk, before, now) for walk in walks)
        curve.append((now, found))
    return curve


def mean_of(curve: Sequence[tuple[float, ...]], column: int = 1) -> float:
    """The mean of a curve over its time, straight between its points."""
    t, v = np.array([p[0] for p in curve]), np.array([p[column] for p in curve])
    return float(np.trapezoid(v, t) / t[-1])
