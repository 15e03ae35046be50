"""Probability of detection: published values, and laws that hold for every coverage."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from homeward.detect import pod, pod_inverse_cube, pod_uncertain_width
from homeward.errors import BadInput

coverages = arrays(np.float64, st.integers(1, 20), elements=st.floats(0, 1e6))


def test_a_coverage_of_one_is_a_pod_of_63_percent() -> None:
    # Koopman (1946): random search at coverage 0.5, 1 and 2
    assert pod([0.5, 1.0, 2.0]) == pytest.approx([0.3935, 0.6321, 0.8647], abs=1e-4)


def test_parallel_sweeps_at_coverage_one_reach_79_percent() -> None:
    # Koopman (1946), inverse cube law: the 78-79 % that search manuals print for coverage factor 1
    assert pod_inverse_cube(1.0) == pytest.approx(0.7899, abs=1e-4)


def test_a_second_pass_of_the_same_team_is_worth_less_than_an_independent_one() -> None:
    once = pod_uncertain_width(1.0)
    assert pod_uncertain_width(2.0) < 1 - (1 - once) ** 2 - 0.01


def test_uncertain_width_against_a_million_draws() -> None:
    var = np.log1p(0.45**2)
    width = np.random.default_rng(3).lognormal(-var / 2, np.sqrt(var), 1_000_000)
    for c in (0.3, 1.0, 4.0):
        assert pod_uncertain_width(c) == pytest.approx(1 - np.exp(-c * width).mean(), abs=1e-3)


@settings(deadline=None)
@given(coverages)
def test_the_three_curves_keep_their_order_and_stay_below_one(c: np.ndarray) -> None:
    uncertain, random, parallel = pod_uncertain_width(c), pod(c), pod_inverse_cube(c)
    assert (uncertain >= 0).all()
    assert (uncertain <= random + 1e-12).all()
    assert (random <= parallel + 1e-12).all()
    assert (parallel < 1).all()


@settings(deadline=None)
@given(coverages, st.floats(0, 10))
def test_more_coverage_never_lowers_pod(c: np.ndarray, more: float) -> None:
    for curve in (pod, pod_inverse_cube, pod_uncertain_width):
        assert (curve(c + more) >= curve(c) - 1e-12).all()


def test_no_uncertainty_is_the_plain_law() -> None:
    assert pod_uncertain_width([0.0, 0.7, 3.0], cv=0.0) == pytest.approx(pod([0.0, 0.7, 3.0]))


@pytest.mark.parametrize("bad", [-0.1, np.nan])
def test_coverage_that_cannot_be_is_refused(bad: float) -> None:
    with pytest.raises(BadInput, match="coverage"):
        pod([0.2, bad])
