"""Questions asked of the ground and of the numbers."""

from __future__ import annotations

import json

import pytest

from homeward import desk
from homeward.desk.book import opened
from homeward.errors import BadInput
from tests.desk.conftest import IPP

HILL = "36.2100, -84.1900"


def test_a_way_on_foot_takes_time_both_ways(ready):
    answer = desk.walk(ready, IPP, HILL)
    straight_m = 1430
    assert straight_m * 0.95 < answer.data["length_m"] < straight_m * 3
    assert answer.data["there_s"] != answer.data["back_s"]
    assert min(answer.data["there_s"], answer.data["back_s"]) > straight_m / (6 / 3.6)
    back = desk.walk(ready, HILL, IPP)
    assert back.data["there_s"] == pytest.approx(answer.data["back_s"], rel=0.02)


def test_what_a_lookout_sees(ready):
    near = "36.2001, -84.2001"
    assert desk.sight(ready, IPP, end=near).data["seen"]
    around = desk.sight(ready, IPP, range_m=1500.0)
    assert 0 < around.data["share"] <= 1
    with pytest.raises(BadInput, match="range"):
        desk.sight(ready, IPP, range_m=-1.0)
    with pytest.raises(BadInput):
        desk.sight(ready, "50.0, 10.0")


def test_every_assumption_names_its_source(ready):
    rows = desk.assumed(ready).data["assumptions"]
    assert {r["kind"] for r in rows} == {"dog", "line", "sound"}
    assert all(r["source"] for r in rows)


def test_clues_of_a_caltopo_map_are_taken_once(ready, tmp_path):
    feature = {
        "type": "Feature",
        "id": "1",
        "geometry": {"type": "Point", "coordinates": [-84.2, 36.2]},
        "properties": {"class": "Clue", "title": "glove", "description": "left, wool"},
    }
    far = {**feature, "id": "2", "geometry": {"type": "Point", "coordinates": [10.0, 50.0]}}
    file = tmp_path / "map.json"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature, far]}))
    assert desk.clues_from_caltopo(ready, file).data["taken"] == 1
    assert desk.clues_from_caltopo(ready, file).data["taken"] == 0
    with opened(ready, read_only=True) as book:
        assert [c.event.text for c in book.mission.clues.values()] == ["glove: left, wool"]
