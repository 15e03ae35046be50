"""Where the sun stands, when it sets, and whether it is night for a searcher's eyes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import asin, cos, degrees, floor, radians, sin

from homeward.errors import BadInput
from homeward.geo import Place

CIVIL_TWILIGHT_DEG = -6.0
_UPPER_LIMB_DEG = -0.833  # refraction 34' and half the disc 16': the usual sunrise and sunset
_J2000 = datetime(2000, 1, 1, 12, tzinfo=UTC)
_STEP = timedelta(minutes=4)


def sun_elevation_deg(place: Place, at_utc: datetime) -> float:
    """Height of the sun's centre above the level horizon, degrees, without refraction.

    Good to about 0.02 deg between 1900 and 2100. Source: Meeus (1998), Astronomical Algorithms, 2nd ed., chapters 12,
    13 and 25 (low accuracy), as used by NOAA's solar calculator.
    """
    if at_utc.tzinfo is None:
        raise BadInput(f"The time {at_utc.isoformat()} has no zone. Give it in UTC, such as 2026-03-01T17:30Z.")
    days = (at_utc - _J2000).total_seconds() / 86_400
    t = days / 36_525
    mean_lon = 280.46646 + t * (36_000.76983 + t * 0.0003032)
    anomaly = radians(357.52911 + t * (35_999.05029 - t * 0.0001537))
    center = (
        sin(anomaly) * (1.914602 - t * (0.004817 + t * 0.000014))
        + sin(2 * anomaly) * (0.019993 - t * 0.000101)
        + sin(3 * anomaly) * 0.000289
    )
    node = radians(125.04 - 1934.136 * t)
    apparent = radians(mean_lon + center - 0.00569 - 0.00478 * sin(node))
    tilt = radians(23.439291 - t * 0.0130042 + 0.00256 * cos(node))
    sidereal = 280.46061837 + 360.98564736629 * days + t * t * 0.000387933
    x, y, z = cos(apparent), sin(apparent) * cos(tilt), sin(apparent) * sin(tilt)
    hour, lat = radians(sidereal + place.lon_deg), radians(place.lat_deg)
    up = z * sin(lat) + (x * cos(hour) + y * sin(hour)) * cos(lat)
    return degrees(asin(max(-1.0, min(1.0, up))))


def is_night(place: Place, at_utc: datetime) -> bool:
    """Whether the sun is more than 6 deg below the horizon (civil twilight is over): eyes need a lamp."""
    return sun_elevation_deg(place, at_utc) < CIVIL_TWILIGHT_DEG


def sunset_utc(place: Place, after_utc: datetime) -> datetime | None:
    """The first sunset (upper limb, level horizon) after a time, to the second; None if none within 25 hours."""
    return _crossing(place, after_utc, rising=False)


def sunrise_utc(place: Place, after_utc: datetime) -> datetime | None:
    """The first sunrise (upper limb, level horizon) after a time, to the second; None if none within 25 hours."""
    return _crossing(place, after_utc, rising=True)


def _crossing(place: Place, after_utc: datetime, *, rising: bool) -> datetime | None:
    sign = 1 if rising else -1

    def height(at: datetime) -> float:
        return sign * (sun_elevation_deg(place, at) - _UPPER_LIMB_DEG)

    start, low = after_utc, height(after_utc)
    for _ in range(floor(timedelta(hours=25) / _STEP)):
        end = start + _STEP
        high = height(end)
        if low < 0 <= high:
            while end - start > timedelta(seconds=1):
                middle = start + (end - start) / 2
                start, end = (start, middle) if height(middle) >= 0 else (middle, end)
            return end.replace(microsecond=0)
        start, low = end, high
    return None
