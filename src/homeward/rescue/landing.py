"""Where a helicopter may land and where a vehicle can meet the litter: places worth a look, found on the terrain.

A landing zone is open, level ground of 25 m (by night 50 m) with a free way in; the raster shows neither wires that are
not mapped nor stones, so every place is a proposal: the pilot decides. A vehicle meets the litter on a mapped road.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.ndimage import binary_dilation, binary_erosion

from homeward.geo import Floats
from homeward.rescue.numbers import number
from homeward.rescue.roads import leading_roads
from homeward.terrain.ground import Cover, LineKind, Terrain
from homeward.terrain.raster import line_cells

_OPEN = (Cover.OPEN, Cover.SNOW_ICE, Cover.UNKNOWN)
_TREES_M = 20.0
_WAY_IN_M = 300.0
_WAYS = ((0, 1), (1, 0), (1, 1), (1, -1), (0, -1), (-1, 0), (-1, -1), (-1, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A place where a carry-out may end: `xy_m`, what it is, its `slope`, `room_m` clear, `time_s` from the find."""

    xy_m: tuple[float, float]
    kind: str
    slope: float
    room_m: float
    time_s: float
    why: str


def landing_cells(terrain: Terrain, *, night: bool = False) -> NDArray[np.bool_]:
    """Cells (rows, cols) where a helicopter may land: open, 6 degrees at most, a free way in, away from wires."""
    size = number("landing_night_m" if night else "landing_day_m")
    flat = terrain.slope() <= number("landing_slope")
    free = np.isin(terrain.cover, _OPEN) & flat & ~terrain.hole & ~_near_wires(terrain)
    reach = max(int(np.ceil((size / terrain.grid.cell_m - 1) / 2 - 1e-9)), 0)
    if reach:
        free = binary_dilation(binary_erosion(free, _square(reach)), _square(reach))
    return np.asarray(free & _way_in(terrain), dtype=np.bool_)


def landing_zones(
    terrain: Terrain, time_s: ArrayLike, *, most: int = 5, night: bool = False, apart_m: float = 300.0
) -> tuple[Site, ...]:
    """The landing zones that a litter reaches soonest.

    `time_s` (rows, cols): seconds from the find, inf = not reached; they are `apart_m` from each other.
    """
    size = number("landing_night_m" if night else "landing_day_m")
    slope = terrain.slope()
    return tuple(
        Site(
            xy_m=xy,
            kind="landing",
            slope=float(slope[cell]),
            room_m=size,
            time_s=t,
            why=_seen(terrain, cell, float(slope[cell]), size),
        )
        for cell, xy, t in _soonest(terrain, landing_cells(terrain, night=night), time_s, most, apart_m)
    )


def _seen(terrain: Terrain, cell: tuple[int, int], slope: float, size_m: float) -> str:
    what = "what grows there is not mapped" if terrain.cover[cell] == Cover.UNKNOWN else "open"
    return f"{what}, {np.degrees(np.arctan(slope)):.0f} deg, {size_m:.0f} m clear on the map; the pilot decides"


def vehicle_points(terrain: Terrain, time_s: ArrayLike, *, most: int = 5, apart_m: float = 300.0) -> tuple[Site, ...]:
    """The places on mapped roads that lead somewhere, soonest reached first. `time_s` as in `landing_zones`."""
    slope = terrain.slope()
    return tuple(
        Site(xy_m=xy, kind="vehicle", slope=float(slope[cell]), room_m=0.0, time_s=t, why="on a mapped road")
        for cell, xy, t in _soonest(terrain, leading_roads(terrain), time_s, most, apart_m)
    )


def _soonest(
    terrain: Terrain, fits: NDArray[np.bool_], time_s: ArrayLike, most: int, apart_m: float
) -> list[tuple[tuple[int, int], tuple[float, float], float]]:
    times: Floats = np.where(fits, np.asarray(time_s, dtype=np.float64), np.inf)
    x, y = terrain.grid.centers_m()
    found: list[tuple[tuple[int, int], tuple[float, float], float]] = []
    while len(found) < most:
        row, col = divmod(int(np.argmin(times)), terrain.grid.n_cols)
        if not np.isfinite(times[row, col]):
            break
        found.append(((row, col), (float(x[col]), float(y[row])), float(times[row, col])))
        near = np.hypot(x[None, :] - x[col], y[:, None] - y[row]) < apart_m
        times = np.where(near, np.inf, times)
    return found


def _square(reach: int) -> NDArray[np.bool_]:
    return np.ones((2 * reach + 1, 2 * reach + 1), dtype=np.bool_)


def _near_wires(terrain: Terrain) -> NDArray[np.bool_]:
    kinds = (LineKind.POWER_LINE, LineKind.RAIL, LineKind.FENCE)
    cells = line_cells((line.xy_m for line in terrain.lines if line.kind in kinds), terrain.grid, wide=True)
    reach = int(np.ceil(number("wire_clear_m") / terrain.grid.cell_m))
    return np.asarray(binary_dilation(cells, _square(reach)), dtype=np.bool_)


def _way_in(terrain: Terrain) -> NDArray[np.bool_]:
    """Whether from some two opposite sides nothing stands above a slope of 1 in 6 over 300 m.

    Our own readings: woods and houses stand 20 m high; of eight ways, one pair of opposites is enough.
    """
    tall = np.isin(terrain.cover, (Cover.OPEN_WOODS, Cover.FOREST, Cover.DENSE_FOREST, Cover.BUILT))
    top = terrain.elevation_m + np.where(tall, _TREES_M, 0.0)
    reach = max(round(_WAY_IN_M / terrain.grid.cell_m), 1)
    padded = np.pad(top, reach, mode="edge")
    free = {way: _free(terrain, padded, reach, way) for way in _WAYS}
    pairs = [free[way] & free[-way[0], -way[1]] for way in _WAYS[:4]]
    return np.asarray(np.logical_or.reduce(pairs), dtype=np.bool_)


def _free(terrain: Terrain, padded: Floats, reach: int, way: tuple[int, int]) -> NDArray[np.bool_]:
    rows, cols = terrain.grid.shape
    free = np.ones((rows, cols), dtype=np.bool_)
    for k in range(1, reach + 1):
        dr, dc = reach + k * way[0], reach + k * way[1]
        ahead = padded[dr : dr + rows, dc : dc + cols] - terrain.elevation_m
        free &= ahead <= k * terrain.grid.cell_m * float(np.hypot(*way)) * number("approach_slope") + 1e-6
    return free
