"""Who is on duty in which operational period, over days: a roster that keeps everybody's limits.

Limits bind: periods that cannot follow one another, hours in all, days on duty in a row, days off in a row, weekends,
days off that were granted. Wishes, and periods with too few or too many on duty, cost. The programme is that of the
shift scheduling benchmark (Curtois & Qu 2014, Computational results on new staff scheduling benchmark instances),
proven by SciPy's HiGHS.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from homeward.errors import BadInput

WEEK, SATURDAY, SUNDAY = 7, 5, 6
_INFEASIBLE = 2  # as SciPy's milp says it
Term = tuple[int, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A kind of operational period: how long it is, and which may not follow it on the next day."""

    id: str
    length_h: float
    never_before: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """Somebody's limits. `most` is how many of each period (left out: any); runs are days in a row.

    A run that goes over the edge of the roster counts as long enough.
    """

    id: str
    most: Mapping[str, int] = field(default_factory=dict)
    max_hours_h: float = float("inf")
    min_hours_h: float = 0.0
    max_run: int = 7
    min_run: int = 1
    min_days_off: int = 1
    max_weekends: int = 1000
    days_off: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """That somebody is on duty then (`on`) or is not; what it costs if that is not so."""

    worker: str
    day: int
    period: str
    on: bool
    cost: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """How many are needed on duty; what each one too few and each one too many costs."""

    day: int
    period: str
    n: int
    under: float
    over: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterProblem:
    """Days 0 to `days` - 1; `monday` is the first of them that is a Monday, 0 to 6."""

    days: int
    periods: tuple[Period, ...]
    workers: tuple[Worker, ...]
    demands: tuple[Demand, ...]
    wishes: tuple[Wish, ...] = ()
    monday: int = 0

    def __post_init__(self) -> None:
        """Raises `BadInput` for names and days that are not there, and for what is asked for twice."""
        periods, workers = {p.id for p in self.periods}, {w.id for w in self.workers}
        if self.days < 1 or not periods or not workers:
            raise BadInput("A roster needs a day, a period and somebody on it. Give at least one of each.")
        if not 0 <= self.monday < WEEK:
            raise BadInput(f"monday is {self.monday}. Give the first day that is a Monday, 0 to 6.")
        _check_days(self)
        asked: tuple[Demand | Wish, ...] = (*self.demands, *self.wishes)
        for item in asked:
            if item.period not in periods or not 0 <= item.day < self.days:
                raise BadInput(f"There is no period {item.period!r} on day {item.day} of {self.days}. Mend it.")
        for wish in self.wishes:
            if wish.worker not in workers:
                raise BadInput(f"{wish.worker!r} has a wish and is not on the roster. Add them, or leave it out.")


def _check_days(problem: RosterProblem) -> None:
    for worker in problem.workers:
        for day in sorted(worker.days_off):
            if not 0 <= day < problem.days:
                raise BadInput(f"{worker.id} is off on day {day}, and the days are 0 to {problem.days - 1}. Mend it.")
    twice = Counter((d.day, d.period) for d in problem.demands)
    for (day, period), times in twice.items():
        if times > 1:
            raise BadInput(f"Day {day}, period {period!r}, is asked for {times} times. Ask once, with one number.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """`duty[worker]` is the period of each day (None: off). `value` is the cost, `bound` a proven lower bound.

    `short` are demands with too few on duty, and by how many.
    """

    status: Literal["optimal", "feasible", "infeasible"]
    duty: Mapping[str, tuple[str | None, ...]]
    value: float
    bound: float
    short: tuple[tuple[Demand, int], ...]
    why: tuple[str, ...]
    elapsed_s: float


class _Programme:
    """Rows and columns of a mixed-integer programme as they come."""

    def __init__(self, columns: int) -> None:
        self.cost = np.zeros(columns)
        self.upper = np.ones(columns)
        self.terms: list[tuple[int, int, float]] = []
        self.low: list[float] = []
        self.high: list[float] = []

    def row(self, terms: Iterable[Term], low: float, high: float) -> None:
        self.terms += [(len(self.low), column, factor) for column, factor in terms]
        self.low.append(low)
        self.high.append(high)


def solve_roster(problem: RosterProblem, *, time_limit_s: float = 60.0) -> Roster:
    """The cheapest roster that keeps every limit, or status "infeasible" with nobody on duty."""
    began_s = time.perf_counter()
    workers, days, periods = len(problem.workers), problem.days, len(problem.periods)
    duties = workers * days * periods
    weeks = _week(problem, days - 1) + 1
    columns = duties + workers * weeks + 2 * len(problem.demands)
    on = np.arange(duties).reshape(workers, days, periods)
    weekend = duties + np.arange(workers * weeks).reshape(workers, weeks)
    programme = _Programme(columns)
    for i, worker in enumerate(problem.workers):
        _limits(programme, problem, worker, on[i])
        _weekends(programme, problem, worker, on[i], weekend[i])
    programme.upper[duties + workers * weeks :] = workers + max((d.n for d in problem.demands), default=0)
    constant = _demands(programme, problem, on, duties + workers * weeks) + _wishes(programme, problem, on)
    rows, cols, factors = zip(*programme.terms, strict=True) if programme.terms else ((), (), ())
    table = coo_array((factors, (rows, cols)), shape=(len(programme.low), columns)).tocsr()
    found = milp(
        programme.cost,
        integrality=(np.arange(columns) < duties).astype(np.int64),
        bounds=Bounds(0, programme.upper),
        constraints=LinearConstraint(table, programme.low, programme.high),
        options={"time_limit": max(time_limit_s, 0.01), "mip_rel_gap": 0.0},
    )
    return _roster(problem, found, on, constant, time.perf_counter() - began_s)


def _limits(programme: _Programme, problem: RosterProblem, worker: Worker, on: np.ndarray) -> None:
    """What one person can do; `on` is (days, periods)."""
    days = len(on)
    for day in range(days):
        programme.row(_sum(on[day]), 0, 0 if day in worker.days_off else 1)
    for s, period in enumerate(problem.periods):
        programme.row(_sum(on[:, s]), 0, worker.most.get(period.id, days))
        after = [t for t, other in enumerate(problem.periods) if other.id in period.never_before]
        for day in range(days - 1 if after else 0):
            programme.row([*_sum(on[day, [s]]), *_sum(on[day + 1, after])], 0, 1)
    hours = [(int(c), p.length_h) for s, p in enumerate(problem.periods) for c in on[:, s]]
    programme.row(hours, worker.min_hours_h, worker.max_hours_h)
    for day in range(days - worker.max_run):
        programme.row(_sum(on[day : day + worker.max_run + 1]), 0, worker.max_run)
    for n, first, last, sign in _broken_runs(days, worker):
        edges = [*_sum(on[first], sign), *_sum(on[last], sign)]
        programme.row([*edges, *_sum(on[first + 1 : last], -sign)], 1 - n if sign > 0 else -1, np.inf)


def _broken_runs(days: int, worker: Worker) -> Iterator[tuple[int, int, int, float]]:
    """Each run of `n` days between `first` and `last` that is too short: on duty (+1) or off (-1)."""
    for shortest, sign in ((worker.min_run, 1.0), (worker.min_days_off, -1.0)):
        for n in range(1, shortest):
            for first in range(days - n - 1):
                yield n, first, first + n + 1, sign


def _weekends(
    programme: _Programme, problem: RosterProblem, worker: Worker, on: np.ndarray, weekend: np.ndarray
) -> None:
    for day in range(len(on)):
        of_week = (day - problem.monday) % WEEK
        if of_week in (SATURDAY, SUNDAY):
            week = int(weekend[_week(problem, day)])
            programme.row([*_sum(on[day]), (week, -1.0)], -np.inf, 0)
    programme.row(_sum(weekend), 0, worker.max_weekends)


def _week(problem: RosterProblem, day: int) -> int:
    """The number of the week, Monday to Sunday, that a day is in; the days before the first Monday are week 0."""
    return (day - problem.monday) // WEEK + 1


def _demands(programme: _Programme, problem: RosterProblem, on: np.ndarray, first: int) -> float:
    number = {p.id: s for s, p in enumerate(problem.periods)}
    for k, demand in enumerate(problem.demands):
        under, over = first + 2 * k, first + 2 * k + 1
        programme.cost[[under, over]] = demand.under, demand.over
        there = _sum(on[:, demand.day, number[demand.period]])
        programme.row([*there, (under, 1.0), (over, -1.0)], demand.n, demand.n)
    return 0.0


def _wishes(programme: _Programme, problem: RosterProblem, on: np.ndarray) -> float:
    """A wish to be on duty costs unless it is so: a constant, less what being there earns."""
    constant = 0.0
    who = {w.id: i for i, w in enumerate(problem.workers)}
    number = {p.id: s for s, p in enumerate(problem.periods)}
    for wish in problem.wishes:
        column = on[who[wish.worker], wish.day, number[wish.period]]
        programme.cost[column] += -wish.cost if wish.on else wish.cost
        constant += wish.cost if wish.on else 0.0
    return constant


def _sum(columns: np.ndarray, factor: float = 1.0) -> list[Term]:
    return [(int(c), factor) for c in np.ravel(columns)]


def _roster(problem: RosterProblem, found: Any, on: np.ndarray, constant: float, elapsed_s: float) -> Roster:
    if found.x is None:
        if found.status != _INFEASIBLE:
            raise BadInput(f"No roster was found in {elapsed_s:.0f} s. Give more time, or fewer days.")
        why = (f"No roster keeps every limit: {_contradiction(problem)}.",)
        return Roster(status="infeasible", duty={}, value=0.0, bound=0.0, short=(), why=why, elapsed_s=elapsed_s)
    there = found.x[on] > 0.5
    duty = {
        worker.id: tuple(problem.periods[int(row.argmax())].id if row.any() else None for row in there[i])
        for i, worker in enumerate(problem.workers)
    }
    value = cost(problem, duty)
    bound = min(value, float(found.mip_dual_bound) + constant)
    if all(float(c).is_integer() for c in _costs(problem)):
        bound = float(np.ceil(bound - 1e-6))
    short = tuple((d, d.n - n) for d, n in _on_duty(problem, duty) if n < d.n)
    return Roster(
        status="optimal" if bound >= value - 1e-6 else "feasible",
        duty=duty,
        value=value,
        bound=bound,
        short=short,
        why=_why(value, bound, short),
        elapsed_s=elapsed_s,
    )


def _why(value: float, bound: float, short: tuple[tuple[Demand, int], ...]) -> tuple[str, ...]:
    proven = "proven the least" if bound >= value - 1e-6 else f"and none costs less than {bound:g}"
    said = [f"The roster costs {value:g}, {proven}."]
    said += [f"Day {d.day}, {d.period}: {n} of {d.n} {'is' if n == 1 else 'are'} missing." for d, n in short]
    return tuple(said)


def _contradiction(problem: RosterProblem) -> str:
    """Whose limits cannot all hold, tried one by one; no demand binds, so that somebody's own must be to blame."""
    names = []
    for worker in problem.workers:
        try:
            alone = (
                solve_roster(replace(problem, workers=(worker,), demands=(), wishes=()))
                if len(problem.workers) > 1
                else None
            )
        except BadInput:
            continue
        if alone is None or alone.status == "infeasible":
            names.append(worker.id)
    return f"the limits of {', '.join(names)} contradict each other"


def _costs(problem: RosterProblem) -> Iterator[float]:
    yield from (wish.cost for wish in problem.wishes)
    for demand in problem.demands:
        yield from (demand.under, demand.over)


def _on_duty(problem: RosterProblem, duty: Mapping[str, tuple[str | None, ...]]) -> Iterator[tuple[Demand, int]]:
    for demand in problem.demands:
        yield demand, sum(days[demand.day] == demand.period for days in duty.values())


def cost(problem: RosterProblem, duty: Mapping[str, tuple[str | None, ...]]) -> float:
    """What a roster costs: wishes that are not met, and too few or too many on duty."""
    unmet = sum(w.cost for w in problem.wishes if (duty[w.worker][w.day] == w.period) != w.on)
    uneven = sum(max(d.n - n, 0) * d.under + max(n - d.n, 0) * d.over for d, n in _on_duty(problem, duty))
    return float(unmet + uneven)
