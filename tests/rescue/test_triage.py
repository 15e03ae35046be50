"""Triage tools and NEWS2: published tables row by row, boundaries, and laws for every observation."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.errors import BadInput
from homeward.mission.rescue import Consciousness, Observation
from homeward.rescue.news2 import RISKS, news2, points
from homeward.rescue.triage import TOOLS, URGENCY, rank, scores, sort_casualty
from homeward.rescue.vitals import ABCDE, check_observation, contradictions, survey


def seen(**told) -> Observation:
    return Observation(casualty="1", **told)


def case(shared: Path, name: str) -> dict[str, Any]:
    cases = json.loads((shared / "readiness" / "b_rescue.json").read_text())["cases"]
    return next(c for c in cases if c["id"] == name)


# ---- the published tables, row by row


@pytest.mark.shared
def test_start_gives_the_category_of_every_row(shared):
    rows = case(shared, "B01")["input"]["rows"]
    assert len(rows) == 96
    for walks, breathes, airway, rate, perfused, obeys, category in rows:
        told = seen(
            walks=bool(walks),
            breathes=bool(breathes),
            breathes_after_airway=bool(airway),
            resp_rate_pm=rate if breathes else None,  # the table repeats rates that nobody could count
            radial_pulse=bool(perfused),
            obeys=bool(obeys),
        )
        assert sort_casualty(told, tool="START").category == category


@pytest.mark.shared
def test_salt_gives_the_category_of_all_128_rows(shared):
    rows = case(shared, "B02")["input"]["rows"]
    assert len(rows) == 128
    names = (
        "breathes_after_airway",
        "obeys",
        "radial_pulse",
        "respiratory_distress",
        "bleeding_controlled",
        "survivable",
        "minor_only",
    )
    for *told, category in rows:
        said = seen(**{name: bool(value) for name, value in zip(names, told, strict=True)})
        if not said.breathes_after_airway:
            said = replace(said, breathes=False)
        assert sort_casualty(said, tool="SALT").category == category


@pytest.mark.shared
def test_mptt_24_gives_the_category_of_every_row(shared):
    rows = case(shared, "B04")["input"]["rows"]
    for bleeds, walks, breathes, airway, voice, rate, pulse, category in rows:
        told = seen(
            severe_bleeding=bool(bleeds),
            walks=bool(walks),
            breathes=bool(breathes),
            breathes_after_airway=bool(airway),
            consciousness=(Consciousness.VOICE if voice else Consciousness.PAIN) if breathes else None,
            resp_rate_pm=rate,
            pulse_pm=pulse,
        )
        assert sort_casualty(told, tool="MPTT-24").category == category


@pytest.mark.shared
def test_news2_gives_every_boundary_and_every_patient_of_the_chart(shared):
    data = case(shared, "B05")
    signs = {
        "rr": "resp_rate_pm",
        "spo2_scale1": "spo2_pct",
        "spo2_scale2_air": "spo2_pct scale 2 air",
        "spo2_scale2_oxygen": "spo2_pct scale 2 oxygen",
        "sbp": "systolic_mmhg",
        "hr": "pulse_pm",
        "temp": "temperature_c",
    }
    for name, sign in signs.items():
        for value, score in data["input"]["boundaries"][name]:
            assert points(sign, value) == score, (name, value)
    wanted = zip(data["expected"]["score"], data["expected"]["risk"], strict=True)
    for p, (score, risk) in zip(data["input"]["patients"], wanted, strict=True):
        got = news2(
            seen(
                resp_rate_pm=p["rr"],
                spo2_pct=p["spo2"],
                spo2_scale=p["scale"],
                oxygen=bool(p["oxygen"]),
                systolic_mmhg=p["sbp"],
                pulse_pm=p["hr"],
                consciousness=Consciousness(p["acvpu"]),
                temperature_c=p["temp"],
            )
        )
        assert (got.score, got.risk) == (score, risk)


# ---- without the data: rules told as their authors tell them


@pytest.mark.parametrize(
    ("told", "category"),
    [
        ({"walks": True, "severe_bleeding": True}, "P3"),  # walking comes first in the tool, whatever the injury
        ({"walks": False, "severe_bleeding": True}, "P1"),
        ({"walks": False, "severe_bleeding": False, "talks": True, "penetrating": True}, "P1"),
        ({"walks": False, "severe_bleeding": False, "talks": True, "penetrating": False}, "P2"),
        ({"walks": False, "severe_bleeding": False, "talks": False, "breathes": True}, "P1"),
        ({"walks": False, "severe_bleeding": False, "talks": False, "breathes": False}, "NOT BREATHING"),
    ],
)
def test_ten_second_triage(told, category):
    """NHS England (2023), the order walking, severe bleeding, talking, breathing."""
    assert sort_casualty(seen(**told), tool="TST").category == category


def test_ten_second_triage_over_all_32_combinations():
    got = [
        TOOLS["TST"](
            dict(zip(("walks", "severe_bleeding", "talks", "penetrating", "breathes"), row, strict=True)).__getitem__
        )
        for row in product((True, False), repeat=5)
    ]
    assert {c: got.count(c) for c in set(got)} == {"P3": 16, "P1": 8 + 2 + 1 * 2, "P2": 2, "NOT BREATHING": 2}


@pytest.mark.parametrize(("rate", "category"), [(29, "YELLOW"), (30, "YELLOW"), (31, "RED")])
def test_start_takes_more_than_30_breaths_as_immediate(rate, category):
    told = seen(walks=False, resp_rate_pm=rate, radial_pulse=True, obeys=True)
    assert sort_casualty(told).category == category


def test_start_takes_capillary_refill_where_no_radial_pulse_was_felt_for():
    told = seen(walks=False, resp_rate_pm=20, capillary_refill_s=2.0, obeys=True)
    assert sort_casualty(told).category == "YELLOW"
    assert sort_casualty(replace(told, capillary_refill_s=2.5)).category == "RED"


@pytest.mark.parametrize(
    ("sign", "value", "score"),
    [
        ("resp_rate_pm", 8, 3),
        ("resp_rate_pm", 9, 1),
        ("resp_rate_pm", 20, 0),
        ("resp_rate_pm", 21, 2),
        ("resp_rate_pm", 25, 3),
        ("pulse_pm", 91, 1),
        ("pulse_pm", 110, 1),
        ("pulse_pm", 111, 2),
        ("systolic_mmhg", 219, 0),
        ("systolic_mmhg", 220, 3),
        ("temperature_c", 35.0, 3),
        ("temperature_c", 35.04, 3),
        ("temperature_c", 35.1, 1),
        ("temperature_c", 39.1, 2),
        ("spo2_pct scale 2 oxygen", 97, 3),
        ("spo2_pct scale 2 air", 97, 0),
    ],
)
def test_news2_boundaries(sign, value, score):
    """Royal College of Physicians (2017); between two steps of the chart the nearer counts."""
    assert points(sign, value) == score


WELL = {
    "resp_rate_pm": 16.0,
    "spo2_pct": 97.0,
    "oxygen": False,
    "systolic_mmhg": 120.0,
    "pulse_pm": 70.0,
    "consciousness": Consciousness.ALERT,
    "temperature_c": 37.0,
}


def test_one_sign_of_three_points_is_low_medium_risk():
    assert news2(seen(**WELL)).words == "0 (low)"
    got = news2(seen(**{**WELL, "resp_rate_pm": 8.0}))
    assert (got.score, got.risk) == (3, "low-medium")


def test_oxygen_saturation_over_92_on_scale_2_counts_only_on_oxygen():
    assert news2(seen(**{**WELL, "spo2_scale": 2, "spo2_pct": 95.0})).score == 0
    assert news2(seen(**{**WELL, "spo2_scale": 2, "spo2_pct": 95.0, "oxygen": True})).score == 4
    unknown = news2(seen(**{**WELL, "spo2_scale": 2, "spo2_pct": 95.0, "oxygen": None}))
    assert (unknown.lowest, unknown.highest) == (0, 4)
    assert unknown.points["spo2_pct"] == (0, 2)


def test_a_wrong_scale_is_refused():
    with pytest.raises(BadInput, match="scale 3"):
        news2(seen(spo2_scale=3))


def test_of_nobody_looked_at_everything_is_possible():
    got = scores(seen())
    assert got.tools["START"].possible == ("RED", "YELLOW", "GREEN", "BLACK")
    assert got.tools["START"].look_next == "walks"
    assert (got.news2.lowest, got.news2.highest, got.news2.risks) == (0, 20, RISKS)
    assert got.swiss.stages == (1, 2, 3, 4)


def test_what_no_longer_matters_is_not_asked():
    told = seen(walks=False, resp_rate_pm=34)
    assert sort_casualty(told).category == "RED"
    assert sort_casualty(told).missing == ()
    assert sort_casualty(seen(walks=False, resp_rate_pm=20, obeys=False)).missing == ()


def test_what_follows_is_not_asked_again():
    assert sort_casualty(seen(consciousness=Consciousness.UNRESPONSIVE, resp_rate_pm=12)).category == "RED"
    assert "walks" not in sort_casualty(seen(talks=True, severe_bleeding=False), tool="SALT").missing


# ---- laws

FLAGS = [f.name for f in fields(Observation) if f.type == "bool | None"]
observations = st.builds(
    lambda flags, rest: Observation(casualty="1", **flags, **rest),
    st.fixed_dictionaries({name: st.sampled_from([None, True, False]) for name in FLAGS}),
    st.fixed_dictionaries(
        {
            "resp_rate_pm": st.none() | st.integers(0, 60).map(float),
            "spo2_pct": st.none() | st.floats(50, 100),
            "spo2_scale": st.sampled_from([1, 2]),
            "pulse_pm": st.none() | st.integers(0, 220).map(float),
            "capillary_refill_s": st.none() | st.floats(0, 6),
            "systolic_mmhg": st.none() | st.floats(0, 260),
            "temperature_c": st.none() | st.floats(20, 42),
            "consciousness": st.none() | st.sampled_from(list(Consciousness)),
        }
    ),
)


@given(observations, st.sampled_from(list(TOOLS)))
def test_looking_at_what_is_missing_never_opens_a_category(told, tool):
    before = sort_casualty(told, tool=tool)
    assert before.possible
    assert (before.category is None) == bool(before.missing)
    name = before.look_next
    if name in FLAGS:
        sides = [sort_casualty(replace(told, **{name: value}), tool=tool) for value in (True, False)]
        assert all(set(side.possible) <= set(before.possible) for side in sides)
        assert set(sides[0].possible) | set(sides[1].possible) == set(before.possible)


@given(observations)
def test_news2_lies_between_its_limits_however_the_rest_turns_out(told):
    before = news2(told)
    assert 0 <= before.lowest <= before.highest <= 20
    rest = {name: value for name, value in WELL.items() if getattr(told, name) is None}
    after = news2(replace(told, **rest))
    assert after.score is not None
    assert before.lowest <= after.score <= before.highest
    assert after.risk in before.risks


@given(observations)
def test_news2_never_falls_when_oxygen_is_needed_or_the_head_is_worse(told):
    assert news2(replace(told, oxygen=True)).highest >= news2(replace(told, oxygen=False)).highest
    alert = news2(replace(told, consciousness=Consciousness.ALERT))
    for level in "CVPU":
        worse = news2(replace(told, consciousness=Consciousness(level)))
        assert worse.lowest >= alert.lowest
        assert RISKS.index(worse.risks[-1]) >= RISKS.index(alert.risks[-1])


@pytest.mark.parametrize(
    ("sign", "best"),
    [("resp_rate_pm", 16), ("systolic_mmhg", 150), ("pulse_pm", 70), ("temperature_c", 37.0), ("spo2_pct", 100)],
)
@given(a=st.floats(0, 100), b=st.floats(0, 100))
def test_news2_points_never_fall_further_from_normal(sign, best, a, b):
    near, far = sorted((a, b))
    assert points(sign, best - far) >= points(sign, best - near)
    if sign != "spo2_pct":
        assert points(sign, best + far) >= points(sign, best + near)


WORSE = [  # (field, better, worse): nothing that is worse makes anybody less urgent among the living
    ("walks", True, False),
    ("obeys", True, False),
    ("radial_pulse", True, False),
    ("minor_only", True, False),
    ("bleeding_controlled", True, False),
    ("respiratory_distress", False, True),
    ("penetrating", False, True),
]


@given(observations, st.sampled_from(WORSE), st.sampled_from(["START", "TST"]))
def test_a_worse_sign_never_makes_a_breathing_casualty_less_urgent(told, sign, tool):
    name, better, worse = sign
    breathing = replace(told, breathes=True, consciousness=None, resp_rate_pm=None)
    good = sort_casualty(replace(breathing, **{name: better}), tool=tool)
    bad = sort_casualty(replace(breathing, **{name: worse}), tool=tool)
    assert URGENCY[bad.possible[0]] <= URGENCY[good.possible[0]]
    assert URGENCY[bad.possible[-1]] <= URGENCY[good.possible[-1]]


# ---- several casualties


def test_several_are_ranked_by_the_most_urgent_category_still_open():
    order = rank(
        {
            "walking": seen(walks=True),
            "red": seen(walks=False, resp_rate_pm=34, **{k: v for k, v in WELL.items() if k != "resp_rate_pm"}),
            "unseen": seen(),
            "dead": seen(walks=False, breathes=False, breathes_after_airway=False),
        }
    )
    assert [r.casualty for r in order] == ["red", "unseen", "walking", "dead"]
    assert [r.place for r in order] == [1, 2, 3, 4]
    assert "look at walks next" in order[1].why


def test_casualties_that_nothing_tells_apart_share_a_place():
    assert [r.place for r in rank({"2": seen(walks=True), "1": seen(walks=True)})] == [1, 1]


# ---- bad input


@pytest.mark.parametrize(
    ("told", "match"),
    [
        ({"resp_rate_pm": 300.0}, r"respiratory rate \(per minute\) of 300 cannot be: give 0 to 120"),
        ({"spo2_pct": 101.0}, "oxygen saturation"),
        ({"pulse_pm": float("nan")}, "pulse"),
        ({"temperature_c": 98.6}, r"Fahrenheit\? Then it is 37.0"),
        ({"systolic_mmhg": -1.0}, "systolic"),
        ({"pain": 11}, "pain"),
        ({"spo2_scale": 3}, "scale 3"),
        ({"findings": (("X", "odd"),)}, "no survey|No survey"),
    ],
)
def test_a_vital_sign_that_cannot_be_is_refused_by_name(told, match):
    with pytest.raises(BadInput, match=match):
        check_observation(seen(**told))


def test_all_that_cannot_be_is_named_at_once():
    with pytest.raises(BadInput, match=r"respiratory.*pulse"):
        check_observation(seen(resp_rate_pm=300.0, pulse_pm=-5.0))


def test_contradictions_are_told_and_kept():
    found = contradictions(seen(breathes=False, walks=True, consciousness=Consciousness.UNRESPONSIVE, obeys=True))
    assert [str(f).split(":")[0] for f in found] == [
        "observation, breathes, walks",
        "observation, breathes, obeys",
        "observation, consciousness, walks",
        "observation, consciousness, obeys",
    ]
    assert contradictions(seen(**WELL)) == ()


def test_the_survey_says_what_was_not_looked_at():
    told = seen(severe_bleeding=False, resp_rate_pm=22.0, findings=(("C", "thigh swollen"),))
    by = {c.letter: c for c in survey(told)}
    assert list(by) == ["M", "A", "R", "C", "H"]
    assert by["M"].open == ("bleeding_controlled",)
    assert by["R"].done == ("resp_rate_pm",)
    assert by["C"].words == ("thigh swollen",)
    assert [c.letter for c in survey(told, letters=ABCDE)] == list("ABCDE")
