"""What is measured is ground, and what is bound holds for every path: laws, told apart from the planner."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.search.sweep import Searcher, SweepProblem
from homeward.search.sweep.bound import bounds
from homeward.search.sweep.footprint import length_m, look
from homeward.search.sweep.plain import plain_look

FLAT = np.ones((60, 80))


def case(poa: np.ndarray, *searchers: Searcher, cell_m: float = 30.0) -> SweepProblem:
    return SweepProblem(
        poa=poa, cell_m=cell_m, west_m=0.0, south_m=0.0, inside=None, searchers=searchers, objective="end"
    )


@pytest.mark.parametrize("radius_m", [8.0, 33.0, 70.0])  # far below, about, and far above a cell's side
@pytest.mark.parametrize("angle_deg", [0.0, 17.0, 45.0, 90.0])
def test_a_straight_way_sees_a_capsule(radius_m: float, angle_deg: float) -> None:
    length, angle = 600.0, np.radians(angle_deg)
    start = np.array([900.0, 700.0])
    path = np.array([start, start + length * np.array([np.cos(angle), np.sin(angle)])])
    problem = case(FLAT, Searcher("a", tuple(start), length, radius_m))
    capsule = 2 * radius_m * length + np.pi * radius_m**2
    assert look(problem, {"a": path}).end == pytest.approx(capsule / (FLAT.size * 900.0), rel=2e-3)


def test_a_second_look_pays_where_the_first_may_miss() -> None:
    problem = case(FLAT, Searcher("a", (300.0, 900.0), 2400.0, 30.0, None, 0.5))
    there_and_back = np.array([[300.0, 900.0], [1500.0, 900.0], [300.0, 900.0]])
    once = look(problem, {"a": there_and_back[:2]}).end
    assert look(problem, {"a": there_and_back}).end == pytest.approx(
        1.5 * once, rel=0.03
    )  # less the end where it turns


def test_soonest_is_the_mean_of_the_curve() -> None:
    problem = case(FLAT, Searcher("a", (300.0, 900.0), 1200.0, 30.0))
    seen = look(problem, {"a": np.array([[300.0, 900.0], [1500.0, 900.0]])}, points=2001)
    at, found = np.array(seen.curve).T
    assert at[-1] == 1200.0
    assert seen.soonest == pytest.approx(np.trapezoid(found, at) / at[-1], abs=1e-4)


@st.composite
def raster_and_paths(draw: st.DrawFn) -> tuple[SweepProblem, dict[str, np.ndarray]]:
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    poa = rng.random((12, 15)) ** draw(st.sampled_from([1, 4, 16]))
    radius = draw(st.floats(10.0, 90.0))
    pod = draw(st.sampled_from([1.0, 0.7, 0.3]))
    paths, searchers = {}, []
    for name in "abc"[: draw(st.integers(1, 3))]:
        path = rng.random((draw(st.integers(2, 12)), 2)) * [450.0, 360.0]
        paths[name] = path
        searchers.append(Searcher(name, tuple(path[0]), length_m(path), radius, None, pod))
    return case(poa, *searchers), paths


@settings(max_examples=60)
@given(raster_and_paths())
def test_no_path_at_all_passes_the_bound(drawn: tuple[SweepProblem, dict[str, np.ndarray]]) -> None:
    problem, paths = drawn
    seen = look(problem, paths)
    at_end, soonest = bounds(problem)
    assert 0 <= seen.soonest <= seen.end <= 1 + 1e-9
    assert seen.end <= at_end * 1.002 + 1e-6  # the measure itself is right to about 0.1 %
    assert seen.soonest <= soonest * 1.002 + 1e-6


@settings(max_examples=20)
@given(raster_and_paths(), st.integers(0, 2**32 - 1))
def test_more_way_never_sees_less(drawn: tuple[SweepProblem, dict[str, np.ndarray]], seed: int) -> None:
    problem, paths = drawn
    longer = np.vstack([paths["a"], np.random.default_rng(seed).random((1, 2)) * [450.0, 360.0]])
    more = problem.searchers[0]
    extended = case(
        problem.poa,
        Searcher("a", more.start_m, length_m(longer), more.radius_m, None, more.pod),
        *problem.searchers[1:],
    )
    assert look(extended, {**paths, "a": longer}).end >= look(problem, paths).end - 1e-3


@settings(max_examples=25)
@given(raster_and_paths())
def test_compiled_and_plain_measures_agree(drawn: tuple[SweepProblem, dict[str, np.ndarray]]) -> None:
    problem, paths = drawn
    quick, plain = look(problem, paths), plain_look(problem, paths, fine=16.0)
    assert quick.end == pytest.approx(plain.end, abs=8e-3)  # the plain one has coarser sub-cells
    assert quick.soonest == pytest.approx(plain.soonest, abs=8e-3)
    assert quick.left == pytest.approx(plain.left, abs=0.3)  # an edge through a cell of few sub-cells


def test_lanes_along_rows_are_measured_as_they_are() -> None:
    """Wherever a lane lies on the raster, as shapely has it: no width is rounded to whole sub-cells."""
    for offset in (0.0, 0.3, 1.0, 7.0):
        y = 200 + offset + 80 * np.repeat(np.arange(10), 2)
        lanes = np.column_stack([np.resize([150.0, 2250.0, 2250.0, 150.0], 20), y])
        problem = case(FLAT, Searcher("a", None, 1e5, 33.137))
        area = shapely.LineString(lanes).buffer(33.137, quad_segs=64).area
        assert look(problem, {"a": lanes}).end == pytest.approx(area / (FLAT.size * 900.0), rel=1e-3)
