"""Probability of detection: published values, and laws that hold for every coverage."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from homeward.detect import coverage_of_pod, pod, pod_uncertain_width
from homeward.errors import BadInput

coverages = arrays(np.float64, st.integers(1, 20), elements=st.floats(0, 1e6))


def test_a_coverage_of_one_is_a_pod_of_63_percent() -> None:
    # Koopman (1946): random search at coverage 0.5, 1 and 2
    assert pod([0.5, 1.0, 2.0]) == pytest.approx([0.3935, 0.6321, 0.8647], abs=1e-4)


def test_a_second_pass_of_the_same_kind_is_worth_less_than_an_independent_one() -> None:
    once = pod_uncertain_width(1.0)
    assert pod_uncertain_width(2.0) < 1 - (1 - once) ** 2 - 0.01
    assert pod_uncertain_width(1.0, before=1.0) < once - 0.03


def test_uncertain_width_against_a_million_draws() -> None:
    width = np.random.default_rng(3).gamma(5, 1 / 5, 1_000_000)
    for c in (0.3, 1.0, 4.0):
        assert pod_uncertain_width(c) == pytest.approx(1 - np.exp(-c * width).mean(), abs=1e-3)


@settings(deadline=None)
@given(coverages)
def test_what_is_not_known_lowers_the_pod_and_it_stays_below_one(c: np.ndarray) -> None:
    uncertain, random = pod_uncertain_width(c), pod(c)
    assert (uncertain >= 0).all()
    assert (uncertain <= random + 1e-12).all()
    assert (random < 1).all()


@settings(deadline=None)
@given(coverages, st.floats(0, 10))
def test_more_coverage_never_lowers_pod(c: np.ndarray, more: float) -> None:
    for curve in (pod, pod_uncertain_width):
        assert (curve(c + more) >= curve(c) - 1e-12).all()


@settings(deadline=None)
@given(st.floats(0, 50), st.floats(0, 50), st.floats(0, 50))
def test_three_passes_of_one_kind_miss_as_one_of_their_sum_in_any_order(a: float, b: float, c: float) -> None:
    missed = (1 - pod_uncertain_width(a)) * (1 - pod_uncertain_width(b, before=a))
    missed *= 1 - pod_uncertain_width(c, before=a + b)
    assert missed == pytest.approx(1 - pod_uncertain_width(a + b + c), abs=1e-12)


@given(st.floats(0, 0.999))
def test_a_pod_that_was_told_is_the_pod_of_its_coverage(told: float) -> None:
    assert pod_uncertain_width(coverage_of_pod(told)) == pytest.approx(told, abs=1e-12)


@pytest.mark.parametrize("told", [-0.1, 1.0, np.nan])
def test_a_pod_that_cannot_be_is_refused(told: float) -> None:
    with pytest.raises(BadInput, match="nobody sees everything"):
        coverage_of_pod(told)


@pytest.mark.parametrize("bad", [-0.1, np.nan])
def test_coverage_that_cannot_be_is_refused(bad: float) -> None:
    with pytest.raises(BadInput, match="coverage"):
        pod([0.2, bad])
