"""Standing teams and a reserve that sets out once it is seen what is hit: the least worst loss, or the least mean.

Two stages: first who stands at which target and who waits where, then, a target being hit in some way, the best answer
there is: a standing team that can guard it, else the reserve that can and is soonest there. The worst loss is found by
bisection over the losses that can occur, each step a covering programme; the mean by a mixed-integer programme in which
values may be high within a budget (Bertsimas & Sim 2004, Operations Research 52(1), 35-53). SciPy's HiGHS proves both.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, hstack, vstack

from homeward.geo import Floats
from homeward.readiness.cover.crews import first_of, like_together, with_names
from homeward.readiness.cover.records import Answered, Bools, Crew, Ints, ReservePlan, ReserveProblem

_CLOSE = 1e-7
_LEAST_S = 0.05


def plan_reserve(problem: ReserveProblem, *, prices: bool = True, time_limit_s: float = 60.0) -> ReservePlan:
    """Who stands, who waits where, what is lost at worst and on average, and what the reserve is worth.

    `value` is the loss that is the aim, `bound` below it; of plans with equal worst loss the one with the least mean.
    Where the time ends first and fewer teams, or all standing, lose less than what was found, that is the plan.
    """
    begun = perf_counter()
    named, problem = problem.crews, replace(problem, crews=like_together(problem.crews))
    found = _solved(problem, time_limit_s=time_limit_s)
    if not prices:
        return with_names(found, problem.crews, named)

    def other(crews: tuple[Crew, ...]) -> ReservePlan:
        left_s = max(_LEAST_S, time_limit_s - (perf_counter() - begun))
        return _solved(replace(problem, crews=crews), time_limit_s=left_s, second=False)

    stand = other(tuple(replace(c, standing=_size(c), reserve=0, either=0) for c in problem.crews))
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


def _size(crew: Crew) -> int:
    return crew.standing + crew.reserve + crew.either


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Terms:
    """The problem by item: a target and a way of value above 0.

    `share` (crews, bases, items): what of the value is lost with a reserve of that crew at that base. Variables are
    teams standing (crews x targets), then teams waiting (crews x bases).
    """

    problem: ReserveProblem
    target: Ints
    way: Ints
    value: Floats  # with those that are high, where any one may be
    able: Bools  # (crews, items)
    share: Floats

    @property
    def n_standing(self) -> int:
        return len(self.problem.crews) * len(self.problem.values)

    @property
    def n_teams(self) -> int:
        return self.n_standing + len(self.problem.crews) * len(self.problem.travel_h)


def _terms(problem: ReserveProblem) -> _Terms:
    high = problem.values if problem.values_high is None else problem.values_high
    target, way = np.nonzero(high > 0)
    able = np.array([[c.can is None or int(w) in c.can for w in way] for c in problem.crews], dtype=np.bool_)
    able = able.reshape(len(problem.crews), len(way))
    factor = np.array([c.travel_factor for c in problem.crews]).reshape(-1, 1, 1)
    with np.errstate(invalid="ignore"):
        share = np.minimum(1.0, problem.loss_per_h * factor * problem.travel_h[None, :, target])
    share = np.where(able[:, None, :], np.nan_to_num(share, nan=1.0), 1.0)
    worst = problem.values_high is not None and (problem.budget is None or problem.budget >= 1)
    return _Terms(
        problem=problem,
        target=target.astype(np.int64),
        way=way.astype(np.int64),
        value=(high if worst else problem.values)[target, way],
        able=able,
        share=share,
    )


def _solved(problem: ReserveProblem, *, time_limit_s: float, second: bool = True) -> ReservePlan:
    terms = _terms(problem)
    begun = perf_counter()
    if len(terms.target) == 0 or sum(map(_size, problem.crews)) == 0:
        return _planned(terms, np.zeros(terms.n_teams, np.int64), np.inf)
    if problem.aim == "worst":
        teams, bound = _least_worst(terms, time_limit_s=time_limit_s)
        worst = float(_losses(terms, teams).max(initial=0.0))
        if bound < worst - _CLOSE * max(1.0, worst):
            teams = _better(terms, teams, _one_by_one(terms))
        if second:
            left_s = max(_LEAST_S, time_limit_s - (perf_counter() - begun))
            limit = _losses(terms, teams).max(initial=0.0)
            finer, _ = _least_mean(terms, within=float(limit), time_limit_s=left_s)
            teams = teams if finer is None else _better(terms, teams, finer)
        return _planned(terms, teams, bound)
    mean, bound = _least_mean(terms, within=np.inf, time_limit_s=time_limit_s)
    if mean is None or bound < mean_loss(terms, mean) - _CLOSE * max(1.0, bound):
        tried = [_one_by_one(terms), *([] if mean is None else [mean])]
        mean = min(tried, key=lambda t: mean_loss(terms, t))
    return _planned(terms, mean, bound)


def _rows_of_teams(terms: _Terms) -> tuple[csr_array, Floats]:
    """No more standing, waiting and in all than each crew has, and one team at most is worth standing at a target."""
    crews, targets, bases = terms.problem.crews, len(terms.problem.values), len(terms.problem.travel_h)
    rows, upper = [], []
    for k, crew in enumerate(crews):
        stands = np.zeros(terms.n_teams)
        stands[k * targets : (k + 1) * targets] = 1.0
        waits = np.zeros(terms.n_teams)
        waits[terms.n_standing + k * bases : terms.n_standing + (k + 1) * bases] = 1.0
        rows += [stands, waits, stands + waits]
        upper += [crew.standing + crew.either, crew.reserve + crew.either, _size(crew)]
    return csr_array(np.array(rows).reshape(-1, terms.n_teams)), np.array(upper, dtype=np.float64)


def _helps(terms: _Terms, limit: float) -> csr_array:
    """(items, teams): whether a team there keeps the loss of an item within `limit`."""
    crews, targets = len(terms.problem.crews), len(terms.problem.values)
    stands = np.zeros((len(terms.target), crews, targets))
    item = np.arange(len(terms.target))
    for k in range(crews):
        stands[item, k, terms.target] = terms.able[k]
    near = terms.share * terms.value <= limit * (1 + _CLOSE * 1e-3)
    waits = np.moveaxis(near, 2, 0) & terms.able.T[:, :, None]
    return csr_array(np.hstack([stands.reshape(len(item), -1), waits.reshape(len(item), -1).astype(float)]))


def _least_worst(terms: _Terms, *, time_limit_s: float) -> tuple[Ints, float]:
    """Teams with the least worst loss, and a bound below it."""
    begun = perf_counter()
    rows, most = _rows_of_teams(terms)
    levels = np.unique(np.concatenate([[0.0], terms.value, (terms.share * terms.value).ravel()]))
    best, low, high, first, sure = np.zeros(terms.n_teams, np.int64), 0, len(levels) - 1, 0, True
    while low <= high:
        middle = (low + high) // 2
        needed = terms.value > levels[middle] * (1 + _CLOSE * 1e-3)
        helps = _helps(terms, float(levels[middle]))[needed]
        n = int(needed.sum())
        left_s = max(_LEAST_S, time_limit_s - (perf_counter() - begun))
        found = milp(
            np.append(np.full(terms.n_teams, 1e-6), np.ones(n)),  # what cannot be kept within the level costs one
            integrality=np.append(np.ones(terms.n_teams, dtype=np.int64), np.zeros(n, dtype=np.int64)),
            bounds=Bounds(0, np.append(np.full(terms.n_teams, np.inf), np.ones(n))),
            constraints=LinearConstraint(
                vstack([hstack([rows, csr_array((rows.shape[0], n))]), hstack([helps, csr_array(np.eye(n))])]),
                np.append(np.full(len(most), -np.inf), np.ones(n)),
                np.append(most, np.full(n, np.inf)),
            ),
            options={"time_limit": left_s, "mip_rel_gap": 0.0},
        )
        if found.x is not None and found.x[terms.n_teams :].sum() < 0.5:
            best = np.round(found.x[: terms.n_teams]).astype(np.int64)
            high = middle - 1
            continue
        sure = sure and found.status == 0
        first = middle + 1 if sure else first
        low = middle + 1
    worst = float(_losses(terms, best).max(initial=0.0))
    return best, min(worst, float(levels[min(first, len(levels) - 1)]))


def _one_by_one(terms: _Terms) -> Ints:
    """Teams one after another where each saves most: what there is where the time was too short."""
    rows, most = _rows_of_teams(terms)
    uses = np.asarray(rows.todense()).T  # (teams, rows)
    item, column, share = _options(terms)
    left = np.ones((terms.n_teams, len(terms.target)))  # what share of each item is left with a team there
    left[column, item] = share
    teams, now = np.zeros(terms.n_teams, np.int64), np.ones(len(terms.target))
    while True:
        may = np.flatnonzero((uses + rows @ teams <= most).all(axis=1))
        if not len(may):
            return teams
        shares = np.minimum(now, left[may])
        means = _means(terms, shares)
        worst = (shares * terms.value).max(axis=1, initial=0.0) if terms.problem.aim == "worst" else means
        best = int(np.lexsort((means, worst))[0])
        teams[may[best]] += 1
        now = shares[best]


def _least_mean(terms: _Terms, *, within: float, time_limit_s: float) -> tuple[Ints | None, float]:
    """Teams with the least mean loss, no loss above `within` (None: none found), and a bound below it.

    Variables: teams; z, one for each item and team that would help it; the share lost of each item; what high values
    add, as a price of the budget and of each item.
    """
    problem, n_items = terms.problem, len(terms.target)
    rows, most = _rows_of_teams(terms)
    item, column, share = _options(terms)
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
    chance, low = _chance(terms), problem.values[terms.target, terms.way]
    extra = np.zeros(n_items) if problem.values_high is None else problem.values_high[terms.target, terms.way] - low
    dear = hstack(
        [
            csr_array((n_items, n + m)),
            csr_array((-(chance * extra), (np.arange(n_items), np.arange(n_items))), shape=(n_items, n_items)),
            _unit(n_items),
            csr_array(np.ones((n_items, 1))),
        ]
    )
    budget = n_items if problem.budget is None else problem.budget
    with np.errstate(divide="ignore"):
        most_lost = np.minimum(1.0, np.where(terms.value > 0, within * (1 + 1e-9) / terms.value, 1.0))
    scale = 1e3 / max(float(chance @ (low + extra)), 1e-9)  # HiGHS stops at 1e-6 from the best, whatever the size
    found = milp(
        scale * np.concatenate([np.full(n, 1e-9), np.zeros(m), chance * low, np.ones(n_items), [float(budget)]]),
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
        bound = float(dual) / scale - 1e-9 * sum(map(_size, problem.crews))
    return (None if found.x is None else np.round(found.x[:n]).astype(np.int64)), max(0.0, bound)


def _unit(n: int) -> csr_array:
    return csr_array((np.ones(n), (np.arange(n), np.arange(n))), shape=(n, n))


def _options(terms: _Terms) -> tuple[Ints, Ints, Floats]:
    """Items, the teams (columns) that would help them, and the share that is then lost."""
    targets = len(terms.problem.values)
    k, i = np.nonzero(terms.able)
    stand = (i, k * targets + terms.target[i], np.zeros(len(i)))
    crew, base, item = np.nonzero(terms.share < 1)
    wait = (item, terms.n_standing + crew * len(terms.problem.travel_h) + base, terms.share[crew, base, item])
    both = [np.concatenate([a, b]) for a, b in zip(stand, wait, strict=True)]
    return both[0].astype(np.int64), both[1].astype(np.int64), both[2]


def _better(terms: _Terms, one: Ints, other: Ints) -> Ints:
    """Of two plans the one with the least worst loss, then the least mean."""
    by = [(float(_losses(terms, t).max(initial=0.0)), mean_loss(terms, t)) for t in (one, other)]
    if abs(by[1][0] - by[0][0]) > 1e-9 * by[0][0]:
        return other if by[1][0] < by[0][0] else one
    return other if by[1][1] <= by[0][1] else one


def _shares(terms: _Terms, teams: Ints) -> tuple[Floats, Ints]:
    """What share of each item is lost, and by which team: a column of the programme, -1 nobody."""
    stands, waits = _split(terms, teams)
    item = np.arange(len(terms.target))
    best, by = np.ones(len(item)), np.full(len(item), -1)
    for k in range(len(terms.problem.crews)):
        for base in np.flatnonzero(waits[k]):
            nearer = terms.able[k] & (terms.share[k, base] < best)
            best = np.where(nearer, terms.share[k, base], best)
            by[nearer] = terms.n_standing + k * waits.shape[1] + base
    for k in range(len(terms.problem.crews)):
        there = terms.able[k] & (stands[k, terms.target] > 0)
        best, by = np.where(there, 0.0, best), np.where(there, k * stands.shape[1] + terms.target, by)
    return best, by


def _split(terms: _Terms, teams: Ints) -> tuple[Ints, Ints]:
    crews, targets, bases = len(terms.problem.crews), len(terms.problem.values), len(terms.problem.travel_h)
    return teams[: terms.n_standing].reshape(crews, targets), teams[terms.n_standing :].reshape(crews, bases)


def _losses(terms: _Terms, teams: Ints) -> Floats:
    return np.asarray(_shares(terms, teams)[0] * terms.value)


def mean_loss(terms: _Terms, teams: Ints) -> float:
    """Mean loss over where it happens, with as many values high as may be."""
    return float(_means(terms, _shares(terms, teams)[0][None, :])[0])


def _means(terms: _Terms, share: Floats) -> Floats:
    """The mean loss of each row of shares lost."""
    problem, chance = terms.problem, _chance(terms)
    low = problem.values[terms.target, terms.way]
    mean = np.asarray(share @ (chance * low))
    if problem.values_high is None:
        return mean
    extra = share * (chance * (problem.values_high[terms.target, terms.way] - low))
    budget = extra.shape[1] if problem.budget is None else problem.budget
    most, whole = np.sort(extra, axis=1)[:, ::-1], int(budget)
    part = most[:, whole] * (budget - whole) if whole < most.shape[1] else 0.0
    return np.asarray(mean + most[:, :whole].sum(axis=1) + part)


def _chance(terms: _Terms) -> Floats:
    problem = terms.problem
    chance = problem.values if problem.chance is None else problem.chance
    total = float(chance.sum())
    return chance[terms.target, terms.way] / total if total > 0 else np.zeros(len(terms.target))


def _planned(terms: _Terms, teams: Ints, bound: float) -> ReservePlan:
    problem = terms.problem
    stands, waits = _split(terms, teams)
    share, by = _shares(terms, teams)
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
    done = bound >= value - _CLOSE * max(1.0, value)
    return {"status": "optimal" if done else "feasible", "bound": value if done else bound}


def _pairs(counts: Ints) -> tuple[tuple[int, int], ...]:
    return tuple((int(k), int(i)) for k, i in np.argwhere(counts > 0) for _ in range(int(counts[k, i])))
