"""Whether the map in force still says what the log says: the facts that came, changed or went since it was made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from homeward.mission.events import (
    AreaSet,
    AssignmentSearched,
    ClueAccepted,
    ClueRefused,
    ClueReported,
    Entry,
    Event,
    IppSet,
    MapMade,
    ScenarioDropped,
    ScenarioSet,
    ScenariosVoted,
    SubjectDescribed,
)
from homeward.mission.indoor import BuildingLoaded, ReadingTaken, RoomSearched
from homeward.mission.replay import Mission, replay, settle

_FACTS = (
    AreaSet | SubjectDescribed | IppSet | ScenarioSet | ScenarioDropped | ScenariosVoted | ClueAccepted | ClueRefused
) | AssignmentSearched
_INDOORS = BuildingLoaded | ReadingTaken | RoomSearched  # once a room was searched
_OF_SUBJECT = ("category", "ecoregion", "ground", "mobility", "responsive", "injured")


def before_map(entries: Sequence[Entry]) -> Sequence[Entry] | None:
    """The entries that stood in the log when the map in force was made; None where there is no map."""
    made = [happened.entry for happened in settle(entries)[0] if isinstance(happened.event, MapMade)]
    if not made:
        return None
    return entries[: next(i for i, entry in enumerate(entries) if entry.id == made[-1])]


def newer_than_map(entries: Sequence[Entry]) -> int:
    """How many facts of the log came, were changed or undone since the map in force was made, and would move it.

    Those of the ground, subject, IPP, scenarios, votes, clues and searches, indoors too, count; 0 where there is no
    map, or where they add up to what the map was made from (a clue refused and accepted again).
    """
    known = before_map(entries)
    if known is None or len(known) == len(entries) or _of_map(replay(known)) == _of_map(replay(entries)):
        return 0
    then, now = _facts(known), _facts(entries)
    return sum(then.get(name) != now.get(name) for name in then.keys() | now.keys()) or 1


def newer_words(count: int) -> str:
    """What to say of so many facts; '' of none."""
    facts = "1 fact is" if count == 1 else f"{count} facts are"
    return f"{facts} newer than the map: make it anew with homeward map MISSION." if count else ""


def _facts(entries: Sequence[Entry]) -> Mapping[str, Event]:
    """By entry, the facts in force that a map is made from; a clue that came in held is none yet."""
    settled = settle(entries)[0]
    kinds = _FACTS | _INDOORS if any(isinstance(happened.event, RoomSearched) for happened in settled) else _FACTS
    return {
        happened.entry: happened.event
        for happened in settled
        if isinstance(happened.event, kinds) or (isinstance(happened.event, ClueReported) and not happened.event.held)
    }


def _of_map(mission: Mission) -> tuple[Any, ...]:
    """What of a mission its map is made from."""
    return (
        mission.area,
        mission.ipp,
        [getattr(mission.subject, name) for name in _OF_SUBJECT],
        mission.scenarios,
        mission.ballots if mission.scenarios else None,
        mission.counting_clues,
        mission.searches,
        mission.rooms_searched,
        (mission.buildings, mission.readings) if mission.rooms_searched else None,
    )
