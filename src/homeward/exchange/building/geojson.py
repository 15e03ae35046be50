"""Indoor maps of OpenStreetMap (Simple Indoor Tagging) as GeoJSON: rooms, corridors, areas, doors, stairs, lifts.

Tags as in the OSM wiki, "Simple Indoor Tagging": `indoor=room|corridor|area`, `level`, `door`, `entrance`,
`stairs=yes`, `highway=elevator|steps`. Where rooms have no mapped door, likely ways in are worked out from outlines
that run along each other, and marked so.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from homeward.errors import BadFile, Finding
from homeward.exchange.building.kinds import kind_of
from homeward.exchange.building.outlines import finite, largest, likely_openings, measured, shape_of, touching, walls_of
from homeward.exchange.building.read import BuildingRead, Local
from homeward.terrain.building import OUTSIDE, BuildingPlan, DoorState, Opening, Passage, Room

SPACES = ("room", "corridor", "area", "level", "yes")
DOOR_REACH_M = 1.0
"""How far from a room's outline its door may be mapped: ours; OSM nodes lie on the outline itself."""
LIFT_REACH_M = 3.0
"""How far outside a room the mapped point of a lift or the end of stairs may lie: ours."""
TWICE = 0.7
"""An area of which rooms and corridors cover more than this is the same ground mapped again: ours."""
MOST_LEVELS = 60

WGS84 = "OGC:CRS84"


@dataclass(frozen=True, slots=True)
class _Thing:
    """A feature: what it is called in findings, its tags and its geometry, still in the file's coordinates."""

    where: str
    tags: dict[str, str]
    geometry: BaseGeometry

    @property
    def levels(self) -> list[float]:
        return levels_of(self.tags.get("level", self.tags.get("repeat_on", "")))


def read_indoor_geojson(content: dict[str, Any], *, name: str, crs: str | None = None) -> BuildingRead:
    """The building of a GeoJSON file, already parsed. See `read_building` for the arguments and errors."""
    findings: list[Finding] = []
    things = _things(content, name, findings)
    spaces = [t for t in things if t.geometry.geom_type in ("Polygon", "MultiPolygon") and _is_space(t)]
    if not spaces:
        raise BadFile(f"{name} has no polygon tagged indoor=room, corridor or area. Check that it is an indoor map.")
    points = [(float(x), float(y)) for t in spaces for x, y in shapely.get_coordinates(t.geometry).tolist()]
    if crs is None and any(abs(x) > 180 or abs(y) > 90 for x, y in points):
        raise BadFile(f"{name} is not in degrees. Say which coordinate system it is in, with --crs.")
    local = Local(points, crs=crs or WGS84)
    rooms, by_thing = _rooms(spaces, local, findings)
    twice = _drawn_over(rooms)
    if twice:
        findings.append(Finding(name, f"{len(twice)} areas lie over rooms and corridors mapped besides; left out"))
    rooms = [r for r in rooms if r.id not in twice]
    by_thing = {k: kept for k, v in by_thing.items() if (kept := [r for r in v if r.id not in twice])}
    moved = [replace(t, geometry=_moved(t.geometry, local)) for t in things]
    openings = [*_doors(moved, rooms, name, findings), *_ups(moved, rooms), *_within(by_thing, moved)]
    touches = touching(rooms)
    made = likely_openings(rooms, touches, openings)
    if made:
        findings.append(Finding(name, f"{len(made)} of {len(openings) + len(made)} ways in are not mapped: worked out"))
    plan = BuildingPlan(
        rooms=tuple(rooms), openings=(*openings, *made), walls=walls_of(rooms, touches), anchor=local.anchor
    )
    called = next((t.tags["name"] for t in things if "building" in t.tags and "name" in t.tags), "")
    return BuildingRead(plan=plan, findings=tuple(findings), name=called, format="indoor GeoJSON")


def _things(content: dict[str, Any], name: str, findings: list[Finding]) -> list[_Thing]:
    features = content.get("features")
    if not isinstance(features, list):
        raise BadFile(f"{name} has no list of features. Export it again as a GeoJSON FeatureCollection.")
    things = []
    for i, feature in enumerate(features):
        where = f"{name}, feature {i}"
        try:
            told = feature["properties"] or {}
            told = told["tags"] if isinstance(told.get("tags"), dict) else told
            tags = {str(k): str(v) for k, v in told.items() if v is not None}
            geometry = shape(feature["geometry"])
            if geometry.is_empty or not finite(map(tuple, shapely.get_coordinates(geometry).tolist())):
                raise ValueError("its geometry is empty or endless")
        except (
            LookupError,
            TypeError,
            ValueError,
            ArithmeticError,
            AttributeError,
            shapely.errors.ShapelyError,
        ) as err:
            if not (isinstance(feature, dict) and isinstance(feature.get("properties"), dict)):
                findings.append(Finding(where, "it is no feature with properties and a geometry; left out"))
            elif "indoor" in feature["properties"]:
                findings.append(Finding(where, f"its geometry cannot be read ({err}); left out"))
            continue
        things.append(_Thing(f"{where} ({tags.get('name') or feature.get('id') or 'no name'})", tags, geometry))
    return things


def _is_space(thing: _Thing) -> bool:
    return thing.tags.get("indoor", "") in SPACES and thing.tags.get("room") != "no"


def _kind(tags: dict[str, str]) -> str:
    if tags.get("stairs") == "yes" or tags.get("highway") == "steps":
        return "stairs"
    if tags.get("highway") == "elevator":
        return "lift"
    told = kind_of(tags.get("room", "")) or kind_of(tags.get("amenity", "")) or ("shop" if "shop" in tags else "")
    return told or {"corridor": "corridor", "room": ""}.get(tags.get("indoor", ""), "area")


def _rooms(spaces: list[_Thing], local: Local, findings: list[Finding]) -> tuple[list[Room], dict[str, list[Room]]]:
    """A room for each space and level, and the rooms of each space by the name it has in findings."""
    rooms: list[Room] = []
    of: dict[str, list[Room]] = defaultdict(list)
    taken: set[str] = set()
    for thing in spaces:
        outline = largest(shapely.make_valid(_moved(thing.geometry, local)))
        if outline is None:
            findings.append(Finding(thing.where, "its outline has no area; left out"))
            continue
        levels = thing.levels
        if not levels:
            told = thing.tags.get("level")
            findings.append(Finding(thing.where, f"{f'level {told!r} is none' if told else 'no level'}: taken as 0"))
            levels = [0.0]
        for floor in levels:
            key = _free_name(
                thing.tags.get("name") or thing.tags.get("ref") or _kind(thing.tags) or "room", floor, taken
            )
            room = measured(key, outline, name=thing.tags.get("name", ""), floor=floor, kind=_kind(thing.tags))
            rooms.append(room)
            of[thing.where].append(room)
    return rooms, of


def _drawn_over(rooms: list[Room]) -> set[str]:
    """The areas that rooms and corridors of their floor cover for the most part: the same ground mapped twice."""
    twice: set[str] = set()
    for room in (r for r in rooms if r.kind == "area"):
        own = shape_of(room)
        others = [s for r in rooms if r.floor == room.floor and r.kind != "area" and (s := shape_of(r)) is not None]
        under = shapely.union_all([s for s in others if own is not None and s.intersects(own)])
        if own is not None and own.intersection(under).area > TWICE * own.area:
            twice.add(room.id)
    return twice


def _free_name(told: str, floor: float, taken: set[str]) -> str:
    """A room's name that no other has: its own, with the floor, with a number."""
    plain = " ".join(told.split())[:40]
    tries = [plain, f"{plain} @{floor:g}", *(f"{plain} @{floor:g} {n}" for n in range(2, 10_000))]
    free = next(
        name for name in (tries[1:] if plain in ("room", "corridor", "area", "shop") else tries) if name not in taken
    )
    taken.add(free)
    return free


def levels_of(told: str) -> list[float]:
    """The levels that a tag names: `0`, `-1;0`, `0-2`, `1.5`; [] where it names none."""
    found: list[float] = []
    for part in told.replace(",", ";").split(";"):
        span = re.fullmatch(r"\s*(-?\d{1,3}(?:\.\d+)?)\s*(?:-\s*(-?\d{1,3}))?\s*", part)
        if not span:
            return []
        first = float(span[1])
        last = float(span[2]) if span[2] else first
        found += [first + k for k in range(min(int(last - first), MOST_LEVELS) + 1)] if last >= first else [first]
    return sorted(set(found))[:MOST_LEVELS]


# ---- ways ---------------------------------------------------------------------------------------------------------


def _doors(things: list[_Thing], rooms: list[Room], name: str, findings: list[Finding]) -> list[Opening]:
    """Mapped doors and entrances. A door between no two rooms leads outside if it is an entrance, else it is said."""
    made, lost = [], 0
    for thing in things:
        tags = thing.tags
        if not ("door" in tags or "entrance" in tags or tags.get("indoor") == "door"):
            continue
        if thing.geometry.geom_type not in ("Point", "LineString") or tags.get("indoor") in SPACES:
            continue
        at = thing.geometry.centroid
        for floor in thing.levels or [0.0]:
            near = sorted((d, r.id) for r in rooms if r.floor == floor and (d := _off(r, at)) <= DOOR_REACH_M)
            entrance = tags.get("entrance", "no") != "no"
            if not near or (len(near) == 1 and not entrance):
                lost += 1
                continue
            ends = (near[0][1], OUTSIDE) if entrance or len(near) == 1 else (near[0][1], near[1][1])
            way = Passage.EXIT if ends[1] == OUTSIDE else Passage.OPEN if tags.get("door") == "no" else Passage.DOOR
            x, y = round(at.x, 2), round(at.y, 2)
            made.append(Opening(a=ends[0], b=ends[1], passage=way, state=_state(tags), x_m=x, y_m=y))
    if lost:
        findings.append(Finding(name, f"{lost} doors or entrances lie at no room's outline; left out"))
    return made


def _off(room: Room, at: BaseGeometry) -> float:
    outline = shape_of(room)
    return float("inf") if outline is None else float(outline.exterior.distance(at))


def _state(tags: dict[str, str]) -> DoorState:
    if tags.get("door") == "no" or tags.get("door:state") == "open":
        return DoorState.OPEN
    if tags.get("locked") == "yes" or tags.get("access") == "no":
        return DoorState.LOCKED
    return DoorState.CLOSED if tags.get("door:state") == "closed" else DoorState.UNKNOWN


def _ups(things: list[_Thing], rooms: list[Room]) -> list[Opening]:
    """Lifts and stairs that are mapped as points or lines with their levels."""
    made = []
    for thing in things:
        way = {"elevator": Passage.LIFT, "steps": Passage.STAIRS}.get(thing.tags.get("highway", ""))
        if way is None or thing.geometry.geom_type not in ("Point", "LineString"):
            continue
        beside = [_nearest(rooms, floor, thing.geometry) for floor in thing.levels]
        middle = thing.geometry.centroid
        for low, high in pairwise(beside):
            if low and high:
                x, y = round(middle.x, 2), round(middle.y, 2)
                made.append(Opening(a=low, b=high, passage=way, x_m=x, y_m=y))
    return made


def _nearest(rooms: list[Room], floor: float, geometry: BaseGeometry) -> str | None:
    """The room of a floor that a lift or stairs lie in, the smallest first; or the nearest within reach."""
    shapes = [(r, s) for r in rooms if r.floor == floor and (s := shape_of(r)) is not None]
    inside = [(s.area, r.id) for r, s in shapes if s.intersects(geometry)]
    near = sorted((s.distance(geometry), r.id) for r, s in shapes)
    return min(inside)[1] if inside else near[0][1] if near and near[0][0] <= LIFT_REACH_M else None


def _within(by_thing: dict[str, list[Room]], things: list[_Thing]) -> list[Opening]:
    """A space mapped on several levels is joined from level to level: mapped for stairs and lifts, else supposed."""
    tags = {t.where: t.tags for t in things}
    made = []
    for where, parts in by_thing.items():
        kind = parts[0].kind
        way = Passage.LIFT if kind == "lift" else Passage.STAIRS
        sure = kind in ("lift", "stairs") or tags[where].get("stairs") == "yes"
        for low, high in pairwise(sorted(parts, key=lambda r: r.floor)):
            made.append(Opening(a=low.id, b=high.id, passage=way, x_m=low.x_m, y_m=low.y_m, mapped=sure))
    return made


def _moved(geometry: BaseGeometry, local: Local) -> BaseGeometry:
    return shapely.transform(geometry, lambda xy: np.array([local((x, y)) for x, y in xy.tolist()]))
