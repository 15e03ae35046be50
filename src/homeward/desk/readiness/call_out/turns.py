"""Whose turn it is by which channel next, and in which words.

A channel is given five minutes of silence before the next (Winnipeg Search and Rescue, help for call-outs); one that
fails gives way at once. By radio and phone a person speaks: homeward says to whom, and with what words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from homeward.desk.book import Book
from homeward.desk.readiness.call_out.call_state import CallState, call_state
from homeward.desk.readiness.call_out.links import answer_path
from homeward.desk.readiness.call_out.words import call_words
from homeward.desk.readiness.muster.case import out_of_reach
from homeward.desk.readiness.muster.numbers import numbers
from homeward.exchange.call_out import VOICE, Channels
from homeward.mission import Mission
from homeward.mission.happened import Happened
from homeward.mission.muster import NoticeSent
from homeward.mission.people import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Whose turn it is by which channel: `channel` None where all were tried, or the last is given its time still
    (`waits_until`). `words` are what to say or send; `skipped` channels that do not reach them, with the reason.
    """

    person: str
    channel: str | None
    words: str = field(repr=False, default="")
    waits_until: datetime | None = None
    skipped: tuple[tuple[str, str], ...] = ()

    @property
    def spoken(self) -> bool:
        """Whether a person has to speak."""
        return self.channel in VOICE

    @property
    def exhausted(self) -> bool:
        """Whether every channel was tried, and given its time."""
        return self.channel is None and self.waits_until is None


def turns(
    book: Book, path: Path, channels: Channels | None, *, now: datetime, link: str = "", dry: bool = False
) -> list[Turn]:
    """Everybody called by the open call who has neither answered nor come, with whose turn it is by which channel.

    With `dry` no links are made: `...` stands where each has their own.
    """
    state = call_state(book.mission)
    call = state.call
    if call is None:
        return []
    shown = link or (channels.answer_at if channels else "")
    callout = call.event.id

    def page(name: str) -> str:
        own = "/answer/..." if dry else answer_path(book, path, callout, name)
        return f"{shown}{own}"

    page_of = page if shown else None
    return [_turn(book.mission, channels, state, name, now, page_of) for name in quiet(book.mission, state)]


def quiet(mission: Mission, state: CallState) -> list[str]:
    """Who was called by the open call and has neither answered, nor acknowledged, nor come."""
    call, people = state.call, mission.crew.people
    if call is None:
        return []
    acknowledged = {name for name, given in mission.crew.acknowledged.items() if given.at >= call.at}
    return [
        name
        for name in state.called
        if name in people
        and not {name, people[name].team} & state.answers.keys()
        and name not in mission.muster.here
        and (people[name].team or name) not in acknowledged
    ]


def channels_of(mission: Mission, name: str, channels: Channels | None) -> tuple[list[str], list[tuple[str, str]]]:
    """The channels that reach somebody, in their order, and those that do not, with the reason.

    As told of them; else the radio for who is with a team, then what is set up in the order of its file. The phone
    comes last, always.
    """
    person, told = mission.crew.people[name], mission.muster.standings.get(name)
    wanted = (
        list(told.event.channels) if told is not None and told.event.channels else _usual(mission, person, channels)
    )
    reach, skipped = [], list[tuple[str, str]]()
    for channel in wanted:
        if channel in VOICE:
            reach.append(channel)
            continue
        url, why = channels.address(channel, name, phone=person.phone) if channels else (None, "no channels are set up")
        if url is None:
            skipped.append((channel, why))
        else:
            reach.append(channel)
    return [*reach, *(["phone"] if "phone" not in reach else [])], skipped


def _usual(mission: Mission, person: Person, channels: Channels | None) -> list[str]:
    radio = ["radio"] if person.team in mission.teams else []
    ready = [c for c in (channels.templates if channels else ()) if _has(channels, c, person)]
    return [*radio, *ready]


def _has(channels: Channels | None, channel: str, person: Person) -> bool:
    return channels is not None and channels.address(channel, person.id, phone=person.phone)[0] is not None


def _turn(
    mission: Mission,
    channels: Channels | None,
    state: CallState,
    name: str,
    now: datetime,
    page_of: Callable[[str], str] | None,
) -> Turn:
    if state.call is None or out_of_reach(mission, state, name):
        return Turn(person=name, channel=None)
    reach, skipped = channels_of(mission, name, channels)
    channel, until = next_channel(reach, state.tried(name), now=now)
    page = page_of(name) if page_of is not None and channel is not None and channel not in VOICE else ""
    words = call_words(mission, state.call.event, link=page) if channel else ""
    return Turn(person=name, channel=channel, words=words, waits_until=until, skipped=tuple(skipped))


def next_channel(
    reach: Sequence[str], tried: Mapping[str, Happened[NoticeSent]], *, now: datetime
) -> tuple[str | None, datetime | None]:
    """The channel whose turn it is (None: none), and until when the last is given its time.

    What was tried is what the log says: by which a person speaks, from when homeward said to whom to speak.
    """
    wait = timedelta(minutes=numbers()["next_channel_min"].value)
    for channel in reach:
        if channel not in tried:
            return channel, (now + wait if channel in VOICE else None)
        if tried[channel].event.went:
            until = tried[channel].at + wait
            if now < until:
                return (channel if channel in VOICE else None), until
    return None, None
