"""The carry-out at the desk: what it says first, the front, another way, what cannot be, and what stays personal."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import datetime

import numpy as np
import pypdfium2
import pytest

from homeward import desk
from homeward.desk.book import opened
from homeward.desk.rescue.carry import case as carry_case
from homeward.desk.rescue.carry import data as carry_data
from homeward.desk.rescue.carry import routes as carry_routes
from homeward.desk.rescue.carry import words as carry_words
from homeward.desk.rescue.carry.state import mechanism_of
from homeward.errors import BadInput, NotYet, UnknownName
from homeward.geo import parse_place
from homeward.mission.nouns import Weather
from homeward.terrain import travel_time_s
from tests.desk.conftest import NOON, make_ready

FOUND = "36.2080, -84.1920"
MEDIC = "Planning support: the medic decides."


def make_found(folder):
    path = make_ready(folder)
    for name in ("Hasty A", "Hasty B", "Hasty C"):
        desk.team(path, name, kind="hasty", people=6, radio="channel 4")
    desk.person(path, "M1", roles=["medic:5"])
    desk.person(path, "G1", roles=["guard"])
    desk.hazard(path, "H1", kind="people", place="36.2040, -84.1985", radius_m=200.0, label="armed man", hits_per_h=0.2)
    desk.exit_(path, "Road", place="36.1900, -84.2100", then="30 min")
    desk.exit_(path, "Track", place="36.2150, -84.2100", then="50 min", kind="vehicle")
    desk.found(path, FOUND, team="Hasty A", alive=True, condition="broken ankle")
    desk.casualty(path, "1", age_years=54, mechanism="fall of 5 m", injured="10:30")
    return path


@pytest.fixture(scope="module")
def carried(tmp_path_factory):
    """A mission with a casualty whose carry-out is planned."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOMEWARD_NOW", NOON)
        path = make_found(tmp_path_factory.mktemp("carried"))
        desk.carry_out(path)
    return path


@pytest.fixture
def own(carried, tmp_path):
    """A copy of it, to write in."""
    return shutil.copy(carried, tmp_path / "own.mission")


def plans_of(path):
    with opened(path, read_only=True) as book:
        return [made.event for made in book.mission.rescue.carry_outs]


def test_the_answer_says_first_what_to_do_in_one_sentence(own):
    first = desk.carry_out(own).text.splitlines()[0]
    assert first.split()[0] in {"MOVE", "ABOUT", "TREAT", "ASSESS", "WAIT", "STABILISE"}
    for words in ("km to", "of carrying", "there about", "crew", "medic pair", "rear guard of 2", "daylight ends 17:"):
        assert words in first
    assert first.endswith(".")


def test_the_front_goes_from_the_fastest_to_the_safest(own):
    data = desk.carry_out(own).data
    front = [r for r in data["routes"] if not r["known"]]
    assert len(front) >= 2
    assert front[0]["arrive_s"][1] <= front[-1]["arrive_s"][1]
    assert front[0]["hits"] > front[-1]["hits"]
    for r in data["routes"]:
        low, middle, high = r["arrive_s"]
        assert low < middle < high
        assert 0 <= r["p_by"] <= 1
        assert r["p_unhurt"] == pytest.approx(2.718281828 ** -r["hits"], rel=1e-6)
        assert r["line"][0] == pytest.approx([-84.1920, 36.2080], abs=2e-3)
    assert any(r["known"] for r in data["routes"])
    assert {r["exit_id"] for r in data["routes"]} == {"Road", "Track"}
    event = plans_of(own)[-1]
    assert 0 < event.value <= event.bound <= 1


def test_another_way_is_chosen_from_the_ones_shown(own):
    before = desk.carry_out(own).data
    other = 1 if before["chosen"] != 1 else 2
    after = desk.carry_out(own, route=other).data
    assert after["chosen"] == other
    assert [r["line"] for r in after["routes"]] == [r["line"] for r in before["routes"]]
    assert "stretches" in after["routes"][other - 1]
    assert plans_of(own)[-1].route == other
    with pytest.raises(BadInput, match="There is no way 99"):
        desk.carry_out(own, route=99)
    assert plans_of(own)[-1].route == other


def test_who_goes_past_a_hazard_is_watched(own):
    danger = next(r for r in desk.carry_out(own).data["routes"] if r["hits"] > 0.01)
    plan = desk.carry_out(own, route=danger["n"]).data
    row = plan["routes"][danger["n"] - 1]
    assert row["stretches"]
    assert row["stretches"][0]["to_m"] > row["stretches"][0]["from_m"]
    assert any(per_h > 0 for _, per_h in row["along"])
    with opened(own, read_only=True) as book:
        watch = carry_words.sheet_text({**plan, "made_at": plan["now"]}, book.mission)["watch"]
    assert "the first is there about" in watch[0]
    assert "the rear guard past it about" in watch[0]
    assert watch[1].startswith(("Watch 1: pair at", "No safe place")), (
        "not L1, as a lookout of the search may be called"
    )


def test_the_relay_has_its_changes_on_the_way(own):
    data = desk.carry_out(own, bearers=18).data
    row = data["routes"][data["chosen"] - 1]
    places = row["relay"]["places"]
    assert len(places) == row["relay"]["changes"] > 1
    assert all(0 < p["at_m"] < row["length_m"] for p in places)
    fewer = desk.carry_out(own, bearers=6)
    assert "short" in fewer.text.splitlines()[0]
    assert fewer.data["routes"][0]["arrive_s"][1] > data["routes"][0]["arrive_s"][1]


def test_changes_are_listed_with_times_and_harness_saves_most_of_them(own):
    by_hand = desk.carry_out(own, bearers=24)
    relay = by_hand.data["routes"][by_hand.data["chosen"] - 1]["relay"]
    listed = [c for c in relay["places"] if c["listed"]]
    assert 1 <= len(listed) <= 9
    times = [c["at_s"] for c in relay["places"]]
    assert times == sorted(times)
    assert all(f"change {c['n']}  " in by_hand.text for c in listed)
    assert "Bearers change every 5 min of carrying" in by_hand.text
    harness = desk.carry_out(own, bearers=24, harness=True)
    row = harness.data["routes"][harness.data["chosen"] - 1]
    assert row["relay"]["changes"] < 0.6 * relay["changes"]
    assert "harness or straps" not in harness.text


def test_who_is_there_is_counted_by_head_and_one_crew_rests(own):
    six = desk.carry_out(own, bearers=7)
    relay = six.data["routes"][six.data["chosen"] - 1]["relay"]
    need, there = relay["carriers"], relay["carriers_there"]
    assert there == 7
    assert f"7 of {need} carriers" in six.text
    assert f"{need - 7} short" in six.text
    assert "min of rests" in six.text.splitlines()[0]
    assert "crew 1 takes over" not in six.text
    row = six.data["routes"][six.data["chosen"] - 1]
    assert row["people"] == 7 + 4  # the medic pair and the rear guard go with them


def test_bleeding_that_was_seen_is_not_looked_for_again(own):
    desk.casualty(own, "1", report="talking, bleeding heavily")
    desk.observe(own, severe_bleeding=True, consciousness="V")
    answer = desk.carry_out(own)
    assert "severe bleeding outwards 9" in answer.text
    assert "besides it perhaps" in answer.text
    assert "Report read as: " in answer.text
    assert answer.data["advice"]["first"] == "treat: life-saving"
    assert not any(name.startswith("assess") for name in answer.data["advice"]["by_first"])
    stops = answer.data["stops"]
    assert stops
    assert "to stabilise" in answer.text
    length = answer.data["routes"][answer.data["chosen"] - 1]["length_m"]
    assert all(0 < s["at_m"] < length for s in stops)
    assert "stops" not in desk.carry_out(own, personal=False).data
    desk.treat(own, "tourniquet", where="thigh")
    desk.observe(own, severe_bleeding=False)
    after = desk.carry_out(own)
    assert "severe bleeding outwards 9" in after.text
    assert "life-saving care is done" in after.text


def test_the_litter_sets_out_when_its_bearers_are_there(ready):
    desk.team(ready, "Hasty B", kind="hasty", people=6)
    desk.team_at(ready, "Hasty B", "36.1768, -84.2320")
    rows = desk.found(ready, "36.2240, -84.1705", team="Dog 1", alive=True).data["orders"]
    comes_s = max(row["after_s"] for row in rows if row["kind"] == "carry")
    assert comes_s > 4020  # later than packaging takes
    made = desk.carry_out(ready).data
    assert made["routes"][0]["starts_s"] >= comes_s - 60
    assert any("bearers there" in note and "starts about" in note for note in made["notes"])
    desk.acknowledge(ready, "Hasty B", eta="+30min")
    assert desk.carry_out(ready).data["routes"][0]["starts_s"] < comes_s - 3600
    told = desk.carry_out(ready, start="+30min").data
    assert told["routes"][0]["starts_s"] == pytest.approx(1800, abs=60)


def test_told_by_phone_the_packaging_counts_from_the_first_who_comes(ready):
    desk.team(ready, "Hasty B", kind="hasty", people=6)
    rows = desk.found(ready, "36.2080, -84.1920", alive=True, told_by="phone").data["orders"]
    first_s = min(row["after_s"] for row in rows if row["kind"] in {"lead", "medic", "carry"})
    made = desk.carry_out(ready)
    row = made.data["routes"][made.data["chosen"] - 1]
    assert row["starts_s"] >= first_s + 4020 - 60
    assert row["arrive_s"][0] > first_s + 3000
    assert "starts about" in made.text.splitlines()[0]


def test_an_exit_far_from_every_road_is_said_and_not_chosen(ready, monkeypatch):
    desk.found(ready, FOUND, team="Dog 1", alive=True)
    with opened(ready, read_only=True) as book:
        hut = np.array(book.terrain().grid.to_m(parse_place("36.2090, -84.1900")))
    monkeypatch.setattr(carry_case, "off_road_m", lambda _, at: 3000.0 if np.hypot(*(hut - at)) < 100 else 50.0)
    far = desk.exit_(ready, "Hut", place="36.2090, -84.1900")
    assert "km from any road" in far.text
    alone = desk.carry_out(ready)
    assert "FROM ANY ROAD" in alone.text.splitlines()[0]
    desk.exit_(ready, "Road", place="36.1900, -84.2100", then="30 min", ready_at="+20h")
    both = desk.carry_out(ready)
    chosen = both.data["routes"][both.data["chosen"] - 1]
    assert chosen["exit_id"] == "Road"
    assert chosen["wait_s"] > 0
    assert "vehicle there only" in both.text.splitlines()[0]
    hut = next(r for r in both.data["routes"] if r["exit_id"] == "Hut")
    assert hut["care_s"] is None


def test_each_crew_is_among_the_changes_that_are_listed():
    for changes in range(1, 120):
        for crews in (1, 2, 3):
            every = carry_data._every(changes, crews)
            listed = range(every, changes + 1, every)
            assert len(listed) <= 9
            if len(listed) >= crews:
                assert {(n % crews) for n in listed} == set(range(crews))


def test_chances_say_what_they_are_of(own):
    answer = desk.carry_out(own)
    row = answer.data["routes"][answer.data["chosen"] - 1]
    assert f"Alive then: alive when care begins, {row['p_alive']:.1%} by way {row['n']}." in answer.text
    assert "by the marked hazards alone" in answer.text
    heads = next(line for line in answer.text.splitlines() if line.strip().startswith("way "))
    assert "(sunset)" in heads
    assert "hurt by hazards marked" in heads
    assert answer.text.count("way in") <= 2


def test_heights_that_are_filled_in_are_said_on_screen_and_sheet(own):
    plan = dict(desk.carry_out(own).data)
    row = plan["routes"][plan["chosen"] - 1]
    assert row["filled_m"] == 0
    row["filled_m"] = 230
    said = "0.2 km of this way have NO ELEVATION"
    assert any(said in line for line in carry_words.carry_lines(plan, zone="UTC"))
    with opened(own, read_only=True) as book:
        sheet = carry_words.sheet_text({**plan, "made_at": plan["now"]}, book.mission)
    assert any(said in line for line in sheet["notes"])


def test_a_known_way_that_equals_another_is_named_once(own):
    with opened(own, read_only=True) as book:
        case = carry_case.case_of(book, "1", carry_case.Asked(), now=datetime.fromisoformat(NOON))
    found, _ = carry_routes.ways_out(case, hazard_per_h=None, beyond=carry_routes.Beyond(weather=Weather()))
    best = found.front[0]
    same = replace(found, known=replace(best, known=True))
    ways = carry_routes.shown(same, ())
    assert sum(way.known for way in ways) == 1
    assert len(ways) == len(carry_routes.shown(replace(found, known=None), ()))


def test_the_sheet_in_letter_size(own, tmp_path):
    desk.carry_out(own, folder=tmp_path, paper="letter")
    pdf = pypdfium2.PdfDocument(tmp_path / "carry-out-casualty-1.pdf")
    assert len(pdf) == 1
    assert pdf[0].get_size() == (612, 792)
    before = len(plans_of(own))
    with pytest.raises(BadInput, match="no paper 'a5'"):
        desk.carry_out(own, folder=tmp_path, paper="a5")
    assert len(plans_of(own)) == before


def test_a_later_start_arrives_later(own):
    soon = desk.carry_out(own, start="+10min").data["routes"][0]["arrive_s"][1]
    late = desk.carry_out(own, start="+100min").data["routes"][0]["arrive_s"][1]
    assert late - soon == pytest.approx(5400, abs=900)


def test_the_dead_are_carried_without_hurry_and_without_scores(ready):
    desk.found(ready, FOUND, team="Dog 1", alive=False)
    answer = desk.carry_out(ready)
    assert answer.text.startswith("NO HURRY")
    assert answer.data["advice"] is None


def test_for_the_dead_nobody_is_put_at_risk(own):
    desk.found(own, FOUND, team="Hasty A", alive=False)
    data = desk.carry_out(own).data
    assert data["routes"][data["chosen"] - 1]["hits"] == pytest.approx(min(r["hits"] for r in data["routes"]), abs=1e-3)


def test_without_exits_the_ground_offers_some_and_says_so(ready):
    desk.found(ready, FOUND, team="Dog 1")
    answer = desk.carry_out(ready)
    assert "No exit is marked" in answer.text
    assert "No hospital is known" in answer.text
    assert answer.text.endswith(MEDIC)


def test_what_cannot_be_is_refused_and_nothing_is_logged(ready):
    with pytest.raises(UnknownName, match="no casualty '1'"):
        desk.carry_out(ready)
    desk.casualty(ready, "1", age_years=40)
    with pytest.raises(NotYet, match="Nobody has said where casualty 1 is"):
        desk.carry_out(ready)
    desk.found(ready, "36.9, -84.2", team="Dog 1")
    with pytest.raises(BadInput, match="off the map"):
        desk.carry_out(ready)
    desk.found(ready, FOUND, team="Dog 1")
    with pytest.raises(BadInput, match="1 bearers cannot carry"):
        desk.carry_out(ready, bearers=1)
    assert plans_of(ready) == []


def test_an_exit_that_cannot_be_reached_is_named(ready, monkeypatch):
    desk.found(ready, FOUND, team="Dog 1")
    desk.exit_(ready, "Island", place="36.1900, -84.2100")
    real = travel_time_s
    monkeypatch.setattr(carry_case, "travel_time_s", lambda *a, **k: np.full_like(real(*a, **k), np.inf))
    with pytest.raises(BadInput, match=r"exit Island cannot be reached on foot: water, cliffs.* Mark another exit"):
        desk.carry_out(ready)
    assert plans_of(ready) == []


def test_nothing_of_the_casualty_is_on_the_sheet_or_the_open_page(own, tmp_path):
    answer = desk.carry_out(own, folder=tmp_path / "papers")
    assert "Probable state" in answer.text
    pdf = pypdfium2.PdfDocument(tmp_path / "papers" / "carry-out-casualty-1.pdf")
    assert len(pdf) == 1
    text = pdf[0].get_textpage().get_text_range()
    assert MEDIC in text
    for secret in ("ankle", "fall of", "Probable", "alive", "survives"):
        assert secret not in text
    open_page = json.dumps(desk.page_data(own)["rescue"])
    for secret in ("ankle", "fall of", "Probable", "p_alive", "survives", "advice"):
        assert secret not in open_page
    known = desk.page_data(own, personal=True)["rescue"]
    assert known["casualties"][0]["personal"]["condition"] == "broken ankle"
    assert known["carry_outs"][0]["advice"] is not None
    hidden = desk.carry_out(own, personal=False)
    assert "Probable" not in hidden.text
    assert "p_alive" not in json.dumps(dict(hidden.data))
    with pytest.raises(BadInput, match="--personal"):
        desk.triage(own, personal=False)


def test_hold_or_leave_says_what_both_cost(own):
    desk.carry_out(own, route=1)
    answer = desk.hold_or_leave(own, hazard="H1", begins="20 min", lasts="2 h")
    assert answer.text.split()[0] in {"LEAVE", "HOLD,"}
    rows = answer.data["departures"]
    plan = desk.carry_out(own, route=1).data
    starts = plan["routes"][0]["starts_s"]
    assert rows[0]["delay_s"] == pytest.approx(starts, abs=60)  # nobody leaves before the litter is packaged
    assert "AS SOON AS CAN BE" in answer.text or answer.text.startswith("HOLD")
    assert all(0 <= r["p_unhurt"] <= 1 for r in rows)
    assert answer.text.endswith(MEDIC)
    with pytest.raises(UnknownName, match="no hazard 'H2'"):
        desk.hold_or_leave(own, hazard="H2")
    with pytest.raises(BadInput, match="no length of time"):
        desk.hold_or_leave(own, begins="soon")


def test_hold_needs_a_plan_and_a_hazard(ready):
    desk.found(ready, FOUND, team="Dog 1")
    with pytest.raises(NotYet, match="No carry-out is planned"):
        desk.hold_or_leave(ready)
    desk.carry_out(ready)
    with pytest.raises(NotYet, match="No hazard is marked"):
        desk.hold_or_leave(ready)


@pytest.mark.parametrize(
    ("told", "mechanism"),
    [
        ("Fall of 5 m", "fall"),
        ("shot in the leg", "penetrating"),
        ("car crash, fell out", "vehicle"),
        ("hypothermic after a night out", "cold"),
        ("swept away by the river", "water"),
        ("who knows", ""),
        (None, ""),
    ],
)
def test_a_mechanism_is_read_from_words(told, mechanism):
    assert mechanism_of(told) == mechanism
