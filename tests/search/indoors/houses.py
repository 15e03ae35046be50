"""Small buildings, and what is true of a plan in them, in plain Python apart from the planner."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from hypothesis import strategies as st

from homeward.mission.indoor import IndoorSense, Reading
from homeward.search.indoors import IndoorMove, IndoorPlan, IndoorProblem, IndoorTeam, after_readings, room_priors
from homeward.search.indoors.case import Case
from homeward.terrain.building import OUTSIDE, BuildingPlan, DoorState, Opening, Passage, Room

EYE, DOG, RADAR = IndoorSense.EYE, IndoorSense.DOG, IndoorSense.RADAR


def corridor_house(rooms: int = 4, *, state: DoorState = DoorState.CLOSED, material: str = "drywall") -> BuildingPlan:
    """Rooms of 4 x 5 m north of a corridor of 2 m, an exit at its west end."""
    width = 4.0 * rooms
    hall = Room(
        id="C", name="Corridor", kind="corridor", x_m=width / 2, y_m=1.0, area_m2=2 * width, ring_m=box(0, 0, width, 2)
    )
    inner = [
        Room(
            id=f"R{k + 1}",
            kind="office",
            x_m=4 * k + 2,
            y_m=4.6,
            area_m2=20.0,
            ring_m=box(4 * k + 0.1, 2.1, 4 * k + 3.9, 7.1),
        )
        for k in range(rooms)
    ]
    doors = [Opening(a="C", b=r.id, state=state, x_m=r.x_m, y_m=2.05) for r in inner]
    way_in = Opening(a="C", b=OUTSIDE, passage=Passage.EXIT, state=DoorState.OPEN, x_m=0.0, y_m=1.0)
    return BuildingPlan(rooms=(hall, *inner), openings=(way_in, *doors), material=material)


def box(west: float, south: float, east: float, north: float) -> tuple[tuple[float, float], ...]:
    return (west, south), (east, south), (east, north), (west, north)


@st.composite
def houses(draw: st.DrawFn) -> BuildingPlan:
    """A corridor house with doors of any state, some rooms joined, perhaps a floor above with stairs."""
    plan = corridor_house(draw(st.integers(2, 5)), material=draw(st.sampled_from(["", "drywall", "concrete", "metal"])))
    states = st.sampled_from(list(DoorState))
    openings = [
        plan.openings[0],
        *(Opening(a=o.a, b=o.b, state=draw(states), x_m=o.x_m, y_m=o.y_m) for o in plan.openings[1:]),
    ]
    rooms = list(plan.rooms)
    if draw(st.booleans()):
        openings.append(
            Opening(a="R1", b="R2", passage=draw(st.sampled_from([Passage.OPEN, Passage.DOOR])), x_m=4.0, y_m=4.0)
        )
    if draw(st.booleans()):
        rooms.append(Room(id="U", kind="storage", floor=1.0, x_m=2.0, y_m=4.0, area_m2=30.0, ring_m=box(0, 0, 6, 5)))
        openings.append(Opening(a="C", b="U", passage=Passage.STAIRS, x_m=1.0, y_m=1.0))
    return BuildingPlan(rooms=tuple(rooms), openings=tuple(openings), material=plan.material)


@st.composite
def problems(draw: st.DrawFn) -> IndoorProblem:
    """One to four teams of one to four people, of whom at least one may go in."""
    plan = draw(houses())
    senses = st.lists(st.sampled_from(list(IndoorSense)), max_size=2, unique=True).map(tuple)
    teams = [
        IndoorTeam(
            id=name, people=draw(st.integers(1, 4)), senses=draw(senses), ready_s=draw(st.sampled_from([0.0, 40.0]))
        )
        for name in "ABCD"[: draw(st.integers(1, 4))]
    ]
    if len(teams) == 1 and teams[0].people == 1:
        teams.append(IndoorTeam(id="Z", people=2))
    readings = draw(
        st.lists(
            st.builds(read, st.sampled_from(["R1", "R2"]), st.sampled_from([DOG, RADAR]), st.booleans()), max_size=3
        )
    )
    prior = room_priors(plan, inside=draw(st.sampled_from([0.5, 1.0])))
    return IndoorProblem(
        plan=plan, belief=after_readings(prior, readings, plan), teams=tuple(teams), readings=tuple(readings),
        duration_s=draw(st.sampled_from([120.0, 400.0])),
    )  # fmt: skip


def read(room: str, sense: IndoorSense, positive: object) -> Reading:
    """A reading from the corridor."""
    return Reading(building="b", room=room, stood_in="C", sense=sense, positive=bool(positive))


def joined(plan: BuildingPlan, a: str, b: str) -> list[Opening]:
    """The openings that one can walk through between two rooms."""
    shut = (Passage.WINDOW, Passage.LIFT)
    return [o for o in plan.openings if {o.a, o.b} == {a, b} and o.passage not in shut]


def least_way_s(plan: BuildingPlan, way: tuple[str, ...]) -> float:
    """What a way takes at least: its doors, stairs, and the straight line from door to door at 1 m/s."""
    at: dict[tuple[float, float] | None, float] = {None: 0.0}
    for a, b in pairwise(way):
        after: dict[tuple[float, float] | None, float] = {}
        for o in joined(plan, a, b):
            here = None if o.x_m is None or o.y_m is None else (o.x_m, o.y_m)
            floors = 0.0 if OUTSIDE in (a, b) else abs(plan.room(a).floor - plan.room(b).floor)
            for before, so_far in at.items():
                flat = 0.0 if before is None or here is None else math.dist(before, here)
                cost = so_far + flat + opened_s(o) + 20.0 * floors
                after[here] = min(cost, after.get(here, math.inf))
        at = after
    return min(at.values(), default=math.inf)


def opened_s(o: Opening) -> float:
    """The seconds that a door takes by its state, as the tables say."""
    if o.state is DoorState.LOCKED:
        return 90.0
    free = o.passage in (Passage.OPEN, Passage.STAIRS) and o.state is DoorState.UNKNOWN
    return 0.0 if free or o.state is DoorState.OPEN else 5.0


def faults(problem: IndoorProblem, made: IndoorPlan) -> list[str]:
    """What is wrong with a plan, judged from its moves alone."""
    found = [*_alone(problem, made)]
    closed = {room.room for room in made.left_closed}
    for move in made.moves:
        if not 0 <= move.at_s <= move.until_s <= problem.duration_s + 1e-6:
            found.append(f"{move} is out of time")
        if closed & {move.room, *move.way}:
            found.append(f"{move} enters a room that is left closed")
        if move.way and move.until_s - move.at_s < least_way_s(problem.plan, move.way) - 1e-6:
            found.append(f"{move} is quicker than its way, or there is none")
    for crew, _ in made.crews:
        found += _out_of_place([m for m in made.moves if m.team == crew])
    return found


def _alone(problem: IndoorProblem, made: IndoorPlan) -> Iterator[str]:
    people = {team.id: team.people for team in problem.teams}
    every = [team for _, of in made.crews for team in of]
    if len(every) != len(set(every)):
        yield "a team is in two crews"
    for crew, of in made.crews:
        if sum(people[team] for team in of) < 2:
            yield f"{crew} is alone"


def _out_of_place(moves: list[IndoorMove]) -> Iterator[str]:
    """Where one crew would be in two places, or somewhere without having gone there."""
    ends, room = 0.0, None
    for move in sorted(moves, key=lambda m: (m.at_s, m.until_s)):
        if move.action == "go":
            if move.at_s < ends - 1e-6:
                yield f"{move} begins before the one before ends"
            if room is not None and move.way[0] != room:
                yield f"{move} does not begin where the crew is"
        elif room is not None and move.room != room:
            yield f"{move} is where the crew is not"
        ends, room = max(ends, move.until_s), move.room


def simulated(case: Case, paths: np.ndarray, *, draws: int, seed: int) -> np.ndarray:
    """P(found by each step) by chance: a subject somewhere, each crew's far look fails or not once and for all."""
    rng = np.random.default_rng(seed)
    mass = case.course.mass
    where = rng.choice(len(mass) + 1, size=draws, p=np.append(mass, max(0.0, 1 - mass.sum())))
    heard = np.vstack([case.course.heard.T, np.zeros(len(paths))])[where]  # (draws, crews): missed there before
    far = heard + (1 - heard) * rng.random((draws, len(paths)))
    width = rng.gamma(5.0, 1 / 5.0, draws)  # of the searches of a place itself
    found_at = np.full(draws, 10**9)
    dense = [of.dense() for of in case.sees]
    for t in range(1, paths.shape[1]):
        for c, path in enumerate(paths):
            if t <= case.course.ready[c]:
                continue
            v = path[t]
            chance = np.append(dense[c][v], 0.0)[where]
            chance = np.where(where == v, 1 - np.exp(-width * 5 * ((1 - chance) ** -0.2 - 1)), chance)
            luck = np.where(where == v, rng.random(draws), far[:, c])
            found_at = np.where((found_at > t) & (luck < chance), t, found_at)
    return np.array([(found_at <= t).mean() for t in range(1, paths.shape[1])])
