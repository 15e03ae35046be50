"""Every place filled, by matching: whether these people can (Ford & Fulkerson 1956, Canadian Journal of Mathematics 8,
399-404), and how often in many draws.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.special import betaincinv

from homeward.chances.heads import Ints
from homeward.geo import Floats

_CHUNK = 1 << 22  # numbers drawn at once
_OUTSIDE = 0.005  # at each end of a 99 % interval
Bools = NDArray[np.bool_]
Words = NDArray[np.uint64]


def off_by(p: float, draws: int) -> float:
    """How far a probability drawn so often may be off: to the farther end of its 99 % interval.

    The interval is that of Clopper & Pearson (1934, Biometrika 26, 404-413), which holds at 0 and 1 as well.
    """
    hits, misses = p * draws, (1 - p) * draws
    low = float(betaincinv(hits, misses + 1, _OUTSIDE)) if hits > 0 else 0.0
    high = float(betaincinv(hits + 1, misses, 1 - _OUTSIDE)) if misses > 0 else 1.0
    return max(p - low, high - p)


def can_fill(can: Bools, need: Ints) -> bool:
    """Whether these people, all there, can fill every place."""
    present = np.ones((len(can), 1))
    return bool(drawn(can, need, present, draws=1, seed=0)[0])


def drawn(can: Bools, need: Ints, present: Floats, *, draws: int, seed: int) -> Floats:
    """The share of draws in which all places are filled, for each column of `present` (people, times).

    Each person has the same numbers in every column, in which nobody may become less probable from one to the next.
    """
    rng = np.random.default_rng(seed)
    times = present.shape[1]
    by_time = np.ascontiguousarray(present.T)
    filled = np.zeros(times + 1, np.int64)
    chunk = max(1, _CHUNK // max(1, len(present)))
    for start in range(0, draws, chunk):
        number = rng.random((min(draws - start, chunk), len(present)))
        filled += np.bincount(_filled_from(can, need, by_time, number), minlength=times + 1)
    share: Floats = np.cumsum(filled)[:-1] / draws
    return share


@njit(cache=True)
def place(can: Bools, need: Ints, at: Ints, filled: Ints, newcomer: int) -> bool:
    """A newcomer finds a place, others making room; `at` (each person's group, -1: none) and `filled` change."""
    people, groups = can.shape
    by = np.full(groups, -1, np.int64)  # who moves into the group on this way; -1: not reached
    queue = np.empty(people, np.int64)
    queue[0] = newcomer
    head, tail = 0, 1
    while head < tail:
        i = queue[head]
        head += 1
        for g in range(groups):
            if not can[i, g] or by[g] >= 0:
                continue
            by[g] = i
            if filled[g] < need[g]:
                filled[g] += 1
                to = g
                while True:
                    mover = by[to]
                    left = at[mover]
                    at[mover] = to
                    if left < 0:
                        return True
                    to = left
            for j in range(people):
                if at[j] == g:
                    queue[tail] = j
                    tail += 1
    return False


@njit(cache=True)
def _filled_from(can: Bools, need: Ints, present: Floats, number: Floats) -> Ints:
    """For each draw (row of `number`) the first row of `present` in which all places are filled; len(present): none.

    Each look begins with a way to fill the places from everybody, and mends what those who are away leave open (Ford &
    Fulkerson 1956, Canadian Journal of Mathematics 8, 399-404). Sets of people are bits, 64 to a word.
    """
    able = _sets(can)
    start = np.zeros_like(able)
    free = np.full(able.shape[1], ~np.uint64(0))
    never = len(present)
    found = np.full(len(number), never, np.int64)
    if not _mend(able, need, start, free):
        return found
    holds = start.copy()
    for d in range(len(number)):
        low, high = 0, never  # filled from `high` on, not yet before `low`
        at = never - 1
        while low < high:
            _come(number[d], present[at], start, holds, free)
            if _mend(able, need, holds, free):
                high = at
            else:
                low = at + 1
            at = (low + high) // 2
        found[d] = high
    return found


@njit(cache=True)
def _sets(can: Bools) -> Words:
    """For each group the set of people who can fill it."""
    people, groups = can.shape
    able = np.zeros((groups, (people + 63) // 64), np.uint64)
    for i in range(people):
        for g in range(groups):
            if can[i, g]:
                able[g, i // 64] |= np.uint64(1) << np.uint64(i % 64)
    return able


@njit(cache=True)
def _come(number: Floats, present: Floats, start: Words, holds: Words, free: Words) -> None:
    """Who is there, their `number` being below their chance to be `present`: in the place that they have at the `start`
    (`holds` changes), or `free` (which changes).
    """
    free[:] = 0
    for i in range(len(number)):
        if number[i] < present[i]:
            free[i // 64] |= np.uint64(1) << np.uint64(i % 64)
    for g in range(len(start)):
        for w in range(len(free)):
            holds[g, w] = start[g, w] & free[w]
    for g in range(len(start)):
        for w in range(len(free)):
            free[w] &= ~holds[g, w]


@njit(cache=True)
def _mend(able: Words, need: Ints, holds: Words, free: Words) -> bool:
    """Fills every group, others making room; False where that cannot be. `holds` and `free` (sets of people) change."""
    groups = len(able)
    queue = np.empty(groups, np.int64)
    before = np.empty(groups, np.int64)
    for g in range(groups):
        filled = 0
        for word in holds[g]:
            filled += _bits(word)
        while filled < need[g]:
            before[:] = -2
            before[g] = -1
            queue[0] = g
            head, tail, found = 0, 1, False
            while head < tail and not found:
                h = queue[head]
                head += 1
                w = _both(able[h], free)
                if w >= 0:
                    some = able[h, w] & free[w]
                    _shift(able, holds, before, h, w, some)
                    free[w] &= ~(some & (~some + np.uint64(1)))
                    found = True
                for k in range(groups):
                    if before[k] == -2 and _both(able[h], holds[k]) >= 0:
                        before[k] = h
                        queue[tail] = k
                        tail += 1
            if not found:
                return False
            filled += 1
    return True


@njit(cache=True)
def _shift(able: Words, holds: Words, before: Ints, at: int, word: int, some: np.uint64) -> None:
    """The lowest of `some` goes to group `at`, one of that group to the group before it, and so on to the first."""
    holds[at, word] |= some & (~some + np.uint64(1))
    while before[at] >= 0:
        to = before[at]
        w = _both(able[to], holds[at])
        movers = able[to, w] & holds[at, w]
        one = movers & (~movers + np.uint64(1))
        holds[at, w] &= ~one
        holds[to, w] |= one
        at = to


@njit(cache=True)
def _both(some: Words, others: Words) -> int:
    """The first word in which both have a bit in common; -1 where there is none."""
    for w in range(len(some)):
        if some[w] & others[w]:
            return w
    return -1


@njit(cache=True)
def _bits(word: np.uint64) -> int:
    n = 0
    while word:
        word &= word - np.uint64(1)
        n += 1
    return n
