"""Who is here when, and is that a team: laws, oracles, and worked examples."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from homeward.errors import BadInput
from homeward.readiness.muster.after_answer import ETA_GSD, YES_COMES, after_answer
from homeward.readiness.muster.answers import read_answer
from homeward.readiness.muster.arrivals import Arrival, arrival, p_come, there_by
from homeward.readiness.muster.event import pieces
from homeward.readiness.muster.records import Candidate, MusterProblem, State, Takes
from homeward.readiness.muster.solve import solve
from homeward.readiness.muster.team import missing, team_of

chances = st.floats(0, 1)
roles = st.lists(st.sampled_from("abc"), unique=True).map(tuple)
takes = st.one_of(
    st.floats(0, 5).map(lambda h: Takes(median_h=h)),
    st.floats(0.01, 5).map(lambda h: Takes(mean_h=h)),
    st.tuples(st.floats(0.01, 5), st.floats(1.01, 4)).map(lambda x: Takes(median_h=x[0], gsd=x[1])),
)


@st.composite
def crowds(draw, most=7):
    n = draw(st.integers(1, most))
    return tuple(
        Candidate(
            id=f"P{i}", can=draw(roles), p_come=draw(chances), task=draw(takes), travel=draw(takes),
            called=draw(st.booleans()), last_resort=draw(st.booleans()),
        )
        for i in range(n)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("task", "travel"),
    [
        (Takes(mean_h=2.0), Takes(median_h=1.0, gsd=1.5)),
        (Takes(median_h=2.0, gsd=2.0), Takes(median_h=1.0, gsd=1.5)),
        (Takes(mean_h=0.01), Takes(median_h=1.0, gsd=1.5)),
        (Takes(mean_h=1.0), Takes(mean_h=1.0000001)),
    ],
)
def test_arrivals_equal_the_convolution_integral(task, travel):
    def law(part):
        if part.mean_h is not None:
            return stats.expon(scale=part.mean_h)
        return stats.lognorm(math.log(part.gsd), scale=part.median_h)

    at = np.array([0.3, 1.0, 2.5, 7.0])
    found = arrival(Candidate(id="x", task=task, travel=travel)).by(at)
    first, rest = law(travel), law(task)
    for t, p in zip(at, found, strict=True):
        marks = [x for x in (t - 0.2, t - 0.02, t / 2) if 0 < x < t]
        true = integrate.quad(lambda s, t=t: first.pdf(s) * rest.cdf(t - s), 0, t, points=marks, limit=200)[0]
        assert p == pytest.approx(true, abs=2e-7)


@settings(max_examples=60, deadline=None)
@given(takes, takes, st.floats(0.01, 1))
def test_who_finishes_a_task_first_never_arrives_earlier(task, travel, p):
    person = Candidate(id="x", p_come=p, task=task, travel=travel)
    at = np.geomspace(0.01, 500, 40)
    later, at_once = arrival(person).by(at), arrival(person, finish_tasks=False).by(at)
    assert np.all(later <= at_once + 1e-9)
    assert np.all(np.diff(later) >= -1e-12)
    assert later[-1] <= p


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(takes, takes, chances), max_size=6))
def test_many_arrivals_at_once_are_those_of_each(people):
    some = [arrival(Candidate(id="x", p_come=p, task=task, travel=travel)) for task, travel, p in people]
    at = np.array([0.0, 0.3, 1.0, 5.0, np.inf])
    found = there_by([*some, Arrival(0.0, 0.0, ())], at)
    assert found[:-1] == pytest.approx(np.array([a.by(at) for a in some]).reshape(len(some), 5), abs=1e-15)
    assert not found[-1].any()


@settings(max_examples=40, deadline=None)
@given(takes, takes)
def test_median_and_mean_of_an_arrival(task, travel):
    found = arrival(Candidate(id="x", task=task, travel=travel))
    at = np.array([found.median_h() * (1 - 1e-6) - 1e-6, found.median_h() * (1 + 1e-6) + 1e-6])
    low, high = found.by(at)
    assert low <= 0.5 <= high
    steps = pieces([found])
    assert steps.hours @ (1 - found.by(steps.at_h)) == pytest.approx(found.mean_h(), rel=2e-6, abs=1e-6)


@given(chances, st.floats(0.001, 5), st.floats(0, 20), chances)
def test_silence_lowers_and_never_raises_the_chance(p, mean_h, silent_h, says_no):
    person = Candidate(id="x", p_come=p, silent_h=silent_h, answer_mean_h=mean_h, says_no=says_no)
    found = p_come(person)
    assert 0 <= found <= p + 1e-12
    assert found >= p_come(replace(person, silent_h=silent_h + 1)) - 1e-12
    if says_no == 1:
        assert found == pytest.approx(p), "where everybody answers, silence says nothing"


@settings(max_examples=25, deadline=None)
@given(crowds(), st.integers(0, 2), st.integers(0, 2), st.integers(0, 4))
def test_a_muster_never_contradicts_itself(people, a, b, heads):
    problem = MusterProblem(
        people=people, need={"a": a, "b": b}, heads=heads, times_h=(0.5, 2.0, 8.0), plan_waves=True,
        event=lambda t: np.exp(-t / 10), wave_every_h=0.5,
    )  # fmt: skip
    found = solve(problem)
    assert np.all(np.diff(found.p_heads, axis=0) >= -1e-12), "strength never falls"
    assert np.all(np.diff(found.p_heads, axis=1) <= 1e-12), "more are never likelier than fewer"
    assert np.all(np.diff(found.p_team) >= -1e-12)
    assert np.all(found.p_team_leaving >= found.p_team - 1e-9), "who breaks off a task is not later"
    assert np.all(found.p_team_called <= found.p_team + 1e-9)
    k = min(max(heads, a + b), len(people))
    assert np.all(found.p_team <= found.p_heads[:, k] + 1e-9), "a team is at least so many heads"
    assert found.status == ("infeasible" if found.missing else "optimal")
    assert sorted((*found.call_order, *(p.id for p in people if p.called))) == sorted(p.id for p in people)
    assert found.call_next == found.call_order[: len(found.call_next)]
    if problem.asks:
        assert 0 <= found.value <= found.bound <= 1
        assert found.p_before_event is not None
        assert found.p_before_event <= found.p_team[-1] + (1 - found.p_team[-1]) + 1e-9
    if found.ready_h is not None:
        at = np.array([found.ready_h * (1 + 1e-5) + 1e-6])
        there = np.array([arrival(person).by(at) for person in people])
        assert team_of([p.can for p in people], problem.need, heads, seed=0).p(there)[0] >= problem.target - 1e-4


def test_everybody_exponential_against_an_exponential_event():
    """The closed form: of M people each with rate mu, the next of M - i comes before the event with probability
    (M - i) mu / ((M - i) mu + lambda) (competing exponential clocks)."""
    people = tuple(Candidate(id=str(i), travel=Takes(mean_h=3.0)) for i in range(8))
    found = solve(MusterProblem(people=people, heads=5, event=lambda t: np.exp(-t / 5)))
    assert found.p_heads_before_event is not None
    product = 1.0
    for i in range(8):
        product *= (8 - i) / 3 / ((8 - i) / 3 + 1 / 5)
        assert found.p_heads_before_event[i + 1] == pytest.approx(product, rel=1e-10)
    assert found.p_before_event == pytest.approx(found.p_heads_before_event[5], rel=1e-12)


def test_an_event_that_may_never_come_or_has_jumps():
    person = (Candidate(id="x", p_come=0.8, travel=Takes(median_h=2.0)),)
    never = solve(MusterProblem(people=person, heads=1, event=lambda t: 0.7 + 0.3 * np.exp(-t)))
    assert never.p_before_event == pytest.approx(0.8 * (0.7 + 0.3 * math.exp(-2)), abs=1e-9)
    spans = solve(
        MusterProblem(
            people=person, heads=1, event=lambda t: 1 - np.clip(t, 0, 1) * 0.5 - np.clip(t - 1, 0, 9) / 18,
            event_kinks_h=(1.0, 10.0),
        )
    )  # fmt: skip
    assert spans.p_before_event == pytest.approx(0.8 * (0.5 - 1 / 18), abs=1e-9)


def test_a_common_cause_makes_all_or_nobody_likelier():
    """A turn-out that is itself uncertain: the mixture of the two binomial laws; those who answered are not bound."""
    people = tuple(Candidate(id=str(i), p_come=0.8) for i in range(12))
    found = solve(MusterProblem(people=people, heads=11, common=((0.3, 0.5), (0.7, 1.0))))
    mixed = 0.3 * stats.binom.sf(10, 12, 0.4) + 0.7 * stats.binom.sf(10, 12, 0.8)
    assert found.p_team[0] == pytest.approx(mixed)
    alone = solve(MusterProblem(people=tuple(replace(p, p_come=0.68) for p in people), heads=11))
    assert found.p_team[0] > alone.p_team[0], "many are likelier together than apart, at the same mean"
    assert found.p_come == pytest.approx(alone.p_come)
    known = tuple(replace(p, answered=True) for p in people)
    answered = solve(MusterProblem(people=known, heads=11, common=((0.3, 0.5), (0.7, 1.0))))
    assert answered.p_team[0] == pytest.approx(stats.binom.sf(10, 12, 0.8))


def test_mean_time_until_so_many_are_in():
    """Order statistics of exponential times: mean x the sum of 1/i from n - k + 1 to n."""
    people = tuple(Candidate(id=str(i), travel=Takes(mean_h=0.75)) for i in range(20))
    found = solve(MusterProblem(people=people))
    for k in (1, 5, 15, 20):
        assert found.mean_h_to[k] == pytest.approx(0.75 * sum(1 / i for i in range(21 - k, 21)), rel=1e-9)
    unsure = solve(MusterProblem(people=(*people[:2], replace(people[2], p_come=0.9))))
    assert np.isfinite(unsure.mean_h_to).tolist() == [True, True, True, False]


def test_whom_to_call_is_the_fewest_of_people_alike():
    """Fifteen of people who come with 0.5: 37 must be called for 90 % (binomial)."""
    people = tuple(Candidate(id=str(i), p_present=0.5) for i in range(60))
    found = solve(MusterProblem(people=people, heads=15))
    assert found.call_n == 37 == len(found.call_next)
    assert stats.binom.sf(14, 37, 0.5) >= 0.9 > stats.binom.sf(14, 36, 0.5)
    called = tuple(replace(p, called=True) if int(p.id) < 37 else p for p in people)
    after = solve(MusterProblem(people=called, heads=15))
    assert after.call_next == ()
    assert after.reaches
    assert after.p_team_called[0] == pytest.approx(stats.binom.sf(14, 37, 0.5))


def test_the_one_medic_is_called_before_the_tenth_searcher():
    searchers = tuple(Candidate(id=f"s{i}", can=("searcher",), p_present=0.9) for i in range(10))
    medic = Candidate(id="m", can=("medic",), p_present=0.5)
    found = solve(MusterProblem(people=(*searchers, medic), need={"searcher": 3, "medic": 1}, target=0.45))
    assert found.call_order.index("m") < 4
    assert found.reaches
    assert len(found.call_next) < 7
    last = solve(MusterProblem(people=(*searchers, replace(medic, last_resort=True)), need={"searcher": 3, "medic": 1}))
    assert last.call_order[-1] == "m"


def test_nobody_is_woken_in_vain():
    """Who cannot come in time, or can do nothing that is asked for, is not called for it."""
    medic = Candidate(id="m", can=("medic",), p_come=0.9, last_resort=True)
    useless = (
        Candidate(id="s", can=("searcher",)),
        Candidate(id="late", can=("medic",), travel=Takes(median_h=9.0)),
        Candidate(id="gone", can=("medic",), state=State.UNREACHABLE),
    )
    found = solve(MusterProblem(people=(*useless, medic), need={"medic": 1}, plan_waves=True, target=0.95))
    assert found.call_next == ("m",)
    assert [wave.people for wave in found.waves] == [("m",)]
    assert found.call_order[0] == "m"
    assert not found.reaches


def test_waves_wake_fewer_than_calling_everybody():
    """Eight, then six only where they fall short of six: 12.1 are called on average instead of 14 (binomial)."""
    people = tuple(Candidate(id=str(i), p_present=0.6) for i in range(14))
    waves = (tuple(map(str, range(8))), tuple(map(str, range(8, 14))))
    found = solve(MusterProblem(people=people, heads=6, waves=waves))
    first = stats.binom.sf(5, 8, 0.6)
    assert found.waves[0].p_team == pytest.approx(first)
    assert found.waves[1].p_needed == pytest.approx(1 - first)
    assert found.waves[1].p_team == pytest.approx(stats.binom.sf(5, 14, 0.6))
    assert found.expected_called == pytest.approx(8 + 6 * (1 - first))
    planned = solve(MusterProblem(people=people, heads=6, plan_waves=True, target=0.94))
    assert planned.expected_called is not None
    assert planned.expected_called < 12.1
    assert planned.waves[-1].p_team >= 0.94


def test_a_late_wave_comes_too_late():
    people = tuple(Candidate(id=str(i), p_come=0.6, travel=Takes(median_h=1.0)) for i in range(10))
    waves = (tuple("01234"), tuple("56789"))
    soon = solve(MusterProblem(people=people, heads=4, waves=waves, times_h=(2.0,), wave_every_h=0.5))
    late = solve(MusterProblem(people=people, heads=4, waves=waves, times_h=(2.0,), wave_every_h=1.5))
    assert soon.waves[1].p_team == pytest.approx(stats.binom.sf(3, 10, 0.6))
    assert late.waves[1].p_team == pytest.approx(stats.binom.sf(3, 5, 0.6))


def test_what_nobody_can_do_is_named():
    people = (Candidate(id="a", can=("searcher",)), Candidate(id="b", can=("searcher", "medic")))
    found = solve(MusterProblem(people=people, need={"searcher": 2, "medic": 1}))
    assert found.status == "infeasible"
    assert sum(found.missing.values()) == 1
    assert found.value == 0
    assert found.call_n is None
    assert any("stay empty" in line for line in found.why)
    assert missing(team_of([()], {}, 3, seed=0)) == {"": 2}


def test_a_tired_list_of_answers_changes_the_muster():
    person = Candidate(id="x", p_come=0.5, task=Takes(median_h=3.0), travel=Takes(median_h=1.0, gsd=1.5))
    yes = after_answer(person, read_answer("Y 40"), ago_h=10 / 60)
    assert (yes.p_come, yes.called) == (YES_COMES, True)
    assert arrival(yes).median_h() == pytest.approx(0.5)
    assert yes.travel.gsd == ETA_GSD
    assert arrival(after_answer(person, read_answer("N"))).p == 0
    later = after_answer(person, read_answer("N but available 3 hours from now"))
    assert arrival(later).median_h() == pytest.approx(4.0)
    assert not later.called
    here = after_answer(replace(person, state=State.TASK), read_answer("arrived"))
    assert arrival(here).by(np.zeros(1))[0] == 1
    assert after_answer(person, read_answer("L 60")).last_resort
    unread = after_answer(replace(person, silent_h=1.0, answer_mean_h=0.2), read_answer("banana"))
    assert p_come(unread) == 0.5, "who writes something is not silent"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"times_h": ()}, "times_h has 0 entries"),
        ({"times_h": (2.0, 1.0)}, "times_h is not in order"),
        ({"times_h": (math.nan,)}, "a time of nan h cannot be"),
        ({"times_h": (-1.0,)}, "a time of -1 h cannot be"),
        ({"heads": -1}, "heads is -1"),
        ({"need": {"medic": -2}}, "need asks for -2 of 'medic'"),
        ({"target": 1.0}, "target is 1"),
        ({"waves": (("nobody",),)}, "waves names 'nobody', who is not among the people"),
        ({"waves": (("a",), ("a",))}, "waves names 'a' twice"),
        ({"waves": ((),)}, "a wave of nobody"),
        ({"people": (Candidate(id="a"), Candidate(id="a"))}, "people has 'a' twice"),
        ({"wave_every_h": math.inf}, "wave_every_h is inf"),
        ({"need": {"": 1}}, "need has a role without a name"),
        ({"common": ((0.5, 1.0),)}, "the probabilities of common causes sum to 0.5"),
        ({"common": ((1.0, 2.0),)}, "a common cause has the factor 2"),
    ],
)
def test_what_cannot_be_is_said(change, words):
    with pytest.raises(BadInput, match=words):
        replace(MusterProblem(people=(Candidate(id="a"),)), **change)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Candidate(id="a", p_come=1.2), "'a' has a p_come of 1.2"),
        (lambda: Candidate(id="a", p_present=math.nan), "'a' has a p_present of nan"),
        (lambda: Candidate(id="a", wake_h=-1), "'a' has a wake_h of -1"),
        (lambda: Candidate(id="a", answer_mean_h=0.0), "answer_mean_h of 0"),
        (lambda: Takes(median_h=-1), "a time of -1 h"),
        (lambda: Takes(median_h=1, gsd=0.5), "deviation of 0.5 cannot be"),
        (lambda: Takes(mean_h=math.inf), "a mean of inf h"),
    ],
)
def test_people_who_cannot_be(make, words):
    with pytest.raises(BadInput, match=words):
        make()
