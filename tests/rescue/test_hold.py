"""Leave now or hold: costs worked by hand, and laws."""

from __future__ import annotations

from math import exp

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.errors import BadInput
from homeward.rescue.carry import Spread
from homeward.rescue.hold import HoldProblem, leave_or_hold


def problem(**changed: object) -> HoldProblem:
    """Six people, an hour of way, its middle third dangerous; the threat is there 30 to 150 minutes from now."""
    given_: dict[str, object] = {
        "people": 6,
        "way_s": np.array([1200.0, 1200.0, 1200.0]),
        "way_hits_per_s": np.array([0.0, 1e-4, 0.0]),
        "here_hits_per_s": 1e-6,
        "begins": Spread(median=1800.0),
        "lasts": Spread(median=7200.0),
        "delays_s": np.array([0.0, 600.0, 3600.0, 9000.0]),
    }
    return HoldProblem(**{**given_, **changed})  # type: ignore[arg-type]


def test_costs_worked_by_hand():
    told = leave_or_hold(problem())
    now, ten, hour, after = told.departures
    # Now: in the dangerous third from 20 to 40 min, the threat is on from 30: 10 min of it.
    assert now.hits == pytest.approx(6 * 1e-4 * 600)
    assert ten.hits == pytest.approx(6 * 1e-4 * 1200)
    # In an hour: half an hour of threat where it holds, then the whole dangerous third.
    assert hour.hits_here == pytest.approx(6 * 1e-6 * 1800)
    assert hour.hits_way == pytest.approx(6 * 1e-4 * 1200)
    # At 150 min the threat is over: all of it was waited for.
    assert after.hits == pytest.approx(6 * 1e-6 * 7200)
    assert after.p_unhurt == pytest.approx(exp(-6 * 1e-6 * 7200))
    assert (told.best, told.leave) == (after, False)
    assert told.why[-1] == "Hold, and leave in 2 h 30: nobody hurt with 96%, leaving now 70%."


def test_a_casualty_who_cannot_wait_makes_it_leave():
    told = leave_or_hold(problem(death_per_s=3e-4))
    assert told.leave
    assert told.best.p_alive == pytest.approx(exp(-3e-4 * 3600))
    assert told.best.p_all == pytest.approx(told.best.p_unhurt * told.best.p_alive)
    assert told.why[-1].startswith("Leave now: nobody hurt and the casualty alive with 24%, holding")


def test_a_danger_that_is_always_there_is_no_reason_to_wait():
    told = leave_or_hold(problem(way_hits_per_s=0.0, base_hits_per_s=np.array([0.0, 1e-5, 0.0])))
    assert told.leave
    assert {round(d.hits_way, 9) for d in told.departures} == {round(6 * 1e-5 * 1200, 9)}


def test_where_nothing_threatens_it_leaves_at_once():
    told = leave_or_hold(problem(way_hits_per_s=0.0, here_hits_per_s=0.0))
    assert told.leave
    assert told.best.p_all == 1
    assert told.why == (
        "It threatens neither this place nor the way.",
        "Leave now: nobody hurt with 100%, holding 100%.",
    )


def test_an_uncertain_threat_agrees_with_a_simulation():
    told = leave_or_hold(
        problem(
            begins=Spread(median=1800.0, sd_log=0.6),
            lasts=Spread(median=7200.0, sd_log=0.4),
            way_spread=0.35,
            death_per_s=2e-5,
        )
    )
    rng = np.random.default_rng(2)
    n = 200_000
    on = 1800 * np.exp(0.6 * rng.normal(size=n))
    off = on + 7200 * np.exp(0.4 * rng.normal(size=n))
    pace = np.exp(0.35 * rng.normal(size=n))
    for d in told.departures:
        enters, leaves = d.delay_s + 1200 * pace, d.delay_s + 2400 * pace
        way = 6 * 1e-4 * np.maximum(np.minimum(leaves, off) - np.maximum(enters, on), 0)
        here = 6 * 1e-6 * np.maximum(np.minimum(d.delay_s, off) - on, 0)
        alive = np.exp(-2e-5 * (d.delay_s + 3600 * pace))
        assert d.hits == pytest.approx(float((way + here).mean()), rel=0.03, abs=1e-4)
        assert d.p_all == pytest.approx(float((np.exp(-way - here) * alive).mean()), abs=0.005)
        assert d.p_clear == pytest.approx(float((on >= d.delay_s + 3600 * pace).mean()), abs=0.02)


@given(st.floats(0, 1e-3), st.floats(0, 1e-4), st.floats(0, 1e-4), st.integers(1, 20))
def test_the_best_is_no_worse_than_leaving_now_or_staying_to_the_end(
    way: float, here: float, death: float, people: int
):
    told = leave_or_hold(
        problem(way_hits_per_s=np.array([0.0, way, 0.0]), here_hits_per_s=here, death_per_s=death, people=people)
    )
    assert told.best.p_all >= max(d.p_all for d in told.departures) - 1e-6
    assert all(0 <= d.p_all <= min(d.p_unhurt, d.p_alive) + 1e-12 for d in told.departures)


def test_departures_are_laid_till_the_threat_is_over():
    told = leave_or_hold(problem(delays_s=None))
    assert told.departures[0].delay_s == 0
    assert told.departures[-1].delay_s >= 9000
    assert told.best.hits == min(d.hits for d in told.departures)


def test_nobody_leaves_before_the_litter_is_ready():
    told = leave_or_hold(problem(ready_s=1500.0))
    assert [d.delay_s for d in told.departures] == [1500.0, 3600.0, 9000.0]
    laid = leave_or_hold(problem(delays_s=None, ready_s=1500.0, way_hits_per_s=0.0, here_hits_per_s=0.0))
    assert laid.departures[0].delay_s == 1500
    assert laid.leave
    assert laid.why[-1].startswith("Leave as soon as can be (in 25 min)")


@pytest.mark.parametrize(
    "changed",
    [{"people": 0}, {"way_s": np.array([-1.0, 2.0, 3.0])}, {"here_hits_per_s": -1.0}, {"delays_s": np.array([-5.0])}],
)
def test_what_cannot_be_is_refused(changed: dict[str, object]):
    with pytest.raises(BadInput):
        leave_or_hold(problem(**changed))
