"""Which reader a building's file needs, what every reader answers, and where the building stands."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from homeward.errors import BadFile, BadInput, Finding
from homeward.geo import Grid, Place, utm_crs
from homeward.terrain.building import XY, BuildingPlan

MOST_BYTES = 50_000_000
MOST_ROOMS = 2000
"""Homeward's own limits: the largest public IndoorGML sample has 80 cells in 1.7 MB."""
LARGE_ROOM_M2, SMALL_ROOM_M2 = 300.0, 1.0
"""A median room beyond these makes one ask whether the file is in metres: ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildingRead:
    """A building as read from a file: the plan, what was wrong or worked out, and the name the file gives it."""

    plan: BuildingPlan
    findings: tuple[Finding, ...] = ()
    name: str = ""
    format: str = ""


def read_building(data: bytes, *, name: str, crs: str | None = None, scale: float = 1.0) -> BuildingRead:
    """The building in a file's bytes; `name` is what the file is called in findings.

    `crs` is the coordinate system of files that state none, `scale` how many metres one of their units is. Raises
    `BadFile` for what is no building at all; single bad rooms and doors become findings.
    """
    if len(data) > MOST_BYTES:
        raise BadFile(f"{name} is larger than {MOST_BYTES // 1_000_000} MB. Export only the one building.")
    if not (math.isfinite(scale) and scale > 0):
        raise BadInput(f"A scale of {scale:g} cannot be. Give the metres of one unit of the file, such as 0.01.")
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<" or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        from homeward.exchange.building.indoorgml import read_indoorgml

        read = read_indoorgml(data, name=name, crs=crs, scale=scale)
    else:
        read = _read_json(_json(data, name), name=name, crs=crs, scale=scale)
    if len(read.plan.rooms) > MOST_ROOMS:
        raise BadFile(
            f"{name} has {len(read.plan.rooms)} rooms; at most {MOST_ROOMS} can be planned. Cut it into wings."
        )
    return replace(read, findings=(*read.findings, *_odd_sizes(read.plan, name)))


def _read_json(content: Any, *, name: str, crs: str | None, scale: float) -> BuildingRead:
    if isinstance(content, dict) and content.get("type") == "FeatureCollection":
        from homeward.exchange.building.geojson import read_indoor_geojson

        return read_indoor_geojson(content, name=name, crs=crs)
    if isinstance(content, dict) and "rooms" in content:
        from homeward.exchange.building.drawn import read_drawn

        return read_drawn(content, name=name, crs=crs, scale=scale)
    raise BadFile(
        f"{name} is neither IndoorGML, indoor GeoJSON (a FeatureCollection) nor a drawn plan (an object with 'rooms'). "
        "See docs/buildings.md."
    )


def _json(data: bytes, name: str) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as err:
        where = f"line {err.lineno}: {err.msg}" if isinstance(err, json.JSONDecodeError) else "it is no text"
        raise BadFile(f"{name} is neither XML nor JSON ({where}). Save it again, or check that line.") from err


def _odd_sizes(plan: BuildingPlan, name: str) -> list[Finding]:
    areas = [r.area_m2 for r in plan.rooms if r.area_m2 > 0]
    if not areas or SMALL_ROOM_M2 <= median(areas) <= LARGE_ROOM_M2:
        return []
    what = f"half of the rooms have {median(areas):.3g} m2 or more: is the file in metres? If not, load it with --scale"
    return [Finding(name, what)]


# ---- where it stands ----------------------------------------------------------------------------------------------


class Local:
    """Turns a file's coordinates into metres of the building: x, y along the UTM grid where the CRS is known."""

    def __init__(self, points: list[XY], *, crs: str | None, scale: float = 1.0) -> None:
        """`points` are all of the file's, so that the corner of the building becomes (0, 0)."""
        self.anchor: Place | None = None
        self._scale, self._to_utm = scale, None
        if crs is not None and points:
            utm, self._to_utm = _utm_of(points[0], crs)
            points = [self._plain(p) for p in points]
            corner = math.floor(min(x for x, _ in points)), math.floor(min(y for _, y in points))
            self.anchor = grid_of(utm).to_place(*corner)
            self._x, self._y = float(corner[0]), float(corner[1])
        else:
            near = all(abs(v) < 10_000 / scale for p in points for v in p)
            self._x = 0.0 if near or not points else math.floor(min(x for x, _ in points) * scale)
            self._y = 0.0 if near or not points else math.floor(min(y for _, y in points) * scale)

    def __call__(self, point: XY) -> XY:
        """Metres of the building, to the millimetre."""
        x, y = self._plain(point)
        return round(x - self._x, 3), round(y - self._y, 3)

    def _plain(self, point: XY) -> XY:
        if self._to_utm is None:
            return point[0] * self._scale, point[1] * self._scale
        x, y = self._to_utm.transform(*point)
        return float(x), float(y)


def grid_of(crs: str) -> Grid:
    """A grid whose coordinates are those of a metric CRS itself."""
    return Grid(crs=crs, west_m=0.0, south_m=0.0, cell_m=1.0, n_rows=1, n_cols=1)


def _utm_of(point: XY, crs: str) -> tuple[str, Transformer]:
    try:
        lon, lat = Transformer.from_crs(CRS.from_user_input(crs), "EPSG:4326", always_xy=True).transform(*point)
        if not (math.isfinite(lon) and math.isfinite(lat)):
            raise ProjError("it is nowhere on the globe")
        utm = utm_crs(Place(lat, lon))
        return utm, Transformer.from_crs(CRS.from_user_input(crs), utm, always_xy=True)
    except (CRSError, ProjError) as err:
        raise BadInput(
            f"Coordinates like {point[0]:g}, {point[1]:g} do not fit the coordinate system {crs!r}. Check --crs."
        ) from err
