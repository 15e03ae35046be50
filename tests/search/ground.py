"""Small made-up grounds, beliefs and teams for the tests of segments and plans."""

from __future__ import annotations

import numpy as np

from homeward.belief.records import Belief
from homeward.geo import Floats, Grid
from homeward.mission.nouns import Team, TeamKind
from homeward.search import PlanProblem, Segment
from homeward.terrain.ground import Cover, Line, LineKind, Terrain

WEST, SOUTH = 400_000.0, 4_700_000.0

TEAMS = (
    Team(id="Alpha", kind=TeamKind.DOG),
    Team(id="Bravo", kind=TeamKind.LINE, people=4),
    Team(id="Charlie", kind=TeamKind.HASTY),
    Team(id="Delta", kind=TeamKind.DRONE),
)


def flat(
    side: int = 40, *, cell_m: float = 50.0, lines: tuple[Line, ...] = (), cover: Cover = Cover.OPEN_WOODS
) -> Terrain:
    """Level ground of one cover."""
    grid = Grid(crs="EPSG:32631", west_m=WEST, south_m=SOUTH, cell_m=cell_m, n_rows=side, n_cols=side)
    return Terrain(
        grid=grid,
        elevation_m=np.zeros(grid.shape),
        hole=np.zeros(grid.shape, dtype=np.bool_),
        cover=np.full(grid.shape, cover, dtype=np.uint8),
        lines=lines,
    )


def line(kind: LineKind, *points_m: tuple[float, float], name: str | None = None) -> Line:
    """A line through points given in metres from the ground's south-western corner."""
    return Line(kind=kind, xy_m=np.array(points_m) + np.array([WEST, SOUTH]), name=name)


def hills(grid: Grid, *tops: tuple[float, float, float], outside: float = 0.1) -> Belief:
    """Round heaps of probability: (x, y) metres from the south-western corner and width, all of the same mass."""
    x, y = grid.centers_m()
    poa = np.zeros(grid.shape)
    for top_x, top_y, sd in tops:
        heap = np.exp(-((x[None, :] - WEST - top_x) ** 2 + (y[:, None] - SOUTH - top_y) ** 2) / (2 * sd**2))
        poa += heap / heap.sum()
    return belief(grid, poa, outside=outside)


def belief(grid: Grid, weight: Floats, *, outside: float = 0.1) -> Belief:
    """A belief in proportion to weights."""
    poa = weight / weight.sum() * (1 - outside)
    return Belief(grid=grid, poa=poa, outside=1 - float(poa.sum()))


def problem(
    terrain: Terrain,
    where: Belief,
    *,
    teams: tuple[Team, ...] = TEAMS,
    base_m: tuple[float, float] = (1000.0, 200.0),
    hours: float = 2.0,
    segments: tuple[Segment, ...] = (),
    night: bool = False,
    light_changes_s: tuple[float, ...] = (),
) -> PlanProblem:
    """A plan's problem with all teams at one base, metres from the south-western corner."""
    return PlanProblem(
        terrain=terrain,
        belief=where,
        teams=teams,
        bases_m=((WEST + base_m[0], SOUTH + base_m[1]),) * len(teams),
        duration_s=hours * 3600,
        segments=segments,
        night=night,
        light_changes_s=light_changes_s,
    )


def square(name: str, x: float, y: float, side: float) -> Segment:
    """A manager's own square segment, metres from the south-western corner."""
    corners = [(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)]
    ring = tuple((WEST + a, SOUTH + b) for a, b in corners)
    return Segment(id=name, ring_m=ring, area_m2=side**2, poa=0.0)
