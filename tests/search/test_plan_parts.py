"""The parts that plans are made of: lanes, routes along lines, timed paths, light."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from homeward.geo import Floats
from homeward.mission.nouns import Team, TeamKind
from homeward.search import make_plan
from homeward.search.plan.finding import SHAPE
from homeward.search.plan.lanes import lanes, long_axis_rad
from homeward.search.plan.prepare import prepared
from homeward.search.plan.routes import LONGEST_M, LinearRoute, linear_routes
from homeward.search.plan.schedule import first_schedule, improving
from homeward.search.plan.skills import skills_of, timed
from homeward.search.plan.travel import coarse
from homeward.search.plan.words import idle_reason, lies_in
from homeward.search.records import Segment
from homeward.terrain.ground import Cover, LineKind
from tests.search.ground import SOUTH, WEST, flat, hills, line, problem, square


def test_lanes_over_a_rectangle():
    """600 x 400 m swept along its long side every 100 m: four lanes of 600 m, three joins of 100 m."""
    box = shapely.box(0, 0, 600, 400)
    path = lanes(box, spacing_m=100.0, direction_rad=long_axis_rad(box))
    assert shapely.LineString(path).length == pytest.approx(4 * 600 + 3 * 100)
    assert sorted({round(y) for y in path[:, 1]}) == [50, 150, 250, 350]


@given(
    turn=st.floats(0, np.pi), spacing=st.floats(20, 200), corners=st.lists(st.floats(50, 500), min_size=5, max_size=9)
)
def test_lanes_stay_inside_and_leave_no_gap_wider_than_asked(turn, spacing, corners):
    angle = np.linspace(0, 2 * np.pi, len(corners), endpoint=False)
    shape = shapely.Polygon(np.column_stack([np.cos(angle), np.sin(angle)]) * np.array(corners)[:, None])
    path = lanes(shape, spacing_m=spacing, direction_rad=turn)
    assert shapely.distance(shapely.points(path), shape).max() < 1e-6
    across = path @ np.array([-np.sin(turn), np.cos(turn)])
    ring = np.asarray(shape.exterior.coords) @ np.array([-np.sin(turn), np.cos(turn)])
    levels = np.unique(np.round(across, 3))
    gaps = np.diff(np.concatenate([[ring.min() - spacing / 2], levels, [ring.max() + spacing / 2]]))
    assert gaps.max() <= 1.34 * spacing + 0.01


def test_several_grounds_are_swept_one_after_another():
    islands = shapely.union_all([shapely.box(0, 0, 100, 100), shapely.box(500, 0, 600, 100)])
    path = lanes(islands, spacing_m=50.0, direction_rad=0.0)
    left = path[:, 0] < 300
    assert np.count_nonzero(np.diff(left.astype(int))) == 1


def test_a_route_goes_straight_on_at_a_junction():
    """A trail crosses another; a third joins it at an angle: the straight ones stay whole."""
    terrain = flat(
        lines=(
            line(LineKind.TRAIL, (0, 1000), (1000, 1000)),
            line(LineKind.TRAIL, (1000, 1000), (2000, 1010), name="Ridgeway"),
            line(LineKind.TRAIL, (1000, 0), (1000, 2000)),
            line(LineKind.TRAIL, (1000, 1000), (1800, 1800)),
        )
    )
    routes = linear_routes(terrain)
    length = sorted(round(shapely.LineString(r.xy_m).length) for r in routes)
    assert length == [1131, 2000, 2000]
    assert sum(r.name == "Ridgeway" for r in routes) == 1


def test_long_lines_are_cut_and_short_ones_left_out():
    terrain = flat(
        lines=(line(LineKind.STREAM, (0, 0), (0, 1999), (1999, 1999)), line(LineKind.RIDGE, (500, 500), (600, 500)))
    )
    routes = linear_routes(terrain)
    assert [r.kind for r in routes] == [LineKind.STREAM, LineKind.STREAM]
    assert all(shapely.LineString(r.xy_m).length <= LONGEST_M for r in routes)


def test_a_timed_path_takes_length_over_speed_on_each_cover():
    terrain = flat()
    terrain.cover[:, 20:] = Cover.OPEN
    (skill,), _ = skills_of(terrain, [Team(id="Alpha", kind=TeamKind.LINE, people=3)])
    path = np.array([[WEST + 500.0, SOUTH + 500.0], [WEST + 1500.0, SOUTH + 500.0]])
    _, seconds = timed(path, skill, terrain.grid)
    woods, fields = skill.speed_mps[0, 0], skill.speed_mps[0, -1]
    assert seconds[-1] == pytest.approx(500 / woods + 500 / fields)


def test_coarse_ground_keeps_place_height_and_extent():
    terrain = flat(50)
    terrain.elevation_m[:] = np.arange(50)[:, None] * 10.0
    small = coarse(terrain, cells=300)
    assert small.grid.n_rows * small.grid.n_cols <= 400
    assert small.grid.north_m == terrain.grid.north_m
    assert small.grid.south_m <= terrain.grid.south_m
    assert small.elevation_m[0].mean() == pytest.approx(terrain.elevation_m[:3].mean())


def test_a_schedules_value_is_the_mean_of_what_its_stretches_find_in_the_order_of_time():
    """The kernel against a plain NumPy twin that knows only tasks and rasters."""
    terrain = flat()
    asked = problem(terrain, hills(terrain.grid, (900, 1100, 300)), light_changes_s=(4000.0,))
    ready = prepared(asked, lambda _share, _words: None)
    schedule = first_schedule(ready.offers, ready.crews, ready.poa)
    looks = []
    for k, row in enumerate(schedule.task):
        for i, j in enumerate(row[row >= 0]):
            before, kind = 0.0, ready.skills[ready.skill_of[k]].kind
            for stretch in ready.tasks[j].stretches:
                when = schedule.begins_s[k, i] + (before + stretch.ends_s) / 2
                coverage = stretch.coverage[int(asked.is_night(when))].astype(float)
                looks.append((when, kind, stretch.cell, coverage))
                before = stretch.ends_s
    poa, value = asked.belief.poa.ravel(), 0.0
    covered = {kind: np.zeros(poa.size) for kind in TeamKind}

    def missed() -> Floats:
        return np.asarray(poa * np.prod([(1 + c / SHAPE) ** -SHAPE for c in covered.values()], axis=0))

    for when, kind, cell, coverage in sorted(looks, key=lambda look: look[0]):
        before_it = missed().sum()
        covered[kind][cell] += coverage
        value += float(before_it - missed().sum()) * (1 - when / asked.duration_s)
    assert schedule.value == pytest.approx(value, rel=1e-9)
    *_, (_, better) = improving(schedule, ready.offers, ready.crews, ready.poa, seed=0)
    assert better.value > schedule.value


def test_a_task_backwards_covers_the_same_in_the_opposite_order():
    terrain = flat()
    ready = prepared(problem(terrain, hills(terrain.grid, (900, 1100, 300))), lambda _share, _words: None)
    task = max(ready.tasks, key=lambda t: len(t.stretches))
    back = task.backwards()
    assert [s.cell.tolist() for s in back.stretches] == [s.cell.tolist() for s in reversed(task.stretches)]
    assert back.stretches[-1].ends_s == pytest.approx(task.duration_s)
    assert back.stretches[0].ends_s == pytest.approx(task.duration_s - task.stretches[-2].ends_s)


def test_light_turns_at_dusk_and_dawn():
    terrain = flat(6)
    day = problem(terrain, hills(terrain.grid, (150, 150, 100)), base_m=(100, 100), light_changes_s=(3600.0, 7200.0))
    assert [day.is_night(t) for t in (0.0, 3599.0, 3600.0, 7199.0, 7200.0)] == [False, False, True, True, False]


def test_numbers_past_99_are_no_other_periods_and_sort_behind():
    """Period 1's hundredth task is not called 1100, as one of period 11 could be."""
    terrain = flat()
    asked = problem(terrain, hills(terrain.grid, (900, 1100, 300)))
    numbers = sorted(a.number for a in make_plan(replace(asked, first_task=99)).assignments)
    assert numbers[:2] == ["199", "1_100"]
    assert all(n.startswith("1_") for n in numbers[1:])


def test_a_line_without_a_name_is_told_by_its_strip_or_its_segment():
    xy = np.array([[WEST, SOUTH + 50.0], [WEST + 900.0, SOUTH + 50.0]])
    route = LinearRoute(kind=LineKind.TRAIL, xy_m=xy, name=None)
    near, far = square("AB", -100, 0, 700), square("AC", 600, 0, 700)
    ring = tuple((WEST + x, SOUTH + y) for x, y in ((0, 0), (900, 0), (900, 100), (0, 100), (0, 0)))
    strip = Segment(id="KB", ring_m=ring, area_m2=9e4, poa=0.0, kind="line")
    assert lies_in(route, (near, far)) == "in AB"
    assert lies_in(route, (near, far, strip)) == "KB"
    assert lies_in(route, ()) == ""


def test_an_idle_boat_on_a_map_with_a_pond_is_not_told_of_its_endurance():
    terrain = flat()
    terrain.cover[0, 0] = Cover.WATER
    asked = problem(terrain, hills(terrain.grid, (900, 900, 200)), teams=(Team(id="Boat", kind=TeamKind.BOAT),))
    (boat,), _ = skills_of(terrain, asked.teams)
    said = idle_reason(asked, boat, offered=0, reachable=False, least=1e-3)
    assert said == "it searches water, and none of what the map shows is worth a task"
