"""Where in a building the subject may be, before anything is known."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.errors import BadInput
from homeward.search.indoors import room_priors
from homeward.search.indoors.tables import kind_of
from homeward.terrain.building import BuildingPlan, Room
from tests.search.indoors.houses import corridor_house


def rooms(*kinds: str, area_m2: float = 10.0) -> BuildingPlan:
    return BuildingPlan(
        rooms=tuple(Room(id=f"{k}{i}", kind=k, area_m2=area_m2) for i, k in enumerate(kinds)), openings=()
    )


def test_half_of_those_found_in_homes_are_in_bedrooms():
    """USFA (2021), Topical Fire Report Series 21(3): 50 % of those who died in fires at home were in bedrooms."""
    prior = room_priors(rooms("bedroom", "bedroom", "kitchen", "living room", "room", "room"))
    assert prior["bedroom0"] + prior["bedroom1"] == pytest.approx(0.5)


def test_rooms_of_unknown_kind_share_by_area():
    plan = rooms("", "")
    twice = replace(plan, rooms=(plan.rooms[0], replace(plan.rooms[1], area_m2=20.0)))
    assert room_priors(twice) == pytest.approx({"0": 1 / 3, "1": 2 / 3})
    unknown = replace(plan, rooms=(plan.rooms[0], replace(plan.rooms[1], area_m2=0.0)))
    assert room_priors(unknown) == pytest.approx({"0": 0.5, "1": 0.5})


@given(st.floats(0.01, 1.0), st.floats(0.0, 1.0))
def test_what_is_given_stays_and_all_sums_to_the_chance_of_being_inside(inside, part):
    plan = corridor_house(3)
    prior = room_priors(plan, given={"R2": part * inside}, inside=inside)
    assert prior["R2"] == part * inside
    assert sum(prior.values()) == pytest.approx(inside)
    assert set(prior) == {room.id for room in plan.rooms}


@pytest.mark.parametrize(
    ("given_", "inside", "words"),
    [
        ({"X": 0.1}, 1.0, "no room"),
        ({"R1": 0.8}, 0.5, "sum to 0.8"),
        ({"R1": -1.0}, 1.0, "from 0 to 1"),
        ({}, 0.0, "up to 1"),
    ],
)
def test_bad_figures_are_refused(given_, inside, words):
    with pytest.raises(BadInput, match=words):
        room_priors(corridor_house(2), given=given_, inside=inside)


@pytest.mark.parametrize(
    ("kind", "name", "is_"),
    [
        ("toilets", "", "toilet"),
        ("", "Main staircase", "stairs"),
        ("CellSpace", "Store room 3", "storage"),
        ("x", "y", "room"),
    ],
)
def test_kinds_are_told_by_what_the_plan_says(kind, name, is_):
    assert kind_of(Room(id="a", kind=kind, name=name)).name == is_
