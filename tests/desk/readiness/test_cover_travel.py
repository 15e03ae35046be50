"""Times between bases and targets: on foot over the ground, by road and the rest on foot, and none at all."""

from __future__ import annotations

import math

import numpy as np
import pytest

from homeward import desk
from homeward.desk.readiness.cover.travel import Travels
from homeward.geo import Place
from homeward.terrain import travel_time_s
from tests.desk.readiness.cover_ground import cell, make_mission, table_mountain
from tests.rescue.test_onward import GAP_MPS, OPEN_MPS, with_roads
from tests.terrain.ground import center

ROAD = ((50, 10), (50, 90))


def place(terrain, row, col):
    return terrain.grid.to_place(*center(terrain, row, col))


def test_along_a_road_it_is_length_over_speed_wherever_one_leaves_it():
    terrain = with_roads(ROAD)
    travel = Travels(terrain)
    for col in (90, 50, 33):
        took = travel.time_s(place(terrain, 50, 10), place(terrain, 50, col))
        assert took == pytest.approx((col - 10) * 100 / OPEN_MPS, abs=0.2)


def test_off_the_road_the_rest_is_walked():
    terrain = with_roads(ROAD)
    travel = Travels(terrain)
    walk = travel_time_s(terrain, [center(terrain, 60, 50)], towards=True)
    took = travel.time_s(place(terrain, 50, 10), place(terrain, 60, 50))
    best = min((100 * (col - 10)) / OPEN_MPS + walk[50, col] for col in range(10, 91))
    assert took == pytest.approx(best, abs=0.2)
    assert travel.time_s(place(terrain, 60, 50), place(terrain, 50, 10)) == pytest.approx(took, rel=0.01)  # flat


def test_near_places_are_walked_where_that_is_sooner_and_all_of_them_on_foot():
    terrain = with_roads(ROAD)
    a, b = place(terrain, 20, 50), place(terrain, 24, 50)
    foot = travel_time_s(terrain, [center(terrain, 20, 50)])[24, 50]
    assert Travels(terrain).time_s(a, b) == pytest.approx(foot, abs=0.1)
    far = place(terrain, 50, 90)
    start = place(terrain, 50, 10)
    assert Travels(terrain, on_foot=True).time_s(start, far) == pytest.approx(
        travel_time_s(terrain, [center(terrain, 50, 10)])[50, 90], abs=0.1
    )


def test_a_way_goes_from_place_to_place_and_takes_its_time():
    terrain = with_roads(ROAD)
    travel = Travels(terrain)
    a, b = place(terrain, 48, 10), place(terrain, 60, 50)
    way = travel.way(a, b)
    assert way[0] == pytest.approx(center(terrain, 48, 10))
    assert way[-1] == pytest.approx(center(terrain, 60, 50))
    length = float(np.hypot(*np.diff(way, axis=0).T).sum())
    assert 4000 + 1000 <= length <= 4000 + 1600
    assert len(travel.way(a, a)) == 0


def test_where_nobody_gets_to_the_time_is_infinite_and_there_is_no_way():
    terrain = table_mountain()
    travel = Travels(terrain)
    below, summit, other = (place(terrain, *rc) for rc in ((60, 60), (30, 90), (25, 85)))
    assert math.isinf(travel.time_s(below, summit))
    assert len(travel.way(below, summit)) == 0
    assert travel.time_s(summit, other) < 600
    assert math.isinf(travel.time_s(below, Place(48.0, 11.0)))  # off the map


def test_times_known_from_the_plan_before_are_not_worked_out_again(tmp_path, monkeypatch):
    terrain = table_mountain()
    path = make_mission(tmp_path, terrain, base=cell(terrain, 60, 60))
    for n, (row, col) in enumerate(((80, 30), (100, 60))):
        desk.target(path, f"T{n}", place=cell(terrain, row, col), value=5)
    first = desk.cover(path)
    worked = []
    least = Travels._least

    def counted(self, a, b):
        worked.append((a, b))
        return least(self, a, b)

    monkeypatch.setattr(Travels, "_least", counted)
    again = desk.cover(path)
    assert again.data["slices"] == first.data["slices"]
    ways = len(again.data["ways"])
    assert len(worked) <= ways  # only the ways that are drawn


def test_gaps_of_the_map_are_as_the_rescue_has_them():
    terrain = with_roads(((50, 10), (50, 48)), ((50, 52), (50, 90)))
    took = Travels(terrain).time_s(place(terrain, 50, 10), place(terrain, 50, 90))
    assert took == pytest.approx(7600 / OPEN_MPS + 400 / GAP_MPS, abs=0.2)


@pytest.mark.shared
def test_on_real_ground_the_reserve_drives_and_a_hut_far_from_roads_is_walked_to(shared, tmp_path):
    path, area = tmp_path / "andorra.mission", shared / "areas" / "andorra"
    desk.new(path, name="Andorra", time_zone="Europe/Andorra")
    desk.load_area(path, elevation=[area / "dem.tif"], features=[area / "osm.gpkg"], cell_m=90.0)
    desk.base(path, "42.5090, 1.5380")
    for name in ("Patrol 1", "Patrol 2"):
        desk.team(path, name, kind="hasty", people=3)
    for name, place, value in (
        ("Town", "42.5063, 1.5218", 9),
        ("Soldeu", "42.5770, 1.6670", 6),
        ("Hut", "42.6030, 1.5600", 2),
    ):
        desk.target(path, name, place=place, value=value)
    driven = desk.cover(path, reserve=2).data
    walked = desk.cover(path, reserve=2, on_foot=True).data
    by_car, on_foot = ({a["target"]: a["s"] for a in plan["slices"][0]["answers"]} for plan in (driven, walked))
    assert by_car["Soldeu"] < 40 * 60  # 20 km of main road
    assert on_foot["Soldeu"] is None or on_foot["Soldeu"] > 2.5 * 3600
    assert by_car["Hut"] > 3600
    assert driven["slices"][0]["value"] < walked["slices"][0]["value"]
    assert any("vehicles stand where" in own for own in driven["own"])
    assert all(len(way["line"]) > 5 for way in driven["ways"])
