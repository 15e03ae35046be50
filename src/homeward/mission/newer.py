"""Whether the map and the plans in force still say what the log says: what came, changed or went since."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from homeward.mission.choices import ChoiceFreed, ChoiceLocked, SegmentDrawn, SegmentDropped
from homeward.mission.events import (
    AreaSet,
    AssignmentGivenUp,
    AssignmentSearched,
    BaseSet,
    ClueAccepted,
    ClueRefused,
    ClueReported,
    Entry,
    EntryCorrected,
    EntryUndone,
    Event,
    IppSet,
    MapMade,
    NumberSet,
    PlanMade,
    ScenarioDropped,
    ScenarioSet,
    ScenariosVoted,
    SubjectDescribed,
    TeamRegistered,
    TeamStoodDown,
    WeatherSet,
)
from homeward.mission.indoor import BuildingLoaded, IndoorPlanMade, ReadingTaken, RoomSearched
from homeward.mission.replay import Mission, replay, settle

_FACTS = (
    AreaSet | SubjectDescribed | IppSet | ScenarioSet | ScenarioDropped | ScenariosVoted | ClueAccepted | ClueRefused
) | AssignmentSearched
_INDOORS = BuildingLoaded | ReadingTaken | RoomSearched  # once a room was searched
_PLANNED = (
    MapMade | WeatherSet | NumberSet | SegmentDrawn | SegmentDropped | ChoiceLocked | ChoiceFreed | TeamRegistered
) | (TeamStoodDown | BaseSet | AssignmentGivenUp)
_REACH_BACK = EntryUndone | EntryCorrected  # to what came before
_OF_SUBJECT = ("category", "ecoregion", "ground", "mobility", "responsive", "injured")


def before_map(entries: Sequence[Entry]) -> Sequence[Entry] | None:
    """The entries that stood in the log when the map in force was made; None where there is no map."""
    return _before(entries, lambda event: isinstance(event, MapMade))


def newer_than_plan(entries: Sequence[Entry]) -> int:
    """How many facts came, were changed or undone since the search plan in force was made, and would change it.

    A map made since, weather, numbers, drawn segments, locks, teams, the base and assignments given up count; 0 where
    there is no plan, where they add up to what it was made from, or where everybody found is handed over.
    """
    known = _before(entries, lambda event: isinstance(event, PlanMade))
    if known is None or not any(isinstance(entry.event, _PLANNED | _REACH_BACK) for entry in entries[len(known) :]):
        return 0
    mission = replay(entries)
    if _over(mission) or _of_plan(replay(known)) == _of_plan(mission):
        return 0
    return _differing(*(_kept(some, lambda event: isinstance(event, _PLANNED)) for some in (known, entries)))


def newer_than_indoor_plan(entries: Sequence[Entry], building: str) -> int:
    """How many readings and searches of a building, and changes of its rooms, its latest plan does not know."""

    def about(event: Event) -> bool:
        match event:
            case BuildingLoaded():
                return event.building.id == building
            case ReadingTaken():
                return event.reading.building == building
            case RoomSearched():
                return event.building == building
        return False

    known = _before(entries, lambda event: isinstance(event, IndoorPlanMade) and event.building == building)
    return 0 if known is None else _differing(_kept(known, about), _kept(entries, about), least=0)


def _over(mission: Mission) -> bool:
    """Whether everybody found is handed over: nothing is to be made anew for a search."""
    return bool(mission.finds) and not mission.open_finds


def _before(entries: Sequence[Entry], makes: Callable[[Event], bool]) -> Sequence[Entry] | None:
    """The entries before the latest that counts and makes the result asked for; None where there is none."""
    made = [happened.entry for happened in settle(entries)[0] if makes(happened.event)]
    if not made:
        return None
    return entries[: next(i for i, entry in enumerate(entries) if entry.id == made[-1])]


def _kept(entries: Sequence[Entry], wanted: Callable[[Event], bool]) -> Mapping[str, Event]:
    return {happened.entry: happened.event for happened in settle(entries)[0] if wanted(happened.event)}


def _differing(then: Mapping[str, Event], now: Mapping[str, Event], *, least: int = 1) -> int:
    return sum(then.get(name) != now.get(name) for name in then.keys() | now.keys()) or least


def newer_than_map(entries: Sequence[Entry]) -> int:
    """How many facts of the log came, were changed or undone since the map in force was made, and would move it.

    Those of the ground, subject, IPP, scenarios, votes, clues and searches, indoors too, count; 0 where there is no
    map, where they add up to what the map was made from (a clue refused and accepted again), or where everybody
    found is handed over.
    """
    known = before_map(entries)
    moving = _FACTS | _INDOORS | ClueReported | _REACH_BACK
    if known is None or not any(isinstance(entry.event, moving) for entry in entries[len(known) :]):
        return 0
    mission = replay(entries)
    if _over(mission) or _of_map(replay(known)) == _of_map(mission):
        return 0
    return _differing(_facts(known), _facts(entries))


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


def _of_plan(mission: Mission) -> tuple[Any, ...]:
    """What of a mission its search plan is made from, beside what its map is made from."""
    return (
        mission.map.event.map if mission.map else None,
        mission.weather,
        mission.numbers,
        mission.segments,
        mission.locks,
        mission.teams,
        mission.base,
        mission.given_up,
    )
