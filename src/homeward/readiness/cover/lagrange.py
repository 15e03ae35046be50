"""p-median: sites so that weight times distance to the nearest is least, proven where it can be.

Three parts, one after another and again: swaps of one site for another from many starts (vertex substitution: Teitz &
Bart 1968, Operations Research 16(5), 955-961, with the fast update of Whitaker 1983, INFOR 21(2), 95-108), the bound
from letting each point choose at a price (Lagrangian relaxation of the assignment, with subgradients: Cornuejols,
Fisher & Nemhauser 1977, Management Science 23(8), 789-810; Beasley 1985, European Journal of Operational Research
21(2), 270-273), and a tree search over sites that are open or shut, in which sites that the bound decides are fixed.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter

import numpy as np

from homeward.geo import Floats
from homeward.readiness.cover.lagrange_kernels import FREE, OPEN, SHUT, choose, greedy, subgradient, swap
from homeward.readiness.cover.lagrange_radius import Left, finish
from homeward.readiness.cover.records import Ints, SitesProblem
from homeward.readiness.cover.sites import Taken, nothing_wanted, reach_all
from homeward.readiness.cover.watch import Watch

_CLOSE = 1e-9  # relative: a bound so near proves it
_ROOT_STEPS, _NODE_STEPS = 1_500, 120
_STARTS = 12
_FIRST_NODES = 500  # of the tree, before what is left is tried as a mixed-integer programme
_MOST_SHAKEN = 5

Heap = list[tuple[float, int, Ints, Floats]]


def median(problem: SitesProblem, *, seed: int, time_limit_s: float, watch: Watch) -> Taken:
    """Sites with the least sum of weight times distance, and a bound below it; `sites` None where none serves all.

    Where points cannot be served by some sites the cost of that is above any sum of finite ones.
    """
    begun = perf_counter()
    wanted = problem.demand > 0
    if not wanted.any():
        return nothing_wanted(problem)
    cost = problem.demand[wanted, None] * problem.distance[wanted]
    finite = np.isfinite(cost)
    dear = float(np.where(finite, cost, 0.0).max(axis=1).sum()) + 1.0
    search = _Search(
        cost=np.where(finite, cost, dear),
        teams=min(problem.teams, cost.shape[1]),
        whole=bool((cost[finite] == np.round(cost[finite])).all()) and float(cost[finite].max(initial=0)) < 2**40,
        until=begun + time_limit_s,
        fixed=_fixed(problem),
        rng=np.random.default_rng(seed),
        tell=lambda value, bound: watch.tell(value, min(value, bound)) if value < dear else None,
    )
    start = None
    with watch.until_stopped():
        if not finite.all():
            start, sure = reach_all(problem, time_limit_s=time_limit_s / 3)
            if start is None:
                return Taken(sites=None, value=0.0, bound=0.0, sure=sure)
        search.run(start)
    if search.value >= dear:
        return Taken(sites=None, value=0.0, bound=0.0, sure=not watch.stopped)
    counts = np.zeros(cost.shape[1], dtype=np.int64)
    counts[search.best] = 1
    return Taken(sites=counts, value=search.value, bound=search.value if search.proven else search.bound)


def _fixed(problem: SitesProblem) -> Ints:
    fixed = np.zeros(problem.distance.shape[1], dtype=np.int64)
    fixed[list(problem.keep)] = OPEN
    return fixed


@dataclass(slots=True)
class _Search:
    """The best sites so far and the bound below any; `run` brings them together while there is time."""

    cost: Floats
    teams: int
    whole: bool
    until: float
    fixed: Ints
    rng: np.random.Generator
    tell: Callable[[float, float], None]
    best: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    value: float = np.inf
    bound: float = 0.0

    @property
    def enough(self) -> float:
        """A bound above this leaves nothing better."""
        return self.value - 1 + 1e-6 if self.whole else self.value - _CLOSE * max(1.0, self.value)

    @property
    def proven(self) -> bool:
        """Whether the best sites so far are."""
        return self.bound > self.enough

    def late(self) -> bool:
        """Whether the time is over."""
        return perf_counter() > self.until

    def run(self, start: Ints | None) -> None:
        """Starts from some sites, where they are given, and from one after another."""
        by_site = np.ascontiguousarray(self.cost.T)
        if start is not None:
            spare = np.setdiff1d(np.arange(self.cost.shape[1]), start)
            taken = np.concatenate([start, spare[: self.teams - len(start)]]).astype(np.int64)
            self._found(taken, swap(by_site, taken, self.fixed))
        self._start(by_site)
        if len(self.best) == self.cost.shape[1]:
            self.bound = self.value
            return
        order, cost = _nearest_first(self.cost)
        level = cost[:, min(1, cost.shape[1] - 1)].copy()
        self._bounded(by_site, order, cost, level)

    def _start(self, by_site: Floats) -> None:
        opened = np.flatnonzero(self.fixed == OPEN)
        taken = np.concatenate([opened, np.zeros(self.teams - len(opened), np.int64)])
        greedy(by_site, taken, len(opened), self.fixed)
        self._found(taken, swap(by_site, taken, self.fixed))
        for _ in range(_STARTS):
            if self.late():
                return
            self._shake(by_site, self.fixed)

    def _shake(self, by_site: Floats, fixed: Ints) -> None:
        """The best sites with a few put elsewhere at random, and swaps from there."""
        taken = self.best.copy()
        moves = np.flatnonzero(fixed[taken] != OPEN)
        others = np.setdiff1d(np.flatnonzero(fixed != SHUT), taken)
        most = min(len(moves), len(others), int(self.rng.integers(1, 2 + max(_MOST_SHAKEN, self.teams // 5))))
        if most:
            where = self.rng.choice(moves, most, replace=False)
            taken[where] = self.rng.choice(others, most, replace=False)
            self._found(taken, swap(by_site, taken, fixed))

    def _found(self, taken: Ints, value: float) -> None:
        if value < self.value:
            self.best, self.value = taken.copy(), float(value)
            self.tell(self.value, self.bound)

    def _bounded(self, by_site: Floats, order: Ints, cost: Floats, level: Floats) -> None:
        """The bound at the root, better sites on the way, then the tree."""
        fixed = self.fixed.copy()
        for k in range(4):
            bound, fixed, _ = self._node(by_site, (order, cost), fixed, level, steps=_ROOT_STEPS, size=1.5 / (1 + k))
            self.bound = max(self.bound, bound)
            self.tell(self.value, self.bound)
            if self.proven or self.late():
                return
            before = self.value
            for _ in range(_STARTS):
                self._shake(by_site, fixed)
            if self.value == before and k:
                break
        kept = np.flatnonzero(fixed != SHUT)
        order, cost = _nearest_first(self.cost, kept)
        heap: Heap = [(self.bound, 0, fixed, level)]
        if self._tree(by_site, (order, cost), heap, nodes=_FIRST_NODES):
            return
        if not self._finished(by_site, (order, cost), fixed, level):
            self._tree(by_site, (order, cost), heap)

    def _finished(self, by_site: Floats, near: tuple[Ints, Floats], fixed: Ints, level: Floats) -> bool:
        """Whether what is left was small enough for a mixed-integer programme, which then settled it."""
        limit = level + (self.enough - self.bound) * (1 + 1e-9) + 1e-9
        left = Left(order=near[0], cost=near[1], limit=limit, fixed=fixed, teams=self.teams)
        found = finish(left, shut=SHUT, opened=OPEN, time_limit_s=max(0.1, 0.3 * (self.until - perf_counter())))
        if found is None:
            return False
        sites, bound, complete = found
        if sites is not None:
            self._found(sites, float(by_site[sites].min(axis=0).sum()))
        self.bound = self.value if complete else max(self.bound, min(bound, self.value))
        return complete

    def _node(
        self, by_site: Floats, near: tuple[Ints, Floats], fixed: Ints, level: Floats, *, steps: int, size: float
    ) -> tuple[float, Ints, int]:
        """The bound of a node, what it then fixes, and the site to branch on (-1: none is left to decide)."""
        chosen = np.zeros(len(fixed), np.bool_)
        settings = np.array([self.teams, self.value, self.enough, steps, size], dtype=np.float64)
        bound, reduced, least = subgradient(*near, fixed, level, settings, chosen)
        if least < self.value:
            taken = np.flatnonzero(chosen)
            self._found(taken, float(swap(by_site, taken, self.fixed)))
        if bound > self.enough:
            return bound, fixed, -1
        return bound, *self._decided(bound, reduced, fixed)

    def _decided(self, bound: float, reduced: Floats, fixed: Ints) -> tuple[Ints, int]:
        """Sites that the bound decides, fixed so; and the one that is most surely in, to branch on."""
        chosen = np.zeros(len(fixed), np.bool_)
        choose(reduced, fixed, self.teams, chosen)
        free = fixed == FREE
        inside, outside = free & chosen, free & ~chosen
        fixed = fixed.copy()
        if inside.any() and outside.any():
            last_in, first_out = float(reduced[inside].max()), float(reduced[outside].min())
            fixed[outside & (bound + reduced - last_in > self.enough)] = SHUT
            fixed[inside & (bound - reduced + first_out > self.enough)] = OPEN
        if not outside.any():
            fixed[inside] = OPEN
        left = np.flatnonzero((fixed == FREE) & inside)
        return fixed, int(left[np.argmin(reduced[left])]) if len(left) else -1

    def _tree(self, by_site: Floats, near: tuple[Ints, Floats], heap: Heap, *, nodes: int | None = None) -> bool:
        """Whether the best is proven: nodes in the order of their bounds, each split on a site that is open or shut."""
        made = itertools.count(1 + max(node[1] for node in heap))
        while heap and not self.late() and nodes != 0:
            nodes = None if nodes is None else nodes - 1
            known, _, fixed, level = heapq.heappop(heap)
            self.bound = max(self.bound, known)
            self.tell(self.value, self.bound)
            if self.proven:
                return True
            level = level.copy()
            bound, fixed, site = self._node(by_site, near, fixed, level, steps=_NODE_STEPS, size=0.4)
            bound = max(bound, known)
            if bound > self.enough:
                continue
            if site < 0:
                self._leaf(by_site, fixed)
                continue
            for side in (OPEN, SHUT):
                child = fixed.copy()
                child[site] = side
                if (child == OPEN).sum() <= self.teams <= (child != SHUT).sum():
                    heapq.heappush(heap, (bound, next(made), child, level))
        self.bound = max(self.bound, min(heap[0][0], self.value)) if heap else self.value
        return self.proven

    def _leaf(self, by_site: Floats, fixed: Ints) -> None:
        """Nothing is left to decide: the sites open, or, where too few, all that are not shut."""
        opened = np.flatnonzero(fixed == OPEN)
        if len(opened) < self.teams:
            opened = np.flatnonzero(fixed != SHUT)[: self.teams]
        self._found(opened, float(by_site[opened].min(axis=0).sum()))


def _nearest_first(cost: Floats, kept: Ints | None = None) -> tuple[Ints, Floats]:
    """The sites of each point by rising cost, and the costs; only those `kept`."""
    some = np.arange(cost.shape[1]) if kept is None else kept
    order = some[np.argsort(cost[:, some], axis=1, kind="stable")]
    return np.ascontiguousarray(order), np.ascontiguousarray(np.take_along_axis(cost, order, axis=1))
