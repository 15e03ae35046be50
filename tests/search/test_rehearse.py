"""Rehearsals: found as often, and as soon, as the plan says."""

from __future__ import annotations

import numpy as np
import pytest

from homeward.detect import pod_uncertain_width, track_coverage
from homeward.errors import BadInput
from homeward.search import make_plan, replay_against
from homeward.search.plan.skills import skills_of
from tests.search.ground import SOUTH, TEAMS, WEST, flat, hills, problem


@pytest.fixture(scope="module")
def played():
    terrain = flat()
    asked = problem(terrain, hills(terrain.grid, (900, 900, 300)), teams=TEAMS[:2])
    return asked, make_plan(asked, seed=0)


def test_the_chance_of_being_found_is_the_pod_of_the_coverage_there(played):
    asked, plan = played
    skills, index = skills_of(asked.terrain, asked.teams)
    of_team = {t.id: skills[i] for t, i in zip(asked.teams, index, strict=True)}
    total = {skill.kind: np.zeros(asked.terrain.grid.shape) for skill in skills}
    for a in plan.assignments:
        skill = of_team[a.team]
        width = skill.width(night=False)
        total[skill.kind] += track_coverage(
            asked.terrain.grid, np.array(a.route_m), sweep_width_m=width, abreast=skill.abreast
        )
    found = 1 - np.prod([1 - pod_uncertain_width(coverage) for coverage in total.values()], axis=0)
    row, col = np.unravel_index(int(np.argmax(found)), found.shape)
    x, y = asked.terrain.grid.centers_m()
    outcome = replay_against(asked, plan, (float(x[col]), float(y[row])), seed=0)
    assert outcome.chance == pytest.approx(found[row, col], abs=0.01)


def test_seeds_find_as_often_as_the_chance_says(played):
    asked, plan = played
    a = plan.assignments[0]
    place = a.route_m[len(a.route_m) // 2]
    outcomes = [replay_against(asked, plan, place, seed=s) for s in range(60)]
    share = np.mean([o.found for o in outcomes])
    assert share == pytest.approx(outcomes[0].chance, abs=0.23)  # 3.5 sd of 60 tries
    tasks = {a.number: a for a in plan.assignments}
    for o in outcomes:
        if o.found:
            assert o.team == tasks[o.assignment].team
            assert tasks[o.assignment].begins_s <= o.at_s <= tasks[o.assignment].ends_s
        else:
            assert (o.at_s, o.team, o.assignment) == (None, None, None)


def test_a_subject_where_nobody_goes_is_never_found(played):
    asked, plan = played
    outcome = replay_against(asked, plan, (WEST + 1990, SOUTH + 1990), seed=0)
    assert not outcome.found
    assert outcome.chance < 1e-6


def test_a_subject_off_the_map_is_refused(played):
    asked, plan = played
    with pytest.raises(BadInput, match="outside the map"):
        replay_against(asked, plan, (0.0, 0.0), seed=0)
