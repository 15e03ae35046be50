"""The dates to be ready by as a calendar (iCalendar, RFC 5545): one entry for each warning and risk."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from homeward.readiness.warn.words import OVERDUE, days_words

if TYPE_CHECKING:
    from icalendar import Event

Json = dict[str, Any]


LONGEST_NOTICE: Final = timedelta(days=1)
"""An alarm rings so long before, or half of the time left where that is less: ours."""
_SOONEST: Final = timedelta(minutes=2)


def ready_calendar(rows: Sequence[Mapping[str, Any]], *, mission: str, now: datetime) -> bytes:
    """The calendar of a board's warnings. Entries keep their UID and count up, so that a later calendar moves them.

    Nothing that was said is in it, only the warnings' names.
    """
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//homeward//ready by//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"Ready by: {mission}")
    for row in rows:
        for one in (row["coming"] or {}).get("ready_by", ()):
            if one["at"] is not None:
                calendar.add_component(_entry(row, one, mission=mission, now=now))
    out: bytes = calendar.to_ical()
    return out


def _entry(row: Mapping[str, Any], one: Mapping[str, Any], *, mission: str, now: datetime) -> Event:
    """One date: what to be ready for, at which risk that it came before."""
    from icalendar import Alarm, Event

    name, when = row["id"], datetime.fromisoformat(one["at"])
    risk = f"{one['risk'] * 100:g} %"
    words = " ".join([*(n for n in row["notes"] if n.startswith(OVERDUE)), *row["coming"]["words"]])
    entry = Event()
    key = "\0".join((mission, name, f"{one['risk']:g}"))
    entry.add("uid", f"{hashlib.sha256(key.encode('utf-8', 'replace')).hexdigest()[:32]}@homeward")
    entry.add("dtstamp", now)
    entry.add("last-modified", now)
    entry.add("sequence", max(0, int(now.timestamp()) // 60))
    entry.add("dtstart", when)
    entry.add("dtend", when + timedelta(minutes=15))
    entry.add("summary", f"Be ready for {name} (risk {risk} that it came before)")
    entry.add("description", f"Counted from {now:%Y-%m-%d %H:%M} UTC: {words} It moves as days pass.")
    entry.add("transp", "TRANSPARENT")
    notice = min(LONGEST_NOTICE, (when - now) / 2)
    notice -= timedelta(seconds=notice.total_seconds() % 60)
    if notice >= _SOONEST:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        ahead = "within a day" if notice == LONGEST_NOTICE else f"within {days_words(notice.total_seconds() / 86400)}"
        alarm.add("description", f"Be ready for {name} {ahead} (risk {risk} that it came before)")
        alarm.add("trigger", -notice)
        entry.add_component(alarm)
    return entry
