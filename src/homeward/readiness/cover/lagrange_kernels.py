"""The inner loops of `lagrange`: swaps of sites, prices of points, the bound that they give."""

from __future__ import annotations

import numpy as np
from numba import njit

from homeward.geo import Floats
from homeward.readiness.cover.records import Bools, Ints

FREE, OPEN, SHUT = 0, 1, 2
_TINY = 1e-12


@njit(cache=True)
def nearest_two(by_site: Floats, taken: Ints) -> tuple[Ints, Floats, Floats]:
    """For each point the position in `taken` of its nearest site, its cost there, and that of the second nearest."""
    m = by_site.shape[1]
    near = np.zeros(m, np.int64)
    first, second = np.full(m, np.inf), np.full(m, np.inf)
    for k in range(len(taken)):
        row = by_site[taken[k]]
        for i in range(m):
            c = row[i]
            if c < first[i]:
                second[i], first[i], near[i] = first[i], c, k
            elif c < second[i]:
                second[i] = c
    return near, first, second


@njit(cache=True)
def swap(by_site: Floats, taken: Ints, fixed: Ints) -> float:
    """Swaps one site for another while that helps; `taken` becomes the sites, the result their cost.

    `by_site` (sites, points) is the cost of each point at each site. Sites that are OPEN stay, those SHUT don't come.
    """
    n, m = by_site.shape
    used = np.zeros(n, np.bool_)
    for j in taken:
        used[j] = True
    near, first, second = nearest_two(by_site, taken)
    loss = np.empty(len(taken))
    quiet, j = 0, 0
    while quiet < n:
        if not used[j] and fixed[j] != SHUT:
            gain = 0.0
            loss[:] = 0.0
            row = by_site[j]
            for i in range(m):
                c = row[i]
                if c < first[i]:
                    gain += first[i] - c
                else:
                    loss[near[i]] += min(c, second[i]) - first[i]
            best, least = -1, np.inf
            for k in range(len(taken)):
                if fixed[taken[k]] != OPEN and loss[k] < least:
                    best, least = k, loss[k]
            if best >= 0 and gain - least > _TINY * (1.0 + gain):
                used[taken[best]] = False
                used[j] = True
                taken[best] = j
                near, first, second = nearest_two(by_site, taken)
                quiet = 0
        quiet += 1
        j = j + 1 if j + 1 < n else 0
    return float(first.sum())


@njit(cache=True)
def greedy(by_site: Floats, taken: Ints, n_open: int, fixed: Ints) -> None:
    """Fills `taken` from position `n_open` on: each time the site that saves most."""
    n, m = by_site.shape
    first = np.full(m, np.inf)
    used = np.zeros(n, np.bool_)
    for k in range(n_open):
        used[taken[k]] = True
        for i in range(m):
            first[i] = min(first[i], by_site[taken[k], i])
    for k in range(n_open, len(taken)):
        best, least = -1, np.inf
        for j in range(n):
            if used[j] or fixed[j] == SHUT:
                continue
            total = 0.0
            for i in range(m):
                total += min(first[i], by_site[j, i])
            if total < least:
                best, least = j, total
        taken[k] = best
        used[best] = True
        for i in range(m):
            first[i] = min(first[i], by_site[best, i])


@njit(cache=True)
def price(order: Ints, cost: Floats, level: Floats, reduced: Floats) -> None:
    """What opening each site would save at these levels of the points, into `reduced` (sites,), 0 or less.

    `order` and `cost` (points, sites): the sites of each point, nearest first, and its cost there.
    """
    reduced[:] = 0.0
    for i in range(order.shape[0]):
        top = level[i]
        for k in range(order.shape[1]):
            c = cost[i, k]
            if c >= top:
                break
            reduced[order[i, k]] += c - top


@njit(cache=True)
def choose(reduced: Floats, fixed: Ints, teams: int, chosen: Bools) -> float:
    """The sites that are OPEN and those FREE that save most, into `chosen`; the sum of what they save."""
    total, left = 0.0, teams
    chosen[:] = False
    count = 0
    for j in range(len(reduced)):
        if fixed[j] == OPEN:
            chosen[j] = True
            total += reduced[j]
            left -= 1
        elif fixed[j] == FREE:
            count += 1
    free = np.empty(count, np.int64)
    values = np.empty(count)
    count = 0
    for j in range(len(reduced)):
        if fixed[j] == FREE:
            free[count] = j
            values[count] = reduced[j]
            count += 1
    if left > 0:
        by = np.argsort(values)
        for k in range(min(left, count)):
            chosen[free[by[k]]] = True
            total += values[by[k]]
    return total


@njit(cache=True)
def cost_of(order: Ints, cost: Floats, chosen: Bools) -> float:
    """The cost of the sites chosen."""
    total = 0.0
    for i in range(order.shape[0]):
        for k in range(order.shape[1]):
            if chosen[order[i, k]]:
                total += cost[i, k]
                break
    return total


@njit(cache=True)
def subgradient(  # noqa: C901, PLR0912 - one loop, as fast as it can be
    order: Ints, cost: Floats, fixed: Ints, level: Floats, settings: Floats, chosen: Bools
) -> tuple[float, Floats, float]:
    """Raises the bound: the best bound, the reduced costs there, and the least cost of sites that were chosen.

    `level` becomes the levels of the best bound, `chosen` the sites of the least cost. `settings`: teams, cost of the
    best sites known, bound from which on nothing better is left, steps, first step size.
    """
    m, n = order.shape[0], len(fixed)
    teams, upper, enough, steps = int(settings[0]), settings[1], settings[2], int(settings[3])
    size, quiet = settings[4], 0
    reduced, now = np.zeros(n), np.zeros(n, np.bool_)
    best, best_reduced, best_level = -np.inf, np.zeros(n), level.copy()
    least = np.inf
    slope, way = np.zeros(m), np.zeros(m)
    for _ in range(steps):
        price(order, cost, level, reduced)
        bound = choose(reduced, fixed, teams, now) + level.sum()
        if bound > best + 1e-6 * abs(best) * (best > -np.inf):
            quiet = 0
        else:
            quiet += 1
        if bound > best:
            best = bound
            best_level[:] = level
            best_reduced[:] = reduced
            total = cost_of(order, cost, now)
            if total < least:
                least = total
                chosen[:] = now
                upper = min(upper, least)
            if best > enough:
                break
        if quiet >= 20:
            size *= 0.6
            quiet = 0
            level[:] = best_level
            if size < 2e-3:
                break
        norm = 0.0
        for i in range(m):
            served = 0
            for k in range(order.shape[1]):
                if cost[i, k] >= level[i]:
                    break
                if now[order[i, k]]:
                    served += 1
            slope[i] = 1.0 - served
            way[i] = 0.7 * slope[i] + 0.3 * way[i]
            norm += way[i] * way[i]
        if norm < _TINY:
            break
        step = size * max(upper - bound, 1e-9 * abs(upper) + _TINY) / norm
        for i in range(m):
            level[i] += step * way[i]
    level[:] = best_level
    return best, best_reduced, least
