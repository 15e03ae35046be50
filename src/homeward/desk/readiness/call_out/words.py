"""Words of a call: what somebody is told who is called, what keeps somebody, times and names in a row."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import datetime

from homeward.desk import clock
from homeward.desk.readiness.muster.case import Expected, meeting_place
from homeward.geo import format_place
from homeward.mission import Mission
from homeward.mission.muster import Callout
from homeward.readiness.muster.records import State


def call_words(mission: Mission, call: Callout, *, link: str = "", how: bool = True) -> str:
    """What somebody who is called is told, with `how` to answer: nothing in it about anybody else."""
    place = call.place or meeting_place(mission)
    where = f" Come to {format_place(place, 'mgrs')} ({place})." if place else ""
    way = f"Answer: {link} or reply" if link else "Reply"
    exercise = "EXERCISE. " if mission.exercise else ""
    text = f" {call.text.rstrip('.')}." if call.text else ""
    answer = f" {way} Y 20 (yes, there in 20 min), L 60 (only if nobody else can), or N (no)." if how else ""
    called = f"{exercise}{mission.name or 'Call-out'}: you are called in."
    return f"{called}{text}{where} If you are on a task, finish it first.{answer}"


def why_words(who: Expected, told: AbstractSet[str]) -> str:
    """What keeps somebody; of whom it was told (`told`), as it is personal, no more than that they are called."""
    if who.candidate.id not in told or who.said is not None or who.left or who.at_casualty:
        return who.why
    return "cannot be reached" if who.candidate.state is State.UNREACHABLE else "called"


def hour(at: datetime, zone: str) -> str:
    """A time of today as 18:30; of any other day with the day."""
    return clock.show_hour(at, zone, now=clock.now())
