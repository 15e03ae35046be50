"""How many are there: the Poisson-binomial law of a head count."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from homeward.geo import Floats

Ints = NDArray[np.int64]


def counts(present: Floats) -> Floats:
    """P(exactly k are there), by people one after another (Poisson binomial).

    `present` (people, times): each person's probability, independent. Returns (times, people + 1), k = 0 first.
    """
    law, _ = count_laws(np.ascontiguousarray(present), np.array([0, len(present)]))
    return np.ascontiguousarray(law.T)


def at_least(present: Floats) -> Floats:
    """P(at least k are there); arguments and result as in `counts`."""
    _, law = count_laws(np.ascontiguousarray(present), np.array([0, len(present)]))
    return np.ascontiguousarray(law.T)


@njit(cache=True)
def count_laws(present: Floats, start: Ints) -> tuple[Floats, Floats]:
    """P(just k) and P(at least k) of each type are there, (people + types, times): k = 0 first, type after type.

    `present` (people, times), by type; `start` where each begins.
    """
    people, times = present.shape
    types = len(start) - 1
    just = np.zeros((people + types, times))
    more = np.zeros((people + types, times))
    for k in range(types):
        row = start[k] + k
        n = start[k + 1] - start[k]
        just[row] = 1.0
        for i in range(n):
            p = present[start[k] + i]
            for j in range(i + 1, 0, -1):
                for t in range(times):
                    just[row + j, t] = just[row + j, t] * (1 - p[t]) + just[row + j - 1, t] * p[t]
            for t in range(times):
                just[row, t] *= 1 - p[t]
        more[row + n] = just[row + n]
        for j in range(n - 1, 0, -1):
            for t in range(times):
                more[row + j, t] = min(1.0, more[row + j + 1, t] + just[row + j, t])
        more[row] = 1.0
    return just, more
