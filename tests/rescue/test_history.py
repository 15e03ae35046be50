"""Signs of different times: a later look goes before an earlier one, and what may have changed is open again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from homeward.mission.rescue import Consciousness, Observation
from homeward.rescue.history import known_by_now
from homeward.rescue.triage import TOOLS, sort_casualty
from homeward.rescue.vitals import contradictions

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
A, V, P, U = (Consciousness(level) for level in "AVPU")
WELL: dict[str, Any] = {"walks": True, "talks": True, "consciousness": A, "resp_rate_pm": 18.0, "radial_pulse": True}


def by_now(*looks: dict[str, Any]) -> Observation:
    """Each look an hour after the one before."""
    history = [(NOON + timedelta(hours=n), Observation(casualty="1", **seen)) for n, seen in enumerate(looks)]
    return known_by_now("1", history).seen


def possible(tool: str, *looks: dict[str, Any]) -> tuple[str, ...]:
    return sort_casualty(by_now(*looks), tool=tool).possible


SHOCK: dict[str, Any] = {"consciousness": U, "pulse_pm": 140.0, "systolic_mmhg": 70.0, "resp_rate_pm": 8.0}


@pytest.mark.parametrize(
    ("looks", "start", "tst"),
    [
        ((WELL, SHOCK), ("RED",), ("P1",)),
        (({"obeys": True, "radial_pulse": True, "walks": False}, {"consciousness": P}), ("RED", "BLACK"), None),
        (
            ({"obeys": True, "radial_pulse": True, "walks": False, "resp_rate_pm": 18.0}, {"consciousness": P}),
            ("RED",),
            None,
        ),
        ((WELL, {"resp_rate_pm": 0.0}), ("RED", "BLACK"), ("P1", "NOT BREATHING")),
        ((WELL, {"breathes": False, "breathes_after_airway": False}), ("BLACK",), None),
        ((WELL, {"pulse_pm": 130.0}), ("GREEN",), ("P3",)),
        (({"walks": True}, {"consciousness": V}), ("RED", "YELLOW", "GREEN", "BLACK"), None),
        (({"breathes": False, "breathes_after_airway": False}, {"walks": True}), ("GREEN",), ("P3",)),
        (({"consciousness": U, "resp_rate_pm": 0.0}, {"talks": True}), None, None),
    ],
)
def test_what_was_seen_last_decides(looks, start, tst):
    if start is not None:
        assert set(possible("START", *looks)) <= set(start)
        assert "RED" in start or possible("START", *looks) == start
    if tst is not None:
        assert set(possible("TST", *looks)) <= set(tst)


def test_an_hour_old_walk_does_not_outrank_who_responds_to_nothing_now():
    assert possible("START", WELL, SHOCK) == ("RED",)
    assert possible("TST", WELL, SHOCK) == ("P1",)
    assert possible("START", SHOCK, WELL) == ("GREEN",)


def test_what_only_may_have_changed_is_open_again():
    now = by_now({"walks": True, "obeys": True, "radial_pulse": True}, {"consciousness": V, "systolic_mmhg": 70.0})
    assert (now.walks, now.obeys, now.radial_pulse) == (None, None, None)
    assert len(possible("START", {"walks": True, "obeys": True}, {"consciousness": V})) > 1


def test_what_is_left_aside_is_named_until_it_is_seen_again():
    looks = [(NOON, Observation(casualty="1", **WELL)), (NOON + timedelta(hours=1), Observation(casualty="1", **SHOCK))]
    known = known_by_now("1", looks)
    assert set(known.left_aside) == {"walks", "talks", "radial_pulse"}
    assert known.at["consciousness"] == NOON + timedelta(hours=1)
    again = Observation(casualty="1", walks=True)
    later = known_by_now("1", [*looks, (NOON + timedelta(hours=2), again)])
    assert "walks" not in later.left_aside
    assert later.seen.consciousness is None
    assert known_by_now("1", looks[::-1]) == known


SIGNS = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("walks", "talks", "obeys", "breathes", "radial_pulse", "severe_bleeding"), st.booleans()),
        **dict.fromkeys(("bleeding_controlled", "minor_only"), st.booleans()),
        "consciousness": st.sampled_from(Consciousness),
        "resp_rate_pm": st.sampled_from([0.0, 8.0, 18.0, 32.0]),
        "pulse_pm": st.sampled_from([0.0, 80.0, 140.0]),
    },
)


@given(first=SIGNS, last=SIGNS)
@example(first={"bleeding_controlled": False}, last={"severe_bleeding": False})
def test_two_looks_never_contradict_each_other_where_neither_does_itself(first, last):
    looks = [Observation(casualty="1", **seen) for seen in (first, last)]
    if not any(contradictions(look) for look in looks):
        assert contradictions(by_now(first, last)) == ()


@given(first=SIGNS, last=SIGNS)
def test_what_the_last_look_settles_alone_stands_whatever_was_seen_before(first, last):
    for tool in TOOLS:
        alone = sort_casualty(Observation(casualty="1", **last), tool=tool)
        if alone.category is not None and not contradictions(Observation(casualty="1", **last)):
            assert alone.category in possible(tool, first, last)
