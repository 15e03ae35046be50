"""When a carry-out starts: who is at the casualty when, by orders, answers and places, and the packaging after that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import hypot
from typing import Final

from homeward.desk import clock
from homeward.desk.book import Book
from homeward.desk.find.orders import LEAST_TEAM
from homeward.desk.find.scene import GOING
from homeward.desk.rescue.ways_out import minutes
from homeward.desk.whereabouts import teams_at
from homeward.mission.events import SubjectFound
from homeward.mission.people import OrderKind, Person, Role
from homeward.rescue.carry import Spread, packaging
from homeward.rescue.numbers import number

LEAST_PACKAGING_S: Final = 600.0
"""Packaging takes this long at least, however long ago the find was: our own."""
THERE_M: Final = 150.0
"""A team so near to the casualty is there: our own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comers:
    """Seconds from now (before now below zero) until those who were sent are there; None: nobody is known to come.

    `first` any of them, or who found; `bearers` as many as a litter takes (of fewer, the last); `medic` the first.
    """

    first: float | None
    bearers: float | None
    medic: float | None


def start_of(
    book: Book, find: SubjectFound, found_at: datetime, told: datetime | None, *, now: datetime
) -> tuple[Spread, list[str]]:
    """(time until the carry starts, what to say of it): as told, exact; else packaging counts from the first rescuer,
    and the litter sets out no sooner than the medic and its bearers are there.
    """
    if told is not None:
        return Spread(median=max((told - now).total_seconds(), 0.0)), []
    whole, who = packaging(), comers(book, find, found_at, now=now)
    first_s = (found_at - now).total_seconds() if who.first is None else who.first
    start_s = max(first_s + whole.median, LEAST_PACKAGING_S, who.bearers or 0.0, who.medic or 0.0)
    spread = Spread(median=start_s, sd_log=whole.sd_log * min(whole.median / start_s, 1.0))
    return spread, _said(book, who, start_s, now)


def _said(book: Book, who: Comers, start_s: float, now: datetime) -> list[str]:
    parts = []
    for name, there_s in (("first rescuer", who.first), ("bearers", who.bearers), ("medic", who.medic)):
        if there_s is not None and there_s > 0:
            parts.append(f"{name} there {_time(book, now, there_s)}")
    if not parts:
        return []
    packed = f"packaging {minutes(packaging().median)} from the first rescuer on"
    return [f"The carry starts about {_time(book, now, start_s)}: {', '.join(parts)}, {packed}."]


def _time(book: Book, now: datetime, seconds: float) -> str:
    return clock.show_time(now + timedelta(seconds=seconds), book.mission.time_zone, day=False)


def comers(book: Book, find: SubjectFound, found_at: datetime, *, now: datetime) -> Comers:
    """When those who were sent to a find are there."""
    crew = book.mission.crew
    going = {
        name: given.event
        for name, given in crew.orders.items()
        if given.event.kind in GOING and given.event.place == find.place
    }
    there = {name: _there_s(book, name, find, now=now) for name in going}
    known = {name: s for name, s in there.items() if s is not None}
    firsts = list(known.values()) + ([(found_at - now).total_seconds()] if find.team is not None else [])
    medics = [s for name, s in known.items() if name in crew.people and _is_medic(crew.people[name], now)]
    medics = medics or [s for name, s in known.items() if going[name].kind is OrderKind.MEDIC]
    return Comers(first=min(firsts, default=None), bearers=_bearers_s(book, known), medic=min(medics, default=None))


def _there_s(book: Book, name: str, find: SubjectFound, *, now: datetime) -> float | None:
    """Seconds until one who was sent is there: seen there, else as answered, else as reckoned with the order."""
    crew, grid = book.mission.crew, book.terrain().grid
    at_m, spot = grid.to_m(find.place), teams_at(book, at=now).get(name)
    if spot is not None and hypot(spot[0] - at_m[0], spot[1] - at_m[1]) <= THERE_M:
        arrives = crew.orders[name].event.arrives
        return min((arrives - now).total_seconds(), 0.0) if arrives else 0.0
    answer = crew.acknowledged.get(name)
    at = (answer.event.eta if answer is not None else None) or crew.orders[name].event.arrives
    return None if at is None else (at - now).total_seconds()


def _bearers_s(book: Book, known: dict[str, float]) -> float | None:
    sent = sorted((s, hands_of(book, name)) for name, s in known.items() if _carries(book, name))
    there, after_s = 0, None
    for arrives_s, hands in sent:
        if there < number("bearers") and hands:
            there, after_s = there + hands, arrives_s
    return after_s


def _carries(book: Book, name: str) -> bool:
    return book.mission.crew.orders[name].event.kind is not OrderKind.MEDIC


def hands_of(book: Book, name: str) -> int:
    """How many of those who were sent carry: all of a team, but who leads the scene and the medics of that team."""
    mission = book.mission
    team = mission.teams.get(name)
    if mission.crew.orders[name].event.kind is not OrderKind.LEAD:
        return team.people if team else 1
    now = mission.crew.orders[name].at
    medics = (p for p in mission.crew.people.values() if p.team == name and _is_medic(p, now))
    hands = (team.people if team else 1) - 1 - sum(1 for _ in medics)
    return hands if hands >= LEAST_TEAM else 0


def _is_medic(person: Person, now: datetime) -> bool:
    return any(q.role is Role.MEDIC and (q.until is None or q.until > now) for q in person.qualifications)
