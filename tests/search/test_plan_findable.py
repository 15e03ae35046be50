"""Whom teams can find at all goes by scenario: in the plan, in its measure, and in the rehearsal of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from homeward.belief import Part, mixture
from homeward.belief.ahead import Movers
from homeward.mission.nouns import Team, TeamKind
from homeward.search import PlanProblem, SearchPlan, make_plan
from homeward.search.plan.curve import Looks, seen, walks_of
from homeward.search.plan.findable import at_rest, living_at
from homeward.search.plan.finding import gains_of, untouched
from homeward.search.plan.prepare import prepared
from homeward.search.plan.schedule import first_schedule
from homeward.search.rehearse import rehearse
from tests.search.ground import flat, hills, problem

HEAPS = ((500.0, 1000.0, 150.0), (1500.0, 1000.0, 150.0))
CALLER = Team(id="Caller", kind=TeamKind.SOUND)
REMAINS = Team(id="Remains", kind=TeamKind.REMAINS)
DOG = Team(id="Dog", kind=TeamKind.DOG)


def asked(
    *teams: Team,
    answers: tuple[bool, bool] = (True, True),
    alive: tuple[float, float] | None = None,
    end: float = 1.0,
) -> PlanProblem:
    """As probably in the west as in the east, for two hours; survival falls by the factor `end`."""
    terrain = flat()
    heaps = [hills(terrain.grid, at, outside=0.0).poa / 2 for at in HEAPS]
    parts = tuple(
        Part(scenario=name, label=name, poa=heap, outside=0.0, responsive=heard, alive=alive and alive[i])
        for i, (name, heap, heard) in enumerate(zip(("west", "east"), heaps, answers, strict=True))
    )
    curves = tuple(((0.0, a), (7200.0, a * end)) for a in alive or ())
    return replace(problem(terrain, mixture(terrain.grid, parts), teams=teams, hours=2.0), alive=curves)


def middle_m(plan: SearchPlan, team: str) -> float:
    """How far east a team searches, metres from the western edge."""
    routes = [np.asarray(a.route_m)[:, 0] for a in plan.assignments if a.team == team]
    return float(np.concatenate(routes).mean()) - 400_000.0


def test_callers_go_where_the_subject_answers_and_find_what_the_plan_says():
    given = asked(CALLER, answers=(False, True))
    plan = make_plan(given, seed=1)
    assert middle_m(plan, "Caller") > 1000
    assert plan.value > 0.1
    found, error = rehearse(given, plan, subjects=4000, seed=3).found_by([plan.duration_s])
    assert found[0] == pytest.approx(plan.value, abs=4 * error[0])
    west = make_plan(asked(CALLER, answers=(True, False)), seed=1)
    assert middle_m(west, "Caller") < 1000


@pytest.mark.parametrize(("alive", "east"), [((0.95, 0.05), True), ((0.05, 0.95), False)])
def test_dogs_for_remains_go_where_the_subject_more_probably_died(alive: tuple[float, float], *, east: bool):
    plan = make_plan(asked(REMAINS, DOG, alive=alive), seed=1)
    assert (middle_m(plan, "Remains") > 1000) == east
    assert (middle_m(plan, "Dog") < 1000) == east


def test_a_rehearsal_finds_what_the_plan_says_where_scenarios_differ_in_survival():
    given = asked(DOG, REMAINS, CALLER, alive=(0.1, 0.9), end=0.5)
    plan = make_plan(given, seed=2)
    played = rehearse(given, plan, subjects=8000, seed=5)
    found, error = played.found_by([plan.duration_s])
    assert found[0] == pytest.approx(plan.value, abs=4 * error[0] + 3e-3)
    alive, off = played.found_by([plan.duration_s], alive=True)
    assert plan.alive_bound is not None
    assert plan.alive_value is not None
    assert alive[0] == pytest.approx(plan.alive_value, abs=4 * off[0] + 5e-3)
    assert plan.alive_value <= plan.alive_bound


def walkers(given: PlanProblem, share: float) -> Movers:
    """Half of the walkers of either scenario, standing where its heap is."""
    rng = np.random.default_rng(4)
    n = 1000
    cell = np.concatenate(
        [rng.choice(part.poa.size, n, p=part.poa.ravel() / part.poa.sum()) for part in given.belief.parts]
    ).astype(np.int32)
    return Movers(
        marks_s=(0.0, 7200.0),
        cell=np.stack([cell, cell]),
        weight=np.full(2 * n, share / (2 * n)),
        responsive=np.ones(2 * n, dtype=np.bool_),
        part=np.repeat([0, 1], n),
        stays=np.full((2, *given.belief.grid.shape), 1 - share, dtype=np.float32),
    )


def test_walkers_live_and_the_dead_are_among_those_who_rest():
    still = asked(DOG, alive=(0.4, 0.9), end=0.5)
    given = replace(still, movers=walkers(still, 0.3))
    lives, _ = at_rest(given)
    assert lives == pytest.approx([0.1 / 0.7, 0.6 / 0.7], rel=1e-3)
    rest, walk = living_at(given, np.array([0.0, 3600.0, 7200.0]))
    both = 0.7 * rest + 0.3 * walk
    assert both == pytest.approx(np.array([[0.4, 0.3, 0.2], [0.9, 0.675, 0.45]]), rel=1e-3)
    more = replace(still, movers=walkers(still, 0.6))
    assert at_rest(more)[0][0] == 0.0


def test_a_rehearsal_finds_as_many_walkers_alive_as_the_plan_says():
    still = asked(DOG, REMAINS, alive=(0.4, 0.9), end=0.5)
    given = replace(still, movers=walkers(still, 0.3))
    plan = make_plan(given, seed=2)
    played = rehearse(given, plan, subjects=8000, seed=6)
    found, error = played.found_by([plan.duration_s])
    assert found[0] == pytest.approx(plan.value, abs=4 * error[0] + 5e-3)
    alive, off = played.found_by([plan.duration_s], alive=True)
    assert plan.alive_value is not None
    assert alive[0] == pytest.approx(plan.alive_value, abs=4 * off[0] + 6e-3)
    assert played.living is not None


@pytest.mark.parametrize("moving", [False, True])
def test_the_measure_adds_up_what_the_schedule_maximises(*, moving: bool):
    """Callers, remains dogs and survival that differs: a schedule's value is that of its walks, but for the ways."""
    given = asked(DOG, REMAINS, CALLER, answers=(False, True), alive=(0.3, 0.9), end=0.4)
    given = replace(given, movers=walkers(given, 0.2) if moving else None)
    ready = prepared(given, lambda _share, _words: None)
    best = first_schedule(ready.offers, ready.crews, ready.poa)
    value, gains = gains_of(best.task, best.begins_s, ready.offers, ready.crews, ready.poa, untouched(ready.poa))
    plan = make_plan(given, seed=1)
    looked = seen(given, walks_of(given, plan.assignments))
    assert looked.curve[-1][1] == pytest.approx(plan.value)
    assert looked.value == pytest.approx(value, rel=0.25)
    assert looked.curve[-1][1] == pytest.approx(float(gains.sum()), rel=0.25)


def test_without_survival_the_value_is_the_mean_of_the_curve():
    given = asked(DOG)
    plan = make_plan(given, seed=1)
    assert seen(given, walks_of(given, plan.assignments)).value == pytest.approx(plan.soonest_value, rel=0.01)


def test_a_cell_that_two_scenarios_share_is_found_by_the_share_of_each():
    given = asked(CALLER, answers=(False, True))
    heap = given.belief.parts[0].poa
    parts = (
        replace(given.belief.parts[0], poa=0.5 * heap),
        replace(given.belief.parts[1], poa=1.5 * heap),
    )
    given = replace(given, belief=mixture(given.belief.grid, parts))
    got = Looks(given).take(TeamKind.SOUND, np.full(heap.shape, 1e9))
    assert got == pytest.approx(1.5 * heap, rel=1e-6)
