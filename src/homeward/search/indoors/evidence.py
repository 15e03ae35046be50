"""What readings and searched rooms say of where in a building the subject is."""

from __future__ import annotations

from collections.abc import Iterable

from homeward.mission.indoor import Reading
from homeward.terrain.building import BuildingPlan


def after_readings(
    belief: dict[str, float],
    readings: Iterable[Reading],
    plan: BuildingPlan,
    searched: Iterable[tuple[str, float]] = (),
    *,
    responsive: float = 0.5,
) -> dict[str, float]:
    """The belief by room after readings (Bayes, with false alarms) and searches without a find (room, POD)."""
    raise NotImplementedError
