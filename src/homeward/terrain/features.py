"""Cover, lines and patches from vector files: GeoJSON, GeoPackage, OpenStreetMap (.osm, .osm.gz, .osm.pbf), Shapefile.

What a feature is follows from its OpenStreetMap tags by `tables/tags.csv`; where a layer has no tags
its name decides, and a finding says so.
"""

from __future__ import annotations

import gzip
import re
import shutil
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from homeward.errors import BadFile, Finding
from homeward.geo import Grid
from homeward.terrain.ground import Cover, Line, LineKind, Patch
from homeward.terrain.tables import rows


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Features:
    """What vector files hold of an area, in metres of the grid's CRS.

    `areas` are (cover, shapely polygon) in the order in which they are to be drawn.
    """

    lines: tuple[Line, ...] = ()
    patches: tuple[Patch, ...] = ()
    areas: tuple[tuple[Cover, Any], ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class _Meaning:
    line: LineKind | None = None
    cover: Cover | None = None
    patch: str | None = None


def read_features(path: Path, grid: Grid, *, crs: str | None = None) -> Features:
    """Everything on `grid` that a vector file names; any CRS, reprojected; lines clipped to the grid.

    `crs` states the CRS where the file has none (GeoJSON is WGS 84 by its standard). Raises `BadFile`.
    """
    lines: list[Line] = []
    patches: list[Patch] = []
    areas: list[tuple[Cover, Any]] = []
    findings: list[Finding] = []
    with _source(path) as (source, layers):
        for layer in layers:
            shapes, meanings, names, wrong = _read_layer(path, source, layer, grid, crs)
            findings += wrong
            for shape, meaning, name in zip(shapes, meanings, names, strict=True):
                if meaning.line is not None:
                    lines += _lines(shape, meaning.line, name, grid)
                if meaning.cover is not None:
                    areas += [(meaning.cover, polygon) for polygon in _polygons(shape)]
                if meaning.patch is not None:
                    patches += [_patch(polygon, meaning.patch, name) for polygon in _polygons(shape)]
    if not (lines or patches or areas):
        findings.append(Finding(path.name, "It holds nothing inside the area that is known by its tags."))
    areas.sort(key=lambda pair: (pair[0] is Cover.WATER, -pair[1].area))
    return Features(lines=tuple(lines), patches=tuple(patches), areas=tuple(areas), findings=tuple(findings))


@contextmanager
def _source(path: Path) -> Iterator[tuple[Path, list[str]]]:
    """The file as GDAL can open it, and the layers to read."""
    import pyogrio

    if not path.exists():
        raise BadFile(f"There is no file {path}. Check the name.")
    if path.is_file() and path.stat().st_size == 0:
        raise BadFile(f"{path} is empty. Fetch or copy it again.")
    name = path.name.lower()
    with tempfile.TemporaryDirectory() as folder:
        source = path
        if name.endswith((".osm", ".osm.gz", ".osm.bz2", ".pbf")):
            if name.endswith(".gz"):
                source = _unzipped(path, Path(folder) / "map.osm")
            settings = Path(folder) / "osmconf.ini"
            settings.write_text(_osm_settings(), encoding="utf-8")
            before = pyogrio.get_gdal_config_option("OSM_CONFIG_FILE")
            pyogrio.set_gdal_config_options({"OSM_CONFIG_FILE": str(settings)})
            try:
                yield source, ["lines", "multipolygons"]
            finally:
                pyogrio.set_gdal_config_options({"OSM_CONFIG_FILE": before})
        else:
            try:
                yield source, [str(layer) for layer, kind in pyogrio.list_layers(source) if kind is not None]
            except pyogrio.errors.DataSourceError as err:
                raise BadFile(f"{path} is not a map file that can be read. {_REMEDY}") from err


_REMEDY = "Give GeoJSON, GeoPackage, or OpenStreetMap as .osm, .osm.gz or .osm.pbf."


def _unzipped(path: Path, to: Path) -> Path:
    try:
        with gzip.open(path) as packed, to.open("wb") as plain:
            shutil.copyfileobj(packed, plain)
    except (OSError, EOFError, zlib.error) as err:
        raise BadFile(f"{path} breaks off or is damaged. Fetch or copy it again.") from err
    return to


def _osm_settings() -> str:
    """GDAL's osmconf.ini with exactly the tags that matter here as columns."""
    keys = sorted({row["key"] for row in rows("tags")} - {"layer"})
    listed = ",".join(["name", *keys, "tunnel", "area"])
    closed = "building,landuse,leisure,natural,waterway=riverbank,waterway=dock,area"
    section = f"osm_id=yes\nattributes={listed}\nother_tags=no\n"
    parts = [f"closed_ways_are_polygons={closed}\nattribute_name_laundering=yes\n"]
    names = ("points", "lines", "multipolygons", "multilinestrings", "other_relations")
    return "\n".join(parts + [f"[{name}]\n{section}" for name in names])


def _read_layer(
    path: Path, source: Path, layer: str, grid: Grid, stated: str | None
) -> tuple[list[Any], list[_Meaning], list[str | None], list[Finding]]:
    """Shapes in metres of the grid, what each is, its name, and what was wrong."""
    import warnings

    import pyogrio
    import shapely
    from pyproj import Transformer

    try:
        info = pyogrio.read_info(source, layer=layer)
        file_crs = _crs_of(path, layer, stated or info["crs"])
        box = Transformer.from_crs(grid.crs, file_crs, always_xy=True).transform_bounds(
            grid.west_m, grid.south_m, grid.east_m, grid.north_m, densify_pts=41
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # broken rings: such shapes are counted below
            meta, _, wkb, columns = pyogrio.raw.read(source, layer=layer, bbox=tuple(box))
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.FeatureError) as err:
        raise BadFile(f"{path} cannot be read: it is damaged or of another kind. {_REMEDY}") from err
    if wkb is None or len(wkb) == 0:
        return [], [], [], []
    shapes = shapely.from_wkb(wkb, on_invalid="ignore")
    tags = {str(f): column for f, column in zip(meta["fields"], columns, strict=True)}
    meanings, wrong = _meanings(tags, layer, path.name, len(shapes))
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    if (lost := int(empty.sum())) > 0:
        wrong.append(Finding(f"{path.name}, layer {layer}", f"{lost} features have no readable shape; left out."))
    keep = np.flatnonzero(~empty & np.array([m != _Meaning() for m in meanings]))
    to_grid = Transformer.from_crs(file_crs, grid.crs, always_xy=True)
    moved = shapely.transform(
        shapely.force_2d(shapes[keep]), lambda xy: np.column_stack(to_grid.transform(xy[:, 0], xy[:, 1]))
    )
    names = tags.get("name", np.full(len(shapes), None))
    return list(moved), [meanings[i] for i in keep], [_text(names[i]) for i in keep], wrong


def _crs_of(path: Path, layer: str, crs: str | None) -> str:
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        known = CRS.from_user_input(crs) if crs else None
    except CRSError:
        known = None
    if known is None or known.is_engineering:
        raise BadFile(
            f"{path}, layer {layer}, does not say its coordinate system (CRS). State it, EPSG:4326 for example."
        )
    return known.to_wkt()


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


@lru_cache
def _table() -> dict[str, dict[str, _Meaning]]:
    """key -> value -> meaning, from tags.csv."""
    table: dict[str, dict[str, _Meaning]] = {}
    for row in rows("tags"):
        values = table.setdefault(row["key"], {})
        old = values.get(row["value"], _Meaning())
        match row["what"]:
            case "line":
                new = _Meaning(LineKind(row["code"]), old.cover, old.patch)
            case "cover":
                new = _Meaning(old.line, Cover[row["code"]], old.patch)
            case _:
                new = _Meaning(old.line, old.cover, row["code"])
        values[row["value"]] = new
    return table


def _meanings(tags: dict[str, NDArray[Any]], layer: str, file: str, n: int) -> tuple[list[_Meaning], list[Finding]]:
    tags = {**_other_tags(tags.get("other_tags")), **tags}
    found = [_Meaning()] * n
    keys = [key for key in _table() if key in tags and key != "layer"]
    for key in keys:
        values = _table()[key]
        any_value = values.get("*")
        for i, value in enumerate(tags[key]):
            meaning = values.get(value, any_value) if isinstance(value, str) and value not in ("", "no") else None
            if meaning is not None:
                found[i] = _merged(found[i], meaning)
    for i, value in enumerate(tags.get("tunnel", ())):
        if isinstance(value, str) and value not in ("", "no"):
            found[i] = _Meaning()  # under the ground: nobody sees, follows or crosses it
    by_name = _table()["layer"].get(layer.lower())
    if not keys and by_name is not None:
        what = by_name.line or by_name.patch or (by_name.cover.name.lower() if by_name.cover else "")
        note = Finding(
            f"{file}, layer {layer}", f"Its features have no known tags; by its name they are taken as {what}."
        )
        return [by_name] * n, [note]
    return found, []


def _merged(a: _Meaning, b: _Meaning) -> _Meaning:
    return _Meaning(a.line or b.line, a.cover if a.cover is not None else b.cover, a.patch or b.patch)


_HSTORE = re.compile(r'"((?:[^"\\]|\\.)*)"=>"((?:[^"\\]|\\.)*)"')


def _other_tags(column: NDArray[Any] | None) -> dict[str, NDArray[Any]]:
    """GDAL's catch-all column of an OpenStreetMap import, taken apart into one column per key that matters."""
    if column is None:
        return {}
    wanted = set(_table()) | {"tunnel"}
    parted: dict[str, NDArray[Any]] = {}
    for i, text in enumerate(column):
        for key, value in _HSTORE.findall(text) if isinstance(text, str) else ():
            if key in wanted:
                parted.setdefault(key, np.full(len(column), None, dtype=object))[i] = value
    return parted


def _lines(shape: Any, kind: LineKind, name: str | None, grid: Grid) -> list[Line]:
    import shapely

    if shape.geom_type in ("Polygon", "MultiPolygon"):  # a square or a closed way: its rim is what people follow
        shape = shape.boundary
    clipped = shapely.clip_by_rect(shape, grid.west_m, grid.south_m, grid.east_m, grid.north_m)
    merged = shapely.line_merge(clipped) if clipped.geom_type == "MultiLineString" else clipped
    parts = [part for part in shapely.get_parts(merged) if part.geom_type == "LineString" and part.length > 0]
    return [Line(kind=kind, xy_m=shapely.get_coordinates(part), name=name) for part in parts]


def _polygons(shape: Any) -> list[Any]:
    import shapely

    parts = list(shapely.get_parts(shape))
    if shape.geom_type == "GeometryCollection":
        parts = [inner for part in parts for inner in shapely.get_parts(part)]
    return [part for part in parts if part.geom_type == "Polygon" and not part.is_empty]


def _patch(polygon: Any, kind: str, name: str | None) -> Patch:
    import shapely

    return Patch(kind=kind, xy_m=shapely.get_coordinates(polygon.exterior), name=name)
