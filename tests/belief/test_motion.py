"""The walks: the compiled kernel against plain NumPy, and what no subject may do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from bench.travel import hills
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.belief.motion import Ensemble, MotionProblem, mobility, simulate
from homeward.belief.motion.land import land_of
from homeward.belief.motion.simulate import law_of
from homeward.errors import BadInput
from homeward.geo import Grid
from homeward.terrain.ground import Cover, LineKind, Terrain
from homeward.terrain.speed import going
from homeward.terrain.travel import travel_time_s
from tests.belief.plain_motion import Walkers
from tests.belief.sample import GRID, IPP, away_m, flat, straight

HOURS = (0.0, 1.0, 3.0, 6.0, 12.0, 24.0, 48.0)
NOON = datetime(2026, 10, 1, 11, tzinfo=UTC)
EVERY = (1.0, 1.0, 1.0, 1.0, 1.0, 1.0)


def walked(
    terrain: Terrain, n: int = 2000, *, seed: int = 0, ipp: tuple[float, float] = IPP, **more: object
) -> Ensemble:
    problem = replace(MotionProblem(terrain=terrain, ipp_m=ipp, hours=HOURS), **more)  # type: ignore[arg-type]
    return simulate(problem, paths=n, seed=seed)


def rough(seed: int, cell_m: float = 100.0) -> Terrain:
    """Hills with water and forest under the sample's grid, or cells half the size."""
    ground = hills(round(12_000 / cell_m), seed=seed)
    n = ground.grid.n_rows
    grid = Grid(crs=GRID.crs, west_m=GRID.west_m, south_m=GRID.south_m, cell_m=cell_m, n_rows=n, n_cols=n)
    return replace(
        ground, grid=grid, lines=(straight(LineKind.TRAIL, north_m=200.0), straight(LineKind.RIVER, east_m=900.0))
    )


@pytest.mark.parametrize(("cell_m", "mix"), [(100.0, None), (100.0, EVERY), (30.0, EVERY)])
def test_the_compiled_walks_are_those_of_plain_numpy_bit_for_bit(cell_m, mix):
    problem = MotionProblem(terrain=rough(3, cell_m), ipp_m=IPP, hours=(0.0, 1.0, 3.0, 12.0), mix=mix, seen_at=NOON)
    ours = simulate(problem, paths=200, seed=5)
    plain = Walkers(land_of(problem.terrain), law_of(problem, seed=5), 200)
    plain.run()
    assert np.array_equal(ours.cell, plain.cell)
    assert np.array_equal(ours.stop_h, plain.stop.astype(np.float32) / np.float32(3600))


def test_threads_change_nothing_and_more_paths_only_add_subjects():
    problem = MotionProblem(terrain=rough(1), ipp_m=IPP, hours=HOURS, seen_at=NOON)
    one, two = (simulate(problem, paths=9000, seed=7, threads=n) for n in (1, 2))
    fewer, other = simulate(problem, paths=500, seed=7), simulate(problem, paths=500, seed=8)
    assert np.array_equal(one.cell, two.cell)
    assert np.array_equal(one.stop_h, two.stop_h)
    assert np.array_equal(one.injured, two.injured)
    assert np.array_equal(fewer.cell, one.cell[:, :500])
    assert not np.array_equal(fewer.cell, other.cell)


@settings(max_examples=4)
@given(seed=st.integers(0, 1000), mix=st.tuples(*[st.floats(0.01, 1.0)] * 6))
def test_nobody_is_in_water_or_where_walking_at_full_speed_could_not_have_brought_them(seed, mix):
    terrain = rough(seed)
    free = travel_time_s(terrain, [IPP], neighbours=8)
    try:
        ours = walked(terrain, 400, seed=seed, mix=mix)
    except BadInput:
        assert not np.isfinite(free).any()
        return
    bridge = going(terrain)[1]
    start = ours.cell[0, 0]
    x, y = GRID.centers_m()
    free = travel_time_s(terrain, [(x[start % GRID.n_cols], y[start // GRID.n_cols])], neighbours=8)
    for hours, cell in zip(ours.hours, ours.cell, strict=True):
        there = cell[cell >= 0]
        assert ((terrain.cover.ravel()[there] != Cover.WATER) | bridge.ravel()[there]).all()
        assert (free.ravel()[there] <= hours * 3600 + 1e-6).all()


def test_at_hour_zero_everybody_is_at_the_ipp_and_who_stays_stays_there():
    row, col = GRID.cell_of(*IPP)
    home = row * GRID.n_cols + col
    assert (walked(flat()).cell[0] == home).all()
    assert (walked(flat(), mix=(0, 0, 0, 1, 0, 0)).cell == home).all()
    still = walked(flat(), mobile=False)
    assert (still.cell == home).all()
    assert not still.mobile(0.0).any()


def test_who_has_stopped_moves_no_more_and_the_published_mobility_hours_hold():
    ours = walked(rough(2), 20_000, category="hiker")
    for before, after, hours in zip(ours.cell[:-1], ours.cell[1:], ours.hours, strict=False):
        stopped = ours.stop_h <= hours
        assert (before == after)[stopped].all()
    assert 1 - ours.mobile(24.0).mean() == pytest.approx(0.92, abs=0.01)  # Mitchell 1985
    despondent = walked(flat(), 20_000, category="despondent").stop_h
    assert np.median(despondent) == pytest.approx(2, abs=0.4)  # Koester 2008: half within 2 h
    assert np.quantile(walked(flat(), 20_000, category="snowboarder").stop_h, 0.95) == pytest.approx(24, rel=0.1)


def test_water_right_across_is_not_crossed_but_for_a_bridge():
    water = np.zeros(GRID.shape)
    water[50:53] = 1
    north = GRID.n_cols * 50
    assert not (walked(flat(water=water)).cell.clip(min=north * 2) < north).any()
    over = walked(flat(straight(LineKind.ROAD, east_m=0.0), water=water), mix=(0, 1, 0, 0, 0, 0)).cell[2]
    assert ((over >= 0) & (over < north)).mean() > 0.2


def test_a_cliff_is_not_crossed_even_at_a_slant():
    cliff = replace(
        straight(LineKind.CLIFF, north_m=0.0), xy_m=np.array([[440_000.0, 5_187_000.0], [452_000.0, 5_191_000.0]])
    )
    cell = walked(flat(cliff)).cell[-1]
    x, y = GRID.centers_m()
    inside = cell[cell >= 0]
    side = y[inside // GRID.n_cols] - (5_187_000 + (x[inside % GRID.n_cols] - 440_000) / 3)
    assert (side < 0).all()


def test_who_follows_routes_stays_on_them_and_who_wants_a_view_goes_up():
    trail = straight(LineKind.TRAIL, north_m=0.0)
    row = GRID.cell_of(*IPP)[0]
    on = walked(flat(trail), mix=(0, 1, 0, 0, 0, 0)).cell
    assert (on[on >= 0] // GRID.n_cols == row).all()
    assert len(np.unique(on)) > 60
    cone = replace(flat(), elevation_m=1000 - 0.2 * away_m(at=(IPP[0] + 1500, IPP[1] + 1500)))
    top = np.unravel_index(int(cone.elevation_m.argmax()), GRID.shape)
    up = walked(cone, mix=(0, 0, 0, 0, 1, 0)).cell[-1]
    assert np.mean(up == top[0] * GRID.n_cols + top[1]) > 0.5


def test_a_backtracker_comes_home():
    back = walked(flat(), 4000, mix=(0, 0, 1, 0, 0, 9)).cell[2]
    on = walked(flat(), 4000, mix=(0, 0, 1, 0, 0, 0)).cell[2]
    assert (back == back[0]).mean() > 0.3 > (on == back[0]).mean()


def test_a_known_direction_of_travel_is_kept_as_published():
    ours = walked(flat(), 20_000, direction_deg=90.0, mix=(0, 0, 1, 0, 0, 0))
    x, y = GRID.centers_m()
    cell = ours.cell[1][ours.cell[1] >= 0]
    east, north = x[cell % GRID.n_cols] - IPP[0], y[cell // GRID.n_cols] - IPP[1]
    far = np.hypot(east, north) > 1000
    off = np.abs(np.degrees(np.arctan2(north, east)))[far]
    assert np.quantile(off, [0.25, 0.5, 0.75, 0.95]) == pytest.approx([10, 30, 78, 144], rel=0.2, abs=3)  # Koester 2008


def test_two_in_three_halt_for_the_night():
    seen = datetime(2026, 10, 1, 17, tzinfo=UTC)  # dark from about 17:30 to 04:45 UTC here
    night = replace(MotionProblem(terrain=flat(), ipp_m=IPP, hours=(2.0, 5.0), mix=(0, 0, 1, 0, 0, 0)), seen_at=seen)
    ours = simulate(night, paths=10_000)
    moving = ours.mobile(5.0) & (ours.cell[0] >= 0)
    same = (ours.cell[0] == ours.cell[1])[moving].mean()
    assert same == pytest.approx(0.65, abs=0.02)  # Mitchell 1985: 30 to 40 % travelled at night


def test_speed_is_below_walking_pace_and_lower_in_forest():
    plain = walked(flat(), 4000, mix=(0, 0, 1, 0, 0, 0))
    woods = walked(
        replace(flat(), cover=np.full(GRID.shape, Cover.FOREST, dtype=np.uint8)), 4000, mix=(0, 0, 1, 0, 0, 0)
    )
    free, slow = (np.median(away_m().ravel()[e.cell[1][(e.cell[1] >= 0) & e.mobile(1.0)]]) for e in (plain, woods))
    assert 1000 < free < 2700  # on level open ground an hour's walk is 3.0 km at full speed (Tobler 1993)
    assert slow / free == pytest.approx(0.6, abs=0.1)  # the going of forest against open ground


def test_what_is_known_of_the_subject_holds_for_all():
    ours = walked(flat(), 3000, injured=True, responsive=False)
    assert ours.injured.all()
    assert not ours.responsive.any()
    free = walked(flat(), 20_000)
    assert free.injured.mean() == pytest.approx(0.2, abs=0.02)
    assert free.responsive[~free.injured].mean() > free.responsive[free.injured].mean() + 0.2


def test_memory_a_subject_is_as_told():
    ours = walked(flat(), 1000)
    arrays = (ours.cell, ours.stop_h, ours.weight, ours.injured, ours.responsive)
    assert sum(a.nbytes for a in arrays) == 1000 * (14 + 4 * len(HOURS))


def test_mobility_is_said_with_its_source():
    assert mobility("hiker").still_moving(24.0) == pytest.approx(0.08, abs=0.001)
    assert mobility("hiker", ecoregion="dry").scale_h == 2 * mobility("hiker").scale_h
    assert mobility("child (4-6)").scale_h == mobility("child 10-12").scale_h
    assert "own judgement" in mobility("dementia").source
    assert mobility("snowboarder").hours_until(0.95) == pytest.approx(25, abs=1.5)  # published: 24 h


@pytest.mark.parametrize(
    "wrong",
    [
        {"hours": ()},
        {"hours": (3.0, 1.0)},
        {"hours": (-1.0, 1.0)},
        {"mix": (1.0,) * 5},
        {"mix": (0.0,) * 6},
        {"category": "martian"},
        {"seen_at": datetime(2026, 1, 1)},  # noqa: DTZ001
        {"ipp_m": (0.0, 0.0)},
    ],
)
def test_what_cannot_be_is_refused(wrong):
    with pytest.raises(BadInput):
        replace(MotionProblem(terrain=flat(), ipp_m=IPP, hours=HOURS), **wrong)


def test_an_ipp_in_the_middle_of_a_lake_is_refused():
    water = np.zeros(GRID.shape)
    water[:] = 1
    with pytest.raises(BadInput, match="nobody can walk"):
        walked(flat(water=water))
