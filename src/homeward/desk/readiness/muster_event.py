"""What a muster should be there before: the soonest of the threats that were warned of and have not come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from homeward.desk.book import Book
from homeward.readiness.muster_records import Survival


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedEvent:
    """What is expected, in words without what was said of it, and P(nothing has come until t hours from now)."""

    says: str
    survival: Survival


def expected_event(_book: Book, *, now: datetime) -> ExpectedEvent | None:  # noqa: ARG001
    """The first of the threats that count; None where none does."""
    return None
