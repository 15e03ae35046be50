"""The kind `triage` of `homeward solve`: files in, files out."""

from __future__ import annotations

from math import exp, log2
from pathlib import Path

import pytest

from homeward.errors import BadFile
from homeward.exchange.solver_files.triage import DOOR, TriageFile

_K = (("low", 5.2), ("high", 14.0))


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
    assert "doi:10.1097/DMP.0b013e318182194e" in two["SALT"]["source"]
    assert "HOPE" not in two
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
        ({"seen": {"pain": 3.7}}, "pain is 3.7. Give a whole number"),
        ({"seen": {"spo2_scale": 1.9}}, "spo2_scale is 1.9. Give a whole number"),
        ({"seen": {"spo2_scale": 3}}, "scale 3: give 1, or 2"),
        ({"wounds": {"priority": "P1", "chain": [{"at_min": 9}, {"at_min": 8}]}}, "before the one above it"),
        ({"wounds": {"priority": "P1", "chain": [{"at_min": 9, "care": "prayer"}]}}, "no care 'prayer'"),
        ({"seen": {"walks": 1}}, "walks is 1.*true or false"),
        ({"seen": {"pulse_pm": True}}, "pulse_pm is True.*a number"),
        ({"seen": {"temperature_c": 98.6}}, "Fahrenheit"),
        ({"patterns": ["headache"]}, "no sign 'headache'"),
    ],
)
def test_what_cannot_be_names_the_casualty(casualty, match):
    with pytest.raises(BadFile, match=f"ask.json: .*{match}"):
        solved([{"id": "1", **casualty}])


def test_arrest_from_cold_is_given_its_chance_of_survival():
    """Pasquier et al. (2018), by hand: 35 years, potassium 5.2, 130 min of resuscitation, 24.2 C."""
    arrest = {"male": True, "asphyxia": False, "age_years": 35, "potassium_mmol_l": 5.2, "cpr_min": 130}
    at = {name: {"id": name, "arrest": {**arrest, "potassium_mmol_l": k, "temperature_c": 24.2}} for name, k in _K}
    said = solved(list(at.values())).fields["casualties"]
    logit = 2.44 - 1.55 - 0.0191 * 35 - 2.07 * log2(5.2) - 0.573 * log2(130) + 0.937 * 24.2 - 0.0247 * 24.2**2
    assert said["low"]["HOPE"]["survives"] == pytest.approx(1 / (1 + exp(-logit)), rel=1e-12)
    assert said["low"]["HOPE"]["rewarm_on_ecls"]
    assert not said["high"]["HOPE"]["rewarm_on_ecls"]


def test_death_of_wounds_along_a_chain_of_care():
    """By hand: F(t) = 0.001 + (c - 0.001) / (1 + exp(-0.04 (t - 120))), c = 0.02, from 60 min on 0.02 x 0.83."""
    wounds = {"priority": "P1", "chain": [{"at_min": 60, "care": "role 1"}, {"at_min": 240}]}

    def died(minutes, ceiling):
        return 0.001 + (ceiling - 0.001) / (1 + exp(-0.04 * (minutes - 120)))

    alive = (1 - died(60, 0.02)) / (1 - died(0, 0.02)) * (1 - died(240, 0.0166)) / (1 - died(60, 0.0166))
    said = solved([{"id": "1", "wounds": wounds}]).fields["casualties"]["1"]
    assert said["wounds"]["survives"] == pytest.approx(alive, rel=1e-12)


def test_two_of_one_name_are_refused():
    with pytest.raises(BadFile, match="second time"):
        solved([{"id": "1"}, {"id": "1"}])
