"""Debrief of a post: what lay within its reach, never the knots of a receiver that stood still."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from shapely.geometry import Point

from homeward import desk
from homeward.desk import clock
from homeward.desk.book import opened, plan_to_bytes
from homeward.desk.search.coverage import searches_of
from homeward.desk.search.planning import Span, notes_of
from homeward.desk.search.underway import standing_of
from homeward.exchange.track import track_gpx
from homeward.log import blob_id
from homeward.search.plan.posts import NOTICE
from homeward.search.records import Assignment, Segment
from tests.desk.conftest import make_planned

pytestmark = pytest.mark.slow
REACH_M = 250.0


@pytest.fixture(scope="module")
def planned_once(tmp_path_factory):
    return make_planned(tmp_path_factory.mktemp("posts"), lambda path: desk.team(path, "Caller", kind="sound"))


@pytest.fixture
def planned(planned_once, tmp_path):
    """The mission with a plan in which Line A holds a post and Caller calls from one."""
    path = Path(shutil.copy(planned_once, tmp_path / "posts.mission"))
    with opened(path) as book:
        plan = book.plan()
        first = plan.assignments[0]
        x, y = first.route_m[0]
        posts = (("Line A", "containment", (x, y)), ("Caller", "attraction", (x + 1000.0, y)))
        held = [_post(first, f"19{i}", *post) for i, post in enumerate(posts)]
        rings = [Point(at).buffer(REACH_M).exterior.coords for _, _, at in posts]
        segments = tuple(
            Segment(id=f"Z{i}", ring_m=tuple((float(a), float(b)) for a, b in r), area_m2=1e5, poa=0.0, kind="post")
            for i, r in enumerate(rings)
        )
        rest = tuple(a for a in plan.assignments if a.team not in ("Line A", "Caller"))
        made = replace(plan, assignments=(*rest, *held), segments=(*plan.segments, *segments))
        data = plan_to_bytes(made)
        book.write(replace(book.mission.plans[-1].event, plan=blob_id(data)), blobs=[data])
    return path


def _post(like: Assignment, number: str, team: str, mode: str, at: tuple[float, float]) -> Assignment:
    return replace(
        like,
        number=number,
        team=team,
        segment=f"Z{number[-1]}",
        task=f"{mode} post",
        mode=mode,
        access_m=(like.access_m[0], at),
        route_m=(at, at),
        return_m=(),
        begins_s=600.0,
        ends_s=4200.0,
        back_s=4200.0,
        length_m=0.0,
        speed_mps=0.0,
        spacing_m=None,
    )


def searched(path):
    with opened(path, read_only=True) as book:
        grid = book.belief().grid
        x, y = grid.centers_m()
        return searches_of(book, grid), book.mission.searches[-1].event, x[None, :], y[:, None]


def test_a_post_covers_its_reach_and_no_line(planned):
    with clock.set_to(clock.now() + timedelta(hours=2)):
        desk.debrief(planned, "Line A", assignment="190")
    (done,), event, x, y = searched(planned)
    with opened(planned, read_only=True) as book:
        at = next(a for a in book.plan().assignments if a.number == "190").route_m[0]
    far = np.hypot(x - at[0], y - at[1])
    assert done.pod[far < REACH_M - 1] == pytest.approx(NOTICE)
    assert not done.pod[far > REACH_M + 1].any()
    assert "a post held" in event.source
    assert event.pod == pytest.approx(NOTICE)


def test_the_track_of_a_post_is_not_a_search(planned, tmp_path):
    """A receiver that lies still wanders about by metres: kilometres in an hour, all of them noise."""
    with opened(planned, read_only=True) as book:
        grid, starts = book.belief().grid, book.mission.plans[-1].event.starts
        at = next(a for a in book.plan().assignments if a.number == "190").route_m[0]
    knots = np.asarray(at) + np.random.default_rng(0).normal(0.0, 8.0, (360, 2))
    times = [starts + timedelta(seconds=600 + 10 * i) for i in range(len(knots))]
    file = tmp_path / "post.gpx"
    file.write_text(track_gpx(grid.lonlat(knots), times, name="Line A"))
    with clock.set_to(times[-1] + timedelta(minutes=5)):
        desk.track(planned, "Line A", file, assignment="190")
        desk.debrief(planned, "Line A", assignment="190")
    (done,), *_ = searched(planned)
    assert done.pod.max() == pytest.approx(NOTICE)


def test_the_next_plan_says_that_a_post_in_vain_is_not_held_against_the_ways(planned):
    with clock.set_to(clock.now() + timedelta(hours=2)):
        desk.debrief(planned, "Line A", assignment="190")
        with opened(planned, read_only=True) as book:
            notes = notes_of(book, span=Span(starts=clock.now(), hours=1.0))
    assert any("nobody came by the posts held (190)" in note for note in notes)


def test_calling_from_a_post_counts_for_who_answers_alone(planned):
    with clock.set_to(clock.now() + timedelta(hours=2)):
        desk.debrief(planned, "Caller", assignment="191")
    (done,), event, *_ = searched(planned)
    assert event.calling
    assert not done.pod.any()
    assert done.pod_if_responsive.max() == pytest.approx(NOTICE)
    assert desk.show_gaps(planned).data["gaps"] == []  # nobody was sent to look there


def test_what_a_post_tells_itself_counts(planned):
    with clock.set_to(clock.now() + timedelta(hours=2)):
        desk.debrief(planned, "Line A", assignment="190", pod_told=0.5)
    (done,), *_ = searched(planned)
    assert done.pod.max() == pytest.approx(0.5)


def test_a_team_at_its_post_stays_there_for_the_rest_of_its_time(planned):
    with clock.set_to(clock.now() + timedelta(minutes=30)), opened(planned, read_only=True) as book:
        stands = standing_of(book, at=clock.now())
        team = list(book.mission.teams).index("Line A")
        at = next(a for a in book.plan().assignments if a.number == "190").route_m[0]
    start = stands.starts[team]
    assert start.doing is not None
    assert start.doing.mode == "containment"
    assert start.doing.ends_s == pytest.approx(4200 - 1800, abs=61)
    assert start.at_m == pytest.approx(at)
    assert len(start.doing.route_m) == 2
