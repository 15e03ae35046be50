"""Playing a plan against a subject who sits at one place: would it have found them, when, and who?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from homeward.detect import WIDTH_SHAPE, pod_uncertain_width
from homeward.errors import BadInput
from homeward.mission.nouns import TeamKind
from homeward.search.plan.curve import Walk, coverage_at, walks_of
from homeward.search.plan.problem import PlanProblem
from homeward.search.records import XY, SearchPlan

STEP_S = 30.0  # finds are told to this many seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a rehearsal. `at_s` (from the plan's start), `team` and `assignment` are None where nobody found.

    `chance` is the probability that the plan finds a subject at that place at all.
    """

    found: bool
    at_s: float | None
    team: str | None
    assignment: str | None
    chance: float


def replay_against(problem: PlanProblem, plan: SearchPlan, subject_m: XY, *, seed: int) -> Outcome:
    """Walks the plan's timed paths past a subject who stays at `subject_m` (metres of the grid).

    Every team notices the subject at a rate that adds up to the coverage its path leaves on the subject's cell
    (`detect.track_coverage`), times the true sweep width of its kind over the table's, which is drawn; so that the
    probability of having found them by any time is that of the plan's curve. The seed draws one history. Raises
    `BadInput` where the subject is not on the map.
    """
    grid = problem.terrain.grid
    if not bool(grid.contains(*subject_m)):
        raise BadInput(
            f"The subject at {grid.to_place(*subject_m)} is outside the map. Choose a place on it to rehearse."
        )
    row, col = grid.cell_of(*subject_m)
    gains: list[tuple[float, float, int]] = []  # (when, coverage gained, assignment)
    walks = walks_of(problem, plan.assignments)
    for i, walk in enumerate(walks):
        gains += [(at, gain, i) for at, gain in _gains(problem, walk, (row, col))]
    gains.sort()
    kinds = [walk.skill.kind for walk in walks]
    total = {kind: sum(gain for _, gain, i in gains if kinds[i] is kind) for kind in TeamKind}
    chance = 1.0 - float(np.prod(1.0 - pod_uncertain_width(list(total.values()))))
    rng = np.random.default_rng(seed)
    needed = float(rng.exponential())
    width = dict(zip(TeamKind, rng.gamma(WIDTH_SHAPE, 1 / WIDTH_SHAPE, len(TeamKind)).tolist(), strict=True))
    seen = 0.0
    for at, gain, i in gains:
        seen += gain * width[kinds[i]]
        if seen >= needed:
            task = plan.assignments[i]
            return Outcome(found=True, at_s=at, team=task.team, assignment=task.number, chance=chance)
    return Outcome(found=False, at_s=None, team=None, assignment=None, chance=chance)


def _gains(problem: PlanProblem, walk: Walk, cell: tuple[int, int]) -> list[tuple[float, float]]:
    """When, and by how much, a walk covers a cell: (end of a step of at most `STEP_S`, coverage gained in it)."""
    waiting = [(float(walk.at_s[0]), float(walk.at_s[-1]))]
    gains = []
    while waiting:
        begins, ends = waiting.pop()
        gain = coverage_at(problem, walk, cell, begins_s=begins, ends_s=ends)
        if gain > 0 and ends - begins > STEP_S:
            middle = (begins + ends) / 2
            waiting += [(begins, middle), (middle, ends)]
        elif gain > 0:
            gains.append((ends, gain))
    return gains
