"""The ground of a mission as plain data: elevation, cover and lines on one metric grid."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

import numpy as np
from numpy.typing import NDArray

from homeward.errors import Finding
from homeward.geo import Floats, Grid


class Cover(IntEnum):
    """What grows or stands on a cell. The codes are stored: never renumber, only add."""

    UNKNOWN = 0
    OPEN = 1
    SCRUB = 2
    OPEN_WOODS = 3
    FOREST = 4
    DENSE_FOREST = 5
    ROCK = 6
    WETLAND = 7
    WATER = 8
    BUILT = 9
    SNOW_ICE = 10


class LineKind(StrEnum):
    """Linear features that people follow, cross or cannot cross."""

    ROAD = "road"
    TRAIL = "trail"
    STREAM = "stream"
    RIVER = "river"
    RIDGE = "ridge"
    RAIL = "rail"
    POWER_LINE = "power line"
    COAST = "coast"
    CLIFF = "cliff"
    FENCE = "fence"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Line:
    """A linear feature: `xy_m` (n, 2) metres of the grid's CRS, n >= 2.

    `derived` marks a stream or ridge worked out from the elevation, not mapped by anybody.
    """

    kind: LineKind
    xy_m: Floats
    name: str | None = None
    derived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Patch:
    """A mapped polygon that matters one by one, such as a building or a lake: outer ring (n, 2), metres, closed."""

    kind: str
    xy_m: Floats
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Terrain:
    """Everything known of the ground, on one grid. Arrays are (rows, cols), row 0 = north.

    `elevation_m` holds no NaN: where the source had none, it is filled in and `hole` is True there.
    `cover` holds `Cover` codes. `findings` say what was wrong with the sources and what was done about it.
    """

    grid: Grid
    elevation_m: Floats
    hole: NDArray[np.bool_]
    cover: NDArray[np.uint8]
    lines: tuple[Line, ...] = ()
    patches: tuple[Patch, ...] = ()
    sources: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    def slope(self) -> Floats:
        """Steepness, rise over run [1], (rows, cols): central differences, one-sided at the edges."""
        dy, dx = np.gradient(self.elevation_m, self.grid.cell_m)
        return np.asarray(np.hypot(dx, dy), dtype=np.float64)
