"""One resource that pays to begin in each segment: which segments it takes, and how long it stays in each.

Arrays are (scenarios, segments): `hidden` is the probability that is still hidden there, `rate` coverage per second
of this resource.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from homeward.geo import Floats

Indices = NDArray[np.int64]
_CANDIDATES = 12
_ROUNDS = 40


@njit(cache=True)
def time_at(hidden: Floats, rate: Floats, i: int, price: float) -> float:
    """Seconds in segment `i` until a second more finds no more than `price`.

    Newton's method on the logarithm of what a second finds, a convex function, from 0: it never goes too far.
    """
    seconds = 0.0
    for _ in range(60):
        gain, slope = 0.0, 0.0
        for k in range(hidden.shape[0]):
            now = hidden[k, i] * rate[k, i] * np.exp(-rate[k, i] * seconds)
            gain += now
            slope += now * rate[k, i]
        if gain <= price * (1 + 1e-13) or slope <= 0:
            break
        seconds += np.log(gain / price) * gain / slope
    return seconds


@njit(cache=True)
def found_in(hidden: Floats, rate: Floats, i: int, seconds: float) -> float:
    """What so many seconds in segment `i` find."""
    total = 0.0
    for k in range(hidden.shape[0]):
        total -= hidden[k, i] * np.expm1(-rate[k, i] * seconds)
    return total


@njit(cache=True)
def spent_at(hidden: Floats, rate: Floats, chosen: Indices, price: float) -> float:
    """Seconds in all of `chosen` together at that price."""
    total = 0.0
    for i in chosen:
        total += time_at(hidden, rate, i, price)
    return total


@njit(cache=True)
def fill(hidden: Floats, rate: Floats, chosen: Indices, budget: float, seconds: Floats) -> float:
    """The best sharing of `budget` seconds over the segments `chosen`, written to `seconds`; returns what it finds."""
    top = 0.0
    for i in chosen:
        top = max(top, (hidden[:, i] * rate[:, i]).sum())
    if budget <= 0 or top <= 0:
        return 0.0
    high, low = np.log(top), np.log(top) - 1.0
    while low > high - 700 and spent_at(hidden, rate, chosen, np.exp(low)) < budget:
        low -= 2 * (high - low)
    for _ in range(45):
        middle = 0.5 * (low + high)
        if spent_at(hidden, rate, chosen, np.exp(middle)) > budget:
            low = middle
        else:
            high = middle
    spent = spent_at(hidden, rate, chosen, np.exp(high))
    total = 0.0
    for i in chosen:
        seconds[i] = time_at(hidden, rate, i, np.exp(high)) * budget / max(spent, 1e-300)
        total += found_in(hidden, rate, i, seconds[i])
    return total


@njit(cache=True)
def _net(hidden: Floats, rate: Floats, access: Floats, price: float, out: Floats) -> float:
    """What each segment brings beyond its cost at that price, to `out`; returns the seconds of all that bring any."""
    used = 0.0
    for i in range(hidden.shape[1]):
        out[i] = 0.0
        if np.isfinite(access[i]):
            seconds = time_at(hidden, rate, i, price)
            if seconds > 0:
                out[i] = found_in(hidden, rate, i, seconds) - price * (seconds + access[i])
                if out[i] > 0:
                    used += seconds + access[i]
    return used


@njit(cache=True)
def _worth(hidden: Floats, rate: Floats, access: Floats, budget: float, chosen: Indices, seconds: Floats) -> float:
    left = budget
    for i in chosen:
        left -= access[i]
    return fill(hidden, rate, chosen, left, seconds) if left > 0 else 0.0


@njit(cache=True)
def take(hidden: Floats, rate: Floats, access: Floats, budget: float) -> Floats:
    """Seconds in each segment: a good choice of whole tasks for one resource, given what the others leave hidden.

    `access` is infinite where it cannot search. At a falling price the segments that pay are taken until the budget
    is spent; then single segments are added, dropped or exchanged while that finds more. Not proven best.
    """
    n = hidden.shape[1]
    net = np.zeros(n)
    top = 0.0
    for i in range(n):
        if np.isfinite(access[i]):
            top = max(top, (hidden[:, i] * rate[:, i]).sum())
    seconds = np.zeros(n)
    if top <= 0 or budget <= 0:
        return seconds
    low, high = np.log(top) - 60.0, np.log(top)
    for _ in range(50):
        middle = 0.5 * (low + high)
        if _net(hidden, rate, access, np.exp(middle), net) > budget:
            low = middle
        else:
            high = middle
    _net(hidden, rate, access, np.exp(high), net)
    chosen = np.flatnonzero(net > 0)
    value = _worth(hidden, rate, access, budget, chosen, seconds)
    _net(hidden, rate, access, np.exp(low), net)
    for _ in range(_ROUNDS):
        better, gained = _best_move(hidden, rate, access, budget, chosen, net)
        if gained <= value * (1 + 1e-12):
            break
        chosen, value = better, gained
    seconds[:] = 0.0
    _worth(hidden, rate, access, budget, chosen, seconds)
    return seconds


@njit(cache=True)
def _best_move(
    hidden: Floats, rate: Floats, access: Floats, budget: float, chosen: Indices, net: Floats
) -> tuple[Indices, float]:
    """The best set one addition, removal or exchange away, and what it finds."""
    scratch = np.zeros(hidden.shape[1])
    rank = net.copy()
    for i in range(len(rank)):
        if not np.isfinite(access[i]):
            rank[i] = -np.inf
        elif rank[i] <= 0:
            rank[i] = (hidden[:, i] * rate[:, i]).sum() * 1e-9
    for i in chosen:
        rank[i] = -np.inf
    best, value = chosen, 0.0
    others = np.argsort(-rank)[:_CANDIDATES]
    for out in range(-1, len(chosen)):
        kept = np.array([chosen[k] for k in range(len(chosen)) if k != out], dtype=np.int64)
        worth = _worth(hidden, rate, access, budget, kept, scratch)
        if worth > value:
            best, value = kept, worth
        for j in others:
            if rank[j] == -np.inf:
                break
            tried = np.append(kept, j)
            worth = _worth(hidden, rate, access, budget, tried, scratch)
            if worth > value:
                best, value = tried, worth
    return best, value
