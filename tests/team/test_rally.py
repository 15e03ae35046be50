from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.errors import BadInput
from homeward.mission.people import Hazard, HazardKind
from homeward.team.rally import Comer, rally_point
from homeward.terrain import Cover, Terrain, travel_time_s
from homeward.terrain.exposure import SAFE_HITS_PER_H, Exposure, exposure_of, resampled
from tests.terrain.ground import center, ground


def comers(terrain: Terrain, *cells: tuple[int, int]) -> list[Comer]:
    return [Comer(id=f"T{k}", at_m=center(terrain, *cell)) for k, cell in enumerate(cells)]


def danger(terrain: Terrain, row: int, col: int, radius_m: float) -> Exposure:
    place = terrain.grid.to_place(*center(terrain, row, col))
    return exposure_of(
        terrain, [Hazard(id="1", kind=HazardKind.OTHER, place=place, radius_m=radius_m, label="the camp")]
    )


@given(st.integers(0, 10**6))
@settings(max_examples=15, deadline=None)
def test_at_no_other_place_is_the_last_there_sooner(seed: int) -> None:
    rng = np.random.default_rng(seed)
    terrain = ground(rng.normal(size=(15, 15)).cumsum(axis=0) * 2, cell_m=60.0)
    teams = [
        Comer(
            id=f"T{k}",
            at_m=center(terrain, *(int(v) for v in rng.integers(0, 15, 2))),
            ready_s=float(rng.random() * 900),
        )
        for k in range(4)
    ]
    made = rally_point(terrain, teams)
    last = np.max([travel_time_s(terrain, [one.at_m]) + one.ready_s for one in teams], axis=0)
    usable = terrain.slope() <= 0.5
    assert made.value == made.bound == pytest.approx(last[usable].min())
    assert last[terrain.grid.cell_of(*made.at_m)] == pytest.approx(made.value)
    assert [a.arrives_s for a in made.arrivals] == sorted(a.arrives_s for a in made.arrivals)
    assert {a.id for a in made.arrivals} == {one.id for one in teams}


def test_uphill_counts_the_meeting_point_lies_nearer_to_who_climbs() -> None:
    z = np.zeros((5, 61)) + np.arange(61) * 6.0  # 30 % up to the east
    slope = ground(z)
    made = rally_point(slope, comers(slope, (2, 0), (2, 60)))
    assert slope.grid.cell_of(*made.at_m)[1] < 30


def test_place_and_ways_keep_out_of_a_hazard() -> None:
    flat = ground(np.zeros((41, 81)))
    exposure = danger(flat, 20, 40, 200.0)
    made = rally_point(flat, comers(flat, (20, 5), (20, 75)), exposure=exposure)
    free = rally_point(flat, comers(flat, (20, 5), (20, 75)))
    assert made.value > free.value
    assert exposure.along([made.at_m]).max() <= SAFE_HITS_PER_H
    for arrival in made.arrivals:
        assert arrival.through == ()
        assert exposure.along(resampled(arrival.way_m, every_m=5.0)).max() <= SAFE_HITS_PER_H


def test_who_stands_in_a_hazard_comes_out_of_it_and_that_is_said() -> None:
    flat = ground(np.zeros((41, 81)))
    made = rally_point(flat, comers(flat, (20, 40), (20, 75)), exposure=danger(flat, 20, 40, 200.0))
    assert {a.id: a.through for a in made.arrivals} == {"T0": ("the camp",), "T1": ()}
    assert any("T0 (the camp)" in line for line in made.why)


def test_a_place_as_told_is_kept_and_the_best_is_named_beside_it() -> None:
    flat = ground(np.zeros((21, 101)), cell_m=50.0)
    told = center(flat, 10, 95)
    made = rally_point(flat, comers(flat, (10, 5), (10, 45)), at_m=told)
    assert made.at_m == told
    assert made.value > made.bound + 600
    assert "The best place" in made.why[1]


def test_a_team_with_no_way_there_is_named_and_the_others_meet() -> None:
    cover = np.full((21, 81), Cover.OPEN)
    cover[:, 40] = Cover.WATER
    river = ground(np.zeros((21, 81)), cover)
    made = rally_point(river, comers(river, (10, 5), (10, 30), (10, 70)))
    assert made.cannot == ("T2",)
    assert river.grid.cell_of(*made.at_m)[1] < 40


def test_nobody_or_off_the_map_is_refused() -> None:
    flat = ground(np.zeros((11, 11)))
    with pytest.raises(BadInput, match="nobody to call"):
        rally_point(flat, [])
    with pytest.raises(BadInput, match="outside the map"):
        rally_point(flat, [Comer(id="A", at_m=(0.0, 0.0))])
    with pytest.raises(BadInput, match="No safe place"):
        rally_point(flat, comers(flat, (5, 5)), exposure=danger(flat, 5, 5, 900.0))
