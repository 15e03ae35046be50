"""Drop-outs of many people: what is drawn agrees with what is added up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from homeward.team.chance import p_complete


def test_like_people_count_together_so_that_large_crews_stay_exact() -> None:
    """At least 30 of 60 like people, each there with probability 0.5: (1 + P(exactly 30)) / 2."""
    found, error = p_complete(np.ones((60, 1), bool), np.array([30]), np.full(60, 0.5), seed=0)
    assert error == 0
    assert found == pytest.approx((1 + 118264581564861424 / 2**60) / 2, rel=1e-12)


@given(
    st.integers(1, 80).flatmap(lambda n: arrays(bool, (n, 3))),
    st.lists(st.integers(0, 4), min_size=3, max_size=3),
    st.floats(0.2, 0.95),
)
@settings(max_examples=40)
def test_draws_are_near_what_is_added_up(can: np.ndarray, need: list[int], p: float) -> None:
    there, many = np.full(len(can), p), np.array(need)
    exact, none = p_complete(can, many, there, seed=1)
    drawn, error = p_complete(can, many, there, seed=1, draws=4000, exact=False)
    if none == 0 and any(need):
        assert abs(drawn - exact) <= 2.5 * error + 1e-9


def test_the_same_seed_draws_the_same() -> None:
    rng = np.random.default_rng(5)
    can, p = rng.random((40, 8)) < 0.3, rng.random(40)
    first = p_complete(can, np.full(8, 2), p, seed=3, draws=5000, exact=False)
    assert first == p_complete(can, np.full(8, 2), p, seed=3, draws=5000, exact=False)
    assert first[1] > 0
