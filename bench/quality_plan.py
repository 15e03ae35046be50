"""The search plan against simple rules and against its bound, all measured in the same way on the ground.

python -m bench quality_plan

Areas are those of ../shared/data/areas where they are there (elevation and OpenStreetMap, 12 x 12 km at 40 m), and
always a made hill country. The subject is a heap of probability around the middle, denser near trails and roads;
eight teams of four kinds start 800 m away and have four hours. "mean" is the mean of the POS curve over the period
(what the plan maximises), "end" POS at its end, both beside the proven bound. The rules send each team to the nearest
segment, or to the one with the highest probability; ratios above 1 are in the plan's favour.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import rasterio
import shapely
from rasterio.features import rasterize
from scipy import ndimage

from bench._report import Cell, table, tell
from homeward.belief.records import Belief
from homeward.geo import Grid, Place, grid_around
from homeward.mission.nouns import Team, TeamKind
from homeward.search import PlanProblem, make_plan, rule_plan
from homeward.terrain import Cover, LineKind, Terrain, build_terrain
from homeward.terrain.raster import grid_affine

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "areas"
TEAMS = (
    Team(id="Alpha", kind=TeamKind.DOG),
    Team(id="Bravo", kind=TeamKind.DOG),
    Team(id="Charlie", kind=TeamKind.LINE, people=6),
    Team(id="Delta", kind=TeamKind.LINE, people=8),
    Team(id="Echo", kind=TeamKind.HASTY),
    Team(id="Foxtrot", kind=TeamKind.HASTY, people=3),
    Team(id="Golf", kind=TeamKind.DRONE),
    Team(id="Hotel", kind=TeamKind.DRONE),
)


def grounds() -> Iterator[tuple[str, Terrain]]:
    yield "made hills", hills()
    for folder in sorted(SHARED.glob("*")) if SHARED.is_dir() else []:
        if (folder / "dem.tif").exists():
            with rasterio.open(folder / "dem.tif") as source:
                west, south, east, north = rasterio.warp.transform_bounds(source.crs, "EPSG:4326", *source.bounds)
            grid = grid_around([Place((south + north) / 2, (west + east) / 2)], margin_m=6000, cell_m=40)
            features = [folder / "osm.gpkg"] if (folder / "osm.gpkg").exists() else []
            yield folder.name, build_terrain(grid=grid, elevation=folder / "dem.tif", features=features)


def hills(side: int = 300) -> Terrain:
    rng = np.random.default_rng(0)
    z = sum(ndimage.gaussian_filter(rng.normal(size=(side, side)), s) * h for s, h in ((40, 15000), (12, 1000)))
    kind = ndimage.gaussian_filter(rng.normal(size=(side, side)), 10)
    cover = np.where(kind > np.median(kind), Cover.FOREST, Cover.OPEN_WOODS).astype(np.uint8)
    grid = Grid(crs="EPSG:32631", west_m=0.0, south_m=0.0, cell_m=40.0, n_rows=side, n_cols=side)
    return Terrain(grid=grid, elevation_m=np.asarray(z), hole=np.zeros((side, side), dtype=bool), cover=cover)


def lost(terrain: Terrain) -> Belief:
    """Lognormal distance from the middle (median 1.5 km), more near trails and roads, little on water."""
    grid = terrain.grid
    x, y = grid.centers_m()
    r = np.hypot(x[None, :] - x.mean(), y[:, None] - y.mean()) + 15
    poa = np.exp(-(np.log(r / 1500) ** 2) / (2 * 0.9**2)) / r**2
    ways = [shapely.LineString(n.xy_m) for n in terrain.lines if n.kind in (LineKind.TRAIL, LineKind.ROAD)]
    if ways:
        on = rasterize(ways, out_shape=grid.shape, transform=grid_affine(grid), all_touched=True) > 0
        poa *= np.exp(-ndimage.distance_transform_edt(~on) * grid.cell_m / 150) + 0.3
    poa *= np.where(terrain.cover == Cover.WATER, 0.01, 1.0)
    poa *= 0.93 / poa.sum()
    return Belief(grid=grid, poa=poa, outside=1 - float(poa.sum()))


def base_near(terrain: Terrain, x_m: float, y_m: float) -> tuple[float, float]:
    """The middle of the dry cell nearest to a point."""
    x, y = terrain.grid.centers_m()
    far = np.hypot(x[None, :] - x_m, y[:, None] - y_m) + np.where(terrain.cover == Cover.WATER, 1e9, 0.0)
    row, col = divmod(int(far.argmin()), terrain.grid.n_cols)
    return float(x[col]), float(y[row])


def main(*, quick: bool = False) -> None:
    columns = ["ground", "mean", "of bound", "over nearest", "over probability", "end", "of bound", "tasks", "s"]
    rows: list[list[Cell]] = []
    ratios = []
    for name, terrain in islice(grounds(), 2 if quick else None):
        grid = terrain.grid
        belief = lost(terrain)
        base = base_near(terrain, grid.west_m + grid.n_cols * grid.cell_m / 2 + 500, grid.north_m - 6600)
        problem = PlanProblem(
            terrain=terrain, belief=belief, teams=TEAMS, bases_m=(base,) * len(TEAMS), duration_s=4 * 3600.0
        )
        began = time.perf_counter()
        plan = make_plan(problem, seed=0)
        took = time.perf_counter() - began
        near, prob = (rule_plan(problem, rule=rule) for rule in ("nearest", "probability"))
        mean = plan.soonest_value
        ratios.append(mean / max(near.soonest_value, prob.soonest_value))
        shares = (mean / plan.soonest_bound, mean / near.soonest_value, mean / prob.soonest_value)
        figures = (mean, *shares, plan.value, plan.value / plan.bound)
        rows.append([name, *(f"{v:.3f}" for v in figures), len(plan.assignments), f"{took:.1f}"])
        tell(f"  {name}: {ratios[-1]:.2f} of the better rule, {took:.1f} s")
    print(table(columns, rows))
    print(f"Plan over the better rule, mean of the curve: median {np.median(ratios):.2f}, least {min(ratios):.2f}.")


if __name__ == "__main__":
    main()
