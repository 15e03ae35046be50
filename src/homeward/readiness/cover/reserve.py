"""Standing teams and a reserve that sets out once it is seen what is hit: the least worst loss, or the least mean.

Two stages: first who stands at which target and who waits where, then, a target being hit in some way, the best answer
there is: a standing team that can guard it, else the reserve that can and is soonest there. The worst loss is found by
bisection over the losses that can occur, each step a covering programme; the mean by a mixed-integer programme in which
values may be high within a budget (Bertsimas & Sim 2004, Operations Research 52(1), 35-53). SciPy's HiGHS proves both.
"""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint
from scipy.sparse import csr_array, hstack, vstack

from homeward.readiness.cover.crews import first_of, like_together, with_names
from homeward.readiness.cover.records import Answered, Crew, Ints, ReservePlan, ReserveProblem
from homeward.readiness.cover.reserve_terms import (
    CLOSE,
    Terms,
    chance_of,
    helps_of,
    losses_of,
    mean_loss,
    means_of,
    options_of,
    rows_of_teams,
    shares_of,
    size_of,
    split_of,
    terms_of,
)
from homeward.readiness.cover.watch import Levels, Watch, programme, turns

_LEAST_S = 0.05


def plan_reserve(
    problem: ReserveProblem, *, prices: bool = True, time_limit_s: float = 60.0, watch: Watch | None = None
) -> ReservePlan:
    """Who stands, who waits where, what is lost at worst and on average, and what the reserve is worth.

    `value` is the loss that is the aim, `bound` below it; of plans with equal worst loss the one with the least mean.
    Where the time ends first and fewer teams, or all standing, lose less than what was found, that is the plan; where
    `watch` is stopped, the best so far.
    """
    until, watch = perf_counter() + time_limit_s, watch or Watch()
    named, problem = problem.crews, replace(problem, crews=like_together(problem.crews))
    found = _solved(problem, time_limit_s=time_limit_s, watch=watch)
    if prices and not watch.stopped:
        with watch.until_stopped():
            return _priced(problem, found, named, until=until)
    return with_names(found, problem.crews, named)


def _priced(problem: ReserveProblem, found: ReservePlan, named: tuple[Crew, ...], *, until: float) -> ReservePlan:
    """The plan with what the reserve is worth, and a team more and a team less."""

    def other(crews: tuple[Crew, ...]) -> ReservePlan:
        left_s = max(_LEAST_S, until - perf_counter())
        return _solved(replace(problem, crews=crews), time_limit_s=left_s, watch=Watch(), second=False)

    stand = other(tuple(replace(c, standing=size_of(c), reserve=0, either=0) for c in problem.crews))
    more, fewer = [other(c) for c in _one_more(problem.crews)], [other(c) for c in _one_less(problem.crews)]
    may_be = [found, *fewer, *([] if any(c.reserve for c in problem.crews) else [stand])]
    best = found if found.status == "optimal" else min(may_be, key=lambda p: p.value)
    if best is not found:
        best = replace(best, **_settled(best.value, found.bound))
    dearest = min(range(len(more)), key=lambda k: more[k].value, default=None)
    return replace(
        with_names(best, problem.crews, named),
        without_reserve=stand.value,
        one_more=None if dearest is None else min(best.value, more[dearest].value),
        one_more_crew=None if dearest is None else first_of(problem.crews[dearest], named),
        one_less=min((p.value for p in fewer), default=None),
        prices_proven=all(p.status == "optimal" for p in (stand, *more, *fewer)),
    )


def _one_more(crews: tuple[Crew, ...]) -> list[tuple[Crew, ...]]:
    """The crews with one team more that may do either, of each kind there is."""
    return [(*crews[:k], replace(crew, either=crew.either + 1), *crews[k + 1 :]) for k, crew in enumerate(crews)]


def _one_less(crews: tuple[Crew, ...]) -> list[tuple[Crew, ...]]:
    """The crews with one team less, every way there is."""
    return [
        (*crews[:k], replace(crew, **{kind: getattr(crew, kind) - 1}), *crews[k + 1 :])
        for k, crew in enumerate(crews)
        for kind in ("standing", "reserve", "either")
        if getattr(crew, kind) > 0
    ]


def _solved(problem: ReserveProblem, *, time_limit_s: float, watch: Watch, second: bool = True) -> ReservePlan:
    terms = terms_of(problem)
    begun = perf_counter()
    if len(terms.target) == 0 or sum(map(size_of, problem.crews)) == 0:
        return _planned(terms, np.zeros(terms.n_teams, np.int64), np.inf)
    teams = _one_by_one(terms)
    if problem.aim == "expected":
        return _planned(terms, *_least_mean(terms, teams, np.inf, time_limit_s=time_limit_s, watch=watch))
    teams, bound = _least_worst(terms, teams, time_limit_s=time_limit_s, watch=watch)
    if second and not watch.stopped:
        left_s = max(_LEAST_S, time_limit_s - (perf_counter() - begun))
        limit = float(losses_of(terms, teams).max(initial=0.0))
        finer, _ = _least_mean(terms, teams, limit, time_limit_s=left_s, watch=watch)
        teams = _better(terms, teams, finer)
    return _planned(terms, teams, bound)


def _least_worst(terms: Terms, teams: Ints, *, time_limit_s: float, watch: Watch) -> tuple[Ints, float]:
    """Teams with the least worst loss, at worst those given, and a bound below it."""
    levels = np.unique(np.concatenate([[0.0], terms.value, (terms.share * terms.value).ravel()]))
    best, worst = teams, float(losses_of(terms, teams).max(initial=0.0))
    left = Levels(0, int(np.searchsorted(levels, worst * (1 - CLOSE * 1e-3))) - 1)

    def look(level: int, try_s: float) -> bool | None:
        nonlocal best, worst
        found, sure = _within(terms, float(levels[level]), try_s)
        if found is None:
            return False if sure else None
        lost = float(losses_of(terms, found).max(initial=0.0))
        left.high = min(level, int(np.searchsorted(levels, lost * (1 - CLOSE * 1e-3)))) - 1
        best, worst = (found, lost) if lost <= worst else (best, worst)
        return True

    def bound() -> float:
        return min(worst, float(levels[min(left.first, len(levels) - 1)]))

    with watch.until_stopped():
        for _ in left.settle(look, until=perf_counter() + time_limit_s):
            watch.tell(worst, bound())
        watch.tell(worst, bound())
    return best, bound()


def _within(terms: Terms, limit: float, time_limit_s: float) -> tuple[Ints | None, bool]:
    """Teams that keep every loss within `limit` (None: none were found), and whether that is sure."""
    rows, most = rows_of_teams(terms)
    needed = terms.value > limit * (1 + CLOSE * 1e-3)
    helps = helps_of(terms, limit)[needed]
    n = int(needed.sum())
    found = programme(
        np.append(np.full(terms.n_teams, 1e-6), np.ones(n)),  # what cannot be kept within the level costs one
        integrality=np.append(np.ones(terms.n_teams, dtype=np.int64), np.zeros(n, dtype=np.int64)),
        bounds=Bounds(0, np.append(np.full(terms.n_teams, np.inf), np.ones(n))),
        constraints=LinearConstraint(
            vstack([hstack([rows, csr_array((rows.shape[0], n))]), hstack([helps, csr_array(np.eye(n))])]),
            np.append(np.full(len(most), -np.inf), np.ones(n)),
            np.append(most, np.full(n, np.inf)),
        ),
        options={"time_limit": time_limit_s, "mip_rel_gap": 0.0},
    )
    if found.x is not None and found.x[terms.n_teams :].sum() < 0.5:
        return np.round(found.x[: terms.n_teams]).astype(np.int64), True
    return None, found.status == 0


def _one_by_one(terms: Terms) -> Ints:
    """Teams one after another where each saves most: what there is where the time was too short."""
    rows, most = rows_of_teams(terms)
    uses = np.asarray(rows.todense()).T  # (teams, rows)
    item, column, share = options_of(terms)
    left = np.ones((terms.n_teams, len(terms.target)))  # what share of each item is left with a team there
    left[column, item] = share
    teams, now = np.zeros(terms.n_teams, np.int64), np.ones(len(terms.target))
    while True:
        may = np.flatnonzero((uses + rows @ teams <= most).all(axis=1))
        if not len(may):
            return teams
        shares = np.minimum(now, left[may])
        means = means_of(terms, shares)
        worst = (shares * terms.value).max(axis=1, initial=0.0) if terms.problem.aim == "worst" else means
        best = int(np.lexsort((means, worst))[0])
        teams[may[best]] += 1
        now = shares[best]


def _least_mean(terms: Terms, teams: Ints, within: float, *, time_limit_s: float, watch: Watch) -> tuple[Ints, float]:
    """Teams with the least mean loss, no loss above `within`, at worst those given, and a bound below it."""
    best, mean, bound = teams, mean_loss(terms, teams), 0.0
    with watch.until_stopped():
        for limit_s in turns(time_limit_s):
            if not np.isfinite(within):
                watch.tell(mean, bound)
            found, new, done = _programmed(terms, within, limit_s)
            bound = max(bound, min(new, mean))
            if found is not None and mean_loss(terms, found) <= mean:
                best, mean = found, mean_loss(terms, found)
            if done:
                break
    return best, bound


def _programmed(terms: Terms, within: float, time_limit_s: float) -> tuple[Ints | None, float, bool]:
    """Teams with the least mean loss (None: none found), a bound below it, and whether it is settled.

    Variables: teams; z, one for each item and team that would help it; the share lost of each item; what high values
    add, as a price of the budget and of each item.
    """
    problem, n_items = terms.problem, len(terms.target)
    rows, most = rows_of_teams(terms)
    item, column, share = options_of(terms)
    n, m = terms.n_teams, len(item)
    spare = csr_array((len(most), m + 2 * n_items + 1))
    k = np.arange(m)
    only_there = hstack(
        [csr_array((-np.ones(m), (k, column)), shape=(m, n)), _unit(m), csr_array((m, 2 * n_items + 1))]
    )
    by_one = csr_array((np.ones(m), (item, k)), shape=(n_items, m))
    once = hstack([csr_array((n_items, n)), by_one, csr_array((n_items, 2 * n_items + 1))])
    saved = csr_array((1 - share, (item, k)), shape=(n_items, m))
    lost = hstack([csr_array((n_items, n)), saved, _unit(n_items), csr_array((n_items, n_items + 1))])
    chance, low = chance_of(terms), problem.values[terms.target, terms.way]
    extra = np.zeros(n_items) if problem.values_high is None else problem.values_high[terms.target, terms.way] - low
    scale = 1e3 / max(float(chance @ (low + extra)), 1e-9)  # HiGHS is content with 1e-6, whatever the size
    dear = hstack(
        [
            csr_array((n_items, n + m)),
            csr_array((-scale * chance * extra, (np.arange(n_items), np.arange(n_items))), shape=(n_items, n_items)),
            _unit(n_items),
            csr_array(np.ones((n_items, 1))),
        ]
    )
    budget = n_items if problem.budget is None else problem.budget
    with np.errstate(divide="ignore"):
        most_lost = np.minimum(1.0, np.where(terms.value > 0, within * (1 + 1e-9) / terms.value, 1.0))
    found = programme(
        np.concatenate(
            [np.full(n, scale * 1e-9), np.zeros(m), scale * chance * low, np.ones(n_items), [float(budget)]]
        ),
        integrality=np.append(np.ones(n, dtype=np.int64), np.zeros(m + 2 * n_items + 1, dtype=np.int64)),
        bounds=Bounds(0, np.concatenate([np.full(n, np.inf), np.ones(m), most_lost, np.full(n_items + 1, np.inf)])),
        constraints=LinearConstraint(
            vstack([hstack([rows, spare]), only_there, once, lost, dear]),
            np.concatenate([np.full(len(most) + m + n_items, -np.inf), np.ones(n_items), np.zeros(n_items)]),
            np.concatenate([most, np.zeros(m), np.ones(n_items), np.full(2 * n_items, np.inf)]),
        ),
        options={"time_limit": time_limit_s, "mip_rel_gap": 0.0},
    )
    dual = found.mip_dual_bound
    bound = 0.0
    if dual is not None and np.isfinite(dual):
        bound = float(dual) / scale - 1e-9 * sum(map(size_of, problem.crews))
    teams = None if found.x is None else np.round(found.x[:n]).astype(np.int64)
    return teams, max(0.0, bound), found.status in (0, 2)


def _unit(n: int) -> csr_array:
    return csr_array((np.ones(n), (np.arange(n), np.arange(n))), shape=(n, n))


def _better(terms: Terms, one: Ints, other: Ints) -> Ints:
    """Of two plans the one with the least worst loss, then the least mean."""
    by = [(float(losses_of(terms, t).max(initial=0.0)), mean_loss(terms, t)) for t in (one, other)]
    if abs(by[1][0] - by[0][0]) > 1e-9 * by[0][0]:
        return other if by[1][0] < by[0][0] else one
    return other if by[1][1] <= by[0][1] else one


def _planned(terms: Terms, teams: Ints, bound: float) -> ReservePlan:
    problem = terms.problem
    stands, waits = split_of(terms, teams)
    share, by = shares_of(terms, teams)
    answers = []
    for i in range(len(share)):
        column = int(by[i])
        crew = base = None
        hours = np.inf
        if column >= terms.n_standing:
            crew, base = (int(v) for v in divmod(column - terms.n_standing, waits.shape[1]))
            hours = float(problem.travel_h[base, terms.target[i]] * problem.crews[crew].travel_factor)
        elif column >= 0:
            crew, hours = column // stands.shape[1], 0.0
        loss = float(share[i] * terms.value[i])
        answers.append(
            Answered(target=int(terms.target[i]), way=int(terms.way[i]), crew=crew, base=base, hours=hours, loss=loss)
        )
    worst = max(answers, key=lambda a: a.loss, default=None)
    worst_loss, mean = (0.0 if worst is None else worst.loss), mean_loss(terms, teams)
    value = worst_loss if problem.aim == "worst" else mean
    return ReservePlan(
        value=value,
        **_settled(value, bound),
        standing_at=_pairs(stands),
        reserve_at=_pairs(waits),
        worst_loss=worst_loss,
        expected_loss=mean,
        answers=tuple(answers),
        worst=worst if worst is not None and worst.loss > 0 else None,
        without_reserve=np.inf,
    )


def _settled(value: float, bound: float) -> dict[str, Any]:
    """The status and the bound: where it is near enough, the value."""
    done = bound >= value - CLOSE * max(1.0, value)
    return {"status": "optimal" if done else "feasible", "bound": value if done else bound}


def _pairs(counts: Ints) -> tuple[tuple[int, int], ...]:
    return tuple((int(k), int(i)) for k, i in np.argwhere(counts > 0) for _ in range(int(counts[k, i])))
