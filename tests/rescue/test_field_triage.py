"""Field triage 2021: the guideline's criteria one by one, boundaries, what is missing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.errors import BadInput
from homeward.mission.rescue import Observation
from homeward.rescue.field_triage import NEITHER, PATTERNS, RISKS, field_triage, low_pressure

WELL = Observation(
    casualty="1", obeys=True, resp_rate_pm=16.0, respiratory_distress=False, spo2_pct=97.0, systolic_mmhg=120.0,
    pulse_pm=80.0,
)  # fmt: skip


def level(seen=WELL, *, age=40.0, patterns=(), risks=()):
    return field_triage(seen, age_years=age, patterns=patterns, risks=risks).level


def test_who_meets_no_criterion_is_neither():
    assert level() == NEITHER


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({"obeys": False}, "RED"),
        ({"resp_rate_pm": 9.0}, "RED"),
        ({"resp_rate_pm": 10.0}, NEITHER),
        ({"resp_rate_pm": 29.0}, NEITHER),
        ({"resp_rate_pm": 30.0}, "RED"),
        ({"respiratory_distress": True}, "RED"),
        ({"spo2_pct": 89.0}, "RED"),
        ({"spo2_pct": 90.0}, NEITHER),
        ({"systolic_mmhg": 89.0}, "RED"),
        ({"systolic_mmhg": 90.0}, NEITHER),
        ({"pulse_pm": 121.0}, "RED"),
        ({"pulse_pm": 120.0}, NEITHER),
        ({"severe_bleeding": True}, "RED"),
        ({"penetrating": True}, "RED"),
    ],
)
def test_vital_signs_and_injuries_seen_of_an_adult(change, wanted):
    assert level(replace(WELL, **change)) == wanted


@pytest.mark.parametrize(
    ("age", "systolic", "pulse", "low"),
    [
        (0, 69, 150, True),
        (0, 70, 150, False),
        (4, 77, 150, True),
        (4, 78, 150, False),
        (9, 88, 60, False),
        (10, 89, 60, True),
        (64, 90, 60, False),
        (65, 109, 60, True),
        (65, 110, 60, False),
        (65, 110, 111, True),
        (9, 100, 140, False),
    ],
)
def test_pressure_by_age(age, systolic, pulse, low):
    """A pulse above the pressure counts from 10 years on only."""
    assert low_pressure(age_years=age, systolic_mmhg=systolic, pulse_pm=pulse) is low


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_injury_pattern_is_red(pattern):
    got = field_triage(WELL, age_years=40.0, patterns=[pattern], risks=[])
    assert (got.level, got.met) == ("RED", (pattern,))


@pytest.mark.parametrize("risk", RISKS)
def test_every_risk_is_yellow(risk):
    assert level(risks=[risk]) == "YELLOW"


def test_what_nobody_looked_for_stays_open():
    got = field_triage(Observation(casualty="1"))
    assert got.possible == ("RED", "YELLOW", NEITHER)
    assert got.missing[:2] == ("obeys", "resp_rate_pm")
    assert {"patterns", "risks"} <= set(got.missing)
    assert field_triage(Observation(casualty="1", resp_rate_pm=40.0)).level == "RED"


def test_without_an_age_the_pressure_is_settled_only_where_every_age_agrees():
    def at(systolic):
        return field_triage(replace(WELL, systolic_mmhg=systolic), patterns=(), risks=())

    assert at(60.0).level == "RED"
    assert at(120.0).level == NEITHER
    assert at(100.0).missing == ("age_years",)


@given(st.floats(0, 100), st.floats(0, 250), st.floats(0, 250), st.floats(0, 200))
def test_a_lower_pressure_is_never_less_red(age, a, b, pulse):
    low, high = sorted((a, b))
    if low_pressure(age_years=age, systolic_mmhg=high, pulse_pm=pulse):
        assert low_pressure(age_years=age, systolic_mmhg=low, pulse_pm=pulse)


def test_a_sign_that_the_guideline_does_not_have_is_refused():
    with pytest.raises(BadInput, match="no sign 'headache'"):
        field_triage(WELL, patterns=["headache"])
