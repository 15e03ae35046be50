"""Streams and ridges worked out from the elevation, where nobody has mapped them.

Depressions are flooded from the edges inwards by a priority queue (Barnes, Lehman and Mulla 2014, Computers &
Geosciences 62:117-127); water runs down the steepest of eight directions (O'Callaghan and Mark 1984, Computer
Vision, Graphics and Image Processing 28:323-344), and inside a flooded depression back along the way the flood
came in; a stream is where more than a threshold of ground drains through. Ridges are the streams of the
ground turned upside down.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import ndimage

from homeward.geo import Floats, Grid
from homeward.terrain.ground import Line, LineKind
from homeward.terrain.raster import line_cells

STREAM_AREA_M2 = 2.5e5
"""A stream starts where a quarter of a square kilometre drains. Our own figure: it gives as many kilometres
of stream as are mapped in two areas, see docs/decisions/0003-terrain.md."""

RIDGE_AREA_M2 = 5e5
"""The same on the ground turned upside down. Our own choice."""

ROW_STEP = np.array([-1, -1, -1, 0, 0, 1, 1, 1], dtype=np.int64)
COL_STEP = np.array([-1, 0, 1, -1, 1, -1, 0, 1], dtype=np.int64)


def derived_lines(
    elevation_m: Floats,
    grid: Grid,
    *,
    mapped: Sequence[Line] = (),
    skip: NDArray[np.bool_] | None = None,
    stream_area_m2: float = STREAM_AREA_M2,
    ridge_area_m2: float = RIDGE_AREA_M2,
) -> tuple[Line, ...]:
    """Streams and ridges as lines with `derived=True`, left out where `mapped` lines of the kind run close by.

    `skip` marks cells (water, filled-in elevation) where nothing is to be derived. Close by means within
    the larger of 150 m and 2.5 cells, our own figure: what elevation at 30-90 m a cell can place.
    """
    lines: list[Line] = []
    for kind, z, area_m2, known in (
        (LineKind.STREAM, elevation_m, stream_area_m2, (LineKind.STREAM, LineKind.RIVER)),
        (LineKind.RIDGE, -elevation_m, ridge_area_m2, (LineKind.RIDGE,)),
    ):
        near = _near(grid, [line for line in mapped if line.kind in known])
        if skip is not None:
            near |= skip
        downstream, upslope = drainage(z)
        channel = (upslope * grid.cell_area_m2 >= area_m2) & ~near
        for path in _traced(downstream, channel):
            xy_m = _smooth(path, grid)
            if len(xy_m) >= 2:
                lines.append(Line(kind=kind, xy_m=xy_m, derived=True))
    return tuple(lines)


def drainage(elevation_m: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(downstream, upslope) for every cell of a raster without NaN, both (rows, cols).

    `downstream` is the flat index of the cell that a cell drains into, -1 where it leaves the raster;
    `upslope` is the number of cells that drain through a cell, itself included.
    """
    z = np.ascontiguousarray(elevation_m, dtype=np.float64)
    downstream, order = _flood(z)
    return downstream.reshape(z.shape), _accumulate(downstream, order).reshape(z.shape)


@njit(cache=True)
def _before(z: Floats, filled: Floats, a: int, b: int) -> bool:  # pragma: no cover
    if filled[a] != filled[b]:
        return bool(filled[a] < filled[b])
    if z[a] != z[b]:
        return bool(z[a] < z[b])
    return bool(a < b)


@njit(cache=True)
def _push(heap: NDArray[np.int64], n: int, cell: int, z: Floats, filled: Floats) -> int:  # pragma: no cover
    i = n
    while i > 0:
        up = (i - 1) // 2
        if not _before(z, filled, cell, heap[up]):
            break
        heap[i] = heap[up]
        i = up
    heap[i] = cell
    return n + 1


@njit(cache=True)
def _pop(heap: NDArray[np.int64], n: int, z: Floats, filled: Floats) -> int:  # pragma: no cover
    """Moves the least cell to `heap[n - 1]`'s place and returns it; the heap then holds n - 1."""
    least = heap[0]
    last = heap[n - 1]
    i = 0
    while True:
        child = 2 * i + 1
        if child >= n - 1:
            break
        if child + 1 < n - 1 and _before(z, filled, heap[child + 1], heap[child]):
            child += 1
        if not _before(z, filled, heap[child], last):
            break
        heap[i] = heap[child]
        i = child
    heap[i] = last
    return int(least)


@njit(cache=True)
def _flood(elevation: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64]]:  # pragma: no cover
    """(downstream, order of flooding), flat. A cell's downstream cell always comes earlier in the order."""
    rows, cols = elevation.shape
    z = elevation.ravel()
    n_cells = rows * cols
    filled = np.full(n_cells, np.inf)
    downstream = np.full(n_cells, -1, dtype=np.int64)
    order = np.empty(n_cells, dtype=np.int64)
    heap = np.empty(n_cells, dtype=np.int64)
    n = 0
    for cell in range(n_cells):
        r, c = cell // cols, cell % cols
        if r in (0, rows - 1) or c in (0, cols - 1):
            filled[cell] = z[cell]
            n = _push(heap, n, cell, z, filled)
    done = 0
    while n > 0:
        cell = _pop(heap, n, z, filled)
        n -= 1
        order[done] = cell
        done += 1
        r, c = cell // cols, cell % cols
        steepest = 0.0
        for k in range(8):
            rr, cc = r + ROW_STEP[k], c + COL_STEP[k]
            if rr < 0 or rr >= rows or cc < 0 or cc >= cols:
                continue
            other = rr * cols + cc
            if np.isinf(filled[other]):
                filled[other] = max(z[other], filled[cell])
                downstream[other] = cell
                n = _push(heap, n, other, z, filled)
            elif filled[cell] == z[cell] and filled[other] < filled[cell]:
                far = 1.0 if ROW_STEP[k] == 0 or COL_STEP[k] == 0 else 1.4142135623730951
                drop = (filled[cell] - filled[other]) / far
                if drop > steepest:
                    steepest = drop
                    downstream[cell] = other
    return downstream, order


@njit(cache=True)
def _accumulate(downstream: NDArray[np.int64], order: NDArray[np.int64]) -> NDArray[np.int64]:  # pragma: no cover
    upslope = np.ones(order.size, dtype=np.int64)
    for i in range(order.size - 1, -1, -1):
        to = downstream[order[i]]
        if to >= 0:
            upslope[to] += upslope[order[i]]
    return upslope


def _near(grid: Grid, lines: Sequence[Line]) -> NDArray[np.bool_]:
    """Cells within reach of mapped lines."""
    if not lines:
        return np.zeros(grid.shape, dtype=np.bool_)
    on = line_cells((line.xy_m for line in lines), grid, wide=True)
    return np.asarray(ndimage.distance_transform_edt(~on) * grid.cell_m <= max(150.0, 2.5 * grid.cell_m))


def _traced(downstream: NDArray[np.int64], channel: NDArray[np.bool_]) -> list[NDArray[np.int64]]:
    """The channel cells as paths (n, 2) of row and column, each from a head or a confluence to the next one."""
    to, on = downstream.ravel(), channel.ravel()
    cells = np.flatnonzero(on)
    inflow = np.zeros(on.size, dtype=np.int64)
    np.add.at(inflow, to[cells][to[cells] >= 0], 1)
    paths = []
    for start in cells[inflow[cells] != 1]:
        path = [int(start)]
        while (cell := int(to[path[-1]])) >= 0:
            path.append(cell)
            if not on[cell] or inflow[cell] != 1:
                break
        if len(path) >= (5 if inflow[start] == 0 else 2):  # a first reach of a few cells is noise of the elevation
            paths.append(np.column_stack(np.unravel_index(path, channel.shape)).astype(np.int64))
    return paths


def _smooth(path: NDArray[np.int64], grid: Grid) -> Floats:
    """Cell centres to metres, simplified to half a cell so that the staircase of the raster does not show."""
    import shapely

    x, y = grid.centers_m()
    line = shapely.simplify(shapely.LineString(np.column_stack([x[path[:, 1]], y[path[:, 0]]])), 0.5 * grid.cell_m)
    return np.asarray(shapely.get_coordinates(line), dtype=np.float64)
