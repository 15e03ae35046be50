"""Small buildings in each format that is read, made up for the tests."""

from __future__ import annotations

import json
from typing import Any

ROOMS = {  # id: (name, storey in the description, x0, y0, x1, y1, z0)
    "C1": ("Hall", "1", 0, 0, 10, 4, 0.0),
    "C2": ("101", "1", 0, 4.2, 5, 9, 0.0),
    "C3": ("102", "1", 5.2, 4.2, 10, 9, 0.0),
    "C4": ("Attic", "2", 0, 0, 10, 9, 3.0),
}
WAYS = [("T1", "C1", "C2", (2.5, 4.1)), ("T2", "C1", "C3", (7.5, 4.1)), ("T3", "C1", "C4", None)]


def indoorgml(*, rooms: dict[str, Any] | None = None, ways: list[Any] | None = None, extra: str = "") -> bytes:
    """An IndoorGML file of box-shaped cells, with transitions both ways as editors write them."""
    rooms = ROOMS if rooms is None else rooms
    cells = "\n".join(f"<cellSpaceMember>{_cell(k, *v)}</cellSpaceMember>" for k, v in rooms.items())
    states = "\n".join(_state(k, v) for k, v in rooms.items())
    both = [w for t, a, b, at in (WAYS if ways is None else ways) for w in ((t, a, b, at), (t + "r", b, a, at))]
    transitions = "\n".join(_transition(*w) for w in both)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<IndoorFeatures xmlns="http://www.opengis.net/indoorgml/1.0/core" xmlns:gml="http://www.opengis.net/gml/3.2"
 xmlns:navi="http://www.opengis.net/indoorgml/1.0/navigation" xmlns:xlink="http://www.w3.org/1999/xlink">
<gml:name>School</gml:name>
<primalSpaceFeatures><PrimalSpaceFeatures>
{cells}
{extra}
</PrimalSpaceFeatures></primalSpaceFeatures>
<multiLayeredGraph><SpaceLayer><nodes>
{states}
</nodes><edges>
{transitions}
</edges></SpaceLayer></multiLayeredGraph>
</IndoorFeatures>""".encode()


def _cell(key: str, name: str, storey: str, x0: float, y0: float, x1: float, y1: float, z: float) -> str:
    about = f'<gml:description>storey="{storey}":indoor="room":</gml:description>' if storey else ""
    floor = [(x0, y0, z), (x1, y0, z), (x1, y1, z), (x0, y1, z), (x0, y0, z)]
    roof = [(x, y, z + 2.5) for x, y, _ in floor]
    wall = [(x0, y0, z), (x1, y0, z), (x1, y0, z + 2.5), (x0, y0, z + 2.5), (x0, y0, z)]
    surfaces = "".join(f"<gml:surfaceMember>{_polygon(ring)}</gml:surfaceMember>" for ring in (roof, floor, wall))
    solid = f"<gml:Solid><gml:exterior><gml:Shell>{surfaces}</gml:Shell></gml:exterior></gml:Solid>"
    return (
        f'<CellSpace gml:id="{key}">{about}<gml:name>{name}</gml:name>'
        f"<cellSpaceGeometry><Geometry3D>{solid}</Geometry3D></cellSpaceGeometry></CellSpace>"
    )


def _polygon(ring: list[tuple[float, float, float]]) -> str:
    points = "".join(f"<gml:pos>{x} {y} {z}</gml:pos>" for x, y, z in ring)
    return f"<gml:Polygon><gml:exterior><gml:LinearRing>{points}</gml:LinearRing></gml:exterior></gml:Polygon>"


def _state(key: str, room: tuple[Any, ...]) -> str:
    _, _, x0, y0, x1, y1, z = room
    point = f"<gml:Point><gml:pos>{(x0 + x1) / 2} {(y0 + y1) / 2} {z}</gml:pos></gml:Point>"
    return (
        f'<stateMember><State gml:id="S{key}"><duality xlink:href="#{key}"/><geometry>{point}</geometry></State>'
        "</stateMember>"
    )


def _transition(key: str, a: str, b: str, at: tuple[float, float] | None) -> str:
    points = [(0, 0), at or (0, 0), (1, 1)] if at else [(0, 0), (1, 1)]
    line = "".join(f"<gml:pos>{x} {y} 0</gml:pos>" for x, y in points)
    return (
        f'<transitionMember><Transition gml:id="{key}"><connects xlink:href="#S{a}"/><connects xlink:href="#S{b}"/>'
        f"<geometry><gml:LineString>{line}</gml:LineString></geometry></Transition></transitionMember>"
    )


DEG = 1e-5  # of latitude: about 1.1 m


def indoor_geojson(**more: Any) -> bytes:
    """Corridor, two rooms of which one has a mapped door, a lift to a basement room, and the main entrance."""
    features = [
        _space("Corridor", 0, 0, 20, 3, indoor="corridor", level="0"),
        _space("Office", 0, 3, 8, 8, indoor="room", level="0", room="office"),
        _space("Store", 8, 3, 20, 8, indoor="room", level="0", room="storage"),
        _space("Cellar", 0, 0, 20, 8, indoor="room", level="-1"),
        _point(4, 3, door="yes", level="0"),
        _point(0, 1.5, door="hinged", entrance="main", level="0"),
        _point(10, 1, highway="elevator", level="-1;0"),
        *more.get("features", []),
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def _space(name: str, x0: float, y0: float, x1: float, y1: float, **tags: str) -> dict[str, Any]:
    ring = [[x0, y0], [x1, y0], [x1, y1], [x0, y1], [x0, y0]]
    return _feature({"type": "Polygon", "coordinates": [[_at(x, y) for x, y in ring]]}, name=name, **tags)


def _point(x: float, y: float, **tags: str) -> dict[str, Any]:
    return _feature({"type": "Point", "coordinates": _at(x, y)}, **tags)


def _feature(geometry: dict[str, Any], **tags: str) -> dict[str, Any]:
    return {"type": "Feature", "properties": tags, "geometry": geometry}


def _at(x: float, y: float) -> list[float]:
    return [x * DEG, 45 + y * DEG]


DRAWN: dict[str, Any] = {
    "name": "School",
    "material": "brick",
    "rooms": [
        {"name": "Hall", "floor": 0, "kind": "corridor", "outline": [[0, 0], [12, 0], [12, 3], [0, 3]]},
        {"name": "Room 1", "kind": "classroom", "outline": [[0, 3.2], [6, 3.2], [6, 9], [0, 9]]},
        {"name": "Room 2", "kind": "classroom", "outline": [[6.2, 3.2], [12, 3.2], [12, 9], [6.2, 9]]},
        {"name": "Store", "floor": -1, "kind": "storage", "at": [5, 2], "area_m2": 20},
    ],
    "doors": [
        {"between": ["outside", "Hall"], "at": [0, 1.5], "state": "open"},
        {"between": ["Hall", "Room 1"], "at": [3, 3.1], "state": "closed"},
        {"between": ["Hall", "Room 2"], "at": [9, 3.1]},
        {"between": ["Hall", "Store"], "way": "stairs"},
    ],
    "walls": [{"between": ["Room 1", "Room 2"], "material": "concrete", "thickness_m": 0.2}],
}


def drawn(**changed: Any) -> bytes:
    """The drawn plan of a school with four rooms, with fields changed."""
    return json.dumps({**DRAWN, **changed}).encode()
