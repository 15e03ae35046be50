"""The desk's verbs as the page's forms send them: which fields each takes, and of which type.

What a field may hold is the desk's business; here only names and types are checked, so that a mistyped field is an
error and never silently left out.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from homeward import desk
from homeward.errors import BadInput, UnknownName
from homeward.web import manage_forms as manage


class Form(BaseModel):
    """What every form has in common."""

    model_config = manage.AS_TOLD


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
    forget: list[str] = []
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
    forget: list[str] = []
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


class Team(Form):
    """A team that is here to search."""

    name: str
    kind: str
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


class Area(Form):
    """The ground; files by the names that their uploads were given."""

    elevation: list[str] = []
    features: list[str] = []
    landcover: str | None = None
    landcover_scheme: str | None = None
    cell_m: float = 50.0
    around: str | None = None
    half_width_m: float | None = None
    bbox: tuple[float, float, float, float] | None = None
    crs: str | None = None


class Map(Form):
    """The probability map; nothing to choose."""


class Plan(Form):
    """The next operational period."""

    hours: float | None = None
    start: str | None = None
    seed: int = 0
    again: bool = False
    switch_cost: float | None = None


class Rehearse(Form):
    """The plan in force against many subjects, and what would be otherwise."""

    subjects: int = 5000
    seed: int = 0
    what_ifs: list[str] = []


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
    at: str | None = None


class Found(Form):
    """The subject was found."""

    place: str
    team: str | None = None
    alive: bool | None = None
    condition: str | None = None
    at: str | None = None


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
    teams: list[str] = []
    minutes: float = 30.0
    start: str | None = None
    begin: str | None = None
    share: float | None = None
    closed_pod: float = 0.9
    lookouts: list[str] = []
    keep_shut: list[str] = []
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
    hazards: list[str] = []
    inside_: list[tuple[float, int, int]] = []
    removed: tuple[int, int] = (0, 0)
    missing: int | None = None
    no_go: bool = False
    clear: bool = False


class Undo(Form):
    """An entry that counts no longer; the last one where none is named."""

    entry: str | None = None
    why: str = ""


# verb -> (its form, the desk's function)
VERBS: dict[str, tuple[type[BaseModel], str]] = {
    "subject": (Subject, "subject"),
    "ipp": (Ipp, "ipp"),
    "scenario": (Scenario, "scenario"),
    "drop_scenario": (Named, "drop_scenario"),
    "vote": (Vote, "vote"),
    "suggest_scenarios": (Suggested, "suggest_scenarios"),
    "base": (Base, "base"),
    "clue": (Clue, "clue"),
    "accept_clue": (Named, "accept_clue"),
    "refuse_clue": (Named, "refuse_clue"),
    "team": (Team, "team"),
    "stand_down": (Named, "stand_down"),
    "weather": (Weather, "weather"),
    "number": (Number, "number"),
    "area": (Area, "load_area"),
    "map": (Map, "make_map"),
    "plan": (Plan, "plan"),
    "rehearse": (Rehearse, "rehearse"),
    "track": (Track, "track"),
    "debrief": (Debrief, "debrief"),
    "found": (Found, "found"),
    "building": (Building, "load_building"),
    "building_plan": (BuildingPlan, "plan_building"),
    "reading": (Reading, "reading"),
    "searched_room": (SearchedRoom, "searched_room"),
    "segment": (manage.Segment, "draw_segment"),
    "drop_segment": (Named, "drop_segment"),
    "lock": (manage.Lock, "lock"),
    "free": (Named, "free"),
    "own": (manage.Own, "own_plan"),
    "team_at": (manage.Seen, "team_at"),
    "begun": (manage.Begun, "begun"),
    "give_up": (manage.GivenUp, "give_up"),
    "undo": (Undo, "undo"),
}
LONG = {"map": "map", "plan": "plan", "rehearse": "rehearsal"}  # what each makes in the background, one at a time
TELLS = ("plan", "rehearse")  # which of them tell how far they are


def read_form(verb: str, body: Any) -> dict[str, Any]:
    """The fields of a form as the desk takes them. Raises `HomewardError` naming the verb or field that is wrong."""
    if verb not in VERBS:
        raise UnknownName("verb", verb, VERBS)
    return checked(VERBS[verb][0], verb, body)


def checked(kind: type[BaseModel], verb: str, body: Any) -> dict[str, Any]:
    """The fields of a form of this kind. Raises `BadInput` naming the field that is wrong."""
    try:
        form = kind.model_validate(body)
    except ValidationError as err:
        first = err.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "form"
        raise BadInput(
            f"The field {field!r} of {verb!r} does not fit: {first['msg']}. Check what was entered."
        ) from err
    return form.model_dump(exclude_none=True)


def do(verb: str, path: Path, fields: dict[str, Any]) -> desk.Answer:
    """Carries a verb out at the desk."""
    function: Callable[..., desk.Answer] = getattr(desk, VERBS[verb][1])
    return function(path, **fields)
