"""What a team cannot do: work in the dark, fly without a battery, stay out longer than it can, search in a storm."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.mission.nouns import Rain, Team, TeamKind, Weather
from homeward.search import PlanProblem, SearchPlan, make_plan
from homeward.search.plan.problem import TeamStart
from homeward.terrain.ground import Terrain
from tests.search.ground import SOUTH, TEAMS, WEST, flat, hills, problem

HOUR = 3600.0
DAY_TEAMS = tuple(replace(t, in_the_dark=False) for t in TEAMS)


def heap(terrain: Terrain, teams: tuple[Team, ...] = TEAMS, *, hours: float = 3.0) -> PlanProblem:
    return problem(terrain, hills(terrain.grid, (900, 900, 300)), teams=teams, hours=hours)


def sorties(plan: SearchPlan, team: str, *, out_s: float | None = None) -> list[tuple[float, float]]:
    """(left base, back at base) of each sortie of a team; the first may have begun before the plan."""
    found, left = [], out_s
    for a in plan.assignments:
        if a.team == team:
            left = a.leaves_s if left is None else left
            if a.return_m:
                found.append((left, a.back_s))
                left = None
    return found


@settings(max_examples=5)
@given(dusk_h=st.floats(0.3, 2.0), dawn_h=st.floats(0.3, 1.5), light=st.sampled_from(["day", "night"]))
def test_teams_that_work_by_day_are_home_in_the_dark(dusk_h: float, dawn_h: float, light: str) -> None:
    asked = heap(flat(24), DAY_TEAMS, hours=4.0)
    marks = (dusk_h * HOUR, (dusk_h + dawn_h) * HOUR)
    asked = replace(asked, light_changes_s=marks, night=light == "night")
    plan = make_plan(asked)
    for team in DAY_TEAMS:
        for left, back in sorties(plan, team.id):
            assert not any(asked.is_night(t) for t in np.linspace(left, back, 50)), (team.id, left, back)


def test_those_who_wait_for_the_day_search_in_it() -> None:
    asked = replace(heap(flat(24), DAY_TEAMS[:2], hours=4.0), night=True, light_changes_s=(HOUR,))
    plan = make_plan(asked)
    assert plan.assignments
    assert min(a.leaves_s for a in plan.assignments) >= HOUR


def test_a_drone_flies_as_often_as_it_has_batteries_and_rests_between() -> None:
    drone = Team(id="Delta", kind=TeamKind.DRONE, batteries=2, turnaround_s=900.0, endurance_s=1200.0)
    plan = make_plan(heap(flat(), (drone,)))
    flights = sorties(plan, "Delta")
    assert len(flights) == 2
    assert all(back - left <= 1200.0 + 1e-6 for left, back in flights)
    assert flights[1][0] - flights[0][1] >= 900.0 - 1e-6
    more = make_plan(heap(flat(), (replace(drone, batteries=None),)))
    assert len(sorties(more, "Delta")) > 2


def test_batteries_used_up_before_the_plan_are_not_flown_again() -> None:
    drone = Team(id="Delta", kind=TeamKind.DRONE, batteries=5)
    asked = heap(flat(), (drone,))
    start = TeamStart(at_m=asked.bases_m[0], batteries=1)
    assert len(sorties(make_plan(replace(asked, starts=(start,))), "Delta")) == 1
    none = make_plan(replace(asked, starts=(replace(start, batteries=0),)))
    assert none.assignments == ()
    assert dict(none.idle).keys() == {"Delta"}


@settings(max_examples=5)
@given(out_h=st.floats(0.1, 3.5), free_min=st.integers(0, 40))
def test_endurance_counts_from_when_a_team_left_its_base(out_h: float, free_min: int) -> None:
    dog = Team(id="Alpha", kind=TeamKind.DOG, endurance_s=4 * HOUR)
    asked = heap(flat(24), (dog,), hours=4.0)
    start = TeamStart(at_m=(WEST + 500, SOUTH + 700), free_s=60.0 * free_min, out_s=-out_h * HOUR)
    plan = make_plan(replace(asked, starts=(start,)))
    assert all(a.leaves_s >= start.free_s for a in plan.assignments)
    if plan.assignments and plan.assignments[0].access_m[0] != asked.bases_m[0]:
        back = next(a.back_s for a in plan.assignments if a.return_m)
        assert back + out_h * HOUR <= 4 * HOUR + 1.0


def test_weather_that_grounds_a_team_is_its_reason() -> None:
    asked = replace(heap(flat(24)), weather=Weather(wind_mps=25.0, rain=Rain.HEAVY))
    plan = make_plan(asked)
    idle = dict(plan.idle)
    assert "Delta" in idle
    assert "wind" in idle["Delta"] or "rain" in idle["Delta"]
