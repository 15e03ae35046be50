"""Whole tasks: against every choice there is, on small cases."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.geo import Floats
from homeward.search.allocate import AllocateProblem, divisible, solve_allocate, success
from homeward.search.allocate_fill import fill, take


def case(seed: int, segments: int, resources: int, scenarios: int = 1) -> AllocateProblem:
    rng = np.random.default_rng(seed)
    area_m2 = rng.uniform(0.1, 1.0, segments) * 1e6
    rate = rng.uniform(20, 80, (scenarios, resources, 1)) * rng.uniform(0.5, 1.5, (resources, segments)) * 0.8 / area_m2
    rate[:, rng.random((resources, segments)) < 0.15] = 0.0
    return AllocateProblem(
        segments=tuple(f"S{i}" for i in range(segments)),
        resources=tuple(f"R{r}" for r in range(resources)),
        weight=rng.dirichlet(np.ones(segments * scenarios)).reshape(scenarios, segments) * 0.9,
        rate=rate,
        effort_s=rng.uniform(1.0, 4.0, resources) * 3600,
        access_s=rng.uniform(5, 90, (resources, segments)) * 60,
        whole_segments=True,
    )


def choices(problem: AllocateProblem) -> Iterator[Floats]:
    """Every set of tasks that fits the budgets, as (resources, segments) of 0 and 1."""
    shape = problem.access_s.shape
    for bits in product((0, 1), repeat=shape[0] * shape[1]):
        taken = np.array(bits).reshape(shape)
        if ((taken * problem.access_s).sum(axis=1) <= problem.effort_s).all():
            yield taken


def best_of_all(problem: AllocateProblem) -> float:
    return max(
        divisible(
            problem.weight,
            problem.rate * taken,
            np.where(taken.any(axis=1), problem.effort_s - (taken * problem.access_s).sum(axis=1), 0.0),
        ).value
        for taken in choices(problem)
    )


@pytest.mark.parametrize(
    ("seed", "segments", "resources", "scenarios"),
    [(0, 4, 2, 1), (1, 4, 2, 1), (2, 3, 3, 1), (3, 8, 1, 1), (4, 7, 1, 1), (5, 4, 2, 1), (6, 3, 2, 2), (7, 4, 2, 2)],
)
def test_no_choice_of_tasks_finds_more(seed: int, segments: int, resources: int, scenarios: int) -> None:
    problem = case(seed, segments, resources, scenarios)
    truth = best_of_all(problem)
    solution = solve_allocate(problem, time_limit_s=30)
    assert solution.value == pytest.approx(truth, rel=3e-6)
    assert solution.bound >= truth * (1 - 1e-9)
    assert solution.status == "optimal"


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 2**32 - 1))
def test_value_is_what_the_times_find_and_budgets_hold(seed: int) -> None:
    problem = case(seed, 6, 2)
    solution = solve_allocate(problem, time_limit_s=0.3, seed=1)
    spent = (solution.effort_s + np.where(solution.effort_s > 0, problem.access_s, 0.0)).sum(axis=1)
    assert (spent <= problem.effort_s * (1 + 1e-9)).all()
    assert (solution.effort_s[problem.rate[0] == 0] == 0).all()
    assert solution.value == pytest.approx(success(problem, solution.effort_s), rel=1e-9)
    assert solution.value <= solution.bound
    assert solution.bound <= divisible(problem.weight, problem.rate, problem.effort_s).value * (1 + 1e-6)


def test_without_access_it_is_the_divisible_optimum() -> None:
    problem = case(3, 5, 2)
    free = AllocateProblem(
        segments=problem.segments,
        resources=problem.resources,
        weight=problem.weight,
        rate=problem.rate,
        effort_s=problem.effort_s,
        access_s=np.zeros_like(problem.access_s),
        whole_segments=True,
    )
    best = divisible(problem.weight, problem.rate, problem.effort_s).value
    assert solve_allocate(free, time_limit_s=20).value == pytest.approx(best, rel=1e-5)


def test_where_access_eats_the_budget_the_resource_stays() -> None:
    problem = case(4, 3, 1)
    far = AllocateProblem(
        segments=problem.segments,
        resources=problem.resources,
        weight=problem.weight,
        rate=problem.rate,
        effort_s=np.array([600.0]),
        access_s=np.full((1, 3), 600.0),
        whole_segments=True,
    )
    solution = solve_allocate(far)
    assert (solution.value, solution.bound, solution.status) == (0.0, 0.0, "optimal")


def test_same_seed_same_answer() -> None:
    problem = case(8, 8, 2)
    first, second = (solve_allocate(problem, time_limit_s=20, seed=4) for _ in range(2))
    assert np.array_equal(first.effort_s, second.effort_s)


def test_a_large_problem_gives_a_plan_and_a_bound_in_the_time_there_is() -> None:
    problem = case(9, 120, 8)
    solution = solve_allocate(problem, time_limit_s=2, seed=0)
    assert 0 < solution.value <= solution.bound < 1.25 * solution.value


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32 - 1), st.integers(1, 3))
def test_one_resource_shares_its_time_as_the_general_solver_does(seed: int, scenarios: int) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 8))
    hidden, rate = rng.dirichlet(np.ones(n * scenarios)).reshape(scenarios, n), rng.uniform(0.1, 3, (scenarios, n))
    budget, seconds = float(rng.lognormal(0, 1.5)), np.zeros(n)
    found = fill(hidden, rate, np.arange(n), budget, seconds)
    assert found == pytest.approx(divisible(hidden, rate[:, None], np.array([budget])).value, rel=1e-6)
    assert seconds.sum() == pytest.approx(budget)


def test_taking_nothing_is_an_answer() -> None:
    nowhere = np.full(3, np.inf)
    assert not take(np.ones((1, 3)) / 3, np.ones((1, 3)), nowhere, 10.0).any()


def in_turn(problem: AllocateProblem) -> Floats:
    """The rule: in turn each goes to the segment where a second finds most, covers it once, and goes on."""
    effort, left = np.zeros(problem.access_s.shape), problem.effort_s.copy()
    busy = True
    while busy:
        busy = False
        for r in range(len(left)):
            hidden = problem.weight[0] * np.exp(-(problem.rate[0] * effort).sum(axis=0))
            gain = hidden * problem.rate[0, r] * ((effort[r] == 0) & (problem.access_s[r] < left[r]))
            i = int(gain.argmax())
            if gain[i] > 0:
                effort[r, i] = min(left[r] - problem.access_s[r, i], 1 / problem.rate[0, r, i])
                left[r] -= effort[r, i] + problem.access_s[r, i]
                busy = True
    return effort


def access_forgotten(problem: AllocateProblem) -> Floats:
    """The rule: the best split without access times; of it the largest parts, as many as fit."""
    effort = divisible(problem.weight, problem.rate, problem.effort_s).effort
    for r, left in enumerate(problem.effort_s):
        for i in np.argsort(-effort[r]):
            effort[r, i] = max(0.0, min(effort[r, i], left - problem.access_s[r, i]))
            left -= effort[r, i] + problem.access_s[r, i] * (effort[r, i] > 0)  # noqa: PLW2901
    return effort


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 2**32 - 1), st.integers(2, 40), st.integers(1, 8))
def test_however_little_time_there_is_rules_find_no_more(seed: int, segments: int, resources: int) -> None:
    problem = case(seed, segments, resources)
    value = solve_allocate(problem, time_limit_s=1e-3).value
    assert value >= success(problem, in_turn(problem)) * (1 - 1e-9)
    assert value >= success(problem, access_forgotten(problem)) * (1 - 1e-9)


def test_no_rule_finds_more_where_first_choices_take_longer_than_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("homeward.search.allocate_whole._FIRST_S", 0.0)
    problem = case(10, 300, 16)
    solution = solve_allocate(problem, time_limit_s=1e-3)
    assert solution.value >= success(problem, in_turn(problem)) * (1 - 1e-9)
    assert solution.value >= success(problem, access_forgotten(problem)) * (1 - 1e-9)
    spent = (solution.effort_s + np.where(solution.effort_s > 0, problem.access_s, 0.0)).sum(axis=1)
    assert (spent <= problem.effort_s * (1 + 1e-9)).all()
