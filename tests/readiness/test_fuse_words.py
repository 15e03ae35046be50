"""Words and grades as numbers: the surveys' figures, and what people write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from homeward.readiness.fuse_words import grade_value, number_words, rows, words_probability


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
        ("pretty sure it was not him", 0.80, True),
        ("probably not", 0.25, False),
        ("I am not sure", 0.55, True),
        ("unsure", None, None),
        ("improbable", 0.1, False),
        ("fifty-fifty", 0.5, False),
        ("", None, None),
        ("blue", None, None),
        ("250 %", None, None),
    ],
)
def test_what_people_say(said: str, median: float | None, ours: bool | None) -> None:  # noqa: FBT001
    words = words_probability(said)
    assert (words and words.median, words and words.own_assumption) == (median, ours)


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
