"""What readings and searched rooms say of where in a building the subject is."""

from __future__ import annotations

import math
from collections.abc import Iterable

from homeward.detect import coverage_of_pod, pod_uncertain_width
from homeward.detect.walls import barriers, reading_rates
from homeward.errors import BadInput
from homeward.mission.indoor import IndoorSense, Reading
from homeward.terrain.building import BuildingPlan


def after_readings(
    belief: dict[str, float],
    readings: Iterable[Reading],
    plan: BuildingPlan,
    searched: Iterable[tuple[str, float]] = (),
    *,
    responsive: float = 0.5,
) -> dict[str, float]:
    """The belief by room after readings, false alarms included, and after searches without a find (room, POD).

    Bayes over "in this room", for each room, and "elsewhere" (what `belief` leaves to 1): a reading of a room is as
    likely as the sense notices a person where the subject is there, and as it cries wolf where not
    (`detect.reading_rates`). A reading again with the same sense from the same room tells nothing new: the last one
    counts (ours: what hid the subject once hides it again). A sense that cannot reach the room says nothing.
    `responsive` is the share of subjects that listening can hear. All rooms of `plan` come back, summing to at most 1.
    Searches of one room share what hides the subject (`pods_of`).
    Raises `BadInput` where what is said is impossible (certain misses everywhere).
    """
    between = barriers(plan)
    weight = {room.id: belief.get(room.id, 0.0) for room in plan.rooms}
    elsewhere = max(0.0, 1.0 - sum(weight.values()))
    for reading in {(r.sense, r.stood_in, r.room): r for r in readings}.values():
        rates = reading_rates(between, reading.sense, stood_in=reading.stood_in, room=reading.room)
        if rates.notice <= 0 or reading.room not in weight:
            continue
        notice, wolf = rates.notice, rates.false_alarm
        if reading.sense is IndoorSense.LISTENING:
            notice = responsive * notice + (1 - responsive) * wolf
        there, not_there = (notice, wolf) if reading.positive else (1 - notice, 1 - wolf)
        weight = {room: w * (there if room == reading.room else not_there) for room, w in weight.items()}
        elsewhere *= not_there
    for room, pod in pods_of(searched).items():
        if room in weight:
            weight[room] *= 1 - pod
    total = sum(weight.values()) + elsewhere
    if total <= 0:
        raise BadInput("What was sensed and searched leaves no place for the subject. Undo what is wrong of it.")
    return {room: w / total for room, w in weight.items()}


def pods_of(searched: Iterable[tuple[str, float]]) -> dict[str, float]:
    """By room, the POD of all its searches (room, POD) together.

    What hid the subject once is likely to hide it again: searches share one uncertain sweep width, as passes outdoors
    do (`detect.pod_uncertain_width`), so that two of POD 0.9 make 0.979 and not 0.99. The order does not matter.
    """
    coverage: dict[str, float] = {}
    for room, pod in searched:
        more = coverage_of_pod(pod) if pod < 1 else math.inf
        coverage[room] = coverage.get(room, 0.0) + more
    return {room: 1.0 if math.isinf(c) else float(pod_uncertain_width(c)) for room, c in coverage.items()}
