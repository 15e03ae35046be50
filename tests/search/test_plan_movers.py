"""Plans against subjects who move, call back, die: what a schedule finds, what is measured, what cannot be passed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.belief.ahead import Movers
from homeward.belief.records import Belief, Part, mixture
from homeward.geo import Floats, Grid
from homeward.mission.nouns import Team, TeamKind
from homeward.search import PlanProblem
from homeward.search.plan.alive import alive_bound
from homeward.search.plan.curve import Looks, Walk, mean_of, seen, walks_of
from homeward.search.plan.finding import gains_of, untouched
from homeward.search.plan.limit import bounds
from homeward.search.plan.meet import post_meets
from homeward.search.plan.posts import NOTICE
from homeward.search.plan.prepare import prepared
from homeward.search.plan.schedule import first_schedule
from homeward.search.plan.skills import skills_of, timed
from homeward.search.plan.sought import alive_shape, coverage_of_notice
from homeward.search.records import Assignment
from tests.search.ground import SOUTH, TEAMS, WEST, belief, flat, hills, problem

GROUND = flat(30)
GRID = GROUND.grid
HOURS = 2.0
MARKS = tuple(np.arange(0.0, HOURS * 3600 + 1, 300.0).tolist())


def cell_at(x: float, y: float, grid: Grid = GRID) -> int:
    """The flat cell of a point, metres from the south-western corner."""
    row, col = grid.cell_of(WEST + x, SOUTH + y)
    return row * grid.n_cols + col


def standing(where: Belief, share: float, *, n: int = 4000, seed: int = 0) -> Movers:
    """Movers who never move, drawn from a map."""
    rng = np.random.default_rng(seed)
    p = where.poa.ravel() / where.poa.sum()
    cell = np.sort(rng.choice(p.size, size=n, p=p)).astype(np.int32)
    return Movers(
        marks_s=MARKS,
        cell=np.broadcast_to(cell, (len(MARKS), n)).copy(),
        weight=np.full(n, share * float(where.poa.sum()) / n),
        responsive=np.ones(n, dtype=np.bool_),
        stays=np.full((1, *where.grid.shape), 1 - share, dtype=np.float32),
    )


def walking(*cells: list[int], weight: float = 0.2, marks_s: tuple[float, ...] = MARKS) -> Movers:
    """Movers along given cells, one for each mark."""
    return Movers(
        marks_s=marks_s,
        cell=np.array(cells, dtype=np.int32).T.copy(),
        weight=np.full(len(cells), weight),
        responsive=np.ones(len(cells), dtype=np.bool_),
        stays=np.full((1, *GRID.shape), 1 - weight * len(cells) / 0.9, dtype=np.float32),
    )


def planned(movers: Movers | None, where: Belief | None = None, teams: tuple[Team, ...] = TEAMS) -> PlanProblem:
    here = where or hills(GRID, (750.0, 750.0, 300.0))
    return replace(problem(GROUND, here, teams=teams, base_m=(750.0, 200.0), hours=HOURS), movers=movers)


def straight(asked: PlanProblem, x: float, *, begins_s: float = 0.0, kind: TeamKind = TeamKind.DOG) -> Walk:
    """A walk from south to north at x metres from the west."""
    skills, _ = skills_of(GROUND, (Team(id="A", kind=kind),))
    xy, seconds = timed(np.array([[WEST + x, SOUTH + 100], [WEST + x, SOUTH + 1400]]), skills[0], GRID)
    assert asked.terrain is GROUND
    return Walk(skill=skills[0], xy_m=xy, at_s=begins_s + seconds)


def post(at: tuple[float, float], begins_s: float, ends_s: float, *, team: str = "C") -> Assignment:
    there = (WEST + at[0], SOUTH + at[1])
    return Assignment(
        number="101",
        team=team,
        segment="AA",
        task="post",
        access_m=(there,),
        route_m=(there, there),
        return_m=(),
        leaves_s=begins_s,
        begins_s=begins_s,
        ends_s=ends_s,
        back_s=ends_s,
        length_m=0.0,
        sweep_width_m=0.0,
        speed_mps=0.0,
        spacing_m=None,
        coverage=0.0,
        pod=0.0,
        pos=0.0,
        hazards=(),
        why="",
        mode="containment",
    )


def eastward(y: float = 750.0, *, from_x: float = 25.0, step_m: float = 50.0) -> list[int]:
    """Cells of somebody who goes east by one step a mark, and off the map at its edge."""
    at = [from_x + step_m * i for i in range(len(MARKS))]
    return [cell_at(x, y) if x < 1500 else -1 for x in at]


# ---- who stays and who moves --------------------------------------------------------------------------------------


def test_movers_who_never_move_are_found_as_on_the_map_that_stays():
    where = hills(GRID, (750.0, 750.0, 300.0))
    plain = planned(None, where)
    walks = [straight(plain, 700.0), straight(plain, 800.0, begins_s=600.0), straight(plain, 750.0, begins_s=1200.0)]
    still = seen(plain, walks).curve
    moving = seen(planned(standing(where, 0.5), where), walks).curve
    assert moving[-1][1] == pytest.approx(still[-1][1], rel=0.02)
    assert mean_of(moving) == pytest.approx(mean_of(still), rel=0.02)


def test_the_schedule_too_finds_them_as_on_the_map_that_stays():
    where = hills(GRID, (750.0, 750.0, 300.0))
    values = []
    for movers in (None, standing(where, 0.5)):
        ready = prepared(planned(movers, where), lambda _share, _words: None)
        only = ready.crews._replace(allowed=ready.crews.allowed & np.array([t.mode == "search" for t in ready.tasks]))
        values.append(first_schedule(ready.offers, only, ready.poa).value)
    assert values[1] == pytest.approx(values[0], rel=0.03)


def test_a_mover_is_found_when_it_walks_into_the_search_and_not_before():
    away = cell_at(1325.0, 725.0)
    comes = [away] * 6 + [cell_at(725.0, 725.0)] * (len(MARKS) - 6)  # there from 1650 s on: half-way between two marks
    asked = planned(walking(comes))
    resting = replace(asked, movers=walking([away] * len(MARKS)))
    early, late = straight(asked, 725.0), straight(asked, 725.0, begins_s=1900.0)
    assert early.at_s[-1] < 1650 * 2
    only = [seen(p, [late]).curve[-1][1] for p in (asked, resting)]
    assert only[0] > only[1] + 0.02
    crosses_s = float(np.interp(625.0, early.xy_m[:, 1] - SOUTH - 100, early.at_s))
    assert crosses_s < 1500
    assert seen(asked, [early]).curve[-1][1] == pytest.approx(seen(resting, [early]).curve[-1][1], abs=1e-9)


def test_nothing_is_lost_or_made_while_looking():
    where = hills(GRID, (750.0, 750.0, 300.0))
    asked = planned(standing(where, 0.4), where)
    looks = Looks(asked)
    begin = float(looks.left.sum() + looks.walking.sum())
    assert begin == pytest.approx(float(where.poa.sum()), abs=1e-6)
    found = sum(looks.look(straight(asked, x), 0.0, 7200.0) for x in (500.0, 750.0, 700.0))
    assert found > 0.05
    assert float(looks.left.sum() + looks.walking.sum()) + found == pytest.approx(begin, abs=1e-9)
    assert looks.left.min() >= 0
    assert looks.walking.min() >= 0


@given(st.permutations([500.0, 700.0, 750.0]), st.sampled_from([TeamKind.DOG, TeamKind.SOUND, TeamKind.REMAINS]))
@settings(max_examples=8, deadline=None)
def test_the_order_of_looks_at_once_does_not_matter(order: list[float], kind: TeamKind):
    where = hills(GRID, (750.0, 750.0, 300.0))
    asked = planned(standing(where, 0.4, n=500), where)
    found = []
    for xs in (order, sorted(order)):
        looks = Looks(asked)
        found.append(sum(looks.look(straight(asked, x, kind=kind), 0.0, 7200.0) for x in xs))
    assert found[0] == pytest.approx(found[1], rel=1e-9)


def test_a_dog_for_remains_finds_nobody_who_moves_and_callers_those_who_answer():
    where = hills(GRID, (750.0, 750.0, 300.0))
    silent = replace(standing(where, 0.5), responsive=np.zeros(4000, dtype=np.bool_))
    for kind in (TeamKind.REMAINS, TeamKind.SOUND):
        asked = planned(silent, where)
        looks = Looks(asked)
        looks.look(straight(asked, 750.0, kind=kind), 0.0, 7200.0)
        assert looks.walking.sum() == pytest.approx(silent.share)
    looks = Looks(planned(silent, where))
    looks.look(straight(asked, 750.0, kind=TeamKind.DOG), 0.0, 7200.0)
    assert looks.walking.sum() < silent.share


# ---- posts --------------------------------------------------------------------------------------------------------


def test_a_post_at_the_only_exit_finds_all_who_leave_by_it_while_it_is_held():
    paths = [eastward(), eastward(from_x=425.0), [cell_at(325.0, 325.0)] * len(MARKS)]
    asked = planned(walking(*paths, weight=0.1), teams=(Team(id="C", kind=TeamKind.HASTY),))
    whole = walks_of(asked, [post((1475.0, 750.0), 0.0, 7200.0)])
    looks = Looks(asked)
    found = looks.look(whole[0], 0.0, 7200.0)
    assert found == pytest.approx(NOTICE * 0.1)  # the second comes by at 6300 s; the first only gets to 1225 m
    assert looks.walking.tolist() == pytest.approx([0.1, 0.1 * (1 - NOTICE), 0.1])
    late = walks_of(asked, [post((1475.0, 750.0), 6900.0, 7200.0)])
    assert Looks(asked).look(late[0], 0.0, 7200.0) == 0.0
    curve = dict(seen(asked, whole).curve)
    assert max(v for t, v in curve.items() if t < 6000) == 0.0


def test_who_comes_by_a_post_and_when():
    movers = walking(eastward(), [cell_at(325.0, 325.0)] * len(MARKS), weight=0.1)
    who, when = post_meets(movers, GRID, (WEST + 500.0, SOUTH + 725.0), radius_m=60.0)
    assert set(who.tolist()) == {0}
    expected = (500.0 - 60.0 - 25.0) / 50.0 * 300.0  # when it is 60 m west of the post
    assert when[0] == pytest.approx(expected, abs=1.0)
    near, seconds = post_meets(movers, GRID, (WEST + 325.0, SOUTH + 325.0), radius_m=40.0)
    assert set(near.tolist()) == {1}
    assert seconds[0] == 0.0
    assert len(seconds) == len(MARKS)  # it stays: one entry for each step
    gone = walking([cell_at(1425.0, 750.0), *[-1] * (len(MARKS) - 1)])
    out, at = post_meets(gone, GRID, (WEST + 1490.0, SOUTH + 725.0), radius_m=30.0)
    assert out.tolist() == [0]
    assert 0 < at[0] < 300


def test_the_schedule_counts_a_post_as_the_measure_does():
    paths = [eastward(from_x=25.0 + 5 * i, step_m=60.0) for i in range(40)]
    asked = planned(walking(*paths, weight=0.01), teams=(Team(id="C", kind=TeamKind.HASTY),))
    ready = prepared(asked, lambda _share, _words: None)
    held = [j for j, t in enumerate(ready.tasks) if t.mode == "containment"]
    assert held
    best, begins_s = held[0], 900.0
    task, begins = np.full((1, 4), -1), np.zeros((1, 4))
    task[0, 0], begins[0, 0] = best, begins_s
    _, gains = gains_of(task, begins, ready.offers, ready.crews, ready.poa, untouched(ready.poa))
    x, y = ready.tasks[best].path_m[0] - np.array([WEST, SOUTH])
    walk = walks_of(asked, [post((float(x), float(y)), begins_s, begins_s + ready.tasks[best].duration_s)])[0]
    assert gains[0, 0] > 0
    assert gains[0, 0] == pytest.approx(Looks(asked).look(walk, 0.0, 7200.0), rel=1e-6)


def test_the_coverage_of_a_notice_gives_it_back():
    for notice in (0.1, 0.5, 0.9):
        assert 1 - (1 + coverage_of_notice(notice) / 5) ** -5 == pytest.approx(notice)


# ---- alive --------------------------------------------------------------------------------------------------------


def two_scenarios(curves: tuple[tuple[float, float], tuple[float, float]], movers: Movers | None = None) -> PlanProblem:
    west, east = hills(GRID, (400.0, 750.0, 150.0)).poa / 2, hills(GRID, (1100.0, 750.0, 150.0)).poa / 2
    parts = tuple(
        Part(scenario=name, label=name, poa=poa, outside=0.5 - float(poa.sum()))
        for name, poa in (("west", west), ("east", east))
    )
    where = mixture(GRID, parts)
    alive = tuple(((0.0, a), (7200.0, b)) for a, b in curves)
    return replace(planned(movers, where), alive=alive)


@given(st.lists(st.floats(0.05, 1.0), min_size=4, max_size=4), st.floats(0.3, 1.0))
@settings(max_examples=15, deadline=None)
def test_more_survival_never_finds_fewer_alive(s: list[float], lower: float):
    (a, b), (c, d) = sorted(s[:2], reverse=True), sorted(s[2:], reverse=True)
    more, less = two_scenarios(((a, b), (c, d))), two_scenarios(((a * lower, b * lower), (c, d * lower)))
    walks = [straight(more, 400.0), straight(more, 1100.0, begins_s=1000.0)]
    found, fewer = seen(more, walks).alive, seen(less, walks).alive
    assert found is not None
    assert fewer is not None
    assert fewer <= found + 1e-12
    assert found <= seen(more, walks).curve[-1][1] + 1e-12


@given(st.lists(st.floats(0.05, 1.0), min_size=4, max_size=4))
@settings(max_examples=30, deadline=None)
def test_two_scenarios_count_in_the_schedule_by_their_own_survival(s: list[float]):
    (a, b), (c, d) = sorted(s[:2], reverse=True), sorted(s[2:], reverse=True)
    asked = two_scenarios(((a, b), (c, d)))
    shape, keen = alive_shape(asked)
    made = shape[0] + keen[0][:, None] * shape[1]
    at = np.linspace(0.0, 1.0, shape.shape[1])
    own = np.array([a + (b - a) * at, c + (d - c) * at])
    scale = own[0, 0] / made[0, 0]
    assert made * scale == pytest.approx(own, rel=1e-6, abs=1e-9)
    early = 1 - at
    assert float((shape[0] * early).sum() / early.sum()) == pytest.approx(1.0)


def test_ground_where_the_subject_dies_soon_is_searched_first():
    asked = replace(two_scenarios(((0.9, 0.05), (0.9, 0.9))), teams=TEAMS[:1], bases_m=((WEST + 750.0, SOUTH + 200.0),))
    ready = prepared(asked, lambda _share, _words: None)
    x = np.array([t.path_m[:, 0].mean() - WEST for t in ready.tasks])

    def finds(j: int) -> float:
        task = np.full((1, 4), -1)
        task[0, 0] = j
        given = ready.offers, ready.crews, ready.poa, untouched(ready.poa)
        return float(gains_of(task, np.zeros((1, 4)), *given)[1].sum())

    found = np.array([finds(j) for j in range(len(ready.tasks))])
    west = int(np.argmax(np.where(x < 750.0, found, 0.0)))
    east = int(np.argmin(np.where(x < 750.0, np.inf, np.abs(found - found[west]))))  # the one most like it
    value = {}
    for order in ((west, east), (east, west)):
        task, begins = np.full((1, 4), -1), np.zeros((1, 4))
        task[0, :2], begins[0, :2] = order, (0.0, 3600.0)
        value[order], _ = gains_of(task, begins, ready.offers, ready.crews, ready.poa, untouched(ready.poa))
    assert value[west, east] > value[east, west]


# ---- the bound ----------------------------------------------------------------------------------------------------


def random_walks(rng: np.random.Generator, n: int) -> Movers:
    cell = np.empty((len(MARKS), n), dtype=np.int32)
    row, col = rng.integers(0, 30, n), rng.integers(0, 30, n)
    gone = np.zeros(n, dtype=bool)
    for m in range(len(MARKS)):
        cell[m] = np.where(gone, -1, row * 30 + col)
        row, col = row + rng.integers(-3, 4, n), col + rng.integers(-3, 4, n)
        gone |= (row < 0) | (row > 29) | (col < 0) | (col > 29)
        row, col = row.clip(0, 29), col.clip(0, 29)
    return Movers(
        marks_s=MARKS,
        cell=cell,
        weight=np.full(n, 0.4 / n),
        responsive=rng.random(n) < 0.7,
        stays=np.full((1, 30, 30), 1 - 0.4 / 0.9, dtype=np.float32),
    )


def spread(rng: np.random.Generator) -> Floats:
    return np.asarray(rng.random(GRID.shape) ** 3, dtype=np.float64)


@given(st.integers(0, 10**6), st.sampled_from([TEAMS, (*TEAMS[:2], Team(id="E", kind=TeamKind.SOUND)), TEAMS[:1]]))
@settings(max_examples=10, deadline=None)
def test_no_plan_passes_its_bound(seed: int, teams: tuple[Team, ...]):
    rng = np.random.default_rng(seed)
    asked = planned(random_walks(rng, 200), belief(GRID, spread(rng)), teams)
    ready = prepared(asked, lambda _share, _words: None)
    schedule = first_schedule(ready.offers, ready.crews, ready.poa)
    tasks = [
        (k, int(j), b) for k in range(len(teams)) for j, b in zip(schedule.task[k], schedule.begins_s[k], strict=True)
    ]
    made = [
        replace(
            post((0.0, 0.0), b, b + ready.tasks[j].duration_s, team=teams[k].id),
            route_m=tuple((float(x), float(y)) for x, y in ready.tasks[j].path_m),
            mode=ready.tasks[j].mode,
        )
        for k, j, b in tasks
        if j >= 0
    ]
    curve = seen(asked, walks_of(asked, made)).curve
    most = bounds(asked, [t for t, _ in curve])
    assert curve[-1][1] > 0.02
    assert all(v <= b + 1e-9 for (_, v), b in zip(curve, most, strict=True))
    assert most == sorted(most)


def test_what_is_found_alive_stays_below_its_bound():
    rng = np.random.default_rng(3)
    asked = two_scenarios(
        ((0.9, 0.5), (0.6, 0.1)), replace(random_walks(rng, 200), stays=np.full((2, 30, 30), 0.5, np.float32))
    )
    walks = [straight(asked, 400.0), straight(asked, 1100.0)]
    value = seen(asked, walks).curve
    found = seen(asked, walks).alive
    most = alive_bound(asked, bounds(asked, [7200.0])[0])
    assert found is not None
    assert most is not None
    assert 0 < found < value[-1][1]
    assert found <= most <= bounds(asked, [7200.0])[0]
