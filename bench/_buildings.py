"""Buildings for the benchmark of searching inside: the shared graphs, where they are there, as `BuildingPlan`s."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from homeward.terrain.building import OUTSIDE, BuildingPlan, Opening, Passage, Room

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "buildings"
METRES = {"pnu_bldg201": 0.25}  # its outlines are in units of a drawing; a class room then has 25 m2: ours
PASSAGE = {"open": Passage.OPEN, "exit": Passage.EXIT, "stairs": Passage.STAIRS, "vertical": Passage.STAIRS}


def buildings() -> dict[str, BuildingPlan]:
    """By name; empty where the shared folder is not there."""
    return {path.parent.name: building(path) for path in sorted(FOLDER.glob("*/graph.json"))}


def building(path: Path) -> BuildingPlan:
    """One building. Parts that no mapped way joins to the rest get a shut door (or stairs) to what is nearest."""
    data = json.loads(path.read_text(encoding="utf-8"))
    scale = METRES.get(data["building"], 1.0)
    floors = sorted({float(r["level"]) for r in data["rooms"]})
    rooms = [_room(r, data, scale, floors) for r in data["rooms"] if r["type"] != "outside"]
    known = {room.id for room in rooms} | {OUTSIDE}
    openings = [
        Opening(
            a=str(e["u"]),
            b=str(e["v"]),
            passage=PASSAGE.get(e["kind"], Passage.DOOR),
            x_m=None if e["x"] is None else e["x"] * scale,
            y_m=None if e["y"] is None else e["y"] * scale,
            mapped=bool(e["explicit"]),
        )
        for e in data["edges"]
        if {str(e["u"]), str(e["v"])} <= known
    ]
    return BuildingPlan(rooms=tuple(rooms), openings=(*openings, *_joined(rooms, openings)), material="drywall")


def _room(r: dict[str, Any], data: dict[str, Any], scale: float, floors: list[float]) -> Room:
    ring = tuple((x * scale, y * scale) for x, y in r["polygon"] or ())
    room = Room(
        id=str(r["id"]),
        name=r["name"] or "",
        kind=r["type"] or "",
        floor=float(floors.index(float(r["level"]))),
        x_m=r["x"] * scale,
        y_m=r["y"] * scale,
        area_m2=(r["area"] or 0.0) * scale**2,
        ring_m=ring,
    )
    whole = data.get("room_rects", {}).get(r["name"])
    if whole is None:
        return room
    parts = Counter(other["name"] for other in data["rooms"])[r["name"]]
    (west, south), (east, north) = np.min(whole, axis=0), np.max(whole, axis=0)
    return replace(room, area_m2=float((east - west) * (north - south)) / parts)


def _joined(rooms: list[Room], openings: list[Opening]) -> list[Opening]:
    number = {room.id: k for k, room in enumerate(rooms)}
    ends = [(number[o.a], number[o.b]) for o in openings if OUTSIDE not in (o.a, o.b)]
    more: list[Opening] = []
    at = np.array([(r.x_m, r.y_m, 100.0 * r.floor) for r in rooms])
    apart = np.linalg.norm(at[:, None] - at[None], axis=2)
    while True:
        a, b = np.array(ends).T
        parts, of = connected_components(coo_array((np.ones(len(a)), (a, b)), shape=(len(rooms),) * 2), directed=False)
        if parts == 1:
            return more
        main = of == np.bincount(of).argmax()
        near = np.where(main[:, None] & ~main[None], apart, np.inf)
        i, j = np.unravel_index(int(near.argmin()), near.shape)
        ends.append((int(i), int(j)))
        way = Passage.DOOR if rooms[i].floor == rooms[j].floor else Passage.STAIRS
        more.append(Opening(a=rooms[i].id, b=rooms[j].id, passage=way, mapped=False))
