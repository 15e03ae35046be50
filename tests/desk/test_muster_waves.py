"""Whom a call calls first, whom nobody has spoken to yet, and answers that come late, twice, or from a team."""

from __future__ import annotations

import pytest

from homeward import desk
from tests.desk.muster_crew import clock_at, five_people


@pytest.fixture
def crew(ready):
    return five_people(ready)


def test_the_first_wave_makes_up_the_team_free_people_first(crew):
    """Nobody is woken or pulled from a task while those who are free do; what is called first reaches the target."""
    for k in range(6):
        desk.person(crew, f"F{k}", roles=["searcher"])
        desk.available(crew, f"F{k}", state="free", travel="20 min")
    call = desk.call_out(crew, need=["searcher=2"], by_time="3 h", target=0.9, waves=True)
    first = call.data["waves"][0]
    assert "S2" not in first
    assert "S3" not in first
    assert desk.muster(crew).data["chance"]["p_by"] >= 0.9
    assert len(first) <= 5
    says = {row["says"] for row in desk.list_orders(crew).data["orders"]}
    assert not any("everybody" in one for one in says), "not everybody is called"


def test_who_is_pulled_from_a_task_is_called_first_where_nobody_free_can_do_it(crew):
    """S2 is the only medic; the free searchers don't all come for that."""
    for k in range(9):
        desk.person(crew, f"F{k}", roles=["searcher"])
        desk.available(crew, f"F{k}", state="free", travel="20 min")
    waves = desk.call_out(crew, need=["medic=1", "searcher=1"], by_time="4 h", target=0.6, waves=True).data["waves"]
    assert "S2" in waves[0]
    assert len(waves[0]) <= 5
    assert sorted(name for wave in waves for name in wave) == sorted({name for wave in waves for name in wave})


def test_whom_nobody_was_told_to_speak_to_was_not_tried(crew, monkeypatch):
    """However long ago the call was, and however late somebody looks."""
    first = desk.call_out(crew, at="-25min")
    assert first.data["exhausted"] == []
    assert {row["to"] for row in first.data["speak"]} == {"S1", "S2", "S3", "S4"}
    clock_at(monkeypatch, "12:03")
    assert {row["channel"] for row in desk.escalate(crew).data["speak"]} == {"phone"}
    clock_at(monkeypatch, "12:06")
    assert "C1: 5 min of silence from S1, S2, S3, S4: try the next channel" in desk.muster(crew).text
    assert "5 min of silence" in str(desk.page_data(crew)["muster"]["notes"])


def test_reading_an_old_answer_leaves_what_they_said_since_in_force(crew, monkeypatch):
    desk.call_out(crew)
    desk.answered(crew, "S1", "ask my wife")
    clock_at(monkeypatch, "12:05")
    desk.answered(crew, "S1", "N car broke down")
    done = desk.answer_read(crew, "S1", answer="yes", eta="+25min")
    assert "the answer of 12:00" in done.text
    assert "What they said after it stays in force: no" in done.text
    assert desk.muster(crew).data["no"] == ["S1"]


def test_a_no_with_an_unread_answer_behind_it_may_still_be_a_yes(crew):
    desk.available(crew, "S2", state="free", travel="10 min")
    desk.call_out(crew, need=["medic=1"])
    desk.answered(crew, "S2", "N")
    desk.answered(crew, "S2", "sorry meant Y 90 or so maybe")
    board = desk.muster(crew)
    assert "NOBODY CAN FILL, even if all came (unless the unread answer of S2 means yes): 1 medic" in board.text
    assert "TO BE READ BY A PERSON: S2 (12:00)" in board.text
    desk.end_call(crew)
    assert "TO BE READ" not in desk.muster(crew).text


def test_an_unread_answer_counts_for_nothing_and_gives_nothing_away(crew):
    desk.available(crew, "S2", state="free", travel="10 min")
    desk.call_out(crew, need=["medic=1"], target=0.6, waves=True)
    desk.answered(crew, "S3", "is it far?")
    board = desk.muster(crew)
    assert "S3" in board.data["not_called"]
    assert "S3" not in {row["id"] for row in board.data["coming"]}
    assert "asleep" not in board.text


def test_a_team_answers_for_its_members(ready):
    desk.person(ready, "L1", roles=["lead"], team="Line A")
    desk.call_out(ready)
    assert "Line A: yes, there at 12:40" in desk.answered(ready, "Line A", "Y 40").text
    board = desk.muster(ready).data
    etas = {row["id"]: row["eta"] for row in board["coming"] if row["team"] == "Line A"}
    assert len(etas) == 5
    assert set(etas.values()) == {"2026-11-21T17:40:00Z"}
    desk.answered(ready, "L1", "N")
    assert desk.muster(ready).data["no"] == ["L1"], "their own answer, given later, counts"


def test_a_no_for_now_is_not_counted_as_coming_and_a_later_day_is_named(crew):
    desk.call_out(crew, heads=1)
    desk.answered(crew, "S1", "N but available 20 hours from now")
    board = desk.muster(crew)
    row = next(row for row in board.data["coming"] if row["id"] == "S1")
    assert row["p"] == pytest.approx(0.7)
    assert "no; could come by then" in row["why"]
    assert "Sun 22 Nov 08:20 EST  S1" in board.text


def test_who_was_out_of_reach_and_answers_is_in_reach(crew):
    desk.call_out(crew)
    desk.answered(crew, "S5", "Y 15")
    board = desk.muster(crew)
    assert "S5" in {row["id"] for row in board.data["coming"]}
    assert "AWAY: S5" not in board.text
    desk.end_call(crew)
    assert "S5" not in {row["id"] for row in board.data["away"]}
