"""What is noticed inside a building, through doors and walls: how likely by sense, and how often a sense cries wolf.

The table is `indoor_senses.csv`; each row says whether it is published or homeward's own judgement.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib import resources

import numpy as np
from shapely import STRtree
from shapely.geometry import Polygon

from homeward.mission.indoor import IndoorSense
from homeward.terrain.building import BuildingPlan, DoorState, Opening, Passage

FLOOR_M = 3.0
"""Height of a storey: ours."""
_TOUCH_M = 0.6  # rooms' outlines this near share a wall: ours, a thick inner wall
_ALIKE = {
    "plasterboard": "drywall",
    "gypsum": "drywall",
    "stud": "drywall",
    "timber": "wood",
    "masonry": "brick",
    "block": "brick",
    "stone": "concrete",
    "reinforced_concrete": "concrete",
    "steel": "metal",
}


class Where(StrEnum):
    """What lies between who senses and the room sensed."""

    IN = "in"
    SAME = "same"
    OPEN = "open"
    SHUT = "shut"
    WINDOW = "window"
    WALL = "wall"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Chance to notice a person who is there, chance of an alarm where nobody is, and how far it reaches (metres)."""

    notice: float
    false_alarm: float
    range_m: float


NOTHING = Rates(notice=0.0, false_alarm=0.0, range_m=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Barrier:
    """What is between two rooms: an opening (at `at_m`, where that is known) or a wall of some material."""

    where: Where
    material: str = ""
    at_m: tuple[float, float] | None = None


Barriers = dict[tuple[str, str], tuple[Barrier, ...]]


def indoor_rates(sense: IndoorSense, where: Where, material: str = "") -> Rates:
    """How well a sense notices a person, by what is between. A material not in the table counts as not known.

    `range_m` is the length of the way from sense to person, through the opening where there is one; 0 for `IN`.
    For listening, `notice` holds for subjects who answer or move, in the quiet. Sources: `indoor_senses.csv`.
    """
    table = _table()
    name = _ALIKE.get(material.lower(), material.lower()) if where is Where.WALL else ""
    return table.get((sense, where, name)) or table.get((sense, where, "")) or NOTHING


def barriers(plan: BuildingPlan) -> Barriers:
    """What is between each two rooms that touch, both ways: openings, walls of the plan, else outlines side by side."""
    found: defaultdict[tuple[str, str], set[Barrier]] = defaultdict(set)
    for opening in plan.openings:
        where = state_of(opening)
        if where is not None:
            at_m = None if opening.x_m is None or opening.y_m is None else (opening.x_m, opening.y_m)
            found[opening.a, opening.b].add(Barrier(where=where, at_m=at_m))
    told = {frozenset((wall.a, wall.b)) for wall in plan.walls}
    for wall in plan.walls:
        found[wall.a, wall.b].add(Barrier(where=Where.WALL, material=wall.material or plan.material))
    for a, b in _side_by_side(plan):
        if frozenset((a, b)) not in told:
            found[a, b].add(Barrier(where=Where.WALL, material=plan.material))
    both: defaultdict[tuple[str, str], set[Barrier]] = defaultdict(set)
    for (a, b), what in found.items():
        both[a, b] |= what
        both[b, a] |= what
    return {pair: tuple(sorted(what, key=repr)) for pair, what in both.items()}


def state_of(opening: Opening) -> Where | None:
    """What one senses through there; a door of unknown state counts as shut, a lift (None) lets nothing through."""
    if opening.passage is Passage.LIFT:
        return None
    if opening.passage is Passage.WINDOW:
        return Where.WINDOW
    if opening.passage in (Passage.OPEN, Passage.STAIRS) and opening.state in (DoorState.OPEN, DoorState.UNKNOWN):
        return Where.OPEN
    return Where.OPEN if opening.state is DoorState.OPEN else Where.SHUT


def reading_rates(between: Barriers, sense: IndoorSense, *, stood_in: str, room: str) -> Rates:
    """How well a sense at its best place in one room notices a person in another, or in the same; `NOTHING` if not.

    Range is not looked at: who takes a reading stands where it can be taken.
    """
    if stood_in == room:
        return indoor_rates(sense, Where.IN)
    across = [indoor_rates(sense, b.where, b.material) for b in between.get((stood_in, room), ())]
    return max(across, key=lambda rates: rates.notice, default=NOTHING)


def _side_by_side(plan: BuildingPlan) -> list[tuple[str, str]]:
    """Pairs of rooms of one floor whose outlines come within a wall's thickness."""
    rooms = [room for room in plan.rooms if len(room.ring_m) >= 3]
    shapes = [Polygon(room.ring_m).buffer(0) for room in rooms]
    if not rooms:
        return []
    one, two = STRtree(shapes).query(shapes, predicate="dwithin", distance=_TOUCH_M)
    pairs = zip(one[one < two].tolist(), two[one < two].tolist(), strict=True)
    return [(rooms[i].id, rooms[j].id) for i, j in pairs if np.isclose(rooms[i].floor, rooms[j].floor)]


@lru_cache(maxsize=1)
def _table() -> dict[tuple[IndoorSense, Where, str], Rates]:
    text = resources.files("homeward.detect").joinpath("indoor_senses.csv").read_text("utf-8")
    return {
        (IndoorSense(row["sense"]), Where(row["where"]), row["material"]): Rates(
            notice=float(row["notice"]), false_alarm=float(row["false_alarm"]), range_m=float(row["range_m"])
        )
        for row in csv.DictReader(text.splitlines())
    }
