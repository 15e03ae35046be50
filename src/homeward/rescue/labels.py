"""The kernels under `front`: least costs of one kind, and labels of up to three kinds, over a directed graph, in numba.

Labels are settled by time first. At a vertex all that were settled before are no slower, so a new one is worse than
one of them where it is in the other two criteria alone: a staircase for each vertex tells by halving (Martins 1984,
EJOR 16:236-245; Pulido, Mandow and Perez de la Cruz 2015, Computers & Operations Research 64:60-70). Lower bounds
from each vertex to the exits cut what cannot join the front.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from homeward.geo import Floats

Ints32 = NDArray[np.int32]

DONE, MORE_LABELS, MORE_STAIRS, PAUSED = 0, 1, 2, 3


class Net(NamedTuple):
    """A directed graph by tail: edges of `v` are `first[v]` to `first[v + 1]`. `cost` (3, edges) time, hits, effort."""

    first: NDArray[np.int64]
    head: Ints32
    cost: Floats


class Ends(NamedTuple):
    """Exits, sorted by vertex: those of `v` are `first[v]` to `first[v + 1]`. `ready` and `then` in seconds."""

    first: Ints32
    ready: Floats
    then: Floats


class Limits(NamedTuple):
    """`to_go` (3, vertices + 1) least cost of each kind to an exit; `most` (3,) what is allowed; `slack` (3,) rounding;
    `eps`: how near ways may stand for others (`near`)."""

    to_go: Floats
    most: Floats
    slack: Floats
    eps: float


class Labels(NamedTuple):
    """Labels by number: `at` a vertex (the last is past the exits), `come` the label before, by edge `via`.

    `cost` (labels, 3).
    """

    at: Ints32
    come: Ints32
    via: Ints32
    cost: Floats


class Heap(NamedTuple):
    """Open labels, a binary heap by (time, hits) of the whole way at least."""

    time_s: Floats
    hits: Floats
    label: Ints32


class Stairs(NamedTuple):
    """For each vertex the settled (hits, effort), hits rising, effort falling: `size` of `room` from `start`."""

    hits: Floats
    effort: Floats
    start: NDArray[np.int64]
    size: Ints32
    room: Ints32


@njit(cache=True)
def least_costs(  # pragma: no cover
    net: Net, weight: Floats, sources: Ints32, begin: Floats
) -> tuple[Floats, NDArray[np.int64]]:
    """(least weighted cost from the sources, which start at `begin`; edge by which each was reached or -1) (Dijkstra
    1959)."""
    n = net.first.size - 1
    cost, came = np.full(n, np.inf), np.full(n, -1, dtype=np.int64)
    key, who, where = np.empty(n), np.empty(n, dtype=np.int32), np.full(n, -1, dtype=np.int32)
    size = 0
    for i in range(sources.size):
        if begin[i] < cost[sources[i]]:
            cost[sources[i]] = begin[i]
            size = _put(key, who, where, size, sources[i], begin[i])
    while size > 0:
        v = who[0]
        size = _take(key, who, where, size)
        for e in range(net.first[v], net.first[v + 1]):
            w = net.head[e]
            then = cost[v] + weight[0] * net.cost[0, e] + weight[1] * net.cost[1, e] + weight[2] * net.cost[2, e]
            if then < cost[w]:
                cost[w] = then
                came[w] = e
                size = _put(key, who, where, size, w, then)
    return cost, came


@njit(cache=True)
def _put(key: Floats, who: Ints32, where: Ints32, size: int, v: int, value: float) -> int:  # pragma: no cover
    """A vertex into the heap, or up in it; the new size."""
    i = where[v]
    if i < 0:
        i = size
        size += 1
    while i > 0:
        up = (i - 1) >> 1
        if key[up] <= value:
            break
        key[i], who[i] = key[up], who[up]
        where[who[i]] = i
        i = up
    key[i], who[i], where[v] = value, v, i
    return size


@njit(cache=True)
def _take(key: Floats, who: Ints32, where: Ints32, size: int) -> int:  # pragma: no cover
    """The least out of the heap; the new size."""
    where[who[0]] = -1
    size -= 1
    if size == 0:
        return 0
    value, v = key[size], who[size]
    i = 0
    while True:
        low = 2 * i + 1
        if low >= size:
            break
        if low + 1 < size and key[low + 1] < key[low]:
            low += 1
        if key[low] >= value:
            break
        key[i], who[i] = key[low], who[low]
        where[who[i]] = i
        i = low
    key[i], who[i], where[v] = value, v, i
    return size


@njit(cache=True)
def push(heap: Heap, size: int, time_s: float, hits: float, label: int) -> int:  # pragma: no cover
    """A label into the heap; the new size."""
    i = size
    while i > 0:
        up = (i - 1) >> 1
        if heap.time_s[up] < time_s or (heap.time_s[up] == time_s and heap.hits[up] <= hits):
            break
        heap.time_s[i], heap.hits[i], heap.label[i] = heap.time_s[up], heap.hits[up], heap.label[up]
        i = up
    heap.time_s[i], heap.hits[i], heap.label[i] = time_s, hits, label
    return size + 1


@njit(cache=True)
def pop(heap: Heap, size: int) -> int:  # pragma: no cover
    """The first label out of the heap; the new size."""
    size -= 1
    time_s, hits, label = heap.time_s[size], heap.hits[size], heap.label[size]
    i = 0
    while True:
        low = 2 * i + 1
        if low >= size:
            break
        r = low + 1
        if r < size and (
            heap.time_s[r] < heap.time_s[low] or (heap.time_s[r] == heap.time_s[low] and heap.hits[r] < heap.hits[low])
        ):
            low = r
        if heap.time_s[low] > time_s or (heap.time_s[low] == time_s and heap.hits[low] >= hits):
            break
        heap.time_s[i], heap.hits[i], heap.label[i] = heap.time_s[low], heap.hits[low], heap.label[low]
        i = low
    heap.time_s[i], heap.hits[i], heap.label[i] = time_s, hits, label
    return size


@njit(cache=True)
def _last_not_above(stairs: Stairs, v: int, hits: float) -> int:  # pragma: no cover
    """How many steps of the staircase at `v` have no more hits."""
    low, high = 0, stairs.size[v]
    base = stairs.start[v]
    while low < high:
        middle = (low + high) >> 1
        if stairs.hits[base + middle] <= hits:
            low = middle + 1
        else:
            high = middle
    return low


@njit(cache=True)
def worse(stairs: Stairs, v: int, hits: float, effort: float) -> bool:  # pragma: no cover
    """Whether something settled at `v` has no more of either."""
    i = _last_not_above(stairs, v, hits)
    return i > 0 and stairs.effort[stairs.start[v] + i - 1] <= effort


@njit(cache=True)
def settle(stairs: Stairs, used: int, v: int, hits: float, effort: float) -> int:  # pragma: no cover
    """(hits, effort), not worse than any, onto the staircase at `v`; how much of the pool is used then."""
    if stairs.size[v] == stairs.room[v]:
        room = max(2, 2 * stairs.room[v])
        old = stairs.start[v]
        for j in range(stairs.size[v]):
            stairs.hits[used + j], stairs.effort[used + j] = stairs.hits[old + j], stairs.effort[old + j]
        stairs.start[v], stairs.room[v] = used, room
        used += room
    base, n = stairs.start[v], stairs.size[v]
    i = _last_not_above(stairs, v, hits)
    if i > 0 and stairs.hits[base + i - 1] == hits:
        i -= 1
    end = i
    while end < n and stairs.effort[base + end] >= effort:
        end += 1
    if end == i:
        for j in range(n, i, -1):
            stairs.hits[base + j], stairs.effort[base + j] = stairs.hits[base + j - 1], stairs.effort[base + j - 1]
    elif end > i + 1:
        for j in range(end, n):
            k = j - (end - i - 1)
            stairs.hits[base + k], stairs.effort[base + k] = stairs.hits[base + j], stairs.effort[base + j]
    stairs.hits[base + i], stairs.effort[base + i] = hits, effort
    stairs.size[v] = n + 1 - (end - i)
    return used


@njit(cache=True)
def widest(net: Net) -> int:  # pragma: no cover
    """The most labels that one can lead to."""
    most = 0
    for v in range(net.first.size - 1):
        most = max(most, net.first[v + 1] - net.first[v] + 1)
    return most


@njit(cache=True)
def set_labels(  # pragma: no cover  # noqa: C901, PLR0912, PLR0913, PLR0917
    net: Net,
    ends: Ends,
    limits: Limits,
    labels: Labels,
    heap: Heap,
    stairs: Stairs,
    count: NDArray[np.int64],
    stop: int,
) -> int:
    """Settles labels until none is open (DONE), `stop` were settled (PAUSED), or an array is full.

    `count`: labels numbered, open labels, pool used, free numbers, labels settled. Freed numbers are chained in `come`.
    """
    # Long: one loop that numba compiles whole; its parts share eight arrays and five counters.
    past = net.first.size - 1
    to_go, most, slack = limits.to_go, limits.most, limits.slack
    settled, degree = 0, widest(net)
    while count[1] > 0:
        if settled >= stop:
            return PAUSED
        if count[0] + degree >= labels.at.size or count[1] + degree >= heap.label.size:
            return MORE_LABELS
        label = heap.label[0]
        v = labels.at[label]
        if count[2] + 2 * stairs.room[v] + 2 >= stairs.hits.size:
            return MORE_STAIRS
        count[1] = pop(heap, count[1])
        time_s, hits, effort = labels.cost[label, 0], labels.cost[label, 1], labels.cost[label, 2]
        if worse(stairs, v, hits + slack[1], effort + slack[2]) or worse(
            stairs,
            past,
            (hits + to_go[1, v]) + slack[1],
            (effort + to_go[2, v]) + slack[2],
        ):
            labels.at[label], labels.come[label] = -1, count[3]  # its number is free again
            count[3] = label
            continue
        count[2] = settle(stairs, count[2], v, hits, effort)
        settled += 1
        count[4] += 1
        if v == past:
            continue
        last = net.first[v + 1]
        back = labels.at[labels.come[label]] if labels.come[label] >= 0 else -1
        for e in range(net.first[v], last + 1):
            if e < last:
                w = net.head[e]
                if w == back:
                    continue
                t, h, x = time_s + net.cost[0, e], hits + net.cost[1, e], effort + net.cost[2, e]
            else:
                w, t, h, x = past, np.inf, hits, effort
                for k in range(ends.first[v], ends.first[v + 1]):
                    t = min(t, max(time_s, ends.ready[k]) + ends.then[k])
            least_s, least_h, least_x = t + to_go[0, w], h + to_go[1, w], x + to_go[2, w]
            if not (least_s <= most[0] and least_h <= most[1] and least_x <= most[2]) or least_s == np.inf:
                continue
            if worse(stairs, w, h + slack[1], x + slack[2]) or worse(
                stairs, past, least_h + slack[1], least_x + slack[2]
            ):
                continue
            if count[3] >= 0:
                new = count[3]
                count[3] = labels.come[new]
            else:
                new = count[0]
                count[0] += 1
            labels.at[new], labels.come[new], labels.via[new] = w, label, e
            labels.cost[new, 0], labels.cost[new, 1], labels.cost[new, 2] = t, h, x
            count[1] = push(heap, count[1], least_s, least_h, new)
    return DONE


@njit(cache=True)
def unbeaten(cost: Floats, slack: Floats) -> NDArray[np.bool_]:  # pragma: no cover
    """Which rows of `cost` (n, 3), sorted by column 0, 1, 2, no other beats or, to `slack`, equals."""
    n = cost.shape[0]
    stairs = Stairs(
        np.empty(4 * n + 4), np.empty(4 * n + 4), np.zeros(1, np.int64), np.zeros(1, np.int32), np.zeros(1, np.int32)
    )
    good, used = np.zeros(n, dtype=np.bool_), 0
    for i in range(n):
        if not worse(stairs, 0, cost[i, 1] + slack[1], cost[i, 2] + slack[2]):
            used = settle(stairs, used, 0, cost[i, 1], cost[i, 2])
            good[i] = True
    return good


@njit(cache=True)
def traced(labels: Labels, ends: Ints32) -> tuple[Ints32, NDArray[np.int64]]:  # pragma: no cover
    """The edges of the ways that end with labels `ends` past the exits, one after another, and where each begins."""
    where = np.zeros(ends.size + 1, dtype=np.int64)
    for i in range(ends.size):
        label, n = labels.come[ends[i]], 0
        while labels.come[label] >= 0:
            label, n = labels.come[label], n + 1
        where[i + 1] = where[i] + n
    path = np.empty(where[-1], dtype=np.int32)
    for i in range(ends.size):
        label, j = labels.come[ends[i]], where[i + 1] - 1
        while labels.come[label] >= 0:
            path[j] = labels.via[label]
            label, j = labels.come[label], j - 1
    return path, where
