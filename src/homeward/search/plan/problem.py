"""What a search plan is made for: ground, belief, teams, hours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from homeward.belief.ahead import Movers
from homeward.belief.records import Belief
from homeward.detect import team_endurance_s
from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.mission.nouns import Lock, OwnPlan, Team, TeamKind, Weather
from homeward.search.records import XY, Assignment, Segment
from homeward.terrain.ground import Terrain

CALM = Weather()
SWITCH_COST = 0.002  # of all probability, in the mean of the curve: to break off what a team is on (our own choice)
AT_BASE_M = 100.0  # of its base, that a team counts as there (our own choice)
MOST_ABREAST = 30  # people in one line: a longer one cannot be kept straight, nor led by one leader (our own limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamStart:
    """Where a team stands when the plan starts: at `at_m`, free after `free_s`, away from its base since `out_s`.

    Times are counted from the plan's start: `free_s` 0 or above, `out_s` 0 or below (it left so long ago). A team at
    its base with `out_s` 0 is rested. `doing` is the assignment that it is on, its times counted so too (begun: below
    zero) and its path what is left of it; None where it is free. `batteries` is how many flights a drone can still
    begin, one that it is on not counted; None: any number.
    """

    at_m: XY
    free_s: float = 0.0
    out_s: float = 0.0
    doing: Assignment | None = None
    batteries: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlanProblem:
    """Who is there, where, for how long, and where the subject may be. Seconds count from the plan's start.

    `bases_m[i]` is where `teams[i]` starts and must be back by `duration_s`, metres of the grid. `segments` are those
    that exist already, the manager's own and those of earlier plans: they keep name and outline. `night` is the light
    at the start, and `light_changes_s` the times at which it turns (dusk, dawn), rising. Assignments are numbered
    from `first_task` on, so that a second plan of a period repeats no number of the first. `alive[k]` is the survival
    in scenario k of the belief (its `parts`, in order): (seconds, probability of living), rising in time, never in
    probability; () where it is not known.

    `movers` are the subjects still on their way (part of the belief's probability, not besides). `starts[i]` is where
    team i stands, () = all fresh at their bases. An assignment under way is broken off only where that is worth
    `switch_cost` of the mean of the curve. `earlier` is what teams were told before and have not begun, each team's in
    its order, times counted from this plan's start: the plan starts from it, and stays with it where all is as it was
    then. `locks` are the manager's choices; `own` the manager's own plan, only to be
    measured. `ipp_m` is where the subject was last known to be: trailing dogs and mantrackers think of the lines from
    there too. `weather` and `numbers` (name: value, see `detect.assumptions`) change what teams can do.
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
    alive: tuple[tuple[tuple[float, float], ...], ...] = ()
    movers: Movers | None = None
    starts: tuple[TeamStart, ...] = ()
    switch_cost: float = SWITCH_COST
    earlier: tuple[Assignment, ...] = ()
    locks: tuple[Lock, ...] = ()
    own: OwnPlan | None = None
    weather: Weather = CALM
    numbers: tuple[tuple[str, float], ...] = ()
    ipp_m: XY | None = None

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
        if self.alive and len(self.alive) != len(self.belief.parts):
            raise BadInput("Survival must be given for each scenario of the map. Make the map again.")
        names = [t.id for t in self.teams]
        if len(set(names)) < len(names):
            twice = next(n for n in names if names.count(n) > 1)
            raise BadInput(f"Two teams are called {twice!r}. Give each its own name.")
        for team, base in zip(self.teams, self.bases_m, strict=True):
            _check(team, base, self)
        _check_starts(self)

    def alive_at(self, scenario: int, at_s: float) -> float:
        """Probability of living in a scenario, by its place among the parts, `at_s` seconds after the start."""
        at, alive = zip(*self.alive[scenario], strict=True)
        return float(np.interp(at_s, at, alive))

    @property
    def worth(self) -> Floats:
        """(rows, cols) what the plan seeks to find: the POA, counting for more where the subject more probably lives.

        The sum over scenarios of survival x POA, after Stone (1975, Theory of Optimal Search): for a subject that
        stays, survival matters only where scenarios differ in it. It is meant over the period, early times counting
        more as they do in finding soonest (one figure for each scenario: homeward's own simplification), and made to
        sum to what is on the map. Where survival is the same in all scenarios it is the POA itself.
        """
        at = np.linspace(0.0, self.duration_s, 49)
        sooner = 1 - at / self.duration_s
        here = [k for k in range(len(self.alive)) if self.belief.parts[k].poa.any()]
        mean = {k: sum(s * self.alive_at(k, t) for s, t in zip(sooner, at, strict=True)) for k in here}
        poa, values = self.belief.poa, list(mean.values())
        if not values or max(values) - min(values) < 1e-9 * max(values):
            return poa
        living = np.sum([m * self.belief.parts[k].poa for k, m in mean.items()], axis=0)
        return np.asarray(living * (float(poa.sum()) / float(living.sum())), dtype=np.float64)

    def is_night(self, at_s: float) -> bool:
        """Whether it is dark `at_s` seconds after the start."""
        turned = int(np.searchsorted(self.light_changes_s, at_s, side="right"))
        return self.night != bool(turned % 2)


def _check_starts(problem: PlanProblem) -> None:
    if problem.starts and len(problem.starts) != len(problem.teams):
        raise BadInput(f"{len(problem.teams)} teams have {len(problem.starts)} starts. Give one start for each team.")
    for team, start in zip(problem.teams, problem.starts, strict=bool(problem.starts)):
        if not (start.free_s >= 0 >= start.out_s):
            raise BadInput(
                f"Team {team.id!r} is free at {start.free_s:g} s and out since {start.out_s:g} s. "
                "Give free_s 0 or above and out_s 0 or below, from the plan's start."
            )
        if not bool(problem.terrain.grid.contains(*start.at_m)):
            raise BadInput(f"Team {team.id!r} is outside the map. Give where it is, or load ground that holds it.")


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
