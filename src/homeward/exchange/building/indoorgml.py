"""IndoorGML 1.0 and 1.1 (OGC 14-005r5, 19-011r4), core and navigation module: cells become rooms, transitions ways.

The footprint of a solid cell is its outline as seen from above. Rooms are called by the cells' names where those
differ, else by their ids. Storeys are taken from `storey="1":` in a cell's description,
as the open editors write it, else from how high the cells lie. Cells that are doors (`ConnectionSpace`) and entrances
(`AnchorSpace`) become openings. Without transitions, boundaries marked as doors and shared outlines lead on.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

import shapely
from shapely import Polygon

from homeward.errors import BadFile, Finding
from homeward.exchange.building.kinds import kind_of
from homeward.exchange.building.outlines import (
    finite,
    largest,
    likely_openings,
    measured,
    passage_between,
    touching,
    walls_of,
)
from homeward.exchange.building.read import BuildingRead, Local
from homeward.exchange.building.xml import Node, read_xml
from homeward.terrain.building import OUTSIDE, XY, BuildingPlan, Opening, Passage, Room

STOREY_M = 1.5
"""Cells whose floors lie apart by less stand on one storey: ours."""

XYZ = tuple[float, float, float]
DOOR_CELLS = ("ConnectionSpace", "AnchorSpace")
DOOR_SIDES = ("ConnectionBoundary", "AnchorBoundary")


@dataclass(slots=True)
class _Cell:
    """A cell of the primal space as it stands in the file."""

    node: Node
    id: str
    state: str
    rings: list[list[XYZ]]
    point: XYZ | None

    @property
    def base(self) -> float:
        return min((p[2] for ring in self.rings for p in ring), default=self.point[2] if self.point else 0.0)


def read_indoorgml(data: bytes, *, name: str, crs: str | None = None, scale: float = 1.0) -> BuildingRead:
    """The building of an IndoorGML file. See `read_building` for the arguments and errors."""
    root = read_xml(data, name=name)
    if root.name != "IndoorFeatures":
        raise BadFile(f"{name} is XML, but no IndoorGML: its root is {root.name!r}. Export it as IndoorGML 1.1.")
    findings: list[Finding] = []
    cells = _cells(root, name, findings)
    if not cells:
        raise BadFile(f"{name} has no cell that could be read, so no room. Check that it holds the primal space.")
    points = [(x, y) for c in cells for ring in c.rings for x, y, _ in ring]
    points += [(c.point[0], c.point[1]) for c in cells if c.point]
    local = Local(points, crs=crs or _crs(root), scale=scale)
    if local.anchor is None and any(abs(v) > 10_000 / scale for p in points[:1] for v in p):
        findings.append(Finding(name, "it names no coordinate system: only its shape is used. Name one with --crs"))
    floors = _floors(cells, name, scale, findings)
    rooms = {c.id: _room(c, floors[c.id], local) for c in cells if c.node.name not in DOOR_CELLS}
    if not rooms:
        raise BadFile(f"{name} has doors but no room. Check that it holds the primal space.")
    openings = _transitions(root, cells, rooms, local, name, findings)
    touches = touching(list(rooms.values()))
    if not openings:
        openings = _by_boundary(root, cells, rooms, local)
        made = likely_openings(list(rooms.values()), touches, openings)
        openings += made
        findings.append(Finding(name, f"it has no transitions: {len(made)} ways in were worked out from the outlines"))
    plan = BuildingPlan(
        rooms=tuple(rooms.values()),
        openings=tuple(openings),
        walls=walls_of(list(rooms.values()), touches),
        anchor=local.anchor,
    )
    plan = _by_name(plan)
    return BuildingRead(plan=plan, findings=tuple(findings), name=root.words("name"), format="IndoorGML")


def _by_name(plan: BuildingPlan) -> BuildingPlan:
    """The plan with its rooms called by their names, as on their doors, where no other room has that name or id."""
    count = Counter(word for r in plan.rooms for word in {r.id, r.name})
    new = {r.id: r.name if r.name and count[r.name] == 1 else r.id for r in plan.rooms} | {OUTSIDE: OUTSIDE}
    return replace(
        plan,
        rooms=tuple(replace(r, id=new[r.id]) for r in plan.rooms),
        openings=tuple(replace(o, a=new[o.a], b=new[o.b]) for o in plan.openings),
        walls=tuple(replace(w, a=new[w.a], b=new[w.b]) for w in plan.walls),
    )


# ---- rooms --------------------------------------------------------------------------------------------------------


def _cells(root: Node, name: str, findings: list[Finding]) -> list[_Cell]:
    states = {s.attributes.get("id", ""): s for s in root.all("State")}
    dual = {_href(s.child("duality")): key for key, s in states.items() if s.child("duality")}
    cells: list[_Cell] = []
    seen: set[str] = set()
    for member in root.all("cellSpaceMember"):
        for node in member.children:
            where, key = f"{name}, line {node.line}", node.attributes.get("id", "")
            if node.name == "NonNavigableSpace":
                continue
            if not key or key in seen:
                findings.append(
                    Finding(where, f"a cell {'without an id' if not key else f'called {key} again'}; left out")
                )
                continue
            seen.add(key)
            state = dual.get(key, "") or _href(node.child("duality"))
            rings = [ring for polygon in node.all("Polygon") if len(ring := _ring(polygon)) >= 3]
            spot = next(states[state].all("Point"), None) if state in states else None
            point = next(iter(_positions(spot)), None) if spot else None
            if not rings and point is None:
                findings.append(Finding(where, f"cell {key} has no geometry that can be read; left out"))
                continue
            cells.append(_Cell(node, key, state, rings, point))
    return cells


def _room(cell: _Cell, floor: float, local: Local) -> Room:
    name = cell.node.words("name")
    kind = _kind(cell.node)
    shape = _footprint(cell, local)
    if shape is not None:
        return measured(cell.id, shape, name=name, floor=floor, kind=kind)
    x, y = local((cell.point[0], cell.point[1])) if cell.point else (0.0, 0.0)
    return Room(id=cell.id, name=name, floor=floor, kind=kind, x_m=x, y_m=y)


def _footprint(cell: _Cell, local: Local) -> Polygon | None:
    """A cell as seen from above: the union of all its surfaces, of which walls have no area."""
    shapes = [shapely.make_valid(Polygon(ring)) for ring in ([local(p[:2]) for p in r] for r in cell.rings)]
    return largest(shapely.union_all([s for s in shapes if s.area > 0])) if shapes else None


def _kind(node: Node) -> str:
    told = re.search(r'indoor="([^"]*)"', node.words("description"))
    return kind_of(told[1]) if told else ""


def _floors(cells: list[_Cell], name: str, scale: float, findings: list[Finding]) -> dict[str, float]:
    """The storey of every cell, 0 = ground floor."""
    told = {c.id: _storey(c.node) for c in cells}
    if all(s is not None for s in told.values()):
        numbers = {k: float(s) for k, s in told.items() if s is not None}
        least = min(numbers.values())
        if least != 1:
            return numbers
        shown = ", ".join(f"{s:g}" for s in sorted(set(numbers.values()))[:6])
        findings.append(Finding(name, f"storeys {shown} are counted from the ground floor, which is floor 0 here"))
        return {k: s - 1 for k, s in numbers.items()}
    return _floors_by_height({c.id: c.base * scale for c in cells}, name, findings)


def _floors_by_height(base_m: dict[str, float], name: str, findings: list[Finding]) -> dict[str, float]:
    heights = sorted(set(base_m.values()))
    storeys = [[heights[0]]]
    for lower, upper in pairwise(heights):
        if upper - lower >= STOREY_M:
            storeys.append([])
        storeys[-1].append(upper)
    nearest = min(range(len(storeys)), key=lambda i: abs(storeys[i][0]))
    ground = nearest if abs(storeys[nearest][0]) <= STOREY_M else 0
    if len(storeys) > 1:
        lows = ", ".join(f"{s[0]:.1f}" for s in storeys)
        findings.append(
            Finding(
                name, f"floors were told by height: they lie at {lows} m; the one at {storeys[ground][0]:.1f} m is 0"
            )
        )
    number = {h: float(i - ground) for i, s in enumerate(storeys) for h in s}
    return {k: number[h] for k, h in base_m.items()}


def _storey(node: Node) -> float | None:
    told = re.search(r'storey="\s*(-?\d+(?:\.\d+)?)', node.words("description"))
    text = told[1] if told else node.words("level") or node.words("storey")
    return float(text) if re.fullmatch(r"-?\d{1,3}(\.\d+)?", text) else None


# ---- ways ---------------------------------------------------------------------------------------------------------


def _transitions(
    root: Node, cells: list[_Cell], rooms: dict[str, Room], local: Local, name: str, findings: list[Finding]
) -> list[Opening]:
    """The transitions as openings, each pair of rooms and place once; door cells are passed through."""
    cell_of = {c.state: c for c in cells if c.state}
    sides = {b.attributes.get("id", ""): b for b in root.all("CellSpaceBoundary", *DOOR_SIDES)}
    found: dict[tuple[frozenset[str], XY | None], Opening] = {}
    through: dict[str, set[str]] = defaultdict(set)
    for node in root.all("Transition"):
        ends = [_href(c) for c in node.children if c.name == "connects"]
        if len(ends) != 2 or any(e not in cell_of for e in ends) or ends[0] == ends[1]:
            what = f"transition {node.attributes.get('id', '')} does not join two cells of the file; left out"
            findings.append(Finding(f"{name}, line {node.line}", what))
            continue
        a, b = cell_of[ends[0]].id, cell_of[ends[1]].id
        for one, other in ((a, b), (b, a)):
            if one not in rooms:
                through[one].add(other)
        if a in rooms and b in rooms:
            at = _place(node, sides.get(_href(node.child("duality"))), local)
            way = passage_between(rooms[a], rooms[b], Passage.DOOR)
            made = Opening(a=a, b=b, passage=way, x_m=at and at[0], y_m=at and at[1])
            found.setdefault((frozenset((a, b)), at), made)
    return [*found.values(), *_door_cells(cells, rooms, through, local)]


def _door_cells(
    cells: list[_Cell], rooms: dict[str, Room], through: dict[str, set[str]], local: Local
) -> list[Opening]:
    """A door's cell joins the rooms beside it; an anchor, or one with a single room beside it, leads outside."""
    made = []
    for cell in cells:
        beside = sorted(through[cell.id] & rooms.keys()) if cell.id in through else []
        shape = _footprint(cell, local)
        x, y = (shape.centroid.x, shape.centroid.y) if shape else local(cell.point[:2]) if cell.point else (None, None)
        if len(beside) == 1 or cell.node.name == "AnchorSpace":
            pairs = [(room, OUTSIDE) for room in beside]
        else:
            pairs = list(combinations(beside, 2))
        for a, b in pairs:
            way = Passage.EXIT if b == OUTSIDE else Passage.DOOR
            made.append(Opening(a=a, b=b, passage=way, x_m=x, y_m=y))
    return made


def _place(node: Node, side: Node | None, local: Local) -> XY | None:
    """Where a transition passes: the middle of its boundary, else the middle point of its line."""
    if side is not None:
        points = [p for polygon in side.all("Polygon", "LineString") for p in _ring(polygon)]
        if points:
            xs, ys = [p[0] for p in points], [p[1] for p in points]
            return local(((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2))
    line = next(node.all("LineString"), None)
    points = _positions(line) if line else []
    return local(points[len(points) // 2][:2]) if len(points) > 2 and len(points) % 2 else None


def _by_boundary(root: Node, cells: list[_Cell], rooms: dict[str, Room], local: Local) -> list[Opening]:
    """Doors from boundaries marked as such, where the file has no transitions."""
    marked = {b.attributes.get("id", ""): b for b in root.all(*DOOR_SIDES)}
    by_side: dict[str, list[str]] = defaultdict(list)
    for cell in cells:
        for part in cell.node.children:
            if part.name == "partialboundedBy" and _href(part) in marked and cell.id in rooms:
                by_side[_href(part)].append(cell.id)
    made = []
    for key, beside in by_side.items():
        at = _place(marked[key], marked[key], local)
        if len(beside) == 2:
            made.append(Opening(a=beside[0], b=beside[1], x_m=at and at[0], y_m=at and at[1]))
        elif len(beside) == 1 and marked[key].name == "AnchorBoundary":
            exit_ = Opening(a=beside[0], b=OUTSIDE, passage=Passage.EXIT, x_m=at and at[0], y_m=at and at[1])
            made.append(exit_)
    return [replace(o, passage=passage_between(rooms[o.a], rooms[o.b], o.passage)) if o.b in rooms else o for o in made]


# ---- GML ----------------------------------------------------------------------------------------------------------


def _href(node: Node | None) -> str:
    return node.attributes.get("href", "").lstrip("#") if node else ""


def _ring(polygon: Node) -> list[XYZ]:
    """The outer ring of a polygon, without its closing point; holes are left out."""
    outer = polygon.child("exterior") or polygon
    points = _positions(outer)
    return points[:-1] if len(points) > 1 and points[0] == points[-1] else points


def _positions(node: Node) -> list[XYZ]:
    """The points below an element, from `pos` or `posList`; [] where a number is none."""
    points: list[XYZ] = []
    try:
        for pos in node.all("pos", "posList"):
            numbers = [float(word) for word in pos.text.split()]
            told = pos.attributes.get("srsDimension", "3" if pos.name == "posList" else str(len(numbers)))
            step = 2 if told == "2" else 3
            points += [
                (numbers[i], numbers[i + 1], numbers[i + 2] if step == 3 else 0.0)
                for i in range(0, len(numbers) - step + 1, step)
            ]
    except ValueError:
        return []
    return points if finite((x, y) for x, y, _ in points) and finite((z, 0.0) for *_, z in points) else []


def _crs(root: Node) -> str | None:
    """The EPSG code of the file's coordinates, where it states one."""
    for node in root.all("Envelope", "Solid", "Polygon", "Point"):
        told = re.search(r"EPSG:+(?:[\d.]*:)?(\d{4,6})$", node.attributes.get("srsName", "").replace("/", ":"))
        if told:
            return f"EPSG:{told[1]}"
    return None
