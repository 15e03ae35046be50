"""Why a place is as probable as it is: each step told, and together they are the map."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.belief import SearchDone, make_map
from homeward.belief.make import unfolded
from homeward.belief.records import Case
from homeward.belief.why import reason_line, why_there
from homeward.errors import BadInput
from homeward.terrain.ground import LineKind
from tests.belief.sample import GRID, IPP, flat, hiker, point, straight

HERE = (IPP[0] + 2000.0, IPP[1] + 1000.0)


def searched(pod: float) -> SearchDone:
    return SearchDone(pod=np.full(GRID.shape, pod), cause="assignment 101", why="Dog 1 searched it")


@settings(deadline=None, max_examples=15)
@given(st.floats(-5000, 5000), st.floats(-5000, 5000), st.floats(0, 0.99))
def test_the_factors_of_all_steps_multiply_to_the_whole(east: float, north: float, pod: float) -> None:
    problem = hiker(
        terrain=flat(straight(LineKind.TRAIL, north_m=500)), clues=(point("C1", 2000, 0),), searches=(searched(pod),)
    )
    why = why_there(problem, (IPP[0] + east, IPP[1] + north))
    assert np.prod([r.factor for r in why.reasons]) * why.reasons[0].before_per_km2 == pytest.approx(why.per_km2)
    assert [r.cause for r in why.reasons] == ["distance", "ground", "clue C1", "assignment 101"]


def test_the_last_step_is_the_map() -> None:
    problem = hiker(
        terrain=flat(), clues=(point("C1", 2000, 0),), searches=(searched(0.5),), hours_gone=3.0, direction_deg=90.0
    )
    *_, (cause, last) = unfolded(problem)
    assert cause == "assignment 101"
    assert np.array_equal(last.poa, make_map(problem).poa)


def test_a_trail_and_a_clue_are_named_where_they_lie() -> None:
    trail = flat(straight(LineKind.TRAIL, north_m=1000))
    why = why_there(hiker(terrain=trail, clues=(point("C7", 2000, 1000, error_m=200.0),)), HERE)
    assert why.here.startswith("trails")
    by = {r.cause: r for r in why.reasons}
    assert by["ground"].factor > 1.5
    assert by["clue C7"].factor > 5
    assert "raised it" in reason_line(by["clue C7"])
    assert why.times_mean > 1


def test_scenarios_say_which_of_them_holds_there() -> None:
    cases = (
        Case(scenario="A", label="lost", weight=0.5, ipp_m=(IPP[0] + 2000, IPP[1] + 1000)),
        Case(scenario="B", label="gone", weight=0.5, left_area=True),
    )
    why = why_there(hiker(cases=cases), HERE)
    assert why.scenarios[0][0] == "lost"
    assert why.scenarios[0][1] == pytest.approx(1.0)


def test_a_place_off_the_map_is_refused() -> None:
    with pytest.raises(BadInput, match="outside the map"):
        why_there(hiker(), (0.0, 0.0))
