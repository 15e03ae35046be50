"""The verb `available`: how somebody who may be called can be had."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from homeward.desk import clock
from homeward.desk.answer import Answer
from homeward.desk.book import Book, again_if_grown, opened, when_told
from homeward.desk.readiness.call_out.notices import ENVIRONMENT, ready_channels
from homeward.desk.rescue.ways_out import read_duration, read_future
from homeward.desk.scenarios import forgotten, one_of
from homeward.errors import BadInput, UnknownName
from homeward.exchange.call_out import VOICE
from homeward.mission.muster import Availability, Standing, StandingTold
from homeward.words import lasting, percent

WIDEST_GSD = 20.0
"""The widest spread of travel times taken: ours."""
MOST_CHANNELS = 8
LONGEST_CHANNEL = 31
"""Channels of one person, and letters of their names: ours."""
_FORGET = {"travel": "travel_s", "wake": "wake_s", "report": "report_s"}


@again_if_grown
def available(
    path: Path,
    person: str,
    *,
    state: str | None = None,
    until: str | None = None,
    channels: Sequence[str] = (),
    forget: Sequence[str] = (),
    at: str | None = None,
    **given: Any,
) -> Answer:
    """How somebody registered can be had: `state` free, task, asleep or unreachable, `until` when.

    `given`: travel, wake, report (like "20 min"), travel_gsd, p_come. `channels` are tried in their order. What is not
    given stays as it was; a state that is given ends what was told of the one before.
    """
    with opened(path) as book:
        if person not in book.mission.crew.people:
            raise UnknownName("person", person, book.mission.crew.people)
        before = book.mission.muster.standings.get(person)
        known = before.event if before is not None else Standing(person=person)
        told = forgotten(known, [_FORGET.get(name, name) for name in forget])
        told = replace(told, **_state(book, told, state, until), **_times(given), **_shares(given))
        if channels:
            told = replace(told, channels=_channels(channels))
        note = _not_set_up(told.channels) if channels else ""
        book.write(StandingTold(standing=told), at=when_told(book, at))
        row = standing_row(told)
        zone = book.mission.time_zone
    note = _not_set_up(told.channels) if channels else ""
    return Answer(text=f"{person}: {standing_words(told, zone=zone)}.{note}", data=row)


def standing_words(told: Standing, *, zone: str) -> str:
    """How somebody can be had, in words."""
    words = [told.state.value]
    words[0] += f" until {clock.show_time(told.until, zone)}" if told.until else ""
    named = (("travel", told.travel_s), ("waking", told.wake_s), ("reporting", told.report_s))
    words += [f"{what} {lasting(seconds)}" for what, seconds in named if seconds is not None]
    words += [f"comes with {percent(told.p_come)}"] if told.p_come is not None else []
    words += [f"by {', then '.join(told.channels)}"] if told.channels else []
    return "; ".join(words)


def standing_row(told: Standing) -> dict[str, Any]:
    """How somebody can be had, as data."""
    return {
        "person": told.person,
        "state": told.state.value,
        "until": told.until.isoformat() if told.until else None,
        "report_s": told.report_s,
        "wake_s": told.wake_s,
        "travel_s": told.travel_s,
        "travel_gsd": told.travel_gsd,
        "p_come": told.p_come,
        "channels": list(told.channels),
    }


def _not_set_up(told: Sequence[str]) -> str:
    """What to say of channels by which nothing can go out as things are."""
    ready = ready_channels()
    lost = [name for name in told if name not in (*VOICE, *ready)]
    if not lost:
        return ""
    has = f"the file has {', '.join(ready)}" if ready else f"no file of channels is named in {ENVIRONMENT}"
    return f" NOTE: {', '.join(lost)} is not set up here ({has}); radio and phone always are."


def _state(book: Book, told: Standing, state: str | None, until: str | None) -> dict[str, Any]:
    which = told.state if state is None else one_of("state", state.strip().lower(), Availability)
    if until is None:
        when = told.until if state is None else None
    else:
        when = _until(book, until)
    if when is not None and which in (Availability.FREE, Availability.UNREACHABLE):
        raise BadInput(f"{told.person} is {which.value}, which needs no end. Give --until with task or asleep.")
    if state is not None and which is Availability.TASK and when is None and not _has_team(book, told.person):
        raise BadInput(f"{told.person} is on a task without an end. Say when, a guess will do: --until 16:30, +2h.")
    return {"state": which, "until": when}


def _has_team(book: Book, person: str) -> bool:
    return book.mission.crew.people[person].team in book.mission.teams


def _until(book: Book, text: str) -> datetime:
    when = read_future(book, text)
    if when < clock.now():
        raise BadInput(f"{text!r} lies in the past. Give the time when it ends, such as +2h.")
    return when


def _times(given: dict[str, Any]) -> dict[str, float]:
    fields = {"travel": "the travel time", "wake": "the time to get up", "report": "the time to report"}
    return {f"{name}_s": read_duration(str(given[name]), what) for name, what in fields.items() if given.get(name)}


def _shares(given: dict[str, Any]) -> dict[str, float]:
    p, gsd = given.get("p_come"), given.get("travel_gsd")
    if p is not None and not 0 <= p <= 1:
        raise BadInput(f"A probability of {p:g} to come cannot be. Give 0 to 1, such as 0.8.")
    if gsd is not None and not (math.isfinite(gsd) and 1 <= gsd <= WIDEST_GSD):
        raise BadInput(f"A spread of travel of {gsd:g} cannot be. Give 1 (exact) to {WIDEST_GSD:g}, such as 1.5.")
    return {name: value for name, value in (("p_come", p), ("travel_gsd", gsd)) if value is not None}


def _channels(told: Sequence[str]) -> tuple[str, ...]:
    names = [name.strip().lower() for text in told for name in text.split(",") if name.strip()]
    double = next((name for name in names if names.count(name) > 1), None)
    if double:
        raise BadInput(f"The channel {double!r} is told twice. Give each once, in the order to try them.")
    long = next((name for name in names if len(name) > LONGEST_CHANNEL or not name.isprintable()), None)
    if long or len(names) > MOST_CHANNELS:
        raise BadInput(f"Give {MOST_CHANNELS} channels at most, names of {LONGEST_CHANNEL} letters, like radio, sms.")
    return tuple(names)
