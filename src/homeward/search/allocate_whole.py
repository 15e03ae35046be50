"""Whole tasks: each resource takes segments one after another, and pays `access` to begin in each.

    sum over the segments that r takes of (access[r, i] + searching time) <= budget[r]

What is found counts the searching time alone. It begins with the better of two simple rules, below which it so never
falls. Good plans come from letting each resource in turn choose best, given what the others leave hidden; the proof
from three relaxations, of which the best counts: access shared out over the budget (a concave problem), a price on
each resource's time (Everett 1963), and a mixed-integer program whose concave parts are bounded from above by tangents
(outer approximation: Duran & Grossmann 1986, Mathematical Programming 36:307-339), solved by HiGHS.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter

import numpy as np

from homeward.geo import Floats
from homeward.search.allocate_bounds import MAX_PAIRS, priced, program, shared_access
from homeward.search.allocate_case import PROVEN_GAP, WholeCase, prices, retimed
from homeward.search.allocate_fill import take
from homeward.search.allocate_interior import Split
from homeward.search.allocate_rules import access_forgotten, in_turn

_STALE_ROUNDS = 30
_FIRST_S = 0.5  # for a first plan, however short the time limit is


@dataclass(slots=True)
class _Run:
    case: WholeCase
    until: float
    began: float
    progress: Callable[[float, float, float], None] | None
    effort: Floats
    value: float = 0.0
    bound: float = np.inf
    told: tuple[float, float] = field(default=(-1.0, np.inf))

    def offer(self, effort: Floats) -> bool:
        """Takes the plan if it finds more."""
        value = self.case.value(effort)
        better = value > self.value * (1 + 1e-12)
        if better:
            self.effort, self.value = effort, value
        self.tell()
        return better

    def limit(self, bound: float) -> None:
        """Takes the bound if it is lower."""
        self.bound = min(self.bound, bound)
        self.tell()

    def tell(self) -> None:
        if self.progress is not None and (self.value, self.bound) != self.told and np.isfinite(self.bound):
            self.told = (self.value, self.bound)
            self.progress(perf_counter() - self.began, self.value, self.bound)

    @property
    def over(self) -> bool:
        return perf_counter() >= self.until or self.bound - self.value <= PROVEN_GAP * self.value


def whole_tasks(
    case: WholeCase, *, time_limit_s: float, seed: int, progress: Callable[[float, float, float], None] | None = None
) -> Split:
    """The best whole tasks found and a proven bound; stops when both meet, or at the time limit, or at Ctrl-C."""
    began = perf_counter()
    run = _Run(case, began + time_limit_s, began, progress, np.zeros(case.access.shape))
    try:
        for rule in (in_turn, access_forgotten):
            run.offer(rule(case))
        run.limit(shared_access(case))
        provable = np.isfinite(case.access).sum() <= MAX_PAIRS
        _improve(run, np.random.default_rng(seed), began + (0.4 if provable else 0.85) * time_limit_s)
        run.limit(priced(case, prices(case, run.effort), run.value, until=run.until))
        if not run.over:
            program(case, run.offer, run.limit, lambda: run.over, run.until, run.effort)
    except KeyboardInterrupt:
        if not np.isfinite(run.bound):
            raise
    return Split(run.effort, prices(case, run.effort), run.value, max(run.bound, run.value))


def _improve(run: _Run, rng: np.random.Generator, until: float) -> None:
    """Each chooses in turn until nobody gains, from a rule's plan and from nothing.

    Then some begin anew, in another order, again and again.
    """
    n, first = len(run.case.budget), max(until, perf_counter() + _FIRST_S)
    for begin in (run.effort, np.zeros_like(run.effort)):
        run.offer(_settled(run.case, begin, np.arange(n), first))
    stale = 0
    while stale < _STALE_ROUNDS and not run.over and perf_counter() < until:
        effort = run.effort.copy()
        order = rng.permutation(n)
        effort[order[: max(1, min(n, int(rng.integers(1, 4))))]] = 0.0
        stale = 0 if run.offer(_settled(run.case, effort, order, until)) else stale + 1


def _settled(case: WholeCase, effort: Floats, order: np.ndarray, until: float) -> Floats:
    """Best choices in turn, then everybody's times together; until nothing is gained, or time is over."""
    value = -1.0
    while True:
        for r in order:
            if perf_counter() >= until:
                return effort
            others = effort.copy()
            others[r] = 0.0
            hidden = case.weight * np.exp(-(case.rate * others).sum(axis=1))
            mine = others.copy()
            mine[r] = take(hidden, np.ascontiguousarray(case.rate[:, r]), case.access[r], float(case.budget[r]))
            if case.value(mine) > case.value(effort):
                effort = mine
        if perf_counter() >= until:
            return effort
        together = retimed(case, effort > 0)
        if case.value(together) > case.value(effort):
            effort = together
        if case.value(effort) <= value * (1 + 1e-9):
            return effort
        value = case.value(effort)
