"""Who is tried by which channel next, in which words, and sending it: what went out is in the log, addresses are not.

A channel is given five minutes of silence before the next (Winnipeg Search and Rescue, help for call-outs); one that
fails gives way at once. By radio and phone a person speaks: homeward says to whom, and with what words.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from homeward.desk.book import Book, again_if_grown, opened
from homeward.desk.readiness.call_out.links import answer_path
from homeward.desk.readiness.muster.case import called_at, latest_answers, meeting_place, out_of_reach
from homeward.desk.readiness.muster.numbers import numbers
from homeward.errors import BadFile
from homeward.exchange.call_out import VOICE, Channels, Notice, can_send, read_channels, send_all
from homeward.geo import format_place
from homeward.mission import Mission
from homeward.mission.happened import Happened
from homeward.mission.muster import Callout, NoticeSent
from homeward.mission.people import Person

ENVIRONMENT = "HOMEWARD_CHANNELS"
NOT_SET_UP = (
    "NOTHING WAS SENT: no channels are set up. Name the file that has them (--channels FILE, or HOMEWARD_CHANNELS), or "
    "speak to each as said here."
)
NO_APPRISE = (
    "NOTHING WAS SENT: Apprise, which sends, is not installed. Install it (pip install 'homeward[callout]'), or speak "
    "to each as said here."
)

TO_SPEAK = "to be spoken by a person"


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


def channels_told(config: Path | str | None) -> tuple[Channels | None, tuple[str, ...]]:
    """The channels that are set up (None: none, or nothing to send them with), and what to say about them."""
    file = config or os.environ.get(ENVIRONMENT)
    if not file:
        return None, (NOT_SET_UP,)
    found = read_channels(Path(file))
    if not found.templates:
        raise BadFile(f'{file} sets up no channel. Write one below [channels], such as sms = "...".')
    return (found, found.notes) if can_send() else (None, (NO_APPRISE, *found.notes))


def page_address() -> str:
    """Where phones reach the page, as the file of channels in `HOMEWARD_CHANNELS` says; "" where nothing does."""
    file = os.environ.get(ENVIRONMENT)
    return read_channels(Path(file)).answer_at if file else ""


def ready_channels() -> tuple[str, ...]:
    """The channels that the file named in `HOMEWARD_CHANNELS` sets up; none where no file is named."""
    file = os.environ.get(ENVIRONMENT)
    return tuple(read_channels(Path(file)).templates) if file else ()


def turns(
    book: Book, path: Path, channels: Channels | None, *, now: datetime, link: str = "", dry: bool = False
) -> list[Turn]:
    """Everybody called by the open call who has neither answered nor come, with whose turn it is by which channel.

    With `dry` no links are made: `...` stands where each has their own.
    """
    mission = book.mission
    call = mission.muster.callout
    if call is None:
        return []
    answered = latest_answers(mission, call.event.id)
    acknowledged = {
        name
        for name, person in mission.crew.people.items()
        for given in [mission.crew.acknowledged.get(person.team or name)]
        if given is not None and given.at >= call.at
    }
    quiet = [
        (name, since)
        for name, since in called_at(mission, call).items()
        if name in mission.crew.people
        and not {name, mission.crew.people[name].team} & set(answered)
        and name not in mission.muster.here
        and name not in acknowledged
    ]
    shown = link or (channels.answer_at if channels else "")

    def page(name: str) -> str:
        own = "/answer/..." if dry else answer_path(book, path, call.event.id, name)
        return f"{shown}{own}"

    return [_turn(book, channels, call, name, (since, now), page if shown else None) for name, since in quiet]


def send_turns(
    path: Path, sent: Sequence[Turn], channels: Channels, mission: Mission, callout: str
) -> list[NoticeSent]:
    """Sends to those whose turn it is by a channel that sends, and writes down what became of each."""
    notices = []
    for turn in sent:
        person = mission.crew.people[turn.person]
        url, _ = channels.address(turn.channel or "", turn.person, phone=person.phone)
        if url is not None and turn.channel is not None:
            title = f"{'EXERCISE: ' if mission.exercise else ''}{mission.name or 'Call-out'}"
            notices.append(Notice(to=turn.person, channel=turn.channel, url=url, title=title, body=turn.words))
    done = [
        NoticeSent(about=callout, to=one.to, channel=one.channel, went=one.went, why=one.why)
        for one in send_all(notices, timeout_s=channels.timeout_s)
    ]
    if done:
        _write_down(path, done)
    return done


def write_spoken(path: Path, told: Sequence[Turn], mission: Mission, callout: str) -> None:
    """Writes down whom somebody was told to speak to, and by what, each once: their five minutes run from now."""
    known = {(one.event.to, one.event.channel) for one in mission.muster.notices if one.event.about == callout}
    new = [
        NoticeSent(about=callout, to=turn.person, channel=turn.channel, went=True, why=TO_SPEAK)
        for turn in told
        if turn.channel is not None and turn.spoken and (turn.person, turn.channel) not in known
    ]
    if new:
        _write_down(path, new)


@again_if_grown
def _write_down(path: Path, done: Sequence[NoticeSent]) -> None:
    with opened(path) as book:
        book.write(*done, decided=False)


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
    book: Book,
    channels: Channels | None,
    call: Happened[Callout],
    name: str,
    when: tuple[datetime, datetime],
    page_of: Callable[[str], str] | None,
) -> Turn:
    mission, (since, now) = book.mission, when
    if out_of_reach(mission, name):
        return Turn(person=name, channel=None)
    reach, skipped = channels_of(mission, name, channels)
    tried = {
        one.event.channel: one
        for one in mission.muster.notices
        if one.event.to == name and one.event.about == call.event.id and one.at >= since
    }
    channel, until = next_channel(reach, tried, now=now)
    page = page_of(name) if page_of is not None and channel is not None and channel not in VOICE else ""
    words = call_words(mission, call.event, link=page) if channel else ""
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


def call_words(mission: Mission, call: Callout, *, link: str = "", how: bool = True) -> str:
    """What somebody who is called is told, with `how` to answer: nothing in it about anybody else."""
    place = call.place or meeting_place(mission)
    where = f" Come to {format_place(place, 'mgrs')} ({place})." if place else ""
    way = f"Answer: {link} or reply" if link else "Reply"
    exercise = "EXERCISE. " if mission.exercise else ""
    text = f" {call.text.rstrip('.')}." if call.text else ""
    answer = f" {way} Y 20 (yes, there in 20 min), L 60 (only if nobody else can), or N (no)." if how else ""
    called = f"{exercise}{mission.name or 'Call-out'}: you are called in."
    return f"{called}{text}{where} If you are on a task, finish it first.{answer}"
