"""Answers to a call-out, as people write them: yes, no or only as a last resort, and when.

The grammar is that of a real team's call-out (Y, N or L, minutes, words: Winnipeg Search and Rescue's call-out help),
with the words of `answer_words.csv` for its letters. What is not understood is `UNKNOWN` and goes to a person, its
text intact; nothing is guessed.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files

MAX_TEXT = 2000
LONGEST_MIN = 7 * 24 * 60  # a time of arrival beyond a week is no answer to a call-out; ours
FAR_MIN = 6 * 60  # an arrival so far off is read by a person too; ours
_EVENING = 12


class Said(StrEnum):
    """What an answer comes down to."""

    YES = "yes"
    NO = "no"
    LAST_RESORT = "last_resort"
    HERE = "here"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAnswer:
    """An answer to a call-out: `text` as it came, what it comes down to, and the rest of its words (`note`).

    `eta_min` minutes until they are there (from when it was said); `available_in_min` with a no: minutes until they
    could. `at` is a time of day that was named, on their clock. `for_a_person`: somebody must read it: not
    understood, a question in it, or a time of day whose date is not known.
    """

    text: str
    answer: Said
    eta_min: float | None = None
    available_in_min: float | None = None
    at: time | None = None
    note: str = ""
    for_a_person: bool = False


def read_answer(text: str, *, said_at: datetime | None = None) -> CallAnswer:
    """What an answer says. `said_at`, on the clock of who answers, turns a time of day into minutes (the next time that
    clock shows it); without it `at` alone is given.
    """
    kept = text[:MAX_TEXT]
    plain = _plain(kept)
    if any(_has(plain, words) for words in _table()[1]):
        return CallAnswer(text=text, answer=Said.UNKNOWN, note=kept.strip(), for_a_person=True)
    said, rest = _first_words(plain, kept)
    if said is Said.UNKNOWN:
        return CallAnswer(text=text, answer=said, note=kept.strip(), for_a_person=True)
    when = _no_when(rest) if said is Said.NO else _when(rest)
    minutes, at, note = when.minutes, when.at, when.note
    if minutes is None and at is not None and said_at is not None:
        minutes = _until(at, said_at)
    contrary = _contrary(said, note)
    if contrary and len(note.split()) == 1:
        return CallAnswer(text=text, answer=Said.UNKNOWN, note=kept.strip(), for_a_person=True)
    unclear = contrary or "?" in kept or (at is not None and said_at is None) or when.odd
    if minutes is not None and minutes > (LONGEST_MIN if said is Said.NO else FAR_MIN):
        minutes, unclear = minutes if minutes <= LONGEST_MIN else None, True
    return CallAnswer(
        text=text,
        answer=said,
        eta_min=None if said is Said.NO else (0.0 if said is Said.HERE else minutes),
        available_in_min=minutes if said is Said.NO else None,
        at=at,
        note=note.strip('"'),
        for_a_person=unclear,
    )


def _contrary(said: Said, note: str) -> bool:
    """Whether the words after an answer begin with the contrary: Y 10 N."""
    then = _first_words(_plain(note), note)[0] if note else said
    return said is not Said.NO and then is Said.NO


@dataclass(frozen=True, slots=True)
class _When:
    minutes: float | None
    at: time | None
    note: str
    odd: bool = False


def _plain(text: str) -> str:
    """The text in small letters, one character for each of `text`, so that places in it stay."""
    text = text.replace("’", "'").replace("‘", "'").replace("`", "'")
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in unicodedata.normalize("NFC", text))


@cache
def _table() -> tuple[tuple[tuple[str, Said], ...], tuple[str, ...]]:
    """Words that an answer begins with, the longest first; and words that leave it in doubt wherever they stand."""
    text = files("homeward.readiness").joinpath("answer_words.csv").read_text(encoding="utf-8")
    rows = [(row["words"], row["answer"]) for row in csv.DictReader(text.splitlines())]
    begins = sorted(((w, Said(a)) for w, a in rows if a != "doubt"), key=lambda row: -len(row[0]))
    return tuple(begins), tuple(w for w, a in rows if a == "doubt")


def _has(plain: str, words: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", plain) is not None


_BEFORE = re.compile(r"[\s\W]*(?:(?:hi|hello|hey|hallo|sorry|this is \w+)[\s,.!:-]+)?")
_BETWEEN = re.compile(r"[-–—]?(?:[\s,.;:!/]|[-–—](?!\d))*")


def _first_words(plain: str, text: str) -> tuple[Said, str]:
    """What the first words come down to, and what follows them; `UNKNOWN` where the next words say the contrary."""
    start = _BEFORE.match(plain)
    at = start.end() if start else 0
    said: Said | None = None
    while True:
        found = next((row for row in _table()[0] if _at(plain, at, row[0])), None)
        if found is None:
            break
        words, means = found
        if said is Said.NO and _FREE.match(plain, at):
            break
        if said is not None and means is not said:
            if {said, means} != {Said.YES, Said.LAST_RESORT}:
                return Said.UNKNOWN, text
            means = Said.LAST_RESORT
        said = means
        gap = _BETWEEN.match(plain, at + len(words))
        at = gap.end() if gap else at + len(words)
    return (Said.UNKNOWN, text) if said is None else (said, text[at:].strip())


def _at(plain: str, at: int, words: str) -> bool:
    end = at + len(words)
    if not plain.startswith(words, at):
        return False
    after = plain[end : end + 1]
    if len(words) == 1 and after.isdigit():
        return True  # Y10
    return not (after.isalnum() or after in ("'", "_"))


_NUMBER = r"(\d+(?:[.,]\d+)?)"
_UNITS = {
    "min": r"m|mins?|minutes?|min\.|minuten|minuti|minutos|minut(?:er|y|a)?|perc|dakika|分|′|'",
    "h": r"h|hrs?|hours?|hr\.|std\.?|stunden?|heures?|horas?|ore|ora|uur|timm?ar|timer|godz\.?|hod\.?|óra",
}
_AN_HOUR = re.compile(r"(?:an?|one|1|eine[rn]?|une)\s+(?:hour|stunde|heure)\b(\s+and\s+a\s+half)?")
_HALF_HOUR = re.compile(r"(?:half an hour|half hour|halbe[rn]? stunde|une demi-heure|1/2\s*h(?:our)?)\b")
_HOURS_MINUTES = re.compile(rf"{_NUMBER}\s*(?:{_UNITS['h']})\s*(?:and\s+)?(\d{{1,2}})\s*(?:{_UNITS['min']})?(?!\w)")
_SPAN = re.compile(rf"(?:{_NUMBER}\s*(?:-|–|to|bis|or)\s*)?{_NUMBER}\s*({_UNITS['min']}|{_UNITS['h']})(?!\w)")
_BARE = re.compile(
    rf"(?:{_NUMBER}\s*[-–]\s*)?{_NUMBER}(?![\w:.]|\s*(?:%|km|mi\b|miles?|of\b|people|persons|pax|dogs?|x\b))"
)
_CLOCK = re.compile(r"([01]?\d|2[0-3])[:.h]([0-5]\d)\s*(am|pm|a\.m\.|p\.m\.|uhr|h)?(?!\w)")
_CLOCK_WORD = re.compile(r"(?:at|by|um|à|alle|klo?\.?|kl)\s*([01]\d|2[0-3])([0-5]\d)(?:\s*(?:h|hrs|hours))?(?!\w)")
_CLOCK_BARE = re.compile(r"([01]\d|2[0-3])([0-5]\d)(?:\s*(?:h|hrs|hours))?(?![\w:.])")
_CLOCK_HOUR = re.compile(r"([01]?\d|2[0-3])\s*(?:uhr|o'clock)(?!\w)")
_CLOCK_12 = re.compile(r"(1[0-2]|0?[1-9])\s*(am|pm)(?!\w)")
_LEAD = re.compile(
    r"(?:(?:there|eta|in|about|around|approx\.?|ca\.?|circa|etwa|in about|within|~|at|by|be there|will be there|um|"
    r"dans|tra|en|om|kl\.?|before|after|ab|until|from|now)[\s:=,.~]*)*"
)
_TAIL = re.compile(r"\s*(?:from now|out|away|eta|or so|ish|to base|tops|max)?[\s,.;:!\-–—]*")


def _when(rest: str, *, bare: bool = True) -> _When:
    """A time right at the start of the words, or after a comma; the other words are the note."""
    plain = _plain(rest)
    for start in (0, *(m.end() for m in re.finditer(r"[,;.!]\s+|\s[-–]\s|\s(?=(?:eta|in|at|by|there in)\s)", plain))):
        lead = _LEAD.match(plain, start)
        led = lead is not None and lead.group() != ""
        found = _time_at(plain, lead.end() if lead else start, bare=bare and (start == 0 or led))
        if found is not None:
            end, minutes, at = found
            tail = _TAIL.match(plain, end)
            before, after = rest[:start].strip(" ,;.-–"), rest[tail.end() if tail else end :].strip()
            return _When(minutes, at, ", ".join(part for part in (before, after) if part))
    return _When(None, None, rest.strip(), odd=bool(re.search(r"\d", plain)))


_FREE = re.compile(
    r"\b(?:available|free|until|till|not before|bis|can come|could come|can be there|able|kann|"
    r"verfügbar|disponible|libre|ab)\b"
)


def _no_when(rest: str) -> _When:
    """With a no, only a time of being available counts: "available 3 hours from now"."""
    found = _FREE.search(_plain(rest))
    if found is None:
        return _When(None, None, rest.strip(), odd=bool(re.search(r"\d", rest)))
    when = _when(rest[found.end() :].strip(), bare=False)
    if when.minutes is None and when.at is None:
        return _When(None, None, rest.strip(), when.odd)
    before = re.sub(r"[\s,;.]*\b(?:but|aber|mais|pero|ma|i'm|im|i am|will be|i)?\s*$", "", rest[: found.start()])
    before = re.sub(r"[\s,;.]*\bbut\b\s*$", "", before).strip()
    return _When(when.minutes, when.at, ", ".join(part for part in (before, when.note) if part), when.odd)


def _time_at(plain: str, at: int, *, bare: bool) -> tuple[int, float | None, time | None] | None:
    """The time that stands at `at`: where it ends, minutes, time of day."""
    for pattern, factor in ((_HALF_HOUR, 30.0), (_AN_HOUR, 60.0)):
        if found := pattern.match(plain, at):
            return found.end(), factor + (30.0 if found.lastindex else 0.0), None
    if found := _HOURS_MINUTES.match(plain, at):
        return found.end(), 60 * _value(found.group(1)) + float(found.group(2)), None
    if clock := _clock(plain, at):
        return clock[0], None, clock[1]
    if found := _SPAN.match(plain, at):
        hours = re.fullmatch(_UNITS["h"], found.group(3)) is not None
        return found.end(), _value(found.group(2)) * (60 if hours else 1), None
    if bare and (found := _CLOCK_BARE.match(plain, at)):
        return found.end(), None, time(int(found.group(1)), int(found.group(2)))
    if bare and (found := _BARE.match(plain, at)):
        return found.end(), _value(found.group(2)), None
    return None


def _value(number: str) -> float:
    return float(number.replace(",", "."))


def _clock(plain: str, at: int) -> tuple[int, time] | None:
    if found := _CLOCK.match(plain, at):
        hour, half = int(found.group(1)), (found.group(3) or "").replace(".", "")
        return found.end(), time(_hour(hour, half), int(found.group(2)))
    if found := _CLOCK_HOUR.match(plain, at):
        return found.end(), time(int(found.group(1)), 0)
    if found := _CLOCK_12.match(plain, at):
        return found.end(), time(_hour(int(found.group(1)), found.group(2)), 0)
    for start in range(max(0, at - 6), at + 1):  # "at 1830": the lead was taken already
        if (found := _CLOCK_WORD.match(plain, start)) and found.end() > at:
            return found.end(), time(int(found.group(1)), int(found.group(2)))
    return None


def _hour(hour: int, half: str) -> int:
    if half in ("am", "pm") and 1 <= hour <= _EVENING:
        return hour % _EVENING + (_EVENING if half == "pm" else 0)
    return hour


def _until(at: time, said_at: datetime) -> float:
    there = said_at.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
    if there < said_at.replace(second=0, microsecond=0):
        there += timedelta(days=1)
    return max(0.0, (there - said_at).total_seconds() / 60)
