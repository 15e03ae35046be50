"""Times as people write them, in the mission's zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.desk import clock
from homeward.errors import BadInput

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)  # 13:00 in Berlin, 07:00 in New York


def read(text: str, *, zone: str = "Europe/Berlin", now: datetime = NOON, tense: str = "past") -> datetime:
    return clock.read_time(text, time_zone=zone, now=now, tense=tense)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12:30", datetime(2026, 11, 22, 11, 30, tzinfo=UTC)),
        ("13:00", NOON),
        ("22:15", datetime(2026, 11, 21, 21, 15, tzinfo=UTC)),  # later than now: it was yesterday
        ("2026-11-20 09:00", datetime(2026, 11, 20, 8, 0, tzinfo=UTC)),
        ("2026-11-20T09:00+00:00", datetime(2026, 11, 20, 9, 0, tzinfo=UTC)),
        ("-90min", datetime(2026, 11, 22, 10, 30, tzinfo=UTC)),
        ("-3h", datetime(2026, 11, 22, 9, 0, tzinfo=UTC)),
    ],
)
def test_what_happened(text, expected):
    assert read(text) == expected


def test_a_start_is_the_next_such_time():
    assert read("12:30", tense="future") == datetime(2026, 11, 23, 11, 30, tzinfo=UTC)
    assert read("14:00", tense="future") == datetime(2026, 11, 22, 13, 0, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "noon", "25:00", "12:61", "2026-13-01 10:00", "12.30", "+3 weeks"])
def test_what_is_no_time_is_refused_with_examples(text):
    with pytest.raises(BadInput, match=r"14:30"):
        read(text)


def test_the_hour_that_summer_time_skips_is_refused():
    with pytest.raises(BadInput, match="does not exist"):
        read("2026-03-29 02:30")


def test_the_hour_that_comes_twice_wants_an_offset():
    with pytest.raises(BadInput, match="twice"):
        read("2026-10-25 02:30")
    assert read("2026-10-25T02:30+01:00") == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("name", ["Berlin", "europe/berlin ", "", "Mars/Olympus", "../etc/passwd"])
def test_an_unknown_zone_is_refused_with_a_remedy(name):
    with pytest.raises(BadInput, match="time zone"):
        clock.zone(name)


def test_a_part_of_a_zones_name_finds_it():
    with pytest.raises(BadInput, match="Europe/Berlin"):
        clock.zone("Berlin")


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from(["UTC", "America/New_York", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe"]),
)
def test_a_shown_clock_time_reads_back_as_the_nearest_such_time(when, zone):
    when = when.replace(second=0, microsecond=0)
    shown = clock.show_time(when, zone, day=False)
    try:
        back = clock.read_time(shown, time_zone=zone, now=when + timedelta(minutes=5), tense="past")
    except BadInput:
        return  # around a change of the clocks the reader asks instead of guessing
    assert clock.show_time(back, zone, day=False) == shown
    assert timedelta(0) <= when + timedelta(minutes=5) - back < timedelta(hours=25)


def test_the_clock_can_stand(monkeypatch):
    with clock.set_to(NOON):
        assert clock.now() == NOON
    monkeypatch.setenv("HOMEWARD_NOW", "2026-11-22T13:00+01:00")
    assert clock.now() == NOON
    monkeypatch.setenv("HOMEWARD_NOW", "2026-11-22 13:00")
    with pytest.raises(BadInput, match="offset"):
        clock.now()
