"""Rosters: every limit is kept, nothing cheaper exists, and the published optimum of a benchmark is proven."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby, pairwise, product
from pathlib import Path
from typing import Any

import pytest
from bench._rosters import read_roster
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.errors import BadInput
from homeward.team.roster import Demand, Period, RosterProblem, Wish, Worker, cost, solve_roster

DAY = Period(id="D", length_h=8.0)
NIGHT = Period(id="N", length_h=10.0, never_before=frozenset({"D"}))
DAYS = 7
Duty = tuple[str | None, ...]


def kept(worker: Worker, duty: Duty) -> bool:
    """Whether a row of a roster keeps the limits, said plainly."""
    hours = sum({"D": 8.0, "N": 10.0}[p] for p in duty if p)
    runs = [(on, len(list(run))) for on, run in groupby(p is not None for p in duty)]
    inner = runs[1:-1]
    weekends = bool(duty[5] or duty[6])
    return (
        all(not duty[d] for d in worker.days_off)
        and ("N", "D") not in list(pairwise(duty))
        and all(duty.count(p) <= most for p, most in worker.most.items())
        and worker.min_hours_h <= hours <= worker.max_hours_h
        and all(n <= worker.max_run for on, n in runs if on)
        and all(n >= (worker.min_run if on else worker.min_days_off) for on, n in inner)
        and weekends <= worker.max_weekends
    )


@st.composite
def workers(draw: st.DrawFn, name: str) -> Worker:
    return Worker(
        id=name,
        most={"N": draw(st.integers(0, 3))},
        min_hours_h=draw(st.sampled_from((0.0, 16.0))),
        max_hours_h=draw(st.sampled_from((26.0, 40.0))),
        max_run=draw(st.integers(2, 4)),
        min_run=draw(st.integers(1, 3)),
        min_days_off=draw(st.integers(1, 2)),
        max_weekends=draw(st.integers(0, 1)),
        days_off=draw(st.frozensets(st.integers(0, 6), max_size=2)),
    )


demands = st.lists(
    st.builds(
        Demand,
        day=st.integers(0, 6),
        period=st.sampled_from(("D", "N")),
        n=st.integers(0, 2),
        under=st.integers(1, 9).map(float),
        over=st.integers(0, 3).map(float),
    ),
    max_size=6,
    unique_by=lambda d: (d.day, d.period),
)
wishes = st.lists(
    st.builds(
        Wish,
        worker=st.just("A"),
        day=st.integers(0, 6),
        period=st.sampled_from(("D", "N")),
        on=st.booleans(),
        cost=st.integers(1, 5).map(float),
    ),
    max_size=4,
)


@given(workers("A"), demands, wishes)
@settings(max_examples=40)
def test_nothing_that_keeps_the_limits_is_cheaper(worker: Worker, asked: list[Demand], wished: list[Wish]) -> None:
    problem = RosterProblem(
        days=DAYS, periods=(DAY, NIGHT), workers=(worker,), demands=tuple(asked), wishes=tuple(wished)
    )
    found = solve_roster(problem)
    every = [duty for duty in product((None, "D", "N"), repeat=DAYS) if kept(worker, duty)]
    if not every:
        assert found.status == "infeasible"
        return
    assert found.status == "optimal"
    assert kept(worker, found.duty["A"])
    assert found.value == cost(problem, found.duty) == min(cost(problem, {"A": duty}) for duty in every)


def test_too_few_on_duty_are_named() -> None:
    alone = Worker(id="A", days_off=frozenset({2}))
    asked = tuple(Demand(day=d, period="D", n=1, under=10, over=1) for d in range(DAYS))
    found = solve_roster(RosterProblem(days=DAYS, periods=(DAY,), workers=(alone,), demands=asked))
    assert found.value == 10
    assert found.short == ((asked[2], 1),)


def test_a_weekend_counts_once_wherever_the_roster_begins() -> None:
    asked = tuple(Demand(day=d, period="D", n=1, under=10, over=1) for d in (0, 1, 7, 8))
    once = Worker(id="A", max_weekends=1)
    problem = RosterProblem(days=9, periods=(DAY,), workers=(once,), demands=asked, monday=2)
    assert solve_roster(problem).value == 20
    assert solve_roster(replace(problem, workers=(replace(once, max_weekends=2),))).value == 0


@pytest.mark.parametrize("monday", range(7))
@pytest.mark.parametrize("days", [9, 15])
def test_a_weekend_is_one_saturday_and_the_sunday_after_it(monday: int, days: int) -> None:
    """With one weekend allowed, the dearest one is kept and all others are short; a Sunday at the start is one."""
    weekends: dict[int, list[int]] = {}
    for day in range(days):
        of_week = (day - monday) % 7
        if of_week >= 5:
            weekends.setdefault(day - of_week, []).append(day)
    asked = tuple(
        Demand(day=day, period="D", n=1, under=float(10 + k), over=1)
        for k, some in enumerate(weekends.values())
        for day in some
    )
    one = Worker(id="A", max_weekends=1, max_run=days)
    found = solve_roster(RosterProblem(days=days, periods=(DAY,), workers=(one,), demands=asked, monday=monday))
    worth = [sum(10.0 + k for _ in some) for k, some in enumerate(weekends.values())]
    assert (found.status, found.value) == ("optimal", sum(worth) - max(worth))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"workers": (Worker(id="A", days_off=frozenset({99})),)}, "A is off on day 99, and the days are 0 to 6"),
        ({"demands": (Demand(day=1, period="D", n=1, under=1, over=1),) * 2}, "Day 1, period 'D', is asked for 2"),
        ({"monday": 7}, "monday is 7"),
    ],
)
def test_slips_are_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        RosterProblem(**{"days": 7, "periods": (DAY,), "workers": (Worker(id="A"),), "demands": (), **change})


def test_a_day_that_is_not_there_is_refused() -> None:
    with pytest.raises(BadInput, match="no period 'D' on day 9 of 7"):
        RosterProblem(
            days=7,
            periods=(DAY,),
            workers=(Worker(id="A"),),
            demands=(Demand(day=9, period="D", n=1, under=1, over=1),),
        )


@pytest.mark.shared
def test_the_published_optimum_is_proven(shared: Path) -> None:
    """607: the best known value of Instance1 (Curtois & Qu 2014)."""
    found = solve_roster(read_roster(shared / "readiness" / "bench" / "nrp_Instance1.txt"))
    assert (found.status, found.value) == ("optimal", 607)
