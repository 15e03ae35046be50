"""From the exits to care: every way from an exit to a hospital, by road or by air, as options to choose from.

Aircraft fly where the weather lets them (`detect.weather`), by daylight unless the crew flies by night: who comes to
the landing zone in the dark waits for first light. What is left out is said with its reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import numpy as np

from homeward.detect.sun import is_night
from homeward.detect.tables import values
from homeward.detect.weather import grounded
from homeward.geo import Floats, Place, distance_m
from homeward.mission.nouns import TeamKind, Weather
from homeward.mission.rescue import Exit, ExitKind, Hospital
from homeward.rescue.carry import Spread, added_s
from homeward.rescue.destination import Option, has_all
from homeward.rescue.numbers import number
from homeward.rescue.roads import RoadTime, road_times
from homeward.terrain.ground import Terrain

_STEP_S = 600.0
_AHEAD_S = 96 * 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Onward:
    """What is known of the way on from the exits.

    `now` UTC; `needs` what the casualty needs of a hospital; `night_flying` whether the aircraft's crew flies in the
    dark. `with_it`, `without_it`: probability to survive of those who arrive alive where all of `needs` is there
    (`destination.has_all`), or not; by severity or one for all (left out: 1 and 0.7, ours). `known`: what each hospital
    can treat (`onward_options` fills it in).
    """

    now: datetime
    needs: tuple[str, ...] = ()
    weather: Weather = field(default_factory=Weather)
    night_flying: bool = False
    known: tuple[tuple[str, ...], ...] = ()
    with_it: Mapping[str, float] | float = 1.0
    without_it: Mapping[str, float] | float = field(default_factory=lambda: number("without_level"))


def onward_options(
    terrain: Terrain,
    arrive_s: Mapping[str, Floats],
    exits: Sequence[Exit],
    hospitals: Sequence[Hospital],
    how: Onward,
) -> tuple[tuple[Option, ...], tuple[str, ...]]:
    """(the ways to care, why others are left out).

    `arrive_s`: by exit, equally likely seconds from now until the litter is there (`CarryTime.arrive_s`); exits that
    it does not name are not reached.
    """
    how = replace(how, known=tuple(h.capability for h in hospitals))
    options: list[Option] = []
    left_out: list[str] = []
    for exit_ in exits:
        if exit_.id not in arrive_s:
            left_out.append(f"{_name(exit_)}: no way leads there.")
            continue
        at_exit = _when_ready(np.asarray(arrive_s[exit_.id], dtype=np.float64), exit_, how.now)
        if exit_.then_s is not None:
            options.append(_told_time(exit_, at_exit, how))
        elif exit_.kind is ExitKind.LANDING:
            made, why = _by_air(exit_, at_exit, hospitals, how)
            options += made
            left_out += why
        else:
            made, why = _by_road(terrain, exit_, at_exit, hospitals, how)
            options += made
            left_out += why
    return tuple(options), tuple(left_out)


def flight_time(a: Place, b: Place) -> Spread:
    """Seconds in the air between two places: straight at the helicopter's cruise, start and landing added (ours)."""
    cruise = values("kind")[(TeamKind.HELICOPTER, "transit_mps")]
    return Spread(median=number("air_overhead_s") + distance_m(a, b) / cruise, sd_log=number("air_sd_log"))


def may_fly(place: Place, weather: Weather, at: datetime, *, night_flying: bool) -> str:
    """Why no helicopter flies there and then, in words; '' where one may."""
    why = grounded(TeamKind.HELICOPTER, weather)
    if why:
        return why
    if is_night(place, at):
        if not night_flying:
            return "it is dark and the crew does not fly by night"
        if weather.visibility_m is not None and weather.visibility_m < number("night_visibility_m"):
            return f"it does not fly by night in a visibility of {weather.visibility_m:g} m"
    return ""


def _when_ready(arrive: Floats, exit_: Exit, now: datetime) -> Floats:
    """Seconds from now until the litter is loaded: when both it and the vehicle are there."""
    ready = -np.inf if exit_.ready_at is None else (exit_.ready_at - now).total_seconds()
    return np.maximum(arrive, ready) + number("load_s")


def _told_time(exit_: Exit, at_exit: Floats, how: Onward) -> Option:
    fits, said = has_all(how.needs, exit_.capability)
    return Option(
        id=exit_.id,
        arrive_s=at_exit + (exit_.then_s or 0.0),
        survives=how.with_it if fits else how.without_it,
        hospital="care",
        exit=_name(exit_),
        mode="air" if exit_.kind is ExitKind.LANDING else "boat" if exit_.kind is ExitKind.BOAT else "road",
        note=said,
    )


def _by_road(
    terrain: Terrain, exit_: Exit, at_exit: Floats, hospitals: Sequence[Hospital], how: Onward
) -> tuple[list[Option], list[str]]:
    """What lies far off every road is left out, unless all of it does."""
    if not hospitals:
        return [], []
    goals = np.array([terrain.grid.to_m(h.place) for h in hospitals])
    times = road_times(terrain, np.array(terrain.grid.to_m(exit_.place)), goals)
    near = [time.off_road_m <= number("road_reach_m") for time in times]
    made, left = [], []
    for hospital, time, reached in zip(hospitals, times, near, strict=True):
        if reached or not any(near):
            arrive = added_s(at_exit, time.time.samples())
            made.append(_option(exit_, hospital, arrive, "road", _road_note(time), how))
        else:
            left.append(f"{hospital.label or hospital.id} by road: it lies off every road of the map.")
    return made, left


def _by_air(exit_: Exit, at_exit: Floats, hospitals: Sequence[Hospital], how: Onward) -> tuple[list[Option], list[str]]:
    why = grounded(TeamKind.HELICOPTER, how.weather)
    if why:
        return [], [f"{_name(exit_)} by air: {why}."]
    lifts = _first_light(at_exit, _flying_windows(exit_.place, how))
    if not np.isfinite(lifts).all():
        return [], [f"{_name(exit_)} by air: it stays dark, and the crew does not fly by night."]
    some, most = (float(np.quantile(lifts - at_exit, p)) for p in (0.9, 0.5))
    late = "Who is at the exit after dark waits for first light: hence the late end of that span."
    note = "Waits for first light." if most > 60 else late if some > 60 else ""
    landing = [h for h in hospitals if h.landing]
    left = [f"{h.label or h.id} by air: no helicopter can land there." for h in hospitals if not h.landing]
    made = [
        _option(exit_, h, added_s(lifts, flight_time(exit_.place, h.place).samples()), "air", note, how)
        for h in landing
    ]
    return made, left


def _option(exit_: Exit, hospital: Hospital, arrive: Floats, mode: str, note: str, how: Onward) -> Option:
    fits, said = has_all(how.needs, hospital.capability, how.known)
    return Option(
        id=f"{hospital.id} by {mode} from {exit_.id}",
        arrive_s=arrive,
        accepts=hospital.accepts,
        survives=how.with_it if fits else how.without_it,
        hospital=hospital.label or hospital.id,
        exit=_name(exit_),
        mode=mode,
        note=" ".join(part for part in (said, note) if part),
    )


def _road_note(time: RoadTime) -> str:
    if time.guessed:
        return f"The time by road is a guess: {time.why}."
    return f"Check the time by road: {time.why}." if time.why else ""


def _flying_windows(place: Place, how: Onward) -> list[tuple[float, float]]:
    """Seconds from now in which it may fly; the last has no end where it may at the end of what is looked at."""
    steps = np.arange(0.0, _AHEAD_S, _STEP_S)
    times = [how.now + timedelta(seconds=float(s)) for s in steps]
    flies = np.array([not may_fly(place, how.weather, at, night_flying=how.night_flying) for at in times])
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flies.astype(int), [0]])))
    ends = np.where(edges == len(steps), np.inf, edges * _STEP_S)
    return [(float(edges[i] * _STEP_S), float(ends[i + 1])) for i in range(0, len(edges), 2)]


def _first_light(at_exit: Floats, windows: list[tuple[float, float]]) -> Floats:
    """Each arrival moved to the first second in which it may fly; inf = none within the 96 h looked at."""
    lifts = np.full(len(at_exit), np.inf)
    for start, end in reversed(windows):
        lifts = np.where(at_exit < end, np.maximum(at_exit, start), lifts)
    return lifts


def _name(exit_: Exit) -> str:
    return exit_.label or exit_.id
