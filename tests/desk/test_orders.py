"""Orders, the recall of everybody, and who has not answered."""

from __future__ import annotations

import pytest

from homeward import desk
from homeward.desk.book import opened
from homeward.errors import BadInput, HomewardError, NotYet, UnknownName
from tests.desk.test_people import say


@pytest.fixture
def staffed(ready):
    desk.person(ready, "M1", roles=["medic"])
    desk.person(ready, "G1", roles=["guard"], team="Line A")
    return ready


def test_a_recall_goes_to_every_team_and_every_person_without_one(staffed):
    desk.signals(staffed, warning="1 long whistle", recall="3 long whistles")
    answer = desk.recall(staffed, why="storm")
    assert answer.data["to"] == ["Dog 1", "Line A", "M1"]
    assert (answer.data["lat_deg"], answer.data["lon_deg"]) == (36.19, -84.21)  # the base, as there is no meeting point
    assert "3 long whistles" in answer.text
    assert "channel 2" in answer.text
    assert desk.list_orders(staffed).data["open"] == ["Dog 1", "Line A", "M1"]


def test_who_has_not_answered_is_said_with_how_long(staffed, monkeypatch):
    desk.recall(staffed, "36.2000, -84.2000")
    monkeypatch.setenv("HOMEWARD_NOW", "2026-11-21T17:07+00:00")
    said = desk.acknowledge(staffed, "Dog 1", eta="12:40", said="handler limps")
    assert said.data["open"] == ["Line A", "M1"]
    listed = desk.list_orders(staffed)
    assert "NOT ANSWERED: Line A (7 min), M1 (7 min)." in listed.text
    assert "there at 12:40" in listed.text
    assert "limps" not in listed.text + say("log", "show", staffed)
    assert "limps" in desk.list_orders(staffed, personal=True).text
    desk.acknowledge(staffed, "Line A")
    assert "Everybody has acknowledged" in desk.acknowledge(staffed, "M1").text


def test_a_new_order_must_be_answered_anew_and_who_came_late_is_named(staffed):
    desk.recall(staffed)
    for who in ("Dog 1", "Line A", "M1"):
        desk.acknowledge(staffed, who)
    desk.team(staffed, "Hasty 2", kind="hasty")
    assert desk.list_orders(staffed).data["not_recalled"] == ["Hasty 2"]
    desk.order(staffed, "Dog 1", "hold", text="hold at the stream")
    assert desk.list_orders(staffed).data["open"] == ["Dog 1"]
    desk.stand_down(staffed, "Dog 1")
    assert desk.list_orders(staffed).data["open"] == []


def test_an_order_goes_to_several_or_to_all(staffed):
    assert "Dog 1 (channel 2), M1: go on." in say("order", staffed, "Dog 1,M1", "go-on")
    assert len(desk.order(staffed, "everybody", "return", place="36.2000, -84.2000").data["orders"]) == 3


@pytest.mark.parametrize(
    ("do", "words"),
    [
        (lambda path: desk.order(path, "G1", "hold"), "G1 is with team Line A"),
        (lambda path: desk.order(path, "Dog 2", "hold"), "Did you mean 'Dog 1'"),
        (lambda path: desk.order(path, " ", "hold"), "goes to nobody"),
        (lambda path: desk.order(path, "Dog 1", "hodl"), "Did you mean 'hold'"),
        (lambda path: desk.order(path, "Dog 1", "watch", place="40,-84"), "outside the map"),
        (lambda path: desk.acknowledge(path, "Dog 1"), "Dog 1 has no order"),
        (lambda path: desk.acknowledge(path, "Dog 7"), "no team or person with an order 'Dog 7'"),
        (lambda path: desk.recall(path, "40,-84"), "outside the map"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(staffed, do, words):
    before = desk.last_seq(staffed)
    with pytest.raises(HomewardError, match=words):
        do(staffed)
    assert desk.last_seq(staffed) == before


def test_nobody_to_recall_and_nowhere_to_go(bare):
    with pytest.raises(NotYet, match="no place to come back to"):
        desk.recall(bare)
    with pytest.raises(NotYet, match="Nobody is here"):
        desk.recall(bare, "36.2, -84.2")


def test_an_acknowledgement_before_its_order_is_refused(staffed):
    desk.recall(staffed)
    with pytest.raises(BadInput, match="got its order at"):
        desk.acknowledge(staffed, "Dog 1", at="-20min")
    with opened(staffed, read_only=True) as book:
        assert not book.mission.crew.acknowledged


def test_teams_cannot_be_called_that_are_not_here(staffed):
    desk.stand_down(staffed, "Dog 1")
    with pytest.raises(UnknownName):
        desk.order(staffed, "Dog 1", "hold")


def test_show_says_first_who_has_not_answered_and_then_where_the_crew_stands(staffed):
    desk.hazard(staffed, "H1", kind="people", place="36.205,-84.205", radius_m=300.0, note="two men, armed")
    desk.signals(staffed, warning="1 long whistle", recall="3 long whistles")
    desk.recall(staffed, why="storm")
    told = desk.show(staffed)
    lines = told.text.splitlines()
    assert lines[0].startswith("NO ANSWER TO THE RECALL: ")
    assert any(line == "Hazards: H1 (people)." for line in lines)
    assert any("recall 3 long whistles" in line for line in lines)
    assert "armed" not in told.text
    assert told.data["orders_open"]
    for name in told.data["orders_open"]:
        desk.acknowledge(staffed, name)
    assert "NO ANSWER" not in desk.show(staffed).text
