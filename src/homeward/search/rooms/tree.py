"""Branch and bound over the walks of one searcher, compiled. Several searchers are one searcher on a product graph.

A node is a first part of a walk, its bound the longest path on the unfolded graph for the rest (`unfold.py`). Nodes
are taken best first within each depth and depths in turn, so that whole walks come early, or best first over all, so
that the bound of the whole sinks fastest. Where the subject stays, two nodes with the same place, step and mass left
differ only in what they have earned: the poorer one is dropped (states are told apart by a 64-bit hash).
"""

from __future__ import annotations

import numpy as np
from numba import njit

from homeward.search.rooms.unfold import copy, drift_on, gain, relax

# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator"

USED, EXPANDED, DEPTH, FULL, WORK = range(5)
OPEN = -1
TRIAL = 8


@njit(cache=True)
def _meld(tree, a, b):  # pragma: no cover
    """One heap of two (skew heap, largest bound on top)."""
    if a < 0:
        return b
    if b < 0:
        return a
    if tree.bound[a] < tree.bound[b]:
        a, b = b, a
    root, up = a, a
    rest = tree.right[a]
    tree.right[a] = tree.left[a]
    while rest >= 0 and b >= 0:
        if tree.bound[rest] < tree.bound[b]:
            rest, b = b, rest
        tree.left[up] = rest
        up = rest
        rest, tree.right[up] = tree.right[up], tree.left[up]
    tree.left[up] = rest if b < 0 else b
    return root


@njit(cache=True)
def _mix(x):  # pragma: no cover
    """A well-mixed 64-bit number (splitmix64: Steele, Lea & Flood, 2014, OOPSLA, doi 10.1145/2660193.2660195)."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@njit(cache=True)
def _worse(tree, key, value):  # pragma: no cover
    """Whether a node of the same place, step and mass left is known with at least that value; remembers it if not."""
    size = np.uint64(tree.keys.size)
    slot = key % size
    for _ in range(32):
        there = tree.keys[slot]
        if there == key:
            if tree.known[slot] >= value:
                return True
            tree.known[slot] = value
            return False
        if there == np.uint64(0):
            tree.keys[slot] = key
            tree.known[slot] = value
            return False
        slot = (slot + np.uint64(1)) % size
    return False


@njit(cache=True)
def _arrive(run, node, t):  # pragma: no cover
    """Walks the node's looks again: `desk.mass[t + 1]` is what is left before look t + 1, `desk.walk` the way.

    Returns the chance that the searcher is not lost by then.
    """
    ways, drift, task, tree, desk = run.ways, run.drift, run.task, run.tree, run.desk
    k, i = t, node
    while i >= 0:
        desk.walk[k] = tree.vertex[i]
        i = tree.parent[i]
        k -= 1
    alive = 1.0
    copy(task.mass, desk.mass[1])
    for k in range(1, t + 1):
        x = desk.walk[k]
        alive *= ways.hold[x]
        for e in range(ways.see_at[x], ways.see_at[x + 1]):
            desk.mass[k, ways.see_u[e]] *= 1.0 - ways.see_q[e]
        drift_on(drift, desk.mass[k], task.keep[k], desk.mass[k + 1])
    return alive


@njit(cache=True)
def _finish(run, value, alive, t):  # pragma: no cover
    """The value of `desk.walk`, of which the part up to t earned `value`; kept if it is the best. Spoils the mass."""
    ways, drift, task, tree, desk = run.ways, run.drift, run.task, run.tree, run.desk
    steps = task.worth.shape[0] - 2
    for k in range(t + 1, steps + 1):
        x = desk.walk[k]
        value -= alive * ways.toll[x]
        alive *= ways.hold[x]
        for e in range(ways.see_at[x], ways.see_at[x + 1]):
            u = ways.see_u[e]
            took = ways.see_q[e] * desk.mass[k, u]
            value += alive * took * task.worth[k, u]
            desk.mass[k, u] -= took
        drift_on(drift, desk.mass[k], task.keep[k], desk.mass[k + 1])
    if value > tree.best[0] and (ways.least.size == 0 or alive >= ways.least[0]):
        tree.best[0] = value
        copy(desk.walk, tree.walk)


@njit(cache=True)
def _follow(desk, t, y, steps):  # pragma: no cover
    """Writes into `desk.walk` the way on from y at t + 1 that the bound took; False where there is none."""
    desk.walk[t + 1] = y
    for k in range(t + 1, steps):
        y = desk.choice[k, y]
        if y < 0:
            return False
        desk.walk[k + 1] = y
    return True


@njit(cache=True)
def _push(tree, t, node, y, state):  # pragma: no cover
    """A new open node of depth t; `state` is its value, bound and hash."""
    value, bound, hash_ = state
    new = tree.done[USED]
    tree.done[USED] += 1
    tree.parent[new] = node
    tree.vertex[new] = y
    tree.value[new] = value
    tree.bound[new] = bound
    tree.mark[new] = hash_
    tree.left[new] = OPEN
    tree.right[new] = OPEN
    tree.heads[t] = _meld(tree, tree.heads[t], new)


@njit(cache=True)
def _bounds(run, node, t, alive):  # pragma: no cover
    """`desk.child[i]`: the bound of the i-th child of a node of depth t, whose mass is at hand.

    Of the prices the one is taken that has done best at this depth; now and then all are tried.
    """
    ways, task, tree, desk = run.ways, run.task, run.tree, run.desk
    x0, value = np.int64(tree.vertex[node]), tree.value[node]
    begin, end = ways.adj_at[x0], ways.adj_at[x0 + 1]
    mass, regret = desk.mass[t + 1], tree.regret[t]
    for i in range(end - begin):
        desk.child[i] = tree.bound[node]
    prices = task.price.shape[0]
    trial = prices > 1 and regret[prices] % TRIAL == 0
    regret[prices] += 1
    for s in range(prices):
        if not trial and s != np.argmin(regret[:prices]):
            continue
        tree.done[WORK] += relax(run, task.net[s], t, x0)
        paid, top = value, -np.inf
        for u in range(mass.size):
            paid += alive * mass[u] * task.price[s, t + 1, u]
        for i in range(end - begin):
            y = ways.adj[begin + i]
            more = gain(ways, y, task.net[s, t + 1], mass) + desk.togo[(t + 1) % 2, y]
            bound = paid + alive * (ways.hold[y] * more - ways.toll[y])
            top = max(top, bound)
            desk.child[i] = min(desk.child[i], bound)
        if trial and top > -np.inf:
            regret[s] += top


@njit(cache=True)
def _seen(ways, y, mass):  # pragma: no cover
    """What a look from y adds to the hash of the mass left."""
    total = np.uint64(0)
    for e in range(ways.see_at[y], ways.see_at[y + 1]):
        if mass[ways.see_u[e]] > 0.0:
            total += ways.see_hash[e]
    return total


@njit(cache=True)
def _branch(run, node, t, slack):  # pragma: no cover
    """Replaces an open node of depth t by its children, and tries the walk that its bound takes."""
    ways, drift, task, tree, desk = run.ways, run.drift, run.task, run.tree, run.desk
    steps = task.worth.shape[0] - 2
    x0, value = tree.vertex[node], tree.value[node]
    alive = _arrive(run, node, t)
    mass, last = desk.mass[t + 1], t + 1 == steps
    if not last:
        _bounds(run, node, t, alive)
    top, arg = -np.inf, -1
    for a in range(ways.adj_at[x0], ways.adj_at[x0 + 1]):
        y = ways.adj[a]
        if ways.least.size > 0 and alive * ways.hold[y] * ways.safest[t + 1, y] < ways.least[0]:
            continue
        child = value + alive * (ways.hold[y] * gain(ways, y, task.worth[t + 1], mass) - ways.toll[y])
        bound = child if last else desk.child[a - ways.adj_at[x0]]
        if bound > top:
            top, arg = bound, y
        if last or bound <= tree.best[0] + slack:
            continue
        hash_ = tree.mark[node]
        if drift.at.size == 0 and tree.keys.size > 1:
            hash_ += _seen(ways, y, mass)
            if _worse(tree, _mix(hash_ + np.uint64(t + 1) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(y)), child):
                continue
        _push(tree, t + 1, node, y, (child, bound, hash_))
    if arg >= 0 and top > tree.best[0] and _follow(desk, t, arg, steps):
        _finish(run, value, alive, t)


@njit(cache=True)
def _highest(tree, steps):  # pragma: no cover
    """The depth whose best open node has the largest bound."""
    arg = 0
    for t in range(1, steps):
        node, other = tree.heads[t], tree.heads[arg]
        if node >= 0 and (other < 0 or tree.bound[node] > tree.bound[other]):
            arg = t
    return arg


@njit(cache=True)
def grow(run, limit, slack, dives):  # pragma: no cover
    """Expands nodes until the work reaches `limit`, none is open, or there is no room. True when none is open.

    Nodes whose bound is at most the best value + `slack` are dropped. With `dives` depths take turns, which finds
    good walks; without, the largest bound is next, which lowers the bound of all.
    """
    ways, tree = run.ways, run.tree
    steps = run.task.worth.shape[0] - 2
    idle = 0
    while idle < steps:
        t = tree.done[DEPTH] % steps if dives else _highest(tree, steps)
        tree.done[DEPTH] += 1
        node = tree.heads[t]
        if node < 0 or tree.bound[node] <= tree.best[0] + slack:
            tree.heads[t] = OPEN
            idle += 1
            continue
        idle = 0
        x = tree.vertex[node]
        if tree.done[USED] + ways.adj_at[x + 1] - ways.adj_at[x] > tree.vertex.size:
            tree.done[FULL] = 1
            return False
        tree.heads[t] = _meld(tree, tree.left[node], tree.right[node])
        _branch(run, node, t, slack)
        tree.done[EXPANDED] += 1
        if tree.done[WORK] >= limit:
            return False
    return True
