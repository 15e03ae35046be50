"""Maps from an ensemble: where the subject is at any recorded hour, and what evidence of one hour says at another."""

from __future__ import annotations

from functools import lru_cache

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
_MEAN_CELL_M = 100.0

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
    cell, weight, anchor = ensemble.at(hours), ensemble.weight, ensemble.anchor
    settled = np.where((cell >= 0) & (ensemble.stop_h <= hours), weight, 0.0)
    poa = _moving(ensemble, hours) + _settled(anchor, cell, settled) + _unmatched(anchor)
    outside = float(weight[cell < 0].sum())
    if anchor is not None and not anchor.left:
        outside += anchor.outside
    return poa, outside


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
    inside, weight, anchor = now >= 0, ensemble.weight, ensemble.anchor
    if anchor is None:  # nothing is known of who has stopped but where the kernel puts them
        stopped = stood = np.zeros(stood.size, dtype=np.bool_)
    still = _settled(anchor, now, np.where(inside & stood, weight, 0.0)) + _unmatched(anchor)
    went = np.where(inside & stopped & ~stood, weight, 0.0)
    walking = inside & ~stopped
    moving = _moving(ensemble, to_hours)
    all_in = still + _settled(anchor, now, went) + moving
    said = still * likelihood + _settled(anchor, now, went * then) + moving * _mean_of(ensemble, now, walking, then)
    here = np.divide(said, all_in, out=likelihood.astype(np.float64), where=all_in > 0)
    out_there = float(weight[~inside].sum())
    out = float((weight * then)[~inside].sum()) / out_there if out_there > 0 else outside
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


@lru_cache(maxsize=2)
def _moving(ensemble: Ensemble, hours: float) -> Floats:
    """Probability (rows, cols) of those on the map who are still on their way; of all on the map where the ensemble is
    not reweighted."""
    cell = ensemble.at(hours)
    moving = cell >= 0
    if ensemble.anchor is not None:
        moving &= ensemble.stop_h > hours
    raster = _smoothed(ensemble, cell[moving], ensemble.weight[moving])
    raster.flags.writeable = False
    return raster


def _unmatched(anchor: Anchor | None) -> Floats | float:
    return 0.0 if anchor is None else np.where(anchor.block < 0, anchor.poa, 0.0)


def _settled(anchor: Anchor | None, cell: Places, value: Floats) -> Floats | float:
    """`value` (subjects,), 0 for who has not stopped on the map, spread in the blocks as the map they match says."""
    if anchor is None or not value.any():
        return 0.0
    block = anchor.block.ravel()
    n = int(block.max()) + 1
    mine = np.where(cell >= 0, block[cell], -1)
    held = np.bincount(mine + 1, weights=value, minlength=n + 1)
    mass = np.bincount(block + 1, weights=anchor.poa.ravel(), minlength=n + 1)
    share = np.divide(held, mass, out=np.zeros(n + 1), where=mass > 0)
    share[0] = 0.0
    return np.asarray(share[block + 1].reshape(anchor.poa.shape) * anchor.poa, dtype=np.float64)


def _mean_of(ensemble: Ensemble, cell: Places, walking: Mask, value: Floats) -> Floats:
    """The mean `value` (subjects,) of those `walking` who are about each cell (rows, cols), on cells of about 100 m."""
    grid = ensemble.grid
    zoom = max(round(_MEAN_CELL_M / grid.cell_m), 1)
    rows, cols = -(-grid.n_rows // zoom), -(-grid.n_cols // zoom)
    here = cell[walking]
    coarse = here // grid.n_cols // zoom * cols + here % grid.n_cols // zoom
    weight = ensemble.weight[walking]
    each = (np.ones(here.size), weight, weight * value[walking])
    sums = [np.bincount(coarse, w, rows * cols).reshape(rows, cols).astype(np.float64) for w in each]
    mean, known = np.zeros((rows, cols)), np.zeros((rows, cols), dtype=np.bool_)
    for width in _widths(grid.cell_m * zoom):
        near, of, told = (r if width == 0 else _gauss(r, width) for r in sums)
        enough = near * max(2 * np.pi * width**2, 1.0) >= (ENOUGH if width < _widths(grid.cell_m * zoom)[-1] else 0.0)
        fresh = enough & ~known & (of > 0)
        mean[fresh] = told[fresh] / of[fresh]
        known |= fresh
    return _nearest(mean, known).repeat(zoom, axis=0).repeat(zoom, axis=1)[: grid.n_rows, : grid.n_cols]


def _nearest(raster: Floats, known: Mask) -> Floats:
    if not known.any():
        return raster
    row, col = ndimage.distance_transform_edt(~known, return_distances=False, return_indices=True)
    return np.asarray(raster[row, col], dtype=np.float64)


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
