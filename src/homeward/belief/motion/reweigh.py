"""An ensemble reweighted to a map: as probable in each place as the published figures say, and moving as simulated."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from homeward.belief.motion.records import Anchor, Ensemble
from homeward.errors import BadInput
from homeward.geo import Floats

ENOUGH = 32
"""Subjects that a block of cells must hold for its probability to be matched by weights. Homeward's own choice: their
number is then within 18 % of what it would be on average."""
WIDEST_M = 1600.0
"""The largest such block, a side. Homeward's own choice."""


def reweighted(ensemble: Ensemble, poa: Floats, hours: float) -> Ensemble:
    """The ensemble with weights by which its subjects are, after `hours` (one of those recorded), where `poa` says.

    `poa` (rows, cols) sums to at most 1; the rest is outside the map, where subjects who left it are. The map is cut
    into square blocks of cells, as small as leaves 32 subjects in every one that has probability; the subjects in a
    block share its probability evenly. What lies in blocks of 1.6 km a side with fewer subjects is not matched: there
    the map stays as it is at all times (`Anchor.unmatched`).
    """
    outside = 1.0 - float(poa.sum())
    if poa.shape != ensemble.grid.shape or not np.isfinite(outside) or poa.min() < 0 or outside < -1e-6:
        raise BadInput("The map to match must be probabilities on the ensemble's grid, with a sum of at most 1.")
    cell = ensemble.at(hours)
    inside = cell >= 0
    count = np.bincount(cell[inside], minlength=poa.size).astype(np.float64).reshape(poa.shape)
    block = _cut(poa, count, max(int(np.log2(WIDEST_M / ensemble.grid.cell_m)), 0) + 1)
    left = bool((~inside).sum() >= ENOUGH)
    anchor = Anchor(poa=poa, outside=max(outside, 0.0), hours=hours, block=block, left=left)
    weight = np.zeros(cell.size)
    flat = block.ravel()
    matched = flat >= 0
    n = int(flat.max()) + 1
    if n:
        mass = np.bincount(flat[matched], weights=poa.ravel()[matched], minlength=n)
        subjects = np.bincount(flat[matched], weights=count.ravel()[matched], minlength=n)
        mine = flat[np.maximum(cell, 0)]
        weight = np.where(inside & (mine >= 0), (mass / np.maximum(subjects, 1))[np.maximum(mine, 0)], 0.0)
    if left:
        weight[~inside] = anchor.outside / (~inside).sum()
    return replace(ensemble, weight=weight, anchor=anchor)


def _cut(poa: Floats, count: Floats, levels: int) -> NDArray[np.int32]:
    """Numbers the blocks (rows, cols), -1 where there are too few subjects: top down, a block is cut into four where
    each quarter with probability has enough of them, over `levels` sizes down to a cell."""
    size = 2 ** (levels - 1)
    rows, cols = (-(-n // size) * size for n in poa.shape)
    fill = ((0, rows - poa.shape[0]), (0, cols - poa.shape[1]))
    mass, subjects = [np.pad(poa, fill)], [np.pad(count, fill)]
    for _ in range(levels - 1):
        mass.append(_fours(mass[-1]))
        subjects.append(_fours(subjects[-1]))
    whole = subjects[-1] >= ENOUGH  # where blocks of the level are matched, themselves or by their parts
    number = np.where(whole, np.arange(whole.size).reshape(whole.shape), -1)
    for level in range(levels - 2, -1, -1):
        poor = (mass[level] > 0) & (subjects[level] < ENOUGH)
        cut = _spread(_fours(poor.astype(np.float64)) == 0)
        fresh = number.max() + 1 + np.arange(poor.size).reshape(poor.shape)
        number = _spread(number)
        number = np.where(cut & (number >= 0), fresh, number)
    kept = number[: poa.shape[0], : poa.shape[1]]
    _, small = np.unique(kept, return_inverse=True)
    return np.asarray(small.reshape(kept.shape) - (1 if kept.min() < 0 else 0), dtype=np.int32)


def _fours(raster: Floats) -> Floats:
    rows, cols = raster.shape
    return np.asarray(raster.reshape(rows // 2, 2, cols // 2, 2).sum(axis=(1, 3)), dtype=np.float64)


def _spread(raster: NDArray[Any]) -> NDArray[Any]:
    return raster.repeat(2, axis=0).repeat(2, axis=1)
