"""Posts to hold and shores to search: where they are, who comes by, and that a plan uses a post where it pays."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.belief.ahead import Movers
from homeward.detect import pod_uncertain_width
from homeward.mission.nouns import Team, TeamKind
from homeward.search import PlanProblem, make_plan
from homeward.search.plan import prepare
from homeward.search.plan.finding import gains_of, search, stretches_of, untouched
from homeward.search.plan.post_places import APART_M, LEAST_MET, PLACES
from homeward.search.plan.posts import (
    NOTICE,
    heard_from,
    post_segment,
    post_tasks,
    post_words,
    watched_m,
)
from homeward.search.plan.routes import LONGEST_M
from homeward.search.plan.schedule import _fill, ordered
from homeward.search.plan.shores import shore_routes
from homeward.search.plan.skills import skills_of
from homeward.search.plan.tasks import Task, possible_tasks
from homeward.search.segments import outline
from homeward.terrain.ground import Cover, LineKind, Patch, Terrain

from .ground import SOUTH, TEAMS, WEST, belief, flat, line, problem

WATCH = (Team(id="Charlie", kind=TeamKind.HASTY),)
CALLER = (Team(id="Sierra", kind=TeamKind.SOUND),)
SIDE, CELL = 60, 50.0


def valley() -> Terrain:
    """One trail down the middle, to a road along the south: its head, at (1500, 100), is the only way out."""
    trail = line(LineKind.TRAIL, (1500, 100), (1500, 1500), (1500, 2900), name="Valley Trail")
    road = line(LineKind.ROAD, (100, 100), (1500, 100), (2900, 100))
    return flat(SIDE, lines=(trail, road), cover=Cover.FOREST)


def walkers(
    terrain: Terrain, *, n: int = 200, share: float = 0.5, mps: float = 0.4, seed: int = 0, hours: float = 4.0
) -> Movers:
    """Subjects who come down the valley from anywhere in its upper third, and go off over the southern edge."""
    grid = terrain.grid
    rng = np.random.default_rng(seed)
    begins, marks = rng.uniform(1800, 2800, n), np.arange(0.0, hours * 3600 + 1, 300.0)
    y = begins - mps * marks[:, None]
    row = np.floor((grid.north_m - SOUTH - y) / grid.cell_m).astype(np.int32)
    cell = np.where(y > 0, row * grid.n_cols + int(1500 // grid.cell_m), -1).astype(np.int32)
    weight = np.full(n, share / n)
    return Movers(marks_s=tuple(marks.tolist()), cell=cell, weight=weight, responsive=np.arange(n) % 2 == 0)


def on_the_move(*, teams: tuple[Team, ...] = WATCH, hours: float = 4.0, **how: float) -> PlanProblem:
    """Half of all probability on its way down the valley, the rest spread over the ground."""
    terrain = valley()
    movers = walkers(terrain, hours=hours, **how)  # type: ignore[arg-type]
    weight = np.full(terrain.grid.shape, 0.4 / terrain.grid.n_rows / terrain.grid.n_cols)
    np.add.at(weight.ravel(), movers.cell[0], movers.weight)
    return replace(problem(terrain, belief(terrain.grid, weight), teams=teams, hours=hours), movers=movers)


def moving(asked: PlanProblem) -> Movers:
    assert asked.movers is not None
    return asked.movers


def tasks_of(asked: PlanProblem) -> list[Task]:
    return post_tasks(asked, skills_of(asked.terrain, asked.teams)[0])


# ---- where posts are ----------------------------------------------------------------------------------------------


def test_the_one_way_out_of_a_valley_is_a_post_that_everybody_comes_by():
    tasks = tasks_of(on_the_move())
    head = [t for t in tasks if np.hypot(*(t.path_m[0] - [WEST + 1500, SOUTH + 100])) < 1]
    assert head
    assert "trail head" in head[0].at
    assert all(t.meets and set(t.meets[0].tolist()) == set(range(200)) for t in head)
    assert {t.duration_s for t in head} == {1800.0, 3600.0, 7200.0}


def test_who_stays_meets_nobody():
    """No movers, or movers that stand still far from any way: no containment post."""
    asked = on_the_move()
    movers = moving(asked)
    assert tasks_of(replace(asked, movers=None)) == []
    assert tasks_of(replace(asked, movers=replace(movers, weight=movers.weight * 1e-4))) == []


def test_posts_stand_apart_and_have_no_other_end():
    tasks = tasks_of(on_the_move())
    places = {t.place: t.path_m[0] for t in tasks}
    assert len(places) <= PLACES
    assert all(place < 0 for place in places)
    xy = np.array(list(places.values()))
    far = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)) + 1e9 * np.eye(len(xy))
    assert far.min() >= APART_M
    for task, twin in zip(tasks[::2], tasks[1::2], strict=True):
        assert task is twin
        assert task.backwards() is task
        assert task.linear
        assert (task.path_m[0] == task.path_m[1]).all()
        assert task.stretches[-1].ends_s == task.duration_s
        assert post_words(task)


def test_only_who_answers_can_be_called():
    asked = on_the_move(teams=CALLER)
    tasks = [t for t in tasks_of(asked) if t.meets is not None]
    assert tasks
    assert {t.mode for t in tasks} == {"attraction"}
    assert all(t.meets and moving(asked).responsive[t.meets[0]].all() for t in tasks)


def test_a_call_reaches_half_the_published_sweep_width_and_is_answered_by_most():
    asked = replace(on_the_move(teams=CALLER), movers=None)
    skill = skills_of(asked.terrain, asked.teams)[0][0]
    at = np.array([WEST + 1525.0, SOUTH + 1525.0])
    cell, coverage = heard_from(asked.terrain.grid, skill, at)
    reached = np.count_nonzero(coverage[0]) * CELL**2
    assert reached == pytest.approx(np.pi * (332 / 2) ** 2, rel=0.15)  # by day; Koester et al., JSAR 1(1)
    assert np.count_nonzero(coverage[1]) <= np.count_nonzero(coverage[0])
    assert pod_uncertain_width(coverage[0][coverage[0] > 0]) == pytest.approx(NOTICE)
    assert len(set(cell.tolist())) == len(cell)
    assert {t.duration_s for t in tasks_of(asked)} == {600.0}  # nobody comes by: to stay longer finds no more


def test_a_post_sees_less_far_by_night():
    terrain = flat(SIDE, cover=Cover.OPEN)
    skill = skills_of(terrain, WATCH)[0][0]
    at = np.array([WEST + 500.0, SOUTH + 500.0])
    by_day, by_night = (watched_m(skill, terrain.grid, at, night=night) for night in (False, True))
    assert by_day > by_night >= terrain.grid.cell_m


@settings(max_examples=15)
@given(
    seed=st.integers(0, 99),
    n=st.integers(1, 40),
    marks=st.integers(1, 8),
    hours=st.sampled_from([0.4, 1.0, 5.0]),
    night=st.booleans(),
)
def test_the_laws_hold_for_any_movers(seed, n, marks, hours, night):
    rng = np.random.default_rng(seed)
    terrain = valley()
    cell = rng.integers(-1, SIDE * SIDE, (marks, n)).astype(np.int32)
    gone = np.maximum.accumulate(cell < 0, axis=0)
    cell[gone] = -1
    movers = Movers(
        marks_s=tuple(np.linspace(0.0, 6 * 3600, marks).tolist()),
        cell=cell,
        weight=rng.dirichlet(np.ones(n)) * 0.5,
        responsive=rng.random(n) < 0.5,
    )
    where = belief(terrain.grid, np.ones(terrain.grid.shape))
    asked = replace(problem(terrain, where, teams=(*WATCH, *CALLER), hours=hours, night=night), movers=movers)
    tasks = tasks_of(asked)
    for task in tasks:
        assert task.duration_s <= asked.duration_s
        assert all(s.ends_s <= task.duration_s for s in task.stretches)
        if task.meets is None:
            continue
        who, when = task.meets
        assert movers.weight[np.unique(who)].sum() >= LEAST_MET
        assert ((when >= 0) & (when <= asked.duration_s)).all()
        assert (np.diff(who) >= 0).all()


def test_the_ground_of_a_post_keeps_its_name():
    task = tasks_of(on_the_move())[0]
    first = post_segment(task, (), 60.0)
    assert first.kind == "post"
    assert first.area_m2 == pytest.approx(np.pi * 60**2, rel=0.02)
    assert outline(first).centroid.distance(outline(first)) == 0
    assert post_segment(task, (first,), 40.0) is first
    elsewhere = replace(task, path_m=task.path_m + 500.0)
    assert post_segment(elsewhere, (first,), 40.0).id != first.id


# ---- in a plan ----------------------------------------------------------------------------------------------------


def test_a_plan_holds_the_way_out_of_a_valley_where_that_beats_sweeping(monkeypatch):
    """Fast subjects come out within the hours: the post finds most of them, and no sweep could."""
    asked = on_the_move(hours=3.0, mps=0.5, n=40)
    plan = make_plan(asked, seed=0)
    held = [a for a in plan.assignments if a.mode == "containment"]
    assert held
    post = held[0]
    assert post.route_m[0] == post.route_m[-1]
    assert post.length_m == 0
    assert post.ends_s > post.begins_s
    segment = next(s for s in plan.segments if s.id == post.segment)
    assert segment.kind == "post"
    assert "post" in post.task
    assert "come by while it is held" in post.why
    monkeypatch.setattr(prepare, "post_tasks", lambda _problem, _skills: [])
    assert plan.value > make_plan(asked, seed=0).value


def test_filling_takes_out_of_the_ground_what_the_schedule_finds_there():
    """The first schedule looks at the ground that its own tasks leave, posts at those who come by in their hours."""
    ready = prepare.prepared(on_the_move(teams=TEAMS, mps=1.0), lambda _share, _words: None)
    offers, crews, filled = ready.offers, ready.crews, untouched(ready.poa)
    begun = ordered(crews.doing[:, None], offers, crews, ready.poa)
    task, begins = begun.task.copy(), begun.begins_s.copy()
    _fill(task, begins, offers, crews, filled, 0)
    assert any(ready.tasks[j].mode != "search" for j in task[task >= 0])
    after = untouched(ready.poa)
    when, which, team, slot = stretches_of(task, begins, offers)
    for m in np.argsort(when):
        search(which[m], when[m], offers.kind[task[team[m], slot[m]]], offers, crews, after)
    paths = slice(offers.sought.first_path, None)
    assert filled[0].sum() == pytest.approx(after[0].sum(), rel=1e-3)
    assert filled[0][paths].sum() == pytest.approx(after[0][paths].sum(), rel=1e-3)
    found = gains_of(task, begins, offers, crews, ready.poa, untouched(ready.poa))[1].sum()
    assert found == pytest.approx(ready.poa.sum() - filled[0].sum(), rel=1e-2)


def test_a_plan_holds_no_post_on_a_map_of_a_subject_who_stays():
    asked = replace(on_the_move(hours=3.0), movers=None)
    plan = make_plan(asked, seed=0)
    assert plan.assignments
    assert all(a.mode == "search" for a in plan.assignments)


# ---- who searches what --------------------------------------------------------------------------------------------


def test_each_kind_of_team_gets_tasks_that_suit_it():
    terrain = valley()
    teams = tuple(Team(id=str(k), kind=k) for k in TeamKind)
    where = belief(terrain.grid, np.ones(terrain.grid.shape))
    skills, _ = skills_of(terrain, teams)
    ready = prepare.prepared(problem(terrain, where, teams=teams), lambda _share, _words: None)
    areas = tuple(s for s in ready.segments if s.kind == "area")
    tasks = possible_tasks(terrain, where.poa, (areas, ready.routes), skills, limit_s=7200.0)
    along = {skills[t.skill].kind for t in tasks if t.linear}
    over = {skills[t.skill].kind for t in tasks if not t.linear}
    assert {TeamKind.HASTY, TeamKind.TRAILING, TeamKind.BIKE, TeamKind.MOUNTED, TeamKind.SOUND} <= along
    assert {TeamKind.DOG, TeamKind.LINE, TeamKind.HELICOPTER, TeamKind.SOUND, TeamKind.REMAINS} <= over
    assert not {TeamKind.DOG, TeamKind.LINE, TeamKind.BOAT} & along
    assert not {TeamKind.BIKE, TeamKind.TRAILING, TeamKind.BOAT} & over
    assert not {TeamKind.RADAR, TeamKind.LISTENING} & (along | over)


def lake(*, name: str | None = "Mirror Lake") -> Terrain:
    """A lake of 1.5 km with an island."""
    terrain = flat(SIDE)
    x, y = terrain.grid.centers_m()
    far = np.hypot(x[None, :] - WEST - 1500, y[:, None] - SOUTH - 1500)
    terrain.cover[(far < 750) & (far > 250)] = Cover.WATER
    turn = np.linspace(0, 2 * np.pi, 60)
    ring = np.column_stack([WEST + 1500 + 780 * np.cos(turn), SOUTH + 1500 + 780 * np.sin(turn)])
    return replace(terrain, patches=(Patch(kind="water", xy_m=ring, name=name),))


def test_shores_are_followed_on_the_water():
    terrain = lake()
    routes = shore_routes(terrain)
    total = sum(float(np.hypot(*np.diff(r.xy_m, axis=0).T).sum()) for r in routes)
    assert total == pytest.approx(2 * np.pi * (700 + 300), rel=0.2)  # lake and island, a cell off the edge
    for route in routes:
        assert float(np.hypot(*np.diff(route.xy_m, axis=0).T).sum()) <= LONGEST_M + 1
        rows = ((terrain.grid.north_m - route.xy_m[:, 1]) // CELL).astype(int)
        cols = ((route.xy_m[:, 0] - terrain.grid.west_m) // CELL).astype(int)
        assert (terrain.cover[rows, cols] == Cover.WATER).mean() > 0.9
        assert route.name == "Mirror Lake"
    assert shore_routes(flat(SIDE)) == []


def test_a_boat_searches_along_the_shore():
    terrain = lake()
    where = belief(terrain.grid, np.where(terrain.cover == Cover.WATER, 1.0, 0.05))
    boat = (Team(id="Bosun", kind=TeamKind.BOAT),)
    plan = make_plan(problem(terrain, where, teams=boat), seed=0)
    assert plan.assignments
    assert all("Mirror Lake" in a.task for a in plan.assignments)
    assert plan.value > 0.02
