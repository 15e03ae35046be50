"""The verbs about the ground: load it into the mission, or fetch it from the web beforehand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from homeward.desk.answer import Answer
from homeward.desk.book import Book, opened
from homeward.errors import BadInput, Finding
from homeward.geo import Grid, Place, grid_around, parse_place
from homeward.log import blob_id
from homeward.mission.events import AreaSet
from homeward.mission.nouns import Area
from homeward.terrain import Terrain, build_terrain, fetch_area, grid_for, terrain_to_bytes

MOST_CELLS = 4_000_000  # homeward's own limit: 2000 x 2000 cells, what a laptop plans on without a long wait


def load_area(
    path: Path,
    *,
    elevation: Sequence[Path] = (),
    features: Sequence[Path] = (),
    landcover: Path | None = None,
    cell_m: float = 50.0,
    around: str | None = None,
    half_width_m: float | None = None,
) -> Answer:
    """Reads the ground from files and makes it the mission's map.

    The map is the whole elevation file, or the square of `half_width_m` around a place (the IPP where none is named).
    """
    if not elevation and not features:
        raise BadInput("No file with the ground was named. Give --elevation FILE, --features FILE, or both.")
    with opened(path) as book:
        grid = _grid(book, elevation, cell_m=cell_m, around=around, half_width_m=half_width_m)
        terrain = build_terrain(grid=grid, elevation=list(elevation), features=list(features), landcover=landcover)
        names = [p.name for p in (*elevation, *features, *([landcover] if landcover else []))]
        return set_area(book, terrain, label=", ".join(names))


def set_area(book: Book, terrain: Terrain, *, label: str) -> Answer:
    """Makes `terrain` the ground of an opened mission."""
    data = terrain_to_bytes(terrain)
    area = Area(label=label, grid=terrain.grid, terrain=blob_id(data), sources=terrain.sources)
    book.write(AreaSet(area=area), blobs=[data])
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
    folder: Path, *, bbox: tuple[float, float, float, float], progress: Callable[[str], None] | None = None
) -> Answer:
    """Downloads elevation and map features of a box (west, south, east, north, degrees) into `folder`."""
    fetched = fetch_area(bbox, folder, progress=progress)
    files = [*fetched.elevation, *fetched.features]
    words = [f"In {folder}:", *(f"  {p.name}" for p in files), *(f"  note: {f}" for f in fetched.findings)]
    words.append("Load them with: homeward area load MISSION " + _load_options(fetched.elevation, fetched.features))
    return Answer(
        text="\n".join(words),
        data={"files": [str(p) for p in files], "findings": [str(f) for f in fetched.findings]},
    )


def _load_options(elevation: Sequence[Path], features: Sequence[Path]) -> str:
    return " ".join([*(f"--elevation {p}" for p in elevation), *(f"--features {p}" for p in features)])


def _grid(
    book: Book, elevation: Sequence[Path], *, cell_m: float, around: str | None, half_width_m: float | None
) -> Grid:
    center: Place | None = None
    if around is not None:
        center = parse_place(around)
    elif book.mission.ipp is not None:
        center = book.mission.ipp.place
    if not cell_m > 0:
        raise BadInput(f"A cell size of {cell_m:g} m cannot be. Give a number above zero, such as 50.")
    if half_width_m is not None:
        if center is None:
            raise BadInput("A half width needs a middle. Name one with --around, or set the IPP first.")
        if not half_width_m > 0:
            raise BadInput(f"A half width of {half_width_m:g} m cannot be. Give a number above zero, such as 6000.")
        grid = grid_around([center], margin_m=half_width_m, cell_m=cell_m)
    elif elevation:
        grid = grid_for(list(elevation), cell_m=cell_m)
    else:
        raise BadInput("Without an elevation file the map has no size. Give --around PLACE and --half-width.")
    if grid.n_rows * grid.n_cols > MOST_CELLS:
        raise BadInput(
            f"A map of {grid.n_cols} x {grid.n_rows} cells is too large. Choose larger cells (--cell), or a smaller "
            "piece (--around PLACE --half-width METRES)."
        )
    return grid
