"""Of plans of cover that do equally well the one with short ways; teams left over; numbers in the user's unit."""

from __future__ import annotations

import itertools
import shutil

import numpy as np
import pytest

from homeward import desk
from homeward.terrain import travel_time_s
from tests.desk.readiness.cover_ground import NOW, make_mission, warn, with_targets
from tests.desk.readiness.test_cover import stored, xy


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOMEWARD_NOW", NOW.isoformat())
        return with_targets(make_mission(tmp_path_factory.mktemp("ties")))


@pytest.fixture
def mission(made, tmp_path):
    return shutil.copy(made, tmp_path / "own.mission")


def test_of_plans_that_do_equally_well_the_one_with_short_ways_is_taken_and_stays(mission):
    """Everything is within 10 h of everywhere: the value says nothing, the ways decide."""
    desk.cover(mission, view="expected", busy=0.3, radius="10 h", teams=["3"], days=["1 d", "2 d"])
    plan, _, terrain = stored(mission)
    first, second = plan["slices"]
    assert first["posts"] == [{**p, "there_s": f["there_s"], "moved": f["moved"]} for p, f in
                              zip(second["posts"], first["posts"], strict=True)]  # fmt: skip
    grid = terrain.grid
    way_s = np.array(
        [
            [travel_time_s(terrain, [xy(grid, s)])[grid.cell_of(*xy(grid, t))] for s in plan["spots"]]
            for t in plan["targets"]
        ]
    )
    weight, free = np.array([t["value"] for t in plan["targets"]]), 0.7 * 0.3 ** np.arange(3)
    sums = {
        some: weight @ np.sort(way_s[:, some], axis=1) @ free
        for some in itertools.combinations_with_replacement(range(len(plan["spots"])), 3)
    }
    ids = [s["id"] for s in plan["spots"]]
    mine = tuple(sorted(ids.index(p["at"]) for p in first["posts"]))
    assert sums[mine[0], mine[1], mine[2]] <= 1.05 * min(sums.values())
    again = desk.cover(mission, view="expected", busy=0.3, radius="10 h", teams=["3"], days=["1 d", "2 d"])
    assert "Nothing has changed." in again.text


@pytest.mark.parametrize("view", ["covering", "fewest"])
def test_teams_that_are_not_needed_are_offered_where_they_shorten_the_ways(mission, view):
    said = desk.cover(mission, view=view, radius="10 h")
    row = stored(mission)[0]["slices"][0]
    assert sum(p["does"] == "wait" for p in row["posts"]) == 1
    assert len(row["offers"]) == 2
    assert row["offered_mean_s"] < row["mean_s"]
    assert "ONE AT A TIME" in said.text
    assert "They shorten the ways most here: " in said.text


def test_where_warnings_weigh_all_numbers_are_in_the_unit_of_the_user(mission):
    warn(mission, "W1", said_d=1, quantiles_d={0.1: 1.2, 0.5: 2, 0.9: 3}, targets=("School",))
    said = desk.cover(mission, days=["1 d", "2 d"])
    row = stored(mission)[0]["slices"][0]
    weight = row["weights"][row["worst"]["target"]]
    assert row["price"]["now"] == pytest.approx(row["worst"]["loss"])
    assert row["price"]["one_less"] == pytest.approx(row["one_less"] / weight)
    assert f"reckoned as at {row['worst']['target']}" in said.text
    assert "WARNED, hit from now on, all days together: School " in said.text
    assert "The days change nothing" in said.text
    assert row["by"]["School"] == pytest.approx(row["chance"]["School"])
    last = stored(mission)[0]["slices"][-1]
    assert last["by"]["School"] == pytest.approx(row["chance"]["School"] + last["chance"]["School"])
    covering = desk.cover(mission, view="covering", radius="10 h").text
    assert "30 of 30 of the value (100 % of what can be reached, weighed by how likely)" in covering
    tempting = desk.cover(mission, view="deterrence", teams=["1"])
    worst = stored(mission)[0]["slices"][0]
    share = worst["coverage"][worst["worst"]["target"]]
    dearest = max(next(t for t in tempting.data["targets"] if t["id"] == worst["worst"]["target"])["ways"].values())
    assert worst["worst"]["loss"] == pytest.approx((1 - share) * dearest)
