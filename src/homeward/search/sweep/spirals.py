"""Expanding spirals about the starts: hard to beat where all probability is one heap around them.

The expanding square search of the IAMSAR manual (ICAO and IMO, volume III), made round and shared out.
"""

from __future__ import annotations

import numpy as np

from homeward.geo import Floats
from homeward.search.sweep.forbidden import free
from homeward.search.sweep.problem import SweepProblem
from homeward.search.sweep.shape import path_of
from homeward.search.sweep.turns import turned

STEP_RAD = 0.08
MOST_RAD = 2000.0


def spirals(problem: SweepProblem, begin: dict[str, Floats]) -> dict[str, Floats]:
    """A path each, (n, 2): those who begin within a swath of each other fly the arms of one spiral.

    `begin` has (2,) metres per searcher. The arms lie such that swaths touch, be they alike or not. A spiral ends with
    the length, or where it has left all probability behind; ways home and round forbidden ground are kept to.
    """
    paths: dict[str, Floats] = {}
    for s in problem.searchers:
        if s.id in paths:
            continue
        party = [o for o in problem.searchers if o.id not in paths and _away_m(begin, s.id, o.id) <= 2 * s.radius_m]
        centre = np.mean([begin[o.id] for o in party], axis=0)
        ends = np.cumsum([2 * o.radius_m for o in party])
        far_m = _far_m(problem, centre) + float(ends[-1])
        for o, end in zip(party, ends, strict=True):
            turn = 2 * np.pi * (end - o.radius_m) / float(ends[-1])
            walk = centre + _arm(float(ends[-1]), turn, min(far_m, np.sqrt(ends[-1] * o.length_m / np.pi) + ends[-1]))
            walk = np.vstack([begin[o.id][None], walk[free(problem, walk)]])
            flat = np.zeros(len(walk))
            paths[o.id] = turned(problem, o, walk) if o.turn_radius_m > 0 else path_of(problem, o, walk, flat)
    return paths


def _arm(pitch_m: float, turn: float, far_m: float) -> Floats:
    """One arm of an Archimedean spiral that grows by `pitch_m` a turn, (n, 2) from its centre out to `far_m`."""
    angle = np.arange(0.0, min(2 * np.pi * far_m / pitch_m, MOST_RAD), STEP_RAD)
    away_m = pitch_m / (2 * np.pi) * angle
    return np.column_stack([away_m * np.cos(angle + turn), away_m * np.sin(angle + turn)])


def _away_m(begin: dict[str, Floats], one: str, other: str) -> float:
    return float(np.hypot(*(begin[one] - begin[other])))


def _far_m(problem: SweepProblem, centre: Floats) -> float:
    """From there to the farthest cell with any probability."""
    row, col = np.nonzero(problem.poa)
    x = problem.west_m + (col + 0.5) * problem.cell_m - centre[0]
    y = problem.south_m + (problem.poa.shape[0] - row - 0.5) * problem.cell_m - centre[1]
    return float(np.hypot(x, y).max()) + problem.cell_m
