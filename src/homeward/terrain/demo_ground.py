"""The demo's ground: the elevation model of Jacksboro, Tennessee, that ships inside the Matplotlib package."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from homeward.geo import Floats
from homeward.terrain.build import assemble
from homeward.terrain.elevation import elevation_from_array, grid_over
from homeward.terrain.ground import Terrain


def jacksboro() -> tuple[Floats, tuple[float, float, float, float]]:
    """(elevation_m, (west, south, east, north)): 344 x 403 cells of 3 arc seconds (SRTM, public domain), row 0 = north.

    The file's northern edge, 36.44625, is stored as `ymax`; its `ymin`, 36.73292, is wrong: it was counted
    upwards from `ymax` by the height of the array where it should have been counted downwards. The right
    southern edge is 36.15958. That puts the file's highest cell, 1076 m, at 36.1983 N 84.2308 W, which is
    Cross Mountain (1077 m), ends the reservoir in the south-east at Norris Dam (36.224 N 84.092 W) and lays
    LaFollette into its gap in the ridge; read as if the two latitudes were merely swapped, the ground
    would lie 32 km too far north, in Kentucky. See docs/decisions/0003-terrain.md.
    """
    from matplotlib.cbook import get_sample_data

    path = str(get_sample_data("jacksboro_fault_dem.npz", asfileobj=False))
    with np.load(path) as data:
        elevation_m = np.asarray(data["elevation"], dtype=np.float64)
        west, north, cell = float(data["xmin"]), float(data["ymax"]), float(data["dx"])
    rows, cols = elevation_m.shape
    return elevation_m, (west, north - rows * cell, west + cols * cell, north)


def demo_terrain(*, cell_m: float = 60.0) -> Terrain:
    """The demo's ground on the largest UTM grid inside the file: elevation, derived streams and ridges, no cover."""
    elevation_m, bounds = jacksboro()
    grid = grid_over(bounds, cell_m=cell_m, inside=True)
    ground = assemble(grid, elevation_from_array(elevation_m, bounds, grid))
    return replace(ground, sources=("jacksboro_fault_dem.npz (Matplotlib sample data)",))
