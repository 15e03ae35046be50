from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.ndimage import map_coordinates

from homeward.errors import BadInput
from homeward.terrain import Terrain, line_of_sight, viewshed
from tests.terrain.ground import center, ground

Cell = tuple[int, int]


def oracle_sees(terrain: Terrain, a: Cell, b: Cell, *, eye_m: float, target_m: float) -> bool:
    """Angles instead of heights: nothing on the way stands steeper above the eye than the target does."""
    n = max(abs(b[0] - a[0]), abs(b[1] - a[1]))
    t = np.linspace(0, 1, n + 1)
    path = np.outer(1 - t, a) + np.outer(t, b)
    z = map_coordinates(terrain.elevation_m, path.T, order=1, mode="nearest")  # rounding may step off the last column
    far_m = t * np.hypot(*(np.subtract(b, a))) * terrain.grid.cell_m
    seen_m = z - far_m**2 * (1 - 0.13) / (2 * 6_371_000)
    eye = z[0] + eye_m
    if n <= 1:
        return True
    rise = (seen_m[1:] - eye) / far_m[1:]
    rise_target = (seen_m[-1] + target_m - eye) / far_m[-1]
    return bool(rise[:-1].max() <= rise_target + 1e-12)


@given(st.integers(0, 10**6), st.floats(0.1, 10), st.floats(0, 5))
@example(48107, 1.0, 0.0)
@settings(max_examples=40, deadline=None)
def test_the_viewshed_equals_sampling_every_line(seed: int, eye_m: float, target_m: float) -> None:
    rng = np.random.default_rng(seed)
    terrain = ground(rng.normal(size=(9, 11)).cumsum(axis=0) * 3, cell_m=30.0)
    at = (int(rng.integers(9)), int(rng.integers(11)))
    seen = viewshed(terrain, center(terrain, *at), eye_m=eye_m, target_m=target_m)
    for cell in np.ndindex(9, 11):
        assert seen[cell] == oracle_sees(terrain, at, (cell[0], cell[1]), eye_m=eye_m, target_m=target_m), cell


@given(st.integers(0, 10**6), st.floats(0, 10), st.floats(0, 10))
@settings(max_examples=60, deadline=None)
def test_who_sees_is_seen(seed: int, one_m: float, other_m: float) -> None:
    rng = np.random.default_rng(seed)
    terrain = ground(rng.normal(size=(12, 12)) * 5)
    a = (750_000 + 240 * rng.random(), 4_010_000 + 240 * rng.random())
    b = (750_000 + 240 * rng.random(), 4_010_000 + 240 * rng.random())
    there = line_of_sight(terrain, a, b, eye_m=one_m, target_m=other_m)
    assert there == line_of_sight(terrain, b, a, eye_m=other_m, target_m=one_m)


def test_a_hill_hides_what_is_behind_it_until_one_climbs() -> None:
    z = np.zeros((3, 41))
    z[:, 20] = 10
    hill = ground(z)
    a, b = center(hill, 1, 0), center(hill, 1, 40)
    assert not line_of_sight(hill, a, b)
    assert line_of_sight(hill, a, b, eye_m=10.1, target_m=10.1)
    assert viewshed(hill, a)[1, 20]
    assert not viewshed(hill, a)[1, 21:].any()


@pytest.mark.parametrize("far_km", [4.8, 5.2])
def test_the_sea_horizon_lies_where_curvature_and_refraction_put_it(far_km: float) -> None:
    """Horizon of an eye at 1.7 m: sqrt(2 R h / (1 - k)) = sqrt(2 x 6371000 x 1.7 / 0.87) = 4,990 m."""
    sea = ground(np.zeros((1, 700)), cell_m=10.0)
    from_m = center(sea, 0, 0)
    assert line_of_sight(sea, from_m, (from_m[0] + 1000 * far_km, from_m[1]), target_m=0.0) is (far_km < 4.99)


def test_range_cuts_the_viewshed() -> None:
    flat = ground(np.zeros((41, 41)))
    seen = viewshed(flat, center(flat, 20, 20), range_m=100)
    assert seen.sum() == sum(r * r + c * c <= 25 for r in range(-5, 6) for c in range(-5, 6))


@pytest.mark.parametrize("kwargs", [{"eye_m": -1.0}, {"target_m": np.nan}, {"range_m": 0.0}])
def test_impossible_heights_and_ranges_are_refused(kwargs: dict[str, float]) -> None:
    flat = ground(np.zeros((5, 5)))
    with pytest.raises(BadInput, match="cannot be"):
        viewshed(flat, center(flat, 2, 2), **kwargs)


def test_a_place_outside_the_map_is_refused() -> None:
    flat = ground(np.zeros((5, 5)))
    with pytest.raises(BadInput, match="outside the map"):
        line_of_sight(flat, center(flat, 2, 2), (0, 0))
