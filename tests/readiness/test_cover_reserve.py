"""Standing teams and a reserve, against every plan there is."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations_with_replacement, product
from typing import Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.errors import BadInput
from homeward.readiness.cover.records import Crew, ReserveProblem
from homeward.readiness.cover.reserve import plan_reserve

Plan = list[tuple[int, int | None, int | None]]
LINE_H = np.abs(np.subtract.outer(np.arange(5.0), np.arange(5.0)))
FIVE = ReserveProblem(
    values=np.array([[10.0], [9.0], [7.0], [5.0], [3.0]]), travel_h=LINE_H, crews=(Crew(standing=2, reserve=1),)
)


@st.composite
def problems(draw: st.DrawFn) -> ReserveProblem:
    targets, ways, bases = draw(st.integers(1, 4)), draw(st.integers(1, 2)), draw(st.integers(1, 3))
    number = st.integers(0, 9).map(float)
    table = st.lists(st.lists(number, min_size=ways, max_size=ways), min_size=targets, max_size=targets)
    values = np.array(draw(table))
    travel = draw(
        st.lists(st.lists(st.floats(0, 6), min_size=targets, max_size=targets), min_size=bases, max_size=bases)
    )
    crews = tuple(
        Crew(
            name=f"crew {k}",
            can=draw(st.sampled_from([None, (0,), (ways - 1,)])),
            standing=draw(st.integers(0, 1)),
            reserve=draw(st.integers(0, 1)),
            either=draw(st.integers(0, 1)),
            travel_factor=draw(st.sampled_from([1.0, 0.5])),
        )
        for k in range(draw(st.integers(1, 2)))
    )
    doubt = draw(st.booleans())
    return ReserveProblem(
        values=values,
        travel_h=np.array(travel),
        crews=crews,
        aim=draw(st.sampled_from(["worst", "expected"])),
        values_high=values + np.array(draw(table)) if doubt else None,
        budget=draw(st.sampled_from([None, 1.0, 1.5])) if doubt else None,
    )


def plans(problem: ReserveProblem) -> list[Plan]:
    """Every plan: for each team its crew, the target where it stands, the base where it waits."""
    places: list[list[tuple[tuple[int, int | None, int | None], ...]]] = []
    for k, crew in enumerate(problem.crews):
        stand = [(k, i, None) for i in range(len(problem.values))]
        wait = [(k, None, b) for b in range(len(problem.travel_h))]
        for n, some in ((crew.standing, stand), (crew.reserve, wait), (crew.either, stand + wait)):
            places.append(list(combinations_with_replacement(some, n)))
    return [[team for part in plan for team in part] for plan in product(*places)]


def losses(problem: ReserveProblem, plan: Plan) -> tuple[float, float]:
    """The worst and the mean loss, added up target by target."""
    high = problem.values if problem.values_high is None else problem.values_high
    total = problem.values.sum()
    worst, mean, extra = 0.0, 0.0, list[float]()
    for i, w in np.ndindex(*problem.values.shape):
        v = float(problem.values[i, w])
        share = 1.0
        for k, at, base in plan:
            crew = problem.crews[k]
            if crew.can is not None and w not in crew.can:
                continue
            if at == i:
                share = 0.0
            elif base is not None:
                share = min(share, problem.loss_per_h * crew.travel_factor * float(problem.travel_h[base, i]))
        worst = max(worst, share * float(high[i, w]))
        chance = v / total if total else 0.0
        mean += chance * v * share
        extra.append(chance * (float(high[i, w]) - v) * share)
    budget = len(extra) if problem.budget is None else problem.budget
    ranked = sorted(extra, reverse=True)
    whole = int(budget)
    mean += sum(ranked[:whole]) + (budget - whole) * (ranked[whole] if whole < len(ranked) else 0.0)
    return worst, mean


@settings(max_examples=60)
@given(problems())
def test_no_other_plan_loses_less(problem: ReserveProblem) -> None:
    found = plan_reserve(problem)
    known = [losses(problem, plan) for plan in plans(problem)]
    aim = 0 if problem.aim == "worst" else 1
    best = min(k[aim] for k in known)
    assert found.value == pytest.approx(best, abs=1e-6)
    assert found.bound <= best + 1e-6
    assert found.status == "optimal"
    if problem.aim == "worst":
        second = min(k[1] for k in known if k[0] <= best + 1e-9)
        assert found.expected_loss == pytest.approx(second, abs=1e-6)
    told: Plan = [(k, i, None) for k, i in found.standing_at]
    told += [(k, None, b) for k, b in found.reserve_at]
    assert losses(problem, told) == pytest.approx((found.worst_loss, found.expected_loss), abs=1e-9)


@settings(max_examples=30)
@given(problems())
def test_a_free_choice_is_never_worse_than_no_reserve_and_a_team_more_never_costs(problem: ReserveProblem) -> None:
    free = replace(problem, crews=tuple(replace(c, standing=0, reserve=0, either=c.either + 1) for c in problem.crews))
    found = plan_reserve(free)
    assert found.value <= found.without_reserve + 1e-6
    assert found.one_more is not None
    assert found.one_less is not None
    assert found.one_more <= found.value + 1e-6 <= found.one_less + 2e-6


@settings(max_examples=30)
@given(problems())
def test_each_team_is_somewhere_and_does_what_it_may(problem: ReserveProblem) -> None:
    found = plan_reserve(problem, prices=False)
    for k, crew in enumerate(problem.crews):
        stands = sum(c == k for c, _ in found.standing_at)
        waits = sum(c == k for c, _ in found.reserve_at)
        assert stands <= crew.standing + crew.either
        assert waits <= crew.reserve + crew.either
        assert stands + waits <= crew.standing + crew.reserve + crew.either
    for answer in found.answers:
        if answer.crew is not None:
            can = problem.crews[answer.crew].can
            assert can is None or answer.way in can


def test_a_reserve_beats_a_third_fixed_team() -> None:
    """Worked by hand: stand at the two dearest, wait at the third; of 50 plans none loses less than 1.5."""
    found = plan_reserve(FIVE)
    assert (found.value, found.standing_at, found.reserve_at) == (1.5, ((0, 0), (0, 1)), ((0, 2),))
    assert found.without_reserve == 5.0
    assert found.worst is not None
    assert (found.worst.target, found.worst.base, found.worst.hours) == (4, 2, 2.0)
    mean = plan_reserve(replace(FIVE, aim="expected"))
    assert mean.value == pytest.approx(10.75 / 34)


def test_who_can_guard_records_alone_guards_no_people() -> None:
    values = np.array([[4.0, 9.0]])
    problem = ReserveProblem(values=values, travel_h=np.zeros((1, 1)), crews=(Crew(can=(1,), standing=1),))
    found = plan_reserve(problem)
    assert found.value == 4.0
    assert [a.crew for a in found.answers] == [None, 0]


def test_a_small_loss_is_proven_too() -> None:
    """The solver's own gap is 1e-6, whatever the losses are."""
    values = np.array([[2.0], [0.0], [1.0]])
    hours = np.array([[1.0, 0.0, 2.0], [4.0, 0.0, 6.0]])
    crews = (Crew(reserve=1, travel_factor=0.5),)
    found = plan_reserve(ReserveProblem(values=values, travel_h=hours, crews=crews, aim="expected"))
    assert (found.status, found.value, found.bound) == ("optimal", 0.25, 0.25)


def test_where_nobody_can_come_all_is_lost() -> None:
    problem = replace(FIVE, travel_h=np.where(np.eye(5) > 0, 0.0, np.inf), crews=(Crew(reserve=1),))
    assert plan_reserve(problem).value == 9.0
    assert plan_reserve(replace(problem, crews=())).value == 10.0


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"values": np.array([[-1.0]] * 5)}, "values holds"),
        ({"travel_h": LINE_H[:, :3]}, "a column for each target"),
        ({"travel_h": -LINE_H}, "travel_h holds"),
        ({"loss_per_h": -1.0}, "loss_per_h"),
        ({"chance": np.zeros((5, 1))}, "chance is 0"),
        ({"values_high": np.zeros((5, 1))}, "values_high is not"),
        ({"budget": -1.0}, "budget is -1"),
        ({"crews": (Crew(standing=-1),)}, "standing is -1"),
        ({"crews": (Crew(travel_factor=0.0),)}, "travel_factor"),
    ],
)
def test_what_cannot_be_is_refused(changed: dict[str, object], said: str) -> None:
    whole = {name: getattr(FIVE, name) for name in ("values", "travel_h", "crews")}
    with pytest.raises(BadInput, match=said):
        ReserveProblem(**{**whole, **changed})


@pytest.mark.parametrize("aim", ["worst", "expected"])
def test_without_time_there_is_still_a_plan_and_a_bound_that_holds(aim: Literal["worst", "expected"]) -> None:
    rng = np.random.default_rng(0)
    problem = ReserveProblem(
        values=rng.uniform(1, 9, (12, 1)), travel_h=rng.uniform(0, 3, (12, 12)), crews=(Crew(either=4),), aim=aim
    )
    late, best = plan_reserve(problem, prices=False, time_limit_s=1e-9), plan_reserve(problem)
    assert len(late.standing_at) + len(late.reserve_at) > 0
    assert late.bound <= best.value <= late.value < best.without_reserve


@pytest.mark.parametrize("aim", ["worst", "expected"])
@pytest.mark.parametrize("limit_s", [1e-9, 0.02])
def test_without_time_it_is_no_worse_than_one_team_after_another(
    aim: Literal["worst", "expected"], limit_s: float
) -> None:
    rng = np.random.default_rng(3)
    values = rng.uniform(1, 9, (14, 1))
    problem = ReserveProblem(
        values=values, travel_h=rng.uniform(0, 4, (14, 14)), crews=(Crew(either=5),), aim=aim, values_high=values * 1.5
    )
    found = plan_reserve(problem, time_limit_s=limit_s)
    dearest = (values * 1.5 if aim == "worst" else values * values * 1.5 / values.sum())[:, 0]
    stand = np.sort(dearest)[:-5]
    assert found.value <= (stand.max() if aim == "worst" else stand.sum()) + 1e-9
    assert found.one_more is not None
    assert found.one_less is not None
    assert found.one_more <= found.value <= min(found.one_less, found.without_reserve)
