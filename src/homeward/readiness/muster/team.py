"""How likely those who are there make up a team: every role filled, each by somebody who can, nobody twice.

People who can fill the same roles are of one type, and how many of each type are there is all that counts. Where there
are few enough counts (always for 20 people) each is judged once by matching (Ford & Fulkerson 1956, Canadian Journal
of Mathematics 8, 399-404), and the probability at any time is their sum. Beyond that arrivals are drawn, the same
draws at every time, and each draw is complete when one after another has found a place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numba import njit
from numpy.typing import NDArray

from homeward.geo import Floats
from homeward.readiness.muster.heads import at_least, counts

EXACT_COUNTS = 1 << 20  # counts by type that are judged one by one; 20 people never make more
DRAWS = 50_000
_CHUNK = 1 << 22  # numbers drawn at once
_Z99 = 2.5758  # standard normal, two-sided 99 %
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Team:
    """What is asked for: `need` places by group, `can` (people, groups).

    `of` is the type of each person (-1: of no use), `enough` whether counts by type fill every place, one axis for a
    type (None: too many to judge), `draws` and `seed` serve then. `worlds` are common causes: probability, and a factor
    for each person.
    """

    groups: tuple[str, ...]
    can: Bools
    need: Ints
    of: Ints
    enough: Bools | None
    draws: int
    seed: int
    worlds: tuple[tuple[float, Floats], ...] = ()

    @property
    def exact(self) -> bool:
        """Whether probabilities are exact."""
        return len(self.need) <= 1 or self.enough is not None

    def p(self, present: Floats) -> Floats:
        """P(team) for each column of `present` (people, times), each person's probability to be there.

        From column to column nobody may become less probable where the team is drawn (times in order).
        """
        if not len(self.need):
            return np.ones(present.shape[1])
        return self._over_worlds(self._p_alone, present)

    def heads(self, present: Floats) -> Floats:
        """P(at least k are there), (times, people + 1); see `at_least`."""
        return self._over_worlds(at_least, present)

    def counts(self, present: Floats) -> Floats:
        """P(exactly k are there), (times, people + 1)."""
        return self._over_worlds(counts, present)

    def mean(self, present: Floats) -> Floats:
        """Each person's probability to be there, common causes counted."""
        return self._over_worlds(np.asarray, present)

    def _over_worlds(self, one: Callable[[Floats], Floats], present: Floats) -> Floats:
        if not self.worlds:
            return one(present)
        return sum((w * one(present * factor[:, None]) for w, factor in self.worlds), start=np.zeros(1))

    def _p_alone(self, present: Floats) -> Floats:
        if len(self.need) == 1:
            some = present[self.can[:, 0]]
            n = int(self.need[0])
            return at_least(some)[:, n] if n <= len(some) else np.zeros(present.shape[1])
        return _drawn(self, present) if self.enough is None else _summed(self, self.enough, present)

    def error(self, p: float) -> float:
        """Half the width of the 99 % interval of a probability; 0: exact."""
        return 0.0 if self.exact else _Z99 * float(np.sqrt(max(p * (1 - p), 1 / self.draws) / self.draws))

    def only(self, draws: int) -> Team:
        """The same team, drawn so often where it is drawn."""
        return replace(self, draws=draws)


ANYBODY = ""


def team_of(can: Sequence[Sequence[str]], need: Mapping[str, int], heads: int | None, *, seed: int) -> Team:
    """The team that `need` by role and `heads` in all ask for, from people with these roles.

    Heads beyond the sum of `need` are places that anybody fills.
    """
    roles = tuple(role for role, n in need.items() if n > 0)
    more = (heads or 0) - sum(need.values())
    groups = (*roles, ANYBODY) if more > 0 else roles
    places = np.array([*(need[role] for role in roles), *([more] if more > 0 else [])], np.int64)
    able = np.zeros((len(can), len(groups)), np.bool_)
    for i, known in enumerate(can):
        able[i] = [g == ANYBODY or g in known for g in groups]
    useful = able.any(axis=1) if len(groups) else np.zeros(len(can), np.bool_)
    of = np.full(len(can), -1, np.int64)
    enough: Bools | None = None if useful.any() else np.zeros(1, np.bool_)
    if len(groups) > 1 and useful.any():
        rows, which = np.unique(able[useful], axis=0, return_inverse=True)
        of[useful] = which.reshape(-1)
        size = np.bincount(of[useful])
        if np.prod(size + 1.0) <= EXACT_COUNTS:
            enough = _judge(rows, places, size).reshape(tuple(size + 1))
    return Team(groups, able, places, of, enough, DRAWS, seed)


def missing(team: Team, comes: Sequence[bool] | None = None) -> dict[str, int]:
    """By role, how many places stay empty even if everybody comes who can (`comes`; None: all); the fewest in all."""
    at = np.full(len(team.can), -1, np.int64)
    filled = np.zeros(len(team.need), np.int64)
    for i in range(len(team.can)):
        if comes is not None and not comes[i]:
            continue
        place(team.can, team.need, at, filled, i)
    lack = team.need - filled
    return {g: int(n) for g, n in zip(team.groups, lack, strict=True) if n > 0}


def _summed(team: Team, enough: Bools, present: Floats) -> Floats:
    """The sum over all counts that are enough: the types in two halves, so that it is one product of matrices."""
    sizes = np.cumprod(enough.shape)
    middle = int(np.argmin(np.abs(np.log(sizes) - np.log(enough.size) / 2))) + 1
    laws = [counts(present[team.of == k]) for k in range(enough.ndim)]
    left, right = (_together(some, present.shape[1]) for some in (laws[:middle], laws[middle:]))
    both = enough.reshape(left.shape[1], right.shape[1]).astype(np.float64)
    found: Floats = np.clip(((left @ both) * right).sum(axis=1), 0.0, 1.0)
    return found


def _together(laws: Sequence[Floats], times: int) -> Floats:
    """The law of several counts together, (times, combinations), the last count fastest."""
    found = np.ones((times, 1))
    for law in laws:
        found = (found[:, :, None] * law[:, None, :]).reshape(times, -1)
    return found


def _drawn(team: Team, present: Floats) -> Floats:
    """The share of draws whose team is complete, with the same numbers for each person at every time."""
    rng = np.random.default_rng(team.seed)
    times = present.shape[1]
    some = np.flatnonzero((team.of >= 0) & (present[:, -1] > 0)) if times else np.empty(0, np.int64)
    complete = np.zeros(times + 1, np.int64)
    left = team.draws
    while left > 0:
        draws = min(left, max(1, _CHUNK // len(present)))
        number = rng.random((len(present), draws))
        first = np.array([np.searchsorted(present[i], number[i], side="right") for i in some], np.int64)
        first = np.ascontiguousarray(first.reshape(len(some), draws).T)
        complete += np.bincount(_complete_at(team.can[some], team.need, first, times), minlength=times + 1)
        left -= draws
    reached: Floats = np.cumsum(complete)[:-1] / team.draws
    return reached


@njit(cache=True)
def _complete_at(can: Bools, need: Ints, first: Ints, never: int) -> Ints:
    """For each draw, the time (column) at which the team is complete; `first` (draws, people) when each is there."""
    draws, people = first.shape
    total = need.sum()
    found = np.full(draws, never, np.int64)
    at = np.empty(people, np.int64)
    filled = np.empty(len(need), np.int64)
    newest = np.empty(never + 1, np.int64)  # who is there first at a time, and after whom: -1 = nobody
    after = np.empty(people, np.int64)
    for d in range(draws):
        if not _numbers_do(can, need, first[d], never):
            continue
        newest[:] = -1
        for i in range(people):
            after[i] = newest[first[d, i]]
            newest[first[d, i]] = i
        at[:] = -1
        filled[:] = 0
        have = 0
        for t in range(never):
            i = newest[t]
            while i >= 0 and have < total:
                have += place(can, need, at, filled, i)
                i = after[i]
            if have == total:
                found[d] = t
                break
    return found


@njit(cache=True)
def _numbers_do(can: Bools, need: Ints, first: Ints, never: int) -> bool:
    """Whether enough come at all for each group by itself, which spares the matching where they don't."""
    for g in range(len(need)):
        short = need[g]
        for i in range(len(first)):
            if first[i] < never and can[i, g]:
                short -= 1
        if short > 0:
            return False
    return True


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
def _judge(can: Bools, need: Ints, size: Ints) -> Bools:
    """For every count of people by type (the last type fastest) whether they fill all places."""
    kinds = len(size)
    of = np.empty(size.sum(), np.int64)
    start = np.zeros(kinds + 1, np.int64)
    stride = np.ones(kinds + 1, np.int64)
    for k in range(kinds):
        start[k + 1] = start[k] + size[k]
        of[start[k] : start[k + 1]] = k
    for k in range(kinds - 1, -1, -1):
        stride[k] = stride[k + 1] * (size[k] + 1)
    able = can[of]
    people, groups = able.shape
    total = need.sum()
    found = np.zeros(stride[0], np.bool_)
    at = np.full((kinds + 1, people), -1, np.int64)
    filled = np.zeros((kinds + 1, groups), np.int64)
    there = np.full(kinds + 1, -1, np.int64)
    base = np.zeros(kinds + 1, np.int64)
    k = 0
    while k >= 0:
        there[k] += 1
        if k == kinds or there[k] > size[k]:
            there[k] = -1
            k -= 1
            continue
        if there[k] == 0:
            at[k + 1] = at[k]
            filled[k + 1] = filled[k]
            base[k + 1] = base[k]
        else:
            place(able, need, at[k + 1], filled[k + 1], start[k] + there[k] - 1)
            base[k + 1] += stride[k + 1]
        have = filled[k + 1].sum()
        if have == total:
            found[base[k + 1] : base[k] + (size[k] + 1) * stride[k + 1]] = True
            there[k] = size[k]
        elif k + 1 < kinds and have + people - start[k + 1] >= total:
            k += 1
            there[k] = -1
    return found
