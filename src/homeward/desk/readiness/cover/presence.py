"""Whether a registered team can be counted on, by what the muster knows of it: signed in, on the way, gone, silent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from homeward.desk import clock
from homeward.desk.book import Book
from homeward.desk.readiness.call_out.call_state import call_state
from homeward.desk.readiness.cover.strength import SURE, TIMES_H
from homeward.desk.readiness.muster.board import is_silent
from homeward.desk.readiness.muster.case import Expected, MusterCase, case_of
from homeward.desk.search.underway import standing_of
from homeward.geo import Place, distance_m
from homeward.mission import Mission
from homeward.mission.muster import CallAnswer
from homeward.readiness.muster.arrivals import arrival
from homeward.readiness.muster.records import State
from homeward.words import percent

AT_BASE_M: Final = 150.0
"""Who is nearer than this to where people meet is at the base, and there by signing in: ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """How a team counts: from `there` on at `place` (None: where it is known to be), with the `heads` it then has, None
    for all. `out` says why it does not count; `unsure` what speaks against it where it was asked for by name.
    """

    there: datetime
    place: Place | None = None
    heads: frozenset[str] | None = None
    out: str = ""
    unsure: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the muster knows of everybody at a time; `at_work` are the teams that search by the plan in force."""

    mission: Mission
    case: MusterCase
    at_work: frozenset[str]
    now: datetime

    def hour(self, at: datetime) -> str:
        """A time as it is said."""
        return clock.show_hour(at, self.mission.time_zone, now=self.now)


def known_of(book: Book, *, now: datetime) -> Known:
    """What the muster knows of everybody now."""
    mission, at_work = book.mission, frozenset[str]()
    if mission.plan is not None and mission.plan.event.starts <= now < mission.plan.event.ends:
        starts = standing_of(book, at=now).starts
        at_work = frozenset(t for t, s in zip(mission.teams, starts, strict=True) if s.doing is not None)
    return Known(mission=mission, case=case_of(book, now=now), at_work=at_work, now=now)


def presence_of(known: Known, name: str, where: Place, *, named: bool) -> Presence:
    """How a team counts that is known to be at `where`; who was asked for by name (`named`) counts all the same.

    Before anybody was called or has signed in, every team counts where it is. After that: who is signed in; who is
    coming, from when it is there with 80 %; who is in the field and was not called. Not who has left or said no.
    """
    mission, now = known.mission, known.now
    heads = [who for who in known.case.people if who.team == name]
    here = [who for who in heads if who.candidate.state is State.HERE]
    if here or name in mission.muster.here:
        return _here(known, name, heads, here)
    why = _gone(known, name, heads) or _will_not(known, heads)
    if why:
        return Presence(there=now, out=f"{why}: not counted.")
    if mission.muster.callout is None and not mission.muster.here:
        return Presence(there=now)
    called = [who for who in heads if who.candidate.called or who.ordered is not None]
    return _coming(known, name, called, named=named) if called else _uncalled(known, name, where, named=named)


def left_since(mission: Mission, names: Sequence[str], made: datetime) -> Iterator[str]:
    """Who of some teams has signed out or said no since a plan was made, in words."""
    answers = call_state(mission).answers
    for name in names:
        gone, said = mission.muster.gone.get(name), answers.get(name)
        if gone is not None and gone.at > made and name not in mission.muster.here:
            yield f"{name} has signed out"
        elif said is not None and said.at > made and said.event.answer is CallAnswer.NO:
            yield f"{name} has said no"


# --- the cases ------------------------------------------------------------------------------------------------


def _here(known: Known, name: str, heads: Sequence[Expected], here: Sequence[Expected]) -> Presence:
    """A team that is signed in, whole or in part: at the base, but where it was seen or sent elsewhere since."""
    mission, names = known.mission, (name, *(who.candidate.id for who in here))
    last = max((mission.muster.here[one] for one in names if one in mission.muster.here), key=lambda one: one.at)
    later = (mission.seen.get(name), mission.crew.orders.get(name))
    since = any(one is not None and one.at > last.at for one in later) or name in known.at_work
    some = 0 < len(here) < len(heads)
    return Presence(
        there=known.now,
        place=None if since else last.event.place or known.case.place,
        heads=frozenset(who.candidate.id for who in here) if some else None,
        note=f"{name} counts with the {len(here)} of its {len(heads)} who are signed in." if some else "",
    )


def _gone(known: Known, name: str, heads: Sequence[Expected]) -> str:
    """That a team has signed out, and has neither been heard of nor been called or at work since."""
    mission, gone = known.mission, known.mission.muster.gone.get(name)
    if gone is None:
        return "has left" if heads and all(who.left for who in heads) else ""
    heard = (mission.seen.get(name), mission.crew.acknowledged.get(name), known.case.state.answers.get(name))
    since = [one.at for one in heard if one is not None] + [who.ordered for who in heads if who.ordered is not None]
    if name in known.at_work or any(at > gone.at for at in since):
        return ""
    return f"signed out at {known.hour(gone.at)}"


def _will_not(known: Known, heads: Sequence[Expected]) -> str:
    """That all of a team have said no, are with a casualty or have left."""
    if heads and all(who.at_casualty for who in heads):
        return f"stays with casualty {heads[0].at_casualty}"
    nos = [who.said for who in heads if who.said is not None and who.said.answer is CallAnswer.NO]
    if not nos or not all(who.left or who.at_casualty or who.said in nos for who in heads):
        return ""
    free = [one.free_at for one in nos if one.free_at is not None]
    return f"said no{f', and could come from {known.hour(max(free))} if called again' if free else ''}"


def _uncalled(known: Known, name: str, where: Place, *, named: bool) -> Presence:
    """A team that nobody called: it counts in the field; at the base only who is signed in is there."""
    bases = [place for place in (known.case.place, known.mission.base) if place is not None]
    if name in known.at_work or (bases and all(distance_m(where, base) > AT_BASE_M for base in bases)):
        return Presence(there=known.now)
    answer = known.case.state.answers.get(name)
    unread = "; its answer is not read yet" if answer and answer.event.answer is CallAnswer.UNREAD else ""
    call = " and was not called" if known.mission.muster.callout is not None else ""
    return _doubted(known, f"is not signed in{call}{unread}", named=named)


def _coming(known: Known, name: str, called: Sequence[Expected], *, named: bool) -> Presence:
    """A team that was called: those of it who said yes count from when they are there with 80 %."""
    times = np.array(TIMES_H)
    said = [who for who in called if who.due is not None and not who.candidate.last_resort]
    sure = {who.candidate.id: np.flatnonzero(arrival(who.candidate).by(times) >= SURE) for who in said}
    there = {name: float(times[some[0]]) for name, some in sure.items() if some.size}
    if not there:
        return _doubted(known, _why_not(known, called[0]), named=named)
    from_ = known.now + timedelta(hours=max(there.values()))
    some = f", {len(there)} of {len(called)}" if len(there) < len(called) else ""
    return Presence(
        there=from_,
        place=known.case.place,
        heads=frozenset(there),
        note=f"{name} is on the way: it counts from {known.hour(from_)}, when it is there with {percent(SURE)}{some}.",
    )


def _why_not(known: Known, who: Expected) -> str:
    """Why a team that was called cannot be counted on, by one of it."""
    if is_silent(who) and who.ordered is not None:
        return f"was called at {known.hour(who.ordered)} and has not answered"
    if who.answer is not None and who.said is None:
        return "was called, and its answer is not read yet"
    if who.candidate.last_resort:
        return "comes only as a last resort"
    if who.late_s(now=known.now) > 0 and who.due is not None:
        return f"said yes, was due at {known.hour(who.due)} and is not signed in"
    return "was called and cannot be counted on to come"


def _doubted(known: Known, why: str, *, named: bool) -> Presence:
    """A team that does not count, but where it was asked for by name."""
    return Presence(there=known.now, unsure=why) if named else Presence(there=known.now, out=f"{why}: not counted.")
