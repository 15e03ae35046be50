"""Coverage of tracks: swept area is kept, gaps stay gaps, and a plain NumPy twin agrees."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.detect import track_coverage
from homeward.errors import BadInput
from homeward.geo import Floats, Grid

GRID = Grid(crs="EPSG:32632", west_m=1000.0, south_m=2000.0, cell_m=25.0, n_rows=80, n_cols=100)

points = st.lists(st.tuples(st.floats(1800, 2700), st.floats(2800, 3300)), min_size=2, max_size=12)


def widths(value: float) -> Floats:
    return np.full(GRID.shape, value)


def by_hand(path: Floats, width: Floats, spread: float) -> Floats:
    """The plain twin: the path in very short pieces, each a Gaussian at the cells' centres."""
    xs, ys = GRID.centers_m()
    out = np.zeros(GRID.shape)
    for a, b in pairwise(path):
        length = float(np.hypot(*(b - a)))
        n = max(int(length / 2), 1)
        for k in range(n):
            x, y = a + (b - a) * (k + 0.5) / n
            w = width[GRID.cell_of(x, y)]
            sd = spread * w
            bell = np.exp(-((xs[None, :] - x) ** 2 + (ys[:, None] - y) ** 2) / (2 * sd * sd))
            out += w * length / n * bell / (2 * np.pi * sd * sd)
    return out


@settings(deadline=None)  # the first call compiles
@given(points, st.floats(0.5, 250), st.integers(1, 9))
def test_swept_area_is_width_times_length(path: list[tuple[float, float]], width: float, abreast: int) -> None:
    xy = np.array(path)
    length = np.hypot(*np.diff(xy, axis=0).T).sum()
    coverage = track_coverage(GRID, xy, sweep_width_m=widths(width), abreast=abreast)
    assert coverage.sum() * GRID.cell_area_m2 == pytest.approx(width * length, rel=1e-9, abs=1e-6)
    assert (coverage >= 0).all()


@settings(deadline=None)
@given(points, st.integers(1, 10))
def test_passes_add_and_cutting_a_path_changes_nothing(path: list[tuple[float, float]], cut: int) -> None:
    xy = np.array(path)
    cut = min(cut, len(xy) - 1)
    whole = track_coverage(GRID, xy, sweep_width_m=widths(60))
    parts = [track_coverage(GRID, part, sweep_width_m=widths(60)) for part in (xy[: cut + 1], xy[cut:])]
    np.testing.assert_allclose(whole, parts[0] + parts[1], atol=1e-12)
    np.testing.assert_allclose(whole, track_coverage(GRID, xy[::-1], sweep_width_m=widths(60)), atol=1e-9)


@settings(max_examples=10, deadline=None)
@given(points)
def test_the_plain_twin_agrees(path: list[tuple[float, float]]) -> None:
    xy = np.array(path)
    width = widths(200.0)
    width[:, 50:] = 260.0
    got = track_coverage(GRID, xy, sweep_width_m=width)
    want = by_hand(xy, width, 1 / np.sqrt(2 * np.pi))
    np.testing.assert_allclose(got, want, atol=0.02 * max(want.max(), 0.05))


def test_width_is_read_where_the_searchers_are() -> None:
    width = widths(40.0)
    width[:, 50:] = 0.0  # a lake east of x = 2250 m
    coverage = track_coverage(GRID, [[1500.0, 3000.0], [3000.0, 3000.0]], sweep_width_m=width)
    assert coverage.sum() * GRID.cell_area_m2 == pytest.approx(750 * 40)


def test_a_gap_is_not_bridged() -> None:
    gap = [np.nan, np.nan]
    xy = np.array([[1500.0, 3000.0], [1600.0, 3000.0], gap, [2500.0, 3000.0], [2600.0, 3000.0]])
    coverage = track_coverage(GRID, xy, sweep_width_m=widths(20))
    assert coverage.sum() * GRID.cell_area_m2 == pytest.approx(200 * 20)
    assert coverage[:, 36:50].sum() == 0


def test_a_leg_from_far_away_counts_only_where_it_crosses_the_map() -> None:
    xy = [[-300_000.0, 3012.5], [300_000.0, 3012.5]]
    coverage = track_coverage(GRID, xy, sweep_width_m=widths(10))
    assert coverage[GRID.cell_of(2000, 3012.5)[0]].min() > 0.3
    assert coverage.sum() * GRID.cell_area_m2 == pytest.approx(2500 * 10, rel=0.01)


def test_a_straight_walk_has_its_bell_on_both_sides() -> None:
    # A Gaussian lateral range curve of area W and peak 1: coverage on the track is 1, whatever W
    fine = Grid(crs="EPSG:32632", west_m=0, south_m=0, cell_m=2, n_rows=300, n_cols=300)
    coverage = track_coverage(fine, [[0, 301.0], [600, 301.0]], sweep_width_m=np.full(fine.shape, 64.0))
    across = coverage[:, 150]
    assert across.max() == pytest.approx(1.0, rel=0.01)
    assert across.sum() * 2 == pytest.approx(64, rel=1e-3)
    np.testing.assert_allclose(across[:299], across[:299][::-1], atol=1e-9)


def test_many_abreast_are_a_box_more_than_a_bell() -> None:
    fine = Grid(crs="EPSG:32632", west_m=0, south_m=0, cell_m=2, n_rows=800, n_cols=100)
    xy = [[0, 801.0], [200, 801.0]]

    def sd(abreast: int) -> float:
        down = track_coverage(fine, xy, sweep_width_m=np.full(fine.shape, 300.0), abreast=abreast).sum(axis=1)
        y = fine.centers_m()[1] - 801.0
        return float(np.sqrt((down * y**2).sum() / down.sum()))

    assert sd(1) == pytest.approx(300 / np.sqrt(2 * np.pi), rel=0.03)
    assert sd(10) == pytest.approx(300 / np.sqrt(12), rel=0.03)


def test_nothing_walked_is_nothing_covered() -> None:
    for xy in (np.empty((0, 2)), np.array([[2000.0, 3000.0]]), np.array([[2000.0, 3000.0]] * 3)):
        assert not track_coverage(GRID, xy, sweep_width_m=widths(50)).any()


def test_what_cannot_be_is_refused() -> None:
    line = np.array([[2000.0, 3000.0], [2100.0, 3000.0]])
    with pytest.raises(BadInput, match="sweep width below zero"):
        track_coverage(GRID, line, sweep_width_m=widths(-1))
    with pytest.raises(BadInput, match="do not fit"):
        track_coverage(GRID, line, sweep_width_m=np.ones((3, 3)))
    with pytest.raises(BadInput, match="path of shape"):
        track_coverage(GRID, np.ones((4, 3)), sweep_width_m=widths(1))
    with pytest.raises(BadInput, match="abreast"):
        track_coverage(GRID, line, sweep_width_m=widths(1), abreast=0)
