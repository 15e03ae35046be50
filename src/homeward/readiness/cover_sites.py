"""Where teams wait: covering, set covering, expected covering and center, as programmes for SciPy's HiGHS.

Sources: Church & ReVelle (1974), Papers of the Regional Science Association 32, 101-118 (maximal covering); Toregas,
Swain, ReVelle & Bergman (1971), Operations Research 19, 1363-1373 (set covering); Daskin (1983), Transportation
Science 17, 48-70 (expected covering); Hakimi (1964), Operations Research 12, 450-459 (center); Minieka (1970), SIAM
Review 12(1), 138-139 (center by set covers).
"""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, hstack, vstack

from homeward.geo import Floats
from homeward.readiness.cover_records import Bools, Ints, SitesProblem

_CLOSE = 1e-6  # relative: what the solver's tolerance blurs
_MOST_COLUMNS_COMPARED = 2_500
_LEAST_S = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Teams at each site, with the value and its bound; `sites` None: nothing was found."""

    sites: Ints | None
    value: float
    bound: float


def cover_most(problem: SitesProblem, *, time_limit_s: float) -> Taken:
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
    found, bound = model.solve(time_limit_s=time_limit_s)
    if problem.before and found is not None:
        stay = np.isin(columns, problem.before).astype(float)
        left_s = max(_LEAST_S, time_limit_s - (perf_counter() - begun))
        nearer, _ = model.solve(time_limit_s=left_s, stay=stay, no_less=model.value(found))
        found = found if nearer is None or model.value(nearer) < model.value(found) * (1 - 1e-9) else nearer
    if found is None:
        return Taken(sites=None, value=0.0, bound=float(weight.sum()))
    sites = np.zeros(problem.distance.shape[1], dtype=np.int64)
    sites[columns] = found
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
    """Sites that are worth a look: none reaches all that they do, and more, but those that are kept, or used now."""
    n = reach.shape[1]
    if n > _MOST_COLUMNS_COMPARED or len(reach) == 0:
        return np.arange(n)
    as_number = reach.astype(np.float32)
    both = as_number.T @ as_number
    size = np.diagonal(both)
    within = both == size[:, None]  # all that row's site reaches, column's site reaches
    order = np.arange(n)
    better = within & ((size[None, :] > size[:, None]) | ((size[None, :] == size[:, None]) & (order < order[:, None])))
    wanted = np.isin(order, problem.keep) | np.isin(order, problem.before)
    return np.flatnonzero(~better.any(axis=1) | wanted)


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
    ) -> tuple[Ints | None, float]:
        """Teams by site, and the bound. With `stay`: as many of those sites as a value of `no_less` allows."""
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
        found = milp(
            cost,
            integrality=np.append(np.ones(sites, dtype=np.int64), np.zeros(len(row), dtype=np.int64)),
            bounds=Bounds(np.append(self.fixed, np.zeros(len(row))), np.append(_most(self), np.ones(len(row)))),
            constraints=LinearConstraint(vstack(parts), lower, upper),
            options={"time_limit": time_limit_s, "mip_rel_gap": 0.0},
        )
        whole = float(gain.sum())
        dual = found.mip_dual_bound
        bound = min(whole, -float(dual)) if dual is not None and np.isfinite(dual) else whole
        return (None if found.x is None else np.round(found.x[:sites]).astype(np.int64)), bound

    def value(self, sites: Ints) -> float:
        gain, row = self.step
        near = self.groups @ sites
        nth = np.arange(len(row)) - np.searchsorted(row, row)
        return float(gain[nth < near[row]].sum())


def _most(model: _Covering) -> Floats:
    return np.full(model.groups.shape[1], float(min(model.per_site, max(1, model.teams))))


def cover_all(reach: Bools, *, keep: tuple[int, ...] = (), time_limit_s: float) -> tuple[Ints | None, int]:
    """The fewest sites that reach every row (None: not found in time), and a bound below their number.

    Every row must be reached by some site.
    """
    kept = np.zeros(reach.shape[1], dtype=np.float64)
    kept[list(keep)] = 1.0
    rows = _hardest(reach[~reach[:, kept > 0].any(axis=1)] if keep else reach)
    if len(rows) == 0:
        return np.flatnonzero(kept), len(set(keep))
    found = milp(
        np.ones(reach.shape[1]),
        integrality=np.ones(reach.shape[1], dtype=np.int64),
        bounds=Bounds(kept, 1.0),
        constraints=LinearConstraint(csr_array(rows.astype(float)), lb=1),
        options={"time_limit": time_limit_s, "mip_rel_gap": 0.0},
    )
    dual = found.mip_dual_bound
    bound = int(np.ceil(dual - _CLOSE)) if dual is not None and np.isfinite(dual) else 1
    return (None if found.x is None else np.flatnonzero(found.x > 0.5)), bound


def _hardest(reach: Bools) -> Bools:
    """Rows without those that are reached wherever another is."""
    rows = np.unique(reach, axis=0)
    if len(rows) > _MOST_COLUMNS_COMPARED:
        return rows
    as_number = rows.astype(np.float32)
    both = as_number @ as_number.T
    implied = (both == np.diagonal(both)[None, :]) & ~np.eye(len(rows), dtype=np.bool_)
    return np.asarray(rows[~implied.any(axis=1)])


def nearest_worst(problem: SitesProblem, *, time_limit_s: float) -> Taken:
    """Sites so that the farthest point has the least way: bisection on the distances, each step a set cover."""
    begun = perf_counter()
    distance = problem.distance[problem.demand > 0]
    levels = np.unique(distance[np.isfinite(distance)])
    if len(distance) == 0 or len(levels) == 0:
        return Taken(sites=None, value=0.0, bound=0.0)
    least = float(distance.min(axis=1).max())
    low, high = int(np.searchsorted(levels, least)), len(levels) - 1
    best: Ints | None = None
    sure = True  # no step ran out of time: below `low` it is proven that none is
    first = low
    while low <= high:
        middle = (low + high) // 2
        left_s = max(_LEAST_S, time_limit_s - (perf_counter() - begun))
        found, bound = cover_all(distance <= levels[middle], keep=problem.keep, time_limit_s=left_s)
        if found is not None and len(found) <= problem.teams:
            best, high = found, int(np.searchsorted(levels, _farthest(distance, found))) - 1
        else:
            proven = bound > problem.teams
            if proven and sure:
                first = middle + 1
            sure = sure and proven
            low = middle + 1
    if best is None:
        return Taken(sites=None, value=0.0, bound=float(levels[min(first, len(levels) - 1)]))
    value = _farthest(distance, best)
    return Taken(sites=_counts(best, problem), value=value, bound=min(value, float(levels[first])))


def _farthest(distance: Floats, sites: Ints) -> float:
    return float(distance[:, sites].min(axis=1).max())


def _counts(sites: Ints, problem: SitesProblem) -> Ints:
    counts = np.zeros(problem.distance.shape[1], dtype=np.int64)
    counts[sites] = 1
    return counts
