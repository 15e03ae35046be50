"""Plans to CalTopo, CalTopo maps back."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from homeward.errors import BadFile
from homeward.exchange.caltopo import CaltopoMap, caltopo_geojson, read_caltopo
from tests.exchange.sample import STARTS, sample

GOLDEN = Path(__file__).parents[1] / "golden" / "exchange"


def _out() -> dict[str, Any]:
    s = sample()
    return caltopo_geojson(s.plan, s.mission, grid=s.terrain.grid, starts=STARTS)


def _read(tmp_path: Path, data: object) -> CaltopoMap:
    path = tmp_path / "map.json"
    path.write_text(json.dumps(data))
    return read_caltopo(path)


def _map(*features: dict[str, Any]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


def _feature(kind: str = "Shape", geometry: object = None, **properties: object) -> dict[str, Any]:
    return {"type": "Feature", "id": "f1", "geometry": geometry, "properties": {"class": kind, **properties}}


def test_golden_plan() -> None:
    s = sample()
    plan = replace(s.plan, assignments=s.plan.assignments[::9])
    out = caltopo_geojson(plan, s.mission, grid=s.terrain.grid, starts=STARTS)
    assert out == json.loads((GOLDEN / "plan.caltopo.json").read_text(encoding="utf-8"))


def test_every_assignment_is_there_twice_for_the_day_search_objects_change() -> None:
    s = sample()
    features = _out()["features"]
    tasks = {f["properties"]["number"]: f for f in features if f["properties"]["class"] == "Assignment"}
    shapes = {f["properties"]["title"]: f for f in features if f["properties"]["class"] == "Shape"}
    assert set(tasks) == {a.number for a in s.plan.assignments}
    for task in s.plan.assignments:
        its = tasks[task.number]
        assert its["geometry"] == shapes[f"{task.segment} {task.number} area"]["geometry"]
        line = shapes[f"{task.segment} {task.number} search"]["geometry"]["coordinates"]
        np.testing.assert_allclose(s.terrain.grid.xy_m(line), task.route_m, atol=0.05)


def test_what_the_form_asks_is_in_caltopo_words() -> None:
    first = next(f for f in _out()["features"] if f["properties"]["class"] == "Assignment")["properties"]
    assert first["title"] == "AA 101"
    assert first["resourceType"] == "DOG_AREA"
    assert first["teamSize"] == 3
    assert first["unresponsivePOD"] == "MEDIUM"
    assert first["status"] == "PREPARED"
    assert first["primaryFrequency"] == "SAR 1"
    assert "Cliff band" in first["description"]


def test_ids_are_unique_and_follow_from_the_plan() -> None:
    ids = [f["id"] for f in _out()["features"]]
    assert len(set(ids)) == len(ids)
    assert ids == [f["id"] for f in _out()["features"]]
    s = sample()
    next_period = caltopo_geojson(replace(s.plan, period=2), s.mission, grid=s.terrain.grid, starts=STARTS)
    assert not set(ids) & {f["id"] for f in next_period["features"]}


def test_words_of_clues_and_the_person_stay_at_base() -> None:
    text = json.dumps(_out())
    assert "Clue C2" in text
    for private in ("glove", "Quimby", "insulin", "red jacket"):
        assert private not in text


def test_our_own_file_comes_back_whole(tmp_path: Path) -> None:
    back = _read(tmp_path, _out())
    assert back.findings == ()
    assert [f.to_json() for f in back.features] == _out()["features"]
    assert len(back.of("Assignment")) == len(sample().plan.assignments)


# ---- in ---------------------------------------------------------------------------------------------------------


def test_unknown_things_are_written_back_unchanged(tmp_path: Path) -> None:
    odd = {
        **_feature("Teleporter", None, title="T", folderId=None, newThing={"a": [1, 2]}),
        "-private": 7,
    }
    live = {"type": "LineString", "coordinates": [[1, 2, 0, 0], [1, 3, 0, 0]], "incremental": True, "size": 2}
    back = _read(tmp_path, _map(odd, _feature("LiveTrack", live, deviceId="FLEET:1-2")))
    assert back.features[0].to_json() == odd
    assert back.features[1].to_json()["geometry"] == live
    assert back.features[0].extra == {"newThing": {"a": [1, 2]}}


def test_a_changed_title_is_written_and_nothing_else_moves(tmp_path: Path) -> None:
    was = _feature("Marker", {"type": "Point", "coordinates": [1, 2]}, title="A", **{"marker-color": "FF0000"})
    now = replace(_read(tmp_path, _map(was)).features[0], title="B").to_json()
    assert now == {**was, "properties": {**was["properties"], "title": "B"}}


def test_the_fourth_number_is_a_time_only_where_it_can_be(tmp_path: Path) -> None:
    line = {"type": "LineString", "coordinates": [[1.5, 42.5, 1700, 1755100594000], ["1.6", "42.6", "0", "0"]]}
    ((lonlat, at),) = _read(tmp_path, _map(_feature("AppTrack", line))).features[0].lines()
    assert lonlat.tolist() == [[1.5, 42.5], [1.6, 42.6]]
    assert at is not None
    assert at[0] == 1755100594.0
    assert np.isnan(at[1])


@pytest.mark.parametrize(
    ("properties", "colour"),
    [
        ({"marker-color": "ff8800"}, "#FF8800"),
        ({"stroke": "#0072B2", "marker-color": "FF0000"}, "#0072B2"),
        ({"stroke": "red"}, None),
        ({}, None),
    ],
)
def test_colours_with_and_without_hash(tmp_path: Path, properties: dict[str, Any], colour: str | None) -> None:
    assert _read(tmp_path, _map(_feature("Shape", None, **properties))).features[0].colour() == colour


def test_geometries_of_every_nesting(tmp_path: Path) -> None:
    ring = [[0, 0], [1, 0], [1, 1], [0, 0]]
    shapes = {
        "Point": [5, 6, 0, 0],
        "LineString": ring,
        "Polygon": [ring, ring],
        "MultiPolygon": [[ring], [ring, ring]],
    }
    back = _read(tmp_path, _map(*(_feature("Shape", {"type": k, "coordinates": c}) for k, c in shapes.items())))
    assert [len(f.lines()) for f in back.features] == [1, 1, 2, 3]
    assert back.features[0].lines()[0][0].tolist() == [[5.0, 6.0]]


def test_broken_features_are_findings_and_the_rest_loads(tmp_path: Path) -> None:
    bad = [
        "not a feature",
        _feature("Shape", {"type": "LineString", "coordinates": [[1, 2], ["x", 2], [400, 2]]}, title="Ridge"),
        _feature("Shape", {"type": "Point"}, title="Nowhere"),
        {"type": "Feature", "properties": None},
    ]
    back = _read(tmp_path, {"type": "FeatureCollection", "features": bad})
    said = [str(f) for f in back.findings]
    assert said[0] == "feature 1: is not a GeoJSON feature; left out"
    assert "feature 2 (Ridge): 2 of 3 of its points cannot be read" in said
    assert "feature 3 (Nowhere): has no coordinates" in said
    assert any("same id" in s for s in said)
    assert len(back.features) == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is not JSON"),
        ("{", "is not JSON"),
        ("[1]", "holds no GeoJSON features"),
        ('{"Shape": [], "Marker": []}', "before 2018"),
        ("<gpx/>", "is not JSON"),
    ],
)
def test_what_is_no_map_is_refused_by_name(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "m.json"
    path.write_text(text)
    with pytest.raises(BadFile, match=said) as refused:
        read_caltopo(path)
    assert "m.json" in str(refused.value)


def test_the_answer_of_the_since_api_is_read_too(tmp_path: Path) -> None:
    answer = {"status": "ok", "result": {"state": _map(_feature("Folder", title="F")), "ids": {}}}
    assert _read(tmp_path, answer).of("Folder")[0].title == "F"


@pytest.mark.shared
def test_every_real_map_loads_whole_or_is_refused(shared: Path) -> None:
    loaded = 0
    for path in sorted((shared / "interop/caltopo").glob("*.json")):
        if not isinstance(json.loads(path.read_text()).get("features"), list):
            with pytest.raises(BadFile, match=r"2018|no GeoJSON"):
                read_caltopo(path)
            continue
        read = read_caltopo(path)
        assert read.findings == (), path
        assert [f.to_json() for f in read.features] == json.loads(path.read_text())["features"]
        loaded += 1
    assert loaded >= 5


@pytest.mark.shared
def test_a_full_incident_keeps_times_and_numbers(shared: Path) -> None:
    incident = read_caltopo(shared / "interop/caltopo/SYNTHETIC_full_incident_andorra.json")
    assert incident.of("Assignment")[0].extra["number"] == "101"
    assert incident.of("Folder")[0].lines() == ()
    _, at = incident.of("AppTrack")[0].lines()[0]
    assert at is not None
    assert np.diff(at).min() > 0
