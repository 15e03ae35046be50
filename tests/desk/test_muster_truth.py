"""The board says what is true later too: who left, who is late, who was never told, who is missing, whom to phone."""

from __future__ import annotations

import pytest

from homeward import desk
from homeward.errors import BadInput, NotYet
from tests.desk.muster_crew import clock_at, five_people


@pytest.fixture
def crew(ready):
    return five_people(ready)


def team_rows(board, team):
    return [row for row in board["coming"] if row["team"] == team]


def test_who_came_and_went_home_is_waited_for_no_more(crew):
    desk.call_out(crew)
    for name in ("S1", "Line A"):
        desk.sign_in(crew, name)
        desk.sign_out(crew, name, to="home")
    board = desk.muster(crew)
    assert {(row["id"], row["left"]) for row in board.data["away"] if row["team"] in (None, "Line A")} >= {
        ("S1", True),
        ("Line A +1", True),
        ("Line A +5", True),
    }
    assert team_rows(board.data, "Line A") == []
    assert "AWAY: S1, Line A +1 to +5 (has left)" in board.text
    assert {"S1", "Line A"} <= set(board.data["settled"])
    assert not {"S1", "Line A"} & set(desk.list_orders(crew).data["open"])
    assert "has come" in desk.list_orders(crew).text
    assert {"S1", "Line A"} <= set(desk.page_data(crew)["muster"]["settled"])
    desk.end_call(crew)
    assert {"S1", "Line A"} <= set(desk.muster(crew).data["settled"]), "nor once the call is over"


def test_a_recall_after_the_call_is_an_order_of_its_own(crew, monkeypatch):
    desk.call_out(crew)
    desk.sign_in(crew, "Line A")
    clock_at(monkeypatch, "12:30")
    desk.recall(crew)
    assert "Line A" in desk.list_orders(crew).data["open"]


def test_nobody_missing_goes_home_with_everybody(crew):
    for name in ("S1", "S2", "Line A"):
        desk.sign_in(crew, name)
    desk.roll_call(crew, ["S1", "Line A=3"])
    with pytest.raises(BadInput, match=r"MISSING since the last roll-call: S2, Line A \+4 to \+5\. .*although-missing"):
        desk.sign_out(crew, "everybody", to="home")
    with pytest.raises(BadInput, match=r"Line A \+4 to \+5"):
        desk.sign_out(crew, "Line A")
    assert desk.muster(crew).data["last_roll_call"]["still_missing"] == ["S2", "Line A +4", "Line A +5"]
    assert desk.sign_out(crew, "S2", to="home, at noon").data["here"] == ["S1", "Line A"], "who is named is known of"
    assert desk.muster(crew).data["last_roll_call"]["still_missing"] == ["Line A +4", "Line A +5"]
    desk.roll_call(crew, ["S1", "Line A"])
    assert desk.sign_out(crew, "everybody").data["here"] == []


def test_although_somebody_is_missing_all_can_be_signed_out(crew, monkeypatch):
    desk.sign_in(crew, "S1")
    desk.sign_in(crew, "S2")
    desk.roll_call(crew, ["S1"])
    clock_at(monkeypatch, "12:10")
    assert desk.sign_out(crew, "everybody", although_missing=True).data["here"] == []
    desk.sign_in(crew, "S2")
    desk.sign_in(crew, "S1")
    assert desk.sign_out(crew, "everybody").data["here"] == [], "who signed in since is not missing"


def test_a_team_that_says_nothing_is_hoped_for_less_and_less_and_stands_under_no_answer(ready, monkeypatch):
    desk.call_out(ready, heads=3)
    hopes = []
    for time in ("12:05", "12:20", "13:00", "18:00"):
        clock_at(monkeypatch, time)
        row = next(row for row in desk.muster(ready).data["silent"] if row["id"] == "Line A")
        hopes.append(row["p"])
    assert row["heads"] == 5
    assert row["silent_min"] == 360
    assert hopes == sorted(hopes, reverse=True)
    assert hopes[1] == pytest.approx(0.98 * 0.1353 / (0.98 * 0.1353 + 0.02), abs=1e-3), "as of a person (case E07)"
    assert hopes[-1] < 1e-6
    text = desk.muster(ready).text
    assert "Line A (5 heads, 6 h 00, under 0.5 %)" in text[text.index("NO ANSWER") :]
    assert all(row["silent"] for row in team_rows(desk.muster(ready).data, "Line A"))


def test_a_yes_without_a_time_runs_out_too(ready, monkeypatch):
    desk.person(ready, "S1", roles=["searcher"])
    desk.available(ready, "S1", travel="30 min")
    desk.call_out(ready, heads=3)
    desk.acknowledge(ready, "Line A")
    desk.answered(ready, "S1", "Y")
    early = {row["id"]: row for row in desk.muster(ready).data["coming"]}
    assert early["S1"]["eta"] == "2026-11-21T17:30:00Z"
    assert early["S1"]["p"] == pytest.approx(0.95, abs=1e-3)
    clock_at(monkeypatch, "18:30")
    late = {row["id"]: row for row in desk.muster(ready).data["coming"]}
    assert late["S1"]["eta"] == "2026-11-21T17:30:00Z", "when they were to be here, not always in a moment"
    assert late["S1"]["late_min"] == 360
    assert late["S1"]["p"] < 0.01
    assert late["Line A +1"]["p"] < 0.01
    assert "S1 (under 0.5 %, yes, but 6 h 00 late: ask)" in desk.muster(ready).text


def test_a_yes_after_a_task_is_late_only_once_the_task_the_report_and_the_way_are_over(crew, monkeypatch):
    """S3: the task ends at 12:10, 10 min to report, 60 min of travel."""
    desk.call_out(crew)
    desk.answered(crew, "S3", "Y")
    for time, late in (("12:30", None), ("13:15", None), ("13:40", 20.0)):
        clock_at(monkeypatch, time)
        row = next(row for row in desk.muster(crew).data["coming"] if row["id"] == "S3")
        assert row["late_min"] == late
        assert row["eta"] == "2026-11-21T18:20:00Z"


def test_what_was_understood_of_an_answer_stays_when_a_person_reads_it(crew):
    desk.call_out(crew)
    desk.answered(crew, "S1", "Y 25 minutes, do I bring skis?")
    assert "S1: yes, there at 12:25" in desk.answer_read(crew, "S1", answer="yes").text
    desk.answered(crew, "S4", "N but available 3 hours from now, is that late?")
    assert "free at 15:00" in desk.answer_read(crew, "S4", answer="no").text
    desk.answered(crew, "S2", "Y 25 minutes, do I bring skis?")
    assert "there at 12:40" in desk.answer_read(crew, "S2", answer="limited", eta="12:40").text, "a time told counts"


def test_whom_to_phone_with_what_words_stands_until_each_has_answered(crew, monkeypatch):
    with pytest.raises(NotYet, match="Nobody has been called in"):
        desk.phone_list(crew)
    desk.call_out(crew, text="Full kit")
    clock_at(monkeypatch, "12:45")
    shown = desk.phone_list(crew)
    assert {row["person"]: row["by"] for row in shown.data["people"]} == {
        "S1": "phone", "S2": "phone", "S3": "phone", "S4": "phone", "Line A": "radio", "Dog 1": "radio",
    }  # fmt: skip
    assert 'SAY: "Lost: you are called in. Full kit. Come to' in shown.text
    assert "+1 555" not in shown.text + str(shown.data)
    assert "+1 555 0104" in desk.phone_list(crew, personal=True).text
    board = desk.muster(crew).data["phone_list"]
    assert board == {name: shown.data[name] for name in ("words", "people")}
    assert "+1 555" not in str(desk.page_data(crew))
    told = desk.page_data(crew, personal=True)["muster"]["phone_list"]["people"]
    assert {row["person"]: row["phone"] for row in told if row["by"] == "phone"}["S4"] == "+1 555 0104"
    desk.answered(crew, "S4", "Y 20")
    desk.sign_in(crew, "S1")
    desk.acknowledge(crew, "Line A")
    assert [row["person"] for row in desk.phone_list(crew).data["people"]] == ["S2", "S3", "Dog 1"]


def test_links_can_be_passed_on_by_hand_where_nothing_is_sent(crew):
    page = "http://192.168.1.5:8765"
    dry = desk.call_out(crew, link=page, dry=True, personal=True)
    assert "Each who is sent to gets a link" not in dry.text, "as nobody is sent anything"
    assert f"--phone-list --personal --link {page}" in dry.text
    assert "S4 +1 555 0104" in dry.text, "a dry run with --personal has the numbers"
    done = desk.call_out(crew, link=page)
    assert f"--phone-list --personal --link {page}" in done.text
    assert "/answer/" not in done.text
    assert "/answer/" not in str(desk.phone_list(crew, link=page).data), "only with personal"
    rows = {row["person"]: row for row in desk.phone_list(crew, link=page, personal=True).data["people"]}
    token = rows["S1"]["link"].removeprefix(f"{page}/answer/")
    found = desk.answer_page(crew, token)
    assert found is not None
    assert found.person == "S1"
    people = desk.page_data(crew, personal=True)["muster"]["phone_list"]["people"]
    assert next(row["answer_path"] for row in people if row["person"] == "S1") == f"/answer/{token}"
    assert "/answer/" not in str(desk.page_data(crew))


def test_an_open_call_can_be_ended_on_the_page_when_everybody_has_left(crew):
    desk.call_out(crew)
    for name in ("Dog 1", "Line A", "S1", "S2", "S3", "S4", "S5"):
        desk.sign_in(crew, name)
    desk.sign_out(crew, "everybody")
    shown = desk.page_data(crew)["muster"]
    assert "Nobody who is registered can come" in shown["not_yet"]
    assert shown["open_call"] == "C1"
    desk.end_call(crew)
    assert desk.page_data(crew)["muster"].get("open_call") is None
