"""Which teams the muster brings, and when: those who are there or were called and are in no team, three to a team."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from homeward.chances import at_least
from homeward.desk import clock
from homeward.desk.book import Book
from homeward.desk.readiness.muster.case import Expected, case_of, eta_of
from homeward.geo import Place
from homeward.readiness.muster.arrivals import arrival
from homeward.readiness.muster.records import State
from homeward.words import percent

TEAM_OF: Final = 3
"""People make a team that can stand or wait by itself: ours."""
SURE: Final = 0.8
"""A team counts from when so many are there with this probability: ours."""
TIMES_H: Final = (*(k / 4 for k in range(17)), 5.0, 6.0, 8.0, 10.0, 12.0, 16.0, 20.0, *(24.0 * d for d in range(1, 15)))
"""Hours from now at which it is looked whether one more team is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """A team of those mustered, there when so many probably are; `people` are those expected soonest."""

    id: str
    people: tuple[str, ...]
    there: datetime
    place: Place


def coming_teams(book: Book, *, now: datetime) -> tuple[list[Coming], list[str]]:
    """Teams of those signed in or called who are in no team, soonest first; and what is to be said of it.

    The n-th team counts from when 3 n of them are there with 80 %, by what each has said and by everybody's own times:
    who has not been called yet does not count.
    """
    if book.mission.muster.callout is None and not book.mission.muster.here:
        return [], []
    case = case_of(book, now=now)
    loose = [who for who in case.people if _counts(book, who)]
    place = case.place or (book.mission.ipp.place if book.mission.ipp else None)
    if place is None or not loose:
        return [], []
    loose.sort(key=lambda who: _soonest(who, now=now))
    times = np.array(TIMES_H)
    present = np.array([arrival(who.candidate).by(times) for who in loose]).reshape(len(loose), len(times))
    heads = at_least(present)
    teams, zone = [], book.mission.time_zone
    for n in range(1, len(loose) // TEAM_OF + 1):
        enough = np.flatnonzero(heads[:, TEAM_OF * n] >= SURE)
        if len(enough) == 0:
            break
        some = tuple(who.candidate.id for who in loose[TEAM_OF * (n - 1) : TEAM_OF * n])
        there = now + timedelta(hours=float(times[enough[0]]))
        teams.append(Coming(id=f"Muster {n}", people=some, there=there, place=place))
    said = [_words(one, zone, now=now) for one in teams]
    rest = [who.candidate.id for who in loose[TEAM_OF * len(teams) :]]
    if rest:
        said.append(f"{', '.join(rest)}: not one more team of {TEAM_OF} that is there with {percent(SURE)}.")
    return teams, said


def _counts(book: Book, who: Expected) -> bool:
    one = who.candidate
    if who.team in book.mission.teams or one.last_resort or one.id not in book.mission.crew.people:
        return False
    return one.state is State.HERE or (one.called and one.p_come > 0)


def _soonest(who: Expected, *, now: datetime) -> tuple[bool, datetime, str]:
    """The order in which people are expected: who is late comes after all others, for nobody knows when."""
    late = who.late_s(now=now) > 0 and who.candidate.state is not State.HERE
    return late, eta_of(who, now=now) or now + timedelta(days=999), who.candidate.id


def _words(one: Coming, zone: str, *, now: datetime) -> str:
    when = "is there" if one.there <= now else f"counts from {clock.show_time(one.there, zone)}"
    return f"{one.id} (soonest {', '.join(one.people)}) {when}."
