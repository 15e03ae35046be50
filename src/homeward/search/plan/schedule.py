"""Which team does which tasks in which order: a first schedule, and its improvement.

The value of a schedule is the mean over the period of the probability that the subject has been found, worked out on
the raster from every stretch of every task in the order of time, so that teams that search the same ground share it.
Improvement is simulated annealing (Kirkpatrick, Gelatt & Vecchi 1983, Science 220:671-680) over moves that insert,
remove, exchange, turn round and shift tasks; the same seed gives the same schedule.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from homeward.geo import Floats

Ints = NDArray[np.int64]
SLOTS = 24  # tasks one team can have in a period
CHANGE_S = 180.0  # between two tasks of a team: to report, and to be told the next (our own assumption)
_WORK = 1e9  # cells looked at while improving: a few seconds
_BLOCKS = 20  # between reports of progress


class Offers(NamedTuple):
    """All tasks as flat arrays. Stretches of task j are `first[j]:first[j + 1]`, their cells `cell0[s]:cell0[s + 1]`.

    `skill`, `start`, `end` (places), `twin` (the same task backwards), `where` (its place's number), `rank` (found per
    second of searching), `held` (probability its place holds) and `duration_s` are (tasks,); `ends_s` (stretches,)
    counts from the task's begin; `found` (2, hits) is 1 - exp(-coverage) by day and night on the active cell `cell`.
    """

    skill: Ints
    start: Ints
    end: Ints
    twin: Ints
    where: Ints
    rank: Floats
    held: Floats
    duration_s: Floats
    first: Ints
    ends_s: Floats
    cell0: Ints
    cell: Ints
    found: Floats


class Crews(NamedTuple):
    """The teams as arrays (teams,), the places' travel times by skill (modes, n, n) and the light.

    `mode[skill]` is the travel matrix of a skill. `dark` (2, k): begin and end of each dark time. A task must bring
    `task_cost` of mean probability to be worth the trouble of one more.
    """

    skill: Ints
    base: Ints
    endurance_s: Floats
    turnaround_s: Floats
    mode: Ints
    travel_s: Floats
    dark: Floats
    period_s: float
    task_cost: float


class Schedule(NamedTuple):
    """`task[k, i]` is the i-th task of team k, -1 = none; `begins_s` when its search begins; `value` the mean POS."""

    task: Ints
    begins_s: Floats
    value: float


RULES = ("value", "nearest", "probability")


def first_schedule(offers: Offers, crews: Crews, poa: Floats, *, rule: str = "value") -> Schedule:
    """Each team, as it comes free, takes the next task: the most found per hour, way included; or by a simple rule.

    `rule` "nearest" takes the nearest place nobody has, "probability" the one nobody has that holds most.
    """
    task, begins = _first(offers, crews, poa.copy(), RULES.index(rule))
    return Schedule(task, begins, float(_value(task, begins, offers, crews, poa, poa.copy())))


def improved(
    schedule: Schedule, offers: Offers, crews: Crews, poa: Floats, *, seed: int, progress: Callable[[float], None]
) -> Schedule:
    """A schedule at least as good, by simulated annealing."""
    rng = np.random.default_rng(seed)
    choices = _by_skill(offers, len(crews.mode))
    task, begins = schedule.task.copy(), schedule.begins_s.copy()
    best = (schedule.value - crews.task_cost * (task >= 0).sum(), task.copy(), begins.copy())
    now = best[0]
    steps = int(np.clip(_WORK / max(_hits(task, offers), 2000) / _BLOCKS, 300, 1500))
    for block in range(_BLOCKS):
        heat = max(schedule.value, 1e-6) * 0.01 * 0.7**block if block < _BLOCKS - 1 else 0.0
        now, *top = _anneal(task, begins, now, (offers, crews, poa, choices), (steps, heat), rng)
        if top[0] > best[0]:
            best = (top[0], top[1], top[2])
        if block % 5 == 4 and best[0] > now + heat:
            now, task, begins = best[0], best[1].copy(), best[2].copy()
        progress((block + 1) / _BLOCKS)
    _, task, begins = best
    return Schedule(task, begins, float(_value(task, begins, offers, crews, poa, poa.copy())))


def _by_skill(offers: Offers, skills: int) -> tuple[Ints, Ints]:
    choice = np.argsort(offers.skill, kind="stable").astype(np.int64)
    ptr = np.searchsorted(offers.skill[choice], np.arange(skills + 1)).astype(np.int64)
    return choice, ptr


def _hits(task: Ints, offers: Offers) -> int:
    used = task[task >= 0]
    return int((offers.cell0[offers.first[used + 1]] - offers.cell0[offers.first[used]]).sum())


@njit(cache=True)
def _dark_at(dark: Floats, at_s: float) -> int:
    for i in range(dark.shape[1]):
        if dark[0, i] <= at_s < dark[1, i]:
            return 1
    return 0


@njit(cache=True)
def _next(offers, crews, k, j, state):  # type: ignore[no-untyped-def]
    """(search begins, ends, back at base, when this sortie left base) of task j, done next; inf if never.

    `state` is (time, place, when this sortie left base). A team whose endurance would run out first returns to base
    and rests.
    """
    t, place, out_since = state
    base = crews.base[k]
    travel = crews.travel_s[crews.mode[crews.skill[k]]]
    a, b = offers.start[j], offers.end[j]
    home = travel[b, base]
    fresh = out_since == t
    begins = t + travel[place, a] + (0.0 if fresh else CHANGE_S)
    ends = begins + offers.duration_s[j]
    if ends + home - out_since > crews.endurance_s[k]:
        if not fresh:
            t = t + travel[place, base] + max(crews.turnaround_s[k], CHANGE_S)
        out_since = t
        begins = t + travel[base, a]
        ends = begins + offers.duration_s[j]
        if ends + home - out_since > crews.endurance_s[k]:
            return np.inf, np.inf, np.inf, out_since
    return begins, ends, ends + home, out_since


@njit(cache=True)
def _time_row(offers, crews, k, row, begins):  # type: ignore[no-untyped-def]
    """Times the tasks of team k in order; drops from the first that cannot be done in time. Returns how many stay."""
    t, place, out_since, n = 0.0, crews.base[k], 0.0, 0
    for i in range(row.size):
        if row[i] < 0:
            break
        start, end, back, since = _next(offers, crews, k, row[i], (t, place, out_since))
        if back > crews.period_s:
            break
        begins[i] = start
        t, place, out_since, n = end, offers.end[row[i]], since, i + 1
    row[n:] = -1
    return n


@njit(cache=True)
def _value(task, begins, offers, crews, poa, left):  # type: ignore[no-untyped-def]
    """Mean over the period of the probability found; `left` (active cells) is working space that equals `poa`."""
    when, which = _stretches_of(task, begins, offers)
    value = 0.0
    for m in np.argsort(when):
        value += _search(which[m], when[m], offers, crews, left) * max(crews.period_s - when[m], 0.0)
    for s in which:
        for h in range(offers.cell0[s], offers.cell0[s + 1]):
            left[offers.cell[h]] = poa[offers.cell[h]]
    return value / crews.period_s


@njit(cache=True)
def _stretches_of(task, begins, offers):  # type: ignore[no-untyped-def]
    """Every stretch of a schedule and the middle of its time."""
    total = 0
    for k in range(task.shape[0]):
        for i in range(_length(task[k])):
            total += offers.first[task[k, i] + 1] - offers.first[task[k, i]]
    when, which, n = np.empty(total), np.empty(total, np.int64), 0
    for k in range(task.shape[0]):
        for i in range(_length(task[k])):
            j, before = task[k, i], 0.0
            for s in range(offers.first[j], offers.first[j + 1]):
                when[n] = begins[k, i] + 0.5 * (before + offers.ends_s[s])
                before = offers.ends_s[s]
                which[n] = s
                n += 1
    return when, which


@njit(cache=True)
def _search(s, at_s, offers, crews, left):  # type: ignore[no-untyped-def]
    """Probability found by stretch `s` at a time; takes it out of `left`."""
    seen = offers.found[_dark_at(crews.dark, at_s)]
    gain = 0.0
    for h in range(offers.cell0[s], offers.cell0[s + 1]):
        c = offers.cell[h]
        got = left[c] * seen[h]
        gain += got
        left[c] -= got
    return gain


@njit(cache=True)
def _would_find(j, begins_s, offers, crews, left):  # type: ignore[no-untyped-def]
    """Probability that task `j` would find now, cells that it crosses twice counted as if once more."""
    gain = 0.0
    for s in range(offers.first[j], offers.first[j + 1]):
        seen = offers.found[_dark_at(crews.dark, begins_s + offers.ends_s[s])]
        for h in range(offers.cell0[s], offers.cell0[s + 1]):
            gain += left[offers.cell[h]] * seen[h]
    return gain


@njit(cache=True)
def _first(offers, crews, left, rule):  # type: ignore[no-untyped-def]
    """Greedy schedule, in the order in which teams come free."""
    teams = crews.skill.size
    task = np.full((teams, SLOTS), -1, np.int64)
    begins = np.zeros((teams, SLOTS))
    count = np.zeros(teams, np.int64)
    free, since = np.zeros(teams), np.zeros(teams)
    place = crews.base.copy()
    taken = np.zeros(offers.where.size + 1, np.bool_)
    while True:
        k = np.argmin(free)
        if free[k] == np.inf:
            return task, begins
        state = (free[k], place[k], since[k])
        j = _best_task(offers, crews, (k, state, taken), left, rule) if count[k] < SLOTS else -1
        if j < 0:
            free[k] = np.inf
            continue
        start, end, _, out = _next(offers, crews, k, j, state)
        task[k, count[k]], begins[k, count[k]] = j, start
        count[k] += 1
        taken[offers.where[j]] = True
        free[k], since[k], place[k] = end, out, offers.end[j]
        for s in range(offers.first[j], offers.first[j + 1]):
            _search(s, start + offers.ends_s[s], offers, crews, left)


@njit(cache=True)
def _best_task(offers, crews, who, left, rule):  # type: ignore[no-untyped-def]
    """The task that team k would take next by a rule, -1 for none."""
    k, state, taken = who
    best, best_j = -np.inf if rule > 0 else 0.0, -1
    for j in range(offers.skill.size):
        if offers.skill[j] != crews.skill[k] or (rule > 0 and taken[offers.where[j]]):
            continue
        start, end, back, _ = _next(offers, crews, k, j, state)
        if back > crews.period_s:
            continue
        if rule == 0:
            found = _would_find(j, start, offers, crews, left)
            score = found / (end - state[0]) if found > crews.task_cost else 0.0
        else:
            score = state[0] - start + (1e9 * offers.held[j] if rule == 2 else 0.0)
        if score > best:
            best, best_j = score, j
    return best_j


@njit(cache=True)
def _anneal(task, begins, now, given, effort, rng):  # type: ignore[no-untyped-def]
    """Moves at one temperature, in place; values are net of what tasks cost.

    Returns (value now, best value, its tasks, their begins).
    """
    offers, crews, poa, choices = given
    steps, heat = effort
    left = poa.copy()
    top, top_task, top_begins = now, task.copy(), begins.copy()
    for _ in range(steps):
        a, b = _two_teams(crews, rng)
        row_a, row_b, begins_a, begins_b = task[a].copy(), task[b].copy(), begins[a].copy(), begins[b].copy()
        if not _move(task, (a, b), offers, crews, choices, rng):
            continue
        _time_row(offers, crews, a, task[a], begins[a])
        _time_row(offers, crews, b, task[b], begins[b])
        then = _value(task, begins, offers, crews, poa, left) - crews.task_cost * (task >= 0).sum()
        if then >= now or (heat > 0 and rng.random() < np.exp((then - now) / heat)):
            now = then
            if now > top:
                top, top_task, top_begins = now, task.copy(), begins.copy()
        else:
            task[a], task[b], begins[a], begins[b] = row_a, row_b, begins_a, begins_b
    return now, top, top_task, top_begins


@njit(cache=True)
def _two_teams(crews, rng):  # type: ignore[no-untyped-def]
    """A team, and another of the same skill, or itself where there is none or by chance."""
    a = rng.integers(0, crews.skill.size)
    b = rng.integers(0, crews.skill.size)
    return a, b if crews.skill[a] == crews.skill[b] else a


@njit(cache=True)
def _move(task, pair, offers, crews, choices, rng):  # type: ignore[no-untyped-def]
    """Changes the rows of a pair of teams by one random move; False if nothing changed."""
    a, b = pair
    choice, ptr = choices
    low, high = ptr[crews.skill[a]], ptr[crews.skill[a] + 1]
    n = _length(task[a])
    kind = rng.random()
    if kind < 0.55 or n == 0:
        if low == high:
            return False
        j, other = choice[rng.integers(low, high)], choice[rng.integers(low, high)]
        if offers.rank[other] > offers.rank[j]:
            j = other
        if kind < 0.3 or n == 0:
            _insert(task[a], rng.integers(0, n + 1), j)
        else:
            task[a, rng.integers(0, n)] = j
        return True
    i = rng.integers(0, n)
    if kind < 0.62:
        _remove(task[a], i)
    elif kind < 0.72:
        task[a, i] = offers.twin[task[a, i]]
    elif kind < 0.86:
        m = _length(task[b])
        if m == 0:
            return False
        other_i = rng.integers(0, m)
        task[a, i], task[b, other_i] = task[b, other_i], task[a, i]
    else:
        j = _remove(task[a], i)
        _insert(task[b], rng.integers(0, _length(task[b]) + 1), j)
    return True


@njit(cache=True)
def _length(row):  # type: ignore[no-untyped-def]
    n = 0
    while n < row.size and row[n] >= 0:
        n += 1
    return n


@njit(cache=True)
def _insert(row, at, j):  # type: ignore[no-untyped-def]
    """Puts task j at a position, the rest one later; the last of a full row falls off."""
    if at < row.size:
        for i in range(row.size - 1, at, -1):
            row[i] = row[i - 1]
        row[at] = j


@njit(cache=True)
def _remove(row, at):  # type: ignore[no-untyped-def]
    """Takes out the task at a position and returns it."""
    j = row[at]
    for i in range(at, row.size - 1):
        row[i] = row[i + 1]
    row[row.size - 1] = -1
    return j
