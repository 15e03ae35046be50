"""The inner loop of `center`: sites put elsewhere, one at a time, until every point is within reach."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from homeward.geo import Floats
from homeward.readiness.cover.records import Bools, Ints

States = NDArray[np.uint64]
Lists = tuple[Ints, Ints, Ints, Ints]
"""Where the list of each site begins, the points within reach of the sites; where that of each point begins, sites."""
Now = tuple[Ints, Ints, Floats, Floats, Bools]
"""By point how many sites reach it and the sum of their places; by place what is lost without it, room; who is used."""


@njit(cache=True)
def drawn(state: States, n: int) -> int:
    """A number below n (xorshift: Marsaglia 2003, Journal of Statistical Software 8(14), 1-6)."""
    x = state[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    state[0] = x
    return np.int64(x % np.uint64(n))  # type: ignore[return-value]


@njit(cache=True)
def place(lists: Lists, taken: Ints, stays: Bools, weight: Floats, state: States, steps: int) -> bool:
    """Puts sites elsewhere until all points are within reach of one; whether that was done within so many steps.

    `taken` becomes the sites; `stays` says, by place in it, which of them do. `weight` is what each point counts that
    nobody reaches: more, the longer it is left.
    """
    n, p = len(weight), len(taken)
    count, whose, used = np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(len(lists[0]) - 1, np.bool_)
    now = (count, whose, np.zeros(p), np.zeros(p), used)
    left = n
    for k in range(p):
        used[taken[k]] = True
        left -= _come(lists, now, weight, taken[k], k)
    barred = np.array([-1, -1])  # the site that went last, the place where another came
    for _ in range(steps):
        if left == 0:
            return True
        point = drawn(state, n)
        while count[point] > 0:
            point = (point + 1) % n
        worse, site, k = _best(lists, now, (stays, barred), weight, state, point)
        if k < 0 and barred[1] < 0:
            return False
        if k < 0:
            barred[:] = -1
            continue
        left += _leave(lists, now, weight, taken[k], k)
        left -= _come(lists, now, weight, site, k)
        used[taken[k]], used[site] = False, True
        barred[0], barred[1] = taken[k], k
        taken[k] = site
        if worse >= 0:
            for i in range(n):
                weight[i] += count[i] == 0
    return left == 0


@njit(cache=True)
def _best(
    lists: Lists, now: Now, marks: tuple[Bools, Ints], weight: Floats, state: States, point: int
) -> tuple[float, int, int]:
    """Of all sites that reach the point, in the place of any other, what leaves least: by how much more, site, place.

    Of several one by chance; place -1: there is none.
    """
    count, whose, loss, shared, used = now
    stays, barred = marks
    best, best_site, best_k, ties = np.inf, -1, -1, 0
    for site in lists[3][lists[2][point] : lists[2][point + 1]]:
        if used[site] or site == barred[0]:
            continue
        points = lists[1][lists[0][site] : lists[0][site + 1]]
        gain = _gain(points, now, weight)
        for k in range(len(loss)):
            worse = loss[k] - shared[k] - gain
            if stays[k] or k == barred[1] or worse > best:
                continue
            ties = 1 if worse < best else ties + 1
            if worse < best or drawn(state, ties) == 0:
                best, best_site, best_k = worse, site, k
        for i in points:
            if count[i] == 1:
                shared[whose[i]] = 0.0
    return best, best_site, best_k


@njit(cache=True)
def _gain(points: Ints, now: Now, weight: Floats) -> float:
    """What these points count that nobody reaches; what they count by the one who reaches them goes into its room."""
    count, whose, _, shared, _ = now
    gain = 0.0
    for i in points:
        if count[i] == 0:
            gain += weight[i]
        elif count[i] == 1:
            shared[whose[i]] += weight[i]
    return gain


@njit(cache=True)
def _leave(lists: Lists, now: Now, weight: Floats, site: int, k: int) -> int:
    """The site at place k goes; how many points nobody reaches then that it reached."""
    count, whose, loss, _, _ = now
    left = 0
    for i in lists[1][lists[0][site] : lists[0][site + 1]]:
        count[i] -= 1
        whose[i] -= k
        if count[i] == 0:
            loss[k] -= weight[i]
            left += 1
        elif count[i] == 1:
            loss[whose[i]] += weight[i]
    return left


@njit(cache=True)
def _come(lists: Lists, now: Now, weight: Floats, site: int, k: int) -> int:
    """A site comes to place k; how many points it reaches that nobody reached."""
    count, whose, loss, _, _ = now
    new = 0
    for i in lists[1][lists[0][site] : lists[0][site + 1]]:
        if count[i] == 0:
            loss[k] += weight[i]
            new += 1
        elif count[i] == 1:
            loss[whose[i]] -= weight[i]
        count[i] += 1
        whose[i] += k
    return new
