"""A search plan in words and as data: what each team is told, POS by hour beside others' plans, what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from homeward.desk import clock
from homeward.desk.answer import Answer
from homeward.mission.nouns import Lock, LockRule
from homeward.search.records import Assignment, SearchPlan

_SAID = 5e-4  # a loss below this reads as 0.0 %


def told(
    made: SearchPlan,
    *,
    starts: datetime,
    zone: str,
    notes: Sequence[str] = (),
    locks: Mapping[str, Lock] | None = None,
    reasons: bool = False,
) -> Answer:
    """A plan as a search manager would say it aloud: one line per task; with `reasons`, why each."""
    hours = made.duration_s / 3600
    lines = [
        *(f"NOTE: {note}" for note in notes),
        (
            f"Plan for operational period {made.period}: {len(made.assignments)} assignments, {hours:.3g} h from "
            f"{clock.show_time(starts, zone)}."
        ),
        *pos_table(made),
        f"At the end {made.value:.1%}; no plan with these teams and hours could pass {made.bound:.1%}.",
    ]
    if made.alive_value is not None and made.alive_bound is not None:
        lines.append(f"Found alive by then: {made.alive_value:.1%} (at best {made.alive_bound:.1%}).")
    lines += lock_lines(made, locks or {})
    if made.changes:
        lines += ["Changed since the plan before:", *(f"  {change}" for change in made.changes)]
    for name in dict.fromkeys(a.team for a in made.assignments):
        lines.append(f"{name}:")
        for a in made.assignments:
            if a.team == name:
                lines.append(f"  {assignment_line(a, made, starts=starts, zone=zone)}")
                lines += [f"      {a.why}"] if reasons else []
    lines += [f"{name}: no task, {why}" for name, why in made.idle]
    lines += list(made.why)
    return Answer(text="\n".join(lines), data={**plan_data(made, starts=starts), "notes": list(notes)})


def pos_table(made: SearchPlan) -> list[str]:
    """The chance of finding the subject (POS) by hour: this plan's, what others would reach, and the most possible."""
    marks = by_hour(made)
    rows = [("this plan", [v for _, v, _ in marks])]
    rows += [(r.name, [_value_at(r.curve, s) for s, _, _ in marks]) for r in made.rivals]
    rows.append(("at best", [b for _, _, b in marks]))
    wide = max(len(name) for name, _ in rows)
    head = " ".join(f"{_hours(s):>6}" for s, _, _ in marks)
    return [
        "Chance of finding the subject (POS), by hour:",
        f"  {'':{wide}} {head}",
        *(f"  {name:{wide}} " + " ".join(f"{v:6.0%}" for v in values) for name, values in rows),
    ]


def lock_lines(made: SearchPlan, locks: Mapping[str, Lock]) -> list[str]:
    """What each of the manager's choices costs, one line each."""
    lines = []
    for name, cost in made.lock_costs:
        words = f" ({lock_words(locks[name])})" if name in locks else ""
        price = f"costs {cost:.1%} of finding, on average over the period" if cost >= _SAID else "costs nothing"
        lines.append(f"Lock {name}{words} {price}.")
    return lines


def lock_words(lock: Lock) -> str:
    """A lock as it is said: "Alpha searches AC"."""
    if lock.rule is LockRule.MUST:
        return f"{lock.team or 'somebody'} searches {lock.segment}"
    return f"{lock.team} never searches {lock.segment}" if lock.team else f"nobody searches {lock.segment}"


def _hours(seconds: float) -> str:
    return f"{seconds / 3600:.2g} h" if seconds < 36000 else f"{seconds / 3600:.3g} h"


def _value_at(curve: Sequence[tuple[float, float]], at_s: float) -> float:
    at, value = zip(*curve, strict=True)
    return float(np.interp(at_s, at, value))


def assignment_line(a: Assignment, made: SearchPlan, *, starts: datetime, zone: str) -> str:
    """One assignment in one line; times carry the zone where the clocks change within the period."""
    ends = starts + timedelta(seconds=made.duration_s)
    changes = clock.show_time(starts, zone).split()[-1] != clock.show_time(ends, zone).split()[-1]
    times = [starts + timedelta(seconds=s) for s in (a.leaves_s, a.back_s)]
    mark = [f" {clock.show_time(t, zone).split()[-1]}" if changes else "" for t in times]
    leave, back = (f"{clock.show_time(t, zone, day=False)}{m}" for t, m in zip(times, mark, strict=True))
    pod = "" if a.mode == "containment" else f"POD {a.pod:.0%}, "  # who only passes by is nowhere to be looked for
    return f"{a.number}  {a.segment}  {leave} to {back}  {pod}finds {a.pos:.1%}  {a.task}"


def by_hour(made: SearchPlan) -> list[tuple[float, float, float]]:
    """(seconds, POS, most possible) at each full hour and at the end; between the curve's points in a straight line."""
    marks = sorted({*(h * 3600.0 for h in range(1, int(made.duration_s // 3600) + 1)), made.duration_s})
    at, value, bound = (np.array(column) for column in zip(*made.curve, strict=True))
    return [(m, float(np.interp(m, at, value)), float(np.interp(m, at, bound))) for m in marks]


def plan_data(made: SearchPlan, *, starts: datetime) -> dict[str, Any]:
    """A plan as JSON data, without its geometry (`homeward export` gives that)."""
    return {
        "period": made.period,
        "starts": starts.isoformat(),
        "duration_s": made.duration_s,
        "value": made.value,
        "bound": made.bound,
        "soonest_value": made.soonest_value,
        "soonest_bound": made.soonest_bound,
        "alive_value": made.alive_value,
        "alive_bound": made.alive_bound,
        "seed": made.seed,
        "curve": [list(point) for point in made.curve],
        "assignments": [
            {
                name: getattr(a, name)
                for name in a.__dataclass_fields__
                if name not in ("access_m", "route_m", "return_m")
            }
            for a in made.assignments
        ],
        "idle": [list(i) for i in made.idle],
        "rivals": [
            {"name": r.name, "value": r.value, "soonest_value": r.soonest_value, "curve": [list(p) for p in r.curve]}
            for r in made.rivals
        ],
        "changes": list(made.changes),
        "lock_costs": dict(made.lock_costs),
        "why": list(made.why),
    }
