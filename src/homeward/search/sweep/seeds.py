"""First walks over the lattice by simple rules: rings around the start, rows, columns, greedy; annealing mends them."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from homeward.geo import Floats
from homeward.search.sweep.anneal import merit, refresh
from homeward.search.sweep.lattice import Crew, Ground, Ints
from homeward.search.sweep.walk import ALONG, HEAD, Field, State

# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator"

BALANCING = 40
STRETCHES, MOST_SCANS = {"greedy": 2.0, "greedy far": 20.0}, 60_000_000
OVER = 1.01
Walks = list[Ints]


def first_walks(ground: Ground, crew: Crew, field: Field) -> dict[str, Walks]:
    """Walks by each rule; "empty" leaves everything to annealing."""
    walks = simple_walks(ground, crew)
    cap = int(min(crew.limit_m.max() / ground.spacing_m * 1.5, ground.n)) + 2
    for name, stretch in STRETCHES.items():
        seq, size = _greedy(field, ground.free, stretch * ground.spacing_m, cap, MOST_SCANS)
        walks[name] = [seq[k, : size[k]] for k in range(len(size))]
    walks["empty"] = [np.zeros(0, np.int64) for _ in crew.limit_m]
    return walks


def simple_walks(ground: Ground, crew: Crew) -> dict[str, Walks]:
    """Rings, rows and columns: per searcher the nodes in their order.

    They share out the best nodes that the lengths allow: to the nearest start, evenly by length, and among searchers
    of one start by direction.
    """
    first = ground.n if ground.again_m == 0 else _first_looks(ground)
    room = int(crew.limit_m.sum() / ground.spacing_m * 1.03) + len(crew.limit_m)
    best = np.argsort(-ground.gain[:first], kind="stable")[:room]
    owner = _share_out(ground, crew, best)
    patch, walks = _patches(ground, best), {}
    if patch.max(initial=0) > 0:
        walks["patches"] = [
            _patch_by_patch(ground, best[owner == k], patch[owner == k], k, float(limit))
            for k, limit in enumerate(crew.limit_m)
        ]
    for name, order in (("rings", _rings), ("rows", _rows), ("columns", _columns)):
        walks[name] = [order(ground, best[owner == k], k) for k in range(len(crew.limit_m))]
    return walks


def start(ground: Ground, crew: Crew, field: Field, walks: list[Ints], *, seed: int) -> State:
    """The state that holds `walks`: per searcher the nodes in their order, without the start."""
    m, n = len(walks), ground.n
    cap = int(min(crew.limit_m.max() / ground.spacing_m * 1.6, n)) + max(len(w) for w in walks) + 16
    state = State(
        seq=np.zeros((m, cap), np.int64),
        size=np.array([len(w) + 1 for w in walks]),
        table=np.zeros((m, cap, 5)),
        where=np.full((n + m, 2), -1, np.int64),
        merit=np.zeros(m),
        random=np.array([(seed * 2654435761 + 88172645463325252) % 2**63 or 1], np.uint64),
        pieces=np.zeros((2, HEAD + 1, 3), np.int64),
        draft=np.zeros((2, cap), np.int64),
    )
    for i, nodes in enumerate(walks):
        state.seq[i, 0] = n + i
        state.seq[i, 1 : len(nodes) + 1] = nodes
        refresh(state, field, i, 0)
        state.pieces[0, 0] = i, 0, len(nodes)
        state.pieces[0, HEAD] = 1, i, 0
        state.merit[i] = merit(state.seq, state.table, field, state.pieces[0])
    return state


def shorten(state: State, field: Field) -> None:
    """Leaves out what walks have beyond their length."""
    for i, limit in enumerate(field.team[:, 1]):
        size = int(state.size[i])
        keep = max(1, int(np.searchsorted(state.table[i, :size, ALONG], limit * OVER)))
        state.where[state.seq[i, keep:size]] = -1
        state.size[i] = min(size, keep)
        refresh(state, field, i, state.size[i] - 1)
        state.pieces[0, 0] = i, 0, state.size[i] - 1
        state.pieces[0, HEAD] = 1, i, 0
        state.merit[i] = merit(state.seq, state.table, field, state.pieces[0])


def _first_looks(ground: Ground) -> int:
    """How many nodes there are before the second looks at the same squares begin."""
    same = (ground.x_m[1 : ground.n] == ground.x_m[0]) & (ground.y_m[1 : ground.n] == ground.y_m[0])
    return int(np.argmax(same)) + 1 if same.any() else ground.n


def _share_out(ground: Ground, crew: Crew, best: Ints) -> Ints:
    """Which searcher each of the best nodes falls to."""
    xy = np.column_stack([ground.x_m[best], ground.y_m[best]])
    starts = np.column_stack([ground.x_m[ground.n :], ground.y_m[ground.n :]])
    party = _parties(starts, ground)
    size = np.bincount(party, crew.limit_m).astype(np.float64)
    centres = np.stack([starts[party == p].mean(axis=0) for p in range(len(size))])
    loose = np.array([ground.free[party == p].all() for p in range(len(size))])
    centres[loose] = _spread(xy, ground.gain[best], centres[~loose], int(loose.sum()))
    of_party = _nearest_evenly(xy, centres, size, loose)
    owner = np.zeros(len(best), np.int64)
    for p in range(len(size)):
        members, mine = np.flatnonzero(party == p), np.flatnonzero(of_party == p)
        angle = np.arctan2(*(xy[mine] - centres[p]).T[::-1])
        rank = np.empty(len(mine))
        rank[np.argsort(angle, kind="stable")] = (np.arange(len(mine)) + 0.5) / max(1, len(mine))
        share = np.cumsum(crew.limit_m[members]) / crew.limit_m[members].sum()
        owner[mine] = members[np.minimum(np.searchsorted(share, rank), len(members) - 1)]
    return owner


def _parties(starts: Floats, ground: Ground) -> Ints:
    """Searchers who start at one place make a party; one who may start anywhere is a party alone."""
    party = np.full(len(starts), -1, np.int64)
    for k in range(len(starts)):
        together = ~ground.free & (np.hypot(*(starts - starts[k]).T) <= 2 * ground.spacing_m) & (party < 0)
        together[k] = party[k] < 0
        if together[k]:
            party[together if not ground.free[k] else [k]] = party.max() + 1
    return party


def _spread(xy: Floats, weight: Floats, taken: Floats, count: int) -> Floats:
    """Centres for those without a start: each far from the others and where there is much."""
    chosen = list(taken)
    for _ in range(count):
        away = np.ones(len(xy)) if not chosen else np.min([np.hypot(*(xy - c).T) for c in chosen], axis=0)
        chosen.append(xy[int(np.argmax(away * weight))])
    return np.array(chosen[len(taken) :]).reshape(-1, 2)


def _nearest_evenly(xy: Floats, centres: Floats, size: Floats, loose: NDArray[np.bool_]) -> Ints:
    """Nearest centre, with handicaps such that each gets its share; centres without a start move to their nodes."""
    if len(centres) == 1:
        return np.zeros(len(xy), np.int64)
    share, handicap = size / size.sum(), np.zeros(len(centres))
    scale = float(np.var(xy, axis=0).sum()) + 1.0
    near = np.zeros(len(xy), np.int64)
    for turn in range(BALANCING):
        square = np.stack([((xy - c) ** 2).sum(axis=1) for c in centres])
        near = np.argmin(square + handicap[:, None], axis=0)
        got = np.bincount(near, minlength=len(centres)) / len(xy)
        handicap += scale * (got - share) * (1.0 - turn / BALANCING)
        for c in np.flatnonzero(loose & (got > 0)):
            centres[c] = xy[near == c].mean(axis=0)
    return near


def _patches(ground: Ground, best: Ints) -> Ints:
    """Number of the connected patch that each of the best nodes lies in."""
    number = np.full(len(ground.x_m), -1, np.int64)
    number[best] = np.arange(len(best))
    around = ground.near[best]
    around = np.where(around >= 0, number[around], -1)
    of, to = np.nonzero(around >= 0)[0], around[around >= 0]
    links = coo_array((np.ones(len(of), np.int8), (of, to)), shape=(len(best), len(best)))
    return np.asarray(connected_components(links, directed=False)[1], np.int64)


def _patch_by_patch(ground: Ground, nodes: Ints, patch: Ints, k: int, limit_m: float) -> Ints:
    """Back and forth in one patch after the other: next comes the one that brings most per metre to and through it."""
    kinds, patch = np.unique(patch, return_inverse=True)
    by_patch = np.split(np.argsort(patch, kind="stable"), np.cumsum(np.bincount(patch))[:-1]) if len(kinds) else []
    members = [nodes[part] for part in by_patch]
    gain = np.array([ground.gain[part].sum() for part in members])
    way = np.array([len(part) * ground.spacing_m for part in members])
    middle = np.array([(ground.x_m[part].mean(), ground.y_m[part].mean()) for part in members]).reshape(-1, 2)
    v = ground.n + k
    here = middle[int(np.argmax(gain / way))] if ground.free[k] and members else (ground.x_m[v], ground.y_m[v])
    parts, gone = [np.zeros(0, np.int64)], 0.0
    while (gain > 0).any() and gone < limit_m:
        away = np.maximum(np.hypot(*(middle - here).T) - np.sqrt(way * ground.spacing_m) / 2, 0.0)
        p = int(np.argmax(gain / (away + way)))
        x, y = ground.x_m[members[p]], ground.y_m[members[p]]
        across, along = (y, x) if np.ptp(x) >= np.ptp(y) else (x, y)
        lane = np.round(across / ground.spacing_m).astype(np.int64)
        orders = [members[p][_back_and_forth(a * lane, b * along)] for a in (1, -1) for b in (1, -1)]
        order = min(orders, key=lambda o: np.hypot(ground.x_m[o[0]] - here[0], ground.y_m[o[0]] - here[1]))
        parts.append(order)
        gone += float(away[p] + way[p])
        here = ground.x_m[order[-1]], ground.y_m[order[-1]]
        gain[p] = 0.0
    return np.concatenate(parts)


def _rings(ground: Ground, nodes: Ints, k: int) -> Ints:
    """Back and forth on square rings around the start (around the middle of the nodes where there is none)."""
    if len(nodes) == 0:
        return nodes
    x, y = ground.x_m[nodes], ground.y_m[nodes]
    v = ground.n + k
    cx, cy = (float(np.median(x)), float(np.median(y))) if ground.free[k] else (ground.x_m[v], ground.y_m[v])
    ring = np.floor(np.maximum(np.abs(x - cx), np.abs(y - cy)) / ground.spacing_m).astype(np.int64)
    angle = np.arctan2(y - cy, x - cx)
    empty = np.sort(angle)
    gaps = np.diff(np.r_[empty, empty[0] + 2 * np.pi])
    angle = (angle - empty[(int(np.argmax(gaps)) + 1) % len(empty)]) % (2 * np.pi)
    return nodes[_back_and_forth(ring, angle)]


def _rows(ground: Ground, nodes: Ints, k: int) -> Ints:
    """Back and forth along rows, from the end that lies nearer to the start."""
    return _lanes(ground, nodes, k, ground.y_m[nodes], ground.x_m[nodes])


def _columns(ground: Ground, nodes: Ints, k: int) -> Ints:
    """Back and forth along columns, from the end that lies nearer to the start."""
    return _lanes(ground, nodes, k, ground.x_m[nodes], ground.y_m[nodes])


def _lanes(ground: Ground, nodes: Ints, k: int, across: Floats, along: Floats) -> Ints:
    lane = np.round((across - across.min(initial=0.0)) / ground.spacing_m).astype(np.int64)
    orders = [nodes[_back_and_forth(a * lane, b * along)] for a in (1, -1) for b in (1, -1)]
    if ground.free[k] or len(nodes) == 0:
        return orders[0]
    v = ground.n + k
    away = [np.hypot(ground.x_m[o[0]] - ground.x_m[v], ground.y_m[o[0]] - ground.y_m[v]) for o in orders]
    return orders[int(np.argmin(away))]


def _back_and_forth(lane: Ints, along: Floats) -> Ints:
    """Order by lane, every other lane backwards."""
    _, turn = np.unique(lane, return_inverse=True)
    return np.lexsort((np.where(turn % 2 == 0, along, -along), turn))


@njit(cache=True)
def _best_anywhere(node, rich, used, here, stretch_m, free):  # pragma: no cover
    """The node about which most lies per metre of the way there and a stretch on, and that way; -1: none."""
    found, best, way = -1, 0.0, 0.0
    for v in range(len(used)):
        if used[v]:
            continue
        away = 0.0 if free else np.hypot(node[v, 0] - here[0], node[v, 1] - here[1])
        if rich[v] / (away + stretch_m) > best:
            found, best, way = v, rich[v] / (away + stretch_m), away
    return found, way


@njit(cache=True)
def _best_beside(field, used, here):  # pragma: no cover
    """The neighbour worth a step with most gain per metre, and the way to it; -1 where there is none."""
    node, found, best, way = field.node, -1, 0.0, 0.0
    for v in field.near[here]:
        if 0 <= v < field.n and not used[v] and node[v, 2] > 0.5 * field.marginal:
            away = np.hypot(node[v, 0] - node[here, 0], node[v, 1] - node[here, 1])
            if node[v, 2] / (away + 0.2 * field.spacing_m) > best:
                found, best, way = v, node[v, 2] / (away + 0.2 * field.spacing_m), away
    return found, way


@njit(cache=True)
def _add_about(field, rich, w, gain):  # pragma: no cover
    """Adds a node's gain to what lies about its neighbours."""
    for v in field.near[w]:
        if 0 <= v < field.n:
            rich[v] += gain


@njit(cache=True)
def _greedy(field, free, stretch_m, cap, scans):  # pragma: no cover
    """Each in turn, whoever has gone least, goes where gain per metre is best: beside, or else anywhere.

    `rich` is what lies unseen in and about each node. At most `scans` nodes are looked at in all on the way elsewhere.
    """
    m, node = field.team.shape[0], field.node
    seq, size = np.zeros((m, cap), np.int64), np.zeros(m, np.int64)
    used, gone = np.zeros(field.n, np.bool_), np.zeros(m)
    rich = node[: field.n, 2].copy()
    for w in range(field.n):
        _add_about(field, rich, w, node[w, 2])
    while True:
        k = np.argmin(gone)
        if gone[k] == np.inf:
            return seq, size
        here, loose = seq[k, size[k] - 1] if size[k] > 0 else field.n + k, size[k] == 0 and free[k]
        found, way = (-1, 0.0) if loose else _best_beside(field, used, here)
        if found < 0 and scans > 0:
            found, way = _best_anywhere(node, rich, used, node[here], stretch_m, loose)
            scans -= field.n
        gone[k] += way
        if found < 0 or gone[k] > field.team[k, 1] or size[k] == cap:
            gone[k] = np.inf
            continue
        used[found] = True
        _add_about(field, rich, found, -node[found, 2])
        seq[k, size[k]] = found
        size[k] += 1
