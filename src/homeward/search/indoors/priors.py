"""Where in a building the subject may be before anything is known: by what a room is used for, and its size."""

from __future__ import annotations

import math

from homeward.errors import BadInput
from homeward.search.indoors.tables import kind_of, setting
from homeward.terrain.building import BuildingPlan


def room_priors(plan: BuildingPlan, *, given: dict[str, float] | None = None, inside: float = 1.0) -> dict[str, float]:
    """Probability by room, summing to `inside` (0 to 1, the chance that the subject is in the building at all).

    Rooms share by area, kinds weighted by `room_kinds.csv`; where there are rooms called bedroom, half of it is shared
    among those (`settings.csv`). A room of unknown area counts as the median one. `given` fixes some rooms (all that
    it names; they sum to at most `inside`); the others share the rest. Raises `BadInput` for bad figures or rooms.
    """
    if not 0 < inside <= 1:
        raise BadInput(f"inside is {inside:g}. Give the chance that the subject is in the building, up to 1.")
    given = given or {}
    for room, p in given.items():
        plan.room(room)
        if not (math.isfinite(p) and p >= 0):
            raise BadInput(f"The probability of room {room!r} is {p:g}. Give one from 0 to 1.")
    fixed = sum(given.values())
    if fixed > inside + 1e-9:
        raise BadInput(f"The given rooms sum to {fixed:g}. Give at most {inside:g} in all.")
    weight = {room: w for room, w in _weights(plan).items() if room not in given}
    total = sum(weight.values())
    rest = max(inside - fixed, 0.0)
    shared = {room: rest * w / total if total > 0 else rest / len(weight) for room, w in weight.items()}
    return {room.id: given.get(room.id, shared.get(room.id, 0.0)) for room in plan.rooms}


def areas_m2(plan: BuildingPlan) -> dict[str, float]:
    """Area by room; where it is not known, the median of those that are (15 m2 where none is: ours)."""
    known = sorted(room.area_m2 for room in plan.rooms if room.area_m2 > 0)
    usual = known[len(known) // 2] if known else 15.0
    return {room.id: room.area_m2 if room.area_m2 > 0 else usual for room in plan.rooms}


def _weights(plan: BuildingPlan) -> dict[str, float]:
    area, kinds = areas_m2(plan), {room.id: kind_of(room) for room in plan.rooms}
    weight = {room: kinds[room].density * m2 for room, m2 in area.items()}
    beds = {r.id for r in plan.rooms if any("bedroom" in t.lower().replace(" ", "") for t in (r.kind, r.name))}
    elsewhere = sum(w for room, w in weight.items() if room not in beds)
    if not beds or elsewhere == 0:
        return weight
    share, asleep = setting("residential_bedrooms"), sum(weight[room] for room in beds)
    return {room: share * w / asleep if room in beds else (1 - share) * w / elsewhere for room, w in weight.items()}
