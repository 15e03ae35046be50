"""The prior: distances as published, drawn to what lies on the ground without changing them, within reach."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.belief import Belief, MapProblem, distance_fit, make_map
from homeward.belief.attract import attraction
from homeward.belief.categories import categories
from homeward.belief.motion import mobility
from homeward.belief.reach import still_going
from homeward.errors import BadInput
from homeward.geo import Grid
from homeward.mission.nouns import Clue, ClueKind
from homeward.terrain.ground import LineKind
from tests.belief.sample import GRID, IPP, away_m, flat, hiker, straight

NAMES = [c.name for c in categories()]


def within(belief: Belief, metres: float) -> float:
    assert belief.ipp_m is not None
    return float(belief.poa[away_m(belief.grid, belief.ipp_m) <= metres].sum())


@pytest.mark.parametrize("terrain", [None, flat(straight(LineKind.TRAIL, north_m=700))])
def test_quartiles_of_a_finished_map_are_the_published_ones(terrain: object) -> None:
    # Koester 2008, hiker, temperate, mountain (568 cases): a quarter within 1.1 km, half 3.1, three quarters 5.8
    belief = make_map(hiker(terrain=terrain))
    fit = distance_fit("hiker", ecoregion="temperate", ground="mountain")
    for km, share in ((1.1, 0.25), (3.1, 0.5), (5.8, 0.75)):
        assert within(belief, km * 1000) == pytest.approx(share, abs=0.05)
        assert within(belief, km * 1000) == pytest.approx(float(fit.cdf(km * 1000)), abs=0.012)
    assert within(belief, 150) >= float(fit.cdf(150)) - 0.01


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(NAMES),
    st.sampled_from([10.0, 25.0, 60.0, 100.0]),
    st.floats(0.02, 0.98),
    st.floats(0.02, 0.98),
)
def test_every_map_sums_to_one_and_keeps_its_distances(name: str, cell_m: float, u: float, v: float) -> None:
    grid = Grid(crs="EPSG:32632", west_m=0.0, south_m=0.0, cell_m=cell_m, n_rows=70, n_cols=90)
    ipp = (grid.west_m + u * (grid.east_m - grid.west_m), grid.south_m + v * (grid.north_m - grid.south_m))
    belief = make_map(MapProblem(grid=grid, ipp_m=ipp, category=name))
    assert belief.poa.sum() + belief.outside == pytest.approx(1, abs=1e-9)
    fit = distance_fit(name)
    nearest_edge = min(ipp[0] - grid.west_m, grid.east_m - ipp[0], ipp[1] - grid.south_m, grid.north_m - ipp[1])
    for metres in (0.3, 0.6, 0.95):
        r = metres * nearest_edge
        if r > 4 * cell_m and r > 75:
            near, far = float(fit.cdf(r - 0.71 * cell_m)), float(fit.cdf(r + 0.71 * cell_m))
            assert near - 0.004 <= within(belief, r) <= far + 0.004


def test_outside_is_what_lies_beyond_the_map() -> None:
    belief = make_map(hiker())
    fit = distance_fit("hiker", ecoregion="temperate", ground="mountain")
    half = 6000
    assert 1 - float(fit.cdf(half * np.sqrt(2))) < belief.outside < 1 - float(fit.cdf(half))


def test_a_trail_holds_five_times_the_density_beside_it() -> None:
    # Jacobs 2015: uninjured 5, injured 7; for a category of which no distances off the track are published
    trail = flat(straight(LineKind.TRAIL, north_m=0.0))
    for injured, times in ((False, 5.0), (True, 7.0)):
        belief = make_map(hiker(category="camper", terrain=trail, injured=injured))
        row, col = GRID.cell_of(IPP[0] + 3000, IPP[1])
        north_row, north_col = GRID.cell_of(IPP[0], IPP[1] + 3000)
        assert belief.poa[row, col] / belief.poa[north_row, north_col] == pytest.approx(times, rel=0.05)


def test_published_densities_near_features() -> None:
    ground = flat(
        straight(LineKind.TRAIL, north_m=2000),
        straight(LineKind.STREAM, east_m=2000),
        straight(LineKind.RIVER, east_m=-2000),
        straight(LineKind.ROAD, north_m=-2000),
        straight(LineKind.RIDGE, north_m=-4000),
    )
    factor = attraction(ground)

    def at(east: float, north: float) -> float:
        return float(factor[GRID.cell_of(IPP[0] + east, IPP[1] + north)])

    assert at(0, 2000) == 5
    assert at(2000, 2000) == 7  # where a trail meets a stream
    assert at(-2000, 2000) == 7
    assert (at(2000, 0), at(-2000, 0), at(0, -2000), at(0, -4000)) == (1.5, 2, 3, 2)
    assert at(500, 500) == 1
    assert attraction(flat()).min() == attraction(flat()).max() == 1  # level ground has no high and low points


def test_hardly_anybody_is_on_water_and_more_beside_it() -> None:
    lake = np.zeros(GRID.shape)
    lake[20:40, 50:70] = 1
    belief = make_map(hiker(terrain=flat(water=lake)))
    same = make_map(hiker(terrain=flat()))
    assert belief.poa[30, 60] < 0.08 * same.poa[30, 60]  # its ring keeps what the rest of it takes up
    assert belief.poa[40, 60] > 1.2 * same.poa[40, 60]


def test_hardly_anybody_is_where_nobody_can_have_walked() -> None:
    belief = make_map(hiker(hours_gone=0.5))
    free = make_map(hiker())
    beyond, near = away_m() > 3100, away_m() < 2500
    fallen = belief.poa[beyond].sum() / belief.poa[near].sum()
    assert fallen == pytest.approx(0.02 * free.poa[beyond].sum() / free.poa[near].sum())
    assert (belief.poa[beyond] > 0).all()  # the time may be wrong: a clue out there must be able to raise it
    assert 0 < belief.outside < 0.02
    ring = (away_m() > 1000) & (away_m() < 2500)
    ratio = belief.poa[ring] / free.poa[ring]
    assert ratio.max() == pytest.approx(ratio.min())  # within reach the map keeps its shape


def test_over_real_ground_a_river_without_bridge_keeps_them_on_their_side() -> None:
    river = np.zeros(GRID.shape)
    river[40:43, :] = 1
    belief = make_map(hiker(terrain=flat(water=river), hours_gone=8))
    open_ground = make_map(hiker(terrain=flat(), hours_gone=8))
    assert belief.poa[:40].sum() < 0.05 * open_ground.poa[:40].sum()
    assert belief.poa[40:43].sum() > 0  # but they may be in it


def test_on_an_island_in_a_lake_the_straight_line_counts() -> None:
    lake = np.ones(GRID.shape)
    belief = make_map(hiker(terrain=flat(water=lake), hours_gone=1))
    assert "no way leads from the IPP" in belief.story[-1].why
    assert 0 < belief.poa[away_m() > 6050].sum() < 0.02


def test_a_sure_clue_out_of_reach_still_moves_the_map() -> None:
    far = GRID.to_place(GRID.west_m + 500, GRID.north_m - 500)
    glove = Clue(id="1", kind=ClueKind.POINT, place=far, text="glove", error_m=100.0, reliability=0.99)
    alone = make_map(hiker(hours_gone=0.5))
    believed = make_map(hiker(hours_gone=0.5, clues=(glove,)))
    row, col = GRID.cell_of(*GRID.to_m(far))
    assert believed.poa[row, col] > 100 * alone.poa[row, col]


def test_time_gone_does_not_hold_back_who_does_not_walk() -> None:
    a, b = make_map(hiker(category="atv", hours_gone=0.2)), make_map(hiker(category="atv"))
    assert np.array_equal(a.poa, b.poa)


def test_bit_for_bit_the_same() -> None:
    ground = flat(straight(LineKind.TRAIL, north_m=700), straight(LineKind.STREAM, east_m=-300))
    a, b = make_map(hiker(terrain=ground, hours_gone=4)), make_map(hiker(terrain=ground, hours_gone=4))
    assert a.poa.tobytes() == b.poa.tobytes()
    assert a.story == b.story


def test_problems_that_cannot_be() -> None:
    with pytest.raises(BadInput, match=r"IPP .* lies outside the map"):
        hiker(ipp_m=(0.0, 0.0))
    with pytest.raises(BadInput, match="-1 hours gone"):
        hiker(hours_gone=-1)
    other = Grid(crs=GRID.crs, west_m=0.0, south_m=0.0, cell_m=100.0, n_rows=120, n_cols=120)
    with pytest.raises(BadInput, match="another grid"):
        hiker(grid=other, ipp_m=(6000.0, 6000.0), terrain=flat())


@pytest.mark.parametrize("category", ["hiker", "child 4-6", "skier alpine", None])
def test_the_prior_and_the_walks_stop_by_the_same_hours(category: str | None) -> None:
    law = mobility(category, ecoregion="temperate")
    lasted = still_going(np.array([3.0, 8.0]) * 3600, category, "temperate")
    assert lasted == pytest.approx([law.still_moving(3), law.still_moving(8)])


def test_half_the_pace_is_half_the_time() -> None:
    ground = flat(straight(LineKind.TRAIL, north_m=500))
    slow, short = (
        make_map(hiker(terrain=ground, hours_gone=2.0, pace=0.5)),
        make_map(hiker(terrain=ground, hours_gone=1.0)),
    )
    far = away_m() > 4000
    whole = make_map(hiker(terrain=ground, hours_gone=2.0))
    assert slow.poa[far].sum() < 0.5 * whole.poa[far].sum()
    assert slow.poa[far].sum() == pytest.approx(short.poa[far].sum(), rel=0.35)
    assert "50% of the usual pace" in " ".join(line.why for line in slow.story)


@pytest.mark.parametrize("pace", [0.0, 1.5, float("nan")])
def test_a_pace_that_cannot_be_is_refused(pace: float) -> None:
    with pytest.raises(BadInput, match="pace"):
        hiker(pace=pace)
