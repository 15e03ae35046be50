"""Searching a building: its nouns and what can happen there. What an event is, and how to add one: `events`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from homeward.geo import Place
from homeward.mission.nouns import BlobId, Provenance, Utc


class IndoorSense(StrEnum):
    """What a team notices a person in a room with: eyes, a dog's nose, a listening device, a through-wall radar."""

    EYE = "eye"
    DOG = "dog"
    LISTENING = "listening"
    RADAR = "radar"


@dataclass(frozen=True, slots=True, kw_only=True)
class Building:
    """A building to be searched inside. `plan` is the attachment with its rooms and doors (`terrain.BuildingPlan`).

    `place` is where its main entrance is. `sources` are the names of the files it was read from.
    """

    id: str
    plan: BlobId
    place: Place | None = None
    label: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a sense said of a room: `positive` = somebody is there. `room` is what it speaks of, `stood_in` where from.

    `people` is how many were sensed, where it tells. `at` is when.
    """

    building: str
    room: str
    stood_in: str
    sense: IndoorSense
    positive: bool
    team: str | None = None
    people: int | None = None
    at: Utc | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildingLoaded:
    """A building to be searched inside is known, or changed: the record replaces an earlier one of the same id."""

    building: Building


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingTaken:
    """A sense said something of a room in a building; counts in plans of that building made from now on."""

    reading: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomSearched:
    """A room was entered and searched without a find, with this POD."""

    building: str
    room: str
    pod: float
    team: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IndoorPlanMade:
    """A plan to search a building was made and is now in force. `value` is POS at its end, within the building.

    `starts`: when its first team goes in (None: when it was made). `rooms` is the building's own plan that it was made
    for (None: not known). `lookouts` and `keep_shut` are the manager's decisions, which the next plan takes over.
    """

    building: str
    plan: BlobId
    value: float
    bound: float
    made_from: Provenance
    starts: Utc | None = None
    rooms: BlobId | None = None
    lookouts: tuple[str, ...] = ()
    keep_shut: tuple[str, ...] = ()


IndoorEvent = BuildingLoaded | ReadingTaken | RoomSearched | IndoorPlanMade
