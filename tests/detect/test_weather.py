"""What the weather takes from each kind of team, and when a kind cannot work at all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.detect import (
    CALM,
    checked_weather,
    grounded,
    search_speed_mps,
    sweep_width_m,
    team_speed_mps,
    team_sweep_width_m,
    weather_effect,
)
from homeward.errors import BadInput
from homeward.mission.nouns import Rain, Team, TeamKind, Weather
from homeward.terrain.ground import Cover

OPEN = np.array([Cover.OPEN], dtype=np.uint8)
KINDS = st.sampled_from(list(TeamKind))
LIGHTS = st.sampled_from(["day", "night"])
SCENT = {TeamKind.DOG, TeamKind.REMAINS}
INDOORS = {TeamKind.LISTENING, TeamKind.RADAR}
WEATHERS = st.builds(
    Weather,
    wind_mps=st.none() | st.floats(0, 40),
    rain=st.sampled_from(Rain),
    visibility_m=st.none() | st.floats(0, 50_000),
    temperature_c=st.none() | st.floats(-40, 45),
    cloud=st.none() | st.floats(0, 1),
)


def width(kind: TeamKind, weather: Weather, *, night: bool = False) -> float:
    return float(sweep_width_m(kind, OPEN, night=night, weather=weather)[0])


def speed(kind: TeamKind, weather: Weather) -> float:
    return float(search_speed_mps(kind, OPEN, [0.0], weather=weather)[0])


@given(KINDS, WEATHERS, st.floats(0, 40), st.floats(0, 40), LIGHTS)
def test_more_wind_never_widens_nor_hastens(kind: TeamKind, told: Weather, a: float, b: float, light: str) -> None:
    night = light == "night"
    calm = 2.0 if kind in SCENT else 0.0  # in still air scent pools: a breeze helps a dog
    less, more = (replace(told, wind_mps=w) for w in sorted((max(a, calm), max(b, calm))))
    assert width(kind, more, night=night) <= width(kind, less, night=night) + 1e-9
    assert speed(kind, more) <= speed(kind, less) + 1e-9


@given(KINDS, WEATHERS)
def test_more_rain_and_less_visibility_never_help(kind: TeamKind, told: Weather) -> None:
    by_rain = [width(kind, replace(told, rain=rain)) for rain in (Rain.NONE, Rain.LIGHT, Rain.HEAVY)]
    by_sight = [width(kind, replace(told, visibility_m=m)) for m in (30_000, 5_000, 900, 300, 60, 10)]
    for row in (by_rain, by_sight):
        assert (np.diff(row) <= 1e-9).all()


@given(KINDS, WEATHERS, LIGHTS)
def test_effects_are_factors_and_reach_every_width(kind: TeamKind, told: Weather, light: str) -> None:
    night = light == "night"
    effect = weather_effect(kind, told, night=night)
    assert 0 <= effect.width <= 1.5
    assert 0 < effect.speed <= 1
    assert width(kind, told, night=night) == pytest.approx(width(kind, CALM, night=night) * effect.width)


@given(KINDS)
def test_weather_that_is_not_known_changes_nothing(kind: TeamKind) -> None:
    assert weather_effect(kind, CALM).width == weather_effect(kind, CALM).speed == 1
    assert grounded(kind, CALM) == ""


def test_a_helicopter_sees_less_far_in_haze_as_iamsar_has_it() -> None:
    # IAMSAR, person over open land, 500 to 1000 ft: 0.5 NM at a visibility of 10 NM, 0.4 NM at 5 and at 3.5 NM
    for visibility_nm, width_nm in ((10, 0.5), (5, 0.4), (3.5, 0.4)):
        seen = width(TeamKind.HELICOPTER, Weather(visibility_m=visibility_nm * 1852))
        assert seen == pytest.approx(width_nm * 1852, abs=1)


def test_no_helicopter_flies_below_the_visibility_of_the_european_rules() -> None:
    # SERA.5010(b)(2): helicopters, flight visibility not less than 800 m
    assert grounded(TeamKind.HELICOPTER, Weather(visibility_m=800)) == ""
    assert "800 m" in grounded(TeamKind.HELICOPTER, Weather(visibility_m=799))


@pytest.mark.parametrize("kind", [TeamKind.DRONE, TeamKind.THERMAL])
def test_drones_stay_down_in_a_gale_and_say_why(kind: TeamKind) -> None:
    assert grounded(kind, Weather(wind_mps=12)) == ""
    assert grounded(kind, Weather(wind_mps=14)) == "it does not work in a wind of 14 m/s (above its limit of 12 m/s)"
    assert grounded(kind, Weather(wind_mps=14), numbers=((f"{kind}/weather limit/wind above", 15.0),)) == ""
    assert "heavy rain" in grounded(kind, Weather(rain=Rain.HEAVY))
    assert "-25 deg C" in grounded(kind, Weather(temperature_c=-25))


@given(st.sampled_from([TeamKind.LINE, TeamKind.HASTY, TeamKind.DOG, TeamKind.SOUND]), WEATHERS)
def test_people_on_foot_are_never_held_back_altogether(kind: TeamKind, told: Weather) -> None:
    assert grounded(kind, told) == ""
    assert width(kind, told) > 0
    assert speed(kind, told) > 0


@given(WEATHERS)
def test_a_thermal_drone_sees_no_less_by_night_than_by_day(told: Weather) -> None:
    assert width(TeamKind.THERMAL, told, night=True) >= width(TeamKind.THERMAL, told) - 1e-9


def test_a_dog_does_better_in_a_breeze_and_in_the_sun() -> None:
    # that air-scent dogs do better with convection: Chiacchia, Houlahan & Hostetter 2015
    assert width(TeamKind.DOG, Weather(wind_mps=4)) > width(TeamKind.DOG, Weather(wind_mps=0))
    assert width(TeamKind.DOG, Weather(cloud=0)) > width(TeamKind.DOG, Weather(cloud=1))


def test_what_a_team_tells_of_itself_stands_in_any_weather() -> None:
    foul = Weather(wind_mps=20, rain=Rain.HEAVY, visibility_m=100)
    team = Team(id="A", kind=TeamKind.LINE, people=3, sweep_width_m=90, speed_mps=0.4, why="tested in this fog")
    assert team_sweep_width_m(team, OPEN, weather=foul) == 90
    assert team_speed_mps(team, OPEN, [0.0], weather=foul) == 0.4


def test_wind_drowns_an_answer() -> None:
    calm, windy = (sweep_width_m(TeamKind.SOUND, OPEN, weather=Weather(wind_mps=w)) for w in (0, 12))
    assert windy < calm == 332  # Koester et al., day


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (Weather(wind_mps=-1), "a wind of -1 m/s"),
        (Weather(wind_from_deg=400), "a wind from 400 deg"),
        (Weather(visibility_m=float("nan")), "a visibility of nan m"),
        (Weather(temperature_c=80), "a temperature of 80 deg C"),
        (Weather(cloud=8), "a cloud cover of 8"),
    ],
)
def test_weather_that_cannot_be_is_refused(told: Weather, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        checked_weather(told)


def test_indoor_devices_care_for_no_weather() -> None:
    foul = Weather(wind_mps=30, rain=Rain.HEAVY, visibility_m=10, temperature_c=-30, cloud=1)
    for kind in INDOORS:
        assert grounded(kind, foul) == ""
        assert weather_effect(kind, foul).speed == 1
