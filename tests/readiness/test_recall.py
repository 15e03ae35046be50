"""One order recalls all: when each is in, where every time is known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.errors import BadInput
from homeward.readiness.muster_records import State
from homeward.readiness.recall import Recalled, eta, in_by

RECALL = datetime(2026, 3, 6, 8, 0, tzinfo=UTC)


def at(text: str) -> datetime:
    hour, minute = map(int, text.split(":"))
    return RECALL.replace(hour=hour, minute=minute)


def test_a_morning_of_five():
    """By the rule alone: max(recall, task's end) + report if it ends later + waking + travel."""
    people = [
        Recalled(id="S1", travel_s=20 * 60),
        Recalled(id="S2", state=State.TASK, task_end=at("9:10"), report_s=600, travel_s=35 * 60),
        Recalled(id="S3", state=State.TASK, task_end=at("7:50"), report_s=600, travel_s=3600),
        Recalled(id="S4", state=State.ASLEEP, wake_s=900, travel_s=1800),
        Recalled(id="S5", state=State.UNREACHABLE),
        Recalled(id="S6", state=State.HERE, travel_s=1800),
    ]
    found = [eta(person, recall_at=RECALL) for person in people]
    assert found == [at("8:20"), at("9:55"), at("9:00"), at("8:45"), None, RECALL]
    assert [in_by(found[:5], at(t)) for t in ("8:30", "8:50", "9:00", "10:00")] == [1, 2, 3, 4]


@given(st.floats(-1e5, 1e5), st.floats(0, 1e5), st.floats(0, 1e5), st.floats(0, 1e5))
def test_nobody_is_in_before_the_recall_or_before_the_task_ends(end_s, report_s, wake_s, travel_s):
    end = RECALL + timedelta(seconds=end_s)
    person = Recalled(
        id="x", state=State.TASK, task_end=end, report_s=report_s, wake_s=wake_s, travel_s=travel_s
    )  # fmt: skip
    found = eta(person, recall_at=RECALL)
    assert found is not None
    assert found >= max(RECALL, end)
    assert found >= RECALL + timedelta(seconds=wake_s + travel_s)


def test_a_negative_time_is_refused():
    with pytest.raises(BadInput, match="'x' has a travel_s of -1"):
        Recalled(id="x", travel_s=-1)
