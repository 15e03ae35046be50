"""Answers to a call-out, as people write them: yes, no or only as a last resort, and when.

The grammar is that of a real team's call-out (Y, N or L, minutes, words: Winnipeg Search and Rescue's call-out help),
with the words of `answer_words.csv` for its letters. An answer counts only where all of it is understood: either every
word of it is known, or it begins with Y, N, L, yes or no and the words after hold no condition, no contrary, no other
day and no second time. Everything else goes to a person, its text intact, with a guess that nothing is done with.
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

from homeward.readiness.muster.answer_times import When, time_in

MAX_TEXT = 2000
LONGEST_MIN = 7 * 24 * 60  # a time of arrival beyond a week is no answer to a call-out; ours
FAR_MIN = 6 * 60  # an arrival so far off is read by a person; ours
FAR_HOUR = 12  # up to here a time of day without am or pm may be of the other half of the day


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
    could. `at` is a time of day that was named, on their clock. `for_a_person`: somebody must read it: it is not
    understood (`answer` is unknown, nothing counts, and `guess` is what it may mean), or it is and holds a question
    besides, or a time of day whose date is not known.
    """

    text: str
    answer: Said
    eta_min: float | None = None
    available_in_min: float | None = None
    at: time | None = None
    note: str = ""
    for_a_person: bool = False
    guess: Said = Said.UNKNOWN


def read_answer(text: str, *, said_at: datetime | None = None) -> CallAnswer:
    """What an answer says. `said_at`, on the clock of who answers, turns a time of day into minutes (the next time that
    clock shows it); without it `at` alone is given.
    """
    kept = unicodedata.normalize("NFC", text[:MAX_TEXT]).strip().strip('"').strip()
    plain = _plain(kept)
    if len(text) > MAX_TEXT or _has(plain, "doubt"):
        return _unread(text)
    opening = _opening(plain)
    said, rest = opening.said, kept[opening.end :]
    if said is Said.UNKNOWN:
        return _unread(text, opening.guess)
    when = _when(plain[opening.end :], rest, opening)
    minutes = when.minutes
    if minutes is None and when.at is not None and said_at is not None:
        minutes = _until(when.at, said_at)
    if not _understood(opening, when) or _odd(said, when, minutes) or not _asks_well(plain, opening, when):
        return _unread(text, said)
    return CallAnswer(
        text=text,
        answer=said,
        eta_min=None if said is Said.NO else (0.0 if said is Said.HERE else minutes),
        available_in_min=minutes if said is Said.NO else None,
        at=when.at,
        note=when.note,
        for_a_person="?" in kept or (when.at is not None and said_at is None),
    )


def _unread(text: str, guess: Said = Said.UNKNOWN) -> CallAnswer:
    return CallAnswer(text=text, answer=Said.UNKNOWN, note=text[:MAX_TEXT].strip(), for_a_person=True, guess=guess)


# --- how it begins ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Opening:
    """What the first words come down to, where they end, and how: `first` the first of them, `parted` whether a mark
    stands behind the last, `single` whether that is one word.
    """

    said: Said
    end: int = 0
    first: str = ""
    parted: bool = False
    single: bool = False
    guess: Said = Said.UNKNOWN


_BEFORE = re.compile(r"[\s\W]*(?:(?:hi|hello|hey|hallo|this is \w+)[\s,.!:-]+)?")
_BETWEEN = re.compile(r"[-–—]?(?:[\s,.;:!/]|[-–—](?!\d))*")
_IF = ("si",)  # yes, and if: a yes only where a mark, a number or the end stands behind it
_NOTES = ("y", "n", "l", "yes", "yeah", "yep", "yup", "no", "nope", "limited")  # what a note may stand behind
_NO_WHAT = ("no",)  # "no car": with other words right behind it is no answer of its own
_WORD = re.compile(r"[^\W\d]{3}")  # what is shorter is a slip: "y e s", "n/a"
_AVAILABLE = re.compile(
    r"\b(?:available|free|until|till|not before|bis|can come|could come|can be there|able|kann|"
    r"verfügbar|disponible|libre|ab)\b"
)
_TIMES_BOUND = ("until", "till", "bis", "ab")


def _opening(plain: str) -> _Opening:
    """The first words of an answer; `UNKNOWN` where the next ones say the contrary, or they only say "received"."""
    start = _BEFORE.match(plain)
    at = start.end() if start else 0
    found = _Opening(Said.UNKNOWN)
    nod = False
    while row := _words_at(plain, at):
        words, means = row
        gap = _BETWEEN.match(plain, at + len(words))
        end = gap.end() if gap else at + len(words)
        parted = plain[at + len(words) : end].strip() != ""
        if words in _IF and not (parted or end == len(plain) or plain[end].isdigit()):
            return _Opening(Said.UNKNOWN, guess=Said.YES)
        if found.said is Said.NO and _AVAILABLE.match(plain, at):
            break
        if means == "nod":
            if found.said is Said.NO:
                return _Opening(Said.UNKNOWN, guess=Said.NO)
            nod = True
        else:
            said = _both(found.said, Said(means))
            if said is Said.UNKNOWN:
                return _Opening(Said.UNKNOWN)
            found = _Opening(said, end, found.first or ("" if nod else words), parted, len(words.split()) == 1)
        at = end
    if nod and found.said is Said.UNKNOWN:
        timed = time_in(plain[at:], plain[at:], bare=True)
        if timed.minutes is not None and not timed.odd:
            return _Opening(Said.YES, at, parted=True)
        return _Opening(Said.UNKNOWN, guess=Said.YES)
    return found if not nod or at == found.end else _Opening(found.said, at, found.first, parted=True)


def _both(so_far: Said, then: Said) -> Said:
    """Two answers one after another: `UNKNOWN` where they don't go together."""
    if so_far in (Said.UNKNOWN, then):
        return then
    return Said.LAST_RESORT if {so_far, then} == {Said.YES, Said.LAST_RESORT} else Said.UNKNOWN


def _words_at(plain: str, at: int) -> tuple[str, str] | None:
    return next((row for row in _openings() if _at(plain, at, row[0])), None)


def _at(plain: str, at: int, words: str) -> bool:
    end = at + len(words)
    if not plain.startswith(words, at):
        return False
    after = plain[end : end + 1]
    if words == "y" and after.isdigit():
        return True  # Y10
    if words == "l" and re.match(r"\d\d", plain[end:]):
        return True  # L60, but not l8
    return not (after.isalnum() or after in ("'", "_"))


# --- what follows -----------------------------------------------------------------------------------------


def _when(plain: str, rest: str, opening: _Opening) -> When:
    """The time in the rest; with a no only one from which on they could: "available 3 hours from now"."""
    if opening.said is not Said.NO:
        return time_in(plain, rest, bare=opening.single or opening.parted)
    found = _AVAILABLE.search(plain)
    if found is None:
        return When(None, None, rest.strip(), odd=any(c.isdigit() for c in rest))
    start = found.start() if found.group() in _TIMES_BOUND else found.end()
    when = time_in(plain[start:], rest[start:], bare=False, bounds=True)
    if when.minutes is None and when.at is None:
        return When(None, None, rest.strip(), when.odd)
    before = re.sub(
        r"(?:[\s,;.]*\b(?:but|aber|mais|pero|ma|i'm|im|i am|will be|i|be|not))+\s*$", "", rest[: found.start()]
    )
    note = ", ".join(part for part in (before.strip(" ,;.-"), when.note) if part)
    return When(when.minutes, when.at, note, when.odd or any(c.isdigit() for c in note))


def _understood(opening: _Opening, when: When) -> bool:
    """Whether nothing is left that may change what the answer says."""
    note, said = _plain(when.note), opening.said
    if not note or _known(note, said):
        return said is not Said.HERE or (when.minutes is None and when.at is None)
    if not (opening.single or opening.parted):
        return False  # "yes I'm in Spain"
    if opening.first not in _NOTES or not _WORD.search(note) or (opening.first in _NO_WHAT and not opening.parted):
        return False
    if said is Said.NO:
        return not (_has(note, "limit") or _has(note, "yes", "here", "last_resort", "nod"))
    note = re.sub(r"(?<!\w)no (?:problem|worries|rush)(?!\w)", " ", note)
    return not (
        _has(note, "limit") or _has(note, "deny", "no", "here") or re.search(r"n't\b|nt\b(?<=\bdont|\bcant)", note)
    )


def _known(note: str, said: Said) -> bool:
    """Whether these are words that change nothing about this answer, all of them."""
    fits = {"filler", said.value} | ({"regret"} if said is Said.NO else {"nod"})
    if said is Said.LAST_RESORT:
        fits.add("yes")
    at = 0
    while at < len(note):
        if not (note[at].isalnum() or ord(note[at]) > 0x2190):
            at += 1
            continue
        row = next((w for kind in fits for w in _lists()[kind] if _at(note, at, w)), None)
        if row is None or note[at - 1 : at].isdigit():
            return False
        at += max(len(w) for kind in fits for w in _lists()[kind] if _at(note, at, w))
    return True


def _odd(said: Said, when: When, minutes: float | None) -> bool:
    """Whether the time is one that a person should look at."""
    if when.odd or (said is Said.NO and when.minutes is not None and when.minutes > LONGEST_MIN):
        return True
    if minutes is None or minutes <= FAR_MIN:
        return False
    return said is not Said.NO or (when.at is not None and (when.at.hour <= FAR_HOUR or minutes > 2 * FAR_MIN))


def _asks_well(plain: str, opening: _Opening, when: When) -> bool:
    """Whether a question, if there is one, is about something else than the answer: "Y 10, do I bring skis?"."""
    if "?" not in plain:
        return True
    return opening.first in _NOTES and plain[opening.end :].find("?") > 0 and bool(re.search(r"\w", when.note))


# --- words ------------------------------------------------------------------------------------------------


def _plain(text: str) -> str:
    """The text in small letters, one character for each of `text`, so that places in it stay."""
    text = text.replace("’", "'").replace("‘", "'").replace("`", "'")
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


@cache
def _lists() -> dict[str, tuple[str, ...]]:
    """The words by what they are, the longest first."""
    text = files("homeward.readiness.muster").joinpath("answer_words.csv").read_text(encoding="utf-8")
    found: dict[str, list[str]] = {}
    for row in csv.DictReader(text.splitlines()):
        found.setdefault(row["answer"], []).append(row["words"])
    return {kind: tuple(sorted(words, key=len, reverse=True)) for kind, words in found.items()}


@cache
def _openings() -> tuple[tuple[str, str], ...]:
    kinds = (Said.YES.value, Said.NO.value, Said.LAST_RESORT.value, Said.HERE.value, "nod")
    return tuple(sorted(((w, kind) for kind in kinds for w in _lists()[kind]), key=lambda row: -len(row[0])))


@cache
def _pattern(kinds: tuple[str, ...]) -> re.Pattern[str]:
    words = sorted((w for kind in kinds for w in _lists()[kind]), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)")


def _has(plain: str, *kinds: str) -> bool:
    return _pattern(kinds).search(plain) is not None


def _until(at: time, said_at: datetime) -> float:
    there = said_at.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
    if there < said_at.replace(second=0, microsecond=0):
        there += timedelta(days=1)
    return max(0.0, (there - said_at).total_seconds() / 60)
