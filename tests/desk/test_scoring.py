"""Maps scored after the find: locked before, one or many, and what is refused."""

from __future__ import annotations

import json

import pytest

from homeward import desk
from homeward.errors import BadFile, BadInput, NotYet
from tests.desk.conftest import IPP

NEAR = (36.2040, -84.2010)


@pytest.fixture
def mapped(ready):
    desk.make_map(ready)
    return ready


def test_a_locked_map_is_scored_and_another_is_refused(mapped, tmp_path):
    lock = tmp_path / "case.lock.json"
    said = desk.lock_map(mapped, lock, case="Frozen Head")
    assert said.data["case"] == "Frozen Head"
    rated = desk.score_map(mapped, NEAR, lock=lock)
    assert "Frozen Head" in rated.text
    assert rated.data["rating"] > 0.95  # half a kilometre from the IPP
    assert rated.data["nats"] > 1
    with pytest.raises(BadInput, match="locked once"):
        desk.lock_map(mapped, lock, case="again")
    desk.clue(mapped, "glove", place=IPP)
    desk.make_map(mapped)
    desk.found(mapped, "36.2040, -84.2010", alive=True)  # the mission goes on: the locked map is still in it
    assert desk.score_map(mapped, NEAR, lock=lock).data == rated.data
    assert desk.score_map(mapped, NEAR).data["nats"] != rated.data["nats"]
    desk.export(mapped, tmp_path, formats=["tif"])
    with pytest.raises(BadInput, match="does not hold the map that was locked"):
        desk.score_map(tmp_path / "probability.tif", NEAR, lock=lock)


def test_a_mission_and_its_geotiff_score_alike(mapped, tmp_path):
    desk.export(mapped, tmp_path, formats=["tif"])
    of_file, of_mission = (desk.score_map(f, NEAR).data for f in (tmp_path / "probability.tif", mapped))
    assert of_file["nats"] == pytest.approx(of_mission["nats"], abs=1e-4)
    assert of_file["rating"] == pytest.approx(of_mission["rating"], abs=1e-4)


def test_many_cases_are_summed_up_with_intervals(mapped, tmp_path):
    cases = tmp_path / "cases.csv"
    cases.write_text(
        "case,map,find_lat,find_lon,cluster\n"
        f"one,{mapped},36.2040,-84.2010,a\ntwo,{mapped},36.2140,-84.1910,b\nfar,{mapped},37.2,-84.2,c\n"
    )
    answer = desk.score_cases(cases)
    assert answer.data["mean_r"]["n"] == 3
    assert answer.data["mean_nats"]["n"] == 2
    assert answer.data["cases"]["far"]["rating"] == pytest.approx(-0.9)
    assert answer.data["mean_r"]["low"] <= answer.data["mean_r"]["mean"] <= answer.data["mean_r"]["high"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("case,map\nA,x\n", "find_lat"),
        ("case,map,find_lat,find_lon\nA,lost.mission,north,1\n", "line 2"),
        ("", "no column"),
        ("case,map,find_lat,find_lon\nA,lost.mission,36.2\n", "line 2: a column is missing"),
        ("case,map,find_lat,find_lon\nA,lost.mission,36.2,-84.2\nA,lost.mission,36.2,-84.2\n", "stands twice"),
    ],
)
def test_a_list_of_cases_that_cannot_be_is_refused(mapped, tmp_path, text, said):
    cases = mapped.parent / "cases.csv"
    cases.write_text(text)
    with pytest.raises(BadFile, match=said):
        desk.score_cases(cases)


def test_what_is_no_map_or_no_place_is_refused(mapped, ready, tmp_path):
    with pytest.raises(BadInput, match="no place on earth"):
        desk.score_map(mapped, (120.0, 5.0))
    odd = tmp_path / "odd.tif"
    odd.write_bytes(b"GIF89a")
    with pytest.raises(BadFile, match="GeoTIFF"):
        desk.score_map(odd, NEAR)
    lock = tmp_path / "x.json"
    lock.write_text(json.dumps({"case": 1}))
    with pytest.raises(BadFile, match="no lock"):
        desk.score_map(mapped, NEAR, lock=lock)


def test_a_mission_without_a_map_is_not_yet_scored(ready):
    with pytest.raises(NotYet):
        desk.score_map(ready, NEAR)


def test_why_a_place_is_probable_is_said_step_by_step(mapped):
    desk.clue(mapped, "glove", place="36.2040, -84.2010", error_m=150.0)
    desk.make_map(mapped)
    why = desk.why(mapped, "36.2040 -84.2010")
    assert "clue 1: raised it" in why.text
    assert why.data["reasons"][0]["cause"] == "distance"
    density = desk.chance_at(mapped, "36.2040 -84.2010").data["poa_per_km2"]
    assert why.data["per_km2"] == pytest.approx(density, rel=0.3)  # it is taken over 100 m around
    with pytest.raises(BadInput, match="outside the map"):
        desk.why(mapped, "10 10")


def test_why_explains_the_map_in_force_and_not_what_came_after(mapped):
    before = desk.why(mapped, IPP).text
    desk.clue(mapped, "glove", place=IPP, error_m=150.0)
    assert desk.why(mapped, IPP).text == before
