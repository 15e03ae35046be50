"""Against every plan there is: the value is the optimum, the bound never below it, at any moment."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings

from homeward.errors import BadInput
from homeward.search.rooms import RoomsProblem, every, solve_rooms
from homeward.search.rooms.every import best_of_all, numbers
from homeward.search.rooms.measure import plan_value
from homeward.search.rooms.price import cheapest
from homeward.search.rooms.proof import begin, lower, plant_whole
from homeward.search.rooms.team import SLACK, first, form, in_order
from tests.search.rooms.cases import chance_lost, keeps_rules, neighbours, optimum, small_problems, value, walks
from tests.search.rooms.test_limits import house

thorough = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))


@thorough
@given(small_problems())
def test_small_teams_are_planned_at_the_proven_optimum(problem):
    best = optimum(problem)
    solution = solve_rooms(problem, time_limit_s=20)
    assert solution.status == "optimal"
    assert solution.value == pytest.approx(best, abs=1e-9)
    assert solution.bound >= best - 1e-12
    assert solution.bound <= best + 2e-9


@thorough
@given(small_problems())
def test_value_is_that_of_the_paths_and_the_paths_can_be_gone(problem):
    solution = solve_rooms(problem, time_limit_s=20)
    paths = tuple(solution.paths[s.id] for s in problem.searchers)
    assert solution.value == pytest.approx(value(problem, paths), abs=1e-12)
    near = neighbours(problem)
    for s, path in zip(problem.searchers, paths, strict=True):
        assert path[0] == s.start
        assert len(path) == problem.steps + 1
        assert all(b in near[a] for a, b in pairwise(path))
        assert s.allowed is None or set(path[1:]) <= s.allowed
    assert all(a <= b + 1e-12 for a, b in pairwise(solution.found))


@thorough
@given(small_problems())
def test_every_bound_on_the_way_is_above_the_optimum(problem):
    best = optimum(problem)
    team = form(problem, 0)
    first(team)
    for rounds in (1, 3, 40):
        proof = begin(team, rounds, lambda: False)
        assert proof.bound >= best - 1e-9
    assert plant_whole(team, proof)
    going = True
    while going:
        going = lower(team, proof, 1.0)
        assert proof.bound >= best - 1e-9
    assert team.value == pytest.approx(best, abs=1e-9)


@thorough
@given(small_problems(searchers=2, rules=True))
def test_rules_hold_at_every_step_and_cost_no_optimality(problem):
    best = optimum(problem)
    if best == -np.inf:
        with pytest.raises(BadInput, match="keep the rules"):
            solve_rooms(problem)
        return
    solution = solve_rooms(problem, time_limit_s=20)
    assert keeps_rules(problem, tuple(solution.paths[s.id] for s in problem.searchers))
    assert solution.value == pytest.approx(best, abs=1e-9)
    assert solution.bound >= best - 1e-12


@thorough
@given(small_problems(searchers=3, rules=True))
def test_a_bound_pair_and_a_third_are_planned_together(problem):
    best = optimum(problem)
    assume(best > -np.inf)
    solution = solve_rooms(problem, time_limit_s=20)
    assert keeps_rules(problem, tuple(solution.paths[s.id] for s in problem.searchers))
    assert solution.value == pytest.approx(best, abs=1e-9)


@thorough
@given(small_problems(searchers=1, danger=True))
def test_one_searcher_in_danger_is_planned_at_the_optimum(problem):
    best = optimum(problem)
    if best == -np.inf:
        with pytest.raises(BadInput, match=r"above its max_loss"):
            solve_rooms(problem)
        return
    solution = solve_rooms(problem, time_limit_s=20)
    assert solution.status == "optimal"
    assert solution.value == pytest.approx(best, abs=1e-9)
    assert solution.bound >= best - 1e-12
    assert keeps_rules(problem, (solution.paths["s0"],))


@settings(thorough, max_examples=60)
@given(small_problems(searchers=2, danger=True))
def test_a_team_in_danger_knows_what_its_plan_is_worth(problem):
    best = optimum(problem)
    assume(best > -np.inf)
    solution = solve_rooms(problem, time_limit_s=0.05)
    paths = tuple(solution.paths[s.id] for s in problem.searchers)
    assert solution.value == pytest.approx(value(problem, paths), abs=1e-9)
    assert solution.value <= best + 1e-9
    assert solution.bound >= best - 1e-9
    assert keeps_rules(problem, paths)
    for s, path in zip(problem.searchers, paths, strict=True):
        assert solution.lost[s.id] == pytest.approx(chance_lost(problem, path))


@pytest.mark.parametrize(("searchers", "examples"), [(2, 60), (3, 20)])
def test_small_teams_in_danger_are_planned_at_the_proven_optimum(searchers, examples):
    @settings(thorough, max_examples=examples)
    @given(small_problems(searchers=searchers, danger=True))
    def check(problem):
        best = optimum(problem)
        assume(best > -np.inf)
        solution = solve_rooms(problem, time_limit_s=20)
        assert solution.status == "optimal"
        assert solution.value == pytest.approx(best, abs=1e-9)
        assert best - 1e-12 <= solution.bound <= best + 2e-9
        assert keeps_rules(problem, tuple(solution.paths[s.id] for s in problem.searchers))

    check()


@settings(thorough, max_examples=60)
@given(small_problems(searchers=2, danger=True))
def test_going_through_every_plan_needs_no_plan_to_begin_with(problem):
    best = optimum(problem)
    done, plan = best_of_all(problem, -np.inf, lambda: False)
    assert done
    if plan is None:
        assert best == -np.inf
    else:
        assert value(problem, tuple(plan)) == pytest.approx(best, abs=1e-12)
        assert best_of_all(problem, best + 1e-12, lambda: False) == (True, None)


def test_every_plan_in_many_parts_and_broken_off(monkeypatch):
    problem = in_danger()
    whole = best_of_all(problem, -np.inf, lambda: False)
    monkeypatch.setattr(every, "PART", 3000)
    done, plan = best_of_all(problem, -np.inf, lambda: False)
    assert done
    assert plan is not None
    assert whole[1] is not None
    assert plan_value(problem, plan) == pytest.approx(plan_value(problem, whole[1]), abs=1e-12)
    assert best_of_all(problem, -np.inf, lambda: True) == (False, None)


def test_joint_plans_are_counted_before_they_are_gone_through():
    problem = in_danger()
    plans = [len(list(walks(problem, s))) for s in range(2)]
    row = 2**2 * problem.n + 2 * (problem.steps + 1)
    assert row * plans[0] * plans[1] < numbers(problem) < 2 * row * plans[0] * plans[1]


def in_danger() -> RoomsProblem:
    return replace(house(2, 4, side=3), loss=np.linspace(0, 0.2, 9))


@thorough
@given(small_problems())
def test_bounds_stand_without_being_lifted_to_the_plan(problem):
    """A bound is never reported below the value; that must hide no more than rounding."""
    best = optimum(problem)
    team = form(problem, 0)
    first(team)
    for rounds in (1, 40):
        assert cheapest(team, [(unit, 1.0) for unit in team.units], rounds, lambda: False)[0] >= best - 1e-9
    proof = begin(team, 3, lambda: False)
    assert plant_whole(team, proof)
    going = True
    while going:
        going = lower(team, proof, 1.0)
        assert proof.whole is not None
        tree = proof.whole.tree
        tops = [float(tree.bound[h]) for h in tree.heads if h >= 0]
        assert max([*tops, float(tree.best[0]) + SLACK]) >= best - 1e-9
    assert team.value == pytest.approx(plan_value(problem, in_order(team, team.plan)), abs=1e-12)


@given(small_problems())
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_same_seed_gives_the_same_plan(problem: RoomsProblem):
    one, two = (solve_rooms(problem, seed=3) for _ in range(2))
    assert one.paths == two.paths
    assert one.value == plan_value(problem, [two.paths[s.id] for s in problem.searchers])
