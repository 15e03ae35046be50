"""One order recalls all: when each is in, where every time is known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from homeward.errors import BadInput
from homeward.readiness.muster_records import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """Somebody who is recalled: the end of the task they finish first, and seconds to report it, to wake, to travel."""

    id: str
    state: State = State.FREE
    task_end: datetime | None = None
    report_s: float = 0.0
    wake_s: float = 0.0
    travel_s: float = 0.0

    def __post_init__(self) -> None:
        for name in ("report_s", "wake_s", "travel_s"):
            if not 0 <= getattr(self, name) < 1e9:
                raise BadInput(f"{self.id!r} has a {name} of {getattr(self, name):g}. Give seconds, 0 or more.")


def eta(person: Recalled, *, recall_at: datetime) -> datetime | None:
    """When somebody is in: max(recall, task's end) + reporting, where the task ends after the recall, + waking +
    travel. None: out of reach. Who is here already is in at the recall.
    """
    if person.state == State.UNREACHABLE:
        return None
    if person.state == State.HERE:
        return recall_at
    start, report_s = recall_at, 0.0
    if person.task_end is not None and person.task_end > recall_at:
        start, report_s = person.task_end, person.report_s
    return start + timedelta(seconds=report_s + person.wake_s + person.travel_s)


def in_by(arrivals: Iterable[datetime | None], at: datetime) -> int:
    """How many are in at `at`, those who arrive just then among them."""
    return sum(arrival is not None and arrival <= at for arrival in arrivals)
