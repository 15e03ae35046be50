"""Whom to call, where not everybody is: the number asked for, by the aims of a formation one after another.

All places must be fillable by those called if all come; then the probability that all roles stay fillable decides; then
the best formation of those called: fewest changes, most skill, smallest load.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count

import numpy as np
from numpy.typing import NDArray

from homeward.chances import can_fill, types_of
from homeward.geo import Floats
from homeward.team.chance import chance_by_call, enough_by_call, p_complete
from homeward.team.places import OUT, Case, Filled, cost_of, fill, spread_load
from homeward.team.records import Call

EXACT_CALL = 20  # people among whom every call is compared
MOST_WAYS = 2000  # of how many of each type to call, that are all compared
MOST_NODES = 400  # sets of calls looked at among those equally likely; ours: a second or two at 20 people
_SAME = 1e-12  # probabilities that are the same but for rounding
_DRAWS = 4000  # where one is left out after another
Masks = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Called:
    """Who is called, the best calls by number, and whether the call is proven best by every aim."""

    people: tuple[int, ...]
    calls: tuple[Call, ...]
    proven: bool


def everybody(case: Case) -> Called:
    """No choice: all are called."""
    return Called(tuple(range(len(case.people))), (), proven=True)


def best_call(case: Case, p: Floats, n: int, *, seed: int) -> Called:
    """The `n` people to call; proven for up to `EXACT_CALL` people, and beyond that where nothing better can be."""
    return _of_few(case, p, n) if len(p) <= EXACT_CALL else _of_many(case, p, n, seed)


def _needs(case: Case) -> list[int]:
    return [k for k, g in enumerate(case.groups) if not g.waits]


def _of_few(case: Case, p: Floats, n: int) -> Called:
    """All calls are compared."""
    needs = _needs(case)
    chance = chance_by_call(case.can[:, needs], case.n[needs], p)
    enough = enough_by_call(case.can, case.n)
    masks = np.arange(1 << len(p), dtype=np.uint32)
    size = np.bitwise_count(masks)
    chosen, proven, calls = 0, True, []
    for many in range(len(p) + 1):
        can_do = masks[(size == many) & enough]
        top = can_do[chance[can_do] >= chance[can_do].max(initial=0.0) - _SAME]
        if many == n:
            chosen, proven = _lightest(case, top if len(top) else masks[size == many])
        if len(top):
            mask = chosen if many == n else _best_of(case, top, nodes=MOST_NODES // 10)[0]
            names = tuple(name for i, name in enumerate(case.people) if mask >> i & 1)
            calls.append(Call(n=many, p_complete=float(chance[mask]), people=names))
    calls = [call for call in calls if call.p_complete > 0]
    return Called(tuple(i for i in range(len(p)) if chosen >> i & 1), tuple(calls), proven=proven)


def _lightest(case: Case, masks: Masks) -> tuple[int, bool]:
    """The call whose best formation is best and, of those, needs nobody who has served longer than another's most."""
    mask, best, proven = _best_of(case, masks, nodes=MOST_NODES)
    levels = np.unique(case.load_h)
    low, high = 0, len(levels) - 1
    while low < high and proven and not best.empty.any():
        middle = (low + high) // 2
        other, tried, proven = _best_of(case.only(np.flatnonzero(case.load_h <= levels[middle])), masks, MOST_NODES)
        if tried.cost <= best.cost + 1e-9:
            mask, high = other, middle
        else:
            low = middle + 1
    return mask, proven


def _best_of(case: Case, masks: Masks, nodes: int) -> tuple[int, Filled, bool]:
    """Of these calls one whose best formation is best, that formation, and whether it is proven.

    Best first: the best formation from all who are in any call of a set is a limit for the set. If a call holds all
    whom it uses, it is reached; else the set falls apart by the first of them whom a call leaves out (Lawler 1972,
    Management Science 18(7), 401-405).
    """
    number = count()
    heap: list[tuple[float, int, Masks, Filled]] = []

    def look(some: Masks) -> None:
        union = int(np.bitwise_or.reduce(some))
        found = fill(case.only([i for i in range(len(case.people)) if union >> i & 1]))
        heappush(heap, (found.cost, next(number), some, found))

    look(masks)
    for _ in range(nodes):
        _, _, some, found = heappop(heap)
        bits = [np.uint32(1 << i) for i in np.flatnonzero(found.group != OUT)]
        used = np.uint32(sum(map(int, bits)))
        holding = some[some & used == used]
        if len(holding):
            return int(holding[0]), found, True
        for bit in bits:
            without = some[some & bit == 0]
            if len(without):
                look(without)
            some = some[some & bit != 0]
    mask = int(heap[0][2][0])
    return mask, fill(case.only([i for i in range(len(case.people)) if mask >> i & 1])), False


def _of_many(case: Case, p: Floats, n: int, seed: int) -> Called:
    """A good call out of many people.

    Of one type the likelier always goes first, of those who need not change, of those the most able. Where there are
    few ways to say how many of each type, all are compared; else one after another is left out whose loss costs least.
    Proven where nobody more could do better either.
    """
    types, needs = types_of(case.can), _needs(case)
    cheapest = np.where(case.can, cost_of(case)[0], np.inf).min(axis=1, initial=np.inf)  # no change, then skill
    ranked = [
        sorted(np.flatnonzero(types.of == k).tolist(), key=lambda i: (-p[i], cheapest[i]))
        for k in range(len(types.can))
    ]
    idle = np.flatnonzero(types.of == -1).tolist()
    useful = min(n, sum(map(len, ranked)))
    ways = _ways(tuple(map(len, ranked)), useful)
    if ways:
        calls = [[i for some, k in zip(ranked, way, strict=True) for i in some[:k]] for way in ways]
    else:
        calls = [_left_out(case, p, np.flatnonzero(types.of >= 0).tolist(), useful, seed)]
    calls = [call for call in calls if _enough(case, call)] or calls
    rows = [np.array(some, np.int64) for some in calls]
    chances = [p_complete(case.can[some][:, needs], case.n[needs], p[some], seed=seed) for some in rows]
    top = max(chance for chance, _ in chances)
    near = [k for k, (chance, _) in enumerate(chances) if chance >= top - _SAME]
    best = min(near, key=lambda k: fill(case.only(calls[k])).cost)
    people = tuple(sorted([*calls[best], *idle[: n - useful]]))
    proven = bool(ways) and all(error == 0 for _, error in chances) and _as_good_as_all(case, people)
    names = tuple(case.people[i] for i in people)
    return Called(people, (Call(n=n, p_complete=chances[best][0], people=names),), proven=proven)


def _enough(case: Case, people: Sequence[int]) -> bool:
    """Whether these people, if all come, can fill every place."""
    return can_fill(case.can[np.array(people, np.int64)], case.n)


def _as_good_as_all(case: Case, people: Sequence[int]) -> bool:
    """Whether calling everybody would give no better formation, and none that is lighter."""
    some, every = case.only(people), fill(case)
    best = fill(some)
    if best.cost > every.cost + 1e-9:
        return False
    load = [case.load_h[spread_load(c, f).group != OUT].max(initial=0.0) for c, f in ((some, best), (case, every))]
    return bool(load[0] <= load[1])


def _ways(sizes: tuple[int, ...], total: int) -> list[tuple[int, ...]]:
    """All ways to take `total` from groups of these sizes; none where they are more than are compared."""
    ways: list[tuple[int, ...]] = [()]
    for k, size in enumerate(sizes):
        rest = sum(sizes[k + 1 :])
        ways = [
            (*way, more)
            for way in ways
            for more in range(max(0, total - sum(way) - rest), min(size, total - sum(way)) + 1)
        ]
        if len(ways) > MOST_WAYS:
            return []
    return ways


def _left_out(case: Case, p: Floats, called: list[int], n: int, seed: int) -> list[int]:
    """Who stays when one after another is left out whose loss costs least."""
    types, needs = types_of(case.can), _needs(case)
    can, need = case.can[:, needs], case.n[needs]
    while len(called) > n:
        weakest = {int(types.of[i]): i for i in sorted(called, key=lambda i: -p[i])}

        def left(gone: int) -> tuple[bool, float]:
            keep = [i for i in called if i != gone]  # noqa: B023 - used within this round alone
            chance = p_complete(can[keep], need, p[keep], seed=seed, draws=_DRAWS, exact=False)[0]
            return _enough(case, keep), chance

        gone = max(weakest.values(), key=left)
        called = [i for i in called if i != gone]
    return called
