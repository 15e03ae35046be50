"""Simulated annealing of walks over the lattice: insert, drop, turn round, swap tails, move pieces.

Every walk is one row of `State.seq`. A move describes the one or two walks that it changes as a few pieces of the
present ones; prefix sums over each walk then give its new merit in a time that does not depend on its length, and
only a move that is taken is written out.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from homeward.geo import Floats
from homeward.search.sweep.lattice import Crew, Ground, Ints

# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator"


class State(NamedTuple):
    """The walks (`seq`, `size`) with, per place in a walk: metres `along`, gain there (`own`), sums of gain and of
    gain x along up to there (`sum0`, `sum1`); per node its `walk` (-1: none) and `place` in it; per walk its
    `merit`; then the generator's state and the scratch of one move (`pieces`, `sizes`, `who`, `draft`)."""

    seq: Ints
    size: Ints
    along: Floats
    own: Floats
    sum0: Floats
    sum1: Floats
    walk: Ints
    place: Ints
    merit: Floats
    random: NDArray[np.uint64]
    pieces: Ints
    sizes: Ints
    who: Ints
    draft: Ints


def start(ground: Ground, crew: Crew, walks: list[Ints], *, seed: int) -> State:
    """The state that holds `walks`: per searcher the nodes in their order, without the start."""
    m, n = len(walks), ground.n
    cap = int(min(crew.limit_m.max() / ground.spacing_m * 1.6, n)) + max(len(w) for w in walks) + 16
    state = State(
        seq=np.zeros((m, cap), np.int64),
        size=np.array([len(w) + 1 for w in walks]),
        along=np.zeros((m, cap)),
        own=np.zeros((m, cap)),
        sum0=np.zeros((m, cap)),
        sum1=np.zeros((m, cap)),
        walk=np.full(n + m, -1, np.int64),
        place=np.zeros(n + m, np.int64),
        merit=np.zeros(m),
        random=np.array([(seed * 2654435761 + 88172645463325252) % 2**63 or 1], np.uint64),
        pieces=np.zeros((2, 8, 3), np.int64),
        sizes=np.zeros(2, np.int64),
        who=np.zeros(2, np.int64),
        draft=np.zeros((2, cap), np.int64),
    )
    for i, nodes in enumerate(walks):
        state.seq[i, 0] = n + i
        state.seq[i, 1 : len(nodes) + 1] = nodes
        _refresh(state, ground, i, 0)
        state.pieces[0, 0] = i, 0, len(nodes)
        state.sizes[0], state.who[0] = 1, i
        state.merit[i] = _merit(state, ground, crew, 0)
    return state


def walks_of(state: State) -> list[Ints]:
    """The walks of a state, without their starts."""
    return [state.seq[i, 1 : state.size[i]].copy() for i in range(len(state.size))]


@njit(cache=True)
def anneal(state, ground, crew, iterations, hot, cold):  # pragma: no cover
    """Runs `iterations` random moves in place, from temperature `hot` to `cold` (geometric, in units of gain)."""
    heat = hot
    for it in range(iterations):
        if it % 512 == 0:
            heat = hot * (cold / hot) ** (it / iterations)
        h = _draw(state)
        a = np.int64((h >> np.uint64(24)) % np.uint64(ground.n))
        slot = np.int64(h & np.uint64(7))
        c = ground.near[a, slot]
        if (h >> np.uint64(19)) & np.uint64(31) == 0:
            c = ground.n + a % ground.free.size
            a = ground.near[c, slot] if ground.near[c, slot] >= 0 else a
        if c < 0 or not _propose(state, ground, a, c, np.int64((h >> np.uint64(3)) & np.uint64(0xFFFF))):
            continue
        gain = _gained(state, ground, crew)
        if gain >= 0 or (gain > -12 * heat and _uniform(state) < np.exp(gain / heat)):
            _take(state, ground, crew)


@njit(cache=True)
def _gained(state, ground, crew):  # pragma: no cover
    """Change of merit by the move."""
    gain = _merit(state, ground, crew, 0) - state.merit[state.who[0]]
    if state.who[1] >= 0:
        gain += _merit(state, ground, crew, 1) - state.merit[state.who[1]]
    return gain


@njit(cache=True)
def _uniform(state):  # pragma: no cover
    """A number in [0, 1)."""
    return np.float64(_draw(state) >> np.uint64(11)) / 9007199254740992.0


@njit(cache=True)
def _draw(state):  # pragma: no cover
    """Next of xorshift64 (Marsaglia 2003, J. Stat. Software 8(14))."""
    s = state.random[0]
    s ^= s << np.uint64(13)
    s ^= s >> np.uint64(7)
    s ^= s << np.uint64(17)
    state.random[0] = s
    return s


@njit(cache=True)
def _propose(state, ground, a, c, r):  # pragma: no cover
    """Writes a move that brings `a` and its neighbour `c` together, or drops `a`; False where there is none."""
    i = state.walk[a]
    j = state.walk[c]
    state.sizes[0] = state.sizes[1] = 0
    state.who[0], state.who[1] = i, -1
    kind = r & 15
    if i < 0:
        return j >= 0 and _insert(state, ground, a, c, r)
    if j < 0 or kind == 0:
        return _drop(state, a, r)
    if kind < 5:
        return _turn_round(state, a, c, r) if i == j else _swap_tails(state, a, c)
    low, high = _piece_at(state, ground, a, r)
    if low < 1 or high >= state.size[i]:
        return False
    return _move_piece(state, c, low, high, r)


@njit(cache=True)
def _put(state, side, walk, first, last):  # pragma: no cover
    """Adds a piece: places `first`..`last` of a walk (backwards where first > last); walk -1: the node `first`."""
    k = state.sizes[side]
    state.pieces[side, k, 0], state.pieces[side, k, 1], state.pieces[side, k, 2] = walk, first, last
    state.sizes[side] = k + 1


@njit(cache=True)
def _put_range(state, side, walk, first, last):  # pragma: no cover
    """Adds a piece unless it is empty."""
    if first <= last:
        _put(state, side, walk, first, last)


@njit(cache=True)
def _insert(state, ground, a, c, r):  # pragma: no cover
    """Unvisited `a` goes after c, before c, in c's place, or with a partner as a bump beside the step from c."""
    j, k = state.walk[c], state.place[c]
    last, kind = state.size[j] - 1, r & 15
    state.who[0] = j
    if kind < 5:
        _put(state, 0, j, 0, k)
        _put(state, 0, -1, a, a)
        _put_range(state, 0, j, k + 1, last)
        return True
    if kind < 12:
        if k == 0:
            return False
        _put(state, 0, j, 0, k - 1)
        _put(state, 0, -1, a, a)
        _put_range(state, 0, j, k if kind < 10 else k + 1, last)
        return True
    if k == last:
        return False
    z = state.seq[j, k + 1]
    x, y = ground.x_m[a] + ground.x_m[z] - ground.x_m[c], ground.y_m[a] + ground.y_m[z] - ground.y_m[c]
    for q in range(8):
        b = ground.near[a, q]
        if b >= 0 and b < ground.n and state.walk[b] < 0 and abs(ground.x_m[b] - x) + abs(ground.y_m[b] - y) < 1e-3:
            _put(state, 0, j, 0, k)
            _put(state, 0, -1, a, a)
            _put(state, 0, -1, b, b)
            _put(state, 0, j, k + 1, last)
            return True
    return False


@njit(cache=True)
def _drop(state, a, r):  # pragma: no cover
    """`a` is left out, or with it the node after."""
    i, k = state.walk[a], state.place[a]
    _put(state, 0, i, 0, k - 1)
    _put_range(state, 0, i, k + 1 + ((r >> 4) & 1), state.size[i] - 1)
    return True


@njit(cache=True)
def _turn_round(state, a, c, r):  # pragma: no cover
    """The part of a walk between two neighbours is gone the other way round (2-opt)."""
    i = state.walk[a]
    low, high = min(state.place[a], state.place[c]), max(state.place[a], state.place[c])
    if high - low < 2:
        return False
    if (r >> 4) & 1:
        _put(state, 0, i, 0, low)
        _put(state, 0, i, high, low + 1)
        _put_range(state, 0, i, high + 1, state.size[i] - 1)
        return True
    if low == 0:
        return False
    _put(state, 0, i, 0, low - 1)
    _put(state, 0, i, high - 1, low)
    _put(state, 0, i, high, state.size[i] - 1)
    return True


@njit(cache=True)
def _swap_tails(state, a, c):  # pragma: no cover
    """The walk of `a` goes on with `c` and what follows it; the walk of `c` with what followed `a`."""
    i, j, k, q = state.walk[a], state.walk[c], state.place[a], state.place[c]
    if q == 0:
        return False
    state.who[1] = j
    _put(state, 0, i, 0, k)
    _put(state, 0, j, q, state.size[j] - 1)
    _put(state, 1, j, 0, q - 1)
    _put_range(state, 1, i, k + 1, state.size[i] - 1)
    return True


@njit(cache=True)
def _piece_at(state, ground, a, r):  # pragma: no cover
    """First and last place of a piece with `a` at one end: short, or such that what it leaves closes well."""
    i, k = state.walk[a], state.place[a]
    ahead = (r & 16) == 0
    if r & 15 < 10:
        more = 0 if r & 512 else (r >> 7) & 3
        return (k, k + more) if ahead else (k - more, k)
    if not ahead and k + 1 >= state.size[i]:
        return 0, 0
    z = ground.near[state.seq[i, k - 1 if ahead else k + 1], (r >> 7) & 7]
    if z < 0 or z >= ground.n or state.walk[z] != i:
        return 0, 0
    q = state.place[z]
    if ahead:
        return (k, q - 1) if q > k else (0, 0)
    return (q + 1, k) if q < k else (0, 0)


@njit(cache=True)
def _move_piece(state, c, low, high, r):  # pragma: no cover
    """Places low..high of a walk go beside `c`, in its walk or another, with the end that is `a` next to `c`."""
    i, j = state.who[0], state.walk[c]
    ahead, after = (r & 16) == 0, (r & 32) == 0
    gap = state.place[c] if after else state.place[c] - 1
    first, last = (low, high) if ahead == after else (high, low)
    end = state.size[i] - 1
    if gap < 0 or (i == j and low - 1 <= gap <= high):
        return False
    if i != j:
        state.who[1] = j
        _put(state, 0, i, 0, low - 1)
        _put_range(state, 0, i, high + 1, end)
        _put(state, 1, j, 0, gap)
        _put(state, 1, i, first, last)
        _put_range(state, 1, j, gap + 1, state.size[j] - 1)
    elif gap < low:
        _put(state, 0, i, 0, gap)
        _put(state, 0, i, first, last)
        _put(state, 0, i, gap + 1, low - 1)
        _put_range(state, 0, i, high + 1, end)
    else:
        _put(state, 0, i, 0, low - 1)
        _put(state, 0, i, high + 1, gap)
        _put(state, 0, i, first, last)
        _put_range(state, 0, i, gap + 1, end)
    return True


@njit(cache=True)
def _away(ground, u, v):  # pragma: no cover
    """Metres from node to node; nothing from a free start; out and back for a second look at the same square."""
    if (u >= ground.n and ground.free[u - ground.n]) or (v >= ground.n and ground.free[v - ground.n]):
        return 0.0
    dx, dy = ground.x_m[u] - ground.x_m[v], ground.y_m[u] - ground.y_m[v]
    if dx == 0 and dy == 0 and u < ground.n and v < ground.n:
        return ground.again_m
    return np.sqrt(dx * dx + dy * dy)


@njit(cache=True)
def _gain(ground, before, u, after):  # pragma: no cover
    """Gain at `u` with what the turn there leaves out of its square's outer corner."""
    if before < 0 or after < 0 or (before >= ground.n and ground.free[before - ground.n]):
        return ground.gain[u]
    ax, ay = ground.x_m[u] - ground.x_m[before], ground.y_m[u] - ground.y_m[before]
    bx, by = ground.x_m[after] - ground.x_m[u], ground.y_m[after] - ground.y_m[u]
    square = (ax * ax + ay * ay) * (bx * bx + by * by)
    if square <= 0:
        return ground.gain[u]
    return ground.gain[u] * (1 - ground.turn * (1 - (ax * bx + ay * by) / np.sqrt(square)))


@njit(cache=True)
def _merit(state, ground, crew, side):  # pragma: no cover
    """Merit of the walk that the pieces of one side make: gains, decayed with the way, less the price of excess."""
    i = state.who[side]
    decay = crew.decay[i]
    t, total, old = 0.0, 0.0, 0.0
    before, last = -1, -1
    for k in range(state.sizes[side]):
        w, p, q = state.pieces[side, k, 0], state.pieces[side, k, 1], state.pieces[side, k, 2]
        u = p if w < 0 else state.seq[w, p]
        if last >= 0:
            total += (_gain(ground, before, last, u) - old) * (1 - decay * t)
            t += _away(ground, last, u)
        if w < 0 or p == q:
            old = 0.0 if w < 0 else state.own[w, p]
            total += old * (1 - decay * t)
            before, last = last, u
            continue
        step = 1 if p < q else -1
        if last >= 0:
            total += (_gain(ground, last, u, state.seq[w, p + step]) - state.own[w, p]) * (1 - decay * t)
        low, high = (p, q) if p < q else (q, p)
        sum0, sum1 = state.sum0[w, high], state.sum1[w, high]
        if low > 0:
            sum0, sum1 = sum0 - state.sum0[w, low - 1], sum1 - state.sum1[w, low - 1]
        if p < q:
            total += sum0 - decay * (sum1 + (t - state.along[w, p]) * sum0)
        else:
            total += sum0 - decay * ((t + state.along[w, p]) * sum0 - sum1)
        t += state.along[w, high] - state.along[w, low]
        before, last, old = state.seq[w, q - step], state.seq[w, q], state.own[w, q]
    total += (ground.gain[last] - old) * (1 - decay * t)
    return total - crew.price[i] * max(0.0, t - crew.limit_m[i])


@njit(cache=True)
def _write(state, side):  # pragma: no cover
    """Writes the pieces of one side to the draft; returns its length, -1 where it would not fit."""
    n = 0
    for k in range(state.sizes[side]):
        n += 1 if state.pieces[side, k, 0] < 0 else abs(state.pieces[side, k, 2] - state.pieces[side, k, 1]) + 1
    if n > state.seq.shape[1]:
        return -1
    n = 0
    for k in range(state.sizes[side]):
        w, p, q = state.pieces[side, k, 0], state.pieces[side, k, 1], state.pieces[side, k, 2]
        if w < 0:
            state.draft[side, n] = p
            n += 1
            continue
        step = 1 if p <= q else -1
        for at in range(p, q + step, step):
            state.draft[side, n] = state.seq[w, at]
            n += 1
    return n


@njit(cache=True)
def _take(state, ground, crew):  # pragma: no cover
    """Carries the move out, unless a walk would grow too long for its row."""
    two = state.who[1] >= 0
    n0 = _write(state, 0)
    n1 = _write(state, 1) if two else 0
    if n0 < 0 or n1 < 0:
        return
    merit0 = _merit(state, ground, crew, 0)
    merit1 = _merit(state, ground, crew, 1) if two else 0.0
    first0 = _forget(state, 0, n0)
    first1 = _forget(state, 1, n1) if two else 0
    state.merit[state.who[0]] = merit0
    _refresh(state, ground, state.who[0], first0)
    if two:
        state.merit[state.who[1]] = merit1
        _refresh(state, ground, state.who[1], first1)


@njit(cache=True)
def _forget(state, side, n):  # pragma: no cover
    """Copies the draft to its walk from the first difference on; returns where that is."""
    i = state.who[side]
    k = 0
    while k < n and k < state.size[i] and state.draft[side, k] == state.seq[i, k]:
        k += 1
    for q in range(k, state.size[i]):
        if state.walk[state.seq[i, q]] == i:
            state.walk[state.seq[i, q]] = -1
    for q in range(k, n):
        state.seq[i, q] = state.draft[side, q]
    state.size[i] = n
    return k


@njit(cache=True)
def _refresh(state, ground, i, first):  # pragma: no cover
    """Recomputes what is known per place of a walk, from the place before `first` on."""
    for k in range(max(0, first - 1), state.size[i]):
        u = state.seq[i, k]
        state.walk[u], state.place[u] = i, k
        before = state.seq[i, k - 1] if k > 0 else -1
        own = _gain(ground, before, u, state.seq[i, k + 1] if k + 1 < state.size[i] else -1)
        state.own[i, k] = own
        if k == 0:
            state.along[i, 0], state.sum0[i, 0], state.sum1[i, 0] = 0.0, own, 0.0
            continue
        along = state.along[i, k - 1] + _away(ground, before, u)
        state.along[i, k] = along
        state.sum0[i, k] = state.sum0[i, k - 1] + own
        state.sum1[i, k] = state.sum1[i, k - 1] + own * along
