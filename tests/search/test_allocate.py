"""Effort over segments: against published optima, a generic solver, and every rival split."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.search.allocate import AllocateProblem, AllocateSolution, solve_allocate, success


def problem(weight: Floats, rate: Floats, effort_s: Floats) -> AllocateProblem:
    weight, rate = np.atleast_2d(weight), rate if rate.ndim == 3 else rate[None]
    _, m, n = rate.shape
    return AllocateProblem(
        segments=tuple(f"S{i}" for i in range(n)),
        resources=tuple(f"R{r}" for r in range(m)),
        weight=weight,
        rate=rate,
        effort_s=effort_s,
        access_s=np.zeros((m, n)),
    )


@st.composite
def problems(draw: st.DrawFn) -> AllocateProblem:
    """Up to 12 segments and 4 resources, with like ones, useless ones, empty ground and missing pairs among them."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n, m, k = draw(st.integers(1, 12)), draw(st.integers(1, 4)), draw(st.sampled_from([1, 1, 1, 3]))
    weight = rng.dirichlet(np.full(n * k, draw(st.sampled_from([0.1, 1.0, 10.0])))).reshape(k, n)
    weight *= draw(st.floats(0.05, 1.0))
    weight[:, rng.random(n) < 0.1] = 0.0
    rate = rng.lognormal(-8, draw(st.sampled_from([0.0, 0.5, 2.0])), (k, m, n))
    rate[:, rng.random((m, n)) < draw(st.sampled_from([0.0, 0.3, 0.8]))] = 0.0
    if m > 1 and draw(st.booleans()):
        rate[:, 1] = rate[:, 0] * draw(st.sampled_from([1.0, 2.0]))
    effort_s = rng.lognormal(8, 1.0, m) * draw(st.sampled_from([0.01, 1.0] if k > 1 else [0.01, 1.0, 30.0]))
    if draw(st.booleans()):
        effort_s[0] = 0.0
    if weight.sum() == 0:
        weight[:, 0] = 0.5 / k
    return problem(weight, rate, effort_s)


def kkt_error(case: AllocateProblem, solution: AllocateSolution) -> float:
    """What moving every second to where its resource finds most promises at best, as a share of the value."""
    hidden = case.weight * np.exp(-(case.rate * solution.effort_s).sum(axis=1))
    gain = (hidden[:, None, :] * case.rate).sum(axis=0)
    promise = (gain.max(axis=1) * case.effort_s - (gain * solution.effort_s).sum(axis=1)).sum()
    return float(promise / solution.value) if solution.value > 0 else float(promise)


def test_circular_normal_reaches_the_published_optimum() -> None:
    """Circular normal, exponential detection: POS = 1 - (1 + u) exp(-u), u = sqrt(W v t / (pi sigma^2)).

    Stone (1975), Theory of Optimal Search, section 2.2 (after Koopman 1957, Operations Research 5(5):613-626): effort
    goes to the disc of radius R, R^2 = 2 sigma sqrt(W v t / pi), with density (R^2 - r^2) / (2 sigma^2).
    """
    sigma_m, cell_m, swept_m2 = 1000.0, 50.0, 8e6  # sweep width x speed x time
    x = (np.arange(200) - 99.5) * cell_m
    r2 = (x[:, None] ** 2 + x**2).ravel()
    poa = np.exp(-r2 / (2 * sigma_m**2)) * cell_m**2 / (2 * np.pi * sigma_m**2)
    speed_width = 30.0
    case = problem(poa, np.full((1, poa.size), speed_width / cell_m**2), np.array([swept_m2 / speed_width]))
    solution = solve_allocate(case)
    u = np.sqrt(swept_m2 / (np.pi * sigma_m**2))
    assert solution.value == pytest.approx(1 - (1 + u) * np.exp(-u), abs=2e-4)
    assert solution.status == "optimal"
    radius_m = np.sqrt(2 * sigma_m * np.sqrt(swept_m2 / np.pi))
    searched = solution.effort_s[0] > 0
    assert np.sqrt(r2[searched].max()) == pytest.approx(radius_m, abs=cell_m)
    at_centre = case.rate[0, 0, r2.argmin()] * solution.effort_s[0, r2.argmin()]
    assert at_centre == pytest.approx(radius_m**2 / (2 * sigma_m**2), rel=0.01)


def test_two_segments_by_hand() -> None:
    """p = .6, .3, a = 1 per hour, one hour: ln(.6/L) + ln(.3/L) = 1, so L = sqrt(.18) exp(-.5) = .25733."""
    solution = solve_allocate(problem(np.array([0.6, 0.3]), np.full((1, 2), 1 / 3600), np.array([3600.0])))
    assert solution.effort_s[0] / 3600 == pytest.approx([0.5 + np.log(2) / 2, 0.5 - np.log(2) / 2], abs=1e-9)
    assert solution.price_per_s[0] * 3600 == pytest.approx(np.sqrt(0.18) * np.exp(-0.5))
    assert solution.value == pytest.approx(0.9 - 2 * np.sqrt(0.18) * np.exp(-0.5))


def test_a_resource_that_sees_twice_as_far_counts_as_two() -> None:
    poa, rate = np.array([0.5, 0.3, 0.1]), np.array([[1.0, 0.7, 0.4]]) / 3600
    one = solve_allocate(problem(poa, 2 * rate, np.array([3600.0])))
    two = solve_allocate(problem(poa, np.vstack([rate, rate]), np.array([3600.0, 3600.0])))
    assert two.value == pytest.approx(one.value, rel=1e-7)


@settings(deadline=None, max_examples=150)
@given(problems())
def test_budgets_are_kept_and_the_optimum_is_certified(case: AllocateProblem) -> None:
    solution = solve_allocate(case)
    assert solution.effort_s.min(initial=0.0) >= 0
    assert (solution.effort_s.sum(axis=1) <= case.effort_s * (1 + 1e-9)).all()
    assert (solution.effort_s[(case.rate == 0).all(axis=0)] == 0).all()
    assert solution.value == pytest.approx(success(case, solution.effort_s), rel=1e-12)
    assert solution.value <= solution.bound
    assert solution.bound - solution.value <= 1e-6 * solution.value
    assert solution.status == "optimal"


@settings(deadline=None, max_examples=150)
@given(problems(), st.integers(0, 2**32 - 1))
def test_no_other_split_of_the_same_effort_finds_more(case: AllocateProblem, seed: int) -> None:
    solution = solve_allocate(case)
    rng = np.random.default_rng(seed)
    for sharpness in (0.0, 0.1, 1.0):  # near the optimum, and far from it
        noise = rng.dirichlet(np.ones(len(case.segments)), size=len(case.resources)) * case.effort_s[:, None]
        rival = (1 - sharpness) * solution.effort_s + sharpness * noise if sharpness else noise
        assert success(case, rival) <= solution.value * (1 + 1e-6)


@settings(deadline=None, max_examples=100)
@given(problems())
def test_a_second_is_worth_the_same_wherever_a_resource_goes(case: AllocateProblem) -> None:
    """Karush-Kuhn-Tucker: p a exp(-coverage) is the price where there is effort, and no more elsewhere."""
    assert kkt_error(case, solve_allocate(case)) < 1e-4


@settings(deadline=None, max_examples=60)
@given(problems(), st.floats(1.0, 3.0))
def test_more_effort_never_finds_less(case: AllocateProblem, factor: float) -> None:
    more = problem(case.weight, case.rate, case.effort_s * factor)
    assert solve_allocate(more).value >= solve_allocate(case).value * (1 - 1e-6)


@settings(deadline=None, max_examples=60)
@given(problems())
def test_few_resources_share_a_segment(case: AllocateProblem) -> None:
    """What comes out is a corner: each pair of resource and segment is there because a budget or a segment needs it."""
    solution = solve_allocate(case)
    pairs, scenarios = int((solution.effort_s > 0).sum()), len(case.weight)
    covered = int((solution.effort_s > 0).any(axis=0).sum())
    assert pairs <= 2 * len(case.resources) + scenarios * covered


@pytest.mark.parametrize("seed", range(6))
def test_a_generic_solver_agrees(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, m = 6, 3
    poa, rate = rng.dirichlet(np.ones(n)) * 0.9, rng.uniform(0.2, 2.0, (m, n))
    effort = rng.uniform(0.5, 2.0, m)

    def missed(x: Floats) -> float:
        return float((poa * np.exp(-(rate * x.reshape(m, n)).sum(axis=0))).sum())

    sums = [{"type": "eq", "fun": lambda x, r=r: x.reshape(m, n)[r].sum() - effort[r]} for r in range(m)]
    start = np.repeat(effort / n, n)
    generic = minimize(  # type: ignore[call-overload]  # the stubs know no mixed constraints
        missed, start, bounds=[(0, None)] * (m * n), constraints=sums, method="SLSQP",
                       options={"maxiter": 500, "ftol": 1e-12})  # fmt: skip
    solution = solve_allocate(problem(poa, rate, effort))
    assert solution.value == pytest.approx(0.9 - generic.fun, abs=1e-6)
    assert solution.value >= 0.9 - generic.fun - 1e-9


def test_a_thousand_segments_and_fifty_resources_are_certified() -> None:
    rng = np.random.default_rng(1)
    poa = rng.dirichlet(np.full(1000, 0.3)) * 0.9
    rate = rng.lognormal(0, 0.5, (50, 1000)) * rng.lognormal(0, 1, 1000) / 3600 / 100
    rate[rng.random(rate.shape) < 0.2] = 0.0
    solution = solve_allocate(problem(poa, rate, rng.uniform(1, 10, 50) * 3600))
    assert solution.gap <= 1e-6
    assert (solution.effort_s > 0).sum() < 50 + 1000


@pytest.mark.parametrize("magnitude", [1e-8, 1e-4, 1e3, 1e9])
def test_units_of_any_size_are_solved(magnitude: float) -> None:
    """Far too little effort, and far too much."""
    rng = np.random.default_rng(3)
    case = problem(rng.dirichlet(np.ones(8)), rng.uniform(0.1, 5, (3, 8)), np.full(3, magnitude))
    solution = solve_allocate(case)
    assert solution.status == "optimal"
    assert solution.value <= 1 + 1e-12


@pytest.mark.filterwarnings("error")
@example(84286558)  # one resource whose whole effort covers 1e-15 of a segment
@given(st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_numbers_at_the_limits_give_a_true_bound_of_at_most_all_there_is(seed: int) -> None:
    """Coverages from 1e-15 to 1e15 side by side: a bound above the sum of POA would say nothing."""
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(1, 8)), int(rng.integers(1, 4))
    effort_s = 10.0 ** rng.uniform(-12, 12, m)
    rate = 10.0 ** rng.uniform(-15, 14.9, (m, n)) / np.maximum(effort_s, 1.0)[:, None]
    poa = rng.dirichlet(np.ones(n)) * rng.uniform(0.1, 1)
    case = problem(poa, rate, effort_s)
    solution = solve_allocate(case)
    assert solution.value <= solution.bound <= poa.sum() + 1e-12
    evenly = np.repeat(effort_s[:, None] / n, n, axis=1)
    assert solution.bound >= success(case, evenly) - 1e-12


def test_where_nobody_can_search_nothing_is_found() -> None:
    solution = solve_allocate(problem(np.array([0.5]), np.zeros((2, 1)), np.array([3600.0, 0.0])))
    assert (solution.value, solution.bound, solution.status) == (0.0, 0.0, "optimal")
    assert solution.why[1] == "R0 stays: it cannot search any of these segments."


def test_reasons_name_segments_times_and_the_worth_of_an_hour() -> None:
    solution = solve_allocate(problem(np.array([0.6, 0.3]), np.full((1, 2), 1 / 3600), np.array([7200.0])))
    assert solution.why[1].startswith("R0: 81 min in S0, 39 min in S1; one more hour would find ")


def test_scenarios_are_hedged() -> None:
    """The subject answers calls (both find well) or not (hardly anybody does): the plan for both beats each's own."""
    poa = np.array([0.5, 0.5])
    answers, silent = np.array([[1.0, 1.0], [1.0, 1.0]]), np.array([[1.0, 1.0], [0.0, 0.2]])
    case = problem(np.array([0.4 * poa, 0.6 * poa]), np.array([answers, silent]), np.array([1.0, 2.0]))
    best = solve_allocate(case)
    for weights in ((1.0, 0.0), (0.0, 1.0)):
        alone = problem(np.array(weights)[:, None] * poa + 1e-300, case.rate, case.effort_s)
        assert success(case, solve_allocate(alone).effort_s) <= best.value + 1e-9
    assert best.gap <= 1e-6


def test_same_problem_same_answer() -> None:
    rng = np.random.default_rng(5)
    case = problem(rng.dirichlet(np.ones(40)), rng.uniform(0.0, 2, (6, 40)), rng.uniform(1, 3, 6))
    assert np.array_equal(solve_allocate(case).effort_s, solve_allocate(case).effort_s)


@pytest.mark.parametrize(
    ("weight", "rate", "effort", "word"),
    [
        ([-0.1, 0.5], [[1, 1]], [1], "weight"),
        ([0.9, 0.5], [[1, 1]], [1], "sum to 1.4"),
        ([0.0, 0.0], [[1, 1]], [1], "sum to 0"),
        ([0.1, np.nan], [[1, 1]], [1], "weight"),
        ([0.1, 0.2], [[1, -1]], [1], "rate"),
        ([0.1, 0.2], [[1, 1]], [np.inf], "effort_s"),
        ([0.1, 0.2], [[1, 1]], [1, 2], "effort_s has shape"),
        ([0.1, 0.2], [[1, 1]], [1e308], r"Resource R0: an effort of 1e\+308 s cannot be"),
        ([0.1, 0.2], [[1, 1]], [1e-300], "Resource R0: an effort of 1e-300 s cannot be"),
        ([0.1, 0.2], [[1, 1e300]], [1], r"Resource R0 would cover segment S1 more than 1e\+15 times over"),
        ([0.1, 0.2], [[1, 1e6]], [1e10], r"Resource R0 would cover segment S1 more than 1e\+15 times over"),
    ],
)
def test_impossible_problems_are_refused(
    weight: list[float], rate: list[list[float]], effort: list[float], word: str
) -> None:
    with pytest.raises(BadInput, match=word):
        problem(np.array(weight), np.array(rate, dtype=float), np.array(effort, dtype=float))
