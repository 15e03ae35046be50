"""Targets: where they are, what they are worth, how they can be hit; and what cannot be."""

from __future__ import annotations

import json

import pytest

from homeward import desk
from homeward.desk.book import opened
from homeward.errors import BadInput, UnknownName
from tests.desk.readiness.cover_ground import make_mission

HUT = "36.2690, -84.2700"


@pytest.fixture
def mission(tmp_path):
    return make_mission(tmp_path)


def known(path):
    with opened(path, read_only=True) as book:
        return book.mission.readiness.targets


def test_a_target_has_the_value_of_its_ways(mission):
    said = desk.target(mission, "Hut", place=HUT, ways=["people=6", "records=2"], label="ranger hut")
    assert "value 8 (people 6, records 2)" in said.text
    assert "25 % an hour" in said.text
    assert "our assumption" in said.text
    assert known(mission)["Hut"].value == 8
    assert known(mission)["Hut"].ways == (("people", 6.0), ("records", 2.0))


def test_what_is_not_told_again_stays(mission):
    desk.target(mission, "Hut", place=HUT, ways=["people=6", "records=2"], harm_per_h="50%", note="gate code 4711")
    desk.target(mission, "Hut", value=4, label="ranger hut")
    hut = known(mission)["Hut"]
    assert (hut.value, hut.ways) == (4, (("people", 3.0), ("records", 1.0)))  # in the same proportion
    assert (hut.loss_per_h, hut.label, hut.note) == (0.5, "ranger hut", "gate code 4711")
    desk.target(mission, "Hut", ways=["person=5"])
    assert known(mission)["Hut"].ways == (("people", 5.0),)


def test_fields_of_a_target_are_taken_back_but_never_its_place(mission):
    desk.target(mission, "Hut", place=HUT, ways=["people=6"], label="ranger hut", harm_per_h="10%")
    said = desk.target(mission, "Hut", forget=["ways", "label", "harm_per_h"])
    assert (said.data["ways"], said.data["label"], said.data["loss_per_h"], said.data["value"]) == ({}, "", None, 6)
    with pytest.raises(UnknownName, match="field to forget"):
        desk.target(mission, "Hut", forget=["place"])


def test_notes_of_a_target_are_in_no_answer(mission):
    said = desk.target(mission, "Hut", place=HUT, value=3, note="gate code 4711")
    listed = desk.list_targets(mission)
    for answer in (said, listed):
        assert "4711" not in answer.text + json.dumps(dict(answer.data))


def test_the_dearest_is_listed_first_and_a_dropped_one_no_more(mission):
    assert "No target is known yet" in desk.list_targets(mission).text
    for name, value in (("A", 1), ("B", 5), ("C", 3)):
        desk.target(mission, name, place=HUT, value=value)
    assert [t["target"] for t in desk.list_targets(mission).data["targets"]] == ["B", "C", "A"]
    desk.drop_target(mission, "B", why="evacuated")
    assert [t["target"] for t in desk.list_targets(mission).data["targets"]] == ["C", "A"]
    with pytest.raises(UnknownName, match="no target 'B'"):
        desk.drop_target(mission, "B")


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"value": float("nan")}, "cannot be. Give more than 0"),
        ({"value": float("inf")}, "cannot be. Give more than 0"),
        ({"value": -3}, "-3 for the value of Hut cannot be"),
        ({"value": "0"}, "cannot be. Give more than 0"),
        ({"value": "much"}, "'much' is no number"),
        ({"value": 1e9}, "at most 1e\\+06"),
        ({}, "has no value"),
        ({"ways": ["people"]}, "is no way to be hit with its loss"),
        ({"ways": ["flood=3"]}, "no way 'flood' to be hit. Choose people"),
        ({"ways": ["people=3", "person=1"]}, "told twice"),
        ({"ways": ["people=-1"]}, "cannot be"),
        ({"ways": ["people="]}, "is no number"),
        ({"ways": ["people=3"], "value": 5}, "add up to 3, and its value is told as 5"),
        ({"value": 3, "harm_per_h": "-5%"}, "is no number|cannot be"),
        ({"value": 3, "harm_per_h": 0}, "cannot be"),
        ({"value": 3, "place": "48.0, 11.0"}, "outside the map"),
        ({"value": 3, "place": "the hut"}, "is not a place"),
    ],
)
def test_what_cannot_be_is_said_and_not_written_down(mission, told, says):
    with pytest.raises(BadInput, match=says):
        desk.target(mission, "Hut", **{"place": HUT, **told})
    assert not known(mission)


def test_a_target_without_a_place_or_a_name_is_refused(mission):
    with pytest.raises(BadInput, match="has no place"):
        desk.target(mission, "Hut", value=3)
    with pytest.raises(BadInput, match="no name that fits"):
        desk.target(mission, "  ", place=HUT, value=3)
