"""A plan made again: whether anything is new at all, and one line per team on what changed and why."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from homeward.search.plan.arrays import Schedule
from homeward.search.plan.explain import uses_of
from homeward.search.plan.locks import needed
from homeward.search.plan.measure import Measured, Realised
from homeward.search.plan.prepare import Prepared
from homeward.search.plan.problem import PlanProblem
from homeward.search.plan.schedule import ordered
from homeward.search.records import Assignment

SAME_S = 180.0  # a task that ends within this of what was told is on time (our own choice)
SAME_SHARE = 0.05  # and its POS, among those of the others, within this share (our own choice)
_SPARE_S = 600.0  # that the schedule's coarser ways may be late by, and the real ones not (our own choice)
SAME_ELSEWHERE = 0.3  # more to find elsewhere than that is new: the next best use is only a rough figure (our own)
_REST = 0.5  # of what a task under way should still find, in proportion to its time (our own choice)
_FAR_MORE = 2.0  # times what a task finds, elsewhere: nobody would be told it of free choice (our own choice)
_LITTLE_PER_H = 2e-3  # of all probability: rates that near are the same
_LITTLE = 5e-4  # of all probability: POS that near are the same


def kept(problem: PlanProblem, ready: Prepared) -> Schedule | None:
    """The schedule in which every team goes on with what it is on and then does what it was told; None: no such."""
    if not problem.earlier and all(s.doing is None for s in problem.starts):
        return None
    crews = ready.crews
    rows = np.concatenate([crews.doing[:, None], crews.told], axis=1)
    spare = crews._replace(period_s=crews.period_s + _SPARE_S, endurance_s=crews.endurance_s + _SPARE_S)
    return ordered(rows, ready.offers, spare, ready.poa)


def nothing_new(problem: PlanProblem, ready: Prepared, real: Realised, measured: Sequence[Measured]) -> bool:
    """Whether what was told, planned now, is what it was: tasks, times, what each finds, and what else there is.

    All POS may be larger by one factor: what was searched in vain since moves the map alike. Where they are smaller,
    where there is more to find elsewhere than when it was told, or where a choice is gone for which somebody does
    less than it could, something is new.
    """
    told = {a.number: a for a in (*problem.earlier, *(s.doing for s in problem.starts if s.doing is not None))}
    now = {m.assignment.number: m for m in measured}
    if not told or told.keys() != now.keys():
        return False
    on = {s.doing.number for s in problem.starts if s.doing is not None}
    pairs = [(told[n], now[n]) for n in told]
    if any(a.team != m.assignment.team or abs(a.ends_s - m.assignment.ends_s) > SAME_S for a, m in pairs):
        return False
    ahead = [(a.pos, m.found) for a, m in pairs if a.number not in on]
    before = sum(pos for pos, _ in ahead)
    grown = sum(found for _, found in ahead) / before if before > 0 else 1.0
    alike = all(abs(found - grown * pos) <= SAME_SHARE * grown * pos + _LITTLE for pos, found in ahead)
    rest = [(a.pos * _left(a), m.found) for a, m in pairs if a.number in on]
    alike = alike and all(found >= _REST * grown * pos - _LITTLE for pos, found in rest)
    return alike and grown >= 1 - SAME_SHARE and _no_better(ready, real, (told, now), grown)


def _left(a: Assignment) -> float:
    """The share of its time that a task under way still has."""
    return min(1.0, max(a.ends_s, 0.0) / max(a.ends_s - a.begins_s, 1.0))


def _no_better(
    ready: Prepared, real: Realised, pairs: tuple[dict[str, Assignment], dict[str, Measured]], grown: float
) -> bool:
    """Whether no team could find more elsewhere than the best that any had when it was told, all grown alike."""
    told, now = pairs
    must, uses = needed(real.schedule, ready.crews), uses_of(ready, real.outings)
    before = [told[m.assignment.number] for m in now.values()]
    for o, a in zip(real.outings, before, strict=True):
        if (o.team, o.offer) not in must and a.next_pos_per_h > _FAR_MORE * a.pos_per_h + _LITTLE_PER_H:
            return False
    most = grown * max(max(a.next_pos_per_h, a.pos_per_h) for a in before) * (1 + SAME_ELSEWHERE) + _LITTLE_PER_H
    return max(use.next_pos_per_h for use in uses) <= most


def changes_of(
    problem: PlanProblem, ready: Prepared, plan: Sequence[Assignment], alone_per_h: dict[str, float]
) -> tuple[str, ...]:
    """One line per team: what is other than it was told, and why; () where nobody was told anything.

    `alone_per_h` is for each number told that is not in the plan what that task would add to it per hour.
    """
    if not problem.earlier and all(s.doing is None for s in problem.starts):
        return ()
    lines = []
    for k, team in enumerate(problem.teams):
        doing = problem.starts[k].doing if problem.starts else None
        before = [a for a in problem.earlier if a.team == team.id and (doing is None or a.number != doing.number)]
        now = [a for a in plan if a.team == team.id]
        words = _line([*([doing] if doing else []), *before], now, doing, alone_per_h)
        grounded = ready.skills[ready.skill_of[k]].grounded
        lines.append(f"{team.id}: {words}" + (f" ({grounded})" if grounded and not now else "") + ".")
    return tuple(lines)


def _line(
    before: Sequence[Assignment],
    now: Sequence[Assignment],
    doing: Assignment | None,
    alone_per_h: dict[str, float],
) -> str:
    told, given = [a.number for a in before], [a.number for a in now]
    if told == given:
        return "as before" if told else "still without a task"
    if not before:
        return f"now {_name(now[0])}, {now[0].pos_per_h:.1%} an hour"
    if not now:
        return f"nothing more; {_rate(before[0], alone_per_h)} left in {_name(before[0])}"
    first = next((n for n, (a, b) in enumerate(zip(told, given, strict=False)) if a != b), min(len(told), len(given)))
    if first >= len(told):
        return f"as before, and then {_name(now[first])}, {now[first].pos_per_h:.1%} an hour"
    old = before[first]
    if first >= len(given):
        return f"as before, but no longer {_name(old)}: {_rate(old, alone_per_h)}"
    new = now[first]
    why = f"{new.pos_per_h:.1%} an hour against {_rate(old, alone_per_h)}"
    if doing is not None and first == 0:
        return f"breaks off {_name(old)} for {_name(new)}: {why}"
    stays = f"goes on with {_name(doing)}, then " if doing is not None else ""
    if old.number in given:
        return f"{stays}{_name(new)} before {_name(old)}: {why}"
    return f"{stays}{_name(new)} instead of {_name(old)}: {why}"


def _rate(old: Assignment, alone_per_h: dict[str, float]) -> str:
    return f"{alone_per_h.get(old.number, 0.0):.1%}"


def _name(a: Assignment) -> str:
    return f"{a.number} {a.segment}"
