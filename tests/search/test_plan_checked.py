"""Plans pass a checker that was written apart from the planner; and the checker is one that can fail."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from bench._plan_finds import finds
from bench.plan_checker import POS_OFF, POS_SHARE, check

from homeward.mission.nouns import Lock, LockRule
from homeward.search import Assignment, PlanProblem, SearchPlan, make_plan
from homeward.search.plan.problem import TeamStart
from tests.search.checked_cases import CASES
from tests.search.ground import SOUTH, WEST


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("seed", [0, 1])
def test_plans_pass_the_checker(case, seed):
    asked = CASES[case]()
    plan = make_plan(asked, seed=seed)
    assert len(plan.assignments) >= len(asked.teams) / 2
    assert check(asked, plan) == []


# ---- the checker can fail -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def good() -> tuple[PlanProblem, SearchPlan]:
    asked = CASES["two heaps"]()
    return asked, make_plan(asked, seed=0)


def changed(plan: SearchPlan, n: int, **what: Any) -> SearchPlan:
    tasks = list(plan.assignments)
    tasks[n] = replace(tasks[n], **what)
    return replace(plan, assignments=tuple(tasks))


def nth(plan: SearchPlan, wanted: Callable[[Assignment], bool]) -> int:
    return next(n for n, a in enumerate(plan.assignments) if wanted(a))


def later(a: Assignment, seconds: float) -> Assignment:
    times = {k: getattr(a, k) + seconds for k in ("leaves_s", "begins_s", "ends_s", "back_s")}
    return replace(a, **times)


def moved(path: tuple[tuple[float, float], ...], x: float, y: float) -> tuple[tuple[float, float], ...]:
    return tuple((a + x, b + y) for a, b in path)


def swapped_times(_: PlanProblem, plan: SearchPlan) -> SearchPlan:
    a = plan.assignments[0]
    return changed(plan, 0, begins_s=a.ends_s, ends_s=a.begins_s)


def two_places(_: PlanProblem, plan: SearchPlan) -> SearchPlan:
    n = nth(plan, lambda a: sum(b.team == a.team for b in plan.assignments) > 1)
    own = [i for i, b in enumerate(plan.assignments) if b.team == plan.assignments[n].team]
    return changed(plan, own[1], leaves_s=plan.assignments[own[0]].begins_s)


def elsewhere(_: PlanProblem, plan: SearchPlan) -> SearchPlan:
    return changed(plan, 0, access_m=moved(plan.assignments[0].access_m, 0.0, 60.0))


def gap_before_the_path(_: PlanProblem, plan: SearchPlan) -> SearchPlan:
    n = nth(plan, lambda a: np.hypot(*np.subtract(a.access_m[0], a.access_m[-1])) > 100)
    return changed(plan, n, access_m=(*plan.assignments[n].access_m[:-1], plan.assignments[n].access_m[0]))


def beamed_there(_: PlanProblem, plan: SearchPlan) -> SearchPlan:
    n = nth(plan, lambda a: a.begins_s - a.leaves_s > 600)
    return changed(plan, n, begins_s=plan.assignments[n].leaves_s + 30.0)


def beamed_home(_: PlanProblem, plan: SearchPlan) -> SearchPlan:
    n = nth(plan, lambda a: bool(a.return_m) and a.back_s - a.ends_s > 600)
    return changed(plan, n, back_s=plan.assignments[n].ends_s + 30.0)


def rushed(_: PlanProblem, plan: SearchPlan) -> SearchPlan:
    a = plan.assignments[0]
    return changed(plan, 0, ends_s=a.begins_s + (a.ends_s - a.begins_s) / 2)


def never_home(_: PlanProblem, plan: SearchPlan) -> SearchPlan:
    n = nth(plan, lambda a: bool(a.return_m) and a.team != "Delta")
    return changed(plan, n, return_m=())


def home_late(asked: PlanProblem, plan: SearchPlan) -> SearchPlan:
    n = max(range(len(plan.assignments)), key=lambda i: plan.assignments[i].back_s)
    return changed(plan, n, back_s=asked.duration_s + 60.0)


def no_rest(_: PlanProblem, plan: SearchPlan) -> SearchPlan:
    home = nth(plan, lambda a: a.team == "Delta" and bool(a.return_m))
    after = nth(plan, lambda a: a.team == "Delta" and a.leaves_s >= plan.assignments[home].back_s)
    gap = plan.assignments[after].leaves_s - plan.assignments[home].back_s
    tasks = list(plan.assignments)
    tasks[after] = later(tasks[after], 30.0 - gap)
    return replace(plan, assignments=tuple(tasks))


def into_the_lake(_: PlanProblem, plan: SearchPlan) -> SearchPlan:
    n = nth(plan, lambda a: a.team != "Delta")
    return changed(plan, n, route_m=(*plan.assignments[n].route_m[:-1], (WEST + 1900.0, SOUTH + 300.0)))


def out_of_its_segment(_: PlanProblem, plan: SearchPlan) -> SearchPlan:
    n = nth(plan, lambda a: a.team == "Delta" and a.spacing_m is not None)
    other = nth(plan, lambda a: a.segment != plan.assignments[n].segment and a.spacing_m is not None)
    return changed(plan, n, segment=plan.assignments[other].segment)


def together(_: PlanProblem, plan: SearchPlan) -> SearchPlan:
    """Another team does at the same time what the first dog does."""
    n = nth(plan, lambda a: a.team == "Alpha")
    a = plan.assignments[n]
    m = nth(plan, lambda b: b.team == "Bravo")
    copied = {k: getattr(a, k) for k in ("route_m", "segment", "access_m", "leaves_s", "begins_s", "ends_s")}
    return changed(plan, m, **copied)


def long_name(_: PlanProblem, plan: SearchPlan) -> SearchPlan:
    name = plan.assignments[0].segment
    renamed = tuple(replace(s, id="X1") if s.id == name else s for s in plan.segments)
    return replace(changed(plan, 0, segment="X1"), segments=renamed)


def one_number_twice(_: PlanProblem, plan: SearchPlan) -> SearchPlan:
    return changed(plan, 1, number=plan.assignments[0].number)


def a_stranger(_: PlanProblem, plan: SearchPlan) -> SearchPlan:
    return changed(plan, 0, team="Zulu")


def a_sum_too_high(_: PlanProblem, plan: SearchPlan) -> SearchPlan:
    return changed(plan, 0, pos=plan.assignments[0].pos + 0.01)


def a_falling_curve(_: PlanProblem, plan: SearchPlan) -> SearchPlan:
    t, v, b = plan.curve[-2]
    return replace(plan, curve=(*plan.curve[:-2], (t, v + 0.3, b + 0.3), plan.curve[-1]))


def above_the_bound(_: PlanProblem, plan: SearchPlan) -> SearchPlan:
    t, v, _b = plan.curve[9]
    return replace(plan, curve=(*plan.curve[:9], (t, v, v - 0.01), *plan.curve[10:]))


def boasting(_: PlanProblem, plan: SearchPlan) -> SearchPlan:
    """Everything a tenth more than it is, sums and all."""
    curve = tuple((t, 1.1 * v, min(1.1 * b, 1.0)) for t, v, b in plan.curve)
    tasks = tuple(replace(a, pos=1.1 * a.pos) for a in plan.assignments)
    soonest = 1.1 * plan.soonest_value
    ends: dict[str, Any] = {"value": curve[-1][1], "bound": curve[-1][2], "soonest_value": soonest}
    return replace(plan, assignments=tasks, curve=curve, **ends)


def early_promise(_: PlanProblem, plan: SearchPlan) -> SearchPlan:
    """The right end, but promised sooner than the paths find it."""
    t = np.array([p[0] for p in plan.curve])
    v = np.interp(np.minimum(t * 1.3, t[-1]), t, [p[1] for p in plan.curve])
    curve = tuple((a, b, max(b, p[2])) for a, b, p in zip(t.tolist(), v.tolist(), plan.curve, strict=True))
    return replace(plan, curve=curve, soonest_value=float(np.trapezoid(v, t) / t[-1]))


def too_many_alive(_: PlanProblem, plan: SearchPlan) -> SearchPlan:
    return replace(plan, alive_value=plan.value + 0.05)


BROKEN = {
    swapped_times: "backwards in time",
    two_places: "before it is free",
    elsewhere: "from where it is",
    gap_before_the_path: "another place than its path begins",
    beamed_there: "the way there takes",
    beamed_home: "the way home takes",
    rushed: "its path takes",
    never_home: "never comes home|from where it is",
    home_late: "after the period's end",
    no_rest: "short of its rest",
    into_the_lake: "where it cannot be",
    out_of_its_segment: "outside",
    together: "on the same ground at once",
    long_name: "no two-letter name",
    one_number_twice: "two assignments have the number",
    a_stranger: "a team that there is not",
    a_sum_too_high: "add up to",
    a_falling_curve: "the curve falls",
    above_the_bound: "passes its bound",
    boasting: "the paths find",
    early_promise: "the paths find",
    too_many_alive: "found alive",
}


@pytest.mark.parametrize("breaks", BROKEN, ids=lambda f: f.__name__)
def test_a_broken_plan_is_caught(good, breaks):
    asked, plan = good
    assert check(asked, plan) == []
    wrong = check(asked, breaks(asked, plan))
    assert any(re.search(BROKEN[breaks], line) for line in wrong), wrong


@pytest.fixture(scope="module")
def posted() -> tuple[PlanProblem, SearchPlan]:
    asked = CASES["posts on a way out"]()
    return asked, make_plan(asked, seed=0)


def lying_posts(plan: SearchPlan, times: float) -> SearchPlan:
    """Its posts find so many times what they do, curve and sums made to fit."""
    more = {a.number: (times - 1) * a.pos for a in plan.assignments if a.mode != "search"}
    tasks = tuple(replace(a, pos=a.pos + more.get(a.number, 0.0)) for a in plan.assignments)
    t, value, bound = (np.array(column) for column in zip(*plan.curve, strict=True))
    value = value * (1 + sum(more.values()) / plan.value)
    bound = np.maximum(bound, value)
    curve = tuple(zip(t.tolist(), value.tolist(), bound.tolist(), strict=True))
    soonest = float(np.trapezoid(value, t) / t[-1])
    ends: dict[str, Any] = {"value": curve[-1][1], "bound": curve[-1][2], "soonest_value": soonest}
    return replace(plan, assignments=tasks, curve=curve, **ends)


@pytest.mark.parametrize("times", [0.7, 1.3])
def test_posts_that_lie_are_caught(posted, times):
    asked, plan = posted
    assert sum(a.pos for a in plan.assignments if a.mode != "search") > 0.2
    wrong = check(asked, lying_posts(plan, times))
    assert wrong
    assert all("the paths find" in line for line in wrong), wrong


def test_a_post_held_elsewhere_or_later_than_it_says_is_caught(posted):
    asked, plan = posted
    n = max(
        range(len(plan.assignments)), key=lambda i: plan.assignments[i].pos * (plan.assignments[i].mode != "search")
    )
    away = (WEST + 200.0, SOUTH + 2500.0)
    wrong = list(finds(asked, changed(plan, n, route_m=(away, away)), off=POS_OFF, share=POS_SHARE))
    assert any("the paths find" in line for line in wrong)


def test_more_alive_than_could_be_is_caught():
    asked = CASES["survival by scenario"]()
    plan = make_plan(asked, seed=0)
    assert plan.alive_value is not None
    wrong = check(asked, replace(plan, alive_bound=plan.alive_value - 0.01))
    assert any("at most" in line for line in wrong)
    wrong = check(asked, replace(plan, alive_value=plan.alive_value - 0.1))
    assert any("alive" in line for line in wrong)


def test_what_a_lock_forbids_is_ground_and_not_only_a_name(good):
    asked, plan = good
    n = nth(plan, lambda a: a.team == "Delta" and a.spacing_m is not None)
    a = plan.assignments[n]
    segment = next(s for s in plan.segments if s.id == a.segment)
    other = next(s.id for s in plan.segments if s.id != a.segment)
    lock = Lock(id="L1", rule=LockRule.NEVER, segment=segment.id, team="Delta")
    wrong = check(replace(asked, locks=(lock,)), changed(plan, n, segment=other))
    assert any(re.search(f"searches .* m in {segment.id}, which lock L1 forbids", line) for line in wrong)


def test_limits_of_the_teams_are_held_against_the_plan(good):
    """The same plan, for teams that can do less."""
    asked, plan = good

    def for_(**less: Any) -> list[str]:
        return check(replace(asked, teams=tuple(replace(t, **less) for t in asked.teams)), plan)

    assert any("longer than it can be" in line for line in for_(endurance_s=900.0))
    assert any("short of its rest" in line for line in for_(turnaround_s=1200.0))
    assert any("flies" in line for line in for_(batteries=1))
    dusk = replace(asked, light_changes_s=(1800.0,), teams=tuple(replace(t, in_the_dark=False) for t in asked.teams))
    assert any("in the dark" in line for line in check(dusk, plan))


def test_locks_and_names_of_before_are_held_against_the_plan(good):
    asked, plan = good
    a = plan.assignments[0]
    free = next(s.id for s in plan.segments if all(b.segment != s.id for b in plan.assignments))
    never = Lock(id="L1", rule=LockRule.NEVER, segment=a.segment, team=a.team)
    must = Lock(id="L2", rule=LockRule.MUST, segment=free, team=a.team)
    assert any("lock L1 forbids" in line for line in check(replace(asked, locks=(never,)), plan))
    assert any("as lock L2 asks" in line for line in check(replace(asked, locks=(must,)), plan))
    told = replace(plan, why=(*plan.why, f"{a.team} cannot reach {free} in time (lock L2)."))
    assert check(replace(asked, locks=(must,)), told) == []
    drawn = replace(plan.segments[0], ring_m=moved(plan.segments[0].ring_m, 50.0, 0.0))
    assert any("drawn anew" in line for line in check(replace(asked, segments=(drawn,)), plan))
    assert any("is gone" in line for line in check(replace(asked, segments=(replace(drawn, id="QQ"),)), plan))


def test_what_was_under_way_is_held_against_the_plan(good):
    asked, plan = good
    base = asked.bases_m[0]
    on = replace(plan.assignments[0], number="0X", underway=True)
    starts = tuple(TeamStart(at_m=base, doing=on if t.id == on.team else None) for t in asked.teams)
    again = replace(asked, starts=starts)
    assert any("drops it and does not say so" in line for line in check(again, plan))
    assert check(again, replace(plan, changes=(f"{on.team}: 0X is broken off, worth more elsewhere.",))) == []
    late = tuple(TeamStart(at_m=base, free_s=plan.duration_s / 2) for _ in asked.teams)
    assert any("before it is free" in line for line in check(replace(asked, starts=late), plan))


def in_the_middle(asked: PlanProblem, plan: SearchPlan) -> PlanProblem:
    """The problem half an hour on: every team that searches then is on what it was told."""
    now = 1800.0
    starts = []
    for team, base in zip(asked.teams, asked.bases_m, strict=True):
        a = next((a for a in plan.assignments if a.team == team.id and a.begins_s < now < a.ends_s), None)
        if a is None:
            starts.append(TeamStart(at_m=base))
            continue
        left = a.route_m[int(len(a.route_m) * (now - a.begins_s) / (a.ends_s - a.begins_s)) :]
        left = left if len(left) > 1 else a.route_m[-2:]
        left = tuple((min(max(x, WEST + 1), WEST + 1999), min(max(y, SOUTH + 1), SOUTH + 1999)) for x, y in left)
        doing = later(replace(a, route_m=left, return_m=(), underway=True), -now)
        starts.append(TeamStart(at_m=left[0], out_s=a.leaves_s - now, doing=doing))
    return replace(
        asked,
        starts=tuple(starts),
        segments=plan.segments,
        duration_s=asked.duration_s - now,
        first_task=len(plan.assignments) + 1,
    )


def test_a_plan_made_again_passes_the_checker(good):
    asked, plan = good
    again = in_the_middle(asked, plan)
    assert any(s.doing for s in again.starts)
    after = make_plan(again, seed=0)
    wrong = [line for line in check(again, after) if "passes its bound" not in line]
    assert wrong == []


def test_the_bound_holds_for_teams_that_are_out_already(good):
    asked, plan = good
    again = in_the_middle(asked, plan)
    assert not [line for line in check(again, make_plan(again, seed=0)) if "passes its bound" in line]
