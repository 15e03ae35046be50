"""The kind `cover` through its files: what a user writes, what comes back, and what is said of slips."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from homeward import desk
from homeward.errors import BadFile

PAIRS = [[0.0, 4.0, 9.0], [4.0, 0.0, 5.0], [9.0, 5.0, 0.0]]
HOURS = [[0, 1, 2], [1, 0, 1], [2, 1, 0]]


def solve(folder: Path, seed: int = 0, **problem: Any) -> Mapping[str, Any]:
    file = folder / "p.json"
    file.write_text(json.dumps({"kind": "cover", **problem}))
    return dict(desk.solve(file, seed=seed).data)


def test_targets_come_back_by_their_names(tmp_path: Path) -> None:
    row = {"attacker_covered": -10, "attacker_uncovered": 30, "defender_covered": 5, "defender_uncovered": -20}
    found = solve(tmp_path, view="deterrence", teams=1, targets=[{"id": "mill", **row}, {"id": "school", **row}])
    assert found["coverage"] == {"mill": 0.5, "school": 0.5}
    assert (found["status"], found["value"], found["bound"]) == ("optimal", -7.5, -7.5)
    assert sorted(r["targets"][0] for r in found["rosters"]) == ["mill", "school"]
    assert found["drawn"] in ([["mill"]], [["school"]])


def test_the_seed_is_kept_and_draws_the_same_rosters(tmp_path: Path) -> None:
    asked = {"view": "rosters", "coverage": [0.5, 0.5, 0.5, 0.5], "teams": 2, "draws": 30}
    one, again, other = (solve(tmp_path, seed=s, **asked) for s in (4, 4, 5))
    assert one["drawn"] == again["drawn"] != other["drawn"]
    assert one["seed"] == 4
    assert one["rosters"] == [{"targets": [0, 2], "weight": 0.5}, {"targets": [1, 3], "weight": 0.5}]


def test_a_graph_is_read_as_the_library_files_are_meant(tmp_path: Path) -> None:
    """Of equal edges the last counts, whichever way round: 1-2 is 9 long here, not 1."""
    found = solve(tmp_path, view="median", teams=1, edges=[[1, 2, 1], [2, 3, 2], [2, 1, 9]])
    assert (found["value"], found["sites"]) == (11.0, [2])
    assert found["served_by"] == [2, 2, 2]
    zero = solve(tmp_path, view="center", teams=1, edges=[["a", "b", 0], ["b", "c", 3]], vertices=["c", "b", "a"])
    assert zero["value"] == 3.0


def test_places_tables_and_files_are_the_same_problem(tmp_path: Path) -> None:
    xy = [[0.0, 0.0], [3.0, 4.0], [6.0, 8.0]]
    table = [[0.0, 5.0, 10.0], [5.0, 0.0, 5.0], [10.0, 5.0, 0.0]]
    np.save(tmp_path / "d.npy", np.array(table))
    np.save(tmp_path / "w.npy", np.array([1.0, 1.0, 5.0]))
    ways = ({"distance": table}, {"demand_xy": xy}, {"demand_xy": xy, "site_xy": xy}, {"distance": "d.npy"})
    answers = [solve(tmp_path, view="median", teams=1, demand="w.npy", **way) for way in ways]
    assert {a["value"] for a in answers} == {15.0}
    assert all(a["sites"] == [2] for a in answers)
    assert set(answers[-1]["inputs_sha256"]) == {"d.npy", "w.npy"}


def test_who_stands_and_when_the_reserve_moves(tmp_path: Path) -> None:
    found = solve(
        tmp_path, view="reserve", values=[10, 9, 7], travel_h=HOURS, standing=1, reserve=1, target_ids=["a", "b", "c"]
    )
    assert (found["standing_at"], found["reserve_at"], found["value"]) == (["a"], ["b"], 1.75)
    last = found["answers"][-1]
    assert (last["target"], last["base"], last["hours"], last["loss"]) == ("c", "b", 1.0, 1.75)
    assert "homeward's own assumption" in found["why"][-1]
    said = solve(tmp_path, view="reserve", values=[10, 9, 7], travel_h=HOURS, standing=1, reserve=1, loss_per_h=0.25)
    assert not any("assumption" in why for why in said["why"])


def test_crews_guard_what_they_can(tmp_path: Path) -> None:
    found = solve(
        tmp_path,
        view="reserve",
        ways=["people", "records"],
        values=[[9, 0], [0, 5], [1, 1]],
        travel_h=HOURS,
        crews=[{"id": "medics", "can": ["people"], "standing": 1}, {"id": "clerks", "can": ["records"], "either": 1}],
    )
    assert {c["crew"]: c["at"] for c in found["crews_at"]} == {"medics": 0, "clerks": 1}
    assert found["worst_loss"] == 1.0


def test_as_days_pass_and_people_come_the_plan_changes(tmp_path: Path) -> None:
    slices = [
        {"id": "today", "factor": [1.0, 0.1, 0.1], "teams": 1},
        {"id": "tomorrow", "factor": [0.1, 0.1, 1.0], "teams": 2},
    ]
    found = solve(tmp_path, view="covering", demand=[1, 1, 1], distance=PAIRS, radius=4.5, teams=1, slices=slices)
    today, tomorrow = found["slices"]
    assert today["value"] == pytest.approx(1.1)
    assert tomorrow["value"] == pytest.approx(1.2)
    assert tomorrow["plan"]["sites"][-1] == 2
    assert tomorrow["moves"] == [{"start": None, "to": 2}]
    assert found["value"] == pytest.approx(2.3)


def test_a_field_of_another_view_is_left_aside_and_said_so(tmp_path: Path) -> None:
    found = solve(tmp_path, view="median", teams=1, distance=PAIRS, radius=3, busy=0.2)
    assert found["findings"] == [
        "radius means nothing with view median: it was left aside.",
        "busy means nothing with view median: it was left aside.",
    ]


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        ({"view": "median", "teams": 1, "distance": PAIRS, "before": [1]}, "before means nothing with view median"),
        ({"view": "center", "teams": 1, "distance": PAIRS, "per_site": 2}, "per_site means nothing with view center"),
        ({"view": "fewest", "teams": 1, "distance": PAIRS, "radius": 5}, "teams means nothing with view fewest"),
        ({"view": "commitment", "teams": 1, "leader": [[1]], "follower": [[1]]}, "teams means nothing with view comm"),
        ({"view": "reserve", "values": [1], "travel_h": [[1]], "teams": 1, "budget": 1}, "budget means nothing with"),
        ({"view": "median", "teams": 1, "distance": PAIRS, "vertices": [1]}, "vertices means nothing without edges"),
        ({"view": "median", "teams": 1, "distance": PAIRS, "site_xy": [[0, 0]]}, "site_xy means nothing without"),
        ({"view": "median", "teams": 1, "edges": [[1, 2, 3]], "site_ids": ["a"]}, "site_ids means nothing with edges"),
    ],
)
def test_a_field_that_means_nothing_there_is_said_to_be_left_aside(
    tmp_path: Path, problem: dict[str, Any], said: str
) -> None:
    findings = solve(tmp_path, **problem)["findings"]
    assert len(findings) == 1
    assert findings[0].startswith(said)


def test_the_attacker_comes_at_the_time_that_suits_him(tmp_path: Path) -> None:
    """At night he gets 10 and we lose 1, by day 1 and 50: he comes at night. With a guard there so
    often that he would as soon come by day: still at night, which is the best for us."""
    targets = [
        {
            "id": "night",
            "attacker_covered": 0,
            "attacker_uncovered": 10,
            "defender_covered": 0,
            "defender_uncovered": -1,
        },
        {"id": "day", "attacker_covered": 0, "attacker_uncovered": 1, "defender_covered": 0, "defender_uncovered": -50},
    ]
    times: list[dict[str, Any]] = [{"id": "x", "factor": [1, 0]}, {"id": "y", "factor": [0, 1]}]
    found = solve(tmp_path, view="deterrence", teams=0, targets=targets, slices=times)
    assert (found["value"], found["bound"], found["attacked"]) == (-1.0, -1.0, "night")
    assert found["why"][0].endswith("expects 10 at night in x; we then expect -1.")
    times[0]["teams"] = 1
    guarded = solve(tmp_path, view="deterrence", teams=0, targets=targets, slices=times)
    assert (guarded["value"], guarded["attacked"]) == (pytest.approx(-0.1), "night")


def test_the_factor_of_a_time_counts_once(tmp_path: Path) -> None:
    """Worked by hand: 10 and 10, as likely; 0.9 and 0.1 of it at stake: (9 + 1) / 2."""
    whole: dict[str, Any] = {
        "view": "reserve",
        "values": [10, 10],
        "travel_h": [[0, 4], [4, 0]],
        "standing": 0,
        "reserve": 0,
    }
    found = solve(tmp_path, **whole, slices=[{"id": "a", "factor": [0.9, 0.1]}])
    assert found["slices"][0]["plan"]["expected_loss"] == 5.0
    assert found["why"][0].startswith("a: There are no teams. The worst left is 9 at 0, 5 on average")


def test_a_team_more_where_any_number_may_be_at_one_site(tmp_path: Path) -> None:
    found = solve(tmp_path, view="expected", demand=[1], distance=[[1]], radius=1, busy=0.5, teams=1)
    assert (found["value"], found["one_more"], found["one_less"], found["prices_proven"]) == (0.5, 0.75, 0.0, True)


def test_the_crew_that_is_worth_having_is_named(tmp_path: Path) -> None:
    crews = [{"id": "clerks", "can": ["records"], "standing": 1}, {"id": "medics", "can": ["people"]}]
    way: dict[str, Any] = {"view": "reserve", "ways": ["people", "records"], "values": [[9, 2]], "travel_h": [[0]]}
    found = solve(tmp_path, **way, crews=crews)
    assert (found["value"], found["one_more"], found["one_more_crew"]) == (9.0, 0.0, "medics")
    assert "With one team more (medics) it would be 0, with one less 9." in found["why"]


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        ({"view": "rosters", "coverage": [0.5] * 4}, "2 rosters of 2 targets each."),
        ({"view": "rosters", "coverage": [0, 0]}, "No target is to be covered: there is nobody to send."),
        ({"view": "rosters", "coverage": [1.0]}, "1 roster of 1 target."),
        (
            {"view": "expected", "demand": [1], "distance": [[1]], "radius": 1, "busy": 0.5, "teams": 9},
            "9 teams, all at 0: 0.998047 of 1 is served on average; proven the best.",
        ),
        (
            {"view": "covering", "distance": PAIRS, "radius": 1, "teams": 0},
            "There are no teams: 0 of 3 is within reach; proven the best.",
        ),
        (
            {"view": "center", "distance": PAIRS, "teams": 2},
            "2 teams at 0 and 2: the longest way is 4; proven the best.",
        ),
    ],
)
def test_what_is_said_can_be_read_out(tmp_path: Path, problem: dict[str, Any], said: str) -> None:
    assert solve(tmp_path, **problem)["why"][0] == said


def test_what_nobody_can_reach_is_said(tmp_path: Path) -> None:
    table = [[1.0, None], [None, None]]
    found = solve(tmp_path, view="fewest", distance=table, radius=2, demand_ids=["mill", "school"])
    assert (found["status"], found["out_of_reach"]) == ("infeasible", ["school"])
    assert found["why"] == ["No site can serve 1 point (school). Leave them out, or add a site."]
    some = solve(tmp_path, view="covering", distance=table, radius=2, teams=1, demand_ids=["mill", "school"])
    assert (some["value"], some["out_of_reach"]) == (1.0, ["school"])
    alone = solve(tmp_path, view="reserve", values=[3], travel_h=[[None]], reserve=1)
    assert "Nobody who can guard it comes in time to 0." in alone["why"]


def test_four_lists_do_for_targets(tmp_path: Path) -> None:
    np.save(tmp_path / "u.npy", np.array([4.0, 2.0]))
    found = solve(
        tmp_path,
        view="deterrence",
        teams=1,
        attacker_uncovered="u.npy",
        attacker_covered=[0, 0],
        defender_covered=[0, 0],
        defender_uncovered=[-4, -2],
    )
    assert found["coverage"] == pytest.approx([2 / 3, 1 / 3])


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        ({"view": "covering"}, "none of distance, demand_xy and edges is given."),
        (
            {"view": "covering", "distance": PAIRS, "edges": [[1, 2, 3]]},
            "distance and edges are given together. Give one",
        ),
        ({"view": "covering", "distance": PAIRS, "teams": 1}, "radius is missing."),
        ({"view": "median", "distance": PAIRS}, "teams is missing."),
        ({"view": "median", "distance": [[1, 2], [3]], "teams": 1}, "distance has rows of different length."),
        (
            {"view": "median", "distance": "gone.npy", "teams": 1},
            "distance names 'gone.npy', and there is no such file",
        ),
        ({"view": "median", "distance": PAIRS, "demand": [1], "teams": 1}, "demand has 1 point, and there are 3."),
        ({"view": "median", "distance": PAIRS, "teams": 1, "site_ids": ["a", "a", "b"]}, "site_ids has 'a' twice."),
        ({"view": "median", "distance": PAIRS, "teams": 1, "keep": ["x"]}, "keep names 'x'"),
        ({"view": "median", "edges": [[1, 2]], "teams": 1}, "edges[0] is no edge."),
        ({"view": "median", "edges": [[1, 2, 3]], "vertices": [1], "teams": 1}, "edges names the vertex 2"),
        ({"view": "deterrence", "teams": 1}, "the payoffs are missing"),
        ({"view": "deterrence", "values": [1], "teams": 1, "schedules": [[0, 4]]}, "schedules[0] names 4"),
        ({"view": "rosters", "coverage": [0.9, 0.9], "teams": 1}, "coverage sums to 1.8, more than the 1 team."),
        (
            {"view": "reserve", "values": [1, 2], "travel_h": [[1]], "standing": 1},
            "travel_h has 1 column for 2 values.",
        ),
        ({"view": "reserve", "values": [1], "travel_h": [[1]]}, "standing and reserve are missing."),
        (
            {"view": "covering", "distance": PAIRS, "teams": 1, "radius": 1, "slices": [{"id": "a", "factor": [1, 2]}]},
            "factor in slices has 2 numbers for 3.",
        ),
        ({"view": "commitment", "leader": [[1]]}, "leader or follower is missing."),
    ],
)
def test_a_slip_is_one_sentence_that_names_the_field(tmp_path: Path, problem: dict[str, Any], said: str) -> None:
    with pytest.raises(BadFile) as refused:
        solve(tmp_path, **problem)
    assert str(refused.value).startswith(f"p.json: {said}")


def test_a_point_of_weight_0_is_not_said_to_be_within_reach(tmp_path: Path) -> None:
    asked: dict[str, Any] = {"view": "fewest", "distance": [[0, 5], [5, 0]], "radius": 1}
    found = solve(tmp_path, demand=[1, 0], **asked)
    assert (found["served_by"], found["left"]) == ([0, None], [])
    assert found["why"][0] == (
        "1 team at 0: every point of weight above 0 is within reach, 1 point of weight 0 is not (1); proven the best."
    )
    assert solve(tmp_path, demand=[1, 1], **asked)["why"][0].startswith("2 teams at 0 and 1: every point is within")
    far = solve(tmp_path, view="center", distance=[[0, 5], [5, 0]], demand=[1, 0], teams=1)
    assert far["why"][0] == "1 team at 0: the longest way to a point of weight above 0 is 0; proven the best."
