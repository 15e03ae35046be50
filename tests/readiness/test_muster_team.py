"""Whether those who come are the team: every set of people gone through, draws, and shared causes."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from homeward.readiness.muster.records import Candidate, MusterProblem
from homeward.readiness.muster.solve import solve
from homeward.readiness.muster.team import team_of

chances = st.floats(0, 1)
roles = st.lists(st.sampled_from("abc"), unique=True).map(tuple)


def by_enumeration(can, need, heads, p):
    """P(team), every set of people gone through, each judged by an assignment."""
    slots = [role for role, n in need.items() for _ in range(n)]
    slots += ["*"] * max(0, heads - len(slots))
    found = 0.0
    for there in itertools.product([False, True], repeat=len(p)):
        rows = [can[i] for i, here in enumerate(there) if here]
        fits = np.array([[s == "*" or s in row for s in slots] for row in rows]).reshape(len(rows), len(slots))
        chosen = linear_sum_assignment(fits, maximize=True)
        if fits[chosen].sum() == len(slots):
            found += math.prod(q if here else 1 - q for q, here in zip(p, there, strict=True))
    return found


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(roles, chances), min_size=1, max_size=8), st.integers(0, 2), st.integers(0, 2), st.data())
def test_team_is_the_sum_over_all_sets_of_people(people, a, b, data):
    heads = data.draw(st.integers(0, 5))
    can, p = [row for row, _ in people], [q for _, q in people]
    team = team_of(can, {"a": a, "b": b}, heads, seed=0)
    found = team.p(np.array(p)[:, None])[0]
    assert found == pytest.approx(by_enumeration(can, {"a": a, "b": b}, heads, p), abs=1e-9)
    assert team.exact


def test_a_drawn_team_is_within_its_error_and_rises_with_time():
    rng = np.random.default_rng(3)
    can = [[r for r in "abcdef" if rng.random() < 0.4] for _ in range(14)]
    present = np.sort(rng.random((14, 5)), axis=1)
    exact = team_of(can, {"a": 2, "b": 1, "c": 1, "d": 2}, 8, seed=1)
    drawn = replace(exact, exactly=None)
    assert not drawn.exact
    known, found = exact.p(present), drawn.p(present)
    assert np.all(np.abs(found - known) <= [1.5 * drawn.error(p) for p in known])
    assert max(drawn.error(p) for p in known) < 0.0062
    assert np.all(np.diff(found) >= 0)
    assert np.array_equal(found, drawn.p(present)), "the same seed draws the same"


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(roles, chances), min_size=1, max_size=7), chances, chances)
def test_shared_causes_mix_teams_and_not_people(people, p, factor):
    some = tuple(Candidate(id=str(i), can=can, p_come=q) for i, (can, q) in enumerate(people))
    need = {"a": 1, "b": 2}
    found = solve(MusterProblem(people=some, need=need, common=((p, factor), (1 - p, 1.0))))
    can, usual = [row for row, _ in people], np.array([q for _, q in people])
    mixed = p * by_enumeration(can, need, 0, factor * usual) + (1 - p) * by_enumeration(can, need, 0, usual)
    assert found.value == pytest.approx(mixed, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.01, 0.99), st.booleans())
def test_the_first_that_is_enough_is_found_wherever_it_stands(seed, target, exact):
    rng = np.random.default_rng(seed)
    people = int(rng.integers(1, 40))
    team = team_of([["a"] if rng.random() < 0.5 else ["b"] for _ in range(people)], {"a": 2, "b": 1}, None, seed=1)
    team = team if exact else replace(team, exactly=None, draws=200)
    present = np.triu(np.ones((people, people + 1)), 1) * rng.random((people, 1))
    enough = np.flatnonzero(team.p(present) >= target)
    assert team.first(present, target) == (enough[0] if len(enough) else None)


def test_who_is_never_drawn_to_fail_may_fail_all_the_same():
    """A drawn team that is complete in each draw is told as nearly certain, with an error that is not nothing."""
    rng = np.random.default_rng(0)
    can = [tuple(f"r{k}" for k in range(16) if rng.random() < 0.5) for _ in range(60)]
    people = tuple(Candidate(id=str(i), can=roles, p_come=0.97) for i, roles in enumerate(can))
    found = solve(MusterProblem(people=people, need={f"r{k}": 1 for k in range(16)}))
    assert (found.status, found.value, found.bound) == ("feasible", 1.0, 1.0)
    assert found.p_error == pytest.approx(5.298 / 50_000, rel=1e-3)
    assert found.why[0] == (
        "With everybody called, the team is here in 1 h with over 99.5 % (drawn: give or take under 0.1 points)."
    )


def test_forty_people_for_eight_roles_are_exact():
    rng = np.random.default_rng(40)
    can = [tuple(f"r{k}" for k in range(8) if rng.random() < 0.3) for _ in range(40)]
    people = tuple(Candidate(id=str(i), can=roles, p_come=0.4) for i, roles in enumerate(can))
    problem = MusterProblem(people=people, need={f"r{k}": 1 for k in range(8)})
    found = solve(problem)
    assert (found.status, found.p_error, found.bound) == ("optimal", 0, found.value)
    team = replace(team_of(can, problem.need, None, seed=2), exactly=None)
    drawn = team.p(np.full((40, 1), 0.4))[0]
    assert abs(drawn - found.value) < 1.5 * team.error(drawn)
    assert 0.1 < found.value < 0.99
