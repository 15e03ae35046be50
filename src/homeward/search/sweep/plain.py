"""What paths see, measured without compiled code: slower and coarser than `footprint`, by the same definitions.

It measures the first simple plan while the compiled functions are not ready, and is what they are tested against.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from homeward.geo import Floats
from homeward.search.sweep.footprint import KEY, Seen
from homeward.search.sweep.problem import SweepProblem, budget_m, paces

MOST = 4e6
FINE = 5.0


def plain_look(problem: SweepProblem, paths: dict[str, Floats], *, fine: float = FINE, points: int = 201) -> Seen:
    """Measures paths as `footprint.look` does, on sub-cells of at most radius / `fine` where `MOST` allows it."""
    parts = _parts(problem, fine)
    shape = problem.poa.shape[0] * parts, problem.poa.shape[1] * parts
    cells, when, pods = [], [], []
    for s, pace in zip(problem.searchers, paces(problem.searchers), strict=True):
        cell, gone = _looks(problem, np.atleast_2d(paths[s.id]), s.radius_m, parts, shape)
        cells.append(cell)
        when.append(gone / pace / budget_m(problem.searchers))
        pods.append(np.full(len(cell), s.pod))
    cell, at, pod = np.concatenate(cells), np.concatenate(when), np.concatenate(pods)
    row, col = np.divmod(cell, shape[1])
    worth = problem.poa[row // parts, col // parts] / parts**2 * _finds(cell, at, pod)
    left = problem.poa.astype(np.float64).ravel()
    left -= np.bincount(row // parts * problem.poa.shape[1] + col // parts, worth, left.size)
    total, order = float(problem.poa.sum()), np.argsort(at, kind="stable")
    found, moments = np.cumsum(worth[order]) / total, np.linspace(0.0, 1.0, points)
    reached = np.r_[0.0, np.minimum(found, 1.0)][np.searchsorted(at[order], moments, side="right")]
    return Seen(
        end=float(reached[-1]),
        soonest=float(worth @ (1.0 - np.minimum(at, 1.0)) / total),
        curve=tuple((float(m * budget_m(problem.searchers)), float(v)) for m, v in zip(moments, reached, strict=True)),
        left=np.maximum(left, 0.0).reshape(problem.poa.shape),
    )


def _parts(problem: SweepProblem, fine: float) -> int:
    side = min(s.radius_m for s in problem.searchers) / fine
    return max(1, min(int(np.ceil(problem.cell_m / side)), int(np.sqrt(MOST / problem.poa.size))))


def _looks(
    problem: SweepProblem, path: Floats, radius_m: float, parts: int, shape: tuple[int, int]
) -> tuple[NDArray[np.int64], Floats]:
    """Sub-cell and distance of entry in metres of each look along a path."""
    side, north = problem.cell_m / parts, problem.south_m + problem.poa.shape[0] * problem.cell_m
    xy, radius = np.column_stack([path[:, 0] - problem.west_m, north - path[:, 1]]) / side, radius_m / side
    leave, gone = np.full(shape, -np.inf), 0.0
    cells, when = [np.zeros(0, np.int64)], [np.zeros(0)]
    for k in range(max(1, len(xy) - 1)):
        a, b = xy[k], xy[min(k + 1, len(xy) - 1)]
        length = float(np.hypot(*(b - a)))
        dx, dy = (b - a) / length if length > 0 else (1.0, 0.0)
        (j0, i0), (j1, i1) = (np.minimum(a, b) - radius - 1).clip(0), np.maximum(a, b) + radius + 1
        i, j = (
            np.arange(int(i0), min(shape[0], int(max(0, i1))))[:, None],
            np.arange(int(j0), min(shape[1], int(max(0, j1)))),
        )
        px, py = j + (KEY[0] * i + KEY[1] * j) % 1.0 - a[0], i + (KEY[2] * i + KEY[3] * j) % 1.0 - a[1]
        u, square = px * dx + py * dy, radius**2 - (px * dy - py * dx) ** 2
        half = np.sqrt(np.maximum(square, 0.0))
        begin, end = gone + np.maximum(0.0, u - half), gone + np.minimum(length, u + half)
        seen = (square >= 0) & (end >= begin)
        here = leave[int(i0) : int(i0) + seen.shape[0], int(j0) : int(j0) + seen.shape[1]]
        new = seen & (begin > here + 1e-3 + 1e-6 * begin)
        rows, cols = np.nonzero(new)
        cells.append((rows + int(i0)) * shape[1] + cols + int(j0))
        when.append(begin[new] * side)
        here[seen] = np.maximum(here[seen], end[seen])
        gone += length
    return np.concatenate(cells), np.concatenate(when)


def _finds(cell: NDArray[np.int64], at: Floats, pod: Floats) -> Floats:
    """The chance that each look is the first to find what is in its sub-cell."""
    order = np.lexsort((at, cell))
    missed = np.log(np.maximum(1.0 - pod[order], 1e-30))
    before = np.cumsum(missed) - missed
    first = np.r_[True, np.diff(cell[order]) > 0]
    finds = np.empty(len(cell))
    finds[order] = pod[order] * np.exp(before - before[first][np.cumsum(first) - 1])
    return finds
