"""Planted subjects on real ground, walked by another published model than the map's: does the ground in the map help?

python -m bench planted

Walkers after Hashimoto et al. 2022 (Sci Rep 12:5873), written here in plain NumPy: random walk, route travel, direction
travel, stay put, view enhance, in the shares published for hikers (.054, .377, .559, .003, .006), at 5.7 km/h; roads,
trails, streams, rivers, rail, power lines and shores are what route travellers follow; water is closed. Two readings of
the mixture stand side by side: one behaviour for each walker, and one drawn anew every half hour. (Drawn anew at every
step of 6.67 m, the third reading, they hardly keep to any line.) Their paper gives no rule of stopping that yields
distances, so each walker gets a distance drawn from the raw ISRID cases (mapscore: hikers, temperate mountain: mean and
sd of ln km .962, 1.258), and is found where it is at a random moment of those it spends within 5 % of that distance: as
if it might stop at any moment alike. Who never gets so far is found where it is after 24 h (Mitchell 1985: 92 % of 501
hikers did not travel longer). IPPs are drawn among cells on roads and trails of the middle half of the area.

Both maps know the category alone; "radial" has no terrain, "combined" has. Nats is the log of the density at the find
over the uniform one on the map, R the MapScore rating over the map; walkers who left the map are counted, not scored.
Intervals resample whole IPPs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from homeward.belief import MapProblem, make_map
from homeward.belief.score import interval_of_mean
from homeward.geo import Floats
from homeward.terrain import build_terrain, grid_for
from homeward.terrain.ground import Cover, LineKind, Terrain
from homeward.terrain.raster import line_cells

AREAS = Path(__file__).resolve().parents[2] / "shared" / "data" / "areas"
NAMES = ("andorra", "bayreuth_fichtel", "malta", "monaco_riviera", "portoalegre_hills")
CELL_M = 25.0
IPPS, WALKERS = 6, 150
SHARES = {"random": 0.054, "route": 0.377, "direction": 0.559, "stay": 0.003, "view": 0.006}
MU_LN_KM, SIGMA_LN_KM = 0.962, 1.258
BAND = 0.05
STEP_M = CELL_M
STEPS_PER_H = int(5700 / STEP_M)
HOURS = 24
SIGHT_M = 100.0  # how far a route traveller sees a line to follow: our reading
TURNS = np.radians(np.array([0, 45, -45, 90, -90, 135, -135, 180.0]))  # what a route traveller tries, in this order
FOLLOWED = (
    LineKind.ROAD,
    LineKind.TRAIL,
    LineKind.STREAM,
    LineKind.RIVER,
    LineKind.RAIL,
    LineKind.POWER_LINE,
    LineKind.COAST,
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ground:
    """What the walkers see: cells of lines, the way to the nearest of them, cells that are closed, the way up."""

    line: NDArray[np.bool_]
    to_line: Floats
    line_away_m: Floats
    closed: NDArray[np.bool_]
    up: Floats


def main(names: tuple[str, ...] = NAMES) -> None:
    if not AREAS.is_dir():
        print(f"needs the areas in {AREAS}, which are not here")
        return
    for hold_h, said in ((HOURS, "one behaviour for each walker"), (0.5, "behaviour drawn anew every half hour")):
        print(said)
        print(
            f"{'area':20s}{'scored':>7s}{'left':>6s}{'radial':>9s}{'combined':>10s}{'gain, nats':>24s}"
            f"{'R radial':>11s}{'R comb.':>9s}"
        )
        every: list[Floats] = []
        for name in names:
            scored, left = planted(name, hold_h=hold_h)
            every.append(scored)
            _row(name, scored, left)
        _row("all areas", np.concatenate(every), 0)


def _row(name: str, scored: Floats, left: int) -> None:
    gain = scored[:, 2] - scored[:, 1]
    low, high = interval_of_mean(gain, [str(key) for key in scored[:, 0]])
    m = scored.mean(axis=0)
    print(
        f"{name:20s}{len(scored):7d}{left:6d}{m[1]:9.3f}{m[2]:10.3f}{m[2] - m[1]:9.3f}"
        f" ({low:6.3f} to {high:6.3f}){m[3]:9.3f}{m[4]:9.3f}",
        flush=True,
    )


def planted(name: str, *, hold_h: float) -> tuple[Floats, int]:
    """(scored subjects of an area x (IPP, nats radial, nats combined, R radial, R combined), how many left the map)."""
    folder = AREAS / name
    grid = grid_for(folder / "dem.tif", cell_m=CELL_M)
    terrain = build_terrain(grid=grid, elevation=folder / "dem.tif", features=[folder / "osm.gpkg"])
    ground = seen(terrain)
    rng = np.random.default_rng([NAMES.index(name) if name in NAMES else len(name), int(hold_h * 10)])
    rows, left = [], 0
    for k, ipp in enumerate(ipps(terrain, ground, rng)):
        at = walked(ground, grid.shape, ipp, rng, hold_h=hold_h)
        inside = (at[:, 0] >= 0) & (at[:, 0] < grid.n_rows) & (at[:, 1] >= 0) & (at[:, 1] < grid.n_cols)
        left += int((~inside).sum())
        x, y = grid.centers_m()
        problem = MapProblem(
            grid=grid, ipp_m=(float(x[ipp[1]]), float(y[ipp[0]])), category="hiker", ecoregion="temperate"
        )
        maps = [make_map(problem).poa, make_map(replace(problem, terrain=terrain)).poa]
        key = 1000.0 * NAMES.index(name) + k if name in NAMES else float(k)
        for cell in map(tuple, at[inside]):
            nats = [float(np.log(poa[cell] * poa.size)) for poa in maps]
            rows.append([key, *nats, *(0.0 for _ in maps)])
        ranks = [_ratings(poa, at[inside]) for poa in maps]
        for row, *r in zip(rows[len(rows) - int(inside.sum()) :], *ranks, strict=True):
            row[3:] = r
    return np.array(rows), left


def _ratings(poa: Floats, cells: NDArray[np.intp]) -> Floats:
    """MapScore's R of each find (see `belief.score`), by one sort."""
    in_order = np.sort(poa.ravel())
    here = poa[cells[:, 0], cells[:, 1]]
    above = poa.size - np.searchsorted(in_order, here, side="right")
    same = poa.size - np.searchsorted(in_order, here, side="left") - above
    return np.asarray(1.0 - 2.0 * (above + 0.5 * same) / poa.size)


def seen(terrain: Terrain) -> Ground:
    """The ground as the walkers see it."""
    lines = line_cells(
        (x.xy_m for x in terrain.lines if x.kind in FOLLOWED and not x.derived), terrain.grid, wide=False
    )
    water = terrain.cover == Cover.WATER
    lines |= ndimage.binary_dilation(water) & ~water
    lines &= ~water
    away, (row, col) = ndimage.distance_transform_edt(~lines, return_indices=True)
    r, c = np.indices(lines.shape)
    dy, dx = np.gradient(ndimage.gaussian_filter(terrain.elevation_m, 4.0))
    return Ground(
        line=lines,
        to_line=np.arctan2(col - c, r - row),  # row 0 is north: headings are clockwise from it
        line_away_m=away * terrain.grid.cell_m,
        closed=water,
        up=np.arctan2(dx, -dy),
    )


def ipps(terrain: Terrain, ground: Ground, rng: np.random.Generator) -> NDArray[np.intp]:
    """Cells on roads and trails of the area's middle half, (IPPS, 2)."""
    ways = (x.xy_m for x in terrain.lines if x.kind in (LineKind.ROAD, LineKind.TRAIL))
    on = line_cells(ways, terrain.grid, wide=False) & ~ground.closed
    rows, cols = on.shape
    on[: rows // 4] = on[-rows // 4 :] = False
    on[:, : cols // 4] = on[:, -cols // 4 :] = False
    return rng.permutation(np.argwhere(on))[:IPPS]


def walked(
    ground: Ground, shape: tuple[int, int], ipp: NDArray[np.intp], rng: np.random.Generator, *, hold_h: float
) -> NDArray[np.intp]:
    """Cells where walkers from one IPP end, (WALKERS, 2); off the raster for those who left it."""
    wanted = np.exp(rng.normal(MU_LN_KM, SIGMA_LN_KM, WALKERS)) * 1000 / CELL_M
    at = np.tile(ipp + 0.5, (WALKERS, 1))
    found, moments = at.copy(), np.zeros(WALKERS)
    heading = rng.uniform(0, 2 * np.pi, WALKERS)
    bound_for, going = heading.copy(), np.ones(WALKERS, dtype=bool)
    shares = np.array(list(SHARES.values())) / sum(SHARES.values())
    how = np.zeros(WALKERS, dtype=int)
    for step in range(HOURS * STEPS_PER_H):
        if step % max(int(hold_h * STEPS_PER_H), 1) == 0:
            how = rng.choice(len(SHARES), size=WALKERS, p=shares)
        who = np.flatnonzero(going)
        if who.size == 0:
            break
        at[who], heading[who], bound_for[who] = _step(ground, at[who], heading[who], bound_for[who], how[who], rng)
        away = np.hypot(*(at[who] - ipp - 0.5).T) / wanted[who]
        there = who[np.abs(away - 1) <= BAND]
        moments[there] += 1
        chosen = there[rng.random(there.size) < 1 / moments[there]]
        found[chosen] = at[chosen]
        off = (at[who] < 0).any(axis=1) | (at[who] >= shape).any(axis=1)
        going[who[(away > 1.5) | off]] = False
    found[moments == 0] = at[moments == 0]
    return np.floor(found).astype(np.intp)


def _step(
    ground: Ground, at: Floats, heading: Floats, bound_for: Floats, how: NDArray[np.intp], rng: np.random.Generator
) -> tuple[Floats, Floats, Floats]:
    r, c = np.floor(at).astype(np.intp).T
    turn = bound_for.copy()
    turn[how == 0] = rng.uniform(0, 2 * np.pi, int((how == 0).sum()))
    route = how == 1
    if route.any():
        turn[route] = _along(ground, at[route], heading[route], (r[route], c[route]), bound_for[route])
    view = how == 4
    turn[view] = ground.up[r[view], c[view]]
    new = at + np.column_stack([-np.cos(turn), np.sin(turn)])
    rr, cc = np.floor(new).astype(np.intp).T
    rows, cols = ground.closed.shape
    wet = ground.closed[np.clip(rr, 0, rows - 1), np.clip(cc, 0, cols - 1)]
    stays = wet | (how == 3)
    new[stays] = at[stays]
    astray = rng.uniform(0, 2 * np.pi, len(at))
    bound_for = np.where(wet & (how != 0), astray, bound_for)
    return new, np.where(stays, astray, turn), bound_for


def _along(
    ground: Ground, at: Floats, heading: Floats, cell: tuple[NDArray[np.intp], NDArray[np.intp]], bound_for: Floats
) -> Floats:
    """Headings of route travellers: the least turn that stays on a line; to a line in sight; else as bound."""
    rows, cols = ground.line.shape
    best = np.where(ground.line_away_m[cell] <= SIGHT_M, ground.to_line[cell], bound_for)
    on = ground.line[cell]
    found = ~on
    eighth = np.round(heading / (np.pi / 4)) * (np.pi / 4)
    for turn in TURNS:
        way = eighth + turn
        r = np.floor(at[:, 0] - np.cos(way) * 1.0).astype(np.intp)
        c = np.floor(at[:, 1] + np.sin(way) * 1.0).astype(np.intp)
        here = (
            ground.line[np.clip(r, 0, rows - 1), np.clip(c, 0, cols - 1)] & ((r != cell[0]) | (c != cell[1])) & ~found
        )
        to_center = np.arctan2(c + 0.5 - at[:, 1], at[:, 0] - r - 0.5)
        best[here] = to_center[here]
        found |= here
    return np.asarray(best)


if __name__ == "__main__":
    main()
