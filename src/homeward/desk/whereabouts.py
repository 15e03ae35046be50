"""Where everybody is: teams as they were told or as the plan has them, people as told or with their team."""

from __future__ import annotations

from datetime import datetime

from homeward.desk.book import Book
from homeward.desk.underway import standing_of
from homeward.geo import Place
from homeward.mission.people import Person
from homeward.search.records import XY


def teams_at(book: Book, *, at: datetime) -> dict[str, XY]:
    """Where each team is at a time, metres of the mission's grid: by the plan's clock and what was told within its
    period, else where it was seen last, else at its base. Teams that nobody can place are left out."""
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


def person_at(book: Book, who: Person, teams: dict[str, XY]) -> XY | None:
    """Where somebody is: as told, else with the team, else at the base; None where nobody knows."""
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
