"""Who is there and what they can do, what threatens them, who has which role, and orders that go out to teams.

Nouns, events, and the part of the mission's state they make. What an event is, and how to add one: `events`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import assert_never

from homeward.errors import Finding
from homeward.geo import Place
from homeward.mission.happened import Happened, less, unknown
from homeward.mission.nouns import BlobId, Provenance, Utc


class Role(StrEnum):
    """What somebody does in a formation.

    A `SENSOR` works a device or a dog, a `GUARD` stays with the medic, a `BACKUP` waits to come to a team's help, a
    `LEAD` leads the scene of a find, a `REAR` goes last and watches the way, `COMMS` holds the radio.
    """

    SEARCHER = "searcher"
    SENSOR = "sensor"
    LOOKOUT = "lookout"
    BACKUP = "backup"
    MEDIC = "medic"
    GUARD = "guard"
    CARRIER = "carrier"
    LEAD = "lead"
    REAR = "rear"
    COMMS = "comms"


class Phase(StrEnum):
    """What a formation is for."""

    SEARCH = "search"
    RESCUE = "rescue"
    WITHDRAWAL = "withdrawal"


class HazardKind(StrEnum):
    """What threatens people on the ground."""

    PEOPLE = "people"
    AVALANCHE = "avalanche"
    WATER = "water"
    TRAFFIC = "traffic"
    ROCKFALL = "rockfall"
    OTHER = "other"


class OrderKind(StrEnum):
    """What a team is told to do: be scene lead, bring care, stand by as back-up, carry, keep watch, go on, hold where
    it is, come back to the place named, or come back as everybody is recalled.
    """

    LEAD = "lead"
    MEDIC = "medic"
    BACKUP = "backup"
    CARRY = "carry"
    WATCH = "watch"
    GO_ON = "go on"
    HOLD = "hold"
    RETURN = "return"
    RECALL = "recall"


@dataclass(frozen=True, slots=True, kw_only=True)
class Qualification:
    """That somebody can fill a role: `skill` 1 (can) to 5 (best), `until` = when the certificate expires."""

    role: Role
    skill: float = 3.0
    until: Utc | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who can be sent. `id` is a call sign or initials; `name`, `phone` and `note` are personal.

    `team` is the search team the person belongs to, `place` where it is (None: with the team, else at the base),
    `awake_since` when it got up, `p_present` the probability that it is there when needed (None: certain).
    """

    id: str
    qualifications: tuple[Qualification, ...] = ()
    team: str | None = None
    place: Place | None = None
    awake_since: Utc | None = None
    p_present: float | None = None
    name: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    note: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hazard:
    """Something that threatens people: an outline of 3 or more places, or `place` with `radius_m`.

    `begins` and `ends` bound when it threatens (None: always). `hits_per_h` is the expected number of injuries per
    person and hour inside it (None: the table's, which is an assumption). `speed_mps` is how fast what comes from it
    moves, for the time to warn. What is known about people who may be hostile (`note`) is personal.
    """

    id: str
    kind: HazardKind
    ring: tuple[Place, ...] = ()
    place: Place | None = None
    radius_m: float | None = None
    label: str = ""
    begins: Utc | None = None
    ends: Utc | None = None
    hits_per_h: float | None = None
    speed_mps: float | None = None
    note: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """The signals that everybody must know: by radio, whistle, light or horn."""

    warning: str
    recall: str
    channel: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a team, or a person without one, is told to do. `arrives` is when it is expected there.

    `find` is the log entry of the find that the order belongs to (empty: none); it ends where that find is undone.
    """

    to: str
    kind: OrderKind
    text: str = ""
    place: Place | None = None
    arrives: Utc | None = None
    find: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRegistered:
    """Somebody is there, or changed: the record replaces an earlier one of the same id."""

    person: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonStoodDown:
    """Somebody is no longer available. `why` is personal."""

    person: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardMarked:
    """The manager marked a hazard; replaces an earlier one of the same id."""

    hazard: Hazard


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardDropped:
    """A hazard is there no longer."""

    hazard: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalsSet:
    """The warning and recall signals were agreed; they stand on every task sheet from now on."""

    signals: Signals


@dataclass(frozen=True, slots=True, kw_only=True)
class FormationMade:
    """People got their roles and posts. `value` is the sum of skill, `bound` the most possible, `p_complete` the
    probability that all roles can still be filled when people drop out.
    """

    formation: BlobId
    phase: Phase
    value: float
    bound: float
    p_complete: float
    made_from: Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class RallySet:
    """Where everybody meets. `all_there` is when the last is expected."""

    place: Place
    all_there: Utc | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdersGiven:
    """Teams were told what to do: after a find, on a recall, or one by one. `because` is open to everybody."""

    orders: tuple[Order, ...]
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderAcknowledged:
    """A team has acknowledged its latest order. `eta` is when it says it will be there; `said` its own words."""

    by: str
    eta: Utc | None = None
    said: str = ""


PeopleEvent = (
    PersonRegistered
    | PersonStoodDown
    | HazardMarked
    | HazardDropped
    | SignalsSet
    | FormationMade
    | RallySet
    | OrdersGiven
    | OrderAcknowledged
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """The people, hazards, roles and orders of a mission, as its log adds up.

    `orders` holds the latest order of each team or person; `acknowledged` the answer to that order, if any came.
    """

    people: Mapping[str, Person] = field(default_factory=dict)
    hazards: Mapping[str, Hazard] = field(default_factory=dict)
    signals: Signals | None = None
    formations: tuple[Happened[FormationMade], ...] = ()
    rally: Happened[RallySet] | None = None
    orders: Mapping[str, Happened[Order]] = field(default_factory=dict)
    acknowledged: Mapping[str, Happened[OrderAcknowledged]] = field(default_factory=dict)

    @property
    def formation(self) -> Happened[FormationMade] | None:
        """The formation in force: the latest made."""
        return self.formations[-1] if self.formations else None


# One case per kind of event, as in `replay.after`.
def crew_after(crew: Crew, happened: Happened[PeopleEvent]) -> tuple[Crew, tuple[Finding, ...]]:  # noqa: PLR0911
    """The crew after one more event, and what of it could not be."""
    at, entry, event = happened.at, happened.entry, happened.event
    match event:
        case PersonRegistered():
            return replace(crew, people={**crew.people, event.person.id: event.person}), ()
        case PersonStoodDown():
            found = unknown(crew.people, event.person, entry, f"stands down {event.person}, whom nobody registered")
            return replace(crew, people=less(crew.people, event.person)), found
        case HazardMarked():
            return replace(crew, hazards={**crew.hazards, event.hazard.id: event.hazard}), ()
        case HazardDropped():
            found = unknown(crew.hazards, event.hazard, entry, f"drops hazard {event.hazard}, which nobody marked")
            return replace(crew, hazards=less(crew.hazards, event.hazard)), found
        case SignalsSet():
            return replace(crew, signals=event.signals), ()
        case FormationMade():
            return replace(crew, formations=(*crew.formations, Happened(at, entry, event))), ()
        case RallySet():
            return replace(crew, rally=Happened(at, entry, event)), ()
        case OrdersGiven():
            told = {order.to: Happened(at, entry, order) for order in event.orders}
            open_ = {name: said for name, said in crew.acknowledged.items() if name not in told}
            return replace(crew, orders={**crew.orders, **told}, acknowledged=open_), ()
        case OrderAcknowledged():
            found = unknown(crew.orders, event.by, entry, f"acknowledges an order that {event.by} never got")
            return replace(crew, acknowledged={**crew.acknowledged, event.by: Happened(at, entry, event)}), found
        case _:
            assert_never(event)
