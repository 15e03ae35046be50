"""The front of ways over a graph: every way to an exit that no other beats in time, hits and effort.

Exact label setting, stopped at a time limit with what is found by then. Weighted shortest paths ("cuts") come first:
they are ways at once, and their hull is a true lower bound for every way (Aneja and Nair 1979, Management Science
25:73-78).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from homeward.geo import Floats
from homeward.rescue.labels import (
    DONE,
    MORE_LABELS,
    MORE_STAIRS,
    Ends,
    Heap,
    Ints32,
    Labels,
    Limits,
    Net,
    Stairs,
    least_costs,
    push,
    set_labels,
    traced,
    unbeaten,
)
from homeward.rescue.near import Pairs, set_pairs
from homeward.rescue.records import Ints

MAX_LABELS = 8_000_000
"""Labels that are kept at once, about 60 bytes each; our own limit."""
_STRIDE = 20_000
_SAME = 1e-9
FEW_HITS = 1e-6
"""Expected injuries: less than this counts as none where shares are taken; our own choice."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Routes:
    """A graph with its exits, ready to be searched: `net` by tail, `back` by head, `start` a vertex."""

    net: Net
    back: Net
    ends: Ends
    start: int
    starts_s: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A way by its edges, and its cost (3,): seconds on the clock when it is at care, hits, effort."""

    edges: Ints
    cost: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Front:
    """Ways that none of the others beats, fastest first. `whole`: there are no more.

    `within`: whole but for this share of each criterion (inf: that is not known).

    `lines` (n, 3): weight of time, of hits, and the least weighted cost that any way has. `proof` (n, 2): seconds from
    the start and hits; every way that is allowed has one of these within 1 + `within` of it. `labels` were settled.
    """

    ways: tuple[Found, ...]
    whole: bool
    lines: Floats
    within: float = np.inf
    proof: Floats = field(default_factory=lambda: np.empty((0, 2)))
    labels: int = 0


def net_of(n: int, tail: Ints, head: Ints, cost: Floats) -> Net:
    """The edges sorted by tail. `cost` (3, edges)."""
    order = np.argsort(tail, kind="stable")
    first = np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=n))]).astype(np.int64)
    return Net(first, np.ascontiguousarray(head[order], dtype=np.int32), np.ascontiguousarray(cost[:, order]))


def ends_of(n: int, at: Sequence[int], ready_s: Sequence[float], then_s: Sequence[float]) -> Ends:
    """The exits sorted by vertex."""
    where = np.asarray(at, dtype=np.int64)
    order = np.argsort(where, kind="stable")
    first = np.concatenate([[0], np.cumsum(np.bincount(where, minlength=n))]).astype(np.int32)
    return Ends(first, np.asarray(ready_s, dtype=np.float64)[order], np.asarray(then_s, dtype=np.float64)[order])


def to_go(routes: Routes) -> Floats:
    """(3, vertices + 1): the least cost of each kind from every vertex to care; the last is past the exits, 0."""
    at = _exits(routes)
    least = np.zeros((3, routes.net.first.size))
    for k in range(3):
        begin = routes.ends.then if k == 0 else np.zeros(at.size)
        least[k, :-1], _ = least_costs(routes.back, np.eye(3)[k], at, begin)
    return least


def _exits(routes: Routes) -> Ints32:
    return np.repeat(np.arange(routes.net.first.size - 1), np.diff(routes.ends.first)).astype(np.int32)


def cut(routes: Routes, weight: Floats) -> tuple[Found, float] | None:
    """The way of least weighted cost, waits at the exits left out, and that cost; None where there is none."""
    begin = np.array([routes.starts_s * weight[0]])
    cost, came = least_costs(routes.net, weight, np.array([routes.start], dtype=np.int32), begin)
    at = _exits(routes)
    whole = cost[at] + weight[0] * routes.ends.then
    best = int(np.argmin(whole))
    if not np.isfinite(whole[best]):
        return None
    edges, v = [], int(at[best])
    while (e := int(came[v])) >= 0:
        edges.append(e)
        v = int(np.searchsorted(routes.net.first, e, side="right") - 1)
    way = np.array(edges[::-1], dtype=np.int64)
    spent = routes.net.cost[:, way].sum(axis=1)
    spent[0] = _at_care(routes, int(at[best]), float(spent[0]) + routes.starts_s)
    return Found(way, spent), float(whole[best])


def _at_care(routes: Routes, v: int, time_s: float) -> float:
    k = slice(routes.ends.first[v], routes.ends.first[v + 1])
    return float(np.min(np.maximum(time_s, routes.ends.ready[k]) + routes.ends.then[k]))


def cuts(routes: Routes, *, until: float, most: int = 40) -> tuple[list[Found], Floats]:
    """Ways on the convex hull of (time, hits), and (n, 3) true cuts: weight of time, of hits, least weighted cost.

    Each new weight is that of the line through two neighbours, as long as something lies below it.
    """
    ends = [cut(routes, np.array(w)) for w in ([1.0, 0.0, 0.0], [0.0, 1.0, 0.0])]
    if ends[0] is None or ends[1] is None:
        return [], np.empty((0, 3))
    fast, safe = ends[0][0], ends[1][0]
    scale = (fast.cost[0] - routes.starts_s) / max(fast.cost[1], 1e-12)
    lines = [(1.0, 0.0, ends[0][1]), (0.0, 1.0, ends[1][1])]
    ways = [fast, safe]
    for tie in (1e-6, 1e6):  # among the fastest the safest, among the safest the fastest
        if (tied := cut(routes, np.array([1.0, scale * tie, 0.0]))) is not None:
            ways.append(tied[0])
            lines.append((1.0, scale * tie, tied[1]))
    ways = kept(ways)
    todo = list(pairwise(ways))
    while todo and len(lines) < most and time.perf_counter() < until:
        todo.sort(key=lambda ab: -abs((ab[1].cost[0] - ab[0].cost[0]) * (ab[0].cost[1] - ab[1].cost[1])))
        a, b = todo.pop(0)
        weight = np.array([a.cost[1] - b.cost[1], b.cost[0] - a.cost[0], 0.0])
        line = float(weight @ a.cost)
        new = cut(routes, weight / weight[0]) if weight.min() >= 0 and weight[0] > 0 and weight[1] > 0 else None
        if new is None:
            continue
        lines.append((1.0, float(weight[1] / weight[0]), new[1]))
        if new[1] < line / weight[0] * (1 - 1e-9) and a.cost[0] < new[0].cost[0] < b.cost[0]:
            ways.append(new[0])
            todo += [(a, new[0]), (new[0], b)]
    return kept(ways), np.array(lines)


def kept(ways: Sequence[Found]) -> list[Found]:
    """The ways that no other beats or equals (to rounding), fastest first."""
    cost = np.array([w.cost for w in ways], dtype=np.float64).reshape(-1, 3)
    return [ways[i] for i in _kept(cost)]


def _kept(cost: Floats) -> Ints:
    """The rows that no other beats or equals, to rounding, fastest first."""
    order = np.lexsort(cost.T[::-1])
    if order.size == 0:
        return order
    slack = _SAME * np.abs(cost).max(axis=0)
    good = order[unbeaten(cost[order], slack)]
    # What is slower by no more than rounding, and better in the rest, beats what stands before it.
    return np.array(
        [i for k, i in enumerate(good) if not _beaten(cost[i], cost[good[k + 1 : k + 9]], slack)], dtype=np.int64
    )


def _beaten(one: Floats, others: Floats, slack: Floats) -> bool:
    near = others[others[:, 0] <= one[0] + slack[0]]
    return bool((near <= one + slack).all(axis=1).any())


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How far to go: `until` (perf_counter), what is allowed, `near`: shares of fronts whole but for them, falling,
    whether `exact` at last, most `cuts`, and `cuts_until`; who is told of the cuts.
    """

    until: float
    max_s: float = np.inf
    max_hits: float = np.inf
    near: tuple[float, ...] = ()
    exact: bool = True
    cuts: int = 40
    cuts_until: float = np.inf
    tell: Callable[[Found, Floats], None] | None = None


def label_front(routes: Routes, least: Floats, wish: Wish) -> tuple[list[Found], bool, int]:
    """(ways that none beats, whether all there are, labels settled), time, hits and effort, by exact label setting."""
    n = routes.net.first.size - 1
    reach = np.where(np.isfinite(least), least, 0).max(axis=1)
    limits = Limits(least, np.array([wish.max_s, wish.max_hits, np.inf]), 1e-12 * reach, 0.0)
    size = 1 << 16
    at, come, via = (np.empty(size, np.int32) for _ in range(3))
    labels = Labels(at, come, via, np.empty((size, 3)))
    heap = Heap(np.empty(size), np.empty(size), np.empty(size, np.int32))
    stairs = _stairs(n)
    labels.at[0], labels.come[0], labels.cost[0] = routes.start, -1, (routes.starts_s, 0.0, 0.0)
    count = np.array([1, 0, 0, -1, 0], dtype=np.int64)
    if np.isfinite(least[:, routes.start]).all():
        count[1] = push(heap, 0, routes.starts_s + least[0, routes.start], least[1, routes.start], 0)
    while (said := set_labels(routes.net, routes.ends, limits, labels, heap, stairs, count, _STRIDE)) != DONE:
        if time.perf_counter() > wish.until:
            break
        if said == MORE_LABELS:
            if labels.at.size >= MAX_LABELS:
                break
            labels = Labels(*(_grown(a) for a in labels))
            heap = Heap(*(_grown(a) for a in heap))
        elif said == MORE_STAIRS:
            stairs = stairs._replace(hits=_grown(stairs.hits), effort=_grown(stairs.effort))
    return _ways(labels, int(count[0]), n), said == DONE, int(count[4])


def _stairs(n: int) -> Stairs:
    pool = (np.empty(4 * n + 64), np.empty(4 * n + 64))
    return Stairs(*pool, np.zeros(n + 1, np.int64), np.zeros(n + 1, np.int32), np.zeros(n + 1, np.int32))


def _grown(a: np.ndarray) -> np.ndarray:
    bigger = np.empty((2 * a.shape[0], *a.shape[1:]), dtype=a.dtype)
    bigger[: a.shape[0]] = a
    return bigger


def _ways(labels: Labels, n_labels: int, past: int) -> list[Found]:
    """The ways of the labels past the exits that no other beats."""
    ends = np.flatnonzero(labels.at[:n_labels] == past)
    ends = ends[_kept(labels.cost[ends])]
    path, where = traced(labels, ends.astype(np.int32))
    return [
        Found(path[where[i] : where[i + 1]].astype(np.int64), labels.cost[end].copy()) for i, end in enumerate(ends)
    ]


def near_front(routes: Routes, least: Floats, wish: Wish, eps: float) -> tuple[list[Found], bool, int]:
    """(ways, whether for every way there is one within (1 + eps) of it in each criterion, labels settled)."""
    n = routes.net.first.size - 1
    reach = np.where(np.isfinite(least), least, 0).max(axis=1)
    most = np.array([wish.max_s - routes.starts_s, wish.max_hits, np.inf])
    limits = Limits(least, most, np.maximum([0.0, FEW_HITS, 0.0], 1e-9 * reach), eps)
    ends = routes.ends._replace(ready=routes.ends.ready - routes.starts_s)
    size = 1 << 16
    at, come, via, after = (np.full(size, -1, np.int32) for _ in range(4))
    cost, apex = np.zeros((size, 3)), np.zeros((size, 3))
    pairs = Pairs(at, come, via, cost, apex, after, np.zeros(size, np.int8), np.full(n + 1, -1, np.int32))
    heap = Heap(np.empty(size), np.empty(size), np.empty(size, np.int32))
    stairs = _stairs(n)
    pairs.at[0], pairs.open[0], pairs.first[routes.start], pairs.after[0] = routes.start, 1, 0, -1
    count = np.array([1, 0, 0, 0, 0], dtype=np.int64)
    if np.isfinite(least[:, routes.start]).all():
        count[1] = push(heap, 0, least[0, routes.start], least[1, routes.start], 0)
    while (said := set_pairs(routes.net, ends, limits, pairs, heap, stairs, count, _STRIDE)) != DONE:
        if time.perf_counter() > wish.until or pairs.at.size >= MAX_LABELS:
            break
        if said == MORE_LABELS:
            at, come, via, after = (_grown(a) for a in (pairs.at, pairs.come, pairs.via, pairs.after))
            cost, apex = _grown(pairs.cost), _grown(pairs.apex)
            pairs = Pairs(at, come, via, cost, apex, after, _grown(pairs.open), pairs.first)
            heap = Heap(*(_grown(a) for a in heap))
        elif said == MORE_STAIRS:
            stairs = stairs._replace(hits=_grown(stairs.hits), effort=_grown(stairs.effort))
    pairs.cost[: count[0], 0] += routes.starts_s
    return _ways(Labels(pairs.at, pairs.come, pairs.via, pairs.cost), int(count[0]), n), said == DONE, int(count[4])


def front_of(routes: Routes, wish: Wish) -> Front:
    """The front of ways from the start to any exit; empty where none is reached within what is allowed.

    First cuts, then whole but for ever smaller shares `wish.near`, and last, if `wish.exact`, whole.
    """
    ways, lines = cuts(routes, until=min(wish.until, wish.cuts_until), most=wish.cuts)
    if wish.tell is not None and ways:
        wish.tell(ways[0], lines)
    least = to_go(routes)
    within, labels = np.inf, 0
    for eps in wish.near:
        if time.perf_counter() > wish.until:
            break
        found, done, n = near_front(routes, least, wish, eps)
        within, labels, ways = eps if done else within, labels + n, [*ways, *found]
        if not done:
            break
    if wish.exact:
        found, done, n = label_front(routes, least, wish)
        if done:
            return Front(ways=tuple(found), whole=True, lines=lines, within=0.0, labels=labels + n)
        ways, labels = [*ways, *found], labels + n
    proof = np.array([w.cost[:2] for w in ways]).reshape(-1, 2) - [routes.starts_s, 0.0]
    allowed = [w for w in ways if w.cost[0] <= wish.max_s and w.cost[1] <= wish.max_hits]
    return Front(ways=tuple(kept(allowed)), whole=False, lines=lines, within=within, proof=proof, labels=labels)


def least_s(lines: Floats, hits: float) -> float:
    """A true lower bound on the time (from the clock's zero) of any way with at most `hits`, from the cuts."""
    if not len(lines):
        return 0.0
    good = lines[:, 0] > 0
    return float(np.max((lines[good, 2] - lines[good, 1] * hits) / lines[good, 0], initial=0.0))


def reached_s(routes: Routes) -> Floats:
    """Seconds on the clock when each vertex can be reached from the start; inf = never."""
    begin = np.array([routes.starts_s])
    return least_costs(routes.net, np.array([1.0, 0.0, 0.0]), np.array([routes.start], dtype=np.int32), begin)[0]
