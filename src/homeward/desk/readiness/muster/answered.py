"""What an answer, or none, changes about somebody who was called."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from homeward.desk.readiness.muster.numbers import numbers
from homeward.mission import Mission
from homeward.mission.muster import CallAnswer
from homeward.readiness.muster.records import State, Takes
from homeward.words import lasting_short

if TYPE_CHECKING:  # which itself asks here what an answer changes
    from homeward.desk.readiness.muster.case import Expected

LATER = "no; could come by then, if called again"
LATE_H = 5 / 60
"""Somebody over the time they named is taken to be this far away still: ours."""


def as_answered(mission: Mission, who: Expected, unit: str, *, now: datetime) -> Expected:
    """Somebody as their answer has it: a yes by the time they named, a no not at all, silence as information."""
    answer, given = who.answer, mission.crew.acknowledged.get(unit)
    if answer is None and who.ordered is None:
        return who
    if answer is None and who.ordered is not None:
        if given is not None and given.at >= who.ordered:
            return _coming(who, given.at, given.event.eta, now=now)
        silent_h = max((now - who.ordered).total_seconds() / 3600, 0.0)
        mean_h = numbers()["answer_mean_min"].value / 60
        candidate = replace(who.candidate, silent_h=silent_h, answer_mean_h=mean_h)
        return replace(who, candidate=candidate, assumed=(*who.assumed, "answer_mean_min"))
    assert answer is not None
    match answer.event.answer:
        case CallAnswer.YES | CallAnswer.LIMITED:
            coming = _coming(who, answer.at, answer.event.eta, now=now)
            last = answer.event.answer is CallAnswer.LIMITED
            return replace(coming, candidate=replace(coming.candidate, last_resort=last, called=not last))
        case CallAnswer.NO if answer.event.free_at is not None:
            return _free_later(mission, who, answer.event.free_at, now=now)
        case CallAnswer.NO:
            return replace(who, candidate=replace(who.candidate, p_come=0.0), why="said no")
        case _:
            return who


def _free_later(mission: Mission, who: Expected, free_at: datetime, *, now: datetime) -> Expected:
    """Somebody who said no, but that they could come from then on: they are not coming, and may be called then."""
    told = mission.muster.standings.get(who.candidate.id)
    p = told.event.p_come if told is not None else None
    candidate = replace(
        who.candidate,
        state=State.TASK,
        p_come=numbers()["p_come"].value if p is None else p,
        task=Takes(median_h=max((free_at - now).total_seconds() / 3600, 0.0)),
        report_h=0.0,
        wake_h=0.0,
        called=False,
    )
    return replace(who, candidate=candidate, why=LATER, assumed=() if p is not None else ("p_come",))


def _coming(who: Expected, said: datetime, eta: datetime | None, *, now: datetime) -> Expected:
    """Somebody who said yes: there by the time they named; without one, as their own times have it from the yes on. Who
    is late by that is the less likely to come the later it is, and said to be late.
    """
    p, one = max(numbers()["p_said_yes"].value, who.candidate.p_come), who.candidate
    said_gsd = numbers()["said_gsd"].value
    due = _own_due(who, said) if eta is None else eta
    gsd = max(said_gsd, one.travel.gsd) if eta is None else said_gsd
    left_h = (due - now).total_seconds() / 3600
    p = still_comes(p, gsd, said=said, eta=due, now=now)
    takes = Takes(median_h=max(left_h, LATE_H), gsd=gsd if eta is not None or left_h < 0 else one.travel.gsd)
    there = replace(one, state=State.FREE, p_come=p, task=Takes(), report_h=0.0, wake_h=0.0, travel=takes, silent_h=0.0)
    assumed = ("p_said_yes", "said_gsd") if eta is not None else (*who.assumed, "p_said_yes")
    words = "yes, on the way" if left_h >= 0 else f"yes, but {lasting_short(-3600 * left_h)} late: ask"
    after_h = one.report_h + one.travel.median_h
    if eta is None and one.state is State.TASK and left_h > after_h:
        there = replace(one, p_come=p, task=Takes(median_h=left_h - after_h))
        words = "yes, after the task"
    return replace(who, candidate=there, why=words, due=due, assumed=assumed)


def _own_due(who: Expected, said: datetime) -> datetime:
    """When somebody who said yes and named no time is to be here: after the task or getting up, and travel."""
    one = who.candidate
    starts, hours = said, one.wake_h
    if one.state is State.TASK:
        left_h = numbers()["task_left_min"].value / 60 if who.ends is None else 0.0
        starts, hours = max(said, who.ends or said), left_h + one.report_h
    return starts + timedelta(hours=max(hours + one.travel.median_h, LATE_H))


def still_comes(p: float, gsd: float, *, said: datetime, eta: datetime, now: datetime) -> float:
    """The probability that somebody who said yes comes, as they are not here yet (Bayes): it falls past the time named.

    The time it takes, from the yes on, is lognormal about what they named, with geometric standard deviation `gsd`.
    """
    named_h = max((eta - said).total_seconds() / 3600, LATE_H)
    gone_h = (now - said).total_seconds() / 3600
    if gone_h <= 0:
        return p
    later = 0.5 * math.erfc(math.log(gone_h / named_h) / math.log(gsd) / math.sqrt(2))
    return p * later / (p * later + 1 - p) if p < 1 else p
