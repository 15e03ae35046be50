"""Readings move probability as Bayes says: against a table of everything that could have been read."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeward.detect.walls import barriers, reading_rates
from homeward.errors import BadInput
from homeward.mission.indoor import IndoorSense, Reading
from homeward.search.indoors import after_readings, pods_of
from tests.search.indoors.houses import DOG, EYE, RADAR, corridor_house

HOUSE = corridor_house(2)
ROOMS = ("C", "R1", "R2")
RESPONSIVE = 0.4


def reading(room: str, sense: IndoorSense, *, yes: bool, stood_in: str = "C") -> Reading:
    return Reading(building="b", room=room, stood_in=stood_in, sense=sense, positive=yes)


beliefs = st.lists(st.floats(0.05, 1.0), min_size=4, max_size=4).map(
    lambda w: {room: x / sum(w) for room, x in zip(ROOMS, w, strict=False)}
)
asked = st.lists(
    st.tuples(st.sampled_from(["R1", "R2"]), st.sampled_from([DOG, RADAR, IndoorSense.LISTENING])),
    min_size=1, max_size=3, unique=True,
)  # fmt: skip


def table(
    belief: dict[str, float], questions: list[tuple[str, IndoorSense]]
) -> dict[tuple[str, tuple[bool, ...]], float]:
    """P(place and all answers), for every place and every answer."""
    between = barriers(HOUSE)
    joint = {}
    for place, p in {**belief, "elsewhere": 1 - sum(belief.values())}.items():
        for answers in product([False, True], repeat=len(questions)):
            chance = p
            for (room, sense), yes in zip(questions, answers, strict=True):
                rates = reading_rates(between, sense, stood_in="C", room=room)
                says_yes = rates.notice if place == room else rates.false_alarm
                if sense is IndoorSense.LISTENING and place == room:
                    says_yes = RESPONSIVE * rates.notice + (1 - RESPONSIVE) * rates.false_alarm
                chance *= says_yes if yes else 1 - says_yes
            joint[place, answers] = chance
    return joint


@given(beliefs, asked, st.data())
def test_readings_are_bayes(belief, questions, data):
    joint = table(belief, questions)
    assert sum(joint.values()) == pytest.approx(1.0)
    answers = tuple(data.draw(st.booleans()) for _ in questions)
    taken = [reading(room, sense, yes=yes) for (room, sense), yes in zip(questions, answers, strict=True)]
    after = after_readings(belief, taken, HOUSE, responsive=RESPONSIVE)
    seen = sum(p for (_, given_), p in joint.items() if given_ == answers)
    for room in ROOMS:
        assert after[room] == pytest.approx(joint[room, answers] / seen)


@given(beliefs, asked)
def test_before_the_answers_nothing_is_won_or_lost(belief, questions):
    joint = table(belief, questions)
    mean = dict.fromkeys(ROOMS, 0.0)
    for answers in product([False, True], repeat=len(questions)):
        chance = sum(p for (_, given_), p in joint.items() if given_ == answers)
        taken = [reading(room, sense, yes=yes) for (room, sense), yes in zip(questions, answers, strict=True)]
        for room, p in after_readings(belief, taken, HOUSE, responsive=RESPONSIVE).items():
            mean[room] += chance * p
    for room in ROOMS:
        assert mean[room] == pytest.approx(belief[room])


@given(beliefs, st.floats(0, 1))
def test_a_search_without_a_find_takes_its_pod(belief, pod):
    after = after_readings(belief, [], HOUSE, [("R1", pod)])
    left = 1 - belief["R1"] * pod
    assert after["R1"] == pytest.approx(belief["R1"] * (1 - pod) / left)
    assert after["R2"] == pytest.approx(belief["R2"] / left)


def test_a_false_alarm_is_possible_and_taken_back():
    belief = dict.fromkeys(ROOMS, 0.3)
    alarm = after_readings(belief, [reading("R1", RADAR, yes=True)], HOUSE)
    assert 0.8 < alarm["R1"] < 0.95
    looked = after_readings(
        belief, [reading("R1", RADAR, yes=True), reading("R1", EYE, yes=False, stood_in="R1")], HOUSE
    )
    assert looked["R1"] < 0.55


def test_the_same_reading_again_tells_nothing_new():
    belief = dict.fromkeys(ROOMS, 0.3)
    once = after_readings(belief, [reading("R1", DOG, yes=False)], HOUSE)
    assert after_readings(belief, [reading("R1", DOG, yes=False)] * 3, HOUSE) == once
    assert after_readings(belief, [reading("R1", DOG, yes=True), reading("R1", DOG, yes=False)], HOUSE) == once


def test_what_a_sense_cannot_reach_says_nothing():
    belief = dict.fromkeys(ROOMS, 0.3)
    assert after_readings(belief, [reading("R1", EYE, yes=False)], HOUSE) == pytest.approx(belief)  # the door is shut


def test_what_leaves_no_place_is_refused():
    with pytest.raises(BadInput, match="no place"):
        after_readings({"R1": 1.0}, [], HOUSE, [("R1", 1.0)])


def test_a_room_searched_again_keeps_more_than_independent_searches_would_leave():
    assert pods_of([("R1", 0.9)]) == pytest.approx({"R1": 0.9})
    twice = pods_of([("R1", 0.9), ("R2", 0.5), ("R1", 0.9)])
    # Gamma width of shape 5: c = 5 (10^0.2 - 1) each, missed (5 / (5 + 2 c))^5
    assert twice["R1"] == pytest.approx(1 - (5 / (5 + 10 * (10**0.2 - 1))) ** 5)
    assert 0.9 < twice["R1"] < 0.99
    house = corridor_house(2)
    left = after_readings({"R1": 0.5}, [], house, [("R1", 0.9), ("R1", 0.9)])
    assert left["R1"] / (1 - left["R1"]) == pytest.approx(1 - twice["R1"])
