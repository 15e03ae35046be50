"""A building problem made ready for planning: its graph, crews, what they notice, and the course they follow."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from homeward.detect.walls import Barriers, barriers, reading_rates
from homeward.geo import Floats
from homeward.mission.indoor import IndoorSense
from homeward.search.indoors.crews import Crew, form_crews
from homeward.search.indoors.follow import Course
from homeward.search.indoors.graph import House, house, step_of
from homeward.search.indoors.pieces import with_entrance
from homeward.search.indoors.records import IndoorProblem
from homeward.search.indoors.senses import Look, looks, sees
from homeward.search.rooms.problem import Ints, Links
from homeward.terrain.building import OUTSIDE, BuildingPlan


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A building problem made ready: its graph, crews that search, what each notices, and the course they follow.

    `sensed` is by room the POD of readings before the plan that told of nobody.
    """

    problem: IndoorProblem
    plan: BuildingPlan
    house: House
    crews: tuple[Crew, ...]
    posted: tuple[Crew, ...]
    looks: tuple[tuple[Look, ...], ...]
    sees: tuple[Links, ...]
    sensed: dict[str, float]
    course: Course
    steps_to: Ints
    why: tuple[str, ...]


def made_ready(problem: IndoorProblem, *, step_s: float | None = None) -> Case:
    """The problem as arrays; `step_s` None lets the size of the building say it."""
    plan, no_door = with_entrance(problem.plan)
    step_s = min(step_s or step_of(plan, problem.duration_s), problem.duration_s)
    built = house(plan, step_s=step_s, shut=frozenset(problem.rules.keep_shut))
    crews, words = form_crews(problem, built)
    between = barriers(plan)
    going = tuple(crew for crew in crews if not crew.lookout)
    found = tuple(tuple(looks(built, between, crew.senses)) for crew in going)
    links = tuple(sees(built, list(of), responsive=problem.rules.responsive, crews=len(crews)) for of in found)
    next_to, steps_to = built.ways_on()
    before = sensed_before(problem, between)
    course = _course(problem, built, going, links, next_to, before)
    return Case(
        problem=problem,
        plan=plan,
        house=built,
        crews=going,
        posted=tuple(crew for crew in crews if crew.lookout),
        looks=found,
        sees=links,
        sensed={room: 1 - math.prod(1 - p for p in by.values()) for room, by in before.items()},
        course=course,
        steps_to=steps_to,
        why=(*((no_door,) if no_door else ()), *words),
    )


def sensed_before(problem: IndoorProblem, between: Barriers) -> dict[str, dict[IndoorSense, float]]:
    """By room and sense, how well readings from elsewhere covered a room, where none told of somebody there."""
    last = {(r.sense, r.stood_in, r.room): r for r in problem.readings}.values()
    doubted = {r.room for r in last if r.positive}
    found: dict[str, dict[IndoorSense, float]] = {}
    for r in last:
        if r.room not in doubted and r.stood_in != r.room:
            notice = reading_rates(between, r.sense, stood_in=r.stood_in, room=r.room).notice
            notice *= problem.rules.responsive if r.sense is IndoorSense.LISTENING else 1.0
            by = found.setdefault(r.room, {})
            by[r.sense] = max(by.get(r.sense, 0.0), notice)
    return found


def _course(
    problem: IndoorProblem,
    built: House,
    crews: tuple[Crew, ...],
    links: tuple[Links, ...],
    next_to: Ints,
    before: dict[str, dict[IndoorSense, float]],
) -> Course:
    n, pieces = len(built.place), built.pieces
    rooms = {room.id: k for k, room in enumerate(problem.plan.rooms)}
    room_of = np.array([rooms.get(p.room, -1) for p in pieces] + [-1] * (n - len(pieces)))
    share = np.array([p.share for p in pieces] + [0.0] * (n - len(pieces)))
    mass = np.array([problem.belief.get(p.room, 0.0) * p.share for p in pieces] + [0.0] * (n - len(pieces)))
    positive = {r.room for r in problem.readings if r.positive}
    closable = np.array([room in built.closable and room not in positive for room in rooms])
    base = np.cumsum([0, *(len(of.to) for of in links)])
    return Course(
        next_to=next_to,
        mass=mass,
        at=np.stack([of.at + b for of, b in zip(links, base, strict=False)]),
        to=np.concatenate([of.to for of in links]),
        p=np.concatenate([of.p for of in links]),
        room_of=room_of.astype(np.int64),
        share=share,
        closable=closable.astype(np.int64),
        closed_pod=problem.rules.closed_pod,
        unsensed=_left(built, before, frozenset(IndoorSense)),
        heard=np.stack([1 - _left(built, before, frozenset(crew.senses)) for crew in crews]),
        start=np.array([start_at(built, crew.start) for crew in crews], np.int64),
        ready=np.array([int(np.ceil(crew.ready_s / built.step_s)) for crew in crews], np.int64),
        steps=max(1, int(problem.duration_s // built.step_s)),
    )


def _left(built: House, before: dict[str, dict[IndoorSense, float]], senses: frozenset[IndoorSense]) -> Floats:
    """(V,): the chance that what these senses said before misses somebody there."""
    left = np.ones(len(built.place))
    for p, piece in enumerate(built.pieces):
        left[p] = math.prod(1 - notice for sense, notice in before.get(piece.room, {}).items() if sense in senses)
    return left


def start_at(built: House, room: str) -> int:
    """The vertex where a crew begins: the hub outside, or the first piece of its room."""
    if room == OUTSIDE:
        return built.hub
    return next(p for p, piece in enumerate(built.pieces) if piece.room == room)
