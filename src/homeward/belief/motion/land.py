"""The ground as a walker meets it: seconds to each neighbour, routes to follow, the way up."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import ndimage

from homeward.belief.motion.kernel import BLOCKED, COLS, LINKS, NONE, OFF, ROWS, TOWARDS, UP, Bytes, Land
from homeward.errors import BadInput
from homeward.geo import Floats, Grid
from homeward.terrain.dial import Ground, step_s
from homeward.terrain.ground import Cover, LineKind, Terrain
from homeward.terrain.raster import line_cells
from homeward.terrain.speed import going
from homeward.terrain.travel import SNAP_CELLS, pace_table

# Roads, trails, rivers, railways, power lines and lake shores (Hashimoto et al. 2022, Sci Rep 12:5873). Homeward's own:
# of rivers and lakes it is the bank that is followed, and streams worked out from the elevation count as streams.
ROUTES = (LineKind.ROAD, LineKind.TRAIL, LineKind.RAIL, LineKind.POWER_LINE, LineKind.STREAM)
ROUTE_SEEN_M = 300.0
"""A subject who looks for a route finds one this near. Homeward's own assumption."""

BLOCK_M = 50.0
"""Walks go from block to block of about this size, or of one cell where cells are larger. Homeward's own choice:
smaller ones cost time, and subjects keep to a way no better than that."""
LONGEST = 400.0
"""A step that takes longer than so many of the fastest is not taken: 50 m in three hours. Homeward's own assumption."""
HALF = 0.5

Mask = NDArray[np.bool_]


@lru_cache(maxsize=2)
def land_of(terrain: Terrain) -> Land:
    """What the kernel needs of the ground; 16 bytes a block of about 50 m, 1 a cell. The steps are those of
    `travel_time_s` with 8 neighbours, at Tobler's speed times the mean going of the blocks, each up to 2.4 % slower,
    never faster; the slowest (see `LONGEST`) are not taken."""
    grid = terrain.grid
    zoom = max(round(BLOCK_M / grid.cell_m), 1)
    effort, path = _going(terrain, zoom)
    ground = Ground(
        z=np.pad(_blocks(terrain.elevation_m, zoom).mean(axis=(1, 3)), 2, mode="edge").ravel(),
        effort=np.pad(effort, 2, mode="edge").ravel(),
        on_path=np.pad(path, 2, mode="edge").ravel(),
        pace=pace_table("tobler"),
        cell_m=grid.cell_m * zoom,
        cols=effort.shape[1] + 4,
    )
    cells = np.isfinite(effort).repeat(zoom, axis=0).repeat(zoom, axis=1)[: grid.n_rows, : grid.n_cols]
    cells &= going(terrain)[0] > 0
    route = _routes(terrain) & cells
    route_blocks = np.asarray(_blocks(route, zoom).any(axis=(1, 3)), dtype=np.bool_)
    seconds = ground.cell_m * ground.pace.min() * LONGEST ** (np.arange(256) / 254)
    seconds[BLOCKED] = np.inf
    blocks = np.zeros((ground.z.size, 16), dtype=np.uint8)
    blocks[:, TOWARDS] = np.pad(_towards(route_blocks, ground.cell_m), 2, constant_values=NONE).ravel()
    _steps(ground, np.pad(route_blocks, 2).ravel(), seconds, blocks)
    return Land(blocks, seconds, ground.cols, cells.astype(np.uint8) + route, zoom)


def start_of(land: Land, grid: Grid, ipp_m: tuple[float, float]) -> tuple[int, int]:
    """(block, cell) from which one can walk, nearest to the IPP; `BadInput` where none is near."""
    row, col = grid.cell_of(*ipp_m)
    reach = SNAP_CELLS * land.zoom
    top, left = max(row - reach, 0), max(col - reach, 0)
    rows, cols = np.nonzero(land.cells[top : row + reach + 1, left : col + reach + 1])
    if rows.size == 0:
        raise BadInput("Around the IPP nobody can walk: water or cliffs all round. Correct the IPP, or the cover.")
    best = int(np.argmin((rows + top - row) ** 2 + (cols + left - col) ** 2))
    row, col = int(rows[best]) + top, int(cols[best]) + left
    return (row // land.zoom + 2) * land.cols + col // land.zoom + 2, row * grid.n_cols + col


def _blocks(raster: NDArray[Any], zoom: int) -> NDArray[Any]:
    """(rows, zoom, cols, zoom), filled up at the lower and right edges with what is there."""
    rows, cols = (-(-n // zoom) for n in raster.shape)
    filled = np.pad(raster, ((0, rows * zoom - raster.shape[0]), (0, cols * zoom - raster.shape[1])), mode="edge")
    return filled.reshape(rows, zoom, cols, zoom)


def _going(terrain: Terrain, zoom: int) -> tuple[Floats, Mask]:
    """(1 / going, on a path) of each block: the mean of its passable cells; a path goes through whatever it crosses.
    A block with a cliff, or half of it impassable, is impassable (inf)."""
    factor, on_path = going(terrain)
    path = np.asarray(_blocks(on_path, zoom).any(axis=(1, 3)), dtype=np.bool_)
    closed = _blocks(factor == 0, zoom).mean(axis=(1, 3)) > HALF
    cliff = _blocks((factor == 0) & (terrain.cover != Cover.WATER), zoom).any(axis=(1, 3))
    effort = np.divide(1.0, factor, out=np.zeros(factor.shape), where=factor > 0)
    passable = np.maximum(_blocks(factor > 0, zoom).sum(axis=(1, 3)), 1)
    effort = np.where(path, 1.0, np.maximum(_blocks(effort, zoom).sum(axis=(1, 3)) / passable, 1.0))
    effort[(closed | cliff) & ~path] = np.inf
    return effort, path


def _routes(terrain: Terrain) -> Mask:
    grid = terrain.grid
    on = line_cells((line.xy_m for line in terrain.lines if line.kind in ROUTES), grid, wide=False)
    wet = line_cells((line.xy_m for line in terrain.lines if line.kind == LineKind.RIVER), grid, wide=True)
    wet |= terrain.cover == Cover.WATER
    bank = ndimage.binary_dilation(wet, np.ones((3, 3), dtype=bool)) & ~wet
    return np.asarray(on | bank, dtype=np.bool_)


def _towards(route: Mask, block_m: float) -> Bytes:
    way = np.full(route.shape, NONE, dtype=np.uint8)
    if not route.any():
        return way
    away, (row, col) = ndimage.distance_transform_edt(~route, return_indices=True)
    r, c = np.nonzero((away > 0) & (away * block_m <= ROUTE_SEEN_M))
    angle = np.arctan2(col[r, c] - c, r - row[r, c])
    way[r, c] = np.rint(angle / (np.pi / 4)).astype(np.int64) % 8
    return way


@njit(cache=True)
def _steps(ground: Ground, route: Mask, seconds: Floats, blocks: Bytes) -> None:  # pragma: no cover
    """Fills `Land.blocks`, all but `TOWARDS`, from flat rasters with a margin of two cells."""
    cols = ground.cols
    scale = 254 / np.log(LONGEST)
    blocks[:, :8] = BLOCKED
    blocks[:, UP] = OFF
    for row in range(2, ground.z.size // cols - 2):
        for a in range(row * cols + 2, row * cols + cols - 2):
            best, blocks[a, UP] = ground.z[a], NONE
            if ground.effort[a] == np.inf:
                continue
            for k in range(8):
                b = a + ROWS[k] * cols + COLS[k]
                took = step_s(ground, a, ROWS[k], COLS[k])
                if not took <= seconds[254]:
                    continue
                code = max(int(np.ceil(scale * np.log(took / seconds[0]))), 0)
                blocks[a, k] = code + 1 if seconds[code] < took else code
                if route[a] and route[b]:
                    blocks[a, LINKS] |= np.uint8(1 << k)
                if ground.z[b] > best:
                    best, blocks[a, UP] = ground.z[b], np.uint8(k)
