"""Where everybody is when somebody is found, and how long each needs to the find, out of hazards where that goes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import inf

import numpy as np

from homeward.desk.bearers import Bearers, bearers_for
from homeward.desk.book import Book
from homeward.desk.find_orders import FindNeeds, Unit
from homeward.desk.whereabouts import person_at, posted_at, teams_at
from homeward.errors import HomewardError
from homeward.geo import Floats, Place
from homeward.mission.events import SubjectFound
from homeward.mission.nouns import TeamKind
from homeward.mission.people import OrderKind, Role
from homeward.search.records import XY
from homeward.terrain import Terrain, route_m, travel_time_s
from homeward.terrain.exposure import SAFE_HITS_PER_H, Exposure, exposure_of, ground_without

AT_BASE_M = 150.0
"""Who is this near to the base stands at it: our own."""
LITTLE, REACH = 0.15, 0.5
"""Shares of the worst exposure: where no way keeps out of a hazard, one that stays below these is taken: our own."""
CLEAR_CELLS = 3
"""Around the find and those who go, ground in a hazard is open to ways, for they are there already: our own."""

_FLYING = (TeamKind.DRONE, TeamKind.THERMAL, TeamKind.HELICOPTER, TeamKind.BOAT)
GOING = (OrderKind.LEAD, OrderKind.MEDIC, OrderKind.CARRY)
"""The orders that take people to the find."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scene:
    """A find with all who may go: their times to it over ground that keeps out of hazards where there is such a way."""

    place: Place
    at: datetime
    base: Place | None
    needs: FindNeeds
    units: tuple[Unit, ...]
    terrain: Terrain | None
    walked: tuple[Terrain, ...]
    exposure: Exposure | None
    bearers: Bearers
    notes: tuple[str, ...] = ()

    def between(self, one: Unit, other: Unit) -> float:
        """Seconds on foot from one unit to another; inf where nobody knows."""
        if one.at_m is None or other.at_m is None or not self.walked:
            return inf
        if np.hypot(*np.subtract(one.at_m, other.at_m)) < AT_BASE_M:
            return 0.0
        for ground in self.walked:
            seconds = float(travel_time_s(ground, [other.at_m], towards=True)[ground.grid.cell_of(*one.at_m)])
            if seconds < inf:
                return seconds
        return inf

    def way_m(self, unit: Unit) -> Floats | None:
        """The way of a unit to the find, (n, 2); None where there is none."""
        if self.terrain is None or unit.at_m is None:
            return None
        end = self.terrain.grid.to_m(self.place)
        for ground in self.walked:
            try:
                return route_m(ground, unit.at_m, end)
            except HomewardError:
                continue
        return None

    def through(self, way_m: Floats) -> list[str]:
        """The hazards that a way leads through or within reach of, in words."""
        if self.exposure is None:
            return []
        grid = self.exposure.grid
        n = max(int(np.hypot(*np.diff(way_m, axis=0).T).sum() / grid.cell_m * 2), 2)
        share = np.linspace(0, len(way_m) - 1, n)
        xy = np.column_stack([np.interp(share, np.arange(len(way_m)), way_m[:, k]) for k in (0, 1)])
        row = np.clip(((grid.north_m - xy[:, 1]) // grid.cell_m).astype(int), 0, grid.n_rows - 1)
        col = np.clip(((xy[:, 0] - grid.west_m) // grid.cell_m).astype(int), 0, grid.n_cols - 1)
        worst = [(t, float(t.hits_per_h[row, col].max()), float(t.hits_per_h.max())) for t in self.exposure.threats]
        return [
            f"{'through' if most > REACH * peak else 'within reach of'} {t.name}"
            for t, most, peak in worst
            if most > SAFE_HITS_PER_H
        ]


def scene_of(book: Book, told: SubjectFound, *, at: datetime) -> Scene:
    """The find, and where everybody is from it, by the plan in force and by what was told last."""
    mission = book.mission
    terrain = book.terrain() if mission.area else None
    notes: list[str] = []
    if terrain is not None and not bool(terrain.grid.contains(*terrain.grid.to_m(told.place))):
        terrain, notes = None, ["The find lies off the map: times and ways are not known. Load a larger area."]
    elif terrain is None:
        notes = ["There is no ground yet: times and ways are not known. Load it with: homeward area load."]
    exposure = exposure_of(terrain, mission.crew.hazards.values(), at=at) if terrain and mission.crew.hazards else None
    spots = _spots(book, at=at) if terrain is not None else {}
    spots |= _finder_at(told, terrain)
    walked, to_find = _fields(terrain, exposure, told.place, list(spots.values()))
    if terrain is not None and to_find is not None and not np.isfinite(to_find).any():
        notes.append("Nobody can walk to the find: water or cliffs lie around it.")
    units = tuple(_units(book, told, spots, terrain, to_find, at=at))
    bearers = bearers_for(book, told.place, terrain)
    needs = FindNeeds(
        finder=told.team,
        bearers=bearers.in_all,
        at_once=bearers.at_once,
        watch=bool(mission.crew.hazards),
        still_missing=max(mission.subject.count - len({f.event.casualty for f in mission.finds}), 0),
    )
    return Scene(
        place=told.place,
        at=at,
        base=mission.base,
        needs=needs,
        units=units,
        terrain=terrain,
        walked=walked,
        exposure=exposure,
        bearers=bearers,
        notes=tuple(notes),
    )


def _finder_at(told: SubjectFound, terrain: Terrain | None) -> dict[str, XY]:
    return {told.team: terrain.grid.to_m(told.place)} if told.team and terrain else {}


def _spots(book: Book, *, at: datetime) -> dict[str, XY]:
    """Where teams and lone people are: by the plan and reports, at the formation's posts, where they were told last, or
    at the base. Who is off the map, or whom nobody can place, is left out.
    """
    mission, grid = book.mission, book.terrain().grid
    teams, posted = teams_at(book, at=at), posted_at(book, at=at)
    spots: dict[str, XY | None] = dict(teams)
    for person in mission.crew.people.values():
        if person.team not in mission.teams:
            spots[person.id] = person_at(book, person, teams, posted)
    return {name: at_m for name, at_m in spots.items() if at_m is not None and bool(grid.contains(*at_m))}


def _fields(
    terrain: Terrain | None, exposure: Exposure | None, place: Place, spots: Sequence[XY]
) -> tuple[tuple[Terrain, ...], Floats | None]:
    """(grounds that are walked, safest first; seconds to the find (rows, cols)): each by the safest that leads there.

    Ground is closed where hazards are above the safe limit; where no way is left, above shares of the worst; then none.
    """
    if terrain is None:
        return (), None
    end = terrain.grid.to_m(place)
    grounds = (
        [] if exposure is None else [_closed(terrain, exposure, most, (end, *spots)) for most in _limits(exposure)]
    )
    to_find = np.full(terrain.grid.shape, inf)
    for ground in (*grounds, terrain):
        try:
            field = travel_time_s(ground, [end], towards=True)
        except HomewardError:  # the find lies in water or on a cliff: nobody can walk there
            continue
        to_find = np.where(np.isfinite(to_find), to_find, field)
    return (*grounds, terrain), to_find


def _limits(exposure: Exposure) -> list[float]:
    """Injuries per hour above which ground is closed, the safest first."""
    peak = float(exposure.hits_per_h.max())
    return [limit for limit in (SAFE_HITS_PER_H, LITTLE * peak, REACH * peak) if SAFE_HITS_PER_H <= limit < peak]


def _closed(terrain: Terrain, exposure: Exposure, most: float, open_at: Sequence[XY]) -> Terrain:
    closed = exposure.unsafe(most_hits_per_h=most)
    near = CLEAR_CELLS
    for x, y in open_at:
        row, col = terrain.grid.cell_of(x, y)
        closed[max(row - near, 0) : row + near + 1, max(col - near, 0) : col + near + 1] = False
    return ground_without(terrain, closed)


def _units(
    book: Book,
    told: SubjectFound,
    spots: Mapping[str, XY],
    terrain: Terrain | None,
    to_find: Floats | None,
    *,
    at: datetime,
) -> Iterable[Unit]:
    mission, roles = book.mission, _roles(book, at=at)
    home = terrain.grid.to_m(mission.base) if terrain and mission.base else None
    engaged = _engaged(book, told)
    people = mission.crew.people.values()
    alone = [p.id for p in people if p.team not in mission.teams]
    for name in (*mission.teams, *alone):
        team, spot = mission.teams.get(name), spots.get(name)
        members = [p for p in people if p.team == name] if team else [mission.crew.people[name]]
        yield Unit(
            id=name,
            people=max(team.people, len(members)) if team else 1,
            to_find_s=_time_at(to_find, terrain, spot),
            at_m=spot,
            roles=frozenset(r for p in members for r in roles[p.id]),
            medics=tuple(p.id for p in members if Role.MEDIC in roles[p.id]),
            flies=team is not None and team.kind in _FLYING,
            engaged=name in engaged,
            at_base=bool(spot and home and np.hypot(*np.subtract(spot, home)) < AT_BASE_M),
            team=team is not None,
        )


def _time_at(field: Floats | None, terrain: Terrain | None, spot: XY | None) -> float:
    if field is None or terrain is None or spot is None:
        return inf
    return float(field[terrain.grid.cell_of(*spot)])


def _roles(book: Book, *, at: datetime) -> dict[str, frozenset[Role]]:
    """What each person can do now; who has a role in the formation in force has that one alone, if still qualified."""
    crew = book.mission.crew
    assigned: dict[str, str] = {}
    if crew.formation is not None:
        try:
            assigned = dict(json.loads(book.log.blob(crew.formation.event.formation)).get("assigned", {}))
        except (ValueError, TypeError, AttributeError):
            assigned = {}
    out = {}
    for person in crew.people.values():
        can = frozenset(q.role for q in person.qualifications if q.until is None or q.until > at)
        role = next((r for r in can if r.value == assigned.get(person.id)), None)
        out[person.id] = can | ({role} if role else set())
    return out


def _engaged(book: Book, told: SubjectFound) -> set[str]:
    """Who has orders for another casualty's find, or is the finder of one."""
    others = [f.event for f in book.mission.finds if f.event.casualty != told.casualty]
    places = {f.place for f in others}
    orders = book.mission.crew.orders
    busy = {name for name, given in orders.items() if given.event.kind in GOING and given.event.place in places} | {
        f.team for f in others if f.team
    }
    return {name for name in busy if name != told.team}
