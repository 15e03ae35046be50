"""What comes down: from release cells to all ground that the energy line reaches."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from homeward.geo import Floats


def reach(z_m: Floats, release: NDArray[np.bool_], *, reach_deg: float, cell_m: float) -> NDArray[np.bool_]:
    """Cells (rows, cols) that what breaks off at `release` can get to, those included.

    The energy line falls from each release cell at `reach_deg` (Heim 1932, Bergsturz und Menschenleben) along the
    way, in steps between 8 neighbours; what moves gets on as long as the line is above the ground. Ways are up to
    8 % longer than straight ones, so the reach is that much short at worst.
    """
    if not release.any():
        return release.copy()
    line = np.where(release, z_m, -np.inf)
    drop = float(np.tan(np.radians(reach_deg))) * cell_m
    while _swept(z_m, line, drop):
        pass
    return np.asarray(np.isfinite(line), dtype=np.bool_)


@njit(cache=True)
def _swept(z: Floats, line: Floats, drop: float) -> bool:  # pragma: no cover
    """One pass forth and one back of the highest energy line per cell; whether anything rose."""
    rows, cols = z.shape
    rose = False
    for sense in (1, -1):
        for i0 in range(rows):
            i = i0 if sense == 1 else rows - 1 - i0
            for j0 in range(cols):
                j = j0 if sense == 1 else cols - 1 - j0
                best = line[i, j]
                for di in range(-1, 2):
                    for dj in range(-1, 2):
                        a, b = i + di, j + dj
                        if (di != 0 or dj != 0) and 0 <= a < rows and 0 <= b < cols:
                            far = 1.4142135623730951 if di != 0 and dj != 0 else 1.0
                            left = line[a, b] - drop * far
                            if left > best and left > z[i, j]:
                                best = left
                if best > line[i, j] + 1e-9:
                    line[i, j] = best
                    rose = True
    return rose
