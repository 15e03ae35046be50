"""The way watched: exposed stretches, their column and lookout, and where to stop."""

from __future__ import annotations

import numpy as np
import pytest

from homeward.errors import BadInput
from homeward.rescue.carry import Profile, profile_along, profile_of
from homeward.rescue.guard import exposed_spans, exposure_along, stop_places, watched
from homeward.terrain import Exposure, Terrain, line_of_sight
from tests.terrain.ground import center, ground


def way(terrain: Terrain) -> Profile:
    return profile_along(terrain, [center(terrain, 30, 5), center(terrain, 30, 95)])


def exposed(terrain: Terrain, hits_per_h: np.ndarray) -> Exposure:
    return Exposure(grid=terrain.grid, hits_per_h=hits_per_h)


def test_exposure_of_a_raster_is_met_where_the_way_crosses_it():
    terrain = ground(np.zeros((61, 101)))
    hazard = np.zeros((61, 101))
    hazard[:, 40:50] = 3.6  # per person-hour
    along = exposure_along(way(terrain), hazard, terrain)
    ((a, b),) = exposed_spans(way(terrain), along)
    assert along.max() == pytest.approx(0.001)
    assert way(terrain).at_m[b] - way(terrain).at_m[a] == pytest.approx(200, abs=20)
    with pytest.raises(BadInput, match="same size"):
        exposure_along(way(terrain), np.zeros((3, 3)), terrain)


def test_stretches_nearer_than_the_rear_guard_are_one():
    route = profile_of(lengths_m=np.full(100, 10.0), slope=0.0)
    hazard = np.zeros(100)
    hazard[[10, 11, 15, 60]] = 1e-6
    assert exposed_spans(route, hazard) == ((10, 16), (60, 61))
    with pytest.raises(BadInput, match="99 pieces and the way 100"):
        exposed_spans(route, hazard[:-1])


def test_a_stretch_says_who_watches_it_and_how_long_the_column_takes():
    z = np.zeros((61, 101))
    z[:, 60:] = 40.0 + np.arange(41) * 3  # higher ground in the east looks down on it
    terrain = ground(z)
    hazard = np.zeros((61, 101))
    hazard[:, 40:50] = 0.036
    route = way(terrain)
    along = exposure_along(route, hazard, terrain)
    (stretch,) = watched(terrain, route, exposed(terrain, hazard), people=14)
    assert stretch.to_m - stretch.from_m == pytest.approx(200, abs=20)
    crossing = 200 * float(route.carry_s[along > 0].sum() / np.diff(route.at_m)[along > 0].sum())
    assert stretch.hits == pytest.approx(14 * 1e-5 * crossing, rel=1e-6)
    assert stretch.clear_s - stretch.enters_s > crossing
    assert stretch.lookout_m is not None
    row, col = terrain.grid.cell_of(*stretch.lookout_m)
    assert hazard[row, col] == 0
    assert line_of_sight(terrain, stretch.lookout_m, center(terrain, 30, 45))
    assert "pair on watch" in stretch.why


@pytest.mark.parametrize("wide", [2, 6, 12, 20])
def test_a_lookout_stands_where_the_raster_says_it_is_safe(wide):
    """A strip along the whole way, `wide` cells of 20 m to each side: nothing on the way is safe, ground beside it is,
    as far as it lies within 300 m of the way.
    """
    terrain = ground(np.zeros((61, 101)))
    hazard = np.zeros((61, 101))
    hazard[30 - wide : 31 + wide] = 0.5
    (stretch,) = watched(terrain, way(terrain), exposed(terrain, hazard), people=14)
    if wide * terrain.grid.cell_m < 300:
        assert stretch.lookout_m is not None
        assert hazard[terrain.grid.cell_of(*stretch.lookout_m)] == 0
    else:
        assert (stretch.lookout_m, stretch.sees) == (None, 0.0)
        assert "No safe place near sees it, so nobody is posted" in stretch.why


def test_nobody_is_posted_on_a_cliff():
    z = np.zeros((61, 101))
    z[:30] = np.arange(30, 0, -1)[:, None] * 20.0  # 45 degrees
    z[31:] = np.arange(1, 31)[:, None] * 20.0
    terrain = ground(z)
    hazard = np.zeros((61, 101))
    hazard[30] = 0.5
    (stretch,) = watched(terrain, way(terrain), exposed(terrain, hazard), people=14)
    assert stretch.lookout_m is None


def test_stops_are_even_in_time_and_off_dangerous_ground():
    route = profile_of(lengths_m=np.full(100, 20.0), slope=np.where(np.arange(100) < 50, 0.25, 0.0))
    spent = np.concatenate([[0.0], np.cumsum(route.carry_s)])
    at = stop_places(route, 3)
    assert np.interp(at, route.at_m, spent) == pytest.approx(spent[-1] * np.array([0.25, 0.5, 0.75]))
    hazard = np.zeros(100)
    due = int(np.searchsorted(route.at_m, at[1])) - 1
    hazard[due - 3 : due + 6] = 1e-6
    moved = stop_places(route, 3, hazard)
    assert hazard[int(moved[1] // 20)] == 0
    assert moved[0] == at[0]
    assert stop_places(route, 0) == ()
