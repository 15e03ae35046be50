"""What drawing on a mission's grid needs of rasterio."""

from __future__ import annotations

from rasterio.transform import Affine, from_origin

from homeward.geo import Grid


def affine(grid: Grid) -> Affine:
    """The transform from (column, row) to metres that rasterio draws with."""
    return from_origin(grid.west_m, grid.north_m, grid.cell_m, grid.cell_m)
