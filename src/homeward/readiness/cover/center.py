"""p-center: sites so that the farthest point has the least way (Hakimi 1964, Operations Research 12, 450-459).

A plan within a distance is a set cover (Minieka 1970, SIAM Review 12(1), 138-139). Three ways at it in turns: one site
put elsewhere at a time, what is left uncovered counting more the longer it is (vertex weighting tabu search: Zhang, Lu,
Su, Li, Fang & Ma 2020, IJCAI, 1481-1487) for better plans; the relaxed cover, a linear programme, for a bound;
bisection on the distances between the two, each step a set cover as a mixed-integer programme, for the proof.
"""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter

import numpy as np
from scipy.optimize import Bounds, LinearConstraint
from scipy.sparse import csr_array

from homeward.geo import Floats
from homeward.readiness.cover.center_kernels import Lists, place
from homeward.readiness.cover.records import Bools, Ints, SitesProblem
from homeward.readiness.cover.sites import Taken, counts_of, nothing_wanted, reduced, set_cover
from homeward.readiness.cover.watch import Levels, Watch, programme

_CLOSE = 1e-6
_LEAST_S = 0.05
_ROUGH, _STEPS, _MOST_STEPS = 200, 2_000, 32_000
"""Sites put elsewhere before a distance is given up: at first, then, and at most."""
_AT_ONCE = 500  # between looks at the clock
_RELAXED_SHARE = 0.3  # of the time, at most, for the relaxed cover


def nearest_worst(problem: SitesProblem, *, seed: int, time_limit_s: float, watch: Watch) -> Taken:
    """Sites with the least way of the farthest point, and a bound below it; `sites` None where none serves all."""
    until = perf_counter() + time_limit_s
    distance = problem.distance[problem.demand > 0]
    levels = np.unique(distance[np.isfinite(distance)])
    if len(distance) == 0:
        return nothing_wanted(problem)
    if len(levels) == 0:
        return Taken(sites=None, value=0.0, bound=0.0)
    search = _Search(distance, levels, problem, until, np.random.default_rng(seed))
    with watch.until_stopped():
        search.run(watch)
    value, bound = search.value, search.bound
    if not np.isfinite(value):
        return Taken(sites=None, value=0.0, bound=bound, sure=search.left.settled)
    best = search.best
    if problem.before and bound >= value and not watch.stopped:
        left_s = max(_LEAST_S, until - perf_counter())
        with watch.until_stopped():
            nearer, _, _ = set_cover(
                distance <= value, keep=problem.keep, wanted=problem.before, at_most=problem.teams, stay=True,
                time_limit_s=left_s,
            )  # fmt: skip
            best = best if nearer is None or len(nearer) > problem.teams else nearer
    best = _one_by_one(distance, replace(problem, keep=tuple(best.tolist())))  # teams that are left over
    return Taken(sites=counts_of(best, problem), value=_farthest(distance, best), bound=min(value, bound))


class _Search:
    """The best sites so far, and which distances are still open."""

    def __init__(
        self, distance: Floats, levels: Floats, problem: SitesProblem, until: float, rng: np.random.Generator
    ) -> None:
        self.distance, self.levels, self.problem, self.until, self.rng = distance, levels, problem, until, rng
        self.best, self.value = np.empty(0, np.int64), np.inf
        self.left = Levels(int(np.searchsorted(levels, float(distance.min(axis=1).max()))), len(levels) - 1)
        self.offer(_one_by_one(distance, problem))

    @property
    def bound(self) -> float:
        return float(min(self.value, self.levels[min(self.left.first, len(self.levels) - 1)]))

    def offer(self, sites: Ints) -> None:
        value = _farthest(self.distance, sites)
        if value < self.value:
            self.best, self.value = sites.copy(), value
            self.left.high = int(np.searchsorted(self.levels, value)) - 1

    def run(self, watch: Watch) -> None:
        """Better plans and better bounds in turns, each time with more work for a level."""
        watch.tell(self.value, self.bound)
        self._better(_ROUGH)
        watch.tell(self.value, self.bound)
        self._relaxed(perf_counter() + _RELAXED_SHARE * (self.until - perf_counter()))
        steps = _STEPS
        for _ in self.left.settle(self._covered, until=self.until):
            watch.tell(self.value, self.bound)
            self._better(steps)
            watch.tell(self.value, self.bound)
            steps = min(4 * steps, _MOST_STEPS)
        watch.tell(self.value, self.bound)

    def _better(self, steps: int) -> None:
        """Bisection in which a distance is given up after so many sites put elsewhere."""
        kept = list(dict.fromkeys(self.problem.keep))
        n = min(self.problem.teams, self.distance.shape[1])
        low = self.left.first
        while low <= self.left.high and perf_counter() < self.until:
            middle = (low + self.left.high) // 2
            others = np.setdiff1d(self.best, kept)
            spare = np.setdiff1d(np.arange(self.distance.shape[1]), np.append(kept, others))
            taken = np.concatenate([kept, others, spare])[:n].astype(np.int64)
            stays = np.arange(n) < len(kept)
            if self._placed(self.distance <= self.levels[middle], taken, stays, steps):
                self.offer(np.sort(taken))
            else:
                low = middle + 1

    def _placed(self, reach: Bools, taken: Ints, stays: Bools, steps: int) -> bool:
        lists = _lists(reach)
        weight, state = np.ones(len(reach)), self.rng.integers(1, 2**63, 1).astype(np.uint64)
        for _ in range(0, steps, _AT_ONCE):
            if place(lists, taken, stays, weight, state, min(steps, _AT_ONCE)):
                return True
            if perf_counter() > self.until:
                return False
        return False

    def _covered(self, level: int, try_s: float) -> bool | None:
        """Whether so many sites reach every point at a level (None: the time was too short)."""
        problem = self.problem
        found, _, done = set_cover(
            self.distance <= self.levels[level], keep=problem.keep, at_most=problem.teams, time_limit_s=try_s
        )
        if found is not None and len(found) <= problem.teams:
            self.offer(found)
            return True
        return False if done else None

    def _relaxed(self, until: float) -> None:
        """The first level at which the relaxed cover has few enough sites: none below can have."""
        kept = np.isin(np.arange(self.distance.shape[1]), self.problem.keep)
        low, high = self.left.first, self.left.high + 1
        while low < high and perf_counter() < until:
            middle = (low + high) // 2
            reach = self.distance <= self.levels[middle]
            rows, columns = reduced(reach[~reach[:, kept].any(axis=1)], kept)
            if len(rows) and self._too_many(rows, kept[columns], until):
                self.left.first = low = middle + 1
            else:
                high = middle

    def _too_many(self, rows: Bools, kept: Bools, until: float) -> bool:
        """Whether the relaxed cover surely has too many sites."""
        found = programme(
            np.ones(len(kept)),
            bounds=Bounds(kept.astype(float), 1.0),
            constraints=LinearConstraint(csr_array(rows.astype(float)), lb=1.0),
            options={"time_limit": max(_LEAST_S, until - perf_counter())},
        )
        return found.status == 0 and float(found.x.sum()) > self.problem.teams + _CLOSE


def _lists(reach: Bools) -> Lists:
    """For each site the points within reach of it, for each point the sites."""
    of_site, of_point = np.nonzero(reach.T)[1], np.nonzero(reach)[1]
    ends = [np.append(0, np.cumsum(reach.sum(axis=axis))).astype(np.int64) for axis in (0, 1)]
    return ends[0], of_site.astype(np.int64), ends[1], of_point.astype(np.int64)


def _one_by_one(distance: Floats, problem: SitesProblem) -> Ints:
    """Sites one after another, each at the best for the point that is then farthest (Gonzalez 1985)."""
    taken = list(dict.fromkeys(problem.keep))
    near = distance[:, taken].min(axis=1) if taken else np.full(len(distance), np.inf)
    while len(taken) < min(problem.teams, distance.shape[1]):
        taken.append(int(distance[int(near.argmax())].argmin()))
        near = np.minimum(near, distance[:, taken[-1]])
    return np.unique(np.array(taken, dtype=np.int64))


def _farthest(distance: Floats, sites: Ints) -> float:
    return float(distance[:, sites].min(axis=1).max())
