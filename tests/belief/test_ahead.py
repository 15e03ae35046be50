"""Who is still on its way in the hours of a plan."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from homeward.belief import MapProblem, make_map
from homeward.belief.ahead import Movers, movers, resting, resting_parts
from homeward.belief.motion import mobility
from homeward.belief.records import Belief, Case
from tests.belief.sample import GRID, away_m
from tests.belief.test_underway import gone

HOURS_S = 2 * 3600.0


def ahead(problem: MapProblem, belief: Belief | None = None, **more: Any) -> Movers | None:
    given = {"starts_h": problem.hours_gone or 0.0, "duration_s": HOURS_S, **more}
    return movers(problem, belief or make_map(problem), **given)


def some(problem: MapProblem, **more: Any) -> Movers:
    made = ahead(problem, **more)
    assert made is not None
    return made


def test_as_many_move_as_the_published_mobility_hours_say():
    for hours in (1.0, 3.0, 6.0):
        problem = gone(hours)
        law = mobility(problem.category, ecoregion=problem.ecoregion).still_moving(hours)
        on_map = float(make_map(problem).poa.sum())
        assert some(problem).share == pytest.approx(law * on_map, rel=0.02)


def test_what_rests_and_who_moves_are_the_map():
    problem = gone(3.0)
    belief = make_map(problem)
    made = some(problem)
    still = resting(belief, made)
    assert still.sum() + made.share == pytest.approx(belief.poa.sum(), abs=1e-6)
    assert (still >= 0).all()
    assert (still <= belief.poa).all()
    near = away_m() < 2000
    on = np.bincount(made.cell[0], weights=made.weight, minlength=belief.poa.size).reshape(GRID.shape)
    assert (still + on)[near].sum() == pytest.approx(belief.poa[near].sum(), abs=0.02)


def test_they_go_on_from_where_the_map_has_them():
    made = some(gone(2.0))
    away = away_m().ravel()

    def mean_m(mark: int) -> float:
        on = made.cell[mark] >= 0
        return float(np.average(away[made.cell[mark][on]], weights=made.weight[on]))

    assert made.marks_s[0] == 0.0
    assert made.marks_s[-1] >= HOURS_S
    assert mean_m(-1) > mean_m(0) + 200
    assert (made.cell[0] >= 0).all()
    off = made.cell < 0
    assert (off[1:] >= off[:-1]).all()  # who has left does not come back


def test_a_plan_that_starts_later_knows_where_they_went_meanwhile():
    made = some(gone(2.0), starts_h=2.5)
    assert made.marks_s[:3] == (-1800.0, 0.0, 120.0)
    now = some(gone(2.0))
    assert np.array_equal(made.cell[0], now.cell[0])
    assert (made.cell[1] != made.cell[0]).mean() > 0.5
    early = some(gone(2.0), starts_h=1.0)  # the map knows of nothing earlier
    assert early.marks_s == now.marks_s


def test_the_same_seed_gives_the_same_movers_and_another_one_others():
    problem, belief = gone(2.0), make_map(gone(2.0))
    one, same, other = (ahead(problem, belief, seed=s) for s in (4, 4, 5))
    assert one is not None
    assert same is not None
    assert other is not None
    assert np.array_equal(one.cell, same.cell)
    assert np.array_equal(one.weight, same.weight)
    assert one.cell.shape != other.cell.shape or not np.array_equal(one.cell, other.cell)


@pytest.mark.parametrize(
    "problem",
    [
        gone(2.0, category="vehicle"),
        gone(400.0),
        gone(2.0, terrain=None),
        gone(2.0, cases=(Case(scenario="hurt", label="hurt", weight=1.0, mobile=False),)),
        gone(2.0, cases=(Case(scenario="away", label="away", weight=1.0, left_area=True),)),
    ],
)
def test_where_nobody_moves_there_are_none(problem: MapProblem):
    belief = make_map(problem)
    assert ahead(problem, belief) is None
    assert np.array_equal(resting(belief, None), belief.poa)


def test_only_the_scenarios_move_in_which_the_subject_can():
    cases = (
        Case(scenario="lost", label="lost", weight=0.6),
        Case(scenario="hurt", label="hurt", weight=0.4, mobile=False),
    )
    problem = gone(2.0, cases=cases)
    belief = make_map(problem)
    made = ahead(problem, belief)
    assert made is not None
    assert made.part is not None
    assert (made.part == 0).all()
    lost, hurt = resting_parts(belief, made)
    assert np.allclose(hurt, belief.parts[1].poa)
    assert lost.sum() + made.share == pytest.approx(belief.parts[0].poa.sum(), abs=1e-6)


def test_movers_without_a_share_that_stays_are_taken_from_their_own_cells():
    belief = make_map(gone(400.0))
    peak = int(belief.poa.argmax())
    one = Movers(
        marks_s=(0.0,),
        cell=np.array([[peak]], dtype=np.int32),
        weight=np.array([belief.poa.max() / 2]),
        responsive=np.array([True]),
    )
    still = resting(belief, one)
    assert still.ravel()[peak] == pytest.approx(belief.poa.max() / 2)
    assert still.sum() + one.share == pytest.approx(belief.poa.sum())
    heavy = replace(one, weight=np.array([1.0]))
    assert resting(belief, heavy).min() == 0.0
