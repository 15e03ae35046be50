"""Words and grades as numbers: certainty in words, number words, the letters and digits of the Admiralty system.

Every number has its source; what is homeward's own assumption says so, and stays marked wherever it is shown.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from homeward.errors import BadInput
from homeward.readiness.fuse_records import Graded, Learnt, Report

LETTERS, DIGITS = "ABCDEF", (1, 2, 3, 4, 5, 6)
_NUMBER = r"(\d+(?:[.,]\d+)?)"
_PERCENT = re.compile(rf"(?<!not )(?<!not a ){_NUMBER} percent")
_NOT_BEFORE = re.compile(r"\b(?:not|never|hardly|cannot|\w+n't)\s+(?:\w+\s+){0,2}$")
_NOT_AFTER = re.compile(r"\s+not\b")
_OUT_OF = re.compile(rf"{_NUMBER}\s*(?:out of|in|/)\s*{_NUMBER}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What people mean by some words: median, quartiles `low` and `high`, mean, and where that is from.

    `phrase` is the part of the words that was found; `own_assumption` where nobody was asked.
    """

    phrase: str
    median: float
    low: float
    high: float
    mean: float
    source: str
    own_assumption: bool


@lru_cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of `name`.csv beside this module, each a mapping from column to text."""
    text = resources.files("homeward.readiness").joinpath(f"{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@lru_cache(maxsize=4096)
def words_probability(words: str) -> Words | None:
    """The probability that words stand for (`certainty_words.csv`), or None where none of them is known.

    The longest phrase of the table that stands in the words counts; with a "not" before or after it none does: nobody
    was asked what that means. Percentages and "8 out of 10" are numbers as said.
    """
    text = _plain(words)
    said = _percentage(text)
    row = _longest(text, "certainty_words")
    if row is not None and (said is None or "percent" in row["phrase"]):
        return Words(
            phrase=row["phrase"],
            median=float(row["median"]),
            low=float(row["low"]),
            high=float(row["high"]),
            mean=float(row["mean"]),
            source=row["source"],
            own_assumption=row["basis"] == "ours",
        )
    if said is None:
        return None
    return Words(phrase=text, median=said, low=said, high=said, mean=said, source="as said", own_assumption=False)


def number_words(words: str) -> Words | None:
    """The number that words such as "a couple" or "dozens" stand for (`number_words.csv`), digits as they are."""
    text = _plain(words)
    row = _longest(text, "number_words")
    if row is not None:
        low, median, high = (float(row[name]) for name in ("low", "median", "high"))
        return Words(
            phrase=row["phrase"],
            median=median,
            low=low,
            high=high,
            mean=median,
            source=row["source"],
            own_assumption=False,
        )
    digits = re.search(r"\d+", text)
    if digits is None:
        return None
    said = float(digits.group())
    return Words(
        phrase=digits.group(), median=said, low=said, high=said, mean=said, source="as said", own_assumption=False
    )


@lru_cache
def grade_value(scheme: str, scale: str, code: str) -> float | None:
    """The number of a letter or digit in a scheme of `grade_scales.csv`; None where the scheme gives it none."""
    for row in rows("grade_scales"):
        if (row["scheme"], row["scale"], row["code"]) == (scheme, scale, code):
            return float(row["value"]) if row["value"] else None
    return None


def graded(report: Report, learnt: Mapping[str, Learnt], *, model: bool, mean: bool, unknown_r: float) -> Graded:
    """The numbers that a report counts with.

    Reliability: `r` as given, else as learnt of its source, else by its letter (F: `unknown_r`). Certainty: `c` as
    given, else by the witness's words (`mean`: the mean of what people mean by them, else the median), else by the
    digit; 6, or nothing at all, says nothing either way.
    """
    r, r_from, r_low, r_high, beta = _reliability(report, learnt.get(report.source), model=model, unknown_r=unknown_r)
    c, c_from, low, high, own_c = _certainty(report, mean=mean)
    own = (("r",) if r_from.endswith("(own assumption)") else ()) + (("c",) if own_c else ())
    return Graded(
        r=r, c=c, r_from=r_from, c_from=c_from, own=own, c_low=low, c_high=high, r_low=r_low, r_high=r_high, beta=beta
    )


def _reliability(
    report: Report, learnt: Learnt | None, *, model: bool, unknown_r: float
) -> tuple[float, str, float, float, tuple[float, float] | None]:
    if report.r is not None:
        return report.r, "as given", report.r, report.r, None
    if learnt is not None:
        r = learnt.r_model if model else learnt.r
        beta = None if model else (1.0 + learnt.right, 1.0 + learnt.wrong)
        return r, f"{learnt.right} of {learnt.right + learnt.wrong} claims came true", learnt.r_low, learnt.r_high, beta
    letter = report.reliability.strip().upper()
    if letter:
        if letter not in LETTERS or len(letter) != 1:
            raise BadInput(
                f"Report {report.id!r} has reliability {report.reliability!r}. Give a letter from A (completely "
                "reliable) to E (unreliable), or F (cannot be judged)."
            )
        if letter == "F":
            return unknown_r, "letter F: cannot be judged", unknown_r, unknown_r, None
        r = grade_value("homeward", "reliability", letter) or 0.0
        return r, f"letter {letter} (own assumption)", r, r, None
    if report.says:
        raise BadInput(
            f"Report {report.id!r} does not say how reliable its source is. Give r (0 to 1) or reliability (A to F)."
        )
    return 1.0, "not discounted", 1.0, 1.0, None


def _certainty(report: Report, *, mean: bool) -> tuple[float, str, float, float, bool]:
    if report.c is not None:
        return report.c, "as given", report.c, report.c, False
    if report.certainty:
        words = words_probability(report.certainty)
        if words is None:
            raise BadInput(
                f"Report {report.id!r}: what {report.certainty!r} means as a probability is not known. Ask the witness "
                "for a number, and give it as c."
            )
        c = words.mean if mean else words.median
        note = " (own assumption)" if words.own_assumption else ""
        return c, f'words "{words.phrase}"{note}', words.low, words.high, words.own_assumption
    if report.credibility is not None:
        if report.credibility not in DIGITS:
            raise BadInput(
                f"Report {report.id!r} has credibility {report.credibility}. Give a digit from 1 (confirmed) to 5 "
                "(improbable), or 6 (cannot be judged)."
            )
        c6 = grade_value("homeward", "credibility", str(report.credibility))
        if c6 is None:
            return 0.5, "digit 6: cannot be judged", 0.5, 0.5, False
        return c6, f"digit {report.credibility} (own assumption)", c6, c6, True
    if report.says:
        raise BadInput(
            f"Report {report.id!r} does not say how sure it is. Give c (0 to 1), certainty in the witness's words, or "
            "credibility (1 to 6)."
        )
    return 1.0, "", 1.0, 1.0, False


def _plain(words: str) -> str:
    text = words.lower().replace("’", "'").replace("-", " ").replace("%", " percent").replace("per cent", "percent")
    return " ".join(text.split())


def _longest(text: str, table: str) -> dict[str, str] | None:
    for pattern, row in _by_length(table):
        found = pattern.search(text)
        if found is not None:
            turned = _NOT_BEFORE.search(text[: found.start()]) or _NOT_AFTER.match(text[found.end() :])
            return None if turned else row
    return None


@lru_cache
def _by_length(table: str) -> list[tuple[re.Pattern[str], dict[str, str]]]:
    """The phrases of a table, the longest first."""
    longest = sorted(rows(table), key=lambda row: -len(row["phrase"]))
    return [(re.compile(rf"\b{re.escape(row['phrase'])}\b"), row) for row in longest]


def _percentage(text: str) -> float | None:
    percent, out_of = _PERCENT.search(text), _OUT_OF.search(text)
    if percent is not None:
        value = float(percent.group(1).replace(",", ".")) / 100
    elif out_of is not None and float(out_of.group(2)) > 0:
        value = float(out_of.group(1)) / float(out_of.group(2))
    else:
        return None
    return value if 0 <= value <= 1 else None
