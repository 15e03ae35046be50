"""How long it takes everybody over the real ground to the meeting point, and who is busy until when by the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

import numpy as np

from homeward.desk.book import Book
from homeward.desk.search.underway import standing_of
from homeward.desk.whereabouts import person_at, posted_at, teams_at
from homeward.errors import HomewardError
from homeward.geo import Floats, Grid, Place
from homeward.mission.nouns import TeamKind
from homeward.mission.people import Hazard
from homeward.search.records import XY
from homeward.terrain.ground import Terrain


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Seconds on foot to the meeting point by name (a person or team that is known to be somewhere on the map), and
    until when each team is busy by the plan (`busy`).
    """

    seconds: Mapping[str, float] = field(default_factory=dict)
    busy: Mapping[str, datetime] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def seconds_of(self, *names: str) -> float | None:
        """Of the first of these names that is known."""
        return next((self.seconds[name] for name in names if name in self.seconds), None)


def ground_of(book: Book, place: Place | None, *, at: datetime) -> Ground:
    """Travel times and tasks as the mission's ground and plan have them at a time; nothing where there is neither."""
    mission = book.mission
    if mission.area is None:
        return Ground()
    busy, ends_at = _tasks(book, at=at)
    if place is None:
        return Ground(busy=busy)
    grid = book.terrain().grid
    meet = grid.to_m(place)
    if not bool(grid.contains(*meet)):
        return Ground(busy=busy, notes=("The meeting point lies off the map: travel times are as told or assumed.",))
    try:
        where = _whereabouts(book, at=at)
    except HomewardError as err:
        return Ground(busy=busy, notes=(f"Nobody can be placed on the ground: {err}",))
    standing = tuple(h for h in mission.crew.hazards.values() if _threatens(h, at))
    small, times_s = _times_to(book.terrain(), meet, standing)
    seconds: dict[str, float] = {}
    for name, spot in {**where, **ends_at}.items():
        if not bool(small.contains(*spot)):
            continue
        there = float(times_s[small.cell_of(*spot)])
        if np.isfinite(there):
            seconds[name] = there
    flying = [name for name, team in mission.teams.items() if team.kind is TeamKind.HELICOPTER]
    return Ground(seconds={k: v for k, v in seconds.items() if k not in flying}, busy=busy)


def _tasks(book: Book, *, at: datetime) -> tuple[dict[str, datetime], dict[str, XY]]:
    """Until when each team is on a task by the plan in force, and where it is then."""
    plan = book.mission.plan
    if plan is None or not plan.event.starts <= at < plan.event.ends:
        return {}, {}
    found, spots = {}, {}
    for name, start in zip(book.mission.teams, standing_of(book, at=at).starts, strict=True):
        if start.doing is not None:
            found[name] = at + timedelta(seconds=max(start.doing.ends_s, 0.0))
            spots[name] = start.doing.route_m[-1]
        elif start.free_s > 0:
            found[name] = at + timedelta(seconds=start.free_s)
    return found, spots


def _whereabouts(book: Book, *, at: datetime) -> dict[str, XY]:
    """Where teams and people are, metres of the mission's grid; whom nobody can place is left out."""
    teams, posted = teams_at(book, at=at), posted_at(book, at=at)
    people = {
        name: spot
        for name, person in book.mission.crew.people.items()
        if (person.place is not None or name in posted)
        and person.team not in book.mission.teams
        and (spot := person_at(book, person, teams, posted, at=at)) is not None
    }
    return {**people, **teams}


def _threatens(hazard: Hazard, at: datetime) -> bool:
    return (hazard.begins is None or hazard.begins <= at) and (hazard.ends is None or at < hazard.ends)


@lru_cache(maxsize=4)
def _times_to(terrain: Terrain, meet_m: XY, hazards: tuple[Hazard, ...]) -> tuple[Grid, Floats]:
    """Seconds on foot from every cell to a place, out of hazards where there is such a way."""
    from homeward.team.coarse import coarsened
    from homeward.team.country import country_of, times_to
    from homeward.terrain.exposure import exposure_of

    exposure = exposure_of(terrain, hazards) if hazards else None
    country = country_of(*coarsened(terrain, exposure))
    return country.grid, times_to(country, meet_m)
