"""Quantities as they are said, so that one time is not told in two ways on one screen."""

from __future__ import annotations

from collections.abc import Iterable

_SECONDS_UP_TO_S = 90.0


def lasting_short(seconds: float) -> str:
    """A length of time for a line that holds several: 45 min, 119 min, from two hours on 3 h 46."""
    whole = round(seconds / 60)
    return f"{whole} min" if whole < 120 else f"{whole // 60} h {whole % 60:02d}"


def lasting(seconds: float) -> str:
    """A length of time as it is read over a radio: 45 s (under 90 s), 40 min, 1 h 30 min, 2 h; none is 0 min."""
    if seconds >= _SECONDS_UP_TO_S:
        hours, minutes = divmod(round(seconds / 60), 60)
        parts = (f"{hours} h" if hours else "", f"{minutes:02d} min" if hours and minutes else f"{minutes} min")
        return " ".join(part for part in parts if part and part != "0 min")
    return f"{seconds:.0f} s" if round(seconds) > 0 else "0 min"


def percent(share: float) -> str:
    """A part of a whole: 45 %, below ten with one digit (4.3 %), and never 0.0 % of what is there (under 0.1 %)."""
    if 0 < share < 0.0005:
        return "under 0.1 %"
    return f"{100 * share:.1f} %" if 0 < share < 0.0995 else f"{100 * share:.0f} %"


def chance(p: float) -> str:
    """A probability, never 0 % or 100 % of what is not certain: under 0.5 %, 4.3 %, 45 %, over 99.5 %."""
    if 0 < p < 0.005:
        return "under 0.5 %"
    return "over 99.5 %" if 0.995 <= p < 1 else percent(p)


def capital(sentence: str) -> str:
    """Words as they begin a sentence."""
    return sentence[:1].upper() + sentence[1:]


def minutes(seconds: float) -> str:
    """A length of time in one number, as a crew counts it: 45 s (under 90 s), 40 min, 95 min."""
    return f"{seconds / 60:.0f} min" if seconds >= _SECONDS_UP_TO_S else f"{seconds:.0f} s"


def listed(names: Iterable[str], *, most: int | None = None, last: str = "and") -> str:
    """Names as one says them: 'A, B and C'; of more than `most` those first, then 'A, B and 3 more'."""
    all_ = list(names)
    left = 0 if most is None else len(all_) - most
    said = [*all_[:most], f"{left} more"] if left > 0 else all_
    return f" {last} ".join([", ".join(said[:-1]), said[-1]] if len(said) > 1 else said)


def counted(n: int, thing: str) -> str:
    """A number of things: 1 team, 2 teams."""
    return f"{n} {thing}" if n == 1 else f"{n} {thing}s"


def named(names: Iterable[str], *, most: int | None = None) -> str:
    """Names in a row, a team's nameless members as `Line A +1 to +5`; those beyond `most` are counted."""
    found: dict[str, list[int]] = {}
    said: list[str] = []
    for name in names:
        team, plus, number = name.rpartition(" +")
        if not (plus and number.isdecimal()):
            said.append(name)
            continue
        if team not in found:
            said.append(team)
        found.setdefault(team, []).append(int(number))
    said = [f"{name} {_numbers(found.pop(name))}" if name in found else name for name in said]
    left = 0 if most is None else len(said) - most
    return ", ".join(said) if left <= 0 else f"{', '.join(said[:most])} and {left} more"


def _numbers(numbers: Iterable[int]) -> str:
    """Members of a team by number: +1 to +3, or +1 +3."""
    all_ = sorted(set(numbers))
    whole = len(all_) > 1 and all_[-1] - all_[0] == len(all_) - 1
    return f"+{all_[0]} to +{all_[-1]}" if whole else " ".join(f"+{n}" for n in all_)
