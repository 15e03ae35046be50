"""Seconds of a plan as wall-clock text for paper, in the mission's time zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from homeward.errors import BadInput

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class PlanClock:
    """Where the clocks change within the plan's `duration_s`, every time carries its zone: 01:55 EDT, 01:32 EST."""

    def __init__(self, starts: datetime, time_zone: str, *, duration_s: float) -> None:
        try:
            zone = ZoneInfo(time_zone)
        except (ZoneInfoNotFoundError, ValueError) as err:
            raise BadInput(f"There is no time zone {time_zone!r}. Use a name such as Europe/Rome.") from err
        self._starts, self._zone, self._name = starts.astimezone(UTC), zone, time_zone
        self._last = self._at(duration_s)
        self._changes = self._at(0).utcoffset() != self._last.utcoffset()

    def _at(self, seconds: float) -> datetime:
        minute = round((self._starts + timedelta(seconds=seconds)).timestamp() / 60) * 60
        return datetime.fromtimestamp(minute, tz=self._zone)

    def time(self, seconds: float) -> str:
        """HH:MM, with the day's name where it is not the day of the start, and the zone where the clocks change."""
        at = self._at(seconds)
        day = "" if at.date() == self._at(0).date() else f" {DAYS[at.weekday()]}"
        zone = f" {at:%Z}" if self._changes else ""
        return f"{at:%H:%M}{zone}{day}"

    def date(self) -> str:
        """The day of the start."""
        at = self._at(0)
        return f"{DAYS[at.weekday()]} {at.day} {MONTHS[at.month - 1]} {at.year}"

    def zone(self) -> str:
        """The zone's name and its offset, or both offsets where the clocks change."""
        after = f", then UTC{self._last:%z}: the clocks change" if self._changes else ""
        return f"{self._name}, UTC{self._at(0):%z}{after}"

    def moment(self, at: datetime) -> str:
        """A time of the log, as time and date."""
        here = at.astimezone(self._zone)
        zone = f" {here:%Z}" if here.utcoffset() != self._at(0).utcoffset() or self._changes else ""
        return f"{here:%H:%M}{zone} on {DAYS[here.weekday()]} {here.day} {MONTHS[here.month - 1]}"
