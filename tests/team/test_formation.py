"""Formations: the worked cases, and laws against trying everything."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.errors import BadInput
from homeward.team import FormationProblem, Post, solve
from tests.team import oracle

ROLES = ("searcher", "medic", "guard", "sensor")
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
CREW = {
    "Ana": {"searcher": 5.0, "medic": 2.0},
    "Ben": {"searcher": 3.0, "guard": 4.0},
    "Cem": {"medic": 4.0},
    "Dua": {"guard": 3.0, "searcher": 4.0},
    "Eli": {"searcher": 2.0},
}


@st.composite
def problems(draw: st.DrawFn) -> FormationProblem:
    n = draw(st.integers(1, 6))
    skills = st.dictionaries(st.sampled_from(ROLES), st.integers(0, 5).map(float), max_size=4)
    people = {f"P{i}": draw(skills) for i in range(n)}
    few = st.dictionaries(st.sampled_from(ROLES), st.integers(0, 2), max_size=3)
    now = draw(st.dictionaries(st.sampled_from(sorted(people)), st.sampled_from((*ROLES, "reserve"))))
    present = draw(st.dictionaries(st.sampled_from(sorted(people)), st.sampled_from((0.0, 0.3, 0.9, 1.0))))
    reserve = draw(st.dictionaries(st.sampled_from(ROLES[:2]), st.just(1), max_size=2))
    return FormationProblem(people=people, need=draw(few), reserve=reserve, deployed=now, p_present=present)


def cases(shared: Path) -> dict[str, Any]:
    found = json.loads((shared / "readiness" / "a_team.json").read_text(encoding="utf-8"))["cases"]
    return {case["id"]: case for case in found}


@given(problems())
@settings(max_examples=80)
def test_changes_then_skill_are_what_trying_everything_finds(problem: FormationProblem) -> None:
    found = solve(problem)
    try:
        (changes, skill), number = oracle.best_plans(problem)
    except ValueError:
        assert found.status == "infeasible"
        return
    assert found.status == "optimal"
    assert (found.changes, found.bound) == (changes, found.value)
    assert found.value == pytest.approx(skill)
    assert found.optimal_plans == number
    assert found.assigned in list(oracle.plans(problem.people, problem.need))
    assert not set(found.assigned) & set(found.in_reserve)


@given(problems())
@settings(max_examples=60)
def test_drop_outs_are_added_up_exactly(problem: FormationProblem) -> None:
    found = solve(problem)
    assert found.p_error == 0
    assert found.p_complete == pytest.approx(oracle.p_complete(problem), abs=1e-12)


@given(problems())
@settings(max_examples=80)
def test_an_impossible_wish_is_answered_with_who_and_the_smallest_change(problem: FormationProblem) -> None:
    lack = solve(problem).shortage
    if lack is None:
        return
    asked = {role: problem.need.get(role, 0) + problem.reserve.get(role, 0) for role in ROLES}
    places = tuple(role for role, n in asked.items() for _ in range(n))
    assert lack.shortfall == len(places) - oracle.most_filled(problem.people, places)
    assert lack.shortfall == sum(v.shortfall for v in lack.violators) == sum(lack.lacking.values())
    for one in lack.violators:
        assert set(one.people) == {who for who, can in problem.people.items() if set(can) & set(one.roles)}
        assert one.need == sum(asked[role] for role in one.roles) > len(one.people)
    for one, other in combinations(lack.violators, 2):
        assert not set(one.people) & set(other.people)
    more = {f"new {role} {i}": {role: 1.0} for role, n in lack.lacking.items() for i in range(n)}
    assert solve(replace(problem, people={**problem.people, **more})).status == "optimal"


@given(problems())
def test_no_rule_has_a_price_below_zero_but_for_the_changes_it_saves(problem: FormationProblem) -> None:
    found = solve(replace(problem, deployed={}))
    assert all(price >= -1e-9 for price in found.prices.values())


def test_the_most_probable_call_comes_before_the_skill() -> None:
    problem = FormationProblem(
        people={"sure": {"medic": 1}, "best": {"medic": 5}}, need={"medic": 1}, p_present={"best": 0.5}, call=1
    )
    found = solve(problem)
    assert (found.called, found.value, found.p_complete) == (("sure",), 1, 1)
    assert found.prices["call"] == 4


@given(problems())
@settings(max_examples=40)
def test_no_other_call_of_as_many_is_likelier(problem: FormationProblem) -> None:
    names = tuple(problem.people)
    for n in range(len(names) + 1):
        best = max(oracle.p_complete(problem, some) for some in combinations(names, n))
        found = solve(replace(problem, call=n, reserve={}))
        assert found.p_complete == pytest.approx(best, abs=1e-12)
        assert len(found.called) == n


def test_who_is_awake_too_long_stays_and_is_named_as_the_smallest_change() -> None:
    problem = FormationProblem(people=CREW, need={"guard": 2}, hours_awake={"Ben": 15}, hours_awake_limit=16, task_h=2)
    found = solve(problem)
    assert found.shortage is not None
    (waiver,) = found.shortage.waivers
    assert (waiver.person, waiver.role, found.shortage.left_with_waivers) == ("Ben", "guard", 0)
    assert found.shortage.without == ("hours awake",)
    assert "Or let in Ben as guard (awake for 15 h (17 h by the end), the limit is 16 h)." in found.why
    assert solve(replace(problem, task_h=1)).status == "optimal"


def test_a_certificate_must_last_to_the_end_of_the_task() -> None:
    ends = {"Cem": {"medic": NOW + timedelta(hours=4)}}
    problem = FormationProblem(people=CREW, need={"medic": 1}, qualified_until=ends, now=NOW, task_h=4)
    assert solve(problem).assigned == {"Cem": "medic"}
    late = solve(replace(problem, task_h=4.5))
    assert late.assigned == {"Ana": "medic"}
    assert late.prices == {"qualified until": 2}


def test_a_post_is_filled_by_who_can_be_there_in_time() -> None:
    near = {"Dua": {"pass": 300.0}, "Ben": {"pass": 1900.0}}
    post = Post(id="pass", need={"guard": 1}, within_s=1200)
    found = solve(FormationProblem(people=CREW, posts=(post,), need={"searcher": 1}, travel_s=near))
    assert (found.assigned["Dua"], found.post_of) == ("guard", {"Dua": "pass"})
    assert found.prices == {"within: pass": 1.0}


def test_the_same_role_elsewhere_is_a_change() -> None:
    posts = (Post(id="pass", need={"guard": 1}), Post(id="hut", need={"guard": 1}))
    now = {"Ben": "guard", "Dua": "guard"}
    there = {"Ben": "pass", "Dua": "hut"}
    problem = FormationProblem(people=CREW, posts=posts, deployed=now, deployed_at=there)
    assert solve(problem).post_of == there
    assert solve(replace(problem, posts=posts[:1])).changes == 0


def test_the_medic_is_never_without_a_guard_in_the_same_sub_team() -> None:
    rule = FormationProblem(people=CREW, need={"medic": 1, "guard": 1}, together=(("medic", "guard"),), min_team=2)
    assert solve(rule).status == "optimal"
    apart = replace(rule, need={"guard": 1, "searcher": 1}, posts=(Post(id="hut", need={"medic": 1, "searcher": 1}),))
    found = solve(apart)
    assert found.shortage is not None
    assert found.status == "infeasible"
    assert found.shortage.broken[0].roles == ("medic", "guard")
    assert found.shortage.lacking == {"guard": 1}
    assert "medic is never without guard, and post hut has none beside it." in found.why


def test_nobody_goes_alone() -> None:
    found = solve(FormationProblem(people=CREW, posts=(Post(id="hut", need={"guard": 1}),), min_team=2))
    assert found.status == "infeasible"
    assert found.why[1] == "A sub-team has 2 people or more, and post hut asks for 1."


def test_critical_roles_are_filled_first_where_not_all_can_be() -> None:
    people = {"Ana": {"searcher": 5.0, "medic": 1.0}}
    found = solve(FormationProblem(people=people, need={"searcher": 1, "medic": 1}))
    assert found.shortage is not None
    assert found.shortage.partial == {"Ana": "medic"}
    assert found.shortage.violators[0].roles == ("searcher", "medic")


def test_of_equals_goes_who_has_served_least() -> None:
    twins = {"A": {"searcher": 3.0}, "B": {"searcher": 3.0}, "C": {"searcher": 3.0}}
    found = solve(FormationProblem(people=twins, need={"searcher": 2}, load_h={"A": 9, "B": 2, "C": 5}))
    assert set(found.assigned) == {"B", "C"}
    assert (found.max_load_h, found.optimal_plans) == (5, 1)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"people": {"Ana": {"medic": -1.0}}}, "The skill of Ana as medic is -1"),
        ({"people": {"Ana": {"reserve": 1.0}}}, "which is no role"),
        ({"need": {"medic": -1}}, "need asks for -1 of medic"),
        ({"p_present": {"Ana": 1.5}}, "p_present of Ana is 1.5"),
        ({"deployed": {"Zoe": "medic"}}, "deployed names 'Zoe'"),
        ({"qualified_until": {"Ana": {"medic": NOW}}}, "stands without now"),
        ({"call": 9}, "call is 9 of 5 people"),
        ({"min_team": 0}, "min_team is 0"),
        ({"travel_s": {"Ana": {"hut": 60.0}}}, "names post 'hut'"),
        ({"posts": (Post(id="a", need={}), Post(id="a", need={}))}, "Two posts have the same id"),
        ({"hours_awake": {"Ana": float("nan")}}, "hours_awake of Ana is nan"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(change: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        FormationProblem(**{"people": CREW, "need": {"medic": 1}, **change})


@pytest.mark.shared
def test_the_worked_cases_of_formation(shared: Path) -> None:
    known = cases(shared)
    people, need = known["A04"]["input"]["people"], known["A04"]["input"]["need"]
    plain = solve(FormationProblem(people=people, need=need))
    assert (plain.value, plain.optimal_plans) == (29, 1)
    assert [[role, who] for who, role in plain.assigned.items()] == sorted(
        known["A04"]["expected"]["one_plan"], key=lambda pair: pair[1]
    )
    held = solve(FormationProblem(people=people, need=need, reserve={"medic": 1, "sensor": 1}))
    assert (held.value, held.prices["reserve"]) == (28, known["A05"]["expected"]["price_of_reserve"])
    again = known["A08"]
    found = solve(FormationProblem(people=people, need=again["input"]["need"], deployed=again["input"]["current"]))
    assert (found.changes, found.value) == (1, 32)


@pytest.mark.shared
def test_the_worked_case_of_drop_outs(shared: Path) -> None:
    case = cases(shared)["A07"]
    given_ = case["input"]
    problem = FormationProblem(people=given_["people"], need=given_["need"], p_present=given_["p_shows_up"], call=7)
    calls = {call.n: call for call in solve(problem).calls}
    for n, best in case["expected"]["best"].items():
        assert calls[int(n)].p_complete == pytest.approx(best["P"], rel=1e-9)
        assert list(calls[int(n)].people) == best["call"]
