"""Rehearsals: found as often, and as soon, as the plan says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from homeward.belief.ahead import Movers
from homeward.belief.records import Part, mixture
from homeward.detect import pod_uncertain_width, track_coverage
from homeward.errors import BadInput
from homeward.mission.nouns import Team, TeamKind
from homeward.search import PlanProblem, SearchPlan, make_plan, rehearse, replay_at
from homeward.search.plan.skills import skills_of
from homeward.search.rehearse import compared
from tests.search.ground import SOUTH, TEAMS, WEST, flat, hills, problem

SUBJECTS = 20_000


@pytest.fixture(scope="module")
def played() -> tuple[PlanProblem, SearchPlan]:
    terrain = flat()
    asked = problem(terrain, hills(terrain.grid, (900, 900, 300)), teams=TEAMS[:2])
    return asked, make_plan(asked, seed=0)


def test_subjects_are_found_as_often_and_as_soon_as_the_curve_says(played):
    asked, plan = played
    times = [t for t, _, _ in plan.curve]
    stated = np.array([v for _, v, _ in plan.curve])
    found, error = rehearse(asked, plan, subjects=SUBJECTS, seed=7).found_by(times)
    assert plan.value > 0.2
    assert (np.abs(found - stated) <= 4 * error + 2e-3).all()  # paths are cut at other times: two thousandths
    assert (np.diff(found) >= 0).all()
    assert error[-1] == pytest.approx(np.sqrt(found[-1] * (1 - found[-1]) / SUBJECTS))


def test_every_assignment_finds_the_share_that_the_plan_gives_it(played):
    asked, plan = played
    result = rehearse(asked, plan, subjects=SUBJECTS, seed=3)
    shares = result.shares(len(plan.assignments))
    assert shares == pytest.approx([a.pos for a in plan.assignments], abs=0.015)  # those who search at once share
    assert shares.sum() == pytest.approx(result.found_by([plan.duration_s])[0][0])
    for n, a in enumerate(plan.assignments):
        at = result.at_s[result.by == n]
        assert ((at >= a.begins_s - 60) & (at <= a.ends_s + 60)).all()


def test_the_same_seed_gives_the_same_histories_and_more_subjects_go_on_from_there(played):
    asked, plan = played
    short, long = (rehearse(asked, plan, subjects=n, seed=5) for n in (1000, 2500))
    again, other = rehearse(asked, plan, subjects=1000, seed=5), rehearse(asked, plan, subjects=1000, seed=6)
    assert (short.at_s == again.at_s).all()
    assert (short.at_s == long.at_s[:1000]).all()
    assert not (short.at_s == other.at_s).all()


def test_subjects_off_the_map_are_never_found(played):
    asked, plan = played
    result = rehearse(asked, plan, subjects=5000, seed=1)
    assert np.mean(~result.on_map) == pytest.approx(asked.belief.outside, abs=0.015)
    assert np.isinf(result.at_s[~result.on_map]).all()


def test_times_to_find_are_those_of_the_share_found(played):
    asked, plan = played
    result = rehearse(asked, plan, subjects=2000, seed=1)
    tenth = result.found_in(0.1)
    assert tenth is not None
    assert result.found_by([tenth])[0][0] == pytest.approx(0.1, abs=1e-9)
    assert result.found_in(0.99) is None


def test_two_more_teams_are_never_worse(played):
    asked, plan = played
    more = (*asked.teams, *(Team(id=f"Extra {n}", kind=TeamKind.DOG) for n in (1, 2)))
    larger = replace(asked, teams=more, bases_m=(asked.bases_m[0],) * len(more))
    first, other = (rehearse(a, p, subjects=5000, seed=2) for a, p in ((asked, plan), (larger, make_plan(larger))))
    gain = compared(first, other)
    assert gain.found > 3 * gain.found_error
    assert gain.soonest > 3 * gain.soonest_error
    assert gain.found_error < np.hypot(*(r.found_by([plan.duration_s])[1][0] for r in (first, other)))  # same subjects
    assert compared(first, first).found == compared(first, first).found_error == 0


def test_finds_alive_follow_the_survival_of_their_scenario():
    """One scenario dies within the first minutes, the other lives: only the other is found alive."""
    terrain = flat()
    west, east = (hills(terrain.grid, (x, 900, 200), outside=0.0).poa / 2 for x in (600, 1400))
    where = mixture(
        terrain.grid,
        (Part(scenario="w", label="w", poa=west, outside=0.0), Part(scenario="e", label="e", poa=east, outside=0.0)),
    )
    asked = replace(
        problem(terrain, where, teams=TEAMS[:3]),
        alive=(((0.0, 0.0), (7200.0, 0.0)), ((0.0, 1.0), (7200.0, 0.5))),
    )
    plan = make_plan(asked, seed=0)
    result = rehearse(asked, plan, subjects=SUBJECTS, seed=4)
    alive, error = result.found_by([plan.duration_s], alive=True)
    assert plan.alive_value is not None
    assert alive[0] == pytest.approx(plan.alive_value, abs=4 * error[0] + 5e-3)
    assert 0 < alive[0] < result.found_by([plan.duration_s])[0][0]


def test_a_subject_who_walks_away_from_the_teams_is_missed_and_one_who_walks_to_them_is_found(played):
    """All probability moves: to where the first team searches, or out of the map."""
    asked, plan = played
    grid, a = asked.terrain.grid, plan.assignments[0]
    x, y = a.route_m[len(a.route_m) // 2]
    row, col = grid.cell_of(x, y)
    marks = (0.0, a.begins_s, asked.duration_s)
    start = np.flatnonzero(asked.belief.poa.ravel() > 0)[:500].astype(np.int32)
    there = np.full(500, row * grid.n_cols + col, dtype=np.int32)
    for goal, least, most in ((there, 0.3, 1.0), (np.full(500, -1, dtype=np.int32), 0.0, 0.0)):
        weight = np.full(500, (1 - asked.belief.outside) / 500)
        cell = np.stack([start, goal, goal])
        walking = Movers(marks_s=marks, cell=cell, weight=weight, responsive=np.ones(500, dtype=np.bool_))
        none_stays = np.zeros((1, *grid.shape), dtype=np.float32)
        moving = replace(asked, movers=replace(walking, stays=none_stays))
        found = rehearse(moving, plan, subjects=2000, seed=0).found_by([plan.duration_s])[0][0]
        assert least <= found <= most


def test_numbers_that_cannot_be_are_refused(played):
    asked, plan = played
    with pytest.raises(BadInput, match="0 subjects"):
        rehearse(asked, plan, subjects=0)
    with pytest.raises(BadInput, match="seed of -1"):
        rehearse(asked, plan, seed=-1)


def test_a_rehearsal_that_is_broken_off_keeps_what_was_done(played):
    asked, plan = played

    def stop(share: float, _words: str) -> None:
        if share > 0.7:
            raise KeyboardInterrupt

    result = rehearse(asked, plan, subjects=5000, seed=1, progress=stop)
    assert result.stopped
    assert result.subjects == 3000
    assert (result.at_s == rehearse(asked, plan, subjects=3000, seed=1).at_s).all()


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
    (outcome,) = replay_at(asked, plan, [(float(x[col]), float(y[row]))], seeds=[0])
    assert outcome.chance == pytest.approx(found[row, col], abs=0.01)


def test_seeds_find_as_often_as_the_chance_says(played):
    asked, plan = played
    a = plan.assignments[0]
    place = a.route_m[len(a.route_m) // 2]
    outcomes = replay_at(asked, plan, [place] * 400, seeds=range(400))
    share = np.mean([o.found for o in outcomes])
    assert share == pytest.approx(outcomes[0].chance, abs=0.09)  # 3.5 sd of 400 tries
    tasks = {a.number: a for a in plan.assignments}
    for o in outcomes:
        if o.found:
            assert o.team == tasks[o.assignment].team
            assert tasks[o.assignment].begins_s - 60 <= o.at_s <= tasks[o.assignment].ends_s + 60
        else:
            assert (o.at_s, o.team, o.assignment) == (None, None, None)


def test_a_subject_where_nobody_goes_is_never_found(played):
    asked, plan = played
    (outcome,) = replay_at(asked, plan, [(WEST + 1990, SOUTH + 1990)], seeds=[0])
    assert not outcome.found
    assert outcome.chance < 1e-6


def test_a_subject_off_the_map_is_refused(played):
    asked, plan = played
    with pytest.raises(BadInput, match="outside the map"):
        replay_at(asked, plan, [(0.0, 0.0)], seeds=[0])
