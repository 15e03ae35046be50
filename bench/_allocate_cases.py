"""Allocation problems: made, the same every time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from homeward.geo import Floats
from homeward.search.allocate import AllocateProblem
from homeward.search.allocate_moving import MovingProblem


def still(segments: int, resources: int, *, whole: bool = False, seed: int = 0) -> AllocateProblem:
    """Effort for about one coverage of all ground together, however many segments there are."""
    rng = np.random.default_rng(seed)
    area_m2 = rng.lognormal(np.log(2e5), 0.5, segments)
    rate = _rates(rng, area_m2, resources)
    return AllocateProblem(
        segments=tuple(f"S{i}" for i in range(segments)),
        resources=tuple(f"R{r}" for r in range(resources)),
        weight=rng.dirichlet(np.full(segments, 0.3))[None] * 0.9,
        rate=rate[None],
        effort_s=_effort(rng, rate, 1.0),
        access_s=rng.uniform(5, 45, (resources, segments)) * 60,
        whole_segments=whole,
    )


def moving(paths: int, periods: int, side: int, resources: int, stay: float) -> MovingProblem:
    """Walks over a square of segments, each with a bent of its own; effort for one coverage over all periods."""
    rng = np.random.default_rng(paths + side)
    at = np.clip(rng.normal(side / 2, side / 8, (paths, 2)), 0, side - 1e-9)
    bent = rng.normal(0, side / 50, (paths, 2))
    segment_at = np.empty((paths, periods), dtype=np.intp)
    for t in range(periods):
        inside = ((at >= 0) & (at < side)).all(axis=1)
        segment_at[:, t] = np.where(inside, at[:, 0].astype(int) * side + at[:, 1].astype(int), -1)
        at = at + (rng.random((paths, 1)) > stay) * (bent + rng.normal(0, side / 50, (paths, 2)))
    rate = _rates(rng, np.full(side * side, 2e5), resources)
    return MovingProblem(
        segments=tuple(f"S{i}" for i in range(side * side)),
        resources=tuple(f"R{r}" for r in range(resources)),
        periods=tuple(f"P{t}" for t in range(periods)),
        weight=np.full(paths, 0.9 / paths),
        segment_at=segment_at,
        rate=np.tile(rate, (periods, 1, 1)),
        effort_s=np.tile(_effort(rng, rate, 1.0) / periods, (periods, 1)),
    )


def _rates(rng: np.random.Generator, area_m2: Floats, resources: int) -> Floats:
    width_m = rng.uniform(20, 80, (resources, 1)) * rng.uniform(0.5, 1.5, (resources, len(area_m2)))
    rate = width_m * rng.uniform(0.3, 1.2, (resources, 1)) / area_m2
    rate[rng.random(rate.shape) < 0.2] = 0.0
    return rate


def _effort(rng: np.random.Generator, rate: Floats, coverage: float) -> Floats:
    share = rng.uniform(0.5, 1.5, len(rate)) / len(rate)
    usual = np.array([np.median(row[row > 0]) if row.any() else 1.0 for row in rate])
    return np.asarray(coverage * rate.shape[1] * share / usual)


def scenarios(segments: int, resources: int, count: int, seed: int = 0) -> AllocateProblem:
    """Several things may be true of the subject: each has its own map and its own ease of being seen."""
    p = still(segments, resources, seed=seed)
    rng = np.random.default_rng(seed + 1)
    chance = rng.dirichlet(np.full(count, 2.0))
    weight = chance[:, None] * rng.dirichlet(np.full(segments, 0.3), count) * 0.9
    return replace(p, weight=weight, rate=p.rate * rng.uniform(0.3, 1.5, (count, resources, 1)))
