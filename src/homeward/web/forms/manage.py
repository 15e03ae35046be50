"""Forms by which a manager overrules the planner, and tells what happens while teams are out."""

from __future__ import annotations

from pydantic import Field

from homeward.web.forms.common import Form


class Segment(Form):
    """A segment as the manager draws it; the file by the name that its upload was given."""

    name: str
    places: list[str] = Field(default_factory=list)
    line: bool = False
    buffer_m: float | None = None
    around: str | None = None
    radius_m: float | None = None
    file: str | None = None
    label: str = ""
    at: str | None = None


class Lock(Form):
    """A choice of the manager, in words: Alpha searches AC."""

    words: str
    why: str = ""
    at: str | None = None


class Own(Form):
    """The manager's own plan: for each team its segments in order."""

    orders: dict[str, list[str]]
    label: str = ""
    at: str | None = None


class Seen(Form):
    """Where a team is."""

    team: str
    place: str
    at: str | None = None


class Begun(Form):
    """A team has set out on an assignment."""

    assignment: str
    at: str | None = None


class GivenUp(Form):
    """A team gave an assignment up."""

    assignment: str
    why: str = ""
    at: str | None = None
