"""Sending what goes out: which channels are set up, whom a call is under way to, and what became of it.

What went out is in the log, addresses are not. It is written before it is sent, so that two who call on at once do not
send twice, and a crash forgets nobody who was paged; what fails is written after it, and the later one counts.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from homeward.desk import clock
from homeward.desk.book import again_if_grown, opened
from homeward.desk.readiness.call_out.turns import Turn, turns
from homeward.errors import BadFile
from homeward.exchange.call_out import Channels, Notice, can_send, read_channels, send_all
from homeward.mission import Mission
from homeward.mission.muster import NoticeSent

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
UNDER_WAY = "under way"
LOST_AT_MOST = 16
"""Failures that are written down together; in a crash only these are forgotten: ours."""


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


@again_if_grown
def reserve(path: Path, channels: Channels | None, *, link: str) -> tuple[list[Turn], Mission, str]:
    """Takes everybody whose turn it is, and writes down that their notice is under way, or whom a person speaks to, and
    by what; each once, so that five minutes run from now. Whose turn it is, the mission, and the call.
    """
    with opened(path) as book:
        call = book.mission.muster.callout
        if call is None:
            return [], book.mission, ""
        known = {(n.event.to, n.event.channel) for n in book.mission.muster.notices if n.event.about == call.event.id}
        due = [
            turn
            for turn in turns(book, path, channels, now=clock.now(), link=link)
            if turn.channel is not None and not (turn.spoken and (turn.person, turn.channel) in known)
        ]
        if due:
            book.write(*under_way(call.event.id, due))
        return due, book.mission, call.event.id


def under_way(about: str, due: Sequence[Turn]) -> list[NoticeSent]:
    """What is written down before anything goes out."""
    return [
        NoticeSent(about=about, to=t.person, channel=t.channel, went=True, why=TO_SPEAK if t.spoken else UNDER_WAY)
        for t in due
        if t.channel is not None
    ]


def send_turns(path: Path, sent: Sequence[Turn], channels: Channels, mission: Mission, about: str) -> list[NoticeSent]:
    """Sends what is under way (`under_way` is in the log already) and writes down what failed; what became of each."""
    notices = []
    for turn in sent:
        person = mission.crew.people[turn.person]
        url, _ = channels.address(turn.channel or "", turn.person, phone=person.phone)
        if url is not None and turn.channel is not None:
            title = f"{'EXERCISE: ' if mission.exercise else ''}{mission.name or 'Call-out'}"
            notices.append(Notice(to=turn.person, channel=turn.channel, url=url, title=title, body=turn.words))
    done, failed = list[NoticeSent](), list[NoticeSent]()
    try:
        for one in send_all(notices, timeout_s=channels.timeout_s):
            done.append(NoticeSent(about=about, to=one.to, channel=one.channel, went=one.went, why=one.why))
            failed += [] if one.went else done[-1:]
            if len(failed) >= LOST_AT_MOST:
                write_down(path, failed)
                failed = []
    finally:
        write_down(path, failed)
    return done


@again_if_grown
def write_down(path: Path, done: Sequence[NoticeSent]) -> None:
    """Writes notices into the log, whatever else was written meanwhile."""
    if done:
        with opened(path) as book:
            book.write(*done, decided=False)
