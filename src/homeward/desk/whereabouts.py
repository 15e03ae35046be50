"""Where everybody is: teams as told or as the plan has them, people at their posts, as told, or with their team."""

from __future__ import annotations

from datetime import datetime

from homeward.desk.book import Book
from homeward.desk.formation.kept import formation_in_force
from homeward.desk.search.underway import standing_of
from homeward.geo import Place
from homeward.mission.people import Person
from homeward.search.records import XY


def teams_at(book: Book, *, at: datetime) -> dict[str, XY]:
    """Where each team is at a time, metres of the mission's grid: at the casualty it found, or on the way that it was
    ordered to go; else by the plan's clock and what was told within its period, else where it was seen last, else at
    its base. Teams that nobody can place are left out."""
    places = _teams_by_plan(book, at=at)
    moved = {name: moved_m(book, name, places.get(name), at=at) for name in book.mission.teams}
    return {name: place for name, place in moved.items() if place is not None}


def _teams_by_plan(book: Book, *, at: datetime) -> dict[str, XY]:
    mission, grid = book.mission, book.terrain().grid
    if mission.plan is not None and mission.plan.event.starts <= at < mission.plan.event.ends:
        starts = standing_of(book, at=at).starts
        return {team: start.at_m for team, start in zip(mission.teams, starts, strict=True)}
    found = {}
    for name, team in mission.teams.items():
        seen = mission.seen.get(name)
        where = seen.event if seen is not None else team.base or _post(book)
        if where is not None:
            found[name] = grid.to_m(where)
    return found


def moved_m(book: Book, name: str, before: XY | None, *, at: datetime) -> XY | None:
    """Where the latest order or find has a team or a person: at the casualty it found, at the place of its order, or
    evenly on a straight line there from `before` (ours); `before` where it was seen elsewhere since, or has neither.
    """
    mission, grid = book.mission, book.terrain().grid
    seen, given = mission.seen.get(name), mission.crew.orders.get(name)
    found = next((f for f in reversed(mission.finds) if f.event.team == name and f.at <= at), None)
    if found is not None and (seen is None or seen.at < found.at):
        before = grid.to_m(found.event.place)
    if given is None or given.at > at or (seen is not None and seen.at >= given.at):
        return before
    place, answer = given.event.place, mission.crew.acknowledged.get(name)
    there = answer.event.eta if answer is not None and answer.event.eta is not None else given.event.arrives
    if place is None or there is None:
        return before
    end = grid.to_m(place)
    if before is None or at >= there:
        return end if at >= there else None
    share = (at - given.at) / (there - given.at)
    return (before[0] + share * (end[0] - before[0]), before[1] + share * (end[1] - before[1]))


def posted_at(book: Book, *, at: datetime) -> dict[str, XY]:
    """Where the formation in force has people wait at a time, by name: who is on the way there is not in it."""
    formation, grid = formation_in_force(book), book.terrain().grid
    if formation is None or at >= datetime.fromisoformat(formation["ends"]):
        return {}
    found: dict[str, XY] = {}
    for crew in formation["posts"]:
        there = [h for h in crew["held"] if datetime.fromisoformat(h["begins"]) <= at]
        if there:
            last = grid.to_m(Place(there[-1]["lat_deg"], there[-1]["lon_deg"]))
            found |= dict.fromkeys(crew["people"], last)
    return found


def person_at(book: Book, who: Person, teams: dict[str, XY], posted: dict[str, XY], *, at: datetime) -> XY | None:
    """Where somebody is: on the way of an order, else at the post by the formation, else as told, else with the team,
    else at the base; None where nobody knows.
    """
    return moved_m(book, who.id, _waiting(book, who, teams, posted), at=at)


def _waiting(book: Book, who: Person, teams: dict[str, XY], posted: dict[str, XY]) -> XY | None:
    if who.id in posted:
        return posted[who.id]
    if who.place is not None:
        return book.terrain().grid.to_m(who.place)
    if who.team in teams:
        return teams[who.team]
    post = _post(book)
    return None if post is None else book.terrain().grid.to_m(post)


def base_m(book: Book) -> XY | None:
    """The command post, or the IPP where none was set, metres of the mission's grid."""
    post = _post(book)
    return None if post is None else book.terrain().grid.to_m(post)


def _post(book: Book) -> Place | None:
    mission = book.mission
    return mission.base or (mission.ipp.place if mission.ipp else None)
