"""The only place that reads the clock, the user's name and the device's name; and how people write times.

Times are read and shown in the mission's time zone and kept in UTC.
"""

from __future__ import annotations

import getpass
import os
import platform
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from homeward.errors import BadInput, UnknownName

FARTHEST_S = 366 * 86400
"""How far from now a time may be told as a difference: ours."""

_SET: ContextVar[datetime | None] = ContextVar("homeward_clock", default=None)


@contextmanager
def set_to(when: datetime) -> Iterator[None]:
    """Lets the clock stand at `when` inside the block: for the demo, where a whole mission passes in seconds."""
    token = _SET.set(when.astimezone(UTC))
    try:
        yield
    finally:
        _SET.reset(token)


def now() -> datetime:
    """The time, UTC, to the second. `HOMEWARD_NOW` (ISO 8601 with offset) sets it, for exercises and tests."""
    standing = _SET.get()
    if standing is not None:
        return standing
    told = os.environ.get("HOMEWARD_NOW")
    if told is None:
        return datetime.now(UTC).replace(microsecond=0)  # noqa: TID251 - the one reading of the clock
    try:
        at = datetime.fromisoformat(told)
    except ValueError as err:
        raise BadInput(f"HOMEWARD_NOW is {told!r}, which is no time. Write it like 2026-11-22T14:00+01:00.") from err
    if at.tzinfo is None:
        raise BadInput(f"HOMEWARD_NOW is {told!r}, without an offset. Write it like 2026-11-22T14:00+01:00.")
    return at.astimezone(UTC)


def scribe() -> str:
    """Who writes: `HOMEWARD_BY`, or the name this person is logged in under."""
    told = os.environ.get("HOMEWARD_BY")
    if told:
        return told
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # no name in a bare container
        return "unknown"


def device() -> str:
    """The name of this machine."""
    return platform.node() or "unknown"


def zone(name: str) -> ZoneInfo:
    """The time zone of that IANA name. Raises `BadInput` with the nearest name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as err:
        near = str(UnknownName("time zone", name, [])).split(" It has")[0]
        match = [z for z in sorted(available_timezones()) if name.lower() in z.lower()][:3]
        hint = f"Did you mean {' or '.join(match)}?" if match and name else "Write it like Europe/Berlin."
        raise BadInput(f"{near.replace('This mission has no', 'There is no')} {hint}") from err


def read_time(text: str, *, time_zone: str, now: datetime, tense: Literal["past", "future"]) -> datetime:
    """A time as people write it -> UTC.

    `14:30` (the nearest such time in the given tense), `2026-11-21 14:30`, ISO 8601 with an offset, or `-3h`,
    `+45min` from now. A clock time that the change to or from summer time skips or repeats is refused.
    """
    clean = text.strip()
    shift = re.fullmatch(r"([+-])\s*(\d+(?:\.\d+)?)\s*(h|min|d)", clean)
    if shift:
        unit = {"h": 3600.0, "min": 60.0, "d": 86400.0}[shift[3]]
        seconds = round(float(shift[2]) * unit)
        if seconds > FARTHEST_S:
            raise BadInput(f"{text!r} is more than a year from now. Check the number.")
        return now + (1 if shift[1] == "+" else -1) * timedelta(seconds=seconds)
    home = zone(time_zone)
    clock = re.fullmatch(r"(\d{1,2}):(\d{2})", clean)
    try:
        if clock:
            today = now.astimezone(home).replace(hour=int(clock[1]), minute=int(clock[2]), second=0, tzinfo=None)
            return _nearest(today, home, now=now, tense=tense, text=text)
        when = datetime.fromisoformat(clean)
    except ValueError as err:
        raise BadInput(
            f"{text!r} is not a time. Write 14:30, 2026-11-21 14:30, -3h, +45min, or 2026-11-21T14:30+01:00."
        ) from err
    return when.astimezone(UTC) if when.tzinfo else _settled(when, home, text)


def _nearest(today: datetime, home: ZoneInfo, *, now: datetime, tense: str, text: str) -> datetime:
    grace = timedelta(minutes=1)
    days = (0, -1) if tense == "past" else (0, 1)
    for shift in days:
        when = _settled(today + timedelta(days=shift), home, text)
        if when <= now + grace if tense == "past" else when >= now - grace:
            return when
    return when


def _settled(naive: datetime, home: ZoneInfo, text: str) -> datetime:
    first, second = (naive.replace(tzinfo=home, fold=f).astimezone(UTC) for f in (0, 1))
    if first.astimezone(home).replace(tzinfo=None) != naive:
        raise BadInput(f"{text!r} does not exist in {home.key}: the clocks go forward then. Check the time.")
    if first != second:
        raise BadInput(f"{text!r} happens twice in {home.key}: the clocks go back then. Add the offset, as in +01:00.")
    return first


def show_time(at: datetime, time_zone: str, *, day: bool = True) -> str:
    """A UTC time in the mission's zone: `Sat 21 Nov 14:30 EST`, or `14:30` without the day."""
    local = at.astimezone(zone(time_zone))
    return f"{local:%a %d %b %H:%M %Z}" if day else f"{local:%H:%M}"


def show_hour(at: datetime, time_zone: str, *, now: datetime) -> str:
    """A time on the day of `now` as `14:30`, on any other with its day and zone."""
    here = zone(time_zone)
    return show_time(at, time_zone, day=at.astimezone(here).date() != now.astimezone(here).date())
