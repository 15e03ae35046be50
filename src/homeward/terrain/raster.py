"""Opening raster files: what every reader of elevation or land cover needs."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from homeward.errors import BadFile, BadInput
from homeward.geo import Floats, Grid

T = TypeVar("T", bound=np.generic)


def bilinear(values: Floats, grid: Grid, xy_m: Floats) -> Floats:
    """A raster (rows, cols) at points (n, 2), metres: bilinear between the cells' centres, the edge's value beyond."""
    from scipy.ndimage import map_coordinates

    at = [(grid.north_m - xy_m[:, 1]) / grid.cell_m - 0.5, (xy_m[:, 0] - grid.west_m) / grid.cell_m - 0.5]
    return np.asarray(map_coordinates(values, at, order=1, mode="nearest"), dtype=np.float64)


def blocks(a: NDArray[T], k: int, *, beyond: int | None = None) -> NDArray[T]:
    """The cells of each k x k block of a raster, (rows, cols, k * k); beyond the edge as at it, or the value told."""
    more = ((0, -a.shape[0] % k), (0, -a.shape[1] % k))
    full = np.pad(a, more, mode="edge") if beyond is None else np.pad(a, more, constant_values=beyond)
    rows, cols = full.shape[0] // k, full.shape[1] // k
    return np.asarray(full.reshape(rows, k, cols, k).swapaxes(1, 2).reshape(rows, cols, k * k), dtype=a.dtype)


def open_raster(path: Path) -> Any:
    """An open rasterio data set, or `BadFile` that says what is wrong with the file."""
    import rasterio
    from rasterio.errors import RasterioIOError

    if not path.exists():
        raise BadFile(f"There is no file {path}. Check the name.")
    if path.is_dir():
        raise BadFile(f"{path} is a folder. Name the elevation file in it.")
    if path.stat().st_size == 0:
        raise BadFile(f"{path} is empty. Fetch or copy it again.")
    try:
        source = rasterio.open(path)
    except RasterioIOError as err:
        raise BadFile(f"{path} is not a raster that can be read. Give a GeoTIFF or an SRTM .hgt file.") from err
    if source.count < 1:
        raise BadFile(f"{path} holds no raster band. Give a GeoTIFF or an SRTM .hgt file.")
    return source


def raster_crs(source: Any, path: Path, stated: str | None) -> str:
    """The file's CRS as WKT; `stated` wins. Raises `BadFile` where neither says it."""
    from rasterio.crs import CRS
    from rasterio.errors import CRSError

    if source.transform.is_identity:
        raise BadFile(f"{path} does not say where it lies (no georeference). Export it again as a GeoTIFF.")
    if stated is not None:
        try:
            return str(CRS.from_user_input(stated).to_wkt())
        except CRSError as err:
            raise BadInput(f"{stated!r} is not a coordinate system. Write it like EPSG:32631.") from err
    if source.crs is None:
        raise BadFile(
            f"{path} does not say its coordinate system (CRS). State it, EPSG:4326 or EPSG:32631 for example."
        )
    return str(source.crs.to_wkt())


def window_over(source: Any, crs: str, grid: Grid) -> tuple[Any, Any] | None:
    """(window, its affine transform): the part of a file under the grid, two cells more; None if there is none."""
    from pyproj import Transformer
    from rasterio import Affine
    from rasterio.windows import Window

    to_file = Transformer.from_crs(grid.crs, crs, always_xy=True)
    box = to_file.transform_bounds(grid.west_m, grid.south_m, grid.east_m, grid.north_m, densify_pts=41)
    if not np.isfinite(box).all():
        return None
    t, back = source.transform, ~source.transform
    x, y = np.array(box)[[0, 0, 2, 2]], np.array(box)[[1, 3, 1, 3]]
    cols, rows = back.a * x + back.b * y + back.c, back.d * x + back.e * y + back.f
    left, right = max(int(np.floor(cols.min())) - 2, 0), min(int(np.ceil(cols.max())) + 2, source.width)
    top, low = max(int(np.floor(rows.min())) - 2, 0), min(int(np.ceil(rows.max())) + 2, source.height)
    if right <= left or low <= top:
        return None
    corner = (t.a * left + t.b * top + t.c, t.d * left + t.e * top + t.f)
    return Window(left, top, right - left, low - top), Affine(t.a, t.b, corner[0], t.d, t.e, corner[1])


def grid_affine(grid: Grid) -> Any:
    """The grid as the affine transform that rasterio wants."""
    from rasterio import Affine

    return Affine(grid.cell_m, 0.0, grid.west_m, 0.0, -grid.cell_m, grid.north_m)


def regrid(raster: Floats, source: Grid, target: Grid) -> Floats:
    """A raster of densities (per unit of area, such as coverage) carried to another grid, bilinear; 0 beyond it."""
    from rasterio.enums import Resampling
    from rasterio.warp import reproject

    carried = np.zeros(target.shape, dtype=np.float64)
    reproject(
        np.asarray(raster, dtype=np.float64),
        carried,
        src_transform=grid_affine(source),
        src_crs=source.crs,
        dst_transform=grid_affine(target),
        dst_crs=target.crs,
        resampling=Resampling.bilinear,
    )
    return np.nan_to_num(carried)


def line_cells(lines: Iterable[Floats], grid: Grid, *, wide: bool) -> NDArray[np.bool_]:
    """Cells (rows, cols) that lines, each (n, 2) metres, run through.

    `wide` takes every cell touched, so that no diagonal step slips through.
    """
    import shapely
    from rasterio.features import rasterize

    shapes = [shapely.LineString(xy_m) for xy_m in lines]
    if not shapes:
        return np.zeros(grid.shape, dtype=np.bool_)
    on = rasterize(shapes, out_shape=grid.shape, transform=grid_affine(grid), all_touched=wide, dtype=np.uint8)
    return np.asarray(on > 0, dtype=np.bool_)
