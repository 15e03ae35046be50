"""Where teams wait: covering, set covering and expected covering, as programmes for SciPy's HiGHS.

Sources: Church & ReVelle (1974), Papers of the Regional Science Association 32, 101-118 (maximal covering); Toregas,
Swain, ReVelle & Bergman (1971), Operations Research 19, 1363-1373 (set covering); Daskin (1983), Transportation
Science 17, 48-70 (expected covering).
"""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

import numpy as np
from scipy.optimize import Bounds, LinearConstraint
from scipy.sparse import csr_array, hstack, vstack

from homeward.geo import Floats
from homeward.readiness.cover.records import Bools, Ints, SitesProblem
from homeward.readiness.cover.watch import Watch, programme, turns

_CLOSE = 1e-6  # relative: what the solver's tolerance blurs
_MOST_COLUMNS_COMPARED = 2_500
_LEAST_S = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Teams at each site, with the value and its bound; `sites` None: there are none (not `sure`: none were found)."""

    sites: Ints | None
    value: float
    bound: float
    sure: bool = True


def nothing_wanted(problem: SitesProblem) -> Taken:
    """Where no point has a demand any sites do: those that are kept, those of now, and the first of the rest."""
    n = problem.distance.shape[1]
    order = list(dict.fromkeys((*problem.keep, *problem.before, *range(n))))
    return Taken(sites=counts_of(np.array(order[: problem.teams], dtype=np.int64), problem), value=0.0, bound=0.0)


def cover_most(problem: SitesProblem, *, time_limit_s: float, watch: Watch) -> Taken:
    """Most weight within the radius; where teams may be busy, most expected weight."""
    reach = problem.distance <= problem.radius
    groups, weight = _like_rows(reach[problem.demand > 0], problem.demand[problem.demand > 0])
    depth = 1 if problem.busy == 0 else max(1, problem.teams)
    columns = _undominated(groups, problem) if depth == 1 else np.arange(groups.shape[1])
    groups = groups[:, columns]
    per_site = problem.per_site
    most = np.minimum(groups.sum(axis=1) * per_site, depth) if len(groups) else np.empty(0, np.int64)
    step = _steps(weight, most, problem.busy)
    begun = perf_counter()
    fixed = np.isin(columns, problem.keep).astype(float)
    model = _Covering(groups=groups, step=step, fixed=fixed, per_site=per_site, teams=problem.teams)
    best, bound = _one_by_one(groups, weight, fixed > 0, problem.teams), float(step[0].sum())
    with watch.until_stopped():
        for limit_s in turns(time_limit_s):
            watch.tell(model.value(best), bound)
            found, new, done = model.solve(time_limit_s=limit_s)
            bound = min(bound, new)
            best = best if found is None or model.value(found) < model.value(best) else found
            if done:
                break
        watch.tell(model.value(best), bound)
        if problem.before:
            stay = np.isin(columns, problem.before).astype(float)
            left_s = max(_LEAST_S, time_limit_s - (perf_counter() - begun))
            nearer, _, _ = model.solve(time_limit_s=left_s, stay=stay, no_less=model.value(best))
            best = best if nearer is None or model.value(nearer) < model.value(best) * (1 - 1e-9) else nearer
    sites = np.zeros(problem.distance.shape[1], dtype=np.int64)
    sites[columns] = best
    value = covered(problem, sites)
    whole = problem.busy == 0 and bool((problem.demand == np.round(problem.demand)).all())
    bound = float(np.floor(bound * (1 + 1e-12) + _CLOSE)) if whole else bound
    close = _CLOSE * max(1.0, value) if not whole else 0.0
    return Taken(sites=sites, value=value, bound=value if bound <= value + close else bound)


def covered(problem: SitesProblem, sites: Ints) -> float:
    """Weight within the radius of teams at `sites`, counts by site; with busy teams what is expected of it."""
    near = (problem.distance <= problem.radius) @ sites.astype(np.float64)
    share = (near > 0).astype(float) if problem.busy == 0 else 1.0 - problem.busy**near
    return float(problem.demand @ share)


def _like_rows(reach: Bools, weight: Floats) -> tuple[Bools, Floats]:
    """Rows that the same sites reach, put together; without those that none reaches."""
    kept = reach.any(axis=1)
    if not kept.any():
        return np.zeros((0, reach.shape[1]), dtype=np.bool_), np.zeros(0)
    packed = np.packbits(reach[kept], axis=1)
    _, first, group = np.unique(packed, axis=0, return_index=True, return_inverse=True)
    return reach[kept][first], np.bincount(group.ravel(), weight[kept], minlength=len(first)).astype(np.float64)


def _undominated(reach: Bools, problem: SitesProblem) -> Ints:
    """Sites that are worth a look: none does all their work, but for those that are kept, or used now."""
    order = np.arange(reach.shape[1])
    if len(order) > _MOST_COLUMNS_COMPARED or len(reach) == 0:
        return order
    return np.flatnonzero(~_dominated(reach) | np.isin(order, problem.keep) | np.isin(order, problem.before))


def _steps(weight: Floats, most: Ints, busy: float) -> tuple[Floats, Ints]:
    """What the first, second, ... team within reach adds: gains and the row of each."""
    row = np.repeat(np.arange(len(weight), dtype=np.int64), most)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(most) - most, most)
    return weight[row] * (1 - busy) * busy**nth, row


@dataclass(frozen=True, slots=True, kw_only=True)
class _Covering:
    groups: Bools
    step: tuple[Floats, Ints]
    fixed: Floats
    per_site: int
    teams: int

    def solve(
        self, *, time_limit_s: float, stay: Floats | None = None, no_less: float = 0.0
    ) -> tuple[Ints | None, float, bool]:
        """Teams by site, the bound, and whether that is settled.

        With `stay`: as many of those sites as a value of `no_less` allows.
        """
        gain, row = self.step
        rows, sites = self.groups.shape
        table = csr_array((np.ones(len(row)), (row, np.arange(len(row)))), shape=(rows, len(row)))
        parts = [hstack([csr_array(-self.groups.astype(float)), table])]
        upper, lower = np.append(np.zeros(rows), float(self.teams)), np.full(rows + 1, -np.inf)
        parts.append(csr_array(np.append(np.ones(sites), np.zeros(len(row)))[None, :]))
        cost = np.append(np.zeros(sites), -gain)
        if stay is not None:
            parts.append(csr_array(-cost[None, :]))
            lower, upper = np.append(lower, no_less * (1 - 1e-9)), np.append(upper, np.inf)
            cost = np.append(-stay, np.zeros(len(row)))
        found = programme(
            cost,
            integrality=np.append(np.ones(sites, dtype=np.int64), np.zeros(len(row), dtype=np.int64)),
            bounds=Bounds(np.append(self.fixed, np.zeros(len(row))), np.append(_most(self), np.ones(len(row)))),
            constraints=LinearConstraint(vstack(parts), lower, upper),
            options={"time_limit": time_limit_s, "mip_rel_gap": 0.0},
        )
        whole = float(gain.sum())
        dual = found.mip_dual_bound
        bound = min(whole, -float(dual)) if dual is not None and np.isfinite(dual) else whole
        teams = None if found.x is None else np.round(found.x[:sites]).astype(np.int64)
        return teams, bound, found.status in (0, 2)

    def value(self, sites: Ints) -> float:
        gain, row = self.step
        near = self.groups @ sites
        nth = np.arange(len(row)) - np.searchsorted(row, row)
        return float(gain[nth < near[row]].sum())


def _most(model: _Covering) -> Floats:
    return np.full(model.groups.shape[1], float(min(model.per_site, max(1, model.teams))))


def cover_all(problem: SitesProblem, *, time_limit_s: float, watch: Watch) -> Taken:
    """The fewest sites within reach of every point of weight above 0; each must have one within the radius."""
    reach = (problem.distance <= problem.radius)[problem.demand > 0]
    begun = perf_counter()
    kept = np.isin(np.arange(reach.shape[1]), problem.keep)
    best, bound, done = np.flatnonzero(_one_by_one(reach, np.ones(len(reach)), kept, reach.shape[1])), 0, False
    with watch.until_stopped():
        for limit_s in turns(time_limit_s):
            watch.tell(float(len(best)), float(bound))
            found, new, done = set_cover(reach, keep=problem.keep, wanted=problem.before, time_limit_s=limit_s)
            best = best if found is None or len(found) > len(best) else found
            bound = len(best) if done else max(bound, min(new, len(best)))
            if done:
                break
        watch.tell(float(len(best)), float(bound))
        if problem.before and done:
            left_s = max(_LEAST_S, time_limit_s - (perf_counter() - begun))
            nearer, _, _ = set_cover(
                reach, keep=problem.keep, wanted=problem.before, at_most=len(best), stay=True, time_limit_s=left_s
            )
            best = best if nearer is None or len(nearer) > len(best) else nearer
    return Taken(sites=counts_of(best, problem), value=float(len(best)), bound=float(bound))


def reach_all(problem: SitesProblem, *, time_limit_s: float) -> tuple[Ints | None, bool]:
    """So many sites that some way leads from them to every point (None: none were found), and whether that is sure."""
    reach = np.isfinite(problem.distance)[problem.demand > 0]
    kept = np.isin(np.arange(reach.shape[1]), problem.keep)
    found = np.flatnonzero(_one_by_one(reach, np.ones(len(reach)), kept, problem.teams))
    if reach[:, found].any(axis=1).all():
        return found, True
    best, _, done = set_cover(reach, keep=problem.keep, at_most=problem.teams, time_limit_s=time_limit_s)
    return (None if best is None or len(best) > problem.teams else best), done


def _one_by_one(reach: Bools, weight: Floats, kept: Bools, teams: int) -> Ints:
    """Teams by site: those kept, then one after another where it reaches most weight that is not reached."""
    counts = kept.astype(np.int64)
    left = weight * ~reach[:, kept].any(axis=1)
    while counts.sum() < teams and left.any():
        best = int((left @ reach).argmax())
        if not (left @ reach[:, best]) > 0:
            break
        counts[best] = 1
        left = left * ~reach[:, best]
    return counts


def set_cover(
    reach: Bools,
    *,
    keep: tuple[int, ...],
    wanted: tuple[int, ...] = (),
    at_most: int | None = None,
    stay: bool = False,
    time_limit_s: float,
) -> tuple[Ints | None, int, bool]:
    """Sites that reach every row, a bound below the fewest, and whether that is settled.

    The fewest; or, with `at_most`, the first found of so many (None, settled: there are none), with `stay` those with
    most of the `wanted`.
    """
    n = reach.shape[1]
    kept = np.isin(np.arange(n), keep)
    rows, columns = reduced(reach[~reach[:, kept].any(axis=1)], kept | np.isin(np.arange(n), wanted))
    base = int(kept.sum())
    if len(rows) == 0 and not stay:
        return np.flatnonzero(kept), base, True
    if (~rows.any(axis=1)).any():
        return None, n + 1, True
    parts, upper = [csr_array(rows.astype(float))], np.full(len(rows), np.inf)
    if at_most is not None:
        parts.append(csr_array(np.ones((1, len(columns)))))
        upper = np.append(upper, float(at_most))
    found = programme(
        np.ones(len(columns)) - (2.0 * np.isin(columns, wanted) if stay else 0.0),
        integrality=np.ones(len(columns), dtype=np.int64),
        bounds=Bounds(kept[columns].astype(float), 1.0),
        constraints=LinearConstraint(vstack(parts), np.where(np.isinf(upper), 1.0, 0.0), upper),
        options={"time_limit": time_limit_s, "mip_rel_gap": 1.0 if at_most is not None and not stay else 0.0},
    )
    dual = found.mip_dual_bound
    bound = int(np.ceil(dual - _CLOSE)) if dual is not None and np.isfinite(dual) else 1
    sites = None if found.x is None else columns[found.x > 0.5]
    return sites, bound, found.status in (0, 2)


def reduced(reach: Bools, wanted: Bools) -> tuple[Bools, Ints]:
    """Rows and sites that decide: without rows reached wherever another is, and sites that another does the work of."""
    columns = np.arange(reach.shape[1])
    rows = reach
    for _ in range(3):
        before = rows.shape
        rows = _hardest(rows)
        if rows.shape[1] <= _MOST_COLUMNS_COMPARED and len(rows):
            kept = ~_dominated(rows) | wanted[columns]
            rows, columns = rows[:, kept], columns[kept]
        if rows.shape == before:
            break
    return rows, columns


def _dominated(reach: Bools) -> Bools:
    """Which columns have all their rows in another column too (of like ones all but the first)."""
    as_number = reach.astype(np.float32)
    both = as_number.T @ as_number
    size = np.diagonal(both)
    order = np.arange(reach.shape[1])
    better = (size[None, :] > size[:, None]) | ((size[None, :] == size[:, None]) & (order < order[:, None]))
    return np.asarray(((both == size[:, None]) & better).any(axis=1))


def _hardest(reach: Bools) -> Bools:
    """Rows without those that are reached wherever another is."""
    rows = np.unique(reach, axis=0)
    if len(rows) > _MOST_COLUMNS_COMPARED:
        return rows
    as_number = rows.astype(np.float32)
    both = as_number @ as_number.T
    implied = (both == np.diagonal(both)[None, :]) & ~np.eye(len(rows), dtype=np.bool_)
    return np.asarray(rows[~implied.any(axis=1)])


def counts_of(sites: Ints, problem: SitesProblem) -> Ints:
    """One team at each of the sites, as counts by site."""
    counts = np.zeros(problem.distance.shape[1], dtype=np.int64)
    counts[sites] = 1
    return counts
