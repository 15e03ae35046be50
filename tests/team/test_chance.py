"""Drop-outs of many people: what is drawn agrees with what is added up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from homeward.team.chance import EXACT_CASES, best_calls, good_call, p_complete


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
    exact, none = p_complete(can, many, there, seed=1, exact=EXACT_CASES)
    drawn, error = p_complete(can, many, there, seed=1, draws=4000, exact=0)
    if none == 0 and any(need):
        assert abs(drawn - exact) <= 2.5 * error + 1e-9


def test_the_same_seed_draws_the_same() -> None:
    rng = np.random.default_rng(5)
    can, p = rng.random((40, 8)) < 0.3, rng.random(40)
    first = p_complete(can, np.full(8, 2), p, seed=3, draws=5000)
    assert first == p_complete(can, np.full(8, 2), p, seed=3, draws=5000)
    assert first[1] > 0


def test_a_good_call_is_near_the_best() -> None:
    rng = np.random.default_rng(2)
    can, p, need = rng.random((12, 4)) < 0.4, rng.random(12), np.ones(4, np.int64)
    best = best_calls(can, need, p, np.zeros(12))
    for n in (6, 8, 10):
        chance, who, _ = good_call(can, need, p, n, seed=0)
        assert len(who) == n
        assert best[n][0] - 0.05 <= chance <= best[n][0] + 1e-12


def test_a_large_crew_of_few_kinds_is_called_best() -> None:
    """15 medics and 15 guards, of whom 3 and 1 are needed: more medics are called; every other number is worse."""
    can = np.repeat(np.eye(2, dtype=bool), 15, axis=0)
    p, need = np.full(30, 0.6), np.array([3, 1])
    chance, who, proven = good_call(can, need, p, 9, seed=0)
    assert proven
    assert len(who) == 9
    some = []
    for medics in range(10):
        keep = [*range(medics), *range(15, 24 - medics)]
        some.append(p_complete(can[keep], need, p[keep], seed=0)[0])
    assert chance == pytest.approx(max(some))
    assert sum(i < 15 for i in who) == int(np.argmax(some))
