"""Why a place is as probable as it is: each step told, and together they are the map."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.belief import SearchDone, make_map
from homeward.belief.attract import ground_kinds
from homeward.belief.make import unfolded
from homeward.belief.records import Case
from homeward.belief.why import density_words, ground_words, reason_line, why_there
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


def test_ground_beside_a_trail_is_called_near_it() -> None:
    trail = flat(straight(LineKind.TRAIL, north_m=1000))
    kinds = ground_kinds(trail)
    beside = np.argwhere((kinds.kind == 0) & (kinds.factor > 1))
    for row, col in beside[:: max(len(beside) // 5, 1)]:
        x, y = GRID.centers_m()
        assert ground_words(trail, (float(x[col]), float(y[row]))).startswith("near trails, ")
    assert ground_words(trail, IPP).startswith("ground with none of the published features, 1 times")


def test_scenarios_with_figures_of_their_own_are_told_apart() -> None:
    cases = (
        Case(scenario="A", label="lost", weight=0.4),
        Case(scenario="B", label="hurt", weight=0.3),
        Case(scenario="C", label="small", weight=0.3, category="child 4-6"),
    )
    (distance,) = (r for r in why_there(hiker(cases=cases), HERE).reasons if r.cause == "distance")
    hikers, _, child = distance.why.partition("; C: ")
    assert hikers.startswith("A, B: distances of")
    assert "child" in child


def test_walks_are_a_step_of_their_own() -> None:
    lost = hiker(terrain=flat(), hours_gone=2.0)
    for problem in (lost, replace(lost, cases=(Case(scenario="A", label="a", weight=1.0),))):
        why = why_there(problem, HERE)
        assert [r.cause for r in why.reasons] == ["distance", "ground", "time gone", "walks"]
        assert "simulated walks" in why.reasons[-1].why
        assert "simulated walks" not in why.reasons[-2].why
        assert np.prod([r.factor for r in why.reasons]) * why.reasons[0].before_per_km2 == pytest.approx(why.per_km2)


@pytest.mark.parametrize(
    ("per_km2", "words"),
    [
        (0.0423, "4.23% per km2"),
        (0.0000042, "0.0004% per km2"),
        (3.1e-8, "1 in 30,000,000 per km2"),
        (0.0, "next to nothing"),
    ],
)
def test_a_density_is_never_nought_percent(per_km2: float, words: str) -> None:
    assert density_words(per_km2) == words
