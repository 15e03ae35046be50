from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from homeward.geo import Place, grid_around
from homeward.mission.people import Hazard, HazardKind
from homeward.team.coarse import coarsened
from homeward.team.post_records import TeamTask, task_points
from homeward.team.posts import backup_posts, lookouts, medic_posts
from homeward.team.rally import Comer, rally_point
from homeward.terrain import build_terrain, travel_time_s
from homeward.terrain.exposure import SAFE_HITS_PER_H, exposure_of

pytestmark = pytest.mark.shared
MIDDLE = Place(42.542, 1.600)  # Andorra, east of the town
WITHIN_S = 1800.0


def test_posts_in_the_mountains_keep_their_promises(shared: Path) -> None:
    folder = shared / "areas" / "andorra"
    grid = grid_around([MIDDLE], margin_m=2500.0, cell_m=50.0)
    terrain = build_terrain(grid=grid, elevation=folder / "dem.tif", features=[folder / "osm.gpkg"])
    rng = np.random.default_rng(3)
    middle = np.array(grid.to_m(MIDDLE))
    tasks = [
        TeamTask(
            team=f"T{k}",
            label=f"{101 + k}",
            path_m=middle + rng.normal(0, 500, 2) + rng.normal(0, 250, (5, 2)).cumsum(axis=0),
            begins_s=1800.0,
            ends_s=9000.0,
            pos=0.05,
        )
        for k in range(4)
    ]
    base = (float(middle[0] - 1500), float(middle[1] - 500))
    hazards = [
        Hazard(
            id="1", kind=HazardKind.AVALANCHE, place=grid.to_place(middle[0] + 300, middle[1] + 700), radius_m=500.0
        ),
        Hazard(id="2", kind=HazardKind.PEOPLE, place=grid.to_place(middle[0] - 600, middle[1] - 300), radius_m=60.0),
    ]
    exposure = exposure_of(terrain, hazards)
    medic = medic_posts(terrain, tasks, base_m=base, exposure=exposure)
    assert 0 < medic.bound <= medic.value
    backup = backup_posts(terrain, tasks, within_s=WITHIN_S, base_m=base, exposure=exposure)
    watch = lookouts(terrain, tasks, exposure, base_m=base)
    for post in (*medic.posts, *backup.posts, *watch.posts):
        assert exposure.along([post.at_m]).max() <= SAFE_HITS_PER_H
    if not any("no place outside" in line for line in backup.open):
        reach = [travel_time_s(terrain, [post.at_m]) for post in backup.posts]
        for place in task_points(tasks, every_s=300.0)[0]:
            assert min(field[grid.cell_of(*place)] for field in reach) <= WITHIN_S
    comers = [Comer(id=one.team, at_m=(float(one.path_m[0, 0]), float(one.path_m[0, 1]))) for one in tasks]
    met = rally_point(terrain, comers, exposure=exposure)
    assert met.value == met.bound
    assert exposure.along([met.at_m]).max() <= SAFE_HITS_PER_H
    named = rally_point(terrain, comers, exposure=exposure, at_m=base)
    assert named.bound == pytest.approx(met.value)
    assert named.value >= met.value


def test_a_large_ground_is_taken_in_larger_cells_and_stays_safe(shared: Path) -> None:
    folder = shared / "areas" / "andorra"
    grid = grid_around([MIDDLE], margin_m=2000.0, cell_m=20.0)
    terrain = build_terrain(grid=grid, elevation=folder / "dem.tif", features=[folder / "osm.gpkg"])
    hazards = [Hazard(id="2", kind=HazardKind.PEOPLE, place=MIDDLE, radius_m=60.0)]
    fine = exposure_of(terrain, hazards)
    ground, coarse = coarsened(terrain, fine, most_cells=grid.n_rows * grid.n_cols // 8)
    assert coarse is not None
    assert ground.grid.cell_m == 60.0
    assert ground.grid.north_m == grid.north_m
    x, y = ground.grid.centers_m()
    inside = np.array([(a, b) for a in x for b in y if grid.contains(a, b)])
    assert (coarse.along(inside) >= fine.along(inside)).all()
    start = grid.to_m(MIDDLE)
    far = np.array([(start[0] + dx, start[1] + dy) for dx, dy in ((1200, 300), (-900, 900), (300, -1500))])
    for place in far:
        slow, quick = (travel_time_s(land, [start])[land.grid.cell_of(*place)] for land in (terrain, ground))
        assert quick == pytest.approx(slow, rel=0.25)
