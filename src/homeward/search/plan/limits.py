"""When a team can do what: ways, endurance and rest, batteries, daylight, the end of the period. For the schedule."""

from __future__ import annotations

import numpy as np
from numba import njit

CHANGE_S = 180.0  # between two tasks of a team: to report, and to be told the next (our own assumption)


@njit(cache=True)
def leaves_at(crews, k, t):  # type: ignore[no-untyped-def]
    """The first time from `t` on at which team k may leave its base: one that works by day waits for it."""
    if crews.day_only[k]:
        for i in range(crews.dark.shape[1]):
            if crews.dark[0, i] <= t < crews.dark[1, i]:
                return crews.dark[1, i]
    return t


@njit(cache=True)
def home_by(crews, k, t, out_s):  # type: ignore[no-untyped-def]
    """When team k, which left its base at `out_s` and goes on at `t`, must be back: by endurance, period, dusk."""
    until = min(crews.period_s, out_s + crews.endurance_s[k])
    if crews.day_only[k]:
        for i in range(crews.dark.shape[1]):
            if crews.dark[1, i] > t:
                return min(until, crews.dark[0, i])
    return until


@njit(cache=True)
def next_dawn(crews, k, t):  # type: ignore[no-untyped-def]
    """When it grows light again after the next dark that begins after `t`, for a team that works by day; or inf."""
    if crews.day_only[k]:
        for i in range(crews.dark.shape[1]):
            if crews.dark[0, i] > t:
                return crews.dark[1, i]
    return np.inf


@njit(cache=True)
def next_of(offers, crews, k, j, state):  # type: ignore[no-untyped-def]
    """(search begins, ends, back at base, when this sortie left base, sorties begun) of task j, done next.

    `state` is (time, place, when this sortie left base, sorties begun); a team that would leave just now is at its base
    and rested. One whose endurance or daylight would run out first returns to base and rests, or waits for the day.
    The begin is inf where it can never be done.
    """
    t, place, out_s, flown = state
    base = crews.base[k]
    travel = crews.travel_s[crews.mode[crews.skill[k]]]
    a, b = offers.start[j], offers.end[j]
    seconds, home = offers.duration_s[j], travel[b, base]
    if out_s != t:
        begins = t + travel[place, a] + (0.0 if j == crews.doing[k] else CHANGE_S)
        if begins + seconds + home <= home_by(crews, k, t, out_s):
            return begins, begins + seconds, begins + seconds + home, out_s, flown
        t = t + travel[place, base] + max(crews.turnaround_s[k], CHANGE_S)
    while t < crews.period_s and flown < crews.flights[k]:
        t = leaves_at(crews, k, t)
        begins = t + travel[base, a]
        if begins + seconds + home <= home_by(crews, k, t, t):
            return begins, begins + seconds, begins + seconds + home, t, flown + 1
        t = next_dawn(crews, k, t)
    return np.inf, np.inf, np.inf, out_s, flown


@njit(cache=True)
def time_row(offers, crews, k, row, begins):  # type: ignore[no-untyped-def]
    """Times the tasks of team k in order; drops from the first that cannot be done in time. Returns how many stay."""
    state, n = (crews.free_s[k], crews.start[k], crews.out_s[k], 0), 0
    for i in range(row.size):
        if row[i] < 0:
            break
        start, end, _, since, flown = next_of(offers, crews, k, row[i], state)
        if start == np.inf:
            break
        begins[i] = start
        state, n = (end, offers.end[row[i]], since, flown), i + 1
    row[n:] = -1
    return n
