"""How likely all places can still be filled when people drop out.

People who can fill the same places are of one type: how many of them are there is all that counts (Poisson binomial).
All counts are gone through where there are few enough (always for 20 people), each decided by matching (Ford &
Fulkerson 1956, Canadian Journal of Mathematics 8, 399-404); beyond that presence is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from homeward.geo import Floats
from homeward.team.places import Bools, Ints

EXACT_CASES = 1 << 20  # counts that are gone through one by one; more are drawn
DRAWS = 200_000
_Z99 = 2.5758  # standard normal, two-sided 99 %


@dataclass(frozen=True, slots=True)
class Types:
    """`can` (types, groups) and `of` each person its type (-1: can fill nothing)."""

    can: Bools
    of: Ints


def types_of(can: Bools) -> Types:
    """People who can fill the same groups, put together, in the order of the groups that they can fill."""
    useful = can.any(axis=1)
    if not useful.any():
        return Types(can[:0], np.full(len(can), -1, np.int64))
    rows, of = np.unique(can[useful], axis=0, return_inverse=True)
    whole = np.full(len(can), -1, np.int64)
    whole[useful] = of.reshape(-1)
    return Types(rows.reshape(-1, can.shape[1]), whole)


def p_complete(
    can: Bools, need: Ints, p: Floats, *, seed: int, draws: int = DRAWS, exact: int = EXACT_CASES
) -> tuple[float, float]:
    """Probability that those who are there can fill all groups, and the half width of its 99 % interval (0: exact).

    `can` is (people, groups), `need` places by group, `p` the probability of each person to be there, independently.
    All combinations are gone through where there are at most `exact`, like people counted together.
    """
    types = types_of(can)
    if not need.sum():
        return 1.0, 0.0
    if not len(types.can):
        return 0.0, 0.0
    counts = [p[types.of == k] for k in range(len(types.can))]
    if np.prod([np.sum((c > 0) & (c < 1)) + 1.0 for c in counts]) <= exact:
        most = max((len(c) for c in counts), default=0)
        table = np.zeros((len(counts), most + 1))
        for k, c in enumerate(counts):
            table[k, : len(c) + 1] = _poisson_binomial(c)
        size = np.array([len(c) for c in counts], np.int64)
        return min(1.0, float(_sum_over_counts(types.can, need, table, size))), 0.0
    there = np.random.default_rng(seed).random((draws, len(p)), dtype=np.float32) < p
    share = float(_count_enough(can, need, there)) / draws
    spread = max(share * (1 - share), 1.0 / draws)
    return share, _Z99 * float(np.sqrt(spread / draws))


def chance_by_call(can: Bools, need: Ints, p: Floats) -> Floats:
    """For each set of people as bits (person i: 1 << i; at most 20): how likely those of it who come can fill all.

    P(call) follows person by person: with probability p it is the one with, else the one without (the zeta transform
    of Yates 1937).
    """
    chance = enough_by_call(can, need).astype(np.float64)
    for i in range(len(p)):
        cube = chance.reshape(-1, 2, 1 << i)
        cube[:, 1] = p[i] * cube[:, 1] + (1 - p[i]) * cube[:, 0]
    return chance


def _poisson_binomial(p: Floats) -> Floats:
    found = np.ones(1)
    for q in p:
        found = np.append(found * (1 - q), 0.0) + np.append(0.0, found * q)
    return found


@njit(cache=True)
def _augment(can: NDArray[np.bool_], need: Ints, flow: Ints, filled: Ints, start: int) -> bool:
    """One more of type `start` finds a place, others making room; `flow` (types, groups) and `filled` change."""
    kinds, groups = flow.shape
    via_type = np.full(groups, -2, np.int64)  # the type that goes to the group on this way; -2: not reached
    from_group = np.full(kinds, -2, np.int64)  # the group that the type is taken from; -1: the newcomer
    from_group[start] = -1
    queue = np.empty(kinds, np.int64)
    queue[0] = start
    head, tail = 0, 1
    while head < tail:
        k = queue[head]
        head += 1
        for g in range(groups):
            if not can[k, g] or via_type[g] != -2:
                continue
            via_type[g] = k
            if filled[g] < need[g]:
                filled[g] += 1
                at = g
                while True:
                    mover = via_type[at]
                    flow[mover, at] += 1
                    at = from_group[mover]
                    if at == -1:
                        return True
                    flow[mover, at] -= 1
            for j in range(kinds):
                if flow[j, g] > 0 and from_group[j] == -2:
                    from_group[j] = g
                    queue[tail] = j
                    tail += 1
    return False


@njit(cache=True)
def _sum_over_counts(can: NDArray[np.bool_], need: Ints, table: Floats, size: Ints) -> float:
    """The probability of all counts by type that fill every group; `table[k, j]` is P(j of type k are there)."""
    kinds, groups = can.shape
    total = need.sum()
    flow = np.zeros((kinds + 1, kinds, groups), np.int64)
    filled = np.zeros((kinds + 1, groups), np.int64)
    there = np.full(kinds + 1, -1, np.int64)
    weight = np.ones(kinds + 1)
    rest = np.zeros(kinds + 1, np.int64)
    for k in range(kinds - 1, -1, -1):
        rest[k] = rest[k + 1] + size[k]
    full = 0.0
    k = 0
    while k >= 0:
        there[k] += 1
        if k == kinds or there[k] > size[k]:
            there[k] = -1
            k -= 1
            continue
        if there[k] == 0:
            flow[k + 1] = flow[k]
            filled[k + 1] = filled[k]
        else:
            _augment(can, need, flow[k + 1], filled[k + 1], k)
        have = filled[k + 1].sum()
        if have == total:
            full += weight[k] * table[k, there[k] : size[k] + 1].sum()
            there[k] = size[k]
            continue
        weight[k + 1] = weight[k] * table[k, there[k]]
        if weight[k + 1] > 0 and have + rest[k + 1] >= total:
            k += 1
            there[k] = -1
    return full


@njit(cache=True)
def _count_enough(can: NDArray[np.bool_], need: Ints, there: NDArray[np.bool_]) -> int:
    """In how many rows of `there` (draws, people) those who are there fill all groups.

    Each draw begins with a way to fill them from everybody, and mends what those who are away leave open. Sets of
    people are bits, 64 to a word.
    """
    people, groups = can.shape
    words = (people + 63) // 64
    able = np.zeros((groups, words), np.uint64)
    for i in range(people):
        for g in range(groups):
            if can[i, g]:
                able[g, i // 64] |= np.uint64(1) << np.uint64(i % 64)
    present = np.full(words, ~np.uint64(0))
    start = np.zeros((groups, words), np.uint64)
    free = np.full(words, ~np.uint64(0))
    if not _mend(able, need, start, free):
        return 0
    count = 0
    for draw in range(len(there)):
        present[:] = 0
        for i in range(people):
            if there[draw, i]:
                present[i // 64] |= np.uint64(1) << np.uint64(i % 64)
        holds = start.copy()
        free[:] = present
        for g in range(groups):
            for w in range(words):
                holds[g, w] &= present[w]
                free[w] &= ~holds[g, w]
        count += _mend(able, need, holds, free)
    return count


@njit(cache=True)
def _mend(able: NDArray[np.uint64], need: Ints, holds: NDArray[np.uint64], free: NDArray[np.uint64]) -> bool:
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
def _shift(
    able: NDArray[np.uint64], holds: NDArray[np.uint64], before: Ints, at: int, word: int, some: np.uint64
) -> None:
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
def _both(some: NDArray[np.uint64], others: NDArray[np.uint64]) -> int:
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


@njit(cache=True)
def enough_by_call(can: NDArray[np.bool_], need: Ints) -> NDArray[np.bool_]:
    """For each set of people as bits (person i: 1 << i): whether all groups can be filled.

    People are taken in or left out from the last to the first, so that each set below a full one is full at once.
    """
    people, groups = can.shape
    total = need.sum()
    found = np.zeros(1 << people, np.bool_)
    flow = np.zeros((people + 1, people, groups), np.int64)
    filled = np.zeros((people + 1, groups), np.int64)
    branch = np.full(people + 1, -1, np.int64)
    base = np.zeros(people + 1, np.int64)
    if total == 0:
        found[:] = True
        return found
    depth = 0
    while depth >= 0:
        branch[depth] += 1
        if depth == people or branch[depth] > 1:
            branch[depth] = -1
            depth -= 1
            continue
        i = people - 1 - depth
        flow[depth + 1] = flow[depth]
        filled[depth + 1] = filled[depth]
        base[depth + 1] = base[depth]
        if branch[depth] == 1:
            base[depth + 1] += 1 << i
            _augment(can, need, flow[depth + 1], filled[depth + 1], i)
        have = filled[depth + 1].sum()
        if have == total:
            found[base[depth + 1] : base[depth + 1] + (1 << i)] = True
        elif have + i >= total:
            depth += 1
            branch[depth] = -1
    return found
