"""What a log adds up to: corrections, undos, and whatever else people do to a log at three in the morning."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.geo import Place
from homeward.mission import Entry, Event, Happened, Mission, replay
from homeward.mission.events import BaseSet, EntryCorrected, EntryUndone, TeamStoodDown
from homeward.mission.nouns import TeamKind
from homeward.mission.replay import after, extended, settle
from tests.mission.samples import AT, SAMPLES, anything
from tests.missions import attachment, lost_walker, mission_of, told

NAMES = [f"e{i}" for i in range(12)] + ["C1", "Alpha"]
EVENTS = anything(Event, text=st.sampled_from(NAMES))
OTHER = BaseSet(place=Place(1.0, 2.0))


@st.composite
def logs(draw: st.DrawFn, *, min_size: int = 0, kinds: st.SearchStrategy[Event] | None = None) -> list[Entry]:
    """Any valid log: any events in any order, their references to anything, half of them undos and corrections."""
    named = st.sampled_from(NAMES)
    undo = st.builds(EntryUndone, entry=named)
    kinds = EVENTS if kinds is None else kinds
    correct = st.builds(EntryCorrected, entry=named, event=kinds)
    events = draw(st.lists(kinds | undo | correct, min_size=min_size, max_size=12))
    return [_entry(f"e{i}", event) for i, event in enumerate(events)]


def _entry(name: str, event: Event) -> Entry:
    return Entry(id=name, at=AT + timedelta(minutes=len(name)), by="t", device="d", event=event)


def _kept(entries: list[Entry]) -> list[tuple[str, Event]]:
    return [(happened.entry, happened.event) for happened in settle(entries)[0]]


@settings(max_examples=300)
@given(logs())
def test_replay_of_any_log_never_fails(entries: list[Entry]) -> None:
    mission = replay(entries)
    assert set(mission.refused) <= set(mission.clues)
    kept = [happened.entry for happened in settle(entries)[0]]
    assert kept == [entry.id for entry in entries if entry.id in set(kept)]


@settings(max_examples=300)
@given(logs(), st.integers(0, 12))
def test_a_mission_carried_on_is_the_mission_replayed(entries: list[Entry], cut: int) -> None:
    """From any entry on, at once or entry by entry; undos of undos and corrections of corrections reach back."""
    known = min(cut, len(entries))
    carried = extended(replay(entries[:known]), entries, known=known)
    step_by_step = Mission()
    for n in range(len(entries)):
        step_by_step = extended(step_by_step, entries[: n + 1], known=n)
    whole = replay(entries)
    assert carried == step_by_step == whole
    assert repr(carried) == repr(step_by_step) == repr(whole)  # in the same order too


@given(logs(min_size=1))
def test_undoing_the_last_entry_is_as_if_it_were_never_made(entries: list[Entry]) -> None:
    undo = _entry("undo", EntryUndone(entry=entries[-1].id))
    assert _kept([*entries, undo]) == _kept(entries[:-1])


@given(logs(min_size=1), st.data())
def test_undoing_an_undo_brings_everything_back(entries: list[Entry], data: st.DataObject) -> None:
    gone = data.draw(st.sampled_from(entries))
    undo = _entry("undo", EntryUndone(entry=gone.id))
    redo = _entry("redo", EntryUndone(entry="undo"))
    again = _entry("again", EntryUndone(entry="redo"))
    assert _kept([*entries, undo, redo]) == _kept(entries)
    assert _kept([*entries, undo, redo, again]) == _kept([*entries, undo])


@given(logs(min_size=1), EVENTS)
def test_a_corrected_entry_is_as_if_it_had_been_right_at_once(entries: list[Entry], event: Event) -> None:
    last = entries[-1]
    correction = _entry("right", EntryCorrected(entry=last.id, event=event))
    if isinstance(last.event, EntryCorrected) and not isinstance(event, EntryCorrected | EntryUndone):
        right = replace(last, event=replace(last.event, event=event))
    else:
        right = replace(last, event=event)
    assert _kept([*entries, correction]) == _kept([*entries[:-1], right])


@given(logs(), EVENTS)
def test_a_corrected_correction_corrects_the_first_entry(entries: list[Entry], event: Event) -> None:
    first, wrong = _entry("first", OTHER), _entry("wrong", EntryCorrected(entry="first", event=TeamStoodDown(team="X")))
    right = _entry("right", EntryCorrected(entry="wrong", event=event))
    if isinstance(event, EntryCorrected | EntryUndone):
        return
    assert _kept([*entries, first, wrong, right]) == [*_kept(entries), ("first", event)]


@given(logs())
def test_a_mission_is_the_same_however_the_log_is_cut_in_time(entries: list[Entry]) -> None:
    """What was known at a moment is the replay of the entries up to then: later ones that change none add only."""
    plain = [entry for entry in entries if not isinstance(entry.event, EntryUndone | EntryCorrected)]
    mission = Mission()
    for i, entry in enumerate(plain):
        mission = after(mission, Happened(entry.at, entry.id, entry.event))
        assert replay(plain[: i + 1]) == mission


def test_each_kind_of_event_leaves_its_mark() -> None:
    for name, event in SAMPLES.items():
        before = {"C1": SAMPLES["ClueReported.1"], "A": SAMPLES["TeamRegistered.1"], "e7": OTHER}
        entries = [_entry(entry, one) for entry, one in before.items() if one != event]
        assert replay([*entries, _entry("new", event)]) != replay(entries), name


def test_the_lost_walker_is_found() -> None:
    mission = replay(lost_walker())
    assert mission.findings == ()
    assert (mission.name, mission.exercise, mission.time_zone) == ("Lost walker", True, "America/New_York")
    assert mission.subject.category == "Hiker"
    assert list(mission.teams) == ["Alpha", "Bravo", "Delta"]
    assert mission.teams["Alpha"].kind is TeamKind.DOG
    assert [clue.event.id for clue in mission.counting_clues] == ["C1", "C2", "C3"]
    assert mission.clues["C2"].event.text == "red glove, left"
    assert mission.plan is not None
    assert mission.plan.event.period == 2
    assert mission.find is not None
    assert mission.find.event.alive
    assert mission.find.at.isoformat() == "2026-11-22T06:25:00+00:00"


def test_a_refused_clue_counts_no_longer_but_stays(mission: Mission) -> None:
    """
    10:00  C1  reported
    10:05  C2  reported
    10:10  C1  refused   why=old
    """
    assert [clue.event.id for clue in mission.counting_clues] == ["C2"]
    assert set(mission.clues) == {"C1", "C2"}
    assert mission.refused == {"C1": "old"}


def test_the_map_and_plan_in_force_are_the_latest_that_were_not_undone(mission: Mission) -> None:
    """
    10:00  map   made  outside=0.1
    10:10  map   made  outside=0.2
    10:20  plan  made  starts=11:00  ends=12:00
    10:30  e2    undone
    10:31  e3    undone
    """
    assert mission.map is not None
    assert mission.map.event.outside == 0.1
    assert mission.plan is None


def test_a_correction_keeps_the_place_in_time_of_the_entry_it_corrects(mission: Mission) -> None:
    """
    10:00  Alpha  registered  kind=dog
    10:10  Alpha  registered  kind=line
    10:20  e1     corrected  to  Alpha  registered  kind=drone
    """
    assert mission.teams["Alpha"].kind is TeamKind.LINE


def test_of_two_corrections_the_later_counts_until_it_is_undone() -> None:
    text = """
    10:00  Alpha  registered  kind=dog
    10:10  e1     corrected  to  Alpha  registered  kind=line
    10:20  e1     corrected  to  Alpha  registered  kind=drone
    """
    assert mission_of(text).teams["Alpha"].kind is TeamKind.DRONE
    assert mission_of(text + "10:30  e3  undone").teams["Alpha"].kind is TeamKind.LINE
    assert mission_of(text + "10:30  e3  undone\n10:31  e2  undone").teams["Alpha"].kind is TeamKind.DOG


def test_an_undo_of_the_wrong_entry_is_corrected(mission: Mission) -> None:
    """
    10:00  Alpha  registered
    10:01  Bravo  registered
    10:02  e1     undone
    10:03  e3     corrected  to  e2  undone
    """
    assert list(mission.teams) == ["Alpha"]
    assert mission.findings == ()


def test_what_cannot_be_is_a_finding_that_names_the_entry(mission: Mission) -> None:
    """
    10:00  e9     undone
    10:01  e2     undone
    10:02  C7     refused
    10:03  Zulu   stood-down
    10:04  e6     corrected  to  C1  reported
    10:05  Alpha  registered
    """
    assert sorted(finding.where for finding in mission.findings) == [f"entry e{i}" for i in (1, 2, 3, 4, 5)]
    assert list(mission.teams) == ["Alpha"]


def test_missions_told_as_logs() -> None:
    entries = told("""
    23:50  "Night call"  opened     time_zone=Europe/Rome   # a remark
    00:10  ipp           set        place="N46 30.000 E11 12.000"  seen_at=18:00
    00:20  map           made
    """)
    assert [entry.id for entry in entries] == ["e1", "e2", "e3"]
    assert [entry.at.isoformat()[:16] for entry in entries] == [
        "2026-11-21T22:50",
        "2026-11-21T23:10",
        "2026-11-21T23:20",
    ]
    mission = replay(entries)
    assert mission.ipp is not None
    assert mission.ipp.place == (46.5, 11.2)
    assert mission.ipp.seen_at.isoformat() == "2026-11-21T17:00:00+00:00"
    assert attachment("map") == b"the map"


def test_the_latest_decision_on_a_clue_counts(mission: Mission) -> None:
    """
    14:00  "Lost walker"  opened
    14:20  C1       reported    text="scent"
    14:21  C2       reported    text="glove"
    14:25  C1       refused     why="a deer"
    14:26  C2       refused     why="a jogger's"
    14:30  C1       accepted    why="no deer about"
    14:31  C9       accepted
    14:32  e4       undone
    """
    assert [clue.event.id for clue in mission.counting_clues] == ["C1"]
    assert [str(f) for f in mission.findings] == ["entry e7: accepts clue C9, which nobody reported"]
