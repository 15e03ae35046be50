from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.errors import BadInput
from homeward.mission.people import Hazard, HazardKind, Role
from homeward.team.medic import WORTH_S
from homeward.team.post_records import TeamTask
from homeward.team.posts import PostPlan, medic_posts
from homeward.terrain import Cover, Terrain, travel_time_s
from homeward.terrain.exposure import SAFE_HITS_PER_H, Exposure, exposure_of
from tests.terrain.ground import center, ground

HOUR = 3600.0


def task(terrain: Terrain, *cells: tuple[int, int], pos: float = 0.1, hours: tuple[float, float] = (0, 1)) -> TeamTask:
    path = np.array([center(terrain, *cell) for cell in cells])
    return TeamTask(team="Alpha", label="101", path_m=path, begins_s=hours[0] * HOUR, ends_s=hours[1] * HOUR, pos=pos)


def danger(terrain: Terrain, row: int, col: int, radius_m: float) -> Exposure:
    place = terrain.grid.to_place(*center(terrain, row, col))
    mark = Hazard(id="1", kind=HazardKind.OTHER, place=place, radius_m=radius_m, hits_per_h=0.1)
    return exposure_of(terrain, [mark])


def test_the_pair_waits_at_the_only_place_where_the_subject_can_be_found() -> None:
    flat = ground(np.zeros((30, 30)))
    made = medic_posts(flat, [task(flat, (20, 25))], base_m=center(flat, 3, 3))
    assert [post.role for post in made.posts] == [Role.MEDIC]
    assert np.allclose(made.posts[0].at_m, center(flat, 20, 25), atol=25.0)
    assert made.posts[0].way_m[0] == center(flat, 3, 3)
    assert made.bound == 0.0
    walk = travel_time_s(flat, [center(flat, 3, 3)])[20, 25]
    assert made.posts[0].begins_s == pytest.approx(walk)
    assert 0 < made.value < walk  # only while it is still on its way is it far


@given(st.integers(0, 10**6))
@settings(max_examples=15, deadline=None)
def test_a_post_is_the_best_cell_of_the_map_and_no_plan_passes_the_bound(seed: int) -> None:
    rng = np.random.default_rng(seed)
    z = rng.normal(size=(14, 14)).cumsum(axis=1)
    terrain = ground(z, cell_m=200.0)
    cells = [tuple(int(v) for v in rng.integers(0, 14, 2)) for _ in range(3)]
    weights = rng.random(3) / 10 + 0.01
    tasks = [task(terrain, (r, c), pos=float(w)) for (r, c), w in zip(cells, weights, strict=True)]
    sums = np.zeros((14, 14))
    for one, weight in zip(tasks, weights, strict=True):
        sums += weight * travel_time_s(terrain, one.path_m, towards=True)
    usable = terrain.slope() <= 0.5
    best = np.where(usable, sums, np.inf)
    row, col = divmod(int(best.argmin()), 14)
    made = medic_posts(terrain, tasks, base_m=center(terrain, row, col))
    assert made.value == pytest.approx(best[row, col] / weights.sum())
    assert made.bound <= made.value + 1e-9
    assert made.bound == pytest.approx(min(sums.min() / weights.sum(), made.value))


@given(st.integers(0, 10**6))
@settings(max_examples=15, deadline=None)
def test_waiting_at_the_base_is_never_better(seed: int) -> None:
    rng = np.random.default_rng(seed)
    terrain = ground(rng.normal(size=(20, 20)).cumsum(axis=0), cell_m=100.0)
    tasks = [
        replace(
            task(terrain, *((int(rng.integers(20)), int(rng.integers(20))) for _ in range(3)), hours=(k, k + 1)),
            pos=float(rng.random() / 5),
        )
        for k in range(3)
    ]
    base = center(terrain, 10, 10)
    made = medic_posts(terrain, tasks, base_m=base)
    assert made.bound - 1e-6 <= made.value <= expected_at(terrain, tasks, base) * 1.02


def expected_at(terrain: Terrain, tasks: list[TeamTask], place: tuple[float, float]) -> float:
    """Mean seconds from a place to finds spread evenly over the tasks' time, on every minute."""
    field, total, weight = travel_time_s(terrain, [place]), 0.0, 0.0
    for one in tasks:
        legs = np.hypot(*np.diff(one.path_m, axis=0).T)
        far = np.concatenate([[0.0], legs.cumsum()])
        for share in (np.arange(60) + 0.5) / 60:
            x, y = (np.interp(share * far[-1], far, one.path_m[:, k]) for k in (0, 1))
            total += one.pos / 60 * field[terrain.grid.cell_of(float(x), float(y))]
            weight += one.pos / 60
    return total / weight


def test_the_post_moves_with_the_search_where_that_pays_and_else_stays() -> None:
    flat = ground(np.zeros((20, 200)), cell_m=50.0)

    def plan(apart: int) -> PostPlan:
        first, second = (10, 100 - apart // 2), (10, 100 + apart // 2)
        tasks = [task(flat, first, hours=(0, 3)), task(flat, second, hours=(3, 6))]
        return medic_posts(flat, tasks, base_m=center(flat, *first))

    far = plan(120)
    assert len(far.posts) == 2
    assert np.hypot(*np.subtract(far.posts[0].at_m, far.posts[1].at_m)) > 3000
    assert far.posts[1].leaves_s is not None
    assert far.posts[1].leaves_s >= far.posts[0].ends_s - 1
    near = plan(1)
    assert len(near.posts) == 1
    assert near.value < WORTH_S + 60


def test_posts_stay_out_of_hazards_and_the_way_there_goes_round_them() -> None:
    flat = ground(np.zeros((60, 60)))
    exposure = danger(flat, 30, 30, 200.0)
    tasks = [task(flat, (30, 30))]
    made = medic_posts(flat, tasks, base_m=center(flat, 30, 5), exposure=exposure)
    free = medic_posts(flat, tasks, base_m=center(flat, 30, 5))
    for post in made.posts:
        assert exposure.along([post.at_m]).max() <= SAFE_HITS_PER_H
        assert np.hypot(*np.subtract(post.at_m, center(flat, 30, 30))) < 260
        assert exposure.along(post.way_m).max() <= SAFE_HITS_PER_H
    assert made.value > free.value


def test_who_is_found_where_nobody_can_walk_does_not_stop_the_plan() -> None:
    cover = np.full((30, 60), Cover.OPEN)
    cover[:, 25:55] = Cover.WATER
    lake = ground(np.zeros((30, 60)), cover)
    made = medic_posts(lake, [task(lake, (15, 40)), task(lake, (15, 10))], base_m=center(lake, 3, 3))
    assert np.hypot(*np.subtract(made.posts[0].at_m, center(lake, 15, 10))) < 50
    assert np.isfinite(made.value)


def test_what_cannot_be_is_refused_in_words() -> None:
    flat = ground(np.zeros((20, 20)))
    base = center(flat, 3, 3)
    with pytest.raises(BadInput, match="Nobody is expected to find anybody"):
        medic_posts(flat, [task(flat, (5, 5), pos=0.0)], base_m=base)
    with pytest.raises(BadInput, match="Nowhere on the map is safe"):
        medic_posts(flat, [task(flat, (5, 5))], base_m=base, exposure=danger(flat, 10, 10, 900.0))
    with pytest.raises(BadInput, match="does not fit"):
        medic_posts(flat, [task(flat, (5, 5))], base_m=base, exposure=danger(ground(np.zeros((9, 9))), 4, 4, 20.0))
    with pytest.raises(BadInput, match="outside the map"):
        medic_posts(flat, [task(flat, (5, 5))], base_m=(0.0, 0.0))
    with pytest.raises(BadInput, match="Blocks"):
        medic_posts(flat, [task(flat, (5, 5))], base_m=base, block_s=0.0)
    with pytest.raises(BadInput, match="ends before"):
        task(flat, (5, 5), hours=(2, 1))
    with pytest.raises(BadInput, match="POS"):
        task(flat, (5, 5), pos=1.5)
    with pytest.raises(BadInput, match="no path"):
        TeamTask(team="A", path_m=np.zeros((0, 2)), begins_s=0, ends_s=1)
