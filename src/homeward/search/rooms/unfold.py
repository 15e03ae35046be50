"""The graph unfolded over the steps: longest paths in it bound what a searcher can still find. Compiled.

A step from x to y earns what a look from y would take from the mass that earlier looks and the look from x leave:
Lau, Huang & Dissanayake (2008), Eur. J. Oper. Res. 190(2), 383-397 (discounted mean bound), here with edges that know
the look before. With a `price` on mass (see `price.py`) it is smaller still.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from homeward.geo import Floats
from homeward.search.rooms.problem import Ints

# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator"

Small = NDArray[np.int32]


class Ways(NamedTuple):
    """The graph of one searcher (or of several together): from x to `adj`, sees vertex `see_u` with `see_q`.

    Who goes to x or stays there survives with `hold`; `toll` is what the chance to be lost there costs. `safest[t, x]`
    is the chance to survive all steps after t from x on the safest way, which together with the way there may not be
    less than `least`; both are empty where nobody can be lost.
    """

    adj_at: Ints
    adj: Small
    see_at: Ints
    see_u: Small
    see_q: Floats
    see_hash: NDArray[np.uint64]
    hold: Floats
    toll: Floats
    safest: Floats
    least: Floats


class Drift(NamedTuple):
    """The subject's motion; all empty where it stays."""

    at: Ints
    to: Ints
    p: Floats


class Task(NamedTuple):
    """What one searcher is to take. Rows are steps 0..steps + 1.

    `mass` before the first look; `keep` what team-mates leave at each step; `worth` of finding per unit of mass;
    `price` of mass, several to choose from (never less than the mean price where the mass goes next, 0 at the end);
    `net` = worth - price, not below 0.
    """

    mass: Floats
    keep: Floats
    worth: Floats
    price: Floats
    net: Floats


class Tree(NamedTuple):
    """The nodes, one heap of open ones per depth, the best walk so far."""

    parent: Small
    vertex: Small
    left: Small
    right: Small
    value: Floats
    bound: Floats
    mark: NDArray[np.uint64]
    heads: Small
    done: Ints
    best: Floats
    walk: Small
    regret: Floats
    keys: NDArray[np.uint64]
    known: Floats


class Desk(NamedTuple):
    """Working space of one expansion."""

    mass: Floats
    togo: Floats
    choice: Small
    order: Small
    ends: Small
    seen: Small
    took: Floats
    walk: Small
    child: Floats


class Run(NamedTuple):
    """One search: where one can go, how the subject moves, what counts, the nodes, the working space."""

    ways: Ways
    drift: Drift
    task: Task
    tree: Tree
    desk: Desk


@njit(cache=True)
def copy(src, dst):  # pragma: no cover
    """Without the many lines that a compiled slice assignment brings."""
    for i in range(src.size):
        dst[i] = src[i]


@njit(cache=True)
def drift_on(drift, src, keep, dst):  # pragma: no cover
    """Mass after the team-mates' looks and one move."""
    if drift.at.size == 0:
        for u in range(src.size):
            dst[u] = src[u] * keep[u]
        return
    for u in range(dst.size):
        dst[u] = 0.0
    for u in range(src.size):
        x = src[u] * keep[u]
        if x > 0.0:
            for e in range(drift.at[u], drift.at[u + 1]):
                dst[drift.to[e]] += x * drift.p[e]


@njit(cache=True)
def gain(ways, y, worth, mass):  # pragma: no cover
    """What a look from y earns."""
    g = 0.0
    for e in range(ways.see_at[y], ways.see_at[y + 1]):
        u = ways.see_u[e]
        g += ways.see_q[e] * worth[u] * mass[u]
    return g


@njit(cache=True)
def _lost(ways, y, worth, took):  # pragma: no cover
    """What a look from y does not earn because the look before took it."""
    g = 0.0
    for e in range(ways.see_at[y], ways.see_at[y + 1]):
        u = ways.see_u[e]
        if took[u] > 0.0:
            g += ways.see_q[e] * worth[u] * took[u]
    return g


@njit(cache=True)
def _reach(ways, x0, layers, desk):  # pragma: no cover
    """Lists in `order` what can be reached from x0, `ends[k]` of it within k steps."""
    for i in range(desk.ends[-1]):
        desk.seen[desk.order[i]] = 0
    desk.order[0] = x0
    desk.seen[x0] = 1
    n, begin = 1, 0
    desk.ends[0] = 1
    for k in range(1, layers):
        end = n
        for i in range(begin, end):
            x = desk.order[i]
            for a in range(ways.adj_at[x], ways.adj_at[x + 1]):
                y = ways.adj[a]
                if desk.seen[y] == 0:
                    desk.seen[y] = 1
                    desk.order[n] = y
                    n += 1
        begin = end
        desk.ends[k] = n
    desk.ends[-1] = n


@njit(cache=True)
def _take(run, k, x, sign):  # pragma: no cover
    """Adds to `took` (sign 1) where the mass seen from x at step k would be at k + 1; clears it again (sign 0)."""
    ways, drift, desk = run.ways, run.drift, run.desk
    for e in range(ways.see_at[x], ways.see_at[x + 1]):
        u = ways.see_u[e]
        a = ways.see_q[e] * desk.mass[k, u] * run.task.keep[k, u]
        if drift.at.size == 0:
            desk.took[u] = a * sign
        elif sign == 0:
            for f in range(drift.at[u], drift.at[u + 1]):
                desk.took[drift.to[f]] = 0.0
        elif a > 0.0:
            for f in range(drift.at[u], drift.at[u + 1]):
                desk.took[drift.to[f]] += a * drift.p[f]


@njit(cache=True)
def relax(run, net, t, x0):  # pragma: no cover
    """`togo[(t + 1) % 2, y]`: at least what can be earned after a look from y at step t + 1, for y next to x0.

    `desk.mass[t + 1]` is given. `desk.choice` gets the best next vertex by step and vertex. Returns the work done.
    """
    ways, drift, task, desk = run.ways, run.drift, run.task, run.desk
    steps = task.worth.shape[0] - 2
    _reach(ways, x0, steps - t + 1, desk)
    for k in range(t + 1, steps):
        drift_on(drift, desk.mass[k], task.keep[k], desk.mass[k + 1])
    for i in range(desk.ends[-1]):
        desk.togo[steps % 2, desk.order[i]] = 0.0
    work = 0
    for k in range(steps - 1, t, -1):
        after, now = desk.togo[(k + 1) % 2], desk.togo[k % 2]
        for i in range(desk.ends[k + 1 - t]):
            y = desk.order[i]
            after[y] = ways.hold[y] * (after[y] + gain(ways, y, net[k + 1], desk.mass[k + 1])) - ways.toll[y]
        for i in range(desk.ends[k - t]):
            x = np.int64(desk.order[i])
            _take(run, k, x, 1)
            arg = desk.choice[k, x]
            top = -np.inf if arg < 0 else after[arg] - ways.hold[arg] * _lost(ways, arg, net[k + 1], desk.took)
            for a in range(ways.adj_at[x], ways.adj_at[x + 1]):
                y = ways.adj[a]
                if after[y] > top:
                    g = after[y] - ways.hold[y] * _lost(ways, y, net[k + 1], desk.took)
                    if g > top:
                        top, arg = g, y
            now[x] = top
            desk.choice[k, x] = arg
            work += ways.adj_at[x + 1] - ways.adj_at[x]
            _take(run, k, x, 0)
    return work


@njit(cache=True)
def claims(run, claimed):  # pragma: no cover
    """The root's bound without the price of the mass; `claimed` (steps + 2, vertices) gets the mass it counts found."""
    ways, task, desk = run.ways, run.task, run.desk
    steps = task.worth.shape[0] - 2
    copy(task.mass, desk.mass[1])
    relax(run, task.net[0], np.int64(0), np.int64(0))
    total, x, alive = -np.inf, -1, 1.0
    for a in range(ways.adj_at[0], ways.adj_at[1]):
        y = ways.adj[a]
        g = gain(ways, y, task.net[0, 1], desk.mass[1]) + (desk.togo[1, y] if steps > 1 else 0.0)
        g = ways.hold[y] * g - ways.toll[y]
        if g > total:
            total, x = g, y
    for k in range(claimed.shape[0]):
        for u in range(claimed.shape[1]):
            claimed[k, u] = 0.0
    for k in range(1, steps + 1):
        if k > 1:
            before = x
            _take(run, k - 1, before, 1)
            x = desk.choice[k - 1, before]
        alive *= ways.hold[x]
        for e in range(ways.see_at[x], ways.see_at[x + 1]):
            u = ways.see_u[e]
            if task.net[0, k, u] > 0.0:
                claimed[k, u] += alive * ways.see_q[e] * (desk.mass[k, u] - desk.took[u])
        if k > 1:
            _take(run, k - 1, before, 0)
    return total
