"""The story: what moved, from where to where, and the entropies, as a radio could carry it."""

from __future__ import annotations

import numpy as np
import pytest

from homeward.belief import Belief, make_map
from homeward.belief.story import entropy_nats, told, where
from homeward.geo import Grid
from tests.belief.sample import GRID, IPP, away_m, hiker

EVEN = Belief(grid=GRID, poa=np.full(GRID.shape, 1 / 14_400), outside=0.0, ipp_m=IPP)
TWO = Grid(crs="EPSG:32632", west_m=0.0, south_m=0.0, cell_m=50.0, n_rows=1, n_cols=2)


def blob(east_m: float, north_m: float, within_m: float = 300) -> np.ndarray:
    return (away_m(GRID, (IPP[0] + east_m, IPP[1] + north_m)) <= within_m).astype(float)


@pytest.mark.parametrize(
    ("weight", "words"),
    [
        (blob(0, 0, 420), "within 400 m of the IPP"),
        (blob(-2100, 2100), "3 km north-west of the IPP"),
        (blob(0, -5000), "5 km south of the IPP"),
        (blob(700, 0, 150), "700 m east of the IPP"),
        (((away_m() > 3000) & (away_m() < 4000)).astype(float), "all around, 3 km to 4 km from the IPP"),
        (np.zeros(GRID.shape), "nowhere"),
    ],
)
def test_where_in_words(weight: np.ndarray, words: str) -> None:
    assert where(EVEN, weight, 0.0) == words


def test_outside_when_most_is_there() -> None:
    assert where(EVEN, blob(0, 0) * 1e-3, 0.5) == "outside the map"


def test_entropy_counts_outside_as_one_place() -> None:
    assert entropy_nats(EVEN) == pytest.approx(np.log(14_400))
    assert entropy_nats(Belief(grid=TWO, poa=np.array([[0.25, 0.25]]), outside=0.5)) == pytest.approx(1.5 * np.log(2))
    assert entropy_nats(Belief(grid=TWO, poa=np.array([[1.0, 0.0]]), outside=0.0)) == 0
    assert f"{entropy_nats(Belief(grid=TWO, poa=np.array([[1.0, 0.0]]), outside=0.0)):.2f}" == "0.00"


def test_moved_is_the_total_variation_with_outside() -> None:
    a = Belief(grid=TWO, poa=np.array([[0.5, 0.3]]), outside=0.2)
    b = Belief(grid=TWO, poa=np.array([[0.4, 0.2]]), outside=0.4)
    line = told(a, b, cause="x", why="y")
    assert line.moved == pytest.approx(0.2)
    assert line.to_where == "outside the map"


def test_every_step_of_a_map_has_its_line_and_they_join_up() -> None:
    belief = make_map(hiker(hours_gone=1.0))
    assert [line.cause for line in belief.story] == ["distance", "time gone"]
    assert belief.story[1].entropy_before == belief.story[0].entropy_after
    assert belief.story[-1].entropy_after == entropy_nats(belief)
    assert "568 cases" in belief.story[0].why
    assert "Koester 2008" in belief.story[0].why
