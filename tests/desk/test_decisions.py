"""Map, plan, papers, debrief: a mission from the first clue to the next plan, through the desk."""

from __future__ import annotations

import json
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from homeward import desk
from homeward.belief import make_map, map_to_bytes
from homeward.desk import clock, mapping
from homeward.desk.book import opened, plan_from_bytes, plan_to_bytes
from homeward.errors import BadFile, BadInput, NotYet, UnknownName
from homeward.exchange.track import track_gpx
from homeward.log import blob_id
from tests.desk.conftest import IPP, hills, make_planned

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def planned_once(tmp_path_factory):
    """A mission with a map and a plan, made once; each test works on a copy of its file."""

    def scent(path):
        desk.clue(path, "scent", place="36.1950, -84.1950", bearing_deg=315.0, range_m=1000.0)

    return make_planned(tmp_path_factory.mktemp("planned"), scent)


@pytest.fixture
def planned(planned_once, tmp_path):
    return Path(shutil.copy(planned_once, tmp_path / "planned.mission"))


def test_a_map_sums_to_one_and_tells_its_story(ready):
    answer = desk.make_map(ready)
    with opened(ready, read_only=True) as book:
        belief = book.belief()
    assert belief.poa.sum() + belief.outside == pytest.approx(1.0, abs=1e-6)
    assert answer.data["story"]
    assert "outside" in answer.text


def test_the_same_facts_give_the_same_map_bit_for_bit(ready):
    desk.make_map(ready)
    desk.make_map(ready)
    with opened(ready, read_only=True) as book:
        first, second = book.mission.maps
    assert first.event.map == second.event.map


def test_an_undone_clue_leaves_no_trace_in_the_map(ready):
    desk.make_map(ready)
    desk.clue(ready, "scent", place="36.1950, -84.1950", bearing_deg=315.0, range_m=1000.0)
    desk.make_map(ready)
    with opened(ready, read_only=True) as book:
        clue = next(s.seq for s in book.stored if type(s.entry.event).__name__ == "ClueReported")
    desk.undo(ready, str(clue))
    desk.make_map(ready)
    with opened(ready, read_only=True) as book:
        first, second, third = (m.event.map for m in book.mission.maps)
    assert first == third != second


def test_a_plan_keeps_its_bound_and_is_the_same_for_the_same_seed(planned):
    with opened(planned, read_only=True) as book:
        one = book.mission.plans[-1].event
    desk.undo(planned)
    desk.plan(planned, hours=2.0)
    with opened(planned, read_only=True) as book:
        two, plan = book.mission.plans[-1].event, book.plan()
    assert one.plan == two.plan
    assert 0 < plan.value <= plan.bound <= 1
    assert all(value <= bound + 1e-9 for _, value, bound in plan.curve)
    assert {a.team for a in plan.assignments} | {name for name, _ in plan.idle} == {"Dog 1", "Line A"}
    assert plan_from_bytes(plan_to_bytes(plan)) == plan


def test_a_second_plan_of_a_period_repeats_no_number(planned):
    with opened(planned, read_only=True) as book:
        first = {a.number for a in book.plan().assignments}
    desk.plan(planned, hours=2.0)
    with opened(planned, read_only=True) as book:
        assert book.plan().period == 1
        assert not first & {a.number for a in book.plan().assignments}


def test_a_result_can_be_rebuilt_from_the_log_alone(planned):
    with opened(planned, read_only=True) as book:
        made = book.mission.maps[-1]
        again = make_map(mapping.problem_of(book, now=made.at))
        assert blob_id(map_to_bytes(again)) == made.event.map


@pytest.mark.parametrize("hours", [0.0, -1.0, 25.0, float("nan")])
def test_a_period_that_cannot_be_is_refused(planned, hours):
    with pytest.raises(BadInput, match="period"):
        desk.plan(planned, hours=hours)


def test_papers_are_written_and_noted(planned, tmp_path):
    answer = desk.brief(planned, tmp_path / "papers")
    pdf = tmp_path / "papers" / "task-sheets-period-1.pdf"
    assert pdf.read_bytes()[:5] == b"%PDF-"
    assert any(name.endswith(".gpx") for name in answer.data["files"])
    with opened(planned, read_only=True) as book:
        assert len(book.mission.briefed) == 1


def test_an_export_holds_nothing_personal_unless_asked(planned, tmp_path):
    desk.export(planned, tmp_path / "out")
    desk.export(planned, tmp_path / "all", personal=True, formats=["log", "html"])
    for file in (tmp_path / "out").rglob("*"):
        if file.is_file() and file.suffix not in (".png", ".tif"):
            assert b"Jane" not in file.read_bytes(), file.name
    assert "Jane" in (tmp_path / "all" / "log.jsonl").read_text()
    assert json.loads((tmp_path / "out" / "caltopo.json").read_text())["type"] == "FeatureCollection"


def test_a_folder_that_cannot_be_written_is_named(planned, tmp_path):
    (tmp_path / "taken").write_text("a file, not a folder")
    with pytest.raises(BadFile, match="taken"):
        desk.export(planned, tmp_path / "taken", formats=["log"])


def test_a_search_without_a_find_moves_probability_away_and_the_next_plan_goes_elsewhere(planned):
    with opened(planned, read_only=True) as book:
        task = next(a for a in book.plan().assignments if a.mode == "search")
        before = book.belief()
    with clock.set_to(clock.now() + timedelta(hours=2)):
        answer = desk.debrief(planned, task.team, assignment=task.number, pod_told=0.8)
        assert answer.data["pod"] == pytest.approx(0.8, abs=1e-6)
        with opened(planned, read_only=True) as book:
            after = book.belief()
            searched = book.mission.searches[0].event
        assert searched.pos > 0
        assert after.outside > before.outside
        desk.plan(planned, hours=2.0)
        with opened(planned, read_only=True) as book:
            assert book.mission.plans[-1].event.period == 2
            assert all(a.number.startswith("2") for a in book.plan().assignments)


def test_what_was_walked_counts_not_what_was_planned(planned, tmp_path):
    with opened(planned, read_only=True) as book:
        task = next(a for a in book.plan().assignments if a.mode == "search")
        grid = book.belief().grid
        starts = book.mission.plans[-1].event.starts
    half = np.asarray(task.route_m)[: max(2, len(task.route_m) // 2)]
    walked_m = np.concatenate([[0.0], np.hypot(*np.diff(half, axis=0).T).cumsum()])
    times = [starts + timedelta(seconds=task.begins_s + m / task.speed_mps) for m in walked_m]
    file = tmp_path / "half.gpx"
    file.write_text(track_gpx(grid.lonlat(half), times, name="half"))
    with clock.set_to(times[-1] + timedelta(hours=1)):
        told = desk.track(planned, task.team, file, assignment=task.number)
    assert told.data["points"] == len(half)
    walked = desk.debrief(planned, task.team, assignment=task.number)
    assert "track" in walked.data["source"]
    desk.undo(planned)  # the map
    desk.undo(planned)  # the debrief
    desk.undo(planned)  # the track
    as_planned = desk.debrief(planned, task.team, assignment=task.number)
    assert walked.data["pos"] < as_planned.data["pos"]


@pytest.mark.parametrize(
    "content", [b"", b"not xml", b"<kml></kml>", b"<gpx version='1.1'><trk><trkseg><trkpt lat='1'"]
)
def test_a_track_that_is_none_is_refused_by_name(planned, tmp_path, content):
    file = tmp_path / "odd.gpx"
    file.write_bytes(content)
    with pytest.raises((BadFile, BadInput), match=r"odd\.gpx"):
        desk.track(planned, "Dog 1", file)


def test_a_track_from_elsewhere_is_refused(planned, tmp_path):
    file = tmp_path / "alps.gpx"
    file.write_text(track_gpx(np.array([[7.0, 46.0], [7.001, 46.0]]), [clock.now()] * 2, name="alps"))
    with pytest.raises(BadInput, match=r"alps\.gpx"):
        desk.track(planned, "Dog 1", file)


def track_of(task, grid, starts, *, times=True, hurry=1.0):
    route = np.asarray(task.route_m)
    along = np.concatenate([[0.0], np.hypot(*np.diff(route, axis=0).T).cumsum()])
    marks = np.arange(0.0, along[-1], 20.0)
    xy = np.column_stack([np.interp(marks, along, route[:, i]) for i in (0, 1)])
    at = [starts + timedelta(seconds=task.begins_s + m / task.speed_mps / hurry) for m in marks]
    text = track_gpx(grid.lonlat(xy), at, name="walked")
    return text if times else re.sub(r"<time>[^<]*</time>", "", text)


@pytest.fixture
def task_of(planned):
    with opened(planned, read_only=True) as book:
        first = next(a for a in book.plan().assignments if a.mode == "search")
        return first, book.belief().grid, book.mission.plans[-1].event.starts


def test_a_track_without_times_is_no_evidence(planned, tmp_path, task_of):
    task, grid, starts = task_of
    file = tmp_path / "drawn.gpx"
    file.write_text(track_of(task, grid, starts, times=False))
    desk.track(planned, task.team, file, assignment=task.number)
    with pytest.raises(BadInput, match="drawing"):
        desk.debrief(planned, task.team, assignment=task.number)
    told = desk.debrief(planned, task.team, assignment=task.number, pod_told=0.3)
    assert told.data["source"] == "POD as told by the team"


def test_a_ride_in_a_car_is_no_search(planned, tmp_path, task_of):
    task, grid, starts = task_of
    assert task.team == "Line A" or task.team == "Dog 1"
    file = tmp_path / "ride.gpx"
    file.write_text(track_of(task, grid, starts, hurry=60.0))
    with clock.set_to(starts + timedelta(hours=3)):
        desk.track(planned, task.team, file, assignment=task.number)
    assert desk.debrief(planned, task.team, assignment=task.number).data["pos"] < 1e-3


def test_a_track_of_the_future_is_refused_and_an_old_one_noted(planned, tmp_path, task_of):
    task, grid, starts = task_of
    file = tmp_path / "times.gpx"
    file.write_text(track_of(task, grid, starts + timedelta(days=2)))
    with pytest.raises(BadInput, match="yet to come"):
        desk.track(planned, task.team, file, assignment=task.number)
    file.write_text(track_of(task, grid, starts - timedelta(days=2500)))
    told = desk.track(planned, task.team, file, assignment=task.number)
    assert any("2020" in f for f in told.data["findings"])


def test_a_plan_says_who_is_still_out_and_keeps_the_clock(planned):
    again = desk.plan(planned, hours=1.5)
    assert "Not yet debriefed" in again.text
    assert "1.5 h" in again.text
    with pytest.raises(BadInput, match="before the subject was last seen"):
        desk.plan(planned, start="2026-11-21 04:00")
    desk.found(planned, IPP)
    assert "found already" in desk.plan(planned, hours=1.0).text


def test_a_search_counts_once(planned, task_of):
    task, *_ = task_of
    desk.debrief(planned, task.team, assignment=task.number, pod_told=0.5)
    with pytest.raises(BadInput, match="already"):
        desk.debrief(planned, task.team, assignment=task.number, pod_told=0.5)


def test_a_late_debrief_of_an_earlier_plan_counts(planned, task_of):
    task, *_ = task_of
    with clock.set_to(clock.now() + timedelta(hours=2)):
        desk.plan(planned, hours=2.0)
        answer = desk.debrief(planned, task.team, assignment=task.number, pod_told=0.5)
    assert answer.data["pod"] == pytest.approx(0.5, abs=1e-6)


def test_larger_ground_may_be_loaded_after_a_search(planned, tmp_path, task_of):
    task, *_ = task_of
    desk.debrief(planned, task.team, assignment=task.number, pod_told=0.9)
    desk.load_area(planned, elevation=[hills(tmp_path / "hills.tif")], cell_m=80.0)
    with pytest.raises(NotYet, match="homeward map"):
        desk.plan(planned)
    answer = desk.make_map(planned)
    assert answer.data["story"][-1]["moved"] > 0.01
    desk.plan(planned, hours=1.0)


def test_reports_at_the_same_moment_all_count(planned):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda i: desk.clue(planned, f"glove {i}", place=IPP), range(8)))
    with opened(planned, read_only=True) as book:
        texts = {c.event.text for c in book.mission.clues.values()}
        assert {f"glove {i}" for i in range(8)} <= texts
        assert len(book.mission.clues) == 9


def test_an_assignment_of_another_team_is_refused(planned):
    with opened(planned, read_only=True) as book:
        task = next(a for a in book.plan().assignments if a.mode == "search")
    other = "Line A" if task.team == "Dog 1" else "Dog 1"
    with pytest.raises(BadInput, match=task.number):
        desk.debrief(planned, other, assignment=task.number)
    with pytest.raises(UnknownName):
        desk.debrief(planned, task.team, assignment="999")


def test_pod_of_one_is_refused(planned):
    with pytest.raises(BadInput, match="nobody sees everything"):
        desk.debrief(planned, "Dog 1", pod_told=1.0)
    with pytest.raises(BadInput, match="nobody sees everything"):
        desk.debrief(planned, "Dog 1", pod_told=1.0, forced=True)  # and no reason


def test_a_find_is_said_and_ends_it(planned):
    answer = desk.found(planned, IPP, team="Dog 1", alive=True, condition="broken ankle")
    assert "FOUND" in answer.text
    assert "ankle" not in answer.text + str(answer.data) + desk.show_log(planned).text
    assert "FOUND" in desk.show(planned).text


def test_the_log_of_it_all_verifies(planned):
    assert desk.verify(planned).data["intact"]
