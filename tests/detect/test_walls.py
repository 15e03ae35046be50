"""What passes doors and walls: published reach of radar, and that no sense does what it cannot."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.detect.walls import Where, barriers, indoor_rates, reading_rates
from homeward.mission.indoor import IndoorSense
from homeward.terrain.building import OUTSIDE, BuildingPlan, DoorState, Opening, Passage, Room, Wall

EYE, DOG, LISTENING, RADAR = IndoorSense.EYE, IndoorSense.DOG, IndoorSense.LISTENING, IndoorSense.RADAR


@pytest.mark.parametrize(("material", "range_m"), [("drywall", 10.0), ("concrete", 2.0), ("reinforced_concrete", 2.0)])
def test_radar_reaches_as_far_as_its_maker_says(material, range_m):
    """Cinside AB, CPR4 handheld: up to 10 m behind an inner wall, up to 2 m behind 20 cm of reinforced concrete."""
    assert indoor_rates(RADAR, Where.WALL, material).range_m == range_m
    assert indoor_rates(RADAR, Where.OPEN).range_m == 20.0


def test_metal_stops_radar():
    assert indoor_rates(RADAR, Where.WALL, "metal").notice == 0
    assert indoor_rates(RADAR, Where.WALL, "Steel").notice == 0


def test_eyes_need_an_opening_and_a_nose_a_gap():
    assert indoor_rates(EYE, Where.SHUT).notice == indoor_rates(EYE, Where.WALL, "glass").notice == 0
    assert indoor_rates(EYE, Where.OPEN).notice > 0
    assert 0 < indoor_rates(DOG, Where.SHUT).notice < indoor_rates(DOG, Where.OPEN).notice
    assert indoor_rates(DOG, Where.WALL).notice == 0


@given(
    st.sampled_from(list(IndoorSense)), st.sampled_from(list(Where)), st.sampled_from(["", "brick", "wood", "adobe"])
)
def test_a_sense_tells_more_than_chance_or_nothing(sense, where, material):
    rates = indoor_rates(sense, where, material)
    assert 0 <= rates.false_alarm < 0.5
    assert rates.notice == 0 or rates.false_alarm < rates.notice <= 1
    assert rates.notice <= indoor_rates(sense, Where.IN).notice


def test_only_eyes_never_cry_wolf_often():
    for sense in (DOG, LISTENING, RADAR):
        assert indoor_rates(sense, Where.SHUT).false_alarm > indoor_rates(EYE, Where.OPEN).false_alarm


def plan_of(*openings: Opening, walls: tuple[Wall, ...] = (), apart_m: float = 0.2) -> BuildingPlan:
    one = Room(id="a", ring_m=((0, 0), (4, 0), (4, 4), (0, 4)))
    two = Room(id="b", ring_m=((4 + apart_m, 0), (8, 0), (8, 4), (4 + apart_m, 4)))
    return BuildingPlan(rooms=(one, two), openings=openings, walls=walls, material="brick")


@pytest.mark.parametrize(
    ("passage", "state", "where"),
    [
        (Passage.DOOR, DoorState.OPEN, Where.OPEN),
        (Passage.DOOR, DoorState.UNKNOWN, Where.SHUT),
        (Passage.DOOR, DoorState.LOCKED, Where.SHUT),
        (Passage.OPEN, DoorState.UNKNOWN, Where.OPEN),
        (Passage.STAIRS, DoorState.UNKNOWN, Where.OPEN),
        (Passage.STAIRS, DoorState.CLOSED, Where.SHUT),
        (Passage.WINDOW, DoorState.UNKNOWN, Where.WINDOW),
    ],
)
def test_what_is_between_rooms_follows_the_door(passage, state, where):
    between = barriers(plan_of(Opening(a="a", b="b", passage=passage, state=state)))
    assert where in {barrier.where for barrier in between["a", "b"]}
    assert between["a", "b"] == between["b", "a"]


def test_rooms_side_by_side_share_a_wall_and_the_plan_knows_better():
    assert barriers(plan_of())["a", "b"][0].material == "brick"
    assert ("a", "b") not in barriers(plan_of(apart_m=1.0))
    told = barriers(plan_of(walls=(Wall(a="a", b="b", material="metal"),)))["b", "a"]
    assert [barrier.material for barrier in told] == ["metal"]


def test_nothing_is_sensed_through_a_lift():
    assert ("a", "b") not in barriers(plan_of(Opening(a="a", b="b", passage=Passage.LIFT), apart_m=1.0))


def test_a_reading_takes_the_best_of_door_and_wall():
    between = barriers(
        plan_of(Opening(a="a", b="b", state=DoorState.CLOSED), walls=(Wall(a="a", b="b", material="metal"),))
    )
    assert reading_rates(between, RADAR, stood_in="a", room="b") == indoor_rates(RADAR, Where.SHUT)
    assert reading_rates(between, EYE, stood_in="a", room="a") == indoor_rates(EYE, Where.IN)
    assert reading_rates(between, EYE, stood_in=OUTSIDE, room="a").notice == 0
