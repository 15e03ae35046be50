"""Scores of maps: the published rule, its laws, and what an honest map keeps in the mean."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.belief import Belief, MapProblem, make_map
from homeward.belief.score import calibration, interval_of_mean, score
from homeward.errors import BadInput
from homeward.geo import Grid

BOX = Grid(crs="EPSG:32632", west_m=400_000.0, south_m=5_000_000.0, cell_m=500.0, n_rows=50, n_cols=50)
IPP = (412_500.0, 5_012_500.0)
DISC = make_map(MapProblem(grid=BOX, ipp_m=IPP, category="hiker", ecoregion="temperate", ground="mountain"))


@pytest.mark.parametrize("away_m", [1750.0, 4250.0, 9250.0])
def test_a_map_that_falls_with_distance_scores_1_less_2_pi_d2_over_the_box(away_m: float) -> None:
    # any radially decreasing map: R = 1 - 2 pi d^2 / 625 km2 for a find within 12.5 km
    rated = score(DISC, (IPP[0] + away_m, IPP[1] + 250.0))  # a cell's centre
    assert rated.rating == pytest.approx(1 - 2 * np.pi * np.hypot(away_m, 250) ** 2 / 625e6, abs=0.01)


def test_an_even_map_is_chance() -> None:
    even = Belief(grid=BOX, poa=np.full(BOX.shape, 0.95 / 2500), outside=0.05, ipp_m=IPP)
    rated = score(even, (IPP[0] + 3000, IPP[1] - 8000))
    assert rated.rating == pytest.approx(0.0, abs=1e-9)
    assert rated.nats == pytest.approx(np.log(0.95))
    assert rated.area_before_km2 == pytest.approx(312.5)


def test_a_find_beyond_the_box_scores_as_published() -> None:
    rated = score(DISC, (IPP[0] + 12_600, IPP[1]))
    assert rated.rating == pytest.approx(-0.9)
    assert rated.nats is None
    assert not rated.in_box


def test_a_map_smaller_than_the_box_shares_its_outside_over_the_rest_of_it() -> None:
    small = Grid(crs="EPSG:32632", west_m=410_000.0, south_m=5_010_000.0, cell_m=500.0, n_rows=10, n_cols=10)
    belief = Belief(grid=small, poa=np.full((10, 10), 0.8 / 100), outside=0.2, ipp_m=IPP)
    rated = score(belief, (IPP[0] + 8000, IPP[1]))
    assert rated.nats == pytest.approx(np.log(0.15 / (625 - 25) * 625))
    assert rated.area_before_km2 == pytest.approx(25 + 300)


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 2**32 - 1))
def test_an_honest_map_is_calibrated_and_beats_every_other_in_nats(seed: int) -> None:
    rng = np.random.default_rng(seed)
    p = rng.dirichlet(np.full(2500, 0.3))
    truth = Belief(grid=BOX, poa=p.reshape(BOX.shape), outside=0.0, ipp_m=IPP)
    other = Belief(grid=BOX, poa=rng.dirichlet(np.full(2500, 0.3)).reshape(BOX.shape), outside=0.0, ipp_m=IPP)
    x, y = BOX.centers_m()
    cells = rng.choice(2500, size=200, p=p)
    finds = [(float(x[c % 50]), float(y[c // 50])) for c in cells.tolist()]
    own = [score(truth, f) for f in finds]
    assert np.mean([s.nats for s in own]) > np.mean([score(other, f).nats for f in finds])
    for region, share in calibration(own).items():
        assert share == pytest.approx(region, abs=0.16)  # four standard deviations and a half of 200 draws


def test_without_an_ipp_nothing_can_be_scored() -> None:
    with pytest.raises(BadInput, match="--ipp"):
        score(Belief(grid=BOX, poa=np.full(BOX.shape, 1 / 2500), outside=0.0), IPP)


def test_the_interval_is_as_wide_as_the_clusters_say() -> None:
    values = np.repeat([0.0, 1.0], 50)
    one_by_one = interval_of_mean(values, [str(i) for i in range(100)])
    in_two = interval_of_mean(values, ["a"] * 50 + ["b"] * 50)
    assert one_by_one[1] - one_by_one[0] < 0.25
    assert in_two == (0.0, 1.0)
