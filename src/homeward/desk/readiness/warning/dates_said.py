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
_N: Final = rf"\d+(?:[.,]\d+)?|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))}"
_U: Final = "|".join(sorted(_UNITS, key=len, reverse=True))
_LENGTH: Final = re.compile(rf"\b(?P<n>{_N})\s*-?\s*(?P<unit>{_U})\b")
_TIME: Final = re.compile(
    rf"\b(?:(?P<open>between\s+|from\s+)?(?P<n1>{_N})(?:\s*-?\s*(?P<unit1>{_U}))?"
    r"(?:\s*[-\u2013\u2014]\s*|\s+(?P<join>to|or|and|until)\s+))?"
    rf"(?P<n>{_N})\s*-?\s*(?P<unit>{_U})\b"
)
_BEHIND: Final = re.compile(
    r",?\s*(?P<word>at the earliest|at the latest|at most|at least|or more|or longer|or later|or less|or sooner"
    r"|or earlier)(?=\s*(?:[,.;!]|and\b|but\b|$))"
)
_MORE: Final = {"or more": "at least", "or longer": "at least", "or later": "at least"}
_UNREAD: Final = re.compile(
    r"\d\S*|n't\b|\b(?:not|never|cannot|at all|ago|every|unless|plus|minus|give or take)\b|±"
    r"|\b(?:minute|hour|day|week|month|year|decade|fortnight|weekend)s?\b"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|\b(?:today|tonight|tomorrow|midnight|noon|christmas|easter)\b"
    r"|\b(?:january|february|april|june|july|august|september|october|november|december)\b"
    r"|\b(?:in|by|before|until|of|early|mid|late|next|this) (?:march|may|spring|summer|autumn|winter)\b(?! be)"
    r"|\b(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|dozen|half|several|few)\b"
)
"""What speaks of a time, or turns one round, and was not read: a sentence is read whole or not at all."""
_DAYS: Final = re.compile(r"\d+(?:[.,]\d+)?")
_MIDDLE: Final = 0.5
_SPAN: Final = (0.1, 0.9)
ONE_BY_ONE: Final = "Say them one by one: about=1 month, as early as=1 week."
SPAN_SAID: Final = "a span of times is taken as the middle 80 % of the cases"


class Word(NamedTuple):
    """A word before a time, the quantile it stands for, and its source."""

    word: str
    p: float
    source: str
    firm: bool = False
    """Whether it says nothing without a time of its own."""


@cache
def date_words() -> tuple[Word, ...]:
    """The words of `date_words.csv`, the longest first."""
    text = files("homeward.desk.readiness.warning").joinpath("date_words.csv").read_text(encoding="utf-8")
    rows = [Word(r["word"], float(r["p"]), r["source"], r["firm"] == "1") for r in csv.DictReader(text.splitlines())]
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
            raise BadInput(f"{p * 100:g} % is told twice. Give each probability once.")
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

    Each length of time counts with the last word before it that has a quantile (or the one right behind it, "a week at
    the earliest"); without one it is the middle. A span ("in 2 to 3 weeks") is taken as the middle 80 %: ours. Raises
    `BadInput` for what holds a time that cannot be read: a sentence is read whole or not at all.
    """
    clean = " ".join(text.strip().lower().replace("\u2019", "'").split())
    found: dict[float, float] = {}
    start, left = 0, []
    for hit in _TIME.finditer(clean):
        before, start = clean[start : hit.start()], hit.end()
        behind = _BEHIND.match(clean, start)
        if behind:
            start = behind.end()
        said = _word_of(before, behind, text)
        left.append(_without(before, said))
        for p, days in _times(hit, said, text):
            if p in found:
                raise BadInput(f"{text!r} tells two times with {p * 100:g} %. {ONE_BY_ONE}")
            if not 0 < days <= LONGEST_D:
                raise BadInput(f"{text!r} tells a time that cannot be. Give more than nothing, at most a century.")
            found[p] = days
    left.append(clean[start:])
    if found:
        _check_left(left, text)
    ordered = tuple(sorted(found.items()))
    if any(b[1] <= a[1] for a, b in pairwise(ordered)):
        raise BadInput(f"The dates in {text!r} are out of order. {ONE_BY_ONE}")
    return ordered


def tells_span(text: str) -> bool:
    """Whether a sentence holds a span, "2 to 3 weeks", which counts as the middle 80 %."""
    return any(hit["n1"] for hit in _TIME.finditer(" ".join(text.strip().lower().split())))


def quantile_words(quantiles_d: Sequence[tuple[float, float]]) -> str:
    """Quantiles as they are read out: 10 % within 7 days, 50 % within 30 days."""
    return ", ".join(f"{p * 100:.3g} % within {length_words(d)}" for p, d in quantiles_d)


def length_words(days: float) -> str:
    """A length of time as somebody says it: 40 minutes, 13 h 10 min, 1 day, 2.5 days, 30 days."""
    minutes = round(days * 1440)
    if minutes < 120:
        return f"{max(1, minutes)} min"
    if days < 2 and abs(days - 1) > 1e-9:
        return f"{minutes // 60} h" + (f" {minutes % 60} min" if minutes % 60 else "")
    told = f"{days:.2f}".rstrip("0").rstrip(".")
    return f"{told} day{'' if told == '1' else 's'}"


def _word_of(before: str, behind: re.Match[str] | None, text: str) -> Word | None:
    """The word that says what a time is: the last before it, or the one right behind it; never both."""
    places = [
        (hit.end(), len(w.word), w) for w in date_words() for hit in re.finditer(rf"\b{re.escape(w.word)}\b", before)
    ]
    ahead = max(places, key=lambda place: place[:2])[2] if places else None
    if behind is None:
        return ahead
    if ahead is not None and ahead.firm:
        raise BadInput(f"{text!r} says two things of one time. {ONE_BY_ONE}")
    name = _MORE.get(behind["word"], behind["word"])
    return next((w for w in date_words() if w.word == name), next(w for w in date_words() if w.word == "at most"))


def _times(hit: re.Match[str], said: Word | None, text: str) -> list[tuple[float, float]]:
    """What one time comes to: its quantile, or the two ends of a span."""
    days = _number(hit["n"]) * _UNITS[hit["unit"]]
    if hit["n1"] is None:
        return [(said.p if said else _MIDDLE, days)]
    if (said is not None and said.firm) or (hit["join"] == "and" and not hit["open"]):
        raise BadInput(f"{text!r} says two times at once. {ONE_BY_ONE}")
    return [(_SPAN[0], _number(hit["n1"]) * _UNITS[hit["unit1"] or hit["unit"]]), (_SPAN[1], days)]


def _without(before: str, said: Word | None) -> str:
    """The words before a time less the one that counted, so that what stays was not read."""
    if said is None:
        return before
    hits = list(re.finditer(rf"\b{re.escape(said.word)}\b", before))
    return before if not hits else f"{before[: hits[-1].start()]}|{before[hits[-1].end() :]}"


def _check_left(left: Sequence[str], text: str) -> None:
    rest = " | ".join(left)
    unread = _UNREAD.search(rest)
    firm = (re.search(rf"\b{re.escape(w.word)}\b[^|,;]*", rest) for w in date_words() if w.firm)
    bad = next((hit for hit in firm if hit), unread)
    if bad:
        what = bad[0].strip()
        raise BadInput(
            f"Not all of {text!r} can be read ({what!r}). Say it in dates: about=10 days, as early as=2026-11-27; and"
            " that it may never come as a probability (never)."
        )


def _number(text: str) -> float:
    return _NUMBERS[text] if text in _NUMBERS else float(text.replace(",", "."))


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
