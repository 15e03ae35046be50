"""Find mode: the find is written down whatever comes, and everybody is told what to do from where they are."""

from __future__ import annotations

from math import inf

import pytest

from homeward import desk
from homeward.desk import find_reform
from homeward.desk.book import opened
from homeward.desk.find import place_told
from homeward.desk.find_orders import FindNeeds, Unit, orders_for
from homeward.errors import BadInput
from homeward.mission.people import OrderKind, Role

FOUND = "36.2080, -84.1920"
ALPHA = Unit(id="Alpha", people=4, to_find_s=0.0, at_m=(0.0, 0.0))
BRAVO = Unit(id="Bravo", people=4, to_find_s=600.0, at_m=(800.0, 0.0))
CHARLIE = Unit(id="Charlie", people=4, to_find_s=900.0, at_m=(1200.0, 0.0))
DELTA = Unit(id="Delta", people=4, to_find_s=1200.0, at_m=(1600.0, 0.0), at_base=True)
DRONE = Unit(id="Drone", people=2, to_find_s=60.0, at_m=(80.0, 0.0), flies=True)
MEDIC = Unit(
    id="M1", people=1, to_find_s=700.0, at_m=(900.0, 0.0), roles=frozenset({Role.MEDIC}), medics=("M1",), team=False
)
GUARD = Unit(id="G1", people=1, to_find_s=800.0, at_m=(1000.0, 0.0), roles=frozenset({Role.GUARD}), team=False)


def straight(one: Unit, other: Unit) -> float:
    if one.at_m is None or other.at_m is None:
        return inf
    return abs(one.at_m[0] - other.at_m[0])


def kinds(units, needs):
    made = orders_for(units, needs, between=straight)
    return {s.unit.id: s.kind for s in made.sent}, made


def test_everybody_is_told_one_thing():
    told, made = kinds(
        [ALPHA, BRAVO, CHARLIE, DELTA, DRONE, MEDIC, GUARD], FindNeeds(finder="Alpha", bearers=9, watch=True)
    )
    assert told == {
        "Alpha": OrderKind.LEAD,
        "M1": OrderKind.MEDIC,
        "G1": OrderKind.MEDIC,
        "Bravo": OrderKind.CARRY,
        "Charlie": OrderKind.CARRY,
        "Delta": OrderKind.BACKUP,
        "Drone": OrderKind.WATCH,
    }
    assert made.short == ()


def test_the_medic_pair_is_there_when_both_have_met():
    _, made = kinds([ALPHA, MEDIC, GUARD], FindNeeds(finder="Alpha", bearers=0))
    medic = next(s for s in made.sent if s.unit.id == "M1")
    assert medic.beside == "G1"
    assert medic.after_s == 100 + 700  # the guard comes to the medic, then both go


def test_a_team_with_a_medic_goes_as_it_is():
    team = Unit(id="Med", people=3, to_find_s=780.0, at_m=(0.0, 0.0), medics=("M2",))
    told, made = kinds([ALPHA, MEDIC, GUARD, team], FindNeeds(finder="Alpha", bearers=0))
    assert told["Med"] is OrderKind.MEDIC
    assert told["M1"] is not OrderKind.MEDIC
    assert "M2" in next(s.text for s in made.sent if s.unit.id == "Med")


def test_the_finders_own_medic_is_care_at_once():
    finder = Unit(id="Alpha", people=4, to_find_s=0.0, at_m=(0.0, 0.0), medics=("M2",))
    told, made = kinds([finder, MEDIC, GUARD], FindNeeds(finder="Alpha", bearers=0))
    assert OrderKind.MEDIC not in told.values()
    assert "M2 gives care" in made.sent[0].text


def test_a_medic_with_nobody_beside_is_not_sent_alone():
    told, made = kinds([ALPHA, MEDIC], FindNeeds(finder="Alpha", bearers=0))
    assert told["M1"] is not OrderKind.MEDIC
    assert any("M1 HAS NOBODY TO GO WITH" in s for s in made.short)


def test_what_is_missing_is_said():
    told, made = kinds([ALPHA, BRAVO], FindNeeds(finder="Alpha", bearers=9, at_once=6, watch=True))
    assert told == {"Alpha": OrderKind.LEAD, "Bravo": OrderKind.CARRY}
    for words in (
        "NO MEDIC",
        "2 BEARERS SHORT: 7 of 9 are there or on their way; 6 at the litter are enough",
        "NO BACK-UP",
        "NO LOOKOUTS",
    ):
        assert any(words in s for s in made.short)


def test_those_beside_the_scene_lead_carry_and_spare_others():
    told, made = kinds([ALPHA, BRAVO, CHARLIE], FindNeeds(finder="Alpha", bearers=6))
    assert "3 of you carry" in made.sent[0].text
    assert told["Charlie"] is OrderKind.BACKUP
    pair = Unit(id="Alpha", people=2, to_find_s=0.0, at_m=(0.0, 0.0))
    told, made = kinds([pair, BRAVO, CHARLIE], FindNeeds(finder="Alpha", bearers=6))
    assert "carry" not in made.sent[0].text
    assert told["Charlie"] is OrderKind.CARRY


def test_a_passer_by_found_so_the_nearest_team_leads():
    told, made = kinds([BRAVO, CHARLIE, DRONE], FindNeeds(finder=None, bearers=4))
    assert told["Bravo"] is OrderKind.LEAD
    assert made.sent[0].after_s == 600
    assert told["Drone"] is OrderKind.RETURN


def test_while_others_are_missing_the_search_goes_on():
    told, _ = kinds([ALPHA, BRAVO, CHARLIE, DELTA], FindNeeds(finder="Alpha", bearers=4, still_missing=2))
    assert [name for name, kind in told.items() if kind is OrderKind.GO_ON] == ["Delta"]


def test_who_is_with_another_casualty_stays_there():
    busy = Unit(id="Bravo", people=4, to_find_s=60.0, at_m=(80.0, 0.0), engaged=True)
    told, _ = kinds([ALPHA, busy, CHARLIE], FindNeeds(finder="Alpha", bearers=4))
    assert "Bravo" not in told


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
        assert (book.mission.find.event.needs, book.mission.find.event.told_by) == ("splint", "phone")


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
        assert book.mission.find.event.team is None


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
        seq = next(s.seq for s in book.stored if s.entry.id == book.mission.find.entry)
        assert len(book.mission.crew.orders) > 1
    desk.undo(crewed, str(seq))
    with opened(crewed, read_only=True) as book:
        assert {n: o.event.text for n, o in book.mission.crew.orders.items()} == {"Line A": "hold the bridge"}


def test_the_pair_as_formed_goes_first_and_the_alphabet_decides_nothing():
    near = Unit(id="M0", people=1, to_find_s=690.0, at_m=(890.0, 0.0), medics=("M0",), skill=1.0, team=False)
    good = Unit(id="M9", people=1, to_find_s=750.0, at_m=(890.0, 0.0), medics=("M9",), skill=5.0, team=False)
    told, _ = kinds([ALPHA, near, good, GUARD], FindNeeds(finder="Alpha", bearers=0))
    assert told["M9"] is OrderKind.MEDIC
    formed = Unit(
        id="M5", people=1, to_find_s=2000.0, at_m=(9.0, 0.0), medics=("M5",), skill=3.0, mate="G5", team=False
    )
    mate = Unit(id="G5", people=1, to_find_s=2000.0, at_m=(9.0, 0.0), mate="M5", team=False)
    told, _ = kinds([ALPHA, near, good, GUARD, formed, mate], FindNeeds(finder="Alpha", bearers=0))
    assert {n for n, kind in told.items() if kind is OrderKind.MEDIC} == {"M5", "G5"}


def test_who_has_been_awake_too_long_is_sent_only_where_nobody_else_is():
    worn = Unit(id="M0", people=1, to_find_s=100.0, at_m=(890.0, 0.0), medics=("M0",), awake_h=20.0, team=False)
    told, _ = kinds([ALPHA, worn, MEDIC, GUARD], FindNeeds(finder="Alpha", bearers=0))
    assert told["M1"] is OrderKind.MEDIC
    told, made = kinds([ALPHA, worn, GUARD], FindNeeds(finder="Alpha", bearers=0))
    assert told["M0"] is OrderKind.MEDIC
    assert any("M0 HAS BEEN AWAKE 20 h" in s for s in made.short)


def test_a_medic_beside_the_only_team_goes_with_it():
    base = Unit(id="Ground 1", people=4, to_find_s=900.0, at_m=(900.0, 0.0))
    told, made = kinds([base, MEDIC], FindNeeds(finder=None, bearers=0))
    assert told == {"Ground 1": OrderKind.LEAD, "M1": OrderKind.MEDIC}
    assert "M1 goes with you" in made.sent[0].text


def test_a_whole_line_beside_the_medic_carries_too():
    line = Unit(id="Line", people=6, to_find_s=900.0, at_m=(900.0, 0.0))
    _, made = kinds([ALPHA, MEDIC, line], FindNeeds(finder="Alpha", bearers=8))
    assert "5 of you carry" in next(s.text for s in made.sent if s.unit.id == "Line")
    assert not any("SHORT" in s for s in made.short)


def test_a_boat_goes_where_nobody_can_walk():
    boat = Unit(id="Boat", people=2, to_find_s=300.0, at_m=(600.0, 0.0), flies=True, afloat=True)
    ashore = Unit(id="Bravo", people=4, to_find_s=inf, at_m=(800.0, 0.0))
    told, made = kinds([boat, ashore], FindNeeds(finder=None, bearers=6))
    assert told["Boat"] is OrderKind.LEAD
    assert "take the subject aboard" in made.sent[0].text


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
