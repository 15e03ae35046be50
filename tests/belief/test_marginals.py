"""Raking: every published share holds on the finished prior as far as the ground lets it, and what does not is told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.belief import MapProblem, make_map
from homeward.belief.attract import ground_kinds
from homeward.belief.categories import distance_fit
from homeward.belief.facts import fitted_prior
from homeward.belief.marginals import Held, Marginal, raked, within
from homeward.belief.targets import direction_shares
from homeward.geo import Floats, Grid
from homeward.terrain.ground import Cover, Line, LineKind, Terrain
from tests.belief.sample import GRID, IPP, away_m, flat, hiker, straight

SMALL = Grid(crs="EPSG:32632", west_m=440_000.0, south_m=5_180_000.0, cell_m=50.0, n_rows=90, n_cols=110)


def rolling(seed: int, *, lines: int = 6, lake: bool = True) -> Terrain:
    """Random rolling ground with trails, roads and streams across it, and a lake."""
    rng = np.random.default_rng(seed)
    x, y = SMALL.centers_m()
    u, v = (x - SMALL.west_m) / 1000, (y[:, None] - SMALL.south_m) / 1000
    waves = [(rng.uniform(0.5, 3), rng.uniform(0, 7), rng.uniform(0, 7), rng.uniform(20, 150)) for _ in range(6)]
    z = 800 + sum(h * np.sin(k * u + a) * np.cos(k * v + b) for k, a, b, h in waves)
    cover = np.full(SMALL.shape, Cover.OPEN, dtype=np.uint8)
    if lake:
        r, c = rng.integers(5, 70, 2)
        cover[r : r + 12, c : c + 15] = Cover.WATER
    kinds = [LineKind.TRAIL, LineKind.ROAD, LineKind.STREAM, LineKind.TRAIL, LineKind.RIDGE, LineKind.STREAM]
    box = np.array([[SMALL.west_m, SMALL.south_m], [SMALL.east_m, SMALL.north_m]])
    ways = tuple(Line(kind=kinds[i], xy_m=rng.uniform(box[0], box[1], (3, 2))) for i in range(lines))
    none = np.zeros(SMALL.shape, dtype=np.bool_)
    return Terrain(grid=SMALL, elevation_m=np.asarray(z), hole=none, cover=cover, lines=ways)


def somewhere(seed: int, **more: object) -> MapProblem:
    rng = np.random.default_rng(seed + 1)
    at = (
        SMALL.west_m + float(rng.uniform(0.2, 0.8)) * (SMALL.east_m - SMALL.west_m),
        SMALL.south_m + float(rng.uniform(0.2, 0.8)) * (SMALL.north_m - SMALL.south_m),
    )
    plain = MapProblem(grid=SMALL, ipp_m=at, category="hiker", ecoregion="temperate", ground="mountain")
    return replace(plain, **more)  # type: ignore[arg-type]


def of(held: tuple[Held, ...], marginal: str) -> list[Held]:
    return [h for h in held if h.marginal == marginal]


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000), st.one_of(st.none(), st.floats(0, 360)), st.one_of(st.none(), st.floats(0.5, 30)))
def test_the_distances_hold_on_any_ground(seed: int, deg: float | None, hours: float | None) -> None:
    belief, held = fitted_prior(somewhere(seed, terrain=rolling(seed), direction_deg=deg, hours_gone=hours))
    assert belief.poa.sum() + belief.outside == pytest.approx(1, abs=1e-9)
    assert belief.poa.min() >= 0
    for ring in of(held, "distance"):
        assert ring.reached == pytest.approx(ring.wanted, abs=1e-9)


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["camper", "hiker", "despondent", "child 4-6"]))
def test_each_kind_of_ground_has_its_published_share(seed: int, category: str) -> None:
    _, held = fitted_prior(somewhere(seed, terrain=rolling(seed), category=category))
    kinds = of(held, "ground")
    assert sum(h.reached for h in kinds) == pytest.approx(1)
    for h in kinds:  # of which there are a dozen: nothing is pushed out of place by the other facts
        assert h.reached == pytest.approx(h.wanted, abs=0.02)


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000), st.floats(0, 360))
def test_the_direction_of_travel_spreads_as_published(seed: int, deg: float) -> None:
    # Koester 2008, hiker, temperate (134 cases), pooled with all (532) as if 20 of these cases were in it
    problem = somewhere(seed, terrain=rolling(seed, lake=False), direction_deg=deg)
    belief, held = fitted_prior(problem)
    for h in of(held, "direction"):
        assert h.reached == pytest.approx(h.wanted, abs=0.03)
    plain = replace(problem, terrain=None)
    belief, held = fitted_prior(plain)
    for h in of(held, "direction"):
        assert h.reached == pytest.approx(h.wanted, abs=1e-4)
    x, y = SMALL.centers_m()
    grid_deg = deg + SMALL.true_north_deg(SMALL.to_place(*problem.ipp_m))
    east, north = x[None, :] - problem.ipp_m[0], y[:, None] - problem.ipp_m[1]
    off = np.abs((np.degrees(np.arctan2(east, north)) - grid_deg + 180) % 360 - 180)
    ring = (np.hypot(east, north) > 300) & (np.hypot(east, north) < 900)  # whole on the map
    share = float(belief.poa[ring & (off <= 64)].sum() / belief.poa[ring].sum())
    assert share == pytest.approx(0.75, abs=0.05)


def test_published_angles_pooled_with_everybody() -> None:
    edges, share = direction_shares("hiker", "temperate")
    assert edges.tolist() == [5, 23, 64, 132, 180]  # 2 degrees is finer than a direction is told
    assert np.cumsum(share)[1:4] == pytest.approx([0.5, 0.75, 0.95], abs=0.02)
    edges, share = direction_shares("gatherer", "dry")  # not published: everybody's
    assert edges.tolist() == [10, 30, 78, 144, 180]
    assert share == pytest.approx([0.25, 0.25, 0.25, 0.2, 0.05])


def even_slope() -> Terrain:
    """A plane that falls to the south: as much ground above the IPP as below."""
    _, y = GRID.centers_m()
    z = 1000 + 0.1 * np.repeat((y - IPP[1])[:, None], GRID.n_cols, axis=1)
    return replace(flat(), elevation_m=z)


def test_up_and_down_as_published_where_the_ground_offers_both() -> None:
    # Koester 2008 as in IGT4SAR: hikers, temperate: 32 % up, 16 % level, 52 % down
    belief, held = fitted_prior(hiker(terrain=even_slope()))
    assert [h.reached for h in of(held, "elevation")] == pytest.approx([0.32, 0.16, 0.52], abs=0.005)
    assert belief.poa[61:].sum() > 1.4 * belief.poa[:59].sum()
    assert "instead of" not in belief.story[-1].why


def test_what_a_ground_cannot_offer_is_told() -> None:
    pit = replace(flat(), elevation_m=500 + 0.3 * away_m())  # the IPP at the bottom: all the ground lies above it
    belief, held = fitted_prior(hiker(terrain=pit))
    up, _, down = of(held, "elevation")
    assert down.reached == 0
    assert up.reached > 0.7
    assert "downhill of the IPP 0% instead of 52%" in belief.story[-1].why
    for ring in of(held, "distance"):
        assert ring.reached == pytest.approx(ring.wanted, abs=1e-9)


def test_without_trails_no_share_off_the_track_is_asked_for() -> None:
    _, held = fitted_prior(hiker(terrain=flat(straight(LineKind.STREAM, north_m=500))))
    assert not of(held, "track")
    _, held = fitted_prior(hiker(terrain=flat(straight(LineKind.TRAIL, north_m=500))))
    _, near, *_, far = of(held, "track")  # cells of 100 m: none within 50 m but on it
    assert near.offered < near.reached <= 1.6 * near.offered  # drawn towards the published quarter
    assert far.reached < far.offered


def test_towards_the_edge_the_direction_of_travel_takes_them_off_the_map() -> None:
    edge = (GRID.west_m + 800.0, IPP[1])
    west, plain = make_map(hiker(ipp_m=edge, direction_deg=270.0)), make_map(hiker(ipp_m=edge))
    east = make_map(hiker(ipp_m=edge, direction_deg=90.0))
    assert west.outside > plain.outside + 0.15
    assert east.outside < plain.outside - 0.15
    assert [line.cause for line in west.story] == ["distance", "direction"]


def test_open_water_and_ground_beyond_it_hold_little() -> None:
    lake = np.zeros(GRID.shape)
    lake[:, 80:84] = 1  # a lake right across the map: nobody can walk to the east of it
    belief = make_map(hiker(terrain=flat(water=lake)))
    same = make_map(hiker(terrain=flat()))
    assert belief.poa[:, 80:84].sum() < 0.12 * same.poa[:, 80:84].sum()
    assert belief.poa[:, 86:].sum() < 0.25 * same.poa[:, 86:].sum()  # where a ring has nothing else it keeps its own


def test_injured_people_keep_to_low_ground_and_streams() -> None:
    # Jacobs 2015: drainages 1.5 and 3, low points 2 and 5
    ground = rolling(3)
    kinds = ground_kinds(ground)
    low = np.isin(kinds.kind, [kinds.names.index(n) for n in ("drainages", "low points")])
    hurt, well = (make_map(somewhere(3, terrain=ground, injured=i)) for i in (True, False))
    assert hurt.poa[low].sum() > 1.2 * well.poa[low].sum()


shares = st.lists(st.floats(0.01, 1), min_size=3, max_size=3).map(lambda v: np.array(v) / sum(v))


@settings(deadline=None)
@given(shares, shares, st.floats(1, 20))
def test_shares_stay_between_what_is_offered_and_so_many_times_that(
    wanted: Floats, offered: Floats, most: float
) -> None:
    aim = within(wanted, offered, most)
    assert aim.sum() == pytest.approx(1)
    assert (aim >= offered / most - 1e-9).all()
    assert (aim <= offered * most + 1e-9).all()
    np.testing.assert_allclose(within(wanted, offered, 1e12), wanted)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_raking_is_the_maximum_entropy(seed: int) -> None:
    """Every other map with the same shares is farther from the base (Csiszar 1975)."""
    rng = np.random.default_rng(seed)
    base = rng.dirichlet(np.ones(60))
    marginals = [
        Marginal(
            name=name,
            labels=("a", "b", "c"),
            of=rng.integers(0, 3, 60).astype(np.int32),
            wanted=rng.dirichlet(np.full(3, 8.0)),
            at_most=1e12,
            factor_at_most=1e12,
            source="",
        )
        for name in ("one", "two")
    ]
    p, held = raked(base, marginals)
    for h in held:
        assert h.reached == pytest.approx(h.wanted, abs=1e-3)
    rows = np.array([[m.of == k for k in range(3)] for m in marginals]).reshape(6, 60).astype(float)
    other = rng.normal(size=60)
    other -= np.linalg.pinv(rows) @ (rows @ other)  # a change that moves none of the shares
    step = 0.2 * np.min(p / np.maximum(np.abs(other), 1e-12))
    rival = p + step * other

    def far(q: Floats) -> float:
        return float((q * np.log(q / base)).sum())

    assert far(p) <= far(rival) + 1e-4 * step * float(np.abs(other).sum()) + 1e-12


def test_the_same_problem_gives_the_same_map_bit_for_bit() -> None:
    problem = somewhere(7, terrain=rolling(7), direction_deg=200.0, hours_gone=6.0)
    again = somewhere(7, terrain=rolling(7), direction_deg=200.0, hours_gone=6.0)
    assert make_map(problem).poa.tobytes() == make_map(again).poa.tobytes()


def test_the_finished_map_has_the_quartiles_of_the_fit() -> None:
    belief = make_map(somewhere(11, terrain=rolling(11)))
    fit = distance_fit("hiker", ecoregion="temperate", ground="mountain")
    at = belief.ipp_m
    assert at is not None
    for d in (300.0, 600.0, 900.0):
        assert belief.poa[away_m(SMALL, at) <= d].sum() == pytest.approx(float(fit.cdf(d)), abs=0.01)
