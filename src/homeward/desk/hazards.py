"""The verbs by which the manager marks what threatens people on the ground."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import shapely

from homeward.desk import clock
from homeward.desk.answer import Answer
from homeward.desk.book import Book, again_if_grown, opened, when_told
from homeward.desk.facts import LONGEST_NAME
from homeward.desk.scenarios import one_of
from homeward.errors import BadInput, UnknownName
from homeward.geo import Place, grid_around, parse_place
from homeward.mission.people import Hazard, HazardDropped, HazardKind, HazardMarked

WIDEST_M = 50_000.0
BUFFER_M = 50.0
LIMITS = {"hits_per_h": ("hits per hour", 1000.0), "speed": ("m/s", 400.0)}
"""The widest a hazard may be, how far to each side of a line it reaches unless told, and the most of its numbers:
homeward's own limits, against slips of the pen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A hazard as a person tells it: by the corners of an area, with `line` by the points of a line with `buffer_m` to
    each side, or by a `place` with `radius_m`.

    `hits_per_h` expected injuries per person and hour inside; `speed` [m/s] of what comes from it, for the time to
    warn; `begins` and `ends` bound when it threatens.
    """

    places: Sequence[str] = ()
    place: str | None = None
    radius_m: float | None = None
    line: bool = False
    buffer_m: float | None = None
    label: str = ""
    begins: str | None = None
    ends: str | None = None
    hits_per_h: float | None = None
    speed: float | None = None
    note: str = ""


@again_if_grown
def hazard(path: Path, name: str, *, kind: str, at: str | None = None, **given: Any) -> Answer:
    """Marks a hazard; `given` are the fields of `Told`. A hazard of the same name is replaced."""
    told = Told(**given)
    clean = name.strip()
    if not 0 < len(clean) <= LONGEST_NAME:
        raise BadInput(f"A hazard's name has 1 to {LONGEST_NAME} characters, such as H1. This one has {len(clean)}.")
    which = one_of("kind of hazard", kind, HazardKind)
    for what, value in (("hits_per_h", told.hits_per_h), ("speed", told.speed)):
        unit, most = LIMITS[what]
        if value is not None and not 0 < value <= most:
            raise BadInput(f"Hazard {clean!r} has {value:g} {unit}. Give more than 0 and at most {most:g}.")
    with opened(path) as book:
        ring, middle = _where(book, clean, told)
        begins, ends = _when(book, told.begins, told.ends)
        marked = Hazard(
            id=clean,
            kind=which,
            ring=ring,
            place=middle,
            radius_m=told.radius_m if middle else None,
            label=told.label,
            begins=begins,
            ends=ends,
            hits_per_h=told.hits_per_h,
            speed_mps=told.speed,
            note=told.note,
        )
        book.write(HazardMarked(hazard=marked), at=when_told(book, at))
        row = hazard_row(marked, zone=book.mission.time_zone)
    return Answer(text=f"Hazard {clean} marked: {row['says']}.", data=row)


@again_if_grown
def drop_hazard(path: Path, name: str, *, why: str = "", at: str | None = None) -> Answer:
    """A hazard is there no longer."""
    with opened(path) as book:
        if name not in book.mission.crew.hazards:
            raise UnknownName("hazard", name, book.mission.crew.hazards)
        book.write(HazardDropped(hazard=name, why=why), at=when_told(book, at))
    return Answer(text=f"Hazard {name} is there no longer.", data={"id": name})


def list_hazards(path: Path, *, personal: bool = False) -> Answer:
    """The hazards marked; what is noted of people only where asked for."""
    with opened(path, read_only=True) as book:
        zone = book.mission.time_zone
        rows = [hazard_row(one, zone=zone, personal=personal) for one in book.mission.crew.hazards.values()]
    lines = [f"{row['id']}  {row['says']}" + (f"  ({row['note']})" if row.get("note") else "") for row in rows]
    return Answer(text="\n".join(lines or ["No hazard is marked."]), data={"hazards": rows})


def hazard_row(marked: Hazard, *, zone: str, personal: bool = False) -> dict[str, Any]:
    """A hazard as data and in words."""
    where = f"{len(marked.ring)} corners" if marked.ring else f"{marked.radius_m:.0f} m around {marked.place}"
    words = [marked.kind.value + (f", {marked.label}" if marked.label else ""), where]
    for what, when in (("from", marked.begins), ("until", marked.ends)):
        words += [f"{what} {clock.show_time(when, zone)}"] if when else []
    words += [f"{marked.hits_per_h:g} injuries per person and hour"] if marked.hits_per_h is not None else []
    words += [f"comes at {marked.speed_mps:g} m/s"] if marked.speed_mps is not None else []
    row = {
        "id": marked.id,
        "kind": marked.kind.value,
        "label": marked.label,
        "ring": [[p.lat_deg, p.lon_deg] for p in marked.ring],
        "place": [marked.place.lat_deg, marked.place.lon_deg] if marked.place else None,
        "radius_m": marked.radius_m,
        "begins": marked.begins.isoformat() if marked.begins else None,
        "ends": marked.ends.isoformat() if marked.ends else None,
        "hits_per_h": marked.hits_per_h,
        "speed_mps": marked.speed_mps,
        "says": "; ".join(words),
    }
    return row | ({"note": marked.note} if personal else {})


# --- what is behind them ----------------------------------------------------------------------------------


def _where(book: Book, name: str, told: Told) -> tuple[tuple[Place, ...], Place | None]:
    """(ring, place) of a hazard: one of them is empty."""
    if bool(told.places) == (told.place is not None):
        ways = "both by corners and around a place" if told.places else "nowhere"
        raise BadInput(f"Hazard {name!r} is marked {ways}. Give its corners, or a place and a radius.")
    if told.place is None:
        corners = [parse_place(text) for text in told.places]
        grid = book.mission.area.grid if book.mission.area else grid_around(corners, margin_m=1000.0, cell_m=50.0)
        drawn = _outline(name, [grid.to_m(corner) for corner in corners], line=told.line, buffer_m=told.buffer_m)
        _on_the_map(book, name, drawn)
        return tuple(grid.to_place(float(x), float(y)) for x, y in drawn.exterior.coords[:-1]), None
    if told.radius_m is None:
        raise BadInput(f"Hazard {name!r} lies around a place without a radius. Say how far, such as --radius 300m.")
    middle = parse_place(told.place)
    radius_m = _length("radius", told.radius_m)
    if book.mission.area is not None:
        _on_the_map(book, name, shapely.Point(book.mission.area.grid.to_m(middle)).buffer(radius_m))
    return (), middle


def _outline(name: str, points: list[tuple[float, float]], *, line: bool, buffer_m: float | None) -> shapely.Polygon:
    least, what = (2, "line") if line else (3, "area")
    if len(points) < least:
        raise BadInput(f"Hazard {name!r} has {len(points)} places. Give {least} or more for its {what}.")
    if not line:
        drawn = shapely.Polygon(points)
        if not drawn.is_valid or drawn.area <= 0:
            raise BadInput(f"The outline of hazard {name!r} crosses itself. Give its corners in order, all round.")
        return drawn
    drawn = shapely.LineString(points).buffer(_length("buffer", buffer_m or BUFFER_M), quad_segs=4)
    assert isinstance(drawn, shapely.Polygon)
    return shapely.Polygon(drawn.exterior)


def _on_the_map(book: Book, name: str, drawn: shapely.Polygon) -> None:
    if book.mission.area is None:
        return
    grid = book.mission.area.grid
    if not drawn.intersects(shapely.box(grid.west_m, grid.south_m, grid.east_m, grid.north_m)):
        raise BadInput(f"Hazard {name!r} lies outside the map. Check its places, or load a larger area first.")


def _length(what: str, metres: float) -> float:
    if not 0 < metres <= WIDEST_M:
        raise BadInput(f"A {what} of {metres:g} m cannot be. Give more than 0 and at most {WIDEST_M:g} m.")
    return float(metres)


def _when(book: Book, begins: str | None, ends: str | None) -> tuple[datetime | None, datetime | None]:
    """When a hazard threatens. A clock time it begins is the nearest one, before or after now; it ends after now."""
    now, zone = clock.now(), book.mission.time_zone
    start = None
    if begins is not None:
        past = clock.read_time(begins, time_zone=zone, now=now, tense="past")
        ahead = clock.read_time(begins, time_zone=zone, now=now, tense="future")
        start = min(past, ahead, key=lambda when: abs(when - now))
    end = None if ends is None else clock.read_time(ends, time_zone=zone, now=now, tense="future")
    if start is not None and end is not None and end <= start:
        raise BadInput(f"The hazard ends ({ends}) before it begins ({begins}). Check both times, with their days.")
    return start, end
