"""Cover on the grid: land cover rasters by their class codes, polygons drawn over them, the sea beside a coastline."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from homeward.errors import BadFile, BadInput, Finding
from homeward.geo import Grid
from homeward.terrain.ground import Cover, Line, LineKind
from homeward.terrain.raster import grid_affine, open_raster, raster_crs, window_over
from homeward.terrain.tables import rows

Codes = NDArray[np.uint8]


def draw_areas(cover: Codes, areas: Sequence[tuple[Cover, Any]], grid: Grid) -> Codes:
    """`cover` with polygons drawn over it in their order; a cell belongs to what covers its centre."""
    from rasterio.features import rasterize

    if not areas:
        return cover
    over = rasterize(
        ((shape, code) for code, shape in areas if shape.is_valid or shape.area > 0),
        out_shape=grid.shape,
        transform=grid_affine(grid),
        fill=255,
        dtype=np.uint8,
    )
    return np.where(over == 255, cover, over)


def draw_sea(cover: Codes, lines: Sequence[Line], grid: Grid) -> Codes:
    """`cover` with WATER on the seaward side of coastlines (OpenStreetMap draws them with the land on the left)."""
    import shapely

    coasts = [shapely.LineString(line.xy_m) for line in lines if line.kind is LineKind.COAST]
    if not coasts:
        return cover
    frame = shapely.box(grid.west_m, grid.south_m, grid.east_m, grid.north_m)
    coast = shapely.union_all(coasts)
    faces = shapely.get_parts(shapely.polygonize([shapely.union_all([coast, frame.boundary])]))
    shapely.prepare(faces)
    tree = shapely.STRtree(faces)
    votes, shores = np.zeros(len(faces)), np.zeros(len(faces))
    for line in coasts:
        xy = shapely.get_coordinates(line)
        step = np.diff(xy, axis=0)
        length = np.hypot(step[:, 0], step[:, 1])
        good = length > 0
        right = np.column_stack([step[good, 1], -step[good, 0]]) / length[good, None]
        middle = (xy[:-1][good] + xy[1:][good]) / 2
        for side, sign in ((1.0, 1.0), (-1.0, -1.0)):
            points = shapely.points(middle + side * 0.01 * grid.cell_m * right)
            at, face = tree.query(points, predicate="within")
            np.add.at(votes, face, sign * length[good][at])
            np.add.at(shores, face, length[good][at])
    wet = votes > 0.5 * shores  # where a coastline ends inside the area, one face has it on both sides: left as it is
    return draw_areas(cover, [(Cover.WATER, face) for face in faces[wet]], grid)


def read_landcover(
    path: Path, grid: Grid, *, scheme: str | None = None, crs: str | None = None
) -> tuple[Codes, list[Finding]]:
    """A land cover raster as `Cover` codes on `grid` (most frequent class where cells are coarser than the file's).

    Schemes: nlcd, worldcover, cgls, igbp, nlcd-8 (`tables/landcover.csv`). Without `scheme` the one that
    knows most of the codes is taken, and a finding says which. Unknown classes become UNKNOWN, with a finding.
    """
    from rasterio.warp import Resampling, reproject

    with open_raster(path) as source:
        file_crs = raster_crs(source, path, crs)
        part = window_over(source, file_crs, grid)
        if part is None:
            raise BadFile(f"{path} does not reach into the area. Give the land cover that covers it.")
        raw = source.read(1, window=part[0], masked=True)
    affine = part[1]
    if not np.issubdtype(raw.dtype, np.integer):
        raise BadFile(f"{path} holds {raw.dtype} numbers, not class codes. Give a land cover raster.")
    codes = np.ma.filled(raw.astype(np.int32), -1).astype(np.int32)
    scheme, findings = _scheme_of(codes, scheme, path.name)
    table = {int(row["code"]): Cover[row["cover"]] for row in rows("landcover") if row["scheme"] == scheme}
    known = np.zeros(codes.shape, dtype=np.uint8)
    for code in np.unique(codes):
        if int(code) in table:
            known[codes == code] = table[int(code)]
        elif code >= 0:
            findings.append(Finding(path.name, f"Class {code} is not in the scheme {scheme}; taken as unknown cover."))
    out = np.zeros(grid.shape, dtype=np.uint8)
    coarser = grid.cell_m > 1.5 * abs(affine.a) and abs(affine.a) > 0.5
    reproject(
        known,
        out,
        src_transform=affine,
        src_crs=file_crs,
        dst_transform=grid_affine(grid),
        dst_crs=grid.crs,
        resampling=Resampling.mode if coarser else Resampling.nearest,
    )
    return out, findings


def _scheme_of(codes: NDArray[np.int32], stated: str | None, name: str) -> tuple[str, list[Finding]]:
    schemes: dict[str, set[int]] = {}
    for row in rows("landcover"):
        schemes.setdefault(row["scheme"], set()).add(int(row["code"]))
    if stated is not None:
        if stated not in schemes:
            raise BadInput(f"There is no land cover scheme {stated!r}. Choose {', '.join(schemes)}.")
        return stated, []
    values, counts = np.unique(codes[codes >= 0], return_counts=True)
    if values.size == 0:
        raise BadFile(f"{name} has no land cover inside the area. Give the file that covers it.")
    share = {s: counts[np.isin(values, list(known))].sum() / counts.sum() for s, known in schemes.items()}
    best = max(share.values())
    if best < 0.5:
        raise BadFile(f"{name} has class codes of no known scheme. State one: {', '.join(schemes)}.")
    fitting = sorted((s for s in schemes if share[s] >= best - 1e-9), key=lambda s: len(schemes[s]))
    note = f"Its classes are read as {fitting[0]}"
    if len(fitting) > 1:
        note += f", but they would fit {' and '.join(fitting[1:])} too; state the scheme if that is meant"
    return fitting[0], [Finding(name, note + ".")]
