"""How fast people walk: by slope (Tobler, Campbell), and by what is underfoot (`tables/going.csv`)."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.terrain.ground import Cover, LineKind, Terrain
from homeward.terrain.raster import line_cells
from homeward.terrain.tables import rows

STEEPEST = 1.0
"""Off the path nobody walks where the ground rises more than it runs (45 degrees). Our own limit."""


def walking_speed_mps(slope: ArrayLike, cover: ArrayLike | None = None, *, model: str = "tobler") -> Floats:
    """Walking speed [m/s, along the map] by signed `slope` [rise over run, uphill positive] and `Cover` code.

    `tobler`: 6 exp(-3.5 |slope + 0.05|) km/h on a path (Tobler 1993, Three presentations on geographical analysis
    and modeling, NCGIA technical report 93-1). `campbell-5` ... `campbell-50`: percentiles of recorded walkers and
    runners on paths (Campbell, Dennison, Butler and Page 2019, Applied Geography 106:93-107); 5 to 10 is a
    walker, 50 a runner. Without `cover` the speed on a path; with it the speed off the path, times the factor
    of `tables/going.csv`, 0 on water and beyond a slope of 1 (45 degrees; our own limit).
    """
    steep = np.asarray(slope, dtype=np.float64)
    speed = _tobler(steep) if model == "tobler" else _campbell(steep, model)
    if cover is None:
        return speed
    factor = cover_factors()[np.asarray(cover, dtype=np.uint8)]
    return np.where(np.abs(steep) > STEEPEST, 0.0, speed * factor)


def _tobler(slope: Floats) -> Floats:
    return np.asarray(6.0 / 3.6 * np.exp(-3.5 * np.abs(slope + 0.05)), dtype=np.float64)


def _campbell(slope: Floats, model: str) -> Floats:
    """Lorentz model: a / (pi b (1 + ((deg - c) / b)^2)) + d + e deg, with the slope in degrees."""
    known = {f"campbell-{row['percentile']}": row for row in rows("campbell")}
    if model not in known:
        raise BadInput(f"There is no walking model {model!r}. Choose tobler or one of {', '.join(known)}.")
    a, b, c, d, e = (float(known[model][key]) for key in "abcde")
    deg = np.degrees(np.arctan(slope))
    return np.asarray(a / (np.pi * b * (1 + ((deg - c) / b) ** 2)) + d + e * deg, dtype=np.float64)


@lru_cache
def cover_factors() -> Floats:
    """Speed off the path as a share of the speed on it, by `Cover` code (256,); codes that are not known are 0.6."""
    factors = np.full(256, 0.6)
    for row in rows("going"):
        if row["what"] == "cover":
            factors[Cover[row["code"]]] = float(row["factor"])
    factors.flags.writeable = False
    return factors


@lru_cache
def line_factors() -> dict[LineKind, float]:
    """The same on the cells of a linear feature, for the kinds that change the going."""
    return {LineKind(row["code"]): float(row["factor"]) for row in rows("going") if row["what"] == "line"}


@lru_cache(maxsize=4)
def going(terrain: Terrain) -> tuple[Floats, NDArray[np.bool_]]:
    """(factor, on_path), both (rows, cols): share of the speed on a path that the ground allows, 0 = impassable.

    Cover first, then rivers and cliffs as barriers, then roads and trails, which cross them.
    """
    factor = cover_factors()[terrain.cover].copy()
    for kind, share in line_factors().items():
        if share < 1:
            factor = np.where(_cells_of(terrain, (kind,), wide=True), np.minimum(factor, share), factor)
    on_path = _cells_of(terrain, tuple(k for k, share in line_factors().items() if share == 1), wide=False)
    factor[on_path] = 1.0
    factor.flags.writeable = False
    on_path.flags.writeable = False
    return factor, on_path


def _cells_of(terrain: Terrain, kinds: tuple[LineKind, ...], *, wide: bool) -> NDArray[np.bool_]:
    mapped = (line.xy_m for line in terrain.lines if line.kind in kinds and not line.derived)
    return line_cells(mapped, terrain.grid, wide=wide)
