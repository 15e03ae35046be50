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
from homeward.team.records import Places
from homeward.team.shortage import with_places
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
@settings(max_examples=60)
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
@settings(max_examples=60)
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


@given(problems(), st.data())
def test_a_rule_costs_skill_or_changes_and_never_less_than_nothing(
    problem: FormationProblem, data: st.DataObject
) -> None:
    tired = data.draw(st.dictionaries(st.sampled_from(sorted(problem.people)), st.sampled_from((4.0, 15.0))))
    found = solve(replace(problem, hours_awake=tired, hours_awake_limit=12.0))
    for rule, price in found.prices.items():
        assert price is None or price >= 0
        assert (price is None) == (rule in found.changes_saved)
    if found.shortage is None and found.prices.get("reserve", 0.0) is None:
        free = solve(replace(problem, hours_awake=tired, hours_awake_limit=12.0, reserve={}))
        assert free.changes == found.changes - found.changes_saved["reserve"] < found.changes


def test_a_rule_that_costs_changes_says_so() -> None:
    problem = FormationProblem(
        people={"A": {"medic": 2.0}, "B": {"medic": 5.0, "guard": 5.0}},
        need={"medic": 1},
        deployed={"A": "medic", "B": "guard"},
        hours_awake={"A": 20.0},
        hours_awake_limit=16.0,
    )
    found = solve(problem)
    assert found.prices["hours awake"] is None
    assert "Without the limit of hours awake 1 fewer of those deployed would change role." in found.why
    assert not any("costs -" in said for said in found.why)


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


@st.composite
def calls(draw: st.DrawFn) -> FormationProblem:
    problem = draw(problems())
    load = draw(st.dictionaries(st.sampled_from(sorted(problem.people)), st.sampled_from((2.0, 7.0))))
    return replace(problem, call=draw(st.integers(0, len(problem.people))), load_h=load)


@given(calls())
@settings(max_examples=150)
def test_a_call_is_the_best_by_every_aim_in_turn(problem: FormationProblem) -> None:
    found = solve(problem)
    best = oracle.best_call(problem)
    if best is None:
        assert found.status == "infeasible"
        return
    chance, changes, skill, load = best
    assert found.status == "optimal"
    assert found.p_complete == pytest.approx(chance, abs=1e-12)
    assert (found.changes, found.max_load_h) == (changes, load)
    assert found.value == pytest.approx(skill)
    assert len(found.called) == problem.call
    assert {*found.assigned, *found.in_reserve} <= set(found.called)


def test_among_equal_calls_the_best_formation_decides_and_not_the_best_skills() -> None:
    people = {"A": {"searcher": 5.0}, "B": {"searcher": 5.0, "medic": 1.0}, "C": {"medic": 4.0}}
    found = solve(FormationProblem(people=people, need={"searcher": 1, "medic": 1}, call=2))
    assert (found.called, found.value) == (("A", "C"), 9)


def test_a_call_leaves_somebody_for_the_reserve() -> None:
    people = {who: {"medic": 1.0} for who in "AB"} | {who: {"searcher": 1.0} for who in "CDE"}
    there = dict.fromkeys("CDE", 0.9)
    found = solve(FormationProblem(people=people, need={"searcher": 1}, reserve={"medic": 1}, p_present=there, call=3))
    assert found.status == "optimal"
    assert found.p_complete == pytest.approx(0.99)


def test_where_no_call_has_a_chance_one_that_could_do_is_called() -> None:
    people = {"A": {"medic": 1.0}, "B": {"guard": 1.0, "medic": 1.0}, "C": {"medic": 1.0}}
    found = solve(FormationProblem(people=people, need={"medic": 1, "guard": 1}, p_present={"B": 0.0}, call=2))
    assert (found.status, found.p_complete) == ("optimal", 0)


def test_a_large_call_is_proven_only_where_nobody_more_could_do_better() -> None:
    """30 medics like each other but for skill: of 10 called, those with most skill are found, and it is proven."""
    people = {f"P{i:02}": {"medic": float(i % 7)} for i in range(30)}
    found = solve(FormationProblem(people=people, need={"medic": 3}, reserve={"medic": 1}, call=10))
    assert (found.status, found.value) == ("optimal", 18)
    guards = {who: "guard" for who, can in people.items() if can["medic"] == 6}
    other = solve(FormationProblem(people=people, need={"medic": 3}, deployed=guards, call=4))
    assert (other.status, other.changes, other.value) == ("optimal", 0, 15)


@st.composite
def wrong_teams(draw: st.DrawFn) -> FormationProblem:
    roles = ("medic", "guard", "searcher")
    skills = st.lists(st.sampled_from(roles), max_size=2, unique=True)
    people = {f"P{i}": dict.fromkeys(draw(skills), 1.0) for i in range(draw(st.integers(1, 5)))}
    some = st.dictionaries(st.sampled_from(roles), st.integers(0, 2), max_size=2)
    pairs = st.tuples(st.sampled_from(roles), st.sampled_from(roles))
    return FormationProblem(
        people=people,
        need=draw(some),
        posts=tuple(Post(id=f"post {i}", need=draw(some)) for i in range(draw(st.integers(0, 1)))),
        together=tuple(draw(st.lists(pairs, max_size=2, unique=True))),
        min_team=draw(st.integers(1, 3)),
        call=draw(st.none() | st.integers(0, len(people))),
        hours_awake=draw(st.dictionaries(st.sampled_from(sorted(people)), st.just(20.0), max_size=2)),
        hours_awake_limit=16.0,
    )


@given(wrong_teams())
@settings(max_examples=150)
def test_the_change_told_does_and_nothing_smaller_would(problem: FormationProblem) -> None:
    lack = solve(problem).shortage
    if lack is None:
        return
    assert lack.proven
    missing, places = oracle.smallest_change(problem)
    assert (sum(lack.lacking.values()), sum(p.n for p in lack.places)) == (missing, places)
    assert lack.shortfall == missing
    more = {f"new {role} {i}": {role: 1.0} for role, n in lack.lacking.items() for i in range(n)}
    called = None if problem.call is None else problem.call + lack.call_more
    asked = with_places(problem, lack.places)
    assert solve(replace(asked, people={**problem.people, **more}, call=called)).status == "optimal"
    if called is not None and lack.call_more:
        assert solve(replace(asked, people={**problem.people, **more}, call=called - 1)).status == "infeasible"
    if lack.lacking and lack.waivers and not lack.left_with_waivers:
        let_in = {who: h for who, h in problem.hours_awake.items() if who not in {w.person for w in lack.waivers}}
        assert solve(replace(asked, hours_awake=let_in, call=called)).status == "optimal"
    if lack.fewer:
        less = with_places(problem, [replace(p, n=-p.n) for p in lack.fewer])
        assert solve(less).status == "optimal"


@pytest.mark.parametrize(
    ("change", "places", "lacking"),
    [
        (
            {
                "need": {},
                "posts": (Post(id="a", need={"medic": 1}), Post(id="b", need={"medic": 1})),
                "people": {"A": {"medic": 1.0}, "B": {"medic": 1.0}},
            },
            {("guard", "a", 1), ("guard", "b", 1)},
            {"guard": 2},
        ),
        ({"min_team": 2, "people": {"A": {"medic": 1.0}}}, {("guard", None, 1)}, {"guard": 1}),
        (
            {
                "need": {"searcher": 1, "medic": 1},
                "together": (),
                "min_team": 3,
                "people": {"A": {"medic": 1.0}, "B": {"searcher": 1.0}, "C": {"searcher": 1.0}},
            },
            {("searcher", None, 1)},
            {},
        ),
    ],
)
def test_one_place_mends_two_rules_and_who_is_free_is_not_missing(
    change: dict[str, Any], places: set[tuple[str, str | None, int]], lacking: dict[str, int]
) -> None:
    found = solve(FormationProblem(**{"need": {"medic": 1}, "together": (("medic", "guard"),), **change})).shortage
    assert found is not None
    assert {(p.role, p.post, p.n) for p in found.places} == places
    assert found.lacking == lacking


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
    assert (found.shortage.lacking, found.shortage.places) == ({}, (Places(role="guard", n=1, post="hut"),))
    assert found.why[:3] == (
        "There is no such formation.",
        "medic is never without guard, and post hut has none beside it.",
        "The smallest change that would do: 1 more place as guard at hut.",
    )


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
        ({"task_h": 1e8, "now": NOW, "qualified_until": {"Ana": {"medic": NOW}}}, "task_h is 1e"),
        ({"now": datetime.max.replace(tzinfo=UTC)}, "now is 9999-12-31"),
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
