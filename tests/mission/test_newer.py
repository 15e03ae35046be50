"""Whether the map in force still says what the log says."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.mission import (
    Entry,
    before_map,
    newer,
    newer_than_indoor_plan,
    newer_than_map,
    newer_than_plan,
    newer_words,
    replay,
)
from homeward.mission.events import (
    AssignmentSearched,
    BaseSet,
    ClueRefused,
    ClueReported,
    IppSet,
    MapMade,
    PlanMade,
    TeamRegistered,
)
from homeward.mission.indoor import ReadingTaken, RoomSearched
from tests.mission.samples import SAMPLES, anything
from tests.mission.test_replay import NAMES, _entry, logs
from tests.missions import told

NAMED = st.sampled_from(NAMES)
MOVING = (
    IppSet | ClueReported | ClueRefused | AssignmentSearched | RoomSearched | ReadingTaken | TeamRegistered | BaseSet
)
BEFORE = """
14:00  "Lost walker"  opened  time_zone=America/New_York
14:05  ipp      set         place=36.40,-84.30  kind="last known position"  seen_at=10:30
14:20  C1       reported    kind=bearing  place=36.42,-84.28  bearing_deg=315  range_m=3000  text="scent"
14:30  map      made
"""


@pytest.mark.parametrize(
    ("after", "count"),
    [
        ("", 0),
        ("14:40  Alpha  registered  kind=dog", 0),  # who searches moves no map
        ("14:40  C1  refused  why=another", 1),
        ("14:40  C1  refused  why=another\n14:41  C1  accepted", 0),  # all as it was
        ("14:40  C2  reported  kind=point  place=36.43,-84.31  text=glove", 1),
        ("14:40  C2  reported  kind=point  place=36.43,-84.31  text=glove\n14:41  map  made", 0),
        ("14:40  C2  reported  kind=point  place=36.43,-84.31  text=glove\n14:41  e5  undone", 0),
        ("14:40  e3  undone", 1),
        ("14:40  e3  corrected  to  C1  reported  kind=point  place=36.43,-84.31  text=glove", 1),
        ('14:40  ipp  set  place=36.41,-84.30  kind="last known position"  seen_at=10:30\n14:41  e3  undone', 2),
        ("14:40  e4  undone", 0),  # no map in force
        ("14:40  map  made\n14:41  e5  undone", 0),
        (
            "14:40  C2  reported  kind=point  place=36.43,-84.31  text=glove\n14:41  map  made\n14:42  e6  undone",
            1,  # the first map is in force again
        ),
        ("14:40  C1  refused  why=another\n14:41  subject  found", 1),
        ("14:40  C1  refused  why=another\n14:41  subject  found\n14:50  1  handed-over", 0),  # nothing more to search
    ],
)
def test_facts_that_the_map_does_not_know_are_counted(after: str, count: int) -> None:
    assert newer_than_map(told(BEFORE + after)) == count


@settings(max_examples=200)
@given(
    logs(kinds=anything(MOVING, text=NAMED)),
    st.integers(0, 12),
    st.integers(0, 13),
    anything(MapMade, text=NAMED),
    anything(PlanMade, text=NAMED),
)
def test_news_are_counted_where_they_would_move_map_or_plan_and_nowhere_else(
    entries: list[Entry], map_at: int, plan_at: int, map_made: MapMade, plan_made: PlanMade
) -> None:
    """Of any log: where what stood there when it was made, replayed, differs from what stands there now."""
    entries.insert(map_at, _entry("map", map_made))
    entries.insert(plan_at, _entry("plan", plan_made))
    mission = replay(entries)
    over = bool(mission.finds) and not mission.open_finds
    known_to_map = newer._before(entries, lambda event: isinstance(event, MapMade))
    known_to_plan = newer._before(entries, lambda event: isinstance(event, PlanMade))
    for known, count, parts in (
        (known_to_map, newer_than_map(entries), newer._of_map),
        (known_to_plan, newer_than_plan(entries), newer._of_plan),
    ):
        assert (count > 0) == (known is not None and not over and parts(replay(known)) != parts(mission))


def test_a_room_searched_since_is_news_to_the_map() -> None:
    searched = SAMPLES["RoomSearched.1"]
    assert newer_than_map([*told(BEFORE), _entry("room", searched)]) == 1


def test_what_the_map_was_made_from_is_the_log_before_it() -> None:
    entries = told(BEFORE + "14:40  C1  refused  why=another")
    known = before_map(entries)
    assert known is not None
    assert [e.id for e in known] == ["e1", "e2", "e3"]
    assert not replay(known).refused
    assert before_map(entries[:3]) is None


def test_the_words_name_the_command() -> None:
    assert newer_words(0) == ""
    assert newer_words(1).startswith("1 fact is newer")
    assert "3 facts are newer than the map" in newer_words(3)
    assert newer_words(3).endswith("homeward map MISSION.")


PLANNED = BEFORE + "14:31  Alpha  registered  kind=dog\n14:35  plan  made  starts=14:40  ends=18:40\n"


@pytest.mark.parametrize(
    ("after", "count"),
    [
        ("", 0),
        ("14:40  C2  reported  kind=point  place=36.43,-84.31  text=glove", 0),  # of the map first
        ("14:40  Alpha  stood-down", 1),
        ("14:40  Bravo  registered  kind=hasty", 1),
        ("14:40  Alpha  stood-down\n14:41  Alpha  registered  kind=dog", 0),
        ("14:40  L1  locked  rule=never  segment=AA  team=Alpha", 1),
        ("14:40  N1  drawn  kind=area\n14:41  Alpha  stood-down", 2),
        ("14:40  Alpha  gave-up  assignment=1-1", 1),
        ("14:40  e5  undone", 1),
        ("14:40  e5  corrected  to  Alpha  registered  kind=hasty", 1),
        ("14:40  Alpha  stood-down\n14:41  plan  made  starts=14:40  ends=18:40", 0),
    ],
)
def test_facts_that_the_plan_does_not_know_are_counted(after: str, count: int) -> None:
    assert newer_than_plan(told(PLANNED + after)) == count


def test_without_a_plan_nothing_is_newer_than_it() -> None:
    assert newer_than_plan(told(BEFORE)) == 0
    assert newer_than_indoor_plan(told(PLANNED), "school") == 0
