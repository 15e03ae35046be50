"""The clue verbs: which kind follows from what is given, held and accepted clues, three positions, time, areas."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from homeward import desk
from homeward.desk.book import opened
from homeward.errors import BadInput, HomewardError, UnknownName
from homeward.mission.nouns import Clue, ClueKind, Grade
from tests.desk.conftest import IPP, make_ready

AWAY = "36.2100, -84.1900"


def clue_of(path: Path, name: str = "1") -> Clue:
    with opened(path, read_only=True) as book:
        return book.mission.clues[name].event


def counting(path: Path) -> list[str]:
    with opened(path, read_only=True) as book:
        return [c.event.id for c in book.mission.counting_clues]


@pytest.fixture(scope="module")
def mapped(tmp_path_factory):
    """A mission with ground and a map, for questions that change nothing."""
    with pytest.MonkeyPatch.context() as env:
        env.setenv("HOMEWARD_NOW", "2026-11-21T17:00+00:00")
        path = make_ready(tmp_path_factory.mktemp("mapped"))
        desk.make_map(path)
    return path


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({}, "point"),
        ({"bearing_deg": 10.0}, "bearing"),
        ({"bearing_deg": 10.0, "sense": "shout"}, "bearing"),
        ({"sense": "shout"}, "ring"),
        ({"sense": "scent", "wind_from_deg": 220.0}, "bearing"),
        ({"timing_advance": "gsm 3"}, "sector"),
        ({"bearing_deg": 10.0, "width_deg": 65.0}, "sector"),
        ({"range_m": 2000.0, "kind": "ring"}, "ring"),
        ({"noticed": 0.9}, "absence"),
        ({"kind": "track", "bearing_deg": 40.0}, "track"),
        ({"kind": "image"}, "image"),
    ],
)
def test_the_kind_follows_from_what_is_given(ready, given: dict[str, Any], kind: str) -> None:
    answer = desk.clue(ready, "so", place=IPP, **given)
    assert answer.data["kind"] == kind
    assert clue_of(ready).kind is ClueKind(kind)
    json.dumps(dict(answer.data))


def test_a_scent_without_a_bearing_comes_from_up_the_wind(ready) -> None:
    desk.clue(ready, "scent", place=IPP, sense="scent", wind_from_deg=220.0)
    assert clue_of(ready).bearing_deg == 220
    odd = desk.clue(ready, "scent", place=IPP, sense="scent", wind_from_deg=220.0, bearing_deg=40.0)
    assert "180 degrees off the wind" in odd.text


def test_timing_advance_becomes_distances(ready) -> None:
    desk.clue(ready, "phone", place=IPP, bearing_deg=120.0, timing_advance="GSM:3")
    assert (clue_of(ready).range_min_m, clue_of(ready).range_max_m) == (1650, 2200)


def test_a_clue_says_what_was_taken_for_granted_and_how_far_it_is_believed(ready) -> None:
    answer = desk.clue(ready, "shape between trees", place=IPP, kind="image", reliability=0.9)
    assert "50% of such detections taken as false alarms" in answer.text
    assert "Believed to 45%" in answer.text
    assert answer.data["believed"] == pytest.approx(0.45)


# ---- positions ----------------------------------------------------------------------------------------------------


def test_three_positions_are_kept_apart_and_the_receivers_counts(ready) -> None:
    near = desk.clue(ready, "glove", spoken="36.2005, -84.2000", gps="36.2001, -84.2001", marked="36.2002, -84.2003")
    told = clue_of(ready)
    assert told.place == told.gps
    assert (told.spoken, told.marked) == ((36.2005, -84.2), (36.2002, -84.2003))
    assert near.data["findings"] == []


def test_positions_that_disagree_are_a_finding_wherever_the_mission_is_read(ready) -> None:
    far = desk.clue(ready, "glove", gps=IPP, spoken=AWAY)
    says = (
        "its receiver's place and its place as spoken are 1.4 km apart, more than their errors explain; "
        "its receiver's place counts"
    )
    assert says in far.text
    with opened(ready, read_only=True) as book:
        assert any(str(f).startswith(f"clue 1: {says}") for f in book.mission.findings)
    assert "its receiver's place" in str(desk.page_data(ready)["clues"][0]["notes"])
    chosen = desk.clue(ready, "glove", place=AWAY, gps=IPP, spoken=AWAY)
    assert "its place as spoken counts" in chosen.text


def test_without_any_place_there_is_no_clue(ready) -> None:
    with pytest.raises(BadInput, match="no place"):
        desk.clue(ready, "glove")


# ---- held, accepted, refused --------------------------------------------------------------------------------------


def test_a_held_clue_counts_once_it_is_accepted(ready) -> None:
    assert "once it is accepted" in desk.clue(ready, "voice", place=IPP, held=True).text
    assert counting(ready) == []
    desk.accept_clue(ready, "1", why="heard by two")
    assert counting(ready) == ["1"]


def test_an_acceptance_undone_is_as_if_it_had_never_been(ready) -> None:
    desk.clue(ready, "voice", place=AWAY, held=True)
    before = desk.make_map(ready).data["story"]
    desk.accept_clue(ready, "1")
    assert len(desk.make_map(ready).data["story"]) == len(before) + 1
    with opened(ready, read_only=True) as book:
        accepted = next(s.seq for s in book.stored if type(s.entry.event).__name__ == "ClueAccepted")
    desk.undo(ready, str(accepted))
    assert desk.make_map(ready).data["story"] == before
    assert counting(ready) == []


def test_a_refused_clue_can_be_accepted_again_and_a_refusal_undone(ready) -> None:
    desk.clue(ready, "voice", place=IPP)
    desk.refuse_clue(ready, "1", why="own team")
    assert counting(ready) == []
    desk.accept_clue(ready, "1")
    assert counting(ready) == ["1"]
    desk.refuse_clue(ready, "1", why="own team after all")
    desk.undo(ready)
    assert counting(ready) == ["1"]
    with pytest.raises(BadInput, match="counts already"):
        desk.accept_clue(ready, "1")
    with pytest.raises(UnknownName, match="no clue '9'"):
        desk.accept_clue(ready, "9")


def test_a_correction_keeps_the_old_and_whether_it_is_held(ready) -> None:
    desk.clue(ready, "ping", place=IPP, kind="ring", range_m=2000.0, held=True)
    desk.clue(ready, "ping", place=IPP, kind="ring", range_m=2500.0, corrects="1")
    assert clue_of(ready).range_m == 2500
    assert counting(ready) == []
    with opened(ready, read_only=True) as book:
        assert sum("2000" in str(s.entry.event) for s in book.stored) == 1


# ---- time ---------------------------------------------------------------------------------------------------------


def test_an_old_clue_says_how_old_it_is_in_the_maps_story(ready) -> None:
    desk.clue(ready, "boot print", place=AWAY, kind="track", bearing_deg=40.0, when="-2h")
    assert clue_of(ready).at is not None
    assert "of 2.0 h ago" in str(desk.make_map(ready).data["story"])


def test_what_is_heard_seen_or_measured_speaks_of_the_hour_of_its_report(ready) -> None:
    desk.clue(ready, "ping", place=IPP, kind="ring", range_m=2000.0, at="-1h")
    desk.clue(ready, "glove", place=IPP, at="-1h")
    assert clue_of(ready, "1").at == datetime(2026, 11, 21, 16, tzinfo=UTC)
    assert clue_of(ready, "2").at is None
    desk.clue(ready, "ping", place=IPP, kind="ring", range_m=2500.0, corrects="1")
    assert clue_of(ready, "1").at == datetime(2026, 11, 21, 16, tzinfo=UTC)
    desk.clue(ready, "ping", place=IPP, kind="ring", range_m=2500.0, when="-2h", corrects="1")
    assert clue_of(ready, "1").at == datetime(2026, 11, 21, 15, tzinfo=UTC)


def test_a_clue_from_before_the_subject_was_last_seen_is_asked_about(ready) -> None:
    assert "before the subject was last known at the IPP" in desk.clue(ready, "hat", place=IPP, when="07:00").text


# ---- areas --------------------------------------------------------------------------------------------------------


def polygons(path: Path, *grades: str) -> Path:
    corners = np.array([[0, 0], [0.01, 0], [0.01, 0.01], [0, 0.01], [0, 0]])
    features = [
        {
            "type": "Feature",
            "properties": {"title": f"Box {i}", "grade": grade},
            "geometry": {"type": "Polygon", "coordinates": [(corners + np.array([-84.2 + 0.01 * i, 36.2])).tolist()]},
        }
        for i, grade in enumerate(grades)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def test_areas_come_from_a_file_by_grade(ready, tmp_path) -> None:
    answer = desk.clue(ready, "brother's guess", area_file=polygons(tmp_path / "a.json", "strong", "8"))
    assert [(a.label, a.grade) for a in clue_of(ready).areas] == [
        ("Box 0", Grade.STRONG),
        ("Box 1", Grade.VERY_STRONG_NOT),
    ]
    assert "10:1 and 1:30, homeward's own numbers" in answer.text
    page = desk.page_data(ready)["clues"][0]
    assert len(page["shape"]) == 2
    with pytest.raises(BadInput, match="no grade 'perhaps'"):
        desk.clue(ready, "guess", area_file=polygons(tmp_path / "b.json", "perhaps"))


def test_a_corrected_clue_keeps_the_outlines_of_its_areas(ready, tmp_path) -> None:
    desk.clue(ready, "guess", area_file=polygons(tmp_path / "a.json", "strong", "8"))
    before = clue_of(ready)
    said = desk.page_data(ready)["clues"][0]["areas"]
    assert said == "Box 0=strong; Box 1=very strong not"
    desk.clue(ready, "guess", areas=said.replace("=strong;", "=certain;"), corrects="1")
    assert [a.grade for a in clue_of(ready).areas] == [Grade.CERTAIN, Grade.VERY_STRONG_NOT]
    assert [a.ring for a in clue_of(ready).areas] == [a.ring for a in before.areas]


def test_areas_of_the_plan_need_a_plan_and_its_segments(ready) -> None:
    with pytest.raises(HomewardError, match="no search plan yet"):
        desk.clue(ready, "guess", areas=["AA=strong"])


# ---- what cannot be -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"place": IPP, "when": "2027-01-01 08:00"}, "lies in the future, and no clue comes from there"),
        ({"place": IPP, "sense": "smell"}, "no sense 'smell'. Choose scent"),
        ({"place": IPP, "kind": "hunch"}, "no kind of clue 'hunch'"),
        ({"place": IPP, "timing_advance": "three"}, "no timing advance. Write"),
        ({"place": IPP, "timing_advance": "gsm 99"}, "from 0 to 63"),
        ({"place": IPP, "range_m": 3000.0}, "range without a bearing"),
        ({"place": "45, 7", "kind": "ring", "range_m": 3000.0}, "outside the map"),
        ({"place": IPP, "relevance": 1.5}, "relevance of 1.5"),
        ({"place": IPP, "areas": ["AA strong"]}, "names no area and grade"),
        ({"gps": "nowhere"}, "'nowhere' is not a place"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_nothing_is_written(mapped, given: dict[str, Any], says: str) -> None:
    before = mapped.read_bytes()
    with pytest.raises(HomewardError, match=says):
        desk.clue(mapped, "so", **given)
    assert mapped.read_bytes() == before


def test_a_mast_off_the_map_may_still_reach_it(ready) -> None:
    answer = desk.clue(ready, "phone", place="36.2600, -84.2000", bearing_deg=180.0, width_deg=90.0, range_max_m=9000.0)
    assert answer.data["kind"] == "sector"
    assert "clue 1" in str(desk.make_map(ready).data["story"])
