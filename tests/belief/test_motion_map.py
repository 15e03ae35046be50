"""Maps from an ensemble: what it is reweighted to holds, nothing is lost, and one can plan against a moving subject."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.belief import make_map
from homeward.belief.motion import Ensemble, MotionProblem, conveyed, raster_at, reweighted, sample_paths, simulate
from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.search.allocate_moving import MovingProblem, found_there, solve_moving
from homeward.terrain.ground import LineKind, Terrain
from tests.belief.sample import GRID, IPP, away_m, flat, hiker, straight

HOURS = (0.0, 1.0, 2.0, 3.0, 4.0, 12.0, 48.0)
X, Y = GRID.centers_m()


@lru_cache
def lake_country() -> Terrain:
    water = np.zeros(GRID.shape)
    water[30:45, 60:90] = 1
    return flat(straight(LineKind.TRAIL, north_m=300.0), straight(LineKind.TRAIL, east_m=-700.0), water=water)


@lru_cache
def plain() -> Ensemble:
    return simulate(MotionProblem(terrain=lake_country(), ipp_m=IPP, hours=HOURS, category="hiker"), paths=40_000)


@lru_cache
def prior() -> Floats:
    return make_map(hiker(terrain=lake_country())).poa


@lru_cache
def matched() -> Ensemble:
    return reweighted(plain(), prior(), 48.0)


def test_after_reweighting_every_block_of_the_map_has_its_probability_and_the_whole_is_one():
    ours = matched()
    assert ours.anchor is not None
    block, cell = ours.anchor.block, ours.at(48.0)
    n = int(block.max()) + 1
    inside = cell >= 0
    mine = block.ravel()[cell[inside]]
    held = np.bincount(mine[mine >= 0], weights=ours.weight[inside][mine >= 0], minlength=n)
    want = np.bincount(block[block >= 0], weights=prior()[block >= 0], minlength=n)
    assert held == pytest.approx(want, abs=1e-12)
    assert n > 100
    assert ours.weight.sum() + ours.anchor.unmatched == pytest.approx(1, abs=1e-9)
    assert ours.anchor.unmatched < 0.02


def test_the_map_at_the_hour_it_was_reweighted_to_is_that_map():
    poa, outside = raster_at(matched(), 48.0)
    assert 0.5 * np.abs(poa - prior()).sum() < 0.005  # 0.6 % of hikers are still on their way then
    assert outside == pytest.approx(1 - prior().sum(), abs=0.005)


def test_the_effective_size_is_at_most_the_number_and_that_without_weights():
    assert plain().effective == pytest.approx(40_000)
    assert 1000 < matched().effective < 40_000


@pytest.mark.parametrize("hours", HOURS)
def test_no_probability_is_lost_and_none_is_in_the_lake_that_nobody_was_said_to_be_in(hours):
    for ours in (plain(), matched()):
        poa, outside = raster_at(ours, hours)
        assert poa.sum() + outside == pytest.approx(1, abs=1e-9)
        assert poa.min() >= 0
    assert raster_at(plain(), hours)[0][31:44, 61:89].sum() == 0


def test_the_map_grows_from_the_ipp():
    spread = [float((raster_at(matched(), h)[0] * away_m()).sum()) for h in (0.0, 1.0, 2.0, 3.0)]
    assert all(a < b for a, b in pairwise(spread))
    poa, _ = raster_at(matched(), 0.0)
    assert poa[GRID.cell_of(*IPP)] > 0.97  # what the ensemble does not reach stays


def test_wide_kernels_only_where_there_are_few():
    few = simulate(MotionProblem(terrain=flat(), ipp_m=IPP, hours=(6.0,)), paths=300)
    many = simulate(MotionProblem(terrain=flat(), ipp_m=IPP, hours=(6.0,)), paths=100_000)
    rough, fine = raster_at(few, 6.0)[0], raster_at(many, 6.0)[0]
    dots = np.bincount(few.cell[0][few.cell[0] >= 0], minlength=fine.size).reshape(fine.shape) / 300
    assert np.abs(rough - fine).sum() < 0.5 * np.abs(dots - fine).sum()


def test_where_the_ensemble_does_not_reach_the_map_stays():
    far = np.where(away_m() > 5500, 1.0, 0.0)
    far /= far.sum()
    still = simulate(MotionProblem(terrain=flat(), ipp_m=IPP, hours=(0.0, 1.0)), paths=2000)
    ours = reweighted(still, far, 1.0)
    assert ours.anchor is not None
    assert ours.anchor.unmatched == pytest.approx(1)
    assert raster_at(ours, 0.0)[0] == pytest.approx(far)
    assert ours.effective == 0


@settings(max_examples=15)
@given(value=st.floats(0.1, 5.0), pair=st.sampled_from([(0.0, 1.0), (1.0, 3.0), (2.0, 12.0), (3.0, 3.0)]))
def test_evidence_that_says_nothing_says_nothing_later(value, pair):
    for ours in (plain(), matched()):
        later, outside = conveyed(ours, np.full(GRID.shape, value), *pair, outside=value)
        assert later == pytest.approx(np.full(GRID.shape, value))
        assert outside == pytest.approx(value)


def test_evidence_is_as_probable_before_as_after_it_is_conveyed():
    seen = np.where(Y[:, None] > IPP[1] + 500, 0.9, 0.2) * np.ones(GRID.shape)
    for ours in (plain(), matched()):
        later, outside = conveyed(ours, seen, 2.0, 4.0, outside=0.3)
        assert seen.min() <= later.min() <= later.max() <= seen.max()
        before, out_before = raster_at(ours, 2.0)
        after, out_after = raster_at(ours, 4.0)
        now = float((after * later).sum()) + out_after * outside
        assert now == pytest.approx(float((before * seen).sum()) + out_before * 0.3, abs=0.02)


def test_a_sighting_two_hours_ago_moves_the_map_there_and_beyond():
    hut = (IPP[0], IPP[1] + 1800)
    seen = 1e-6 + np.exp(-0.5 * (away_m(at=hut) / 300) ** 2)
    later, _ = conveyed(plain(), seen, 1.0, 3.0)
    poa, _ = raster_at(plain(), 3.0)
    after = poa * later / (poa * later).sum()
    frozen = poa * seen / (poa * seen).sum()
    north = (Y[:, None] - IPP[1]) * np.ones(GRID.shape)
    spread = [float(np.sqrt((m * (away_m(at=hut) ** 2)).sum())) for m in (after, frozen)]
    assert (after * north).sum() > 1500 + (poa * north).sum()
    assert spread[0] > 1.5 * spread[1]


def test_evidence_of_subjects_who_cannot_have_moved_is_itself():
    still = reweighted(
        simulate(MotionProblem(terrain=flat(), ipp_m=IPP, hours=(1.0, 2.0), mobile=False), paths=100), one_cell(), 2.0
    )
    seen = np.random.default_rng(0).uniform(0.1, 1.0, GRID.shape)
    assert conveyed(still, seen, 1.0, 2.0)[0] == pytest.approx(seen)


def one_cell() -> Floats:
    poa = np.zeros(GRID.shape)
    poa[GRID.cell_of(*IPP)] = 1.0
    return poa


def test_sample_paths_are_as_the_map_says_at_every_hour():
    cell, weight = sample_paths(matched(), 4000, seed=1)
    assert weight.sum() == pytest.approx(1)
    assert np.array_equal(cell, sample_paths(matched(), 4000, seed=1)[0])
    for i, hours in enumerate(HOURS):
        poa, outside = raster_at(matched(), hours)
        assert (cell[:, i] < 0).mean() == pytest.approx(outside, abs=0.03)
        inside = cell[cell[:, i] >= 0, i]
        north = (inside < GRID.n_cols * 60).sum() / 4000
        assert north == pytest.approx(poa[:60].sum(), abs=0.03)


def test_planning_against_the_ensemble_finds_more_than_against_the_frozen_map():
    east = simulate(
        MotionProblem(terrain=lake_country(), ipp_m=IPP, hours=HOURS, category="hiker", direction_deg=90.0),
        paths=20_000,
    )
    paths, weight = sample_paths(east, 3000, seed=2)
    truth, mass = sample_paths(east, 6000, seed=3)
    side = 12  # cells: segments of 1.2 km
    times = [HOURS.index(h) for h in (1.0, 2.0, 3.0, 4.0)]

    def segments(cell: np.ndarray) -> np.ndarray:
        row, col = cell // GRID.n_cols, cell % GRID.n_cols
        return np.where(cell >= 0, row // side * 10 + col // side, -1).astype(np.intp)

    def problem(at: np.ndarray, w: Floats) -> MovingProblem:
        return MovingProblem(
            segments=tuple(f"S{i}" for i in range(100)),
            resources=("dogs",),
            periods=("1 h", "2 h", "3 h", "4 h"),
            weight=w,
            segment_at=at,
            rate=np.full((4, 1, 100), 800 * 1.0 / 1.44e6),
            effort_s=np.full((4, 1), 3600.0),
        )

    moving = solve_moving(problem(segments(paths[:, times]), weight), time_limit_s=10)
    frozen = solve_moving(problem(np.repeat(segments(paths[:, times[:1]]), 4, axis=1), weight), time_limit_s=10)
    real = problem(segments(truth[:, times]), mass)
    found = [float(found_there(real, plan.effort_s).sum()) for plan in (moving, frozen)]
    assert found[0] > 1.08 * found[1]


def test_what_does_not_fit_is_refused():
    with pytest.raises(BadInput, match="not recorded"):
        raster_at(plain(), 5.0)
    with pytest.raises(BadInput, match="back"):
        conveyed(plain(), np.ones(GRID.shape), 3.0, 1.0)
    with pytest.raises(BadInput):
        conveyed(plain(), np.ones((3, 3)), 1.0, 3.0)
    with pytest.raises(BadInput):
        reweighted(plain(), np.full(GRID.shape, 1.0), 48.0)
    with pytest.raises(BadInput):
        sample_paths(plain(), 0)
    with pytest.raises(BadInput, match="empty"):
        simulate(MotionProblem(terrain=flat(), ipp_m=IPP, hours=(1.0,)), paths=0)
