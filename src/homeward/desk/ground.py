"""The verbs about the ground: load it into the mission, or fetch it from the web beforehand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from homeward.desk.answer import Answer
from homeward.desk.book import Book, opened
from homeward.errors import BadInput, Finding
from homeward.geo import Grid, Place, grid_around, parse_place
from homeward.log import blob_id
from homeward.mission.events import AreaSet
from homeward.mission.nouns import Area
from homeward.terrain import Terrain, build_terrain, fetch_area, grid_for, terrain_to_bytes
from homeward.terrain.elevation import grid_over

MOST_CELLS = 4_000_000  # homeward's own limit: 2000 x 2000 cells, what a laptop plans on without a long wait


def load_area(
    path: Path,
    *,
    elevation: Sequence[Path] = (),
    features: Sequence[Path] = (),
    landcover: Path | None = None,
    landcover_scheme: str | None = None,
    cell_m: float = 50.0,
    around: str | None = None,
    half_width_m: float | None = None,
    bbox: tuple[float, float, float, float] | None = None,
    crs: str | None = None,
) -> Answer:
    """Reads the ground from files and makes it the mission's map.

    The map is the whole elevation file; or the box `bbox` (west, south, east, north, degrees); or the square of
    `half_width_m` around a place (the IPP where none is named). `crs` is for files that state none.
    """
    if not elevation and not features:
        raise BadInput("No file with the ground was named. Give --elevation FILE, --features FILE, or both.")
    with opened(path) as book:
        if not cell_m > 0:
            raise BadInput(f"A cell size of {cell_m:g} m cannot be. Give a number above zero, such as 50.")
        if half_width_m is not None:
            grid = _square(book, cell_m=cell_m, around=around, half_width_m=half_width_m)
        elif bbox is not None:
            grid = grid_over(bbox, cell_m=cell_m)
        elif len(elevation) == 1:
            grid = grid_for(elevation[0], cell_m=cell_m, crs=crs)
        else:
            raise BadInput("Say which ground the map shall hold: --half-width around the IPP, or --bbox W S E N.")
        _check_size(grid)
        terrain = build_terrain(
            grid=grid,
            elevation=list(elevation),
            features=list(features),
            landcover=landcover,
            landcover_scheme=landcover_scheme,
            crs=crs,
        )
        names = [p.name for p in (*elevation, *features, *([landcover] if landcover else []))]
        return set_area(book, terrain, label=", ".join(names))


def set_area(book: Book, terrain: Terrain, *, label: str) -> Answer:
    """Makes `terrain` the ground of an opened mission."""
    data = terrain_to_bytes(terrain)
    area = Area(label=label, grid=terrain.grid, terrain=blob_id(data), sources=terrain.sources)
    old = book.mission.area
    if book.mission.plans and old is not None and old.grid.crs != area.grid.crs:
        raise BadInput(
            f"The plans of this mission are drawn in {old.grid.crs}, this ground lies in {area.grid.crs}. "
            "Load ground around the same place."
        )
    book.write(AreaSet(area=area), blobs=[data], decided=False)
    grid = terrain.grid
    ipp = book.mission.ipp
    findings = list(terrain.findings)
    if ipp is not None and not bool(grid.contains(*grid.to_m(ipp.place))):
        findings.append(Finding("IPP", "it lies outside the new map; set it again or load a larger area"))
    words = (
        f"Ground loaded: {label}. {grid.n_cols} x {grid.n_rows} cells of {grid.cell_m:g} m "
        f"({(grid.east_m - grid.west_m) / 1000:.1f} x {(grid.north_m - grid.south_m) / 1000:.1f} km, {grid.crs}), "
        f"{terrain.elevation_m.min():.0f} to {terrain.elevation_m.max():.0f} m, {len(terrain.lines)} lines."
    )
    return Answer(
        text="\n".join([words, *(f"  note: {f}" for f in findings)]),
        data={
            "label": label,
            "crs": grid.crs,
            "cell_m": grid.cell_m,
            "rows": grid.n_rows,
            "cols": grid.n_cols,
            "lines": len(terrain.lines),
            "findings": [str(f) for f in findings],
        },
    )


def fetch(
    folder: Path,
    *,
    bbox: tuple[float, float, float, float],
    elevation_url: str | None = None,
    overpass_url: str | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> Answer:
    """Downloads elevation and map features of a box (west, south, east, north, degrees) into `folder`."""
    elsewhere: dict[str, Any] = {"elevation_url": elevation_url, "overpass_url": overpass_url}
    fetched = fetch_area(bbox, folder, progress=progress, **{k: v for k, v in elsewhere.items() if v is not None})
    files = [*fetched.elevation, fetched.features]
    options = " ".join([*(f"--elevation {p}" for p in fetched.elevation), f"--features {fetched.features}"])
    words = [f"In {folder}:", *(f"  {p.name}" for p in files), *(f"  note: {f}" for f in fetched.findings)]
    words.append(f"Load them with: homeward area load MISSION {options} --bbox {' '.join(f'{b:g}' for b in bbox)}")
    return Answer(
        text="\n".join(words),
        data={"files": [str(p) for p in files], "findings": [str(f) for f in fetched.findings]},
    )


def _square(book: Book, *, cell_m: float, around: str | None, half_width_m: float) -> Grid:
    ipp = book.mission.ipp
    if around is None and ipp is None:
        raise BadInput("A half width needs a middle. Name one with --around, or set the IPP first.")
    center = parse_place(around) if around is not None else ipp.place if ipp else Place(0, 0)
    if not half_width_m > 0:
        raise BadInput(f"A half width of {half_width_m:g} m cannot be. Give a number above zero, such as 6000.")
    return grid_around([center], margin_m=half_width_m, cell_m=cell_m)


def _check_size(grid: Grid) -> None:
    if grid.n_rows * grid.n_cols > MOST_CELLS:
        raise BadInput(
            f"A map of {grid.n_cols} x {grid.n_rows} cells is too large. Choose larger cells (--cell), or a smaller "
            "piece (--half-width around the IPP, or --bbox)."
        )
