"""What the cover solvers take and give: games of deterrence, sites for demand, standing teams with a reserve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.words import counted

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
SitesView = Literal["covering", "fewest", "median", "center", "expected"]
Status = Literal["optimal", "feasible", "infeasible"]
MAX_NUMBER = 1e9  # of a weight, distance or payoff: more would blur the solvers' tolerances
MAX_PAIRS = 4_000_000  # of demand and site
MAX_TEAMS = 1_000_000
LOSS_PER_H = 0.25
"""Share of a target's value that is lost for each hour until somebody is there; homeward's own assumption."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Game:
    """A security game: an attacker who has seen how often each target is covered hits the one that suits best.

    Payoffs are (targets,): the attacker gets no more, the defender no less, where the target is covered. `teams`
    cover one target each. With `schedules` they don't: for each team the sets of targets that it can take together.
    """

    attacker_covered: Floats
    attacker_uncovered: Floats
    defender_covered: Floats
    defender_uncovered: Floats
    teams: int
    schedules: tuple[tuple[tuple[int, ...], ...], ...] = ()

    def __post_init__(self) -> None:
        shape = self.attacker_covered.shape
        four = (self.attacker_covered, self.attacker_uncovered, self.defender_covered, self.defender_uncovered)
        if len(shape) != 1 or shape[0] == 0 or any(a.shape != shape for a in four):
            raise BadInput("The four payoffs are of different length, or empty. Give one of each for every target.")
        for some in four:
            if not (np.abs(some) <= MAX_NUMBER).all():
                raise BadInput(f"A payoff is no number of at most {MAX_NUMBER:g}. Mend it.")
        _worse(self.attacker_covered > self.attacker_uncovered, "attacker more when covered than when uncovered")
        _worse(self.defender_covered < self.defender_uncovered, "defender less when covered than when uncovered")
        _count("teams", self.teams)
        if self.schedules and len(self.schedules) != self.teams:
            given = counted(len(self.schedules), "team")
            raise BadInput(f"There are schedules of {given}, and teams is {self.teams}. Give those of each.")


def _worse(wrong: Bools, what: str) -> None:
    if wrong.any():
        raise BadInput(f"Target number {int(np.argmax(wrong))} (from 0 up) gives the {what}. Mend its payoffs.")


def _count(name: str, number: int) -> None:
    if not 0 <= number <= MAX_TEAMS:
        raise BadInput(f"{name} is {number}. Give a whole number from 0 to {MAX_TEAMS}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Targets that are covered together, and how often that is so."""

    targets: tuple[int, ...]
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Deterrence:
    """How often each target is to be covered, (targets,).

    `attacker_value` and `value` are what attacker and defender then expect; the attacker hits `attacked`, one of the
    targets of `tempting`, all equally good for him. `one_more` and `one_less` are the defender's value with a team
    more and a team less (None: not asked for, or no team to take away), the best there is where `prices_proven`.
    """

    coverage: Floats
    attacker_value: float
    value: float
    bound: float
    attacked: int
    tempting: tuple[int, ...]
    rosters: tuple[Roster, ...] = ()
    one_more: float | None = None
    one_less: float | None = None
    prices_proven: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SitesProblem:
    """Where teams wait for what may happen anywhere.

    `demand` (demand,) is the weight of each point, 0 or more, and `distance` (demand, sites) in any unit, infinite
    where a site cannot serve a point. `covering`: most weight within `radius` of a team; `fewest`: no more teams than
    needed for all of it (`teams` does not count); `expected`: each team is busy with probability `busy`,
    independently, so that a point within reach of k teams counts 1 - busy^k; `median`: least weight times distance;
    `center`: least distance of the farthest point. `keep` are sites that are used in any case, `before` sites where
    teams are now: of equal plans the one with fewest moves (not in `median`). At most `per_site` teams at one site
    count, in `covering` and `expected` (elsewhere one is as good as several).
    """

    view: SitesView
    demand: Floats
    distance: Floats
    teams: int = 0
    radius: float = np.inf
    busy: float = 0.0
    keep: tuple[int, ...] = ()
    before: tuple[int, ...] = ()
    per_site: int = 1

    def __post_init__(self) -> None:
        demand, distance = self.demand, self.distance
        if demand.ndim != 1 or distance.ndim != 2 or len(demand) != len(distance) or distance.size == 0:
            raise BadInput(
                f"demand has {len(demand)} points, distance the shape {distance.shape}. Give a row of distances to the"
                " sites for each point of demand."
            )
        if distance.size > MAX_PAIRS:
            raise BadInput(f"distance has {distance.size} pairs; {MAX_PAIRS} fit. Give fewer points or sites.")
        if not ((demand >= 0) & (demand <= MAX_NUMBER)).all():
            raise BadInput(f"demand holds what is no number from 0 to {MAX_NUMBER:g}. Mend it.")
        if not ((distance >= 0) & ((distance <= MAX_NUMBER) | np.isinf(distance))).all():
            raise BadInput(f"distance holds what is no number from 0 to {MAX_NUMBER:g}. Mend it.")
        if not 0 <= self.busy < 1:
            raise BadInput(f"busy is {self.busy:g}. Give a probability from 0 to below 1.")
        if np.isnan(self.radius) or self.radius < 0:
            raise BadInput(f"radius is {self.radius:g}. Give a distance, 0 or more.")
        self._check_teams()

    def _check_teams(self) -> None:
        sites = self.distance.shape[1]
        _count("teams", self.teams)
        for name, some in (("keep", self.keep), ("before", self.before)):
            wrong = next((j for j in some if not 0 <= j < sites), None)
            if wrong is not None:
                raise BadInput(f"{name} names site {wrong}; the sites are 0 to {sites - 1}. Mend it.")
        if self.view == "fewest":
            return
        if len(set(self.keep)) > self.teams:
            kept = counted(len(set(self.keep)), "site")
            raise BadInput(f"keep names {kept} for {counted(self.teams, 'team')}. Keep fewer, or add teams.")
        if self.view in ("median", "center") and self.teams == 0:
            raise BadInput("teams is 0: with nobody there is no nearest team. Give one at least.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sites:
    """Where teams wait: `sites` in rising order (twice: two teams there), of `value` with `bound` beyond which none is.

    `served_by` (demand,) is the nearest site taken of each point, -1 where none can serve it (or none within the
    radius); `left` are those points of demand above 0, heaviest first; `worst` is the point with the longest way (-1:
    no point has a demand). Where it is `infeasible`, `out_of_reach` are points that no site at all can serve.
    `one_more` and `one_less` are the values with a team more and less, the best there are where `prices_proven`.
    """

    status: Status
    sites: tuple[int, ...]
    value: float
    bound: float
    served_by: Ints
    left: tuple[int, ...]
    worst: int
    worst_distance: float
    out_of_reach: tuple[int, ...] = ()
    one_more: float | None = None
    one_less: float | None = None
    prices_proven: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """Teams of one kind: what they can guard, and how many must stand, must wait, or may do either.

    `can` are numbers of ways to be hit (None: all). `travel_factor` times `travel_h` is how long they take.
    """

    name: str = "team"
    can: tuple[int, ...] | None = None
    standing: int = 0
    reserve: int = 0
    either: int = 0
    travel_factor: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReserveProblem:
    """Standing teams at targets, and a reserve that sets out once it is seen what is hit.

    `values` (targets, ways) is what is lost where a target is hit in that way and nobody comes; `travel_h` (bases,
    targets) from where a reserve waits. A standing team that can guard the way loses nothing; a reserve that takes t
    hours loses the share min(1, `loss_per_h` t), from base to target. `aim`: the least worst loss, or the least mean
    loss, where `chance` (targets, ways) says how likely each is hit (None: in proportion to its value). Of plans with
    equal worst loss it is the one with the least mean. `values_high` is as much as values may be; at most `budget` of
    them are so at once (None: all may be).
    """

    values: Floats
    travel_h: Floats
    crews: tuple[Crew, ...]
    loss_per_h: float = LOSS_PER_H
    aim: Literal["worst", "expected"] = "worst"
    chance: Floats | None = None
    values_high: Floats | None = None
    budget: float | None = None

    def __post_init__(self) -> None:
        values, travel = self.values, self.travel_h
        if values.ndim != 2 or travel.ndim != 2 or values.size == 0 or travel.shape[1] != values.shape[0]:
            raise BadInput(
                f"values has the shape {values.shape}, travel_h {travel.shape}. Give travel_h a column for each target."
            )
        if not ((values >= 0) & (values <= MAX_NUMBER)).all():
            raise BadInput(f"values holds what is no number from 0 to {MAX_NUMBER:g}. Mend it.")
        if not ((travel >= 0) & ((travel <= MAX_NUMBER) | np.isinf(travel))).all():
            raise BadInput(f"travel_h holds what is no number from 0 to {MAX_NUMBER:g}. Mend it.")
        if not 0 <= self.loss_per_h <= MAX_NUMBER:
            raise BadInput(f"loss_per_h is {self.loss_per_h:g}. Give a share per hour, 0 or more.")
        for crew in self.crews:
            for name in ("standing", "reserve", "either"):
                _count(name, getattr(crew, name))
            if not 0 < crew.travel_factor <= MAX_NUMBER:
                raise BadInput(f"travel_factor of {crew.name} is {crew.travel_factor:g}. Give a number above 0.")
        self._check_doubt()

    def _check_doubt(self) -> None:
        if self.chance is not None:
            if self.chance.shape != self.values.shape or not ((self.chance >= 0) & np.isfinite(self.chance)).all():
                raise BadInput("chance is not one number, 0 or more, for each of values. Mend it.")
            if not self.chance.sum() > 0:
                raise BadInput("chance is 0 for every target. Give one above 0.")
        high = self.values_high
        if high is not None and (high.shape != self.values.shape or not (high >= self.values).all()):
            raise BadInput("values_high is not one number, no less, for each of values. Mend it.")
        if high is not None and not (high <= MAX_NUMBER).all():
            raise BadInput(f"values_high holds what is no number up to {MAX_NUMBER:g}. Mend it.")
        if self.budget is not None and not 0 <= self.budget <= MAX_NUMBER:
            raise BadInput(f"budget is {self.budget:g}. Give how many values may be high at once, 0 or more.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What is done where a target is hit in one way: who comes (None: nobody), from which base, and what is lost.

    A standing team has no base and takes no time.
    """

    target: int
    way: int
    crew: int | None
    base: int | None
    hours: float
    loss: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservePlan:
    """Who stands where and who waits where: pairs (crew, target) and (crew, base), one for each team.

    `answers` holds each target and way of value above 0; `worst` is the dearest of them (None: nothing is lost).
    `without_reserve` is the value with the same teams all standing; `one_more` with a team more that may do either,
    like the crew `one_more_crew`, whichever is the best to have; `one_less` with one less, the best to do without.
    These are the best there are where `prices_proven`.
    """

    status: Status
    value: float
    bound: float
    standing_at: tuple[tuple[int, int], ...]
    reserve_at: tuple[tuple[int, int], ...]
    worst_loss: float
    expected_loss: float
    answers: tuple[Answered, ...]
    worst: Answered | None
    without_reserve: float
    one_more: float | None = None
    one_more_crew: int | None = None
    one_less: float | None = None
    prices_proven: bool = True
