"""Tiny squares, where all walks can be tried: the solver is as good as the best of them, and its bound above it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from homeward.search.sweep import Searcher, SweepProblem, solve_sweep
from homeward.search.sweep.problem import Objective

RADIUS_M = 50.0
SIDE_M = 2 * RADIUS_M


def walks(side: int, here: tuple[int, int], steps: int) -> list[list[tuple[int, int]]]:
    """All walks of so many steps to one of the four neighbours that never come back to a square."""
    found = [[here]]
    for _ in range(steps):
        found = [
            [*w, (w[-1][0] + a, w[-1][1] + b)]
            for w in found
            for a, b in ((1, 0), (-1, 0), (0, 1), (0, -1))
            if 0 <= w[-1][0] + a < side and 0 <= w[-1][1] + b < side and (w[-1][0] + a, w[-1][1] + b) not in w
        ]
    return found


def shares(poa: np.ndarray, walk: list[tuple[int, int]]) -> list[float]:
    """Share of the map in sight at the start and after each quarter of a step, by plain geometry."""
    n = len(poa)
    so_far: BaseGeometry = shapely.GeometryCollection()
    cells = [(i, j, shapely.box(j * SIDE_M, (n - 1 - i) * SIDE_M, (j + 1) * SIDE_M, (n - i) * SIDE_M)) for i in range(n)
             for j in range(n)]  # fmt: skip
    found = []
    corners = np.array([((j + 0.5) * SIDE_M, (n - i - 0.5) * SIDE_M) for i, j in walk])
    at = np.arange(4 * len(walk) - 3) / 4
    points = np.column_stack([np.interp(at, np.arange(len(walk)), corners[:, k]) for k in (0, 1)])
    legs = [shapely.Point(points[0]), *(shapely.LineString(pair) for pair in pairwise(points))]
    for leg in legs:
        so_far = shapely.union(so_far, leg.buffer(RADIUS_M))
        found.append(sum(poa[i, j] * box.intersection(so_far).area / box.area for i, j, box in cells) / poa.sum())
    return found


@st.composite
def tiny(draw: st.DrawFn) -> tuple[SweepProblem, list[list[tuple[int, int]]]]:
    side, steps = draw(st.integers(3, 4)), draw(st.integers(1, 5))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    poa = rng.random((side, side)) ** draw(st.sampled_from([1, 3, 9]))
    start = (int(rng.integers(side)), int(rng.integers(side)))
    at = ((start[1] + 0.5) * SIDE_M, (side - start[0] - 0.5) * SIDE_M)
    objective: Objective = draw(st.sampled_from(["end", "soonest"]))
    searcher = Searcher("a", at, steps * SIDE_M, RADIUS_M)
    return SweepProblem(poa, SIDE_M, 0.0, 0.0, None, (searcher,), objective), walks(side, start, steps)


@settings(max_examples=8, deadline=None)
@given(tiny())
def test_no_walk_from_square_to_square_does_better(drawn: tuple[SweepProblem, list[list[tuple[int, int]]]]) -> None:
    problem, tried = drawn
    rough = {tuple(w): [float(problem.poa[p]) for p in w] for w in tried}  # what each walk's squares hold
    likely = sorted(tried, key=lambda w: -sum(rough[tuple(w)]))[:15]
    curves = [shares(problem.poa, w) for w in likely]
    if problem.objective == "end":
        best = max(curve[-1] for curve in curves)
    else:  # the curve rises: its mean is not below that of what was seen at the beginning of each quarter
        best = max(float(np.mean(curve[:-1])) for curve in curves)
    solution = solve_sweep(problem, time_limit_s=8.0)
    assert solution.bound >= best - 1e-9
    assert solution.value >= 0.98 * best


@settings(max_examples=8, deadline=None)
@given(tiny())
def test_value_is_what_geometry_says(drawn: tuple[SweepProblem, list[list[tuple[int, int]]]]) -> None:
    problem, _ = drawn
    solution = solve_sweep(problem, time_limit_s=0.3)
    seen = shapely.LineString(solution.paths["a"]).buffer(RADIUS_M, quad_segs=32)
    n = len(problem.poa)
    held = sum(
        problem.poa[i, j]
        * seen.intersection(shapely.box(j * SIDE_M, (n - 1 - i) * SIDE_M, (j + 1) * SIDE_M, (n - i) * SIDE_M)).area
        for i in range(n)
        for j in range(n)
    )
    assert solution.end_value == pytest.approx(held / SIDE_M**2 / problem.poa.sum(), abs=2e-3)
