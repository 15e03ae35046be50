"""Random changes to a schedule's rows: insert, replace, remove, turn round, exchange, hand over. For the annealing."""

from __future__ import annotations

from numba import njit

SLOTS = 24  # tasks one team can have in a period
DISOBEYED = 10.0  # what a choice of the manager's costs that is not obeyed: more than any plan can find
_DRAWN = 3  # tasks that a move chooses among (our own choice)


@njit(cache=True)
def two_teams(crews, rng):  # type: ignore[no-untyped-def]
    """A team, and another of the same skill, or itself where there is none or by chance."""
    a = rng.integers(0, crews.skill.size)
    b = rng.integers(0, crews.skill.size)
    return a, b if crews.skill[a] == crews.skill[b] else a


@njit(cache=True)
def move(task, pair, offers, crews, choices, rng):  # type: ignore[no-untyped-def]
    """Changes the rows of a pair of teams by one random move; False if nothing changed."""
    a, b = pair
    ptr = choices[1]
    low, high = ptr[a], ptr[a + 1]
    n = length(task[a])
    kind = rng.random()
    if kind < 0.55 or n == 0:
        if low == high:
            return False
        adding = kind < 0.3 or n == 0
        at = rng.integers(0, n + 1) if adding else rng.integers(0, n)
        j = _worth_a_try(offers, crews, a, crews.base[a] if at == 0 else offers.end[task[a, at - 1]], choices, rng)
        if adding:
            _insert(task[a], at, j)
        else:
            task[a, at] = j
        return True
    i = rng.integers(0, n)
    if kind < 0.62:
        remove(task[a], i)
    elif kind < 0.72:
        task[a, i] = offers.twin[task[a, i]]
    elif kind < 0.86:
        m = length(task[b])
        if m == 0:
            return False
        other_i = rng.integers(0, m)
        task[a, i], task[b, other_i] = task[b, other_i], task[a, i]
    else:
        j = remove(task[a], i)
        _insert(task[b], rng.integers(0, length(task[b]) + 1), j)
    return True


@njit(cache=True)
def _worth_a_try(offers, crews, team, place, choices, rng):  # type: ignore[no-untyped-def]
    """Of a few tasks drawn by chance, the one that finds most per second, way from `place` included."""
    choice, ptr = choices
    low, high = ptr[team], ptr[team + 1]
    travel = crews.travel_s[crews.mode[crews.skill[team]]]
    best, best_j = -1.0, choice[low]
    for _ in range(_DRAWN):
        j = choice[rng.integers(low, high)]
        seconds = offers.duration_s[j]
        rate = offers.rank[j] * seconds / (seconds + travel[place, offers.start[j]])
        if rate > best:
            best, best_j = rate, j
    return best_j


@njit(cache=True)
def may_do(crews, team, row):  # type: ignore[no-untyped-def]
    """Whether a team may do every task of a row; what it is on, only at once."""
    able = True
    for i in range(length(row)):
        able = able and crews.allowed[team, row[i]] and (i == 0 or row[i] != crews.doing[team])
    return able


@njit(cache=True)
def price_of(task, crews):  # type: ignore[no-untyped-def]
    """What a schedule pays for breaking off what is under way, for other orders than told, for choices not obeyed."""
    price = 0.0
    for k in range(task.shape[0]):
        if crews.doing[k] >= 0 and task[k, 0] != crews.doing[k]:
            price += crews.switch_cost
        for i in range(crews.told.shape[1]):
            if crews.told[k, i] >= 0 and not _holds(task[k], crews.told[k, i]):
                price += crews.told_cost
    for m in range(crews.musts.shape[0]):
        if not obeyed(task, crews.musts[m]):
            price += DISOBEYED
    return price


@njit(cache=True)
def obeyed(task, must):  # type: ignore[no-untyped-def]
    """Whether a schedule does what must be done: one of the tasks by one of the teams (teams, tasks)."""
    for k in range(task.shape[0]):
        for i in range(length(task[k])):
            if must[k, task[k, i]]:
                return True
    return False


@njit(cache=True)
def _holds(row, j):  # type: ignore[no-untyped-def]
    found = False
    for i in range(row.size):
        found = found or row[i] == j
    return found


@njit(cache=True)
def length(row):  # type: ignore[no-untyped-def]
    """How many tasks a row holds."""
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
def remove(row, at):  # type: ignore[no-untyped-def]
    """Takes out the task at a position and returns it."""
    j = row[at]
    for i in range(at, row.size - 1):
        row[i] = row[i + 1]
    row[row.size - 1] = -1
    return j
