"""The teams that a plan of cover counts: those registered, those the muster brings, and what each can guard against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from homeward.desk.book import Book
from homeward.desk.readiness.cover.presence import Presence, known_of, presence_of
from homeward.desk.readiness.cover.strength import Coming, coming_teams
from homeward.desk.readiness.cover.targets import way_named, ways_known
from homeward.desk.whereabouts import teams_at
from homeward.errors import BadInput, NotYet, UnknownName
from homeward.geo import Place
from homeward.mission.nouns import TeamKind
from homeward.mission.people import Role
from homeward.search.records import XY
from homeward.words import listed

ANY: Final = "at all"
"""The way of a target of which nobody told how it can be hit; every team can guard against it."""
MOST_TEAMS: Final = 60
"""Planned for at once: ours, so that a plan is there within a minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody asked of the plan, read and checked."""

    view: str = "reserve"
    teams: tuple[str, ...] = ()
    standing: int | None = None
    reserve: int | None = None
    radius_s: float = 1200.0
    seed: int = 0
    aim: str = "worst"
    busy: float = 0.0
    doubt: float = 0.0
    budget: int | None = None
    days: tuple[float, ...] = ()
    bases: tuple[Place, ...] = ()
    needs: Mapping[str, tuple[Role, ...]] = field(default_factory=dict)
    on_foot: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverTeam:
    """A team: where it is, from when it counts, and the ways it can guard against (`told` False: taken to be all).

    `unsure` is what the muster says against its being there, of one that was asked for by name.
    """

    id: str
    place: Place
    people: int | None
    able: frozenset[str]
    told: bool
    there: datetime
    mustered: bool = False
    unsure: str = ""


def teams_of(
    book: Book, asked: Asked, *, ways: set[str], now: datetime
) -> tuple[tuple[CoverTeam, ...], tuple[str, ...]]:
    """The teams asked for, or all registered ones and those that the muster brings; and what is to be said of it.

    Raises `NotYet` where there is none, `UnknownName` for one that is not registered.
    """
    number = None if asked.teams[:1] and asked.teams[0] in book.mission.teams else _number_of(asked.teams)
    if number is not None:
        return _nameless(book, number, ways, now=now)
    for name in asked.teams:
        if name not in book.mission.teams:
            raise UnknownName("team", name, book.mission.teams)
    found, notes = _registered(book, asked, ways, now=now)
    if not asked.teams:
        coming, said = coming_teams(book, now=now)
        notes += said
        found += [_of_coming(book, c, ways, asked, now=now) for c in coming]
    if not found:
        why = f" ({' '.join(notes).rstrip('.')})" if notes else ""
        raise NotYet(
            f"No team is there to cover anything{why}. Sign one in, or register one: homeward team MISSION NAME --kind "
            "hasty; or plan for a number: --team 4."
        )
    if len(found) > MOST_TEAMS:
        raise BadInput(f"There are {len(found)} teams; {MOST_TEAMS} can be planned for. Name those that count.")
    return tuple(found), tuple(notes)


def _nameless(
    book: Book, number: int, ways: set[str], *, now: datetime
) -> tuple[tuple[CoverTeam, ...], tuple[str, ...]]:
    base = home_of(book)
    if base is None:
        raise NotYet("Nobody knows where the teams wait. Say where the command post is: homeward base.")
    blank = CoverTeam(id="", place=base, people=None, able=frozenset(ways), told=False, there=now)
    many = "1 team" if number == 1 else f"{number} teams"
    said = f"Planned for {many} at the command post, not for those registered."
    return tuple(replace(blank, id=f"Team {n}") for n in range(1, number + 1)), (said,)


def _registered(book: Book, asked: Asked, ways: set[str], *, now: datetime) -> tuple[list[CoverTeam], list[str]]:
    mission, where = book.mission, teams_at(book, at=now)
    known = known_of(book, now=now)
    found, notes, why_of = [], list[str](), dict[str, list[str]]()
    for name in asked.teams or tuple(mission.teams):
        why = _left_out(book, name, where, named=bool(asked.teams))
        if why:
            notes.append(f"{name} {why}")
            continue
        place = book.terrain().grid.to_place(*where[name])
        how = presence_of(known, name, place, named=bool(asked.teams))
        if how.out:
            why_of.setdefault(how.out, []).append(name)
            continue
        if mission.teams[name].kind is TeamKind.HELICOPTER:
            notes.append(f"{name}: its times are by road and on foot, not by air.")
        notes += [how.note] if how.note else []
        if how.unsure:
            why_of.setdefault(f"counts because it is named; it {how.unsure}.", []).append(name)
        found.append(_counted(book, name, how, place, ways=ways, asked=asked))
    said = [f"{listed(names)}{': each' if len(names) > 1 else ''} {why}" for why, names in why_of.items()]
    return found, [*notes, *said]


def _counted(book: Book, name: str, how: Presence, place: Place, *, ways: set[str], asked: Asked) -> CoverTeam:
    """A registered team with what those of it can do who are there."""
    mission = book.mission
    members = [p for p in mission.crew.people.values() if p.team == name]
    there = [p for p in members if how.heads is None or p.id in how.heads]
    roles = {q.role for p in there for q in p.qualifications if q.until is None or q.until > how.there}
    return CoverTeam(
        id=name,
        place=how.place or place,
        people=mission.teams[name].people if how.heads is None else len(how.heads),
        able=_able(roles, ways, asked) if members else frozenset(ways),
        told=bool(members),
        there=how.there,
        unsure=how.unsure,
    )


def _left_out(book: Book, name: str, where: Mapping[str, XY], *, named: bool) -> str:
    """Why a team does not count; empty where it does."""
    if book.mission.teams[name].kind is TeamKind.HELICOPTER and not named:
        return "comes by air, and is not counted."
    if name not in where:
        return "is not known to be anywhere: not counted."
    return "" if bool(book.terrain().grid.contains(*where[name])) else "is off the map: not counted."


def home_of(book: Book) -> Place | None:
    """The command post, or the IPP where none was set."""
    return book.mission.base or (book.mission.ipp.place if book.mission.ipp else None)


def _number_of(teams: Sequence[str]) -> int | None:
    if len(teams) != 1 or not teams[0].strip().lstrip("+-").isdigit():
        return None
    number = int(teams[0])
    if not 1 <= number <= MOST_TEAMS:
        raise BadInput(f"Cover with {number} teams cannot be planned. Give 1 to {MOST_TEAMS}.")
    return number


def _of_coming(book: Book, one: Coming, ways: set[str], asked: Asked, *, now: datetime) -> CoverTeam:
    roles = {
        q.role
        for name in one.people
        for q in book.mission.crew.people[name].qualifications
        if q.until is None or q.until > now
    }
    return CoverTeam(
        id=one.id,
        place=one.place,
        people=len(one.people),
        able=_able(roles, ways, asked),
        told=True,
        there=max(one.there, now),
        mustered=True,
    )


def _able(roles: set[Role], ways: set[str], asked: Asked) -> frozenset[str]:
    """The ways that somebody with these roles can guard against."""
    needs = {way: asked.needs.get(way, ways_known()[way].roles) for way in ways if way != ANY}
    return frozenset(way for way in ways if way == ANY or not needs[way] or roles & set(needs[way]))


def needs_of(told: Sequence[str]) -> dict[str, tuple[Role, ...]]:
    """Roles by way from words such as "records=comms" or "people=" (anybody). Raises `BadInput`."""
    found: dict[str, tuple[Role, ...]] = {}
    for text in told:
        way, mark, roles = text.partition("=")
        if not mark:
            raise BadInput(f"{text!r} says no role for a way. Write it like people=medic, or people= for anybody.")
        names = [r.strip().lower() for r in roles.replace("|", ",").split(",") if r.strip()]
        for name in names:
            if name not in set(Role):
                raise BadInput(f"There is no role {name!r}. Choose {', '.join(r.value for r in Role)}.")
        found[way_named(way)] = tuple(Role(n) for n in names)
    return found
