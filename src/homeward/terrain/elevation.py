"""Elevation from raster files onto the mission's grid: read, reproject, merge, fill the gaps, say what was wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from homeward.errors import BadFile, BadInput, Finding
from homeward.geo import Floats, Grid, Place, utm_crs
from homeward.terrain.raster import grid_affine, open_raster, raster_crs, window_over

MAX_CELLS = 50_000_000
"""Largest grid that is built: 7000 x 7000. Our own limit; its arrays take about 1 GB."""

LOWEST_M, HIGHEST_M = -500.0, 9000.0
"""Dry land lies between -430 m (Dead Sea shore) and 8849 m (Everest); what is beyond is an undeclared void code."""

SEA_AREA_M2, SEA_SHORE_M = 1e6, 10.0
"""A gap at least this large, a tenth of whose shore lies this low or lower, is taken for sea. Our own rule."""

FLAT_SEA_AREA_M2 = 4e6
"""Ground at exactly 0 m over at least this much is sea that the source flattened (SRTM, Copernicus). Our own rule."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Elevation:
    """Elevation on a grid: `elevation_m` without NaN, `hole` where it was filled in, `sea` where it is open water."""

    elevation_m: Floats
    hole: NDArray[np.bool_]
    sea: NDArray[np.bool_]
    findings: tuple[Finding, ...] = ()


def grid_for(
    elevation: Path,
    *,
    cell_m: float,
    bounds_lonlat: tuple[float, float, float, float] | None = None,
    crs: str | None = None,
) -> Grid:
    """The UTM grid, edges on whole cells, over an elevation file or over `bounds_lonlat`.

    `bounds_lonlat` is (west, south, east, north) in degrees; the grid then covers it all. Without it the grid
    is the largest upright rectangle that lies wholly inside the file, so that no wedge of missing
    elevation runs along its edges. `crs` states the file's CRS where the file has none.
    Raises `BadFile` (unreadable, no CRS) or `BadInput` (bounds that cannot be, too many cells).
    """
    if not (cell_m > 0 and np.isfinite(cell_m)):
        raise BadInput(f"A cell size of {cell_m} m cannot be. Give a number above zero, 30 for example.")
    if bounds_lonlat is not None:
        return grid_over(bounds_lonlat, cell_m=cell_m)
    from pyproj import Transformer

    with open_raster(elevation) as source:
        file_crs = raster_crs(source, elevation, crs)
        box = (source.bounds.left, source.bounds.bottom, source.bounds.right, source.bounds.top)
    to_globe = Transformer.from_crs(file_crs, "EPSG:4326", always_xy=True)
    lon, lat = to_globe.transform((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    utm = utm_crs(Place(float(lat), float(lon)))
    return _whole_cells(utm, _inner_box(box, file_crs, utm), cell_m, inside=True)


def grid_over(bounds_lonlat: tuple[float, float, float, float], *, cell_m: float, inside: bool = False) -> Grid:
    """The UTM grid, edges on whole cells, that covers (west, south, east, north) in degrees, or with `inside`
    the largest that lies wholly inside them."""
    from pyproj import Transformer

    west, south, east, north = bounds_lonlat
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise BadInput(
            f"The bounds {west:g}, {south:g}, {east:g}, {north:g} cannot be. "
            "Give west, south, east, north in degrees, west below east and south below north."
        )
    utm = utm_crs(Place((south + north) / 2, (west + east) / 2))
    to_utm = Transformer.from_crs("EPSG:4326", utm, always_xy=True)
    if inside:
        return _whole_cells(utm, _inner_box(bounds_lonlat, "EPSG:4326", utm), cell_m, inside=True)
    box = np.array(to_utm.transform_bounds(west, south, east, north, densify_pts=41))
    return _whole_cells(utm, box, cell_m, inside=False)


def _inner_box(box: tuple[float, float, float, float], crs: str, to_crs: str) -> Floats:
    """The upright rectangle of `to_crs` inside the box (left, bottom, right, top) of `crs`."""
    from pyproj import Transformer

    left, bottom, right, top = box
    move = Transformer.from_crs(crs, to_crs, always_xy=True).transform
    t = np.linspace(0, 1, 41)
    xs, ys = left + t * (right - left), bottom + t * (top - bottom)
    west = np.max(move(np.full(41, left), ys)[0])
    east = np.min(move(np.full(41, right), ys)[0])
    south = np.max(move(xs, np.full(41, bottom))[1])
    north = np.min(move(xs, np.full(41, top))[1])
    return np.array([west, south, east, north])


def _whole_cells(crs: str, box: Floats, cell_m: float, *, inside: bool) -> Grid:
    up, down = (np.ceil, np.floor) if inside else (np.floor, np.ceil)
    low = up(np.round(box[:2] / cell_m, 6))
    n = np.maximum(down(np.round(box[2:] / cell_m, 6)) - low, 1)
    if n[0] * n[1] > MAX_CELLS:
        raise BadInput(
            f"At {cell_m:g} m a cell this area has {n[0] * n[1] / 1e6:.0f} million cells, more than "
            f"{MAX_CELLS / 1e6:.0f} million. Choose larger cells or a smaller area."
        )
    return Grid(
        crs=crs,
        west_m=float(low[0] * cell_m),
        south_m=float(low[1] * cell_m),
        cell_m=cell_m,
        n_rows=int(n[1]),
        n_cols=int(n[0]),
    )


def read_elevation(paths: Sequence[Path], grid: Grid, *, crs: str | None = None) -> Elevation:
    """Elevation of one or several raster files on `grid`, bilinear; where files overlap the first one counts.

    Anything that GDAL reads as a raster: GeoTIFF, SRTM .hgt and so on, in any CRS. `crs` states the CRS of
    files that have none. Gaps are filled (see `fill_gaps`). Raises `BadFile` naming the file.
    """
    merged = np.full(grid.shape, np.nan, dtype=np.float32)
    findings: list[Finding] = []
    for path in paths:
        part = _read_one(path, grid, crs, findings)
        if np.isnan(part).all():
            raise BadFile(f"{path} holds no elevation inside the area. Give the file that covers it.")
        merged = np.where(np.isnan(merged), part, merged)
    return fill_gaps(merged, grid, findings, where=", ".join(p.name for p in paths))


def elevation_from_array(
    elevation_m: NDArray[Any], bounds_lonlat: tuple[float, float, float, float], grid: Grid
) -> Elevation:
    """Elevation on `grid` from an array in plain degrees (WGS 84), row 0 = north, NaN = gap.

    `bounds_lonlat` is (west, south, east, north): the outer edges of the outer cells.
    """
    from rasterio import Affine

    rows, cols = elevation_m.shape
    west, south, east, north = bounds_lonlat
    affine = Affine((east - west) / cols, 0.0, west, 0.0, (south - north) / rows, north)
    warped = _warp(np.asarray(elevation_m, dtype=np.float32), affine, "EPSG:4326", grid)
    return fill_gaps(warped, grid, [], where="elevation array")


def fill_gaps(elevation_m: NDArray[np.float32], grid: Grid, found: list[Finding], *, where: str) -> Elevation:
    """Fills NaN, marks it as `hole` and says how much there was.

    A gap of at least 1 km2, a tenth of whose shore lies at 10 m or lower, is taken for sea: 0 m; so is ground at
    exactly 0 m over 4 km2 or more. Other gaps are filled by inverse-distance interpolation from their rim
    (GDAL's fillnodata), what is left from the nearest cell.
    """
    from rasterio.fill import fillnodata

    hole = np.isnan(elevation_m)
    findings = list(found)
    sea = _sea(elevation_m, hole, grid)
    z = np.where(sea, np.float32(0), elevation_m)
    gap = np.isnan(z)
    if gap.any():
        z = fillnodata(np.where(gap, np.float32(0), z), mask=~gap, max_search_distance=100.0)
        left = gap & (z == 0)
        if left.any():
            nearest = ndimage.distance_transform_edt(left, return_distances=False, return_indices=True)
            z = z[tuple(nearest)]
        findings.append(Finding(where, f"{gap.mean():.2%} of the area has no elevation; filled from its rim."))
    if sea.any():
        findings.append(Finding(where, f"{sea.mean():.1%} of the area has no height or exactly 0 m: taken as sea."))
    return Elevation(elevation_m=z.astype(np.float64), hole=hole, sea=sea, findings=tuple(findings))


def _sea(elevation_m: NDArray[np.float32], hole: NDArray[np.bool_], grid: Grid) -> NDArray[np.bool_]:
    sea = np.zeros_like(hole)
    for gap in _large_parts(hole, SEA_AREA_M2, grid):
        rim = ndimage.binary_dilation(gap, iterations=2) & ~hole
        if rim.any() and np.quantile(elevation_m[rim], 0.1) <= SEA_SHORE_M:
            sea |= gap
    for flat in _large_parts(elevation_m == 0, FLAT_SEA_AREA_M2, grid):
        sea |= flat
    return sea


def _large_parts(mask: NDArray[np.bool_], area_m2: float, grid: Grid) -> list[NDArray[np.bool_]]:
    labels, n = ndimage.label(mask)
    sizes_m2 = np.bincount(labels.ravel(), minlength=n + 1) * grid.cell_area_m2
    return [labels == label for label in np.flatnonzero(sizes_m2 >= area_m2) if label > 0]


def _read_one(path: Path, grid: Grid, stated: str | None, findings: list[Finding]) -> NDArray[np.float32]:
    import warnings

    from rasterio.errors import NotGeoreferencedWarning, RasterioIOError

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        source = open_raster(path)
    with source:
        crs = raster_crs(source, path, stated)
        part = window_over(source, crs, grid)
        if part is None:
            raise BadFile(f"{path} does not reach into the area. Give the elevation file that covers it.")
        try:
            raw = source.read(1, window=part[0], masked=True)
        except RasterioIOError as err:
            raise BadFile(f"{path} breaks off or is damaged. Fetch or copy it again.") from err
        unit, bands = source.units[0], source.count
    if bands > 1:
        findings.append(Finding(path.name, f"It has {bands} bands; the first is taken as elevation."))
    z = _clean(raw, path.name, findings)
    if unit is not None and unit.lower() in ("ft", "foot", "feet", "us-ft", "us survey foot"):
        z *= np.float32(0.3048)
        findings.append(Finding(path.name, "Its heights are in feet; turned into metres."))
    return _warp(z, part[1], crs, grid)


def _clean(raw: Any, name: str, findings: list[Finding]) -> NDArray[np.float32]:
    """Masked file values -> float32 with NaN for gaps; undeclared void codes and saturation are found."""
    z = np.asarray(np.ma.filled(raw.astype(np.float32), np.nan), dtype=np.float32)
    z[~np.isfinite(z)] = np.nan
    with np.errstate(invalid="ignore"):
        wild = (z < LOWEST_M) | (z > HIGHEST_M)
    if wild.any():
        z[wild] = np.nan
        findings.append(
            Finding(name, f"{wild.sum()} heights outside {LOWEST_M:g} to {HIGHEST_M:g} m cannot be; taken as gaps.")
        )
    if np.issubdtype(raw.dtype, np.integer):
        top = float(np.iinfo(raw.dtype).max)
        stuck = int((z == top).sum())
        if stuck:
            findings.append(
                Finding(
                    name,
                    f"{stuck} cell(s) stand at {top:g} m, the most its number type ({raw.dtype}) can hold: "
                    "the real ground there may be higher. Heights are kept as they are.",
                )
            )
    return z


def _warp(z: NDArray[np.float32], affine: Any, crs: str, grid: Grid) -> NDArray[np.float32]:
    from rasterio.warp import Resampling, reproject

    out = np.full(grid.shape, np.nan, dtype=np.float32)
    reproject(
        z,
        out,
        src_transform=affine,
        src_crs=crs,
        dst_transform=grid_affine(grid),
        dst_crs=grid.crs,
        src_nodata=np.nan,
        dst_nodata=np.nan,
        resampling=Resampling.bilinear,
    )
    return out
