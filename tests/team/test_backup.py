from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.errors import BadInput
from homeward.mission.people import Hazard, HazardKind, Role
from homeward.team.cover import distinct, fewest
from homeward.team.post_records import TeamTask, along
from homeward.team.posts import HeldPost, backup_posts
from homeward.terrain import Cover, Terrain, travel_time_s
from homeward.terrain.exposure import SAFE_HITS_PER_H, exposure_of
from tests.terrain.ground import center, ground

MIN = 60.0


def task(terrain: Terrain, team: str, *cells: tuple[int, int], minutes: tuple[float, float] = (0, 60)) -> TeamTask:
    path = np.array([center(terrain, *cell) for cell in cells])
    return TeamTask(team=team, label="101", path_m=path, begins_s=minutes[0] * MIN, ends_s=minutes[1] * MIN)


def near_enough(terrain: Terrain, posts: tuple[HeldPost, ...], one: TeamTask, at_s: float, within_s: float) -> bool:
    """Whether a post that is held then reaches the team, worked out from the post."""
    share = (at_s - one.begins_s) / (one.ends_s - one.begins_s)
    row, col = terrain.grid.cell_of(*along(one.path_m, np.array([share]))[0])
    held = [post for post in posts if post.begins_s <= at_s <= post.ends_s]
    return any(travel_time_s(terrain, [post.at_m])[row, col] <= within_s + 1e-6 for post in held)


@given(st.integers(0, 10**6), st.sampled_from([5, 10, 20]))
@settings(max_examples=12, deadline=None)
def test_every_team_has_back_up_within_the_time_at_all_times(seed: int, minutes: int) -> None:
    rng = np.random.default_rng(seed)
    terrain = ground(rng.normal(size=(25, 25)).cumsum(axis=0) * 2, cell_m=80.0)
    tasks = [
        task(
            terrain,
            name,
            *((int(rng.integers(25)), int(rng.integers(25))) for _ in range(2)),
            minutes=(20 * k, 60 + 20 * k),
        )
        for k, name in enumerate("ABC")
    ]
    made = backup_posts(terrain, tasks, within_s=minutes * MIN, base_m=center(terrain, 12, 12))
    if not made.open:
        for one in tasks:
            for share in (np.arange(12) + 0.5) / 12:  # the slices that are looked at
                at_s = one.begins_s + share * (one.ends_s - one.begins_s)
                assert near_enough(terrain, made.posts, one, at_s, minutes * MIN)
    assert made.bound <= made.value == len(made.posts)
    assert all(
        post.role is Role.BACKUP and post.reach_s is not None and post.reach_s <= minutes * MIN for post in made.posts
    )


def test_one_post_between_two_teams_does_where_it_reaches_both_and_two_where_not() -> None:
    flat = ground(np.zeros((10, 101)), cell_m=50.0)  # off the path: .6 of 1.4 m/s, 60 s for 50 m
    tasks = [task(flat, "Alpha", (5, 10)), task(flat, "Bravo", (5, 30))]
    base = center(flat, 9, 100)
    for minutes, posts in ((12, 1), (8, 2)):
        made = backup_posts(flat, tasks, within_s=minutes * MIN, base_m=base)
        assert (made.value, made.bound) == (posts, posts)
    assert "fewer cannot do" in made.why[0]


def test_where_people_wait_anyway_costs_no_post() -> None:
    flat = ground(np.zeros((20, 20)))
    base = center(flat, 10, 10)
    made = backup_posts(flat, [task(flat, "Alpha", (12, 12))], within_s=10 * MIN, base_m=base, there_m=[base])
    assert made.posts == ()
    assert "no back-up post is needed" in made.why[0]
    assert backup_posts(flat, [], within_s=MIN, base_m=base).posts == ()


def test_a_team_that_nobody_can_reach_is_told_and_the_others_have_their_post() -> None:
    cover = np.full((20, 60), Cover.OPEN)
    cover[:, 25:50] = Cover.WATER
    lake = ground(np.zeros((20, 60)), cover)
    tasks = [task(lake, "Alpha", (10, 5)), task(lake, "Boat", (10, 38))]
    made = backup_posts(lake, tasks, within_s=10 * MIN, base_m=center(lake, 2, 2))
    assert [post.covers for post in made.posts] == [("Alpha",)]
    assert "Boat on 101" in made.open[0]


def test_one_crew_goes_on_from_post_to_post_where_there_is_time() -> None:
    flat = ground(np.zeros((10, 101)), cell_m=50.0)
    tasks = [task(flat, "Alpha", (5, 5), minutes=(0, 60)), task(flat, "Bravo", (5, 95), minutes=(200, 260))]
    made = backup_posts(flat, tasks, within_s=10 * MIN, base_m=center(flat, 5, 50))
    assert made.value == 2
    assert "1 crew" in made.why[1]
    assert made.posts[0].ends_s <= 60 * MIN
    assert made.posts[1].begins_s >= 200 * MIN


def test_posts_are_outside_hazards() -> None:
    flat = ground(np.zeros((40, 40)))
    mark = Hazard(id="1", kind=HazardKind.WATER, place=flat.grid.to_place(*center(flat, 20, 20)), radius_m=150.0)
    exposure = exposure_of(flat, [mark])
    made = backup_posts(
        flat, [task(flat, "Alpha", (20, 20))], within_s=10 * MIN, base_m=center(flat, 2, 2), exposure=exposure
    )
    assert len(made.posts) == 1
    assert exposure.along([post.at_m for post in made.posts]).max() <= SAFE_HITS_PER_H


def test_no_time_is_refused() -> None:
    flat = ground(np.zeros((10, 10)))
    with pytest.raises(BadInput, match="above zero"):
        backup_posts(flat, [task(flat, "A", (5, 5))], within_s=0.0, base_m=center(flat, 2, 2))


@given(st.integers(0, 10**6), st.integers(1, 6), st.integers(1, 8))
@settings(max_examples=60, deadline=None)
def test_a_cover_is_the_smallest_and_of_those_the_nearest(seed: int, rows: int, columns: int) -> None:
    rng = np.random.default_rng(seed)
    covers = rng.random((rows, columns)) < 0.4
    covers[np.arange(rows), rng.integers(0, columns, rows)] = True
    tie = rng.random(columns)
    found = fewest(covers, tie)
    assert covers[:, found.columns].any(axis=1).all()
    size = next(
        n for n in range(1, columns + 1) if any(covers[:, c].any(axis=1).all() for c in combinations(range(columns), n))
    )
    assert len(found.columns) == size == found.bound
    best = min(tie[list(c)].sum() for c in combinations(range(columns), size) if covers[:, c].any(axis=1).all())
    assert tie[list(found.columns)].sum() == pytest.approx(best)
    kept = distinct(covers, tie)
    assert len(fewest(covers[:, kept], tie[kept]).columns) == size


def test_nothing_to_cover_needs_nothing() -> None:
    assert fewest(np.zeros((0, 5), dtype=np.bool_), np.zeros(5)).columns == ()
