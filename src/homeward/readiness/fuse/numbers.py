"""How many: number words and digits, read whole."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from homeward.readiness.fuse.phrases import HARMLESS, Words, alone, as_said, plain, rows, tokens, word_set

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_ROUND = "twenty thirty forty fifty sixty seventy eighty ninety"
TENS = {word: 10 * k for k, word in enumerate(_ROUND.split(), start=2)}
_CARDINALS = {word: k for k, word in enumerate(_SMALL.split())} | TENS
_MANY = {"dozen": 12, "hundred": 100, "thousand": 1000}
_NOBODY = {"none": 1, "nobody": 1, "no one": 2, "nothing": 1}
_MOST_DIGITS = 9
_BEFORE = HARMLESS | word_set("between count counted group maybe number party people perhaps persons some")
_AFTER = word_set(
    "and with am pm o'clock percent minutes hours days weeks months years km m metres meters miles feet "
    "dozen hundred thousand thousands million millions billion pairs couples groups"
)


@lru_cache(maxsize=4096)
def number_words(words: str) -> Words | None:
    """The number that words such as "a couple" or "dozens" stand for (`number_words.csv`), digits and cardinals as
    they are; None where they are not known, bound a number on one side ("at least 5") or name more than one.

    "A few dozen" is twelve times a few. Of a range ("2-3", "two or three") it is the middle, its ends for quartiles.
    """
    text = re.sub(r"\bor so\b", "", re.sub(r"(?<=\d),(?=\d{3}(?:\D|$))", "", plain(words)))
    if re.search(r"[-/:]\d|\d(?!ish\b)[^\W\d_]", text):  # -3, 5/6, 17:30, 3rd
        return None
    said = tokens(text)
    start = next((k for k in range(len(said)) if _quantity(said, k) is not None), None)
    found = None if start is None else _quantity(said, start)
    if start is None or found is None:
        return None
    if found[1] < len(said) and said[found[1]] in ("to", "or", "and") and _quantity(said, found[1] + 1) is not None:
        found = _range(said, start, *found)
    elif "between" in said[:start]:
        return None
    if found is None:
        return None
    value, end = found
    more = any(_quantity(said, k) is not None for k in range(end, len(said)))
    return value if not more and alone(said[:start], said[end:], harmless=_BEFORE, turns=_AFTER) else None


def _range(said: list[str], start: int, first: Words, end: int) -> tuple[Words, int] | None:
    """`first` to another number, and where that ends; None where there is none, or the two are not of one kind."""
    other = _quantity(said, end + 1)
    if other is None or ("between" in said[:start]) != (said[end] == "and"):
        return None
    last, after = other
    if {first.source, last.source} != {"as said"} or _times(said[end:after]) > _times(said[start:end]):
        return None  # a range of words nobody was asked about; of "2 or 3 hundred" the first may be 2, or 200
    low, high = sorted((first.median, last.median))
    return as_said(" ".join(said[start:after]), low, high), after


def _times(said: list[str]) -> int:
    return max((_MANY[word] for word in said if word in _MANY), default=1)


def _quantity(said: list[str], at: int) -> tuple[Words, int] | None:
    """The number that stands at a place among words, and where it ends."""
    for phrase, size in _NOBODY.items():
        if said[at : at + size] == phrase.split():
            return as_said(phrase, 0, 0), at + size
    if said[at : at + 3] == ["half", "a", "dozen"]:
        return as_said("half a dozen", 6, 6), at + 3
    for row in _by_length():
        parts = row["phrase"].split()
        end = at + len(parts)
        if said[at:end] == parts:
            return None if parts == ["some"] and _cardinal(said, end) else _of_survey(row, said, at, end)
    cardinal = _cardinal(said, at)
    if cardinal is None:
        return None
    value, end = cardinal
    return as_said(" ".join(said[at:end]), value, value), end


def _of_survey(row: dict[str, str], said: list[str], at: int, end: int) -> tuple[Words, int]:
    low, median, high = (float(row[name]) for name in ("low", "median", "high"))
    found = Words(
        phrase=row["phrase"],
        median=median,
        low=low,
        high=high,
        mean=median,
        source=row["source"],
        own_assumption=False,
    )
    of = end + 1 if said[end : end + 1] == ["of"] else end
    times = _MANY.get(said[of]) if of < len(said) else None
    if times is None:
        return found, end
    scaled = replace(
        found,
        phrase=" ".join(said[at : of + 1]),
        median=median * times,
        low=low * times,
        high=high * times,
        mean=median * times,
    )
    return replace(scaled, source=f"{row['source']}; times {times}"), of + 1


def _cardinal(said: list[str], at: int) -> tuple[float, int] | None:
    """A whole number in digits or words: 12, twenty five, a dozen, 2 hundred, three hundred and twelve."""
    total, group, k, room = 0, 0, at, 1000
    while k < len(said):
        word = said[k]
        if word in _MANY and k > at:
            times = _MANY[word]  # "a hundred hundred" is no number
            if not 0 < group < (1000 if times == 1000 else 100) or (total if times == 1000 else said[k - 1] in _MANY):
                return None
            total, group, room = (
                (group * times, 0, 1000) if times == 1000 else (total, group * times, 100 if times == 100 else 0)
            )
        elif word in ("a", "an") and k == at and said[k + 1 : k + 2] and said[k + 1] in _MANY:
            group, room = 1, 0
        elif word in _CARDINALS and _fits(_CARDINALS[word], room):
            group, room = group + _CARDINALS[word], 10 if word in TENS else 0
        elif word.isdecimal() and k == at and len(word) <= _MOST_DIGITS:
            group, room = int(word), 0
        elif word == "and" and room in (100, 1000) and k > at and said[k + 1 : k + 2] and said[k + 1] in _CARDINALS:
            pass
        else:
            break
        k += 1
    return None if k == at else (float(total + group), k)


def _fits(value: int, room: int) -> bool:
    """Whether a number word goes on with the number so far: "twenty" with "five", not with "fifteen"."""
    return 0 < value < room or (value == 0 and room == 1000)


@lru_cache
def _by_length() -> list[dict[str, str]]:
    return sorted(rows("number_words"), key=lambda row: -len(row["phrase"]))
