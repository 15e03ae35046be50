"""Scenarios at the desk: added, changed, voted on, dropped; what they make of the map and the plan."""

from __future__ import annotations

import pytest

from homeward import desk
from homeward.desk import scenarios
from homeward.desk.book import opened
from homeward.desk.scenarios import cases_of
from homeward.errors import HomewardError, NotYet
from homeward.mission.nouns import REST
from tests.desk.conftest import IPP

VALLEY = "36.1900, -84.2200"


def three(path):
    desk.scenario(path, "lost", label="lost and on foot", mobility="full", responsive=True)
    desk.scenario(path, "hurt", label="hurt and still", mobility="none", injured=True, why="was limping")
    desk.scenario(path, "valley", label="went down", place=VALLEY, category="despondent", direction_deg=200.0)
    return path


def entries(path):
    with opened(path, read_only=True) as book:
        return len(book.stored)


def test_the_map_is_the_mixture_that_the_planners_voted_for(ready):
    three(ready)
    desk.vote(ready, {"lost": 60, "hurt": 30, "valley": 0, REST: 10}, planner="Kim")
    desk.vote(ready, {"lost": "C", "hurt": "C", "valley": "A", REST: 20}, planner="Lee")
    answer = desk.make_map(ready)
    with opened(ready, read_only=True) as book:
        parts = {part.scenario: part for part in book.belief().parts}
    voted = {"lost": (0.6 + 0.8 / 5) / 2, "hurt": (0.3 + 0.8 / 5) / 2, "valley": 0.8 * 3 / 5 / 2, REST: 0.15}
    assert {name: part.weight for name, part in parts.items()} == pytest.approx(voted)
    assert parts[REST].outside == pytest.approx(0.15)
    assert (parts["lost"].mobile, parts["lost"].responsive, parts["hurt"].mobile) == (True, True, False)
    alive = {name: part.alive or 0.0 for name, part in parts.items()}
    assert 0 < alive["valley"] < alive["lost"]  # despondent
    rows = {row["id"]: row for row in answer.data["scenarios"]}
    assert (rows["lost"]["voted_least"], rows["lost"]["voted_most"]) == pytest.approx((0.16, 0.6))
    assert answer.data["alive"] == pytest.approx(sum(p.weight * alive[name] for name, p in parts.items()))
    assert "planners 16% to 60%" in answer.text


def test_a_search_without_a_find_moves_weight_to_the_scenarios_it_did_not_look_for_and_show_says_so(ready):
    three(ready)
    desk.vote(ready, {"lost": 40, "hurt": 30, "valley": 20, REST: 10})
    desk.make_map(ready)
    plan = desk.plan(ready, hours=2)
    assert plan.data["alive_value"] < plan.data["value"]
    assert plan.data["alive_value"] <= plan.data["alive_bound"] < plan.data["bound"]
    assert "Found alive by then" in plan.text
    assert "Scenarios differ in survival" in plan.text
    number = plan.data["assignments"][0]
    desk.debrief(ready, number["team"], assignment=number["number"], pod_told=0.9)
    shown = desk.show(ready)
    rest = next(row for row in shown.data["scenarios"] if row["id"] == REST)
    assert rest["now"] > rest["voted"]
    assert shown.data["rest_of_world"] == pytest.approx(rest["now"])
    assert shown.data["outside"] > shown.data["outside_before_searches"]
    assert shown.data["alive_on_map"] < 1 - shown.data["outside"]
    assert "(before any search" in shown.text
    assert "in none of the scenarios" in shown.text


def test_with_one_scenario_the_map_carries_the_survival_of_the_subject(ready):
    desk.subject(ready, responsive=False, mobility="none")
    desk.make_map(ready)
    with opened(ready, read_only=True) as book:
        (part,) = book.belief().parts
    assert (part.scenario, part.responsive, part.mobile) == ("", False, False)
    assert part.weight == pytest.approx(1)
    assert "Alive after 4 h" in desk.show(ready).text


def test_hardly_mobile_is_half_the_pace(ready):
    desk.subject(ready, mobility="limited")
    with opened(ready, read_only=True) as book:
        (case,) = cases_of(book.mission, book.terrain().grid, hours_gone=4.0)
    assert (case.mobile, case.pace) == (True, 0.5)


def test_a_scenario_is_changed_field_by_field_and_fields_are_taken_back(ready):
    three(ready)
    desk.scenario(ready, "valley", mobility="limited", forget=["place", "category"])
    with opened(ready, read_only=True) as book:
        valley = book.mission.scenarios["valley"]
    assert (valley.label, valley.mobility, valley.place, valley.category) == ("went down", "limited", None, None)


def test_facts_of_the_subject_are_taken_back(ready):
    desk.subject(ready, injured=True, mobility="limited", visibility="high")
    answer = desk.subject(ready, forget=["injured", "ecoregion"])
    with opened(ready, read_only=True) as book:
        subject = book.mission.subject
    assert (subject.injured, subject.ecoregion, subject.mobility, subject.name) == (None, None, "limited", "Jane Roe")
    assert "Not known any more: injured, ecoregion" in answer.text
    desk.subject(ready, ecoregion="dry", forget=["medical"])  # said anew while another is taken back
    with opened(ready, read_only=True) as book:
        assert (book.mission.subject.ecoregion, book.mission.subject.medical) == ("dry", None)


def test_what_is_personal_in_scenarios_stays_in_the_mission_file(ready):
    three(ready)
    desk.subject(ready, injured=True)
    desk.drop_scenario(ready, "hurt", why="rang her sister")
    told = desk.show_log(ready)
    assert "limping" not in str(told.data) + told.text
    assert "sister" not in str(told.data) + told.text
    assert "injured True" not in told.text.splitlines()[-2]
    assert "limping" in str(desk.show_log(ready, personal=True).data)
    assert "limping" not in str(desk.page_data(ready))


def test_suggestions_are_offered_by_category_and_taken_once(ready):
    offered = desk.suggest_scenarios(ready)
    assert "homeward's own" in offered.text
    assert not offered.data["taken"]
    before = entries(ready)
    taken = desk.suggest_scenarios(ready, take=True)
    assert entries(ready) == before + len(taken.data["suggested"])
    assert desk.suggest_scenarios(ready, take=True).data["suggested"] == []
    assert "Nobody has voted" in desk.show_scenarios(ready).text


def test_dropping_and_undoing_bring_the_votes_back_as_they_were(ready):
    three(ready)
    desk.vote(ready, {"lost": 50, "hurt": 25, "valley": 15, REST: 10})
    with opened(ready, read_only=True) as book:
        before = scenarios.agreed_on(book.mission)
    desk.drop_scenario(ready, "valley", why="seen elsewhere")
    with opened(ready, read_only=True) as book:
        assert scenarios.agreed_on(book.mission).weights == pytest.approx(
            {"lost": 50 / 85, "hurt": 25 / 85, REST: 10 / 85}
        )
    desk.undo(ready)
    with opened(ready, read_only=True) as book:
        assert scenarios.agreed_on(book.mission) == before


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (lambda p: desk.scenario(p, "Up The Hill"), "cannot be called"),
        (lambda p: desk.scenario(p, REST), "cannot be called 'rest'"),
        (lambda p: desk.scenario(p, "x", category="hikr"), "Did you mean 'hiker'"),
        (lambda p: desk.scenario(p, "x", mobility="fast"), "no mobility 'fast'"),
        (lambda p: desk.scenario(p, "x", setting="volcano"), "no setting 'volcano'"),
        (lambda p: desk.scenario(p, "x", direction_deg=400.0), "400"),
        (lambda p: desk.scenario(p, "x", place="40.0, -84.0"), "outside the map"),
        (lambda p: desk.scenario(p, "x", forget=["plce"]), "Did you mean 'place'"),
        (lambda p: desk.drop_scenario(p, "hurtt"), "Did you mean 'hurt'"),
        (lambda p: desk.vote(p, {"lost": 1, "hurt": 1, "valley": 1}), "rest of the world"),
        (lambda p: desk.vote(p, {"lost": 1, REST: 1}), "leaves out hurt, valley"),
        (lambda p: desk.vote(p, {"lst": 1, REST: 1}), "Did you mean 'lost'"),
        (lambda p: desk.vote(p, {"lost": 0, "hurt": 0, "valley": 0, REST: 5}), "no scenario anything"),
        (lambda p: desk.vote(p, {"lost": -1, "hurt": 5, "valley": 0, REST: 5}), "gives lost -1"),
        (
            lambda p: desk.vote(p, {"lost": "A", "hurt": 5, "valley": 0, REST: 5}),
            "points for each scenario, or letters",
        ),
        (lambda p: desk.vote(p, {"lost": "A", "hurt": "B", "valley": "Z", REST: 5}), "'Z'"),
        (lambda p: desk.vote(p, {"lost": "A", "hurt": "B", "valley": "C", REST: "I"}), "percent, not by the letter"),
        (lambda p: desk.vote(p, {"lost": "half", "hurt": 1, "valley": 1, REST: 5}), "'half' for lost"),
        (lambda p: desk.vote(p, {"lost": 1, "hurt": 1, "valley": 1, REST: 5}, planner="x" * 99), "99 letters"),
        (lambda p: desk.scenario(p, "x", label="x" * 99), "99 letters"),
        (lambda p: desk.subject(p, mobility="fast"), "no mobility 'fast'"),
        (lambda p: desk.subject(p, forget=["medcal"]), "Did you mean 'medical'"),
        (lambda p: desk.ipp(p, IPP, seen="08:00", direction_deg=-1.0), "-1 degrees"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_nothing_is_written(ready, what, words):
    three(ready)
    before = entries(ready)
    with pytest.raises(HomewardError) as err:
        what(ready)
    assert words in str(err.value)
    assert entries(ready) == before


def test_a_mission_holds_so_many_scenarios_and_no_more(bare):
    for number in range(12):
        desk.scenario(bare, f"s{number}")
    with pytest.raises(HomewardError, match="12 scenarios"):
        desk.scenario(bare, "s12")
    desk.scenario(bare, "s3", label="changed")


def test_a_subject_that_is_surely_elsewhere_leaves_an_empty_map_and_an_idle_plan(ready):
    desk.scenario(ready, "town", label="in town", left_area=True)
    desk.vote(ready, {"town": 9, REST: 1})
    told = desk.make_map(ready)
    assert (told.data["outside"], told.data["alive_on_map"]) == (1.0, 0.0)
    assert "nothing to search here" in told.text
    assert desk.plan(ready, hours=1).data["assignments"] == []


def test_what_is_the_same_in_several_scenarios_is_said_once(ready):
    three(ready)
    told = desk.make_map(ready)
    assert "  lost, hurt: distance: distances of hiker" in told.text
    assert told.data["story"][0]["cause"] == "lost: distance"


def test_what_has_to_come_first_is_said(ready):
    with pytest.raises(NotYet, match="homeward scenario add"):
        desk.vote(ready, {"lost": 1, REST: 1})
    with pytest.raises(NotYet, match="homeward scenario suggest"):
        desk.show_scenarios(ready)
