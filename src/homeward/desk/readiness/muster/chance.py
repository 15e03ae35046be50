"""The chance of a qualified team: the mission's muster as a problem of `readiness.muster`, and its solution."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import numpy as np

from homeward.desk.book import Book
from homeward.desk.readiness.muster.case import Expected, MusterCase
from homeward.desk.readiness.muster.event import ExpectedEvent
from homeward.desk.readiness.muster.numbers import numbers
from homeward.errors import NotYet
from homeward.geo import Floats
from homeward.mission.muster import Callout
from homeward.readiness.muster.calling import calling
from homeward.readiness.muster.records import Candidate, MusterProblem, State
from homeward.readiness.muster.team import team_of

STEP_MIN = 15
"""Minutes between the times of the curve: ours."""
MOST_STEPS = 48
LEAST_STEPS = 16
"""Steps of the curve at most and at least: ours."""
USUAL_TARGET = 0.9
"""How sure the team is to be complete in time where nobody says: ours."""


def problem_for(
    book: Book, case: MusterCase, call: Callout | None, *, now: datetime, event: ExpectedEvent | None = None
) -> MusterProblem:
    """The muster as a problem. Times are every 15 min from now until past the deadline. Raises `NotYet` for nobody.

    Members of a team whom nobody registered count where their team was called. `event` is what the team should be
    there before.
    """
    people = tuple(_here_is_called(who) for who in case.people if _may_come(book, who))
    if not people:
        raise NotYet("Nobody who is registered can come as things are. Register more: homeward person MISSION NAME.")
    by_h = None
    if call is not None and call.wanted_by is not None:
        by_h = max((call.wanted_by - now).total_seconds() / 3600, 0.0)
    return MusterProblem(
        people=people,
        need=dict(call.need) if call is not None else {},
        heads=call.heads if call is not None else None,
        times_h=times_of(by_h),
        by_h=by_h,
        target=(call.target if call is not None else None) or USUAL_TARGET,
        wave_every_h=numbers()["wave_every_min"].value / 60,
        event=event.survival if event else None,
        event_kinks_h=event.kinks_h if event else (),
    )


def times_of(by_h: float | None) -> tuple[float, ...]:
    """Hours from now, every quarter, past the deadline; the steps grow where it lies far off."""
    until_h = max(2.0 * (by_h or 0.0), LEAST_STEPS * STEP_MIN / 60)
    step_h = STEP_MIN / 60 * max(1, int(np.ceil(until_h / (MOST_STEPS * STEP_MIN / 60))))
    times = {round(k * step_h, 6) for k in range(int(until_h / step_h) + 1)} | ({by_h} if by_h is not None else set())
    return tuple(sorted(times))


def by_deadline(problem: MusterProblem, p_team: Floats) -> float:
    """P(team) at the deadline, of an array over the problem's times."""
    return float(np.interp(problem.deadline_h, np.asarray(problem.times_h), p_team))


def role_chances(problem: MusterProblem, *, seed: int = 0) -> dict[str, float]:
    """P(each role alone is filled by the deadline) of those called or here already, the least first; "" is the heads.

    The chance of the whole team is at most the least of these, as one person fills one place only.
    """
    can = [person.can for person in problem.people]
    asked = [(role, team_of(can, {role: n}, None, seed=seed)) for role, n in problem.need.items()]
    asked += [("", team_of(can, {}, problem.heads, seed=seed))] if problem.heads else []
    found = {role: float(calling(problem, team, 1).chance(())[0]) for role, team in asked}
    return dict(sorted(found.items(), key=lambda row: row[1]))


def _may_come(book: Book, who: Expected) -> bool:
    """Whoever may come: not who said no, has left, or cannot be reached."""
    one = who.candidate
    if one.state is State.UNREACHABLE or (one.p_come == 0 and one.state is not State.HERE):
        return False
    return who.candidate.id in book.mission.crew.people or who.candidate.called or who.candidate.state is State.HERE


def _here_is_called(who: Expected) -> Candidate:
    """Who is here need not be called."""
    return replace(who.candidate, called=True) if who.candidate.state is State.HERE else who.candidate
