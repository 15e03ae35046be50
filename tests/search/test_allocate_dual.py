"""Bounds that no plan can pass, on whole rasters."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.search.allocate import divisible
from homeward.search.allocate_dual import divisible_bound, dual_bound


def ground(seed: int, cells: int, resources: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    poa = rng.dirichlet(np.full(cells, 0.5)) * 0.8
    cover = rng.integers(0, 4, cells)
    rate = rng.lognormal(-6, 0.7, (resources, 4))[:, cover] * np.exp(-rng.gamma(2, 0.1, cells))
    rate[rng.random(rate.shape) < 0.1] = 0.0
    return poa, rate, rng.lognormal(8, 0.5, resources)


@settings(deadline=None, max_examples=100)
@given(st.integers(0, 2**32 - 1), st.integers(1, 60), st.integers(1, 5))
def test_the_optimum_never_passes_the_bound_and_nearly_meets_it(seed: int, cells: int, resources: int) -> None:
    poa, rate, effort_s = ground(seed, cells, resources)
    best = divisible(poa[None], rate[None], effort_s)
    bound = divisible_bound(poa, rate, effort_s)
    assert best.value * (1 - 1e-12) <= bound
    assert bound <= best.value * 1.005 + 1e-12


@settings(deadline=None, max_examples=100)
@given(st.integers(0, 2**32 - 1), st.lists(st.floats(0, 1e-2), min_size=3, max_size=3))
def test_any_prices_give_a_bound(seed: int, prices: list[float]) -> None:
    poa, rate, effort_s = ground(seed, 20, 3)
    best = divisible(poa[None], rate[None], effort_s)
    assert dual_bound(poa, rate, effort_s, np.array(prices)) >= best.value * (1 - 1e-12)
    assert dual_bound(poa, rate, effort_s, best.price) == pytest.approx(best.value, rel=1e-5)


def test_free_effort_finds_all_that_can_be_searched() -> None:
    poa, rate = np.array([0.5, 0.3, 0.1]), np.array([[1e-3, 1e-3, 0.0]])
    assert dual_bound(poa, rate, np.array([10.0]), np.array([0.0])) == pytest.approx(0.8)
    assert dual_bound(poa, rate, np.array([10.0]), np.array([np.nan])) == pytest.approx(0.8)


def test_nothing_to_do_finds_nothing() -> None:
    poa, rate = np.array([0.5, 0.5]), np.array([[1e-3, 1e-3], [0.0, 0.0]])
    assert divisible_bound(poa, rate, np.array([0.0, 3600.0])) == 0.0


def test_like_teams_count_together() -> None:
    poa, rate, effort_s = ground(1, 500, 2)
    twice = divisible_bound(poa, np.vstack([rate, 3 * rate]), np.concatenate([effort_s, effort_s]))
    assert twice == pytest.approx(divisible_bound(poa, rate, 4 * effort_s), rel=1e-9)


def test_a_raster_is_bounded_within_a_thousandth() -> None:
    poa, rate, effort_s = ground(2, 20_000, 5)
    best = divisible(poa[None], rate[None], effort_s)
    bound = divisible_bound(poa, rate, effort_s)
    assert best.value <= bound <= 1.001 * best.value
