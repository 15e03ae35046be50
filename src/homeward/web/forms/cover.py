"""Forms of cover: targets, the plan, the roster of a day."""

from __future__ import annotations

from pydantic import Field

from homeward.web.forms.common import Form


class Target(Form):
    """Something that may be hit."""

    name: str
    place: str | None = None
    value: float | None = None
    ways: list[str] = Field(default_factory=list)
    label: str = ""
    harm_per_h: float | None = None
    note: str = ""
    forget: list[str] = Field(default_factory=list)
    at: str | None = None


class Cover(Form):
    """Who covers what."""

    view: str = "reserve"
    teams: list[str] = Field(default_factory=list)
    standing: int | None = None
    reserve: int | None = None
    radius: str = "20 min"
    days: list[str] = Field(default_factory=list)
    aim: str = "worst"
    busy: float = 0.0
    doubt: float = 0.0
    budget: int | None = None
    bases: list[str] = Field(default_factory=list)
    needs: list[str] = Field(default_factory=list)
    on_foot: bool = False
    seed: int | None = None


class CoverRoster(Form):
    """Who goes where on a day."""

    day: str = "today"
