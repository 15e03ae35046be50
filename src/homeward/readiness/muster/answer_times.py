"""The one time in an answer to a call-out: minutes from now, or a time of day; and what stands beside it.

Only what can be meant in one way is taken: a number of hours or minutes, a bare number right after the answer or after
"in", a time of day with minutes or am/pm. "at 8", "7.30", "after 18:00", a second number: `odd`, for a person.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time

_NOON = 12
_LIKE_A_CLOCK = 4  # "1:20", "0:45" alone are as well minutes as a time of day; "5h30" as well a time of day: ours
_EARLY = 12  # "eta 7", "there 7": an hour or minutes
_FEW = 4  # "in 2": minutes or hours
_N = r"\d{1,5}(?:[.,]\d+)?"
_H = (
    r"(?:hours?|hrs?\.?|h|std\.?|stunden?|heures?|horas?|ore|ora|uur|timm?ar|timer|godz\.?|godziny|hod\.?|óra|"
    r"часа?|год\.?)(?!\w)"
)
_M = (
    r"(?:minutes?|mins?\.?|m|minuten?|minuti|minutos?|minut(?:er|y|a)?|perc|dakika|dk|минут[ыу]?|мин\.?|хв\.?|分|′|')"
    r"(?!\w)"
)
_WORDS = (
    (re.compile(r"(?:an?|one|1|eine[rn]?|une|una)\s+(?:hour|stunde|heure|hora)\s+and\s+a\s+half(?!\w)"), 90.0),
    (
        re.compile(r"(?:an?|one|eine[rn]?|une|una)\s+(?:hour|stunde|heure|hora)(?!\w)(?!\s+(?:and|or|und|et)(?!\w))"),
        60.0,
    ),
    (
        re.compile(
            r"(?:half an hour|half hour|(?:eine[rn]?\s+)?halbe[rn]? stunde|une demi-heure|media hora|mezz'ora|"
            r"1/2\s*h(?:our)?)(?!\w)"
        ),
        30.0,
    ),
    (re.compile(r"(?:an? )?(?:quarter of an hour|quarter hour)(?!\w)|un quart d'heure(?!\w)"), 15.0),
)
_HOURS = re.compile(rf"(?P<h>{_N})\s*(?P<unit>{_H})(?:\s*(?:and\s+)?(?P<m>[0-5]?\d)(?:\s*{_M})?(?![\w:.,]\d|\w))?")
_HOURS_GLUED = re.compile(rf"(?P<h>\d{{1,2}})(?P<unit>h)(?P<m>[0-5]\d)(?:\s*{_M})?(?!\w)")
_MINUTES = re.compile(rf"(?P<m>{_N})\s*{_M}")
_TO = re.compile(r"\s*(?:[-–—]|to\b|bis\b|or\b|à\b)\s*")
_BARE = re.compile(r"\d{1,4}(?=$|[\s,;.!?)\"]|[-–])(?![.,:]\d)")
_CLOCK = re.compile(
    r"(?P<h>[01]?\d|2[0-3])(?P<dot>[:.h])(?P<m>[0-5]\d)\s*(?P<half>am|pm|a\.m\.|p\.m\.|uhr|h)?(?![\w:])(?!\.\d)"
)
_CLOCK_4 = re.compile(r"(?P<h>[01]\d|2[0-3])(?P<m>[0-5]\d)(?:\s*(?:h|hrs|hours|uhr))?(?![\w:])(?![.,]\d)")
_CLOCK_HOUR = re.compile(r"(?P<h>[01]?\d|2[0-3])\s*(?P<half>uhr|o'clock|am|pm|a\.m\.|p\.m\.)(?!\w)")

_IN = {
    "in", "within", "dans", "tra", "fra", "en", "om", "za", "через",
    "за", "approx", "approximately", "about", "around", "roughly", "ca", "circa", "ungefähr",
    "etwa", "eta", "there", "now", "be", "give", "me", "another",
}  # fmt: skip
_UNSURE = {"eta", "there", "be", "now"}
_AT = {"at", "by", "um", "kl", "klo", "vers", "alle", "las", "a", "à"}
_BOUND = {"after", "from", "before", "until", "till", "til", "ab", "erst", "bis", "nach", "vor"}
_LEAD = re.compile(r"[\s:=~@,.(]*([^\W\d]+)?")
_TAIL = re.compile(r"\s*(?:from now|out|away|or so|ish|to base|tops|max|drive)?(?!\w)[\s,.;:!)\-–—]*")
_THEN = re.compile(
    r"$|\s*\n|\s*[,;.!?()\"\-–—]|\s+(?:\w+ing|need|with|from|i|i'm|im|will|have|got|on|via|driving|out|away|or so|ish|"
    r"tops|max|to base|jetzt|thanks|please)(?!\w)"
)
_PLACES = re.compile(r"(?:^|[,;.!]\s+|\s[-–—]\s*|\s)(?=\S)")
_NO_LEAD = {"for", "need", "only", "have", "und", "and", "over", "under", "than", "least", "most"}
_NOT_AFTER = re.compile(rf"(?<!\w)(?:{'|'.join(sorted(_AT | _BOUND | _NO_LEAD))})$")
_COUNTED = re.compile(r"\b\d{1,2}\s+(?:dogs?|hunde?|k9s?)(?!\w)")
_IN_WORDS = re.compile(
    r"(?<!\w)(?:half|quarter|halb|viertel|dreiviertel|anderthalb|noon|midnight|hours?|minutes?|mins?|secs?|seconds?|"
    r"days?|weeks?|stunden?|minuten|tage?|wochen?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    r"fifteen|twenty|thirty|forty|fifty|couple|o'clock|clock|uhr|shift)(?!\w)"
)


@dataclass(frozen=True, slots=True)
class When:
    """A time as it was named, and the words before and after it. `odd`: something in there may be a time as well."""

    minutes: float | None
    at: time | None
    note: str
    odd: bool = False


@dataclass(frozen=True, slots=True)
class _Found:
    end: int
    minutes: float | None = None
    at: time | None = None
    odd: bool = False


def time_in(plain: str, text: str, *, bare: bool, bounds: bool = False) -> When:
    """The time in `text` (`plain` the same in small letters).

    `bare`: a number at its very start is minutes. `bounds`: so that "until 21:00" is a time, as it is with a no.
    """
    for place in _PLACES.finditer(plain):
        first, loose = place.end() == 0, place.group().isspace()
        if loose and _NOT_AFTER.search(plain, 0, place.start()):
            continue
        found = _time_from(plain, place.end(), bare=bare if first else not loose, bounds=bounds)
        if found is None:
            continue
        tail = _TAIL.match(plain, found.end)
        end = tail.end() if tail else found.end
        rest = f"{plain[: place.start()]} | {plain[end:]}"
        before, after = text[: place.start()].strip(" ,;.-–—"), text[end:].strip(' ,;-–—"')
        note = ", ".join(part for part in (before, after) if part)
        if found.odd or _numbers(rest):
            return When(None, None, text.strip(), odd=True)
        return When(found.minutes, found.at, note)
    return When(None, None, text.strip(), odd=_numbers(plain))


def _numbers(plain: str) -> bool:
    """Whether there is anything left that may be a time, or a number of no known meaning."""
    rest = _COUNTED.sub(" ", plain)
    return any(c.isdigit() for c in rest) or _IN_WORDS.search(rest) is not None


def _time_from(plain: str, start: int, *, bare: bool, bounds: bool) -> _Found | None:
    """A time that stands here, behind the words that may lead to it."""
    led: set[str] = set()
    at = start
    while found := _LEAD.match(plain, at):
        word = found.group(1)
        here = found.end() if word is None else found.start(1)
        timed = _time_at(plain, here, led, bare=bare, bounds=bounds)
        if timed is not None:
            return timed
        if word is None or word not in _IN | _AT | _BOUND:
            return None
        led.add(word)
        at = found.end()
    return None


def _time_at(plain: str, at: int, led: set[str], *, bare: bool, bounds: bool) -> _Found | None:
    bound = led & _BOUND
    if bound and not bounds:
        return None
    if not led & _AT and (found := _span(plain, at, sure=bool(led & _IN - _UNSURE))):
        return found
    if not led & (_IN - _UNSURE) and (found := _clock(plain, at, led)):
        return found
    if led & _AT or bound or not (bare or led):
        return None
    return _bare(plain, at, led)


def _span(plain: str, at: int, *, sure: bool) -> _Found | None:
    """So many hours and minutes, of a range the later end."""
    first = _length(plain, at, sure=sure)
    if first is None:
        bare = _BARE.match(plain, at)
        to = _TO.match(plain, bare.end()) if bare else None
        then = _length(plain, to.end(), sure=sure) if to else None
        if bare is None or then is None or then.minutes is None:
            return None
        return _Found(then.end, then.minutes, odd=then.odd or float(bare.group()) > then.minutes)
    to = _TO.match(plain, first.end)
    then = _length(plain, to.end(), sure=sure) if to else None
    if then is None or then.minutes is None or first.minutes is None:
        return first
    return _Found(then.end, then.minutes, odd=then.odd or first.odd or first.minutes > then.minutes)


def _length(plain: str, at: int, *, sure: bool) -> _Found | None:
    for pattern, minutes in _WORDS:
        if found := pattern.match(plain, at):
            return _Found(found.end(), minutes)
    if found := _HOURS_GLUED.match(plain, at) or _HOURS.match(plain, at):
        hours = _value(found.group("h"))
        clock = found.group("unit") == "h" and hours >= _LIKE_A_CLOCK and not sure
        return _Found(found.end(), 60 * hours + float(found.group("m") or 0), odd=clock)
    if found := _MINUTES.match(plain, at):
        return _Found(found.end(), _value(found.group("m")))
    return None


def _clock(plain: str, at: int, led: set[str]) -> _Found | None:
    if found := _CLOCK.match(plain, at):
        half = (found.group("half") or "").replace(".", "")
        hour = _hour(int(found.group("h")), half)
        plainly = led & (_AT | _BOUND | {"eta"}) or half not in ("", "h")
        odd = not plainly and (found.group("dot") != ":" or int(found.group("h")) < _LIKE_A_CLOCK)
        return _Found(found.end(), at=time(hour, int(found.group("m"))), odd=odd)
    if found := _CLOCK_HOUR.match(plain, at):
        half = found.group("half").replace(".", "")
        return _Found(found.end(), at=time(_hour(int(found.group("h")), half), 0))
    if (found := _CLOCK_4.match(plain, at)) and _THEN.match(plain, found.end()):
        return _Found(found.end(), at=time(int(found.group("h")), int(found.group("m"))))
    return None


def _bare(plain: str, at: int, led: set[str]) -> _Found | None:
    """A number alone: minutes."""
    found = _BARE.match(plain, at)
    if found is None:
        return None
    minutes, end = float(found.group()), found.end()
    to = _TO.match(plain, end)
    later = _BARE.match(plain, to.end()) if to else None
    odd = False
    if later is not None:
        odd, minutes, end = float(later.group()) < minutes, float(later.group()), later.end()
    few = bool(led & (_IN - _UNSURE)) and minutes <= _FEW
    unsure = few or (bool(led & _UNSURE) and not led & (_IN - _UNSURE) and minutes <= _EARLY)
    return _Found(end, minutes, odd=odd or unsure or _THEN.match(plain, end) is None)


def _value(number: str) -> float:
    return float(number.replace(",", "."))


def _hour(hour: int, half: str) -> int:
    if half in ("am", "pm") and 1 <= hour <= _NOON:
        return hour % _NOON + (_NOON if half == "pm" else 0)
    return hour
