"""What a schedule finds: every stretch of every task in the order of time, on what is left by those before it.

Passes by the same kind of team over the same ground are no independent looks: their sweep width is uncertain and the
same for all of them, so that a second pass is worth less (see `SHAPE`). That holds for cells and for the paths of
moving subjects alike: a stretch looks at those who are in its cells at the mark nearest to the middle of its time.
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
    """Probability left of each item (`sought.Sought`: cells, then paths), coverage by each kind of team so far."""
    return poa.copy(), np.zeros((len(TeamKind), len(poa)))


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

    The mean counts a find by the survival of its time and place over the mean survival (`sought.alive_shape`).
    `ground` is working space as `untouched` makes it, and is left so.
    """
    when, which, team, slot = stretches_of(task, begins, offers)
    gains = np.zeros(task.shape)
    value, left_s = 0.0, 1.0 / crews.period_s
    simple = is_simple(offers)
    left, covered = ground
    sought, hits = offers.sought, (offers.cell, offers.coverage, offers.low_hit, offers.high_hit, offers.ends_s)
    for m in np.argsort(when):
        k, i, s, at_s = team[m], slot[m], which[m], when[m]
        kind = offers.kind[task[k, i]]
        light = _dark_at(crews.dark, at_s)
        if simple[kind]:
            which_hits = offers.low_hit[s], offers.high_hit[s], light
            found = _take(which_hits, offers.cell, offers.coverage, left, covered[kind])
            counts = found * max(crews.period_s - at_s, 0.0) * left_s
        else:
            found, counts = _look(s, (at_s, light, crews.period_s), kind, hits, sought, ground)
        gains[k, i] += found
        value += counts
    first = offers.sought.first_path
    used = np.zeros(covered.shape[0], np.bool_)
    for m in range(which.size):
        kind = offers.kind[task[team[m], slot[m]]]
        own = covered[kind]
        used[kind] = True
        for h in range(offers.low_hit[which[m]], offers.high_hit[which[m]]):
            left[offers.cell[h]] = poa[offers.cell[h]]
            own[offers.cell[h]] = 0.0
    if first < left.size:
        left[first:] = poa[first:]
        for kind in range(used.size):
            if used[kind]:
                covered[kind, first:] = 0.0
    return value, gains


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
    hits = offers.cell, offers.coverage, offers.low_hit, offers.high_hit, offers.ends_s
    return _look(s, (at_s, _dark_at(crews.dark, at_s), crews.period_s), kind, hits, offers.sought, ground)[0]


@njit(cache=True)
def _dark_at(dark, at_s):  # type: ignore[no-untyped-def]
    for i in range(dark.shape[1]):
        if dark[0, i] <= at_s < dark[1, i]:
            return 1
    return 0


@njit(cache=True)
def is_simple(offers):  # type: ignore[no-untyped-def]
    """(kinds,) whose looks need no more than the cells: nobody moves, all can be found, and survival is flat."""
    sought = offers.sought
    flat = sought.alive[0].max() - sought.alive[0].min() < 1e-12
    plain = flat and sought.keen.size == 0 and sought.mark_s.size == 0 and sought.meet.size == 0
    return (sought.row == 0) & plain & ~sought.dead


@njit(cache=True)
def _take(hits, cells, coverage, left, own):  # type: ignore[no-untyped-def]
    """Probability found by the hits `low:high` by day (0) or night (1); takes it out of what is left."""
    low, high, light = hits
    gain = 0.0
    for h in range(low, high):
        c, more = cells[h], coverage[light, h]
        before = SHAPE + own[c]
        own[c] += more
        miss = before / (before + more)
        square = miss * miss
        got = left[c] * (1.0 - square * square * miss)
        gain += got
        left[c] -= got
    return gain


@njit(cache=True, inline="always")
def _look(s, moment, kind, hits, sought, ground):  # type: ignore[no-untyped-def]
    """(probability found by a stretch, what that adds to the mean); takes it out of what is left.

    `hits` are the arrays of `Offers` that it needs: passing them all at every stretch takes longer than the looking.
    """
    at_s, light, period_s = moment
    cells, coverage, low_hit, high_hit, ends_s = hits
    left, covered = ground
    low, high, p, first = low_hit[s], high_hit[s], sought.post[s], sought.first_path
    share, keen = sought.share[sought.row[kind]], sought.keen[sought.row[kind]]
    if sought.row[kind] == 0 and keen.size == 0:
        gain, lively = _take((low, high, light), cells, coverage, left, covered[kind]), 0.0
    else:
        gain, lively = _take_some((low, high), cells, coverage[light], (left, covered[kind]), (share, keen))
    if sought.mark_s.size and p < 0:
        m = _mark_at(sought.mark_s, at_s)
        where = cells, low, high, coverage[light]
        near = sought.block[sought.low_block[s] : sought.high_block[s]], sought.ptr[m], sought.who[m], sought.cell[m]
        some = share[first:], keen[first:]
        more, livelier = _pass(where, near, (left[first:], covered[kind, first:]), some, take=True)
        gain, lively = gain + more, lively + livelier
    counts = _counts(gain, lively, at_s, sought.alive, period_s)
    if sought.dead[kind]:
        counts = gain * max(period_s - at_s, 0.0) / period_s
    if p >= 0:
        task_s = at_s - 0.5 * (sought.from_s[s] + ends_s[s])
        times = task_s, task_s + sought.from_s[s], task_s + ends_s[s], period_s
        met = slice(sought.first_meet[p], sought.first_meet[p + 1])
        comers = sought.meet[met], sought.meet_s[met], sought.before_s[met]
        what = sought.notice[p], share[first:], keen[first:], sought.alive
        found, more = _stop(comers, times, (left[first:], covered[kind, first:]), what, take=True)
        gain, counts = gain + found, counts + more
    return gain, counts


@njit(cache=True)
def _take_some(span, cells, coverage, ground, some):  # type: ignore[no-untyped-def]
    """As `_take` where a kind of team finds only a share, or scenarios differ: (found, the same times how keen)."""
    left, own = ground
    share, keen = some
    gain, lively = 0.0, 0.0
    for h in range(span[0], span[1]):
        c = cells[h]
        got = _seen(left[c], own[c], coverage[h], share[c])
        own[c] += coverage[h]
        left[c] -= got
        gain += got
        if keen.size:
            lively += got * keen[c]
    return gain, lively


@njit(cache=True)
def _seen(left, covered, coverage, share):  # type: ignore[no-untyped-def]
    """What another pass of a kind finds of what is left, where that kind can find `share` of all that there was."""
    if share == 1.0:
        miss = (SHAPE + covered) / (SHAPE + covered + coverage)
        square = miss * miss
        return left * (1.0 - square * square * miss)
    x, y = SHAPE / (SHAPE + covered), SHAPE / (SHAPE + covered + coverage)
    before = 1.0 - share + share * (x * x) * (x * x) * x
    return left * (before - (1.0 - share + share * (y * y) * (y * y) * y)) / before if before > 0 else 0.0


@njit(cache=True)
def _counts(found, lively, at_s, alive, period_s):  # type: ignore[no-untyped-def]
    """What finding at a time adds to the mean: by the time that is left, and by survival (`sought.Sought`)."""
    steps = alive.shape[1] - 1
    x = min(max(at_s / period_s, 0.0), 1.0) * steps
    i = min(int(x), steps - 1)
    w = x - i
    alike = alive[0, i] * (1.0 - w) + alive[0, i + 1] * w
    apart = alive[1, i] * (1.0 - w) + alive[1, i + 1] * w
    return (found * alike + lively * apart) * max(period_s - at_s, 0.0) / period_s


@njit(cache=True)
def _mark_at(mark_s, at_s):  # type: ignore[no-untyped-def]
    """The number of the mark nearest to a time."""
    i = np.searchsorted(mark_s, at_s)
    if i == mark_s.size:
        return i - 1
    return i - 1 if i > 0 and at_s - mark_s[i - 1] < mark_s[i] - at_s else i


@njit(cache=True)
def _hit_of(cells, low, high, c):  # type: ignore[no-untyped-def]
    """Where a cell stands in the rising `cells[low:high]`, -1 if it does not."""
    end = high
    while low < high:
        middle = (low + high) // 2
        if cells[middle] < c:
            low = middle + 1
        else:
            high = middle
    return low if low < end and cells[low] == c else -1


@njit(cache=True)
def _pass(where, near, paths, some, take):  # type: ignore[no-untyped-def]
    """(probability found, the same times how keen) of those whose path is then in a cell that a stretch covers.

    `near` are the blocks it reaches and who is where at that mark; `paths` what is left of each path, and covered,
    which changes if they `take` it.
    """
    cells, low, high, coverage = where
    blocks, ptr, who, cell = near
    left, own = paths
    share, keen = some
    gain, lively = 0.0, 0.0
    for b in blocks:
        for n in range(ptr[b], ptr[b + 1]):
            h = _hit_of(cells, low, high, cell[n])
            if h >= 0:
                k = who[n]
                got = _seen(left[k], own[k], coverage[h], share[k])
                if take:
                    own[k] += coverage[h]
                    left[k] -= got
                gain += got
                if keen.size:
                    lively += got * keen[k]
    return gain, lively


@njit(cache=True)
def _stop(comers, times, paths, what, take):  # type: ignore[no-untyped-def]
    """(probability found, what that adds to the mean) by a post of who comes by in a stretch of its time.

    `times` are when the task and the stretch begin, when the stretch ends, and the period.
    """
    who, when, before = comers
    task_s, begins, ends, period_s = times
    left, own = paths
    notice, share, keen, alive = what
    gain, counts = 0.0, 0.0
    for e in range(np.searchsorted(when, begins), who.size):
        if when[e] >= ends:
            break
        if before[e] < task_s:
            k = who[e]
            got = _seen(left[k], own[k], notice, share[k])
            if take:
                own[k] += notice
                left[k] -= got
            gain += got
            counts += _counts(got, got * keen[k] if keen.size else 0.0, when[e], alive, period_s)
    return gain, counts


@njit(cache=True)
def would_find(j, begins_s, offers, crews, ground):  # type: ignore[no-untyped-def]
    """Probability that task `j` would find now, cells and paths that it looks at twice counted as if once more."""
    left, covered = ground
    sought, kind = offers.sought, offers.kind[j]
    own, r = covered[kind], sought.row[kind]
    gain, before_s = 0.0, 0.0
    for s in range(offers.first[j], offers.first[j + 1]):
        at_s = begins_s + 0.5 * (before_s + offers.ends_s[s])
        coverage = offers.coverage[_dark_at(crews.dark, at_s)]
        for h in range(offers.low_hit[s], offers.high_hit[s]):
            c = offers.cell[h]
            if r == 0:
                miss = (SHAPE + own[c]) / (SHAPE + own[c] + coverage[h])
                square = miss * miss
                gain += left[c] * (1.0 - square * square * miss)
            else:
                gain += _seen(left[c], own[c], coverage[h], sought.share[r, c])
        if sought.mark_s.size:
            gain += _would_meet((s, at_s), kind, coverage, offers, crews, ground)
        before_s = offers.ends_s[s]
    return gain


@njit(cache=True, inline="always")
def _would_meet(moment, kind, coverage, offers, crews, ground):  # type: ignore[no-untyped-def]
    """Probability that a stretch would find of those who move."""
    (s, at_s), sought = moment, offers.sought
    first, p = sought.first_path, sought.post[s]
    paths = ground[0][first:], ground[1][kind, first:]
    share, keen = sought.share[sought.row[kind], first:], sought.keen[sought.row[kind], first:]
    if p < 0:
        m = _mark_at(sought.mark_s, at_s)
        where = offers.cell, offers.low_hit[s], offers.high_hit[s], coverage
        near = sought.block[sought.low_block[s] : sought.high_block[s]], sought.ptr[m], sought.who[m], sought.cell[m]
        return _pass(where, near, paths, (share, keen), take=False)[0]
    task_s = at_s - 0.5 * (sought.from_s[s] + offers.ends_s[s])
    low, high = sought.first_meet[p], sought.first_meet[p + 1]
    comers = sought.meet[low:high], sought.meet_s[low:high], sought.before_s[low:high]
    times = task_s, task_s + sought.from_s[s], task_s + offers.ends_s[s], crews.period_s
    return _stop(comers, times, paths, (sought.notice[p], share, keen, sought.alive), take=False)[0]
