"""What each kind of team can do on real cells: where, how fast, by day and by night, in the weather."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from bench.plan_checker import check

from homeward.mission.nouns import Team, TeamKind, Weather
from homeward.search import make_plan
from homeward.search.plan.skills import FLYING, Skill, skills_of, timed
from homeward.terrain.ground import Cover, LineKind, Terrain
from tests.search.ground import flat, hills, line, problem

TRAIL = line(LineKind.TRAIL, (0, 1025), (2000, 1025))
LAKE = slice(30, 40)


def ground(cover: Cover = Cover.FOREST) -> Terrain:
    """A forest with a trail through its middle and a lake in the south."""
    terrain = flat(lines=(TRAIL,), cover=cover)
    terrain.cover[LAKE] = Cover.WATER
    return terrain


def skill(team: Team, terrain: Terrain | None = None, **told: object) -> Skill:
    (one,), _ = skills_of(terrain or ground(), [team], **told)  # type: ignore[arg-type]
    return one


def test_a_boat_searches_the_water_and_nothing_else() -> None:
    boat = skill(Team(id="B", kind=TeamKind.BOAT))
    afloat = ground().cover == Cover.WATER
    assert ((boat.speed_mps > 0) == afloat).all()
    assert boat.straight
    assert not boat.air


def test_a_bike_keeps_to_the_trail_in_the_forest_and_rides_anywhere_in_the_open() -> None:
    bike = Team(id="B", kind=TeamKind.BIKE)
    row = ground().grid.cell_of(400_500.0, 4_701_025.0)[0]
    rides = skill(bike).speed_mps > 0
    assert rides[row].all()
    assert not np.delete(rides, row, axis=0).any()
    assert (skill(bike, flat(cover=Cover.OPEN)).speed_mps > 0).all()


@pytest.mark.parametrize("kind", TeamKind)
def test_kinds_that_fly_go_straight_and_at_a_speed_of_their_own(kind: TeamKind) -> None:
    one = skill(Team(id="T", kind=kind))
    assert one.air == (kind in FLYING)
    assert one.straight == (kind in FLYING or kind is TeamKind.BOAT)
    assert one.transit_mps >= (one.speed_mps.max() if one.straight else 0.0)


def test_a_helicopter_works_by_daylight_unless_it_says_otherwise() -> None:
    plain, brave = (skill(Team(id="H", kind=TeamKind.HELICOPTER, in_the_dark=told)) for told in (None, True))
    assert not plain.in_the_dark
    assert not plain.width(night=True).any()
    assert brave.width(night=True).any()
    assert not skill(Team(id="D", kind=TeamKind.DOG, in_the_dark=False)).width(night=True).any()


def test_indoor_devices_search_nothing_outdoors() -> None:
    for kind in (TeamKind.LISTENING, TeamKind.RADAR):
        assert not skill(Team(id="T", kind=kind)).speed_mps.any()


def test_what_a_team_says_of_itself_is_its_own() -> None:
    told = skill(Team(id="D", kind=TeamKind.DRONE, height_m=40, batteries=3, turnaround_s=60, why="practised"))
    plain = skill(Team(id="D", kind=TeamKind.DRONE))
    assert (told.batteries, told.turnaround_s) == (3, 60)
    assert (plain.batteries, plain.turnaround_s) == (None, 300)
    assert told.footprint_m == pytest.approx(plain.footprint_m / 2)
    assert told.width_m[0] == pytest.approx(plain.width_m[0] / 2)


def test_a_grounded_team_has_the_reason_and_no_skill() -> None:
    windy = skill(Team(id="D", kind=TeamKind.DRONE), weather=Weather(wind_mps=20))
    assert "20 m/s" in windy.grounded
    assert not windy.speed_mps.any()
    able = skill(
        Team(id="D", kind=TeamKind.DRONE),
        weather=Weather(wind_mps=20),
        numbers=(("drone/weather limit/wind above", 25.0),),
    )
    assert not able.grounded
    assert able.speed_mps.any()


def test_teams_alike_share_a_skill_and_others_do_not() -> None:
    teams = [
        Team(id="A", kind=TeamKind.LINE, people=4),
        Team(id="B", kind=TeamKind.LINE, people=4, radio="3", why="no reason"),
        Team(id="C", kind=TeamKind.LINE, people=4, spacing_m=20),
    ]
    skills, index = skills_of(ground(), teams)
    assert index == [0, 0, 1]
    assert [s.lane_m for s in skills] == [0, 80]


def test_a_line_sweeps_as_wide_as_its_people_walk() -> None:
    terrain = flat()
    close, wide = (
        make_plan(
            problem(
                terrain,
                hills(terrain.grid, (1000, 800, 150)),
                teams=(Team(id="L", kind=TeamKind.LINE, people=4, spacing_m=m),),
            )
        ).assignments[0]
        for m in (25, 120)
    )
    assert "4 abreast, 25 m apart, sweeps 100 m apart" in close.task
    assert "4 abreast, 120 m apart, sweeps 480 m apart" in wide.task


def test_two_batteries_are_two_flights_and_a_gale_is_none() -> None:
    terrain = flat()
    asked = problem(
        terrain,
        hills(terrain.grid, (1000, 800, 300)),
        teams=(Team(id="D", kind=TeamKind.DRONE, batteries=2), Team(id="E", kind=TeamKind.DRONE)),
    )
    flights = [a.team for a in make_plan(asked).assignments]
    assert flights.count("D") <= 2 < flights.count("E")
    gale = make_plan(replace(asked, weather=Weather(wind_mps=20)))
    assert not gale.assignments
    assert [team for team, why in gale.idle if "20 m/s" in why] == ["D", "E"]


def test_a_helicopter_turns_round_at_standard_rate_and_walkers_at_once() -> None:
    """Three lanes of 900 m: 180 degrees at each end at 3 degrees a second (ICAO standard-rate turn)."""
    path = np.array([[0, 0], [900, 0], [900, 100], [0, 100], [0, 200], [900, 200]]) + np.array([400_500.0, 4_700_500.0])
    terrain = flat(cover=Cover.OPEN)
    copter, dog = (skill(Team(id="T", kind=kind), terrain) for kind in (TeamKind.HELICOPTER, TeamKind.DOG))
    lasts = timed(path, copter, terrain.grid)[1][-1]
    assert lasts == pytest.approx(2900 / 31 + 2 * 180 / 3)
    assert timed(path[::-1], copter, terrain.grid)[1][-1] == pytest.approx(lasts)
    assert timed(np.repeat(path, 2, axis=0), copter, terrain.grid)[1][-1] == pytest.approx(lasts)
    assert timed(path, dog, terrain.grid)[1][-1] == pytest.approx(2900 / dog.speed_mps.max())


def test_a_flier_keeps_its_speed_in_gentle_bends() -> None:
    terrain, drone = flat(cover=Cover.OPEN), skill(Team(id="T", kind=TeamKind.DRONE), flat(cover=Cover.OPEN))
    bends = np.array([[0, 0], [300, 0], [600, 100], [900, 0]]) + np.array([400_500.0, 4_700_500.0])
    length = float(np.hypot(*np.diff(bends, axis=0).T).sum())
    assert timed(bends, drone, terrain.grid)[1][-1] == pytest.approx(length / drone.speed_mps.max())


def test_a_helicopter_flies_no_lanes_nearer_than_it_can_hold() -> None:
    """Over dense forest it sees 46 m wide; nobody flies lanes of 46 m."""
    terrain = flat(cover=Cover.DENSE_FOREST)
    given = problem(
        terrain, hills(terrain.grid, (900, 900, 300)), teams=(Team(id="H", kind=TeamKind.HELICOPTER),), hours=1.0
    )
    plan = make_plan(given)
    assert plan.assignments
    assert all(a.spacing_m is not None and a.spacing_m >= 100.0 for a in plan.assignments)
    assert check(given, plan) == []
