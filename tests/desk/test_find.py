"""Find mode: the find is written down whatever comes, and everybody is told what to do from where they are."""

from __future__ import annotations

import json

import pytest

from homeward import desk
from homeward.desk.book import Book, opened
from homeward.desk.find import reform as find_reform
from homeward.desk.find.finding import place_told
from homeward.desk.whereabouts import teams_at
from homeward.errors import BadInput
from homeward.mission import Happened
from homeward.mission.events import SubjectFound
from homeward.mission.people import OrderKind

FOUND = "36.2080, -84.1920"


def latest(book: Book) -> Happened[SubjectFound]:
    assert book.mission.find is not None
    return book.mission.find


def formed(book: Book) -> str:
    assert book.mission.crew.formation is not None
    return book.mission.crew.formation.event.formation


@pytest.mark.parametrize(
    "text",
    [
        "36.5, -84.2",
        "geo:36.5,-84.2;u=12",
        "https://maps.example/?q=36.5,-84.2&z=15",
        "https://maps.example/@36.5,-84.2,15z",
        "https://map.example/?mlat=36.5&mlon=-84.2#map=15/36.5/-84.2",
    ],
)
def test_a_place_from_a_phone(text):
    where = place_told(text)
    assert (where.lat_deg, where.lon_deg) == (36.5, -84.2)


# --- on a mission -------------------------------------------------------------------------------------------


@pytest.fixture
def crewed(ready):
    desk.person(ready, "M1", roles=["medic:5"])
    desk.person(ready, "G1", roles=["guard:3"])
    desk.team(ready, "Hasty B", kind="hasty", people=3, radio="channel 4")
    return ready


def test_a_find_gives_orders_that_can_be_read_over_the_radio(crewed):
    desk.team_at(crewed, "Hasty B", "36.2060, -84.1950")
    answer = desk.found(crewed, FOUND, team="Dog 1", alive=True, condition="broken ankle", told_by="radio")
    rows = {row["to"]: row for row in answer.data["orders"]}
    assert rows["Dog 1"]["kind"] == "lead"
    assert rows["M1"]["kind"] == rows["G1"]["kind"] == "medic"
    assert 1000 < rows["M1"]["after_s"] < 6000
    assert rows["Hasty B"]["kind"] == "carry"
    assert len(rows["Hasty B"]["route"]) >= 2
    assert "Hasty B (channel 4): subject located: go there and carry" in answer.text
    assert "the medic decides" in answer.text
    with opened(crewed, read_only=True) as book:
        given = book.mission.crew.orders
        assert given["M1"].event.arrives is not None
        assert set(given) == {"Dog 1", "Line A", "Hasty B", "M1", "G1"}


def test_what_is_personal_is_in_no_order(crewed):
    desk.found(crewed, FOUND, team="Dog 1", alive=True, condition="broken ankle", needs="splint", told_by="phone")
    shown = desk.show_log(crewed).text
    assert "ankle" not in shown
    assert "splint" not in shown
    with opened(crewed, read_only=True) as book:
        assert (latest(book).event.needs, latest(book).event.told_by) == ("splint", "phone")


def test_without_a_medic_the_answer_names_the_nearest_qualified(ready):
    desk.person(ready, "M1", roles=["medic:5:2026-01-31"])
    answer = desk.found(ready, FOUND, team="Dog 1")
    assert "NO MEDIC" in answer.text
    assert "M1 (certificate expired 31 Jan 2026)" in answer.text
    assert "away" in answer.text


def test_nobody_ever_was_a_medic(ready):
    assert "call a medic from outside" in desk.found(ready, FOUND, team="Dog 1").text


def test_a_find_is_kept_whatever_is_missing(bare):
    answer = desk.found(bare, FOUND)
    assert "nobody to be told" in answer.text
    with opened(bare, read_only=True) as book:
        assert book.mission.find is not None
    desk.team(bare, "Alpha", kind="hasty", people=4)
    answer = desk.found(bare, FOUND, team="Alpha")
    assert "no ground yet" in answer.text
    assert answer.data["orders"][0]["kind"] == "lead"


def test_a_find_off_the_map_is_kept_and_said(crewed):
    answer = desk.found(crewed, "36.9, -84.2", team="Dog 1")
    assert "off the map" in answer.text
    with opened(crewed, read_only=True) as book:
        assert book.mission.find is not None


def test_a_place_that_is_none_is_refused_before_it_is_kept(ready):
    with pytest.raises(BadInput, match="is not a place"):
        desk.found(ready, "by the lake")
    for name in ("0", "one"):
        with pytest.raises(BadInput, match="is no casualty"):
            desk.found(ready, FOUND, casualty=name)
    with opened(ready, read_only=True) as book:
        assert book.mission.find is None


def test_a_find_by_a_team_that_nobody_knows_is_kept_and_ordered(ready):
    answer = desk.found(ready, FOUND, team="Dog 7")
    assert "no team 'Dog 7' is registered" in answer.text
    assert "Did you mean Dog 1?" in answer.text
    assert answer.data["orders"]
    with opened(ready, read_only=True) as book:
        assert latest(book).event.team is None


def test_a_find_far_off_the_map_asks_first(crewed):
    answer = desk.found(crewed, "36.6, -84.2", team="Dog 1")
    assert "NOBODY IS SENT YET" in answer.text
    assert "homeward log undo MISSION" in answer.text
    with opened(crewed, read_only=True) as book:
        assert book.mission.find is not None
        assert book.mission.crew.orders == {}
    assert desk.found(crewed, "36.6, -84.2", team="Dog 1", orders=True).data["orders"]


def test_a_find_before_the_subject_was_last_seen_is_kept_and_said(ready):
    assert "BEFORE the subject was last seen" in desk.found(ready, FOUND, at="07:00").text


def test_who_is_told_dead_is_held_and_not_carried(crewed):
    answer = desk.found(crewed, FOUND, team="Dog 1", alive=False)
    told = {row["to"]: row["kind"] for row in answer.data["orders"]}
    assert told.pop("Dog 1") == "lead"
    assert not {"medic", "carry", "watch"} & set(told.values())
    assert "Tell the police" in answer.text
    assert "Bearers:" not in answer.text
    alive = desk.found(crewed, FOUND, team="Dog 1", alive=True)
    assert {row["to"] for row in alive.data["orders"] if row["kind"] == "medic"} == {"M1", "G1"}


def test_a_further_report_of_the_same_casualty_changes_only_what_is_new(crewed):
    desk.found(crewed, FOUND, team="Dog 1")
    desk.order(crewed, "Line A", "hold", text="hold the bridge")
    again = desk.found(crewed, "36.2081, -84.1920", team="Dog 1")
    assert "this corrects it" in again.text
    assert "Under orders of yours, which stand: Line A" in again.text
    assert again.data["orders"] == []
    with opened(crewed, read_only=True) as book:
        assert book.mission.crew.orders["Line A"].event.text == "hold the bridge"


def test_more_found_than_missing_is_said(crewed):
    desk.found(crewed, FOUND, team="Dog 1")
    assert "2 are found, more than the 1 missing" in desk.found(crewed, "36.1950, -84.2050", casualty="2").text


def test_undoing_a_find_takes_its_orders_with_it(crewed):
    desk.order(crewed, "Line A", "hold", text="hold the bridge")
    desk.found(crewed, FOUND, team="Dog 1")
    with opened(crewed, read_only=True) as book:
        seq = next(s.seq for s in book.stored if s.entry.id == latest(book).entry)
        assert len(book.mission.crew.orders) > 1
    desk.undo(crewed, str(seq))
    with opened(crewed, read_only=True) as book:
        assert {n: o.event.text for n, o in book.mission.crew.orders.items()} == {"Line A": "hold the bridge"}


def test_the_medics_way_keeps_out_of_a_hazard_where_it_can(crewed):
    plain = desk.found(crewed, FOUND, team="Dog 1", orders=False)
    assert plain.data["orders"] == []
    desk.hazard(crewed, "H1", kind="people", place="36.2000, -84.2000", radius_m=250.0, label="armed man")
    answer = desk.found(crewed, FOUND, team="Dog 1")
    medic = next(row for row in answer.data["orders"] if row["to"] == "M1")
    assert medic["after_s"] is not None
    assert not any(words.startswith("through") for words in medic["through"])
    assert any("LOOKOUT" in s for s in answer.data["short"])


def test_a_second_find_leaves_those_with_the_first_there(crewed):
    desk.subject(crewed, count=2)
    first = desk.found(crewed, FOUND, team="Dog 1")
    assert any(row["kind"] == "medic" for row in first.data["orders"])
    second = desk.found(crewed, "36.1950, -84.2050", team="Line A", casualty="2")
    told = {row["to"]: row["kind"] for row in second.data["orders"]}
    assert "Dog 1" not in told
    assert "M1" not in told
    assert "with another casualty" in second.text


# --- the formation after a find -----------------------------------------------------------------------------


def formed_for(path):
    with opened(path, read_only=True) as book:
        return book.mission.crew.formation.event.phase.value if book.mission.crew.formation else None


def test_a_find_makes_the_formation_anew_and_says_who_changes(crewed):
    desk.team(crewed, "Hasty C", kind="hasty", people=6)
    desk.form(crewed)
    answer = desk.found(crewed, FOUND, team="Dog 1")
    assert formed_for(crewed) == "rescue"
    assert answer.data["formation"]["status"] == "made"
    said = answer.text.splitlines()
    first = next(i for i, line in enumerate(said) if line.startswith("FORMATION for the rescue"))
    assert first > said.index("ORDERS, as they are read over the radio:")
    assert "keep theirs" in said[first]
    assert "carrier" in said[first + 1]
    carriers = [row for row in answer.data["formation"]["assigned"].values() if row["role"] == "carrier"]
    assert len(carriers) >= 6
    assert f"{answer.data['at_once']} at the litter at once, {answer.data['bearers']} for the whole way" in answer.text


def test_without_a_formation_none_is_made(crewed):
    answer = desk.found(crewed, FOUND, team="Dog 1")
    assert formed_for(crewed) is None
    assert answer.data["formation"] is None


def test_a_formation_that_cannot_be_made_anew_keeps_nobody_from_the_find(crewed, monkeypatch):
    desk.form(crewed)

    def broken(*_args, **_kwargs):
        raise ZeroDivisionError("never")

    monkeypatch.setattr(find_reform, "form", broken)
    answer = desk.found(crewed, FOUND, team="Dog 1")
    assert answer.data["orders"]
    assert "could not be made anew for the rescue: ZeroDivisionError" in answer.text
    assert "homeward form MISSION --phase rescue" in answer.text
    assert formed_for(crewed) == "search"


def test_too_few_for_the_rescue_is_said_and_the_find_stands(ready):
    desk.person(ready, "M1", roles=["medic:5"])
    desk.person(ready, "G1", roles=["guard:3"])
    desk.form(ready)
    answer = desk.found(ready, FOUND, team="Dog 1")
    assert answer.data["orders"]
    assert answer.data["formation"]["status"] == "infeasible"
    assert "could not be made anew" in answer.text


def test_while_others_are_missing_the_formation_of_the_search_stays(crewed):
    desk.subject(crewed, category="hiker", count=2)
    desk.form(crewed)
    answer = desk.found(crewed, FOUND, team="Dog 1")
    assert formed_for(crewed) == "search"
    assert "The formation stays as it is: others are still missing" in answer.text


def test_orders_and_formation_say_the_same_of_the_medic_pair(crewed):
    """The guard is one of Line A's: the pair goes as it is formed, and the formation after it has the same two."""
    desk.person(crewed, "G1", roles=["guard:3"], team="Line A")
    desk.person(crewed, "G2", roles=["guard:2", "medic:1"])
    desk.person(crewed, "A0", roles=["medic:2"])
    desk.team(crewed, "Hasty C", kind="hasty", people=6)
    desk.form(crewed)
    before = formed_pair(crewed)
    answer = desk.found(crewed, FOUND, team="Dog 1")
    sent = {row["to"] for row in answer.data["orders"] if row["kind"] == "medic"}
    assert sent == before
    assert formed_pair(crewed) == before


def formed_pair(path):
    with opened(path, read_only=True) as book:
        rows = json.loads(book.log.blob(formed(book)))["assigned"]
    return {who for who, row in rows.items() if row["role"] in ("medic", "guard") and row["post"]}


def test_a_recall_leaves_who_is_with_the_casualty_there(crewed):
    desk.team(crewed, "Air", kind="drone")
    desk.found(crewed, FOUND, team="Dog 1")
    answer = desk.recall(crewed)
    assert set(answer.data["staying"]) == {"Dog 1", "M1", "G1", "Hasty B", "Line A"}
    assert "NOT HANDED OVER YET: Dog 1 (casualty 1)" in answer.text
    with opened(crewed, read_only=True) as book:
        assert book.mission.crew.orders["M1"].event.kind is OrderKind.MEDIC
        assert book.mission.crew.orders["Air"].event.kind is OrderKind.RECALL


def test_who_was_sent_to_a_find_is_there_when_the_time_has_come(crewed, monkeypatch):
    desk.found(crewed, FOUND, team="Dog 1")
    with opened(crewed, read_only=True) as book:
        end = book.terrain().grid.to_m(latest(book).event.place)
        order = book.mission.crew.orders["Hasty B"]
        start = teams_at(book, at=order.at)["Hasty B"]
        arrives = order.event.arrives
        assert arrives is not None
        half = teams_at(book, at=order.at + (arrives - order.at) / 2)["Hasty B"]
        assert teams_at(book, at=order.at)["Dog 1"] == pytest.approx(end)
        assert teams_at(book, at=arrives)["Hasty B"] == pytest.approx(end)
    assert half == pytest.approx([(start[0] + end[0]) / 2, (start[1] + end[1]) / 2])


def test_a_time_that_is_past_already_is_no_time_of_arrival(crewed):
    desk.found(crewed, FOUND, team="Dog 1", at="-2h")
    with pytest.raises(BadInput, match="is before the order was given"):
        desk.acknowledge(crewed, "Dog 1", eta="-1h")


def test_each_casualty_has_a_scene_of_its_own(crewed):
    desk.subject(crewed, category="hiker", count=2)
    desk.person(crewed, "M2", roles=["medic:3"])
    desk.person(crewed, "G2", roles=["guard:3"])
    for k in range(4):
        desk.team(crewed, f"Hasty {k}", kind="hasty", people=6)
    desk.form(crewed)
    desk.found(crewed, FOUND, team="Dog 1")
    desk.found(crewed, "36.1950, -84.2050", casualty="2")
    made = desk.form(crewed, "rescue").data
    assert made["status"] == "made"
    posts = {row["post"] for row in made["assigned"].values()}
    assert {"scene 1", "scene 2", "litter 1", "litter 2"} <= posts
