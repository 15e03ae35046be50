"""Survival: the cited figures, never rising with time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.belief import Belief, MapProblem, Part, after_search, categories, make_map, mixture, survival
from homeward.belief.records import Case
from homeward.belief.survive import alive_map, alive_share
from homeward.errors import BadInput
from homeward.geo import Grid
from homeward.mission.nouns import Setting

NAMES = [None, "child", *(c.name for c in categories())]


@pytest.mark.parametrize(("hours", "alive"), [(0, 0.923), (12, 0.841), (24, 0.732), (48, 0.596), (72, 0.491)])
def test_everybody_as_published(hours: float, alive: float) -> None:
    # mapscore, total-hours.xlsx: 3,351 subjects
    assert survival(None, hours_gone=hours).p == pytest.approx(alive)


def test_a_category_leans_on_everybody_by_how_few_its_cases_are() -> None:
    hunter = survival("hunter", hours_gone=24)
    assert hunter.n == 42
    assert hunter.p == pytest.approx((42 * 0.952 + 20 * 0.732) / 62)
    assert survival("despondent", hours_gone=24).p < 0.6 < hunter.p


def test_several_tables_of_a_category_are_pooled_by_their_cases_and_all_are_cited() -> None:
    hiker = survival("hiker", hours_gone=24)  # mapscore 68 cases; Koester 2008, 361
    assert hiker.n == 68 + 361
    assert hiker.p == pytest.approx((68 * 0.809 + 361 * 0.76 + 20 * 0.732) / 449)
    assert "Koester 2008" in hiker.source
    assert "3,351 subjects" in hiker.source
    small = survival("child 4-6", hours_gone=24)  # 8 of its own beside 22 children of all ages
    assert small.p == pytest.approx((22 * 0.818 + 8 * 0.38 + 20 * 0.732) / 50)
    assert small.p < survival("child 7-9", hours_gone=24).p


@settings(deadline=None)
@given(st.sampled_from(NAMES), st.floats(0, 500), st.floats(0, 100))
def test_never_rises_with_time(name: str | None, hours: float, more: float) -> None:
    now, later = survival(name, hours_gone=hours), survival(name, hours_gone=hours + more)
    assert 0 <= later.p <= now.p <= 1
    assert now.n > 0


@pytest.mark.parametrize(("minutes", "alive"), [(15, 0.92), (35, 0.30), (60, 0.19), (600, 0.19)])
def test_under_an_avalanche_as_published(minutes: float, alive: float) -> None:
    # Falk, Brugger & Adler-Kastner 1994 (Nature 368:21) at 15 and 35 min; Rauch et al. 2024 from 60 min on
    told = survival("skier nordic", hours_gone=minutes / 60, setting=Setting.AVALANCHE)
    assert told.p == pytest.approx(alive)
    assert ("Falk" if minutes < 40 else "Rauch") in told.source


def two_scenarios() -> Belief:
    grid = Grid(crs="EPSG:32616", west_m=0, south_m=0, cell_m=100, n_rows=1, n_cols=2)
    lost = Part(scenario="lost", label="", poa=np.array([[0.4, 0.1]]), outside=0.1, alive=0.9)
    hurt = Part(scenario="hurt", label="", poa=np.array([[0.1, 0.2]]), outside=0.1, alive=0.5)
    return mixture(grid, (lost, hurt))


def test_the_map_of_the_living_is_the_sum_of_the_scenarios_by_hand() -> None:
    belief = two_scenarios()
    assert alive_share(belief) == pytest.approx(0.6 * 0.9 + 0.4 * 0.5)
    assert alive_map(belief) == pytest.approx(np.array([[0.41, 0.19]]))


def test_a_search_without_a_find_moves_the_weights_of_scenarios_as_bayes_says() -> None:
    after = after_search(two_scenarios(), np.array([[0.5, 0.0]]), cause="assignment 101")
    left = 1 - 0.5 * 0.5  # half of the half that lay in the first cell is gone
    assert [p.weight for p in after.parts] == pytest.approx([(0.6 - 0.2) / left, (0.4 - 0.05) / left])
    assert alive_share(after) == pytest.approx((0.4 * 0.9 + 0.35 * 0.5) / left)


def test_a_map_of_one_case_is_that_without_scenarios_and_carries_its_survival() -> None:
    grid = Grid(crs="EPSG:32616", west_m=0, south_m=0, cell_m=100, n_rows=40, n_cols=40)
    plain = make_map(MapProblem(grid=grid, ipp_m=(2000.0, 2000.0), category="hiker", hours_gone=3.0))
    case = Case(scenario="", label="", weight=1.0, alive=0.7, responsive=True)
    alive = make_map(MapProblem(grid=grid, ipp_m=(2000.0, 2000.0), category="hiker", hours_gone=3.0, cases=(case,)))
    assert alive_share(plain) is None
    assert alive_map(plain) is None
    assert np.array_equal(alive.poa, plain.poa)
    assert alive.story == plain.story
    assert alive_share(alive) == pytest.approx(0.7)
    assert alive_map(alive) == pytest.approx(0.7 * plain.poa)
    assert alive.parts[0].responsive


def test_time_before_the_start_is_refused() -> None:
    with pytest.raises(BadInput, match="-2 hours"):
        survival("hiker", hours_gone=-2)
