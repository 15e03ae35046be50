"""Gaps: POD under 10 %, pieces of ground with their area and POA."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.belief import Belief
from homeward.belief.gaps import gaps
from homeward.errors import BadInput
from homeward.geo import Grid

GRID = Grid(crs="EPSG:32632", west_m=1000.0, south_m=2000.0, cell_m=50.0, n_rows=12, n_cols=10)
EVERYWHERE = np.ones(GRID.shape, dtype=bool)


def even() -> Belief:
    return Belief(grid=GRID, poa=np.full(GRID.shape, 0.9 / 120), outside=0.1)


def test_a_hole_in_a_search_is_drawn_where_it_is() -> None:
    pod = np.full(GRID.shape, 0.6)
    pod[2:5, 6:8] = 0.02  # six cells: 150 m from the north edge, 300 m from the west
    (gap,) = gaps(even(), pod, EVERYWHERE)
    assert gap.area_m2 == 6 * 2500
    assert gap.poa == pytest.approx(6 * 0.9 / 120)
    assert shapely.Polygon(gap.ring_m).bounds == (1300.0, 2350.0, 1400.0, 2500.0)


def test_small_gaps_and_ground_nobody_was_sent_to_are_left_out() -> None:
    pod = np.full(GRID.shape, 0.6)
    pod[0, 0] = 0.0
    pod[6:, :] = 0.0
    within = EVERYWHERE.copy()
    within[6:, :] = False
    assert gaps(even(), pod, within) == ()


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0, 1))
def test_gaps_hold_all_that_was_not_looked_at_once(seed: int, below: float) -> None:
    rng = np.random.default_rng(seed)
    p = rng.dirichlet(np.ones(121))
    belief = Belief(grid=GRID, poa=p[:120].reshape(GRID.shape), outside=float(p[120]))
    pod = rng.uniform(0, 1, GRID.shape)
    within = rng.random(GRID.shape) < 0.7
    found = gaps(belief, pod, within, below=below, least_m2=0.0)
    missed = within & (pod < below)
    assert sum(g.area_m2 for g in found) == pytest.approx(missed.sum() * GRID.cell_area_m2)
    assert sum(g.poa for g in found) == pytest.approx(belief.poa[missed].sum())
    assert [g.poa for g in found] == sorted((g.poa for g in found), reverse=True)


def test_a_raster_of_another_size_is_refused() -> None:
    with pytest.raises(BadInput, match="does not fit"):
        gaps(even(), np.zeros((3, 3)), np.ones((3, 3), dtype=bool))
