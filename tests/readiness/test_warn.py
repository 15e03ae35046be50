"""Forecasts of a date: laws, what is known of worked cases, and what must hold for every statement."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from homeward.errors import BadInput
from homeward.readiness import Hint
from homeward.readiness.warn.fit import FAMILIES, by_parameters, fit, parameters
from homeward.readiness.warn.forecast import FirstOf
from homeward.readiness.warn.laws import KINDS, Shape
from tests.readiness.warn_sample import MONTH, SAID, forecast, given_law, statement, warned

LOG_FAMILIES = ("lognormal", "weibull", "loglogistic", "gamma", "log_student_t", "exponential")
LAWS = {
    "normal": ({"mean": 10.0, "sd": 20.0}, stats.norm(10, 20)),
    "lognormal": ({"mean_log": 3.4, "sd_log": 0.5}, stats.lognorm(0.5, scale=math.exp(3.4))),
    "weibull": ({"shape": 1.3, "scale": 40.0}, stats.weibull_min(1.3, scale=40)),
    "loglogistic": ({"shape": 1.5, "scale": 30.0}, stats.fisk(1.5, scale=30)),
    "exponential": ({"mean": 30.0}, stats.expon(scale=30)),
    "gamma": ({"shape": 0.7, "rate": 0.02, "shift": 3.0}, stats.gamma(0.7, loc=3, scale=50)),
    "beta": ({"a": 2.0, "b": 5.0, "lower": 1.0, "upper": 61.0}, stats.beta(2, 5, loc=1, scale=60)),
    "uniform": ({"lower": 0.0, "upper": 60.0}, stats.uniform(0, 60)),
    "student_t": ({"loc": 20.0, "scale": 5.0, "df": 4.0}, stats.t(4, 20, 5)),
}


@pytest.mark.parametrize("family", LAWS)
def test_law_equals_the_one_of_scipy(family: str) -> None:
    numbers, oracle = LAWS[family]
    law = by_parameters(family, numbers)
    t = oracle.ppf([0.001, 0.1, 0.4, 0.77, 0.999])
    np.testing.assert_allclose(law.cdf(t), oracle.cdf(t), rtol=1e-10)
    np.testing.assert_allclose(law.sf(t), oracle.sf(t), rtol=1e-10)
    np.testing.assert_allclose(law.pdf(t), oracle.pdf(t), rtol=1e-10)
    np.testing.assert_allclose(law.ppf([0.001, 0.1, 0.4, 0.77, 0.999]), t, rtol=1e-10)
    back = parameters(law)
    assert all(back[name] == pytest.approx(value) for name, value in numbers.items())


def test_mirrored_law_is_its_base_seen_from_the_latest_day() -> None:
    law = by_parameters("mirror_gamma", {"shape": 3.0, "rate": 0.1, "upper": 100.0})
    oracle = stats.gamma(3, scale=10)
    np.testing.assert_allclose(law.cdf([20.0, 70.0]), oracle.sf([80.0, 30.0]), rtol=1e-10)
    np.testing.assert_allclose(law.pdf([20.0, 70.0]), oracle.pdf([80.0, 30.0]), rtol=1e-10)
    assert law.ppf(0.3) == pytest.approx(100 - oracle.ppf(0.7))


@pytest.mark.parametrize(
    ("family", "numbers"),
    [
        ("lognormal_shifted", {"mean_log": 2.0, "sd_log": 0.5, "shift": -10.0}),
        ("gamma_shifted", {"shape": 5.0, "rate": 0.2, "shift": 10.0}),
        ("beta_scaled", {"a": 5.0, "b": 20.0, "lower": 10.0, "upper": 60.0}),
        ("log_student_t", {"loc_log": 3.4, "scale_log": 0.5, "df": 5.0}),
        ("weibull", {"shape": 0.6, "scale": 30.0}),
    ],
)
def test_fit_finds_the_law_that_made_the_quantiles(family: str, numbers: dict[str, float]) -> None:
    law = by_parameters(family, numbers)
    p = (0.1, 0.35, 0.6, 0.9)
    found = fit(dict(zip(p, law.ppf(np.array(p)).tolist(), strict=True)), family)
    assert found.misfit < 1e-9
    assert parameters(found.law) == pytest.approx(parameters(law), rel=1e-3)


@pytest.mark.parametrize("family", FAMILIES)
def test_three_quantiles_are_met_as_well_as_the_family_can(family: str) -> None:
    quantiles = {0.1: 7.0, 0.5: 30.0, 0.9: 80.0}
    p, t = np.array(list(quantiles)), np.array(list(quantiles.values()))

    def worse(law: Shape) -> float:
        return float(np.square(law.cdf(t) - p).sum())

    best = fit(quantiles, family).law
    for factor in (0.97, 1.03):
        assert worse(best) < worse(best.widened(factor))


def test_stated_five_days_ago_a_month_is_not_twenty_five_days() -> None:
    """Closed form of the lognormal through 10 % at 7 and 50 % at 30 days, given T > 5."""
    law = stats.lognorm(math.log(30 / 7) / stats.norm.ppf(0.9), scale=30)
    found = forecast()
    within = (law.cdf(5 + np.array([1, 7, 90])) - law.cdf(5)) / law.sf(5)
    np.testing.assert_allclose(found.cdf([1, 7, 90]), within, rtol=1e-12)
    assert found.quantile(0.5) == pytest.approx(27.55130484217748, rel=1e-9)
    assert found.quantile(0.05) == pytest.approx(2.2005093846118546, rel=1e-9)
    assert warned().already == pytest.approx(law.cdf(5))


def test_families_differ_in_the_tail_and_agree_in_the_middle() -> None:
    by = warned(families=FAMILIES).by_family
    medians = [float(b.forecast.quantile(0.5)) for b in by.values()]
    late = [float(b.forecast.cdf(90)) for b in by.values()]
    assert 27.2 < min(medians) < max(medians) < 27.65
    assert max(late) - min(late) > 0.1
    mixed = forecast(families=FAMILIES)
    assert min(late) < float(mixed.cdf(90)) < max(late)


def test_silence_changes_nothing_for_the_exponential_and_shortens_the_uniform() -> None:
    assert forecast(given_law("exponential", mean=30.0)).cdf(10) == pytest.approx(1 - math.exp(-1 / 3), rel=1e-12)
    assert forecast(given_law("uniform", lower=0.0, upper=60.0)).cdf(10) == pytest.approx(10 / 55, rel=1e-12)
    assert forecast(given_law("weibull", shape=2.0, scale=30.0)).cdf(10) == pytest.approx(
        1 - math.exp(-(15**2 - 5**2) / 900), rel=1e-12
    )


def test_false_alarm_grows_with_silence() -> None:
    law = stats.lognorm(math.log(30 / 7) / stats.norm.ppf(0.9), scale=30)
    for days in (0, 5, 120):
        left = law.sf(days)
        found = forecast(statement(never=0.3), days=days)
        assert found.still_coming == pytest.approx(0.7 * left / (0.3 + 0.7 * left))
        assert found.quantile(0.9) == math.inf
        assert found.cdf(1e9) == pytest.approx(found.still_coming)


def test_report_of_two_weeks_from_one_who_may_not_know() -> None:
    """Bins and numbers of a worked example: 0.75 reliable, likelihoods 0.9 and 0.2."""
    bins = statement({}, edges_d=(0, 7, 14, 30, 60, 120), p=(0.1, 0.15, 0.25, 0.25, 0.15, 0.1))
    hint = Hint(
        id="r",
        said_at=SAID,
        edges_d=(14.0,),
        likelihood=(0.9, 0.2),
        never=0.2,
        reliability=0.75,
    )
    found = forecast(bins, days=0, reports=(hint,))
    posterior = np.diff(found.cdf([0, 7, 14, 30, 60, 120]), append=1.0)
    np.testing.assert_allclose(posterior, [0.205, 0.3075, 0.1625, 0.1625, 0.0975, 0.065], rtol=1e-12)


def test_unreliable_report_changes_nothing() -> None:
    hint = Hint(id="r", said_at=SAID, edges_d=(14.0,), likelihood=(0.9, 0.1), never=0.1, reliability=0.0)
    t = np.array([1.0, 20.0, 200.0])
    np.testing.assert_allclose(forecast(reports=(hint,)).cdf(t), forecast().cdf(t), rtol=1e-9)


def test_two_informants_pooled() -> None:
    """Precisions add up by weight in the logarithm of time; a linear pool's median is found by its own equation."""
    a = given_law("lognormal", mean_log=math.log(30), sd_log=1.1)
    b = statement({}, law=by_parameters("lognormal", {"mean_log": math.log(12), "sd_log": 0.6}), id="b")
    precision = 0.5 / 1.1**2 + 0.5 / 0.6**2
    mean = (0.5 * math.log(30) / 1.1**2 + 0.5 * math.log(12) / 0.6**2) / precision
    pooled = warned(a, days=0, reports=(b,))
    assert pooled.forecast.quantile(0.5) == pytest.approx(math.exp(mean), rel=1e-8)
    moments = pooled.by_family["lognormal"].log_moments
    assert moments == pytest.approx((mean, precision**-0.5), rel=1e-8)
    product = warned(a, days=0, reports=(b,), pool="product").by_family["lognormal"].log_moments
    assert product == pytest.approx((mean, (2 * precision) ** -0.5), rel=1e-8)
    linear = float(forecast(a, days=0, reports=(b,), pool="linear").quantile(0.5))
    laws = [stats.lognorm(1.1, scale=30), stats.lognorm(0.6, scale=12)]
    assert sum(law.cdf(linear) for law in laws) == pytest.approx(1.0, abs=1e-12)


def test_later_informant_counts_days_from_when_they_spoke() -> None:
    late = statement({0.1: 2.0, 0.5: 10.0}, said_at=SAID + timedelta(days=4), id="b", source="B")
    first = statement(source="A")
    alone = forecast(
        statement({0.1: 2.0, 0.5: 10.0}, said_at=SAID + timedelta(days=4)), days=5
    )  # what B says, without A
    only_b = forecast(first, reports=(late,), pool="linear", days=5)
    by_a = forecast(first, days=5)
    low, high = sorted([float(by_a.cdf(7)), float(alone.cdf(7))])
    assert low < float(only_b.cdf(7)) < high


def test_of_one_source_the_later_statement_counts() -> None:
    old = statement(source="X")
    new = statement({0.1: 2.0, 0.5: 10.0}, said_at=SAID + timedelta(days=4), id="new", source="X")
    alone = forecast(statement({0.1: 2.0, 0.5: 10.0}, said_at=SAID + timedelta(days=4)), days=5)
    np.testing.assert_allclose(forecast(old, reports=(new,)).cdf([1, 9]), alone.cdf([1, 9]), rtol=1e-9)


@given(
    low=st.floats(0.5, 50),
    ratio=st.floats(1.2, 20),
    days=st.floats(0.01, 100),
    share=st.floats(0.05, 0.95),
    family=st.sampled_from(LOG_FAMILIES),
)
def test_silence_twice_is_silence_once(low: float, ratio: float, days: float, share: float, family: str) -> None:
    first = statement({0.1: low, 0.5: low * ratio}, never=0.2)
    whole = forecast(first, days=days, families=(family,))
    earlier = forecast(first, days=days * share, families=(family,))
    gone = whole.elapsed_d - earlier.elapsed_d
    left = float(earlier.survival(gone))
    expected = (float(earlier.survival(gone + 7)) / left) if left > 1e-9 else None
    if expected is not None:
        assert float(whole.survival(7)) == pytest.approx(expected, rel=1e-9, abs=1e-12)


@given(
    low=st.floats(0.5, 50),
    ratio=st.floats(1.1, 20),
    never=st.floats(0, 0.9),
    widen=st.floats(0.5, 3),
    days=st.floats(0, 60),
    p=st.floats(0.001, 0.95),
)
def test_quantile_is_the_inverse_of_the_cdf_and_survival_its_rest(
    low: float, ratio: float, never: float, widen: float, days: float, p: float
) -> None:
    first = statement({0.1: low, 0.5: low * ratio}, never=never, widen=widen)
    found = forecast(first, days=days, families=FAMILIES)
    t = float(found.quantile(p, if_it_comes=True))
    if 0 < t < 1e7:
        assert float(found.cdf(t)) == pytest.approx(p * found.still_coming, rel=1e-6)
        assert float(found.cdf(t) + found.survival(t)) == pytest.approx(1.0, abs=1e-9)
    whole = found.cdf(np.linspace(0, 400, 50))
    assert (np.diff(whole) >= -1e-12).all()


@given(factor=st.floats(1.0, 3.0), family=st.sampled_from(FAMILIES))
def test_widening_keeps_the_median_and_never_narrows(factor: float, family: str) -> None:
    law = fit(MONTH, family).law
    wide = law.widened(factor)
    assert wide.ppf(0.5) == pytest.approx(law.ppf(0.5), rel=1e-12)
    assert wide.ppf(0.1) <= law.ppf(0.1) * (1 + 1e-12)
    assert wide.ppf(0.9) >= law.ppf(0.9) * (1 - 1e-12)


def test_widened_lognormal_has_its_sd_times_the_factor() -> None:
    wide = fit(MONTH, "lognormal").law.widened(1.29)
    assert wide.scale == pytest.approx(1.29 * math.log(30 / 7) / stats.norm.ppf(0.9))


def test_density_is_the_slope_and_sums_to_what_is_coming() -> None:
    hint = Hint(id="r", said_at=SAID, edges_d=(14.0,), likelihood=(0.9, 0.2), never=0.2, reliability=0.75)
    found = forecast(statement(never=0.3), families=FAMILIES, reports=(hint,))
    total = integrate.quad(lambda t: float(found.density(t)), 0, 9)[0]
    total += integrate.quad(lambda t: float(found.density(t)), 9, np.inf, limit=400)[0]
    assert total == pytest.approx(found.still_coming, rel=1e-6)


def test_first_of_two_warnings_comes_sooner_than_either() -> None:
    a, b = forecast(), forecast(statement({0.1: 3.0, 0.5: 20.0}, never=0.5))
    both = FirstOf((a, b))
    assert both.survival(9) == pytest.approx(float(a.survival(9)) * float(b.survival(9)))
    assert both.cdf(both.quantile(0.3)) == pytest.approx(0.3)
    assert both.quantile(0.3) < min(float(a.quantile(0.3)), float(b.quantile(0.3)))


# --- what cannot be ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"quantiles_d": {0.1: 30.0, 0.5: 7.0}}, "out of order"),
        ({"quantiles_d": {0.1: 7.0, 0.5: 7.0}}, "out of order"),
        ({"quantiles_d": {0.5: 7.0}}, "needs 2 quantiles"),
        ({"quantiles_d": {0.1: -3.0, 0.5: 7.0}}, "not above 0"),
        ({"quantiles_d": {}}, "in one way"),
        ({"never": 1.0}, "below 1"),
        ({"widen": 0.0}, "widening"),
        ({"weight": -1.0}, "weight"),
    ],
)
def test_what_cannot_be_said(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        warned(
            statement(
                **{"quantiles": MONTH} | {("quantiles" if k == "quantiles_d" else k): v for k, v in fields.items()}
            )
        )


def test_silence_that_excludes_what_was_said() -> None:
    with pytest.raises(BadInput, match="excludes that nothing has happened"):
        warned(given_law("uniform", lower=0.0, upper=3.0))
    assert (
        forecast(statement({}, law=by_parameters("uniform", {"lower": 0.0, "upper": 3.0}), never=0.1)).still_coming == 0
    )


def test_every_family_of_the_manual_can_be_named() -> None:
    for family in KINDS:
        with pytest.raises(BadInput, match="missing"):
            by_parameters(family, {})
    with pytest.raises(BadInput, match="no family 'lognorm'"):
        fit(MONTH, "lognorm")
