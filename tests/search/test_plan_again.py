"""A plan made again: what is under way stays unless changing pays, and every team is told in a line what is new."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.ops import substring

from homeward.belief.records import Belief
from homeward.mission.nouns import Lock, LockRule, Team, TeamKind
from homeward.search import PlanProblem, SearchPlan, make_plan, rule_plan
from homeward.search.plan import make
from homeward.search.plan.arrays import Schedule
from homeward.search.plan.problem import TeamStart
from homeward.search.records import Assignment
from homeward.terrain.ground import LineKind
from tests.search.ground import TEAMS, belief, flat, hills, line, problem

TRAIL = line(LineKind.TRAIL, (300, 100), (300, 900), (900, 1100), name="Mill path")


def heaps() -> PlanProblem:
    terrain = flat(24, lines=(TRAIL,))
    return problem(terrain, hills(terrain.grid, (300, 900, 150), (900, 400, 200)), base_m=(600.0, 100.0), hours=2.5)


@pytest.fixture(scope="module")
def made() -> tuple[PlanProblem, SearchPlan]:
    asked = heaps()
    return asked, make_plan(asked, seed=1)


def at(asked: PlanProblem, plan: SearchPlan, now_s: float) -> PlanProblem:
    """The problem some time after the plan began, everything having gone by it."""
    starts = []
    for team, base in zip(asked.teams, asked.bases_m, strict=True):
        here, out, doing = base, 0.0, None
        for a in [a for a in plan.assignments if a.team == team.id and a.begins_s <= now_s]:
            out = a.leaves_s - now_s if out == 0.0 else out
            here = a.route_m[-1]
            if a.return_m and a.back_s <= now_s:
                here, out = base, 0.0
            if a.ends_s > now_s:
                way = shapely.LineString(a.route_m)
                done = (now_s - a.begins_s) / (a.ends_s - a.begins_s)
                rest = tuple((x, y) for x, y in substring(way, done * way.length, way.length).coords)
                here, doing = rest[0], replace(shifted(a, now_s), route_m=rest)
        starts.append(TeamStart(at_m=here, out_s=min(out, 0.0), doing=doing))
    earlier = tuple(shifted(a, now_s) for a in plan.assignments if a.begins_s > now_s)
    return replace(
        asked,
        starts=tuple(starts),
        earlier=earlier,
        segments=plan.segments,
        duration_s=asked.duration_s - now_s,
        first_task=60,
    )


def shifted(a: Assignment, by_s: float) -> Assignment:
    times = {n: getattr(a, n) - by_s for n in ("leaves_s", "begins_s", "ends_s", "back_s")}
    return replace(a, **times)


@settings(max_examples=4)
@given(seed=st.integers(0, 1000), x=st.integers(200, 1000), kind=st.sampled_from(list(TEAMS)))
def test_planning_again_at_once_changes_nothing(seed: int, x: int, kind: Team) -> None:
    terrain = flat(20, lines=(TRAIL,))
    teams = (*TEAMS[2:], replace(kind, id="Zulu"))
    asked = problem(terrain, hills(terrain.grid, (x, 600, 200)), teams=teams, base_m=(500.0, 200.0))
    plan = make_plan(asked, seed=seed)
    again = make_plan(replace(asked, segments=plan.segments, earlier=plan.assignments, first_task=50), seed=seed + 1)
    assert [(a.number, a.team, a.route_m) for a in again.assignments] == [
        (a.number, a.team, a.route_m) for a in plan.assignments
    ]
    assert again.value == pytest.approx(plan.value, abs=1e-3)
    assert len(again.changes) == 3
    assert all("as before" in c or "still without" in c for c in again.changes)


def test_what_is_under_way_goes_on_under_its_number(made: tuple[PlanProblem, SearchPlan]) -> None:
    asked, plan = made
    mid = replace(at(asked, plan, 1500.0), switch_cost=1.0)
    doing = {s.doing.team: s.doing for s in mid.starts if s.doing}
    assert doing
    again = make_plan(mid, seed=4)
    for team, task in doing.items():
        first = next(a for a in again.assignments if a.team == team)
        assert first.underway
        assert (first.number, first.segment, first.task) == (task.number, task.segment, task.task)
        assert first.ends_s == pytest.approx(task.ends_s, abs=120.0)
        assert not any(a.underway for a in again.assignments if a.team == team and a is not first)
    assert len({a.number for a in again.assignments}) == len(again.assignments)
    assert len(again.changes) == len(asked.teams)


def test_it_is_broken_off_where_that_pays_and_why_is_said(made: tuple[PlanProblem, SearchPlan]) -> None:
    """A clue moves everything into the far corner: nobody goes on where nothing is left."""
    asked, plan = made
    mid = at(asked, plan, 1500.0)
    weight = np.full(asked.terrain.grid.shape, 1e-9)
    weight[:6, -6:] = 1.0
    again = make_plan(replace(mid, belief=belief(asked.terrain.grid, weight)), seed=4)
    broken = [c for c in again.changes if "breaks off" in c]
    assert broken
    assert all("an hour against 0.0%" in c for c in broken)
    grid = asked.terrain.grid
    corner = shapely.box(grid.east_m - 700, grid.north_m - 700, grid.east_m, grid.north_m)
    there = sum(a.pos for a in again.assignments if shapely.LineString(a.route_m).intersects(corner))
    assert there > 0.95 * again.value > 0.1
    stuck = make_plan(replace(mid, belief=belief(asked.terrain.grid, weight), switch_cost=5.0), seed=4)
    assert not any("breaks off" in c for c in stuck.changes)


@pytest.mark.parametrize("rule", [None, LockRule.MUST])
@pytest.mark.parametrize("share", [0.9, 0.99])
def test_a_clue_that_moves_nearly_the_whole_map_is_new(
    made: tuple[PlanProblem, SearchPlan], share: float, rule: LockRule | None
) -> None:
    """All that was told falls alike, and nobody may take that for a map that is as it was."""
    asked, plan = made
    far = np.zeros(asked.terrain.grid.shape)
    far[:5, -5:] = share * float(asked.belief.poa.sum()) / 25
    poa = (1 - share) * asked.belief.poa + far
    moved = Belief(grid=asked.terrain.grid, poa=poa, outside=asked.belief.outside)
    first = plan.assignments[0]
    locks = (Lock(id="L1", rule=rule, segment=first.segment),) if rule else ()
    now = replace(asked, belief=moved, segments=plan.segments, first_task=50, locks=locks)
    again = make_plan(replace(now, earlier=plan.assignments), seed=3)
    assert not all("as before" in c for c in again.changes)
    assert again.soonest_value > 0.85 * make_plan(now, seed=3).soonest_value
    assert not rule or any(a.segment == first.segment for a in again.assignments)


def test_a_team_that_drops_out_leaves_its_work_to_others(made: tuple[PlanProblem, SearchPlan]) -> None:
    asked, plan = made
    gone = max(asked.teams, key=lambda t: sum(a.pos for a in plan.assignments if a.team == t.id)).id
    keep = [i for i, t in enumerate(asked.teams) if t.id != gone]
    fewer = replace(
        asked,
        teams=tuple(asked.teams[i] for i in keep),
        bases_m=tuple(asked.bases_m[i] for i in keep),
        segments=plan.segments,
        earlier=plan.assignments,
        first_task=60,
    )
    again = make_plan(fewer, seed=2)
    assert {a.team for a in again.assignments} <= {t.id for t in fewer.teams}
    assert len(again.changes) == len(fewer.teams)
    assert again.soonest_value >= make_plan(replace(fewer, earlier=()), seed=2).soonest_value - 0.01


def test_the_first_usable_plan_comes_at_once_and_the_last_is_no_worse() -> None:
    asked, got = heaps(), list[SearchPlan]()
    last = make_plan(asked, seed=1, time_limit_s=0.0, on_plan=got.append)
    (first,) = got
    assert first.assignments
    assert first.bound == pytest.approx(float(asked.belief.poa.sum()))
    assert last.soonest_value >= first.soonest_value - 1e-9
    assert make_plan(asked, seed=1).soonest_value >= last.soonest_value - 1e-9


def test_an_interrupt_keeps_the_best_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = heaps()

    def stopped(schedule: Schedule, *_given: object, **_how: object) -> Iterator[tuple[float, Schedule]]:
        yield 0.1, schedule
        raise KeyboardInterrupt

    monkeypatch.setattr(make, "improving", stopped)
    plan = make_plan(asked, seed=1)
    assert plan.assignments
    assert make.INTERRUPTED in plan.why


def test_every_task_says_what_it_is_worth_and_what_else_the_team_could_do(
    made: tuple[PlanProblem, SearchPlan],
) -> None:
    _, plan = made
    assert all(a.pos_per_h >= 0 for a in plan.assignments)
    assert any(a.pos_per_h > a.next_pos_per_h > 0 and a.next_best for a in plan.assignments)
    for a in plan.assignments:
        hours = (a.ends_s - a.leaves_s) / 3600
        assert a.pos_per_h * hours <= a.pos * 1.3 + 2e-3  # nobody else finds it: at most what the task itself finds
        assert not a.next_best or a.next_best in a.why


@pytest.mark.parametrize("kinds", [(TeamKind.HASTY,), (TeamKind.DOG, TeamKind.LINE), (TeamKind.DRONE, TeamKind.DRONE)])
def test_no_rule_beats_the_plan(kinds: tuple[TeamKind, ...]) -> None:
    terrain = flat(24, lines=(TRAIL,))
    teams = tuple(Team(id=f"T{i}", kind=k, people=3) for i, k in enumerate(kinds))
    asked = problem(terrain, hills(terrain.grid, (700, 700, 350)), teams=teams, base_m=(600.0, 100.0))
    plan = make_plan(asked, seed=0)
    assert [r.name for r in plan.rivals] == ["nearest place first", "most probable place first", "equal shares"]
    assert all(plan.soonest_value >= r.soonest_value - 1e-12 for r in plan.rivals)
    for rule, rival in zip(("nearest", "probability", "equal"), plan.rivals, strict=True):
        assert rule_plan(asked, rule=rule).soonest_value == pytest.approx(rival.soonest_value, rel=0.02)
