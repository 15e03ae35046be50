"""The kernel under `front` for fronts that are whole but for a share: labels that stand for others nearby, in numba.

A label has the cost of its way and an apex: the least, in each criterion by itself, of all ways it stands for. Two open
labels at a vertex become one as long as its way, to the exit at the least, is within (1 + eps) of its apex in each
criterion. What is left is then within (1 + eps) of every way, however long (Zhang, Salzman, Felner, Kumar, Ulloa and
Koenig 2022, "A*pex", ICAPS 32:394-403).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from homeward.geo import Floats
from homeward.rescue.labels import (
    DONE,
    MORE_LABELS,
    MORE_STAIRS,
    PAUSED,
    Ends,
    Heap,
    Ints32,
    Limits,
    Net,
    Stairs,
    pop,
    push,
    settle,
    widest,
    worse,
)


class Pairs(NamedTuple):
    """Labels by number: as `Labels`, with `apex` (labels, 3); `after` chains the open ones at a vertex from `first`.

    `open` 1 = waits.
    """

    at: Ints32
    come: Ints32
    via: Ints32
    cost: Floats
    apex: Floats
    after: Ints32
    open: NDArray[np.int8]
    first: Ints32


@njit(cache=True)
def _covers(cost: Floats, one: Floats, other: Floats, go: Floats, limits: Limits) -> bool:  # pragma: no cover
    """Whether a way of `cost` is, with `go` still to go, within (1 + eps) of two apexes in all criteria."""
    good = True
    for k in range(3):
        good &= cost[k] + go[k] <= (1 + limits.eps) * (min(one[k], other[k]) + go[k]) + limits.slack[k]
    return good


@njit(cache=True)
def _solved(stairs: Stairs, limits: Limits, hits: float, effort: float) -> bool:  # pragma: no cover
    """Whether a way that was found is within (1 + eps) of whatever has so much at the least.

    Ways are settled by the time of their apex, so that those found are never too slow.
    """
    share, past = 1 + limits.eps, stairs.size.size - 1
    return bool(worse(stairs, past, share * hits + limits.slack[1], share * effort + limits.slack[2]))


@njit(cache=True)
def _joined(  # pragma: no cover
    pairs: Pairs, w: int, new: tuple[Floats, Floats, int, int], go: Floats, limits: Limits
) -> int:
    """The open label at `w` that now stands for the new one too, or -1."""
    cost, apex, come, via = new
    label = pairs.first[w]
    while label >= 0:
        old = _covers(pairs.cost[label], pairs.apex[label], apex, go, limits)
        if old or _covers(cost, pairs.apex[label], apex, go, limits):
            for k in range(3):
                pairs.apex[label, k] = min(apex[k], pairs.apex[label, k])
                if not old:
                    pairs.cost[label, k] = cost[k]
            if not old:
                pairs.come[label], pairs.via[label] = come, via
            return int(label)
        label = pairs.after[label]
    return -1


@njit(cache=True)
def _unlink(pairs: Pairs, label: int) -> None:  # pragma: no cover
    v = pairs.at[label]
    before, here = -1, pairs.first[v]
    while here != label:
        before, here = here, pairs.after[here]
    if before >= 0:
        pairs.after[before] = pairs.after[label]
    else:
        pairs.first[v] = pairs.after[label]


@njit(cache=True)
def _open(pairs: Pairs, new: int, w: int, of: tuple[Floats, Floats, int, int]) -> None:  # pragma: no cover
    """A new label at `w`, open."""
    cost, apex, come, via = of
    pairs.at[new], pairs.come[new], pairs.via[new], pairs.open[new] = w, come, via, 1
    for k in range(3):
        pairs.cost[new, k], pairs.apex[new, k] = cost[k], apex[k]
    pairs.after[new] = pairs.first[w]
    pairs.first[w] = new


@njit(cache=True)
def _over(  # pragma: no cover
    net: Net, ends: Ends, pairs: Pairs, step: tuple[int, int, int], cost: Floats, apex: Floats
) -> None:
    """(cost, apex) of `label` at `v` over the edge `e`, the last one past the exit."""
    label, v, e = step
    out = e == net.first[v + 1]
    for k in range(3):
        far = 0.0 if out else net.cost[k, e]
        cost[k], apex[k] = pairs.cost[label, k] + far, pairs.apex[label, k] + far
    if out:
        cost[0] = apex[0] = np.inf
        for i in range(ends.first[v], ends.first[v + 1]):
            cost[0] = min(cost[0], max(pairs.cost[label, 0], ends.ready[i]) + ends.then[i])
            apex[0] = min(apex[0], max(pairs.apex[label, 0], ends.ready[i]) + ends.then[i])


@njit(cache=True)
def set_pairs(  # pragma: no cover  # noqa: C901, PLR0912, PLR0913, PLR0917
    net: Net, ends: Ends, limits: Limits, pairs: Pairs, heap: Heap, stairs: Stairs, count: NDArray[np.int64], stop: int
) -> int:
    """As `set_labels`. Times count from the start, as shares are taken of them: `ends.ready` too.

    `count`: labels numbered, heap's size, pool used, ways found, labels settled. At the exits the staircase is that of
    ways, elsewhere of apexes.
    """
    past = net.first.size - 1
    go, cost, apex = np.empty(3), np.empty(3), np.empty(3)
    settled, degree = 0, widest(net)
    while count[1] > 0:
        if settled >= stop:
            return PAUSED
        if count[0] + degree >= pairs.at.size or count[1] + degree >= heap.label.size:
            return MORE_LABELS
        label, key_s, key_h = heap.label[0], heap.time_s[0], heap.hits[0]
        v = pairs.at[label]
        if count[2] + 2 * stairs.room[v] + 2 >= stairs.hits.size:
            return MORE_STAIRS
        count[1] = pop(heap, count[1])
        for k in range(3):
            go[k] = limits.to_go[k, v]
        a = pairs.apex[label]
        if pairs.open[label] != 1 or key_s != a[0] + go[0] or key_h != a[1] + go[1]:
            continue  # it was settled, or stands in the heap again with another key
        _unlink(pairs, label)
        pairs.open[label] = 0
        if (v != past and worse(stairs, v, a[1], a[2])) or _solved(stairs, limits, a[1] + go[1], a[2] + go[2]):
            continue
        settled += 1
        count[4] += 1
        if v == past:
            if not worse(stairs, v, pairs.cost[label, 1], pairs.cost[label, 2]):
                count[2] = settle(stairs, count[2], v, pairs.cost[label, 1], pairs.cost[label, 2])
            continue
        count[2] = settle(stairs, count[2], v, a[1], a[2])
        last = net.first[v + 1]
        for e in range(net.first[v], last + 1):
            w = past if e == last else net.head[e]
            for k in range(3):
                go[k] = limits.to_go[k, w]
            _over(net, ends, pairs, (label, v, e), cost, apex)
            allowed = apex[0] + go[0] < np.inf
            for k in range(3):
                allowed &= apex[k] + go[k] <= limits.most[k]
            if not allowed or _solved(stairs, limits, apex[1] + go[1], apex[2] + go[2]):
                continue
            if w != past and worse(stairs, w, apex[1], apex[2]):
                continue
            new = _joined(pairs, w, (cost, apex, label, e), go, limits)
            if new < 0:
                new = count[0]
                count[0] += 1
                _open(pairs, new, w, (cost, apex, label, e))
            count[1] = push(heap, count[1], pairs.apex[new, 0] + go[0], pairs.apex[new, 1] + go[1], new)
            if count[1] >= heap.label.size:
                return MORE_LABELS
    return DONE
