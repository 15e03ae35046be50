"""Forms of searching inside buildings."""

from __future__ import annotations

from pydantic import Field

from homeward.web.forms.common import Form


class Building(Form):
    """A building to be searched inside; the file by the name that its upload was given."""

    file: str
    name: str
    entrance: str | None = None
    entrance_room: str | None = None
    material: str | None = None
    crs: str | None = None
    scale: float = 1.0
    label: str | None = None
    at: str | None = None


class BuildingPlan(Form):
    """The search of a building; teams as at the command line, TEAM[=SENSE][:ROOM]."""

    name: str
    teams: list[str] = Field(default_factory=list)
    minutes: float = 30.0
    start: str | None = None
    begin: str | None = None
    share: float | None = None
    closed_pod: float = 0.9
    lookouts: list[str] = Field(default_factory=list)
    keep_shut: list[str] = Field(default_factory=list)
    seed: int = 0
    time_limit_s: float = 10.0


class Reading(Form):
    """What a sense said of a room."""

    name: str
    room: str
    stood_in: str
    sense: str
    positive: bool
    people: int | None = None
    team: str | None = None
    at: str | None = None


class SearchedRoom(Form):
    """A room searched without a find."""

    name: str
    room: str
    pod: float
    team: str | None = None
    at: str | None = None


class Markings(Form):
    """What the markings of a building say besides what the log knows; the answer is a paper."""

    name: str
    team: str | None = None
    entered: str | None = None
    left: str | None = None
    hazards: list[str] = Field(default_factory=list)
    inside_: list[tuple[float, int, int]] = Field(default_factory=list)
    removed: tuple[int, int] = (0, 0)
    missing: int | None = None
    no_go: bool = False
    clear: bool = False
