"""The manager overrules: drawn segments, locks, an own plan; and what teams tell while they are out."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import shapely

from homeward import desk
from homeward.desk.book import opened
from homeward.desk.search.drawn import with_drawn
from homeward.errors import BadFile, BadInput, NotYet, UnknownName
from homeward.search.records import Segment
from homeward.search.segments import outline
from tests.desk.conftest import NOON, make_planned

SQUARE = ("36.200,-84.200", "36.200,-84.190", "36.208,-84.190", "36.208,-84.200")


@pytest.fixture(scope="module")
def planned(tmp_path_factory):
    return make_planned(tmp_path_factory.mktemp("managed"))


def drawn(path: Path, name: str) -> Segment:
    with opened(path, read_only=True) as book:
        return next(s for s in with_drawn(book, ()) if s.id == name)


def test_a_segment_is_drawn_by_its_corners(ready):
    answer = desk.draw_segment(ready, "N1", places=list(SQUARE), label="north slope")
    assert answer.data["kind"] == "area"
    assert answer.data["area_m2"] == pytest.approx(800e3, rel=0.02)  # 0.008 deg of latitude by 0.01 of longitude
    assert "north slope" in desk.list_segments(ready).text


def test_a_strip_along_a_line_and_a_circle(ready):
    strip = desk.draw_segment(ready, "Ridge", places=list(SQUARE[:2]), line=True, buffer_m=50.0).data
    assert strip["kind"] == "line"
    assert strip["area_m2"] == pytest.approx(899 * 100 + 3.14159 * 50**2, rel=0.02)
    circle = desk.draw_segment(ready, "Lake", around="36.21,-84.21", radius_m=300.0).data
    assert circle["area_m2"] == pytest.approx(3.14159 * 300**2, rel=0.01)


def test_a_segment_from_a_file(ready, tmp_path):
    ring = [[-84.2, 36.2], [-84.19, 36.2], [-84.19, 36.208], [-84.2, 36.2]]
    feature = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    file = tmp_path / "area.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    assert desk.draw_segment(ready, "N1", file=file).data["area_m2"] == pytest.approx(400e3, rel=0.02)
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature, feature]}))
    with pytest.raises(BadInput, match="holds 2 outlines"):
        desk.draw_segment(ready, "N2", file=file)
    file.write_text("not json")
    with pytest.raises(BadFile, match="no GeoJSON"):
        desk.draw_segment(ready, "N2", file=file)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"places": [SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3]]}, "crosses itself near 36.20"),
        ({"places": [*SQUARE[:2], "37.0,-84.19"]}, "reaches off the map"),
        ({"places": list(SQUARE[:2])}, "2 places. Give 3 or more"),
        ({"around": SQUARE[0]}, "without a radius"),
        ({"around": SQUARE[0], "radius_m": 10.0}, "too little on a map"),
        ({"around": SQUARE[0], "radius_m": -5.0}, "cannot be"),
        ({}, "drawn in 0 ways"),
        ({"places": list(SQUARE), "around": SQUARE[0]}, "drawn in 2 ways"),
    ],
)
def test_an_outline_that_cannot_be_is_refused_in_plain_words(ready, told, words):
    with pytest.raises(BadInput, match=words):
        desk.draw_segment(ready, "N1", **told)
    with opened(ready, read_only=True) as book:
        assert not book.mission.segments


def test_drawn_ground_wins_and_names_stay(planned):
    with opened(planned, read_only=True) as book:
        segments = {s.id: s for s in book.plan().segments}
    ring = outline(segments["AA"])
    with opened(planned, read_only=True) as book:
        middle = book.terrain().grid.to_place(*ring.representative_point().coords[0])
    desk.draw_segment(planned, "Mine", around=str(middle), radius_m=250.0)
    with opened(planned, read_only=True) as book:
        left = with_drawn(book, tuple(segments.values()))
        kept = with_drawn(book, tuple(segments.values()), kept=["AA"])
    own = outline(left[0])
    assert left[0].id == "Mine"
    for s in left[1:]:
        if s.kind == "area":
            assert outline(s).intersection(own).area < 100.0**2  # less than a cell is not cut
            assert outline(s).difference(outline(segments[s.id])).area < 1.0
    untouched = [s for s in segments.values() if outline(s).distance(own) > 1.0]
    assert set(untouched) <= set(left)
    assert segments["AA"] in kept


def test_a_drawn_name_is_not_one_that_was_cut(planned):
    with pytest.raises(BadInput, match="AA is a segment that homeward cut"):
        desk.draw_segment(planned, "AA", places=list(SQUARE))


def test_a_lock_on_a_team_that_stood_down_is_said_and_stops_no_plan(planned, tmp_path):
    path = Path(shutil.copy(planned, tmp_path / "stood.mission"))
    with opened(path, read_only=True) as book:
        segment = next(s.id for s in book.plan().segments if s.kind == "area")
    desk.lock(path, f"Line A searches {segment}")
    (name,) = desk.list_locks(path).data["locks"]
    desk.own_plan(path, {"Line A": [segment]})
    told = desk.rehearse(path, subjects=200, what_ifs=["team Line A out"])
    assert "What if team Line A out" in told.text
    desk.stand_down(path, "Line A")
    for again in (False, True):
        told = desk.plan(path, again=again, hours=None if again else 1.0)
        assert f"Lock {name['id']} cannot be kept: Line A is no longer here" in told.text


def test_dropping_a_segment_takes_it_out_of_plans(ready):
    desk.draw_segment(ready, "N1", places=list(SQUARE))
    was = drawn(ready, "N1")
    desk.drop_segment(ready, "N1", why="searched by the village")
    with opened(ready, read_only=True) as book:
        assert with_drawn(book, (was,)) == ()
    with pytest.raises(UnknownName, match="N1"):
        desk.drop_segment(ready, "N1")


@pytest.mark.parametrize(
    ("words", "rule", "team"),
    [
        ("Dog 1 searches N1", "must", "Dog 1"),
        ("dog 1 searches N1", None, None),
        ("Dog 1 never searches N1", "never", "Dog 1"),
        ("nobody searches N1", "never", None),
        ("somebody searches N1", "must", None),
        ("have a look at N1", None, None),
    ],
)
def test_a_lock_in_plain_words(ready, words, rule, team):
    desk.draw_segment(ready, "N1", places=list(SQUARE))
    if rule is None:
        with pytest.raises((BadInput, UnknownName)):
            desk.lock(ready, words)
        return
    data = desk.lock(ready, words, why="knows it").data
    assert (data["id"], data["rule"], data["team"], data["segment"]) == ("L1", rule, team, "N1")
    assert "knows it" in desk.list_locks(ready).text


@pytest.mark.parametrize(
    ("kind", "why"), [("boat", "it searches water only, and N1 holds none"), ("radar", "it works in buildings only")]
)
def test_a_lock_that_never_can_be_kept_is_doubted_at_once(ready, kind, why):
    desk.draw_segment(ready, "N1", places=list(SQUARE))
    desk.team(ready, "Extra", kind=kind)
    assert f"It cannot be kept: Extra: {why}" in desk.lock(ready, "Extra searches N1").text
    assert desk.lock(ready, "Dog 1 searches N1").data["doubt"] == ""
    assert desk.lock(ready, "somebody searches N1").data["doubt"] == ""


def test_undoing_a_drawing_says_which_locks_it_leaves_behind(ready):
    desk.draw_segment(ready, "N1", places=list(SQUARE))
    drawn = str(len(desk.show_log(ready).data["entries"]))
    desk.lock(ready, "Dog 1 searches N1")
    assert "Segment N1 is gone, and L1 still names it" in desk.undo(ready, drawn).text


def test_locks_that_deny_each_other_are_refused_and_names_are_not_used_again(ready):
    desk.draw_segment(ready, "N1", places=list(SQUARE))
    desk.lock(ready, team="Dog 1", segment="N1")
    with pytest.raises(BadInput, match=r"Lock L1 says that Dog 1 searches N1\. Free it first"):
        desk.lock(ready, "nobody searches N1")
    with pytest.raises(BadInput, match="says already"):
        desk.lock(ready, "Dog 1 searches N1")
    desk.free(ready, "L1")
    assert desk.lock(ready, "nobody searches N1").data["id"] == "L2"
    with pytest.raises(UnknownName, match="L1"):
        desk.free(ready, "L1")
    with pytest.raises(UnknownName, match="segment"):
        desk.lock(ready, "Dog 1 searches QQ")


def test_the_own_plan_names_what_there_is(ready):
    with pytest.raises(NotYet, match="no segment yet"):
        desk.own_plan(ready, {"Dog 1": ["N1"]})
    desk.draw_segment(ready, "N1", places=list(SQUARE))
    with pytest.raises(UnknownName, match="Fox"):
        desk.own_plan(ready, {"Fox": ["N1"]})
    desk.own_plan(ready, {"Dog 1": ["N1"]}, label="ours")
    with opened(ready, read_only=True) as book:
        assert book.mission.own_plan is not None
        assert book.mission.own_plan.orders == (("Dog 1", ("N1",)),)
    desk.own_plan(ready, {})
    with opened(ready, read_only=True) as book:
        assert book.mission.own_plan is not None
        assert book.mission.own_plan.orders == ()


def test_what_teams_tell_is_checked(planned, monkeypatch):
    monkeypatch.setenv("HOMEWARD_NOW", NOON)
    with opened(planned, read_only=True) as book:
        number = book.plan().assignments[0].number
    with pytest.raises(UnknownName, match="999"):
        desk.begun(planned, "999")
    desk.begun(planned, number)
    with pytest.raises(BadInput, match="begun already"):
        desk.begun(planned, number)
    desk.give_up(planned, number)
    with pytest.raises(BadInput, match="given up already"):
        desk.give_up(planned, number)
    with pytest.raises(BadInput, match="outside the map"):
        desk.team_at(planned, "Dog 1", "40.0, -84.2")
    with pytest.raises(UnknownName, match="Fox"):
        desk.team_at(planned, "Fox", SQUARE[0])


def test_plans_obey_the_lock_say_its_cost_and_measure_the_own_plan(planned, monkeypatch):
    monkeypatch.setenv("HOMEWARD_NOW", "2026-11-22T17:00+00:00")
    with opened(planned, read_only=True) as book:
        poorest = min((s for s in book.plan().segments if s.kind == "area"), key=lambda s: s.poa).id
    desk.lock(planned, f"nobody searches {poorest}")
    desk.own_plan(planned, {"Dog 1": ["AB"]}, label="plan of the night shift")
    answer = desk.plan(planned, hours=2.0)
    assert f"Lock L1 (nobody searches {poorest}) costs nothing." in answer.text
    assert "plan of the night shift" in answer.text
    assert [r["name"] for r in answer.data["rivals"]][-1] == "plan of the night shift"
    with opened(planned, read_only=True) as book:
        made = book.plan()
    assert poorest not in {a.segment for a in made.assignments}
    best = max(r["soonest_value"] for r in answer.data["rivals"])
    assert made.soonest_value >= best - 1e-6
    assert shapely.Polygon(next(s for s in made.segments if s.id == "Mine").ring_m).area == pytest.approx(
        3.14159 * 250**2, rel=0.01
    )
