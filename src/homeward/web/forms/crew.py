"""Forms of who is there, what threatens them, who does what, and of orders with their answers."""

from __future__ import annotations

from pydantic import Field

from homeward.web.forms.common import Form


class Person(Form):
    """Somebody who can be sent."""

    name: str
    roles: list[str] = Field(default_factory=list)
    team: str | None = None
    place: str | None = None
    awake_since: str | None = None
    p_present: float | None = None
    real_name: str | None = None
    phone: str | None = None
    note: str | None = None
    forget: list[str] = Field(default_factory=list)
    at: str | None = None


class Hazard(Form):
    """What threatens people on the ground: an outline, a line, or a circle around a place."""

    name: str
    kind: str
    places: list[str] = Field(default_factory=list)
    place: str | None = None
    radius_m: float | None = None
    line: bool = False
    buffer_m: float | None = None
    label: str = ""
    begins: str | None = None
    ends: str | None = None
    hits_per_h: float | None = None
    speed: float | None = None
    note: str = ""
    at: str | None = None


class Signals(Form):
    """The warning and recall signals."""

    warning: str | None = None
    recall: str | None = None
    channel: str | None = None
    at: str | None = None


class Formation(Form):
    """What a formation is made for, and what is asked of it."""

    phase: str | None = None
    need: list[str] = Field(default_factory=list)
    reserve: list[str] = Field(default_factory=list)
    backup_within: str | None = None
    hours: float | None = None
    awake_limit_h: float | None = None
    min_team: int | None = None
    seed: int = 0


class Rally(Form):
    """Where everybody meets; without a place the best one."""

    place: str | None = None
    text: str = ""


class Recall(Form):
    """Everybody is called back."""

    place: str | None = None
    why: str = ""
    at: str | None = None


class Order(Form):
    """What teams, or people without one, are told to do."""

    to: list[str]
    kind: str
    text: str = ""
    place: str | None = None
    at: str | None = None


class Acknowledged(Form):
    """Somebody has acknowledged its latest order."""

    by: str
    eta: str | None = None
    said: str = ""
    at: str | None = None
