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
    """The kinds of searching team: what it searches with, or how it moves.

    A `DOG` is an air-scent dog, `TRAILING` one that follows a track, `REMAINS` one for human remains; a `DRONE` sees by
    daylight camera, `THERMAL` by heat; a `SOUND` team calls and listens for an answer; `LISTENING` devices and `RADAR`
    find people behind walls, in buildings only.
    """

    DOG = "dog"
    LINE = "line"
    DRONE = "drone"
    HASTY = "hasty"
    TRAILING = "trailing"
    REMAINS = "remains"
    MANTRACKER = "mantracker"
    MOUNTED = "mounted"
    BIKE = "bike"
    THERMAL = "thermal"
    HELICOPTER = "helicopter"
    BOAT = "boat"
    SOUND = "sound"
    LISTENING = "listening"
    RADAR = "radar"


class Rain(StrEnum):
    """How hard it rains or snows."""

    NONE = "none"
    LIGHT = "light"
    HEAVY = "heavy"


class LockRule(StrEnum):
    """What the manager has decided about a team and a segment: that it is searched by it, or never is."""

    MUST = "must"
    NEVER = "never"


class Mobility(StrEnum):
    """How well the subject can move about: as anybody, only slowly or a little way, not at all."""

    FULL = "full"
    LIMITED = "limited"
    NONE = "none"


class Visibility(StrEnum):
    """How far the subject's clothing stands out: the three classes that sweep widths are published for.

    Koester et al. (2014), Sweep Width Estimation for Ground Search and Rescue, Wilderness Environ. Med. 25:132-142.
    """

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Setting(StrEnum):
    """What the subject may be caught in, where survival in it is published."""

    AVALANCHE = "avalanche"


class ClueKind(StrEnum):
    """What a clue says about the place: a point, a direction with or without a distance, a phone cell's sector, a
    distance in any direction, a find in a picture, a track that leads on, that somebody was not there, or how
    strongly it speaks for and against areas.
    """

    POINT = "point"
    BEARING = "bearing"
    SECTOR = "sector"
    RING = "ring"
    IMAGE = "image"
    TRACK = "track"
    ABSENCE = "absence"
    AREAS = "areas"


class Sense(StrEnum):
    """What was noticed from afar. All but the scent come only from a subject who can still respond."""

    SCENT = "scent"
    SHOUT = "shout"
    WHISTLE = "whistle"
    LIGHT = "light"


class Grade(StrEnum):
    """How strongly a clue says that the subject is in an area: the nine grades of the SAR 135 clue report."""

    CERTAIN = "certain"
    VERY_STRONG = "very strong"
    STRONG = "strong"
    BETTER = "better than even"
    EVEN = "even"
    WORSE = "worse than even"
    STRONG_NOT = "strong not"
    VERY_STRONG_NOT = "very strong not"
    CERTAIN_NOT = "certain not"


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """The ground of the mission: the metric grid all maps lie on, and the attachment that holds its terrain."""

    label: str
    grid: Grid
    terrain: BlobId
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The missing person. Every field may be left out, set later, and taken back.

    `category` is one of the published subject categories (`homeward subject --help` lists them). `visibility` is that
    of the clothing. `responsive` says whether it would answer a call. What identifies the person or tells of its
    health (`PERSONAL`) is personal: it leaves the mission file only when asked for.
    """

    category: str | None = None
    ecoregion: str | None = None
    ground: str | None = None
    count: int = 1
    name: str | None = field(default=None, repr=False)
    age_years: float | None = field(default=None, repr=False)
    description: str | None = field(default=None, repr=False)
    medical: str | None = field(default=None, repr=False)
    mobility: Mobility | None = field(default=None, repr=False)
    responsive: bool | None = field(default=None, repr=False)
    injured: bool | None = field(default=None, repr=False)
    visibility: Visibility | None = None


PERSONAL = ("name", "age_years", "description", "medical", "mobility", "responsive", "injured")
"""The fields of a `Subject` that are personal. What is personal in events: `encode.PERSONAL_FIELDS`."""

REST = "rest"
"""The rest of the world: the line in every vote for "in none of these scenarios"; no scenario bears this id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Something that may have happened. Each has its own map; what is left out is as the subject and the IPP have it.

    `place` is where the subject went from in this scenario, `direction_deg` its direction of travel (true). With
    `left_area` it is not on the map at all. `setting` is what it may be caught in. `why` is why the planners think of
    it, and personal.
    """

    id: str
    label: str = ""
    category: str | None = None
    ecoregion: str | None = None
    ground: str | None = None
    place: Place | None = None
    direction_deg: float | None = None
    mobility: Mobility | None = None
    responsive: bool | None = None
    injured: bool | None = None
    left_area: bool = False
    setting: Setting | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """What one planner thinks of the scenarios: points for each on any scale, or letters A (very likely) to I.

    `rest` is what the rest of the world gets: points on the same scale, or percent beside letters.
    """

    planner: str
    rest: float
    points: tuple[tuple[str, float], ...] = ()
    letters: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ipp:
    """The initial planning point: where, of which kind (place last seen, last known position), and when.

    `direction_deg` is the direction of travel from there, true, where it is known.
    """

    place: Place
    kind: str
    seen_at: Utc
    direction_deg: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClueArea:
    """An area that a clue speaks of: its outline (3 or more places, open or closed) and the grade."""

    label: str
    ring: tuple[Place, ...]
    grade: Grade


@dataclass(frozen=True, slots=True, kw_only=True)
class Clue:
    """A clue as reported. `place` counts: the clue's own place, or that of the observer, mast or witness.

    Directions are true. A `BEARING` points along `bearing_deg`, with or without `range_m`, each with its standard
    deviation, `wind_from_deg` where a scent came with the wind; a `SECTOR` is a phone cell's beam `width_deg` wide
    about `bearing_deg` (None: all around), from `range_min_m` to `range_max_m`; a `RING` lies at `range_m` in any
    direction. `error_m` is the standard error of a `POINT`, an `IMAGE` or a `TRACK`; of an ellipse along its long
    axis, which points to `error_axis_deg`, with `error_across_m` across. A `TRACK` leads on along `bearing_deg`. An
    `ABSENCE` says that the subject was not within `range_m`, where a witness would have `noticed` it with that
    probability. `AREAS` are graded.

    `reliability` is the probability that the report is right, `relevance` that what it reports comes from this
    subject, `by_chance` how likely such a clue turns up though it has nothing to do with the subject; None = what the
    other leaves. `at` is the time it speaks of. `spoken`, `gps` and `marked` are the place as told over the radio,
    by a receiver, and set on a map, kept apart for ever.
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
    relevance: float | None = None
    by_chance: float | None = None
    at: Utc | None = None
    sense: Sense | None = None
    wind_from_deg: float | None = None
    width_deg: float | None = None
    range_min_m: float | None = None
    range_max_m: float | None = None
    error_across_m: float | None = None
    error_axis_deg: float | None = None
    noticed: float | None = None
    areas: tuple[ClueArea, ...] = ()
    spoken: Place | None = None
    gps: Place | None = None
    marked: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """A searching team. `base` is where it starts from; None = the command post, i.e. the mission's base.

    `sweep_width_m`, `speed_mps`, `endurance_s` and `turnaround_s` override the cited defaults of its kind; `why` says
    why. `spacing_m` is between the people of a line; `height_m`, `field_of_view_deg` (across) and `image_px` (across)
    are a drone's, `batteries` the most flights it has. `in_the_dark` says whether it works at night at all.
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
    turnaround_s: float | None = None
    spacing_m: float | None = None
    height_m: float | None = None
    field_of_view_deg: float | None = None
    image_px: int | None = None
    batteries: int | None = None
    in_the_dark: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """The weather of the search, as it is expected for the hours planned. None where it is not known.

    `wind_from_deg` is true, and only shown: plans do not depend on it. `cloud` is the share of the sky covered [1],
    `visibility_m` how far one sees in fog or haze.
    """

    wind_mps: float | None = None
    wind_from_deg: float | None = None
    rain: Rain = Rain.NONE
    visibility_m: float | None = None
    temperature_c: float | None = None
    cloud: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSegment:
    """A segment as the manager draws it: it wins over those that homeward cuts. `kind` is "area" or "line" (a strip).

    `ring` is its outline, 3 or more places, open or closed.
    """

    id: str
    ring: tuple[Place, ...]
    kind: str = "area"
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """A choice of the manager that plans obey: `team` (None: any, or for NEVER all) and `segment`."""

    id: str
    rule: LockRule
    segment: str
    team: str | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPlan:
    """The manager's own plan, to be measured beside ours: for each team the segments that it searches, in order."""

    orders: tuple[tuple[str, tuple[str, ...]], ...]
    label: str = ""


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
