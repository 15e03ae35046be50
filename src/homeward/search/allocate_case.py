"""The whole-tasks problem as plain arrays, and the best times for given tasks. See `allocate_whole`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from homeward.geo import Floats
from homeward.search.allocate_interior import Mask, best_split

PROVEN_GAP = 3e-6  # of the value: HiGHS is right to two millionths (see `allocate_bounds`), and one more is ours


@dataclass(frozen=True, slots=True, eq=False)
class WholeCase:
    """`weight` (scenarios, segments), `rate` (scenarios, resources, segments), `budget` (resources,) seconds.

    `access` (resources, segments) seconds is infinite where the resource cannot search, or never gets to search.
    """

    weight: Floats
    rate: Floats
    budget: Floats
    access: Floats

    def value(self, effort: Floats) -> float:
        """What searching times find."""
        return -float((self.weight * np.expm1(-(self.rate * effort).sum(axis=1))).sum())


def prices(case: WholeCase, effort: Floats) -> Floats:
    """What one more second of each resource would find where it already searches."""
    hidden = case.weight * np.exp(-(case.rate * effort).sum(axis=1))
    gain = (hidden[:, None, :] * case.rate).sum(axis=0)
    price: Floats = np.where(effort > 0, gain, 0.0).max(axis=1)
    return price


def retimed(case: WholeCase, taken: Mask) -> Floats:
    """The best searching times for given tasks; times that come out as nothing are dropped, and their access saved."""
    while True:
        paid = np.where(taken, case.access, 0.0).sum(axis=1)
        split = best_split(case.weight, np.where(taken, case.rate, 0.0), np.maximum(case.budget - paid, 0.0), gap=1e-8)
        idle = taken & (split.effort <= 1e-6 * case.budget[:, None])
        if not idle.any():
            return split.effort
        taken = taken & ~idle
