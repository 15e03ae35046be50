"""What state a casualty is probably in, and deaths from wounds by time."""

from __future__ import annotations

from math import exp

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.errors import BadInput
from homeward.mission.rescue import Consciousness, Observation
from homeward.rescue.heard import hear
from homeward.rescue.numbers import rows
from homeward.rescue.state import (
    DEAD,
    MECHANISMS,
    STATES,
    besides,
    casualty_state,
    has_bled,
    likeliest,
    prior,
    question,
    sign_test,
    state_hazards,
    update,
)
from homeward.rescue.treat_or_move import treat_or_move
from homeward.rescue.wounds import Checkpoint, died_of_wounds, dies_between, survives_chain


def seen(**told) -> Observation:
    return Observation(casualty="1", **told)


# ---- the tables


def test_every_row_of_the_tables_is_a_probability_that_sums_to_one():
    for row in rows("mechanisms"):
        assert sum(float(row[s]) for s in (*STATES, DEAD)) == pytest.approx(1), row["mechanism"]
    for kind in ("consciousness", "temperature"):
        group = [row for row in rows("state_signs") if row["sign"].startswith(kind)]
        for state in (*STATES, DEAD):
            assert sum(float(row[state]) for row in group) == pytest.approx(1), (kind, state)


def test_care_never_makes_death_come_sooner():
    per_s = state_hazards().per_s[:, :, 0]
    assert np.all(np.diff(per_s, axis=0) <= 0)


def test_untreated_bleeding_kills_as_the_killed_in_action_died():
    """Webster et al. (2021): 67.7 % dead by 10 min and 91.4 % by 60, so half of those living at 10 min by 36 min."""
    rate_pm = state_hazards().per_s[0, STATES.index("external bleeding"), 0] * 60
    assert exp(-rate_pm * 50) == pytest.approx((1 - 0.914) / (1 - 0.677), rel=0.01)


# ---- the belief


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_the_longer_gone_the_more_are_dead(mechanism):
    dead = [prior(mechanism=mechanism, gone_s=hours * 3600.0)[DEAD] for hours in (0, 1, 6, 24)]
    assert dead == sorted(dead)
    assert sum(prior(mechanism=mechanism, gone_s=7200.0).values()) == pytest.approx(1)


def test_hours_gone_leave_the_injuries_that_can_be_lived_with():
    early, late = prior(mechanism="fall"), prior(mechanism="fall", gone_s=4 * 3600.0)
    assert late["external bleeding"] / late["fracture"] < 0.01 * early["external bleeding"] / early["fracture"]


def test_heard_alive_means_alive():
    told = prior(mechanism="avalanche", gone_s=3600.0, alive=1.0)
    assert told[DEAD] == pytest.approx(0)
    assert prior(mechanism="avalanche", gone_s=3600.0, alive=0.3)[DEAD] == pytest.approx(0.7)


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ({"severe_bleeding": True, "radial_pulse": False}, "external bleeding"),
        ({"walks": True, "consciousness": Consciousness.ALERT}, "walking"),
        ({"breathes": False, "consciousness": Consciousness.UNRESPONSIVE, "radial_pulse": False}, DEAD),
        ({"consciousness": Consciousness.UNRESPONSIVE, "breathes": True, "temperature_c": 26.0}, "hypothermia 3"),
        ({"consciousness": Consciousness.VOICE, "shivering": False, "temperature_c": 30.0}, "hypothermia 2"),
    ],
)
def test_what_is_seen_decides(told, state):
    mechanism = "cold" if "temperature_c" in told else "fall"
    belief = casualty_state([seen(**told)], mechanism=mechanism, gone_s=1800.0)
    assert max(belief, key=lambda name: belief[name]) == state


A, C, V, P, U = Consciousness


@pytest.mark.parametrize(
    ("mechanism", "hours", "told", "states"),
    [
        ("fall", 1.0, {"walks": True, "consciousness": A, "resp_rate_pm": 16.0}, ["walking"]),
        (
            "fall",
            1.5,
            {"walks": False, "consciousness": A, "radial_pulse": True, "severe_bleeding": False},
            ["fracture"],
        ),
        ("fall", 1.5, {"severe_bleeding": True, "consciousness": V}, ["external bleeding"]),
        ("lost", 24.0, {"severe_bleeding": True, "consciousness": P, "radial_pulse": False}, ["external bleeding"]),
        (
            "fall",
            1.0,
            {"severe_bleeding": False, "consciousness": V, "radial_pulse": True, "resp_rate_pm": 14.0},
            ["head"],
        ),
        ("fall", 1.0, {"consciousness": P, "breathes": True, "radial_pulse": True}, ["head"]),
        ("cold", 8.0, {"shivering": False, "consciousness": V, "walks": False}, ["hypothermia 2"]),
        ("lost", 12.0, {"shivering": True, "consciousness": A}, ["hypothermia 1"]),
        (
            "fall",
            0.5,
            {"respiratory_distress": True, "resp_rate_pm": 34.0, "consciousness": A, "severe_bleeding": False},
            ["internal bleeding", "airway"],
        ),
        (
            "vehicle",
            0.7,
            {"radial_pulse": False, "resp_rate_pm": 32.0, "consciousness": C, "severe_bleeding": False},
            ["internal bleeding"],
        ),
        ("fall", 2.0, {"breathes": False, "consciousness": U, "radial_pulse": False}, [DEAD]),
        (
            "avalanche",
            1.5,
            {"breathes": False, "consciousness": U, "radial_pulse": False, "temperature_c": 22.0},
            [DEAD, "hypothermia 4"],
        ),
    ],
)
def test_a_medic_would_say_the_same(mechanism, hours, told, states):
    belief = casualty_state([seen(**told)], mechanism=mechanism, gone_s=hours * 3600)
    assert sum(belief[name] for name in states) > 0.6, belief
    assert all(belief[name] > 0.05 for name in states), belief
    assert max(belief, key=lambda name: belief[name]) == states[0]


@pytest.mark.parametrize("mechanism", MECHANISMS)
@pytest.mark.parametrize("hours", [0.1, 1.5, 24.0])
@pytest.mark.parametrize("level", [None, A, V, U])
def test_severe_bleeding_that_is_seen_is_believed_whatever_the_prior(mechanism, hours, level):
    told = seen(severe_bleeding=True, consciousness=level)
    assert casualty_state([told], mechanism=mechanism, gone_s=hours * 3600)["external bleeding"] > 0.9


def test_bleeding_that_was_stopped_is_still_the_injury():
    bled, stopped = seen(severe_bleeding=True), seen(severe_bleeding=False)
    assert casualty_state([bled, stopped], mechanism="fall")["external bleeding"] < 0.01
    for later, treated in ((seen(severe_bleeding=False, bleeding_controlled=True), False), (stopped, True)):
        belief = casualty_state([bled, later], mechanism="fall", treated=treated)
        assert belief["external bleeding"] > 0.9
    assert not has_bled([stopped], treated=True)


def test_a_second_injury_stays_in_sight():
    told = [seen(severe_bleeding=True, consciousness=V)]
    quiet = besides(told, "external bleeding", mechanism="fall", gone_s=5400)
    awake = besides([seen(severe_bleeding=True, consciousness=A)], "external bleeding", mechanism="fall", gone_s=5400)
    assert sum(quiet.values()) == pytest.approx(1)
    assert "external bleeding" not in quiet
    assert quiet["head"] > 0.15 > awake["head"]
    assert quiet["walking"] < awake["walking"]


@given(
    st.sampled_from(MECHANISMS),
    st.none() | st.booleans(),
    st.none() | st.booleans(),
    st.none() | st.sampled_from(list(Consciousness)),
    st.none() | st.floats(10, 42),
)
def test_the_belief_sums_to_one_and_the_order_of_looking_does_not_matter(mechanism, bleeds, pulse, level, temperature):
    first = seen(severe_bleeding=bleeds, consciousness=level)
    second = seen(radial_pulse=pulse, temperature_c=temperature)
    there = casualty_state([first, second], mechanism=mechanism, gone_s=600.0)
    back = casualty_state([second, first], mechanism=mechanism, gone_s=600.0)
    assert sum(there.values()) == pytest.approx(1)
    assert there == pytest.approx(back)


def test_looking_twice_counts_once_and_the_latest_counts():
    bleeding, stopped = seen(severe_bleeding=True), seen(severe_bleeding=False)
    assert casualty_state([bleeding, bleeding]) == casualty_state([bleeding])
    assert casualty_state([bleeding, stopped]) == casualty_state([stopped])


def test_what_nobody_can_rely_on_moves_nothing():
    before = prior(mechanism="fall")
    told = seen(severe_bleeding=True)
    assert update(before, told, reliability=0.0) == pytest.approx(before)
    half = update(before, told, reliability=0.5)["external bleeding"]
    assert before["external bleeding"] < half < update(before, told)["external bleeding"]


def test_the_likeliest_states_are_told_in_words():
    words = likeliest(casualty_state([seen(severe_bleeding=True)], mechanism="penetrating"))
    assert words[0][0] == "severe bleeding outwards"
    assert all(p >= 0.05 for _, p in words)


def test_severe_bleeding_is_dressed_before_a_carry_and_a_walker_is_not_held_up():
    bleeds = casualty_state([seen(severe_bleeding=True, radial_pulse=False)], mechanism="fall")
    assert treat_or_move(question(bleeds, legs_s=(1800.0, 1800.0)), flips=False).first == "treat: life-saving"
    walks = {"walking": 1.0}
    assert treat_or_move(question(walks, legs_s=(1800.0, 1800.0)), flips=False).first == "move"


def test_a_long_row_of_legs_is_gathered_without_changing_the_carry():
    asked = question({"fracture": 1.0}, legs_s=tuple(float(s) for s in range(60, 100)))
    assert asked.carry_s == pytest.approx(sum(range(60, 100)))
    assert len(asked.legs_s) <= 9
    assert max(asked.legs_s) < 1.5 * min(asked.legs_s)


@pytest.mark.parametrize(
    ("ask", "match"),
    [
        (lambda: prior(mechanism="ufo"), "no mechanism 'ufo'"),
        (lambda: prior(gone_s=-1.0), "cannot be"),
        (lambda: prior(alive=1.5), "alive"),
        (lambda: update({DEAD: 1.0}, seen(), reliability=2.0), "reliability"),
        (lambda: sign_test("aura"), "no sign 'aura'"),
        (lambda: died_of_wounds("P9", at_s=0.0), "no priority"),
        (lambda: died_of_wounds("P1", at_s=0.0, cares=("prayer",)), "no care"),
    ],
)
def test_what_cannot_be_is_refused(ask, match):
    with pytest.raises(BadInput, match=match):
        ask()


# ---- what was told before anybody was there


@pytest.mark.parametrize(
    ("report", "fields"),
    [
        ("He is conscious? No: unconscious, not breathing properly", {"consciousness": "U", "breathes": False}),
        ("Broken leg, talking, not bleeding", {"walks": False, "talks": True, "severe_bleeding": False}),
        ("She is not shivering any more and very drowsy", {"shivering": False, "consciousness": "V"}),
        ("bleeding heavily from the thigh, can't walk", {"severe_bleeding": True, "walks": False}),
        ("Isn't walking", {"walks": False}),
        ("fell off a horse near the bridge", {}),
        ("not confused", {}),
    ],
)
def test_a_report_is_heard_by_its_phrases(report, fields):
    got = hear(report).observation
    nothing = Observation(casualty="")
    told = {name: getattr(got, name) for name in got.__slots__ if getattr(got, name) != getattr(nothing, name)}
    assert told == fields


def test_what_is_told_both_ways_is_unclear_and_not_taken():
    got = hear("walking, later unable to walk")
    assert got.observation.walks is None
    assert got.understood == ("walks: unclear (unable to walk, walking)",)


def test_a_report_moves_the_belief_until_somebody_has_looked():
    before = casualty_state([], mechanism="fall")
    told = casualty_state([], mechanism="fall", report="bleeding heavily")
    seen_it = casualty_state([seen(severe_bleeding=True)], mechanism="fall")
    assert before["external bleeding"] < told["external bleeding"] < seen_it["external bleeding"]
    looked = seen(severe_bleeding=False)
    assert casualty_state([looked], mechanism="fall", report="bleeding heavily") == casualty_state(
        [looked], mechanism="fall"
    )


# ---- deaths from wounds


def test_deaths_from_wounds_at_the_middle_of_the_curve():
    """Half way between base and ceiling at 120 min for P1, 180 min for P2 (natosys/Battlefield-Casualty-Handling)."""
    assert died_of_wounds("P1", at_s=7200.0) == pytest.approx((0.001 + 0.020) / 2)
    assert died_of_wounds("P2", at_s=10800.0) == pytest.approx((0.0005 + 0.016) / 2)
    assert died_of_wounds("P1", at_s=0.0) == pytest.approx(0.001 + 0.019 / (1 + exp(4.8)), rel=1e-12)


def test_each_care_lowers_the_ceiling_by_its_factor():
    late = 1e6
    assert died_of_wounds("P1", at_s=late, cares=("role 1",)) == pytest.approx(0.020 * 0.83)
    assert died_of_wounds("P1", at_s=late, cares=("role 1", "resuscitation", "surgery")) == pytest.approx(
        0.020 * 0.83 * 0.56 * 0.32
    )


@given(st.lists(st.floats(0, 36000), min_size=1, max_size=5))
def test_a_chain_without_care_is_the_curve_itself(times):
    chain = [Checkpoint(at_s=t) for t in sorted(times)]
    start, end = died_of_wounds("P1", at_s=0.0), died_of_wounds("P1", at_s=chain[-1].at_s)
    assert survives_chain("P1", chain) == pytest.approx((1 - end) / (1 - start), rel=1e-12)


@given(st.floats(0, 36000), st.floats(0, 36000))
def test_deaths_between_two_times_are_never_below_none(a, b):
    assert 0 <= dies_between("P2", from_s=a, to_s=b) < 1


def test_cold_that_was_measured_adds_its_deaths_to_those_of_an_injury_and_not_to_its_own():
    plain, cold = state_hazards(), state_hazards(cold=2)
    per_h = (cold.per_s - plain.per_s)[0, :, 0] * 3600
    assert per_h[STATES.index("head")] == pytest.approx(0.03)
    assert per_h[STATES.index("hypothermia 3")] == 0


def test_who_walked_before_and_responds_to_nothing_now_is_not_taken_for_well():
    before = Observation(casualty="", walks=True, obeys=True)
    now = Observation(casualty="", consciousness=Consciousness.UNRESPONSIVE)
    assert casualty_state([before, now], mechanism="fall") == casualty_state([now], mechanism="fall")
