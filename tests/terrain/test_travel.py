from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.terrain import Cover, Line, LineKind, Terrain, route_m, travel_time_s, walking_speed_mps
from homeward.terrain.dial import STEPS
from homeward.terrain.speed import going
from tests.terrain.ground import center, ground

Ints = NDArray[np.int64]
Cell = tuple[int, int]


def oracle_s(terrain: Terrain, sources: Ints, *, towards: bool = False, neighbours: int = 16) -> Floats:
    """The same graph written out step by step in Python, solved by SciPy."""
    n_rows, n_cols = terrain.grid.shape
    heads, tails, seconds = [], [], []
    for a in np.ndindex(n_rows, n_cols):
        for dr, dc in STEPS[:neighbours].tolist():
            b = (a[0] + dr, a[1] + dc)
            if 0 <= b[0] < n_rows and 0 <= b[1] < n_cols:
                second = oracle_step_s(terrain, (a[0], a[1]), b)
                if np.isfinite(second):
                    heads.append(a[0] * n_cols + a[1])
                    tails.append(b[0] * n_cols + b[1])
                    seconds.append(second)
    if towards:
        heads, tails = tails, heads
    n = n_rows * n_cols
    graph = csr_array((seconds, (heads, tails)), shape=(n, n))
    return np.asarray(dijkstra(graph, indices=sources, min_only=True)).reshape(terrain.grid.shape)


def oracle_step_s(terrain: Terrain, a: Cell, b: Cell) -> float:
    factor, on_path = going(terrain)
    dr, dc = b[0] - a[0], b[1] - a[1]
    side, ahead = np.sign(dr), np.sign(dc)
    between: list[Cell] = []
    if abs(dr) + abs(dc) == 3:
        between = [(a[0] + side, a[1]) if abs(dr) == 2 else (a[0], a[1] + ahead), (a[0] + side, a[1] + ahead)]
    shares = [factor[cell] for cell in (a, b, *between)]
    path = on_path[a] and on_path[b] and (not between or any(on_path[cell] for cell in between))
    squeezed = abs(dr) == abs(dc) == 1 and max(factor[b[0], a[1]], factor[a[0], b[1]]) == 0
    far = terrain.grid.cell_m * float(np.hypot(dr, dc))
    slope = float(terrain.elevation_m[b] - terrain.elevation_m[a]) / far
    if min(shares) == 0 or ((squeezed or abs(slope) > 1) and not path):
        return np.inf
    pace = 1 / float(walking_speed_mps(np.clip(slope, -1, 1)))
    return far * float(np.mean([1 / share for share in shares])) * pace


grounds = st.integers(0, 10**6).map(lambda seed: _random_ground(seed))  # noqa: PLW0108 - defined below


def _random_ground(seed: int) -> Terrain:
    rng = np.random.default_rng(seed)
    shape = rng.integers(2, 13, size=2)
    z = rng.normal(size=shape).cumsum(axis=0).cumsum(axis=1) * rng.uniform(0, 4)
    cover = rng.choice([Cover.OPEN, Cover.FOREST, Cover.WATER, Cover.BUILT, Cover.UNKNOWN], size=shape)
    empty = ground(z, cover)
    x, y = empty.grid.centers_m()
    lines = []
    for kind in (LineKind.TRAIL, LineKind.RIVER, LineKind.CLIFF):
        at = rng.integers(0, shape, size=(3, 2))
        lines.append(Line(kind=kind, xy_m=np.column_stack([x[at[:, 1]], y[at[:, 0]]])))
    return ground(z, cover, lines=tuple(lines))


@given(grounds, st.sampled_from(["from", "towards"]), st.sampled_from([8, 16]))
@settings(max_examples=60, deadline=None)
def test_times_equal_scipys_dijkstra_on_the_same_graph(terrain: Terrain, way: str, neighbours: int) -> None:
    walkable = np.flatnonzero(going(terrain)[0] > 0)
    if walkable.size == 0:
        return
    sources = walkable[[0, walkable.size // 2]]
    xy = [center(terrain, *divmod(int(cell), terrain.grid.n_cols)) for cell in sources]
    towards = way == "towards"
    ours = travel_time_s(terrain, xy, towards=towards, neighbours=neighbours)
    np.testing.assert_allclose(
        ours, oracle_s(terrain, sources, towards=towards, neighbours=neighbours), rtol=1e-6, atol=1e-9
    )


def test_a_straight_walk_on_level_open_ground_is_toblers_off_path_time() -> None:
    """100 cells of 20 m at 0.6 x 5.037 km/h: 2,000 m / 0.8395 m/s."""
    level = ground(np.zeros((3, 101)))
    time_s = travel_time_s(level, [center(level, 1, 0)])
    assert time_s[1, 100] == pytest.approx(2000 / (0.6 * 6 / 3.6 * np.exp(-0.175)), rel=1e-6)


def test_uphill_takes_longer_than_downhill() -> None:
    slope = ground(np.tile(np.arange(50) * 4.0, (3, 1)))
    low, high = center(slope, 1, 0), center(slope, 1, 49)
    up = travel_time_s(slope, [low])[1, 49]
    down = travel_time_s(slope, [high])[1, 0]
    assert up == pytest.approx(down * np.exp(3.5 * 0.1), rel=1e-6)  # |0.2 + 0.05| against |-0.2 + 0.05|
    assert travel_time_s(slope, [high], towards=True)[1, 0] == pytest.approx(up, rel=1e-9)


def test_sixteen_neighbours_are_within_three_percent_of_the_straight_line_in_every_direction() -> None:
    level = ground(np.zeros((121, 121)))
    rows, cols = np.indices((121, 121))
    far_m = 20 * np.hypot(rows - 60, cols - 60)
    direct_s = far_m / float(walking_speed_mps(0.0, Cover.OPEN))
    ratio = (travel_time_s(level, [center(level, 60, 60)]) / np.maximum(direct_s, 1e-9))[far_m > 200]
    assert ratio.min() >= 1 - 1e-9
    assert ratio.max() < 1.0275


@given(
    hnp.arrays(np.uint8, st.tuples(st.integers(2, 15), st.integers(2, 15)), elements=st.sampled_from([0, 1, 2, 4, 9]))
)
@settings(max_examples=40, deadline=None)
def test_there_and_back_take_the_same_time_on_level_ground(cover: NDArray[np.uint8]) -> None:
    level = ground(np.zeros(cover.shape), cover)
    source = [center(level, 0, 0)]
    np.testing.assert_allclose(
        travel_time_s(level, source, model="campbell-10"),
        travel_time_s(level, source, towards=True, model="campbell-10"),
        rtol=1e-9,
    )


@given(grounds, st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_no_detour_beats_the_least_time(terrain: Terrain, pick: int) -> None:
    """Triangle inequality: to walk by way of any cell takes at least as long as the least time."""
    walkable = np.argwhere(going(terrain)[0] > 0)
    if len(walkable) < 2:
        return
    a, b = walkable[0], walkable[pick % len(walkable)]
    from_a = travel_time_s(terrain, [center(terrain, *a)])
    from_b = travel_time_s(terrain, [center(terrain, *b)])
    by_way_of_b = from_a[tuple(b)] + from_b
    assert (from_a <= by_way_of_b * (1 + 1e-9) + 1e-9).all()


@given(grounds)
@settings(max_examples=40, deadline=None)
def test_steeper_ground_is_never_walked_uphill_in_less_time(terrain: Terrain) -> None:
    """On a plane rising eastwards, doubling the rise never makes the way east shorter."""
    rise = np.abs(terrain.elevation_m[0, 0]) % 8
    shape = (3, 12)
    gentle = ground(np.tile(np.arange(12) * rise, (3, 1)))
    steep = ground(np.tile(np.arange(12) * 2 * rise, (3, 1)))
    one, two = (travel_time_s(t, [center(t, 1, 0)])[:, 1:] for t in (gentle, steep))
    assert one.shape == (shape[0], shape[1] - 1)
    assert (two >= one * (1 - 1e-9)).all()


def test_a_trail_through_forest_is_taken_and_a_bridge_crosses_the_river() -> None:
    z = np.zeros((21, 41))
    at = ground(z)
    river = Line(kind=LineKind.RIVER, xy_m=np.array([center(at, 0, 20), center(at, 20, 20)]))
    trail = Line(
        kind=LineKind.TRAIL,
        xy_m=np.array([center(at, 10, 0), center(at, 2, 10), center(at, 2, 30), center(at, 10, 40)]),
    )
    woods = ground(z, Cover.FOREST, lines=(river, trail))
    route = route_m(woods, center(at, 10, 0), center(at, 10, 40))
    assert max(y for _, y in route) == pytest.approx(center(at, 2, 0)[1], abs=10)
    over_s = travel_time_s(woods, [center(at, 10, 0)])[10, 40]
    assert over_s < travel_time_s(ground(z, Cover.FOREST), [center(at, 10, 0)])[10, 40]
    without_bridge = ground(z, Cover.FOREST, lines=(river,))
    assert travel_time_s(without_bridge, [center(at, 10, 0)])[10, 40] > 1.1 * 40 * 20 / (0.36 * 5.037 / 3.6)


def test_derived_streams_and_ridges_do_not_change_the_going() -> None:
    at = ground(np.zeros((9, 9)))
    line = Line(kind=LineKind.RIVER, xy_m=np.array([center(at, 0, 4), center(at, 8, 4)]), derived=True)
    with_line = ground(np.zeros((9, 9)), lines=(line,))
    assert (travel_time_s(with_line, [center(at, 4, 0)]) == travel_time_s(at, [center(at, 4, 0)])).all()


def test_a_lake_is_walked_round_and_an_island_cannot_be_reached() -> None:
    cover = np.full((15, 15), Cover.OPEN)
    cover[4:11, 4:11] = Cover.WATER
    cover[7, 7] = Cover.OPEN
    lake = ground(np.zeros((15, 15)), cover)
    time_s = travel_time_s(lake, [center(lake, 7, 0)])
    assert np.isinf(time_s[7, 7])
    assert np.isinf(time_s[5, 5])
    assert time_s[7, 14] > 14 * 20 / 0.84
    with pytest.raises(BadInput, match="no way on foot"):
        route_m(lake, center(lake, 7, 0), center(lake, 7, 7))


def test_a_diagonal_cliff_has_no_gaps() -> None:
    at = ground(np.zeros((20, 20)))
    cliff = Line(kind=LineKind.CLIFF, xy_m=np.array([center(at, 0, 0), center(at, 19, 19)]))
    cut = ground(np.zeros((20, 20)), lines=(cliff,))
    time_s = travel_time_s(cut, [center(cut, 19, 0)])
    assert np.isinf(time_s[0, 19])


def test_time_stops_at_the_limit() -> None:
    level = ground(np.zeros((30, 30)))
    source = [center(level, 15, 15)]
    all_s, some_s = travel_time_s(level, source), travel_time_s(level, source, max_s=150)
    assert np.isinf(some_s[all_s > 150]).all()
    assert (some_s[all_s <= 150] == all_s[all_s <= 150]).all()


def test_nearest_of_several_sources_counts() -> None:
    level = ground(np.zeros((5, 40)))
    a, b = center(level, 2, 0), center(level, 2, 39)
    both = travel_time_s(level, [a, b])
    np.testing.assert_allclose(both, np.minimum(travel_time_s(level, [a]), travel_time_s(level, [b])))


@given(grounds)
@settings(max_examples=40, deadline=None)
def test_a_route_begins_and_ends_where_asked_and_stays_on_walkable_ground(terrain: Terrain) -> None:
    walkable = np.argwhere(going(terrain)[0] > 0)
    if len(walkable) < 2:
        return
    a, b = center(terrain, *walkable[0]), center(terrain, *walkable[-1])
    time_s = travel_time_s(terrain, [a])[tuple(walkable[-1])]
    if np.isinf(time_s):
        with pytest.raises(BadInput):
            route_m(terrain, a, b)
        return
    route = route_m(terrain, a, b)
    assert route[0] == pytest.approx(a)
    assert route[-1] == pytest.approx(b)
    for p, q in pairwise(route):
        row, col = terrain.grid.cell_of(*((p + q) / 2))
        assert going(terrain)[0][max(row - 1, 0) : row + 2, max(col - 1, 0) : col + 2].max() > 0


def test_a_straight_route_has_no_needless_corners() -> None:
    level = ground(np.zeros((40, 40)))
    assert len(route_m(level, center(level, 0, 0), center(level, 0, 39))) == 2
    assert len(route_m(level, center(level, 0, 0), center(level, 39, 39))) == 2


def test_a_start_in_a_boat_moves_to_the_shore() -> None:
    cover = np.full((9, 9), Cover.OPEN)
    cover[:, :3] = Cover.WATER
    shore = ground(np.zeros((9, 9)), cover)
    time_s = travel_time_s(shore, [center(shore, 4, 1)])
    assert time_s[4, 3] == 0


@pytest.mark.parametrize(
    ("sources", "kwargs", "word"),
    [
        ([], {}, "at least one"),
        ([(0.0, 0.0)], {}, "outside the map"),
        ([(np.nan, 4_010_050.0)], {}, "outside the map"),
        ([(750_010.0, 4_010_010.0)], {"neighbours": 4}, "8 or 16"),
    ],
)
def test_bad_requests_are_one_clear_sentence(
    sources: list[tuple[float, float]], kwargs: dict[str, Any], word: str
) -> None:
    with pytest.raises(BadInput, match=word):
        travel_time_s(ground(np.zeros((9, 9))), sources, **kwargs)


def test_a_source_far_out_on_a_lake_is_refused() -> None:
    lake = ground(np.zeros((60, 60)), Cover.WATER)
    with pytest.raises(BadInput, match="no walkable ground near"):
        travel_time_s(lake, [center(lake, 30, 30)])


@pytest.mark.shared
def test_valley_towns_of_andorra_are_a_plausible_walk_apart(shared: Path) -> None:
    """Andorra la Vella to Encamp is 6 km of road along the valley: an hour and a half on foot, not three."""
    from homeward.geo import Place
    from homeward.terrain import build_terrain, grid_for

    area = shared / "areas" / "andorra"
    grid = grid_for(area / "dem.tif", cell_m=60)
    terrain = build_terrain(grid=grid, elevation=area / "dem.tif", features=[area / "osm.gpkg"])
    start, end = grid.to_m(Place(42.5075, 1.5218)), grid.to_m(Place(42.5361, 1.5828))
    hours = travel_time_s(terrain, [start])[grid.cell_of(*end)] / 3600
    assert 1.2 < hours < 2.0
