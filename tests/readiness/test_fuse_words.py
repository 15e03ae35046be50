"""Words and grades as numbers: the surveys' figures, and what people write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from homeward.readiness.fuse.numbers import number_words
from homeward.readiness.fuse.phrases import rows
from homeward.readiness.fuse.words import grade_value, words_probability


def case(shared: Path, name: str) -> dict[str, Any]:
    cases = json.loads((shared / "readiness" / "c_debrief.json").read_text(encoding="utf-8"))["cases"]
    found: dict[str, Any] = next(c for c in cases if c["id"] == name)
    return found


@pytest.mark.shared
def test_words_have_the_medians_and_quartiles_of_both_surveys(shared: Path) -> None:
    expected = case(shared, "C01")["expected"]
    for phrase, median in expected["pooled_median"].items():
        words = words_probability(phrase)
        assert words is not None
        assert (words.phrase, words.own_assumption) == (phrase, False)
        assert [100 * x for x in (words.median, words.low, words.high)] == pytest.approx(
            [median, *expected["pooled_iqr"][phrase]], abs=1e-9
        )
    table = {row["phrase"]: row for row in rows("certainty_words")}
    for survey in ("zonination", "wadefagen"):
        for phrase, median in expected[f"median_{survey}"].items():
            assert 100 * float(table[phrase][f"median_{survey}"]) == pytest.approx(median)


@pytest.mark.shared
def test_number_words_have_the_survey_s_quartiles(shared: Path) -> None:
    for phrase, expected in case(shared, "C02")["expected"].items():
        words = number_words(f"{phrase} people")
        assert words is not None
        assert (words.median, words.low, words.high) == pytest.approx(
            (expected["median"], expected["q25"], expected["q75"])
        )


@pytest.mark.parametrize(
    ("said", "median", "ours"),
    [
        ("I'm pretty sure it was him", 0.80, True),
        ("I'm not a hundred percent sure", 0.85, True),
        ("not 100 % sure", 0.85, True),
        ("100 % sure", 1.0, False),
        ("about 80%, I would say", 0.8, False),
        ("8 out of 10", 0.8, False),
        ("Highly likely.", 0.9, False),
        ("very likely", 0.875, False),
        ("very likely not", None, None),
        ("not likely", None, None),
        ("it isn't very likely", None, None),
        ("pretty sure it was not him", None, None),
        ("probably not", 0.25, False),
        ("I am not sure", 0.55, True),
        ("unsure", None, None),
        ("improbable", 0.1, False),
        ("fifty-fifty", 0.5, False),
        ("", None, None),
        ("blue", None, None),
        ("250 %", None, None),
        ("50/50", 0.5, False),
        ("50:50", 0.5, False),
        ("8/10", 0.8, False),
        ("9/11", None, None),
        ("7/10/2024", None, None),
        ("0.8", 0.8, False),
        ("eighty percent", 0.8, False),
        ("I think 80 %", 0.8, False),
        ("60-70 %", 0.65, True),
        ("between 60 and 70 percent", 0.65, True),
        ("less likely than not", None, None),
        ("80 % sure it was not him", None, None),
        ("pretty sure it was someone else", None, None),
        ("90 percent not sure", None, None),
        ("between likely and certain", None, None),
        ("it's likely, I'd say 60 %", None, None),
        ("at least 80 %", None, None),
        (">80 %", None, None),
        ("80 % or more", None, None),
        ("-5 %", None, None),
        ("1,000 %", None, None),
        ("sure?", None, None),
    ],
)
def test_what_people_say(said: str, median: float | None, ours: bool | None) -> None:  # noqa: FBT001
    words = words_probability(said)
    assert (words and words.median, words and words.own_assumption) == (median, ours)


def test_a_range_is_its_middle_with_its_ends_for_quartiles() -> None:
    words = words_probability("60–70 % sure")
    assert words is not None
    assert (words.median, words.low, words.high) == pytest.approx((0.65, 0.6, 0.7))
    assert words_probability(words.phrase) is not None, "what is kept of the words is read again"


@pytest.mark.parametrize("words", [row["phrase"] for row in rows("certainty_words")])
def test_every_phrase_is_read_and_turned_round_is_not(words: str) -> None:
    whole = words_probability(f"It is {words}.")
    assert whole is not None
    assert whole.phrase == words
    for turned in (f"far from {words}", f"{words}, but not him", f"{words} or 30 %", f"less {words} than you think"):
        assert words_probability(turned) is None


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("five", (5, 5, 5)),
        ("two people", (2, 2, 2)),
        ("twenty-five", (25, 25, 25)),
        ("a hundred and twelve", (112, 112, 112)),
        ("a dozen", (12, 12, 12)),
        ("half a dozen", (6, 6, 6)),
        ("a few dozen", (36, 36, 48)),
        ("several hundred", (700, 500, 775)),
        ("some 20", (20, 20, 20)),
        ("some", (4.5, 3.25, 5)),
        ("2 hundred", (200, 200, 200)),
        ("1,500 people", (1500, 1500, 1500)),
        ("2-3", (2.5, 2, 3)),
        ("two or three", (2.5, 2, 3)),
        ("between 5 and 8", (6.5, 5, 8)),
        ("nobody", (0, 0, 0)),
        ("a dozen or so", (12, 12, 12)),
    ],
)
def test_numbers_are_read_whole(said: str, number: tuple[float, float, float]) -> None:
    words = number_words(said)
    assert words is not None
    assert (words.median, words.low, words.high) == number


@pytest.mark.parametrize(
    "said",
    [
        *("-3", "1.5", "1e5", "5/6", "10+", "at least 5", "at most 5", "more than 10", "5 or more", "up to 5"),
        *("room 12, 2 people", "3 of 5", "two men and a dog", "two women, three men", "2 or 3 hundred", "not many"),
        *("a lot less", "someone", "two three", "twenty fifteen", "a few or several", "between 5", "5 km", ""),
        *(
            "the 3rd man",
            "17:30",
            "a hundred hundred",
            "two dozen dozen",
            "two thousand thousand",
            "2 million",
            "a few dozen hundred",
        ),
    ],
)
def test_a_number_of_which_a_part_would_mislead_is_not_read(said: str) -> None:
    assert number_words(said) is None


@pytest.mark.parametrize("n", [*range(101), 112, 200, 999, 1000, 1001, 2500, 12_000, 345_678])
def test_numbers_in_digits_and_in_words_are_the_same(n: int) -> None:
    for said in (str(n), f"{n:,}", _spelt(n), f"about {_spelt(n)} people"):
        words = number_words(said)
        assert words is not None, said
        assert words.median == n


def _spelt(n: int) -> str:
    small = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    ones = [*small.split(), "seventeen", "eighteen", "nineteen"]
    round_ = "- - twenty thirty forty fifty sixty seventy eighty ninety"
    if n < 20:
        return ones[n]
    if n < 100:
        return round_.split()[n // 10] + (f"-{ones[n % 10]}" if n % 10 else "")
    size, name = (1000, "thousand") if n >= 1000 else (100, "hundred")
    rest = n % size
    return f"{_spelt(n // size)} {name}" + (f" {'and ' if rest < 100 else ''}{_spelt(rest)}" if rest else "")


def test_the_same_code_has_other_numbers_in_public_schemes() -> None:
    """B2: 70 of 100 in STIX 2.1, which has no scale of reliability; 75 and 75 in MISP's taxonomy."""
    assert grade_value("stix", "credibility", "2") == 0.70
    assert grade_value("stix", "reliability", "B") is None
    assert (grade_value("misp", "reliability", "B"), grade_value("misp", "credibility", "2")) == (0.75, 0.75)
    assert [grade_value("stix", "credibility", str(d)) for d in range(1, 7)] == [0.9, 0.7, 0.5, 0.3, 0.1, None]
    assert [grade_value("misp", "reliability", x) for x in "ABCDEF"] == [1, 0.75, 0.5, 0.25, 0, 0.5]


def test_every_own_number_says_so() -> None:
    for row in rows("certainty_words"):
        assert (row["basis"] == "ours") == row["source"].startswith("homeward's own assumption")
        assert float(row["low"]) <= float(row["median"]) <= float(row["high"])
