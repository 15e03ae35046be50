"""What each team can do on each cell: the rasters that tasks, the schedule and the POS curve are worked out from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import shapely
from numpy.typing import NDArray
from rasterio.features import rasterize

from homeward.detect import (
    CALM,
    CAMERAS,
    Numbers,
    camera_of,
    defaults,
    grounded,
    line_spacing_m,
    paths_only,
    team_endurance_s,
    team_speed_mps,
    team_sweep_width_m,
)
from homeward.geo import Floats, Grid
from homeward.mission.nouns import Team, TeamKind, Weather
from homeward.terrain.ground import LineKind, Terrain
from homeward.terrain.raster import grid_affine

FLIGHT_MPS = 10.0  # a drone on its way, not searching (our own assumption)
FLYING = frozenset({TeamKind.DRONE, TeamKind.THERMAL, TeamKind.HELICOPTER})
PATHS = frozenset({LineKind.ROAD, LineKind.TRAIL})
_NO_SKILL = {"id", "base", "radio", "why"}
GENTLE_RAD = np.pi / 4  # of a bend, below which a flier keeps its speed (our own assumption)
STUMBLING_MPS = 0.3  # crossing a cell that cannot be searched, where no way round was found (our own assumption)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Skill:
    """What one sort of team can do; teams alike in kind, size and overrides share one.

    `width_m` by day and by night and `speed_mps` are rasters (rows, cols), the whole team's; both 0 where it cannot
    search. `endurance_s` is the longest time from leaving base to being back, `turnaround_s` the rest after it.
    `footprint_m` is how wide a drone's picture is on the ground: lanes nearer than that would show the same twice.
    `least_lane_m` is the nearest that lanes of fast fliers may lie, `half_turn_s` what they take to turn round.
    `lane_m` is how far apart the sweeps of a line lie whose people say how they space themselves (0: at the width).
    `batteries` is the most flights it has (None: not counted), `in_the_dark` whether it works at night at all,
    `transit_mps` its speed on the way where it goes straight (0: over the ground). `grounded` says why it cannot work
    in the weather, '' where it can.
    """

    kind: TeamKind
    people: int
    air: bool
    width_m: tuple[Floats, Floats]
    speed_mps: Floats
    endurance_s: float
    turnaround_s: float
    footprint_m: float = 0.0
    lane_m: float = 0.0
    batteries: int | None = None
    in_the_dark: bool = True
    transit_mps: float = 0.0
    half_turn_s: float = 0.0
    least_lane_m: float = 0.0
    grounded: str = ""

    @property
    def straight(self) -> bool:
        """Whether it goes in straight lines: through the air, or by boat (a trailer takes it to the water)."""
        return self.transit_mps > 0

    @property
    def abreast(self) -> int:
        """How many searchers walk side by side, sharing the sweep width."""
        return self.people if self.kind is TeamKind.LINE else 1

    def width(self, *, night: bool) -> Floats:
        """Sweep width raster by light, metres."""
        return self.width_m[int(night)]


def skills_of(
    terrain: Terrain, teams: Sequence[Team], *, weather: Weather = CALM, numbers: Numbers = ()
) -> tuple[list[Skill], list[int]]:
    """The distinct skills in that weather, with those numbers overridden, and for each team the index of its own."""
    skills: list[Skill] = []
    known: dict[tuple[object, ...], int] = {}
    index = []
    slope = terrain.slope()
    for team in teams:
        key = tuple(getattr(team, f.name) for f in fields(team) if f.name not in _NO_SKILL)
        if key not in known:
            known[key] = len(skills)
            skills.append(_skill(terrain, team, slope, weather, numbers))
        index.append(known[key])
    return skills, index


def _skill(terrain: Terrain, team: Team, slope: Floats, weather: Weather, numbers: Numbers) -> Skill:
    own = defaults(team.kind, numbers=numbers)
    by_day, by_night = (
        team_sweep_width_m(team, terrain.cover, night=night, weather=weather, numbers=numbers)
        for night in (False, True)
    )
    grounds = grounded(team.kind, weather, numbers=numbers)
    in_the_dark = own.in_the_dark if team.in_the_dark is None else team.in_the_dark
    speed = team_speed_mps(team, terrain.cover, slope, weather=weather, numbers=numbers)
    can = (np.maximum(by_day, by_night) > 0) & (speed > 0) & _allowed(terrain, team.kind)
    can &= not grounds
    return Skill(
        kind=TeamKind(team.kind),
        people=team.people,
        air=team.kind in FLYING,
        width_m=(np.where(can, by_day, 0.0), np.where(can & in_the_dark, by_night, 0.0)),
        speed_mps=np.where(can, speed, 0.0),
        endurance_s=team_endurance_s(team, numbers=numbers),
        turnaround_s=own.turnaround_s if team.turnaround_s is None else team.turnaround_s,
        footprint_m=camera_of(team, numbers=numbers).footprint_m if team.kind in CAMERAS else 0.0,
        lane_m=team.people * (line_spacing_m(team) or 0.0),
        batteries=team.batteries,
        in_the_dark=in_the_dark,
        transit_mps=own.transit_mps,
        half_turn_s=own.half_turn_s,
        least_lane_m=own.least_lane_m,
        grounded=grounds,
    )


def _allowed(terrain: Terrain, kind: TeamKind) -> NDArray[np.bool_]:
    """Where a kind of team may go: everywhere, but for bikes and horses in rough ground only on paths."""
    bound = paths_only(kind, terrain.cover)
    paths = [shapely.LineString(line.xy_m) for line in terrain.lines if line.kind in PATHS]
    if not (bound.any() and paths):
        return ~bound
    on_path = rasterize(
        paths, out_shape=terrain.grid.shape, transform=grid_affine(terrain.grid), all_touched=True, dtype="uint8"
    )
    return np.asarray(~bound | (on_path > 0), dtype=np.bool_)


def timed(path_m: Floats, skill: Skill, grid: Grid) -> tuple[Floats, Floats]:
    """A path cut at every cell's length: points (n, 2) and the seconds at which a team searching along is there.

    Fliers take their time at sharp bends: it is counted in the first piece after the bend.
    """
    steps = np.diff(path_m, axis=0)
    length = np.hypot(steps[:, 0], steps[:, 1])
    pieces = np.maximum(np.ceil(length / grid.cell_m), 1).astype(np.int64)
    leg = np.repeat(np.arange(len(pieces)), pieces)
    nth = np.arange(len(leg)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    ends = path_m[leg] + steps[leg] * ((nth + 1) / pieces[leg])[:, None]
    points = np.concatenate([path_m[:1], ends])
    middle = (points[1:] + points[:-1]) / 2
    speed = sample(skill.speed_mps, grid, middle)
    seconds = length[leg] / pieces[leg] / np.where(speed > 0, speed, STUMBLING_MPS)
    if skill.half_turn_s:
        seconds[np.cumsum(pieces) - pieces] += skill.half_turn_s * _turned_rad(steps) / np.pi
    return points, np.concatenate([[0.0], np.cumsum(seconds)])


def _turned_rad(steps: Floats) -> Floats:
    """(legs,) by how much a path turns before each of its legs; gentle bends are flown through, and count for 0."""
    turned = np.zeros(len(steps))
    moving = np.flatnonzero((steps != 0).any(axis=1))
    heading = np.arctan2(steps[moving, 1], steps[moving, 0])
    bends = np.abs((np.diff(heading) + np.pi) % (2 * np.pi) - np.pi)
    turned[moving[1:]] = np.where(bends >= GENTLE_RAD, bends, 0.0)
    return turned


def sample(raster: Floats, grid: Grid, xy_m: Floats) -> Floats:
    """Values of a raster at points; those outside get the nearest edge cell's."""
    row = np.clip(np.floor((grid.north_m - xy_m[:, 1]) / grid.cell_m).astype(np.int64), 0, grid.n_rows - 1)
    col = np.clip(np.floor((xy_m[:, 0] - grid.west_m) / grid.cell_m).astype(np.int64), 0, grid.n_cols - 1)
    return raster[row, col]
