"""The verb that brings a building into a mission: reads its file, and finds out where it stands and how one gets in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from shapely import Point

from homeward.desk.answer import Answer
from homeward.desk.book import Book, again_if_grown, opened, when_told
from homeward.desk.buildings.inside import footprint, inside, plan_of, share_words
from homeward.errors import BadFile, BadInput, Finding, UnknownName
from homeward.exchange.building import BuildingRead, read_building
from homeward.exchange.building.outlines import outer_wall, shape_of, unreached
from homeward.exchange.building.read import MOST_BYTES, grid_of
from homeward.geo import Place, parse_place, utm_crs
from homeward.log import blob_id
from homeward.mission.indoor import Building, BuildingLoaded
from homeward.terrain.building import OUTSIDE, BuildingPlan, Opening, Passage, Room, building_to_bytes

LONGEST_NAME = 40
"""Of a building: homeward's own limit, against slips of the pen."""


@again_if_grown
def load_building(
    path: Path,
    file: Path,
    *,
    name: str,
    entrance: str | None = None,
    entrance_room: str | None = None,
    material: str | None = None,
    crs: str | None = None,
    scale: float = 1.0,
    label: str | None = None,
    at: str | None = None,
) -> Answer:
    """Reads a building from a file and makes it one of the mission's; an earlier one of that name is replaced.

    `entrance` is where its main entrance is, `entrance_room` the room it leads into, `material` that of its walls.
    """
    if not 0 < len(name.strip()) <= LONGEST_NAME:
        raise BadInput(f"A building's name has 1 to {LONGEST_NAME} characters, such as 'school'. This has {len(name)}.")
    read = read_building(_bytes(file), name=file.name, crs=crs, scale=scale)
    with opened(path) as book:
        before = book.mission.buildings.get(name.strip())
        kept = before.place if before is not None and not entrance and read.plan.anchor is None else None
        place = parse_place(entrance) if entrance else kept
        plan, findings = _placed(read, place, entrance_room)
        plan = replace(plan, material=material or plan.material)
        data = building_to_bytes(plan)
        building = Building(
            id=name.strip(),
            plan=blob_id(data),
            place=place or _main_entrance(plan),
            label=label or read.name or name.strip(),
            sources=(file.name,),
        )
        if before is not None:
            findings += _replaced(book, before, plan, kept=kept)
        findings += _on_map(book, plan)
        book.write(BuildingLoaded(building=building), at=when_told(book, at), blobs=[data])
        known = inside(book, building.id)
    floors = sorted({r.floor for r in plan.rooms})
    words = (
        f"Building {building.id} loaded ({read.format}, {file.name}): {len(plan.rooms)} rooms on {len(floors)} "
        f"floor{'' if len(floors) == 1 else 's'}, {len(plan.openings)} ways between them."
    )
    lines = [words, *share_words(known), *(f"  note: {f}" for f in findings)]
    return Answer(
        text="\n".join(lines),
        data={
            "id": building.id,
            "format": read.format,
            "rooms": len(plan.rooms),
            "floors": floors,
            "openings": len(plan.openings),
            "share": known.share,
            "findings": [str(f) for f in findings],
        },
    )


def _replaced(book: Book, before: Building, plan: BuildingPlan, *, kept: Place | None) -> list[Finding]:
    """What loading a name again does to what is known under it."""
    old, name = plan_of(book, before), before.id
    source = ", ".join(before.sources)
    words = f"this replaces {name} with {len(old.rooms)} rooms{f' from {source}' if source else ''}"
    found = [Finding("name", f"{words}; `homeward undo` brings it back")]
    if kept is not None:
        found.append(Finding("entrance", f"stays at {kept}, as none is given"))
    done = [s.event.room for s in book.mission.rooms_searched if s.event.building == name]
    done += [r.event.room for r in book.mission.readings if r.event.building == name]
    rooms = [r.id for r in plan.rooms if r.id in done]
    if rooms:
        found.append(Finding("rooms", f"what was searched and sensed in {', '.join(rooms)} is taken to be there too"))
    if any(m.event.building == name for m in book.mission.indoor_plans):
        found.append(Finding("plan", f"its plan counts no longer: homeward building plan MISSION {name}"))
    return found


def _bytes(file: Path) -> bytes:
    try:
        if file.stat().st_size > MOST_BYTES:
            raise BadFile(f"{file} is larger than {MOST_BYTES // 1_000_000} MB. Export only the one building.")
        return file.read_bytes()
    except OSError as err:
        raise BadFile(f"{file} cannot be read ({err.strerror}). Check the name.") from err


def _placed(read: BuildingRead, place: Place | None, room: str | None) -> tuple[BuildingPlan, list[Finding]]:
    """The plan with a way in at its main entrance and its origin on the globe, as far as they are known."""
    plan, findings = read.plan, list(read.findings)
    if room is not None:
        plan = _with_exit(plan, _named(plan, room), mapped=True)
    exits = [o for o in plan.openings if o.passage is Passage.EXIT]
    if not exits and place is not None and plan.anchor is not None:
        nearest = _room_at(plan, place)
        if nearest is not None:
            plan = _with_exit(plan, nearest, mapped=False)
            findings.append(
                Finding("entrance", f"no exit is mapped: taken to lead into {nearest.id}, the nearest room")
            )
    elif not exits:
        findings.append(Finding("entrance", "no exit is mapped: say which room it leads into, with --entrance-room"))
    if plan.anchor is None and place is not None:
        plan = replace(plan, anchor=_anchor(plan, place))
        findings.append(Finding("entrance", "the plan was put on the ground by its main entrance, its y to grid north"))
    return plan, findings + _unreached(plan)


def _unreached(plan: BuildingPlan) -> list[Finding]:
    """The rooms that nobody can be sent to: no way leads there, or only a lift."""
    lost = unreached(plan.rooms, plan.openings)
    walked = [o for o in plan.openings if o.passage is not Passage.LIFT]
    lifts = [room for room in unreached(plan.rooms, walked) if room not in lost]
    found = []
    if lost:
        found.append(Finding("ways", f"no way leads to {_count(lost)}: nobody can be sent there"))
    if lifts:
        found.append(
            Finding("ways", f"only a lift leads to {_count(lifts)}: nobody is sent there; add the stairs to the file")
        )
    return found


def _count(rooms: list[str]) -> str:
    names = ", ".join(rooms[:6]) + (" ..." if len(rooms) > 6 else "")
    return f"{len(rooms)} room{'' if len(rooms) == 1 else 's'} ({names})"


def _with_exit(plan: BuildingPlan, room: Room, *, mapped: bool) -> BuildingPlan:
    if any(o.passage is Passage.EXIT and o.a == room.id for o in plan.openings):
        first = [o for o in plan.openings if o.passage is Passage.EXIT and o.a == room.id]
        return replace(plan, openings=(*first, *(o for o in plan.openings if o not in first)))
    x, y = outer_wall(room, plan.rooms) or (room.x_m, room.y_m)
    way = Opening(a=room.id, b=OUTSIDE, passage=Passage.EXIT, x_m=x, y_m=y, mapped=mapped)
    return replace(plan, openings=(way, *plan.openings))


def _named(plan: BuildingPlan, room: str) -> Room:
    hits = [r for r in plan.rooms if room in (r.id, r.name)]
    if len(hits) != 1:
        raise UnknownName("room", room, [r.id for r in plan.rooms])
    return hits[0]


def _room_at(plan: BuildingPlan, place: Place) -> Room | None:
    """The room of the ground floor that lies nearest to a place."""
    assert plan.anchor is not None
    own = grid_of(utm_crs(plan.anchor))
    (x0, y0), (x, y) = own.to_m(plan.anchor), own.to_m(place)
    low = min((r.floor for r in plan.rooms), key=abs)
    off = [(s.distance(Point(x - x0, y - y0)), r.id) for r in plan.rooms if r.floor == low and (s := shape_of(r))]
    return plan.room(min(off)[1]) if off else None


def _anchor(plan: BuildingPlan, place: Place) -> Place:
    """The place of (0, 0) where the main entrance, or the middle of the building, is at `place`."""
    spots = [(o.x_m, o.y_m) for o in plan.openings if o.passage is Passage.EXIT and o.x_m is not None]
    middle = [(sum(r.x_m for r in plan.rooms) / len(plan.rooms), sum(r.y_m for r in plan.rooms) / len(plan.rooms))]
    x, y = (spots or middle)[0]
    own = grid_of(utm_crs(place))
    x0, y0 = own.to_m(place)
    return own.to_place(x0 - float(x or 0.0), y0 - float(y or 0.0))


def _main_entrance(plan: BuildingPlan) -> Place | None:
    """The place of the first exit, mapped ones before others."""
    exits = [o for o in plan.openings if o.passage is Passage.EXIT and o.x_m is not None and o.y_m is not None]
    if plan.anchor is None or not exits:
        return None
    first = min(exits, key=lambda o: not o.mapped)
    own = grid_of(utm_crs(plan.anchor))
    x0, y0 = own.to_m(plan.anchor)
    return own.to_place(x0 + (first.x_m or 0.0), y0 + (first.y_m or 0.0))


def _on_map(book: Book, plan: BuildingPlan) -> list[Finding]:
    area = book.mission.area
    if area is None:
        return []
    shape = footprint(plan, area.grid)
    if shape is None:
        return [Finding("place", "it is not known where the building stands: say where its entrance is, --entrance")]
    west, south, east, north = shape.bounds
    if not area.grid.contains([west, east], [south, north]).all():
        return [Finding("place", f"the building lies outside the map ({area.label}): check --entrance or --crs")]
    return []
