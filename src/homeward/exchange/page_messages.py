"""What the page shows of messages and briefings: who has read what. What they say is personal."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from homeward.exchange.page_values import utc_text
from homeward.mission.happened import Happened
from homeward.mission.muster import Message, Priority
from homeward.mission.replay import Mission

Json = dict[str, Any]
LATE_MIN: Final = {
    Priority.FLASH: 10.0,
    Priority.IMMEDIATE: 30.0,
    Priority.PRIORITY: 180.0,
    Priority.ROUTINE: 360.0,
}
"""Minutes after which a message that nobody acknowledged is late: handling times of the CCEB nations' precedences
(flash 10, immediate 30) and delivery objectives of U.S. Army subcourse SS 0656 (priority 3 h, routine 6 h).
"""
_URGENT_FIRST = tuple(LATE_MIN)


def message_rows(mission: Mission, *, now: datetime, personal: bool = False) -> list[Json]:
    """Messages: the open ones first by priority and age, then those that everybody has read, newest first."""
    rows = [_message(mission, given, now=now, personal=personal) for given in mission.muster.messages.values()]
    waiting = [row for row in rows if row["open"]]
    waiting.sort(key=lambda row: (_URGENT_FIRST.index(Priority(row["priority"])), row["given"]))
    read = sorted((row for row in rows if not row["open"]), key=lambda row: str(row["given"]), reverse=True)
    return [*waiting, *read]


def briefing_rows(mission: Mission) -> list[Json]:
    """Briefings with who has read each, newest first."""
    state = mission.muster
    return [
        {
            "id": name,
            "issued": utc_text(issued.at),
            "files": [{"name": file, "sha256": digest} for file, digest in issued.event.files],
            "read": list(state.read.get(name, ())),
        }
        for name, issued in reversed(list(state.briefings.items()))
    ]


def _message(mission: Mission, given: Happened[Message], *, now: datetime, personal: bool) -> Json:
    one = given.event
    answers = [a for a in mission.muster.acknowledged if a.event.message == one.id]
    read = {a.event.by for a in answers}
    open_ = [name for name in one.to if name not in read]
    waited_min = max((now - given.at).total_seconds() / 60, 0.0)
    row: Json = {
        "id": one.id,
        "to": list(one.to),
        "priority": one.priority.value,
        "given": utc_text(given.at),
        "open": open_,
        "waiting_min": waited_min if open_ else None,
        "late": bool(open_) and waited_min > LATE_MIN[one.priority],
        "acknowledged": [
            {"by": a.event.by, "at": utc_text(a.at)} | ({"said": a.event.said} if personal else {}) for a in answers
        ],
    }
    return row | ({"text": one.text} if personal else {})
