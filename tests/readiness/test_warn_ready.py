"""When readiness pays, what a forecast was worth, and the words it is told in."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from homeward.errors import BadInput
from homeward.readiness import Forecast, Statement
from homeward.readiness.warn.ready import (
    Stakes,
    expected_loss,
    expected_loss_within,
    mean_wait,
    pays,
    plan_readiness,
    waiting,
)
from homeward.readiness.warn.score import crps_as_said, score
from homeward.readiness.warn.words import certainty, urgency, warning_words
from tests.readiness.warn_sample import forecast, given_law, statement, warned

# --- readiness ---------------------------------------------------------------------------------------------------


def test_readiness_for_an_exponential_event_is_now_or_never() -> None:
    """cost(s) = L (1 - e^-hs) + (c / h) e^-hs is monotone: hold now where c / h < L."""
    coming = forecast(given_law("exponential", mean=30.0))
    plan = plan_readiness(coming, Stakes(cost_per_day=2000, loss=1e6))
    assert plan.start_now
    assert plan.cost_now == pytest.approx(60000, rel=1e-12)
    assert plan.cost_never == pytest.approx(1e6)
    assert plan_readiness(coming, Stakes(cost_per_day=40000, loss=1e6)).spans_d == ()


def test_readiness_pays_while_the_hazard_is_high() -> None:
    coming, stakes = forecast(), Stakes(cost_per_day=0.025, loss=1.0)
    assert [pays(coming, day, stakes) for day in (0, 5, 10, 20)] == [False, True, True, False]
    ((start, stop),) = plan_readiness(coming, stakes).spans_d
    for edge in (start, stop):
        assert coming.hazard_per_day(edge) == pytest.approx(0.025, rel=1e-5)


def test_ramp_begun_later_loses_more() -> None:
    """Mean of the conditional probability over the ramp, by quadrature."""
    coming, stakes = forecast(), Stakes(cost_per_day=1.0, loss=1.0, ramp_d=10)
    for start in (0.0, 5.0):
        mean = integrate.quad(lambda t: float(coming.cdf(t)), start, start + 10)[0] / 10
        assert expected_loss(coming, stakes, start_d=start) == pytest.approx(mean, rel=1e-9)


def test_mean_wait_is_that_of_the_law_or_none() -> None:
    assert mean_wait(forecast(given_law("exponential", mean=30.0))) == pytest.approx(30, rel=1e-12)
    assert mean_wait(forecast(given_law("lognormal", mean_log=3.4, sd_log=1.1), days=0)) == pytest.approx(
        math.exp(3.4 + 1.1**2 / 2), rel=1e-9
    )
    assert mean_wait(forecast(given_law("loglogistic", shape=0.9, scale=30.0))) == math.inf


def two_dates(first: Statement, second: Statement) -> Forecast:
    """Two informants of whom one is wrong."""
    return forecast(first, days=0, reports=(replace(second, id="second"),), pool="linear")


def test_date_narrow_and_far_ahead_is_not_missed() -> None:
    coming = forecast(given_law("normal", mean=365.2, sd=0.5, never=0.2), days=0)
    best = plan_readiness(coming, Stakes(cost_per_day=1.0, loss=1000.0))
    assert best.spans_d[0] == pytest.approx((363.4, 367.2), abs=0.05)
    assert best.cost == pytest.approx(2.35, abs=0.01)


def test_two_dates_are_two_spans_with_a_ramp_too() -> None:
    coming = two_dates(given_law("normal", mean=20.0, sd=2.0), given_law("normal", mean=60.0, sd=2.0))
    at_once = plan_readiness(coming, Stakes(cost_per_day=1.0, loss=30.0, until_d=100))
    assert at_once.cost == pytest.approx(8.6923, abs=1e-4)
    almost = plan_readiness(coming, Stakes(cost_per_day=1.0, loss=30.0, until_d=100, ramp_d=0.01))
    assert len(almost.spans_d) == 2
    assert at_once.cost < almost.cost < at_once.cost + 0.01
    slow = plan_readiness(coming, Stakes(cost_per_day=1.0, loss=30.0, until_d=100, ramp_d=30.0))
    assert slow.cost > almost.cost + 1


@pytest.mark.parametrize(("ramp", "loss"), [(2.0, 12.0), (6.0, 30.0), (12.0, 30.0), (12.0, 13.0)])
def test_readiness_by_ramp_equals_every_plan_tried_out(ramp: float, loss: float) -> None:
    """Every set of spans on half days, each costed by adding up days of a three-hundredth."""
    coming = two_dates(given_law("normal", mean=8.0, sd=1.0), given_law("normal", mean=22.0, sd=1.0))
    days = np.linspace(0, 30, 9001)
    middle = (days[1:] + days[:-1]) / 2
    came, left = np.diff(coming.cdf(days)), coming.survival(middle) / 300

    def saved(i: int, j: int) -> float:
        part = slice(150 * i, 150 * j)
        grown = np.minimum((middle[part] - days[150 * i]) / ramp, 1.0)
        return float(loss * (grown @ came[part]) - left[part].sum())

    until = [0.0] * 61
    for j in range(1, 61):
        until[j] = max(until[j - 1], *(until[i] + saved(i, j) for i in range(j)))
    saves = loss * float(coming.cdf(30.0)) - plan_readiness(coming, stakes_of(ramp, loss)).cost
    assert until[-1] - 1e-3 < saves < until[-1] + 0.15


def stakes_of(ramp: float, loss: float) -> Stakes:
    return Stakes(cost_per_day=1.0, loss=loss, ramp_d=ramp, until_d=30)


def test_hazard_does_not_run_out_far_ahead() -> None:
    """Weibull's is k t^(k-1) / scale^k, however little is left; so readiness is held."""
    coming = forecast(given_law("weibull", shape=2.0, scale=12.0), days=0)
    assert coming.hazard_per_day([10.0, 300.0, 400.0]) == pytest.approx([20 / 144, 600 / 144, 800 / 144])
    for ramp in (0.0, 1.0):
        ((_, lowered),) = plan_readiness(coming, Stakes(cost_per_day=1, loss=1000, ramp_d=ramp)).spans_d
        assert lowered == 3650
    gamma = forecast(given_law("gamma", shape=3.0, rate=0.1), days=0).hazard_per_day([100.0, 8000.0])
    assert gamma == pytest.approx([0.1 * x * x / 2 / (1 + x + x * x / 2) for x in (10.0, 800.0)])


def test_silence_beyond_what_a_pool_holds_possible_is_not_never() -> None:
    """Either something is still to come, or it is said that nothing can."""
    first = given_law("lognormal", mean_log=1.0, sd_log=0.1)
    other = replace(given_law("loglogistic", shape=9.0, scale=3.0), id="other")
    for days in (3.0, 4.0, 6.0, 12.0):
        coming = forecast(first, days=days, reports=(other,))
        assert float(coming.cdf(1e6)) == pytest.approx(1)
        assert float(coming.hazard_per_day(0.0)) == pytest.approx(float(coming.density(0.0)), rel=1e-3)
    with pytest.raises(BadInput, match="excludes"):
        forecast(first, days=400, reports=(other,))


@pytest.mark.parametrize(
    ("family", "numbers"),
    [
        ("mirror_lognormal", {"mean_log": 3.0, "sd_log": 0.5, "upper": 60.0}),
        ("lognormal", {"mean_log": 3.0, "sd_log": 0.5}),
        ("normal", {"mean": 30.0, "sd": 1.0}),
    ],
)
def test_two_who_say_the_same_say_no_more_than_one(family: str, numbers: dict[str, float]) -> None:
    one = given_law(family, **numbers)
    alone, both = forecast(one), forecast(one, reports=(replace(one, id="second"),))
    p = [0.001, 0.05, 0.5, 0.95, 0.999]
    assert both.quantile(p) == pytest.approx(alone.quantile(p), rel=1e-6)


@pytest.mark.parametrize("sd", [2.0, 0.1, 0.001])
def test_two_sharp_dates_have_the_mean_of_both(sd: float) -> None:
    coming = two_dates(given_law("normal", mean=30.0, sd=sd), given_law("normal", mean=47.0, sd=sd))
    assert mean_wait(coming) == pytest.approx(38.5)
    off = 17 / 4 + 2 * sd / math.sqrt(math.pi) / 4
    assert score(coming, 38.5).crps == pytest.approx(8.5 - off, abs=2e-5)


def test_loss_counts_until_the_last_day() -> None:
    coming, stakes = forecast(), Stakes(cost_per_day=1.0, loss=50.0, until_d=20)
    for start in (20.0, 40.0):
        assert expected_loss(coming, stakes, start_d=start) == pytest.approx(50 * float(coming.cdf(20.0)))


@given(
    cost=st.floats(0.002, 0.05),
    ramp=st.sampled_from([0.0, 2.0, 12.0]),
    start=st.floats(0, 60),
    length=st.floats(0, 200),
)
def test_no_other_span_of_readiness_costs_less(cost: float, ramp: float, start: float, length: float) -> None:
    coming, stakes = forecast(statement(never=0.2)), Stakes(cost_per_day=cost, loss=1.0, ramp_d=ramp, until_d=400)
    stop = min(start + length, 400.0)
    rival = cost * waiting(coming, start, stop) + expected_loss_within(coming, stakes, start, stop)
    best = plan_readiness(coming, stakes)
    assert best.cost <= rival + 1e-3 * (ramp > 0) + 1e-9
    if len(best.spans_d) == 1:
        a, b = best.spans_d[0]
        own = cost * waiting(coming, a, b) + expected_loss_within(coming, stakes, a, b)
        assert best.cost == pytest.approx(own, abs=1e-6)


# --- scores ------------------------------------------------------------------------------------------------------


def test_crps_equals_closed_forms() -> None:
    """Gneiting & Raftery (2007), eq. 21 for the normal; Baran & Lerch (2015), QJRMS 141, for the lognormal."""
    z = (30 - 20) / 10
    normal = 10 * (z * (2 * stats.norm.cdf(z) - 1) + 2 * stats.norm.pdf(z) - 1 / math.sqrt(math.pi))
    assert crps_as_said(warned(given_law("normal", mean=20.0, sd=10.0)).as_said, 30.0) == pytest.approx(normal)
    mu, sd, y = math.log(30), 1.1, 60.0
    w = (math.log(y) - mu) / sd
    mean = math.exp(mu + sd**2 / 2)
    log = y * (2 * stats.norm.cdf(w) - 1) - 2 * mean * (stats.norm.cdf(w - sd) + stats.norm.cdf(sd / math.sqrt(2)) - 1)
    coming = forecast(given_law("lognormal", mean_log=mu, sd_log=sd), days=0)
    assert score(coming, y).crps == pytest.approx(log)
    y = 20.0
    exponential = y - 2 * 30 * (1 - math.exp(-y / 30)) + 30 / 2
    assert score(forecast(given_law("exponential", mean=30.0)), y).crps == pytest.approx(exponential)


def test_pinball_and_brier_by_hand() -> None:
    found = score(forecast(), 9.0, horizons_d=(7.0, 14.0))
    assert found.pinball[0.05] == pytest.approx(0.05 * (9 - 2.2005093846118546))
    assert found.pinball[0.5] == pytest.approx(0.5 * (27.55130484217748 - 9))
    assert found.brier == pytest.approx({7.0: 0.16183514246736297**2, 14.0: (1 - 0.3038696710729225) ** 2})
    assert found.inside_90


def test_words() -> None:
    coming = forecast()
    assert [certainty(float(coming.cdf(d))) for d in (30, 25, 7)] == ["Likely", "Possible", "Possible"]
    assert urgency(coming) == "Future"
    assert certainty(0.2, happened=True) == "Observed"
    assert warning_words(coming)[0] == "Median 27.6 days from now, but 5 % of the cases come within 2.2 days."
