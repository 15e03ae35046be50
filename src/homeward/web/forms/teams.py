"""Forms of who searches, in what weather, and what they bring back."""

from __future__ import annotations

from pydantic import Field

from homeward.web.forms.common import Form


class Team(Form):
    """A team that is here to search."""

    name: str
    kind: str | None = None
    people: int | None = None
    base: str | None = None
    radio: str | None = None
    sweep_width_m: float | None = None
    speed_mps: float | None = None
    endurance_s: float | None = None
    turnaround_s: float | None = None
    spacing_m: float | None = None
    height_m: float | None = None
    field_of_view_deg: float | None = None
    image_px: int | None = None
    batteries: int | None = None
    in_the_dark: bool | None = None
    why: str | None = None
    forget: list[str] = Field(default_factory=list)
    at: str | None = None


class Weather(Form):
    """The weather of the hours to plan."""

    wind_mps: float | None = None
    wind_from_deg: float | None = None
    rain: str | None = None
    visibility_m: float | None = None
    temperature_c: float | None = None
    cloud: float | None = None
    unknown: bool = False
    at: str | None = None


class Number(Form):
    """A number that plans stand on, overridden for this mission or taken back."""

    name: str
    value: float | None = None
    why: str = ""
    back: bool = False
    at: str | None = None


class Track(Form):
    """A team's GPS track; the file by the name that its upload was given."""

    team: str
    file: str
    assignment: str | None = None
    at: str | None = None


class Debrief(Form):
    """What a team searched without a find."""

    team: str
    assignment: str | None = None
    pod_told: float | None = None
    note: str = ""
    calling: bool = False
    width_factor: float = 1.0
    forced: bool = False
    why: str = ""
    hazards: list[str] = Field(default_factory=list)
    gaps: list[str] = Field(default_factory=list)
    at: str | None = None
