"""The search plan: what a manager relies on, whatever the ground, the map and the teams."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.detect import pod_uncertain_width, track_coverage
from homeward.errors import BadInput
from homeward.geo import Floats, Place, grid_around
from homeward.mission.nouns import Team, TeamKind
from homeward.search import PlanProblem, SearchPlan, make_plan, rule_plan
from homeward.search.plan.limit import bounds
from homeward.search.plan.skills import skills_of
from homeward.terrain import build_terrain
from homeward.terrain.ground import Cover, LineKind, Terrain
from tests.search.ground import TEAMS, belief, flat, hills, line, problem

TRAILS = (
    line(LineKind.TRAIL, (1000, 200), (1000, 900), (600, 1300), (500, 2000), name="Mill path"),
    line(LineKind.STREAM, (0, 700), (900, 1000), (2000, 1400)),
)


def wooded() -> Terrain:
    terrain = flat(lines=TRAILS)
    terrain.cover[:15] = Cover.FOREST
    terrain.cover[25:, 30:] = Cover.WATER
    return terrain


def two_heaps(terrain: Terrain) -> PlanProblem:
    return problem(terrain, hills(terrain.grid, (600, 1400, 200), (1300, 900, 250)), hours=3.0)


@pytest.fixture(scope="module")
def made() -> tuple[PlanProblem, SearchPlan]:
    asked = two_heaps(wooded())
    return asked, make_plan(asked, seed=3)


def check(asked: PlanProblem, plan: SearchPlan) -> None:
    """Every law of a plan, asked of it from outside."""
    base = dict(zip([t.id for t in asked.teams], asked.bases_m, strict=True))
    for team, home in base.items():
        here, free = home, 0.0
        own = [a for a in plan.assignments if a.team == team]
        for n, a in enumerate(own):
            assert free <= a.leaves_s <= a.begins_s <= a.ends_s <= a.back_s <= asked.duration_s + 1e-6
            assert a.access_m[0] == pytest.approx(here, abs=0.11)
            assert a.access_m[-1] == pytest.approx(a.route_m[0], abs=0.11)
            if a.return_m:
                assert a.return_m[0] == pytest.approx(a.route_m[-1], abs=0.11)
                assert a.return_m[-1] == pytest.approx(home, abs=0.11)
            assert a.return_m or n + 1 < len(own)
            here, free = (home if a.return_m else a.route_m[-1]), a.back_s
    assert {a.team for a in plan.assignments}.isdisjoint(name for name, _ in plan.idle)
    assert {a.team for a in plan.assignments} | {name for name, _ in plan.idle} == set(base)
    assert len({a.number for a in plan.assignments}) == len(plan.assignments)
    times, value, most = (np.array(column) for column in zip(*plan.curve, strict=True))
    assert times[0] == 0
    assert times[-1] == plan.duration_s
    assert (np.diff(value) >= -1e-12).all()
    assert (value <= most + 1e-9).all()
    assert plan.value == value[-1] == pytest.approx(sum(a.pos for a in plan.assignments))
    assert plan.value <= 1 - asked.belief.outside + 1e-9
    assert plan.soonest_value <= plan.soonest_bound


def missed(asked: PlanProblem, plan: SearchPlan) -> Floats:
    """Probability that all routes, each in one go, miss who is there; one kind of team shares its uncertain width."""
    skills, index = skills_of(asked.terrain, asked.teams)
    of_team = {t.id: skills[i] for t, i in zip(asked.teams, index, strict=True)}
    total = {kind: np.zeros(asked.terrain.grid.shape) for kind in TeamKind}
    for a in plan.assignments:
        skill = of_team[a.team]
        width = skill.width(night=asked.night)
        total[skill.kind] += track_coverage(
            asked.terrain.grid, np.array(a.route_m), sweep_width_m=width, abreast=skill.abreast
        )
    return np.asarray(np.prod([1 - pod_uncertain_width(c) for c in total.values()], axis=0), dtype=np.float64)


def test_a_plan_keeps_the_laws(made):
    asked, plan = made
    check(asked, plan)
    assert plan.idle == ()


def test_pos_is_what_the_routes_cover_on_the_ground(made):
    asked, plan = made
    found = float((asked.belief.poa * (1 - missed(asked, plan))).sum())
    assert plan.value == pytest.approx(found, abs=2e-3)  # paths are cut where the curve asks


def test_routes_stay_in_their_segment(made):
    asked, plan = made
    rings = {s.id: shapely.Polygon(s.ring_m) for s in plan.segments}
    for a in plan.assignments:
        near = rings[a.segment].buffer(1.5 * asked.terrain.grid.cell_m)
        route = shapely.LineString(a.route_m)
        assert route.intersection(near).length >= 0.95 * route.length
        assert 0 <= a.pod <= 1
        assert a.length_m == pytest.approx(route.length, rel=1e-3)
        assert a.speed_mps == pytest.approx(a.length_m / (a.ends_s - a.begins_s))


def test_people_on_foot_stay_out_of_the_lake(made):
    asked, plan = made
    water = asked.terrain.cover == Cover.WATER
    for a in plan.assignments:
        if a.team != "Delta":
            points = np.asarray(shapely.segmentize(shapely.LineString(a.route_m), 10.0).coords)
            rows, cols = zip(*(asked.terrain.grid.cell_of(x, y) for x, y in points), strict=True)
            assert not water[np.clip(rows, 0, 39), np.clip(cols, 0, 39)].any()


def test_the_plan_beats_the_simple_rules():
    asked = two_heaps(wooded())
    plan = make_plan(asked, seed=1)
    for rule in ("nearest", "probability"):
        rival = rule_plan(asked, rule=rule)
        check(asked, rival)
        assert plan.soonest_value > 1.05 * rival.soonest_value
        assert plan.value > rival.value


def test_the_same_seed_gives_the_same_plan(made):
    asked, plan = made
    assert make_plan(asked, seed=3) == plan


def test_names_stay_when_the_map_is_updated_and_planned_again(made):
    asked, plan = made
    left = asked.belief.poa * missed(asked, plan)
    again = make_plan(
        replace(asked, belief=belief(asked.terrain.grid, left, outside=0.15), segments=plan.segments, period=2), seed=3
    )
    kept = {s.id: s.ring_m for s in again.segments}
    assert all(kept[s.id] == s.ring_m for s in plan.segments)
    areas = [shapely.Polygon(s.ring_m) for s in again.segments if s.kind == "area"]
    assert sum(p.area for p in areas) == pytest.approx(shapely.union_all(areas).area, rel=1e-5)  # to a decimetre
    assert all(a.number.startswith("2") for a in again.assignments)


def test_every_assignment_says_why_and_what_to_watch_for(made):
    _, plan = made
    assert all(a.why.startswith(f"{a.segment} holds") and "on the way" in a.why for a in plan.assignments)
    assert re.fullmatch(r"\d+ segments hold [\d.]+ % of all probability; \S.* % lies outside the map\.", plan.why[0])
    terrain = wooded()
    weight = np.full(terrain.grid.shape, 1e-6)
    weight[22:36, 19:21] = 1.0  # along the southern leg of the trail
    on_trail = problem(terrain, belief(terrain.grid, weight), teams=TEAMS[2:3], hours=1.0)
    assert any("along the trail Mill path" in a.task for a in make_plan(on_trail, seed=0).assignments)


def test_the_dark_finds_less_and_is_warned_of():
    terrain = wooded()
    where = hills(terrain.grid, (800, 1200, 300))
    day = make_plan(problem(terrain, where), seed=0)
    night = make_plan(problem(terrain, where, night=True), seed=0)
    dusk = make_plan(problem(terrain, where, light_changes_s=(3600.0,)), seed=0)
    assert day.value > dusk.value > night.value
    assert all(any("dark" in h for h in a.hazards) for a in night.assignments)
    assert not any("dark" in h for a in day.assignments for h in a.hazards)


def test_steep_ground_is_warned_of():
    terrain = flat()
    terrain.elevation_m[:] = np.arange(40)[:, None] * 40.0  # 38.7 deg everywhere
    plan = make_plan(problem(terrain, hills(terrain.grid, (1000, 400, 200)), teams=TEAMS[:1]), seed=0)
    assert plan.assignments
    assert all(any("39 deg" in h for h in a.hazards) for a in plan.assignments)


def test_more_teams_find_more_and_never_more_than_possible():
    terrain = wooded()
    where = hills(terrain.grid, (800, 1200, 300))
    one = make_plan(problem(terrain, where, teams=TEAMS[:1]), seed=0)
    all_four = make_plan(problem(terrain, where), seed=0)
    assert all_four.soonest_value > one.soonest_value
    assert all_four.soonest_bound > one.soonest_bound


def test_a_drone_comes_home_for_its_battery():
    terrain = flat()
    asked = problem(terrain, hills(terrain.grid, (1000, 1200, 400)), teams=TEAMS[3:], hours=2.0)
    plan = make_plan(asked, seed=0)
    check(asked, plan)
    left = 0.0
    for a in plan.assignments:
        if a.return_m:
            assert a.back_s - left <= 1500 + 1  # 25 minutes in the air (detect/kind_defaults.csv)
            left = a.back_s + 300
    assert sum(bool(a.return_m) for a in plan.assignments) >= 3


def test_a_base_at_sea_is_no_use_on_foot():
    terrain = flat(60)
    terrain.cover[:, 25:] = Cover.WATER
    plan = make_plan(problem(terrain, hills(terrain.grid, (700, 1500, 200)), base_m=(2500, 1500)), seed=0)
    assert {a.team for a in plan.assignments} == {"Delta"}
    assert all("reached" in why for _, why in plan.idle)


def test_a_team_that_cannot_get_there_says_so():
    terrain = flat()
    terrain.cover[:, 15:25] = Cover.WATER
    where = hills(terrain.grid, (1700, 1000, 100), outside=0.0)
    plan = make_plan(problem(terrain, where, base_m=(300, 1000)), seed=0)
    assert dict(plan.idle).keys() == {"Alpha", "Bravo", "Charlie"}
    assert all("reached" in why for _, why in plan.idle)
    assert {a.team for a in plan.assignments} == {"Delta"}


@settings(max_examples=8)
@given(
    seed=st.integers(0, 10_000),
    side=st.integers(2, 24),
    cell=st.sampled_from([20.0, 60.0, 150.0]),
    hours=st.sampled_from([0.2, 1.0, 3.0]),
    n=st.integers(1, 4),
)
def test_the_laws_hold_for_any_map(seed, side, cell, hours, n):
    rng = np.random.default_rng(seed)
    terrain = flat(side, cell_m=cell)
    terrain.cover[:] = rng.choice([Cover.OPEN, Cover.FOREST, Cover.WATER], terrain.grid.shape, p=[0.5, 0.4, 0.1])
    terrain.elevation_m[:] = np.cumsum(rng.normal(0, cell / 5, terrain.grid.shape), axis=0)
    kinds = rng.choice(list(TeamKind), n)
    teams = tuple(Team(id=f"T{i}", kind=TeamKind(k), people=int(rng.integers(1, 6))) for i, k in enumerate(kinds))
    where = belief(terrain.grid, rng.gamma(0.2, size=terrain.grid.shape) + 1e-12, outside=float(rng.uniform(0, 0.9)))
    base = (float(rng.uniform(0, side * cell - 1)), float(rng.uniform(1, side * cell)))
    asked = problem(terrain, where, teams=teams, base_m=base, hours=hours, night=bool(rng.integers(2)))
    check(asked, make_plan(asked, seed=seed))


@pytest.mark.shared
def test_an_alpine_valley(shared):
    """Real ground: all laws, and better than both simple rules."""
    grid = grid_around([Place(42.55, 1.55)], margin_m=2000, cell_m=50)
    area = shared / "areas" / "andorra"
    terrain = build_terrain(grid=grid, elevation=area / "dem.tif", features=[area / "osm.gpkg"])
    middle = ((grid.west_m + grid.east_m) / 2, (grid.south_m + grid.north_m) / 2)
    x, y = grid.centers_m()
    far = np.hypot(x[None, :] - middle[0], y[:, None] - middle[1])
    asked = PlanProblem(
        terrain=terrain,
        belief=belief(grid, np.exp(-far / 800)),
        teams=TEAMS,
        bases_m=(middle,) * len(TEAMS),
        duration_s=4 * 3600,
    )
    plan = make_plan(asked, seed=0)
    check(asked, plan)
    rivals = [rule_plan(asked, rule=rule) for rule in ("nearest", "probability")]
    assert plan.soonest_value > max(r.soonest_value for r in rivals)
    assert any("deg at most" in h for a in plan.assignments for h in a.hazards)


def test_nothing_to_find_is_no_plan_and_no_error():
    terrain = flat(10)
    nowhere = belief(terrain.grid, np.ones(terrain.grid.shape), outside=1.0)
    plan = make_plan(problem(terrain, nowhere, base_m=(100, 100)), seed=0)
    assert plan.value == plan.bound == 0
    assert all(why == "there is nothing left to search on the map" for _, why in plan.idle)


def test_the_bound_rises_with_time_and_stays_below_all_there_is():
    asked = two_heaps(wooded())
    most = bounds(asked, [0.0, 600.0, 1800.0, 5400.0, 10_800.0])
    assert most[0] == 0
    assert all(a <= b + 1e-12 for a, b in pairwise(most))
    assert most[-1] <= float(asked.belief.poa.sum())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"duration_s": 0.0}, "period of 0 s"),
        ({"teams": (), "bases_m": ()}, "no team"),
        ({"bases_m": ((0.0, 0.0),)}, "4 teams have 1 bases"),
        ({"bases_m": ((0.0, 0.0),) * 4}, "base of team 'Alpha'"),
        ({"teams": (*TEAMS[:3], replace(TEAMS[3], people=0))}, "'Delta' has 0 people"),
        ({"teams": (*TEAMS[:3], TEAMS[0])}, "Two teams are called 'Alpha'"),
        ({"light_changes_s": (2.0, 1.0)}, "out of order"),
    ],
)
def test_what_cannot_be_is_refused_by_name(change, said):
    asked = two_heaps(wooded())
    with pytest.raises(BadInput, match=said):
        replace(asked, **change)


def test_a_team_without_speed_is_refused_by_name():
    asked = two_heaps(wooded())
    still = replace(asked, teams=(replace(TEAMS[0], speed_mps=0.0), *TEAMS[1:]))
    with pytest.raises(BadInput, match="'Alpha'"):
        make_plan(still)


def test_progress_rises_to_the_end():
    told: list[tuple[float, str]] = []
    terrain = flat(12)
    make_plan(
        problem(terrain, hills(terrain.grid, (300, 300, 100)), base_m=(100, 100), hours=1.0),
        progress=lambda share, words: told.append((share, words)),
    )
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert all(words for _, words in told)
