"""How probably somebody comes, from logs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.readiness.muster.turnout import EVEN_PRIOR, chance_to_come, prior_of


def test_a_persons_own_log():
    """Laplace's rule of succession: seven of ten calls, then (7 + 1) / (10 + 2)."""
    assert chance_to_come(7, 10) == pytest.approx(8 / 12)
    assert chance_to_come(0, 0) == 0.5


def test_what_everybody_does_is_learnt_from_all_logs():
    rng = np.random.default_rng(5)
    called = rng.integers(1, 60, 2000)
    came = rng.binomial(called, rng.beta(4, 2, 2000))
    assert prior_of(came.tolist(), called.tolist()) == pytest.approx((4, 2), rel=0.15)


def test_too_few_logs_say_nothing_of_others():
    assert prior_of([3, 0], [3, 9]) == EVEN_PRIOR
    assert prior_of([0] * 9, [0] * 9) == EVEN_PRIOR


@given(st.lists(st.integers(0, 50).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), max_size=30))
def test_any_logs_give_a_chance(logs):
    a, b = prior_of([k for k, _ in logs], [n for _, n in logs])
    assert a > 0
    assert b > 0
    for came, called in logs:
        assert 0 < chance_to_come(came, called, (a, b)) < 1
