"""Times, shares, names and counts as they are said."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.words import capital, chance, counted, lasting, listed, minutes, named, percent


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


@given(st.floats(0, 1))
def test_a_chance_is_certain_only_where_it_is(p: float) -> None:
    said = chance(p)
    assert (said == "0 %") == (p == 0)
    assert (said == "100 %") == (p == 1)


@given(st.floats(0, 1))
def test_what_is_there_is_never_called_nothing(share: float) -> None:
    assert (percent(share) in ("0 %", "0.0 %")) == (share == 0)


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.45, "45 %"), (0.0994, "9.9 %"), (0.0996, "10 %"), (0.043, "4.3 %"), (0.0004, "under 0.1 %"), (1.0, "100 %")],
)
def test_a_share_has_one_digit_below_ten(share: float, words: str) -> None:
    assert percent(share) == words


@pytest.mark.parametrize(
    ("names", "most", "words"),
    [
        ([], None, ""),
        (["A"], None, "A"),
        (["A", "B"], None, "A and B"),
        (["A", "B", "C"], 3, "A, B and C"),
        (["A", "B", "C", "D"], 2, "A, B and 2 more"),
        (["A", "B", "C", "D"], 3, "A, B, C and 1 more"),
    ],
)
def test_names_in_a_row(names: list[str], most: int | None, words: str) -> None:
    assert listed(names, most=most) == words


def test_one_thing_is_not_many() -> None:
    assert (counted(0, "team"), counted(1, "team"), counted(2, "team")) == ("0 teams", "1 team", "2 teams")


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["S1", "Line A +1", "Line A +2", "S2", "Line A +3"], "S1, Line A +1 to +3, S2"),
        (["Dog 1 +1"], "Dog 1 +1"),
        (["Dog 1 +1", "Dog 1 +3"], "Dog 1 +1 +3"),
        (["A +B", "A +B"], "A +B, A +B"),
        ([], ""),
    ],
)
def test_members_whom_nobody_registered_are_one_name_with_their_numbers(names, said):
    assert named(names) == said
    assert named([*names, "X", "Y"], most=1).endswith("more")


@pytest.mark.parametrize(("s", "said"), [(0, "0 s"), (89.4, "89 s"), (90, "2 min"), (5700, "95 min")])
def test_a_crew_counts_in_one_number(s: float, said: str) -> None:
    assert minutes(s) == said


def test_a_sentence_begins_large() -> None:
    assert [capital(said) for said in ("all rest", "IPP set", "", "45 s left")] == [
        "All rest",
        "IPP set",
        "",
        "45 s left",
    ]
