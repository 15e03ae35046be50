"""What no manager would sign: two teams on the same ground at once, the same lanes again, sums that do not add up."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from homeward.detect import pod_uncertain_width, track_coverage
from homeward.errors import BadInput
from homeward.mission.nouns import Team, TeamKind
from homeward.search import Assignment, PlanProblem, SearchPlan, make_plan, rule_plan
from homeward.search.plan.prepare import prepared
from homeward.search.plan.skills import skills_of
from homeward.search.plan.tasks import MOST_HITS
from homeward.search.plan.words import reason
from homeward.search.segments import segment_labels
from homeward.terrain.ground import LineKind, Terrain
from tests.search.ground import TEAMS, flat, hills, line, problem

PAIRS = tuple(
    Team(id=f"{kind.value} {n}", kind=kind, people=3)
    for kind in (TeamKind.DRONE, TeamKind.DOG, TeamKind.LINE, TeamKind.HASTY)
    for n in (1, 2)
)


def ground() -> Terrain:
    trail = line(LineKind.TRAIL, (1000, 200), (1000, 900), (600, 1300), (500, 2000), name="Mill path")
    return flat(lines=(trail, line(LineKind.STREAM, (0, 700), (900, 1000), (2000, 1400))))


@pytest.fixture(scope="module")
def pairs() -> tuple[PlanProblem, SearchPlan]:
    """Two teams of each kind, and one dense heap that all of them would like to search at once."""
    terrain = ground()
    asked = problem(terrain, hills(terrain.grid, (900, 900, 150)), teams=PAIRS, hours=3.5, light_changes_s=(7200.0,))
    return asked, make_plan(asked, seed=1)


def together(a: Assignment, b: Assignment) -> bool:
    return a.team != b.team and a.begins_s < b.ends_s - 1e-6 and b.begins_s < a.ends_s - 1e-6


def swept(a: Assignment) -> BaseGeometry:
    """The ground near a task's lanes: half of it, so that parts beside each other hardly meet."""
    path = shapely.LineString(a.route_m)
    return path.buffer(a.spacing_m / 4 if a.spacing_m else 15.0)


@pytest.mark.parametrize("rule", [None, "nearest", "probability"])
def test_no_two_drones_are_over_the_same_ground_at_once(pairs, rule):
    asked, plan = pairs
    plan = plan if rule is None else rule_plan(asked, rule=rule)
    flights = [a for a in plan.assignments if a.team.startswith("drone")]
    assert flights
    for a, b in combinations(flights, 2):
        if together(a, b):
            assert a.segment != b.segment
            assert not shapely.LineString(a.route_m).intersects(shapely.LineString(b.route_m))


@pytest.mark.parametrize("rule", [None, "nearest", "probability"])
def test_no_two_teams_on_foot_are_on_the_same_part_at_once(pairs, rule):
    asked, plan = pairs
    plan = plan if rule is None else rule_plan(asked, rule=rule)
    for a, b in combinations([a for a in plan.assignments if not a.team.startswith("drone")], 2):
        if together(a, b) and a.segment == b.segment:
            both = shapely.intersection(swept(a), swept(b)).area
            assert both < 0.3 * min(swept(a).area, swept(b).area)


def test_a_drone_and_people_are_never_on_the_same_segment_at_once(pairs):
    _, plan = pairs
    for a, b in combinations(plan.assignments, 2):
        if together(a, b) and a.team.startswith("drone") != b.team.startswith("drone"):
            assert a.segment != b.segment


def test_no_lanes_are_searched_again_by_the_same_kind_of_team(pairs):
    """Another pass goes across the first one's lanes and says so; there is no third, and no second along a line."""
    _, plan = pairs
    lines = {s.id for s in plan.segments if s.kind == "line"}
    crossed = 0
    for a, b in combinations(plan.assignments, 2):
        if a.team.split()[0] == b.team.split()[0] and a.segment == b.segment:
            assert sorted(a.route_m) != sorted(b.route_m)
            assert a.segment not in lines or "part" in a.task
            crossed += "across the earlier lanes" in a.task + b.task
    assert crossed > 0


def test_drones_in_the_air_together_are_told_of_each_other(pairs):
    _, plan = pairs
    flights = [a for a in plan.assignments if a.team.startswith("drone")]
    for a in flights:
        others = {b.team for b in flights if b.team != a.team and b.leaves_s < a.back_s and a.leaves_s < b.back_s}
        told = [h for h in a.hazards if "In the air at the same time" in h]
        assert bool(told) == bool(others)
        assert all(name in told[0] for name in others)


@pytest.mark.parametrize("people", [31, 500])
def test_a_line_too_long_to_lead_is_refused_with_the_remedy(people):
    terrain = flat(10)
    with pytest.raises(BadInput, match=f"'Long' is a line of {people} people.*30 at most.*several teams"):
        problem(
            terrain,
            hills(terrain.grid, (250, 250, 100)),
            teams=(Team(id="Long", kind=TeamKind.LINE, people=people),),
            base_m=(100, 100),
        )


def test_the_longest_lines_stay_within_the_stated_memory():
    """Their footprint is wide: without a limit these tasks reach over some 20 million cells."""
    terrain = flat(500, cell_m=20.0)
    teams = tuple(Team(id=f"Line {n}", kind=TeamKind.LINE, people=n) for n in (27, 28, 29, 30))
    where = hills(terrain.grid, (5000, 5000, 1500))
    ready = prepared(problem(terrain, where, teams=teams, base_m=(5000, 5000)), lambda _share, _words: None)
    assert 0 < len(ready.offers.cell) <= MOST_HITS
    assert set(ready.offers.skill.tolist()) == {0, 1, 2, 3}


def test_no_task_says_it_finds_more_than_its_segment_holds(pairs):
    _, plan = pairs
    for a in plan.assignments:
        said = re.match(rf"{a.segment} holds ([\d.]+)% of all probability: ([\d.]+)% to be found there", a.why)
        assert said is not None, a.why
        held, inside = map(float, said.groups())
        around = re.search(r"([\d.]+)% around it", a.why)
        assert inside <= held + 0.05
        assert inside + (float(around[1]) if around else 0.0) == pytest.approx(100 * a.pos, abs=0.16)
        assert a.why.count(".") - len(re.findall(r"\d\.\d", a.why)) == 1  # one sentence


def test_pod_is_the_mean_over_the_segment_as_in_a_debrief():
    terrain = ground()
    asked = problem(terrain, hills(terrain.grid, (900, 900, 300)), teams=TEAMS[:2])
    plan = make_plan(asked, seed=0)
    skills, index = skills_of(terrain, asked.teams)
    of_team = {t.id: skills[i] for t, i in zip(asked.teams, index, strict=True)}
    for a in plan.assignments:
        skill, segment = of_team[a.team], next(s for s in plan.segments if s.id == a.segment)
        width = skill.width(night=False)
        own = track_coverage(terrain.grid, np.array(a.route_m), sweep_width_m=width, abreast=skill.abreast)
        inside = segment_labels(terrain.grid, [segment]) >= 0
        assert a.pod == pytest.approx(float(pod_uncertain_width(own[inside]).mean()), abs=0.01)


def test_a_reason_names_every_earlier_team_once(pairs):
    _, plan = pairs
    for a in plan.assignments:
        names = re.search(r" after (.*), \d+ min", a.why)
        if names:
            listed = names[1].split(", ")
            assert len(set(listed)) == len(listed)
    told = reason(replace(plan.assignments[0], pos=0.02), held=0.1, inside=0.02, others=("Drone 1", "Drone 2"))
    assert "after Drone 1, Drone 2, " in told
    assert "around" not in told


def test_the_curve_has_every_full_hour_and_the_end(pairs):
    asked, plan = pairs
    short = make_plan(replace(asked, duration_s=2.5 * 3600, teams=PAIRS[:1], bases_m=asked.bases_m[:1]))
    for made, marks in ((plan, (3600, 7200, 10_800, 12_600)), (short, (3600, 7200, 9000))):
        times = [t for t, _, _ in made.curve]
        assert times == sorted(set(times))
        assert set(marks) <= set(times)


def test_no_team_is_sent_for_next_to_nothing_and_those_in_reserve_are_named():
    """A little heap, a long day: when it is searched, teams stay in reserve and the plan says so."""
    terrain = flat(30)
    asked = problem(terrain, hills(terrain.grid, (700, 700, 60)), hours=8.0)
    plan = make_plan(asked, seed=0)
    assert all(a.pos >= 0.99e-3 * float(asked.belief.poa.sum()) for a in plan.assignments)
    reserve = [words for words in plan.why if words.startswith("In reserve at the end")]
    busy = {a.team: a.back_s for a in plan.assignments}
    early = {team for team, back in busy.items() if back < asked.duration_s - 1800}
    assert early
    assert all(team in reserve[0] for team in early)


def test_the_plan_says_when_it_gets_dark_and_that_all_start_from_one_place(pairs):
    asked, plan = pairs
    assert any("dark from 2.0 h to 3.5 h" in words and "lines" in words for words in plan.why)
    assert any("All teams start from the same place" in words for words in plan.why)
    day = make_plan(replace(asked, light_changes_s=(), teams=PAIRS[:1], bases_m=asked.bases_m[:1]))
    assert not any("dark" in words or "All teams" in words for words in day.why)
