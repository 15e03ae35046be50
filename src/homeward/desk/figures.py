"""Numbers as people write them: 24,5 for 24.5, 120/80 for a pressure of which the first counts, 90% for 0.9."""

from __future__ import annotations

import re

from homeward.errors import BadInput

_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")


def read_figure(told: float | str, what: str, *, pressure: bool = False, share: bool = False) -> float:
    """The number that somebody wrote for `what`, such as "a pulse". A `pressure` may have its second number with it, a
    `share` may be in percent. Raises `BadInput`.
    """
    if isinstance(told, int | float):
        return float(told)
    text = told.strip()
    percent = text.endswith("%")
    if percent:
        text = text[:-1].strip()
    if pressure:
        text = text.partition("/")[0].strip()
    if not _NUMBER.fullmatch(text):
        also = ", or 120/80" if pressure else ", or a share such as 90%" if share else ""
        raise BadInput(f"{told!r} is no number for {what}. Write it in digits, such as 24 or 24.5{also}.")
    number = float(text.replace(",", "."))
    return number / 100 if percent and share else number
