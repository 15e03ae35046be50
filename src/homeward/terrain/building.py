"""A building as plain data: rooms on floors, doors, stairs and walls between them. Read from files by `exchange`."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from enum import StrEnum

from homeward.errors import BadInput
from homeward.geo import Place

OUTSIDE = "OUTSIDE"
"""The room that stands for all outdoors: exits lead there."""

XY = tuple[float, float]


class Passage(StrEnum):
    """What leads from one room to another. A window is no way, but one can look or be looked through it."""

    OPEN = "open"
    DOOR = "door"
    STAIRS = "stairs"
    LIFT = "lift"
    EXIT = "exit"
    WINDOW = "window"


class DoorState(StrEnum):
    """What is known of a door."""

    OPEN = "open"
    CLOSED = "closed"
    LOCKED = "locked"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A room, a corridor, a hall, or a part of one. `ring_m` is its outline in metres of the building, or ().

    `kind` is what it is used for ("bedroom", "corridor"...; "" = not known), `floor` the storey, 0 = ground floor.
    """

    id: str
    name: str = ""
    floor: float = 0.0
    kind: str = ""
    x_m: float = 0.0
    y_m: float = 0.0
    area_m2: float = 0.0
    ring_m: tuple[XY, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A way between rooms `a` and `b` (`OUTSIDE` for out of doors), at `x_m`, `y_m` where known.

    `mapped` is False where it was worked out from the outlines and does not stand in the plan.
    """

    a: str
    b: str
    passage: Passage = Passage.DOOR
    state: DoorState = DoorState.UNKNOWN
    x_m: float | None = None
    y_m: float | None = None
    mapped: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Wall:
    """A wall or floor slab between two rooms that touch. `material` is a name of `detect`'s table, "" = not known."""

    a: str
    b: str
    material: str = ""
    thickness_m: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildingPlan:
    """The whole building. `material` is that of walls that say nothing else.

    `anchor` is the place of the point (0, 0), where it is known; x and y run along its UTM grid.
    """

    rooms: tuple[Room, ...]
    openings: tuple[Opening, ...]
    walls: tuple[Wall, ...] = ()
    material: str = ""
    anchor: Place | None = None

    def __post_init__(self) -> None:
        if not self.rooms:
            raise BadInput("The building has no room. Give a plan with at least one.")
        twice = [name for name, n in Counter(r.id for r in self.rooms).items() if n > 1]
        if twice:
            raise BadInput(f"Two rooms of the building are called {twice[0]!r}. Give each its own name.")
        names = {r.id for r in self.rooms} | {OUTSIDE}
        for end in (*(e for o in self.openings for e in (o.a, o.b)), *(e for w in self.walls for e in (w.a, w.b))):
            if end not in names:
                raise BadInput(f"A door or wall names room {end!r}, which the building has not. Name one it has.")

    def room(self, name: str) -> Room:
        """The room of that id. Raises `BadInput` for one that the building has not."""
        for room in self.rooms:
            if room.id == name:
                return room
        raise BadInput(f"The building has no room {name!r}. It has: {', '.join(r.id for r in self.rooms[:12])}.")


def building_to_bytes(plan: BuildingPlan) -> bytes:
    """A building as canonical JSON: the same building always gives the same bytes."""
    return json.dumps(asdict(plan), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def building_from_bytes(data: bytes) -> BuildingPlan:
    """The building that `building_to_bytes` wrote. Raises `BadInput` for anything else."""
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(BuildingPlan).validate_python(json.loads(data))
    except (ValidationError, ValueError) as err:
        raise BadInput("The stored building is damaged. Load it again with: homeward building load.") from err
