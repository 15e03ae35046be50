"""Small made-up ground and clues for the tests of this room."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from homeward.belief import MapProblem
from homeward.geo import Floats, Grid, Place
from homeward.mission.nouns import Clue, ClueKind
from homeward.terrain.ground import Cover, Line, LineKind, Terrain

GRID = Grid(crs="EPSG:32632", west_m=440_000.0, south_m=5_180_000.0, cell_m=100.0, n_rows=120, n_cols=120)
IPP = (446_020.0, 5_186_030.0)


def hiker(**more: object) -> MapProblem:
    """A hiker on temperate mountain ground, IPP near the middle of a 12 x 12 km map."""
    plain = MapProblem(grid=GRID, ipp_m=IPP, category="hiker", ecoregion="temperate", ground="mountain")
    return replace(plain, **more)  # type: ignore[arg-type]


def place(east_m: float, north_m: float) -> Place:
    """A place by its metres from the IPP."""
    return GRID.to_place(IPP[0] + east_m, IPP[1] + north_m)


def point(name: str, east_m: float, north_m: float, **more: object) -> Clue:
    """A glove found, metres from the IPP."""
    clue = Clue(id=name, kind=ClueKind.POINT, place=place(east_m, north_m), text="glove")
    return replace(clue, **more)  # type: ignore[arg-type]


def bearing(name: str, deg: float, **more: object) -> Clue:
    """A scent, seen from the IPP."""
    clue = Clue(id=name, kind=ClueKind.BEARING, place=place(0, 0), text="scent", bearing_deg=deg)
    return replace(clue, **more)  # type: ignore[arg-type]


def flat(*lines: Line, water: Floats | None = None) -> Terrain:
    """Level open ground with lines, and water where `water` is not 0."""
    cover = np.full(GRID.shape, Cover.OPEN, dtype=np.uint8)
    if water is not None:
        cover[water != 0] = Cover.WATER
    return Terrain(
        grid=GRID,
        elevation_m=np.full(GRID.shape, 500.0),
        hole=np.zeros(GRID.shape, dtype=np.bool_),
        cover=cover,
        lines=lines,
    )


def straight(kind: LineKind, *, north_m: float | None = None, east_m: float | None = None) -> Line:
    """A line right across the map, to the east at `north_m` or to the north at `east_m` from the IPP."""
    if north_m is not None:
        y = IPP[1] + north_m
        return Line(kind=kind, xy_m=np.array([[GRID.west_m, y], [GRID.east_m, y]]))
    x = IPP[0] + (east_m or 0.0)
    return Line(kind=kind, xy_m=np.array([[x, GRID.south_m], [x, GRID.north_m]]))


def away_m(grid: Grid = GRID, at: tuple[float, float] = IPP) -> Floats:
    """Metres of each cell's centre from the IPP."""
    x, y = grid.centers_m()
    return np.asarray(np.hypot(x[None, :] - at[0], y[:, None] - at[1]))
