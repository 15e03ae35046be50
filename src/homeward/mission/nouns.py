"""The nouns of a mission: small frozen records in the field's own words, as they stand in events.

Places are WGS 84, times are UTC, everything else is SI with its unit in the name. A field that may be left
out is None until known. `BlobId` is the SHA-256 (hex) of an attachment kept in the mission file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator

from homeward.errors import BadInput
from homeward.geo import Grid, Place

BlobId = str


def utc(when: datetime) -> datetime:
    """A time in UTC. Raises `BadInput` for one without a zone."""
    if when.tzinfo is None:
        raise BadInput(f"The time {when.isoformat()} has no time zone. Say which, as in 2026-11-22T14:00+01:00.")
    return when.astimezone(UTC)


# The type of every time in a noun or an event: in UTC once it has been through the log.
Utc = Annotated[datetime, AfterValidator(utc)]


class TeamKind(StrEnum):
    """The kinds of searching team."""

    DOG = "dog"
    LINE = "line"
    DRONE = "drone"
    HASTY = "hasty"


class ClueKind(StrEnum):
    """What a clue says about the place: a point, or a direction with or without a distance."""

    POINT = "point"
    BEARING = "bearing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """The ground of the mission: the metric grid all maps lie on, and the attachment that holds its terrain."""

    label: str
    grid: Grid
    terrain: BlobId
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The missing person. Every field may be left out and set later.

    `category` is one of the published subject categories (`homeward subject --help` lists them). `name`,
    `age_years`, `description` and `medical` are personal: they leave the mission file only when asked for.
    """

    category: str | None = None
    ecoregion: str | None = None
    ground: str | None = None
    count: int = 1
    name: str | None = field(default=None, repr=False)
    age_years: float | None = field(default=None, repr=False)
    description: str | None = field(default=None, repr=False)
    medical: str | None = field(default=None, repr=False)


PERSONAL = ("name", "age_years", "description", "medical")
"""The fields of a `Subject` that are personal. What is personal in events: `encode.PERSONAL_FIELDS`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ipp:
    """The initial planning point: where, of which kind (place last seen, last known position), and when."""

    place: Place
    kind: str
    seen_at: Utc


@dataclass(frozen=True, slots=True, kw_only=True)
class Clue:
    """A clue as reported. `place` is the clue's own place, or the observer's where it is a bearing.

    `bearing_deg` is true, `range_m` the distance told, each with its standard deviation; `error_m` the standard
    error of a point. `reliability` is the probability that the clue is about this subject at all, and true.
    """

    id: str
    kind: ClueKind
    place: Place
    text: str
    team: str | None = None
    bearing_deg: float | None = None
    bearing_sd_deg: float | None = None
    range_m: float | None = None
    range_sd_m: float | None = None
    error_m: float | None = None
    reliability: float = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """A searching team. `base` is where it starts from; None = the command post, i.e. the mission's base.

    `sweep_width_m`, `speed_mps` and `endurance_s` override the cited defaults of its kind; `why` says why.
    """

    id: str
    kind: TeamKind
    people: int = 2
    base: Place | None = None
    radio: str | None = None
    sweep_width_m: float | None = None
    speed_mps: float | None = None
    endurance_s: float | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MapMove:
    """One line of the probability map's story: who or what moved how much probability, from where to where.

    `moved` is the total variation distance between before and after, 0..1; entropies in nats.
    """

    cause: str
    why: str
    moved: float
    from_where: str
    to_where: str
    entropy_before: float
    entropy_after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What a result came from, so that it can be rebuilt: hash of the inputs, seed, version of homeward."""

    inputs_sha256: str
    seed: int
    version: str
