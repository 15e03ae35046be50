"""Expanding spirals: on one heap of probability no plan falls below them, and they keep all rules."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings

from homeward.errors import BadInput
from homeward.search.sweep import Searcher, SweepProblem, solve_sweep
from homeward.search.sweep.footprint import look
from homeward.search.sweep.forbidden import allowed, check_ways
from homeward.search.sweep.problem import Objective
from homeward.search.sweep.solve import _stay
from homeward.search.sweep.spirals import spirals
from tests.search.sweep.test_rules import ruled

RADIUS_M = 33.0


def heap(objective: Objective, searchers: int, side: int = 80) -> SweepProblem:
    """Dense at the middle and thinner all around, everybody in the middle."""
    at = np.arange(side) + 0.5 - side / 2
    away = np.maximum(np.hypot(at[None], at[:, None]), 1.0)
    half = side * 15.0
    crew = tuple(Searcher(f"d{k}", (0.0, 0.0), 9000.0, RADIUS_M) for k in range(searchers))
    return SweepProblem(1 / away**1.5, 30.0, -half, -half, None, crew, objective)


def arms(problem: SweepProblem) -> dict[str, np.ndarray]:
    """By the plain definition: arms of one spiral whose neighbours lie a swath apart, until the length is gone."""
    n, paths = len(problem.searchers), {}
    pitch = n * 2 * RADIUS_M / (2 * np.pi)
    angle = np.arange(0.0, 200.0, 0.1)
    for k, s in enumerate(problem.searchers):
        turned = angle + 2 * np.pi * k / n
        path = pitch * angle[:, None] * np.column_stack([np.cos(turned), np.sin(turned)])
        gone = np.r_[0.0, np.cumsum(np.hypot(*np.diff(path, axis=0).T))]
        paths[s.id] = path[gone <= s.length_m]
    return paths


@pytest.mark.parametrize("objective", ["end", "soonest"])
@pytest.mark.parametrize("searchers", [1, 3])
@pytest.mark.parametrize("limit_s", [0.7, 2.0])
def test_on_a_heap_no_plan_falls_below_the_spiral(
    monkeypatch: pytest.MonkeyPatch, objective: Objective, searchers: int, limit_s: float
) -> None:
    monkeypatch.setattr(time, "perf_counter", time.process_time)  # however busy the machine is
    problem = heap(objective, searchers)
    seen = look(problem, arms(problem))
    assert solve_sweep(problem, time_limit_s=limit_s).value >= (seen.end if objective == "end" else seen.soonest) - 5e-4


def test_swaths_of_unlike_searchers_touch() -> None:
    """All ground within a radius is seen, and hardly any of it twice."""
    crew = (Searcher("a", (0.0, 0.0), 60_000.0, 50.0), Searcher("b", (0.0, 0.0), 60_000.0, 20.0))
    problem = replace(heap("end", 1), searchers=crew, poa=np.ones((80, 80)))
    paths = spirals(problem, {s.id: np.zeros(2) for s in crew})
    at = np.random.default_rng(0).uniform(-600, 600, (2000, 2))
    at = at[np.hypot(*at.T) < 600]
    near = [shapely.distance(shapely.LineString(paths[s.id]), shapely.points(at)) <= s.radius_m for s in crew]
    assert (near[0] | near[1]).mean() > 0.97
    assert (near[0] & near[1]).mean() < 0.06


@settings(max_examples=40, deadline=None)
@given(ruled())
def test_they_keep_the_rules_of_the_way(case: SweepProblem) -> None:
    try:
        check_ways(case)
        begin = {s.id: _stay(case, s)[0] for s in case.searchers}
    except BadInput:
        return  # somebody's goal is out of reach
    paths = spirals(case, begin)
    assert all(allowed(case, s, paths[s.id]) for s in case.searchers)
