"""The medic pair's post against base camp and against the centroid of the map: time from find to care.

python -m bench quality_posts

Areas are those of ../shared/data/areas, 10 x 10 km at 50 m about the middle, and a made hill country. A hiker was last
seen in the middle four hours ago; five teams on foot (two dogs, two lines, one hasty) have a plan of four hours from a
base camp that lies 800 m from the place last seen, or on the nearest road 2 km or more from it. Subjects are
drawn from the map, those on their way too, and the plan is played against them (`search.rehearse`) until 50 are found:
where and when are the rehearsal's, not the post's own idea of them. Minutes from find to care are medians over these
50, on foot over the real ground from where the pair is at that moment, on its way between posts too. The centroid is
that of the map, moved to the nearest ground to wait on. "Ratio" is to base camp; the goal is 0.6 or less. "Bound" is
the expected time by the plan that no pair could pass, "value" that of the posts.

The second table marks a hazard (people who may be hostile, 300 m round the map's likeliest cell), which the posts must
keep out of: "exposed" counts posts where injuries are to be expected, and is to be 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from bench._measure import measured
from bench._report import Cell, table, tell
from bench.quality_plan import TEAMS, asked, base_near, grounds
from homeward.geo import Floats
from homeward.mission.nouns import TeamKind
from homeward.mission.people import Hazard, HazardKind
from homeward.search import PlanProblem, SearchPlan, make_plan
from homeward.search.rehearse import BATCH, rehearse
from homeward.search.rehearse_cast import drawn
from homeward.team.country import Country, country_of, times_from
from homeward.team.post_records import XY, HeldPost, TeamTask, along
from homeward.team.posts import PostPlan, medic_posts
from homeward.terrain import LineKind, Terrain
from homeward.terrain.exposure import SAFE_HITS_PER_H, Exposure, exposure_of
from homeward.terrain.raster import line_cells

FOOT = tuple(t for t in TEAMS if t.kind in (TeamKind.DOG, TeamKind.LINE, TeamKind.HASTY))[:5]
FINDS, SUBJECTS = 50, 3000
FAR_M = 2000.0
GOAL = 0.6


@dataclass(frozen=True, slots=True)
class Find:
    """When, seconds from the plan's start, and where."""

    at_s: float
    at_m: XY


def main(*, quick: bool = False) -> None:
    rows: list[list[Cell]] = []
    hazardous: list[list[Cell]] = []
    ratios: list[float] = []
    for name, terrain in islice(grounds(), 2 if quick else None):
        for where, problem in bases(terrain):
            plan = make_plan(problem, seed=0)
            finds = planted(problem, plan)
            if len(finds) < FINDS:
                tell(f"  {name}, {where}: only {len(finds)} finds, left out")
                continue
            row, ratio = compared(problem, plan, finds)
            rows.append([f"{name}, {where}", *row])
            ratios.append(ratio)
            if where == "2 km":
                hazardous.append([name, *beside_hazard(problem, plan, finds)])
            tell(f"  {name}, {where}: {ratio:.2f}")
    columns = ["ground, base", "base camp", "centroid", "post", "ratio", "to centroid", "value", "bound", "moves", "s"]
    print(table(columns, rows, digits=2))
    met = "met" if np.median(ratios) <= GOAL else "MISSED"
    print(f"Median ratio to base camp {np.median(ratios):.2f}; goal {GOAL}: {met}.\n")
    print(table(["ground, hazard", "base camp", "post", "ratio", "value", "exposed"], hazardous, digits=2))


def bases(terrain: Terrain) -> Iterator[tuple[str, PlanProblem]]:
    """The same search from 800 m away, and from a road 2 km away (the nearest dry cell so far where there is none)."""
    near = asked(terrain, FOOT)
    yield "800 m", near
    grid = terrain.grid
    x, y = grid.centers_m()
    middle = base_near(terrain, (grid.west_m + grid.east_m) / 2, (grid.south_m + grid.north_m) / 2)
    far = np.hypot(x[None, :] - middle[0], y[:, None] - middle[1])
    roads = [line.xy_m for line in terrain.lines if line.kind is LineKind.ROAD]
    on = line_cells(roads, grid, wide=False) & (far >= FAR_M)
    far = np.where(on if on.any() else far >= FAR_M, far, np.inf)
    row, col = divmod(int(far.argmin()), grid.n_cols)
    base = base_near(terrain, float(x[col]), float(y[row]))
    yield "2 km", replace(near, bases_m=(base,) * len(FOOT))


def planted(problem: PlanProblem, plan: SearchPlan) -> list[Find]:
    """The first 50 subjects whom the plan finds, in the order of drawing."""
    played = rehearse(problem, plan, subjects=SUBJECTS, seed=1)
    grid = problem.terrain.grid
    x, y = grid.centers_m()
    cells = np.concatenate(
        [drawn(problem, BATCH, np.random.default_rng([1, n])).cell for n in range(SUBJECTS // BATCH)]
    )
    finds = []
    for k in np.flatnonzero(np.isfinite(played.at_s)):
        task = plan.assignments[int(played.by[k])]
        if played.moving[k]:
            share = (played.at_s[k] - task.begins_s) / max(task.ends_s - task.begins_s, 1.0)
            place = along(np.array(task.route_m), np.clip([share], 0, 1))[0]
        else:
            place = np.array([x[cells[k] % grid.n_cols], y[cells[k] // grid.n_cols]])
        finds.append(Find(float(played.at_s[k]), (float(place[0]), float(place[1]))))
        if len(finds) == FINDS:
            break
    return finds


def tasks_of(plan: SearchPlan) -> list[TeamTask]:
    return [
        TeamTask(
            team=a.team, label=a.number, path_m=np.array(a.route_m), begins_s=a.begins_s, ends_s=a.ends_s, pos=a.pos
        )
        for a in plan.assignments
    ]


def compared(problem: PlanProblem, plan: SearchPlan, finds: list[Find]) -> tuple[list[Cell], float]:
    base = problem.bases_m[0]
    country = country_of(problem.terrain, None)
    made, cost = measured(lambda: medic_posts(problem.terrain, tasks_of(plan), base_m=base))
    from_base = median_min(times_from(country, base), country, finds)
    from_center = median_min(times_from(country, centroid(problem, country)), country, finds)
    from_post = float(np.median([care_min(country, made.posts, base, find) for find in finds]))
    ratio = from_post / from_base
    figures = [from_base, from_center, from_post, ratio, from_post / from_center, made.value / 60, made.bound / 60]
    return [*figures, len(made.posts) - 1, cost.wall_s], ratio


def beside_hazard(problem: PlanProblem, plan: SearchPlan, finds: list[Find]) -> list[Cell]:
    grid, base = problem.terrain.grid, problem.bases_m[0]
    x, y = grid.centers_m()
    row, col = divmod(int(problem.belief.poa.argmax()), grid.n_cols)
    at = grid.to_place(float(x[col]), float(y[row]))
    exposure = exposure_of(problem.terrain, [Hazard(id="1", kind=HazardKind.PEOPLE, place=at, radius_m=300.0)])
    country = country_of(problem.terrain, exposure)
    made = medic_posts(problem.terrain, tasks_of(plan), base_m=base, exposure=exposure)
    from_base = median_min(times_from(country, base), country, finds)
    from_post = float(np.median([care_min(country, made.posts, base, find) for find in finds]))
    return [from_base, from_post, from_post / from_base, made.value / 60, exposed(made, exposure)]


def exposed(made: PostPlan, exposure: Exposure) -> int:
    return int((exposure.along([post.at_m for post in made.posts]) > SAFE_HITS_PER_H).sum())


def centroid(problem: PlanProblem, country: Country) -> XY:
    poa, grid = problem.belief.poa, problem.terrain.grid
    x, y = grid.centers_m()
    at = (poa.sum(axis=0) @ x / poa.sum(), poa.sum(axis=1) @ y / poa.sum())
    far = np.where(country.usable, np.hypot(x[None, :] - at[0], y[:, None] - at[1]), np.inf)
    return country.center(int(far.argmin()))


def median_min(field: Floats, country: Country, finds: list[Find]) -> float:
    return float(np.median([field[country.at(find.at_m)] for find in finds])) / 60


def care_min(country: Country, posts: tuple[HeldPost, ...], base: XY, find: Find) -> float:
    """Minutes from where the pair is when the subject is found: at a post, or on its way there."""
    last = next((p for p in reversed(posts) if p.leaves_s is not None and p.leaves_s <= find.at_s), None)
    if last is None or last.leaves_s is None:
        here = base
    elif find.at_s >= last.begins_s:
        here = last.at_m
    else:
        share = (find.at_s - last.leaves_s) / (last.begins_s - last.leaves_s)
        x, y = along(np.array(last.way_m), np.array([share]))[0]
        here = (float(x), float(y))
    return float(times_from(country, here)[country.at(find.at_m)]) / 60
