"""What teams covered: by light, by what they told, pass after pass; and the gaps they left."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from homeward import desk
from homeward.desk import clock
from homeward.desk.book import opened
from homeward.desk.search.coverage import searches_of
from homeward.errors import BadInput
from homeward.exchange.track import track_gpx
from homeward.mission.events import AssignmentSearched
from homeward.search.segments import segment_labels
from tests.desk.conftest import make_planned

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def planned_once(tmp_path_factory):
    """A mission with a map and a plan, made once; each test works on a copy of its file."""
    return make_planned(tmp_path_factory.mktemp("planned"), lambda path: desk.team(path, "Drone 1", kind="drone"))


@pytest.fixture
def planned(planned_once, tmp_path):
    return Path(shutil.copy(planned_once, tmp_path / "planned.mission"))


def task_of(path, team):
    with opened(path, read_only=True) as book:
        return next(a for a in book.plan().assignments if a.team == team)


def walk(path, task, folder, *, hours_later=0.0, part=1.0):
    """Takes in a track along the first `part` of an assignment's route."""
    with opened(path, read_only=True) as book:
        grid, starts = book.belief().grid, book.mission.plans[-1].event.starts
    route = np.asarray(task.route_m)
    along = np.concatenate([[0.0], np.hypot(*np.diff(route, axis=0).T).cumsum()])
    marks = np.arange(0.0, along[-1] * part, 25.0)
    xy = np.column_stack([np.interp(marks, along, route[:, i]) for i in (0, 1)])
    times = [starts + timedelta(hours=hours_later, seconds=task.begins_s + m / task.speed_mps) for m in marks.tolist()]
    file = folder / f"{task.number}.gpx"
    file.write_text(track_gpx(grid.lonlat(xy), times, name=task.team))
    with clock.set_to(times[-1] + timedelta(minutes=1)):
        desk.track(path, task.team, file, assignment=task.number)
    return times[-1] + timedelta(minutes=2)


def last_search(path):
    with opened(path, read_only=True) as book:
        return book.mission.searches[-1].event


def test_a_pod_told_is_the_pod_that_counts(planned):
    task = task_of(planned, "Dog 1")
    with clock.set_to(clock.now() + timedelta(hours=2)):
        assert desk.debrief(planned, "Dog 1", assignment=task.number, pod_told=0.6).data["pod"] == pytest.approx(0.6)
    with opened(planned, read_only=True) as book:
        (done,) = searches_of(book, book.belief().grid)
        inside = segment_labels(book.belief().grid, [s for s in book.plan().segments if s.id == task.segment]) == 0
    assert done.pod[inside] == pytest.approx(0.6, abs=1e-6)
    assert not done.pod[~inside].any()


def test_a_second_pass_of_the_same_kind_adds_less_and_of_another_kind_the_whole(planned):
    first = task_of(planned, "Line A")
    with clock.set_to(clock.now() + timedelta(hours=2)):
        desk.debrief(planned, "Line A", assignment=first.number, pod_told=0.5)
        with opened(planned) as book:
            again = AssignmentSearched(**{f: getattr(last_search(planned), f) for f in AssignmentSearched.__slots__})
            book.write(again)
            same = searches_of(book, book.belief().grid)[1].pod.max()
            book.write(AssignmentSearched(**{f: getattr(again, f) for f in again.__slots__} | {"team_kind": "drone"}))
            other = searches_of(book, book.belief().grid)[2].pod.max()
    assert same < 0.47
    assert other == pytest.approx(0.5, abs=1e-6)


def test_the_same_walk_in_the_dark_covers_less(planned, tmp_path):
    task = task_of(planned, "Line A")
    in_the_dark = Path(shutil.copy(planned, tmp_path / "dark.mission"))
    with clock.set_to(walk(planned, task, tmp_path)):
        by_day = desk.debrief(planned, "Line A", assignment=task.number).data["pod"]
    with clock.set_to(walk(in_the_dark, task, tmp_path, hours_later=8)):
        by_night = desk.debrief(in_the_dark, "Line A", assignment=task.number).data["pod"]
    assert 0 < by_night < 0.6 * by_day


def test_fog_narrows_the_sweep_and_needs_a_reason(planned, tmp_path):
    task = task_of(planned, "Line A")
    clear = Path(shutil.copy(planned, tmp_path / "clear.mission"))
    with clock.set_to(walk(planned, task, tmp_path)), pytest.raises(BadInput, match="needs a reason"):
        desk.debrief(planned, "Line A", assignment=task.number, width_factor=0.5)
    with clock.set_to(walk(clear, task, tmp_path)):
        seen = desk.debrief(clear, "Line A", assignment=task.number)
    with clock.set_to(clock.now() + timedelta(hours=4)):
        fog = desk.debrief(planned, "Line A", assignment=task.number, width_factor=0.5, why="thick fog")
    assert fog.data["pod"] < seen.data["pod"]
    with opened(planned, read_only=True) as book:
        assert "sweep width x 0.5" in book.belief().story[-1].why


def test_a_team_that_calls_says_more_of_a_subject_who_answers(planned):
    task = task_of(planned, "Line A")
    with clock.set_to(clock.now() + timedelta(hours=3)):
        desk.debrief(planned, "Line A", assignment=task.number, calling=True)
    with opened(planned, read_only=True) as book:
        (done,) = searches_of(book, book.belief().grid)
    assert done.pod_if_responsive is not None
    assert (done.pod_if_responsive >= done.pod - 1e-9).all()
    assert done.pod_if_responsive.sum() > 1.1 * done.pod.sum()  # a line of five sees nearly as far as one hears


def test_calling_counts_by_default_in_the_headline_and_in_the_map(planned, tmp_path):
    task = task_of(planned, "Line A")
    silent = Path(shutil.copy(planned, tmp_path / "silent.mission"))
    with clock.set_to(clock.now() + timedelta(hours=3)):
        called = desk.debrief(planned, "Line A", assignment=task.number, calling=True)
        seen = desk.debrief(silent, "Line A", assignment=task.number)
    assert called.data["pod"] == seen.data["pod"]
    assert "there by sight" in called.text
    assert called.data["pos"] > seen.data["pos"] * 1.001
    assert called.data["outside"] > seen.data["outside"]


def test_a_pod_told_beside_a_track_is_said_and_the_track_counts(planned, tmp_path):
    task = task_of(planned, "Line A")
    other = Path(shutil.copy(planned, tmp_path / "other.mission"))
    with clock.set_to(walk(planned, task, tmp_path)):
        answer = desk.debrief(planned, "Line A", assignment=task.number, pod_told=0.9)
    assert "from its track, which counts instead of the POD of 90% that it tells" in answer.text
    with clock.set_to(walk(other, task, tmp_path)):
        assert desk.debrief(other, "Line A", assignment=task.number).data["pod"] == answer.data["pod"]


@pytest.mark.parametrize(
    "told",
    [
        {"pod_told": 0.5, "width_factor": 0.5, "why": "fog"},
        {"pod_told": 1.0, "forced": True, "why": "a hut", "calling": True},
        {"pod_told": 1.0, "forced": True, "why": "a hut", "width_factor": 0.5},
    ],
)
def test_what_would_be_dropped_is_refused(planned, told):
    task = task_of(planned, "Line A")
    with pytest.raises(BadInput, match=r"Leave out --(width-factor|calling)"):
        desk.debrief(planned, "Line A", assignment=task.number, **told)
    with opened(planned, read_only=True) as book:
        assert not book.mission.searches


def test_nobody_hears_an_answer_from_a_drone(planned):
    task = task_of(planned, "Drone 1")
    with pytest.raises(BadInput, match="drone"):
        desk.debrief(planned, "Drone 1", assignment=task.number, calling=True)


def test_a_pod_of_all_is_taken_only_when_forced_with_a_reason(planned):
    task = task_of(planned, "Dog 1")
    with clock.set_to(clock.now() + timedelta(hours=2)):
        desk.debrief(planned, "Dog 1", assignment=task.number, pod_told=1.0, forced=True, why="a hut, every room seen")
    with opened(planned, read_only=True) as book:
        belief = book.belief()
        inside = segment_labels(belief.grid, [s for s in book.plan().segments if s.id == task.segment]) == 0
    assert belief.poa[inside].sum() < 1e-3  # but for who has walked in since
    assert "POD of 100 %, forced" in belief.story[-1].why
    assert "every room seen" not in belief.story[-1].why  # somebody's own words: in the log, with --personal


def test_half_a_walk_leaves_a_gap_that_is_said_and_drawn(planned, tmp_path):
    task = task_of(planned, "Dog 1")
    assert desk.show_gaps(planned).data["gaps"] == []
    with clock.set_to(walk(planned, task, tmp_path, part=0.4)):
        answer = desk.debrief(planned, "Dog 1", assignment=task.number)
    (gap, *_) = answer.data["gaps"]
    assert f"GAP in {task.segment}" in answer.text
    assert "whole segment" not in answer.text
    assert gap["properties"]["area_m2"] > 5000
    assert 0 < gap["properties"]["poa"] < 1
    ring = gap["geometry"]["coordinates"][0]
    assert ring[0] == ring[-1]
    assert desk.show_gaps(planned).data["gaps"] == answer.data["gaps"]
    assert desk.page_data(planned)["gaps"][0]["geometry"] == gap["geometry"]


def test_a_pod_too_low_leaves_the_whole_segment(planned):
    task = task_of(planned, "Dog 1")
    with clock.set_to(clock.now() + timedelta(hours=2)):
        answer = desk.debrief(planned, "Dog 1", assignment=task.number, pod_told=0.05)
    assert f"GAP in {task.segment}: the whole segment, " in answer.text
    assert "POD under 10 %" in answer.text
    assert answer.data["gaps"][0]["properties"]["whole"]


def test_what_was_given_up_was_not_searched_as_planned(planned, tmp_path):
    task = task_of(planned, "Line A")
    with clock.set_to(clock.now() + timedelta(hours=2)):
        desk.begun(planned, task.number)
        desk.give_up(planned, task.number)
        with pytest.raises(BadInput, match=r"gave up .* not done as planned.*--pod"):
            desk.debrief(planned, "Line A", assignment=task.number)
        told = Path(shutil.copy(planned, tmp_path / "told.mission"))
        assert desk.debrief(told, "Line A", assignment=task.number, pod_told=0.2).data["pod"] == pytest.approx(0.2)
    with clock.set_to(walk(planned, task, tmp_path, part=0.3)):
        walked = desk.debrief(planned, "Line A", assignment=task.number).data
    assert 0 < walked["pod"] < task.pod
