"""Forms of what is known: the subject, scenarios, the IPP, clues, the ground, what was found."""

from __future__ import annotations

from pydantic import Field

from homeward.web.forms.common import Form


class Subject(Form):
    """Who is missing."""

    category: str | None = None
    ecoregion: str | None = None
    ground: str | None = None
    count: int | None = None
    name: str | None = None
    age_years: float | None = None
    description: str | None = None
    medical: str | None = None
    mobility: str | None = None
    responsive: bool | None = None
    injured: bool | None = None
    visibility: str | None = None
    forget: list[str] = Field(default_factory=list)
    at: str | None = None


class Scenario(Form):
    """Something that may have happened."""

    name: str
    label: str | None = None
    category: str | None = None
    ecoregion: str | None = None
    ground: str | None = None
    place: str | None = None
    direction_deg: float | None = None
    mobility: str | None = None
    responsive: bool | None = None
    injured: bool | None = None
    left_area: bool | None = None
    setting: str | None = None
    why: str | None = None
    forget: list[str] = Field(default_factory=list)
    at: str | None = None


class Vote(Form):
    """A planner's vote: points, or letters, for each scenario and the rest of the world."""

    votes: dict[str, str | float]
    planner: str | None = None
    at: str | None = None


class Suggested(Form):
    """Scenarios to begin with."""

    take: bool = False


class Ipp(Form):
    """Where the subject was last known to be, and when."""

    place: str
    seen: str
    kind: str = "place last seen"
    direction_deg: float | None = None
    at: str | None = None


class Base(Form):
    """Where the command post stands."""

    place: str
    at: str | None = None


class Clue(Form):
    """A clue as reported."""

    text: str
    place: str | None = None
    at: str | None = None
    when: str | None = None
    kind: str | None = None
    team: str | None = None
    bearing_deg: float | None = None
    bearing_sd_deg: float | None = None
    range_m: float | None = None
    range_sd_m: float | None = None
    error_m: float | None = None
    error_across_m: float | None = None
    error_axis_deg: float | None = None
    reliability: float | None = None
    relevance: float | None = None
    by_chance: float | None = None
    sense: str | None = None
    wind_from_deg: float | None = None
    width_deg: float | None = None
    range_min_m: float | None = None
    range_max_m: float | None = None
    timing_advance: str | None = None
    noticed: float | None = None
    areas: str | None = None
    spoken: str | None = None
    gps: str | None = None
    marked: str | None = None
    held: bool | None = None
    corrects: str | None = None


class Named(Form):
    """A clue or team that counts no longer, or a clue that counts again."""

    name: str
    why: str = ""
    at: str | None = None


class Area(Form):
    """The ground; files by the names that their uploads were given."""

    elevation: list[str] = Field(default_factory=list)
    features: list[str] = Field(default_factory=list)
    landcover: str | None = None
    landcover_scheme: str | None = None
    cell_m: float = 50.0
    around: str | None = None
    half_width_m: float | None = None
    bbox: tuple[float, float, float, float] | None = None
    crs: str | None = None


class Undo(Form):
    """An entry that counts no longer; the last one where none is named."""

    entry: str | None = None
    why: str = ""
