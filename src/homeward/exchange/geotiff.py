"""The probability map as a GeoTIFF: out for a GIS, and in again to be scored."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import rasterio
from rasterio.errors import RasterioIOError
from rasterio.io import MemoryFile
from rasterio.transform import from_origin

from homeward.belief.records import Belief
from homeward.errors import BadFile
from homeward.geo import Grid


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
            out.update_tags(outside=f"{belief.outside:.9f}", units="probability per cell, sums to 1 - outside")
            if belief.ipp_m is not None:
                out.update_tags(ipp_east_m=f"{belief.ipp_m[0]:.3f}", ipp_north_m=f"{belief.ipp_m[1]:.3f}")
        return bytes(memory.read())


def read_belief_geotiff(path: Path) -> Belief:
    """The map in a GeoTIFF of one band: square cells, metric CRS, probabilities per cell; other programs' too.

    The share outside and the IPP come from the tags that `belief_geotiff` writes; without them the share is what the
    band lacks to 1 (a band that sums to more is scaled to 1), and the IPP is not known. `BadFile` naming the fault.
    """
    try:
        with rasterio.open(path) as file:
            band, tags, affine, crs = file.read(1, masked=True), file.tags(), file.transform, file.crs
    except (RasterioIOError, ValueError) as err:
        raise BadFile(f"{path} is not a GeoTIFF that can be read. Give the probability.tif of an export.") from err
    if crs is None or not crs.is_projected or affine.b or affine.d or not np.isclose(affine.a, -affine.e):
        raise BadFile(f"{path} does not lie on square cells of a metric CRS. Write it out in UTM, north up.")
    poa = np.asarray(band.filled(0.0), dtype=np.float64)
    total = float(poa.sum())
    if not np.isfinite(total) or poa.min(initial=0.0) < 0 or total <= 0:
        raise BadFile(f"{path} is no probability map: its cells must be 0 or more, and some above.")
    outside = float(tags["outside"]) if "outside" in tags else max(1.0 - total, 0.0)
    grid = Grid(
        crs=crs.to_string(),
        west_m=affine.c,
        south_m=affine.f + affine.e * poa.shape[0],
        cell_m=affine.a,
        n_rows=poa.shape[0],
        n_cols=poa.shape[1],
    )
    ipp = (float(tags["ipp_east_m"]), float(tags["ipp_north_m"])) if "ipp_east_m" in tags else None
    return Belief(grid=grid, poa=poa * ((1 - outside) / total), outside=outside, ipp_m=ipp)
