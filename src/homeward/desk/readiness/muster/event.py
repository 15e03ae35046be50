"""What a muster should be there before: the first of the threats that were warned of and have not come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from homeward.desk.book import Book
from homeward.geo import Floats
from homeward.readiness.muster.records import Survival

HOURS_A_DAY = 24.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedEvent:
    """What is expected, in words without what was said of it; P(nothing has come until t hours from now), and the hours
    at which its density jumps.
    """

    says: str
    survival: Survival
    kinks_h: tuple[float, ...] = ()


def expected_event(book: Book, *, now: datetime) -> ExpectedEvent | None:
    """The first of the open warnings, taken to be independent; None where there is none with a forecast."""
    names = [threat.event.id for threat in book.mission.readiness.open_threats if threat.event.said_at <= now]
    if not names:
        return None
    from homeward.desk.readiness.warning.foreseen import first_to_come

    first = first_to_come(book.mission, now=now)
    if first is None:
        return None

    def survival(t_h: Floats) -> Floats:
        return np.asarray(first.survival(np.asarray(t_h, dtype=np.float64) / HOURS_A_DAY), dtype=np.float64)

    return ExpectedEvent(
        says=f"WARNED OF: {', '.join(names)}.",
        survival=survival,
        kinks_h=tuple(HOURS_A_DAY * kink for kink in first.kinks_d),
    )
