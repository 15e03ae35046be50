"""Answers to a call that follow one another: times that were named stay, and a member's own no stands."""

from __future__ import annotations

import pytest

from homeward import desk
from homeward.exchange import muster_sheet
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


def test_a_team_that_falls_short_is_said_to_with_what_is_weakest_and_whom_to_call(crew, monkeypatch):
    desk.available(crew, "S2", state="free", travel="10 min")
    call = desk.call_out(crew, need=["medic=1", "searcher=2"], target=0.8, waves=True)
    board = desk.muster(crew)
    (medic,) = (row for row in board.data["weakest"] if row["role"] == "medic")
    assert medic == {"role": "medic", "need": 1, "p": pytest.approx(0.7, abs=1e-3)}
    assert board.data["chance"]["p_by"] <= min(row["p"] for row in board.data["weakest"]) + 1e-9
    for said in (call.text, board.text):
        assert "SHORT OF 80 %" in said
        assert "WEAKEST, of those called: 1 medic, 70 %" in said
        assert "Everybody who can help is called, and it falls short. Ask another team" in said
    desk.end_call(crew)
    desk.person(crew, "S6", roles=["medic"])
    desk.available(crew, "S6", state="asleep")
    clock_at(monkeypatch, "12:01")
    desk.call_out(crew, need=["medic=1"], target=0.6, waves=True)
    desk.answered(crew, "S2", "N")
    assert "CALL NEXT: S6." in desk.muster(crew).text


def test_the_chance_told_of_the_one_who_can_fill_a_role_is_not_given_away(crew):
    desk.available(crew, "S2", state="free", travel="10 min", p_come=0.37)
    call = desk.call_out(crew, need=["medic=1", "searcher=2"])
    assert "WEAKEST, of those called: 1 medic, chance only with --personal" in call.text
    assert {row["role"]: row["p"] for row in desk.muster(crew).data["weakest"]}["medic"] is None
    shown = desk.muster(crew, personal=True).data["weakest"]
    assert {row["role"]: row["p"] for row in shown}["medic"] == pytest.approx(0.37, abs=1e-3)


def test_a_dry_run_says_that_the_team_falls_short(crew):
    dry = desk.call_out(crew, need=["medic=1"], target=0.99, dry=True)
    assert "SHORT OF 99 %" in dry.text
    assert "WEAKEST, of those called: 1 medic" in dry.text
    assert "Everybody who can help is called, and it falls short." in dry.text


def test_a_team_that_is_not_certain_is_never_said_to_be(crew):
    desk.call_out(crew, need=["medic=1"], by_time="12 h")
    for name in ("S2", "S5"):
        desk.answered(crew, name, "Y 10")
    board = desk.muster(crew)
    assert board.data["chance"]["p_by"] < 1
    assert "TEAM COMPLETE by Sun 22 Nov 00:00 EST: over 99.5 %." in board.text
    assert "100 %" not in board.text
    desk.sign_in(crew, "S2")
    assert ": 100 %." in desk.muster(crew).text, "who is here is certain"


def test_of_several_unread_answers_the_oldest_is_read_first_or_the_one_that_is_named(crew, monkeypatch):
    desk.call_out(crew)
    desk.answered(crew, "S1", "ask my wife")
    clock_at(monkeypatch, "12:05")
    desk.answered(crew, "S1", "my boss decides")
    desk.answered(crew, "S2", "is it far?")
    rows = desk.unread(crew, personal=True)
    assert [row["person"] for row in rows.data["unread"]] == ["S1", "S1", "S2"]
    assert f"{rows.data['unread'][1]['number']}  S1  " in rows.text
    done = desk.answer_read(crew, "S1", answer="yes", eta="+25min", personal=True)
    assert "(the answer of 12:00: 'ask my wife')" in done.text
    last = desk.answer_read(crew, str(rows.data["unread"][2]["number"]), answer="no")
    assert last.text.startswith("S2: no (the answer of 12:05).")
    assert "far" not in last.text + str(last.data)


def test_a_tick_with_nobody_due_says_so_and_not_that_nothing_was_sent(crew):
    desk.call_out(crew)
    for name in ("S1", "S2", "S3", "S4"):
        desk.answered(crew, name, "Y 20")
    done = desk.escalate(crew).text
    assert "NOBODY IS DUE: all who are called by name have answered or come." in done
    assert "Dog 1 and Line A did not answer the order yet: ask by radio." in done
    assert "NOTHING WAS SENT" not in done
    for name in ("Dog 1", "Line A"):
        desk.acknowledge(crew, name)
    assert "ask by radio" not in desk.escalate(crew).text


def test_who_comes_only_if_nobody_else_can_stands_so_on_the_roll_call_list(crew, monkeypatch, tmp_path):
    shown = []

    def kept(text, **_):
        shown.append(text)
        return b"%PDF"

    monkeypatch.setattr(muster_sheet, "write_muster_sheet", kept)
    desk.call_out(crew)
    desk.answered(crew, "S1", "L 30")
    desk.answered(crew, "S4", "Y 30")
    desk.muster_papers(crew, tmp_path / "papers")
    rows = {row["name"]: row["comes"] for row in shown[0]["rows"]}
    assert rows["S1"] == "12:30, yes, on the way, only if nobody else can"
    assert rows["S4"] == "12:30, yes, on the way"
