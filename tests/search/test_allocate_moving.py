"""A moving subject: by hand, against a general solver and rivals, and against the still optimum where nobody moves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.search import allocate_moving
from homeward.search.allocate import divisible
from homeward.search.allocate_moving import MovingProblem, MovingSolution, found_there, solve_moving
from homeward.search.allocate_moving_case import alternated, path_case, pushed


def problem(weight: Floats, segment_at: np.ndarray, rate: Floats, effort_s: Floats) -> MovingProblem:
    """`rate` (periods, resources, segments), or (resources, segments) for all periods alike."""
    t = segment_at.shape[1]
    rate = rate if rate.ndim == 3 else np.tile(rate, (t, 1, 1))
    return MovingProblem(
        segments=tuple(f"S{i}" for i in range(rate.shape[2])),
        resources=tuple(f"R{r}" for r in range(rate.shape[1])),
        periods=tuple(f"hour {i}" for i in range(t)),
        weight=weight,
        segment_at=segment_at,
        rate=rate,
        effort_s=effort_s,
    )


def walk(rng: np.random.Generator, paths: int, periods: int, segments: int) -> np.ndarray:
    """Random walks along a row of segments; who leaves at the low end is off the map."""
    start = rng.integers(0, segments, (paths, 1))
    return np.clip(start + np.cumsum(rng.integers(-1, 2, (paths, periods)), axis=1), -1, segments - 1)


def case(seed: int, paths: int = 60, periods: int = 4, segments: int = 8, resources: int = 2) -> MovingProblem:
    rng = np.random.default_rng(seed)
    rate = rng.lognormal(-8, 0.5, (periods, resources, segments))
    rate[:, rng.random((resources, segments)) < 0.2] = 0.0
    return problem(
        rng.dirichlet(np.ones(paths)) * 0.9,
        walk(rng, paths, periods, segments),
        rate,
        rng.lognormal(8, 0.5, (periods, resources)),
    )


@st.composite
def problems(draw: st.DrawFn) -> MovingProblem:
    """Few paths and many, jumping and walking, like teams, idle periods, useless teams, too little effort, too much."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    k, t, n, m = (draw(st.integers(1, top)) for top in (40, 6, 10, 4))
    at = rng.integers(-1, n, (k, t)) if draw(st.booleans()) else walk(rng, k, t, n)
    rate = rng.lognormal(0, draw(st.sampled_from([0.0, 0.5, 2.0])), (t, m, n))
    rate[:, rng.random((m, n)) < draw(st.sampled_from([0.0, 0.3, 0.8]))] = 0.0
    if m > 1 and draw(st.booleans()):
        rate[:, 1] = 2 * rate[:, 0]
    effort = rng.lognormal(0, 1, (t, m)) * draw(st.sampled_from([1e-8, 0.01, 0.3, 1.0, 3.0, 30.0, 1e4, 1e9]))
    if draw(st.booleans()):
        effort[0] = 0.0
    weight = rng.dirichlet(np.full(k, draw(st.sampled_from([0.1, 1.0, 10.0])))) * draw(st.floats(0.05, 1.0))
    return problem(weight, at, rate, effort)


def there(p: MovingProblem, hidden: Floats, t: int) -> Floats:
    """What is hidden in each segment in a period."""
    return np.asarray(np.bincount(p.segment_at[:, t] + 1, hidden, len(p.segments) + 1)[1:], dtype=np.float64)


def value_of(p: MovingProblem, effort_s: Floats) -> float:
    """What searching times find, path by path: the definition, written apart from the solver."""
    found = 0.0
    for weight, path in zip(p.weight, p.segment_at, strict=True):
        cover = sum(float(p.rate[t, :, c] @ effort_s[t, :, c]) for t, c in enumerate(path) if c >= 0)
        found += weight * -np.expm1(-cover)
    return float(found)


def linear_bound(p: MovingProblem, effort_s: Floats) -> float:
    """Value and the most that moving all effort could gain if detection were linear: a bound, as it is concave."""
    density = (p.rate * effort_s).sum(axis=1)
    cover = np.array([sum(density[t, c] for t, c in enumerate(path) if c >= 0) for path in p.segment_at])
    promise = 0.0
    for t in range(len(p.periods)):
        hidden = np.zeros(len(p.segments))
        for weight, path, met in zip(p.weight, p.segment_at, cover, strict=True):
            if path[t] >= 0:
                hidden[path[t]] += weight * np.exp(-met)
        gain = p.rate[t] * hidden
        promise += float((gain.max(axis=1) * p.effort_s[t]).sum() - (gain * effort_s[t]).sum())
    return value_of(p, effort_s) + promise


def myopic(p: MovingProblem) -> Floats:
    """Each period's effort as for a still subject, where the earlier periods left it."""
    effort, hidden = np.zeros(p.rate.shape), p.weight.copy()
    for t, at in enumerate(p.segment_at.T):
        weight = there(p, hidden, t)
        if weight.sum() > 1e-200:
            effort[t] = divisible(weight[None], p.rate[t][None], p.effort_s[t]).effort
        density = np.append((p.rate[t] * effort[t]).sum(axis=0), 0.0)
        hidden = hidden * np.exp(-density[at])
    return effort


def test_two_segments_and_two_periods_by_hand() -> None:
    """Two paths of .5: one stays in A, one goes from A to B. One coverage an hour, one hour in each of two periods.

    In the first period all goes to A, where both are. That leaves both alike, so the second hour is halved between A
    and B: each path meets 1.5 in all.
    """
    p = problem(np.array([0.5, 0.5]), np.array([[0, 0], [0, 1]]), np.full((1, 2), 1 / 3600), np.full((2, 1), 3600.0))
    solution = solve_moving(p)
    assert solution.effort_s[:, 0] / 3600 == pytest.approx(np.array([[1.0, 0.0], [0.5, 0.5]]))
    assert solution.value == pytest.approx(-np.expm1(-1.5))
    assert solution.price_per_s * 3600 == pytest.approx(np.array([[np.exp(-1.5)], [0.5 * np.exp(-1.5)]]))


def test_who_looks_ahead_leaves_to_later_what_can_wait() -> None:
    """A (.6) can be seen in the first period alone, B (.4) in both. One hour each, one coverage an hour.

    Myopic: x of the first hour in A with .6 exp(-x) = .4 exp(-(1 - x)), then B for an hour. Best: the first hour goes
    so that .6 exp(-x) = .4 exp(-(2 - x)), x = 1 + ln(1.5) / 2 > 1: all of it to A.
    """
    p = problem(np.array([0.6, 0.4]), np.array([[0, -1], [1, 1]]), np.ones((1, 2)), np.ones((2, 1)))
    solution = solve_moving(p)
    assert solution.effort_s[0, 0] == pytest.approx([1.0, 0.0])
    assert solution.value == pytest.approx(-np.expm1(-1.0))
    x = 0.5 + np.log(1.5) / 2
    assert value_of(p, myopic(p)) == pytest.approx(1 - 0.6 * np.exp(-x) - 0.4 * np.exp(-(2 - x)))
    assert value_of(p, myopic(p)) < solution.value - 0.01


@pytest.mark.parametrize(("seed", "resources"), [(0, 1), (1, 1), (2, 2), (3, 3), (4, 2)])
def test_agrees_with_a_general_solver(seed: int, resources: int) -> None:
    p = case(seed, paths=20, periods=3, segments=4, resources=resources)
    shape = p.rate.shape
    budget = p.effort_s

    def missed(y: Floats) -> float:
        return 1 - value_of(p, y.reshape(shape) * budget[:, :, None])

    sums = {"type": "eq", "fun": lambda y: y.reshape(shape).sum(axis=2).ravel() - 1}
    generic = minimize(  # type: ignore[call-overload]  # the stubs know no mixed constraints
        missed, np.full(p.rate.size, 1 / shape[2]), bounds=[(0, 1)] * p.rate.size, constraints=[sums],
        method="SLSQP", options={"maxiter": 500, "ftol": 1e-13})  # fmt: skip
    solution = solve_moving(p)
    assert solution.value >= 1 - generic.fun - 1e-9
    assert solution.value == pytest.approx(1 - generic.fun, rel=2e-6)
    assert solution.bound >= 1 - generic.fun - 1e-9


@settings(deadline=None, max_examples=150)
@given(problems())
def test_budgets_are_kept_the_value_is_true_and_the_optimum_is_certified(p: MovingProblem) -> None:
    solution = solve_moving(p, time_limit_s=20)
    assert (solution.effort_s >= 0).all()
    assert (solution.effort_s.sum(axis=2) <= p.effort_s * (1 + 1e-12)).all()
    assert (solution.effort_s[p.rate == 0] == 0).all()
    assert solution.value == pytest.approx(value_of(p, solution.effort_s), rel=1e-9, abs=1e-300)
    assert solution.pos.sum() == pytest.approx(solution.value, rel=1e-9, abs=1e-300)
    assert solution.value <= solution.bound
    assert solution.gap <= 1e-6
    assert solution.status == "optimal"
    seen = p.weight[((p.segment_at >= 0) & (p.rate.max(axis=1)[range(len(p.periods)), p.segment_at] > 0)).any(axis=1)]
    proof = min(linear_bound(p, solution.effort_s), seen.sum())  # apart from the solver, and from this plan alone
    assert proof <= solution.value * (1 + 1e-4) + 1e-300


@settings(deadline=None, max_examples=100)
@given(problems(), st.integers(0, 2**32 - 1))
def test_no_rival_plan_passes_the_bound(p: MovingProblem, seed: int) -> None:
    solution = solve_moving(p, time_limit_s=20)
    rival = np.random.default_rng(seed).dirichlet(np.full(len(p.segments), 0.3), p.effort_s.shape)
    for effort in (rival * p.effort_s[:, :, None], myopic(p)):
        assert value_of(p, effort) <= solution.bound * (1 + 1e-12)
        assert linear_bound(p, effort) >= solution.value * (1 - 1e-9)


@pytest.mark.parametrize("resources", [1, 3])
def test_a_subject_who_stays_is_the_still_optimum_of_all_effort(resources: int) -> None:
    rng = np.random.default_rng(resources)
    weight = rng.dirichlet(np.ones(30)) * 0.8
    rate = rng.lognormal(-8, 0.5, (resources, 30))
    effort = rng.lognormal(8, 0.5, (5, resources))
    p = problem(weight, np.tile(np.arange(30)[:, None], 5), rate, effort)
    still = divisible(weight[None], rate[None], effort.sum(axis=0))
    solution = solve_moving(p)
    assert solution.value == pytest.approx(still.value, rel=1e-6)
    cover = (rate * solution.effort_s.sum(axis=0)).sum(axis=0)
    assert cover == pytest.approx((rate * still.effort).sum(axis=0), abs=0.01)


@pytest.mark.parametrize("seed", range(3))
def test_one_period_is_the_still_problem(seed: int) -> None:
    p = case(seed, periods=1, resources=3)
    assert solve_moving(p).value == pytest.approx(
        divisible(there(p, p.weight, 0)[None], p.rate, p.effort_s[0]).value, rel=1e-6
    )


@settings(deadline=None, max_examples=60)
@given(problems(), st.floats(1.0, 5.0))
def test_more_effort_never_finds_less(p: MovingProblem, more: float) -> None:
    effort = p.effort_s.copy()
    effort[-1] *= more
    assert solve_moving(replace(p, effort_s=effort)).value >= solve_moving(p).value * (1 - 1e-6)


def test_looking_ahead_finds_at_least_what_each_period_alone_finds() -> None:
    gains = []
    for seed in range(20):
        p = case(seed, paths=200, periods=6)
        best = solve_moving(p).value
        gains.append(best - value_of(p, myopic(p)))
        assert gains[-1] >= -1e-6 * best
    assert max(gains) > 0.001


def test_like_paths_count_together() -> None:
    p = case(1)
    twice = replace(
        p, weight=np.concatenate([p.weight, p.weight]) / 2, segment_at=np.concatenate([p.segment_at, p.segment_at])
    )
    assert np.allclose(solve_moving(twice).effort_s, solve_moving(p).effort_s, rtol=1e-6, atol=1)


def test_a_newton_step_never_finds_less_and_spends_no_more() -> None:
    p = case(3)
    ready = path_case(p.weight, p.segment_at, p.rate * p.effort_s[:, :, None])
    assert ready is not None
    plan = ready[0]
    y = plan.mask / plan.spread(np.where(plan.on, plan.sums(plan.mask.astype(float)), 1.0))
    for _ in range(10):
        before = plan.found(plan.coverage(y))
        y, cover = pushed(plan, y, plan.coverage(y))
        assert plan.found(cover) >= before
        assert plan.sums(y)[plan.on] == pytest.approx(1.0)
        assert plan.bound(cover) >= plan.found(cover)


def test_a_plan_of_many_paths_is_certified() -> None:
    rng = np.random.default_rng(1)
    at = walk(rng, 3000, 12, 200)
    p = problem(np.full(3000, 0.9 / 3000), at, rng.lognormal(-8, 0.5, (3, 200)), np.full((12, 3), 3 * 3600.0))
    solution = solve_moving(p)
    assert solution.status == "optimal"
    assert (solution.effort_s > 0).sum() <= (solution.effort_s.sum(axis=1) > 0).sum() + 5 * 36  # few share a segment


def test_the_bound_holds_at_any_time_and_what_there_is_comes_back_in_time() -> None:
    p = case(5, paths=2000, periods=10, segments=60, resources=3)
    best = solve_moving(p)
    told: list[tuple[float, float, float]] = []
    none = solve_moving(p, time_limit_s=1e-9, progress=lambda *now: told.append(now))
    assert (none.status, len(told) >= 1) == ("feasible", True)
    assert none.value <= best.value <= best.bound <= none.bound
    solve_moving(p, progress=lambda *now: told.append(now))
    for _, value, bound in told:
        assert value <= best.bound
        assert bound >= best.value * (1 - 1e-12)


def test_ctrl_c_gives_the_best_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds = []

    def interrupted(*args: object) -> object:
        rounds.append(1)
        if len(rounds) == 3:
            raise KeyboardInterrupt
        return original(*args)  # type: ignore[arg-type]

    original = alternated
    monkeypatch.setattr(allocate_moving, "alternated", interrupted)
    p = case(6, paths=500, periods=10, segments=40)
    solution = solve_moving(p)
    monkeypatch.undo()
    best = solve_moving(p)
    assert 0.9 * best.value < solution.value <= best.value <= solution.bound
    assert solution.status == "feasible"


def test_same_problem_same_answer() -> None:
    first, second = (solve_moving(case(8), seed=3) for _ in range(2))
    assert np.array_equal(first.effort_s, second.effort_s)
    assert first.why == second.why


def test_where_nobody_can_look_nothing_is_found() -> None:
    for rate, at in ((np.zeros((1, 2)), [[0, 1]]), (np.ones((1, 2)), [[-1, -1]])):
        solution = solve_moving(problem(np.array([1.0]), np.array(at), rate, np.ones((2, 1))))
        assert (solution.value, solution.bound, solution.gap, solution.status) == (0.0, 0.0, 0.0, "optimal")
        assert solution.why[1] == "hour 0: nobody can search where the subject may be. Finds 0.0000."


def test_found_there_tells_periods_apart() -> None:
    p = problem(np.array([1.0]), np.array([[0, 1]]), np.ones((1, 2)), np.ones((2, 1)))
    pos = found_there(p, np.array([[[1.0, 0.0]], [[0.0, 1.0]]]))
    assert pos == pytest.approx(np.array([[1 - np.exp(-1), 0.0], [0.0, np.exp(-1) - np.exp(-2)]]))


def test_reasons_go_period_by_period() -> None:
    p = problem(np.array([0.6, 0.4]), np.array([[0, -1], [1, 1]]), np.full((1, 2), 1 / 3600), np.full((2, 1), 3600.0))
    solution: MovingSolution = solve_moving(p)
    assert solution.why[0].startswith("Probability of success 0.6321, proven the best there is (gap ")
    assert solution.why[1:] == ("hour 0: R0 60 min in S0. Finds 0.3793.", "hour 1: R0 60 min in S1. Finds 0.2528.")


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"weight": np.array([0.5, -0.1])}, "weight holds"),
        ({"weight": np.array([0.5, np.nan])}, "weight holds"),
        ({"weight": np.array([0.9, 0.9])}, "sum to 1.8"),
        ({"weight": np.zeros(2)}, "sum to 0"),
        ({"segment_at": np.array([[0, 1], [0, 2]])}, "names a segment that is not there"),
        ({"segment_at": np.array([[0, 1], [0, -2]])}, "names a segment that is not there"),
        ({"segment_at": np.array([[0.0, 1.0], [0.0, 1.0]])}, "segment_at holds float64"),
        ({"segment_at": np.array([[0], [1]])}, "segment_at has shape"),
        ({"rate": np.full((2, 1, 2), -1.0)}, "rate holds"),
        ({"effort_s": np.full((2, 1), np.inf)}, "effort_s holds"),
        ({"effort_s": np.ones((2, 2))}, "effort_s has shape"),
    ],
)
def test_impossible_problems_are_refused(change: dict[str, np.ndarray], word: str) -> None:
    p = problem(np.array([0.5, 0.5]), np.array([[0, 0], [0, 1]]), np.ones((1, 2)), np.ones((2, 1)))
    with pytest.raises(BadInput, match=word):
        replace(p, **change)  # type: ignore[arg-type]
