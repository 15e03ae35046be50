"""The mission's log in sentences: one line per entry, as it is read aloud. No personal data in any of them."""

from __future__ import annotations

import re

from homeward.belief.clue_words import read_words
from homeward.exchange.readiness_words import debrief_sentence, muster_sentence, readiness_sentence
from homeward.exchange.rescue_words import people_sentence, rescue_sentence
from homeward.geo import format_place
from homeward.mission.choices import ChoiceFreed, ChoiceLocked, OwnPlanSet, SegmentDrawn, SegmentDropped
from homeward.mission.debriefs import DebriefEvent
from homeward.mission.events import (
    AreaSet,
    AssignmentBegun,
    AssignmentGivenUp,
    AssignmentSearched,
    BaseSet,
    Briefed,
    ClueAccepted,
    ClueRefused,
    ClueReported,
    EntryCorrected,
    EntryUndone,
    Event,
    IppSet,
    MapMade,
    MissionOpened,
    NumberSet,
    PartEvent,
    PlanMade,
    ScenarioDropped,
    ScenarioSet,
    ScenariosVoted,
    SubjectDescribed,
    SubjectFound,
    TeamRegistered,
    TeamSeen,
    TeamStoodDown,
    TrackReceived,
    WeatherSet,
)
from homeward.mission.indoor import BuildingLoaded, IndoorPlanMade, Reading, ReadingTaken, RoomSearched
from homeward.mission.muster import MusterEvent
from homeward.mission.nouns import Clue, ClueKind, Lock, LockRule, Rain, Team, TeamKind, Weather
from homeward.mission.people import PeopleEvent
from homeward.mission.rescue import RescueEvent
from homeward.words import percent


# One case per kind of event, a line or two each, as in `mission.replay.after`.
def sentence(event: Event) -> str:  # noqa: C901, PLR0911, PLR0912
    """What an event says, in one sentence without personal data."""
    # Long: one case per kind of event, each a line or two.
    match event:
        case MissionOpened():
            return f"Mission {event.name} opened{', an exercise' if event.exercise else ''}."
        case AreaSet():
            return f"Ground loaded: {event.area.label}."
        case BaseSet():
            return f"Command post at {format_place(event.place)}."
        case SubjectDescribed():
            return f"Subject described: {event.subject.category or 'category not known yet'}."
        case IppSet():
            return f"IPP set: {event.ipp.kind} at {format_place(event.ipp.place)}."
        case ScenarioSet():
            return f"Scenario {event.scenario.id}: {event.scenario.label or 'no words yet'}."
        case ScenarioDropped():
            return f"Scenario {event.scenario} counts no longer."
        case ScenariosVoted():
            return f"Scenarios voted on by {event.ballot.planner}."
        case ClueReported():
            held = " Held until accepted." if event.held else ""
            return f"Clue {event.clue.id}: {clue_words(event.clue)}.{held}"
        case ClueAccepted():
            return f"Clue {event.clue} counts{_because(event.why)}."
        case ClueRefused():
            return f"Clue {event.clue} no longer counts{_because(event.why)}."
        case TeamRegistered():
            return f"Team {event.team.id} ready: {team_words(event.team)}."
        case TeamStoodDown():
            return f"Team {event.team} stood down."
        case MapMade():
            return f"Probability map made, {percent(event.outside)} outside it."
        case PlanMade():
            return (
                f"Plan for period {event.period} made: POS {percent(event.value)} at its end, "
                f"at best {percent(event.bound)}."
            )
        case Briefed():
            return f"Task sheets written: {len(event.files)} files."
        case TrackReceived():
            return f"Track of team {event.team} on {event.assignment} received: {event.points} points."
        case AssignmentSearched():
            return f"Team {event.team} searched {event.assignment} without a find, POD {percent(event.pod)}."
        case WeatherSet():
            return f"Weather: {weather_words(event.weather)}."
        case NumberSet():
            return f"Planning number {event.number} {_number(event.value)}."
        case SegmentDrawn():
            return f"Segment {event.segment.id} drawn{_because(event.segment.label)}."
        case SegmentDropped():
            return f"Segment {event.segment} dropped."
        case ChoiceLocked():
            return f"Lock {event.lock.id}: {lock_words(event.lock)}."
        case ChoiceFreed():
            return f"Lock {event.lock} counts no longer."
        case OwnPlanSet():
            return f"The manager's own plan: {len(event.plan.orders)} teams{_because(event.plan.label)}."
        case TeamSeen():
            return f"Team {event.team} is at {format_place(event.place)}."
        case AssignmentBegun():
            return f"Team {event.team} set out on {event.assignment}."
        case AssignmentGivenUp():
            return f"Team {event.team} gave up {event.assignment}."
        case BuildingLoaded():
            return f"Building {event.building.id} loaded{_because(event.building.label)}."
        case ReadingTaken():
            return f"Reading in {event.reading.building}: {reading_words(event.reading)}."
        case RoomSearched():
            return f"Room {event.room} of {event.building} searched without a find, POD {percent(event.pod)}."
        case IndoorPlanMade():
            return f"Plan for building {event.building} made: POS {percent(event.value)} at its end."
        case SubjectFound():
            return f"Subject found at {format_place(event.place)}{f' by team {event.team}' if event.team else ''}."
        case EntryCorrected():
            return f"Correction: {sentence(event.event)}"
        case EntryUndone():
            return "An earlier entry undone."
        case _:
            return _of_a_part(event)


def _of_a_part(event: PartEvent) -> str:
    """The sentence of an event of one of the parts that have sentences of their own."""
    if isinstance(event, PeopleEvent):
        return people_sentence(event)
    if isinstance(event, RescueEvent):
        return rescue_sentence(event)
    if isinstance(event, DebriefEvent):
        return debrief_sentence(event)
    return muster_sentence(event) if isinstance(event, MusterEvent) else readiness_sentence(event)


def clue_words(clue: Clue) -> str:
    """What a clue says and where, without its id: `scent, bearing 315 deg, about 3.0 km`."""
    parts = [clue.text]
    if clue.kind not in (ClueKind.POINT, ClueKind.BEARING):
        parts += read_words(clue)
    elif clue.bearing_deg is not None:
        parts.append(f"bearing {clue.bearing_deg:.0f}°")
    if clue.kind is ClueKind.BEARING and clue.range_m is not None:
        parts.append(f"about {clue.range_m / 1000:.1f} km")
    if clue.team:
        parts.append(f"from team {clue.team}")
    return ", ".join(part for part in parts if part)


def weather_words(weather: Weather) -> str:
    """The weather in a few words: `wind 6 m/s from 240°, light rain, 4 °C`."""
    parts = []
    if weather.wind_mps is not None:
        from_where = f" from {weather.wind_from_deg:.0f}°" if weather.wind_from_deg is not None else ""
        parts.append(f"wind {weather.wind_mps:.0f} m/s{from_where}")
    if weather.rain is not Rain.NONE:
        parts.append(f"{weather.rain.value} rain")
    if weather.visibility_m is not None:
        parts.append(f"one sees {weather.visibility_m:.0f} m")
    if weather.temperature_c is not None:
        parts.append(f"{weather.temperature_c:.0f} °C")
    if weather.cloud is not None:
        parts.append(f"{weather.cloud:.0%} cloud")
    return ", ".join(parts) or "not known"


def lock_words(lock: Lock) -> str:
    """What a lock demands: `team Alpha searches AC`, `nobody searches AC`."""
    if lock.rule is LockRule.MUST:
        return f"{f'team {lock.team}' if lock.team else 'somebody'} searches {lock.segment}"
    return f"team {lock.team} does not search {lock.segment}" if lock.team else f"nobody searches {lock.segment}"


def reading_words(reading: Reading) -> str:
    """What a sense said of a room: `radar from corridor: somebody in 12`."""
    said = "somebody" if reading.positive else "nobody"
    return f"{reading.sense.value} from {reading.stood_in}: {said} in {reading.room}"


def _number(value: float | None) -> str:
    return "is the table's again" if value is None else f"set to {value:g}"


def team_words(team: Team) -> str:
    """Kind and strength of a team: `dog team of 2`."""
    return f"{_TEAM[team.kind]} of {team.people}"


_TEAM = {
    TeamKind.DOG: "dog team",
    TeamKind.LINE: "line search team",
    TeamKind.DRONE: "drone team",
    TeamKind.HASTY: "hasty team",
    TeamKind.TRAILING: "trailing dog team",
    TeamKind.REMAINS: "human-remains dog team",
    TeamKind.MANTRACKER: "mantracker team",
    TeamKind.MOUNTED: "mounted team",
    TeamKind.BIKE: "bike team",
    TeamKind.THERMAL: "thermal drone team",
    TeamKind.HELICOPTER: "helicopter crew",
    TeamKind.BOAT: "boat crew",
    TeamKind.SOUND: "calling team",
    TeamKind.LISTENING: "listening device team",
    TeamKind.RADAR: "through-wall radar team",
}


def shorter_hazard(text: str, *, most: int = 4) -> str:
    """A hazard with at most so many of the names in its brackets: in a town a way touches forty streets."""
    found = re.search(r"\(([^()]*,[^()]*)\)", text)
    names = found[1].split(", ") if found else []
    if found is None or len(names) <= most:
        return text
    return f"{text[: found.start()]}({', '.join(names[:most])} and {len(names) - most} more){text[found.end() :]}"


def _because(why: str) -> str:
    return f": {why.rstrip('.')}" if why else ""
