"""Who of many sees which of many places: `sight.line_of_sight` for every pair at once."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from homeward.geo import Floats
from homeward.terrain.ground import Terrain
from homeward.terrain.sight import _drop_per_cell2, _place, _sees


def sight_table(
    terrain: Terrain, eyes_m: ArrayLike, targets_m: ArrayLike, range_m: ArrayLike, *, target_m: float = 1.7
) -> NDArray[np.bool_]:
    """Whether each of `eyes_m` (n, 2), 1.7 m above the ground, sees what stands `target_m` high at each of `targets_m`.

    `range_m` (n, m), or what broadcasts to it, is how far apart they may be. Shape (n, m). Raises `BadInput` for a
    place outside the map.
    """
    eyes, targets = (np.asarray(points, dtype=np.float64).reshape(-1, 2) for points in (eyes_m, targets_m))
    reach = np.broadcast_to(np.asarray(range_m, dtype=np.float64), (len(eyes), len(targets)))
    a = np.array([_place(terrain, eye) for eye in eyes]).reshape(-1, 2)
    b = np.array([_place(terrain, target) for target in targets]).reshape(-1, 2)
    apart = np.hypot(eyes[:, None, 0] - targets[None, :, 0], eyes[:, None, 1] - targets[None, :, 1])
    return _table(terrain.elevation_m, a, b, np.array([1.7, target_m]), _drop_per_cell2(terrain), apart <= reach)


@njit(cache=True)
def _table(
    z: Floats, eyes: Floats, targets: Floats, heights: Floats, drop: float, near: NDArray[np.bool_]
) -> NDArray[np.bool_]:  # pragma: no cover
    seen = np.zeros((len(eyes), len(targets)), dtype=np.bool_)
    for i in range(len(eyes)):
        for j in range(len(targets)):
            if near[i, j]:
                seen[i, j] = _sees(z, eyes[i], targets[j], heights, drop)
    return seen
