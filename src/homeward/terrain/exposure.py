"""Hazards that the manager marks, as expected injuries per person and hour on every cell of the ground.

What a hazard does to the ground depends on its kind: an avalanche slope threatens where it is steep enough and below,
rockfall below faces and mapped cliffs, traffic on its road, people also where they see somebody; the rest inside its
outline. Rates that the manager does not give are assumptions (`tables/hazards.csv`), and said to be so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from homeward.errors import Finding
from homeward.geo import Floats, Grid
from homeward.mission.people import Hazard, HazardKind
from homeward.terrain.fall import reach
from homeward.terrain.ground import Cover, Line, LineKind, Terrain
from homeward.terrain.raster import grid_affine, line_cells
from homeward.terrain.sight import viewshed
from homeward.terrain.speed import going, line_factors
from homeward.terrain.tables import rows

Mask = NDArray[np.bool_]
SAFE_HITS_PER_H = 1e-3
"""Where fewer injuries are expected per person and hour, somebody may be posted. Our own limit."""

STEEPEST_POST = 0.5
"""Nobody waits or gathers on ground steeper than this, rise over run. Our own limit."""

_FALLS = {HazardKind.AVALANCHE: "avalanche", HazardKind.ROCKFALL: "rockfall"}
_VIEWPOINTS = 6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Threat:
    """One hazard on the ground. `hits_per_h` (rows, cols): expected injuries per person and hour.

    `source` are the cells that what threatens starts from: steep ground that may break off, a road, the outline.
    `speed_mps` is how fast it comes, `sees_m` and `hears_m` from how far a lookout notices it. `begins` and `ends`
    bound when it threatens (None: always).
    """

    id: str
    kind: HazardKind
    label: str
    hits_per_h: Floats
    source: Mask
    speed_mps: float
    sees_m: float
    hears_m: float
    begins: datetime | None = None
    ends: datetime | None = None

    @property
    def name(self) -> str:
        """How it is spoken of."""
        return self.label or f"{self.kind.value} {self.id}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Exposure:
    """All hazards on one ground. `hits_per_h` (rows, cols) is their sum; `findings` what could not be taken as told."""

    grid: Grid
    hits_per_h: Floats
    threats: tuple[Threat, ...] = ()
    findings: tuple[Finding, ...] = ()

    def unsafe(self, *, most_hits_per_h: float = SAFE_HITS_PER_H) -> Mask:
        """Cells where more injuries than that are expected per person and hour: nobody waits there."""
        return np.asarray(self.hits_per_h > most_hits_per_h, dtype=np.bool_)

    def closed(self, *, most_hits_per_h: float = SAFE_HITS_PER_H) -> Mask:
        """The same without traffic: ways keep out of these cells, but cross roads."""
        total = np.zeros(self.grid.shape)
        for threat in self.threats:
            if threat.kind is not HazardKind.TRAFFIC:
                total += threat.hits_per_h
        return np.asarray(total > most_hits_per_h, dtype=np.bool_)

    def along(self, xy_m: ArrayLike) -> Floats:
        """Expected injuries per person and hour at points (n, 2), metres; 0 beyond the map."""
        points = np.asarray(xy_m, dtype=np.float64).reshape(-1, 2)
        row = np.floor((self.grid.north_m - points[:, 1]) / self.grid.cell_m).astype(np.int64)
        col = np.floor((points[:, 0] - self.grid.west_m) / self.grid.cell_m).astype(np.int64)
        on = (row >= 0) & (row < self.grid.n_rows) & (col >= 0) & (col < self.grid.n_cols)
        found = np.zeros(len(points))
        found[on] = self.hits_per_h[row[on], col[on]]
        return found


def exposure_of(terrain: Terrain, hazards: Iterable[Hazard], *, at: datetime | None = None) -> Exposure:
    """The hazards that threaten at `at` (None: all of them), on the ground."""
    threats: list[Threat] = []
    findings: list[Finding] = []
    for hazard in hazards:
        if at is not None and not _threatens(hazard, at):
            continue
        inside = outline(terrain.grid, hazard)
        if not inside.any():
            findings.append(
                Finding(f"hazard {hazard.id}", "lies outside the map, so nothing on the map is exposed to it")
            )
            continue
        threat, said = _on_ground(terrain, hazard, inside)
        threats.append(threat)
        findings += [Finding(f"hazard {hazard.id}", what) for what in said]
    total = np.zeros(terrain.grid.shape)
    for threat in threats:
        total += threat.hits_per_h
    return Exposure(grid=terrain.grid, hits_per_h=total, threats=tuple(threats), findings=tuple(findings))


def waiting_cells(terrain: Terrain, exposure: Exposure | None) -> Mask:
    """Cells (rows, cols) to wait on: out of all hazards, walkable, not steeper than `STEEPEST_POST`."""
    factor, _ = going(terrain)
    level = (factor > 0) & (terrain.slope() <= STEEPEST_POST)
    return np.asarray(level if exposure is None else level & ~exposure.unsafe(), dtype=np.bool_)


def _threatens(hazard: Hazard, at: datetime) -> bool:
    begun = hazard.begins is None or at >= hazard.begins
    return begun and (hazard.ends is None or at < hazard.ends)


def outline(grid: Grid, hazard: Hazard) -> Mask:
    """Cells (rows, cols) whose middle lies in a hazard's outline; of one smaller than a cell, the cell it is in."""
    x, y = grid.centers_m()
    if hazard.ring:
        import shapely
        from rasterio.features import rasterize

        ring = shapely.Polygon(grid.xy_m([(p.lon_deg, p.lat_deg) for p in hazard.ring]))
        inside = rasterize([ring], out_shape=grid.shape, transform=grid_affine(grid), dtype=np.uint8) > 0
        at = ring.representative_point().coords[0]
    elif hazard.place is not None:
        at = grid.to_m(hazard.place)
        inside = np.hypot(x[None, :] - at[0], y[:, None] - at[1]) <= (hazard.radius_m or 0.0)
    else:
        return np.zeros(grid.shape, dtype=np.bool_)
    if not inside.any() and grid.contains(at[0], at[1]):
        inside = np.zeros(grid.shape, dtype=np.bool_)
        inside[grid.cell_of(at[0], at[1])] = True
    return np.asarray(inside, dtype=np.bool_)


def _on_ground(terrain: Terrain, hazard: Hazard, inside: Mask) -> tuple[Threat, list[str]]:
    known = hazard_numbers(hazard.kind)
    rate, said = hazard.hits_per_h, []
    if rate is None:
        rate = known["hits_per_h"]
        said.append(f"has no figure for injuries: {rate:g} per person and hour is assumed (ours)")
    if hazard.kind in _FALLS:
        source, exposed, note = _falling(terrain, hazard.kind, inside)
    elif hazard.kind is HazardKind.TRAFFIC:
        source, exposed, note = _road(terrain, inside)
    else:
        source, exposed, note = inside, inside, ""
    said += [note] if note else []
    hits = np.where(exposed, rate, 0.0)
    if hazard.kind is HazardKind.PEOPLE:
        hits = np.maximum(hits, rate * known["seen_share"] * seen_from(terrain, inside, known["seen_m"]))
    speed = hazard.speed_mps if hazard.speed_mps is not None else known["speed_mps"]
    threat = Threat(
        id=hazard.id,
        kind=hazard.kind,
        label=hazard.label,
        hits_per_h=hits,
        source=source,
        speed_mps=speed,
        sees_m=known["sees_m"],
        hears_m=known["hears_m"],
        begins=hazard.begins,
        ends=hazard.ends,
    )
    return threat, said


def _falling(terrain: Terrain, kind: HazardKind, inside: Mask) -> tuple[Mask, Mask, str]:
    """Release cells inside the outline, all they reach (beyond it too), and what is to be said."""
    known = hazard_numbers(kind)
    steep_deg = np.degrees(np.arctan(terrain.slope()))
    source = inside & (steep_deg >= known["release_min_deg"])
    if kind is HazardKind.AVALANCHE:
        source &= steep_deg <= known["release_max_deg"]
    else:
        cliffs = [line.xy_m for line in terrain.lines if line.kind is LineKind.CLIFF]
        source |= inside & line_cells(cliffs, terrain.grid, wide=True)
    if not source.any():
        return inside, inside, "has no ground steep enough to break off on this map: all of its outline counts"
    exposed = reach(terrain.elevation_m, source, reach_deg=known["reach_deg"], cell_m=terrain.grid.cell_m)
    return source, exposed, ""


def _road(terrain: Terrain, inside: Mask) -> tuple[Mask, Mask, str]:
    roads = [line.xy_m for line in terrain.lines if line.kind in (LineKind.ROAD, LineKind.RAIL)]
    on = line_cells(roads, terrain.grid, wide=False)
    return (
        (on, inside & on, "")
        if (inside & on).any()
        else (inside, inside, "has no road on this map: all of its outline counts")
    )


def seen_from(terrain: Terrain, inside: Mask, seen_m: float) -> Floats:
    """How plainly somebody standing is seen from `inside` (rows, cols): 1 close by, falling evenly to 0 at `seen_m`.

    Eyes stand 1.7 m above a few cells spread over `inside`, the highest among them: ground that only others of its
    cells see is missed.
    """
    grid = terrain.grid
    x, y = grid.centers_m()
    seen = np.zeros(grid.shape)
    for row, col in _spread_cells(terrain.elevation_m, inside):
        here = viewshed(terrain, (x[col], y[row]), eye_m=1.7, target_m=1.7, range_m=seen_m)
        far = np.hypot(x[None, :] - x[col], y[:, None] - y[row])
        seen = np.maximum(seen, np.where(here, 1 - far / seen_m, 0.0))
    return np.clip(seen, 0.0, 1.0)


def _spread_cells(z: Floats, inside: Mask) -> list[tuple[int, int]]:
    """The highest cell, then again and again the one farthest from those taken."""
    cells = np.argwhere(inside)
    taken = [int(np.argmax(z[inside]))]
    far = np.hypot(*(cells - cells[taken[0]]).T)
    while len(taken) < min(_VIEWPOINTS, len(cells)) and far.max() > 0:
        taken.append(int(far.argmax()))
        far = np.minimum(far, np.hypot(*(cells - cells[taken[-1]]).T))
    return [(int(row), int(col)) for row, col in cells[taken]]


@lru_cache
def hazard_numbers(kind: str) -> dict[str, float]:
    """The table's numbers for a kind of hazard, or "any": rates per hour, degrees, metres, metres per second."""
    return {row["what"]: float(row["value"]) for row in rows("hazards") if row["kind"] == kind}


def ground_without(terrain: Terrain, closed: Mask) -> Terrain:
    """The same ground where nobody walks on `closed` (rows, cols): for ways that keep out of hazards.

    Closed cells become water, and paths are told anew, row by row, without them: for travel times only, never for a
    picture. Everywhere else the going is the same to the last cell.
    """
    if not closed.any():
        return terrain
    cover = np.where(closed, np.uint8(Cover.WATER), terrain.cover)
    _, on_path = going(terrain)
    paths = {kind for kind, share in line_factors().items() if share == 1}
    others = [line for line in terrain.lines if line.kind not in paths or line.derived]
    return replace(terrain, cover=cover, lines=(*others, *_runs(terrain.grid, on_path & ~closed)))


def _runs(grid: Grid, on: Mask) -> list[Line]:
    """Lines from west to east that run through exactly these cells."""
    x, y = grid.centers_m()
    edges = np.diff(np.pad(on, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    starts, ends = np.argwhere(edges == 1), np.argwhere(edges == -1)
    quarter = grid.cell_m / 4  # a line of one cell has a length too
    return [
        Line(kind=LineKind.TRAIL, xy_m=np.array([[x[west] - quarter, y[row]], [x[east - 1] + quarter, y[row]]]))
        for (row, west), (_, east) in zip(starts, ends, strict=True)
    ]


def resampled(xy_m: ArrayLike, *, every_m: float) -> Floats:
    """Points along a path (n, 2) at most `every_m` apart, its own among them."""
    xy = np.asarray(xy_m, dtype=np.float64).reshape(-1, 2)
    if len(xy) < 2:
        return xy
    leg = np.hypot(*np.diff(xy, axis=0).T)
    n = np.maximum(np.ceil(leg / every_m), 1).astype(np.int64)
    start = np.repeat(np.arange(len(leg)), n)
    t = (np.arange(len(start)) - np.repeat(np.cumsum(n) - n, n)) / np.repeat(n, n)
    return np.vstack([xy[start] + t[:, None] * (xy[start + 1] - xy[start]), xy[-1:]])
