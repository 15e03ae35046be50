"""A drawn plan: the plain JSON that a person can write for a building nobody has mapped. See docs/buildings.md."""

from __future__ import annotations

import math
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

import shapely
from shapely import Polygon

from homeward.errors import BadFile, Finding
from homeward.exchange.building.kinds import kind_of
from homeward.exchange.building.outlines import largest, likely_openings, measured, passage_between, touching, walls_of
from homeward.exchange.building.read import BuildingRead, Local
from homeward.terrain.building import OUTSIDE, XY, BuildingPlan, DoorState, Opening, Passage, Room, Wall

FIELDS = ("name", "material", "crs", "rooms", "doors", "walls")
ROOM_FIELDS = ("name", "label", "floor", "kind", "at", "outline", "area_m2")
DOOR_FIELDS = ("between", "way", "state", "at")
WALL_FIELDS = ("between", "material", "thickness_m")

Say = Callable[[str, str], None]


def read_drawn(content: dict[str, Any], *, name: str, crs: str | None = None, scale: float = 1.0) -> BuildingRead:
    """The building of a drawn plan, already parsed. See `read_building` for the arguments and errors."""
    findings: list[Finding] = []

    def say(field: str, what: str) -> None:
        findings.append(Finding(f"{name}, {field}", what))

    _known(content, FIELDS, "the plan", say)
    if not isinstance(content["rooms"], list):
        raise BadFile(f'{name}: \'rooms\' is no list. Write it as [{{"name": "Hall", "floor": 0}}, ...].')
    listed = [(f"rooms[{i}]", r) for i, r in enumerate(content["rooms"])]
    points = [p for _, r in listed if isinstance(r, dict) for p in (*_outline(r), *_points([r.get("at")]))]
    local = Local(points, crs=crs or _text(content.get("crs")) or None, scale=scale)
    rooms: dict[str, Room] = {}
    for field, told in listed:
        room = _room(field, told, local, say)
        if room is not None and room.id in rooms:
            say(field, f"there is a room {room.id!r} already; left out. Give each its own name")
        elif room is not None:
            rooms[room.id] = room
    if not rooms:
        why = f" ({findings[0]})" if findings else ""
        raise BadFile(f"{name} has no room that can be used{why}. Give each a name, as docs/buildings.md says.")
    openings = [
        o for i, d in enumerate(_list(content, "doors", say)) if (o := _door(f"doors[{i}]", d, rooms, local, say))
    ]
    walls = [w for i, d in enumerate(_list(content, "walls", say)) if (w := _wall(f"walls[{i}]", d, rooms, say))]
    touches = touching(list(rooms.values()))
    if not openings:
        openings = likely_openings(list(rooms.values()), touches, [])
        say("doors", f"there are none: {len(openings)} ways in were worked out from the outlines")
    plan = BuildingPlan(
        rooms=tuple(rooms.values()),
        openings=tuple(openings),
        walls=walls_of(list(rooms.values()), touches, walls),
        material=_text(content.get("material")),
        anchor=local.anchor,
    )
    return BuildingRead(plan=plan, findings=tuple(findings), name=_text(content.get("name")), format="drawn plan")


def _room(field: str, told: Any, local: Local, say: Say) -> Room | None:
    if not isinstance(told, dict) or not _text(told.get("name")):
        say(field, "a room needs at least a name; left out")
        return None
    _known(told, ROOM_FIELDS, field, say)
    name, floor = _text(told["name"]), _number(told.get("floor", 0))
    if floor is None:
        say(f"{field}.floor", f"{told.get('floor')!r} is no number: taken as 0")
        floor = 0.0
    ring = [local(p) for p in _outline(told)]
    label, kind = _text(told.get("label")), kind_of(_text(told.get("kind")))
    shape = largest(shapely.make_valid(Polygon(ring))) if len(set(ring)) >= 3 else None
    if "outline" in told and shape is None:
        say(f"{field}.outline", "it is no outline with an area, a list of 3 or more [x, y]; left out")
    if shape is not None:
        return measured(name, shape, name=label, floor=floor, kind=kind)
    spot = _points([told["at"]]) if "at" in told else []
    if "at" in told and not spot:
        say(f"{field}.at", "it is no place [x, y]; left out")
    x, y = local(spot[0]) if spot else (0.0, 0.0)
    area = _number(told.get("area_m2", 0)) or 0.0
    return Room(id=name, name=label, floor=floor, kind=kind, x_m=x, y_m=y, area_m2=max(area, 0.0))


def _door(field: str, told: Any, rooms: dict[str, Room], local: Local, say: Say) -> Opening | None:
    ends = _ends(field, told, rooms, say, outside=True)
    if ends is None:
        return None
    _known(told, DOOR_FIELDS, field, say)
    way = _choice(f"{field}.way", told.get("way"), [p.value for p in Passage], say)
    state = _choice(f"{field}.state", told.get("state"), [s.value for s in DoorState], say)
    a, b = ends if ends[0] != OUTSIDE else (ends[1], ends[0])
    passage = (
        Passage(way) if way else Passage.EXIT if b == OUTSIDE else passage_between(rooms[a], rooms[b], Passage.DOOR)
    )
    if passage is Passage.DOOR and b == OUTSIDE:
        passage = Passage.EXIT
    spot = _points([told["at"]]) if "at" in told else []
    if "at" in told and not spot:
        say(f"{field}.at", "it is no place [x, y]; left out")
    x, y = local(spot[0]) if spot else (None, None)
    return Opening(a=a, b=b, passage=passage, state=DoorState(state or "unknown"), x_m=x, y_m=y)


def _wall(field: str, told: Any, rooms: dict[str, Room], say: Say) -> Wall | None:
    ends = _ends(field, told, rooms, say, outside=True)
    if ends is None:
        return None
    _known(told, WALL_FIELDS, field, say)
    thick = _number(told.get("thickness_m")) if "thickness_m" in told else None
    if "thickness_m" in told and not (thick and thick > 0):
        say(f"{field}.thickness_m", f"{told['thickness_m']!r} is no thickness; left out")
        thick = None
    return Wall(a=ends[0], b=ends[1], material=_text(told.get("material")), thickness_m=thick)


def _ends(field: str, told: Any, rooms: dict[str, Room], say: Say, *, outside: bool) -> tuple[str, str] | None:
    ends = told.get("between") if isinstance(told, dict) else None
    if not (isinstance(ends, list) and len(ends) == 2 and all(isinstance(e, str) for e in ends)):
        say(field, 'it needs "between": [room, room]; left out')
        return None
    names = [OUTSIDE if outside and e.strip().lower() == "outside" else e.strip() for e in ends]
    for end in names:
        if end not in rooms and end != OUTSIDE:
            near = get_close_matches(end, rooms, n=1)
            say(field, f"there is no room {end!r}{f' (did you mean {near[0]!r}?)' if near else ''}; left out")
            return None
    if names[0] == names[1]:
        say(field, f"it leads from {names[0]!r} to itself; left out")
        return None
    return names[0], names[1]


def _choice(field: str, told: Any, known: list[str], say: Say) -> str | None:
    if told is None or told in known:
        return None if told is None else str(told)
    say(field, f"{told!r} is none of {', '.join(known)}; left out")
    return None


def _known(told: dict[str, Any], fields: tuple[str, ...], where: str, say: Say) -> None:
    for key in told:
        if key not in fields and not str(key).startswith("_"):
            near = get_close_matches(str(key), fields, n=1)
            say(where, f"the field {key!r} is not known{f' (did you mean {near[0]!r}?)' if near else ''}; not used")


def _list(content: dict[str, Any], field: str, say: Say) -> list[Any]:
    told = content.get(field, [])
    if isinstance(told, list):
        return told
    say(field, "it is no list; not used")
    return []


def _outline(told: dict[str, Any]) -> list[XY]:
    ring = told.get("outline")
    points = _points(ring) if isinstance(ring, list) else []
    return points if isinstance(ring, list) and len(points) == len(ring) else []


def _points(told: Any) -> list[XY]:
    """Those of a list's members that are places: two finite numbers."""
    good = []
    for one in told:
        if isinstance(one, list) and len(one) == 2:
            x, y = _number(one[0]), _number(one[1])
            if x is not None and y is not None:
                good.append((x, y))
    return good


def _number(told: Any) -> float | None:
    if isinstance(told, bool) or not isinstance(told, int | float):
        return None
    return float(told) if abs(told) < 1e9 and math.isfinite(told) else None


def _text(told: Any) -> str:
    return " ".join(str(told).split())[:60] if isinstance(told, str | int) and not isinstance(told, bool) else ""
