"""Places and times as the page's data has them."""

from __future__ import annotations

from datetime import UTC, datetime

from homeward.geo import Place


def lonlat_of(place: Place) -> list[float]:
    """[longitude, latitude] in degrees, to a decimetre."""
    return [round(place.lon_deg, 6), round(place.lat_deg, 6)]


def utc_text(when: datetime | None) -> str | None:
    """A time in UTC to the second, as in 2026-11-21T19:04:05Z."""
    return None if when is None else when.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
