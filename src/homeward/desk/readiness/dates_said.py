"""Dates as people say them: "about=1 month", "as early as=a week", "10%=7 days", "in about a month, maybe a week".

Which quantile a word stands for is homeward's own assumption (`date_words.csv`).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Final, NamedTuple

from homeward.desk import clock
from homeward.errors import BadInput

LONGEST_D: Final = 36525.0
"""A century: ours, against slips of the pen."""
MONTH_D: Final = 30.0
YEAR_D: Final = 365.0
_UNITS: Final[Mapping[str, float]] = {
    **dict.fromkeys(("min", "mins", "minute", "minutes"), 1 / 1440),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 1 / 24),
    **dict.fromkeys(("d", "day", "days"), 1.0),
    **dict.fromkeys(("w", "wk", "week", "weeks"), 7.0),
    **dict.fromkeys(("mo", "month", "months"), MONTH_D),
    **dict.fromkeys(("y", "yr", "year", "years"), YEAR_D),
}
_COUNTED: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NUMBERS: Final[Mapping[str, float]] = {
    **{word: float(n) for n, word in enumerate(_COUNTED, 1)},
    "a": 1,
    "an": 1,
    "a couple of": 2,
    "fourteen": 14,
    "half a": 0.5,
}
_LENGTH: Final = re.compile(
    rf"\b(?P<n>\d+(?:[.,]\d+)?|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})\s*-?\s*"
    rf"(?P<unit>{'|'.join(sorted(_UNITS, key=len, reverse=True))})\b"
)
_DAYS: Final = re.compile(r"\d+(?:[.,]\d+)?")
_MIDDLE: Final = 0.5


class Word(NamedTuple):
    """A word before a time, the quantile it stands for, and its source."""

    word: str
    p: float
    source: str


@cache
def date_words() -> tuple[Word, ...]:
    """The words of `date_words.csv`, the longest first."""
    text = files("homeward.desk.readiness").joinpath("date_words.csv").read_text(encoding="utf-8")
    rows = [Word(r["word"], float(r["p"]), r["source"]) for r in csv.DictReader(text.splitlines())]
    return tuple(sorted(rows, key=lambda w: -len(w.word)))


def read_days(text: str, what: str) -> float:
    """Days from "1 month", "a week", "36 h", "10 days" or "10" (days). Raises `BadInput`; `what` is named in it.

    A month is 30 days and a year 365.
    """
    clean = " ".join(text.strip().lower().split())
    hit = _LENGTH.fullmatch(clean)
    if hit:
        days = _number(hit["n"]) * _UNITS[hit["unit"]]
    elif _DAYS.fullmatch(clean):
        days = float(clean.replace(",", "."))
    else:
        raise BadInput(f"{what} is {text!r}, which is no length of time. Write 36 h, 10 days, 2 weeks or 1 month.")
    if not 0 < days <= LONGEST_D:
        raise BadInput(f"{what} is {text!r}, which cannot be. Give more than nothing, at most a century.")
    return days


def read_quantiles(told: Sequence[str], *, said_at: datetime, zone: str) -> tuple[tuple[float, float], ...]:
    """(probability, days from `said_at`) from "0.1=7 days", "about=1 month", "as late as=2026-05-01 12:00".

    A word without a time ("as late as=") stays open. Raises `BadInput`.
    """
    found: dict[float, float] = {}
    for one in told:
        name, sign, when = one.partition("=")
        if not sign:
            raise BadInput(f"{one!r} is no date. Write about=1 month, as early as=1 week, or 0.1=7 days.")
        p = _probability(name)
        if not when.strip():
            continue
        if p in found:
            raise BadInput(f"{p:.0%} is told twice. Give each probability once.")
        found[p] = _days_from(when, said_at=said_at, zone=zone, what=name.strip())
    ordered = sorted(found.items())
    for (p, d), (q, e) in pairwise(ordered):
        if e <= d:
            raise BadInput(
                f"The dates are out of order: {d:g} days with {p:.0%}, then {e:g} with {q:.0%}."
                " The more probable it is by then, the later the day must be."
            )
    return tuple(ordered)


def read_told(text: str) -> tuple[tuple[float, float], ...]:
    """(probability, days) from a sentence such as "in about a month, maybe a week, could be longer".

    Each length of time counts with the last word before it that has a quantile; without one it is the middle.
    """
    clean = " ".join(text.strip().lower().split())
    found: dict[float, float] = {}
    start = 0
    for hit in _LENGTH.finditer(clean):
        p = _word_before(clean[start : hit.start()])
        days = _number(hit["n"]) * _UNITS[hit["unit"]]
        if p in found:
            raise BadInput(
                f"{text!r} tells two times with {p:.0%}. Say them one by one: about=1 month, as early as=1 week."
            )
        if 0 < days <= LONGEST_D:
            found[p] = days
        start = hit.end()
    ordered = tuple(sorted(found.items()))
    if any(b[1] <= a[1] for a, b in pairwise(ordered)):
        raise BadInput(
            f"The dates in {text!r} are out of order. Say them one by one: about=1 month, as early as=1 week."
        )
    return ordered


def quantile_words(quantiles_d: Sequence[tuple[float, float]]) -> str:
    """Quantiles as they are read out: 10 % by 7 days, 50 % by 30 days."""
    return ", ".join(f"{p:.3g} by {d:g} days".replace(f"{p:.3g}", f"{p * 100:.3g} %", 1) for p, d in quantiles_d)


def _number(text: str) -> float:
    return _NUMBERS[text] if text in _NUMBERS else float(text.replace(",", "."))


def _word_before(text: str) -> float:
    places = [
        (text.rfind(w.word) + len(w.word), len(w.word), w.p) for w in date_words() if re.search(rf"\b{w.word}\b", text)
    ]
    return max(places)[2] if places else _MIDDLE


def _probability(name: str) -> float:
    clean = " ".join(name.strip().lower().split())
    word = next((w for w in date_words() if w.word == clean), None)
    if word is not None:
        return word.p
    try:
        p = float(clean.rstrip("% ").replace(",", ".")) / (100 if clean.endswith("%") else 1)
    except ValueError:
        p = float("nan")
    if not 0 < p < 1:
        raise BadInput(
            f"{name.strip()!r} is no probability. Give one between 0 and 1, such as 0.1 or 10%, or a word: as early as,"
            " about, as late as."
        )
    return p


def _days_from(text: str, *, said_at: datetime, zone: str, what: str) -> float:
    """Days from a length of time, or from a date."""
    if re.search(r"\d{4}-\d{2}-\d{2}", text):
        when = clock.read_time(text, time_zone=zone, now=said_at, tense="future").astimezone(UTC)
        days = (when - said_at).total_seconds() / 86400
        if not 0 < days <= LONGEST_D:
            raise BadInput(f"{what} is {text.strip()!r}, which is not after it was said. Give a later date.")
        return days
    return read_days(text, what)
