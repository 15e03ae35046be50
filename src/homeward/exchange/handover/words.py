"""A hand-over in words: the eight lines of ATMISTER that are read aloud, short enough for half a minute."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate, takewhile
from zoneinfo import ZoneInfo

from homeward.exchange.plan_clock import DAYS, MONTHS
from homeward.mission.rescue import Consciousness
from homeward.rescue.handover import Done, Handover, Seen, having, injuries, sets_of_signs

MOST_WORDS = 75
"""In all that is read aloud, letters included: half a minute at 150 words a minute, a calm pace (ours)."""

LONGEST_WORD = 18
NOT_KNOWN, WITHHELD = "not known", "withheld"
WIDEST = 5  # of the points that a score may have, to be read aloud: ours
LEAST_CHANGE = 0.1  # a sign that moved by less is told without where it came from: ours

CONSCIOUS = {
    Consciousness.ALERT: "alert",
    Consciousness.CONFUSED: "newly confused",
    Consciousness.VOICE: "responds to voice",
    Consciousness.PAIN: "responds to pain",
    Consciousness.UNRESPONSIVE: "unresponsive",
}
_SEXES = {"f": "female", "female": "female", "w": "female", "m": "male", "male": "male"}
_SPOKEN = (  # field, how it is called
    ("consciousness", ""),
    ("resp_rate_pm", "breathing"),
    ("pulse_pm", "pulse"),
    ("systolic_mmhg", "pressure"),
    ("spo2_pct", "saturation"),
    ("temperature_c", "temperature"),
    ("capillary_refill_s", "refill"),
    ("pain", "pain"),
)
_WEIGHTS = {"Time": 2, "Injuries": 2, "Signs": 4, "Treatment": 3}  # of what room there is, where all is too long: ours
_LEAST = 7  # words that every line may have: ours


@dataclass(frozen=True, slots=True)
class Line:
    """One letter of ATMISTER: what is read aloud, and all of it, which may be too long for that."""

    letter: str
    name: str
    text: str
    full: str

    @property
    def cut(self) -> bool:
        """Whether something is left out of what is read aloud."""
        return self.text != self.full


def spoken(record: Handover) -> tuple[Line, ...]:
    """The eight lines, `MOST_WORDS` words in all. Where they would take longer, the longest end early, with "…"."""
    told = (
        ("A", "Age, sex", [age_sex(record)] if age_sex(record) else empty(record, "casualty")),
        ("T", "Time", _times(record)),
        ("M", "Mechanism", [record.casualty.mechanism or empty(record, "casualty")[0]]),
        ("I", "Injuries", [*injuries(record), *_more(record, "seen")] or empty(record, "casualty")),
        ("S", "Signs", [*_signs(record), *_more(record, "seen")] or empty(record)),
        (
            "T",
            "Treatment",
            [*(treatment_words(record, d) for d in record.done), *_more(record, "done")] or empty(record),
        ),
        ("E", "Expected", [moment(record, record.arrives) if record.arrives else NOT_KNOWN]),
        ("R", "Required", [record.needs or empty(record, "casualty")[0]]),
    )
    plain = [(letter, name, [" ".join(map(_sayable, c.split())) for c in clauses]) for letter, name, clauses in told]
    full = [", ".join(clauses) for _, _, clauses in told]
    needs = [sum(map(spoken_words, clauses)) for _, _, clauses in plain]
    caps = _shares(needs, [_WEIGHTS.get(name, 1) for _, name, _ in plain], MOST_WORDS - len(plain))
    return tuple(
        Line(letter, name, _fitted(clauses, cap), " ".join(whole.split()))
        for (letter, name, clauses), cap, whole in zip(plain, caps, full, strict=True)
    )


def empty(record: Handover, *statements: str) -> list[str]:
    """What stands for nothing: that it is withheld, where any of the statements is, known or not; else not known."""
    return [WITHHELD if set(statements) & set(record.hidden) else NOT_KNOWN]


def _more(record: Handover, statement: str) -> list[str]:
    """That some of it is withheld, where any is."""
    told = {"seen": record.seen, "done": record.done}[statement]
    return [f"more {WITHHELD}" if told else WITHHELD] if statement in record.hidden else []


def spoken_words(text: str) -> int:
    """How many words a text takes when read aloud.

    A number takes one for each two digits (112 is "one twelve"), a decimal point one more.
    """
    return sum(_word_length(word) for word in text.split())


def age_sex(record: Handover) -> str:
    """`61 years, female`; "" where neither is known."""
    return ", ".join(part for part in (age_words(record.casualty.age_years), sex_words(record.casualty.sex)) if part)


def age_words(age_years: float | None) -> str:
    """`61 years`, `7 months` for those under two; "" where not known."""
    if age_years is None:
        return ""
    return f"{age_years:.0f} years" if age_years >= 2 else f"{age_years * 12:.0f} months"


def sex_words(sex: str | None) -> str:
    """`female`, `male`, or as it was said."""
    said = (sex or "").strip()
    return _SEXES.get(said.casefold(), said)


def moment(record: Handover, at: datetime) -> str:
    """A time in the mission's zone, with its day where that is not the day of the hand-over: `Sat 21 Nov 14:30`."""
    zone = ZoneInfo(record.time_zone)
    here, today = at.astimezone(zone), record.at.astimezone(zone)
    day = "" if here.date() == today.date() else f"{DAYS[here.weekday()]} {here.day} {MONTHS[here.month - 1]} "
    return f"{day}{here:%H:%M}"


def treatment_words(record: Handover, done: Done) -> str:
    """`tourniquet left thigh 12:31`."""
    t = done.treatment
    return " ".join(part for part in (t.what, t.dose, t.where, moment(record, done.at)) if part)


def number_words(value: float) -> str:
    """A measured value without a needless `.0`."""
    return f"{value:.1f}".removesuffix(".0")


def news2_words(score: tuple[int, int] | None) -> str:
    """`9`, `4 to 9` where not all of it was measured; "" where none of it was."""
    if score is None:
        return ""
    return str(score[0]) if score[0] == score[1] else f"{score[0]} to {score[1]}"


def missing_words(record: Handover) -> str:
    """How long the casualty was missing: `2.3 days`, `26 hours`; "" where it is not known."""
    days = record.days_missing
    if days is None:
        return ""
    hours = round(days * 24)
    return f"{days:.1f} days" if days >= 2 else f"{hours} hour{'' if hours == 1 else 's'}"


def _times(record: Handover) -> list[str]:
    injured, found, last = record.casualty.injured_at, record.found_at, record.last_seen_at
    clauses = [f"injured {moment(record, injured)}" if injured else empty(record, "casualty")[0]]
    if injured is None and last:
        clauses.append(f"last seen {moment(record, last)}")
    if found:
        clauses.append(f"found {moment(record, found)}")
    return clauses


def _signs(record: Handover) -> list[str]:
    """The latest set with its score and what the score was first; then signs that only an earlier set has, timed."""
    sets = sets_of_signs(record.seen)
    if not sets:
        return ["told dead"] if record.alive is False else []
    last = sets[-1]
    first = next((s for s in sets[:-1] if _settled(s)), None) if _settled(last) else None
    score = [f"NEWS2 {news2_words(last.news2)}"] if last.news2 and last.news2[1] - last.news2[0] <= WIDEST else []
    if first is not None and first.news2 != last.news2:
        score = [f"{score[0]} was {news2_words(first.news2)}"]
    told = []
    for sign, name in _SPOKEN:
        having_it = having(sets, sign)
        if having_it:
            now = having_it[-1] is last
            words = _sign(sign, name, having_it, trend=first is None and now)
            told.append((not now, words if now else f"{words} at {moment(record, having_it[-1].at)}"))
    clauses = [*score, *(words for _, words in sorted(told, key=lambda one: one[0]))]
    return [f"{moment(record, last.at)} {clauses[0]}", *clauses[1:]]


def _settled(seen: Seen) -> bool:
    return seen.news2 is not None and seen.news2[0] == seen.news2[1]


def _sign(sign: str, name: str, sets: Sequence[Seen], *, trend: bool) -> str:
    taken = [getattr(s.observation, sign) for s in sets]
    if sign == "consciousness":
        return CONSCIOUS[taken[-1]]
    return f"{name} {number_words(float(taken[-1]))}{_from(taken) if trend else ''}"


def _from(taken: Sequence[float]) -> str:
    first, last = taken[0], taken[-1]
    return f" from {number_words(first)}" if abs(last - first) > LEAST_CHANGE * max(abs(first), 1.0) else ""


def _word_length(word: str) -> int:
    digits = re.findall(r"\d+", word)
    if not digits:
        return 1 if re.search(r"\w", word) else 0
    points = len(re.findall(r"\d[.,]\d", word))
    letters = 1 if re.search(r"[^\W\d_]", word) else 0
    return sum((len(d) + 1) // 2 for d in digits) + points + letters


def _sayable(word: str) -> str:
    """A word, cut where nobody could read it out: 18 letters, or as many digits as take five words."""
    short = word[:LONGEST_WORD]
    while _word_length(short) > 5:
        short = short[:-1]
    return short if short == word else f"{short}…"


def _shares(needs: Sequence[int], weights: Sequence[int], budget: int) -> list[int]:
    """The most words for each line: `_LEAST` if it needs them, and by its weight a part of what is left of the budget.

    Who needs less leaves it to the others.
    """
    caps = [min(need, _LEAST) for need in needs]
    more = [need - cap for need, cap in zip(needs, caps, strict=True)]
    left, weight = budget - sum(caps), sum(weights)
    for i in sorted(range(len(needs)), key=lambda i: more[i] / weights[i]):
        given = min(more[i], left * weights[i] // weight)
        caps[i], left, weight = caps[i] + given, left - given, weight - weights[i]
    return caps


def _fitted(clauses: Sequence[str], cap: int) -> str:
    """As many of the clauses as fit; where not even the first does, its first words."""
    whole = ", ".join(clauses)
    kept = _fitting(clauses, cap)
    text = ", ".join(clauses[:kept]) if kept else " ".join(_words(clauses[0], cap))
    return text if text == whole else f"{text.rstrip(',')} …"


def _words(clause: str, cap: int) -> list[str]:
    """The first words of a clause, one at least."""
    words = clause.split()
    return words[: max(1, _fitting(words, cap))]


def _fitting(parts: Sequence[str], cap: int) -> int:
    """How many parts, from the first on, take no longer than `cap` words."""
    ends = accumulate(spoken_words(part) for part in parts)
    return sum(1 for _ in takewhile(lambda end: end <= cap, ends))
