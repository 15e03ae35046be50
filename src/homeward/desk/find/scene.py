"""Where everybody is when somebody is found, and how long each needs to the find, out of hazards where that goes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import inf

import numpy as np

from homeward.desk.book import Book
from homeward.desk.find.orders import FindNeeds, Unit
from homeward.desk.formation.bearers import Bearers, bearers_for
from homeward.desk.formation.case import AWAKE_LIMIT_H
from homeward.desk.formation.kept import formation_in_force
from homeward.desk.whereabouts import person_at, posted_at, teams_at
from homeward.errors import HomewardError, MissionFileError
from homeward.geo import Floats, Place
from homeward.mission.events import SubjectFound
from homeward.mission.nouns import TeamKind
from homeward.mission.people import OrderKind, Person, Role
from homeward.search.records import XY
from homeward.terrain import Terrain, route_m, travel_time_s
from homeward.terrain.exposure import SAFE_HITS_PER_H, Exposure, exposure_of, ground_without

AT_BASE_M = 150.0
"""Who is this near to the base stands at it: our own."""
LITTLE, REACH = 0.15, 0.5
"""Shares of the worst exposure: where no way keeps out of a hazard, one that stays below these is taken: our own."""
CLEAR_CELLS = 3
"""Around the find and those who go, ground in a hazard is open to ways, for they are there already: our own."""

BOAT_MPS = 2.5
"""A boat straight to the find, about 5 knots, as a search boat goes in the dark: our own assumption."""

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
    finders = {f.event.team for f in mission.finds if f.event.casualty == told.casualty and f.event.team}
    if terrain is not None:
        spots |= dict.fromkeys(finders, terrain.grid.to_m(told.place))
    walked, to_find = _fields(terrain, exposure, told.place, list(spots.values()))
    if terrain is not None and to_find is not None and not np.isfinite(to_find).any():
        notes.append("Nobody can walk to the find: water or cliffs lie around it. A helicopter: homeward team.")
    units = tuple(_units(book, told, spots, terrain, to_find, at=at, finders=finders))
    bearers = bearers_for(book, told.place, terrain)
    last = next(
        (f.event.team for f in reversed(mission.finds) if f.event.casualty == told.casualty and f.event.team), None
    )
    needs = FindNeeds(
        finder=told.team or last,
        bearers=bearers.in_all,
        at_once=bearers.at_once,
        watch=bool(mission.crew.hazards),
        still_missing=max(mission.subject.count - len({f.event.casualty for f in mission.finds}), 0),
        dead=told.alive is False,
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


def _spots(book: Book, *, at: datetime) -> dict[str, XY]:
    """Where teams and lone people are: by the plan and reports, at the formation's posts, where they were told last, or
    at the base. Who is off the map, or whom nobody can place, is left out.
    """
    mission, grid = book.mission, book.terrain().grid
    teams, posted = teams_at(book, at=at), posted_at(book, at=at)
    spots: dict[str, XY | None] = dict(teams)
    pairs = _pairs(book)
    for person in mission.crew.people.values():
        if person.team not in mission.teams or person.id in pairs:
            spots[person.id] = person_at(book, person, teams, posted, at=at)
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
    finders: set[str],
) -> Iterable[Unit]:
    mission, pairs = book.mission, _pairs(book)
    home = terrain.grid.to_m(mission.base) if terrain and mission.base else None
    engaged, has = _engaged(book, told), _told_before(book, told)
    people = mission.crew.people
    alone = [p.id for p in people.values() if p.team not in mission.teams or p.id in pairs]
    for name in (*mission.teams, *alone):
        team, spot = mission.teams.get(name), spots.get(name)
        members = [p for p in people.values() if p.team == name and p.id not in pairs] if team else [people[name]]
        medics = sorted((p for p in members if _can(p, Role.MEDIC, at)), key=lambda p: (_tired(p, at) or 0, -_skill(p)))
        afloat = team is not None and team.kind is TeamKind.BOAT
        mate = pairs.get(name, "") if not team else ""
        nameless = bool(mate) and mate not in people
        lent = sum(p.team == name for p in people.values() if p.id in pairs)
        lent += sum(pair.rpartition("/")[0] == name for pair in pairs.values() if pair not in people)
        yield Unit(
            id=name,
            people=max(team.people - lent, len(members)) if team else 2 if nameless else 1,
            to_find_s=_afloat_s(terrain, told.place, spot) if afloat else _time_at(to_find, terrain, spot),
            at_m=spot,
            roles=frozenset(r for p in members for r in Role if _can(p, r, at)),
            medics=tuple(p.id for p in medics),
            skill=_skill(medics[0]) if medics else 0.0,
            mate=f"one of {mate.rpartition('/')[0]}" if nameless else mate,
            awake_h=_tired(members[0], at) if not team else None,
            has=has.get(name),
            there=name in finders,
            flies=team is not None and team.kind in _FLYING,
            afloat=afloat,
            engaged=name in engaged,
            at_base=bool(spot and home and np.hypot(*np.subtract(spot, home)) < AT_BASE_M),
            team=team is not None,
        )


def _afloat_s(terrain: Terrain | None, place: Place, spot: XY | None) -> float:
    """Seconds of a boat straight to a find in water; inf where the find is on land, or nobody knows where it is."""
    if terrain is None or spot is None:
        return inf
    end = terrain.grid.to_m(place)
    try:
        travel_time_s(terrain, [end], towards=True)
    except HomewardError:
        return float(np.hypot(*np.subtract(end, spot))) / BOAT_MPS
    return inf


def _can(person: Person, role: Role, at: datetime) -> bool:
    return any(q.role is role and (q.until is None or q.until > at) for q in person.qualifications)


def _skill(person: Person) -> float:
    return max((q.skill for q in person.qualifications if q.role is Role.MEDIC), default=0.0)


def _tired(person: Person, at: datetime) -> float | None:
    """For how many hours somebody has been awake, where that is beyond the formation's limit."""
    if person.awake_since is None:
        return None
    hours = (at - person.awake_since).total_seconds() / 3600
    return hours if hours > AWAKE_LIMIT_H else None


def _time_at(field: Floats | None, terrain: Terrain | None, spot: XY | None) -> float:
    if field is None or terrain is None or spot is None:
        return inf
    return float(field[terrain.grid.cell_of(*spot)])


def _pairs(book: Book) -> dict[str, str]:
    """Who makes a medic pair by the formation in force, each by the other's name: they go as they are formed.

    Somebody without a name of a team's people is `Alpha/1`.
    """
    try:
        formation = formation_in_force(book)
    except MissionFileError:
        return {}
    rows = {} if formation is None else dict(formation.get("assigned", {}))
    people = book.mission.crew.people
    out: dict[str, str] = {}
    for medic, row in rows.items():
        mates = [w for w, other in rows.items() if other["role"] == Role.GUARD.value and other["post"] == row["post"]]
        if row["role"] == Role.MEDIC.value and medic in people and mates and row["post"]:
            out[medic] = mates[0]
            if mates[0] in people:
                out[mates[0]] = medic
    return out


def _told_before(book: Book, told: SubjectFound) -> dict[str, OrderKind]:
    """What everybody was told already for this casualty's find."""
    finds = {f.entry for f in book.mission.finds if f.event.casualty == told.casualty}
    return {who: given.event.kind for who, given in book.mission.crew.orders.items() if given.event.find in finds}


def _engaged(book: Book, told: SubjectFound) -> set[str]:
    """Who has orders for another casualty's find, or is the finder of one, as long as it was not handed over."""
    others = [f for f in book.mission.open_finds if f.event.casualty != told.casualty]
    casualties, places = {f.event.casualty for f in others}, {f.event.place for f in others}
    finds = {f.entry for f in book.mission.finds if f.event.casualty in casualties}
    orders = book.mission.crew.orders
    busy = {
        name
        for name, given in orders.items()
        if given.event.kind in GOING and (given.event.find in finds or given.event.place in places)
    } | {f.event.team for f in book.mission.finds if f.event.team and f.event.casualty in casualties}
    return {name for name in busy if name != told.team}
