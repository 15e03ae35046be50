"""Treat or move: closed forms, exact enumeration of every policy, laws, and what the answer says."""

from __future__ import annotations

import json
from dataclasses import replace
from math import exp, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.errors import BadInput
from homeward.rescue import treat_solve
from homeward.rescue.treat_or_move import plan_words, treat_or_move
from homeward.rescue.treat_records import Assessment, Care, Hazards, Lift, TreatOrMove
from tests.rescue.treat_oracle import best_of_all_policies, random_problem

MIN = 60.0


def one_state(*, untreated_pm: float, treated_pm: float, carry_min: float, treat_min: float, legs: int = 1):
    return TreatOrMove(
        belief={"hurt": 1.0},
        hazards=Hazards(states=("hurt",), per_s=np.array([untreated_pm, treated_pm]).reshape(2, 1, 1) / MIN),
        legs_s=(carry_min * MIN / legs,) * legs,
        cares=(Care(name="dressing", takes_s=treat_min * MIN),),
    )


# ---- exact enumeration


@pytest.mark.parametrize("seed", range(60))
def test_the_value_is_that_of_the_best_of_all_policies(seed):
    problem = random_problem(np.random.default_rng(seed))
    advice = treat_or_move(problem, flips=False)
    weights = [problem.belief[name] for name in problem.hazards.states]
    assert advice.value == pytest.approx(best_of_all_policies(problem, weights), abs=1e-9)
    assert advice.bound == pytest.approx(advice.value, abs=1e-12)


def test_a_stop_is_safe_though_moving_does_not_wear():
    """At rest the casualty does not bleed: 30 of the 35 minutes to the lift are a stop, exp(-0.02 * 5) live."""
    problem = TreatOrMove(
        belief={"bleeds": 1.0},
        hazards=Hazards(states=("bleeds",), per_s=np.full((1, 1, 1), 0.02 / MIN), at_stop_per_s=np.zeros(1)),
        legs_s=(5 * MIN, 200 * MIN),
        stop_s=30 * MIN,
        lifts=(Lift(name="air", at=1, ready_s=35 * MIN, then_s=0.0),),
    )
    advice = treat_or_move(problem, flips=False)
    assert advice.value == pytest.approx(exp(-0.1), rel=1e-12)
    assert advice.value == pytest.approx(best_of_all_policies(problem, [1.0]), rel=1e-12)
    assert [line.split(" (")[0] for line in plan_words(advice.plan)] == [
        "move from the find",
        "stop to stabilise at way-point 1",
        "wait for air at way-point 1",
    ]


def test_never_below_the_rules_of_thumb_on_1000_problems_of_three_states():
    rng = np.random.default_rng(6)
    for _ in range(1000):
        advice = treat_or_move(random_problem(rng, rich=False), flips=False)
        assert advice.value >= max(advice.simple.values()) - 1e-12
        assert advice.value <= advice.bound + 1e-12


def test_a_plan_too_wide_to_prove_says_so_and_stays_under_its_bound(monkeypatch):
    problem = random_problem(np.random.default_rng(10))
    exact = treat_or_move(problem, flips=False).value
    monkeypatch.setattr(treat_solve, "MOST_PLANS", 1)
    narrow = treat_or_move(problem, flips=False)
    assert narrow.value <= exact + 1e-12
    assert narrow.bound >= exact - 1e-12


def wide_problem() -> TreatOrMove:
    """Six states, four tests, six legs, a lift: more plans than can be weighed in a moment."""
    rng, states = np.random.default_rng(1), tuple("abcdef")
    tests = tuple(
        Assessment(name=f"t{i}", takes_s=60.0, says_yes=dict(zip(states, rng.uniform(0, 1, 6).tolist(), strict=True)))
        for i in range(4)
    )
    return TreatOrMove(
        belief=dict(zip(states, rng.dirichlet(np.ones(6)).tolist(), strict=True)),
        hazards=Hazards(states=states, per_s=rng.uniform(0, 2, (3, 6, 1)) / 3600),
        legs_s=tuple(rng.uniform(300, 1500, 6).tolist()),
        cares=(Care(name="quick", takes_s=300.0), Care(name="full", takes_s=1200.0)),
        tests=tests,
        lifts=(Lift(name="air", at=2, ready_s=2400.0, then_s=600.0, p_comes=0.7),),
    )


def test_without_time_there_is_an_answer_all_the_same_and_it_says_what_it_lacks():
    hurried = treat_or_move(wide_problem(), time_limit_s=0.0)
    assert max(hurried.simple.values()) - 1e-12 <= hurried.value < hurried.bound
    assert "test t3" in hurried.left_out
    assert "whether longer carries change the first step" in hurried.left_out
    assert hurried.flips == ()
    at_leisure = treat_or_move(replace(wide_problem(), tests=()), flips=False)
    assert at_leisure.bound == pytest.approx(at_leisure.value, abs=1e-12)
    assert hurried.bound >= at_leisure.value - 1e-12


def test_what_a_plan_is_kept_for_is_the_same_as_by_plain_sums():
    """The compiled sieve against its definition, on rows with ties."""
    rng = np.random.default_rng(3)
    for _ in range(50):
        alive = np.round(rng.uniform(0, 1, (12, 3)), 1)
        low = rng.uniform(0, 0.3, 3)
        high = low + rng.uniform(0, 0.3, 3)
        rows, whole = treat_solve._worth_keeping(alive, (low, high), 12)
        kept: list[int] = []
        for i in sorted(range(12), key=lambda k: -float(alive[k] @ (low + high) / 2)):
            most = [
                sum(max(d * a, d * b) for d, a, b in zip(alive[i] - alive[j], low, high, strict=True)) for j in kept
            ]
            if all(edge > 1e-12 for edge in most):
                kept.append(i)
        assert whole
        assert np.allclose(np.sort(alive[rows], axis=0), np.sort(alive[kept], axis=0))


# ---- closed forms


@pytest.mark.shared
def test_treat_first_or_move_with_constant_hazards(shared):
    told = case(shared, "B11")
    give, want = told["input"], told["expected"]
    untreated, treated = give["hazard_untreated_per_min"], give["hazard_treated_per_min"]
    for minutes in give["treat_min"]:
        p = one_state(untreated_pm=untreated, treated_pm=treated, carry_min=give["carry_min"], treat_min=minutes)
        advice = treat_or_move(p, flips=False)
        assert advice.simple["move"] == pytest.approx(want["P_move_now"], rel=1e-9)
        assert advice.by_first["treat: dressing"] == pytest.approx(want["P_treat_first"][str(minutes)], rel=1e-9)
    limit = want["treat_if_shorter_than"]
    for minutes, first in ((limit * 0.999, "treat: dressing"), (limit * 1.001, "move")):
        p = one_state(untreated_pm=untreated, treated_pm=treated, carry_min=give["carry_min"], treat_min=minutes)
        assert treat_or_move(p, flips=False).first == first


@given(st.floats(0.002, 0.05), st.floats(0.1, 0.9), st.floats(10, 300))
@settings(max_examples=40)
def test_the_answer_changes_at_the_break_even(untreated, share, carry_min):
    """t* = D (h0 - h1) / h0."""
    treated = untreated * share
    limit = carry_min * (1 - share)
    shorter = one_state(untreated_pm=untreated, treated_pm=treated, carry_min=carry_min, treat_min=limit * 0.98)
    longer = one_state(untreated_pm=untreated, treated_pm=treated, carry_min=carry_min, treat_min=limit * 1.02)
    assert treat_or_move(shorter, flips=False).first == "treat: dressing"
    assert treat_or_move(longer, flips=False).first == "move"


def test_the_flip_is_where_the_closed_form_puts_it():
    """10 min of treatment pay from a carry of 10 x 0.01 / (0.01 - 0.004) = 16.7 min on."""
    p = one_state(untreated_pm=0.01, treated_pm=0.004, carry_min=90, treat_min=10, legs=3)
    ((carry_s, then),) = treat_or_move(p).flips
    assert then == "move"
    assert carry_s / MIN == pytest.approx(16.67, rel=0.02)


@pytest.mark.shared
def test_stops_to_stabilise_on_a_long_carry(shared):
    told = case(shared, "B13")
    give, want = told["input"], told["expected"]
    growth, at_stop = give["hazard_growth_per_min2"] / MIN**2, give["hazard_at_stop_per_min"] / MIN
    carry_s, stop_s = give["carry_min"] * MIN, give["stop_min"] * MIN
    solved = treat_or_move(
        carried(carry_s=carry_s, stop_s=stop_s, growth=growth, at_stop=at_stop, legs=30), flips=False
    )
    assert -log(solved.value) == pytest.approx(want["extra_cumulative_hazard"], rel=1e-9)
    assert sum("stop to stabilise" in line for line in plan_words(solved.plan)) == want["stops"]
    assert -log(solved.simple["move"]) == pytest.approx(want["no_stop"], rel=1e-9)


def carried(*, carry_s: float, stop_s: float, growth: float, at_stop: float, legs: int) -> TreatOrMove:
    return TreatOrMove(
        belief={"hurt": 1.0},
        hazards=Hazards(
            states=("hurt",),
            per_s=np.zeros((1, 1, 1)),
            growth_per_s2=np.array([growth]),
            at_stop_per_s=np.array([at_stop]),
        ),
        legs_s=(carry_s / legs,) * legs,
        stop_s=stop_s,
    )


@given(st.floats(600, 20000), st.floats(60, 900), st.floats(1e-10, 1e-8), st.floats(1e-6, 1e-4))
@settings(max_examples=25)
def test_no_number_of_even_stops_is_better_than_the_plan(carry_s, stop_s, growth, at_stop):
    """n even stops on a carry of D: H(n) = a D^2 / (2 (n + 1)) + n t h; with 12 legs n + 1 = 1, 2, 3, 4, 6, 12 fit."""
    problem = carried(carry_s=carry_s, stop_s=stop_s, growth=growth, at_stop=at_stop, legs=12)
    least = -log(treat_or_move(problem, flips=False).value)
    for parts in (1, 2, 3, 4, 6, 12):
        assert least <= growth * carry_s**2 / (2 * parts) + (parts - 1) * stop_s * at_stop + 1e-9


def test_what_it_is_worth_to_assess_first():
    """Two states, one that treatment helps: the test's value by hand, as the sum over its answers of the better way."""
    carry, treat, look, p_bleeds, hit, right = 60.0, 20.0, 2.0, 0.4, 0.9, 0.8
    h = {"bleeds": (0.02, 0.002), "other": (0.006, 0.006)}
    problem = TreatOrMove(
        belief={"bleeds": p_bleeds, "other": 1 - p_bleeds},
        hazards=Hazards(
            states=("bleeds", "other"), per_s=np.array([[v[i] for v in h.values()] for i in (0, 1)])[:, :, None] / MIN
        ),
        legs_s=(carry * MIN,),
        cares=(Care(name="dressing", takes_s=treat * MIN),),
        tests=(Assessment(name="look", takes_s=look * MIN, says_yes={"bleeds": hit, "other": 1 - right}),),
    )
    moved = {s: exp(-h0 * carry) for s, (h0, _) in h.items()}
    treated = {s: exp(-h0 * treat - h1 * carry) for s, (h0, h1) in h.items()}
    prior = {"bleeds": p_bleeds, "other": 1 - p_bleeds}
    yes = {"bleeds": hit, "other": 1 - right}
    looked = {s: prior[s] * exp(-h0 * look) for s, (h0, _) in h.items()}
    first = sum(
        max(sum(looked[s] * q[s] * way[s] for s in h) for way in (moved, treated))
        for q in (yes, {s: 1 - p for s, p in yes.items()})
    )
    at_once = max(sum(prior[s] * way[s] for s in h) for way in (moved, treated))
    advice = treat_or_move(problem, flips=False)
    assert advice.by_first["assess: look"] == pytest.approx(first, rel=1e-12)
    assert max(advice.by_first["move"], advice.by_first["treat: dressing"]) >= at_once - 1e-12
    assert advice.value >= first


# ---- laws


@given(st.integers(0, 10_000))
@settings(max_examples=40)
def test_a_longer_carry_is_never_better_and_another_choice_never_worse(seed):
    p = random_problem(np.random.default_rng(seed), rich=False)
    longer = TreatOrMove(
        belief=p.belief, hazards=p.hazards, legs_s=(*p.legs_s, 600.0), cares=p.cares, then_s=p.then_s, age_s=p.age_s
    )
    lift = Lift(name="air", at=0, ready_s=900.0, then_s=600.0)
    more = TreatOrMove(
        belief=p.belief,
        hazards=p.hazards,
        legs_s=p.legs_s,
        cares=p.cares,
        then_s=p.then_s,
        age_s=p.age_s,
        lifts=(lift,),
    )
    value = treat_or_move(p, flips=False).value
    assert treat_or_move(longer, flips=False).value <= value + 1e-12
    assert treat_or_move(more, flips=False).value >= value - 1e-12


@given(st.integers(0, 10_000))
@settings(max_examples=30)
def test_the_plan_told_is_worth_what_the_answer_says(seed):
    p = random_problem(np.random.default_rng(seed))
    advice = treat_or_move(p, flips=False)
    assert advice.value == pytest.approx(max(advice.by_first.values()), abs=1e-12)
    assert advice.plan is not None
    assert advice.first == ": ".join(filter(None, (advice.plan.do, advice.plan.name)))
    assert advice.by_first[advice.first] == pytest.approx(advice.value, abs=1e-12)
    assert 0 <= advice.value <= sum(p.belief.values()) + 1e-12


def test_nobody_assesses_or_waits_for_nothing():
    p = one_state(untreated_pm=0.01, treated_pm=0.01, carry_min=30, treat_min=5)
    assert treat_or_move(p, flips=False).first == "move"


# ---- what is said


def test_why_is_one_sentence_with_both_chances_and_the_carry_at_which_it_flips():
    p = one_state(untreated_pm=0.01, treated_pm=0.004, carry_min=90, treat_min=10)
    assert treat_or_move(p).why == (
        "Treat (dressing, 10 min): 63% arrive alive against 41% if you move first;"
        " with a carry under 17 min move first; the carry here is 1 h 30 min."
    )


def test_what_differs_by_less_than_the_hazards_can_tell_is_left_to_the_medic():
    """0.01 a minute for 20 minutes: 81.9 %; treated first, 2 minutes, then at 0.009: 81.9 %, too."""
    p = one_state(untreated_pm=0.01, treated_pm=0.009, carry_min=20, treat_min=2)
    said = treat_or_move(p).why
    assert said.startswith("About equal: 81.9% if you move first and 81.9% if you treat (dressing, 2 min) first arrive")
    assert "The medic decides; the carry here is 20 min." in said
    assert "For treating: what can be stopped here is stopped before 20 min of carrying; for moving: care is" in said
    assert "with a carry" not in said


def test_the_plan_is_told_in_lines_by_what_turns_out():
    hazards = Hazards(states=("hurt",), per_s=np.array([[[0.02 / MIN]]]))
    lift = Lift(name="helicopter", at=0, ready_s=20 * MIN, then_s=10 * MIN, p_comes=0.7)
    p = TreatOrMove(belief={"hurt": 1.0}, hazards=hazards, legs_s=(90 * MIN, 90 * MIN), lifts=(lift,))
    advice = treat_or_move(p, flips=False)
    assert plan_words(advice.plan) == (
        "wait for helicopter at the find (20 min)",
        "  if it does not come: move from the find (3 h)",
    )
    assert advice.value == pytest.approx(0.7 * exp(-0.6) + 0.3 * exp(-0.4 - 3.6), rel=1e-12)


def test_the_dead_are_not_carried_for_nothing():
    p = TreatOrMove(belief={}, hazards=Hazards(states=("hurt",), per_s=np.zeros((1, 1, 1))), legs_s=(60.0,))
    advice = treat_or_move(p)
    assert (advice.value, advice.plan) == (0.0, None)
    assert plan_words(None) == ("Nothing to be planned: the casualty is dead.",)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"belief": {"x": 1.0}}, "no hazards for the state 'x'"),
        ({"belief": {"hurt": 1.2}}, "sum to 1.2"),
        ({"legs_s": (-1.0,)}, "below 0"),
        ({"cares": ()}, "hazards for 1 treatments and 0"),
        ({"lifts": (Lift(name="air", at=5, ready_s=0.0, then_s=0.0),)}, "way-point beyond"),
        ({"tests": (Assessment(name="look", takes_s=1.0, says_yes={}),)}, "lacks P"),
        ({"stop_s": 0.0}, "no time"),
        ({"stops_at": (1,)}, "not how long a stop takes"),
        ({"stop_s": 60.0, "stops_at": (1, 99)}, "A stop at 99 .* Name some of 1 to 1"),
        ({"stop_s": 60.0, "stops_at": (-3,)}, "A stop at -3"),
        ({"tests": (Assessment(name="look", takes_s=1.0, says_yes={"hurt": 1.0, "x": 0.5}),)}, "a state 'x'"),
        ({"tests": (Assessment(name="look", takes_s=1.0, says_yes={"hurt": 1.0}),) * 2}, "Two tests are called 'look'"),
        ({"lifts": (Lift(name="air", at=0, ready_s=0.0, then_s=0.0),) * 2}, "Two lifts are called 'air'"),
    ],
)
def test_a_question_that_cannot_be_is_refused(change, match):
    good = one_state(untreated_pm=0.01, treated_pm=0.004, carry_min=90, treat_min=10)
    told = {name: getattr(good, name) for name in good.__slots__}
    with pytest.raises(BadInput, match=match):
        TreatOrMove(**{**told, **change})


@pytest.mark.parametrize("values", [np.zeros((1, 1)), -np.ones((1, 1, 1)), np.full((1, 1, 1), np.nan)])
def test_hazards_that_cannot_be_are_refused(values):
    with pytest.raises(BadInput):
        Hazards(states=("hurt",), per_s=values)


def case(shared, name):
    cases = json.loads((shared / "readiness" / "b_rescue.json").read_text())["cases"]
    return next(c for c in cases if c["id"] == name)
