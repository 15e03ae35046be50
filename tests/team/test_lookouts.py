from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from homeward.mission.people import Hazard, HazardKind, Role
from homeward.team.lookouts import Watch
from homeward.team.post_records import TeamTask
from homeward.team.posts import PostPlan, lookouts
from homeward.terrain import Line, LineKind, Terrain, line_of_sight
from homeward.terrain.exposure import SAFE_HITS_PER_H, exposure_of, resampled
from tests.terrain.ground import center, ground

START = datetime(2026, 3, 1, 8, tzinfo=UTC)


def task(terrain: Terrain, *cells: tuple[int, int], team: str = "Alpha") -> TeamTask:
    path = np.array([center(terrain, *cell) for cell in cells])
    return TeamTask(team=team, label="101", path_m=path, begins_s=3600, ends_s=7200, pos=0.1)


def mark(terrain: Terrain, kind: HazardKind, row: int, col: int, radius_m: float) -> Hazard:
    place = terrain.grid.to_place(*center(terrain, row, col))
    return Hazard(id="1", kind=kind, place=place, radius_m=radius_m, hits_per_h=0.05)


def plan(
    terrain: Terrain, hazard: Hazard, *tasks: TeamTask, base: tuple[int, int] = (2, 2), **more: object
) -> PostPlan:
    exposure = exposure_of(terrain, [hazard])
    watch = more.pop("watch", None)
    assert watch is None or isinstance(watch, Watch)
    starts = START if more else None
    made = lookouts(terrain, tasks, exposure, base_m=center(terrain, *base), watch=watch, starts=starts)
    for post in made.posts:
        assert post.role is Role.LOOKOUT
        assert exposure.along([post.at_m]).max() <= SAFE_HITS_PER_H
    return made


def camp() -> tuple[Terrain, Hazard, TeamTask]:
    """A camp in the open, seen from afar over level ground; a team passes at 400 m."""
    flat = ground(np.zeros((81, 81)))
    return flat, mark(flat, HazardKind.PEOPLE, 40, 40, 40.0), task(flat, (60, 30), (60, 50))


def test_one_lookout_in_sight_of_the_camp_warns_before_anybody_is_there() -> None:
    flat, hazard, passing = camp()
    made = plan(flat, hazard, passing)
    assert (made.value, made.bound) == (1, 1)
    post = made.posts[0]
    assert line_of_sight(flat, post.at_m, center(flat, 40, 40))
    assert post.reach_s is not None
    assert post.reach_s >= 0
    assert post.covers == ("Alpha 101",)
    assert post.begins_s == pytest.approx(3600, abs=60)
    assert post.ends_s == pytest.approx(7200, abs=60)
    assert post.leaves_s is not None
    assert post.leaves_s < post.begins_s
    assert made.unwarned == ()


def test_nobody_watches_where_no_task_is_exposed() -> None:
    flat, hazard, _ = camp()
    far = task(flat, (5, 75))
    assert plan(flat, hazard, far).posts == ()
    nothing = lookouts(flat, [far], exposure_of(flat, []), base_m=center(flat, 2, 2))
    assert "No hazard is marked" in nothing.why[0]


def test_a_hazard_outside_its_hours_needs_no_lookout() -> None:
    flat, hazard, passing = camp()
    later = replace(hazard, begins=START + timedelta(hours=3))
    assert plan(flat, later, passing, starts=True).posts == ()
    now = replace(hazard, begins=START, ends=START + timedelta(hours=3))
    assert len(plan(flat, now, passing, starts=True).posts) == 1
    assert len(plan(flat, later, passing).posts) == 1  # without the plan's start, any hour may be the hazard's


def test_at_night_nobody_sees_the_camp_and_that_is_said() -> None:
    flat, hazard, passing = camp()
    made = plan(flat, hazard, passing, watch=Watch(dark=True))
    assert made.posts == ()
    assert [one.team for one in made.unwarned] == ["Alpha"]
    assert "no safe place looks onto" in made.unwarned[0].why


def test_a_signal_that_carries_only_so_far_needs_a_lookout_as_near() -> None:
    flat, hazard, passing = camp()
    made = plan(flat, hazard, passing, watch=Watch(signal_m=300.0))
    assert made.posts
    for post in made.posts:
        assert np.hypot(*(resampled(passing.path_m, every_m=5.0) - post.at_m).T).min() <= 300.0
    with_radio = plan(flat, hazard, passing)
    assert made.value >= with_radio.value


def test_what_a_team_sees_for_itself_needs_a_lookout_only_while_it_searches() -> None:
    flat, hazard, passing = camp()
    assert plan(flat, hazard, passing, watch=Watch(blind_only=True)).posts == ()


def valley() -> Terrain:
    """A slope of 38 degrees falling south onto level ground."""
    row = np.clip(np.arange(80), 20, 40)
    return ground(np.repeat(((40 - row) * 20.0 * np.tan(np.radians(38)))[:, None], 60, axis=1))


def test_an_avalanche_is_too_quick_to_get_out_and_that_is_said_plainly() -> None:
    slope = valley()
    hazard = mark(slope, HazardKind.AVALANCHE, 30, 30, 300.0)
    made = plan(slope, hazard, task(slope, (42, 25), (42, 35)), base=(75, 30))
    assert [one.hazard for one in made.unwarned] == ["1"]
    assert "getting out takes" in made.unwarned[0].why


def test_a_road_is_watched_both_ways() -> None:
    flat = ground(np.zeros((41, 201)))
    road = Line(kind=LineKind.ROAD, xy_m=np.array([center(flat, 20, 0), center(flat, 20, 200)]))
    land = replace(flat, lines=(road,))
    crossing = task(land, (10, 100), (30, 100))
    made = plan(land, mark(land, HazardKind.TRAFFIC, 20, 100, 300.0), crossing)
    assert made.unwarned == ()
    assert (made.value, made.bound) == (1, 1)  # one sees along the straight road both ways
    walls = np.zeros((41, 201))
    walls[2:, [90, 110]] = 40.0  # between them nobody sees what is beyond
    apart = plan(replace(land, elevation_m=walls), mark(land, HazardKind.TRAFFIC, 20, 100, 300.0), crossing)
    assert (apart.value, apart.bound) == (2, 2)
    cols = sorted(land.grid.cell_of(*post.at_m)[1] for post in apart.posts)
    assert cols[0] <= 90
    assert cols[1] >= 110


def test_at_night_cars_are_heard_from_beside_the_road() -> None:
    flat = ground(np.zeros((41, 201)))
    road = Line(kind=LineKind.ROAD, xy_m=np.array([center(flat, 20, 0), center(flat, 20, 200)]))
    land = replace(flat, lines=(road,))
    crossing = task(land, (10, 100), (30, 100))
    made = plan(land, mark(land, HazardKind.TRAFFIC, 20, 100, 300.0), crossing, watch=Watch(dark=True))
    assert (made.value, made.unwarned) == (2, ())  # one each way: nobody hears 400 m to either side
    for post in made.posts:
        assert abs(post.at_m[1] - center(land, 20, 0)[1]) <= 200.0
        assert abs(post.at_m[0] - center(land, 20, 100)[0]) > 150.0


def test_a_team_inside_the_camp_cannot_be_warned() -> None:
    flat, hazard, _ = camp()
    made = plan(flat, hazard, task(flat, (40, 40)))
    assert made.unwarned
    assert "getting out takes" in made.unwarned[0].why
