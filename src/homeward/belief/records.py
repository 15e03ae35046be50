"""What we believe about where the subject is: probabilities on a grid, and an honest share outside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from homeward.errors import BadInput
from homeward.geo import Floats, Grid
from homeward.mission.nouns import MapMove


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Belief:
    """The probability map. `poa` (rows, cols), row 0 = north, sums to 1 - `outside`.

    `outside` is the probability that the subject is not on the map at all ("rest of the world"). `story` has one
    line for everything that moved probability, oldest first.
    """

    grid: Grid
    poa: Floats
    outside: float
    story: tuple[MapMove, ...] = ()

    def __post_init__(self) -> None:
        if self.poa.shape != self.grid.shape:
            raise BadInput(f"A map of {self.poa.shape} cells does not fit a grid of {self.grid.shape}.")
        total = float(self.poa.sum()) + self.outside
        if (
            not np.isfinite(total)
            or self.poa.min(initial=0.0) < 0
            or not 0 <= self.outside <= 1
            or abs(total - 1) > 1e-6
        ):
            raise BadInput(
                f"A probability map must be >= 0 and sum to 1 with its outside share; this sums to {total:g}."
            )
