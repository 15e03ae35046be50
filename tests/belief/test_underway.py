"""A subject who may still be on its way: the map at its hour, and evidence of earlier hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from homeward.belief import MapProblem, SearchDone, make_map
from homeward.belief.records import Belief, Case
from homeward.geo import Floats
from homeward.terrain.ground import LineKind, Terrain
from tests.belief.sample import GRID, IPP, away_m, flat, hiker, point, straight

SEEN = datetime(2026, 7, 1, 8, tzinfo=UTC)
Y = GRID.centers_m()[1][:, None] * np.ones(GRID.shape)


def ground() -> Terrain:
    return flat(straight(LineKind.TRAIL, north_m=0.0), straight(LineKind.TRAIL, east_m=0.0))


def gone(hours: float, **more: object) -> MapProblem:
    return replace(hiker(terrain=ground(), hours_gone=hours, seen_at=SEEN), **more)  # type: ignore[arg-type]


def mean_m(poa: Floats) -> float:
    return float((poa * away_m()).sum() / poa.sum())


def causes(belief: Belief) -> list[str]:
    return [line.cause for line in belief.story]


def test_the_map_grows_with_the_hours_until_it_is_that_of_the_published_figures():
    ends = make_map(hiker(terrain=ground())).poa
    maps = [make_map(gone(h)).poa for h in (0.5, 2.0, 6.0)]
    assert mean_m(maps[0]) < mean_m(maps[1]) < mean_m(maps[2])
    far = away_m() > 3000  # nobody walks 3 km in half an hour
    assert maps[0][far].sum() == pytest.approx(0.02 * ends[far].sum(), abs=0.01)
    late = make_map(gone(40.0)).poa
    assert 0.5 * np.abs(late - ends).sum() < 0.03


def test_every_map_is_whole_and_the_same_each_time():
    one, two = make_map(gone(3.0)), make_map(gone(3.0))
    assert np.array_equal(one.poa, two.poa)
    assert one.poa.sum() + one.outside == pytest.approx(1)
    assert any("simulated walks" in line.why for line in one.story)
    assert not np.array_equal(one.poa, make_map(gone(3.0, seed=1)).poa)


def test_who_cannot_walk_is_not_walked():
    still = Case(scenario="S1", label="injured", weight=1.0, mobile=False)
    assert not any("simulated" in line.why for line in make_map(gone(2.0, cases=(still,))).story)
    assert not any("simulated" in line.why for line in make_map(gone(2.0, category="vehicle")).story)


def test_a_search_hours_ago_says_less_of_where_it_was_and_something_of_where_they_went():
    pod = np.where(away_m() < 1500, 0.8, 0.0)
    done = [
        SearchDone(pod=pod, cause="task 101", at=at)
        for at in (SEEN + timedelta(hours=1), SEEN + timedelta(hours=4), None)
    ]
    before = make_map(gone(4.0))
    early, now, untimed = (make_map(gone(4.0, searches=(d,))) for d in done)
    near, beyond = away_m() < 1500, away_m() > 2500
    assert now.poa[near].sum() < 0.5 * before.poa[near].sum()
    assert untimed.poa == pytest.approx(make_map(gone(4.0, searches=(replace(done[2], cause="task 101"),))).poa)
    assert early.poa[near].sum() != pytest.approx(now.poa[near].sum(), rel=0.01)
    gain = [float((m.poa[beyond].sum()) / before.poa[beyond].sum()) for m in (early, now)]
    assert gain[0] < gain[1]  # the first search had a chance to see those who are beyond by now


def test_a_clue_of_an_earlier_hour_is_carried_along_the_walks():
    seen = point("C1", 0.0, 1500.0, error_m=100.0, at=SEEN + timedelta(hours=1))
    before, after = make_map(gone(4.0)), make_map(gone(4.0, clues=(seen,)))
    frozen = make_map(gone(4.0, clues=(replace(seen, at=SEEN + timedelta(hours=4)),)))
    north = [float((m.poa * (Y - IPP[1])).sum() / m.poa.sum()) for m in (before, after, frozen)]
    assert north[1] > north[0] + 200
    hut = away_m(at=(IPP[0], IPP[1] + 1500))
    assert (after.poa * hut).sum() / after.poa.sum() > (frozen.poa * hut).sum() / frozen.poa.sum()
    assert any("simulated paths" in line.why for line in after.story)


def test_scenarios_are_each_walked_with_their_own_start():
    cases = (
        Case(scenario="S1", label="on the way", weight=0.6),
        Case(scenario="S2", label="injured", weight=0.3, mobile=False),
        Case(scenario="S3", label="gone by bus", weight=0.1, left_area=True),
    )
    ours = make_map(gone(2.0, cases=cases, searches=(SearchDone(pod=np.full(GRID.shape, 0.1), cause="101", at=SEEN),)))
    assert [part.weight for part in ours.parts][2] > 0.1
    assert ours.poa.sum() + ours.outside == pytest.approx(1)
    assert sum("simulated walks" in line.why for line in ours.story) == 1
