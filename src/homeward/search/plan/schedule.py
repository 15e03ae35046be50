"""Which team does which tasks in which order: a first schedule, and its improvement.

The value of a schedule is the mean over the period of the probability that the subject has been found, worked out on
the raster from every stretch of every task in the order of time (`finding`). Teams keep apart as `apart` says.
Improvement is simulated annealing (Kirkpatrick, Gelatt & Vecchi 1983, Science 220:671-680) over moves that insert,
remove, exchange, turn round and shift tasks; the same seed gives the same schedule.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numba import njit

from homeward.geo import Floats
from homeward.search.plan.apart import conflicts, fits
from homeward.search.plan.arrays import Crews, Ints, Offers, Schedule
from homeward.search.plan.finding import gains_of, search, stretches_of, untouched, worth, would_find
from homeward.search.plan.limits import next_of, time_row
from homeward.search.plan.moves import SLOTS, length, may_do, move, price_of, two_teams

_WORK = 1e9  # cells looked at while improving: a few seconds
_HEAT, _COOLING = 0.01, 0.7  # of the value, at first and from block to block
_PRICE, _DEARER = 0.005, 1.35  # of a conflict, likewise
_BLOCKS = 20  # between reports of progress
_CHUNKS = 5  # of a block, between looks at the stopwatch


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How hard to improve: a `share` of the usual work (less also begins less boldly), at most so long by the clock."""

    share: float = 1.0
    time_limit_s: float | None = None


ALL = Effort()
RULES = ("value", "nearest", "probability")


def first_schedule(
    offers: Offers, crews: Crews, poa: Floats, *, rule: str = "value", begun: Schedule | None = None
) -> Schedule:
    """Each team, as it comes free, takes the next task: the most found per hour, way included; or by a simple rule.

    `rule` "nearest" takes the nearest place nobody has, "probability" the one nobody has that holds most. What is
    `begun` stays, and is added to; where that is not given, who is on a task ends it first.
    """
    begun = begun or ordered(crews.doing[:, None], offers, crews, poa)
    task, begins = begun.task.copy(), begun.begins_s.copy()
    _fill(task, begins, offers, crews, untouched(poa), RULES.index(rule))
    return _schedule(task, begins, offers, crews, poa)


def ordered(rows: Ints, offers: Offers, crews: Crews, poa: Floats) -> Schedule:
    """The schedule in which each team does its row of tasks (teams, any; -1 none) as far as time and limits allow."""
    task, begins = np.full((len(rows), SLOTS), -1, np.int64), np.zeros((len(rows), SLOTS))
    for k, given in enumerate(rows):
        row = [j for j in given if j >= 0 and crews.allowed[k, j]][:SLOTS]
        task[k, : len(row)] = row
        time_row(offers, crews, k, task[k], begins[k])
    return _schedule(task, begins, offers, crews, poa)


def improving(
    schedule: Schedule,
    offers: Offers,
    crews: Crews,
    poa: Floats,
    *,
    seed: int,
    effort: Effort = ALL,
) -> Iterator[tuple[float, Schedule]]:
    """(share of the work done, the best schedule so far), again and again, by simulated annealing; none is worse than
    the one given.

    Without a limit of time the same seed gives the same schedules.
    """
    rng = np.random.default_rng(seed)
    choices = _by_team(offers, crews)
    task, begins = schedule.task.copy(), schedule.begins_s.copy()
    ground = untouched(poa)
    best = (_aim_of(task, begins, (offers, crews, poa, ground)), task.copy(), begins.copy())
    steps = int(effort.share * np.clip(_WORK / max(_hits(task, offers), 2000) / _BLOCKS, 100, 1500))
    scale = max(schedule.value, 1e-6)
    began_s, limit_s = perf_counter(), np.inf if effort.time_limit_s is None else effort.time_limit_s
    for block in range(_BLOCKS):
        heat = scale * _HEAT * effort.share * _COOLING**block if block < _BLOCKS - 1 else 0.0
        price = (
            scale * _PRICE * _DEARER**block
        )  # of a conflict: at first teams may pass through each other, at last not
        given = (offers, crews, poa, ground, choices)
        now = -np.inf
        for _ in range(_CHUNKS):
            if perf_counter() - began_s > limit_s * (block + 1) / _BLOCKS:
                break
            now, *top = _anneal(task, begins, best[0], given, (-(-steps // _CHUNKS), heat, price), rng)
            if top[0] > best[0]:
                best = (top[0], top[1], top[2])
        if block % 5 == 4 or block > _BLOCKS // 2:
            if conflicts(offers, task, begins):
                best = max(best, _settled(task.copy(), begins.copy(), given[:4]), key=lambda found: found[0])
            if best[0] > now + heat:
                task, begins = best[1].copy(), best[2].copy()
        yield (block + 1) / _BLOCKS, _schedule(best[1].copy(), best[2].copy(), offers, crews, poa)


_Given = tuple[Offers, Crews, Floats, tuple[Floats, Floats]]


def _settled(task: Ints, begins: Floats, given: _Given) -> tuple[float, Ints, Floats]:
    """(aim, tasks, begins) of a schedule in which teams are in each other's way, less what it takes to part them.

    Again and again one task is left out, or a team's day ends before it, whichever leaves fewer conflicts and most.
    """
    offers, crews = given[:2]
    while wrong := int(conflicts(offers, task, begins)):
        tried = []
        for k, i in zip(*np.nonzero(task >= 0), strict=True):
            for after in (task[k, i + 1 :], task[k, :0]):
                less, then = task.copy(), begins.copy()
                less[k, i:] = -1
                less[k, i : i + len(after)] = after
                time_row(offers, crews, k, less[k], then[k])
                if conflicts(offers, less, then) < wrong:
                    tried.append((_aim_of(less, then, given), less, then))
        _, task, begins = max(tried, key=lambda found: found[0])
    return _aim_of(task, begins, given), task, begins


def without(schedule: Schedule, weak: set[tuple[int, int]], offers: Offers, crews: Crews, poa: Floats) -> Schedule:
    """A schedule less some tasks, given as (team, task); what follows them moves up."""
    task, begins = schedule.task.copy(), schedule.begins_s.copy()
    for k in sorted({k for k, _ in weak}):
        row = [j for j in task[k] if j >= 0 and (k, int(j)) not in weak]
        task[k] = -1
        task[k, : len(row)] = row
        time_row(offers, crews, k, task[k], begins[k])
    return _schedule(task, begins, offers, crews, poa)


def pruned(schedule: Schedule, offers: Offers, crews: Crews, poa: Floats) -> Schedule:
    """A schedule without tasks that find less than the least worth sending a team for, the least one out first.

    What is under way, and what must be done, stays.
    """
    while (schedule.task >= 0).any():
        gains = gains_of(schedule.task, schedule.begins_s, offers, crews, poa, untouched(poa))[1]
        gains = np.where(schedule.task >= 0, gains, np.inf)
        gains[tuple(np.array(spots).T) if (spots := _needed_at(schedule, crews)) else ([], [])] = np.inf
        k, i = np.unravel_index(int(gains.argmin()), gains.shape)
        if gains[k, i] >= crews.least:
            break
        schedule = without(schedule, {(int(k), int(schedule.task[k, i]))}, offers, crews, poa)
    return schedule


def _schedule(task: Ints, begins: Floats, offers: Offers, crews: Crews, poa: Floats) -> Schedule:
    return Schedule(task, begins, float(gains_of(task, begins, offers, crews, poa, untouched(poa))[0]))


def aim(schedule: Schedule, offers: Offers, crews: Crews, poa: Floats) -> float:
    """What improving maximises: `finding.worth`, less what changing costs and what choices not obeyed do."""
    return _aim_of(schedule.task, schedule.begins_s, (offers, crews, poa, untouched(poa)))


def _needed_at(schedule: Schedule, crews: Crews) -> list[tuple[int, int]]:
    used = [(int(k), int(i)) for k, i in zip(*np.nonzero(schedule.task >= 0), strict=True)]
    return [
        (k, i) for k, i in used if crews.doing[k] == schedule.task[k, i] or crews.musts[:, k, schedule.task[k, i]].any()
    ]


def _aim_of(task: Ints, begins: Floats, given: _Given) -> float:
    offers, crews, poa, ground = given
    return float(worth(task, begins, offers, crews, poa, ground) - price_of(task, crews))


def _by_team(offers: Offers, crews: Crews) -> tuple[Ints, Ints]:
    own = [np.nonzero(can & (offers.skill == skill))[0] for can, skill in zip(crews.allowed, crews.skill, strict=True)]
    return np.concatenate(own).astype(np.int64), np.cumsum([0, *map(len, own)]).astype(np.int64)


def _hits(task: Ints, offers: Offers) -> int:
    size = np.concatenate([[0], np.cumsum(offers.high_hit - offers.low_hit)])
    used = task[task >= 0]
    return int((size[offers.first[used + 1]] - size[offers.first[used]]).sum())


@njit(cache=True)
def _fill(task, begins, offers, crews, ground, rule):  # type: ignore[no-untyped-def]
    """Adds tasks to a schedule in place, greedily, in the order in which teams come free."""
    teams = crews.skill.size
    count = np.zeros(teams, np.int64)
    free, since, flown = crews.free_s.copy(), crews.out_s.copy(), np.zeros(teams, np.int64)
    place = crews.start.copy()
    taken = np.zeros(offers.where.size + 1, np.bool_)
    when, which, team, slot = stretches_of(task, begins, offers)
    for m in np.argsort(when):
        search(which[m], when[m], offers.kind[task[team[m], slot[m]]], offers, crews, ground)
    for k in range(teams):
        for i in range(length(task[k])):
            state = (free[k], place[k], since[k], flown[k])
            _, free[k], _, since[k], flown[k] = next_of(offers, crews, k, task[k, i], state)
            place[k], count[k] = offers.end[task[k, i]], i + 1
            taken[offers.where[task[k, i]]] = True
    while True:
        k = int(np.argmin(free))
        if free[k] == np.inf:
            return
        state = (free[k], place[k], since[k], flown[k])
        who = (k, state, taken, task, begins)
        j = _best_task(offers, crews, who, ground, rule) if count[k] < SLOTS else -1
        if j < 0:
            free[k] = np.inf
            continue
        start, free[k], _, since[k], flown[k] = next_of(offers, crews, k, j, state)
        task[k, count[k]], begins[k, count[k]] = j, start
        count[k] += 1
        taken[offers.where[j]] = True
        place[k] = offers.end[j]
        before_s = 0.0
        for s in range(offers.first[j], offers.first[j + 1]):
            search(s, start + 0.5 * (before_s + offers.ends_s[s]), offers.kind[j], offers, crews, ground)
            before_s = offers.ends_s[s]


@njit(cache=True)
def _best_task(offers, crews, who, ground, rule):  # type: ignore[no-untyped-def]
    """The task that team k would take next by a rule, -1 for none."""
    k, state, taken, task, begins = who
    best, best_j = -np.inf if rule > 0 else 0.0, -1
    for j in range(offers.skill.size):
        if offers.skill[j] != crews.skill[k] or not crews.allowed[k, j] or (rule > 0 and taken[offers.where[j]]):
            continue
        if j == crews.doing[k] and task[k, 0] >= 0:
            continue
        start, end, _, _, _ = next_of(offers, crews, k, j, state)
        if start == np.inf or not fits(offers, j, (start, end), (k, task, begins)):
            continue
        if rule == 0:
            found = would_find(j, start, offers, crews, ground)
            score = found / (end - state[0]) if found > crews.least else 0.0
        else:
            score = state[0] - start + (1e9 * offers.held[j] if rule == 2 else 0.0)
        if score > best:
            best, best_j = score, j
    return best_j


@njit(cache=True)
def _anneal(task, begins, best, given, effort, rng):  # type: ignore[no-untyped-def]
    """Moves at one temperature, in place; values are net of what tasks cost, and of conflicts at their price.

    Returns (value now, best value without conflicts where it is above `best`, its tasks, their begins).
    """
    offers, crews, poa, ground, choices = given
    steps, heat, price = effort
    now = worth(task, begins, offers, crews, poa, ground) - price_of(task, crews)
    now -= price * conflicts(offers, task, begins)
    top, top_task, top_begins = best, task.copy(), begins.copy()
    for _ in range(steps):
        a, b = two_teams(crews, rng)
        row_a, row_b, begins_a, begins_b = task[a].copy(), task[b].copy(), begins[a].copy(), begins[b].copy()
        if not move(task, (a, b), offers, crews, choices, rng):
            continue
        if not (may_do(crews, a, task[a]) and may_do(crews, b, task[b])):
            task[a], task[b] = row_a, row_b
            continue
        time_row(offers, crews, a, task[a], begins[a])
        time_row(offers, crews, b, task[b], begins[b])
        wrong = conflicts(offers, task, begins)
        then = -np.inf
        if heat > 0 or wrong == 0:
            then = worth(task, begins, offers, crews, poa, ground) - price_of(task, crews) - price * wrong
        if then >= now or (heat > 0 and rng.random() < np.exp((then - now) / heat)):
            now = then
            if now > top and wrong == 0:
                top, top_task, top_begins = now, task.copy(), begins.copy()
        else:
            task[a], task[b], begins[a], begins[b] = row_a, row_b, begins_a, begins_b
    return now, top, top_task, top_begins
