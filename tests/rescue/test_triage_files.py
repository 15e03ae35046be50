"""The kind `triage` of `homeward solve`: files in, files out."""

from __future__ import annotations

from pathlib import Path

import pytest

from homeward.errors import BadFile
from homeward.exchange.solver_files.triage import DOOR, TriageFile


def solved(casualties, **more):
    ask = {"kind": "triage", "version": 1, "casualties": casualties, **more}
    return DOOR.read(TriageFile.model_validate(ask), Path(), "ask.json").solve(10.0, 0, None)


def test_casualties_are_sorted_by_every_tool_and_ranked():
    got = solved(
        [
            {"id": "1", "seen": {"walks": True}},
            {"id": "2", "seen": {"walks": False, "resp_rate_pm": 34, "severe_bleeding": True}, "consciousness": "V"},
            {"id": "3"},
        ]
    )
    assert (got.value, got.bound) == (2, 2)
    two = got.fields["casualties"]["2"]
    assert (two["START"]["category"], two["TST"]["category"], two["MPTT-24"]["category"]) == ("RED", "P1", "P1")
    assert two["NEWS2"]["lowest"] == 6
    assert two["field triage"]["category"] == "RED"
    assert [r["casualty"] for r in got.fields["order"]] == ["2", "3", "1"]
    assert got.fields["casualties"]["3"]["START"]["missing"][0] == "walks"
    assert got.why[-1] == "Planning support: the medic decides."


def test_the_order_in_which_they_leave():
    """Sacco et al. (2005) tables: 5.362 expected survivors of eight, two every half hour."""
    scored = [{"id": str(r), "rpm": r} for r in (3, 5, 6, 7, 8, 9, 10, 12)]
    got = solved(scored, each_period=2).fields["schedule"]
    assert got["survivors"] == pytest.approx(5.362, rel=1e-9)
    assert [sorted(map(int, wave)) for wave in got["waves"]] == [[5, 6], [7, 8], [3, 12], [9, 10]]


@pytest.mark.parametrize(
    ("casualty", "match"),
    [
        ({"seen": {"aura": True}}, "casualty '1': there is no sign 'aura'"),
        ({"seen": {"walks": 1}}, "walks is 1.*true or false"),
        ({"seen": {"pulse_pm": True}}, "pulse_pm is True.*a number"),
        ({"seen": {"temperature_c": 98.6}}, "Fahrenheit"),
        ({"patterns": ["headache"]}, "no sign 'headache'"),
    ],
)
def test_what_cannot_be_names_the_casualty(casualty, match):
    with pytest.raises(BadFile, match=f"ask.json: .*{match}"):
        solved([{"id": "1", **casualty}])


def test_two_of_one_name_are_refused():
    with pytest.raises(BadFile, match="second time"):
        solved([{"id": "1"}, {"id": "1"}])
