"""A plan of cover and the muster say the same of who is there: signed in, coming, gone, silent, not called."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta

import pytest

from homeward import desk
from homeward.desk.book import opened
from homeward.desk.readiness.briefing.parts import cover_lines_of
from homeward.desk.readiness.cover.paper import sheet_text
from homeward.desk.readiness.cover.strength import coming_teams
from homeward.errors import NotYet
from homeward.mission.muster import CallAnswer, CallAnswered, CalledOut, Callout
from tests.desk.readiness.cover_ground import BASE, NOW, call, make_mission, warn, with_targets


@pytest.fixture
def mission(tmp_path):
    return with_targets(make_mission(tmp_path))


@pytest.fixture(autouse=True)
def at_the_start(monkeypatch):
    monkeypatch.setenv("HOMEWARD_NOW", NOW.isoformat())


def later(monkeypatch, **by):
    monkeypatch.setenv("HOMEWARD_NOW", (NOW + timedelta(**by)).isoformat())


def called(path, *names):
    with opened(path) as book:
        book.write(CalledOut(callout=Callout(id="C1", waves=(names,))))


def answered(path, name, answer=CallAnswer.YES, *, minutes=None):
    eta = None if minutes is None else NOW + timedelta(minutes=minutes)
    with opened(path) as book:
        book.write(CallAnswered(callout="C1", person=name, answer=answer, eta=eta))


def in_slice(data, n=0):
    return set(data["slices"][n]["teams"])


def test_before_anybody_is_called_or_signs_in_all_registered_teams_count(mission):
    said = desk.cover(mission)
    assert in_slice(said.data) == {"Dog 1", "Line A", "Hasty 1"}
    assert "BUT" not in said.text


def test_a_team_that_signed_out_does_not_cover_even_where_it_is_named(mission, monkeypatch):
    for name in ("Dog 1", "Line A", "Hasty 1"):
        desk.sign_in(mission, name)
    assert in_slice(desk.cover(mission).data) == {"Dog 1", "Line A", "Hasty 1"}
    later(monkeypatch, minutes=5)
    desk.sign_out(mission, "Line A", to="home to Ann")
    said = desk.cover(mission)
    assert in_slice(said.data) == {"Dog 1", "Hasty 1"}
    assert "NOTE: Line A signed out at 12:05: not counted." in said.text
    assert "Ann" not in said.text
    assert in_slice(desk.cover(mission, teams=["Line A", "Dog 1"]).data) == {"Dog 1"}
    with pytest.raises(NotYet, match=r"Line A signed out at 12:05: not counted\)\. Sign one in"):
        desk.cover(mission, teams=["Line A"])
    later(monkeypatch, minutes=9)
    desk.team_at(mission, "Line A", BASE)  # heard of again, but not signed in
    assert "Line A" not in in_slice(desk.cover(mission).data)
    desk.sign_in(mission, "Line A")
    assert "Line A" in in_slice(desk.cover(mission).data)


def test_who_left_after_the_plan_is_said_wherever_the_plan_is_told(mission, monkeypatch):
    desk.sign_in(mission, "Line A")
    desk.sign_in(mission, "Hasty 1")
    desk.cover(mission)
    later(monkeypatch, minutes=5)
    desk.sign_out(mission, "Line A", to="home")
    said = "The plan of cover is older than what is known: Line A has signed out."
    assert said in desk.show_cover(mission).text
    assert said in json.dumps(desk.page_data(mission)["cover"])
    with opened(mission, read_only=True) as book:
        assert next(line.text for line in cover_lines_of(book)) == "SINCE THE PLAN WAS MADE: Line A has signed out."


def test_who_was_not_called_and_is_not_signed_in_is_not_there(mission):
    """The muster has Dog 1 as not called, and its answer as one that a person must read."""
    called(mission, "Line A", "Hasty 1")
    answered(mission, "Dog 1", CallAnswer.UNREAD)
    desk.sign_in(mission, "Hasty 1")
    said = desk.cover(mission)
    assert "NOTE: Dog 1 is not signed in and was not called; its answer is not read yet: not counted." in said.text
    assert in_slice(said.data) == {"Hasty 1"}


@pytest.mark.parametrize(
    ("answer", "says"),
    [(CallAnswer.UNREAD, "its answer is not read yet"), (CallAnswer.LIMITED, "only as a last resort")],
)
def test_an_answer_that_is_no_plain_yes_brings_no_team(mission, answer, says):
    called(mission, "Line A", "Hasty 1")
    answered(mission, "Line A", answer)
    desk.sign_in(mission, "Hasty 1")
    said = desk.cover(mission)
    assert says in said.text
    assert in_slice(said.data) == {"Hasty 1"}


def test_teams_that_do_not_count_for_the_same_reason_are_one_note(mission):
    call(mission, "AB", come="", minutes=0)
    desk.sign_in(mission, "Hasty 1")
    said = desk.cover(mission)
    assert "NOTE: Dog 1 and Line A: each is not signed in and was not called: not counted." in said.text


def test_who_is_named_all_the_same_counts_with_what_speaks_against_it(mission):
    called(mission, "Line A")
    with pytest.raises(NotYet, match="Line A was called at 12:00 and has not answered: not counted"):
        desk.cover(mission)
    said = desk.cover(mission, teams=["Dog 1"], reserve=1)
    assert "NOTE: Dog 1 counts because it is named; it is not signed in and was not called." in said.text
    line = next(line for line in said.text.splitlines() if line.strip().startswith("Dog 1 "))
    assert "BUT it is not signed in" in line
    assert "it is there" not in said.text
    with opened(mission, read_only=True) as book:
        assert any("not signed in" in note for note in sheet_text(dict(said.data), book.mission)["notes"])


def test_a_team_in_the_field_counts_from_where_it_is_though_nobody_called_it(mission):
    desk.team_at(mission, "Dog 1", "36.2690, -84.2600")
    called(mission, "Line A")
    assert in_slice(desk.cover(mission).data) == {"Dog 1"}


def test_who_said_no_does_not_count_and_who_is_coming_joins_when_it_is_there(mission):
    called(mission, "Line A", "Hasty 1", "Dog 1")
    answered(mission, "Hasty 1", CallAnswer.NO)
    answered(mission, "Line A", minutes=40)
    desk.sign_in(mission, "Dog 1")
    said = desk.cover(mission)
    assert "NOTE: Hasty 1 said no: not counted." in said.text
    assert "NOTE: Line A is on the way: it counts from 13:00, when it is there with 80 %" in said.text
    assert in_slice(said.data) == {"Dog 1"}
    assert in_slice(said.data, 1) == {"Dog 1", "Line A"}
    assert NOW + timedelta(minutes=40) <= datetime.fromisoformat(said.data["slices"][1]["from"])
    assert "Line A joins and " in said.text
    assert "Line A stands" not in said.text.split("From Sat")[0]


def test_while_nobody_is_there_yet_every_view_says_so(mission):
    called(mission, "Line A")
    answered(mission, "Line A", minutes=40)
    for view in ("reserve", "covering", "median", "fewest"):
        said = desk.cover(mission, view=view)
        assert "NOBODY IS THERE YET" in said.text, view
        assert in_slice(said.data, 1) == {"Line A"}
    desk.cover_papers(mission, mission.parent / "papers")
    desk.cover(mission, view="deterrence")


def test_who_is_silent_or_late_does_not_count(mission, monkeypatch):
    called(mission, "Line A", "Hasty 1")
    answered(mission, "Hasty 1", minutes=10)
    later(monkeypatch, minutes=90)
    desk.sign_in(mission, "Dog 1")
    said = desk.cover(mission)
    assert in_slice(said.data) == {"Dog 1"}
    assert "Line A was called at 12:00 and has not answered: not counted." in said.text
    assert "Hasty 1 said yes, was due at 12:10 and is not signed in: not counted." in said.text


def test_a_team_that_is_in_by_half_counts_with_those_who_are_in_and_what_they_can(mission):
    called(mission, "Line A")
    desk.person(mission, "S2", roles=["searcher"], team="Line A")
    desk.sign_in(mission, "S2")
    said = desk.cover(mission)
    assert "NOTE: Line A counts with the 1 of its 6 who are signed in." in said.text
    (team,) = said.data["teams"]
    assert (team["people"], "people" in team["able"]) == (1, False)  # the medic is not there


def test_who_is_late_is_no_longer_the_soonest(mission, monkeypatch):
    call(mission, "ABCDEF", come="ABC", minutes=20)
    with opened(mission) as book:
        for name in "DEF":
            eta = NOW + timedelta(minutes=50)
            book.write(CallAnswered(callout="C1", person=name, answer=CallAnswer.YES, eta=eta))
    later(monkeypatch, minutes=22)
    with opened(mission, read_only=True) as book:
        teams, _ = coming_teams(book, now=NOW + timedelta(minutes=22))
    assert teams[0].people == ("D", "E", "F")


def test_a_plan_a_few_minutes_old_reckons_from_when_it_is_said(mission, monkeypatch):
    desk.cover(mission, standing=3)
    first = _minutes(desk.show_cover(mission).text)
    later(monkeypatch, minutes=7)
    assert first
    assert _minutes(desk.show_cover(mission).text) == [minute + 7 for minute in first]


def _minutes(text):
    """Minutes of the day at which teams are there if they go now."""
    hours = re.findall(r", there (\d\d):(\d\d) if it goes now", text)
    return [60 * int(h) + int(m) for h, m in hours]


def test_all_that_is_warned_of_is_named_and_both_series_say_what_they_are(mission):
    for n, name in enumerate(("Hut", "Camp", "School", "Mill")):
        warn(mission, f"W{n}", said_d=1, quantiles_d={0.1: 1 + n, 0.5: 3 + n, 0.9: 9 + n}, targets=(name,))
    text = desk.cover(mission, days=["1 d", "3 d"]).text
    warned = next(line for line in text.splitlines() if line.startswith("WARNED, "))
    assert warned.startswith("WARNED, hit from now on, all days together: ")
    assert all(name in warned for name in ("Hut", "Camp", "School", "Mill"))
    assert "hit in these days alone with " in text
