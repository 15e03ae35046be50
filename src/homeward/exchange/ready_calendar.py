"""The dates to be ready by as a calendar (iCalendar, RFC 5545): one entry for each warning and risk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

Json = dict[str, Any]


def ready_calendar(rows: Sequence[Mapping[str, Any]], *, mission: str, now: datetime) -> bytes:
    """The calendar of a board's warnings. Entries keep their name, so that a later calendar replaces an earlier one.

    Nothing that was said is in it, only the warnings' names.
    """
    from icalendar import Alarm, Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//homeward//ready by//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"Ready by: {mission}")
    for row in rows:
        for one in (row["coming"] or {}).get("ready_by", ()):
            if one["at"] is None:
                continue
            when = datetime.fromisoformat(one["at"])
            risk = f"{one['risk']:.0%}".replace("%", " %")
            entry = Event()
            entry.add("uid", f"{mission}/{row['id']}/{one['risk']:g}@homeward")
            entry.add("dtstamp", now)
            entry.add("dtstart", when)
            entry.add("dtend", when + timedelta(minutes=15))
            entry.add("summary", f"Ready for {row['id']}: {risk} by now")
            entry.add(
                "description", f"{row['coming']['words'][0]} As of {now:%Y-%m-%d %H:%M} UTC; it moves as days pass."
            )
            entry.add("transp", "TRANSPARENT")
            alarm = Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("description", f"Ready for {row['id']}: {risk} tomorrow")
            alarm.add("trigger", timedelta(days=-1))
            entry.add_component(alarm)
            calendar.add_component(entry)
    out: bytes = calendar.to_ical()
    return out
