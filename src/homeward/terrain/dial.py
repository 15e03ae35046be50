"""The kernel under `travel`: least times over a raster with a bucket queue, in numba.

Rasters are flat, with a margin of two impassable cells, so that no step asks whether it leaves the map. The queue
is an array of doubly linked lists, one per time slot; slots are a little narrower than the shortest step, so
a cell in the current slot is final and no cell is taken up twice (Dial 1969, CACM 12:632-633).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from homeward.geo import Floats

STEPS = np.array(
    [
        (-1, 0), (1, 0), (0, -1), (0, 1), (-1, -1), (-1, 1), (1, -1), (1, 1),
        (-2, -1), (-2, 1), (2, -1), (2, 1), (-1, -2), (-1, 2), (1, -2), (1, 2),
    ],
    dtype=np.int64,
)  # fmt: skip
"""The moves (row, column): 8 neighbours, then 8 knight's moves."""


class Ground(NamedTuple):
    """What a walk depends on. `z` elevation [m], `effort` 1 / going (inf = impassable), `pace` [s/m] by slope -1..1."""

    z: Floats
    effort: Floats
    on_path: NDArray[np.bool_]
    pace: Floats
    cell_m: float
    cols: int


class _Queue(NamedTuple):
    head: NDArray[np.int32]
    after: NDArray[np.int32]
    before: NDArray[np.int32]


@njit(cache=True)
def step_s(ground: Ground, a: int, dr: int, dc: int) -> float:  # pragma: no cover
    """Seconds from flat cell `a` by (dr, dc); inf where it cannot be walked."""
    b = a + dr * ground.cols + dc
    if dr * dr + dc * dc == 5:  # a knight's move crosses two more cells, a quarter of its length in each
        if abs(dr) == 2:
            c, d = a + (dr // 2) * ground.cols, a + (dr // 2) * ground.cols + dc
        else:
            c, d = a + dc // 2, a + dr * ground.cols + dc // 2
        far = 2.23606797749979 * ground.cell_m
        effort = 0.25 * (ground.effort[a] + ground.effort[b] + ground.effort[c] + ground.effort[d])
        path = ground.on_path[a] and ground.on_path[b] and (ground.on_path[c] or ground.on_path[d])
    else:
        far = ground.cell_m if dr == 0 or dc == 0 else 1.4142135623730951 * ground.cell_m
        effort = 0.5 * (ground.effort[a] + ground.effort[b])
        path = ground.on_path[a] and ground.on_path[b]
        if min(ground.effort[a + dr * ground.cols], ground.effort[a + dc]) == np.inf and not path:
            return np.inf  # no slipping between two impassable cells that touch at a corner
    slope = (ground.z[b] - ground.z[a]) / far
    if abs(slope) > 1.0:
        if not path:
            return np.inf
        slope = 1.0 if slope > 0 else -1.0
    place = (slope + 1.0) * 0.5 * (ground.pace.size - 1)
    i = min(int(place), ground.pace.size - 2)
    return float(far * effort * (ground.pace[i] + (place - i) * (ground.pace[i + 1] - ground.pace[i])))


@njit(cache=True)
def _link(queue: _Queue, slot: int, cell: int) -> None:  # pragma: no cover
    first = queue.head[slot]
    queue.after[cell] = first
    queue.before[cell] = -1
    if first >= 0:
        queue.before[first] = cell
    queue.head[slot] = cell


@njit(cache=True)
def _unlink(queue: _Queue, slot: int, cell: int) -> None:  # pragma: no cover
    left, right = queue.before[cell], queue.after[cell]
    if left >= 0:
        queue.after[left] = right
    else:
        queue.head[slot] = right
    if right >= 0:
        queue.before[right] = left


@njit(cache=True)
def _slots(ground: Ground, least_s: float) -> int:  # pragma: no cover
    """Enough slots for the longest step there can be, so that the ring never bites its tail."""
    hardest = 1.0
    for effort in ground.effort:
        if effort != np.inf and effort > hardest:
            hardest = effort
    return int(2.25 * ground.cell_m * hardest * ground.pace.max() / least_s) + 3


@njit(cache=True)
def _forget(time_s: Floats, final: NDArray[np.bool_]) -> None:  # pragma: no cover
    """What is not final is not known. In place: a copy of a large raster would be the peak of memory."""
    for cell in range(time_s.size):
        if not final[cell]:
            time_s[cell] = np.inf


@njit(cache=True)
def least_times(  # pragma: no cover
    ground: Ground, steps: NDArray[np.int64], sources: NDArray[np.int64], goal: int, max_s: float
) -> tuple[Floats, NDArray[np.int8]]:
    """(seconds from the nearest source, index of the step that reached the cell or -1), flat.

    Stops when `goal` (a flat cell, -1 = none) is final, or past `max_s`; what is not final then is inf.
    """
    n = ground.z.size
    least = np.sqrt((steps[:, 0] ** 2 + steps[:, 1] ** 2).astype(np.float64)) * (ground.cell_m * ground.pace.min())
    width = 0.999 * least[0]
    n_slots = _slots(ground, width)
    time_s, came, final = np.full(n, np.inf), np.full(n, -1, dtype=np.int8), np.zeros(n, dtype=np.bool_)
    queue = _Queue(np.full(n_slots, -1, dtype=np.int32), np.empty(n, dtype=np.int32), np.empty(n, dtype=np.int32))
    waiting = 0
    for cell in sources:
        if time_s[cell] > 0.0:
            time_s[cell] = 0.0
            _link(queue, 0, cell)
            waiting += 1
    now = 0
    while waiting > 0 and now * width <= max_s and not (goal >= 0 and final[goal]):
        while queue.head[now % n_slots] >= 0:
            a = queue.head[now % n_slots]
            _unlink(queue, now % n_slots, a)
            final[a] = True
            waiting -= 1
            for k in range(steps.shape[0]):
                b = a + steps[k, 0] * ground.cols + steps[k, 1]
                if final[b] or time_s[b] <= time_s[a] + least[k] or ground.effort[b] == np.inf:
                    continue
                then = time_s[a] + step_s(ground, a, steps[k, 0], steps[k, 1])
                if then < time_s[b]:
                    if time_s[b] != np.inf:
                        _unlink(queue, int(time_s[b] / width) % n_slots, b)
                        waiting -= 1
                    time_s[b] = then
                    came[b] = k
                    _link(queue, int(then / width) % n_slots, b)
                    waiting += 1
        now += 1
    _forget(time_s, final)
    return time_s, came
