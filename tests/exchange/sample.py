"""A made-up mission on the real hills of Jacksboro, Tennessee, that every test of this room renders.

The elevation is the 3-arc-second model that ships inside Matplotlib (its file has the two latitudes swapped). Roads,
trails, streams, segments and routes are invented, in the shape that the planning rooms give them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from matplotlib import cbook
from scipy import ndimage
from scipy.spatial import Voronoi
from shapely.geometry import LineString, Point, Polygon

from homeward.belief.records import Belief
from homeward.geo import Floats, Grid, Place, grid_around, offset
from homeward.mission.happened import Happened
from homeward.mission.nouns import Area, Clue, ClueKind, Ipp, MapMove, Subject, Team, TeamKind
from homeward.mission.replay import Mission
from homeward.search.records import XY, Assignment, SearchPlan, Segment
from homeward.terrain.ground import Cover, Line, LineKind, Patch, Terrain

IPP = Place(36.5903, -84.2450)
BASE = Place(36.5760, -84.2300)
STARTS = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
KINDS = (TeamKind.DOG, TeamKind.DOG, TeamKind.LINE, TeamKind.LINE, TeamKind.DRONE, TeamKind.DRONE, TeamKind.HASTY)
NAMES = ("Alpha", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot", "Golf", "Hotel")


class Sample(NamedTuple):
    """Everything that the room's functions take."""

    mission: Mission
    terrain: Terrain
    belief: Belief
    plan: SearchPlan


@lru_cache(maxsize=1)
def sample() -> Sample:
    grid = grid_around([IPP], margin_m=6000.0, cell_m=60.0)
    terrain = _terrain(grid)
    mission = _mission(grid)
    plan = _plan(grid, mission)
    return Sample(mission, terrain, _belief(grid, terrain), plan)


def _terrain(grid: Grid) -> Terrain:
    with np.load(str(cbook.get_sample_data("jacksboro_fault_dem.npz", asfileobj=False))) as dem:
        z = dem["elevation"].astype(np.float64)
        west, south, north = float(dem["xmin"]), float(dem["ymax"]), float(dem["ymin"])
        dx, dy = float(dem["dx"]), float(dem["dy"])
    assert south < north
    x, y = grid.centers_m()
    lonlat = grid.lonlat(np.column_stack([g.ravel() for g in np.meshgrid(x, y)]))
    at = [(north - lonlat[:, 1]) / dy - 0.5, (lonlat[:, 0] - west) / dx - 0.5]
    elevation = ndimage.map_coordinates(z, at, order=1, mode="nearest").reshape(grid.shape)
    cover = np.full(grid.shape, Cover.FOREST, dtype=np.uint8)
    noise = ndimage.gaussian_filter(np.random.default_rng(7).normal(size=grid.shape), 6.0)
    cover[noise > np.quantile(noise, 0.8)] = Cover.OPEN
    cover[noise < np.quantile(noise, 0.15)] = Cover.SCRUB
    lake = _blob(grid, offset(IPP, bearing_deg=200.0, distance_m=2600.0), 350.0)
    lines = (*_ways(grid), *(_stream(grid, elevation, start) for start in ((30, 40), (60, 150), (120, 60), (150, 120))))
    hut = _square(grid.to_m(offset(IPP, bearing_deg=80.0, distance_m=500.0)), 30.0)
    return Terrain(
        grid=grid,
        elevation_m=elevation,
        hole=np.zeros(grid.shape, dtype=np.bool_),
        cover=cover,
        lines=lines,
        patches=(Patch(kind="water", xy_m=lake, name="Mill Pond"), Patch(kind="building", xy_m=hut, name="Hut")),
    )


def _ways(grid: Grid) -> tuple[Line, ...]:
    x0, y0 = grid.to_m(IPP)
    s = np.linspace(-6000.0, 6000.0, 120)
    road = np.column_stack([x0 + s, y0 - 1700 + 0.1 * s + 350 * np.sin(s / 900)])
    trail = np.column_stack([x0 + 600 * np.sin(s / 700) + 0.25 * s, y0 + 0.8 * s])
    path = np.column_stack([x0 + 1800 - 0.5 * s + 200 * np.cos(s / 500), y0 + 900 + 0.4 * s])
    return (
        Line(kind=LineKind.ROAD, xy_m=road, name="Stony Fork Road"),
        Line(kind=LineKind.TRAIL, xy_m=trail, name="Cumberland Trail"),
        Line(kind=LineKind.TRAIL, xy_m=path),
        Line(kind=LineKind.POWER_LINE, xy_m=np.array([[x0 - 6000, y0 - 4000], [x0 + 6000, y0 - 500]])),
    )


def _stream(grid: Grid, elevation_m: Floats, start: tuple[int, int]) -> Line:
    """Steepest way down over a smoothed surface."""
    z = ndimage.gaussian_filter(elevation_m, 2.0)
    cells = [start]
    while len(cells) < 150:
        r, c = cells[-1]
        near = [
            (z[i, j], i, j)
            for i in range(max(r - 1, 0), min(r + 2, z.shape[0]))
            for j in range(max(c - 1, 0), min(c + 2, z.shape[1]))
        ]
        _, i, j = min(near)
        if (i, j) == (r, c):
            break
        cells.append((i, j))
    x, y = grid.centers_m()
    xy = np.array([(x[c], y[r]) for r, c in cells[:: max(1, len(cells) // 60)]])
    return Line(kind=LineKind.STREAM, xy_m=xy if len(xy) > 1 else np.vstack([xy, xy + 1.0]), derived=True)


def _blob(grid: Grid, at: Place, radius_m: float) -> Floats:
    x, y = grid.to_m(at)
    a = np.linspace(0, 2 * np.pi, 40)
    r = radius_m * (1 + 0.25 * np.sin(3 * a))
    return np.column_stack([x + r * np.cos(a), y + r * np.sin(a)])


def _square(at: tuple[float, float], half_m: float) -> Floats:
    x, y = at
    return np.array([[x + i * half_m, y + j * half_m] for i, j in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))])


def _mission(grid: Grid) -> Mission:
    clue = Clue(
        id="C1",
        kind=ClueKind.BEARING,
        place=offset(IPP, bearing_deg=120.0, distance_m=900.0),
        text="scent from bearing 315 deg, about 3 km",
        team="Alpha",
        bearing_deg=315.0,
        bearing_sd_deg=15.0,
        range_m=3000.0,
        range_sd_m=900.0,
    )
    glove = Clue(
        id="C2",
        kind=ClueKind.POINT,
        place=offset(IPP, bearing_deg=10.0, distance_m=700.0),
        text="blue glove",
        error_m=20.0,
    )
    teams = {
        name: Team(id=name, kind=KINDS[i % len(KINDS)], people=(3, 3, 6, 5, 2, 2, 3, 2)[i], radio=f"SAR {i + 1}")
        for i, name in enumerate(NAMES)
    }
    return Mission(
        name="Cumberland Trail hiker",
        time_zone="America/New_York",
        exercise=True,
        opened_at=datetime(2026, 11, 22, 16, 30, tzinfo=UTC),
        area=Area(label="Jacksboro", grid=grid, terrain="0" * 64, sources=("jacksboro_fault_dem.npz",)),
        base=BASE,
        subject=Subject(
            category="hiker",
            ecoregion="temperate",
            name="Josephine Quimby",
            age_years=63.0,
            description="red jacket, grey rucksack",
            medical="insulin twice a day",
        ),
        ipp=Ipp(place=IPP, kind="last known position", seen_at=datetime(2026, 11, 22, 12, 15, tzinfo=UTC)),
        clues={
            "C1": Happened(datetime(2026, 11, 22, 17, 5, tzinfo=UTC), "e9", clue),
            "C2": Happened(datetime(2026, 11, 22, 17, 20, tzinfo=UTC), "e10", glove),
        },
        teams=teams,
    )


def _belief(grid: Grid, terrain: Terrain) -> Belief:
    x, y = np.meshgrid(*grid.centers_m())
    x0, y0 = grid.to_m(IPP)
    d = np.hypot(x - x0, y - y0) / 1800.0 + 0.05
    poa = np.exp(-(np.log(d) ** 2) / 1.2) / d
    x1, y1 = grid.to_m(offset(IPP, bearing_deg=318.0, distance_m=2100.0))
    poa *= 0.35 + 2.0 * np.exp(-((x - x1) ** 2 + (y - y1) ** 2) / (2 * 900.0**2))
    poa *= np.exp(-2.0 * terrain.slope())
    poa *= 0.88 / poa.sum()
    move = MapMove(
        cause="clue C1",
        why="scent from the north-west",
        moved=0.21,
        from_where="south-east",
        to_where="north-west",
        entropy_before=8.1,
        entropy_after=7.6,
    )
    return Belief(grid=grid, poa=poa, outside=0.12, story=(move,))


def _plan(grid: Grid, mission: Mission) -> SearchPlan:
    segments = _segments(grid)
    teams = tuple(mission.teams.values())
    base = grid.to_m(BASE)
    assignments: list[Assignment] = []
    for i, segment in enumerate(segments[: len(teams) + 2]):
        team = teams[i % len(teams)]
        second = i >= len(teams)
        where = assignments[i - len(teams)].route_m[-1] if second else base
        assignments.append(
            _assignment(f"1{i + 1:02d}", team, segment, where, start_s=7200.0 if second else 600.0 + 60 * i)
        )
    last = {a.team: a.number for a in assignments}
    assignments = [
        replace(a, return_m=(a.route_m[-1], base)) if last[a.team] == a.number else replace(a, return_m=())
        for a in assignments
    ]
    hours = np.linspace(0.0, 1.0, 9)
    curve = tuple(
        (float(14400 * h), float(0.41 * (1 - np.exp(-2 * h)) / (1 - np.exp(-2))), float(0.5 * h**0.6)) for h in hours
    )
    return SearchPlan(
        period=1,
        duration_s=14400.0,
        segments=segments,
        assignments=tuple(assignments),
        idle=(),
        curve=curve,
        value=0.41,
        bound=0.50,
        soonest_value=0.24,
        soonest_bound=0.31,
        seed=1,
        why=("Dogs take the slopes downwind of the scent.", "The line teams take the two segments nearest the trail."),
    )


def _segments(grid: Grid) -> tuple[Segment, ...]:
    """The cells of a Voronoi diagram round the IPP, as irregular as real segments are."""
    x0, y0 = grid.to_m(IPP)
    rng = np.random.default_rng(3)
    sites = np.array([(i * 1100.0, j * 1000.0) for i in range(-5, 6) for j in range(-5, 6)])
    sites += rng.normal(scale=180.0, size=sites.shape)
    diagram = Voronoi(sites)
    out = []
    order = np.argsort(np.hypot(sites[:, 0] + 500, sites[:, 1] - 500))
    for n, i in enumerate(order[:14]):
        region = Polygon(diagram.vertices[diagram.regions[diagram.point_region[i]]] + (x0, y0))
        ring = tuple((round(float(x), 1), round(float(y), 1)) for x, y in region.exterior.coords)
        poa = round(0.11 * float(np.exp(-n / 6)), 4)
        out.append(Segment(id="A" + "ABCDEFGHIJKLMNOP"[n], ring_m=ring, area_m2=region.area, poa=poa))
    return tuple(out)


def _assignment(number: str, team: Team, segment: Segment, start: XY, *, start_s: float) -> Assignment:
    spacing = {TeamKind.LINE: 120.0, TeamKind.DOG: 150.0, TeamKind.DRONE: 90.0, TeamKind.HASTY: 300.0}[team.kind]
    route = _mower(Polygon(segment.ring_m), spacing)
    length = LineString(route).length
    access = _wiggle(start, route[0])
    begins = start_s + LineString(access).length / 1.1
    ends = begins + length / 2.2
    what = {
        TeamKind.DOG: "air-scent sweep",
        TeamKind.LINE: "line search",
        TeamKind.DRONE: "flight",
        TeamKind.HASTY: "hasty search",
    }
    return Assignment(
        number=number,
        team=team.id,
        segment=segment.id,
        task=f"Search segment {segment.id} by {what[team.kind]}, from the south edge north, {spacing:.0f} m apart.",
        access_m=access,
        route_m=route,
        return_m=(),
        leaves_s=start_s,
        begins_s=begins,
        ends_s=ends,
        back_s=ends + 1500.0,
        length_m=length,
        sweep_width_m=64.0,
        speed_mps=0.6,
        spacing_m=spacing,
        coverage=0.9,
        pod=0.59,
        pos=round(segment.poa * 0.59, 4),
        hazards=(
            "Cliff band on the north edge: slope above 45 degrees.",
            "Dark from 17:20: head torches, no one alone.",
        ),
        why="Most probability per hour for this team within reach.",
    )


def _wiggle(a: XY, b: XY) -> tuple[XY, ...]:
    s = np.linspace(0.0, 1.0, 25)
    off = 120.0 * np.sin(3 * np.pi * s)
    dx, dy = b[0] - a[0], b[1] - a[1]
    d = float(np.hypot(dx, dy)) or 1.0
    return tuple(
        (float(a[0] + t * dx - o * dy / d), float(a[1] + t * dy + o * dx / d)) for t, o in zip(s, off, strict=True)
    )


def _mower(region: Polygon, spacing_m: float) -> tuple[XY, ...]:
    west, south, east, north = region.bounds
    out: list[XY] = []
    for k, y in enumerate(np.arange(south + spacing_m / 2, north, spacing_m)):
        cut = region.buffer(-spacing_m / 3).intersection(LineString([(west, y), (east, y)]))
        if cut.is_empty or not isinstance(cut, LineString):
            continue
        ends = [(float(p[0]), float(p[1])) for p in cut.coords]
        out += ends if k % 2 == 0 else ends[::-1]
    return tuple(out) or ((Point(region.centroid).x, Point(region.centroid).y),) * 2
