"""The subject's possible walks, as plain data: what they follow from, and the ensemble that they make."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from homeward.belief.categories import check_category
from homeward.errors import BadInput
from homeward.geo import Floats, Grid
from homeward.terrain.ground import Terrain

BEHAVIOURS = ("wander", "route", "direction", "stay", "view", "backtrack")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MotionProblem:
    """Where could the subject have walked? Everything the ensemble follows from but its size and seed.

    `hours` since the subject was at the IPP, ascending from 0 up: when positions are recorded. `seen_at` (UTC) is hour
    0; without it no night is known and nobody halts for one. `direction_deg` is the direction of travel at the IPP,
    true. `mobile` False: stays at the IPP. `pace` is how fast the subject goes against others, 0 < pace <= 1.
    `injured` and `responsive`, where known, hold for every subject. `mix` overrides the published shares of time spent
    (wander, route, direction, stay, view, backtrack).
    """

    terrain: Terrain
    ipp_m: tuple[float, float]
    hours: tuple[float, ...]
    category: str | None = None
    ecoregion: str | None = None
    seen_at: datetime | None = None
    direction_deg: float | None = None
    mobile: bool | None = None
    pace: float = 1.0
    injured: bool | None = None
    responsive: bool | None = None
    mix: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        if self.category is not None:
            check_category(self.category)
        if not bool(self.terrain.grid.contains(*self.ipp_m)):
            raise BadInput("The IPP lies outside the ground. Set it on the map, or load ground that holds it.")
        if not 0 < self.pace <= 1:
            raise BadInput(f"A pace of {self.pace:g} times that of others cannot be. Give more than 0, at most 1.")
        hours = np.asarray(self.hours, dtype=np.float64)
        if not (hours.size and np.isfinite(hours).all() and hours[0] >= 0 and (np.diff(hours) > 0).all()):
            raise BadInput("The hours to record must rise from 0 up. Give at least one.")
        if self.seen_at is not None and self.seen_at.tzinfo is None:
            raise BadInput("The time last seen has no zone. Give it in UTC, such as 2026-03-01T17:30Z.")
        if self.mix is not None and not (
            len(self.mix) == len(BEHAVIOURS) and min(self.mix) >= 0 and 0 < sum(self.mix) < np.inf
        ):
            raise BadInput(f"A mix of behaviours is {len(BEHAVIOURS)} shares from 0 up, not all 0: {BEHAVIOURS}.")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Anchor:
    """The map that an ensemble was reweighted to: `poa` (rows, cols) and `outside` hold at `hours`.

    `block` (rows, cols) numbers the blocks of cells whose probability the weights match, -1 where too few subjects
    come; `left` whether those who leave the map match `outside`. What is not matched stays as in `poa` at all times.
    """

    poa: Floats
    outside: float
    hours: float
    block: NDArray[np.int32]
    left: bool

    @property
    def unmatched(self) -> float:
        """Probability where the ensemble does not reach."""
        return float(self.poa[self.block < 0].sum()) + (0.0 if self.left else self.outside)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ensemble:
    """Subjects, all from the same IPP, and where each is at each of `hours`. 14 bytes a subject and 4 for each hour.

    `cell` (times, subjects) is the flat number of the cell of `grid`, -1 off the map for good. `stop_h` (subjects,) is
    when each stops for good, `injured` and `responsive` (subjects,) hold from then on. `weight` (subjects,) sums to 1
    less `anchor.unmatched`. `walkable` (rows, cols) is where anybody can be. `source` says what the walks rest on.
    """

    grid: Grid
    hours: tuple[float, ...]
    cell: NDArray[np.int32]
    stop_h: NDArray[np.float32]
    weight: Floats
    injured: NDArray[np.bool_]
    responsive: NDArray[np.bool_]
    walkable: NDArray[np.bool_]
    source: str
    anchor: Anchor | None = None

    @property
    def effective(self) -> float:
        """Effective sample size (Kish 1965, Survey Sampling): as many subjects without weights would say as much."""
        total = float(self.weight.sum())
        return total**2 / float((self.weight**2).sum()) if total > 0 else 0.0

    def mobile(self, hours: float) -> NDArray[np.bool_]:
        """Who has not stopped for good after `hours` (subjects,)."""
        return np.asarray(self.stop_h > hours, dtype=np.bool_)

    def at(self, hours: float) -> NDArray[np.int32]:
        """The cell of each subject after one of the recorded hours (subjects,)."""
        if hours not in self.hours:
            told = ", ".join(f"{h:g}" for h in self.hours)
            raise BadInput(f"Positions after {hours:g} h are not recorded. There are: {told} h.")
        return np.asarray(self.cell[self.hours.index(hours)], dtype=np.int32)
