"""Posts on paper, on maps and in hand-helds: held, not searched."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import lru_cache

import gpxpy
import numpy as np
import pytest
from shapely.geometry import Point

from homeward.exchange.caltopo import caltopo_geojson
from homeward.exchange.gpx import assignment_gpx
from homeward.exchange.page import page_data
from homeward.exchange.picture import map_book, way_points
from homeward.exchange.sheets import Sheets, sheet_data
from homeward.mission.events import PlanMade
from homeward.mission.happened import Happened
from homeward.mission.nouns import Provenance
from homeward.search.records import SearchPlan, Segment

from .sample import STARTS, Sample, sample

POSTS = {"107": "containment", "108": "attraction"}


@lru_cache(maxsize=1)
def held() -> Sample:
    """The sample mission, with two of its teams at posts."""
    base = sample()
    segments = list(base.plan.segments)
    tasks = []
    for task in base.plan.assignments:
        mode = POSTS.get(task.number)
        if mode is None:
            tasks.append(task)
            continue
        at = task.route_m[0]
        ring = tuple((float(x), float(y)) for x, y in Point(at).buffer(60.0, quad_segs=6).exterior.coords)
        post = Segment(id=f"P{task.number[-1]}", ring_m=ring, area_m2=11_300.0, poa=0.001, kind="post")
        segments.append(post)
        tasks.append(
            replace(
                task,
                segment=post.id,
                mode=mode,
                task=f"{mode} post at the trail head",
                route_m=(at, at),
                return_m=(at, *task.return_m[1:]) if task.return_m else (),
                length_m=0.0,
                speed_mps=0.0,
                spacing_m=None,
                sweep_width_m=120.0,
                why="Those who come out of the valley pass here.",
            )
        )
    return base._replace(plan=replace(base.plan, segments=tuple(segments), assignments=tuple(tasks)))


def plan() -> SearchPlan:
    return held().plan


def test_a_sheet_says_hold_and_not_search():
    s = held()
    book = map_book(s.mission, s.terrain, s.belief, s.plan)
    data = sheet_data(book, s.plan, starts=STARTS, sheets=Sheets())
    sheets = {t["number"]: t for t in data["tasks"]}
    post = sheets["107"]
    assert post["words"]["begin"] == "be there by"
    assert post["words"]["place"] == "Post P7"
    assert f"Do not leave before {post['ends']}" in post["how"]
    assert "question everybody" in post["how"]
    assert "km/h" not in post["how"]
    assert len(post["points"]) == 1
    assert post["points"][0]["next"] == "hold it"
    assert "listen for a minute" in sheets["108"]["how"]
    searching = next(t for t in data["tasks"] if t["number"] not in POSTS)
    assert searching["words"]["begin"] == "begin search"
    assert not searching["words"]["post"]


@pytest.mark.parametrize("number", POSTS)
def test_a_hand_held_gets_a_point_to_hold_and_nothing_to_walk(number):
    s = held()
    text = assignment_gpx(s.plan, number, mission=s.mission, grid=s.terrain.grid, at=STARTS)
    gpx = gpxpy.parse(text)
    assert f"{number} POST" in [w.name for w in gpx.waypoints]
    assert not any("search" in (r.name or "") or "boundary" in (r.name or "") for r in gpx.routes)
    assert any("way in" in (r.name or "") for r in gpx.routes)


def test_caltopo_gets_a_marker_instead_of_a_searched_line():
    s = held()
    features = caltopo_geojson(s.plan, s.mission, grid=s.terrain.grid, starts=STARTS)["features"]
    of_post = [f for f in features if "107" in f["properties"]["title"]]
    assert {f["geometry"]["type"] for f in of_post if f["properties"]["class"] == "Marker"} == {"Point"}
    assert not any(f["properties"]["title"].endswith("search") for f in of_post)
    task = next(f for f in of_post if f["properties"]["class"] == "Assignment")
    assert task["geometry"]["type"] == "Polygon"
    json.dumps(features, allow_nan=False)


def test_the_page_gets_one_point_and_the_mode():
    s = held()
    made_from = Provenance(inputs_sha256="0" * 64, seed=1, version="0")
    made = PlanMade(plan="0" * 64, period=1, starts=STARTS, ends=STARTS, value=0.4, bound=0.5, made_from=made_from)
    planned = Happened(STARTS, "e1", made)
    data = page_data(replace(s.mission, plans=(planned,)), terrain=s.terrain, belief=s.belief, plan=s.plan)
    tasks = {t["number"]: t for t in data["plan"]["assignments"]}
    assert tasks["107"]["mode"] == "containment"
    assert len(tasks["107"]["route"]) == 1
    assert tasks["101"]["mode"] == "search"
    assert {f["properties"]["kind"] for f in data["plan"]["segments"]} == {"area", "post"}


def test_the_points_of_a_post_are_one():
    task = next(a for a in plan().assignments if a.number == "107")
    assert way_points(task) == task.route_m[:1]
    assert np.ptp(np.array(task.route_m), axis=0).max() == 0
