"""The demo's search inside: a fresh track leads to a house that is on no map, and a radar looks through its walls.

What the period outdoors finds is the subject's place, as its POS promises: here a fresh track that leads in at a door.
The house is invented, stands where the subject truly is, and the room is drawn from the rooms' probabilities; what
radar and eyes tell is drawn with the rates that the plan reckons with, false alarms and all.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from homeward.desk import clock, clues, field, mapping
from homeward.desk.book import opened
from homeward.desk.buildings import inside
from homeward.desk.buildings import loading as building_load
from homeward.desk.buildings import papers as building_papers
from homeward.desk.buildings import searching as building
from homeward.desk.buildings.inside import Inside
from homeward.desk.demo_mission import lamp_house
from homeward.desk.demo_mission.cast import RADAR
from homeward.desk.demo_mission.telling import Stage
from homeward.desk.search import manage
from homeward.detect.walls import Barriers, barriers, reading_rates
from homeward.geo import Place
from homeward.mission.indoor import IndoorSense, RoomSearched
from homeward.search.indoors import IndoorMove, IndoorPlan, indoor_plan_from_bytes
from homeward.search.rehearse import Outcome
from homeward.terrain.building import OUTSIDE
from homeward.words import listed

MINUTES = 20.0
TRACK_SHARE = 0.9
"""How surely a track that leads in and not out means that the subject is inside: invented for the exercise."""
UNHURRIED_S = 120.0
"""Long enough for the planner to end by itself, so that the plan is the same on every machine."""
SETTLED_POD, SETTLED_S = 0.99, 90.0
"""Of a room that is opened because the radar told of somebody, and searched until that is settled: invented."""
MOST_PLANS = 6
"""So often the demo plans anew inside before it gives the house up."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of a plan inside: rooms searched without a find (room, POD, team), readings (move, room, positive), how
    long it took, and the team that found ("": nobody).
    """

    searched: tuple[tuple[str, float, str], ...]
    readings: tuple[tuple[IndoorMove, str, bool], ...]
    seconds: float
    team: str


@dataclass(frozen=True, slots=True)
class FoundInside:
    """Where the subject was found, when and by whom."""

    place: Place
    room: str
    team: str
    at: datetime


def search_inside(stage: Stage, outcome: Outcome, place: Place, at: datetime, *, seed: int) -> FoundInside | None:
    """Everything from the fresh track to the subject's room; None where the house is given up."""
    finder = str(outcome.team)
    with clock.set_to(at):
        stage.later()
        begins = _come_upon(stage, finder, place)
    with clock.set_to(begins):
        stage.later()
        for name in (finder, RADAR[0]):
            manage.team_at(stage.mission, name, str(place))
    rng = np.random.default_rng([seed, 2])
    room = ""
    for attempt in range(MOST_PLANS):
        with clock.set_to(begins):
            plan, known = _plan(stage, [f"{finder}=eye", f"{RADAR[0]}=radar"], first=attempt == 0)
        room = room or _draw(known, rng)
        came = looked(plan, room, barriers(known.plan), rng)
        begins += timedelta(seconds=round(came.seconds))
        with clock.set_to(begins):
            _write_down(stage, came)
            if came.team:
                return FoundInside(place, room, came.team, begins)
    return None


def _come_upon(stage: Stage, finder: str, place: Place) -> datetime:
    """The track, the house and its plan; when the radar can be there."""
    m = stage.mission
    clue = clues.clue(m, "fresh boot track, leads in at the door, none comes out", place=str(place), team=finder)
    stage.step(0.62, "the map with the track")
    remade = mapping.make_map(m)
    file = stage.folder / "building" / "lamp-house.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(lamp_house.PLAN, indent=1), encoding="utf-8")
    loaded = building_load.load_building(m, file, name=lamp_house.NAME, entrance=str(place), entrance_room="Hall")
    with opened(m, read_only=True) as book:
        waits = book.mission.seen[RADAR[0]].event
    way = field.walk(m, str(waits), str(place))
    stage.keep(clue, remade, loaded, way)
    stage.speak(
        f"{finder} is at {place}: a fresh boot track leads in at the door of the mine's old lamp house, which is on no "
        "map. None comes out.",
        f"{RADAR[0]}, with the through-wall radar, goes there: {way.text}",
    )
    stage.made(file)
    return clock.now() + timedelta(seconds=round(way.data["there_s"]) + 300)


def _plan(stage: Stage, teams: Sequence[str], *, first: bool) -> tuple[IndoorPlan, Inside]:
    m = stage.mission
    stage.step(0.65, "planning the search of the house")
    answer = building.plan_building(
        m, lamp_house.NAME, teams=teams, minutes=MINUTES, share=TRACK_SHARE, time_limit_s=UNHURRIED_S
    )
    stage.keep(answer)
    with opened(m, read_only=True) as book:
        plan = indoor_plan_from_bytes(book.log.blob(book.mission.indoor_plans[-1].event.plan))
        known = inside.inside(book, lamp_house.NAME)
    if first:
        _tell_plan(stage, plan)
        folder = stage.folder / "building"
        building_papers.building_sheets(m, lamp_house.NAME, folder)
        building_papers.building_pictures(m, lamp_house.NAME, folder, form="png")
        stage.made(*sorted(f for f in folder.iterdir() if f.suffix in (".pdf", ".png")))
    return plan, known


def _tell_plan(stage: Stage, plan: IndoorPlan) -> None:
    shut = [c.room for c in plan.left_closed if c.shut]
    stage.speak(
        f"{len(lamp_house.PLAN['rooms'])} rooms, {MINUTES:g} minutes: the subject, if inside, is found with "
        f"{plan.value:.0%}.",
        *(m.words for m in plan.moves if m.action == "sense" and m.team == RADAR[0] and len(m.of) > 1),
        f"These doors stay shut, the radar looks through them: {listed(shut)}." if shut else "",
    )


def _draw(known: Inside, rng: np.random.Generator) -> str:
    rooms = sorted(known.rooms)
    return str(rng.choice(rooms, p=np.array([known.rooms[r] for r in rooms]) / sum(known.rooms.values())))


def looked(plan: IndoorPlan, room: str, between: Barriers, rng: np.random.Generator) -> Looked:
    """What the plan's looks tell of a subject in `room`, each on its own, up to the find; an alarm is settled at once.

    So the share of subjects found is the chance that the plan states.
    """
    searched: list[tuple[str, float, str]] = []
    readings: list[tuple[IndoorMove, str, bool]] = []
    late_s = 0.0
    for move in sorted(plan.moves, key=lambda m: m.until_s):
        if move.action == "search":
            if move.room == room and rng.random() < move.pod:
                return Looked(tuple(searched), tuple(readings), move.until_s + late_s, _crew(plan, move)[0])
            searched.append((move.room, move.pod, _crew(plan, move)[0]))
        for target in move.of if move.action == "sense" and RADAR[0] in _crew(plan, move) else ():
            rates = reading_rates(between, IndoorSense.RADAR, stood_in=move.room, room=target)
            positive = bool(rng.random() < (rates.notice if target == room else rates.false_alarm))
            readings.append((move, target, positive))
            late_s += SETTLED_S if positive else 0.0
            if positive and target == room:
                return Looked(tuple(searched), tuple(readings), move.until_s + late_s, RADAR[0])
            searched += [(target, SETTLED_POD, RADAR[0])] if positive else []
    return Looked(tuple(searched), tuple(readings), plan.duration_s + late_s, "")


def _crew(plan: IndoorPlan, move: IndoorMove) -> tuple[str, ...]:
    return next(who for crew, who in plan.crews if crew == move.team)


def _write_down(stage: Stage, came: Looked) -> None:
    """Readings and searched rooms go into the log, and what they mean is said. The map is not made anew for them:
    nobody plans outdoors before the house is done.
    """
    m = stage.mission
    for move, target, positive in came.readings:
        answer = building.reading(
            m, lamp_house.NAME, target, stood_in=move.room, sense="radar", positive=positive, team=RADAR[0]
        )
        stage.keep(answer)
    done = [RoomSearched(building=lamp_house.NAME, room=room, pod=pod, team=team) for room, pod, team in came.searched]
    if done:
        with opened(m) as book:
            book.write(*done)
    stage.later()
    empty = [room for _, room, positive in came.readings if not positive]
    if empty:
        stage.speak(f"{RADAR[0]}: nobody in {listed(dict.fromkeys(empty))}.")
    for move, target in [(move, target) for move, target, positive in came.readings if positive]:
        where = "outside" if move.room == OUTSIDE else move.room
        last = came.team == RADAR[0] and (move, target, True) == came.readings[-1]
        stage.speak(f"{RADAR[0]}, from {where}: somebody in {target}. {'It is opened.' if last else _NOBODY}")


_NOBODY = "It was opened: nobody, a false alarm."
