"""The search inside a building: who goes to which room, what is sensed through doors and walls, what stays closed.

`room_priors` says where the subject may be before anything is known, `after_readings` moves that by what was sensed
and searched, and `plan_inside` plans with it. The solver is `rooms`; here a building becomes its problem and its
paths become moves that can be read out over a radio.
"""

from homeward.search.indoors.evidence import after_readings, pods_of
from homeward.search.indoors.plan import plan_inside
from homeward.search.indoors.priors import room_priors
from homeward.search.indoors.records import (
    IndoorMove,
    IndoorPlan,
    IndoorProblem,
    IndoorRules,
    IndoorTeam,
    indoor_plan_from_bytes,
    indoor_plan_to_bytes,
)

__all__ = [
    "IndoorMove",
    "IndoorPlan",
    "IndoorProblem",
    "IndoorRules",
    "IndoorTeam",
    "after_readings",
    "indoor_plan_from_bytes",
    "indoor_plan_to_bytes",
    "plan_inside",
    "pods_of",
    "room_priors",
]
