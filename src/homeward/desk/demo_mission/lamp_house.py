"""The mine's old lamp house, which stands on no map: an invented plan, drawn the way docs/buildings.md describes."""

from __future__ import annotations

from typing import Any

NAME = "lamp house"


def _box(west: float, south: float, east: float, north: float) -> list[list[float]]:
    return [[west, south], [east, south], [east, north], [west, north]]


PLAN: dict[str, Any] = {
    "name": "Lamp house of the old mine",
    "material": "brick",
    "rooms": [
        {"name": "Hall", "kind": "corridor", "outline": _box(0, 0, 16, 2.4)},
        {"name": "Lamp room", "kind": "storage", "outline": _box(0, 2.6, 6, 7)},
        {"name": "Wash house", "kind": "washroom", "outline": _box(6.2, 2.6, 11, 7)},
        {"name": "Pay office", "kind": "office", "outline": _box(11.2, 2.6, 16, 7)},
        {"name": "Tool store", "kind": "storage", "outline": _box(0, -4.6, 5, -0.2)},
        {"name": "Boiler room", "kind": "technical", "outline": _box(5.2, -4.6, 10, -0.2)},
        {"name": "Workshop", "kind": "room", "outline": _box(10.2, -4.6, 16, -0.2)},
        {"name": "Cellar", "kind": "cellar", "floor": -1, "outline": _box(5.2, -4.6, 10, -0.2)},
    ],
    "doors": [
        {"between": ["outside", "Hall"], "at": [0, 1.2], "state": "open"},
        {"between": ["Hall", "Lamp room"], "at": [3, 2.5], "state": "closed"},
        {"between": ["Hall", "Wash house"], "at": [8.5, 2.5], "state": "closed"},
        {"between": ["Hall", "Pay office"], "at": [13, 2.5], "state": "locked"},
        {"between": ["Hall", "Tool store"], "at": [3, -0.1], "state": "locked"},
        {"between": ["Hall", "Boiler room"], "at": [8.5, -0.1], "state": "closed"},
        {"between": ["Hall", "Workshop"], "at": [13, -0.1], "state": "open"},
        {"between": ["Boiler room", "Cellar"], "at": [9, -1], "way": "stairs"},
    ],
}
