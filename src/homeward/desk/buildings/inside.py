"""What a mission knows of a building: its rooms' probabilities, the ground it stands on, what the map makes of it.

Rooms are judged given that the subject is in the building at all. How likely that is says the probability map: its
share of the cells below, by area (ours: a cell's probability lies evenly in it). What is searched and sensed inside
goes back to the map as one search of the ground below, whose POD is what the building as a whole lost against the
rest of the world; readings that speak for the building raise nothing there until somebody has looked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from homeward.belief import SearchDone
from homeward.desk.book import Book
from homeward.detect.walls import barriers, reading_rates
from homeward.errors import BadInput, MissionFileError, NotYet, UnknownName
from homeward.exchange.building.read import grid_of
from homeward.geo import Floats, Grid, utm_crs
from homeward.mission import Mission
from homeward.mission.indoor import Building, IndoorSense, Reading
from homeward.search.indoors import after_readings, pods_of, room_priors
from homeward.terrain.building import OUTSIDE, BuildingPlan, Room, building_from_bytes

EVEN = 0.5
"""The chance of being inside that the weight of evidence is taken at; it cancels out."""
MOST_POD = 0.999
"""Even where every room was searched: nobody sees everything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """A building of a mission and what is known of it. `rooms` sums to 1; `share` is None where no map holds it."""

    building: Building
    plan: BuildingPlan
    readings: tuple[Reading, ...]
    searched: tuple[tuple[str, float], ...]
    rooms: dict[str, float]
    responsive: float
    share: float | None
    last: datetime | None

    def room(self, told: str) -> Room:
        """The room that a person means: by id, or by a name that no other has. Raises `UnknownName`."""
        plain = told.strip()
        by_id = [r for r in self.plan.rooms if r.id == plain]
        hits = by_id or [r for r in self.plan.rooms if plain.lower() in (r.id.lower(), r.name.lower()) and plain]
        if len(hits) == 1:
            return hits[0]
        if hits:
            raise BadInput(
                f"{len(hits)} rooms are called {told!r}: {', '.join(r.id for r in hits)}. Name one of those."
            )
        raise UnknownName("room", told, [r.name or r.id for r in self.plan.rooms])

    def sensed(self) -> dict[str, float]:
        """The POD of each room that was last sensed empty from outside: of the best sense that said so."""
        between = barriers(self.plan)
        last = {(r.sense, r.stood_in, r.room): r for r in self.readings}.values()
        doubted = {r.room for r in last if r.positive}
        out: dict[str, float] = {}
        for r in last:
            if r.room not in doubted:
                notice = reading_rates(between, r.sense, stood_in=r.stood_in, room=r.room).notice
                notice *= self.responsive if r.sense is IndoorSense.LISTENING else 1.0
                out[r.room] = max(out.get(r.room, 0.0), notice)
        return out

    def pods(self) -> dict[str, float]:
        """The POD of all searches of each room that was searched."""
        return pods_of(self.searched)


def inside(book: Book, name: str) -> Inside:
    """What is known of a building by its name. Raises `UnknownName`, `NotYet` where the mission has none."""
    mission = book.mission
    if not mission.buildings:
        raise NotYet("This mission has no building yet. Load one: homeward building load MISSION FILE --name school.")
    if name not in mission.buildings:
        raise UnknownName("building", name, mission.buildings)
    building = mission.buildings[name]
    plan = plan_of(book, building)
    known = {r.id for r in plan.rooms}
    readings = [r for r in mission.readings if r.event.building == name and r.event.room in known]
    searches = [s for s in mission.rooms_searched if s.event.building == name and s.event.room in known]
    searched = tuple((s.event.room, s.event.pod) for s in searches)
    told = tuple(r.event for r in readings if r.event.stood_in in known or r.event.stood_in == OUTSIDE)
    responsive = responsive_of(mission)
    return Inside(
        building=building,
        plan=plan,
        readings=told,
        searched=searched,
        rooms=after_readings(room_priors(plan), told, plan, searched, responsive=responsive),
        responsive=responsive,
        share=share_of(book, plan),
        last=max([*(r.at for r in readings), *(s.at for s in searches)], default=None),
    )


def responsive_of(mission: Mission) -> float:
    """The chance that the subject would answer: what is told of it, even where nothing is (ours)."""
    told = mission.subject.responsive
    return 0.5 if told is None else float(told)


def plan_of(book: Book, building: Building) -> BuildingPlan:
    """The rooms and doors of a building, from its attachment."""
    try:
        return building_from_bytes(book.log.blob(building.plan))
    except BadInput as err:
        raise MissionFileError(str(err)) from err


# ---- on the ground ------------------------------------------------------------------------------------------------


def footprint(plan: BuildingPlan, grid: Grid) -> BaseGeometry | None:
    """The ground below the building's rooms, metres of `grid`; None where it is not known where it stands."""
    rings = [Polygon(r.ring_m) for r in plan.rooms if len(r.ring_m) >= 3]
    if plan.anchor is None or not rings:
        return None
    own = grid_of(utm_crs(plan.anchor))
    x0, y0 = own.to_m(plan.anchor)
    whole = shapely.union_all([shapely.make_valid(ring) for ring in rings])

    def moved(xy: Floats) -> Floats:
        at = xy + np.array([x0, y0])
        return at if own.crs == grid.crs else grid.xy_m(own.lonlat(at))

    return shapely.transform(whole, moved)


def covered(grid: Grid, shape: BaseGeometry) -> Floats:
    """The share of every cell that lies under a shape, (rows, cols)."""
    out = np.zeros(grid.shape)
    west, south, east, north = shape.bounds
    top, left = grid.cell_of(west, north)
    bottom, right = grid.cell_of(east, south)
    for row in range(max(top, 0), min(bottom, grid.n_rows - 1) + 1):
        for col in range(max(left, 0), min(right, grid.n_cols - 1) + 1):
            x, y = grid.west_m + col * grid.cell_m, grid.north_m - (row + 1) * grid.cell_m
            cell = shapely.box(x, y, x + grid.cell_m, y + grid.cell_m)
            out[row, col] = min(1.0, shape.intersection(cell).area / grid.cell_area_m2)
    return out


def share_of(book: Book, plan: BuildingPlan) -> float | None:
    """The probability that the map in force has in the building; None without a map, or where it does not hold it."""
    try:
        belief = book.belief()
    except NotYet:
        return None
    shape = footprint(plan, belief.grid)
    under = covered(belief.grid, shape) if shape is not None else None
    return None if under is None or not under.any() else float((belief.poa * under).sum())


def indoor_searches(book: Book, grid: Grid) -> tuple[SearchDone, ...]:
    """What was searched and sensed in each building, as a search of the ground below it; those that changed nothing
    and those whose place is not known are left out.
    """
    done = []
    called = any(s.event.calling for s in book.mission.searches)
    for name in book.mission.buildings:
        if not any(s.event.building == name for s in book.mission.rooms_searched):
            continue
        known = inside(book, name)
        shape = footprint(known.plan, grid)
        pod = pod_inside(known)
        if shape is None or pod <= 0:
            continue
        under = covered(grid, shape) * pod
        rooms = len({room for room, _ in known.searched})
        done.append(
            SearchDone(
                pod=under,
                pod_if_responsive=under if called else None,
                cause=f"building {name}",
                why=f"{rooms} of its {len(known.plan.rooms)} rooms searched without a find, POD {pod:.0%} inside",
                at=known.last,
            )
        )
    return tuple(done)


def share_words(known: Inside) -> list[str]:
    """What the map has of a building, in words; [] where it does not say."""
    return [] if known.share is None else [f"The map has {known.share:.2%} of all probability in it."]


def pod_inside(known: Inside) -> float:
    """The POD that searches and readings add up to for a subject in the building: 0 where they speak for it."""
    prior = room_priors(known.plan, inside=EVEN)
    after = after_readings(prior, known.readings, known.plan, known.searched, responsive=known.responsive)
    left = sum(after.values())
    return float(np.clip(1 - left / max(1 - left, 1e-12), 0.0, MOST_POD))
