"""Several scenarios: a map each, the mixture of them the map, evidence moves their weights."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.belief import Case, SearchDone, make_map
from homeward.errors import BadInput
from tests.belief.sample import GRID, IPP, hiker, point

LOST = Case(scenario="S1", label="lost on the trail", weight=0.6)
DESPONDENT = Case(scenario="S2", label="despondent", weight=0.3, category="despondent", alive=0.5)
GONE = Case(scenario="S3", label="left the area", weight=0.1, left_area=True, responsive=False)


def test_each_scenario_has_its_own_map_and_the_mixture_is_the_map() -> None:
    belief = make_map(hiker(cases=(LOST, DESPONDENT, GONE)))
    alone = make_map(hiker())
    assert [part.weight for part in belief.parts] == pytest.approx([0.6, 0.3, 0.1])
    np.testing.assert_allclose(belief.parts[0].poa, 0.6 * alone.poa)
    np.testing.assert_allclose(belief.parts[1].poa, 0.3 * make_map(hiker(category="despondent")).poa)
    assert belief.parts[2].poa.sum() == 0
    assert belief.outside == pytest.approx(sum(part.outside for part in belief.parts))
    assert belief.parts[1].alive == 0.5
    assert belief.parts[2].responsive is False


def test_the_story_tells_of_each_scenario() -> None:
    belief = make_map(hiker(cases=(LOST, DESPONDENT, GONE)))
    assert [line.cause for line in belief.story] == [
        "S1: distance", "S2: distance", "S3: left the area", "scenarios",
    ]  # fmt: skip
    assert belief.story[-1].why == "together: lost on the trail 60%, despondent 30%, left the area 10%"


def test_one_scenario_alone_is_the_plain_map() -> None:
    one = make_map(hiker(cases=(replace(LOST, weight=1.0),)))
    assert np.array_equal(one.poa, make_map(hiker()).poa)


def test_a_search_without_a_find_makes_having_left_more_probable() -> None:
    done = SearchDone(pod=np.full(GRID.shape, 0.5), cause="AA-1")
    belief = make_map(hiker(cases=(LOST, DESPONDENT, GONE), searches=(done,)))
    before = make_map(hiker(cases=(LOST, DESPONDENT, GONE)))
    assert belief.parts[2].weight > 1.5 * before.parts[2].weight


def test_a_search_that_finds_only_the_dead_speaks_of_each_scenario_by_its_own() -> None:
    """Where all live the dog for remains tells nothing; where all are dead it is a search like any other."""
    two = (replace(LOST, weight=0.5), replace(DESPONDENT, weight=0.5))
    done = SearchDone(pod=np.full(GRID.shape, 0.5), cause="AA-1", finds=(("S1", 0.0), ("S2", 1.0)))
    after, before = make_map(hiker(cases=two, searches=(done,))), make_map(hiker(cases=two))
    left = 0.5 + before.parts[1].outside + 0.5 * float(before.parts[1].poa.sum())
    assert after.parts[0].weight == pytest.approx(0.5 / left)
    assert after.parts[1].poa == pytest.approx(0.5 * before.parts[1].poa / left)


@settings(max_examples=10, deadline=None)
@given(st.floats(0.01, 0.99), st.floats(-3000, 3000), st.floats(-3000, 3000))
def test_parts_sum_to_the_map_after_a_clue(share: float, east_m: float, north_m: float) -> None:
    two = (replace(LOST, weight=share), replace(DESPONDENT, weight=1 - share))
    belief = make_map(hiker(cases=two, clues=(point("C", east_m, north_m),)))
    assert belief.poa.sum() + belief.outside == pytest.approx(1, abs=1e-9)
    assert sum(part.weight for part in belief.parts) == pytest.approx(1, abs=1e-9)


def test_scenarios_that_cannot_be() -> None:
    with pytest.raises(BadInput, match=r"sum to 1; these sum to 0\.9"):
        hiker(cases=(LOST, DESPONDENT))
    with pytest.raises(BadInput, match="same id"):
        hiker(cases=(replace(LOST, weight=0.5), replace(LOST, weight=0.5)))
    with pytest.raises(BadInput, match="IPP of scenario S1 lies outside"):
        hiker(cases=(replace(LOST, weight=1.0, ipp_m=(IPP[0] + 1e6, IPP[1])),))
    with pytest.raises(BadInput, match="nan degrees"):
        hiker(direction_deg=float("nan"))
