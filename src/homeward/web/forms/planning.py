"""Forms of the map, the plan and its rehearsal."""

from __future__ import annotations

from pydantic import Field

from homeward.web.forms.common import Form


class Map(Form):
    """The probability map; nothing to choose."""


class Plan(Form):
    """The next operational period."""

    hours: float | None = None
    start: str | None = None
    seed: int = 0
    again: bool = False
    switch_cost: float | None = None
    time_limit_s: float | None = None


class Rehearse(Form):
    """The plan in force against many subjects, and what would be otherwise."""

    subjects: int = 5000
    seed: int = 0
    what_ifs: list[str] = Field(default_factory=list)
