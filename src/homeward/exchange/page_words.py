"""The mission's log in sentences: one line per entry, as it is read aloud. No personal data in any of them."""

from __future__ import annotations

import re
from typing import assert_never

from homeward.belief.clue_words import read_words
from homeward.geo import format_place
from homeward.mission.events import (
    AreaSet,
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
    PlanMade,
    ScenarioDropped,
    ScenarioSet,
    ScenariosVoted,
    SubjectDescribed,
    SubjectFound,
    TeamRegistered,
    TeamStoodDown,
    TrackReceived,
)
from homeward.mission.nouns import Clue, ClueKind, Team


# One case per kind of event, a line or two each, as in `mission.replay.after`.
def sentence(event: Event) -> str:  # noqa: C901, PLR0911, PLR0912
    """What an event says, in one sentence without personal data."""
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
            return f"Team {event.team} stood down{_because(event.why)}."
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
        case SubjectFound():
            return f"Subject found at {format_place(event.place)}{f' by team {event.team}' if event.team else ''}."
        case EntryCorrected():
            return f"Correction: {sentence(event.event)}"
        case EntryUndone():
            return f"An earlier entry undone{_because(event.why)}."
        case _:
            assert_never(event)


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


def team_words(team: Team) -> str:
    """Kind and strength of a team: `dog team of 2`."""
    kind = {"dog": "dog team", "line": "line search team", "drone": "drone team", "hasty": "hasty team"}[team.kind]
    return f"{kind} of {team.people}"


def shorter_hazard(text: str, *, most: int = 4) -> str:
    """A hazard with at most so many of the names in its brackets: in a town a way touches forty streets."""
    found = re.search(r"\(([^()]*,[^()]*)\)", text)
    names = found[1].split(", ") if found else []
    if found is None or len(names) <= most:
        return text
    return f"{text[: found.start()]}({', '.join(names[:most])} and {len(names) - most} more){text[found.end() :]}"


def percent(share: float) -> str:
    """A share as people say it: whole percent, one digit below ten."""
    return f"{100 * share:.1f} %" if 0 < share < 0.0995 else f"{100 * share:.0f} %"


def _because(why: str) -> str:
    return f": {why.rstrip('.')}" if why else ""
