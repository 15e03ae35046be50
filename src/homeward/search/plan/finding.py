"""What a schedule finds: every stretch of every task in the order of time, on what is left by those before it.

Passes by the same kind of team over the same ground are no independent looks: their sweep width is uncertain and the
same for all of them, so that a second pass is worth less (see `SHAPE`).
"""

from __future__ import annotations

import numpy as np
from numba import njit

from homeward.detect import WIDTH_SHAPE
from homeward.geo import Floats
from homeward.mission.nouns import TeamKind
from homeward.search.plan.moves import length

SHAPE = WIDTH_SHAPE  # the miss after coverage C by one kind of team is (1 + C / 5)^-5: `detect.pod_uncertain_width`
SHORT_COST = 4.0  # times `task_cost`, that a task is charged which finds nothing, falling to none at the least gain


def untouched(poa: Floats) -> tuple[Floats, Floats]:
    """Probability left on the active cells, and coverage so far by each kind of team (kinds, cells)."""
    return poa.copy(), np.zeros((len(TeamKind), len(poa)))


@njit(cache=True)
def _dark_at(dark: Floats, at_s: float) -> int:
    for i in range(dark.shape[1]):
        if dark[0, i] <= at_s < dark[1, i]:
            return 1
    return 0


@njit(cache=True)
def worth(task, begins, offers, crews, poa, ground):  # type: ignore[no-untyped-def]
    """What is maximised: the mean found, less the trouble of each task, and of those that find too little."""
    value, gains = gains_of(task, begins, offers, crews, poa, ground)
    trouble = 0.0
    for k in range(task.shape[0]):
        for i in range(length(task[k])):
            trouble += 1.0 + SHORT_COST * max(1.0 - gains[k, i] / crews.least, 0.0)
    return value - crews.task_cost * trouble


@njit(cache=True)
def gains_of(task, begins, offers, crews, poa, ground):  # type: ignore[no-untyped-def]
    """(mean over the period of the probability found, what each task finds (teams, slots)).

    `ground` is working space as `untouched` makes it, and is left so.
    """
    when, which, team, slot = stretches_of(task, begins, offers)
    gains = np.zeros(task.shape)
    value = 0.0
    for m in np.argsort(when):
        k, i = team[m], slot[m]
        found = search(which[m], when[m], offers.kind[task[k, i]], offers, crews, ground)
        gains[k, i] += found
        value += found * max(crews.period_s - when[m], 0.0)
    left, covered = ground
    for m in range(which.size):
        own = covered[offers.kind[task[team[m], slot[m]]]]
        for h in range(offers.low_hit[which[m]], offers.high_hit[which[m]]):
            left[offers.cell[h]] = poa[offers.cell[h]]
            own[offers.cell[h]] = 0.0
    return value / crews.period_s, gains


@njit(cache=True)
def stretches_of(task, begins, offers):  # type: ignore[no-untyped-def]
    """Every stretch of a schedule: the middle of its time, its number, its team and slot."""
    total = 0
    for k in range(task.shape[0]):
        for i in range(length(task[k])):
            total += offers.first[task[k, i] + 1] - offers.first[task[k, i]]
    when, which, n = np.empty(total), np.empty(total, np.int64), 0
    team, slot = np.empty(total, np.int64), np.empty(total, np.int64)
    for k in range(task.shape[0]):
        for i in range(length(task[k])):
            j, before = task[k, i], 0.0
            for s in range(offers.first[j], offers.first[j + 1]):
                when[n] = begins[k, i] + 0.5 * (before + offers.ends_s[s])
                before = offers.ends_s[s]
                which[n], team[n], slot[n] = s, k, i
                n += 1
    return when, which, team, slot


@njit(cache=True)
def search(s, at_s, kind, offers, crews, ground):  # type: ignore[no-untyped-def]
    """Probability found by stretch `s` of a kind of team at a time; takes it out of what is left."""
    coverage = offers.coverage[_dark_at(crews.dark, at_s)]
    left, covered = ground
    own = covered[kind]
    gain = 0.0
    for h in range(offers.low_hit[s], offers.high_hit[s]):
        c = offers.cell[h]
        before = SHAPE + own[c]
        own[c] += coverage[h]
        miss = before / (before + coverage[h])
        square = miss * miss
        got = left[c] * (1.0 - square * square * miss)
        gain += got
        left[c] -= got
    return gain


@njit(cache=True)
def would_find(j, begins_s, offers, crews, ground):  # type: ignore[no-untyped-def]
    """Probability that task `j` would find now, cells that it crosses twice counted as if once more."""
    left, covered = ground
    own = covered[offers.kind[j]]
    gain = 0.0
    for s in range(offers.first[j], offers.first[j + 1]):
        coverage = offers.coverage[_dark_at(crews.dark, begins_s + offers.ends_s[s])]
        for h in range(offers.low_hit[s], offers.high_hit[s]):
            c = offers.cell[h]
            miss = (SHAPE + own[c]) / (SHAPE + own[c] + coverage[h])
            square = miss * miss
            gain += left[c] * (1.0 - square * square * miss)
    return gain
