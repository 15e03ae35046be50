"""Times as they are said."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.words import lasting


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 min"),
        (0.4, "0 min"),
        (45, "45 s"),
        (89, "89 s"),
        (90, "2 min"),
        (40 * 60, "40 min"),
        (3570, "1 h"),
        (3660, "1 h 01 min"),
        (5400, "1 h 30 min"),
        (7200, "2 h"),
        (7229, "2 h"),
        (26 * 3600 + 300, "26 h 05 min"),
    ],
)
def test_a_time_is_said_in_one_way(seconds, words):
    assert lasting(seconds) == words


@given(st.floats(0, 1e7))
def test_what_is_said_is_within_half_a_minute(seconds):
    said = {unit: float(n) for n, unit in re.findall(r"(\d+) (s|min|h)\b", lasting(seconds))}
    told = said.get("h", 0) * 3600 + said.get("min", 0) * 60 + said.get("s", 0)
    assert abs(told - seconds) <= 30.0 + 1e-6
