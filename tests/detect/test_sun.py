"""The sun against published ephemerides and almanac times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.detect import is_night, sun_elevation_deg, sunrise_utc, sunset_utc
from homeward.errors import BadInput
from homeward.geo import Place

LONDON, NEW_YORK, QUITO, TROMSO = (
    Place(51.5074, -0.1278),
    Place(40.7128, -74.0060),
    Place(-0.18, -78.47),
    Place(69.65, 18.96),
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_declination_of_meeus_example_25a() -> None:
    # Meeus (1998), example 25.a: 1992 October 13, 0h TD (59 s ahead of UTC): declination -7.78507 deg.
    # Seen from the pole, the sun's height is its declination.
    assert sun_elevation_deg(Place(90, 0), at("1992-10-12T23:59:01")) == pytest.approx(-7.785, abs=0.002)


@pytest.mark.parametrize(
    ("place", "after", "rise", "sets"),
    [
        (LONDON, "2024-06-20T22:00", "2024-06-21T03:43", "2024-06-21T20:21"),  # 04:43 and 21:21 BST
        (NEW_YORK, "2023-12-21T05:00", "2023-12-21T12:17", "2023-12-21T21:32"),  # 7:17 and 16:32 EST
    ],
)
def test_almanac_times_to_the_minute(place: Place, after: str, rise: str, sets: str) -> None:
    for found, printed in ((sunrise_utc(place, at(after)), rise), (sunset_utc(place, at(after)), sets)):
        assert found is not None
        assert abs(found - at(printed)) <= timedelta(minutes=1)


def test_midnight_sun_and_polar_night() -> None:
    assert sunset_utc(TROMSO, at("2024-06-21T00:00")) is None
    assert not is_night(TROMSO, at("2024-06-21T23:00"))
    assert sunrise_utc(TROMSO, at("2024-12-21T00:00")) is None


def test_dusk_is_not_yet_night() -> None:
    sunset = sunset_utc(QUITO, at("2024-03-20T12:00"))
    assert sunset is not None
    assert not is_night(QUITO, sunset + timedelta(minutes=15))
    assert is_night(QUITO, sunset + timedelta(minutes=30))  # at the equator the sun drops 6 deg in about 22 min


@settings(deadline=None)
@given(
    st.floats(-89, 89),
    st.floats(-180, 180),
    st.datetimes(datetime(1950, 1, 1), datetime(2090, 1, 1)),  # noqa: DTZ001
)
def test_the_sun_stays_between_its_bounds(lat: float, lon: float, when: datetime) -> None:
    height = sun_elevation_deg(Place(lat, lon), when.replace(tzinfo=UTC))
    noon_at_most = 90 - max(abs(lat) - 23.5, 0)
    assert -noon_at_most - 0.1 <= height <= noon_at_most + 0.1


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(BadInput, match="no zone"):
        sun_elevation_deg(LONDON, datetime(2024, 6, 21, 12))  # noqa: DTZ001
