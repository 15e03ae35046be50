"""Ways out over ground: round a watched place, sizes of rasters, the known way."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from homeward.errors import BadInput
from homeward.rescue.carry import profile_of
from homeward.rescue.crossed import mean_crossed
from homeward.rescue.evacuate import evacuate
from homeward.rescue.front import Wish, label_front, to_go
from homeward.rescue.ground import costed_ground, level_of, on_ground, sloping_ground
from homeward.rescue.records import EvacuateProblem, ExitAt, WayGround

EXIT = (ExitAt(id="road", at=(395.0, 205.0)),)
FIND = (5.0, 205.0)


def watched() -> WayGround:
    """400 m of even ground at 1 m/s, with a watched square in the middle."""
    exposure = np.zeros((41, 40))
    exposure[12:29, 12:28] = 2.0
    return costed_ground(level_of((41, 40), cell_m=10.0), np.full((41, 40), 10.0), exposure)


def test_ways_lead_through_the_watched_square_or_round_it() -> None:
    found = evacuate(EvacuateProblem(where=watched(), start=FIND, exits=EXIT, people=4, known=(FIND, EXIT[0].at)))
    fast, safe = found.front[0], found.front[-1]
    assert fast.time_s == pytest.approx(390)
    assert fast.hits == pytest.approx(4 * 2.0 * 160 / 3600, rel=0.02)
    assert safe.hits == 0
    assert np.abs(safe.xy_m[:, 1] - 205).max() >= 80
    assert 390 < safe.time_s < 480
    assert found.within <= 0.05
    assert all(way.least_s <= way.time_s for way in found.front)
    assert found.known is not None
    assert found.known.time_s == pytest.approx(390)
    np.testing.assert_allclose(fast.profile[-1, :3], [390, 390, fast.hits])


def test_a_wall_without_a_gate_leaves_no_way() -> None:
    cost = np.full((41, 40), 10.0)
    cost[:, 20] = np.inf
    ground = costed_ground(level_of((41, 40), cell_m=10.0), cost, np.zeros((41, 40)))
    found = evacuate(EvacuateProblem(where=ground, start=FIND, exits=EXIT))
    assert found.status == "infeasible"
    assert "No way leads from the find to road" in found.why[-1]


def test_rasters_of_different_size_are_refused_in_a_sentence() -> None:
    with pytest.raises(BadInput, match="exposure_per_h is 4 x 4 cells and the ground 41 x 40"):
        costed_ground(level_of((41, 40), cell_m=10.0), np.full((41, 40), 10.0), np.zeros((4, 4)))


def test_an_exit_off_the_map_is_named() -> None:
    far = (ExitAt(id="road", at=(9000.0, 205.0)),)
    with pytest.raises(BadInput, match="lies outside the map"):
        evacuate(EvacuateProblem(where=watched(), start=FIND, exits=far))


def test_ground_too_steep_to_carry_takes_ropes_and_a_path_does_not() -> None:
    """40 m along the map up a slope of 0.8 (39 degrees): twice Tobler's time for a litter, as in `rescue.carry`."""
    z = np.broadcast_to(np.arange(9) * 8.0, (9, 9))
    grid = level_of((9, 9), cell_m=10.0)

    def seconds(*, on_path: bool) -> float:
        ground = sloping_ground(grid, z, np.zeros((9, 9)), on_path=np.full((9, 9), on_path))
        problem = EvacuateProblem(
            where=ground,
            start=(25.0, 45.0),
            exits=(ExitAt(id="up", at=(65.0, 45.0)),),
            known=((25.0, 45.0), (65.0, 45.0)),
        )
        found = evacuate(problem)
        straight = profile_of(lengths_m=np.full(4, 10.0), slope=0.8, on_path=on_path)
        assert found.known is not None
        assert found.known.time_s == pytest.approx(straight.carry_s.sum(), rel=1e-3)
        assert found.front[0].time_s <= straight.carry_s.sum() * (1 + 1e-3)
        return found.known.time_s

    assert seconds(on_path=False) == pytest.approx(2 * seconds(on_path=True))


@pytest.mark.parametrize("seed", range(8))
def test_within_and_bounds_hold_against_every_way_over_small_ground(seed: int) -> None:
    """Against the whole front of the same cells by exact label setting, with a limit of hits and without."""
    rng = np.random.default_rng(seed)
    seconds, exposure = rng.uniform(5, 30, (12, 12)), rng.uniform(0, 1, (12, 12)) ** 4
    ground = costed_ground(level_of((12, 12), cell_m=10.0), seconds, exposure)
    exits = (ExitAt(id="end", at=(115.0, 115.0)),)
    problem = EvacuateProblem(where=ground, start=(5.0, 5.0), exits=exits, people=1, starts_s=100.0)
    routes = on_ground(problem, ground).routes
    every, whole, _ = label_front(routes, to_go(routes), Wish(until=np.inf))
    assert whole
    cost = np.array([way.cost[:2] for way in every]) - [100.0, 0.0]
    for most in (np.inf, float(np.median(cost[:, 1]))):
        found = evacuate(replace(problem, max_hits=most))
        ways = np.array([[way.time_s, way.hits] for way in found.front])
        for one in cost[cost[:, 1] <= most]:
            assert (ways <= (1 + found.within) * one + [1e-6, 2e-6]).all(axis=1).any()
        for way in found.front:
            best_s = cost[cost[:, 1] <= way.hits + 1e-12, 0].min()
            assert way.least_s <= best_s + 1e-6
        assert found.within < 0.1
        assert found.value * 0.9 < found.bound <= found.value


def test_litter_and_relay_agree_on_how_long_a_carry_takes() -> None:
    problem = EvacuateProblem(where=watched(), start=FIND, exits=EXIT, bearers=6)
    found = evacuate(problem)
    assert found.relay is not None
    assert found.relay.time_s == found.front[found.chosen].carry_s
    assert found.relay.places


@pytest.mark.parametrize("seed", range(4))
def test_a_way_of_the_front_costs_the_same_as_the_known_way_and_on_the_sheet(seed: int) -> None:
    """Exposure in spots of single cells: whoever looks it up between two cells' centres alone misses or doubles it."""
    rng = np.random.default_rng(seed)
    exposure = np.where(rng.random((30, 30)) < 0.3, 0.5, 0.0)
    ground = costed_ground(level_of((30, 30), cell_m=10.0), np.full((30, 30), 10.0), exposure)
    exits = (ExitAt(id="end", at=(295.0, 265.0)),)
    problem = EvacuateProblem(where=ground, start=(5.0, 5.0), exits=exits)
    for way in evacuate(problem).front[:4]:
        spots = tuple((float(x), float(y)) for x, y in way.xy_m)
        known = evacuate(replace(problem, known=spots)).known
        assert known is not None
        assert (known.time_s, known.hits) == pytest.approx((way.time_s, way.hits), rel=0.02)
        crossed = mean_crossed(exposure, ground.grid, way.xy_m) * np.diff(way.profile[:, 0]) * 9 / 3600
        assert crossed.sum() == pytest.approx(way.hits, rel=1e-3)
