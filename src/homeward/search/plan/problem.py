"""What a search plan is made for: ground, belief, teams, hours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from homeward.belief.records import Belief
from homeward.detect import team_endurance_s
from homeward.errors import BadInput
from homeward.mission.nouns import Team, TeamKind
from homeward.search.records import XY, Segment
from homeward.terrain.ground import Terrain

MOST_ABREAST = 30  # people in one line: a longer one cannot be kept straight, nor led by one leader (our own limit)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlanProblem:
    """Who is there, where, for how long, and where the subject may be. Seconds count from the plan's start.

    `bases_m[i]` is where `teams[i]` starts and must be back by `duration_s`, metres of the grid. `segments` are those
    that exist already, the manager's own and those of earlier plans: they keep name and outline. `night` is the light
    at the start, and `light_changes_s` the times at which it turns (dusk, dawn), rising. Assignments are numbered
    from `first_task` on, so that a second plan of a period repeats no number of the first.
    """

    terrain: Terrain
    belief: Belief
    teams: tuple[Team, ...]
    bases_m: tuple[XY, ...]
    duration_s: float
    segments: tuple[Segment, ...] = ()
    period: int = 1
    night: bool = False
    light_changes_s: tuple[float, ...] = ()
    first_task: int = 1

    def __post_init__(self) -> None:
        if not (0 < self.duration_s < np.inf):
            raise BadInput(f"A period of {self.duration_s:g} s cannot be planned. Give a number above zero.")
        if self.belief.grid != self.terrain.grid:
            raise BadInput("The probability map and the ground lie on different grids. Make the map again.")
        if not self.teams:
            raise BadInput("There is no team to plan for. Register one first.")
        if len(self.bases_m) != len(self.teams):
            raise BadInput(f"{len(self.teams)} teams have {len(self.bases_m)} bases. Give one base for each team.")
        if list(self.light_changes_s) != sorted(self.light_changes_s):
            raise BadInput("The times at which the light changes are out of order. Give them rising.")
        names = [t.id for t in self.teams]
        if len(set(names)) < len(names):
            twice = next(n for n in names if names.count(n) > 1)
            raise BadInput(f"Two teams are called {twice!r}. Give each its own name.")
        for team, base in zip(self.teams, self.bases_m, strict=True):
            _check(team, base, self)

    def is_night(self, at_s: float) -> bool:
        """Whether it is dark `at_s` seconds after the start."""
        turned = int(np.searchsorted(self.light_changes_s, at_s, side="right"))
        return self.night != bool(turned % 2)


def _check(team: Team, base: XY, problem: PlanProblem) -> None:
    if team.people < 1:
        raise BadInput(f"Team {team.id!r} has {team.people} people. Give 1 or more, or stand the team down.")
    if team.kind is TeamKind.LINE and team.people > MOST_ABREAST:
        raise BadInput(
            f"Team {team.id!r} is a line of {team.people} people; one line has {MOST_ABREAST} at most. "
            "Register it as several teams."
        )
    team_endurance_s(team)  # refuses one that cannot be
    if not bool(problem.terrain.grid.contains(*base)):
        raise BadInput(
            f"The base of team {team.id!r} lies outside the map. Give a base inside it, or load ground that holds it."
        )
