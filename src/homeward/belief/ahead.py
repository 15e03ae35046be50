"""Where a subject who is still on its way will be in the hours ahead: what a plan made against it stands on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homeward.geo import Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Movers:
    """Subjects who are still moving when a plan starts, each a whole path over its hours.

    `cell` (marks, subjects) is the flat number of the grid's cell where each is at each of `marks_s` (rising, seconds
    from the plan's start), -1 off the map for good. `weight` (subjects,) is the probability of each; their sum is the
    share of all probability that is still moving, and at mark 0 they are a part of the map that the plan is made on.
    `responsive` (subjects,) is who would answer a call.
    """

    marks_s: tuple[float, ...]
    cell: NDArray[np.int32]
    weight: Floats
    responsive: NDArray[np.bool_]

    @property
    def share(self) -> float:
        """Probability that the subject is still moving when the plan starts."""
        return float(self.weight.sum())
