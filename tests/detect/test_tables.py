"""Every number has a name, a source and bounds, and may be overridden: itself alone, and everywhere."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.detect import (
    Assumption,
    assumption,
    assumptions,
    checked_number,
    defaults,
    search_speed_mps,
    sweep_width_m,
)
from homeward.errors import BadInput, UnknownName
from homeward.mission.nouns import TeamKind
from homeward.terrain.ground import Cover

EVERY = np.arange(len(Cover), dtype=np.uint8)
ALL: tuple[Assumption, ...] = tuple(a for kind in TeamKind for a in assumptions(kind))
WIDTHS = [a for a in ALL if "/sweep width/" in a.name]


def test_names_are_unlike_and_say_the_kind() -> None:
    assert len({a.name for a in ALL}) == len(ALL)
    assert all(a.name.startswith(f"{a.kind}/") for a in ALL)


def test_every_value_lies_within_what_may_stand_in_its_place() -> None:
    for a in ALL:
        assert a.least <= a.value <= a.most, a


@given(st.sampled_from(ALL), st.floats(0, 1))
def test_an_override_changes_its_own_row_and_no_other(one: Assumption, where: float) -> None:
    value = one.least + where * (one.most - one.least)
    now = {a.name: a.value for kind in TeamKind for a in assumptions(kind, ((one.name, value),))}
    assert now == {a.name: a.value for a in ALL} | {one.name: value}


@given(st.sampled_from(WIDTHS), st.floats(0, 2000))
def test_an_overridden_width_is_used_in_its_cell_alone(one: Assumption, value: float) -> None:
    kind, _, cover, light = one.name.split("/")
    code = Cover[cover.upper().replace(" ", "_")]
    for night in (False, True):
        before = sweep_width_m(TeamKind(kind), EVERY, night=night)
        after = sweep_width_m(TeamKind(kind), EVERY, night=night, numbers=((one.name, value),))
        if night == (light == "night"):
            before[code] = value
        assert (after == before).all()


def test_overrides_reach_speeds_slopes_defaults_and_sound() -> None:
    forest = np.array([Cover.FOREST], dtype=np.uint8)
    slow = (("line/search speed/forest", 0.1), ("line/search speed at most/slope above 0.2", 0.05))
    assert search_speed_mps(TeamKind.LINE, forest, [0.0], numbers=slow) == 0.1
    assert search_speed_mps(TeamKind.LINE, forest, [0.3], numbers=slow) == 0.05
    assert defaults(TeamKind.BOAT, numbers=(("boat/in the dark", 1.0),)).in_the_dark
    assert not defaults(TeamKind.BOAT).in_the_dark
    assert defaults(TeamKind.DRONE, numbers=(("drone/endurance", 2400.0),)).endurance_s == 2400
    heard = sweep_width_m(TeamKind.SOUND, forest, numbers=(("sound/sweep width/forest/day", 100.0),))
    assert heard == 100


def test_an_unknown_number_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'line/sweep width/forest/day'"):
        assumption("line/sweep width/forrest/day")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("line/sweep width/forest/day", -1.0),
        ("line/sweep width/forest/day", 2001.0),
        ("drone/height", 0.0),
        ("drone/in the dark", 2.0),
        ("dog/endurance", float("nan")),
        ("thermal/weather limit/wind above", float("inf")),
    ],
)
def test_a_number_that_cannot_be_is_refused_with_its_bounds(name: str, value: float) -> None:
    with pytest.raises(BadInput, match=r"Give .* to .*; the table has"):
        checked_number(name, value)
