"""Cover at the desk: held against enumeration, its words, what nobody reaches, days, muster, what cannot be."""

from __future__ import annotations

import itertools
import json
import math
import shutil

import numpy as np
import pytest

from homeward import desk
from homeward.desk.book import opened
from homeward.desk.readiness.cover.covering import cover_plan
from homeward.errors import BadInput, NotYet, UnknownName
from homeward.geo import Place
from homeward.mission.readiness import Threat, ThreatLifted, ThreatWarned
from homeward.readiness.cover.records import LOSS_PER_H
from homeward.terrain import travel_time_s
from tests.desk.readiness.cover_ground import NOW, call, cell, make_mission, table_mountain, warn, with_targets

SITES = ("covering", "fewest", "median", "center", "expected")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOMEWARD_NOW", NOW.isoformat())
        return with_targets(make_mission(tmp_path_factory.mktemp("cover")))


@pytest.fixture
def mission(made, tmp_path):
    return shutil.copy(made, tmp_path / "own.mission")


def stored(path):
    with opened(path, read_only=True) as book:
        plan = cover_plan(book)
        made = book.mission.readiness.cover
        assert plan is not None
        assert made is not None
        return plan, made.event, book.terrain()


def xy(grid, one):
    return grid.to_m(Place(one["place"][1], one["place"][0]))


def enumerated(plan, terrain):
    """The least worst loss over every way to let each team stand at a target or wait at a spot; times anew."""
    grid = terrain.grid
    at = {t["id"]: grid.to_m(Place(t["place"][1], t["place"][0])) for t in plan["targets"]}
    fields = [travel_time_s(terrain, [grid.to_m(Place(s["place"][1], s["place"][0]))]) for s in plan["spots"]]
    hours = [{name: field[grid.cell_of(*xy)] / 3600 for name, xy in at.items()} for field in fields]
    items = [(t["id"], way, loss) for t in plan["targets"] for way, loss in t["ways"].items()]
    places = [*at, *range(len(hours))]
    best = math.inf
    for where in itertools.product(places, repeat=len(plan["teams"])):
        worst = 0.0
        for name, way, loss in items:
            able = [w for w, t in zip(where, plan["teams"], strict=True) if way in t["able"]]
            late = [0.0 if w == name else hours[w][name] for w in able if w == name or isinstance(w, int)]
            worst = max(worst, loss * min(1.0, LOSS_PER_H * min(late, default=math.inf)))
        best = min(best, worst)
    return best


def test_no_other_way_to_place_the_teams_loses_less(mission):
    said = desk.cover(mission)
    plan, event, terrain = stored(mission)
    assert event.value == pytest.approx(enumerated(plan, terrain), rel=1e-3)
    assert event.bound == pytest.approx(event.value)
    assert "(proven)" in said.text
    assert plan["slices"][0]["worst"]["loss"] == pytest.approx(event.value)
    assert event.made_from.version
    assert len(event.made_from.inputs_sha256) == 64


@pytest.mark.parametrize("teams", ["1", "2", "4"])
def test_so_too_for_a_number_of_teams(mission, teams):
    desk.cover(mission, teams=[teams])
    plan, event, terrain = stored(mission)
    assert len(plan["teams"]) == int(teams)
    assert event.value == pytest.approx(enumerated(plan, terrain), rel=1e-3)


def test_a_reserve_is_never_worse_than_all_standing_and_a_team_more_never_worse(mission):
    for n in ("1", "2", "3"):
        desk.cover(mission, teams=[n])
        row = stored(mission)[0]["slices"][0]
        assert row["value"] <= row["without_reserve"] + 1e-9
        assert row["one_more"] <= row["value"] + 1e-9
        assert row["one_less"] is None or row["one_less"] >= row["value"] - 1e-9


def test_the_price_of_a_team_more_is_what_the_next_plan_then_loses(mission):
    desk.cover(mission, teams=["2"])
    two = stored(mission)[0]["slices"][0]
    desk.cover(mission, teams=["3"])
    three = stored(mission)[0]["slices"][0]
    assert two["one_more"] == pytest.approx(three["value"])
    assert three["one_less"] == pytest.approx(two["value"])


def test_who_cannot_guard_people_does_not(mission):
    """Dog 1 has no medic, guard or leader: it answers for no people unless told that it can."""
    desk.cover(mission)
    plan = stored(mission)[0]
    assert next(t for t in plan["teams"] if t["id"] == "Dog 1")["able"] == ["at all", "places", "records"]
    answers = plan["slices"][0]["answers"]
    assert all(a["team"] != "Dog 1" for a in answers if a["way"] == "people")
    before = plan["slices"][0]["value"]
    said = desk.cover(mission, needs=["people=searcher,medic"])
    assert stored(mission)[0]["slices"][0]["value"] <= before
    assert "Our assumption: who can guard" not in said.text


def test_the_answer_says_who_is_where_and_when_the_reserve_moves(mission):
    text = desk.cover(mission).text
    plan = stored(mission)[0]
    assert text.startswith("COVER until Sun 22 Nov 12:00 EST: standing teams and a reserve. 3 teams, 4 targets.")
    for post in plan["slices"][0]["posts"]:
        assert post["team"] in text
    for words in (
        "RESERVE ",
        "moves as soon as one is hit",
        "WORST CASE LEFT",
        "PRICE",
        "one team more",
        "one team less",
    ):
        assert words in text
    assert "Our assumption: 25 % of a target's value is lost for each hour" in text
    assert "Our assumption: of Hasty 1 nobody is registered" in text
    assert desk.show_cover(mission).text == text


def test_a_way_of_the_reserve_through_a_hazard_is_said(mission):
    before = desk.cover(mission, reserve=3).data
    way = before["ways"][0]
    lon, lat = way["line"][len(way["line"]) // 2]
    desk.hazard(mission, "H1", kind="people", place=f"{lat}, {lon}", radius_m=300.0, label="armed man", hits_per_h=0.2)
    said = desk.cover(mission, reserve=3)
    ways = [w for w in said.data["ways"] if (w["from"], w["to"]) == (way["from"], way["to"])]
    assert [w["through"] for w in ways] == [["armed man"]]
    assert ", THROUGH armed man" in said.text


def test_as_many_stand_and_wait_as_asked(mission):
    for stand in (0, 1, 2, 3):
        desk.cover(mission, standing=stand)
        posts = stored(mission)[0]["slices"][0]["posts"]
        assert sum(p["does"] == "stand" for p in posts) <= stand
        assert sum(p["does"] == "wait" for p in posts) <= 3 - stand


def test_making_it_again_moves_nobody_and_says_so(mission):
    first = desk.cover(mission)
    assert "Since the plan" not in first.text
    again = desk.cover(mission)
    assert "Nothing has changed." in again.text
    assert again.data["slices"][0]["posts"] == first.data["slices"][0]["posts"]
    desk.target(mission, "Mill", value=30)
    desk.drop_target(mission, "School")
    assert "the targets are others" in desk.show_cover(mission).text
    third = desk.cover(mission).text
    assert "Mill is worth 30 instead of 4." in third
    assert "No longer a target: School." in third


def test_a_target_that_nobody_reaches_stays_in_the_plan_uncovered(tmp_path):
    terrain = table_mountain()
    path = make_mission(tmp_path, terrain, base=cell(terrain, 60, 60))
    desk.target(path, "Summit", place=cell(terrain, 30, 90), value=7)
    desk.target(path, "Hut", place=cell(terrain, 80, 30), value=5)
    said = desk.cover(path)
    assert (
        "NOT COVERED: Summit: nobody can reach it on foot from where teams are; all 7 is lost if it is hit."
        in said.text
    )
    plan, event, _ = stored(path)
    assert plan["uncovered"] == ["Summit"]
    assert event.value == event.bound == 7
    assert plan["slices"][0]["worst"]["target"] == "Summit"
    assert "Summit" not in [p["at"] for p in plan["slices"][0]["posts"]]
    for view in (*SITES, "deterrence"):
        said = desk.cover(path, view=view, busy=0.2 if view == "expected" else 0)
        assert "NOT COVERED: Summit" in said.text, view
    assert stored(path)[0]["slices"][0]["coverage"]["Summit"] == 0
    desk.drop_target(path, "Hut")
    for view in ("reserve", "median", "deterrence"):
        assert "NOT COVERED: Summit" in desk.cover(path, view=view).text


@pytest.mark.parametrize("view", SITES)
def test_where_teams_wait_is_the_best_of_all_sets_of_sites(mission, view):
    desk.cover(mission, view=view, radius="40 min", busy=0.3 if view == "expected" else 0.0)
    plan, event, terrain = stored(mission)
    grid = terrain.grid
    hours = np.array(
        [
            [travel_time_s(terrain, [xy(grid, s)])[grid.cell_of(*xy(grid, t))] for s in plan["spots"]]
            for t in plan["targets"]
        ]
    )
    weight = np.array([t["value"] for t in plan["targets"]])
    near = hours <= 40 * 60
    sites = range(len(plan["spots"]))
    if view == "fewest":
        best = next(
            n for n in range(1, 9) for some in itertools.combinations(sites, n) if near[:, some].any(axis=1).all()
        )
        assert event.value == best
        return
    value = {
        "covering": lambda some: -(weight @ near[:, some].any(axis=1)),
        "expected": lambda some: -(weight @ (1 - 0.3 ** near[:, some].sum(axis=1))),
        "median": lambda some: weight @ hours[:, some].min(axis=1) / weight.sum(),
        "center": lambda some: hours[:, some].min(axis=1).max(),
    }[view]
    choose = itertools.combinations_with_replacement if view == "expected" else itertools.combinations
    best = min(value(list(some)) for some in choose(sites, 3))
    assert event.value == pytest.approx(abs(best), rel=1e-3)


def test_the_plan_changes_as_days_pass(mission):
    """Camp is threatened soon, School later: with one team the plan moves from the one to the other."""
    warn(mission, "W1", said_d=1, quantiles_d={0.1: 1.2, 0.5: 2, 0.9: 3}, targets=("Camp",))
    warn(mission, "W2", said_d=1, quantiles_d={0.1: 8, 0.5: 10, 0.9: 12}, targets=("School",))
    said = desk.cover(mission, teams=["1"], days=["3 d", "5 d", "14 d"])
    slices = stored(mission)[0]["slices"]
    assert len(slices) == 3
    assert [max(s["chance"], key=s["chance"].get) for s in slices][::2] == ["Camp", "School"]
    lost = [{(a["target"], a["way"]): a["loss"] for a in s["answers"]} for s in slices]
    assert lost[0]["Camp", "people"] < lost[2]["Camp", "people"]
    assert lost[2]["School", "people"] < lost[0]["School", "people"]
    assert "Team 1 leaves" in said.text
    total = sum(s["chance"]["Camp"] for s in slices)
    assert total <= 1 + 1e-9
    assert "of which nobody warned, count as a twentieth" in said.text


def test_days_in_which_nothing_can_come_count_values_as_they_are(mission):
    """It comes in 5 to 6 days, said today: on the first day every target counts alike, later Camp does."""
    threat = Threat(id="flood", said_at=NOW, quantiles_d=((0.0, 5.0), (0.99, 6.0)), forecast=True, targets=("Camp",))
    with opened(mission) as book:
        book.write(ThreatWarned(threat=threat))
    desk.cover(mission, teams=["1"], days=["1 d", "7 d"])
    first, later = stored(mission)[0]["slices"]
    assert set(first["chance"].values()) == {0.0}
    assert first["worst"]["counts"] == first["worst"]["loss"]
    assert later["chance"]["Camp"] > 0.5


def test_a_lifted_warning_changes_the_plan_and_it_says_what(mission):
    warn(mission, "W1", said_d=1, quantiles_d={0.1: 1.2, 0.5: 2, 0.9: 3}, targets=("School",))
    desk.cover(mission, teams=["1"])
    with opened(mission) as book:
        book.write(ThreatLifted(threat="W1"))
    text = desk.cover(mission, teams=["1"]).text
    assert "Since the plan of Sat 21 Nov 12:00 EST:" in text
    assert "Nothing has changed" not in text
    assert stored(mission)[0]["slices"][0]["chance"] is None


def test_a_warning_that_cannot_be_counted_is_said(mission):
    warn(mission, "W9", said_d=30, quantiles_d={0.1: 1, 0.5: 2, 0.9: 3}, targets=("Barn",))
    text = desk.cover(mission).text
    assert "W9" in text
    assert "no target" in text or "not counted" in text


def test_the_plan_grows_with_those_who_come(mission):
    call(mission, "ABCDEFG", come="ABC", minutes=40)
    said = desk.cover(mission, days=["1 d"])
    plan = stored(mission)[0]
    first, second = plan["slices"]
    assert len(second["teams"]) == len(first["teams"]) + 1
    assert second["value"] <= first["value"]
    assert "Muster 1 joins and " in said.text
    assert "Muster 1 (soonest A, B, C) counts from Sat 21 Nov" in said.text
    assert "D, E, F, G: not one more team of 3" in said.text
    joins = NOW.fromisoformat(second["from"])
    assert 40 <= (joins - NOW).total_seconds() / 60 <= 120


def test_who_is_not_needed_is_said_in_one_line_and_a_name_is_no_number(mission):
    desk.team(mission, "7", kind="hasty")
    assert desk.cover(mission, teams=["7"]).data["slices"][0]["teams"] == ["7"]
    said = desk.cover(mission, teams=["9"])
    spare = [p["team"] for p in said.data["slices"][0]["posts"] if p["does"] == "spare"]
    assert len(spare) >= 4
    assert f"SPARE, not needed anywhere: {', '.join(spare)}." in said.text
    assert "WORST CASE LEFT: nothing is lost" in said.text


def test_an_aircraft_counts_only_where_it_is_named(mission):
    desk.team(mission, "Heli", kind="helicopter", people=3)
    assert "NOTE: Heli comes by air, and is not counted." in desk.cover(mission).text
    assert "Heli: its times are by road and on foot, not by air." in desk.cover(mission, teams=["Heli"]).text


def test_values_that_may_be_higher_make_the_worst_case_dearer(mission):
    desk.cover(mission, teams=["2"])
    sure = stored(mission)[0]["slices"][0]["value"]
    desk.cover(mission, teams=["2"], doubt="50%", budget=1)
    assert stored(mission)[0]["slices"][0]["value"] == pytest.approx(1.5 * sure)


def test_least_mean_loss_is_no_more_than_that_of_the_least_worst(mission):
    desk.cover(mission, teams=["2"])
    worst = stored(mission)[0]["slices"][0]
    desk.cover(mission, teams=["2"], aim="expected")
    mean = stored(mission)[0]["slices"][0]
    assert mean["value"] <= worst["expected_loss"] + 1e-9
    assert mean["worst"]["loss"] >= worst["value"] - 1e-9


def test_what_the_page_has_is_personal_free(mission):
    desk.cover(mission, view="deterrence", seed=77)
    page = json.dumps(desk.page_data(mission)["cover"])
    for secret in ("4711", "Ann Doe", "77,", '"seed"', '"travel"'):
        assert secret not in page
    assert "COVER until" in page


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"view": "best"}, "no view 'best' of cover. Choose reserve"),
        ({"aim": "mean"}, "no aim 'mean'"),
        ({"standing": 9}, "9 teams standing are asked for, and 3 are there"),
        ({"standing": 2, "reserve": 2}, "2 teams standing and 2 in reserve"),
        ({"reserve": -1}, "-1 for --reserve cannot be"),
        ({"radius": "soon"}, "no length of time"),
        ({"radius": "0 min", "view": "covering"}, "in no time"),
        ({"busy": 1.0}, "busy 100 %"),
        ({"busy": float("nan")}, "cannot be"),
        ({"view": "expected"}, "busy elsewhere was not told"),
        ({"doubt": "-1"}, "cannot be"),
        ({"doubt": float("nan")}, "cannot be"),
        ({"budget": -2}, "cannot be"),
        ({"days": ["3 d", "1 d"]}, "out of order"),
        ({"days": ["3", "3 d"]}, "out of order, or one is told twice"),
        ({"days": ["soon"]}, "is no time from now"),
        ({"days": ["900 d"]}, "at most a year"),
        ({"days": [f"{n} d" for n in range(1, 12)]}, "Give fewer days"),
        ({"bases": ["48.0, 11.0"]}, "outside the map"),
        ({"bases": ["there"]}, "is not a place"),
        ({"needs": ["people"]}, "says no role"),
        ({"needs": ["people=wizard"]}, "no role 'wizard'"),
        ({"needs": ["flood=medic"]}, "no way 'flood'"),
        ({"teams": ["Dog 1", "Dog 1"]}, "named twice"),
        ({"teams": ["0"]}, "Cover with 0 teams"),
        ({"teams": ["500"]}, "Give 1 to 60"),
        ({"seed": -1}, "seed of -1"),
    ],
)
def test_what_cannot_be_planned_is_said(mission, asked, says):
    with pytest.raises(BadInput, match=says):
        desk.cover(mission, **asked)
    with opened(mission, read_only=True) as book:
        assert book.mission.readiness.cover is None


def test_what_is_missing_is_said(mission, tmp_path):
    with pytest.raises(UnknownName, match="no team 'Dog 9'"):
        desk.cover(mission, teams=["Dog 9"])
    with pytest.raises(NotYet, match="No cover has been planned"):
        desk.show_cover(mission)
    bare = tmp_path / "bare.mission"
    desk.new(bare, name="Bare")
    with pytest.raises(NotYet, match="no target to cover"):
        desk.cover(bare)
    desk.target(bare, "Hut", place="36.2690, -84.2700", value=3)
    with pytest.raises(NotYet, match="no ground yet"):
        desk.cover(bare)
    for team in ("Dog 1", "Line A", "Hasty 1"):
        desk.stand_down(mission, team)
    with pytest.raises(NotYet, match="No team is there"):
        desk.cover(mission)
