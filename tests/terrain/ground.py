"""Small made grounds for the tests."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from homeward.geo import Grid
from homeward.terrain import Cover, Line, Terrain


def grid(n_rows: int, n_cols: int, cell_m: float = 20.0) -> Grid:
    return Grid(crs="EPSG:32616", west_m=750_000.0, south_m=4_010_000.0, cell_m=cell_m, n_rows=n_rows, n_cols=n_cols)


def ground(
    elevation_m: ArrayLike, cover: ArrayLike = Cover.OPEN, *, lines: tuple[Line, ...] = (), cell_m: float = 20.0
) -> Terrain:
    z = np.asarray(elevation_m, dtype=np.float64)
    kinds = np.broadcast_to(np.asarray(cover, dtype=np.uint8), z.shape).copy()
    place = grid(z.shape[0], z.shape[1], cell_m)
    return Terrain(grid=place, elevation_m=z, hole=np.zeros(z.shape, dtype=np.bool_), cover=kinds, lines=lines)


def center(terrain: Terrain, row: int, col: int) -> tuple[float, float]:
    x, y = terrain.grid.centers_m()
    return float(x[col]), float(y[row])
