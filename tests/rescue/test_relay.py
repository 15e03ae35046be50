"""Bearers' relay and the column with its rear guard, against worked examples and published endurance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.errors import BadInput
from homeward.rescue.carry import profile_of
from homeward.rescue.relay import (
    ColumnShape,
    RelayRules,
    bearers_needed,
    column,
    endurance_s,
    plan_relay,
    relay_along,
)

KMH = 1 / 3.6


def test_relief_plan_worked_by_hand():
    """2.4 km at 1.6 km/h, endurance 10 min used to a half, 40 s a change, six bearers, a third of the time on duty."""
    rules = RelayRules(endurance_s=600, use_share=0.5, change_s=40, duty_share=1 / 3)
    relay = plan_relay(distance_m=2400, speed_mps=1.6 * KMH, bearers=6, rules=rules)
    assert relay.bout_s == 300
    assert relay.segment_m == pytest.approx(400 / 3, rel=1e-9)
    assert (relay.bouts, relay.changes, relay.crews, relay.carriers) == (18, 17, 3, 18)
    assert relay.time_s / 60 == pytest.approx(101 + 1 / 3, rel=1e-9)
    assert relay.rest_s == 0


def test_endurance_is_as_published():
    """Knapik 2000 and Rice 1996: minutes at 4.8 km/h with 80 kg."""
    assert endurance_s(2, "hand") / 60 == pytest.approx(2.7)
    assert endurance_s(2, "shoulder") / 60 == pytest.approx(14.5)
    assert endurance_s(2, "harness") / 60 == pytest.approx(25.4)
    assert endurance_s(4, "harness") / 60 == pytest.approx(24.5)
    # All by hand 6.1 min: the mean of two people (2.7) and four.
    assert (endurance_s(2, "hand") + endurance_s(4, "hand")) / 120 == pytest.approx(6.1, abs=0.1)
    with pytest.raises(BadInput, match="hand or harness"):
        endurance_s(6, "wheels")


def test_a_column_past_a_danger_worked_by_hand():
    """14 people 8 m apart, two of them rear guard 60 m behind, past 150 m at 1.6 km/h, 0.0005 per person and minute."""
    past = column(
        people=14,
        speed_mps=1.6 * KMH,
        danger_m=150,
        hits_per_person_s=0.0005 / 60,
        shape=ColumnShape(gap_m=8, rear_gap_m=60, rear_guard=2),
    )
    assert past.main_m == 88
    assert past.main_pass_s / 60 == pytest.approx(3.3, rel=1e-9)
    assert past.length_m == 156
    assert past.exposed_person_s / 60 == pytest.approx(78.75, rel=1e-9)
    assert past.hits == pytest.approx(0.039375, rel=1e-9)
    assert past.clear_s / 60 == pytest.approx(11.475, rel=1e-9)


@given(st.integers(3, 40), st.floats(0, 500), st.floats(0.1, 2))
def test_a_rear_guard_lengthens_the_column_but_exposes_nobody_more(people: int, danger: float, speed: float):
    with_it = column(people=people, speed_mps=speed, danger_m=danger, hits_per_person_s=1e-5)
    without = column(
        people=people, speed_mps=speed, danger_m=danger, hits_per_person_s=1e-5, shape=ColumnShape(rear_guard=0)
    )
    assert with_it.length_m > without.length_m
    assert with_it.clear_s > without.clear_s
    assert with_it.hits == without.hits


@given(st.integers(2, 60), st.floats(50, 8000), st.floats(0.1, 1.5))
def test_nobody_carries_more_than_a_third_of_the_time(people: int, distance: float, speed: float):
    relay = plan_relay(distance_m=distance, speed_mps=speed, people=people)
    assert relay.bearers <= max(people, 2)
    assert relay.crews_there * relay.bearers <= relay.carriers_there <= people
    assert relay.bouts == relay.changes + 1
    assert relay.bouts * relay.bout_s >= distance / speed * (1 - 1e-9)
    if relay.bouts > 1:
        # Of each bout and rest everybody carries the bout's share that falls to one of so many.
        each = relay.bout_s * relay.bearers / relay.carriers_there
        assert each / (relay.bout_s + relay.rest_s) <= 1 / min(3, relay.bouts) + 1e-3


@given(st.integers(2, 60), st.integers(1, 20))
def test_more_people_are_never_slower(people: int, more: int):
    few, many = (plan_relay(distance_m=2000, speed_mps=0.5, people=n, bearers=2) for n in (people, people + more))
    assert many.time_s <= few.time_s


def test_too_few_to_carry_is_said_in_words():
    relay = plan_relay(distance_m=2400, speed_mps=0.5, people=7)
    assert relay.rest_s == pytest.approx(300 * (6 * 3 / 7 - 1), rel=1e-3)
    said = " ".join(relay.why)
    assert "Only 7 can carry: call 11 more." in said
    assert "all rest 8 min at each change" in said
    six = plan_relay(distance_m=2400, speed_mps=0.5, people=6)
    assert six.rest_s == pytest.approx(600, rel=1e-3)  # one crew of a third duty: two bouts of rest after each
    with pytest.raises(BadInput, match="two people"):
        plan_relay(distance_m=100, speed_mps=0.5, people=1)


def test_four_at_a_litter_for_eight_take_twice_as_long_as_eight():
    """Each then bears twice the weight, so that the mean over the way is the same: 24 / 4 against 24 / 8."""
    four, eight, all_ = (plan_relay(distance_m=6000, speed_mps=0.4, bearers=8, people=n) for n in (4, 8, 24))
    assert four.bearers == 4
    assert all_.rest_s == 0
    moving = 6000 / 0.4
    assert four.time_s / moving == pytest.approx(6, rel=0.15)
    assert eight.time_s / moving == pytest.approx(3, rel=0.15)


def test_long_rough_ground_takes_eight():
    flat = profile_of(lengths_m=np.full(20, 100.0), slope=0.0)
    uphill = profile_of(lengths_m=np.full(20, 100.0), slope=0.2)
    short = profile_of(lengths_m=np.full(20, 100.0), slope=np.where(np.arange(20) < 3, 0.2, 0.0))
    assert [bearers_needed(p) for p in (flat, uphill, short)] == [6, 8, 6]


def test_changes_are_nearer_to_each_other_uphill():
    hill = profile_of(lengths_m=np.full(100, 20.0), slope=np.where(np.arange(100) < 50, 0.25, 0.0))
    relay = relay_along(hill)
    at = np.array([0.0, *(c.at_m for c in relay.places)])
    steps = np.diff(at)
    assert len(relay.places) == relay.changes
    assert steps[at[1:] <= 1000].max() < steps[at[:-1] >= 1000].min()
    assert [c.crew for c in relay.places[:3]] == [2, 3, 1]
    # The litter factor is of whole carries: changes are in it.
    assert relay.time_s == pytest.approx(float(hill.carry_s.sum()), rel=0.02)


def test_nobody_changes_on_dangerous_ground():
    route = profile_of(lengths_m=np.full(200, 10.0), slope=0.0)
    free = relay_along(route)
    first = free.places[0].at_m
    a = int(first // 10) - 3
    moved = relay_along(route, exposed=[(a, a + 8)])
    low, high = route.at_m[a], route.at_m[a + 8]
    assert any(low < c.at_m < high for c in free.places)
    assert not any(low + 1e-6 < c.at_m < high - 1e-6 for c in moved.places)
    assert moved.changes >= free.changes
