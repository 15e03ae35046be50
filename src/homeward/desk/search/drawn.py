"""Segments that the manager draws: outlines from places, a circle or a file, checked; and how plans make room for them.

A drawn segment wins: what was cut by homeward is cut back to the ground outside it, and keeps its name.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from homeward.desk.book import Book
from homeward.errors import BadFile, BadInput
from homeward.geo import Grid, Place, parse_place
from homeward.mission.nouns import OwnSegment
from homeward.search.records import Segment
from homeward.search.segments import outline, ring_m

BUFFER_M = 50.0  # to each side of a line that is drawn (our own choice)
WIDEST_M = 20_000.0  # a circle or buffer beyond this is a slip of the pen (our own limit)
_ROUND = 8  # corners in a quarter of a circle
_LEFT = 0.2  # of a segment that was cut back: less is not worth its name, and its ground is cut anew (our own choice)
_LEAST_CELLS = 4  # a segment must hold: fewer cannot be planned for


def outline_of(grid: Grid, name: str, told: dict[str, Any]) -> tuple[tuple[Place, ...], str]:
    """The checked outline of a drawn segment, and its kind, "area" or "line".

    `told` holds `file`, or `places` (of an area's corners, or with `line` of a line's points) with `buffer_m`, or
    `around` with `radius_m`. Raises `BadInput` or `BadFile` for one that crosses itself, is off the map or too small.
    """
    ways = [told.get("file") is not None, bool(told.get("places")), told.get("around") is not None]
    if sum(ways) != 1:
        raise BadInput(
            f"Segment {name!r} is drawn in {sum(ways)} ways. Give one: a file, three places or more, or a place around "
            "which it lies."
        )
    buffer_m = _length("buffer", told.get("buffer_m") or BUFFER_M)
    if told.get("around") is not None:
        radius_m = told.get("radius_m")
        if radius_m is None:
            raise BadInput(
                f"Segment {name!r} lies around a place without a radius. Say how far, such as --radius 300m."
            )
        middle = shapely.Point(grid.to_m(parse_place(str(told["around"]))))
        drawn: BaseGeometry = middle.buffer(_length("radius", radius_m), quad_segs=_ROUND)
    elif told.get("file") is not None:
        drawn = _from_file(Path(told["file"]), grid)
    else:
        drawn = _from_places(name, [grid.to_m(parse_place(p)) for p in told["places"]], line=bool(told.get("line")))
    kind = "line" if drawn.geom_type == "LineString" else "area"
    if kind == "line":
        drawn = drawn.buffer(buffer_m, quad_segs=_ROUND)
    drawn = _checked(name, drawn, grid)
    return tuple(grid.to_place(float(x), float(y)) for x, y in drawn.exterior.coords), kind


def segment_of(own: OwnSegment, grid: Grid) -> Segment:
    """A drawn segment on the mission's grid. A strip along a line is searched in lanes, as an area is."""
    shape = shapely.Polygon([grid.to_m(p) for p in own.ring])
    return Segment(id=own.id, ring_m=ring_m(shape), area_m2=float(shape.area), poa=0.0)


def with_drawn(book: Book, earlier: Sequence[Segment], *, kept: Sequence[str] = ()) -> tuple[Segment, ...]:
    """The segments that a new plan starts from: those drawn by the manager, then those of the plan before.

    Of the latter, areas are cut back where they overlap with a drawn one, and go where little of them is left; those
    `kept`, where teams are at work, stay as they are. What was drawn and dropped again goes too.
    """
    grid = book.terrain().grid
    ground = shapely.box(grid.west_m, grid.south_m, grid.east_m, grid.north_m)
    drawn = [segment_of(s, grid) for s in book.mission.segments.values()]
    drawn = [s for s in drawn if outline(s).intersection(ground).area > _LEAST_CELLS * grid.cell_area_m2]
    names = set(book.mission.segments)
    mine = shapely.union_all([outline(s) for s in drawn])
    left = []
    for segment in earlier:
        if segment.id in names and segment.id not in kept:
            continue
        if segment.id in dropped_names(book) and segment.id not in kept:
            continue
        whole = segment.kind != "area" or segment.id in kept
        cut = segment if whole else _cut_back(segment, mine, grid)
        if cut is not None:
            left.append(cut)
    staying = {s.id for s in left}
    return (*(s for s in drawn if s.id not in staying), *left)


def dropped_names(book: Book) -> set[str]:
    """The names of segments that the manager drew once, and that count no longer."""
    from homeward.mission.choices import SegmentDrawn

    drawn = {s.entry.event.segment.id for s in book.stored if isinstance(s.entry.event, SegmentDrawn)}
    return drawn - set(book.mission.segments)


def _cut_back(segment: Segment, mine: BaseGeometry, grid: Grid) -> Segment | None:
    """The largest piece of a segment outside the drawn ones; None where too little is left."""
    shape = outline(segment)
    if shape.intersection(mine).area < grid.cell_area_m2:
        return segment
    parts = [p for p in shapely.get_parts(shape.difference(mine)) if p.geom_type == "Polygon"]
    best = max(parts, key=lambda p: p.area, default=None)
    if best is None or best.area < max(_LEFT * shape.area, _LEAST_CELLS * grid.cell_area_m2):
        return None
    if best.interiors:  # a ring around a drawn segment: cut open, the larger half keeps the name
        west, south, east, north = best.bounds
        middle = best.interiors[0].centroid.x
        halves = [best.intersection(shapely.box(a, south, b, north)) for a, b in ((west, middle), (middle, east))]
        best = max((p for half in halves for p in shapely.get_parts(half)), key=lambda p: p.area)
        best = shapely.Polygon(best.exterior)
    return replace(segment, ring_m=ring_m(best), area_m2=float(best.area))


def _from_places(name: str, points: list[tuple[float, float]], *, line: bool) -> BaseGeometry:
    least, what = (2, "line") if line else (3, "area")
    if len(points) < least:
        raise BadInput(f"Segment {name!r} has {len(points)} places. Give {least} or more for its {what}.")
    return shapely.LineString(points) if line else shapely.Polygon(points)


def _from_file(file: Path, grid: Grid) -> BaseGeometry:
    """The one polygon or line of a GeoJSON file, metres."""
    try:
        found = list(_geometries(json.loads(file.read_text(encoding="utf-8-sig"))))
        shapes = [shapely.geometry.shape(g) for g in found if g.get("type") != "Point"]
    except OSError as err:
        raise BadFile(f"{file} cannot be read ({err.strerror}). Check the name.") from err
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError, shapely.errors.ShapelyError) as err:
        raise BadFile(f"{file} is no GeoJSON that can be read ({err}). Save the outline as a GeoJSON polygon.") from err
    shapes = [p for s in shapes for p in shapely.get_parts(s) if p.geom_type in ("Polygon", "LineString")]
    if len(shapes) != 1:
        raise BadInput(
            f"{file} holds {len(shapes)} outlines. Give a file with the one polygon or line of this segment."
        )
    if isinstance(shapes[0], shapely.Polygon):
        return shapely.Polygon(grid.xy_m(shapely.get_coordinates(shapes[0].exterior)))
    return shapely.LineString(grid.xy_m(shapely.get_coordinates(shapes[0])))


def _geometries(data: Any) -> list[dict[str, Any]]:
    if isinstance(data, dict) and data.get("type") == "FeatureCollection":
        return [g for feature in data["features"] for g in _geometries(feature)]
    if isinstance(data, dict) and data.get("type") == "Feature":
        return _geometries(data["geometry"])
    if isinstance(data, dict) and "coordinates" in data:
        return [data]
    raise ValueError("it holds no feature")


def _checked(name: str, drawn: BaseGeometry, grid: Grid) -> shapely.Polygon:
    if not drawn.is_valid:
        where = shapely.is_valid_reason(drawn)
        spot = [float(v) for v in where[where.find("[") + 1 : where.find("]")].split()] if "[" in where else []
        near = f" near {grid.to_place(*spot[:2])}" if len(spot) > 1 else ""
        raise BadInput(f"The outline of segment {name!r} crosses itself{near}. Give its corners in order, all round.")
    outside = drawn.difference(shapely.box(grid.west_m, grid.south_m, grid.east_m, grid.north_m))
    if outside.area > grid.cell_area_m2:
        at = grid.to_place(*outside.representative_point().coords[0])
        raise BadInput(f"Segment {name!r} reaches off the map, to {at}. Check its places, or load a larger area first.")
    if drawn.area < _LEAST_CELLS * grid.cell_area_m2:
        least = _LEAST_CELLS * grid.cell_area_m2
        raise BadInput(
            f"Segment {name!r} has {drawn.area:.0f} m2, too little on a map of {grid.cell_m:g} m cells. Draw it with "
            f"{least:.0f} m2 or more."
        )
    assert isinstance(drawn, shapely.Polygon)
    return shapely.Polygon(drawn.exterior)


def _length(what: str, metres: float) -> float:
    if not 0 < metres <= WIDEST_M:
        raise BadInput(f"A {what} of {metres:g} m cannot be. Give more than 0 and at most {WIDEST_M:g} m.")
    return float(metres)
