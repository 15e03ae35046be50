"""Where in a building the subject may be before anything is known: by what a room is used for, and its size."""

from __future__ import annotations

from homeward.terrain.building import BuildingPlan


def room_priors(plan: BuildingPlan, *, given: dict[str, float] | None = None, inside: float = 1.0) -> dict[str, float]:
    """Probability by room, summing to `inside` (the chance that the subject is in the building at all)."""
    raise NotImplementedError
