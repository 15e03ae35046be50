"""Searching a building as plain data: who searches, what is believed of its rooms, and the plan in timed moves.

Rooms are named by their id in the `BuildingPlan`; times are seconds from the plan's start.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np

from homeward.errors import BadInput
from homeward.mission.indoor import IndoorSense, Reading
from homeward.terrain.building import OUTSIDE, BuildingPlan

Action = Literal["go", "search", "sense", "lookout", "wait"]
_SUM = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class IndoorTeam:
    """Who may search: how many people, what they notice a person with, where they start (`OUTSIDE`: at any exit).

    `ready_s` is when they can begin. Eyes go with every team, named or not.
    """

    id: str
    people: int = 2
    senses: tuple[IndoorSense, ...] = (IndoorSense.EYE,)
    start: str = OUTSIDE
    ready_s: float = 0.0

    def __post_init__(self) -> None:
        if self.people < 1:
            raise BadInput(f"Team {self.id} has {self.people} people. Give at least 1.")
        if not (np.isfinite(self.ready_s) and self.ready_s >= 0):
            raise BadInput(f"Team {self.id}: ready_s is {self.ready_s:g}. Give seconds from 0 up.")


@dataclass(frozen=True, slots=True, kw_only=True)
class IndoorRules:
    """What a plan keeps to, besides that nobody is alone.

    `closed_pod`: a closed room that senses covered with at least this POD stays closed (1: every room is opened in
    the end). `lookouts`: rooms (or `OUTSIDE`) where somebody stays and watches all the time. `keep_shut`: rooms that
    nobody may enter. `responsive`: the chance that the subject answers or moves so that listening can hear it.
    """

    closed_pod: float = 0.9
    lookouts: tuple[str, ...] = ()
    keep_shut: tuple[str, ...] = ()
    responsive: float = 0.5

    def __post_init__(self) -> None:
        for name, value in (("closed_pod", self.closed_pod), ("responsive", self.responsive)):
            if not 0 <= value <= 1:
                raise BadInput(f"{name} is {value:g}. Give a number from 0 to 1.")


@dataclass(frozen=True, slots=True, kw_only=True)
class IndoorProblem:
    """A building, what is believed of it now, and who searches it for how long.

    `belief` by room sums to at most 1; the rest is elsewhere. It already holds what `readings` and `searched` (room,
    POD) say (`after_readings`): those two only tell which doors need no opening and where a look must follow.
    """

    plan: BuildingPlan
    belief: dict[str, float]
    teams: tuple[IndoorTeam, ...]
    duration_s: float
    readings: tuple[Reading, ...] = ()
    searched: tuple[tuple[str, float], ...] = ()
    rules: IndoorRules = IndoorRules()

    def __post_init__(self) -> None:
        known = {room.id for room in self.plan.rooms}
        if not self.teams:
            raise BadInput("No team searches the building. Name at least one.")
        if len({team.id for team in self.teams}) < len(self.teams):
            raise BadInput("Two teams have the same name. Give each its own.")
        if not (np.isfinite(self.duration_s) and self.duration_s > 0):
            raise BadInput(f"duration_s is {self.duration_s:g}. Give seconds above 0.")
        named = [*self.belief, *(r.room for r in self.readings), *(room for room, _ in self.searched)]
        named += [*self.rules.keep_shut, *(room for room in self.rules.lookouts if room != OUTSIDE)]
        named += [team.start for team in self.teams if team.start != OUTSIDE]
        for room in named:
            if room not in known:
                raise BadInput(f"The building has no room {room!r}. Name one it has.")
        bad = [room for room, p in self.belief.items() if not (np.isfinite(p) and p >= 0)]
        if bad:
            raise BadInput(f"The probability of room {bad[0]!r} is {self.belief[bad[0]]:g}. Give one from 0 to 1.")
        total = sum(self.belief.values())
        if not 0 < total <= 1 + _SUM:
            raise BadInput(f"The rooms' probabilities sum to {total:g}. Give some above 0 that sum to at most 1.")


@dataclass(frozen=True, slots=True, kw_only=True)
class IndoorMove:
    """What a team does from `at_s` to `until_s`: "go" to `room` (by `way`, rooms passed), "search" it, "sense" the
    rooms `of` from there, stand as "lookout", or "wait". `words` say it as over a radio. `pod` is of what is searched.
    """

    team: str
    at_s: float
    until_s: float
    room: str
    action: Action
    words: str
    of: tuple[str, ...] = ()
    way: tuple[str, ...] = ()
    pod: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftClosed:
    """A room that nobody enters in the plan: why, the POD of sensing it from outside (with what readings before the
    plan covered), and what probability remains. `shut`: to be kept closed; else it is only not reached in this time.
    """

    room: str
    why: str
    pod: float
    remaining: float
    shut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomResult:
    """A room before and after the plan: probability there, POD of all that looks at it, POS = poa x pod."""

    room: str
    poa: float
    pod: float
    pos: float
    entered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IndoorPlan:
    """A search of a building in moves, in order of time.

    `found` is (seconds from start, probability found by then). `value` is POS at the end and `bound` what no plan of
    these teams could pass; `soonest_value` and `soonest_bound` are the same for the mean of the curve, which is what
    the plan makes as large as it can. `false_alarms` is how often a sense is expected to cry wolf. `crews` are the
    teams that go together (nobody is alone), by name of the crew in the moves.
    """

    duration_s: float
    step_s: float
    moves: tuple[IndoorMove, ...]
    found: tuple[tuple[float, float], ...]
    value: float
    bound: float
    soonest_value: float
    soonest_bound: float
    rooms: tuple[RoomResult, ...]
    left_closed: tuple[LeftClosed, ...]
    crews: tuple[tuple[str, tuple[str, ...]], ...]
    false_alarms: float
    seed: int
    why: tuple[str, ...]


def indoor_plan_to_bytes(plan: IndoorPlan) -> bytes:
    """A plan as canonical JSON: the same plan always gives the same bytes."""
    return json.dumps(asdict(plan), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def indoor_plan_from_bytes(data: bytes) -> IndoorPlan:
    """The plan that `indoor_plan_to_bytes` wrote. Raises `BadInput` for anything else."""
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(IndoorPlan).validate_python(json.loads(data))
    except (ValidationError, ValueError) as err:
        raise BadInput("The stored plan of a building is damaged. Make it again with: homeward building plan.") from err
