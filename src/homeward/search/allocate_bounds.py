"""What no choice of whole tasks can exceed: three relaxations. See `allocate_whole`."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array

from homeward.geo import Floats
from homeward.search.allocate_case import WholeCase, retimed
from homeward.search.allocate_interior import best_split

_PRICE_ROUNDS = 400
MAX_PAIRS = 6000  # above, the mixed-integer program would not get anywhere
_TOLERANCE = 2e-6  # what HiGHS may be off by (its feasibility and integrality tolerances are 1e-6), relative
_FIRST_TANGENTS = (0.0, 0.08, 0.2, 0.36, 0.56, 0.8, 1.1, 1.5, 2.0, 2.7, 3.8, 5.5)


def shared_access(case: WholeCase) -> float:
    """Access paid in proportion to the share of the budget: the least that a task of that length could cost.

    A task that takes a share y of the budget T searches at most y (T - access), because access <= y T and y <= 1.
    """
    free = np.where(np.isfinite(case.access), 1 - case.access / case.budget.clip(min=1e-300)[:, None], 0.0)
    return best_split(case.weight, case.rate * free.clip(min=0.0), case.budget).bound


def priced(case: WholeCase, prices: Floats, value: float, *, until: float) -> float:
    """The budgets relaxed by prices (one scenario only; infinite for more), improved by subgradient steps.

    At given prices a segment is searched by one resource at most, because what it costs is access plus a linear
    term. Steps: Polyak (1969), towards `value`. The lowest bound met counts; each is valid.
    """
    if len(case.weight) > 1:
        return np.inf
    best, best_prices = np.inf, prices.clip(min=1e-12)
    at = best_prices
    boldness = 1.0
    for step in range(_PRICE_ROUNDS):
        here, slope = _at_prices(case, at)
        if here < best * (1 - 1e-9):
            best, best_prices = here, at
        elif step % 20 == 19:
            boldness, at = 0.5 * boldness, best_prices
        scaled = slope * np.where(at > 0, at, 0.0)  # steps in the logarithm of the prices
        length = float((scaled**2).sum())
        if length == 0 or here - value <= 1e-9 * value or perf_counter() >= until:
            break
        at = at * np.exp((-boldness * (here - value) / length * scaled).clip(-1, 1))
    return best


def _at_prices(case: WholeCase, prices: Floats) -> tuple[float, Floats]:
    """The relaxation's value at these prices, and its slope in each."""
    p, rate = case.weight[0], case.rate[0]
    cost = np.where((rate > 0) & np.isfinite(case.access), prices[:, None] / np.where(rate > 0, rate, 1.0), np.inf)
    access = np.where(np.isfinite(case.access), case.access, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        buys = (p > cost) & (cost > 0)
        coverage = np.where(buys, np.log(p / cost), 0.0)
        net = np.where(buys, p - cost - cost * coverage - prices[:, None] * access, -np.inf)
    who = net.argmax(axis=0)
    cols = np.flatnonzero(net.max(axis=0) > 0)
    rows = who[cols]
    used = np.bincount(rows, coverage[rows, cols] / rate[rows, cols] + access[rows, cols], len(prices))
    return float(prices @ case.budget + net[rows, cols].sum()), case.budget - used


def program(
    case: WholeCase,
    offer: Callable[[Floats], bool],
    limit: Callable[[float], None],
    over: Callable[[], bool],
    until: float,
    effort: Floats,
) -> None:
    """Mixed-integer programs with ever more tangents, until the bound meets the value or time is over."""
    pairs = np.nonzero(np.isfinite(case.access))
    if len(pairs[0]) > MAX_PAIRS or not len(pairs[0]):
        return
    model = _Model(case, *pairs)
    model.touch(np.tile(np.array(_FIRST_TANGENTS)[:, None, None], (1, *case.weight.shape)))
    model.touch((case.rate * effort).sum(axis=1)[None])
    while not over():
        left = until - perf_counter()
        found = model.solve(left)
        if found is None:
            return
        bound, x, proven = found
        limit(bound)
        coverage = (case.rate * x).sum(axis=1)
        offer(retimed(case, x > 1e-6 * case.budget[:, None]))
        if not model.touch(coverage[None]) or not proven:
            return


class _Model:
    """Variables: share x of the budget and yes/no u for each pair, and found share e for each scenario and segment."""

    def __init__(self, case: WholeCase, rows: np.ndarray, cols: np.ndarray) -> None:
        self.case, self.rows, self.cols = case, rows, cols
        self.cells = np.argwhere(case.weight > 0)  # (scenario, segment)
        self.number = np.full(case.weight.shape, -1)
        self.number[tuple(self.cells.T)] = np.arange(len(self.cells))
        self.n = 2 * len(rows) + len(self.cells)
        self.touched: list[tuple[int, float]] = []
        self.known: list[set[float]] = [set() for _ in self.cells]

    def touch(self, coverage: Floats) -> bool:
        """Adds tangents at these coverages (points, scenarios, segments); False where all were there already."""
        new = False
        for cell, (k, i) in enumerate(self.cells):
            for c in coverage[:, k, i]:
                point = round(float(c), 7)
                if point not in self.known[cell]:
                    self.known[cell].add(point)
                    self.touched.append((cell, point))
                    new = True
        return new

    def solve(self, time_limit_s: float) -> tuple[float, Floats, bool] | None:
        """A bound on what can be found, searching times, and whether the program was solved; None without any."""
        objective = np.zeros(self.n)
        objective[2 * len(self.rows) :] = -self.case.weight[tuple(self.cells.T)]
        integrality = np.zeros(self.n, dtype=np.int64)
        integrality[len(self.rows) : 2 * len(self.rows)] = 1
        result = milp(
            objective,
            integrality=integrality,
            bounds=Bounds(np.zeros(self.n), np.ones(self.n)),
            constraints=[self._budgets(), self._begun(), self._tangents()],
            options={"time_limit": max(0.05, 0.98 * time_limit_s), "mip_rel_gap": 5e-7},
        )
        bound = getattr(result, "mip_dual_bound", None)
        if result.x is None or bound is None or not np.isfinite(bound):
            return None
        x = np.zeros(self.case.access.shape)
        begun = result.x[len(self.rows) : 2 * len(self.rows)] > 0.5
        x[self.rows, self.cols] = np.where(begun, result.x[: len(self.rows)], 0.0) * self.case.budget[self.rows]
        return -float(bound) * (1 + _TOLERANCE), x, result.status == 0

    def _budgets(self) -> LinearConstraint:
        pair = np.arange(len(self.rows))
        share = self.case.access[self.rows, self.cols] / self.case.budget[self.rows]
        data = np.concatenate([np.ones(len(pair)), share])
        matrix = coo_array(
            (data, (np.tile(self.rows, 2), np.concatenate([pair, len(pair) + pair]))),
            shape=(len(self.case.budget), self.n),
        )
        return LinearConstraint(csr_array(matrix), -np.inf, 1.0)

    def _begun(self) -> LinearConstraint:
        pair = np.arange(len(self.rows))
        most = 1 - self.case.access[self.rows, self.cols] / self.case.budget[self.rows]
        data = np.concatenate([np.ones(len(pair)), -most])
        matrix = coo_array(
            (data, (np.tile(pair, 2), np.concatenate([pair, len(pair) + pair]))), shape=(len(pair), self.n)
        )
        return LinearConstraint(csr_array(matrix), -np.inf, 0.0)

    def _tangents(self) -> LinearConstraint:
        """e <= 1 - exp(-c) (1 + c - coverage) at every point c that was touched."""
        cell = np.array([t[0] for t in self.touched])
        c = np.array([t[1] for t in self.touched])
        hidden = np.exp(-c)
        data, row, col = [np.ones(len(c))], [np.arange(len(c))], [2 * len(self.rows) + cell]
        for k in range(len(self.case.weight)):
            b = self.case.rate[k, self.rows, self.cols] * self.case.budget[self.rows]
            there = self.number[k, self.cols]
            by_cell = csr_array(
                coo_array(
                    (b[there >= 0], (there[there >= 0], np.flatnonzero(there >= 0))),
                    shape=(len(self.cells), len(self.rows)),
                )
            )
            part = coo_array(by_cell[cell].multiply(-hidden[:, None]))
            data.append(part.data)
            row.append(part.coords[0].astype(np.int64))
            col.append(part.coords[1].astype(np.int64))
        matrix = coo_array((np.concatenate(data), (np.concatenate(row), np.concatenate(col))), shape=(len(c), self.n))
        return LinearConstraint(csr_array(matrix), -np.inf, 1 - hidden * (1 + c))
