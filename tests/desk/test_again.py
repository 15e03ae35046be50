"""A plan made again while teams are out: who is where, what is left of each task, and what then changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from homeward import desk
from homeward.desk.book import opened, plan_to_bytes
from homeward.desk.search.planning import nth_of
from homeward.desk.search.underway import Standing, standing_of
from homeward.errors import BadInput, NotYet
from homeward.log import blob_id
from homeward.mission.events import PlanMade
from homeward.mission.nouns import Provenance
from homeward.search.records import Assignment, SearchPlan, Segment
from tests.desk.conftest import NOON, make_planned

NOON_AT = datetime.fromisoformat(NOON)
DAY = "2026-11-21"


def task(number: str, team: str, x: float, times_min: tuple[float, ...], *, home: bool = False) -> Assignment:
    """A task 1 km east from `x` (metres east of the base), after a way there from the base; minutes from the start."""
    leaves, begins, ends, back = (60.0 * t for t in times_min)
    return Assignment(
        number=number,
        team=team,
        segment="AA",
        task="",
        access_m=((0.0, 0.0), (x, 0.0)),
        route_m=((x, 0.0), (x + 1000.0, 0.0)),
        return_m=((x + 1000.0, 0.0), (0.0, 0.0)) if home else (),
        leaves_s=leaves,
        begins_s=begins,
        ends_s=ends,
        back_s=back,
        length_m=1000.0,
        sweep_width_m=50.0,
        speed_mps=0.5,
        spacing_m=None,
        coverage=0.5,
        pod=0.4,
        pos=0.1,
        hazards=(),
        why="",
    )


def shifted(a: Assignment, x: float, y: float) -> Assignment:
    def moved(path: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
        return tuple((px + x, py + y) for px, py in path)

    return replace(a, access_m=moved(a.access_m), route_m=moved(a.route_m), return_m=moved(a.return_m))


def base_of(path: Path) -> tuple[float, float]:
    with opened(path, read_only=True) as book:
        base = book.mission.base
        assert base is not None
        return book.terrain().grid.to_m(base)


def told_plan(path: Path, *tasks: Assignment, hours: float = 4.0) -> None:
    """Writes a plan made by hand into a mission, from noon on."""
    x, y = base_of(path)
    own = tuple(shifted(a, x, y) for a in tasks)
    ring = ((x, y), (x + 2000, y), (x + 2000, y + 500), (x, y + 500), (x, y))
    plan = SearchPlan(
        period=1,
        duration_s=hours * 3600,
        segments=(Segment(id="AA", ring_m=ring, area_m2=1e6, poa=0.2),),
        assignments=own,
        idle=(),
        curve=((0.0, 0.0, 0.0), (hours * 3600, 0.2, 0.4)),
        value=0.2,
        bound=0.4,
        soonest_value=0.1,
        soonest_bound=0.2,
        seed=0,
        why=(),
    )
    data = plan_to_bytes(plan)
    made = PlanMade(
        plan=blob_id(data),
        period=1,
        starts=NOON_AT,
        ends=NOON_AT + timedelta(hours=hours),
        value=0.2,
        bound=0.4,
        made_from=Provenance(inputs_sha256="0" * 64, seed=0, version="0"),
    )
    with opened(path) as book:
        book.write(made, blobs=[data])


def at(monkeypatch: pytest.MonkeyPatch, minute: int) -> datetime:
    """Lets the clock stand so many minutes after noon."""
    now = NOON_AT + timedelta(minutes=minute)
    monkeypatch.setenv("HOMEWARD_NOW", now.isoformat())
    return now


def standing(path: Path, now: datetime) -> Standing:
    with opened(path, read_only=True) as book:
        return standing_of(book, at=now)


def east_of_base(path: Path, start_xy: tuple[float, float]) -> float:
    base = base_of(path)
    assert start_xy[1] == pytest.approx(base[1], abs=1.0)
    return start_xy[0] - base[0]


TWO = (
    task("101", "Dog 1", 600.0, (0, 10, 50, 50)),
    task("103", "Dog 1", 2000.0, (53, 60, 100, 130), home=True),
    task("102", "Line A", 600.0, (0, 20, 120, 150), home=True),
)


def test_by_the_plans_own_clock_where_nobody_told_anything(ready, monkeypatch):
    told_plan(ready, *TWO)
    now = at(monkeypatch, 30)
    found = standing(ready, now)
    dog, line = found.starts
    assert dog.doing is not None
    assert (dog.doing.number, dog.out_s) == ("101", -1800.0)
    assert east_of_base(ready, dog.at_m) == pytest.approx(600 + 1000 * 20 / 40, abs=1)
    assert dog.doing.route_m[0] == pytest.approx(dog.at_m)
    assert dog.doing.ends_s == pytest.approx(20 * 60)
    assert dog.doing.begins_s == pytest.approx(-20 * 60)
    assert line.doing is not None
    assert east_of_base(ready, line.at_m) == pytest.approx(700, abs=1)
    assert [a.number for a in found.earlier] == ["103"]
    assert found.earlier[0].leaves_s == pytest.approx(23 * 60)
    assert any("Dog 1 on 101" in n and "own clock" in n for n in found.notes)


def test_a_task_that_began_late_is_less_far(ready, monkeypatch):
    told_plan(ready, *TWO)
    at(monkeypatch, 30)
    desk.begun(ready, "101", at="-15min")
    found = standing(ready, at(monkeypatch, 30))
    dog = found.starts[0]
    assert dog.doing is not None
    assert dog.doing.leaves_s == pytest.approx(-15 * 60)
    assert east_of_base(ready, dog.at_m) == pytest.approx(600 + 1000 * 5 / 40, abs=1)
    assert found.earlier[0].leaves_s == pytest.approx((53 + 15 - 30) * 60)
    assert not any("Dog 1" in n for n in found.notes if "own clock" in n)
    assert any("Dog 1" in n and "not counted before the debrief" in n for n in found.notes)


def test_where_it_was_seen_counts_more_than_the_clock(ready, monkeypatch):
    told_plan(ready, *TWO)
    now = at(monkeypatch, 30)
    x, y = base_of(ready)
    with opened(ready, read_only=True) as book:
        place = book.terrain().grid.to_place(x + 800.0, y + 20.0)
    desk.team_at(ready, "Dog 1", str(place))
    dog = standing(ready, now).starts[0]
    assert dog.doing is not None
    assert east_of_base(ready, dog.at_m) == pytest.approx(800, abs=15)
    assert dog.doing.ends_s == pytest.approx(0.8 * 40 * 60, rel=0.03)


def test_a_track_that_came_in_tells_where_its_team_was(ready, tmp_path, monkeypatch):
    told_plan(ready, *TWO)
    now = at(monkeypatch, 30)
    x, y = base_of(ready)
    with opened(ready, read_only=True) as book:
        grid = book.terrain().grid
    marks = [(600.0 + 10.0 * i, NOON_AT + timedelta(minutes=10, seconds=60 * i)) for i in range(16)]
    lonlat = grid.lonlat(np.array([(x + east, y) for east, _ in marks]))
    points = "".join(
        f'<trkpt lat="{lat:.6f}" lon="{lon:.6f}"><time>{when:%Y-%m-%dT%H:%M:%SZ}</time></trkpt>'
        for (lon, lat), (_, when) in zip(lonlat.tolist(), marks, strict=True)
    )
    file = tmp_path / "dog.gpx"
    file.write_text(
        f'<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>{points}</trkseg></trk></gpx>'
    )
    desk.track(ready, "Dog 1", file, assignment="101")
    dog = standing(ready, now).starts[0]
    assert dog.doing is not None
    assert east_of_base(ready, dog.at_m) == pytest.approx(750 + 5 / 40 * 1000, abs=15)  # five minutes ago, and on


def test_a_task_done_early_leaves_its_team_free_where_it_ended(ready, monkeypatch):
    told_plan(ready, *TWO)
    desk.make_map(ready)
    now = at(monkeypatch, 30)
    desk.debrief(ready, "Dog 1", assignment="101", pod_told=0.4)
    found = standing(ready, now)
    dog = found.starts[0]
    assert dog.doing is None
    assert east_of_base(ready, dog.at_m) == pytest.approx(1600, abs=1)
    assert dog.out_s == -1800.0
    assert [a.number for a in found.earlier] == ["103"]


def test_a_task_given_up_leaves_its_team_where_it_was(ready, monkeypatch):
    told_plan(ready, *TWO)
    at(monkeypatch, 20)
    answer = desk.give_up(ready, "101", why="the dog is hurt")
    assert "hurt" not in answer.text
    found = standing(ready, at(monkeypatch, 40))
    assert found.starts[0].doing is None
    assert east_of_base(ready, found.starts[0].at_m) == pytest.approx(600 + 1000 * 10 / 40, abs=1)


def test_back_at_base_by_the_clock_and_yet_to_be_debriefed(ready, monkeypatch):
    told_plan(ready, *TWO)
    found = standing(ready, at(monkeypatch, 170))
    dog, line = found.starts
    assert dog.doing is line.doing is None
    assert east_of_base(ready, dog.at_m) == pytest.approx(0, abs=1)
    assert dog.out_s == -130 * 60  # 40 minutes of rest are less than a dog's hour
    assert standing(ready, at(monkeypatch, 200)).starts[0].out_s == 0
    assert any("101 Dog 1" in n and "102 Line A" in n and "not debriefed" in n for n in found.notes)


def test_a_team_on_its_way_home_is_on_its_way_home(ready, monkeypatch):
    told_plan(ready, *TWO)
    line = standing(ready, at(monkeypatch, 135)).starts[1]
    assert line.doing is None
    assert east_of_base(ready, line.at_m) == pytest.approx(800, abs=1)


def test_flights_left_are_counted(ready, monkeypatch):
    desk.team(ready, "Dog 1", kind="drone", batteries=3)
    told_plan(
        ready,
        task("101", "Dog 1", 100.0, (0, 1, 15, 20), home=True),
        task("102", "Dog 1", 100.0, (30, 31, 45, 50), home=True),
    )
    assert standing(ready, at(monkeypatch, 10)).starts[0].batteries == 2
    assert standing(ready, at(monkeypatch, 40)).starts[0].batteries == 1


def test_a_team_that_came_later_is_fresh_at_base_and_one_that_left_is_gone(ready, monkeypatch):
    told_plan(ready, *TWO)
    now = at(monkeypatch, 30)
    desk.stand_down(ready, "Line A", why="called away")
    desk.team(ready, "Hasty", kind="hasty")
    found = standing(ready, now)
    assert len(found.starts) == 2
    assert found.starts[1].doing is None
    assert found.starts[1].out_s == 0


def test_again_needs_a_plan_whose_period_is_not_over(ready, monkeypatch):
    with pytest.raises(NotYet, match="no search plan to make again"):
        desk.plan(ready, again=True)
    told_plan(ready, *TWO)
    at(monkeypatch, 241)
    with pytest.raises(BadInput, match="period ended"):
        desk.plan(ready, again=True)


@pytest.fixture(scope="module")
def planned(tmp_path_factory):
    return make_planned(tmp_path_factory.mktemp("again"))


def test_a_whole_mission_told_as_a_log(planned, monkeypatch):
    """Nothing new: nothing changes. Then a team drops out and a clue comes in: the map first, then the plan."""
    with opened(planned, read_only=True) as book:
        before = book.plan()
        ends = book.mission.plans[-1].event.ends
    now = at(monkeypatch, 20)
    desk.begun(planned, before.assignments[0].number, at="12:00")
    same = desk.plan(planned, again=True).data
    with opened(planned, read_only=True) as book:
        made = book.plan()
        assert book.mission.plans[-1].event.ends == ends
        assert book.mission.plans[-1].event.starts == now
    assert made.period == before.period
    assert {a.number for a in made.assignments if a.underway} <= {a.number for a in before.assignments}
    assert [a.number for a in made.assignments] == [a.number for a in before.assignments]
    assert all(line.endswith(": as before.") for line in same["changes"])

    at(monkeypatch, 40)
    desk.stand_down(planned, "Line A", why="called away")
    desk.clue(planned, "glove", place="36.2150, -84.2000", error_m=100.0)
    answer = desk.plan(planned, again=True)
    assert "The map was made anew first" in answer.text
    with opened(planned, read_only=True) as book:
        made, all_plans = book.plan(), book.plans()
    assert {a.team for a in made.assignments} <= {"Dog 1"}
    assert len(all_plans) == 3
    numbers = [a.number for a in made.assignments if not a.underway]
    assert set(numbers).isdisjoint({a.number for a in before.assignments if a.team == "Line A"})
    assert made.changes


def test_what_was_debriefed_is_the_whole_task_not_what_was_left_of_it(planned, monkeypatch):
    """A task under way when the plan was made again is debriefed from the plan that told all of it."""
    at(monkeypatch, 100)
    with opened(planned, read_only=True) as book:
        plans = book.plans()
    first = plans[-1][1].assignments
    number = next(a.number for a in first if a.team == "Dog 1")
    desk.debrief(planned, "Dog 1", assignment=number)
    with opened(planned, read_only=True) as book:
        done = book.mission.searches[-1].event
    assert done.plan == plans[-1][0]
    assert np.isfinite(done.pos)


def test_numbers_of_assignments_are_read_as_they_were_ever_written():
    read = [nth_of("112", 1), nth_of("1_100", 1), nth_of("1100", 1), nth_of("1101", 11)]
    assert read == [12, 100, 100, 1]
