"""How wide and how fast each kind of team searches, by cover, slope and light: cited tables and a team's own word.

The tables are the CSV files beside this one. Each row says whether it is published or homeward's own judgement.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np
from numpy.typing import ArrayLike, NDArray

from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.mission.nouns import Team, TeamKind
from homeward.terrain.ground import Cover


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """One number that planning stands on: what it is, its value and unit, `basis` published or ours, and its source."""

    what: str
    value: float
    unit: str
    basis: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KindDefaults:
    """What a kind of team can do: time searching before it must come back, time until the next task, whether it works
    in the dark, its speed on the way where it goes in straight lines (0: it goes over the ground), and for a drone the
    height above ground, horizontal angle of view and picture behind its sweep widths (else None)."""

    endurance_s: float
    turnaround_s: float
    in_the_dark: bool = True
    transit_mps: float = 0.0
    height_m: float | None = None
    field_of_view_deg: float | None = None
    image_px: float | None = None


def sweep_width_m(kind: TeamKind, cover: NDArray[np.uint8], *, night: bool = False) -> Floats:
    """Effective sweep width per cell, metres: of one searcher for lines and hasty teams, of the team for dogs, drones.

    For an adult who does not answer, in clothing of medium visibility. `cover` holds `Cover` codes, any shape; codes
    not in the table count as unknown cover. 0 where that kind cannot search. Sources: `sweep_widths.csv`.
    """
    return _by_cover(_widths(TeamKind(kind), night), cover)


def search_speed_mps(kind: TeamKind, cover: NDArray[np.uint8], slope: ArrayLike) -> Floats:
    """Speed while searching, metres per second, by cover code and slope (rise over run, >= 0), shapes broadcast.

    0 where that kind cannot search; passing through is another matter (see terrain). On slopes the speed is at most
    that of the slope's class. Sources: `search_speeds.csv`, `search_slopes.csv`.
    """
    kind = TeamKind(kind)
    speed, steep = np.broadcast_arrays(_by_cover(_speeds(kind), cover), np.asarray(slope, dtype=np.float64))
    speed = speed.copy()
    for above, at_most in _slopes(kind):
        np.minimum(speed, at_most, out=speed, where=steep > above)
    return speed


def team_sweep_width_m(team: Team, cover: NDArray[np.uint8], *, night: bool = False) -> Floats:
    """Sweep width of a whole team, metres.

    A line sweeps its people's widths added up; a hasty team of two or more 1.3 x one person's, a third adds nothing
    (Koester 2018, Rescue conference). A width that the team tells (`Team.sweep_width_m`) is the whole team's and
    stands, by day or night, wherever its kind can search at all. `BadInput` where that is not above zero, or where
    the team has nobody in it.
    """
    width = sweep_width_m(team.kind, cover, night=night)
    if team.people < 1:
        raise BadInput(f"Team {team.id!r} has {team.people} people. Give 1 or more.")
    if team.sweep_width_m is not None:
        told = _positive(team, "a sweep width", team.sweep_width_m, "m")
        return np.where(width > 0, told, 0.0)
    if team.kind is TeamKind.LINE:
        return width * team.people
    return width * (_quantity(team.kind, "together_factor", 1.0) if team.people > 1 else 1.0)


def calling_width_m(*, night: bool = False) -> float:
    """Sweep width of a team that calls, stops and listens, for a subject who answers, metres. Source: `calling.csv`.

    Measured in forest on foot; that it holds on any ground is homeward's own judgement.
    """
    light = "night" if night else "day"
    return next(float(row["sweep_width_m"]) for row in _rows("calling") if row["light"] == light)


def team_speed_mps(team: Team, cover: NDArray[np.uint8], slope: ArrayLike) -> Floats:
    """Speed of a team while searching, m/s.

    A speed that the team tells (`Team.speed_mps`) stands wherever its kind can search at all. `BadInput` where that
    is not above zero.
    """
    speed = search_speed_mps(team.kind, cover, slope)
    if team.speed_mps is None:
        return speed
    return np.where(speed > 0, _positive(team, "a search speed", team.speed_mps, "m/s"), 0.0)


def team_endurance_s(team: Team) -> float:
    """How long a team can search before it must be back, seconds: its own word, else its kind's default."""
    if team.endurance_s is None:
        return defaults(team.kind).endurance_s
    return _positive(team, "an endurance", team.endurance_s, "s")


def defaults(kind: TeamKind) -> KindDefaults:
    """What a kind of team can do unless it says otherwise. Source: `kind_defaults.csv`."""
    known = {row["quantity"]: float(row["value"]) for row in _rows("kind_defaults") if row["kind"] == TeamKind(kind)}
    return KindDefaults(
        endurance_s=known["endurance_s"],
        turnaround_s=known["turnaround_s"],
        in_the_dark=bool(known["in_the_dark"]),
        transit_mps=known.get("transit_mps", 0.0),
        height_m=known.get("height_m"),
        field_of_view_deg=known.get("field_of_view_deg"),
        image_px=known.get("image_px"),
    )


def assumptions(kind: TeamKind) -> tuple[Assumption, ...]:
    """Every default number that a plan for this kind of team stands on, with its source."""
    rows = _rows("sweep_widths") + _rows("search_speeds") + _rows("search_slopes") + _rows("kind_defaults")
    return tuple(_assumption(row) for row in rows if row["kind"] == TeamKind(kind))


def _assumption(row: dict[str, str]) -> Assumption:
    ground = row.get("cover", "").lower().replace("_", " ")
    if "sweep_width_m" in row:
        what, value, unit = f"sweep width, {ground}, {row['light']}", row["sweep_width_m"], "m"
    elif "slope_above" in row:
        what, value, unit = f"search speed at most, slope above {row['slope_above']}", row["speed_at_most_mps"], "m/s"
    elif "speed_mps" in row:
        what, value, unit = f"search speed, {ground}", row["speed_mps"], "m/s"
    elif row["unit"] == "1":
        what, value, unit = row["quantity"].replace("_", " "), row["value"], ""
    else:
        what, value, unit = row["quantity"].rsplit("_", 1)[0].replace("_", " "), row["value"], row["unit"]
    return Assumption(what=what, value=float(value), unit=unit, basis=row["basis"], source=row["source"])


def _positive(team: Team, what: str, value: float, unit: str) -> float:
    if not (value > 0 and np.isfinite(value)):
        raise BadInput(f"Team {team.id!r} has {what} of {value:g} {unit}. Give a number above zero, or leave it out.")
    return value


def _by_cover(table: Floats, cover: NDArray[np.uint8]) -> Floats:
    codes = np.asarray(cover)
    return np.take(table, np.where(codes < len(table), codes, Cover.UNKNOWN))


@lru_cache
def _widths(kind: TeamKind, night: bool) -> Floats:  # noqa: FBT001 - a cache key
    light = "night" if night else "day"
    rows = [r for r in _rows("sweep_widths") if r["kind"] == kind and r["light"] == light]
    return _table(rows, "sweep_width_m")


@lru_cache
def _speeds(kind: TeamKind) -> Floats:
    return _table([r for r in _rows("search_speeds") if r["kind"] == kind], "speed_mps")


@lru_cache
def _slopes(kind: TeamKind) -> tuple[tuple[float, float], ...]:
    rows = (r for r in _rows("search_slopes") if r["kind"] == kind)
    return tuple((float(r["slope_above"]), float(r["speed_at_most_mps"])) for r in rows)


def _table(rows: list[dict[str, str]], column: str) -> Floats:
    table = np.zeros(len(Cover))
    for row in rows:
        table[Cover[row["cover"]]] = float(row[column])
    table.flags.writeable = False
    return table


def _quantity(kind: TeamKind, quantity: str, otherwise: float) -> float:
    rows = (r for r in _rows("kind_defaults") if r["kind"] == kind and r["quantity"] == quantity)
    return next((float(r["value"]) for r in rows), otherwise)


@lru_cache
def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files("homeward.detect").joinpath(f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
