"""Rasters for the page: hillshade and probability map, warped from the mission's metric grid to Web Mercator.

A browser map stretches a picture between four corners; a UTM grid is slightly turned against Web Mercator, so a
picture of the grid itself would sit tens of metres off. Warping to a raster whose edges run along meridians and
parallels puts every cell in its place.
"""

from __future__ import annotations

import base64
import io
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from homeward.belief.records import Belief
from homeward.geo import Floats, Grid
from homeward.terrain.ground import Cover, Terrain

MERCATOR = "EPSG:3857"
LARGEST_PX = 1024  # longest side of a picture; a finer raster would only make the file heavier
FINER = 0.92  # of a cell's size: a little finer, so that no cell of the turned grid falls between two pixels
RANKS = 200  # steps of half a percent in the probability map's ranking
ZERO_RANK = 255  # on the map, but with no probability at all
BANDS = (0.10, 0.25, 0.50, 0.75, 0.90)  # shares of all probability that the page outlines by shade


def picture_of_ground(terrain: Terrain) -> dict[str, Any]:
    """The hillshade, water and snow tinted, as `{"url": WebP data URL, "corners": [[lon, lat] x 4]}`.

    Light from the north-west at 45 degrees, as on printed maps (Horn 1981, Proc. IEEE 69(1), 14-47); twice
    exaggerated, which is our choice: slopes must still show under the probability overlay. Transparent off the grid.
    """
    from matplotlib.colors import LightSource
    from PIL import Image

    cell = terrain.grid.cell_m
    shade = LightSource(azdeg=315, altdeg=45).hillshade(terrain.elevation_m, vert_exag=2.0, dx=cell, dy=cell)
    bands = np.repeat((40 + 215 * shade)[None], 3, axis=0)
    bands[:, terrain.cover == Cover.WATER] = np.array([[96.0], [140.0], [190.0]])
    bands[:, terrain.cover == Cover.SNOW_ICE] = np.array([[235.0], [242.0], [250.0]])
    warped, corners = warp(np.concatenate([bands, np.full((1, *terrain.grid.shape), 255.0)]), terrain.grid)
    out = io.BytesIO()
    Image.fromarray(np.moveaxis(np.round(warped), 0, 2).clip(0, 255).astype(np.uint8), "RGBA").save(
        out, "WEBP", quality=82, method=4
    )
    return {"url": data_url("image/webp", out.getvalue()), "corners": corners}


def ranked_belief(belief: Belief, *, largest_px: int = LARGEST_PX) -> dict[str, Any]:
    """The probability map as the page reads it: each pixel's rank, and what a rank means; no side over `largest_px`.

    Rank r in 1..200 says that this pixel belongs to the smallest area that holds r/2 percent of *all* probability,
    outside the map included; 0 = off the map, 255 = on the map with probability 0. `density_per_km2[r]` is the
    probability per square kilometre that the rank stands for; `bands` the area of the familiar shares.
    The page shades by rank, looks a point up by rank, and needs no second raster.
    """
    grid = belief.grid
    density = belief.poa / (grid.cell_area_m2 / 1e6)
    steps = _density_steps(belief.poa.ravel(), cell_km2=grid.cell_area_m2 / 1e6)
    warped, corners = warp(np.stack([density, np.ones(grid.shape)]), grid, largest_px=largest_px)
    ranks = 1 + np.searchsorted(-steps[1:], -warped[0], side="left")
    ranks = np.where(warped[0] <= 0, ZERO_RANK, np.minimum(ranks, RANKS))
    pixels = np.where(warped[1] < 0.5, 0, ranks).astype(np.uint8)
    return {
        "corners": corners,
        "rows": pixels.shape[0],
        "cols": pixels.shape[1],
        "ranks": base64.b64encode(pixels.tobytes()).decode("ascii"),
        "density_per_km2": [float(f"{v:.4g}") for v in steps],
        "bands": _bands(belief),
        "outside": belief.outside,
        "map_km2": grid.n_rows * grid.n_cols * grid.cell_area_m2 / 1e6,
    }


def _density_steps(poa: Floats, *, cell_km2: float) -> Floats:
    """(RANKS + 1,) density of the last cell taken, densest first, when r/RANKS of all probability is reached."""
    falling = np.sort(poa)[::-1]
    taken = np.cumsum(falling)
    at = np.searchsorted(taken, np.arange(RANKS + 1) / RANKS - 1e-12)
    least = falling[falling > 0][-1] if (falling > 0).any() else 0.0
    steps = np.where(at < falling.size, falling[np.minimum(at, falling.size - 1)], least)
    return np.asarray(np.maximum(steps, least) / cell_km2, dtype=np.float64)


def _bands(belief: Belief) -> list[dict[str, float]]:
    """The smallest area that holds each familiar share; shares that the map does not reach are left out."""
    taken = np.cumsum(np.sort(belief.poa.ravel())[::-1])
    cell_km2 = belief.grid.cell_area_m2 / 1e6
    return [
        {"share": share, "area_km2": float(np.searchsorted(taken, share) + 1) * cell_km2}
        for share in BANDS
        if taken.size and taken[-1] >= share
    ]


def warp(bands: Floats, grid: Grid, *, largest_px: int = LARGEST_PX) -> tuple[Floats, list[list[float]]]:
    """(bands, rows, cols) on `grid` -> the same on a Web Mercator raster, and its corners in longitude, latitude.

    Off the grid everything is 0. Corners run top left, top right, bottom right, bottom left, as MapLibre wants them.
    Nearest cell where pixels are as fine as cells, averaged where the raster has to be coarser.
    """
    from pyproj import Transformer
    from rasterio import Affine
    from rasterio.warp import Resampling, reproject

    to_mercator = Transformer.from_crs(grid.crs, MERCATOR, always_xy=True)
    bounds = to_mercator.transform_bounds(grid.west_m, grid.south_m, grid.east_m, grid.north_m, densify_pts=21)
    west, south, east, north = bounds
    middle = grid.to_place((grid.west_m + grid.east_m) / 2, (grid.south_m + grid.north_m) / 2)
    finest = FINER * grid.cell_m / math.cos(math.radians(middle.lat_deg))
    pixel = max(finest, max(east - west, north - south) / largest_px)
    cols, rows = int(np.ceil((east - west) / pixel)), int(np.ceil((north - south) / pixel))
    out: NDArray[np.float64] = np.zeros((len(bands), rows, cols))
    reproject(
        bands.astype(np.float64),
        out,
        src_transform=Affine(grid.cell_m, 0.0, grid.west_m, 0.0, -grid.cell_m, grid.north_m),
        src_crs=grid.crs,
        dst_transform=Affine(pixel, 0.0, west, 0.0, -pixel, north),
        dst_crs=MERCATOR,
        resampling=Resampling.average if pixel > finest else Resampling.nearest,
    )
    east, south = west + cols * pixel, north - rows * pixel
    lon, lat = Transformer.from_crs(MERCATOR, "EPSG:4326", always_xy=True).transform(
        [west, east, east, west], [north, north, south, south]
    )
    return out, [[round(x, 7), round(y, 7)] for x, y in zip(lon, lat, strict=True)]


def data_url(media_type: str, content: bytes) -> str:
    """The bytes as a `data:` URL."""
    return f"data:{media_type};base64,{base64.b64encode(content).decode('ascii')}"
