"""Who is at the base, the papers and the page of the muster, and calls and answers that cannot be."""

from __future__ import annotations

import pytest

from homeward import desk
from homeward.desk.readiness.muster.numbers import numbers
from homeward.errors import BadInput, HomewardError, NotYet, UnknownName
from tests.desk.muster_crew import clock_at, expected, five_people


@pytest.fixture
def crew(ready):
    return five_people(ready)


def test_sign_in_roll_call_and_everybody_out_at_the_end(crew, monkeypatch):
    desk.sign_in(crew, "S1")
    assert "already" in desk.sign_in(crew, "S1").text, "twice is once"
    with pytest.raises(BadInput, match="--guest"):
        desk.sign_in(crew, "Doctor Who")
    desk.sign_in(crew, "Doctor Who", guest=True)
    desk.sign_in(crew, "S2")
    roll = desk.roll_call(crew, ["S1", "S3"])
    assert set(roll.data["missing"]) == {"Doctor Who", "S2"}
    assert roll.data["new"] == ["S3"], "who answers and was not signed in, is now"
    with pytest.raises(BadInput, match="named twice"):
        desk.roll_call(crew, ["S1", "S1"])
    with pytest.raises(UnknownName):
        desk.roll_call(crew, ["Nobody"])
    with pytest.raises(UnknownName, match="signed in"):
        desk.sign_out(crew, "S4")
    with pytest.raises(BadInput, match="MISSING since the last roll-call: Doctor Who, S2"):
        desk.sign_out(crew, "everybody", to="home")
    out = desk.sign_out(crew, "everybody", to="home", although_missing=True)
    assert out.data["here"] == []
    assert "everybody is signed out" in out.text
    with pytest.raises(NotYet):
        desk.sign_out(crew, "everybody")


def test_guests_are_one_person_in_whatever_letters_and_no_registered_person_is_a_guest(crew):
    desk.sign_in(crew, "Dr Roe", guest=True)
    with pytest.raises(BadInput, match="Is that the same guest"):
        desk.sign_in(crew, "dr roe", guest=True)
    with pytest.raises(BadInput, match="S1 is registered"):
        desk.sign_in(crew, "s1", guest=True)
    assert desk.sign_in(crew, "s1").data["signed_in"] == ["S1"]


def test_members_whom_nobody_registered_count_as_heads_everywhere_and_in_the_roll_call(ready):
    desk.person(ready, "L1", roles=["lead"], team="Line A")
    assert desk.sign_in(ready, "Line A").data["here"] == 5
    assert desk.muster(ready).data["heads_here"] == 5
    listed = desk.roll_call(ready)
    assert listed.data["heads"] == 5
    assert "Ask Line A how many of 4 are there" in listed.text
    roll = desk.roll_call(ready, ["L1", "Line A=3"])
    assert "4 present of 5" in roll.text
    assert roll.data["missing"] == ["Line A +4"]
    assert "Nobody is missing" in desk.roll_call(ready, ["L1", "line a"]).text
    for wrong in ("Line A=5", "Line A=x", "Line A=-1"):
        with pytest.raises(BadInput, match="no roll-call of Line A"):
            desk.roll_call(ready, [wrong])


def test_a_channel_that_is_not_set_up_is_named_at_once(crew, tmp_path, monkeypatch):
    assert "pigeon is not set up here" in desk.available(crew, "S1", channels=["pigeon", "radio"]).text
    file = tmp_path / "channels.toml"
    file.write_text('[channels]\nsms = "json://127.0.0.1:9/{id}"')
    monkeypatch.setenv("HOMEWARD_CHANNELS", str(file))
    assert "the file has sms" in desk.available(crew, "S1", channels=["pigeon"]).text
    assert "NOTE" not in desk.available(crew, "S1", channels=["sms", "phone"]).text


def test_who_is_signed_in_is_counted_and_needs_no_call(crew):
    desk.sign_in(crew, "S2")
    answer = desk.call_out(crew, need=["medic=1"])
    assert "S2" not in answer.data["called"]
    board = desk.muster(crew).data
    assert board["chance"]["p_by"] == 1
    assert [row["id"] for row in board["here"]] == ["S2"]


def test_a_call_is_ended_and_the_next_one_calls_those_who_had_gone_home(crew, monkeypatch):
    desk.call_out(crew)
    desk.sign_in(crew, "S1")
    with pytest.raises(BadInput, match="still open"):
        desk.call_out(crew)
    desk.sign_out(crew, "S1")
    assert "S1" in {row["id"] for row in desk.muster(crew).data["away"]}
    desk.end_call(crew, why="found")
    with pytest.raises(NotYet):
        desk.end_call(crew)
    clock_at(monkeypatch, "14:00")
    again = desk.call_out(crew)
    assert again.data["callout"] == "C2"
    assert "S1" in again.data["called"]


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ({"need": ["medic"]}, "no need"),
        ({"need": ["medic=-1"]}, "no need"),
        ({"need": ["medic=1", "medic=2"]}, "twice"),
        ({"need": ["wizard=1"]}, "role"),
        ({"heads": 0}, "0 heads"),
        ({"heads": 10**9}, "heads"),
        ({"target": 0.0}, "target"),
        ({"target": float("nan")}, "target"),
        ({"by_time": "soon"}, "not a time"),
        ({"by_time": "0"}, "not in the future"),
        ({"by_time": "-2h"}, "not in the future"),
        ({"text": "x" * 301}, "301 letters"),
        ({"meet": "nowhere"}, "nowhere"),
        ({"meet": "10, 10"}, "outside the map"),
        ({"waves": True}, "Waves need a goal"),
        ({"link": "ftp://here"}, "no address of a page"),
        ({"link": "http://user:secret@here"}, "no address of a page"),
        ({"config": "/nowhere/channels.toml"}, "cannot be read"),
    ],
)
def test_a_call_that_cannot_be_is_refused_with_a_sentence_and_nothing_is_written(crew, given, what):
    before = desk.last_seq(crew)
    with pytest.raises(HomewardError, match=what):
        desk.call_out(crew, **given)
    assert desk.last_seq(crew) == before


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ({"person": "Nobody"}, "person"),
        ({"state": "drunk"}, "state"),
        ({"state": "task"}, "without an end"),
        ({"state": "task", "until": "-1h"}, "past"),
        ({"state": "free", "until": "+1h"}, "needs no end"),
        ({"travel": "far"}, "no length of time"),
        ({"p_come": 1.5}, "cannot be"),
        ({"p_come": float("nan")}, "cannot be"),
        ({"travel_gsd": 0.5}, "cannot be"),
        ({"channels": ["sms", "sms"]}, "twice"),
        ({"forget": ["hat"]}, "field to forget"),
    ],
)
def test_a_standing_that_cannot_be_is_refused(crew, given, what):
    with pytest.raises(HomewardError, match=what):
        desk.available(crew, given.pop("person", "S1"), **given)


@pytest.mark.parametrize(
    ("person", "text", "what"),
    [("Nobody", "Y 10", "person"), ("S1", "   ", "empty"), ("S1", "y" * 10_000_000, "10000000 letters")],
)
def test_an_answer_that_cannot_be_is_refused(crew, person, text, what):
    with pytest.raises(NotYet if person == "S1" and text == "Y" else HomewardError):
        desk.answered(crew, person, text)
    desk.call_out(crew)
    with pytest.raises(HomewardError, match=what):
        desk.answered(crew, person, text)


def test_nobody_is_registered(bare):
    with pytest.raises(NotYet, match="Nobody is registered"):
        desk.call_out(bare)
    with pytest.raises(NotYet, match="Nobody is registered"):
        desk.muster(bare)
    with pytest.raises(NotYet, match="nobody to call"):
        desk.roll_call(bare)


def test_without_ground_travel_is_as_told_or_assumed_and_said_so(bare):
    desk.person(bare, "S1", roles=["searcher"])
    answer = desk.call_out(bare)
    assert expected(answer, "S1") == "12:45", "the table's 45 minutes"
    words = " ".join(row["words"] for row in desk.muster(bare).data["assumed"])
    assert "45 min" in words


def test_papers_hold_the_code_and_every_name_and_no_phone(crew, tmp_path):
    pdfium = pytest.importorskip("pypdfium2")
    desk.call_out(crew)
    desk.sign_in(crew, "S1")
    plain = desk.muster_papers(crew, tmp_path / "plain")
    assert "no QR code" in plain.text
    assert set(plain.data["files"]) == {"muster.pdf"}
    made = desk.muster_papers(crew, tmp_path / "p", link="http://192.168.1.20:8765")
    assert set(made.data["files"]) == {"muster.pdf", "sign-in.png", "sign-in.svg"}
    pdf = pdfium.PdfDocument(tmp_path / "p" / "muster.pdf")
    text = "".join(page.get_textpage().get_text_range() for page in pdf)
    assert all(name in text for name in ("S1", "S2", "S3", "S4", "S5", "Line A", "/signin/"))
    assert "555" not in text
    assert "asleep" not in text, "what was told of people is not for a wall"
    assert text.index("S1") < text.index("S2") < text.index("S5")


def test_the_page_has_the_board_in_utc_and_without_words_of_answers(crew):
    desk.call_out(crew)
    desk.answered(crew, "S1", "ask my wife")
    data = desk.page_data(crew)["muster"]
    assert data["call"]["id"] == "C1"
    assert data["chance"]["at"][0] == "2026-11-21T17:00:00Z"
    assert data["place"] == [-84.21, 36.19]
    assert "ask my wife" not in str(desk.page_data(crew))
    assert "ask my wife" in str(desk.page_data(crew, personal=True)["muster"]["unread"])


def test_assumed_numbers_are_those_of_the_solver_and_each_has_a_source():
    from homeward.readiness.muster.after_answer import ETA_GSD, YES_COMES

    known = numbers()
    assert known["p_said_yes"].value == YES_COMES
    assert known["said_gsd"].value == ETA_GSD
    assert all(one.own == (one.source == "homeward's own assumption") for one in known.values())
    assert known["next_channel_min"].value == 5, "Winnipeg Search and Rescue"


def test_a_name_that_is_unknown_is_answered_with_each_name_once(crew):
    desk.sign_in(crew, "S1")
    desk.sign_in(crew, "Line A")
    with pytest.raises(UnknownName) as err:
        desk.roll_call(crew, ["ZZ"])
    names = str(err.value).partition("It has ")[2].rstrip(".").split(", ")
    assert len(names) == len(set(names))
