from __future__ import annotations

import heapq
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from homeward.mission.people import Hazard, HazardKind
from homeward.terrain import Cover, Line, LineKind, Terrain, line_of_sight, travel_time_s, viewshed
from homeward.terrain.exposure import (
    SAFE_HITS_PER_H,
    exposure_of,
    ground_without,
    hazard_numbers,
    outline,
    resampled,
)
from homeward.terrain.fall import reach
from homeward.terrain.sight_table import sight_table
from homeward.terrain.speed import going
from tests.terrain.ground import center, ground


def hazard(terrain: Terrain, kind: HazardKind, row: int, col: int, radius_m: float, **more: Any) -> Hazard:
    place = terrain.grid.to_place(*center(terrain, row, col))
    return replace(Hazard(id="H", kind=kind, place=place, radius_m=radius_m), **more)


def test_a_round_hazard_covers_its_circle_and_a_tiny_one_its_cell() -> None:
    flat = ground(np.zeros((41, 41)))
    inside = outline(flat.grid, hazard(flat, HazardKind.OTHER, 20, 20, 300.0))
    assert inside.sum() * flat.grid.cell_area_m2 == pytest.approx(np.pi * 300**2, rel=0.03)
    tiny = outline(flat.grid, hazard(flat, HazardKind.OTHER, 7, 30, 1.0))
    assert np.argwhere(tiny).tolist() == [[7, 30]]


def test_a_ring_covers_the_cells_whose_middle_lies_in_it() -> None:
    flat = ground(np.zeros((10, 10)))
    corners = [center(flat, *cell) for cell in ((2, 2), (2, 6), (7, 6), (7, 2))]
    ring = tuple(
        flat.grid.to_place(x + dx, y + dy)
        for (x, y), (dx, dy) in zip(corners, ((-1, 1), (1, 1), (1, -1), (-1, -1)), strict=True)
    )
    inside = outline(flat.grid, Hazard(id="H", kind=HazardKind.WATER, ring=ring))
    expected = np.zeros((10, 10), dtype=bool)
    expected[2:8, 2:7] = True
    assert (inside == expected).all()


def test_rates_are_the_managers_or_the_tables_and_hazards_add_up() -> None:
    flat = ground(np.zeros((21, 21)))
    one = hazard(flat, HazardKind.OTHER, 10, 10, 100.0)
    told = replace(one, id="T", hits_per_h=0.5)
    both = exposure_of(flat, [one, told])
    assumed = hazard_numbers("other")["hits_per_h"]
    assert both.hits_per_h[10, 10] == pytest.approx(0.5 + assumed)
    assert both.hits_per_h[0, 0] == 0
    assert [f.where for f in both.findings] == ["hazard H"]
    assert "assumed" in both.findings[0].what


def test_a_hazard_off_the_map_is_said_and_exposes_nobody() -> None:
    flat = ground(np.zeros((10, 10)))
    away = Hazard(id="H", kind=HazardKind.WATER, place=flat.grid.to_place(760_000, 4_010_000), radius_m=50.0)
    made = exposure_of(flat, [away])
    assert not made.hits_per_h.any()
    assert "outside the map" in made.findings[0].what


def test_hazards_count_only_in_their_hours() -> None:
    flat = ground(np.zeros((10, 10)))
    at = datetime(2026, 3, 1, 8, tzinfo=UTC)
    noon = hazard(flat, HazardKind.OTHER, 5, 5, 50.0, begins=at, ends=at + timedelta(hours=4), hits_per_h=1.0)
    seen = [exposure_of(flat, [noon], at=at + timedelta(hours=h)).hits_per_h.any() for h in (-1, 0, 3, 4)]
    assert seen == [False, True, True, False]
    assert exposure_of(flat, [noon]).hits_per_h.any()


def slope(angle_deg: float, *, top: int = 20, toe: int = 40, rows: int = 80) -> Terrain:
    """A face falling south from row `top` to row `toe`, level above and below."""
    row = np.clip(np.arange(rows), top, toe)
    z = (toe - row) * 20.0 * np.tan(np.radians(angle_deg))
    return ground(np.repeat(z[:, None], 15, axis=1))


def test_an_avalanche_runs_out_as_far_as_its_energy_line() -> None:
    steep = slope(38.0)
    made = exposure_of(steep, [hazard(steep, HazardKind.AVALANCHE, 30, 7, 2000.0)]).threats[0]
    release = np.flatnonzero(made.source[:, 7])
    assert release.min() in (20, 21)
    assert release.max() in (39, 40)
    z = steep.elevation_m[:, 7]
    line = z[release.min()] - np.tan(np.radians(25)) * 20.0 * (np.arange(80) - release.min())
    reached = np.flatnonzero(made.hits_per_h[:, 7] > 0)
    expected = np.flatnonzero((np.arange(80) >= release.min()) & (line > z))
    assert reached.max() == expected.max()
    assert reached.min() >= release.min() - 1


def test_a_gentle_slope_has_no_release_and_the_whole_outline_counts() -> None:
    gentle = slope(20.0)
    made = exposure_of(gentle, [hazard(gentle, HazardKind.AVALANCHE, 30, 7, 100.0, hits_per_h=0.1)])
    assert ((made.hits_per_h > 0) == outline(gentle.grid, hazard(gentle, HazardKind.AVALANCHE, 30, 7, 100.0))).all()
    assert "no ground steep enough" in made.findings[0].what


def test_rock_falls_from_a_mapped_cliff_whatever_the_slope() -> None:
    z = np.where(np.arange(40)[:, None] < 20, 60.0, 0.0) * np.ones((1, 11))
    cliff = Line(kind=LineKind.CLIFF, xy_m=np.array([center(ground(z), 19, 0), center(ground(z), 19, 10)]))
    made = ground(z, lines=(cliff,))
    found = exposure_of(made, [hazard(made, HazardKind.ROCKFALL, 20, 5, 80.0, hits_per_h=1.0)])
    rows = np.flatnonzero(found.hits_per_h[:, 5] > 0)
    assert rows.max() > 20  # below the face
    assert rows.max() <= 20 + 60 / np.tan(np.radians(27.5)) / 20
    assert found.hits_per_h[10, 5] == 0  # behind the edge


@given(st.integers(0, 10**6), st.floats(10, 45))
@settings(max_examples=30, deadline=None)
def test_the_reach_is_that_of_the_best_energy_line_over_all_ways(seed: int, reach_deg: float) -> None:
    rng = np.random.default_rng(seed)
    z = rng.normal(size=(9, 8)).cumsum(axis=0) * 10
    release = rng.random((9, 8)) < 0.1
    assert (reach(z, release, reach_deg=reach_deg, cell_m=20.0) == oracle_reach(z, release, reach_deg)).all()


def oracle_reach(z: np.ndarray, release: np.ndarray, reach_deg: float) -> np.ndarray:
    """Highest line first, from a heap."""
    drop = np.tan(np.radians(reach_deg)) * 20.0
    line = np.where(release, z, -np.inf)
    heap = [(-z[i, j], i, j) for i, j in np.argwhere(release)]
    heapq.heapify(heap)
    while heap:
        high, i, j = heapq.heappop(heap)
        for di, dj in np.ndindex(3, 3):
            a, b = i + di - 1, j + dj - 1
            if (a, b) != (i, j) and 0 <= a < z.shape[0] and 0 <= b < z.shape[1]:
                left = -high - drop * np.hypot(di - 1, dj - 1)
                if left > line[a, b] + 1e-9 and left > z[a, b]:
                    line[a, b] = left
                    heapq.heappush(heap, (-left, a, b))
    return np.isfinite(line)


def test_people_threaten_whom_they_see_less_the_farther() -> None:
    z = np.zeros((31, 61))
    z[:, 40] = 30.0  # a wall of a hill
    hill = ground(z)
    made = exposure_of(hill, [hazard(hill, HazardKind.PEOPLE, 15, 20, 45.0, hits_per_h=1.0)])
    at = made.hits_per_h
    assert at[15, 20] == 1.0
    assert 0 < at[15, 35] < at[15, 28] < 1.0
    assert at[15, 45] == 0  # behind the hill
    known = hazard_numbers("people")
    assert at[~made.threats[0].source].max() <= known["seen_share"]
    here = viewshed(hill, center(hill, 15, 20), target_m=1.7, range_m=known["seen_m"] * 0.95)
    assert (at[here] > 0).all()


def test_traffic_threatens_on_its_road_inside_the_outline_only() -> None:
    flat = ground(np.zeros((21, 41)))
    road = Line(kind=LineKind.ROAD, xy_m=np.array([center(flat, 10, 0), center(flat, 10, 40)]))
    town = replace(flat, lines=(road,))
    made = exposure_of(town, [hazard(town, HazardKind.TRAFFIC, 10, 20, 100.0, hits_per_h=0.1)])
    rows, cols = np.nonzero(made.hits_per_h)
    assert set(rows) == {10}
    assert cols.min() >= 15
    assert cols.max() <= 25
    assert made.unsafe().any()
    assert not made.closed().any()  # ways cross it
    assert made.threats[0].source[10, 0]  # it comes from beyond the outline


def test_ways_on_the_ground_without_a_hazard_go_round_it_even_on_a_road() -> None:
    flat = ground(np.zeros((31, 61)))
    road = Line(kind=LineKind.TRAIL, xy_m=np.array([center(flat, 15, 0), center(flat, 15, 60)]))
    land = replace(flat, lines=(road,))
    closed = np.zeros((31, 61), dtype=bool)
    closed[5:26, 28:33] = True
    safe = ground_without(land, closed)
    time = travel_time_s(safe, [center(land, 15, 0)])
    assert not np.isfinite(time[closed]).any()
    assert np.isfinite(time[~closed]).all()
    assert time[15, 60] > travel_time_s(land, [center(land, 15, 0)])[15, 60]
    assert ground_without(land, np.zeros_like(closed)) is land


@given(st.integers(0, 10**6))
@settings(max_examples=25, deadline=None)
def test_outside_the_closed_cells_the_going_stays_as_it_was(seed: int) -> None:
    rng = np.random.default_rng(seed)
    flat = ground(np.zeros((20, 25)), rng.choice([Cover.OPEN, Cover.FOREST, Cover.WATER], size=(20, 25)))
    corner = (flat.grid.west_m, flat.grid.south_m)
    kinds = (LineKind.TRAIL, LineKind.ROAD, LineKind.RIVER, LineKind.CLIFF)
    lines = tuple(Line(kind=kind, xy_m=corner + rng.random((4, 2)) * (500, 400)) for kind in kinds)
    land = replace(flat, lines=lines)
    closed = rng.random((20, 25)) < 0.2
    (factor, on_path), (safe, safe_path) = going(land), going(ground_without(land, closed))
    assert (safe[closed] == 0).all()
    assert (safe[~closed] == factor[~closed]).all()
    assert (safe_path == on_path & ~closed).all()


@given(st.lists(st.tuples(st.floats(-500, 500), st.floats(-500, 500)), min_size=1, max_size=6), st.floats(1, 200))
def test_resampled_paths_keep_their_points_and_have_short_legs(path: list[tuple[float, float]], every_m: float) -> None:
    fine = resampled(path, every_m=every_m)
    assert all(any(np.allclose(point, f) for f in fine) for point in path)
    assert (np.hypot(*np.diff(fine, axis=0).T) <= every_m + 1e-6).all()


def test_values_along_a_path_are_those_of_its_cells() -> None:
    flat = ground(np.zeros((21, 21)))
    made = exposure_of(flat, [hazard(flat, HazardKind.OTHER, 10, 10, 60.0, hits_per_h=0.3)])
    assert made.along([center(flat, 10, 10), center(flat, 0, 0), (0.0, 0.0)]).tolist() == [0.3, 0.0, 0.0]
    assert made.unsafe()[10, 10]
    assert SAFE_HITS_PER_H < 0.3


@given(st.integers(0, 10**6))
@example(657)  # an eye within half a cell of the map's edge
@settings(max_examples=25, deadline=None)
def test_the_sight_table_is_one_line_of_sight_for_each_pair_within_range(seed: int) -> None:
    rng = np.random.default_rng(seed)
    terrain = ground(rng.normal(size=(12, 14)).cumsum(axis=0) * 4)
    corner = (terrain.grid.west_m, terrain.grid.south_m)
    eyes, targets = (corner + rng.random((n, 2)) * (280, 240) for n in (3, 4))
    seen = sight_table(terrain, eyes, targets, 150.0)
    for i, j in np.ndindex(3, 4):
        near = np.hypot(*(eyes[i] - targets[j])) <= 150.0
        assert seen[i, j] == (near and line_of_sight(terrain, eyes[i], targets[j]))
