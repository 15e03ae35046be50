"""What no plan can beat: upper bounds on the probability of success (POS) of a given effort, by weak duality.

Put a price on a second of each resource. Whatever the prices, POS <= what the effort costs + what every cell would
still gain by buying at those prices (Everett 1963, Operations Research 11(3):399-417; Stone 1975, Theory of Optimal
Search, ch. 2-3). Only the tightness depends on the prices, never the validity.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize

from homeward.geo import Floats
from homeward.search.allocate_interior import best_split

_MAX_GROUPS = 4000
_POLISH_ROUNDS = 25
_FREE = 1e-200  # a price of coverage below this is none: the bound stays one, and nothing overflows


def dual_bound(poa: Floats, rate: Floats, effort_s: Floats, prices: Floats) -> float:
    """An upper bound on POS for any `prices` >= 0, one per resource, POS per second.

    `poa` (cells,) probability >= 0; `rate` (resources, cells) coverage per second >= 0, 0 where the resource cannot
    search; `effort_s` (resources,) seconds >= 0. POD = 1 - exp(-coverage), coverages of resources adding up
    (Koopman 1980, Search and Screening). Any split of the effort, and so any plan that searches no longer than
    `effort_s`, has a POS of at most what is returned. Prices that are not finite or are negative count as 0.
    """
    some = effort_s > 0  # nobody can buy where there is no effort, whatever the price
    prices = np.where(np.isfinite(prices) & (prices > 0), prices, 0.0)
    return _dual(poa, rate[some], effort_s[some], prices[some])[0]


def _dual(poa: Floats, rate: Floats, effort_s: Floats, prices: Floats) -> tuple[float, Floats]:
    """The bound and its slope in each price: effort there is, less effort that would be bought."""
    cost = np.full(poa.shape, np.inf)  # cheapest price of coverage
    who = np.zeros(poa.shape, dtype=np.intp)
    with np.errstate(divide="ignore", invalid="ignore"):
        for r, price in enumerate(prices):
            here = np.where(rate[r] > 0, price / rate[r], np.inf)
            better = here < cost
            cost[better], who[better] = here[better], r
    cost[cost < _FREE] = 0.0
    buys = (poa > cost) & (cost > 0)
    p, q = poa[buys], cost[buys]
    coverage = np.log1p((p - q) / q)
    free = float(poa[cost == 0].sum())  # a price of 0 buys certainty
    value = float(prices @ effort_s) + free + float((q * (np.expm1(coverage) - coverage)).sum())
    who = who[buys]
    used = np.bincount(who, coverage / rate[who, np.flatnonzero(buys)], len(prices))
    return value, effort_s - used


def divisible_bound(poa: Floats, rate: Floats, effort_s: Floats) -> float:
    """An upper bound on POS when every resource searches `effort_s` seconds anywhere, with no travel to get there.

    Arguments as in `dual_bound`. The prices come from the exact optimum of a problem with like cells merged, and are
    then polished on the real cells: never below the true optimum, and usually within a few ten-thousandths of it.
    A quarter of a million cells and ten resources take about a second.
    """
    poa, rate, effort_s = _merged(np.asarray(poa, float), np.asarray(rate, float), np.asarray(effort_s, float))
    if not len(effort_s) or not len(poa):
        return 0.0
    weight, merged = _grouped(poa, rate)
    prices = best_split(weight, merged, effort_s, gap=1e-6).price.clip(min=1e-300)
    return min(float(poa.sum()), _polished(poa, rate, effort_s, prices))


def _polished(poa: Floats, rate: Floats, effort_s: Floats, prices: Floats) -> float:
    """The least dual value met on a short quasi-Newton walk over the logarithms of the prices."""
    best = _dual(poa, rate, effort_s, prices)[0]

    def at(log_prices: Floats) -> tuple[float, Floats]:
        nonlocal best
        here = np.exp(log_prices.clip(-690, 690))
        value, slope = _dual(poa, rate, effort_s, here)
        best = min(best, value)
        return value, slope * here

    minimize(at, np.log(prices), jac=True, method="L-BFGS-B", options={"maxfun": _POLISH_ROUNDS, "ftol": 1e-9})
    return best


def _merged(poa: Floats, rate: Floats, effort_s: Floats) -> tuple[Floats, Floats, Floats]:
    """Useful cells only, and resources whose rates are in proportion everywhere made one (exact)."""
    cells = (poa > 0) & (rate[effort_s > 0] > 0).any(axis=0)
    poa, rate = poa[cells], rate[:, cells]
    rates: list[Floats] = []
    efforts: list[float] = []
    for row, effort in zip(rate, effort_s, strict=True):
        if not effort > 0 or not row.any():
            continue
        for i, other in enumerate(rates):
            ratio = row.sum() / other.sum()
            if np.allclose(row, ratio * other, rtol=1e-12, atol=0):
                efforts[i] += effort * ratio
                break
        else:
            rates.append(row)
            efforts.append(float(effort))
    return poa, np.array(rates).reshape(len(rates), len(poa)), np.array(efforts)


def _grouped(poa: Floats, rate: Floats) -> tuple[Floats, Floats]:
    """Weight (1, groups) and rate (1, resources, groups) of a smaller problem whose cells are like ones merged."""
    with np.errstate(divide="ignore"):
        logs = np.log(np.vstack([poa, rate]))
    step = 0.01
    while True:
        keys = np.where(np.isfinite(logs), np.round(np.where(np.isfinite(logs), logs, 0) / step), -(2**30)).astype(
            np.int64
        )
        mixed = np.zeros(keys.shape[1], dtype=np.uint64)
        for row in keys:
            mixed = (mixed ^ row.astype(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
            mixed ^= mixed >> np.uint64(29)
        group = np.unique(mixed, return_inverse=True)[1]
        n = int(group.max()) + 1
        if n <= _MAX_GROUPS:
            break
        step *= 1.4
    count = np.bincount(group, minlength=n)
    weight = np.bincount(group, poa, n).astype(np.float64)
    merged = np.array([np.bincount(group, row * poa, n) / (weight * count) for row in rate])
    return weight[None], merged[None]
