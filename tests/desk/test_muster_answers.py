"""Answers to a call that follow one another: times that were named stay, and a member's own no stands."""

from __future__ import annotations

import pytest

from homeward import desk
from tests.desk.muster_crew import clock_at, five_people


@pytest.fixture
def crew(ready):
    return five_people(ready)


def coming(path):
    return {row["id"]: row for row in desk.muster(path).data["coming"]}


def test_a_yes_without_a_time_keeps_the_time_that_was_named(crew, monkeypatch):
    desk.call_out(crew)
    desk.answered(crew, "S1", "Y 90")
    clock_at(monkeypatch, "12:20")
    assert "S1: yes, there at 13:30" in desk.answered(crew, "S1", "yes thanks, see you").text
    assert coming(crew)["S1"]["eta"] == "2026-11-21T18:30:00Z"
    desk.answered(crew, "S1", "maybe, ask my wife")
    assert "S1: yes, there at 13:30" in desk.answer_read(crew, "S1", answer="yes").text
    desk.answered(crew, "S1", "N")
    assert "there at" not in desk.answered(crew, "S1", "Y").text, "nor after a no"


def test_a_time_that_is_over_is_not_named_again(crew, monkeypatch):
    desk.call_out(crew)
    desk.answered(crew, "S1", "Y 20")
    clock_at(monkeypatch, "13:00")
    assert "there at" not in desk.answered(crew, "S1", "on my way").text
    assert coming(crew)["S1"]["eta"] == "2026-11-21T18:20:00Z", "20 min of travel from then on"


def test_a_members_own_no_stands_against_the_teams_yes(ready, monkeypatch):
    for name, role in (("L1", "medic"), ("L2", "searcher"), ("L3", "searcher")):
        desk.person(ready, name, roles=[role], team="Line A")
    desk.call_out(ready, need=["medic=1"])
    desk.answered(ready, "L1", "can't")
    desk.answered(ready, "L2", "L 40")
    clock_at(monkeypatch, "12:05")
    told = desk.answered(ready, "Line A", "Y 30").text
    assert "L1 (no, 12:00) and L2 (only if nobody else can, there at 12:40, 12:00) said otherwise, and that" in told
    board = desk.muster(ready).data
    assert board["no"] == ["L1"]
    assert board["missing"] == {"medic": 1}, "he fills no place"
    assert coming(ready)["L2"]["last_resort"]
    assert coming(ready)["L3"]["eta"] == "2026-11-21T17:35:00Z"
    desk.answered(ready, "L1", "Y 30")
    assert desk.muster(ready).data["no"] == [], "their own later answer counts"
    clock_at(monkeypatch, "12:10")
    desk.answered(ready, "Line A", "N")
    assert set(desk.muster(ready).data["no"]) >= {"L1", "L2", "L3"}, "and so does the team's no"
