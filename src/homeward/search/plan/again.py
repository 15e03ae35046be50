"""A plan made again: whether anything is new at all, and one line per team on what changed and why."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from homeward.search.plan.arrays import Schedule
from homeward.search.plan.measure import Measured
from homeward.search.plan.prepare import Prepared
from homeward.search.plan.problem import PlanProblem
from homeward.search.plan.schedule import ordered
from homeward.search.records import Assignment

SAME_S = 60.0  # a task that ends within this of what was told is on time (our own choice)
SAME_SHARE = 0.05  # and its POS, among those of the others, within this share (our own choice)
_SPARE_S = 600.0  # that the schedule's coarser ways may be late by, and the real ones not (our own choice)
_LITTLE = 5e-4  # of all probability: POS that near are the same


def kept(problem: PlanProblem, ready: Prepared) -> Schedule | None:
    """The schedule in which every team goes on with what it is on and then does what it was told; None: no such."""
    if not problem.earlier and all(s.doing is None for s in problem.starts):
        return None
    crews = ready.crews
    rows = np.concatenate([crews.doing[:, None], crews.told], axis=1)
    spare = crews._replace(period_s=crews.period_s + _SPARE_S, endurance_s=crews.endurance_s + _SPARE_S)
    return ordered(rows, ready.offers, spare, ready.poa)


def nothing_new(problem: PlanProblem, measured: Sequence[Measured]) -> bool:
    """Whether what was told, planned now, comes to the same tasks at the same times, each finding as large a share.

    All POS may be larger by one factor: what was searched in vain since moves the map alike.
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
    grown = sum(found for _, found in ahead) / max(sum(pos for pos, _ in ahead), 1e-300)
    return all(abs(found - grown * pos) <= SAME_SHARE * grown * pos + _LITTLE for pos, found in ahead)


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
