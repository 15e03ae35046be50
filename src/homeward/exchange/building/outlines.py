"""What a plan leaves unsaid, from the rooms' outlines: which rooms touch, the walls between them, likely ways in.

All limits here are homeward's own assumptions, chosen on the public sample buildings.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

import shapely
from shapely import Polygon, STRtree
from shapely.geometry.base import BaseGeometry

from homeward.terrain.building import OUTSIDE, XY, Opening, Passage, Room, Wall

NEAR_M = 0.6
"""Outlines this near are the two faces of one wall."""
DOORWAY_M = 0.8
"""The least shared outline that a doorway fits into."""
WALL_M = 0.5
"""A shared outline shorter than this is a corner, not a wall."""
SLAB_M2 = 1.0
"""Rooms one above the other by less than this share no floor slab."""
OUTER_M = 1.5
"""So much outline that no other room touches is an outer wall that a door may be in."""

WAYS = frozenset({"corridor", "hall", "area", "lobby", "stairs", "entrance", "level"})
"""Kinds of room that one walks through: other rooms open towards them."""

Touch = tuple[str, str, float, XY]


def shape_of(room: Room) -> Polygon | None:
    """The room's outline as a polygon, mended where it crosses itself; None where it has none."""
    if len(room.ring_m) < 3:
        return None
    return largest(shapely.make_valid(Polygon(room.ring_m)))


def largest(shape: BaseGeometry) -> Polygon | None:
    """The largest polygon of any geometry, None where it has no area."""
    parts = [p for p in shapely.get_parts(shapely.get_parts(shape)).tolist() if isinstance(p, Polygon) and p.area > 0]
    return max(parts, key=lambda p: p.area, default=None)


def measured(room_id: str, shape: Polygon, *, name: str, floor: float, kind: str) -> Room:
    """A room with everything that follows from its outline."""
    inside = shape.representative_point()
    middle = shape.centroid if shape.contains(shape.centroid) else inside
    ring = tuple((round(x, 3), round(y, 3)) for x, y in shape.exterior.coords[:-1])
    x, y = round(middle.x, 2), round(middle.y, 2)
    return Room(id=room_id, name=name, floor=floor, kind=kind, x_m=x, y_m=y, area_m2=round(shape.area, 1), ring_m=ring)


def touching(rooms: Sequence[Room]) -> list[Touch]:
    """(room, room, length shared, m, middle of it) of all rooms of a floor whose outlines run along each other."""
    shaped = [(r, s) for r in rooms if (s := shape_of(r)) is not None]
    if not shaped:
        return []
    tree = STRtree([s for _, s in shaped])
    found: list[Touch] = []
    for i, j in tree.query([s for _, s in shaped], predicate="dwithin", distance=NEAR_M).T.tolist():
        (one, a), (two, b) = shaped[i], shaped[j]
        if i >= j or one.floor != two.floor:
            continue
        along = a.exterior.intersection(b.buffer(NEAR_M, cap_style="flat", join_style="mitre"))
        length = max(0.0, along.length - NEAR_M)  # what the buffer adds round the corners
        if a.exterior.intersection(b.exterior.buffer(0.01)).length > length:
            along = a.exterior.intersection(b.exterior.buffer(0.01))
            length = along.length
        if length >= WALL_M:
            middle = _middle(along)
            found.append((one.id, two.id, round(length, 2), middle))
    return found


def _middle(line: BaseGeometry) -> XY:
    longest = max(shapely.get_parts(shapely.line_merge(line)).tolist(), key=lambda p: p.length)
    at = longest.interpolate(0.5, normalized=True)
    return round(at.x, 2), round(at.y, 2)


def walls_of(rooms: Sequence[Room], touches: Iterable[Touch], known: Sequence[Wall] = ()) -> tuple[Wall, ...]:
    """Walls between rooms that touch and slabs between rooms one above the other; those `known` go before."""
    told = {frozenset((w.a, w.b)) for w in known}
    made = [Wall(a=a, b=b) for a, b, _, _ in touches if frozenset((a, b)) not in told]
    floors = sorted({r.floor for r in rooms})
    for lower, upper in pairwise(floors):
        below = [(r, s) for r in rooms if r.floor == lower and (s := shape_of(r)) is not None]
        above = [(r, s) for r in rooms if r.floor == upper and (s := shape_of(r)) is not None]
        tree = STRtree([s for _, s in below])
        for room, shape in above:
            for k in tree.query(shape, predicate="intersects").tolist():
                one, under = below[k]
                if frozenset((one.id, room.id)) not in told and shape.intersection(under).area >= SLAB_M2:
                    made.append(Wall(a=one.id, b=room.id))
    return (*known, *made)


def likely_openings(rooms: Sequence[Room], touches: Sequence[Touch], known: Sequence[Opening]) -> list[Opening]:
    """Ways in that no door is mapped for, all marked as worked out.

    Rooms without a mapped door open towards the corridors and areas beside them, by a door of unknown state; corridors
    and areas run into each other. What then still hangs together with nothing else gets a way in from outside, if it
    has an outer wall on the ground floor, else from the neighbour with which it shares most of its outline.
    """
    ways = {r.id for r in rooms if r.kind in WAYS}
    joined = {frozenset((o.a, o.b)) for o in known}
    level = [o for o in known if o.passage not in (Passage.STAIRS, Passage.LIFT)]
    reached = {end for o in level for end in (o.a, o.b)}
    made = [
        _worked_out(a, b, at, open_=a in ways and b in ways)
        for a, b, length, at in touches
        if length >= DOORWAY_M
        and frozenset((a, b)) not in joined
        and ({a, b} <= ways or any(one in ways and other not in reached for one, other in ((a, b), (b, a))))
    ]
    for _ in rooms:
        parts = _parts(rooms, [*known, *made])
        more = next((way for part in parts[1:] if (way := _some_way(part, rooms, touches))), None)
        if more is None:
            break
        made.append(more)
    return made


def _some_way(part: set[str], rooms: Sequence[Room], touches: Sequence[Touch]) -> Opening | None:
    """A way into some rooms that hang together: from outside, else through the longest wall to others."""
    for room in sorted((r for r in rooms if r.id in part and r.floor == 0), key=lambda r: r.id):
        spot = outer_wall(room, rooms)
        if spot is not None:
            return _worked_out(room.id, OUTSIDE, spot, passage=Passage.EXIT)
    across = [t for t in touches if t[2] >= DOORWAY_M and len(part & set(t[:2])) == 1]
    if not across:
        return None
    a, b, _, at = max(across, key=lambda t: t[2])
    return _worked_out(a, b, at)


def outer_wall(room: Room, rooms: Sequence[Room]) -> XY | None:
    """The middle of the longest piece of a room's outline that no other room of its floor touches; None without."""
    own = shape_of(room)
    others = [s for r in rooms if r.floor == room.floor and r.id != room.id and (s := shape_of(r)) is not None]
    if own is None:
        return None
    free = own.exterior.difference(shapely.union_all([s.buffer(NEAR_M) for s in others if s.distance(own) <= NEAR_M]))
    return _middle(free) if free.length >= OUTER_M else None


def _worked_out(a: str, b: str, at: XY, *, open_: bool = False, passage: Passage = Passage.DOOR) -> Opening:
    way = Passage.OPEN if open_ else passage
    return Opening(a=a, b=b, passage=way, x_m=at[0], y_m=at[1], mapped=False)


def passage_between(a: Room, b: Room, otherwise: Passage) -> Passage:
    """Stairs or lift where a way leads to another floor or into a lift's cage, else what it is `otherwise`."""
    if "lift" in (a.kind, b.kind):
        return Passage.LIFT
    return Passage.STAIRS if a.floor != b.floor else otherwise


def unreached(rooms: Sequence[Room], openings: Sequence[Opening]) -> list[str]:
    """The rooms that no way leads to: from outside where there is an exit, else from the largest connected part."""
    parts = _parts(rooms, openings)
    return [r.id for r in rooms if r.id not in parts[0]]


def _parts(rooms: Sequence[Room], openings: Sequence[Opening]) -> list[set[str]]:
    """The rooms that hang together; first what is reached from outside, or the most rooms where there is no exit."""
    beside: dict[str, set[str]] = {r.id: set() for r in rooms}
    for o in openings:
        if o.passage is not Passage.WINDOW:
            beside.setdefault(o.a, set()).add(o.b)
            beside.setdefault(o.b, set()).add(o.a)
    seen: set[str] = set()
    parts = []
    for name in beside:
        part, todo = set[str](), [name]
        while todo and name not in seen:
            one = todo.pop()
            if one not in part:
                part.add(one)
                todo += beside[one] - part
        seen |= part
        parts += [part] if part else []
    return sorted(parts, key=lambda p: (OUTSIDE not in p, -len(p)))


def finite(xy: Iterable[XY]) -> bool:
    """Whether all coordinates are numbers that can be reckoned with."""
    return all(math.isfinite(x) and math.isfinite(y) for x, y in xy)
