"""The verbs on messages: what must be known by whom, how soon, and who has read it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from homeward.desk import clock
from homeward.desk.answer import Answer
from homeward.desk.book import Book, again_if_grown, opened, when_told
from homeward.desk.orders import everybody
from homeward.desk.readiness.briefing.message_notices import passed_on
from homeward.desk.readiness.call_out.notices import channels_told
from homeward.desk.readiness.debrief.given_names import next_name
from homeward.desk.scenarios import one_of
from homeward.errors import BadInput, UnknownName
from homeward.exchange.page_messages import message_rows
from homeward.mission import Mission
from homeward.mission.muster import Message, MessageAcknowledged, MessageGiven, Priority
from homeward.words import lasting

LONGEST_TEXT = 2000
"""Characters of a message: ours. What is longer is no message."""


def message(path: Path, to: Sequence[str], text: str, *, priority: str = "routine", at: str | None = None) -> Answer:
    """A message to teams, people, or "everybody"; it stays open until each of them has acknowledged it.

    `priority`: routine, priority, immediate or flash. It goes out by the channels that are set up, as a call does;
    where none is, or none reaches somebody, it is said whom to tell.
    """
    words, rank = text.strip(), one_of("priority", priority.strip().lower(), Priority)
    if not 0 < len(words) <= LONGEST_TEXT:
        raise BadInput(f"A message has 1 to {LONGEST_TEXT} characters. This one has {len(words)}.")
    channels_told(None)
    given = _given(path, to, words, rank, at)
    went, lines = passed_on(path, given.id)
    head = f"Message {given.id} ({rank.value}) to {', '.join(given.to)}."
    how = f"Each acknowledges: homeward message ack MISSION {given.id} --by NAME."
    sent = [{"to": one.to, "channel": one.channel, "went": one.went, "why": one.why} for one in went]
    return Answer(
        text="\n".join([f"{head} {how}", *lines]),
        data={"id": given.id, "to": list(given.to), "priority": rank.value, "sent": sent},
    )


@again_if_grown
def message_ack(path: Path, message: str, by: str, *, said: str = "", at: str | None = None) -> Answer:
    """Somebody has read a message, and may answer in a few words; somebody in a team for the team it went to."""
    who = by.strip()
    with opened(path) as book:
        state, zone = book.mission.muster, book.mission.time_zone
        if message not in state.messages:
            raise UnknownName("message", message, state.messages)
        given = state.messages[message]
        told, who = who, _for_team(book.mission, who, given.event.to)
        if who not in given.event.to:
            raise BadInput(f"Message {message} did not go to {who!r}, but to {', '.join(given.event.to)}. Name one.")
        when = when_told(book, at)
        if when is not None and when < given.at:
            raise BadInput(
                f"Message {message} went out at {clock.show_time(given.at, zone)}, after {at}. Check the time."
            )
        before = any((a.event.message, a.event.by) == (message, who) for a in state.acknowledged)
        words = ": ".join(filter(None, (told if told != who else "", said.strip())))
        book.write(MessageAcknowledged(message=message, by=who, said=words), at=when)
        row = next(r for r in message_rows(book.mission, now=clock.now()) if r["id"] == message)
    again = " (not for the first time)" if before else ""
    left = f"Not yet: {', '.join(row['open'])}." if row["open"] else "Everybody has read it."
    whom = who if told == who else f"{told}, for {who},"
    return Answer(
        text=f"{whom} has read {message}{again}. {left}", data={"id": message, "by": who, "open": row["open"]}
    )


def list_messages(path: Path, *, personal: bool = False) -> Answer:
    """Messages, those first that somebody has not read: the most urgent, and of these the oldest, on top.

    What they say is personal, and shown only where asked for.
    """
    with opened(path, read_only=True) as book:
        rows = message_rows(book.mission, now=clock.now(), personal=personal)
        zone = book.mission.time_zone
    lines = [_line(row, zone) for row in rows] or ["No messages yet: homeward message send MISSION 'TEXT' --to NAME."]
    return Answer(text="\n".join(lines), data={"messages": rows, "open": [row["id"] for row in rows if row["open"]]})


# --- what is behind them ----------------------------------------------------------------------------------


def known_people(mission: Mission) -> tuple[str, ...]:
    """Who can be written to: teams, people, and whoever signed in."""
    return tuple(dict.fromkeys((*mission.teams, *mission.crew.people, *mission.muster.here)))


@again_if_grown
def _given(path: Path, to: Sequence[str], text: str, rank: Priority, at: str | None) -> Message:
    with opened(path) as book:
        given = Message(id=_next_id(book), to=_addressed(book.mission, to), text=text, priority=rank)
        book.write(MessageGiven(message=given), at=when_told(book, at))
    return given


def _for_team(mission: Mission, who: str, to: Sequence[str]) -> str:
    """The team that somebody in it answers for, where the message went to the team and not to that person."""
    person = mission.crew.people.get(who)
    return person.team if who not in to and person is not None and person.team in to and person.team else who


def _addressed(mission: Mission, to: Sequence[str]) -> tuple[str, ...]:
    known = known_people(mission)
    named = [name.strip() for name in to if name.strip()]
    if not named:
        raise BadInput("The message goes to nobody. Name a team, a person, or everybody.")
    if [name.lower() for name in named] == ["everybody"] and "everybody" not in known:
        reached = tuple(dict.fromkeys((*everybody(mission), *mission.muster.here)))
        if not reached:
            raise BadInput("Nobody is here to get a message. Register teams and people first: homeward team, person.")
        return reached
    for name in named:
        if name not in known:
            raise UnknownName("team or person", name, known)
    return tuple(dict.fromkeys(named))


def _next_id(book: Book) -> str:
    return next_name(book, "N", lambda event: event.message.id if isinstance(event, MessageGiven) else None)


def _line(row: dict[str, Any], zone: str) -> str:
    given = clock.show_time(datetime.fromisoformat(row["given"]), zone, day=False)
    said = "".join(f"  {a['by']}: {a['said']}" for a in row["acknowledged"] if a.get("said"))
    text = f"  {row['text']}" if "text" in row else ""
    head = f"{row['id']}  {given}  {row['priority'].upper()} to {', '.join(row['to'])}{text}{said}"
    if not row["open"]:
        return f"{head}  read by all"
    late = " LATE" if row["late"] else ""
    return f"{head}  NOT READ for {lasting(timedelta(minutes=row['waiting_min']).total_seconds())}{late}: " + ", ".join(
        row["open"]
    )
