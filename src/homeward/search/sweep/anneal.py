"""Simulated annealing of walks over the lattice: insert, drop, turn round, swap tails, move a piece.

A move describes the one or two walks that it changes as a few pieces of the present ones (`State.pieces`). Prefix sums
over each walk then give its new merit in a time that does not depend on its length; only a move that is taken is
written out. All compiled functions are in this file, because numba renews its cache of a file's functions only when
that file changes.
"""

from __future__ import annotations

# Long: for the reason above.
import numpy as np

from homeward.search.sweep.kernel import compiled, drawn
from homeward.search.sweep.walk import (
    AGAIN,
    ALONG,
    BEND,
    FAR,
    GAIN,
    HEAD,
    LOSES,
    OWN,
    ROOM,
    SAVES,
    SUM0,
    SUM1,
    TAKES,
    X,
    Y,
)

# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator"

DETOUR = 20.0


@compiled
def anneal(state, field, iterations, hot, cold):  # pragma: no cover
    """Runs `iterations` random moves in place, from temperature `hot` to `cold` (geometric, in units of gain)."""
    heat, detour_m, longest, walks = hot, 0.0, 1, state.size.size
    for it in range(iterations):
        if it % 512 == 0:
            heat = hot * (cold / hot) ** (it / iterations)
            detour_m = field.spacing_m * (DETOUR * heat / field.marginal + 0.5)
            longest = 1
            for w in range(walks):
                longest = max(longest, state.size[w] - 1)
        h = drawn(state.random)
        slot, i = np.int64(h & np.uint64(7)), np.int64((h >> np.uint64(40)) % np.uint64(walks))
        if slot >= 4 and h & np.uint64(1 << 19):
            slot -= 4  # square neighbours are what most steps lead to
        if (h >> np.uint64(20)) & np.uint64(31) == 0:
            c, a = field.n + i, field.near[field.n + i, slot]
            a = a if a >= 0 and h & np.uint64(1 << 25) else np.int64((h >> np.uint64(26)) % np.uint64(field.n))
        else:
            k = 1 + np.int64((h >> np.uint64(26)) % np.uint64(longest))
            a = state.seq[i, k] if k < state.size[i] else np.int64(-1)
            c = field.near[a, slot] if a >= 0 else np.int64(-1)
        if a < 0 or c < 0:
            continue
        if state.where[c, 0] < 0 and h & np.uint64(1 << 18):
            a, c = c, a  # brought in, rather than `a` left out
        if not propose(state, field, a, c, np.int64((h >> np.uint64(3)) & np.uint64(0x7FFF)), detour_m):
            continue
        gain = _gained(state, field)
        if gain >= 0 or (gain > -12 * heat and drawn(state.random) / 2.0**64 < np.exp(gain / heat)):
            take(state, field)


@compiled
def _gained(state, field):  # pragma: no cover
    """Change of merit by the move."""
    seq, table, pieces = state.seq, state.table, state.pieces
    gain = merit(seq, table, field, pieces[0]) - state.merit[pieces[0, HEAD, 1]]
    if pieces[1, HEAD, 1] >= 0:
        gain += merit(seq, table, field, pieces[1]) - state.merit[pieces[1, HEAD, 1]]
    return gain


@compiled
def propose(state, field, a, c, r, detour_m):  # pragma: no cover
    """Writes a move that brings `a` and its neighbour `c` together, or drops `a`.

    False where there is none, or where it only makes the way longer by more than `detour_m`.
    """
    i, j = state.where[a, 0], state.where[c, 0]
    state.pieces[0, HEAD, 0] = state.pieces[1, HEAD, 0] = 0
    state.pieces[0, HEAD, 1], state.pieces[1, HEAD, 1] = i, -1
    kind = r & 15
    if i < 0:
        return j >= 0 and _insert(state, field, a, c, r)
    if j < 0 or kind == 0:
        _put(state.pieces, 0, i, 0, state.where[a, 1] - 1)  # without `a`, or it and the node after
        _put_range(state.pieces, 0, i, state.where[a, 1] + 1 + ((r >> 4) & 1), state.size[i] - 1)
        return True
    if kind < 5 and i == j:
        return _turn_round(state, field, a, c, r, detour_m)
    if kind < 5:
        return _swap_tails(state, field, a, c, detour_m)
    low, high = _piece_at(state, field, a, r)
    if low < 1 or high >= state.size[i]:
        return False
    ahead, after = (r & 16) == 0, (r & 32) == 0
    gap = state.where[c, 1] if after else state.where[c, 1] - 1
    if gap < 0 or (i == j and low - 1 <= gap <= high):
        return False
    first, last = (low, high) if ahead == after else (high, low)
    if _longer(state, field, (i, first, last), (j, gap)) > detour_m:
        return False
    _move_piece(state, (i, first, last), (j, gap))
    return True


@compiled
def _put(pieces, side, walk, first, last):  # pragma: no cover
    """Adds a piece: places `first`..`last` of a walk (backwards where first > last); walk -1: the node `first`."""
    k = pieces[side, HEAD, 0]
    pieces[side, k, 0], pieces[side, k, 1], pieces[side, k, 2] = walk, first, last
    pieces[side, HEAD, 0] = k + 1


@compiled
def _put_range(pieces, side, walk, first, last):  # pragma: no cover
    """Adds a piece unless it is empty."""
    if first <= last:
        _put(pieces, side, walk, first, last)


@compiled
def _insert(state, field, a, c, r):  # pragma: no cover
    """Unvisited `a` goes after c, before c, in c's place, or with a partner as a bump beside the step from c."""
    j, k = state.where[c, 0], state.where[c, 1]
    last, kind = state.size[j] - 1, r & 15
    state.pieces[0, HEAD, 1] = j
    if kind < 5:
        _put(state.pieces, 0, j, 0, k)
        _put(state.pieces, 0, -1, a, a)
        _put_range(state.pieces, 0, j, k + 1, last)
        return True
    if kind < 12:
        if k == 0:
            return False
        _put(state.pieces, 0, j, 0, k - 1)
        _put(state.pieces, 0, -1, a, a)
        _put_range(state.pieces, 0, j, k if kind < 10 else k + 1, last)
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
            _put(state.pieces, 0, j, 0, k)
            _put(state.pieces, 0, -1, a, a)
            _put(state.pieces, 0, -1, b, b)
            _put(state.pieces, 0, j, k + 1, last)
            return True
    return False


@compiled
def _at(state, field, i, k):  # pragma: no cover
    """Node at a place of a walk; beyond its end that of its goal, -1 where it has none."""
    return state.seq[i, k] if k < state.size[i] else np.int64(field.team[i, 3])


@compiled
def _turn_round(state, field, a, c, r, detour_m):  # pragma: no cover
    """The part of a walk between two neighbours is gone the other way round (2-opt)."""
    i = state.where[a, 0]
    low, high = min(state.where[a, 1], state.where[c, 1]), max(state.where[a, 1], state.where[c, 1])
    if high - low < 2 or (low == 0 and not (r >> 4) & 1):
        return False
    if not (r >> 4) & 1:
        low, high = low - 1, high - 1
    before, first, last = state.seq[i, low], state.seq[i, low + 1], state.seq[i, high]
    after = _at(state, field, i, high + 1)
    if (
        away(field, before, last) + away(field, first, after)
        > away(field, before, first) + away(field, last, after) + detour_m
    ):
        return False
    _put(state.pieces, 0, i, 0, low)
    _put(state.pieces, 0, i, high, low + 1)
    _put_range(state.pieces, 0, i, high + 1, state.size[i] - 1)
    return True


@compiled
def _swap_tails(state, field, a, c, detour_m):  # pragma: no cover
    """The walk of `a` goes on with `c` and what follows it; the walk of `c` with what followed `a`."""
    i, j, k, q = state.where[a, 0], state.where[c, 0], state.where[a, 1], state.where[c, 1]
    if q == 0:
        return False
    before, after = state.seq[j, q - 1], _at(state, field, i, k + 1)
    if away(field, a, c) + away(field, before, after) > away(field, before, c) + away(field, a, after) + detour_m:
        return False
    state.pieces[1, HEAD, 1] = j
    _put(state.pieces, 0, i, 0, k)
    _put(state.pieces, 0, j, q, state.size[j] - 1)
    _put(state.pieces, 1, j, 0, q - 1)
    _put_range(state.pieces, 1, i, k + 1, state.size[i] - 1)
    return True


@compiled
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


@compiled
def _longer(state, field, piece, gap):  # pragma: no cover
    """How much longer the way gets when a piece (walk, first, last place) goes into the gap after (walk, place)."""
    i, first, last = piece
    j, g = gap
    u, v = state.seq[i, first], state.seq[i, last]
    before, after = state.seq[i, min(first, last) - 1], _at(state, field, i, max(first, last) + 1)
    head, tail = (u, v) if first <= last else (v, u)
    c, d = state.seq[j, g], _at(state, field, j, g + 1)
    new = away(field, c, u) + away(field, v, d) + away(field, before, after)
    return new - away(field, c, d) - away(field, before, head) - away(field, tail, after)


@compiled
def _move_piece(state, piece, gap):  # pragma: no cover
    """A piece (walk, first, last place; backwards where first > last) goes into the gap after (walk, place)."""
    i, first, last = piece
    j, g = gap
    low, high, end = min(first, last), max(first, last), state.size[i] - 1
    if i != j:
        state.pieces[1, HEAD, 1] = j
        _put(state.pieces, 0, i, 0, low - 1)
        _put_range(state.pieces, 0, i, high + 1, end)
        _put(state.pieces, 1, j, 0, g)
        _put(state.pieces, 1, i, first, last)
        _put_range(state.pieces, 1, j, g + 1, state.size[j] - 1)
    elif g < low:
        _put(state.pieces, 0, i, 0, g)
        _put(state.pieces, 0, i, first, last)
        _put(state.pieces, 0, i, g + 1, low - 1)
        _put_range(state.pieces, 0, i, high + 1, end)
    else:
        _put(state.pieces, 0, i, 0, low - 1)
        _put(state.pieces, 0, i, high + 1, g)
        _put(state.pieces, 0, i, first, last)
        _put_range(state.pieces, 0, i, g + 1, end)


@compiled
def away(field, u, v):  # pragma: no cover
    """Metres from node to node; 0 from a free start and where there is none; out and back to look again at a square."""
    if u < 0 or v < 0:
        return 0.0
    node = field.node
    dx, dy = node[u, X] - node[v, X], node[u, Y] - node[v, Y]
    away = np.sqrt(dx * dx + dy * dy)
    if away > 0:
        if away < node[u, ROOM] or away < node[v, ROOM]:
            return away
        return _around(field, u, v, away)
    return min(node[u, AGAIN], node[v, AGAIN]) if dx == 0 else 0.0


@compiled
def _around(field, u, v, straight):  # pragma: no cover
    """Metres from node to node round forbidden ground: straight, or by a corner; very far where there is no way."""
    node, walls = field.node, field.walls
    ax, ay = node[u, X], node[u, Y]
    ux, uy = node[v, X] - ax, node[v, Y] - ay
    for k in range(len(walls)):
        x, y, dx, dy = walls[k, 0] - ax, walls[k, 1] - ay, walls[k, 2] - walls[k, 0], walls[k, 3] - walls[k, 1]
        a, c = dy * x - dx * y, ux * y - uy * x
        if a * (a + dx * uy - dy * ux) <= 0 and c * (c + ux * dy - uy * dx) <= 0:
            best = FAR
            for j in range(field.toll.shape[1]):
                best = min(best, field.toll[u, j] + field.toll[v, j])
            return best
    return straight


@compiled
def bend_at(node, before, u, after):  # pragma: no cover
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


@compiled
def saved_m(node, u, bend):  # pragma: no cover
    """Half of the metres that rounding the corner at `u` saves; where it is sharper than a right one, what it takes."""
    return 0.5 * node[u, SAVES] * bend if bend < 1.05 else -0.125 * node[u, TAKES] * bend


@compiled
def merit(seq, table, field, pieces):  # pragma: no cover
    """Merit of the walk that the pieces of one side make: gains, decayed with the way, less the price of excess.

    Times in the table run to the middle of each turn, so that they serve whichever way a piece is gone. Here `t` is
    when the last node is reached, before its turn, which is settled when the next piece is known.
    """
    i, node, team = pieces[HEAD, 1], field.node, field.team
    decay, lead = team[i, 0], team[i, 4]
    t, total, old = 0.0, 0.0, 0.0
    before, last = -1, -1
    for k in range(pieces[HEAD, 0]):
        w, p, q = pieces[k, 0], pieces[k, 1], pieces[k, 2]
        u = p if w < 0 else seq[w, p]
        if last >= 0:
            bend = bend_at(node, before, last, u)
            total += (node[last, GAIN] * (1 - node[last, LOSES] * bend) - old) * (lead - decay * t)
            t += away(field, last, u) - 2 * saved_m(node, last, bend)
        if w < 0 or p == q:
            before, last, old = last, u, 0.0
            continue
        step = 1 if p < q else -1
        if last >= 0:
            bend = bend_at(node, last, u, seq[w, p + step])
            saved = saved_m(node, u, bend)
            t -= saved
            total += (node[u, GAIN] * (1 - node[u, LOSES] * bend) - table[w, p, OWN]) * (lead - decay * t)
            t += saved_m(node, u, table[w, p, BEND]) - saved
        low, high = (p, q) if p < q else (q, p)
        sum0, sum1 = table[w, high, SUM0], table[w, high, SUM1]
        if low > 0:
            sum0, sum1 = sum0 - table[w, low - 1, SUM0], sum1 - table[w, low - 1, SUM1]
        if p < q:
            total += lead * sum0 - decay * (sum1 + (t - table[w, p, ALONG]) * sum0)
        else:
            total += lead * sum0 - decay * ((t + table[w, p, ALONG]) * sum0 - sum1)
        t += table[w, high, ALONG] - table[w, low, ALONG]
        before, last, old = seq[w, q - step], seq[w, q], table[w, q, OWN]
        t += saved_m(node, last, table[w, q, BEND])
    total += (node[last, GAIN] - old) * (lead - decay * t)
    return total - team[i, 2] * max(0.0, t + away(field, last, np.int64(team[i, 3])) - team[i, 1])


@compiled
def take(state, field):  # pragma: no cover
    """Carries the move out, unless a walk would grow too long for its row."""
    seq, table, pieces = state.seq, state.table, state.pieces
    sides = 2 if pieces[1, HEAD, 1] >= 0 else 1
    for side in range(sides):
        if not _write(seq, pieces[side], state.draft[side]):
            return
    merits = merit(seq, table, field, pieces[0]), merit(seq, table, field, pieces[1]) if sides == 2 else 0.0
    first = _forget(state, 0), _forget(state, 1) if sides == 2 else 0
    for side in range(sides):
        state.merit[pieces[side, HEAD, 1]] = merits[side]
        refresh(state, field, pieces[side, HEAD, 1], first[side])


@compiled
def _write(seq, pieces, draft):  # pragma: no cover
    """Writes pieces to the draft, and its length after the number of pieces; False where it does not fit."""
    n = 0
    for k in range(pieces[HEAD, 0]):
        w, p, q = pieces[k, 0], pieces[k, 1], pieces[k, 2]
        step = 1 if p <= q else -1
        if n + abs(q - p) >= draft.size:
            return False
        for at in range(p, q + step, step):
            draft[n] = p if w < 0 else seq[w, at]
            n += 1
    pieces[HEAD, 2] = n
    return True


@compiled
def _forget(state, side):  # pragma: no cover
    """Copies the draft to its walk from the first difference on; returns where that is."""
    i, n, draft, k = state.pieces[side, HEAD, 1], state.pieces[side, HEAD, 2], state.draft[side], 0
    while k < n and k < state.size[i] and draft[k] == state.seq[i, k]:
        k += 1
    for q in range(k, state.size[i]):
        if state.where[state.seq[i, q], 0] == i:
            state.where[state.seq[i, q], 0] = -1
    for q in range(k, n):
        state.seq[i, q] = draft[q]
    state.size[i] = n
    return k


@compiled
def refresh(state, field, i, first):  # pragma: no cover
    """Recomputes what is known per place of a walk, from the place before `first` on."""
    walk, table, where, node, size = state.seq[i], state.table[i], state.where, field.node, state.size[i]
    for k in range(max(0, first - 1), size):
        u = walk[k]
        where[u, 0], where[u, 1] = i, k
        before = walk[k - 1] if k > 0 else -1
        bend = bend_at(node, before, u, walk[k + 1] if k + 1 < size else -1)
        own = node[u, GAIN] * (1 - node[u, LOSES] * bend)
        table[k, BEND], table[k, OWN] = bend, own
        if k == 0:
            table[0, ALONG], table[0, SUM0], table[0, SUM1] = 0.0, own, 0.0
            continue
        saved = saved_m(node, before, table[k - 1, BEND]) + saved_m(node, u, bend)
        table[k, ALONG] = table[k - 1, ALONG] + away(field, before, u) - saved
        table[k, SUM0] = table[k - 1, SUM0] + own
        table[k, SUM1] = table[k - 1, SUM1] + own * table[k, ALONG]
