"""Why this team there: what the plan loses without a task, and what the team could do best in its stead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from homeward.geo import Floats
from homeward.search.plan.apart import fits
from homeward.search.plan.arrays import Ints
from homeward.search.plan.finding import gains_of, search, stretches_of, untouched, would_find
from homeward.search.plan.limits import CHANGE_S, home_by
from homeward.search.plan.prepare import Prepared
from homeward.search.plan.realise import Outing

_HOUR_S = 3600.0
_TRIED = 150  # other tasks looked at closely, those first that promise most (our own limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What a task finds per hour that nobody else would, and the offer that would do best in its stead, -1 for none."""

    pos_per_h: float
    next_offer: int
    next_pos_per_h: float


def uses_of(ready: Prepared, outings: Sequence[Outing]) -> list[Use]:
    """For each outing, its marginal POS per hour (way there included), and the team's next best use of that time.

    The marginal POS is what the whole plan finds less what it would find without this task, all others as they are;
    of a task cut short, as much of it as is done. The
    next best use is the other place where the team would then find most in the same time, as far as its next task,
    its endurance, the period and those who are on that ground allow.
    """
    task, begins = _rows(ready, outings)
    given = (ready.offers, ready.crews, ready.poa, untouched(ready.poa))
    whole = float(gains_of(task, begins, *given)[1].sum())
    slots: dict[int, int] = {}
    uses = []
    for o in sorted(outings, key=lambda o: (o.team, o.begins_s)):
        i = slots.get(o.team, 0)
        slots[o.team] = i + 1
        less, later = _lacking(task, begins, o.team, i)
        marginal = (whole - float(gains_of(less, later, *given)[1].sum())) * _done(ready, o)
        hours = max(o.ends_s - o.leaves_s, 1.0) / _HOUR_S
        offer, found = _next_best(ready, (less, later), o, [p for p in outings if p.team == o.team])
        uses.append((o, Use(pos_per_h=max(marginal, 0.0) / hours, next_offer=offer, next_pos_per_h=found)))
    of = {id(o): use for o, use in uses}
    return [of[id(o)] for o in outings]


def _done(ready: Prepared, outing: Outing) -> float:
    """The share of its task that an outing does before it must turn back."""
    return min(1.0, (outing.ends_s - outing.begins_s) / max(float(ready.offers.duration_s[outing.offer]), 1.0))


def told_per_h(ready: Prepared, outings: Sequence[Outing]) -> dict[str, float]:
    """What each task that was told and is not done would add to the plan per hour, by its number."""
    offers, crews = ready.offers, ready.crews
    done = {o.task.told.number for o in outings if o.task.told is not None}
    left = [j for j, t in enumerate(ready.tasks) if not j % 2 and t.told is not None and t.told.number not in done]
    ground = _after(ready, _rows(ready, outings))
    rates = {}
    for j in left:
        told = ready.tasks[j].told
        assert told is not None
        seconds = offers.duration_s[j] + max(told.begins_s - max(told.leaves_s, 0.0), 0.0)
        found = float(would_find(j, max(told.begins_s, 0.0), offers, crews, ground))
        rates[told.number] = found / max(float(seconds), 1.0) * _HOUR_S
    return rates


def _after(ready: Prepared, rows: tuple[Ints, Floats]) -> tuple[Floats, Floats]:
    """The ground when all tasks of a schedule are done."""
    ground = untouched(ready.poa)
    when, which, team, slot = stretches_of(*rows, ready.offers)
    for m in np.argsort(when):
        kind = ready.offers.kind[rows[0][team[m], slot[m]]]
        search(which[m], when[m], kind, ready.offers, ready.crews, ground)
    return ground


def _rows(ready: Prepared, outings: Sequence[Outing]) -> tuple[Ints, Floats]:
    """Outings as a schedule's arrays, at the times at which they will really be done."""
    teams = len(ready.crews.skill)
    rows: list[list[Outing]] = [[] for _ in range(teams)]
    for o in sorted(outings, key=lambda o: o.begins_s):
        rows[o.team].append(o)
    width = max((len(r) for r in rows), default=0) + 1
    task, begins = np.full((teams, width), -1, dtype=np.int64), np.zeros((teams, width))
    for k, row in enumerate(rows):
        task[k, : len(row)] = [o.offer for o in row]
        begins[k, : len(row)] = [o.begins_s for o in row]
    return task, begins


def _lacking(task: Ints, begins: Floats, k: int, i: int) -> tuple[Ints, Floats]:
    less, later = task.copy(), begins.copy()
    less[k, i:-1], later[k, i:-1] = task[k, i + 1 :], begins[k, i + 1 :]
    less[k, -1] = -1
    return less, later


def _next_best(ready: Prepared, less: tuple[Ints, Floats], out: Outing, own: Sequence[Outing]) -> tuple[int, float]:
    """(offer, POS per hour) of what the team would do best instead of an outing, after all that the others do."""
    offers, crews, k = ready.offers, ready.crews, out.team
    ground = _after(ready, less)
    travel = crews.travel_s[crews.mode[crews.skill[k]]]
    before = max((o for o in own if o.ends_s <= out.leaves_s), key=lambda o: o.ends_s, default=None)
    after = min((o for o in own if o.begins_s >= out.ends_s), key=lambda o: o.begins_s, default=None)
    if before is None:
        here = crews.start[k]
    else:
        here = crews.base[k] if len(before.home_m) else offers.end[before.offer]
    can = crews.allowed[k] & (offers.where != offers.where[out.offer])
    can &= np.array([t.told is None for t in ready.tasks], dtype=np.bool_)  # what was told is among the others as well
    begins = out.leaves_s + travel[here, offers.start]
    ends = begins + offers.duration_s
    if after is None or len(out.home_m):
        by = crews.period_s if after is None else after.leaves_s
        by = min(by, float(home_by(crews, k, out.leaves_s, out.leaves_s)))
        can &= ends + travel[offers.end, crews.base[k]] <= by
    else:
        can &= ends + CHANGE_S + travel[offers.end, offers.start[after.offer]] <= after.begins_s
    seconds = np.maximum(ends, out.ends_s) - out.leaves_s
    found = offers.rank * offers.duration_s / seconds
    tried = [j for j in np.argsort(-found, kind="stable") if can[j]]
    tried = [*tried[:_TRIED], *(j for j in tried[_TRIED:] if ready.tasks[j].mode != "search")]
    best, best_j = 0.0, -1
    for j in tried:
        rate = float(would_find(j, begins[j], offers, crews, ground)) / seconds[j] * _HOUR_S
        if rate > best and fits(offers, j, (begins[j], ends[j]), (k, *less)):
            best, best_j = rate, int(j)
    return best_j, best
