"""The bound by divided efforts: above every plan, and near the best one where the team is large."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings

from homeward.search.rooms.divided import divided
from homeward.search.rooms.solve import solve_rooms
from homeward.search.rooms.team import form
from tests.search.rooms.cases import optimum, small_problems
from tests.search.rooms.test_limits import house


def bound(problem):
    team = form(problem, 0)
    return divided(team, [(unit.group.ways, 1.0) for unit in team.units], lambda: False)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(small_problems())
def test_no_plan_is_above_the_bound(problem):
    best = optimum(problem)
    assert bound(problem) >= best - 1e-9


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(small_problems(searchers=2, rules=True))
def test_no_plan_that_keeps_rules_is_above_the_bound(problem):
    best = optimum(problem)
    assume(best > -np.inf)
    assert bound(problem) >= best - 1e-9


def test_alike_searchers_count_as_one_path_so_many_times():
    problem = house(4, 6)
    team = form(problem, 0)
    together = divided(team, [(team.units[0].group.ways, 4.0)], lambda: False)
    assert together == pytest.approx(bound(problem), rel=1e-3)


def test_many_searchers_are_bounded_closely():
    """Twelve searchers of little sight on 36 rooms: dividing them is hardly better than a plan."""
    problem = house(12, 6, sees=0.2)
    solution = solve_rooms(problem, time_limit_s=20, progress=_until(0.03))
    assert solution.bound <= 1.03 * solution.value
    assert bound(problem) >= solution.value


def _until(gap):
    def look(elapsed_s, value, bound):
        if bound <= (1 + gap) * value:
            raise KeyboardInterrupt

    return look


def test_sure_sensors_are_left_to_prices():
    assert bound(house(3, 4, sees=1.0)) == np.inf
