"""How many are there: the Poisson-binomial law of a head count."""

from __future__ import annotations

import numpy as np
from numba import njit

from homeward.geo import Floats


def counts(present: Floats) -> Floats:
    """P(exactly k are there), by people one after another (Poisson binomial).

    `present` (people, times): each person's probability, independent. Returns (times, people + 1), k = 0 first.
    """
    law: Floats = _counts(np.ascontiguousarray(present.T))
    return law


def at_least(present: Floats) -> Floats:
    """P(at least k are there); arguments and result as in `counts`."""
    found = np.cumsum(counts(present)[:, ::-1], axis=1)[:, ::-1]
    found[:, 0] = 1.0
    return np.minimum(found, 1.0)


@njit(cache=True)
def _counts(p: Floats) -> Floats:
    """P(exactly k) for each row of `p` (times, people)."""
    times, people = p.shape
    law = np.zeros((times, people + 1))
    for t in range(times):
        row = law[t]
        row[0] = 1.0
        for i in range(people):
            q = p[t, i]
            for k in range(i + 1, 0, -1):
                row[k] = row[k] * (1 - q) + row[k - 1] * q
            row[0] *= 1 - q
    return law
