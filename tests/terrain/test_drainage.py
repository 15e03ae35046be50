from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.geo import Floats
from homeward.terrain import LineKind, build_terrain, grid_for
from homeward.terrain.demo_ground import demo_terrain
from homeward.terrain.drainage import derived_lines, drainage
from tests.terrain.ground import grid


def rough(seed: int) -> Floats:
    rng = np.random.default_rng(seed)
    z = rng.normal(size=rng.integers(2, 25, size=2)).cumsum(axis=0).cumsum(axis=1)
    return np.asarray(np.round(z * rng.choice([0.1, 1, 10])))  # rounded: flats and pits in plenty


@given(st.integers(0, 10**6))
@settings(max_examples=80, deadline=None)
def test_all_water_leaves_the_map_and_none_is_lost(seed: int) -> None:
    z = rough(seed)
    downstream, upslope = drainage(z)
    to = downstream.ravel()
    where = np.arange(z.size)
    for _ in range(z.size):
        where = np.where(where >= 0, np.where(to[where] >= 0, to[where], -1), -1)
    assert (where == -1).all()
    assert upslope.ravel()[to == -1].sum() == z.size
    inflow = np.ones(z.size, dtype=int)
    np.add.at(inflow, to[to >= 0], upslope.ravel()[to >= 0])
    assert (inflow == upslope.ravel()).all()


def filled(z: Floats) -> Floats:
    """Plain twin of the flooding: raise every cell to the lowest way out, by sweeping until nothing changes."""
    level = np.full(z.shape, np.inf)
    level[[0, -1], :], level[:, [0, -1]] = z[[0, -1], :], z[:, [0, -1]]
    while True:
        around = np.pad(level, 1, constant_values=np.inf)
        parts = [around[1 + r : 1 + r + z.shape[0], 1 + c : 1 + c + z.shape[1]] for r in (-1, 0, 1) for c in (-1, 0, 1)]
        lower = np.maximum(z, np.min(parts, axis=0))
        lower[[0, -1], :], lower[:, [0, -1]] = z[[0, -1], :], z[:, [0, -1]]
        if (lower == level).all():
            return level
        level = lower


@given(st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_water_never_runs_uphill_over_the_filled_ground(seed: int) -> None:
    z = rough(seed)
    downstream, _ = drainage(z)
    level = filled(z).ravel()
    to = downstream.ravel()
    assert (level[to[to >= 0]] <= level[to >= 0]).all()
    rows, cols = np.divmod(np.flatnonzero(to >= 0), z.shape[1])
    there = np.divmod(to[to >= 0], z.shape[1])
    assert np.maximum(abs(there[0] - rows), abs(there[1] - cols)).max(initial=1) == 1


def test_a_valley_has_its_stream_at_the_bottom_and_its_ridges_on_top() -> None:
    rows, cols = np.indices((60, 61))
    place = grid(60, 61, 30.0)
    z = 20.0 * np.abs(((cols + 15) % 30) - 15) + (60 - rows) * 3.0
    lines = derived_lines(z, place, stream_area_m2=1e5, ridge_area_m2=1e5)
    for kind, at in ((LineKind.STREAM, (0, 30, 60)), (LineKind.RIDGE, (15, 45))):
        long = [line for line in lines if line.kind is kind and np.ptp(line.xy_m[:, 1]) > 600]
        found = {round(float((np.median(line.xy_m[:, 0]) - place.west_m) / 30 - 0.5)) for line in long}
        assert found <= set(at)
        assert len(found) >= 2 if kind is LineKind.RIDGE else 30 in found
    assert all(line.derived for line in lines)


def test_nothing_is_derived_where_it_is_mapped_or_water() -> None:
    terrain = demo_terrain(cell_m=90)
    streams = [line for line in terrain.lines if line.kind is LineKind.STREAM]
    again = derived_lines(terrain.elevation_m, terrain.grid, mapped=streams)
    assert sum(line.kind is LineKind.STREAM for line in again) < 0.1 * len(streams)
    nowhere = np.ones(terrain.grid.shape, dtype=np.bool_)
    assert derived_lines(terrain.elevation_m, terrain.grid, skip=nowhere) == ()


def test_the_ridge_of_cumberland_mountain_and_the_streams_under_it_are_found() -> None:
    """On the demo's ground ridges stand well above streams, and the highest ridge passes Cross Mountain (1076 m)."""
    terrain = demo_terrain()
    heights: dict[LineKind, list[float]] = {LineKind.STREAM: [], LineKind.RIDGE: []}
    for line in terrain.lines:
        heights[line.kind] += [float(terrain.elevation_m[terrain.grid.cell_of(x, y)]) for x, y in line.xy_m]
    assert np.median(heights[LineKind.RIDGE]) > np.median(heights[LineKind.STREAM]) + 80
    assert max(heights[LineKind.RIDGE]) > 1040


@pytest.mark.shared
@pytest.mark.parametrize(("area", "within_m"), [("andorra", 60), ("bayreuth_fichtel", 90)])
def test_derived_streams_lie_near_the_mapped_ones(shared: Path, area: str, within_m: float) -> None:
    """Median distance from points on mapped streams to the nearest derived one; the elevation has 92 m cells."""
    folder = shared / "areas" / area
    place = grid_for(folder / "dem.tif", cell_m=60)
    terrain = build_terrain(grid=place, elevation=folder / "dem.tif", features=[folder / "osm.gpkg"])
    kinds = (LineKind.STREAM, LineKind.RIVER)
    mapped = shapely.union_all(
        [shapely.LineString(line.xy_m) for line in terrain.lines if line.kind in kinds and not line.derived]
    )
    found = [line for line in derived_lines(terrain.elevation_m, place) if line.kind is LineKind.STREAM]
    derived = shapely.union_all([shapely.LineString(line.xy_m) for line in found])
    points = shapely.points(shapely.get_coordinates(shapely.segmentize(mapped, 50)))
    assert np.median(shapely.distance(points, derived)) < within_m
    assert np.median(shapely.distance(points, shapely.affinity.translate(derived, 700, 700))) > 1.5 * within_m
