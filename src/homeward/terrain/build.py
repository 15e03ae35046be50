"""The ground of an area put together from its files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from homeward.errors import Finding
from homeward.geo import Grid
from homeward.terrain.cover import draw_areas, draw_sea, read_landcover
from homeward.terrain.drainage import derived_lines
from homeward.terrain.elevation import Elevation, read_elevation
from homeward.terrain.features import Features, read_features
from homeward.terrain.ground import Cover, Terrain
from homeward.terrain.store import on_steps

NO_FEATURES = Features()


def build_terrain(
    *,
    grid: Grid,
    elevation: Path | Sequence[Path] | None,
    features: Sequence[Path] = (),
    landcover: Path | None = None,
    landcover_scheme: str | None = None,
    crs: str | None = None,
) -> Terrain:
    """The ground on `grid` from its files: features drawn over land cover, streams and ridges derived.

    `elevation`: raster file(s); None for flat ground of unknown height (everything is then `hole`).
    `features`: vector files (GeoJSON, GeoPackage, OpenStreetMap). `landcover`: class raster;
    `landcover_scheme` where it cannot be told from its codes. `crs` is for files that state none.
    Raises `BadFile` or `BadInput` naming the file; what is wrong with content comes back as `findings`.
    """
    paths = [elevation] if isinstance(elevation, Path) else list(elevation or ())
    height = read_elevation(paths, grid, crs=crs) if paths else _unknown_height(grid)
    cover, findings = np.zeros(grid.shape, dtype=np.uint8), list[Finding]()
    if landcover is not None:
        cover, findings = read_landcover(landcover, grid, scheme=landcover_scheme, crs=crs)
    read = [read_features(path, grid, crs=crs) for path in features]
    files = [*paths, *([landcover] if landcover else []), *features]
    ground = assemble(grid, height, _joined(read), cover=cover)
    return replace(ground, sources=tuple(p.name for p in files), findings=(*ground.findings, *findings))


def assemble(
    grid: Grid, height: Elevation, features: Features = NO_FEATURES, *, cover: NDArray[np.uint8] | None = None
) -> Terrain:
    """The ground from what was read: areas over `cover` (unknown if left out), water last, derived lines added."""
    base = np.zeros(grid.shape, dtype=np.uint8) if cover is None else cover
    drawn = draw_sea(draw_areas(base, features.areas, grid), features.lines, grid)
    drawn = np.where(height.sea, np.uint8(Cover.WATER), drawn)
    known = ~height.hole.all()
    wet = (drawn == Cover.WATER) | height.sea
    derived = derived_lines(height.elevation_m, grid, mapped=features.lines, skip=wet) if known else ()
    ground = Terrain(
        grid=grid,
        elevation_m=height.elevation_m,
        hole=height.hole,
        cover=drawn,
        lines=features.lines + derived,
        patches=features.patches,
        findings=height.findings + features.findings,
    )
    return on_steps(ground)


def _unknown_height(grid: Grid) -> Elevation:
    return Elevation(
        elevation_m=np.zeros(grid.shape),
        hole=np.ones(grid.shape, dtype=np.bool_),
        sea=np.zeros(grid.shape, dtype=np.bool_),
        findings=(
            Finding("elevation", "None was given: the ground is taken as flat, no streams or ridges are derived."),
        ),
    )


def _joined(parts: Sequence[Features]) -> Features:
    areas = [area for part in parts for area in part.areas]
    areas.sort(key=lambda pair: (pair[0] is Cover.WATER, -pair[1].area))
    return Features(
        lines=tuple(line for part in parts for line in part.lines),
        patches=tuple(patch for part in parts for patch in part.patches),
        areas=tuple(areas),
        findings=tuple(finding for part in parts for finding in part.findings),
    )
