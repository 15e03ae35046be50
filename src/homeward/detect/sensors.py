"""How wide and how fast each kind of team searches, by cover, slope, light and weather: cited tables, own words.

The tables are the CSV files beside this one. Each row says whether it is published or homeward's own judgement.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from homeward.detect.camera import CAMERAS, camera_factor
from homeward.detect.tables import Numbers, column, values
from homeward.detect.weather import CALM, weather_effect
from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.mission.nouns import Team, TeamKind, Weather
from homeward.terrain.ground import Cover

PATHS_ONLY = "paths"


@dataclass(frozen=True, slots=True, kw_only=True)
class KindDefaults:
    """What a kind of team can do: time searching before it must come back, time until the next task, whether it works
    in the dark, its speed on the way where it goes in straight lines (0: it goes over the ground), the time that
    a flier takes to turn round at the end of a lane and the nearest that its lanes may lie, and for a drone the
    height above ground, angle of view and picture behind its sweep widths (else None)."""

    endurance_s: float
    turnaround_s: float
    in_the_dark: bool = True
    transit_mps: float = 0.0
    half_turn_s: float = 0.0
    least_lane_m: float = 0.0
    height_m: float | None = None
    field_of_view_deg: float | None = None
    image_px: float | None = None


def sweep_width_m(
    kind: TeamKind,
    cover: NDArray[np.uint8],
    *,
    night: bool = False,
    weather: Weather = CALM,
    numbers: Numbers = (),
) -> Floats:
    """Effective sweep width per cell, metres: of one searcher for lines and hasty teams, of the team for dogs, drones.

    For an adult who does not answer, in clothing of medium visibility (a SOUND team: one who answers). `cover` holds
    `Cover` codes, any shape; codes not in the table count as unknown cover. 0 where that kind cannot search. Sources:
    `sweep_widths.csv`, and for the weather `weather_effects.csv`.
    """
    kind = TeamKind(kind)
    factor = weather_effect(kind, weather, night=night, numbers=numbers).width
    return _by_cover(_table("width", kind, "night" if night else "day", numbers), cover) * factor


def search_speed_mps(
    kind: TeamKind, cover: NDArray[np.uint8], slope: ArrayLike, *, weather: Weather = CALM, numbers: Numbers = ()
) -> Floats:
    """Speed while searching, metres per second, by cover code and slope (rise over run, >= 0), shapes broadcast.

    0 where that kind cannot search; passing through is another matter (see terrain). On slopes the speed is at most
    that of the slope's class. Where a kind keeps to paths (`paths_only`) it is the speed on them. Sources:
    `search_speeds.csv`, `search_slopes.csv`, and for the weather `weather_effects.csv`.
    """
    kind = TeamKind(kind)
    speed, steep = np.broadcast_arrays(
        _by_cover(_table("speed", kind, "", numbers), cover), np.asarray(slope, dtype=np.float64)
    )
    speed = speed.copy()
    for above, at_most in _slopes(kind, numbers):
        np.minimum(speed, at_most, out=speed, where=steep > above)
    return np.asarray(speed * weather_effect(kind, weather, numbers=numbers).speed, dtype=np.float64)


def paths_only(kind: TeamKind, cover: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Where a kind of team cannot leave paths: bikes in the woods, horses in rough ground. Shape of `cover`."""
    known = column("speed", "where")
    table = np.array([known[TeamKind(kind), c.name] == PATHS_ONLY for c in Cover])
    codes = np.asarray(cover)
    return np.asarray(np.take(table, np.where(codes < len(table), codes, Cover.UNKNOWN)), dtype=np.bool_)


def team_sweep_width_m(
    team: Team,
    cover: NDArray[np.uint8],
    *,
    night: bool = False,
    weather: Weather = CALM,
    numbers: Numbers = (),
) -> Floats:
    """Sweep width of a whole team, metres.

    A line sweeps its people's widths added up; a hasty team of two or more 1.3 x one person's, a third adds nothing
    (Koester 2018, Rescue conference). A drone's goes with the footprint of its camera (`camera_factor`). A width that
    the team tells (`Team.sweep_width_m`) is the whole team's and stands, by day or night and in any weather, wherever
    its kind can search at all. `BadInput` where that is not above zero, or where the team has nobody in it.
    """
    width = sweep_width_m(team.kind, cover, night=night, weather=weather, numbers=numbers)
    if team.people < 1:
        raise BadInput(f"Team {team.id!r} has {team.people} people. Give 1 or more.")
    if team.sweep_width_m is not None:
        told = _positive(team, "a sweep width", team.sweep_width_m, "m")
        return np.where(width > 0, told, 0.0)
    if team.kind is TeamKind.LINE:
        return width * team.people
    if team.kind in CAMERAS:
        return width * camera_factor(team, numbers=numbers)
    together = values("kind", numbers).get((team.kind, "together_factor"), 1.0)
    return width * (together if team.people > 1 else 1.0)


def line_spacing_m(team: Team) -> float | None:
    """How far apart the people of a line walk where the team says so, else None: at the sweep width of one of them.

    The sweep width of each stays its own: at twice the range of detection (the critical separation) lines had a POD
    of 0.67 +- 0.17 for bright clothing with W / spacing = 47 / 52, 0.32 +- 0.16 for dull with 16 / 30 (Wilderness
    Environ. Med. 2019/20), as 1 - exp(-W / spacing) has it (0.59, 0.41): nearer together they cover the ground more
    than once, further apart less.
    """
    if team.kind is not TeamKind.LINE or team.spacing_m is None:
        return None
    return _positive(team, "a spacing", team.spacing_m, "m")


def team_speed_mps(
    team: Team, cover: NDArray[np.uint8], slope: ArrayLike, *, weather: Weather = CALM, numbers: Numbers = ()
) -> Floats:
    """Speed of a team while searching, m/s.

    A speed that the team tells (`Team.speed_mps`) stands wherever its kind can search at all. `BadInput` where that
    is not above zero.
    """
    speed = search_speed_mps(team.kind, cover, slope, weather=weather, numbers=numbers)
    if team.speed_mps is None:
        return speed
    return np.where(speed > 0, _positive(team, "a search speed", team.speed_mps, "m/s"), 0.0)


def team_endurance_s(team: Team, *, numbers: Numbers = ()) -> float:
    """How long a team can search before it must be back, seconds: its own word, else its kind's default."""
    if team.endurance_s is None:
        return defaults(team.kind, numbers=numbers).endurance_s
    return _positive(team, "an endurance", team.endurance_s, "s")


def defaults(kind: TeamKind, *, numbers: Numbers = ()) -> KindDefaults:
    """What a kind of team can do unless it says otherwise. Source: `kind_defaults.csv`."""
    kind = TeamKind(kind)
    known = {quantity: value for (own, quantity), value in values("kind", numbers).items() if own == kind}
    return KindDefaults(
        endurance_s=known["endurance_s"],
        turnaround_s=known["turnaround_s"],
        in_the_dark=known["in_the_dark"] > 0,
        transit_mps=known.get("transit_mps", 0.0),
        half_turn_s=known.get("half_turn_s", 0.0),
        least_lane_m=known.get("least_lane_m", 0.0),
        height_m=known.get("height_m"),
        field_of_view_deg=known.get("field_of_view_deg"),
        image_px=known.get("image_px"),
    )


def _positive(team: Team, what: str, value: float, unit: str) -> float:
    if not (value > 0 and np.isfinite(value)):
        raise BadInput(f"Team {team.id!r} has {what} of {value:g} {unit}. Give a number above zero, or leave it out.")
    return value


def _by_cover(table: Floats, cover: NDArray[np.uint8]) -> Floats:
    codes = np.asarray(cover)
    return np.take(table, np.where(codes < len(table), codes, Cover.UNKNOWN))


@lru_cache(maxsize=1024)
def _table(name: str, kind: TeamKind, light: str, numbers: Numbers) -> Floats:
    rows = values(name, numbers)
    return np.array([rows[(kind, c.name, light) if light else (kind, c.name)] for c in Cover], dtype=np.float64)


@lru_cache(maxsize=256)
def _slopes(kind: TeamKind, numbers: Numbers) -> tuple[tuple[float, float], ...]:
    return tuple((float(above), most) for (own, above), most in values("slope", numbers).items() if own == kind)
