"""Sacco's order: the published eight, exact enumeration, laws."""

from __future__ import annotations

import json
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from homeward.errors import BadInput
from homeward.rescue.numbers import rows
from homeward.rescue.sacco import by_score, schedule, survival_after

EIGHT = (3, 5, 6, 7, 8, 9, 10, 12)


@pytest.mark.shared
def test_the_table_is_the_published_one(shared):
    told = json.loads((shared / "readiness" / "sacco_rpm.json").read_text())
    assert [float(row["survival"]) for row in rows("sacco")] == told["survival_by_RPM"]
    after = [[int(v) for k, v in row.items() if k.startswith("after_")] for row in rows("sacco")]
    assert after == told["deterioration_RPM_by_30min"]


def test_eight_casualties_two_every_half_hour():
    """Sacco et al. (2005) tables: 5.362 expected survivors, 5.16 with the worst first, 4.521 with the best first."""
    got = schedule(EIGHT, each_period=2)
    assert got.survivors == pytest.approx(5.362, rel=1e-9)
    assert got.worst_first == pytest.approx(5.16, rel=1e-9)
    assert got.best_first == pytest.approx(4.521, rel=1e-9)
    assert [set(wave) for wave in by_score(EIGHT, got.waves)] == [{5, 6}, {7, 8}, {3, 12}, {9, 10}]


@given(st.lists(st.integers(0, 12), min_size=1, max_size=5), st.integers(1, 3))
def test_no_other_order_saves_more(rpm, each):
    best = max(
        sum(survival_after(r, wait_s=1800.0 * (k // each)) for k, r in enumerate(order)) for order in permutations(rpm)
    )
    assert schedule(rpm, each_period=each).survivors == pytest.approx(best, abs=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_the_linear_relaxation_saves_as_many(seed):
    rpm = np.random.default_rng(seed).integers(0, 13, 40).tolist()
    worth = np.array([[survival_after(r, wait_s=1800.0 * t) for t in range(12)] for r in rpm])
    once = np.kron(np.eye(40), np.ones(12))
    room = np.tile(np.eye(12), 40)
    relaxed = linprog(
        -worth.ravel(), A_ub=np.vstack([once, room]), b_ub=np.concatenate([np.ones(40), np.full(12, 2)]), bounds=(0, 1)
    )
    assert relaxed.fun is not None
    got = schedule(rpm, each_period=2, periods=12)
    assert got.survivors == pytest.approx(-relaxed.fun, abs=1e-8)
    assert len(got.left_behind) == 40 - 24


@given(st.integers(0, 12), st.floats(0, 21600), st.floats(0, 21600))
def test_waiting_never_helps(rpm, a, b):
    early, late = sorted((a, b))
    assert survival_after(rpm, wait_s=late) <= survival_after(rpm, wait_s=early) + 1e-12


def test_survival_falls_from_the_first_minute_not_after_half_an_hour():
    """A public simulator holds it flat for the first 30 minutes."""
    assert survival_after(5, wait_s=0.0) == 0.49
    assert survival_after(5, wait_s=900.0) == pytest.approx((0.49 + 0.23) / 2)
    assert survival_after(5, wait_s=1800.0) == 0.23


@pytest.mark.parametrize(
    "ask",
    [
        lambda: survival_after(13, wait_s=0.0),
        lambda: survival_after(5, wait_s=-1.0),
        lambda: schedule([5], each_period=0),
        lambda: schedule([5], each_period=1, period_s=0.0),
    ],
)
def test_what_cannot_be_is_refused(ask):
    with pytest.raises(BadInput):
        ask()
