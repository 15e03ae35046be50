"""Hypothermia: Swiss stages, how wide a temperature they stand for, the HOPE score."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.errors import BadInput
from homeward.mission.rescue import Consciousness, Observation
from homeward.rescue.cold import ECLS_FROM, hope, stage_temperature, swiss, swiss_stage

KNOWN: dict[str, Any] = {"male": True, "asphyxia": False, "age_years": 35.0, "potassium_mmol_l": 5.2, "cpr_s": 7800.0}


@pytest.mark.shared
def test_hope_of_every_published_row(shared):
    cases = json.loads((shared / "readiness" / "b_rescue.json").read_text())["cases"]
    told = next(c for c in cases if c["id"] == "B07")
    assert told["expected"]["ecls_if_at_least"] == ECLS_FROM
    for row, wanted in zip(told["input"]["HOPE_rows"], told["expected"]["HOPE"], strict=True):
        male, asphyxia, age, potassium, cpr_min, temperature = row
        got = hope(
            male=bool(male),
            asphyxia=bool(asphyxia),
            age_years=age,
            potassium_mmol_l=potassium,
            cpr_s=cpr_min * 60,
            temperature_c=temperature,
        )
        assert got == pytest.approx(wanted, rel=1e-9)


def test_hope_by_hand():
    """Pasquier et al. (2018): 2.44 - 1.55 - 0.0191*35 - 2.07*log2(5.2) - 0.573*log2(130) + 0.937*24.2
    - 0.0247*24.2^2.
    """
    assert hope(**KNOWN, temperature_c=24.2) == pytest.approx(0.37384800899, rel=1e-9)


@given(st.floats(2, 12), st.floats(600, 20000), st.floats(12, 30))
def test_hope_falls_with_potassium_time_and_asphyxia(potassium, cpr_s, temperature):
    base: dict[str, Any] = {"male": False, "age_years": 30.0, "temperature_c": temperature}
    here = hope(**base, asphyxia=False, potassium_mmol_l=potassium, cpr_s=cpr_s)
    assert 0 < here < 1
    assert hope(**base, asphyxia=True, potassium_mmol_l=potassium, cpr_s=cpr_s) < here
    assert hope(**base, asphyxia=False, potassium_mmol_l=potassium + 1, cpr_s=cpr_s) < here
    assert hope(**base, asphyxia=False, potassium_mmol_l=potassium, cpr_s=cpr_s * 2) < here


def test_hope_refuses_what_has_no_logarithm():
    with pytest.raises(BadInput, match="potassium"):
        hope(**{**KNOWN, "potassium_mmol_l": 0.0}, temperature_c=24.0)


@pytest.mark.parametrize(("level", "stage"), [("A", 1), ("C", 2), ("V", 2), ("P", 3), ("U", 3)])
def test_swiss_stages_by_response(level, stage):
    """Musi et al. (2021)."""
    assert swiss_stage(Consciousness(level), vital_signs=True) == stage
    assert swiss_stage(Consciousness(level), vital_signs=False) == 4


def test_an_observation_leaves_the_stages_open_that_it_does_not_settle():
    def stages(**told):
        return swiss(Observation(casualty="1", **told)).stages

    unresponsive = Consciousness.UNRESPONSIVE
    assert stages(breathes=True) == (1, 2, 3)
    assert stages(consciousness=unresponsive) == (3, 4)
    assert stages(consciousness=unresponsive, breathes=False, radial_pulse=False) == (3, 4)  # the neck was not felt
    assert stages(consciousness=unresponsive, breathes=False, pulse_pm=0.0) == (4,)
    assert stages(walks=True, consciousness=Consciousness.ALERT, shivering=False) == (1,)
    assert swiss(Observation(casualty="1", consciousness=unresponsive)).missing == ("breathes", "pulse_pm")


@pytest.mark.parametrize(("stage", "lowest"), [(1, 28.1), (2, 22.0), (3, 19.3), (4, 13.7)])
def test_a_stage_is_a_wide_range_of_temperatures_never_a_point(stage, lowest):
    """Deslarzes et al. (2016): stage 1 was seen at 28.1 C; Pasquier et al. (2019): 61 % within the stage's band."""
    temperature = stage_temperature(stage)
    assert temperature.quantile(0.0) == lowest
    assert temperature.quantile(0.95) - temperature.quantile(0.05) > 5
    assert sum(p for _, _, p in temperature.pieces) == pytest.approx(1)
    if stage < 4:
        assert temperature.below({1: 32.0, 2: 28.0, 3: 24.0}[stage]) == pytest.approx(0.18)


@given(st.sampled_from([1, 2, 3, 4]), st.floats(0.01, 0.99))
def test_quantile_and_share_below_undo_each_other(stage, p):
    temperature = stage_temperature(stage)
    assert temperature.below(temperature.quantile(p)) == pytest.approx(p)


def test_a_colder_stage_is_colder():
    medians = [stage_temperature(stage).quantile(0.5) for stage in (1, 2, 3, 4)]
    assert medians == sorted(medians, reverse=True)


def test_there_are_four_stages():
    with pytest.raises(BadInput, match="stage 5"):
        stage_temperature(5)
