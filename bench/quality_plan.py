"""The search plan for mixed teams against simple rules and its bound, all measured alike on the ground.

python -m bench quality_plan

Areas are those of ../shared/data/areas where they are there, 10 x 10 km at 50 m about the middle (the networks alone of
two of them on level ground of unknown height), and always a made hill country. The map is homeward's own, of a hiker
four hours after last being seen in the middle; part of the probability is still moving, and the plan is made against
that. Twelve fixed teams of ten kinds start 800 m away and have four hours. "Half" and "end" are POS after two hours and
at the end, "hours" the expected time to find, a subject not found counting as four; "of bound" is a share of what no
plan could pass. Rules, measured in the same way: everybody to the nearest place nobody had, or to the most probable;
and equal shares, dealt out beforehand. "Over best" divides by the best of the rules at half time. Each plan goes
through a checker written apart from the planner (`bench.plan_checker`); what it finds wrong is printed.

The large case is 30 teams on 25 x 25 km at 25 m: seconds of computing (CPU, one core: the machine
may be shared) until the first usable plan and in all. The last table is
drones alone, by the `sweep` solver, beside the published planners of SAREnv (Grøntved et al. 2025, Drones) on its maps;
theirs are means over 15 of its maps, measured anew on the true swath, ours over those of the 15 that are there.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import pyogrio
import rasterio
from rasterio.warp import transform_bounds
from scipy import ndimage

from bench._report import Cell, table, tell
from bench._sweep_cases import for_objective, shared
from bench.plan_checker import check
from homeward.belief import MapProblem, make_map
from homeward.belief.ahead import movers
from homeward.geo import Grid, Place, grid_around
from homeward.mission.nouns import Team, TeamKind
from homeward.search import PlanProblem, SearchPlan, make_plan
from homeward.search.sweep import solve_sweep
from homeward.terrain import Cover, Terrain, build_terrain

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
HALF_WIDTH_M, CELL_M = 5000.0, 50.0
HOURS, GONE_H = 4.0, 4.0
TEAMS = (
    Team(id="Alpha", kind=TeamKind.DOG),
    Team(id="Bravo", kind=TeamKind.DOG),
    Team(id="Charlie", kind=TeamKind.LINE, people=6),
    Team(id="Delta", kind=TeamKind.LINE, people=8),
    Team(id="Echo", kind=TeamKind.HASTY),
    Team(id="Foxtrot", kind=TeamKind.HASTY, people=3),
    Team(id="Golf", kind=TeamKind.DRONE),
    Team(id="Hotel", kind=TeamKind.THERMAL),
    Team(id="India", kind=TeamKind.MANTRACKER),
    Team(id="Juliet", kind=TeamKind.MOUNTED),
    Team(id="Kilo", kind=TeamKind.SOUND),
    Team(id="Lima", kind=TeamKind.BIKE),
)
GOAL = 1.15
DRONES_S = 4.0
PUBLISHED = (("Pizza", 0.740, 0.413), ("Concentric", 0.672, 0.341), ("Spiral", 0.671, 0.339), ("Greedy", 0.602, 0.361))
"""POS and area under its curve, medium maps, five drones of 20 km each, means over 15 maps, on the true swath."""


@dataclass(frozen=True, slots=True)
class Made:
    """A plan, seconds of computing until it was first usable and in all, and what the checker found wrong."""

    plan: SearchPlan
    first_s: float
    all_s: float
    wrong: list[str]


def main(*, quick: bool = False) -> None:
    outdoors(quick=quick)
    if not quick:
        large()
    drones(quick=quick)


def outdoors(*, quick: bool) -> None:
    """Every area: the plan, the rules, the bound."""
    columns = ["ground", "half", "nearest", "probable", "equal", "over best", "end", "of bound", "over best"]
    columns += ["hours", "moving", "tasks", "s"]
    rows: list[list[Cell]] = []
    half, end, wrong = [], [], []
    for name, terrain in islice(grounds(), 2 if quick else None):
        problem = asked(terrain, TEAMS[:5] if quick else TEAMS)
        made = planned(problem)
        plan = made.plan
        rules = [at_half(r.curve) for r in plan.rivals]
        half.append(at_half(plan.curve) / max(rules))
        end.append(plan.value / max(r.value for r in plan.rivals))
        wrong += [f"{name}: {line}" for line in made.wrong]
        figures = (at_half(plan.curve), *rules, half[-1], plan.value, plan.value / plan.bound, end[-1])
        moving = problem.movers.share if problem.movers else 0.0
        hours = HOURS * (1 - plan.soonest_value)
        rows.append(
            [name, *(f"{v:.3f}" for v in (*figures, hours, moving)), len(plan.assignments), f"{made.all_s:.1f}"]
        )
        tell(f"  {name}: {half[-1]:.2f} of the best rule at half time, {made.all_s:.1f} s")
    print(table(columns, rows))
    met = "met" if np.median(half) >= GOAL and min(half) >= 1 else "MISSED"
    print(
        f"POS over that of the best rule: at half time median {np.median(half):.2f}, least {min(half):.2f}; at the end "
        f"median {np.median(end):.2f}, least {min(end):.2f}. Goal at half time: median {GOAL}, never below 1: {met}.\n"
    )
    print("The checker found nothing wrong." if not wrong else "\n".join([f"{len(wrong)} WRONG:", *wrong]))


def at_half(curve: tuple[tuple[float, ...], ...]) -> float:
    """POS at half of the period."""
    return float(np.interp(curve[-1][0] / 2, [p[0] for p in curve], [p[1] for p in curve]))


def planned(problem: PlanProblem) -> Made:
    """A plan, timed and checked."""
    began = time.process_time()
    first: list[float] = []
    plan = make_plan(problem, seed=0, on_plan=lambda _: first.append(time.process_time() - began))
    took = time.process_time() - began
    return Made(plan, first[0], took, check(problem, plan))


def asked(terrain: Terrain, teams: tuple[Team, ...]) -> PlanProblem:
    """A hiker last seen in the middle four hours ago, teams 800 m away."""
    grid = terrain.grid
    middle = (grid.west_m + grid.n_cols * grid.cell_m / 2, grid.south_m + grid.n_rows * grid.cell_m / 2)
    ipp = base_near(terrain, *middle)
    lost = MapProblem(
        grid=grid,
        terrain=terrain,
        ipp_m=ipp,
        category="hiker",
        ecoregion="temperate",
        ground="mountain",
        hours_gone=GONE_H,
    )
    belief = make_map(lost)
    base = base_near(terrain, ipp[0] + 500, ipp[1] - 600)
    return PlanProblem(
        terrain=terrain,
        belief=belief,
        teams=teams,
        bases_m=(base,) * len(teams),
        duration_s=HOURS * 3600,
        movers=movers(lost, belief, starts_h=GONE_H, duration_s=HOURS * 3600),
    )


# --- ground -----------------------------------------------------------------------------------------------


def grounds() -> Iterator[tuple[str, Terrain]]:
    yield "made hills", hills()
    folders = sorted((SHARED / "areas").glob("*")) if (SHARED / "areas").is_dir() else []
    for folder in folders:
        height = folder / "dem.tif"
        features = [folder / name for name in ("osm.gpkg", "network.gpkg") if (folder / name).exists()]
        if height.exists():
            with rasterio.open(height) as source:
                box = transform_bounds(source.crs, "EPSG:4326", *source.bounds)
        else:
            about = pyogrio.read_info(features[0], force_total_bounds=True)
            box = transform_bounds(about["crs"], "EPSG:4326", *about["total_bounds"])
        west, south, east, north = box
        middle = Place((south + north) / 2, (west + east) / 2)
        grid = grid_around([middle], margin_m=HALF_WIDTH_M, cell_m=CELL_M)
        yield folder.name, build_terrain(grid=grid, elevation=height if height.exists() else None, features=features)


def hills(side: int = 200, cell_m: float = CELL_M) -> Terrain:
    rng = np.random.default_rng(0)
    wide = 40.0 / cell_m
    z = sum(
        ndimage.gaussian_filter(rng.normal(size=(side, side)), s * wide) * h * wide
        for s, h in ((40, 15000), (12, 1000))
    )
    kind = ndimage.gaussian_filter(rng.normal(size=(side, side)), 10 * wide)
    cover = np.where(kind > np.median(kind), Cover.FOREST, Cover.OPEN_WOODS).astype(np.uint8)
    grid = Grid(crs="EPSG:32631", west_m=0.0, south_m=0.0, cell_m=cell_m, n_rows=side, n_cols=side)
    return Terrain(grid=grid, elevation_m=np.asarray(z), hole=np.zeros((side, side), dtype=bool), cover=cover)


def base_near(terrain: Terrain, x_m: float, y_m: float) -> tuple[float, float]:
    """The middle of the dry cell nearest to a point."""
    x, y = terrain.grid.centers_m()
    far = np.hypot(x[None, :] - x_m, y[:, None] - y_m) + np.where(terrain.cover == Cover.WATER, 1e9, 0.0)
    row, col = divmod(int(far.argmin()), terrain.grid.n_cols)
    return float(x[col]), float(y[row])


# --- the large case, and drones alone ---------------------------------------------------------------------


def large() -> None:
    """Thirty teams on 25 x 25 km at 25 m."""
    teams = tuple(Team(id=f"Team {i + 1}", kind=TEAMS[i % 12].kind, people=TEAMS[i % 12].people) for i in range(30))
    problem = asked(hills(1000, cell_m=25.0), teams)
    made = planned(problem)
    print(
        f"30 teams, 1000 x 1000 cells of 25 m: first usable plan after {made.first_s:.1f} s of computing, all after "
        f"{made.all_s:.1f} s; {len(made.plan.assignments)} tasks, POS {made.plan.value:.3f} of at most "
        f"{made.plan.bound:.3f}.\n"
    )
    for line in made.wrong:
        print(f"  WRONG: {line}")


def drones(*, quick: bool) -> None:
    """Five drones on the maps of SAREnv, by the `sweep` solver, beside its planners."""
    cases = shared("medium-5x20km", 1 if quick else 5)
    if not cases:
        print("Drones alone: needs the maps of SAREnv, which are not here.")
        return
    rows: list[list[Cell]] = []
    for objective in ("end", "soonest"):
        solved = [solve_sweep(for_objective(c, objective), time_limit_s=DRONES_S, seed=0) for c in cases]
        means = (float(np.mean([s.end_value for s in solved])), float(np.mean([s.soonest_value for s in solved])))
        rows.append([f"homeward, {objective}, {len(cases)} maps", *means])
        tell(f"  drones, {objective}: {means[0]:.3f}")
    rows += [[f"{name}, as published", end, area] for name, end, area in PUBLISHED]
    print(table(["five drones, 20 km each", "POS", "mean of the curve"], rows))


if __name__ == "__main__":
    main()
