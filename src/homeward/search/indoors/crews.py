"""Who goes with whom: nobody is alone inside, and a lookout is never left alone."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from homeward.errors import BadInput
from homeward.mission.indoor import IndoorSense
from homeward.search.indoors.graph import House
from homeward.search.indoors.records import IndoorProblem, IndoorTeam
from homeward.terrain.building import OUTSIDE

PAIR = 2
"""So many must be together inside. The fire service's rule of two in, in sight or voice contact: OSHA, 29 CFR
1910.134(g)(4)(i)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """Teams that go together. `lookout` is the room where they stay and watch instead of searching ("" = they search).

    `people` go in; `outside` of their teams stay at the entrance as lookouts.
    """

    name: str
    teams: tuple[str, ...]
    people: int
    senses: tuple[IndoorSense, ...]
    start: str
    ready_s: float
    outside: int = 0
    lookout: str = ""


def form_crews(problem: IndoorProblem, house: House) -> tuple[tuple[Crew, ...], tuple[str, ...]]:
    """Crews of two and more, lookouts posted, with sentences on what could not be had.

    Teams of one pair up with one that starts at the same place, else join a crew that comes for them; who finds
    nobody stays out. Raises `BadInput` where nobody may go in.
    """
    alone = [team for team in problem.teams if team.people < PAIR]
    crews = [_crew((team,)) for team in problem.teams if team.people >= PAIR]
    words: list[str] = []
    while alone:
        one = alone.pop(0)
        other = next((t for t in alone if t.start == one.start), None)
        if other is not None:
            alone.remove(other)
            crews.append(_crew((one, other)))
            words.append(f"{one.id} and {other.id} go together: nobody goes alone.")
            continue
        if not crews:
            words.append(f"{one.id} stays out: it is one person, and nobody goes alone.")
            continue
        near = [c for c in crews if np.isfinite(between_s(house, c.start, one.start))]
        if not near:
            words.append(f"{one.id} stays out: it is one person, nobody goes alone, and nobody can reach it.")
            continue
        joined = min(near, key=lambda c: (c.start != one.start, c.people))
        crews[crews.index(joined)] = _joined(joined, one, house)
        words.append(f"{one.id} goes with {joined.name}: nobody goes alone.")
    if not crews:
        raise BadInput("Nobody may go in alone, and no two of the teams can meet. Add a person to a team, or a team.")
    return _posted(crews, problem, house, words)


def _crew(teams: tuple[IndoorTeam, ...]) -> Crew:
    return Crew(
        name=" + ".join(team.id for team in teams),
        teams=tuple(team.id for team in teams),
        people=sum(team.people for team in teams),
        senses=tuple(sorted({IndoorSense.EYE, *(s for team in teams for s in team.senses)})),
        start=teams[0].start,
        ready_s=max(team.ready_s for team in teams),
    )


def _joined(crew: Crew, one: IndoorTeam, house: House) -> Crew:
    """The crew with one more person, whom it meets where that person waits."""
    way_s = between_s(house, crew.start, one.start)
    return replace(
        crew,
        name=f"{crew.name} + {one.id}",
        teams=(*crew.teams, one.id),
        people=crew.people + 1,
        senses=tuple(sorted({*crew.senses, *one.senses})),
        start=one.start,
        ready_s=max(one.ready_s, crew.ready_s + way_s),
    )


def between_s(house: House, a: str, b: str) -> float:
    """The shortest time between two rooms; from outdoors, by the best exit."""
    if a == b:
        return 0.0
    one = [p for p, piece in enumerate(house.pieces) if piece.room == a]
    two = [p for p, piece in enumerate(house.pieces) if piece.room == b]
    return float(house.seconds[np.ix_(one, two)].min()) if one and two else float("inf")


def _posted(
    crews: list[Crew], problem: IndoorProblem, house: House, words: list[str]
) -> tuple[tuple[Crew, ...], tuple[str, ...]]:
    for room in problem.rules.lookouts:
        where = "the entrance" if room == OUTSIDE else room
        spare = [c for c in crews if c.people >= 2 * PAIR and not c.lookout and c.start == OUTSIDE]
        if room == OUTSIDE and spare:
            most = max(spare, key=lambda c: c.people)
            crews[crews.index(most)] = replace(most, people=most.people - PAIR, outside=most.outside + PAIR)
            words.append(f"Two of {most.name} stay at the entrance as lookouts, in contact with the others.")
            continue
        free = [c for c in crews if not c.lookout]
        reach = [c for c in free if np.isfinite(between_s(house, c.start, room))]
        if len(free) < PAIR or not reach:
            words.append(f"Nobody keeps the lookout at {where}: no crew of two can be spared for it.")
            if room == OUTSIDE:
                words.append("Two must stand by outside (29 CFR 1910.134(g)(4)): see that base or another crew does.")
            continue
        nearest = min(reach, key=lambda c: (len(c.senses), between_s(house, c.start, room)))
        crews[crews.index(nearest)] = replace(nearest, lookout=room)
        words.append(f"{nearest.name} keep the lookout at {where} together.")
    return tuple(crews), tuple(words)
