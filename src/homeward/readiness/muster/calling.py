"""Whom to call, in which order, and in which waves, so that no more people are woken than the team needs.

The next to call is whoever fills most of what is expected to stay empty. What a person adds to a team is a matter of
matching, and grows never when others are called before (Edmonds 1970: transversal matroids), so that taking the best
one after another is within 1 - 1/e of the best choice of any number (Nemhauser, Wolsey & Fisher 1978, Mathematical
Programming 14, 265-294). The probability of the team itself is then told exactly, as everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numba import njit

from homeward.chances import Bools, Ints, place
from homeward.geo import Floats
from homeward.readiness.muster.arrivals import arrival, there_by
from homeward.readiness.muster.records import MusterProblem, Wave
from homeward.readiness.muster.team import Team

_DRAWS = 2000  # worlds in which the order is found
_WAVE_DRAWS = 4_000  # worlds in which ways to split the call are compared, where the team is too large to be exact
_MOST_SPLITS = 8  # sizes tried for each wave but the last
_SAME = 1e-12


def call_order(team: Team, p: Floats, late: Sequence[tuple[bool, float]], called: Sequence[int]) -> list[int]:
    """Everybody but those `called`, in the order in which to call them: last resorts after the others, and at the end
    those who cannot come in time or can do nothing that is asked for.

    `p` (people,) is the probability to be there in time. `late` by person: whether only as a last resort, and the time
    of arrival, which decides between equals.
    """
    helps, known = useful(team, p).tolist(), set(called)
    rest = [i for i in range(len(p)) if i not in known]
    rest.sort(key=lambda i: (-p[i], late[i][1]))
    of_use = [i for i in rest if helps[i]]
    tiers = ([i for i in of_use if not late[i][0]], [i for i in of_use if late[i][0]])
    there = np.random.default_rng(team.seed).random((_DRAWS, len(p))) < p
    found = list[int]()
    for tier in tiers:
        if len(team.need) < 2:
            found += tier
            continue
        before = np.array([*called, *found], np.int64)
        found += map(int, _ordered(team, p, there, (before, np.array(tier, np.int64))))
    return [*found, *(i for i in rest if not helps[i])]


def useful(team: Team, p: Floats) -> Bools:
    """Whether calling each can do anything for the team (for nobody's team: whether they can come)."""
    helps: Bools = (p > 0) & (team.can.any(axis=1) | (not len(team.need)))
    return helps


def _ordered(team: Team, p: Floats, there: Bools, who: tuple[Ints, Ints]) -> Ints:
    if not len(who[1]):
        return who[1]
    kinds, of = np.unique(team.can, axis=0, return_inverse=True)
    return _greedy(team.can, team.need, p, there, who, (kinds, of.reshape(-1).astype(np.int64)))


@njit(cache=True)
def _greedy(can: Bools, need: Ints, p: Floats, there: Bools, who: tuple[Ints, Ints], kinds: tuple[Bools, Ints]) -> Ints:
    """One after another whoever adds most to the expected number of filled places; `who` is called already, and the
    rest in the order of ties; `kinds` the kinds of people, and of which each is.
    """
    draws, people = there.shape
    called, rest = who
    at = np.full((draws, people), -1, np.int64)
    filled = np.zeros((draws, len(need)), np.int64)
    for d in range(draws):
        for i in called:
            if there[d, i]:
                place(can, need, at[d], filled[d], i)
    left = rest.copy()
    found = np.empty(len(rest), np.int64)
    for step in range(len(rest)):
        wanted = _wanted(can, need, at, filled, kinds[0])
        if not wanted.any():
            found[step:] = left[left >= 0]
            break
        gain = np.where(left >= 0, p[rest] * wanted[kinds[1][rest]], -1.0)
        best = int(np.argmax(gain))
        found[step] = rest[best]
        left[best] = -1
        for d in range(draws):
            if there[d, rest[best]]:
                place(can, need, at[d], filled[d], rest[best])
    return found


@njit(cache=True)
def _wanted(can: Bools, need: Ints, at: Ints, filled: Ints, kinds: Bools) -> Floats:
    """In how many draws one more of each kind would find a place."""
    found = np.zeros(len(kinds))
    for d in range(len(at)):
        free = _open(can, need, at[d], filled[d])
        if free.any():
            for k in range(len(kinds)):
                found[k] += (kinds[k] & free).any()
    return found


@njit(cache=True)
def _open(can: Bools, need: Ints, at: Ints, filled: Ints) -> Bools:
    """The groups for which a newcomer would find a place, others making room."""
    groups = len(need)
    free = filled < need
    if not free.any():
        return free
    again = True
    while again:
        again = False
        for i in range(len(at)):
            g = at[i]
            if g < 0 or free[g]:
                continue
            for h in range(groups):
                if free[h] and can[i, h]:
                    free[g] = True
                    again = True
                    break
    return free


@dataclass(frozen=True, slots=True, eq=False)
class Calling:
    """What calls are compared by: each person's probability to be there in time, by the wave that calls them."""

    team: Team
    p: Floats  # (waves, people)
    called: tuple[int, ...]

    def chance(self, waves: Sequence[Sequence[int]]) -> Floats:
        """P(team in time) of those called already, and after each wave."""
        present = np.zeros((self.p.shape[1], len(waves) + 1))
        present[list(self.called)] = self.p[0, list(self.called), None]
        for k, wave in enumerate(waves):
            present[list(wave), k + 1 :] = self.p[k, list(wave), None]
        return self.team.p(present)

    def woken(self, waves: Sequence[Sequence[int]], chance: Floats) -> float:
        """How many are called on average: a wave goes out only where those before don't make up the team."""
        return float(sum(len(wave) * (1 - q) for wave, q in zip(waves, chance, strict=False)))


def calling(problem: MusterProblem, team: Team, waves: int) -> Calling:
    """The calls of a problem, for so many waves one after another."""
    at, every_h, finish = np.array([problem.deadline_h]), problem.wave_every_h, problem.finish_tasks

    def by_then(wave: int) -> Floats:
        later = [0.0 if person.needs_no_call else wave * every_h for person in problem.people]
        people = zip(problem.people, later, strict=True)
        return there_by([arrival(one, finish_tasks=finish, later_h=later_h) for one, later_h in people], at)[:, 0]

    return Calling(
        team,
        np.array([by_then(k) for k in range(waves)]),
        tuple(i for i, person in enumerate(problem.people) if person.needs_no_call),
    )


def told(problem: MusterProblem, calls: Calling, waves: Sequence[Sequence[int]]) -> tuple[tuple[Wave, ...], float]:
    """The waves with their chances, and how many are called on average."""
    chance = calls.chance(waves)
    found = tuple(
        Wave(tuple(problem.people[i].id for i in wave), float(1 - before), float(after))
        for wave, before, after in zip(waves, chance, chance[1:], strict=False)
    )
    return found, calls.woken(waves, chance)


def planned(calls: Calling, order: Sequence[int], target: float) -> list[list[int]]:
    """The order split into one to three waves, so that the target is met with the fewest people called on average.

    Each wave but the last is one of a few sizes, and the last is as small as will do. Where nothing meets the target,
    everybody is called at once.
    """
    quick = Calling(calls.team.only(_WAVE_DRAWS), calls.p, calls.called)
    best: tuple[float, list[list[int]]] | None = None
    most = _enough_of(quick, order, (0,) * (len(calls.p) - 1), target) or len(order)
    sizes = sorted({round(x) for x in np.linspace(1, most, _MOST_SPLITS)})
    starts: list[tuple[int, ...]] = [(), *((a,) for a in sizes if a < most)]
    starts += [(a, b) for a in sizes for b in sizes if a < b < most]
    for start in starts:
        end = _enough_of(quick, order[:most], start, target) if len(start) < len(calls.p) else None
        if end is not None and end > (start[-1] if start else 0):
            waves = [list(order[a:b]) for a, b in pairwise((0, *start, end))]
            woken = quick.woken(waves, quick.chance(waves))
            if best is None or woken < best[0] - _SAME:
                best = woken, waves
    return best[1] if best else ([list(order)] if order else [])


def _enough_of(calls: Calling, order: Sequence[int], start: tuple[int, ...], target: float) -> int | None:
    """Up to whom in the order everybody must be called, the waves being cut at `start`; None where all don't do."""
    present = np.zeros((calls.p.shape[1], len(order) + 1))
    present[list(calls.called)] = calls.p[0, list(calls.called), None]
    for k, i in enumerate(order):
        present[i, k + 1 :] = calls.p[sum(k >= cut for cut in start), i]
    return calls.team.first(present, target)
