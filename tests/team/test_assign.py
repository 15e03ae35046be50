"""Assignments and fair loads: against trying everything, and the published optima."""

from __future__ import annotations

import json
from itertools import permutations, product
from pathlib import Path

import numpy as np
import pytest
from bench._gap import read_assign, read_gap
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from homeward.errors import BadInput
from homeward.team.assign import fair_load, least_worst, one_to_one, with_capacities

costs = arrays(float, (4, 5), elements=st.integers(0, 9).map(float))


@given(costs)
def test_no_other_assignment_is_cheaper_and_none_has_a_cheaper_worst(cost: np.ndarray) -> None:
    every = [cost[np.arange(4), list(some)] for some in permutations(range(5), 4)]
    assert one_to_one(cost).value == min(row.sum() for row in every)
    worst = least_worst(cost)
    assert worst.value == min(row.max() for row in every) == cost[np.arange(4), worst.agent].max()
    assert len(set(worst.agent)) == 4


@given(arrays(float, (2, 5), elements=st.integers(0, 9).map(float)), st.integers(5, 30))
@settings(max_examples=30)
def test_no_other_assignment_within_capacities_has_more_profit(profit: np.ndarray, capacity: int) -> None:
    weight = 10 - profit
    room = np.array([capacity, capacity], float)
    every = [
        sum(profit[a, j] for j, a in enumerate(agents))
        for agents in product(range(2), repeat=5)
        if all(sum(weight[a, j] for j, b in enumerate(agents) if b == a) <= capacity for a in range(2))
    ]
    if not every:
        with pytest.raises(BadInput, match="do not fit"):
            with_capacities(profit, weight, room)
        return
    found = with_capacities(profit, weight, room)
    assert found.optimal
    assert found.value == pytest.approx(max(every))


@given(st.lists(st.integers(1, 12).map(float), min_size=1, max_size=6), st.integers(1, 3))
@settings(max_examples=30)
def test_no_other_sharing_has_a_smaller_largest_load(task_h: list[float], teams: int) -> None:
    found = fair_load(np.repeat(np.array(task_h)[:, None], teams, axis=1))
    every = [max(np.bincount(some, task_h)) for some in product(range(teams), repeat=len(task_h))]
    assert found.optimal
    assert found.value == pytest.approx(min(every))


def test_a_task_that_no_team_can_do_is_named() -> None:
    with pytest.raises(BadInput, match="No team can do task 1"):
        fair_load(np.array([[1.0, 2.0], [np.inf, np.inf]]))


@pytest.mark.shared
def test_published_optima(shared: Path) -> None:
    folder = shared / "readiness"
    known = {c["id"]: c for c in json.loads((folder / "a_team.json").read_text(encoding="utf-8"))["cases"]}
    cost = read_assign(folder / "bench" / "assign100.txt")
    assert one_to_one(cost).value == known["A01"]["expected"]["min_sum"]
    assert least_worst(cost).value == known["A01"]["expected"]["min_bottleneck"]
    for case, best in zip(
        read_gap(folder / "bench" / "gap3.txt"), known["A02"]["expected"]["optimum"]["3"], strict=True
    ):
        found = with_capacities(*case)
        assert (found.value, found.optimal) == (best, True)
    hours = np.array(known["A10"]["input"]["task_hours"], float)
    shared_out = fair_load(np.repeat(hours[:, None], known["A10"]["input"]["teams"], axis=1))
    assert (shared_out.value, shared_out.optimal) == (known["A10"]["expected"]["optimum"], True)
