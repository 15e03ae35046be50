"""A message on its way to those it is for: by the channels that are set up, else by a person who speaks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from homeward.desk.book import opened
from homeward.desk.readiness.call_out.notices import channels_told, send_turns, under_way, write_down
from homeward.desk.readiness.call_out.turns import Turn, channels_of
from homeward.exchange.call_out import VOICE, Channels
from homeward.mission import Mission
from homeward.mission.muster import Message, NoticeSent


def passed_on(path: Path, name: str) -> tuple[tuple[NoticeSent, ...], list[str]]:
    """What went out of a message to whom, and in words: what was sent, and whom to tell.

    Each is sent to by the first of their channels that takes it, as `HOMEWARD_CHANNELS` sets them up.
    """
    channels, _ = channels_told(None)
    with opened(path, read_only=True) as book:
        mission = book.mission
    message = mission.muster.messages[name].event
    people = _people(mission, message.to)
    went = list[NoticeSent]()
    while channels is not None and (due := _due(mission, message, channels, people, went)):
        write_down(path, under_way(name, due))
        went += send_turns(path, due, channels, mission, name)
    return tuple(went), _lines(mission, message, people, went)


def _people(mission: Mission, to: Sequence[str]) -> list[str]:
    """The registered people that a message is for: those named, and those of the teams named."""
    crew = mission.crew.people
    return [one for one in crew if one in to or crew[one].team in to]


def _due(
    mission: Mission, message: Message, channels: Channels, people: Sequence[str], went: Sequence[NoticeSent]
) -> list[Turn]:
    """The next channel of everybody whom none has reached yet."""
    reached = {one.to for one in went if one.went}
    tried = {(one.to, one.channel) for one in went}
    exercise = "EXERCISE. " if mission.exercise else ""
    words = f"{exercise}{mission.name or 'Message'} {message.id} ({message.priority.value}): {message.text}"
    due = []
    for name in people:
        reach, _ = channels_of(mission, name, channels)
        left = [channel for channel in reach if channel not in VOICE and (name, channel) not in tried]
        if left and name not in reached:
            due.append(Turn(person=name, channel=left[0], words=words))
    return due


def _lines(mission: Mission, message: Message, people: Sequence[str], went: Sequence[NoticeSent]) -> list[str]:
    by: dict[str, list[str]] = {}
    for one in went:
        if one.went:
            by.setdefault(one.channel, []).append(one.to)
    reached = {one.to for one in went if one.went}
    radio = {name: team.radio for name, team in mission.teams.items() if name in message.to}
    teams = [f"{name} ({said})" if said else name for name, said in radio.items()]
    rest = [
        name
        for name in people
        if name not in reached and (name in message.to or mission.crew.people[name].team not in radio)
    ]
    guests = [name for name in message.to if name not in mission.crew.people and name not in mission.teams]
    tell = [f"over the radio {', '.join(teams)}"] if teams else []
    tell += [f"by radio or phone {', '.join(rest)}"] if rest else []
    tell += [f"at the base {', '.join(guests)}"] if guests else []
    lines = [f"Sent by {channel} to {', '.join(names)}." for channel, names in by.items()]
    return [*lines, *([f"TELL {'; '.join(tell)}."] if tell else [])]
