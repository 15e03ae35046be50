"""Every place filled, exactly: a decision diagram.

A decision diagram (Bryant 1986, IEEE Transactions on Computers C-35(8), 677-691) over people, those who can fill the
same together, one type after another: its nodes are what those so far can fill, so that ways to the same are one. It is
built once and holds for any chances to come; how many of each type come is a head count.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numba import njit

from homeward.chances.heads import Ints, count_laws
from homeward.chances.matching import Bools, can_fill
from homeward.geo import Floats

EXACT_PEOPLE = 20  # as many who can fill anything are exact, however many edges it takes
MOST_EDGES = 200_000  # of a diagram with more people: built in a fifth of a second or so
_MOST_BITS = 1 << 28  # of what can be filled, over all edges
_TIMES = 32  # columns looked at together
_NEVER, _DONE, _NODE = 0, 1, 2  # where an edge leads: no more to be filled, filled, or a node from here up


@dataclass(frozen=True, slots=True)
class Types:
    """`can` (types, groups) and `of` each person its type (-1: can fill nothing)."""

    can: Bools
    of: Ints


def types_of(can: Bools) -> Types:
    """People who can fill the same groups, put together, in the order of the groups that they can fill."""
    useful = can.any(axis=1)
    whole = np.full(len(can), -1, np.int64)
    if not useful.any():
        return Types(can[:0], whole)
    rows, of = np.unique(can[useful], axis=0, return_inverse=True)
    whole[useful] = of.reshape(-1)
    return Types(rows.reshape(-1, can.shape[1]), whole)


@dataclass(frozen=True, slots=True, eq=False)
class Filling:
    """Which people fill all places: a decision diagram, people of one type together.

    `people` (useful people,) by type, `start` (types + 1,) where each type begins among them; `first` (types + 1,)
    where its nodes begin, `edge` (nodes + 1,) where the edges of each node do, one for 0, 1, 2... of its type, the last
    for so many or more; `to` what they lead to at the next type.
    """

    people: Ints
    start: Ints
    first: Ints
    edge: Ints
    to: Ints
    root: int

    def p(self, present: Floats) -> Floats:
        """P(all places filled) for each column of `present` (people, times), each person's probability to be there."""
        times = present.shape[1]
        found = np.empty(times)
        for some in (slice(k, k + _TIMES) for k in range(0, times, _TIMES)):
            laws = count_laws(np.ascontiguousarray(present[self.people, some]), self.start)
            found[some] = _walk(self.start, self.first, self.edge, self.to, laws)[self.root]
        return np.clip(found, 0.0, 1.0)


def filling(can: Bools, need: Ints, *, most_edges: int = MOST_EDGES) -> Filling | None:
    """Who fills `need` places of each group; `can` (people, groups). None where that takes more than `most_edges`.

    Up to `EXACT_PEOPLE` useful people it never does. The last few are kept, since an answer to a call changes who is
    there, not who can do what.
    """
    return _filling(np.packbits(can).tobytes(), can.shape, tuple(need.tolist()), most_edges)


@lru_cache(maxsize=16)
def _filling(bits: bytes, shape: tuple[int, int], need: tuple[int, ...], most_edges: int) -> Filling | None:
    can = np.unpackbits(np.frombuffer(bits, np.uint8), count=shape[0] * shape[1]).reshape(shape).astype(np.bool_)
    asked = np.flatnonzero(need)
    can, places = can[:, asked], np.array(need, np.int64)[asked]
    if not can_fill(can, places):
        return _known(_NEVER)
    if not len(asked):
        return _known(_DONE)
    types = types_of(can)
    size = np.bincount(types.of[types.of >= 0])
    # the scarcest group first, and those who can fill it: what it lacks is settled soonest
    scarce = np.argsort(can.sum(axis=0) / places, kind="stable")
    order = np.lexsort(~types.can[:, scarce[::-1]].T)
    rows = [np.flatnonzero(row).tolist() for row in types.can[order]]
    most = math.inf
    if size.sum() > EXACT_PEOPLE:
        most = min(most_edges, _MOST_BITS // math.prod(n + 1 for n in places.tolist()))
    if most < size.sum() or (grown := _grown(_Fillings(places.tolist()), rows, size[order].tolist(), most)) is None:
        return None
    people = [np.flatnonzero(types.of == k) for k in order]
    return Filling(np.concatenate(people), np.append(0, np.cumsum(size[order])), *grown, _NODE)


def _known(root: int) -> Filling:
    none = np.zeros(1, np.int64)
    return Filling(none[:0], none, none, none, none[:0], root)


class _Fillings:
    """Sets of fillings (how many places of each group), each set as the bits of one number.

    A filling's bit is its own number in mixed radix, so that one more of a group is a shift, and what it leaves open
    has its bit where the mirror shows it.
    """

    def __init__(self, need: Sequence[int]) -> None:
        self.stride = [math.prod(n + 1 for n in need[:g]) for g in range(len(need))]
        self.number = math.prod(n + 1 for n in need)
        self.full = 1 << (self.number - 1)
        self.room = [
            self._repeated(1 << stride * n, stride * (n + 1)) for stride, n in zip(self.stride, need, strict=True)
        ]

    def _repeated(self, end: int, period: int) -> int:
        found = end - 1
        while period < self.number:
            found, period = found | found << period, 2 * period
        return found & (self.full << 1) - 1

    def one_more(self, some: int, groups: Sequence[int]) -> int:
        """All that can be filled with one more person, who can fill one of these groups."""
        found = some
        for g in groups:
            found |= (some & self.room[g]) << self.stride[g]
        return found

    def completed_by(self, rows: Sequence[Sequence[int]], size: Sequence[int]) -> list[int]:
        """The fillings that those from each type on can complete, if all come; at the end the full one alone."""
        rest, found = 1, [self.full]
        for groups, n in zip(reversed(rows), reversed(size), strict=True):
            for _ in range(n):
                rest = self.one_more(rest, groups)
            found.append(int(f"{rest:0{self.number}b}"[::-1], 2))
        return found[::-1]


def _grown(
    fillings: _Fillings, rows: Sequence[Sequence[int]], size: Sequence[int], most_edges: float
) -> tuple[Ints, Ints, Ints] | None:
    """`first`, `edge` and `to` of the diagram; None where it is too large.

    A node is a set of fillings, those left out that those to come cannot complete: they make no difference.
    """
    useful = fillings.completed_by(rows, size)
    level = {1: _NODE}
    first, edge, to = [0], [0], list[int]()
    for groups, n, open_to in zip(rows, size, useful[1:], strict=True):
        after: dict[int, int] = {}
        for some in level:
            now, before = some, -1
            for _ in range(n + 1):
                if now & fillings.full:
                    to.append(_DONE)
                    break
                left = now & open_to
                to.append(after.setdefault(left, _NODE + len(after)) if left else _NEVER)
                now, before = fillings.one_more(now, groups), now
                if now == before:
                    break
            edge.append(len(to))
            if len(to) > most_edges:
                return None
        first.append(len(edge) - 1)
        level = after
    return np.array(first), np.array(edge), np.array(to)


@njit(cache=True)
def _walk(start: Ints, first: Ints, edge: Ints, to: Ints, laws: tuple[Floats, Floats]) -> Floats:
    """P(all filled) from nothing to be filled, from all filled, and from each node of the first type, (., times)."""
    just, more = laws
    types, times = len(first) - 1, just.shape[1]
    widest = 0
    for k in range(types):
        widest = max(widest, first[k + 1] - first[k])
    here = np.zeros((_NODE + widest, times))
    after = np.zeros((_NODE + widest, times))
    here[_DONE] = 1.0
    after[_DONE] = 1.0
    for k in range(types - 1, -1, -1):
        for n in range(first[k], first[k + 1]):
            at = _NODE + n - first[k]
            here[at] = 0.0
            for e in range(edge[n], edge[n + 1]):
                if to[e] != _NEVER:
                    row = start[k] + k + e - edge[n]
                    law = more[row] if e == edge[n + 1] - 1 else just[row]
                    value = after[to[e]]
                    for t in range(times):
                        here[at, t] += law[t] * value[t]
        here, after = after, here
    return after
