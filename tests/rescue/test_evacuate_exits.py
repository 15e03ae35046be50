"""Ways out by what their exits are worth: who takes the casualty, what can be treated there, how long bearers need."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.errors import BadInput
from homeward.rescue.evacuate import evacuate
from homeward.rescue.records import EvacuateProblem, Evacuation, ExitAt, WayGraph


def fork(*minutes: float) -> WayGraph:
    """From F one edge to each of A, B, C ..., without danger."""
    n = len(minutes)
    return WayGraph(
        vertices=("F", *"ABCDEF"[:n]),
        tail=np.zeros(n, dtype=np.int64),
        head=np.arange(1, n + 1),
        time_s=60.0 * np.array(minutes),
        hits=np.zeros(n),
    )


def told(found: Evacuation) -> float:
    """What `destination` says of the exit of the chosen way."""
    assert found.destination is not None
    return next(r.p_survives for r in found.destination.ranked if r.exit == found.front[found.chosen].exit)


@st.composite
def choices(draw: st.DrawFn) -> EvacuateProblem:
    share = st.sampled_from([0.0, 0.2, 0.5, 0.9, 1.0])
    minutes = draw(st.lists(st.integers(5, 200), min_size=1, max_size=4))
    exits = tuple(
        ExitAt(
            id=f"x{i}",
            at="ABCD"[i],
            then_s=60.0 * draw(st.integers(0, 60)),
            accepts=draw(share),
            survives=draw(st.one_of(st.none(), share)),
            fallback=draw(st.one_of(st.none(), share)),
            capability=draw(st.sampled_from([(), ("CT",), ("x-ray",)])),
        )
        for i in range(len(minutes))
    )
    crew = draw(st.sampled_from([(None, None), (6, None), (6, 4), (8, 12)]))
    return EvacuateProblem(
        where=fork(*minutes),
        start="F",
        exits=exits,
        hazard_per_h=draw(st.sampled_from([0.0, 0.1, 1.0])),
        needs=draw(st.sampled_from([(), ("ct",)])),
        bearers=crew[0],
        carriers=crew[1],
    )


@given(choices())
@settings(max_examples=300, deadline=None)
def test_survival_is_the_chosen_destinations_number_and_the_best_there_is(problem: EvacuateProblem) -> None:
    """Every exit has one way, without danger: the way to choose is that to the best destination."""
    found = evacuate(problem)
    assert found.destination is not None
    assert found.survival == pytest.approx(told(found), abs=1e-9)
    assert found.survival == pytest.approx(found.destination.best.p_survives, abs=1e-9)


@pytest.mark.parametrize("hazard_per_h", [None, 0.0, 0.5])
def test_nobody_is_carried_to_where_nobody_is_taken(hazard_per_h: float | None) -> None:
    exits = (ExitAt(id="local", at="A", accepts=0.0), ExitAt(id="far", at="B"))
    problem = EvacuateProblem(where=fork(20, 80), start="F", exits=exits, hazard_per_h=hazard_per_h)
    found = evacuate(problem)
    assert found.front[found.chosen].exit == "far"
    assert found.destination is not None
    assert found.destination.best.exit == "far"
    named = replace(problem, exits=(replace(exits[0], fallback="far"), exits[1]))
    assert evacuate(named).destination.best.exit == "far"  # type: ignore[union-attr]
    alone = evacuate(replace(problem, exits=exits[:1], hazard_per_h=0.1))
    assert alone.survival == pytest.approx(0.7 * math.exp(-0.1 / 3))


def test_who_is_refused_everywhere_is_treated_by_the_way_that_is_gone() -> None:
    """Two ways to the one exit that refuses: the slower is worth less."""
    graph = WayGraph(
        vertices=("F", "A"),
        tail=np.array([0, 0]),
        head=np.array([1, 1]),
        time_s=np.array([1200.0, 7200.0]),
        hits=np.array([1e-4, 0.0]),
    )
    exits = (ExitAt(id="a", at="A", accepts=0.0),)
    found = evacuate(EvacuateProblem(where=graph, start="F", exits=exits, hazard_per_h=0.5))
    assert found.value == 1200


def test_an_exit_of_which_nothing_is_told_counts_unless_another_is_told_to_have_what_is_needed() -> None:
    near, far = ExitAt(id="near", at="A"), ExitAt(id="far", at="B", capability=("Surgery",))
    problem = EvacuateProblem(where=fork(20, 40), start="F", exits=(near, far), hazard_per_h=0.0, needs=("surgery",))

    def levels(*exits: ExitAt) -> dict[str, float]:
        found = evacuate(replace(problem, exits=exits)).destination
        assert found is not None
        return {r.exit: r.p_survives for r in found.ranked}

    assert levels(near, far) == {"near": 0.7, "far": 1.0}
    assert levels(near, replace(far, capability=("x-ray",))) == {"near": 1.0, "far": 0.7}


def test_the_rests_of_too_few_bearers_count_in_survival_and_are_told() -> None:
    """20 minutes; four at a litter for six rest after each bout, so that care is later."""
    exits = (ExitAt(id="a", at="A", then_s=600.0),)
    problem = EvacuateProblem(where=fork(20), start="F", exits=exits, hazard_per_h=1.0, bearers=6, carriers=4)
    found = evacuate(problem)
    assert found.relay is not None
    rests = found.relay.changes * found.relay.rest_s
    assert rests > 1200
    assert found.value == 1800
    assert found.relay.time_s == 1200 + rests
    assert found.care_s == 1800 + rests
    assert found.survival == pytest.approx(math.exp(-(1800 + rests) / 3600))
    assert any("call 14 more" in said for said in found.why)
    assert any("With these rests" in said for said in found.why)
    late = evacuate(replace(problem, exits=(replace(exits[0], ready_s=1200 + rests / 2),)))
    assert late.care_s == 1800 + rests  # part of the wait is rest
    enough = evacuate(replace(problem, carriers=18))
    assert enough.relay is not None
    assert (enough.relay.time_s, enough.care_s) == (1200, 1800)


def test_carriers_alone_are_refused() -> None:
    with pytest.raises(BadInput, match="Give bearers"):
        EvacuateProblem(where=fork(20), start="F", exits=(ExitAt(id="a", at="A"),), carriers=6)
