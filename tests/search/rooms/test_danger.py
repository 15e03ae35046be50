"""Danger learnt on the way: Bayes' rule for its levels, and one who goes ahead."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.errors import BadInput
from homeward.search.rooms import Links, RoomsProblem, RoomsSearcher, learnt, one_ahead, solve_rooms

LOSS = np.array([0.0, 0.1, 0.5])


def corridor(loss: list[float], belief: list[float], *searchers: RoomsSearcher) -> RoomsProblem:
    n = len(loss)
    return RoomsProblem(
        vertices=tuple(f"v{v}" for v in range(n)),
        edges=np.array([(v, v + 1) for v in range(n - 1)], np.int64).reshape(-1, 2),
        belief=np.array(belief),
        searchers=searchers,
        steps=3 * n,
        objective="end",
        loss=np.array(loss),
    )


def who(name: str, n: int, *, cost: float = 0.0, most: float = 1.0, start: int = 0) -> RoomsSearcher:
    return RoomsSearcher(name, start, Links.of(n, [(v, v, 1.0) for v in range(n)]), None, cost, most)


def test_two_steps_survived_and_one_loss_by_hand():
    """Levels .5, .3, .2: survived twice .5, .3 x .81, .2 x .25; and lost once as well: 0, x .1, x .5."""
    levels = np.array([[0.5, 0.3, 0.2]] * 3)
    now = learnt(levels, loss=LOSS, survived=np.array([0, 2, 2]), lost=np.array([0, 0, 1]))
    assert now[0] == pytest.approx([0.5, 0.3, 0.2])
    assert now[1] == pytest.approx(np.array([0.5, 0.243, 0.05]) / 0.793)
    assert now[2] == pytest.approx(np.array([0.0, 0.0243, 0.025]) / 0.0493)


def test_what_cannot_be_leaves_the_levels_as_they_were():
    levels = np.array([[1.0, 0.0, 0.0]])
    assert learnt(levels, loss=LOSS, survived=np.array([0]), lost=np.array([1])).tolist() == levels.tolist()


def test_tables_that_do_not_fit_are_refused():
    with pytest.raises(BadInput, match="do not fit together"):
        learnt(np.ones((2, 3)) / 3, loss=LOSS, survived=np.zeros(3, int), lost=np.zeros(2, int))


@given(st.integers(0, 20), st.integers(1, 20))
def test_the_longer_one_survives_the_safer_it_is(fewer, more):
    levels = np.full((2, 3), 1 / 3)
    now = learnt(levels, loss=LOSS, survived=np.array([fewer, fewer + more]), lost=np.zeros(2, int)) @ LOSS
    assert now[1] < now[0]


def test_the_one_whose_loss_costs_least_goes_first_and_straight():
    problem = corridor([0, 0.2, 0.2, 0], [0, 0, 0, 0.9], who("chief", 4, cost=0.5), who("scout", 4))
    assert one_ahead(problem, time_limit_s=20) == ("scout", (0, 1, 2, 3))


def test_the_next_goes_where_the_first_has_nothing_to_gain_and_no_further_than_it_may():
    chief = who("chief", 3, cost=0.1, most=0.05)
    blind = RoomsSearcher("scout", 0, Links.of(3, []))
    assert one_ahead(corridor([0, 0.01, 0.5], [0, 0.3, 0.5], blind, chief), time_limit_s=20) == ("chief", (0, 1))
    assert one_ahead(corridor([0, 0.1, 0.5], [0, 0.3, 0.5], blind, chief), time_limit_s=20) is None
    assert one_ahead(corridor([0, 0, 0], [0.5, 0, 0], blind), time_limit_s=20) is None


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_the_straight_way_finds_no_less(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 7))
    pairs = [(a, b) for a in range(n) for b in range(a + 1, n) if rng.random() < 0.6]
    loss = np.where(rng.random(n) < 0.6, rng.random(n), 0.0)
    belief = np.where(rng.random(n) < 0.6, rng.random(n), 0.0) + 1e-3
    problem = RoomsProblem(
        vertices=tuple(f"v{v}" for v in range(n)),
        edges=np.array(pairs, np.int64).reshape(-1, 2),
        belief=belief / belief.sum(),
        searchers=(who("scout", n),),
        steps=2 * n,
        objective="end",
        loss=loss,
    )
    going = one_ahead(problem, time_limit_s=20)
    best = solve_rooms(problem, time_limit_s=20)
    if going is None:
        assert best.value <= 1e-9
        return
    left, there, found = problem.belief.copy(), 1.0, 0.0
    for v in going[1][1:]:
        there *= 1 - loss[v]
        found += there * left[v]
        left[v] = 0.0
    assert found >= best.value - 1e-9
