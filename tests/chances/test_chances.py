"""Enough of those who come: laws, every set of people gone through, and draws against what is exact."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats
from scipy.optimize import linear_sum_assignment

from homeward.chances import at_least, can_fill, counts, drawn, filling, off_by
from homeward.chances.diagram import EXACT_PEOPLE, MOST_EDGES

probabilities = st.floats(0, 1)


def fits(can, need):
    """Whether these people can fill all places, by an assignment."""
    slots = np.repeat(np.arange(len(need)), need)
    return bool(can[:, slots][linear_sum_assignment(can[:, slots], maximize=True)].sum() == len(slots))


def by_enumeration(can, need, p):
    """P(all filled), every set of people gone through."""
    sets = [np.array(there, bool) for there in itertools.product([False, True], repeat=len(p))]
    return math.fsum(math.prod(np.where(there, p, 1 - p)) for there in sets if fits(can[there], need))


@st.composite
def crews(draw, most_people=8, most_groups=4):
    people, groups = draw(st.integers(0, most_people)), draw(st.integers(0, most_groups))
    can = draw(arrays(bool, (people, groups)))
    need = np.array(draw(st.lists(st.integers(0, 3), min_size=groups, max_size=groups)), np.int64)
    return can, need, draw(arrays(float, people, elements=probabilities))


@settings(max_examples=80, deadline=None)
@given(crews())
def test_places_filled_are_the_sum_over_all_sets_of_people(crew):
    can, need, p = crew
    found = filling(can, need)
    assert found is not None
    assert found.p(p[:, None])[0] == pytest.approx(by_enumeration(can, need, p), abs=1e-9)
    assert can_fill(can, need) == fits(can, need)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(21, 70), st.integers(2, 6), st.integers(1, 3))
def test_large_crews_agree_with_draws_whatever_the_order_of_people_and_groups(seed, people, groups, most):
    rng = np.random.default_rng(seed)
    can, need = rng.random((people, groups)) < 0.3, rng.integers(1, most + 1, groups)
    present = np.sort(rng.random((people, 4)), axis=1)
    found = filling(can, need)
    if found is None:
        return
    exact = found.p(present)
    share = drawn(can, need, present, draws=4000, seed=1)
    assert np.all(np.abs(share - exact) <= [1.6 * off_by(q, 4000) for q in exact])
    assert np.all(np.diff(exact) >= -1e-12), "who is likelier there fills no less"
    mixed = rng.permutation(people), rng.permutation(groups)
    other = filling(can[mixed[0]][:, mixed[1]], need[mixed[1]])
    assert other is not None
    assert other.p(present[mixed[0]]) == pytest.approx(exact, abs=1e-12)


def test_crews_far_beyond_twenty_are_exact():
    """60 people for 9 places of 5 roles, 40 for 8 of 8, 200 for 15 of 5; and 100 of four kinds for 60 places."""
    rng = np.random.default_rng(1)
    for people, need in ((60, [1, 2, 3, 2, 1]), (40, [1] * 8), (200, [1, 2, 6, 4, 2])):
        assert filling(rng.random((people, len(need))) < 0.3, np.array(need)) is not None
    kinds = np.array([[1, 0, 1], [0, 1, 1], [1, 1, 1], [0, 0, 1]], bool)
    found = filling(np.repeat(kinds, 25, axis=0), np.array([30, 10, 20]))
    assert found is not None
    assert len(found.to) < 2000, "like people are taken together"


def test_twenty_people_are_always_exact_and_a_crew_too_large_is_said():
    rng = np.random.default_rng(4)
    can = np.vstack([rng.random((EXACT_PEOPLE, 12)) < 0.4, np.zeros((30, 12), bool)])
    assert filling(can, np.ones(12, np.int64), most_edges=0) is not None, "who can do nothing does not count"
    many = rng.random((60, 20)) < 0.4
    assert filling(many, np.ones(20, np.int64)) is None
    assert filling(many, np.full(20, 2000)) is not None, "what can never be filled is known at once"
    large = np.array([500, 400, 300])
    assert filling(rng.random((1900, 3)) < 0.7, large, most_edges=MOST_EDGES) is None


def test_who_can_fill_what_is_looked_at_once_while_chances_change():
    can = np.random.default_rng(2).random((30, 4)) < 0.5
    assert filling(can, np.array([1, 2, 3, 1])) is filling(can.copy(), np.array([1, 2, 3, 1]))


def test_like_people_are_a_head_count():
    """At least 30 of 60 like people, each there with probability 0.5: (1 + P(exactly 30)) / 2."""
    found = filling(np.ones((60, 1), bool), np.array([30]))
    assert found is not None
    assert found.p(np.full((60, 1), 0.5))[0] == pytest.approx((1 + 118264581564861424 / 2**60) / 2, rel=1e-12)


@given(st.lists(st.tuples(probabilities, probabilities), min_size=1, max_size=30))
def test_head_counts_are_the_law_of_their_people(p):
    present = np.array(p)
    law, tail = counts(present), at_least(present)
    k = np.arange(len(p) + 1)
    assert law.sum(axis=1) == pytest.approx(1)
    assert law @ k == pytest.approx(present.sum(axis=0), abs=1e-9)
    assert law @ k**2 - (law @ k) ** 2 == pytest.approx((present * (1 - present)).sum(axis=0), abs=1e-8)
    assert tail[:, 0].tolist() == [1, 1]
    assert -np.diff(tail, append=0.0) == pytest.approx(law, abs=1e-12)


def test_the_same_seed_draws_the_same_and_the_share_never_falls():
    rng = np.random.default_rng(5)
    can, present = rng.random((40, 8)) < 0.3, np.sort(rng.random((40, 7)) * 0.5, axis=1)
    first = drawn(can, np.full(8, 2), present, draws=3000, seed=3)
    assert np.array_equal(first, drawn(can, np.full(8, 2), present, draws=3000, seed=3))
    assert np.all(np.diff(first) >= 0)
    assert 0 < first[-1] < 1


@given(st.integers(0, 200), st.integers(1, 200))
def test_how_far_a_drawn_share_may_be_off_is_the_exact_binomial_interval(hits, misses):
    draws = hits + misses
    low, high = stats.binomtest(hits, draws).proportion_ci(0.99, method="exact")
    assert off_by(hits / draws, draws) == pytest.approx(max(hits / draws - low, high - hits / draws), abs=1e-9)


def test_a_share_of_all_or_none_may_be_off():
    """The rule of three at 99.5 %: none in n draws leaves up to 5.3 in n (Clopper & Pearson 1934)."""
    for share in (0.0, 1.0):
        assert off_by(share, 50_000) == pytest.approx(5.298 / 50_000, rel=1e-3)
