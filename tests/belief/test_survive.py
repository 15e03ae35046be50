"""Survival: the cited figures, never rising with time."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeward.belief import categories, survival
from homeward.errors import BadInput

NAMES = [None, "child", *(c.name for c in categories())]


@pytest.mark.parametrize(("hours", "alive"), [(0, 0.923), (12, 0.841), (24, 0.732), (48, 0.596), (72, 0.491)])
def test_everybody_as_published(hours: float, alive: float) -> None:
    # mapscore, total-hours.xlsx: 3,351 subjects
    assert survival(None, hours_gone=hours).p == pytest.approx(alive)


def test_a_category_leans_on_everybody_by_how_few_its_cases_are() -> None:
    hiker = survival("hiker", hours_gone=24)
    assert hiker.n == 68
    assert hiker.p == pytest.approx((68 * 0.809 + 20 * 0.732) / 88)
    assert survival("despondent", hours_gone=24).p < 0.6 < survival("hunter", hours_gone=24).p


@settings(deadline=None)
@given(st.sampled_from(NAMES), st.floats(0, 500), st.floats(0, 100))
def test_never_rises_with_time(name: str | None, hours: float, more: float) -> None:
    now, later = survival(name, hours_gone=hours), survival(name, hours_gone=hours + more)
    assert 0 <= later.p <= now.p <= 1
    assert now.n > 0


def test_time_before_the_start_is_refused() -> None:
    with pytest.raises(BadInput, match="-2 hours"):
        survival("hiker", hours_gone=-2)
