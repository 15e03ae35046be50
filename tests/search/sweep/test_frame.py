"""Size: what is too wide is planned in part, the rest is the same as on the whole raster."""

from __future__ import annotations

import numpy as np
import pytest

from homeward.errors import BadInput
from homeward.search.sweep import Searcher, SweepProblem, solve_sweep
from homeward.search.sweep.frame import MOST_SQUARES, framed
from homeward.search.sweep.problem import alike

RASTER = np.random.default_rng(3).random((80, 100)) + 0.01


def problem(cell_m: float, *searchers: Searcher) -> SweepProblem:
    return SweepProblem(RASTER, cell_m, 100.0, 200.0, None, searchers, "end")


def test_a_raster_of_common_size_is_planned_whole() -> None:
    case = problem(30.0, Searcher("a", None, 5000.0, 10.0))
    assert framed(case) == (case, 1.0)


@pytest.mark.parametrize(
    ("cell_m", "length_m", "radius_m"), [(2000.0, 2e4, 15.0), (1e5, 3000.0, 40.0), (5e5, 3000.0, 40.0)]
)
def test_what_can_be_reached_is_kept_with_its_share(cell_m: float, length_m: float, radius_m: float) -> None:
    start = (100.0 + 60.5 * cell_m, 200.0 + 31.5 * cell_m)
    part, share = framed(problem(cell_m, Searcher("a", start, length_m, radius_m)))
    high, wide = (n * part.cell_m for n in part.poa.shape)
    assert high * wide <= 2 * MOST_SQUARES * (2 * radius_m) ** 2
    reach = length_m + radius_m
    assert part.west_m <= start[0] - reach
    assert part.south_m <= start[1] - reach
    assert part.west_m + wide >= start[0] + reach
    assert part.south_m + high >= start[1] + reach
    assert share == pytest.approx(part.poa.sum() / RASTER.sum())
    # the density of the ground about the start is what it is on the whole raster
    row, col = int((part.south_m + high - start[1]) / part.cell_m), int((start[0] - part.west_m) / part.cell_m)
    assert part.poa[row, col] / part.cell_m**2 == pytest.approx(RASTER[80 - 32, 60] / cell_m**2)


def test_a_free_start_keeps_the_richest_part() -> None:
    raster = RASTER.copy()
    raster[10:14, 70:74] = 50.0
    case = SweepProblem(raster, 5000.0, 0.0, 0.0, None, (Searcher("a", None, 5000.0, 5.0),), "end")
    part, share = framed(case)
    assert part.poa.shape[0] * part.cell_m < 25_000
    assert share > 0.15
    assert 68 * 5000 < part.west_m < 74 * 5000


def test_what_cannot_be_is_one_sentence_that_names_the_field() -> None:
    with pytest.raises(BadInput, match=r"^cell_m is 1e"):
        framed(problem(1e9, Searcher("a", None, 100.0, 1.0)))
    far = Searcher("a", (200.0, 300.0), 100.0, 1.0), Searcher("b", (199_000.0, 159_000.0), 100.0, 0.5)
    with pytest.raises(BadInput, match=r"^Searcher 'b': radius_m is 0\.5, too small for starts"):
        framed(problem(2000.0, *far))


def test_a_radius_beyond_all_ground_sees_everything() -> None:
    solution = solve_sweep(problem(30.0, Searcher("a", (1000.0, 900.0), 3000.0, 1e9)), time_limit_s=0.5)
    assert solution.value == pytest.approx(1.0)


def test_wide_cells_are_planned_in_the_part_within_reach() -> None:
    case = problem(1e5, Searcher("a", (1_950_100.0, 2_950_200.0), 3000.0, 40.0))
    solution = solve_sweep(case, time_limit_s=0.5)
    # the ground is even within reach: what a straight walk sees is its area's share of the cell
    straight = (2 * 40 * 3000 + np.pi * 40**2) / 1e10 * RASTER[80 - 30, 19] / RASTER.sum()
    assert 0.8 * straight < solution.end_value < 1.01 * straight
    assert solution.end_value <= solution.end_bound


def test_many_unlike_searchers_are_planned_in_few_groups() -> None:
    many = tuple(
        Searcher(f"s{i}", None, 500.0, 10.0 + 3 * (i * 7 % 40), turn_radius_m=5.0 * (i % 2)) for i in range(40)
    )
    assert len(alike(many)) == 40
    groups = alike(many, 5)
    assert len(groups) == 5
    assert sorted(s.id for g in groups for s in g) == sorted(s.id for s in many)
    assert all(g[0].radius_m == min(s.radius_m for s in g) for g in groups)
    assert len(solve_sweep(problem(30.0, *many), time_limit_s=0.3).paths) == 40
