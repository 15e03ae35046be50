"""The part of a raster that is planned on, where the whole would be too much: what the searchers can reach.

Ground beyond the reach of all is left out, which changes nothing. Where that is still too wide for their radius, the
part is kept that holds most and all starts; the bound is measured on the whole raster all the same.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.search.sweep.problem import SweepProblem

MOST_SQUARES = 4e6
"""Squares as wide as the narrowest swath in the part: ours, for about 0.7 GiB of memory."""
REFUSED, WIDEST_M = 3.0, 1e8
FEWEST_CELLS = 16


def framed(problem: SweepProblem) -> tuple[SweepProblem, float]:
    """The problem on the part of its raster that is planned on, and that part's share of the raster's sum.

    It is the problem itself wherever the raster has at most `MOST_SQUARES` squares as wide as the narrowest swath.
    Cells are split where they are wider than the part. Raises `BadInput` where the raster is wider than any
    ground, or the starts lie too far apart for the radius.
    """
    high, wide = (n * problem.cell_m for n in problem.poa.shape)
    if max(high, wide) > WIDEST_M:
        raise BadInput(
            f"cell_m is {problem.cell_m:g}, which makes the raster {max(high, wide) / 1000:g} km wide. "
            "Give the side of a cell in metres."
        )
    narrow = min(problem.searchers, key=lambda s: s.radius_m)
    most_m2 = MOST_SQUARES * (2 * narrow.radius_m) ** 2
    if high * wide <= most_m2:
        return problem, 1.0
    box = _reach(problem)
    sides: Floats = box[2:] - box[:2]
    if sides.prod() > most_m2:
        least = np.maximum(_starts(problem), 0.0)
        extent = least[2:] - least[:2] if len(least) else np.zeros(2)
        sides = np.minimum(sides, np.maximum(np.sqrt(most_m2), extent))
        if sides.prod() > REFUSED * most_m2:
            raise BadInput(
                f"Searcher {narrow.id!r}: radius_m is {narrow.radius_m:g}, too small for starts that lie "
                f"{extent.max() / 1000:.0f} km apart. Give a larger radius_m, or plan for those far apart one by one."
            )
        box = _richest(problem, box, sides, least)
    split = max(1, int(np.ceil(problem.cell_m / max(float(sides.min()) / FEWEST_CELLS, problem.cell_m * 1e-12))))
    return _part(problem, box, split)


def _starts(problem: SweepProblem) -> Floats:
    """The box about all starts: west, north, east, south in metres from the north-west corner; empty without any."""
    north = problem.south_m + problem.poa.shape[0] * problem.cell_m
    xy = np.array([(s.start_m[0] - problem.west_m, north - s.start_m[1]) for s in problem.searchers if s.start_m])
    return np.concatenate([xy.min(axis=0), xy.max(axis=0)]) if len(xy) else np.zeros(0)


def _reach(problem: SweepProblem) -> Floats:
    """The box that the searchers can bring into sight, as `_starts` has it; all of the raster with a free start."""
    edge = np.array(problem.poa.shape[::-1]) * problem.cell_m
    if any(s.start_m is None for s in problem.searchers):
        return np.concatenate([np.zeros(2), edge])
    north = problem.south_m + problem.poa.shape[0] * problem.cell_m
    xy = np.array([(s.start_m[0] - problem.west_m, north - s.start_m[1]) for s in problem.searchers if s.start_m])
    far = np.array([[s.length_m + s.radius_m] for s in problem.searchers])
    return np.concatenate([np.maximum((xy - far).min(axis=0), 0.0), np.minimum((xy + far).max(axis=0), edge)])


def _richest(problem: SweepProblem, box: Floats, sides: Floats, starts: Floats) -> Floats:
    """The part of a box with those sides that holds most, with all starts in it; about the densest cell's middle."""
    low, high = box[:2], box[2:] - sides
    if len(starts):
        low, high = np.maximum(low, starts[2:] - sides), np.minimum(high, starts[:2])
    total = np.pad(np.cumsum(np.cumsum(problem.poa, axis=0), axis=1), ((1, 0), (1, 0)))
    at, first, last = [], [], []
    for axis, side in enumerate(sides):  # about the middles of cells, wide ones from edge to edge
        count = problem.poa.shape[1 - axis]
        middle = (np.arange(count) + 0.5) * problem.cell_m - side / 2
        if side > problem.cell_m:
            middle = np.round(middle / problem.cell_m) * problem.cell_m
        at.append(np.unique(np.clip(middle, low[axis], max(low[axis], high[axis]))))
        first.append(np.minimum((at[-1] / problem.cell_m).astype(np.int64), count - 1))
        last.append(np.clip(np.ceil((at[-1] + side) / problem.cell_m).astype(np.int64), first[-1] + 1, count))
    (x0, y0), (x1, y1) = first, last
    held = total[np.ix_(y1, x1)] - total[np.ix_(y0, x1)] - total[np.ix_(y1, x0)] + total[np.ix_(y0, x0)]
    i, j = np.unravel_index(int(held.argmax()), held.shape)
    corner = np.array([at[0][j], at[1][i]])
    return np.concatenate([corner, corner + sides])


def _part(problem: SweepProblem, box: Floats, split: int) -> tuple[SweepProblem, float]:
    """The raster's cells that a box touches, each split into `split` x `split`."""
    cell_m, (high, wide) = problem.cell_m / split, problem.poa.shape
    left, top = (max(0, int(np.floor(v / cell_m))) for v in box[:2])
    right, bottom = min(wide * split, int(np.ceil(box[2] / cell_m))), min(high * split, int(np.ceil(box[3] / cell_m)))
    rows, cols = np.arange(top, bottom) // split, np.arange(left, right) // split
    part = problem.poa[np.ix_(rows, cols)] / float(split) ** 2
    total, held = float(problem.poa.sum()), float(part.sum())
    if held <= 0:
        part, held = np.ones_like(part), 0.0  # nothing is within reach, wherever they go
    return (
        replace(
            problem,
            poa=part,
            cell_m=cell_m,
            west_m=problem.west_m + left * cell_m,
            south_m=problem.south_m + (high * split - bottom) * cell_m,
        ),
        held / total,
    )
