"""Which casualties leave first when few can be taken at a time, so that most live (Sacco triage).

Each has an RPM score (respiration, pulse, motor response: 0 to 12) that gives a probability of survival and falls every
half hour without care. Worst first is not best, and neither is best first. Source: Sacco et al. (2005), Academic
Emergency Medicine 12(8):759-770.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.optimize import linear_sum_assignment

from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.rescue.numbers import rows

HIGHEST = 12
_TIE = 1e-12
STEP_S = 1800.0
"""Seconds from one column of the table to the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Who leaves in which period: `waves` are indices of the casualties, period by period; the rest stays behind.

    `survivors` are expected, `bound` the most possible (equal: the assignment is solved exactly). `worst_first` and
    `best_first` are the survivors of these two rules.
    """

    waves: tuple[tuple[int, ...], ...]
    left_behind: tuple[int, ...]
    survivors: float
    bound: float
    worst_first: float
    best_first: float


def survival_after(rpm: int, *, wait_s: float) -> float:
    """Probability that a casualty of this RPM score lives if taken after a wait, 0 to 6 h, beyond it as at 6 h.

    Between half hours on a straight line between the survivals there, not held flat.
    """
    if not 0 <= rpm <= HIGHEST:
        raise BadInput(f"An RPM score of {rpm} cannot be. Give 0 to {HIGHEST}.")
    if not wait_s >= 0:
        raise BadInput(f"A wait of {wait_s:g} s cannot be. Give 0 or more.")
    curve = _curves()[rpm]
    return float(np.interp(wait_s, np.arange(curve.size) * STEP_S, curve))


def schedule(rpm: Sequence[int], *, each_period: int, period_s: float = STEP_S, periods: int | None = None) -> Schedule:
    """The order that saves most when `each_period` casualties leave in each period, the first now.

    An assignment of casualties to places with the survival at the time of each as its worth; its linear relaxation is
    whole, so that it is exact. Where it is the same to survival, the worse goes earlier. `periods`: how many there are
    (None: until all are gone).
    """
    if each_period < 1 or not period_s > 0 or (periods is not None and periods < 1):
        raise BadInput(
            "Fewer than one casualty a period, or a period without length, cannot be. Give 1 or more of each."
        )
    count = -(-len(rpm) // each_period) if periods is None else periods
    worth = np.array([[survival_after(r, wait_s=t * period_s) for t in range(count)] for r in rpm])
    places = np.repeat(worth.reshape(len(rpm), count), each_period, axis=1)
    sooner = _TIE * np.outer([HIGHEST - r for r in rpm], np.arange(count, 0, -1) / count)
    who, place = linear_sum_assignment(places + np.repeat(sooner, each_period, axis=1), maximize=True)
    waves = tuple(tuple(int(i) for i in who[place // each_period == t]) for t in range(count))
    taken = {i for wave in waves for i in wave}
    value = float(places[who, place].sum())
    order = sorted(range(len(rpm)), key=lambda i: rpm[i])
    return Schedule(
        waves=waves,
        left_behind=tuple(i for i in range(len(rpm)) if i not in taken),
        survivors=value,
        bound=value,
        worst_first=_in_order(worth, order, each_period),
        best_first=_in_order(worth, order[::-1], each_period),
    )


def by_score(rpm: Sequence[int], waves: Sequence[Sequence[int]]) -> tuple[dict[int, int], ...]:
    """The waves as counts by score: equal scores may change places."""
    return tuple(dict(sorted(Counter(rpm[i] for i in wave).items())) for wave in waves)


def _in_order(worth: Floats, order: Sequence[int], each_period: int) -> float:
    count = worth.shape[1]
    return float(sum(worth[i, k // each_period] for k, i in enumerate(order) if k // each_period < count))


@lru_cache
def _curves() -> tuple[Floats, ...]:
    """Survival by half hours from now on, for each score."""
    table = rows("sacco")
    lives = np.array([float(row["survival"]) for row in table])
    after = [[int(row["rpm"]), *(int(v) for k, v in row.items() if k.startswith("after_"))] for row in table]
    return tuple(lives[scores] for scores in after)
