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


ALONG, BEND, OWN, SUM0, SUM1 = range(5)
X, Y, GAIN, SAVES, LOSES, AGAIN = range(6)
HEAD = 7


class State(NamedTuple):
    """The walks: nodes in `seq`, of which `size` count.

    `table` holds per place in a walk the metres ALONG to the middle of its turn, the BEND of the turn, the gain there
    (OWN), and the sums of gain and of gain x along up to there; `where` per node its walk (-1: none) and its place;
    `merit` is per walk. The rest is the generator's state and one move: `pieces` of the two walks that it may change
    (row HEAD: how many pieces, which walk), and the draft of what it would write.
    """

    seq: Ints
    size: Ints
    table: Floats
    where: Ints
    merit: Floats
    random: NDArray[np.uint64]
    pieces: Ints
    draft: Ints


class Field(NamedTuple):
    """What a move needs: per node X, Y, GAIN, SAVES, LOSES, AGAIN; neighbours; per walk its decay, limit and price."""

    node: Floats
    near: Ints
    team: Floats
    n: int


def pack(ground: Ground, crew: Crew) -> Field:
    """Ground and crew in the form that the moves read fastest."""
    x, again = ground.x_m.copy(), np.full(len(ground.x_m), ground.again_m)
    x[ground.n :][ground.free] = np.nan  # from nowhere it is no way to anywhere
    again[ground.n :] = 0.0
    return Field(
        node=np.column_stack([x, ground.y_m, ground.gain, ground.saves_m, ground.loses, again]),
        near=ground.near,
        team=np.column_stack([crew.decay, crew.limit_m, crew.price]),
        n=ground.n,
    )


def start(ground: Ground, crew: Crew, walks: list[Ints], *, seed: int) -> State:
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
    field = pack(ground, crew)
    for i, nodes in enumerate(walks):
        state.seq[i, 0] = n + i
        state.seq[i, 1 : len(nodes) + 1] = nodes
        _refresh(state, field, i, 0)
        state.pieces[0, 0] = i, 0, len(nodes)
        state.pieces[0, HEAD] = 1, i, 0
        state.merit[i] = _merit(state.seq, state.table, field.node, field.team, state.pieces[0])
    return state


def walks_of(state: State) -> list[Ints]:
    """The walks of a state, without their starts."""
    return [state.seq[i, 1 : state.size[i]].copy() for i in range(len(state.size))]


@njit(cache=True)
def anneal(state, field, iterations, hot, cold):  # pragma: no cover
    """Runs `iterations` random moves in place, from temperature `hot` to `cold` (geometric, in units of gain)."""
    heat = hot
    for it in range(iterations):
        if it % 512 == 0:
            heat = hot * (cold / hot) ** (it / iterations)
        h = _draw(state)
        a = np.int64((h >> np.uint64(24)) % np.uint64(field.n))
        slot = np.int64(h & np.uint64(7))
        if slot >= 4 and h & np.uint64(1 << 63):
            slot -= 4  # square neighbours are what most steps lead to
        c = field.near[a, slot]
        if (h >> np.uint64(19)) & np.uint64(31) == 0:
            c = field.n + a % field.team.shape[0]
            a = field.near[c, slot] if field.near[c, slot] >= 0 else a
        if c < 0 or not _propose(state, field, a, c, np.int64((h >> np.uint64(3)) & np.uint64(0xFFFF))):
            continue
        gain = _gained(state, field)
        if gain >= 0 or (gain > -12 * heat and _uniform(state) < np.exp(gain / heat)):
            _take(state, field)


@njit(cache=True)
def _gained(state, field):  # pragma: no cover
    """Change of merit by the move."""
    seq, table, node, team, pieces = state.seq, state.table, field.node, field.team, state.pieces
    gain = _merit(seq, table, node, team, pieces[0]) - state.merit[pieces[0, HEAD, 1]]
    if pieces[1, HEAD, 1] >= 0:
        gain += _merit(seq, table, node, team, pieces[1]) - state.merit[pieces[1, HEAD, 1]]
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
def _propose(state, field, a, c, r):  # pragma: no cover
    """Writes a move that brings `a` and its neighbour `c` together, or drops `a`; False where there is none."""
    i = state.where[a, 0]
    j = state.where[c, 0]
    state.pieces[0, HEAD, 0] = state.pieces[1, HEAD, 0] = 0
    state.pieces[0, HEAD, 1], state.pieces[1, HEAD, 1] = i, -1
    kind = r & 15
    if i < 0:
        return j >= 0 and _insert(state, field, a, c, r)
    if j < 0 or kind == 0:
        return _drop(state, a, r)
    if kind < 5:
        return _turn_round(state, a, c, r) if i == j else _swap_tails(state, a, c)
    low, high = _piece_at(state, field, a, r)
    if low < 1 or high >= state.size[i]:
        return False
    return _move_piece(state, c, low, high, r)


@njit(cache=True)
def _put(state, side, walk, first, last):  # pragma: no cover
    """Adds a piece: places `first`..`last` of a walk (backwards where first > last); walk -1: the node `first`."""
    k = state.pieces[side, HEAD, 0]
    state.pieces[side, k, 0], state.pieces[side, k, 1], state.pieces[side, k, 2] = walk, first, last
    state.pieces[side, HEAD, 0] = k + 1


@njit(cache=True)
def _put_range(state, side, walk, first, last):  # pragma: no cover
    """Adds a piece unless it is empty."""
    if first <= last:
        _put(state, side, walk, first, last)


@njit(cache=True)
def _insert(state, field, a, c, r):  # pragma: no cover
    """Unvisited `a` goes after c, before c, in c's place, or with a partner as a bump beside the step from c."""
    j, k = state.where[c, 0], state.where[c, 1]
    last, kind = state.size[j] - 1, r & 15
    state.pieces[0, HEAD, 1] = j
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
    x, y = (
        field.node[a, X] + field.node[z, X] - field.node[c, X],
        field.node[a, Y] + field.node[z, Y] - field.node[c, Y],
    )
    for q in range(8):
        b = field.near[a, q]
        if (
            b >= 0
            and b < field.n
            and state.where[b, 0] < 0
            and abs(field.node[b, X] - x) + abs(field.node[b, Y] - y) < 1e-3
        ):
            _put(state, 0, j, 0, k)
            _put(state, 0, -1, a, a)
            _put(state, 0, -1, b, b)
            _put(state, 0, j, k + 1, last)
            return True
    return False


@njit(cache=True)
def _drop(state, a, r):  # pragma: no cover
    """`a` is left out, or with it the node after."""
    i, k = state.where[a, 0], state.where[a, 1]
    _put(state, 0, i, 0, k - 1)
    _put_range(state, 0, i, k + 1 + ((r >> 4) & 1), state.size[i] - 1)
    return True


@njit(cache=True)
def _turn_round(state, a, c, r):  # pragma: no cover
    """The part of a walk between two neighbours is gone the other way round (2-opt)."""
    i = state.where[a, 0]
    low, high = min(state.where[a, 1], state.where[c, 1]), max(state.where[a, 1], state.where[c, 1])
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
    i, j, k, q = state.where[a, 0], state.where[c, 0], state.where[a, 1], state.where[c, 1]
    if q == 0:
        return False
    state.pieces[1, HEAD, 1] = j
    _put(state, 0, i, 0, k)
    _put(state, 0, j, q, state.size[j] - 1)
    _put(state, 1, j, 0, q - 1)
    _put_range(state, 1, i, k + 1, state.size[i] - 1)
    return True


@njit(cache=True)
def _piece_at(state, field, a, r):  # pragma: no cover
    """First and last place of a piece with `a` at one end: short, or such that what it leaves closes well."""
    i, k = state.where[a, 0], state.where[a, 1]
    ahead = (r & 16) == 0
    if r & 15 < 10:
        more = 0 if r & 512 else (r >> 7) & 3
        return (k, k + more) if ahead else (k - more, k)
    if not ahead and k + 1 >= state.size[i]:
        return 0, 0
    z = field.near[state.seq[i, k - 1 if ahead else k + 1], (r >> 7) & 7]
    if z < 0 or z >= field.n or state.where[z, 0] != i:
        return 0, 0
    q = state.where[z, 1]
    if ahead:
        return (k, q - 1) if q > k else (0, 0)
    return (q + 1, k) if q < k else (0, 0)


@njit(cache=True)
def _move_piece(state, c, low, high, r):  # pragma: no cover
    """Places low..high of a walk go beside `c`, in its walk or another, with the end that is `a` next to `c`."""
    i, j = state.pieces[0, HEAD, 1], state.where[c, 0]
    ahead, after = (r & 16) == 0, (r & 32) == 0
    gap = state.where[c, 1] if after else state.where[c, 1] - 1
    first, last = (low, high) if ahead == after else (high, low)
    end = state.size[i] - 1
    if gap < 0 or (i == j and low - 1 <= gap <= high):
        return False
    if i != j:
        state.pieces[1, HEAD, 1] = j
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
def _away(node, u, v):  # pragma: no cover
    """Metres from node to node; nothing from a free start; out and back for a second look at the same square."""
    dx, dy = node[u, X] - node[v, X], node[u, Y] - node[v, Y]
    away = np.sqrt(dx * dx + dy * dy)
    if away > 0:
        return away
    return node[v, AGAIN] if dx == 0 else 0.0


@njit(cache=True)
def _bend(node, before, u, after):  # pragma: no cover
    """How sharp the turn at `u` is: 0 straight on, 1 a right angle, 4 back; what it costs is near proportional."""
    if before < 0 or after < 0:
        return 0.0
    ax, ay = node[u, X] - node[before, X], node[u, Y] - node[before, Y]
    bx, by = node[after, X] - node[u, X], node[after, Y] - node[u, Y]
    square = (ax * ax + ay * ay) * (bx * bx + by * by)
    if not square > 0:
        return 0.0
    turn = 1 - (ax * bx + ay * by) / np.sqrt(square)
    return turn * turn


@njit(cache=True)
def _saved(node, u, bend):  # pragma: no cover
    """Half of the metres that rounding the corner at `u` saves; nothing where the turn is sharper than a right one."""
    return 0.5 * node[u, SAVES] * bend if bend < 1.05 else 0.0


@njit(cache=True)
def _merit(seq, table, node, team, pieces):  # pragma: no cover
    """Merit of the walk that the pieces of one side make: gains, decayed with the way, less the price of excess.

    Times in the table run to the middle of each turn, so that they serve whichever way a piece is gone. Here `t` is
    when the last node is reached, before its turn, which is settled when the next piece is known.
    """
    i = pieces[HEAD, 1]
    decay = team[i, 0]
    t, total, old = 0.0, 0.0, 0.0
    before, last = -1, -1
    for k in range(pieces[HEAD, 0]):
        w, p, q = pieces[k, 0], pieces[k, 1], pieces[k, 2]
        u = p if w < 0 else seq[w, p]
        if last >= 0:
            bend = _bend(node, before, last, u)
            total += (node[last, GAIN] * (1 - node[last, LOSES] * bend) - old) * (1 - decay * t)
            t += _away(node, last, u) - 2 * _saved(node, last, bend)
        if w < 0 or p == q:
            before, last, old = last, u, 0.0
            continue
        step = 1 if p < q else -1
        if last >= 0:
            bend = _bend(node, last, u, seq[w, p + step])
            saved = _saved(node, u, bend)
            t -= saved
            total += (node[u, GAIN] * (1 - node[u, LOSES] * bend) - table[w, p, OWN]) * (1 - decay * t)
            t += _saved(node, u, table[w, p, BEND]) - saved
        low, high = (p, q) if p < q else (q, p)
        sum0, sum1 = table[w, high, SUM0], table[w, high, SUM1]
        if low > 0:
            sum0, sum1 = sum0 - table[w, low - 1, SUM0], sum1 - table[w, low - 1, SUM1]
        if p < q:
            total += sum0 - decay * (sum1 + (t - table[w, p, ALONG]) * sum0)
        else:
            total += sum0 - decay * ((t + table[w, p, ALONG]) * sum0 - sum1)
        t += table[w, high, ALONG] - table[w, low, ALONG]
        before, last, old = seq[w, q - step], seq[w, q], table[w, q, OWN]
        t += _saved(node, last, table[w, q, BEND])
    total += (node[last, GAIN] - old) * (1 - decay * t)
    return total - team[i, 2] * max(0.0, t - team[i, 1])


@njit(cache=True)
def _write(state, side):  # pragma: no cover
    """Writes the pieces of one side to the draft; returns its length, -1 where it would not fit."""
    n = 0
    for k in range(state.pieces[side, HEAD, 0]):
        n += 1 if state.pieces[side, k, 0] < 0 else abs(state.pieces[side, k, 2] - state.pieces[side, k, 1]) + 1
    if n > state.seq.shape[1]:
        return -1
    n = 0
    for k in range(state.pieces[side, HEAD, 0]):
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
def _take(state, field):  # pragma: no cover
    """Carries the move out, unless a walk would grow too long for its row."""
    two = state.pieces[1, HEAD, 1] >= 0
    n0 = _write(state, 0)
    n1 = _write(state, 1) if two else 0
    if n0 < 0 or n1 < 0:
        return
    merit0 = _merit(state.seq, state.table, field.node, field.team, state.pieces[0])
    merit1 = _merit(state.seq, state.table, field.node, field.team, state.pieces[1]) if two else 0.0
    first0 = _forget(state, 0, n0)
    first1 = _forget(state, 1, n1) if two else 0
    state.merit[state.pieces[0, HEAD, 1]] = merit0
    _refresh(state, field, state.pieces[0, HEAD, 1], first0)
    if two:
        state.merit[state.pieces[1, HEAD, 1]] = merit1
        _refresh(state, field, state.pieces[1, HEAD, 1], first1)


@njit(cache=True)
def _forget(state, side, n):  # pragma: no cover
    """Copies the draft to its walk from the first difference on; returns where that is."""
    i = state.pieces[side, HEAD, 1]
    k = 0
    while k < n and k < state.size[i] and state.draft[side, k] == state.seq[i, k]:
        k += 1
    for q in range(k, state.size[i]):
        if state.where[state.seq[i, q], 0] == i:
            state.where[state.seq[i, q], 0] = -1
    for q in range(k, n):
        state.seq[i, q] = state.draft[side, q]
    state.size[i] = n
    return k


@njit(cache=True)
def _refresh(state, field, i, first):  # pragma: no cover
    """Recomputes what is known per place of a walk, from the place before `first` on."""
    walk, table, where, node, size = state.seq[i], state.table[i], state.where, field.node, state.size[i]
    for k in range(max(0, first - 1), size):
        u = walk[k]
        where[u, 0], where[u, 1] = i, k
        before = walk[k - 1] if k > 0 else -1
        bend = _bend(node, before, u, walk[k + 1] if k + 1 < size else -1)
        own = node[u, GAIN] * (1 - node[u, LOSES] * bend)
        table[k, BEND], table[k, OWN] = bend, own
        if k == 0:
            table[0, ALONG], table[0, SUM0], table[0, SUM1] = 0.0, own, 0.0
            continue
        saved = _saved(node, before, table[k - 1, BEND]) + _saved(node, u, bend)
        table[k, ALONG] = table[k - 1, ALONG] + _away(node, before, u) - saved
        table[k, SUM0] = table[k - 1, SUM0] + own
        table[k, SUM1] = table[k - 1, SUM1] + own * table[k, ALONG]
