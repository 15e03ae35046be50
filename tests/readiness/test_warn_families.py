"""Families of laws side by side: how much each counts by what was said, by reports that may be wrong, by silence."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.desk.solver_door import solve
from homeward.readiness import Hint
from homeward.readiness.warn.fit import FAMILIES, fit
from homeward.readiness.warn.ready import Stakes, pays, plan_readiness
from homeward.readiness.warn.solve import STATED_OFF
from tests.readiness.warn_sample import SAID, forecast, statement, warned

DAYS = np.array([0.5, 3.0, 11.0, 40.0, 200.0, 3000.0])
P = st.floats(0.0, 1.0)


def hint(likelihood: tuple[float, ...], *, reliability: float, never: float = 0.3, edge: float = 9.0) -> Hint:
    said_at = SAID + timedelta(days=2)
    return Hint(id="r", said_at=said_at, edges_d=(edge,), likelihood=likelihood, never=never, reliability=reliability)


@given(low=st.floats(1, 30), ratio=st.floats(1.1, 9), never=st.floats(0, 0.9), likelihood=st.tuples(P, P), edge=P)
def test_who_knows_nothing_changes_nothing(
    low: float, ratio: float, never: float, likelihood: tuple[float, float], edge: float
) -> None:
    first = statement({0.1: low, 0.5: low * ratio, 0.8: low * ratio * 1.7}, never=never)
    silent = warned(first, families=FAMILIES)
    told = warned(first, families=FAMILIES, reports=(hint(likelihood, reliability=0.0, edge=1 + 90 * edge),))
    assert told.forecast.cdf(DAYS).tolist() == pytest.approx(silent.forecast.cdf(DAYS).tolist(), rel=1e-12)
    for name, one in silent.by_family.items():
        assert told.by_family[name].share == pytest.approx(one.share, rel=1e-12)


@given(likelihood=st.tuples(P, P), never=P, edge=st.floats(1, 200))
def test_who_knows_next_to_nothing_changes_next_to_nothing(
    likelihood: tuple[float, float], never: float, edge: float
) -> None:
    first = statement({0.1: 20.0, 0.5: 30.0}, never=0.2)
    silent = forecast(first, families=FAMILIES).cdf(DAYS)
    report = hint(likelihood, reliability=1e-7, never=never, edge=edge)
    np.testing.assert_allclose(forecast(first, families=FAMILIES, reports=(report,)).cdf(DAYS), silent, atol=1e-6)


@given(reliability=st.floats(0.01, 0.99), likelihood=st.tuples(st.floats(0.01, 1), st.floats(0.01, 1)))
def test_report_that_may_be_wrong_lies_between_none_and_a_sure_one(
    reliability: float, likelihood: tuple[float, float]
) -> None:
    """Of a source that knows with r: r x what a sure report makes of it + (1 - r) x what was believed."""
    first, days = statement({0.1: 20.0, 0.5: 30.0}, never=0.2), 2.0
    none, sure, may_be = (
        forecast(first, days=days, families=FAMILIES, reports=reports).cdf(DAYS)
        for reports in (
            (),
            (hint(likelihood, reliability=1.0),),
            (hint(likelihood, reliability=reliability),),
        )
    )
    np.testing.assert_allclose(may_be, reliability * sure + (1 - reliability) * none, rtol=1e-9, atol=1e-12)


def test_report_that_nobody_who_knows_would_make_leaves_all_as_it_was() -> None:
    report = hint((0.0, 0.0), reliability=0.5, never=0.0)
    np.testing.assert_allclose(forecast(reports=(report,)).cdf(DAYS), forecast().cdf(DAYS), rtol=1e-12)


def test_two_dates_leave_the_families_equal_and_a_third_tells_them_apart() -> None:
    two = warned(statement({0.1: 7.0, 0.5: 30.0}), days=0, families=FAMILIES)
    assert [one.share for one in two.by_family.values()] == pytest.approx([0.25] * 4)
    said = {0.1: 7.0, 0.5: 30.0, 0.9: 30.0**2 / 7.0}  # as a lognormal law has them
    three = warned(statement(said), days=0, families=FAMILIES).by_family
    off = {f: sum((float(fit(said, f).law.cdf(d)) - p) ** 2 for p, d in said.items()) for f in FAMILIES}
    weight = {f: np.exp(-x / (2 * STATED_OFF**2)) for f, x in off.items()}
    assert {f: one.share for f, one in three.items()} == pytest.approx(
        {f: w / sum(weight.values()) for f, w in weight.items()}
    )
    assert max(three, key=lambda f: three[f].share) == "lognormal"
    assert set(three) == set(FAMILIES)  # every one is still shown


def test_families_that_miss_and_hardly_count_are_no_finding() -> None:
    found = warned(statement({0.1: 7.0, 0.5: 30.0, 0.9: 60.0}), days=5, families=FAMILIES)
    missing = [name for name, one in found.by_family.items() if one.misfit > 0.05]
    assert missing
    assert all(found.by_family[name].share < 0.01 for name in missing)
    assert not found.findings


def test_dates_that_no_family_meets_still_have_a_forecast() -> None:
    found = warned(statement({0.1: 1.0, 0.5: 30.0, 0.51: 400.0}), days=0, families=FAMILIES)
    assert sum(one.share for one in found.by_family.values()) == pytest.approx(1)
    assert found.findings


def test_readiness_that_costs_nothing_is_held_always() -> None:
    coming = forecast(statement(never=0.3))
    for ramp in (0.0, 4.0):
        stakes = Stakes(cost_per_day=0.0, loss=50.0, ramp_d=ramp, until_d=400.0)
        found = plan_readiness(coming, stakes)
        assert found.spans_d == ((0.0, 400.0),)
        assert found.start_now
        assert pays(coming, 399.0, stakes)
        assert found.cost == found.cost_now <= found.cost_never
        dear = plan_readiness(coming, Stakes(cost_per_day=1e-9, loss=50.0, ramp_d=ramp, until_d=400.0))
        assert found.cost == pytest.approx(dear.cost, abs=1e-4)


def test_warning_that_lies_behind_says_so_before_every_date(tmp_path: Path) -> None:
    fields = {"kind": "warn", "said_at": "1990-03-01T12:00Z", "quantiles_d": {"0.1": 7, "0.5": 30}}
    file = tmp_path / "old.json"
    file.write_text(json.dumps({**fields, "now": "2026-03-01T12:00Z"}), encoding="utf-8")
    old = solve(file).data
    assert old["findings"][0].startswith("OVERDUE. As it was said it should have come")
    assert old["why"][0] == old["findings"][0]
    file.write_text(json.dumps({**fields, "now": "1990-03-20T12:00Z"}), encoding="utf-8")
    assert not [line for line in solve(file).data["why"] + solve(file).data["findings"] if "OVERDUE" in line]


def test_report_since_is_not_overdue() -> None:
    late = hint((0.9, 0.1), reliability=0.5)
    assert warned(days=2000).overdue_d == pytest.approx(2000 - 30**2 / 7, rel=1e-6)
    assert warned(days=2000, reports=(late,)).overdue_d is not None
    since = Hint(id="r", said_at=SAID + timedelta(days=1500), edges_d=(9.0,), likelihood=(0.9, 0.1), never=0.1)
    assert warned(days=2000, reports=(since,)).overdue_d is None
    assert warned(days=20).overdue_d is None
