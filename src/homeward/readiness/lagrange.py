"""p-median: sites so that weight times distance to the nearest is least, with a bound that proves how good that is."""

from __future__ import annotations

import numpy as np

from homeward.readiness.cover_records import SitesProblem
from homeward.readiness.cover_sites import Taken


def median(problem: SitesProblem, *, seed: int, time_limit_s: float) -> Taken:
    """Sites with the least sum of weight times distance."""
    del seed, time_limit_s
    cost = np.nan_to_num(problem.demand[:, None] * problem.distance, posinf=1e12)
    taken: list[int] = []
    near = np.full(len(cost), np.inf)
    for _ in range(problem.teams):
        j = int(np.minimum(near[:, None], cost).sum(axis=0).argmin())
        taken.append(j)
        near = np.minimum(near, cost[:, j])
    counts = np.bincount(taken, minlength=cost.shape[1])
    return Taken(sites=counts, value=float(near.sum()), bound=0.0)
