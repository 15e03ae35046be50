"""The answer while the solver is still being compiled: a plan that can be gone, its true value, a true bound."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings

from homeward.search.rooms import early, solve
from homeward.search.rooms.early import plan_early
from homeward.search.rooms.team import form
from tests.search.rooms.cases import optimum, plans, small_problems, value
from tests.search.rooms.test_limits import house

often = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))


@often
@given(small_problems(searchers=2))
def test_early_plans_are_true_without_danger(problem):
    _check(problem)


@often
@given(small_problems(searchers=1, danger=True))
def test_early_plans_are_true_in_danger(problem):
    _check(problem)


def _check(problem):
    best = optimum(problem)
    assume(best > -np.inf)
    team = form(problem, 0)
    bound = plan_early(team)
    paths = tuple(team.plan[k][0] for k in range(len(team.units)))
    assert paths in set(plans(problem))
    assert team.value == pytest.approx(value(problem, paths), abs=1e-9)
    assert bound >= best - 1e-9


def test_a_limit_spent_on_compiling_is_said(monkeypatch):
    monkeypatch.setattr(solve, "_compiled", [])
    monkeypatch.setattr(solve, "at_hand", lambda: False)
    monkeypatch.setattr(solve, "compile_apart", lambda limit_s: False)
    solution = solve.solve_rooms(house(3, 8), time_limit_s=0.1)
    assert solution.status == "feasible"
    assert 0 < solution.value < solution.bound
    assert any("went into compiling" in line for line in solution.why)


def test_who_finds_the_parts_in_time_goes_on(monkeypatch):
    """Another process that compiles already is waited for, not joined."""
    looks = iter([False, False, True])
    monkeypatch.setattr(early, "at_hand", lambda: next(looks))
    monkeypatch.setattr(early, "_busy", lambda: True)
    assert early.compile_apart(60.0)
    monkeypatch.setattr(early, "at_hand", lambda: False)
    assert not early.compile_apart(0.2)
