"""Who is there, what threatens them, and the signals: written down, checked in plain words, shown without names."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from homeward import desk
from homeward.cli.main import cli
from homeward.desk.book import opened
from homeward.errors import BadInput, UnknownName
from homeward.mission.people import Role


def say(*args: object) -> str:
    """What a command says, or the error it ends with."""
    out = CliRunner().invoke(cli, [str(a) for a in args])
    return out.output if out.exception is None or isinstance(out.exception, SystemExit) else str(out.exception)


def crew(path):
    with opened(path, read_only=True) as book:
        return book.mission.crew


def test_a_person_keeps_what_is_not_told_again(ready):
    desk.person(
        ready, "M1", roles=["medic:5:2027-01-31", "carrier"], awake_since="05:30", real_name="Ann Roe", phone="555 01"
    )
    desk.person(ready, "M1", team="Line A", p_present=0.8)
    who = crew(ready).people["M1"]
    assert [(q.role, q.skill) for q in who.qualifications] == [(Role.MEDIC, 5.0), (Role.CARRIER, 3.0)]
    assert (who.team, who.p_present, who.name, who.phone) == ("Line A", 0.8, "Ann Roe", "555 01")
    desk.person(ready, "M1", forget=["team", "real_name"])
    assert crew(ready).people["M1"].team is None
    assert crew(ready).people["M1"].name is None


def test_a_certificate_holds_to_the_end_of_its_day_and_is_said_once_expired(ready, monkeypatch):
    desk.person(ready, "M1", roles=["medic:5:2026-11-21"])
    assert desk.list_people(ready).data["people"][0]["roles"][0]["expired"] is False
    monkeypatch.setenv("HOMEWARD_NOW", "2026-11-22T06:00+00:00")  # 01:00 of the next day there
    row = desk.list_people(ready).data["people"][0]
    assert row["roles"][0]["expired"] is True
    assert "EXPIRED 21 Nov 2026" in row["says"]
    assert "not counted: medic" in desk.person(ready, "M1", phone="1").text


def test_names_and_phones_are_told_only_where_asked_for(ready):
    desk.person(ready, "M1", roles=["medic"], real_name="Ann Roe", phone="555 01", note="knee")
    desk.stand_down_person(ready, "M1", why="knee hurts")
    desk.person(ready, "M1", roles=["medic"])
    for text in (say("person", ready), say("log", "show", ready), say("person", ready, "--json")):
        assert not any(word in text for word in ("Ann Roe", "555 01", "knee"))
    desk.person(ready, "M1", real_name="Ann Roe")
    assert "Ann Roe" in say("person", ready, "--personal")


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"roles": ["medic:9"]}, "The skill '9' in 'medic:9' cannot be. Give 1"),
        ({"roles": ["medic:good"]}, "The skill 'good'"),
        ({"roles": ["medic:5:soon"]}, "'soon' in .* is no date"),
        ({"roles": ["medci"]}, "Did you mean 'medic'"),
        ({"roles": [":::"]}, "is no role"),
        ({"roles": ["medic:3", "medic:4"]}, "told twice"),
        ({"team": "Line B"}, "Did you mean 'Line A'"),
        ({"p_present": 1.4}, "Give 0 to 1"),
        ({"place": "40, -84"}, "outside the map"),
        ({"awake_since": "-200h"}, "more than 96 hours"),
        ({"forget": ["shoes"]}, "no field to forget 'shoes'"),
    ],
)
def test_a_person_that_cannot_be_is_refused_in_plain_words(ready, told, words):
    with pytest.raises((BadInput, UnknownName), match=words):
        desk.person(ready, "M1", **told)
    assert not crew(ready).people


def test_a_call_sign_is_no_team(ready):
    with pytest.raises(BadInput, match="is a team already"):
        desk.person(ready, "Line A", roles=["carrier"])
    with pytest.raises(UnknownName, match="has no person 'M9'"):
        desk.stand_down_person(ready, "M9")


def test_hazards_by_corners_along_a_line_and_around_a_place(ready):
    desk.hazard(ready, "Slope", kind="avalanche", places=["36.200,-84.200", "36.200,-84.190", "36.208,-84.190"])
    desk.hazard(ready, "Road", kind="traffic", places=["36.20,-84.21", "36.20,-84.19"], line=True, buffer_m=20.0)
    desk.hazard(
        ready, "H1", kind="people", place="36.21,-84.21", radius_m=300.0, speed=1.5, begins="11:00", note="two men"
    )
    hazards = crew(ready).hazards
    assert len(hazards["Slope"].ring) == 3
    assert len(hazards["Road"].ring) > 4
    assert (hazards["H1"].radius_m, hazards["H1"].speed_mps) == (300.0, 1.5)
    assert hazards["H1"].begins is not None
    assert hazards["H1"].begins.isoformat() == "2026-11-21T16:00:00+00:00"  # the 11:00 just gone, not tomorrow's
    assert "two men" not in say("hazard", ready) + say("log", "show", ready)
    assert "two men" in say("hazard", ready, "--personal")
    assert "no longer" in say("hazard", ready, "H1", "--drop")
    assert "H1" not in crew(ready).hazards


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({}, "marked nowhere"),
        ({"places": ["36.2,-84.2"], "place": "36.2,-84.2"}, "both by corners"),
        ({"place": "36.2,-84.2"}, "without a radius"),
        ({"place": "36.2,-84.2", "radius_m": -3.0}, "A radius of -3 m"),
        ({"place": "38.2,-84.2", "radius_m": 300.0}, "outside the map"),
        ({"places": ["36.20,-84.20", "36.21,-84.19"]}, "2 places. Give 3 or more"),
        ({"places": ["36.20,-84.20", "36.21,-84.19", "36.20,-84.19", "36.21,-84.20"]}, "crosses itself"),
        ({"place": "36.2,-84.2", "radius_m": 300.0, "hits_per_h": -1.0}, "-1 hits per hour"),
        ({"place": "36.2,-84.2", "radius_m": 300.0, "begins": "+3h", "ends": "+1h"}, "before it begins"),
    ],
)
def test_a_hazard_that_cannot_be_is_refused_in_plain_words(ready, told, words):
    with pytest.raises(BadInput, match=words):
        desk.hazard(ready, "H1", kind="rockfall", **told)
    assert not crew(ready).hazards


def test_signals_are_agreed_and_never_the_same(ready):
    assert "No signals agreed yet" in say("signals", ready)
    with pytest.raises(BadInput, match="recall signal is missing"):
        desk.signals(ready, warning="1 long whistle")
    desk.signals(ready, warning="1 long whistle", recall="3 long whistles")
    desk.signals(ready, channel="channel 7")
    agreed = crew(ready).signals
    assert agreed is not None
    assert (agreed.warning, agreed.recall, agreed.channel) == ("1 long whistle", "3 long whistles", "channel 7")
    with pytest.raises(BadInput, match="the same signal"):
        desk.signals(ready, recall="1 LONG whistle")
