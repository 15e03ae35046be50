"""A large ground in fewer, larger cells, so that many shortest-time fields over it are found in seconds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from homeward.geo import Floats
from homeward.terrain.exposure import Exposure, Mask
from homeward.terrain.ground import Cover, Terrain
from homeward.terrain.raster import blocks

MOST_CELLS = 200_000
"""A ground with more cells than this is taken in larger ones where many times are needed. Our own choice."""


def coarsened(
    terrain: Terrain, exposure: Exposure | None, *, most_cells: int = MOST_CELLS
) -> tuple[Terrain, Exposure | None]:
    """The ground, and its hazards, in at most about `most_cells` cells: blocks of 2 x 2, 3 x 3 ... of its own.

    Heights are means of a block, its cover the most frequent, water where half of it is. A hazard that reaches any cell
    of a block reaches all of it. Lines stay as they are. What a block reaches over the edge of the map is water.
    """
    grid = terrain.grid
    k = int(np.ceil(np.sqrt(grid.n_rows * grid.n_cols / most_cells)))
    if k <= 1:
        return terrain, exposure
    small = grid.in_blocks(k)
    ground = replace(
        terrain,
        grid=small,
        elevation_m=blocks(terrain.elevation_m, k).mean(axis=2),
        hole=np.asarray(blocks(terrain.hole, k).all(axis=2), dtype=np.bool_),
        cover=_cover(terrain.cover, k),
    )
    if exposure is None:
        return ground, None
    threats = tuple(
        replace(threat, hits_per_h=_most(threat.hits_per_h, k), source=_any(threat.source, k))
        for threat in exposure.threats
    )
    return ground, replace(exposure, grid=small, hits_per_h=_most(exposure.hits_per_h, k), threats=threats)


def _most(hits: Floats, k: int) -> Floats:
    return np.asarray(blocks(hits, k).max(axis=2), dtype=np.float64)


def _any(source: Mask, k: int) -> Mask:
    return np.asarray(blocks(source, k).any(axis=2), dtype=np.bool_)


def _cover(cover: NDArray[np.uint8], k: int) -> NDArray[np.uint8]:
    parts = blocks(cover, k, beyond=int(Cover.WATER))
    codes = np.unique(parts)
    n = np.array([(parts == code).sum(axis=2) for code in codes])
    found = codes[n.argmax(axis=0)]
    return np.where(2 * (parts == Cover.WATER).sum(axis=2) >= k * k, np.uint8(Cover.WATER), found).astype(np.uint8)
