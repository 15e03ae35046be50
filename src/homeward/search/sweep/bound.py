"""What no plan can exceed: the densest ground first, in the area that the searchers can bring into sight.

A circle of radius r that moves by L brings at most 2 r L into sight, whatever its path, beside the pi r^2 that it
sees at first: ground enters through the front half of its edge. So a searcher's looks, counted with every return,
cover at most 2 r L + pi r^2; spending them where each brings most is a relaxation of every plan, as it forgets that
paths are connected. For "soonest" the same holds at every moment, with the ground that can be reached by then; and
only ground counts that can be seen at all, by one who gets to its goal in time.
"""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from homeward.geo import Floats
from homeward.search.sweep.problem import SweepProblem, budget_m, paces
from homeward.search.sweep.reach import first_sight

MOMENTS = 200
MOMENTS_MIXED = 24
LEVELS = 300
MAX_MIXED = 3


def bounds(problem: SweepProblem) -> tuple[float, float]:
    """Upper bounds on the share seen by the end and on the mean of the curve, of every plan.

    The curve's bound is concave in time, so that its values at the middles of intervals, taken as means, are not
    too low; early intervals are bounded by what lies within reach at their end where that is less. Searchers of
    more than three different pods are taken to have the next higher of three.
    """
    pods = np.array([s.pod for s in problem.searchers])
    kinds = np.unique(pods)
    if len(kinds) > MAX_MIXED:
        kinds = kinds[np.linspace(0, len(kinds) - 1, MAX_MIXED).round().astype(int)]
    belongs = np.searchsorted(kinds, pods)
    moments = MOMENTS if len(kinds) == 1 else MOMENTS_MIXED
    reach, densities = _reachable(problem, (np.arange(moments) + 1.0) / moments)
    if not len(densities):
        return 0.0, 0.0
    most = _Looks(densities, kinds)
    middles = (np.arange(moments) + 0.5) / moments
    at_end = most.found(_areas(problem, 1.0, belongs, len(kinds)))
    on_way = np.array([most.found(_areas(problem, f, belongs, len(kinds))) for f in middles])
    return min(at_end, float(reach[-1])), float(np.minimum(on_way, reach).mean())


def _areas(problem: SweepProblem, fraction: float, belongs: NDArray[np.int64], kinds: int) -> Floats:
    """Cells' worth of looks by a fraction of the budget, per pod."""
    budget = budget_m(problem.searchers) * fraction
    area = [
        2 * s.radius_m * min(s.length_m, budget * pace) + np.pi * s.radius_m**2
        for s, pace in zip(problem.searchers, paces(problem.searchers), strict=True)
    ]
    return np.bincount(belongs, area, kinds) / problem.cell_m**2


class _Looks:
    """Most that looks can find on cells of given densities (falling), by pod (rising)."""

    def __init__(self, densities: Floats, pods: Floats) -> None:
        self._total = min(1.0, float(densities.sum()) * (1 + 1e-12))
        if len(pods) == 1:
            self._sums = np.r_[0.0, np.cumsum(_layers(densities, float(pods[0])))]
            return
        self._sums = None
        self._low, self._high, self._weight_low, self._weight_high = _levels(densities)
        depth = [1 if p >= 1 else int(np.ceil(np.log(0.02) / np.log1p(-p))) for p in pods]
        self._looks = np.array(list(product(*(range(min(d, 12) + 1) for d in depth))), dtype=np.float64)
        missed = np.prod((1 - pods) ** self._looks, axis=1)
        # the last number of looks counts as a sure find: more looks than that need no case of their own
        full = (self._looks >= np.minimum(depth, 12)).any(axis=1)
        self._finds = np.where(full, 1.0, 1.0 - missed)
        self._prices = np.full(len(pods), float(np.median(densities)))

    def found(self, cells: Floats) -> float:
        """Upper bound on the share found by looks over so many cells' worth of area per pod."""
        if self._sums is not None:
            whole = min(int(cells[0]), len(self._sums) - 1)
            part = (float(cells[0]) - whole) * float(
                self._sums[min(whole + 1, len(self._sums) - 1)] - self._sums[whole]
            )
            return min(self._total, float(self._sums[whole]) + part)

        def price(z: Floats) -> float:
            return self._dual(np.exp(z), cells)

        answer = minimize(price, np.log(self._prices), method="Nelder-Mead")
        self._prices = np.exp(np.clip(np.asarray(answer.x, np.float64), -60, 10))
        return min(self._total, self._dual(self._prices, cells))

    def _dual(self, prices: Floats, cells: Floats) -> float:
        """Lagrangian dual value: a bound for any prices of a look. Convex in density, so chords are not too low."""
        cost = self._looks @ prices
        best_low = (self._low[:, None] * self._finds - cost).max(axis=1)
        best_high = (self._high[:, None] * self._finds - cost).max(axis=1)
        return float(best_low @ self._weight_low + best_high @ self._weight_high + prices @ cells)


def _layers(densities: Floats, pod: float) -> Floats:
    """What first, second, ... looks at each cell bring, most first; the last layer stands for all further looks."""
    if pod >= 1:
        return densities
    if len(densities) > 100_000:  # rounded up to steps of 1e-4
        steps, size = np.unique(np.ceil(np.log(densities) * 1e4), return_counts=True)
        densities = np.repeat(np.exp(steps / 1e4), np.minimum(size, len(densities)))
    looks = int(np.clip(np.ceil(np.log(1e-3) / np.log1p(-pod)), 1, max(1, 30_000_000 // len(densities))))
    gains = [densities * pod * (1 - pod) ** k for k in range(looks)]
    return np.sort(np.concatenate([*gains, densities * (1 - pod) ** looks]))[::-1]


def _levels(densities: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Groups of like densities: lowest, highest, and how many cells of each have the same sum as the group."""
    edges = np.unique(np.linspace(0, len(densities), min(LEVELS, len(densities)) + 1).astype(np.int64))
    high, low = densities[edges[:-1]], densities[edges[1:] - 1]
    size, total = np.diff(edges).astype(np.float64), np.add.reduceat(densities, edges[:-1])
    with np.errstate(divide="ignore", invalid="ignore"):
        upper = np.where(high > low, (total - size * low) / (high - low), size)
    upper = np.clip(upper, 0.0, size)
    return low, high, size - upper, upper


def _reachable(problem: SweepProblem, fractions: Floats) -> tuple[Floats, Floats]:
    """Share of the raster that lies within reach by fractions of the budget, and densities of what ever does."""
    when, side = first_sight(problem)
    high, wide = problem.poa.shape
    total = float(problem.poa.sum())
    shares = np.add.reduceat(np.add.reduceat(problem.poa, np.arange(0, high, side), 0), np.arange(0, wide, side), 1)
    slot = np.minimum(np.searchsorted(fractions, when.ravel() * (1 - 1e-12)), len(fractions))
    counted = np.bincount(slot, shares.ravel() / total, len(fractions) + 1).astype(np.float64)
    mine = problem.poa > 0
    if not np.isfinite(when).all():
        mine &= np.isfinite(when).repeat(side, 0).repeat(side, 1)[:high, :wide]
    densities = np.sort(problem.poa[mine].astype(np.float64))[::-1] / total
    return np.minimum(np.cumsum(counted)[:-1] + 1e-12, 1.0), densities
