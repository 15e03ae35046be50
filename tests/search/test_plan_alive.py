"""Survival in the plan: it changes where teams go exactly where scenarios differ in it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from homeward.belief import Belief, Part, mixture
from homeward.errors import BadInput
from homeward.geo import Grid
from homeward.mission.nouns import Team, TeamKind
from homeward.search import PlanProblem, SearchPlan, make_plan
from homeward.search.plan.alive import alive_bound
from homeward.search.plan.curve import seen, walks_of
from tests.search.ground import flat, hills, problem

WEST, EAST = (500.0, 1000.0, 150.0), (1500.0, 1000.0, 150.0)
ONE_TEAM = (Team(id="Bravo", kind=TeamKind.LINE, people=4),)


def two_scenarios(grid: Grid) -> Belief:
    """As probable as each other: in the west, or in the east."""
    heaps = [hills(grid, top) for top in (WEST, EAST)]
    parts = tuple(
        Part(scenario=name, label=name, poa=0.5 * heap.poa, outside=0.5 * heap.outside)
        for name, heap in zip(("west", "east"), heaps, strict=True)
    )
    return mixture(grid, parts)


def asked(west: tuple[float, float], east: tuple[float, float]) -> PlanProblem:
    """Survival at the start and the end of two hours in either scenario."""
    terrain = flat()
    plain = problem(terrain, two_scenarios(terrain.grid), teams=ONE_TEAM, hours=2.0)
    curves = tuple(((0.0, start), (7200.0, end)) for start, end in (west, east))
    return replace(plain, alive=curves)


def middle_m(plan: SearchPlan) -> float:
    """How far east the plan searches on the whole, metres from the western edge."""
    return float(np.concatenate([np.asarray(a.route_m)[:, 0] for a in plan.assignments]).mean()) - 400_000.0


def test_teams_go_first_where_the_subject_more_probably_lives() -> None:
    there, here = make_plan(asked((0.9, 0.9), (0.1, 0.1))), make_plan(asked((0.1, 0.1), (0.9, 0.9)))
    assert middle_m(there) < 1000 < middle_m(here)
    assert any("differ in survival (west 90%, east 10%" in line for line in there.why)
    blind = make_plan(replace(asked((0.9, 0.9), (0.1, 0.1)), alive=()))
    judge = asked((0.9, 0.9), (0.1, 0.1))
    assert there.alive_value is not None
    assert blind.alive_value is None
    assert there.alive_value >= (seen(judge, walks_of(judge, blind.assignments)).alive or 0.0)


def test_the_same_survival_in_all_scenarios_changes_nothing_but_what_is_said() -> None:
    same = asked((0.8, 0.8), (0.8, 0.8))
    plan, blind = make_plan(same, seed=2), make_plan(replace(same, alive=()), seed=2)
    assert plan.assignments == blind.assignments
    assert plan.why == blind.why
    assert plan.alive_value == pytest.approx(0.8 * plan.value)
    assert plan.alive_bound == pytest.approx(0.8 * plan.bound)


def test_finding_alive_is_bounded_and_survival_that_falls_costs_by_hand() -> None:
    falling = asked((1.0, 0.0), (1.0, 0.0))
    plan = make_plan(falling)
    assert plan.alive_value is not None
    assert plan.alive_bound is not None
    assert plan.alive_value <= plan.alive_bound + 1e-9
    # survival falls evenly to nothing: a find at t counts 1 - t/T, so all finds count the mean of the curve
    assert plan.alive_value == pytest.approx(plan.soonest_value, abs=0.01)


def test_what_is_sought_sums_to_what_is_on_the_map() -> None:
    differing = asked((0.9, 0.5), (0.2, 0.1))
    assert differing.worth.sum() == pytest.approx(differing.belief.poa.sum())
    assert differing.worth[:, :20].sum() > 4 * differing.worth[:, 20:].sum()


def test_scenarios_that_are_not_on_the_map_make_no_difference() -> None:
    given = asked((0.8, 0.8), (0.1, 0.1))
    away = replace(given.belief.parts[1], poa=0 * given.belief.parts[1].poa, outside=0.5)
    one = replace(given, belief=mixture(given.belief.grid, (given.belief.parts[0], away)))
    assert one.worth is one.belief.poa
    assert alive_bound(one, 0.3) == pytest.approx(0.8 * 0.3)


def test_survival_for_other_scenarios_than_the_maps_is_refused() -> None:
    with pytest.raises(BadInput, match="each scenario"):
        replace(asked((1.0, 1.0), (1.0, 1.0)), alive=(((0.0, 1.0),),))
