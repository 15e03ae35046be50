"""Rooms cut into pieces that a crew searches in one step, and the times between them."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.cluster.vq import kmeans2
from scipy.spatial import cKDTree
from shapely.geometry import Polygon

from homeward.detect.walls import FLOOR_M
from homeward.geo import Floats
from homeward.search.indoors.priors import areas_m2
from homeward.search.indoors.tables import setting, speed_m2_per_s
from homeward.terrain.building import OUTSIDE, BuildingPlan, DoorState, Opening, Passage, Room

_POINTS = 40  # grid points for each piece when a room is cut: ours
_ROUND = 1.3  # ways out of doors against straight lines: ours


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a room (or, with room `OUTSIDE`, the place before an exit) and the seconds that searching it takes."""

    room: str
    x_m: float
    y_m: float
    z_m: float
    share: float
    search_s: float


Step = tuple[int, int, float]
"""A way between two neighbouring pieces and its seconds."""


def with_entrance(plan: BuildingPlan) -> tuple[BuildingPlan, str]:
    """The plan with a way in, and words on it where the plan shows none: then crews enter a likely room (ours).

    That is a room called entrance or lobby, else the one with most openings on the floor nearest to the ground.
    """
    if any(OUTSIDE in (o.a, o.b) and o.passage is not Passage.WINDOW for o in plan.openings):
        return plan, ""
    ends = Counter(room for o in plan.openings for room in (o.a, o.b))
    named = [r for r in plan.rooms if any(w in f"{r.kind} {r.name}".lower() for w in ("entrance", "lobby"))]
    room = min(named or plan.rooms, key=lambda r: (abs(r.floor), -ends[r.id], r.id))
    way = Opening(a=room.id, b=OUTSIDE, passage=Passage.EXIT, state=DoorState.OPEN, mapped=False)
    words = f"The building's plan shows no way in. The plan enters at {room.name or room.id}: check where the door is."
    return replace(plan, openings=(*plan.openings, way)), words


def search_s(plan: BuildingPlan) -> dict[str, float]:
    """Seconds that one crew takes to search each room."""
    area = areas_m2(plan)
    return {room.id: area[room.id] / speed_m2_per_s(room, area[room.id]) for room in plan.rooms}


def count(seconds: float, step_search_s: float) -> int:
    """Into how many pieces a room is cut."""
    return max(1, round(seconds / step_search_s))


def cut(plan: BuildingPlan, *, step_search_s: float) -> tuple[list[Piece], list[Step]]:
    """All pieces, those out of doors last, and the ways between neighbours."""
    seconds, walk = search_s(plan), setting("walk_mps")
    pieces: list[Piece] = []
    ways: list[Step] = []
    of: dict[str, list[int]] = {}
    for room in plan.rooms:
        k = count(seconds[room.id], step_search_s)
        at, share, beside = _parts(room, k, areas_m2(plan)[room.id])
        first = len(pieces)
        of[room.id] = list(range(first, first + len(at)))
        pieces += [
            Piece(room.id, float(x), float(y), room.floor * FLOOR_M, float(s), seconds[room.id] * float(s))
            for (x, y), s in zip(at, share, strict=True)
        ]
        ways += [(first + i, first + j, float(np.hypot(*(at[i] - at[j]))) / walk) for i, j in beside]
    out: list[int] = []
    for opening in plan.openings:
        way = _through(opening, pieces, of, out)
        if way is not None:
            ways.append(way)
    ways += [(a, b, _ROUND * math.dist(_xy(pieces[a]), _xy(pieces[b])) / walk + 1.0) for a in out for b in out if a < b]
    return pieces, ways


def _through(opening: Opening, pieces: list[Piece], of: dict[str, list[int]], out: list[int]) -> Step | None:
    """The way through an opening; one that leads out adds the place before it. None: no way, or a lift."""
    if opening.passage in (Passage.WINDOW, Passage.LIFT) or opening.a == opening.b:
        return None
    rooms = [room for room in (opening.a, opening.b) if room != OUTSIDE]
    if opening.x_m is not None and opening.y_m is not None:
        at = opening.x_m, opening.y_m
        near = [_nearest(of[room], pieces, at) for room in rooms]
    else:
        ends = [(p, q) for p in of[rooms[0]] for q in of[rooms[-1]]]
        pair = min(ends, key=lambda e: math.dist(_xy(pieces[e[0]]), _xy(pieces[e[1]])))
        near = list(pair)[: len(rooms)]
        at = _xy(pieces[near[0]])
    if len(rooms) == 1:
        inner = pieces[near[0]]
        pieces.append(Piece(OUTSIDE, at[0], at[1], inner.z_m, 0.0, 0.0))
        out.append(len(pieces) - 1)
        near.append(out[-1])
    length_m = sum(math.dist(_xy(pieces[p]), at) for p in near)
    floors = abs(pieces[near[0]].z_m - pieces[near[1]].z_m) / FLOOR_M
    return near[0], near[1], length_m / setting("walk_mps") + floors * setting("stairs_s") + door_s(opening)


def _nearest(of: list[int], pieces: list[Piece], at: tuple[float, float]) -> int:
    return min(of, key=lambda p: math.dist(_xy(pieces[p]), at))


def door_s(opening: Opening) -> float:
    """Seconds to get a door open; one of unknown state counts as shut but not locked."""
    if opening.state is DoorState.LOCKED:
        return setting("locked_s")
    free = opening.state is DoorState.OPEN
    free = free or (opening.passage in (Passage.OPEN, Passage.STAIRS) and opening.state is DoorState.UNKNOWN)
    return 0.0 if free else setting("door_s")


def _xy(piece: Piece) -> tuple[float, float]:
    return piece.x_m, piece.y_m


def _parts(room: Room, k: int, area_m2: float) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Middle of each part, its share of the room, and which parts are side by side."""
    shape = Polygon(room.ring_m).buffer(0) if len(room.ring_m) >= 3 else Polygon()
    if shape.is_empty:
        shape = shapely.box(*_square(room, area_m2))
    none = np.zeros((0, 2), np.int64)
    if k == 1:
        middle = shape.representative_point()
        return np.array([[middle.x, middle.y]]), np.ones(1), none
    west, south, east, north = shape.bounds
    gap = math.sqrt(shape.area / (k * _POINTS))
    x, y = np.meshgrid(np.arange(west + gap / 2, east, gap), np.arange(south + gap / 2, north, gap))
    points = np.column_stack([x.ravel(), y.ravel()])
    points = points[shapely.contains_xy(shape, points)]
    middle_m = points.mean(axis=0)
    _, label = kmeans2(points - middle_m, k, minit="++", seed=0)
    label = np.unique(label, return_inverse=True)[1]
    size = np.bincount(label)
    at = np.column_stack([np.bincount(label, weights=points[:, c]) / size for c in (0, 1)])
    pairs = label[cKDTree(points).query_pairs(1.1 * gap, output_type="ndarray")]
    pairs = np.unique(np.sort(pairs[pairs[:, 0] != pairs[:, 1]], axis=1), axis=0) if len(pairs) else none
    return at, size / size.sum(), pairs


def _square(room: Room, area_m2: float) -> tuple[float, float, float, float]:
    half = math.sqrt(area_m2) / 2
    return room.x_m - half, room.y_m - half, room.x_m + half, room.y_m + half
