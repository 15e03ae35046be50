"""The verbs that write down a fact: what they refuse, and that nothing is lost when they do."""

from __future__ import annotations

import pytest

from homeward import desk
from homeward.desk.book import opened
from homeward.errors import BadInput, HomewardError, MissionFileError, NotYet, UnknownName
from tests.desk.conftest import IPP, hills


def entries(path):
    with opened(path, read_only=True) as book:
        return len(book.stored)


def test_a_mission_is_not_opened_over_another(bare):
    before = bare.read_bytes()
    with pytest.raises(MissionFileError):
        desk.new(bare, name="Another")
    assert bare.read_bytes() == before


def test_places_are_taken_in_every_style_and_kept_the_same(bare):
    for text in ("36.2000, -84.2000", "N36 12.000 W84 12.000", "16S GF 51700 09800", "16S 751700 4009800"):
        desk.ipp(bare, text, seen="08:00")
        with opened(bare, read_only=True) as book:
            assert book.mission.ipp is not None
            assert book.mission.ipp.place.lat_deg == pytest.approx(36.2, abs=3e-3)


def test_times_are_read_in_the_missions_zone_and_kept_in_utc(bare):
    answer = desk.ipp(bare, IPP, seen="08:00")
    assert answer.data["seen_at"] == "2026-11-21T13:00:00+00:00"
    assert "08:00 EST" in answer.text


@pytest.mark.parametrize(
    ("what", "names"),
    [
        (lambda p: desk.ipp(p, "95, 10", seen="08:00"), "95, 10"),
        (lambda p: desk.ipp(p, IPP, seen="2027-01-01 08:00"), "future"),
        (lambda p: desk.ipp(p, "40.0, -84.2", seen="08:00"), "outside the map"),
        (lambda p: desk.clue(p, "scent", place="36.2 -84.2", bearing_deg=400.0), "400"),
        (lambda p: desk.clue(p, "scent", place="45.0, 7.0"), "outside the map"),
        (lambda p: desk.clue(p, "scent", place=IPP, range_m=3000.0), "bearing"),
        (lambda p: desk.clue(p, "scent", place=IPP, reliability=1.5), "1.5"),
        (lambda p: desk.clue(p, "scent", place=IPP, team="Dog 9"), "Dog 1"),
        (lambda p: desk.team(p, "Dog 2", kind="cat"), "cat"),
        (lambda p: desk.team(p, "Dog 2", kind="dog", people=0), "people: 0"),
        (lambda p: desk.team(p, "x" * 300, kind="dog"), "300"),
        (lambda p: desk.team(p, "Dog 2", kind="dog", speed_mps=0.0, why="tired"), "speed of 0"),
        (lambda p: desk.team(p, "Dog 2", kind="dog", speed_mps=1.0), "--why"),
        (lambda p: desk.stand_down(p, "Dog 9"), "Dog 1"),
        (lambda p: desk.subject(p, category="hikr"), "hiker"),
        (lambda p: desk.subject(p, count=0), "count"),
        (lambda p: desk.refuse_clue(p, "7", why="x"), "7"),
        (lambda p: desk.undo(p, "999"), "999"),
    ],
)
def test_what_cannot_be_is_refused_by_name_and_nothing_is_written(ready, what, names):
    before = entries(ready)
    with pytest.raises(HomewardError, match=names):
        what(ready)
    assert entries(ready) == before


def test_subject_fields_are_added_one_by_one_and_stay_personal(ready):
    answer = desk.subject(ready, age_years=44.0)
    assert "Jane" not in answer.text
    with opened(ready, read_only=True) as book:
        subject = book.mission.subject
    assert (subject.name, subject.category, subject.age_years) == ("Jane Roe", "hiker", 44.0)
    assert "Jane" not in repr(subject)


def test_an_undone_clue_counts_no_longer_and_undoing_the_undo_brings_it_back(ready):
    desk.clue(ready, "scent", place=IPP, bearing_deg=315.0)
    undone = desk.undo(ready)
    assert undone.data["kind"] == "ClueReported"
    with opened(ready, read_only=True) as book:
        assert not book.mission.clues
        last = book.stored[-1].seq
    desk.undo(ready, str(last))
    with opened(ready, read_only=True) as book:
        assert list(book.mission.clues) == ["1"]


def test_the_opening_cannot_be_undone(bare):
    with pytest.raises(BadInput, match="opening"):
        desk.undo(bare, "1")


def test_a_refused_clue_stays_in_the_log(ready):
    desk.clue(ready, "torch seen", place=IPP)
    desk.refuse_clue(ready, "1", why="it was Line A's own torch")
    with opened(ready, read_only=True) as book:
        assert list(book.mission.clues) == ["1"]
        assert book.mission.counting_clues == ()


def test_personal_fields_stay_out_of_the_shown_log_unless_asked_for(ready):
    assert "Jane" not in desk.show_log(ready).text
    assert "asthma" not in str(desk.show_log(ready).data)
    assert "Jane" in str(desk.show_log(ready, personal=True).data)


def test_an_elevation_file_without_crs_is_refused_by_name(bare, tmp_path):
    with pytest.raises(HomewardError, match=r"bare\.tif"):
        desk.load_area(bare, elevation=[hills(tmp_path / "bare.tif", crs=None)])
    assert entries(bare) == 1


def test_a_hole_in_the_elevation_is_filled_and_said(bare, tmp_path):
    answer = desk.load_area(bare, elevation=[hills(tmp_path / "holed.tif", hole=True)], cell_m=100.0)
    assert answer.data["findings"]
    with opened(bare, read_only=True) as book:
        terrain = book.terrain()
    assert terrain.hole.any()
    assert terrain.elevation_m.min() > 150
    assert terrain.elevation_m.max() < 700


@pytest.mark.parametrize("verb", [desk.make_map, desk.plan, lambda p: desk.brief(p, p.parent / "x")])
def test_what_has_to_come_first_is_said(bare, verb):
    with pytest.raises(NotYet, match="homeward "):
        verb(bare)


def test_an_unknown_name_comes_with_the_nearest_one(ready):
    with pytest.raises(UnknownName, match="Did you mean 'Dog 1'"):
        desk.stand_down(ready, "Dog1")


def test_an_undone_undo_is_not_shown_as_undone(ready):
    desk.clue(ready, "scent", place=IPP)
    desk.undo(ready)
    with opened(ready, read_only=True) as book:
        last = book.stored[-1].seq
    desk.undo(ready, str(last))
    rows = desk.show_log(ready).data["entries"]
    assert [r["undone"] for r in rows[-3:]] == [False, True, False]
    assert desk.undo(ready).data["kind"] == "ClueReported"


def test_a_corrected_clue_takes_the_place_of_the_wrong_one(ready):
    desk.clue(ready, "scent", place=IPP, bearing_deg=45.0)
    desk.clue(ready, "scent", place=IPP, bearing_deg=315.0, corrects="1")
    with opened(ready, read_only=True) as book:
        assert [c.event.bearing_deg for c in book.mission.clues.values()] == [315.0]
    with pytest.raises(UnknownName):
        desk.clue(ready, "scent", place=IPP, corrects="7")


@pytest.mark.parametrize(
    "what",
    [
        lambda p: desk.clue(p, "x", place=IPP, at="2030-01-01 10:00"),
        lambda p: desk.clue(p, "x", place=IPP, at="-99999999999h"),
        lambda p: desk.subject(p, age_years=-5.0),
        lambda p: desk.plan(p, seed=-1),
        lambda p: desk.show_log(p, last=-3),
    ],
)
def test_impossible_times_ages_and_numbers_are_refused(ready, what):
    with pytest.raises(BadInput):
        what(ready)


def test_a_team_stands_down_once(ready):
    desk.stand_down(ready, "Dog 1")
    with pytest.raises(BadInput, match="Dog 1 was stood down already"):
        desk.stand_down(ready, "Dog 1")
    with pytest.raises(UnknownName, match="Fox"):
        desk.stand_down(ready, "Fox")


def test_a_name_among_hundreds_gets_the_nearest_and_not_all():
    names = [a + b for a in "ABCDEFGHIJKLM" for b in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    said = str(UnknownName("segment", "K9", names))
    near = said.partition("It has 338, such as ")[2].rstrip(".").split(", ")
    assert len(near) == 12
    assert all("K" in n for n in near)
    assert len(str(UnknownName("segment", "77", names))) < 150


def test_what_is_personal_in_results_stays_out_of_the_log_shown(ready):
    desk.found(ready, IPP, alive=True, condition="broken ankle", orders=False)
    shown = desk.show_log(ready)
    assert "ankle" not in str(shown.data)
    assert shown.data["entries"][-1]["event"]["alive"] == "(personal)"


def test_a_damaged_log_is_said_first_and_not_written_to(ready):
    import sqlite3

    with sqlite3.connect(ready) as db:
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            db.execute(f"DROP TRIGGER {name}")
        db.execute("UPDATE entry SET data = replace(data, '36.2', '37.2') WHERE kind = 'IppSet'")
    assert desk.show(ready).text.startswith("WARNING")
    assert desk.show_log(ready).text.startswith("WARNING")
    with pytest.raises(MissionFileError, match="changed after it was written"):
        desk.clue(ready, "scent", place=IPP)
