"""Everything that can happen to a mission, one frozen record per kind, and the entry that carries it in the log.

An event says *what* happened in the field's own words; the `Entry` around it says when, who wrote it down, and on
which device. To add an event: write its record here, add it to `Event`, and give `replay.after` its case (mypy
fails until you do). Those of the manager's choices, buildings, people, rescue, debriefs, muster and readiness are in
the modules of those names. Fields are only ever added, with a default that leaves old entries as they were; none is
called `kind`, which is where a correction keeps the kind of the event it carries. Times have the type `Utc`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from homeward.geo import Place
from homeward.mission.choices import ChoiceEvent
from homeward.mission.debriefs import DebriefEvent
from homeward.mission.indoor import BuildingLoaded, IndoorEvent, IndoorPlanMade
from homeward.mission.muster import MusterEvent
from homeward.mission.nouns import (
    Area,
    Ballot,
    BlobId,
    Clue,
    Ipp,
    MapMove,
    Provenance,
    Scenario,
    Subject,
    Team,
    Utc,
    Weather,
)
from homeward.mission.people import FormationMade, PeopleEvent
from homeward.mission.readiness import CoverPlanned, ReadinessEvent, RosterDrawn
from homeward.mission.rescue import CarryOutPlanned, HandedOver, RescueEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class MissionOpened:
    """The first entry of every mission. `time_zone` is an IANA name; times are shown and read in it."""

    name: str
    time_zone: str
    exercise: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaSet:
    """The ground was loaded, or replaced."""

    area: Area


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseSet:
    """The command post stands here: teams start and end here unless they have a base of their own."""

    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectDescribed:
    """What is known of the missing person; replaces what was known before."""

    subject: Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class IppSet:
    """The initial planning point was set or moved."""

    ipp: Ipp


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioSet:
    """A scenario is thought of, or changed: the record replaces an earlier one of the same id."""

    scenario: Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioDropped:
    """A scenario counts no longer; what was voted for the others keeps its proportions. `why` is personal."""

    scenario: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenariosVoted:
    """A planner has voted on the scenarios; replaces the planner's earlier vote."""

    ballot: Ballot


@dataclass(frozen=True, slots=True, kw_only=True)
class ClueReported:
    """A clue came in. It counts in every map made from now on, or where it is `held`, once it is accepted."""

    clue: Clue
    held: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClueAccepted:
    """A clue that was held or refused counts in maps made from now on."""

    clue: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClueRefused:
    """A clue counts no longer in maps made from now on; the report itself stays."""

    clue: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamRegistered:
    """A team is there, or changed: the record replaces an earlier one of the same id."""

    team: Team


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamStoodDown:
    """A team is no longer available."""

    team: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MapMade:
    """A probability map was made and is now the mission's map. `outside` is the share outside it."""

    map: BlobId
    outside: float
    story: tuple[MapMove, ...]
    made_from: Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanMade:
    """A search plan was made and is now the mission's plan. `value` is POS at its end, `bound` the most possible."""

    plan: BlobId
    period: int
    starts: Utc
    ends: Utc
    value: float
    bound: float
    made_from: Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefed:
    """Task sheets of a plan were written. `files` are (name, SHA-256)."""

    plan: BlobId
    files: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackReceived:
    """A track of a team on an assignment of a plan: the file as received, and how much of it could be used."""

    team: str
    assignment: str
    track: BlobId
    points: int
    findings: tuple[str, ...] = ()
    plan: BlobId = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentSearched:
    """A team came back without a find: what it covered.

    `coverage` is the attachment with the coverage raster reached (from tracks, or as planned where none came);
    `pod` the mean probability of detection over the segment, `pos` the probability of success that went with it.
    `plan` is the plan the assignment belongs to; `note` is what the team told, and personal. `team_kind` is the kind
    of the team, `searched_at` the middle of its search. `calling` is the attachment with what it covered of a subject
    who answers ("" where it did not call). Sweep widths were taken times `width_factor`, and a POD of 100 % was
    `forced`, for the reason `why`. `hazards` are what the team met, `gaps` what it could not search, in its words.
    """

    team: str
    assignment: str
    coverage: BlobId
    pod: float
    pos: float
    source: str
    note: str = ""
    plan: BlobId = ""
    team_kind: str = ""
    searched_at: Utc | None = None
    calling: BlobId = ""
    width_factor: float = 1.0
    forced: bool = False
    why: str = ""
    hazards: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WeatherSet:
    """The weather that plans are made for from now on; replaces what was known before."""

    weather: Weather


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberSet:
    """A number that plans stand on was overridden for this mission, or with `value` None goes back to the table's.

    `number` is its name as `homeward show --assumptions` gives it.
    """

    number: str
    value: float | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamSeen:
    """A team is at a place: told by radio, or by a position that came in."""

    team: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentBegun:
    """A team has set out on an assignment of a plan."""

    team: str
    assignment: str
    plan: BlobId


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentGivenUp:
    """A team broke off an assignment of a plan, or never got to it. What it covered is debriefed besides, if anything.

    `why` is personal, as it may speak of somebody's health.
    """

    team: str
    assignment: str
    plan: BlobId
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectFound:
    """The subject was found. `alive`, `condition` and `needs` are personal. `told_by` is how it was told: radio, phone.

    `casualty` is the id of the person found, where there are several.
    """

    place: Place
    team: str | None = None
    alive: bool | None = None
    condition: str | None = None
    needs: str | None = None
    told_by: str = ""
    casualty: str = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryCorrected:
    """An earlier entry was wrong: from now on `event` stands in its place. The wrong one stays in the log."""

    entry: str
    event: Event
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryUndone:
    """An earlier entry counts no longer. Undoing an undo brings it back."""

    entry: str
    why: str = ""


PartEvent = PeopleEvent | RescueEvent | DebriefEvent | MusterEvent | ReadinessEvent
"""The events of the parts of a mission that keep a state of their own."""

Event = (
    MissionOpened
    | AreaSet
    | BaseSet
    | SubjectDescribed
    | IppSet
    | ScenarioSet
    | ScenarioDropped
    | ScenariosVoted
    | ClueReported
    | ClueAccepted
    | ClueRefused
    | TeamRegistered
    | TeamStoodDown
    | MapMade
    | PlanMade
    | Briefed
    | TrackReceived
    | AssignmentSearched
    | WeatherSet
    | NumberSet
    | ChoiceEvent
    | TeamSeen
    | AssignmentBegun
    | AssignmentGivenUp
    | IndoorEvent
    | SubjectFound
    | PartEvent
    | EntryCorrected
    | EntryUndone
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An event as it stands in the log.

    `id` is unique across devices; `at` is when it happened, `by` who wrote it down, `device` where.
    """

    id: str
    at: datetime
    by: str
    device: str
    event: Event


def attachments(event: Event) -> tuple[BlobId, ...]:  # noqa: C901, PLR0911, PLR0912 - a case per kind
    """The attachments of the mission file that an event speaks of."""
    match event:
        case AreaSet():
            return (event.area.terrain,)
        case MapMade():
            return (event.map,)
        case PlanMade() | Briefed() | AssignmentBegun() | AssignmentGivenUp() | IndoorPlanMade():
            return (event.plan,)
        case CarryOutPlanned() | CoverPlanned() | RosterDrawn():
            return (event.plan,)
        case BuildingLoaded():
            return (event.building.plan,)
        case FormationMade():
            return (event.formation,)
        case HandedOver():
            return (event.record,)
        case TrackReceived():
            return (event.track, event.plan) if event.plan else (event.track,)
        case AssignmentSearched():
            return tuple(blob for blob in (event.coverage, event.calling, event.plan) if blob)
        case EntryCorrected():
            return attachments(event.event)
        case _:
            return ()
