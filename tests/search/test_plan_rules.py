"""Simple rules and the manager's own plan as schedules: what each of them promises to do, and nothing cleverer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from homeward.mission.nouns import OwnPlan, Team, TeamKind
from homeward.search.plan.arrays import Schedule
from homeward.search.plan.prepare import Prepared, prepared
from homeward.search.plan.problem import PlanProblem
from homeward.search.plan.rules import OWN, RULES, own_left_out, own_schedule, rivals_of, rule_schedule
from homeward.search.records import Segment
from homeward.terrain.ground import LineKind
from tests.search.ground import flat, hills, line, problem

DOGS = (Team(id="Alpha", kind=TeamKind.DOG), Team(id="Bravo", kind=TeamKind.DOG))


@pytest.fixture(scope="module")
def case() -> tuple[PlanProblem, Prepared]:
    ground = flat()
    asked = problem(ground, hills(ground.grid, (600, 1400, 200), (1300, 900, 250)), teams=DOGS, hours=3.0)
    return asked, prepared(asked, lambda _share, _words: None)


def names(ready: Prepared, schedule: Schedule, team: int) -> list[str]:
    """The segments that a team searches, in order, each once."""
    areas = [s.id for s in ready.segments if s.kind == "area"]
    tasks = [ready.tasks[j] for j in schedule.task[team] if j >= 0]
    return list(dict.fromkeys(areas[t.place] for t in tasks))


def with_own(case: tuple[PlanProblem, Prepared], *orders: tuple[str, tuple[str, ...]], label: str = "") -> PlanProblem:
    return replace(case[0], own=OwnPlan(orders=orders, label=label))


def test_the_first_of_each_rule_is_what_it_says(case):
    _, ready = case
    offers, crews = ready.offers, ready.crews
    near = rule_schedule(ready, "nearest").task[0, 0]
    assert crews.travel_s[0][crews.base[0], offers.start[near]] == crews.travel_s[0][crews.base[0], offers.start].min()
    most = rule_schedule(ready, "probability").task[0, 0]
    assert offers.held[most] == offers.held.max()


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_takes_no_ground_twice(case, rule):
    _, ready = case
    schedule = rule_schedule(ready, rule)
    where = ready.offers.where[schedule.task[schedule.task >= 0]]
    assert len(where) > 1
    assert len(set(where.tolist())) == len(where)


def test_equal_shares_are_equal_and_apart(case):
    _, ready = case
    schedule = rule_schedule(ready, "equal")
    spots = [set(ready.offers.spot[row[row >= 0]].tolist()) for row in schedule.task]
    assert spots[0].isdisjoint(spots[1])
    dealt = sorted((s.poa for s in ready.segments if s.kind == "area"), reverse=True)
    held = [0.0, 0.0]
    for poa in dealt:
        held[int(np.argmin(held))] += poa
    assert abs(held[0] - held[1]) < dealt[0]


def test_the_managers_own_plan_is_taken_in_its_order(case):
    _, ready = case
    first, second = (s.id for s in ready.segments[:2])
    asked = with_own(case, ("Alpha", (second, first)), ("Bravo", (first,)))
    schedule = own_schedule(asked, ready)
    assert names(ready, schedule, 0) == [second, first]
    assert names(ready, schedule, 1) == [first]
    assert schedule.value > 0
    assert own_left_out(asked, ready) == ()
    begins = schedule.begins_s[0][schedule.task[0] >= 0]
    assert (np.diff(begins) > 0).all()


def test_all_parts_of_a_segment_are_searched_once(case):
    _, ready = case
    schedule = own_schedule(with_own(case, ("Alpha", (ready.segments[0].id,))), ready)
    tasks = [ready.tasks[j] for j in schedule.task[0] if j >= 0]
    assert sorted(t.part for t in tasks) == list(range(1, tasks[0].parts + 1))


def test_the_own_plan_may_send_along_a_line_and_on():
    """A strip along a trail, far from where anything is promised, and then an area."""
    trail = line(LineKind.TRAIL, (100, 1900), (1000, 1900))
    ground = flat(lines=(trail,))
    xy = [(ground.grid.west_m + x, ground.grid.south_m + y) for x, y in ((50, 1850), (1050, 1850), (1050, 1950))]
    ring = (*xy, (xy[0][0], xy[2][1]), xy[0])
    strip = Segment(id="KB", ring_m=ring, area_m2=1e5, poa=0.0, kind="line")
    hasty = (Team(id="Hasty 1", kind=TeamKind.HASTY, people=2),)
    given = problem(ground, hills(ground.grid, (600, 400, 200), outside=0.0), teams=hasty, hours=3.0, segments=(strip,))
    own = OwnPlan(orders=(("Hasty 1", ("KB",)),))
    asked = replace(given, own=own)
    ready = prepared(asked, lambda _share, _words: None)
    assert own_left_out(asked, ready) == ()
    schedule = own_schedule(asked, ready)
    done = [ready.tasks[j] for j in schedule.task[0] if j >= 0]
    assert len(done) == 1
    assert done[0].linear


def test_what_the_own_plan_asks_and_cannot_be_is_said(case):
    _, ready = case
    asked = with_own(case, ("Zulu", (ready.segments[0].id,)), ("Alpha", ("QQ",)))
    said = " ".join(own_left_out(asked, ready))
    assert "Zulu, which is not here" in said
    assert "QQ, which is no segment" in said
    assert own_schedule(asked, ready).value == 0


def test_rivals_are_the_rules_and_the_own_plan_where_there_is_one(case):
    asked, ready = case
    assert [name for name, _ in rivals_of(asked, ready)] == list(RULES.values())
    own = ("Alpha", (ready.segments[0].id,))
    assert [n for n, _ in rivals_of(with_own(case, own), ready)][-1] == OWN
    assert [n for n, _ in rivals_of(with_own(case, own, label="Plan B"), ready)][-1] == "Plan B"
