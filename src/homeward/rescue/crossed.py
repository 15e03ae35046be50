"""A raster along a way: its mean over each stretch, whatever cells that crosses."""

from __future__ import annotations

import numpy as np

from homeward.geo import Floats, Grid

POINTS = 16
"""Points at which a stretch is looked up: its mean is good to a sixteenth of a cell's share (ours)."""


def mean_crossed(raster: Floats, grid: Grid, xy_m: Floats) -> Floats:
    """(n,) mean of `raster` (rows, cols) over each stretch between points (n + 1, 2), metres; beyond the edge, its rim.

    One look in the middle would not do: between the centres of two cells that is on the edge of both.
    """
    total = np.zeros(len(xy_m) - 1)
    for t in (np.arange(POINTS) + 0.5) / POINTS:
        at = xy_m[:-1] + t * (xy_m[1:] - xy_m[:-1])
        row = np.clip(np.floor((grid.north_m - at[:, 1]) / grid.cell_m).astype(np.int64), 0, grid.n_rows - 1)
        col = np.clip(np.floor((at[:, 0] - grid.west_m) / grid.cell_m).astype(np.int64), 0, grid.n_cols - 1)
        total += raster[row, col]
    return np.asarray(total / POINTS)
