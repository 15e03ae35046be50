"""Hazards, posts and the meeting point on maps, in hand-helds and in other programs."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import gpxpy
import numpy as np
import shapely

from homeward.exchange.caltopo import caltopo_geojson
from homeward.exchange.crew_marks import middle_of, outline_lonlat, post_marks
from homeward.exchange.gpx import assignment_gpx
from homeward.exchange.picture import assignment_picture, map_book, overview_picture
from homeward.geo import Place
from homeward.mission.happened import Happened
from homeward.mission.people import Crew, Hazard, HazardKind, RallySet
from homeward.mission.replay import Mission

from .sample import IPP, STARTS, sample
from .test_picture import SMALL, _pixels

NEAR = Place(IPP.lat_deg + 0.004, IPP.lon_deg + 0.004)
HAZARDS = {
    "H1": Hazard(id="H1", kind=HazardKind.PEOPLE, place=NEAR, radius_m=300.0, note="two men, armed"),
    "S1": Hazard(
        id="S1",
        kind=HazardKind.AVALANCHE,
        label="north face",
        ring=(NEAR, Place(NEAR.lat_deg - 0.004, NEAR.lon_deg), Place(NEAR.lat_deg, NEAR.lon_deg - 0.006)),
    ),
}


def _held(role: str, place: Place) -> dict[str, Any]:
    return {
        "role": role,
        "lat_deg": place.lat_deg,
        "lon_deg": place.lon_deg,
        "begins": STARTS.isoformat(),
        "ends": STARTS.isoformat(),
        "covers": ["Dog 1"],
    }


FORMATION: dict[str, Any] = {
    "posts": [
        {"id": "medic pair", "people": ["Ann", "Bob"], "held": [_held("medic", IPP), _held("medic", NEAR)]},
        {"id": "lookout 1", "people": ["Cat", "Dan"], "held": [_held("lookout", NEAR)]},
        {"id": "lookout 2", "people": ["Eve", "Fay"], "held": [_held("lookout", IPP)]},
    ]
}


def _mission() -> Mission:
    rally = Happened(STARTS, "1", RallySet(place=NEAR, text="by the hut"))
    return replace(sample().mission, crew=Crew(hazards=HAZARDS, rally=rally))


def test_posts_are_named_by_kind_in_the_order_of_the_crews() -> None:
    marks = post_marks(FORMATION)
    assert [(mark.name, mark.people[0]) for mark in marks] == [
        ("M1", "Ann"),
        ("M2", "Ann"),
        ("L1", "Cat"),
        ("L2", "Eve"),
    ]
    assert post_marks(None) == ()


def test_a_circle_is_drawn_as_wide_as_it_was_told_and_names_lie_inside() -> None:
    for hazard in HAZARDS.values():
        ring = shapely.Polygon(outline_lonlat(hazard))
        at = middle_of(hazard)
        assert ring.contains(shapely.Point(at.lon_deg, at.lat_deg))
    grid = sample().terrain.grid
    xy = grid.xy_m(outline_lonlat(HAZARDS["H1"]))
    assert np.allclose(np.hypot(*(xy - np.array(grid.to_m(NEAR))).T), 300.0, atol=1.0)


def test_maps_show_what_threatens_and_who_waits_where() -> None:
    s = sample()
    bare = map_book(s.mission, s.terrain, s.belief, s.plan)
    told = map_book(_mission(), s.terrain, s.belief, s.plan, FORMATION)
    for draw in (overview_picture, lambda book, frame: assignment_picture(book, "101", frame=frame)):
        assert (_pixels(draw(bare, frame=SMALL)) != _pixels(draw(told, frame=SMALL))).any()


def test_a_hand_held_gets_them_as_way_points_and_no_notes() -> None:
    s = sample()
    text = assignment_gpx(
        s.plan, "101", mission=_mission(), grid=s.terrain.grid, at=STARTS, posts=post_marks(FORMATION)
    )
    names = {point.name for point in gpxpy.parse(text).waypoints}
    assert {"HAZARD H1", "HAZARD S1", "MEETING POINT", "POST M1", "POST L2"} <= names
    assert {"HAZARD H1", "HAZARD S1"} <= {route.name for route in gpxpy.parse(text).routes}
    assert "armed" not in text


def test_caltopo_gets_them_as_shapes_and_markers_and_no_notes() -> None:
    s = sample()
    made = caltopo_geojson(s.plan, _mission(), grid=s.terrain.grid, starts=STARTS, posts=post_marks(FORMATION))
    kinds = {f["properties"]["title"]: f["geometry"]["type"] for f in made["features"] if f["geometry"]}
    assert kinds["Hazard H1"] == kinds["Hazard S1"] == "Polygon"
    assert kinds["Meeting point"] == kinds["Post M2"] == kinds["Post L1"] == "Point"
    assert len({f["id"] for f in made["features"]}) == len(made["features"])
    assert "armed" not in json.dumps(made)
