"""Triage at the desk of a casualty who got worse, or was not looked at for long, or is cold beside an injury."""

from __future__ import annotations

from typing import Any

import pytest
from click.testing import CliRunner

from homeward import desk
from homeward.cli.main import cli
from homeward.desk import clock
from homeward.desk.book import opened
from homeward.desk.rescue.carry.case import Asked, case_of
from homeward.desk.rescue.carry.state import state_of_casualty
from homeward.errors import BadInput
from tests.desk.conftest import IPP

WELL: dict[str, Any] = {"walks": True, "talks": True, "consciousness": "A", "resp_rate_pm": 18, "radial_pulse": True}
SHOCK: dict[str, Any] = {"consciousness": "U", "pulse_pm": 140, "systolic_mmhg": 70, "resp_rate_pm": 8}


def tools_of(path) -> dict[str, list[str]]:
    (row,) = desk.triage(path).data["casualties"]
    return {tool["tool"]: tool["possible"] for tool in row["tools"]}


def test_who_walked_an_hour_ago_and_responds_to_nothing_now_is_red(bare):
    desk.casualty(bare, "1", age_years=54)
    desk.observe(bare, at="-60min", **WELL)
    desk.observe(bare, **SHOCK)
    said = desk.triage(bare).text
    assert tools_of(bare)["START"] == ["RED"]
    assert tools_of(bare)["TST"] == ["P1"]
    assert "Left aside, as what was seen later goes against it or may: walks, talks, radial pulse. Look again." in said


def test_who_obeyed_an_hour_ago_and_responds_to_pain_alone_now_is_red(bare):
    desk.casualty(bare, "1", age_years=54)
    desk.observe(bare, at="-60min", walks=False, obeys=True, resp_rate_pm=18, radial_pulse=True)
    desk.observe(bare, consciousness="P")
    assert tools_of(bare)["START"] == ["RED"]


def test_an_old_yes_or_no_that_decides_is_said_to_be_old(bare):
    desk.casualty(bare, "1", age_years=54)
    desk.observe(bare, at="-60min", walks=True, penetrating=False)
    desk.observe(bare, pulse_pm=80)
    said = desk.triage(bare).text
    assert "Older than 15 min: walks (1 h ago). Look again." in said


@pytest.mark.parametrize(
    ("seen", "words", "not_said"),
    [
        (
            {"breathes": False},
            "NEWS2 does not apply: does not breathe; Swiss stage 3 or 4 if cold: feel for",
            "0 to 20",
        ),
        ({"walks": True}, "NEWS2 not measured", "0 to 20"),
        (
            {"temperature_c": 31.9, "shivering": False, "consciousness": "P"},
            "31.9 deg C measured: cold, stage 2 by the thermometer, 3 by consciousness",
            "8 of 10",
        ),
        ({"temperature_c": 36.8}, "36.8 deg C measured: not cold", "Swiss stage"),
        ({"talks": True}, "Swiss stage 1 or 2 or 3 if cold", "1 or 2 or 3 or 4"),
    ],
)
def test_what_does_not_apply_or_was_measured_is_said_so(bare, seen, words, not_said):
    desk.casualty(bare, "1", age_years=54)
    desk.observe(bare, **seen)
    said = desk.triage(bare).text
    assert words in said
    assert not_said not in said


def test_the_cold_has_a_line_of_its_own_beside_an_injury(ready):
    desk.found(ready, IPP, alive=True, condition="barely responding", orders=False)
    desk.observe(ready, temperature_c=31.9, shivering=False, consciousness="P")
    with opened(ready, read_only=True) as book:
        state = state_of_casualty(book, case_of(book, "1", Asked(), now=clock.now()))
    assert "Cold besides: 31.9 deg C measured, Swiss stage 2 by that (stage 3 by consciousness" in state.words
    assert "Report read as: consciousness: V (barely responding)" in state.words
    assert state.cold == 2


def test_a_slip_of_the_pen_makes_no_casualty(bare):
    for name in ("0", "abc", "11"):
        with pytest.raises(BadInput, match=r"There is no casualty .* the first is 1"):
            desk.casualty(bare, name, age_years=54)
    desk.casualty(bare, "1", age_years=54)
    with pytest.raises(BadInput, match=r"There is 1\. For one more: --new"):
        desk.casualty(bare, "2", age_years=54)
    desk.casualty(bare, "2", age_years=54, new=True)
    desk.found(bare, IPP, casualty="3", orders=False)
    desk.casualty(bare, "3", age_years=54)
    with opened(bare, read_only=True) as book:
        assert set(book.mission.rescue.casualties) == {"1", "2", "3"}


@pytest.mark.parametrize(
    ("told", "field", "value"),
    [
        ({"systolic_mmhg": "120/80"}, "systolic_mmhg", 120.0),
        ({"resp_rate_pm": "24,5"}, "resp_rate_pm", 24.5),
        ({"spo2_pct": "93%"}, "spo2_pct", 93.0),
        ({"pain": "3"}, "pain", 3),
        ({"temperature_c": " 36,6 "}, "temperature_c", 36.6),
    ],
)
def test_numbers_are_read_as_people_write_them(bare, told, field, value):
    desk.casualty(bare, "1", age_years="54")
    desk.observe(bare, **told)
    with opened(bare, read_only=True) as book:
        assert getattr(book.mission.rescue.observations[-1].event, field) == value


def test_a_number_with_a_letter_in_it_is_refused_in_a_sentence(bare):
    desk.casualty(bare, "1", age_years=54)
    done = CliRunner().invoke(cli, ["observe", str(bare), "--pulse", "12O"])
    assert isinstance(done.exception, BadInput)
    assert "'12O' is no number for the pulse a minute" in str(done.exception)
    with pytest.raises(BadInput, match="not a whole number for pain"):
        desk.observe(bare, pain="3,5")


def test_a_share_may_be_told_in_percent(ready):
    assert desk.hospital(ready, "St Mary", place=IPP, accepts="90%").data["accepts"] == 0.9


def test_what_lies_before_the_find_or_the_injury_is_kept_and_said(bare):
    desk.casualty(bare, "1", injured="11:00")
    desk.found(bare, IPP, at="11:30", orders=False)
    assert "What was seen at Sat 21 Nov 10:30 EST lies before the injury" in desk.observe(bare, pain=3, at="10:30").text
    assert "The treatment at Sat 21 Nov 11:10 EST lies before the find" in desk.treat(bare, "splint", at="11:10").text
    assert "lies before" not in desk.treat(bare, "splint", at="11:40").text
    assert "The find at Sat 21 Nov 11:30 EST lies before the injury" in desk.casualty(bare, "1", injured="11:45").text


def test_what_a_consent_means_is_said_when_it_is_recorded(bare):
    given = desk.casualty(bare, "1", age_years=54, consent="given").text
    assert "Read by those who treat, command and receive; police, family and others not" in given
    assert "besides them police" in desk.observe(bare, pain=3, consent="given", audience=["police"]).text
    assert "Refused: passed on to nobody" in desk.treat(bare, "splint", consent="refused").text
