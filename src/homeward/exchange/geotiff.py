"""The probability map as a GeoTIFF, for a GIS."""

from __future__ import annotations

import numpy as np
from rasterio.io import MemoryFile
from rasterio.transform import from_origin

from homeward.belief.records import Belief


def belief_geotiff(belief: Belief) -> bytes:
    """One 32-bit band of POA per cell in the mission's CRS, compressed; the outside share stands in the tags."""
    grid = belief.grid
    with MemoryFile() as memory:
        with memory.open(
            driver="GTiff",
            width=grid.n_cols,
            height=grid.n_rows,
            count=1,
            dtype="float32",
            crs=grid.crs,
            transform=from_origin(grid.west_m, grid.north_m, grid.cell_m, grid.cell_m),
            compress="deflate",
        ) as out:
            out.write(belief.poa.astype(np.float32), 1)
            out.set_band_description(1, "probability of area per cell")
            out.update_tags(outside=f"{belief.outside:.6f}", units="probability per cell, sums to 1 - outside")
        return bytes(memory.read())
