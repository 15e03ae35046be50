"""Buildings through the desk: what was sensed and searched inside moves rooms and map, and the plan follows it."""

from __future__ import annotations

import json

import pytest

from homeward import desk
from homeward.errors import BadFile, BadInput, NotYet, UnknownName
from tests.desk.conftest import IPP
from tests.exchange.building_sample import DRAWN, drawn, indoorgml


@pytest.fixture
def school(bare, tmp_path):
    """A mission with a drawn school of four rooms, a hasty team and a dog."""
    return with_school(bare, tmp_path)


def with_school(mission, folder, **more):
    file = folder / "school.json"
    file.write_bytes(drawn())
    desk.load_building(mission, file, name="school", **more)
    desk.team(mission, "Alpha", kind="hasty", people=3)
    desk.team(mission, "Rex", kind="dog")
    return mission


def chances(mission):
    return {r["id"]: r["p"] for r in desk.show_building(mission, "school").data["rooms"]}


def plan(mission, **more):
    return desk.plan_building(mission, "school", minutes=10, time_limit_s=1.0, **more)


def test_rooms_share_what_is_inside(school):
    rooms = chances(school)
    assert set(rooms) == {"Hall", "Room 1", "Room 2", "Store"}
    assert sum(rooms.values()) == pytest.approx(1)


def test_a_reading_moves_its_room_and_a_search_empties_it(school):
    before = chances(school)
    desk.reading(school, "school", "Room 1", stood_in="Hall", sense="dog", positive=True, team="Rex")
    sensed = chances(school)
    assert sensed["Room 1"] > before["Room 1"]
    answer = desk.searched_room(school, "school", "room 1", pod=0.9, team="Alpha")
    after = chances(school)
    assert after["Room 1"] < sensed["Room 1"]
    odds = {k: v["Room 1"] / v["Room 2"] for k, v in (("sensed", sensed), ("after", after))}
    assert odds["after"] == pytest.approx(0.1 * odds["sensed"])
    assert answer.data["after"] == pytest.approx(after["Room 1"])


def test_a_sense_that_cannot_reach_the_room_is_said_to_count_for_nothing(school):
    before = chances(school)
    answer = desk.reading(school, "school", "Room 1", stood_in="Store", sense="dog", positive=True)
    assert "counts for nothing" in answer.text
    assert chances(school) == pytest.approx(before)


def test_a_plan_is_made_written_down_and_uses_what_was_searched(school):
    first = plan(school)
    assert 0 < first.data["value"] <= first.data["bound"] <= 1 + 1e-9
    assert {m["crew"] for m in first.data["moves"]} <= {c for c, _ in first.data["crews"]}
    for room in ("Room 1", "Hall", "Store"):
        desk.searched_room(school, "school", room, pod=0.95)
    second = plan(school)
    searched = [m["room"] for m in second.data["moves"] if m["action"] == "search"]
    assert searched[0] in ("Room 2", "Hall")
    assert "Plan made" in desk.show_building(school, "school").text


def test_teams_can_be_given_a_sense_and_a_place(school):
    answer = plan(school, teams=["Rex=dog+listening:Hall"])
    assert [who for _, who in answer.data["crews"]] == [["Rex"]]
    for wrong, told in (("Rex=nose", "nose"), ("Fido", "Fido"), ("Rex=dog:Roof", "Roof")):
        with pytest.raises((BadInput, UnknownName), match=told):
            plan(school, teams=[wrong])


def test_a_room_kept_shut_is_said_and_crossed_out_on_the_floor_plan(school, tmp_path):
    answer = plan(school, keep_shut=["Room 2"])
    assert "Stay closed, nobody may enter it: Room 2." in answer.text
    assert all(m["room"] != "Room 2" for m in answer.data["moves"])
    desk.building_pictures(school, "school", tmp_path / "out")
    assert "l2.2 2.2m0 -2.2l-2.2 2.2" in (tmp_path / "out" / "school-floor-G.svg").read_text()


def test_what_is_searched_inside_counts_in_the_map(ready, tmp_path):
    with_school(ready, tmp_path, entrance=IPP)
    desk.make_map(ready)
    before = desk.show_building(ready, "school").data["share"]
    assert 0 < before < 1
    answer = None
    for room in ("Hall", "Room 1", "Room 2", "Store"):
        answer = desk.searched_room(ready, "school", room, pod=0.9)
    assert answer is not None
    assert answer.data["pod_inside"] == pytest.approx(0.9)
    after = desk.show_building(ready, "school").data["share"]
    cell = 100.0**2
    inside = 12 * 9 / cell  # the school's share of its cell, in which what is not searched stays
    assert after < before
    assert after / before > 1 - 0.9 * 3 * inside
    assert "building school" in desk.why(ready, IPP).text
    assert desk.show(ready).data["newer_than_map"] == 0
    desk.undo(ready)  # the map that was made for the last room
    assert desk.show(ready).data["newer_than_map"] == 1
    desk.undo(ready)  # its search
    assert desk.show(ready).data["newer_than_map"] == 0


def test_the_outdoor_plan_hands_over_at_the_door(ready, tmp_path):
    with_school(ready, tmp_path, entrance=IPP)
    desk.make_map(ready)
    out = desk.plan(ready, hours=2.0)
    answer = plan(ready)
    here = {a["team"] for a in out.data["assignments"]}
    noted = {n.split(" ends assignment ")[0]: n for n in answer.data["notes"] if " ends assignment " in n}
    assert noted.keys() <= here
    ends = {a["team"]: a for a in out.data["assignments"]}
    assert noted
    assert all(ends[team]["number"] in note for team, note in noted.items())
    assert answer.data["share"] is not None
    assert "NOTE" in answer.text
    again = desk.plan(ready, again=True)
    inside = {n.split(" is ")[0] for n in again.data["notes"] if "school" in n}
    assert inside == {who for _, crew in answer.data["crews"] for who in crew}


def test_who_goes_in_breaks_off_its_task_and_is_busy_outdoors_until_the_end(ready, tmp_path):
    with_school(ready, tmp_path)
    desk.make_map(ready)
    out = desk.plan(ready, hours=2.0)
    number = next(a["number"] for a in out.data["assignments"] if a["team"] == "Alpha")
    answer = plan(ready, teams=["Alpha"])
    assert any(f"assignment {number}" in n for n in answer.data["notes"])
    again = desk.plan(ready, again=True)
    assert any(n.startswith("Alpha is inside school and free at 12:10") for n in again.data["notes"])
    first = [a for a in again.data["assignments"] if a["team"] == "Alpha"]
    assert all(a["begins_s"] >= 600 for a in first)


def test_a_drone_is_not_sent_inside(school):
    desk.team(school, "Eagle", kind="drone")
    assert all("Eagle" not in who for _, who in plan(school).data["crews"])
    with pytest.raises(BadInput, match="does not search inside"):
        plan(school, teams=["Eagle"])
    assert plan(school, teams=["Eagle=eye"]).data["crews"] == [["Eagle", ["Eagle"]]]


def test_a_team_stands_where_it_is_told_without_a_sense_and_outside_in_small_letters(school):
    assert plan(school, teams=["Alpha:Hall"]).data["moves"]
    answer = plan(school, teams=["Alpha:outside", "Rex"], lookouts=["outside"])
    assert "Stay" in answer.text or "entrance" in answer.text


def test_what_is_kept_shut_holds_for_the_next_plan_until_dropped(school):
    plan(school, keep_shut=["Room 2"])
    again = plan(school)
    assert "Stay closed, nobody may enter it: Room 2." in again.text
    assert any("As in the plan before" in n and "Room 2" in n for n in again.data["notes"])
    assert "nobody may enter" not in plan(school, keep_shut=["none"]).text
    assert "nobody may enter" not in plan(school).text


def test_a_plan_in_which_nobody_gets_anywhere_is_refused_with_its_reason(school):
    with pytest.raises(BadInput, match="nobody may enter"):
        plan(school, teams=["Alpha"], keep_shut=["Hall", "Store"])
    assert "Plan made" not in desk.show_building(school, "school").text


def test_loading_a_name_again_says_what_it_replaces_and_its_papers_wait_for_a_plan(school, tmp_path):
    plan(school)
    desk.searched_room(school, "school", "Hall", pod=0.9)
    file = tmp_path / "new.json"
    file.write_bytes(drawn(rooms=DRAWN["rooms"][:3], doors=DRAWN["doors"][:3]))
    desk.load_building(school, tmp_path / "school.json", name="school", entrance=IPP)
    words = desk.load_building(school, file, name="school").text
    for part in ("this replaces school with 4 rooms", "what was searched and sensed in Hall", "entrance: stays at"):
        assert part in words
    with pytest.raises(NotYet, match="loaded anew"):
        desk.building_sheets(school, "school", tmp_path)


def test_markings_come_from_the_log(school, tmp_path):
    with pytest.raises(NotYet, match="Nobody is known"):
        desk.building_markings(school, "school", tmp_path / "out")
    desk.searched_room(school, "school", "Hall", pod=0.9, team="Alpha")
    words = desk.building_markings(school, "school", tmp_path / "out", hazards=["gas"]).data["words"]
    assert words[0].endswith("Alpha in at 21 Nov 12:00, still inside.")
    assert "Floor G: 1 of 3 rooms done." in words
    assert words[-1] == "Search not complete."
    for room in ("Room 1", "Room 2", "Store"):
        desk.searched_room(school, "school", room, pod=0.9, team="Alpha")
    answer = desk.building_markings(school, "school", tmp_path / "out", clear=True)
    assert answer.data["words"][-1] == "Confirmed clear."
    assert "Still inside: 0 live, 0 dead." in answer.data["words"]
    assert {f.name for f in (tmp_path / "out").iterdir()} == {
        "school-fema.svg",
        "school-insarag.svg",
        "school-markings.txt",
        "school-markings.pdf",
    }


def test_pictures_sheets_and_page_hold_the_plan(school, tmp_path):
    with pytest.raises(NotYet, match="no plan yet"):
        desk.building_sheets(school, "school", tmp_path)
    plan(school)
    desk.building_pictures(school, "school", tmp_path / "out")
    assert {f.name for f in (tmp_path / "out").iterdir()} == {"school-floor-G.svg", "school-floor-B1.svg"}
    ground = (tmp_path / "out" / "school-floor-G.svg").read_text()
    assert ground.count("<polygon") == 3
    assert "Room 1" in ground
    desk.building_sheets(school, "school", tmp_path / "out")
    assert (tmp_path / "out" / "school-plan.pdf").read_bytes().startswith(b"%PDF")
    shown = json.loads(json.dumps(desk.page_data(school)))["buildings"]
    assert [b["id"] for b in shown] == ["school"]
    assert shown[0]["plan"]["moves"]
    written = desk.export(school, tmp_path / "all", formats=["buildings"]).data["files"]
    assert {"school-plan.pdf", "school-floor-G.png"} <= set(written)


def test_loading_again_replaces_the_building_and_keeps_what_fits(school, tmp_path):
    desk.searched_room(school, "school", "Hall", pod=0.9)
    file = tmp_path / "new.json"
    file.write_bytes(drawn(rooms=DRAWN["rooms"][:3], doors=DRAWN["doors"][:3]))
    desk.load_building(school, file, name="school")
    rows = {r["id"]: r["searched"] for r in desk.show_building(school, "school").data["rooms"]}
    assert rows == {"Hall": pytest.approx(0.9), "Room 1": None, "Room 2": None}


def test_a_building_without_an_exit_says_how_to_name_one(bare, tmp_path):
    file = tmp_path / "s.gml"
    file.write_bytes(indoorgml())
    assert "--entrance-room" in desk.load_building(bare, file, name="s").text
    assert "--entrance-room" not in desk.load_building(bare, file, name="s", entrance_room="Hall").text
    with pytest.raises(UnknownName, match="Cellar"):
        desk.load_building(bare, file, name="s", entrance_room="Cellar")


def test_mistakes_are_named(school, tmp_path):
    with pytest.raises(UnknownName, match="schol"):
        desk.show_building(school, "schol")
    with pytest.raises(UnknownName, match="Rom 1"):
        desk.searched_room(school, "school", "Rom 1", pod=0.5)
    with pytest.raises(BadInput, match="POD"):
        desk.searched_room(school, "school", "Hall", pod=1.0)
    with pytest.raises(BadInput, match="people"):
        desk.reading(school, "school", "Hall", stood_in="OUTSIDE", sense="radar", positive=False, people=2)
    with pytest.raises(BadInput, match="min"):
        desk.plan_building(school, "school", minutes=0)
    with pytest.raises(BadFile, match=r"gone\.gml"):
        desk.load_building(school, tmp_path / "gone.gml", name="x")
    for wrong, told in (({"missing": -1}, "-1 people"), ({"inside_": [(7.0, 1, 0)]}, "no floor 7")):
        with pytest.raises(BadInput, match=told):
            desk.building_markings(school, "school", tmp_path, team="Alpha", entered="11:00", **wrong)
    with pytest.raises(BadInput, match="before it went in"):
        desk.building_markings(school, "school", tmp_path, team="Alpha", entered="11:00", left="10:00")


def test_without_a_building_every_verb_says_what_to_do(bare, tmp_path):
    with pytest.raises(NotYet, match="homeward building load"):
        desk.plan_building(bare, "school")
    assert "No building yet" in desk.show_building(bare).text
    assert desk.page_data(bare)["buildings"] == []
