"""Maps from an ensemble: where the subject is at any recorded hour, and what evidence of one hour says at another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from homeward.belief.motion.records import Anchor, Ensemble
from homeward.errors import BadInput
from homeward.geo import Floats

ENOUGH = 64
"""Subjects that share the kernel of each: see `raster_at`. Homeward's own choice: 12 % noise."""
WIDEST_M = 800.0
"""The widest kernel's standard deviation. Homeward's own choice."""
_DRAWN = 4.0  # at most; homeward's own choice

Places = NDArray[np.int32]
Mask = NDArray[np.bool_]


def raster_at(ensemble: Ensemble, hours: float) -> tuple[Floats, float]:
    """(poa (rows, cols), share outside) after one of the recorded hours; they sum to 1.

    Subjects still on their way are spread by a Gaussian over walkable ground. Its standard deviation is the smallest of
    0, 1, 2, 4 ... cells (to 800 m) at which 64 subjects lie within that far of them, in a square: narrow where there
    are many, wide where there are few (after Loftsgaarden and Quesenberry 1965, Ann. Math. Stat. 36:1049-1051). In a
    reweighted ensemble the kernel leans to what the map it was reweighted to has more of than the ground around (up
    to 4 times); those who have stopped for good are spread within their block as that map says, and what the ensemble
    does not reach stays as in that map.
    """
    return _raster(ensemble, ensemble.at(hours), ensemble.stop_h <= hours, ensemble.weight)


def conveyed(
    ensemble: Ensemble, likelihood: Floats, from_hours: float, to_hours: float, *, outside: float = 1.0
) -> tuple[Floats, float]:
    """What evidence of `from_hours` says of where the subject is at `to_hours`, not earlier: (likelihood, outside).

    `likelihood` (rows, cols) and `outside` are of places at `from_hours`; the result is, for each place, their mean
    over those who are there at `to_hours`, wherever they were. So it never lies beyond what went in. Where the ensemble
    brings nobody it is taken as if the subject had not moved. Times that are not recorded are refused (`BadInput`).
    """
    if likelihood.shape != ensemble.grid.shape:
        raise BadInput(f"A likelihood of {likelihood.shape} cells does not fit a map of {ensemble.grid.shape}.")
    if from_hours > to_hours:
        raise BadInput(f"Evidence of {from_hours:g} h cannot be carried back to {to_hours:g} h. Give the later map.")
    was, now = ensemble.at(from_hours), ensemble.at(to_hours)
    then = np.where(was >= 0, likelihood.ravel()[np.maximum(was, 0)], outside)
    stood, stopped = ensemble.stop_h <= from_hours, ensemble.stop_h <= to_hours
    still, still_out = _raster(ensemble, now, stood, np.where(stood, ensemble.weight, 0.0))
    went = np.where(stood, 0.0, ensemble.weight)
    rest = _raster(ensemble, now, stopped, went, alone=True)
    said = _raster(ensemble, now, stopped, went * then, alone=True)
    all_in, all_out = still + rest[0], still_out + rest[1]
    here = np.divide(still * likelihood + said[0], all_in, out=likelihood.astype(np.float64), where=all_in > 0)
    out = (still_out * outside + said[1]) / all_out if all_out > 0 else outside
    low, high = min(float(likelihood.min()), outside), max(float(likelihood.max()), outside)
    return np.clip(here, low, high), float(np.clip(out, low, high))


def sample_paths(ensemble: Ensemble, n: int, *, seed: int = 0) -> tuple[Places, Floats]:
    """(`n` paths (n, times), -1 off the map; their weights (n,), all alike, summing to 1) for planning against.

    Drawn by weight, evenly spaced over the subjects in order of where they end (systematic resampling); what a
    reweighted ensemble does not reach is in it as paths that stay where they are.
    """
    if n < 1:
        raise BadInput(f"{n} paths are none. Ask for at least 1.")
    order = np.argsort(ensemble.cell[-1], kind="stable")
    mass = [ensemble.weight[order]]
    unmatched = np.empty(0, dtype=np.int64)
    if ensemble.anchor is not None:
        unmatched = np.flatnonzero(ensemble.anchor.block.ravel() < 0)
        mass += [
            ensemble.anchor.poa.ravel()[unmatched],
            np.array([0.0 if ensemble.anchor.left else ensemble.anchor.outside]),
        ]
    so_far = np.cumsum(np.concatenate(mass))
    start = np.random.default_rng(seed).random()
    pick = np.searchsorted(so_far, (start + np.arange(n)) / n * so_far[-1], side="right")
    pick = np.minimum(pick, so_far.size - 1)
    stays = np.concatenate([np.full(order.size, -2), unmatched, [-1]])[: so_far.size][pick]
    paths = np.where(stays > -2, stays, ensemble.cell[:, order[np.minimum(pick, order.size - 1)]]).T
    return np.ascontiguousarray(paths, dtype=np.int32), np.full(n, 1.0 / n)


def _raster(
    ensemble: Ensemble, cell: Places, stopped: Mask, value: Floats, *, alone: bool = False
) -> tuple[Floats, float]:
    """`value` (subjects,) as a raster and what of it is outside; with the unmatched probability unless `alone`."""
    anchor = ensemble.anchor
    inside = cell >= 0
    outside = float(value[~inside].sum())
    if anchor is None:
        return _smoothed(ensemble, cell[inside], value[inside]), outside
    settled = inside & stopped
    moving = inside & ~stopped
    raster = _smoothed(ensemble, cell[moving], value[moving]) + _settled(anchor, cell[settled], value[settled])
    if not alone:
        raster += np.where(anchor.block < 0, anchor.poa, 0.0)
        outside += 0.0 if anchor.left else anchor.outside
    return raster, outside


def _settled(anchor: Anchor, cell: Places, value: Floats) -> Floats:
    """Those who have stopped, spread within their blocks as the map that the blocks match says."""
    flat = anchor.block.ravel()
    n = int(flat.max()) + 1
    if n == 0:
        return np.zeros(anchor.poa.shape)
    known = flat >= 0
    mine = flat[cell]
    held = np.bincount(mine[mine >= 0], weights=value[mine >= 0], minlength=n)
    mass = np.bincount(flat[known], weights=anchor.poa.ravel()[known], minlength=n)
    share = np.divide(held, mass, out=np.zeros(n), where=mass > 0)
    return np.where(anchor.block >= 0, share[np.maximum(anchor.block, 0)], 0.0) * anchor.poa


def _smoothed(ensemble: Ensemble, cell: Places, value: Floats) -> Floats:
    """`value` of subjects in walkable cells, each spread over walkable ground about it by a kernel of its own width."""
    shape, size = ensemble.grid.shape, ensemble.walkable.size
    raster = np.zeros(shape)
    if cell.size == 0:
        return raster
    ground = _ground(ensemble)
    count = np.bincount(cell, minlength=size).astype(np.float64).reshape(shape)
    held = np.bincount(cell, weights=value, minlength=size).reshape(shape)
    todo = count > 0
    widths = _widths(ensemble.grid.cell_m)
    for width in widths:
        near = (
            count
            if width == 0
            else ndimage.uniform_filter(count, 2 * width + 1, mode="constant") * (2 * width + 1) ** 2
        )
        mine = todo & ((near >= ENOUGH - 0.5) | (width == widths[-1]))
        raster += _spread_by(np.where(mine, held, 0.0), ground, width)
        todo &= ~mine
        if not todo.any():
            break
    return raster


def _widths(cell_m: float) -> tuple[int, ...]:
    """Standard deviations of the kernels, cells."""
    return (0, *(2**i for i in range(max(int(np.log2(WIDEST_M / cell_m)), 0) + 1)))


def _ground(ensemble: Ensemble) -> Floats:
    """How much of a kernel each cell takes: none where nobody walks; on a reweighted ensemble as the map it was
    reweighted to has there more or less than around."""
    walkable = ensemble.walkable.astype(np.float64)
    if ensemble.anchor is None:
        return walkable
    around = _gauss(ensemble.anchor.poa, _widths(ensemble.grid.cell_m)[-1])
    drawn = np.divide(ensemble.anchor.poa, around, out=np.zeros_like(around), where=around > 0)
    return np.asarray(walkable * np.clip(drawn, 1 / _DRAWN, _DRAWN), dtype=np.float64)


def _spread_by(held: Floats, ground: Floats, width: int) -> Floats:
    """Mass spread by a Gaussian of `width` cells times `ground`, none of it lost."""
    if width == 0 or not held.any():
        return held
    room = _gauss(ground, width)
    thinned = np.divide(held, room, out=np.zeros(held.shape), where=held > 0)
    return np.asarray(_gauss(thinned, width) * ground, dtype=np.float64)


def _gauss(raster: Floats, width: int) -> Floats:
    return np.asarray(ndimage.gaussian_filter(raster, width, mode="constant", truncate=3.0), dtype=np.float64)
