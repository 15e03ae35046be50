"""Who goes inside a building, from when, and what that takes from the plan outdoors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from homeward.desk import clock
from homeward.desk.book import Book
from homeward.desk.buildings.inside import Inside
from homeward.desk.buildings.papers import newest
from homeward.desk.search.coverage import registered
from homeward.errors import BadInput, NotYet
from homeward.mission.indoor import IndoorSense
from homeward.mission.nouns import Team, TeamKind
from homeward.search.indoors import IndoorTeam
from homeward.search.records import Assignment
from homeward.search.segments import segment_labels
from homeward.terrain.building import OUTSIDE

SENSE = {
    TeamKind.DOG: IndoorSense.DOG,
    TeamKind.TRAILING: IndoorSense.DOG,
    TeamKind.RADAR: IndoorSense.RADAR,
    TeamKind.LISTENING: IndoorSense.LISTENING,
}
"""What a team senses a person behind a door with, by its kind; all others look."""
NOT_INSIDE = (TeamKind.DRONE, TeamKind.THERMAL, TeamKind.HELICOPTER, TeamKind.BOAT, TeamKind.REMAINS)


def who_goes_in(
    book: Book, known: Inside, told: Sequence[str], *, now: datetime, later_s: float, minutes: float
) -> tuple[list[IndoorTeam], datetime, list[str]]:
    """The teams with the seconds until each can begin, counted from the first arrival; that time; what to say of it.

    Who would come after the end is left out. Raises `NotYet` where no team can go in.
    """
    notes: list[str] = []
    coming = _coming(book, known)
    teams = [team_told(book, known, one) for one in told]
    if not teams:
        able = [t.id for t in book.mission.teams.values() if t.kind not in NOT_INSIDE]
        teams = [team_told(book, known, n) for n in [n for n in coming if n in able] or able]
    if not teams:
        raise NotYet("This mission has no team that can go inside. Register one: homeward team MISSION Alpha.")
    zone, ready = book.mission.time_zone, []
    for team in teams:
        at_door = now + timedelta(seconds=later_s)
        if team.id in coming:
            number, ends = coming[team.id]
            at_door = max(at_door, ends)
            when = clock.show_time(at_door, zone, day=False)
            notes.append(f"{team.id} ends assignment {number}, where the entrance is: inside from {when}.")
        else:
            notes += _broken_off(book, team.id, at_door, minutes)
        ready.append(replace(team, ready_s=(at_door - now).total_seconds()))
    first_s = min(t.ready_s for t in ready)
    starts = now + timedelta(seconds=first_s)
    ready = [replace(t, ready_s=t.ready_s - first_s) for t in ready]
    late = [t for t in ready if t.ready_s >= minutes * 60]
    for team in late:
        when = clock.show_time(starts + timedelta(seconds=team.ready_s), zone, day=False)
        notes.append(f"{team.id} comes too late, at {when}, and is left out. Give more minutes to count it in.")
    return [t for t in ready if t not in late], starts, notes


def inside_until(book: Book, *, at: datetime) -> dict[str, tuple[str, datetime, datetime]]:
    """The teams that a building's latest plan has inside at a time or later: the building, from when, until when."""
    out: dict[str, tuple[str, datetime, datetime]] = {}
    for name in book.mission.buildings:
        made = newest(book, name)
        if made is None or made[1] + timedelta(seconds=made[0].duration_s) <= at:
            continue
        ends = made[1] + timedelta(seconds=made[0].duration_s)
        for crew, who in made[0].crews:
            first_s = min((m.at_s for m in made[0].moves if m.team == crew), default=0.0)
            out |= {team: (name, made[1] + timedelta(seconds=first_s), ends) for team in who}
    return out


def team_told(book: Book, known: Inside, told: str) -> IndoorTeam:
    """A team from how a person names it: `Alpha`, `Alpha:Gym`, `Alpha=radar`, `Rex=dog+eye:Hall`.

    Raises `BadInput` for a drone and others that cannot go inside, unless a sense is named for its people.
    """
    name, _, rest = told.partition("=")
    senses, _, room = rest.partition(":")
    if name.strip() not in book.mission.teams and not rest and ":" in name:
        name, _, room = name.rpartition(":")
    team: Team = registered(book, name.strip())
    words = [s.strip() for s in senses.split("+") if s.strip()]
    for word in words:
        if word not in {s.value for s in IndoorSense}:
            raise BadInput(f"There is no sense {word!r}. Choose {', '.join(s.value for s in IndoorSense)}.")
    if team.kind in NOT_INSIDE and not words:
        raise BadInput(
            f"{team.id} is a {team.kind.value} team, which does not search inside. If its people go in, say what they "
            f"search with: --team '{team.id}=eye'."
        )
    with_ = tuple(IndoorSense(w) for w in words) or (SENSE.get(team.kind, IndoorSense.EYE),)
    return IndoorTeam(id=team.id, people=team.people, senses=with_, start=place_told(known, room.strip() or OUTSIDE))


def place_told(known: Inside, told: str) -> str:
    """A room as a person names it, or out of doors."""
    return OUTSIDE if told.strip().lower() == OUTSIDE.lower() else known.room(told).id


def _open_tasks(book: Book) -> list[tuple[Assignment, datetime, datetime]]:
    """The tasks of the outdoor plan that are not reported over, soonest first, with when each team leaves and ends."""
    mission = book.mission
    if mission.plan is None:
        return []
    done = {(s.event.team, s.event.assignment) for s in mission.searches}
    done |= {(g.event.team, g.event.assignment) for g in mission.given_up}
    starts = mission.plan.event.starts
    return [
        (a, starts + timedelta(seconds=a.leaves_s), starts + timedelta(seconds=a.ends_s))
        for a in sorted(book.plan().assignments, key=lambda a: a.begins_s)
        if (a.team, a.number) not in done
    ]


def _broken_off(book: Book, team: str, at: datetime, minutes: float) -> list[str]:
    """What a team that goes in leaves undone outdoors."""
    until = at + timedelta(minutes=minutes)
    tasks = [(a, leaves, ends) for a, leaves, ends in _open_tasks(book) if a.team == team and ends > at]
    zone = book.mission.time_zone
    for a, leaves, ends in tasks:
        if leaves < at:
            return [f"{team} breaks off assignment {a.number}, planned until {clock.show_time(ends, zone, day=False)}."]
        if leaves < until:
            when = clock.show_time(leaves, zone, day=False)
            return [f"{team} is then not there for assignment {a.number} at {when}: plan outdoors again."]
    return []


def _coming(book: Book, known: Inside) -> dict[str, tuple[str, datetime]]:
    """The teams that the outdoor plan sends to the segment of the entrance: their assignment, and when it ends."""
    mission, place = book.mission, known.building.place
    if mission.plan is None or mission.area is None or place is None:
        return {}
    grid = mission.area.grid
    x, y = grid.to_m(place)
    if not bool(grid.contains(x, y)):
        return {}
    row, col = grid.cell_of(x, y)
    here = {s.id for s in book.plan().segments if (segment_labels(grid, [s]) >= 0)[row, col]}
    out: dict[str, tuple[str, datetime]] = {}
    for a, _, ends in _open_tasks(book):
        if a.segment in here:
            out.setdefault(a.team, (a.number, ends))
    return out
