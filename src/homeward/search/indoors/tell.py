"""A solved plan told as moves that can be read over a radio."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from homeward.geo import Floats
from homeward.mission.indoor import IndoorSense
from homeward.search.indoors.case import Case
from homeward.search.indoors.crews import Crew, between_s
from homeward.search.indoors.pieces import Piece
from homeward.search.indoors.records import IndoorMove, IndoorPlan, LeftClosed
from homeward.search.indoors.results import false_alarms, results
from homeward.search.rooms.problem import Ints
from homeward.terrain.building import OUTSIDE

_WITH = {
    IndoorSense.EYE: "look in",
    IndoorSense.DOG: "dog",
    IndoorSense.LISTENING: "listening device",
    IndoorSense.RADAR: "radar",
}
_WORTH_TELLING = 0.15
"""What is noticed with less through a door or wall is not told as a task of its own: ours."""

_SIDES = ("east", "north-east", "north", "north-west", "west", "south-west", "south", "south-east")
_LITTLE, _THIRD, _HALF = 0.15, 0.42, 0.6
"""Up to which shares of a room a part is told as a corner, a third, a half: ours."""
_ASIDE = 0.1  # a part is told by its side from so far off the middle on, of the room's half size: ours


@dataclass(slots=True)
class Stay:
    """Steps in one room: when the crew sets out, arrives and is through; the way; what is searched and sensed."""

    room: str
    out_s: float
    came_s: float
    until_s: float
    way: tuple[str, ...]
    searched: set[int] = field(default_factory=set)
    sensed: dict[str, set[IndoorSense]] = field(default_factory=dict)


def told(case: Case, paths: Ints, found: Floats, *, bounds: tuple[float, float], seed: int) -> IndoorPlan:
    """The plan of record for these paths; `bounds` are on POS at the end and on the mean of the curve."""
    value, mean = float(found[-1]), float(found.mean())
    moves = [move for c, path in enumerate(paths) for move in _moves(case, c, path)]
    moves += [move for crew in case.posted for move in _lookout(case, crew)]
    rooms, left = results(case, paths, frozenset(room for move in moves for room in move.way))
    alarms = false_alarms(case, paths)
    steps_s = (np.arange(len(found) + 1) * case.house.step_s).tolist()
    return IndoorPlan(
        duration_s=case.problem.duration_s,
        step_s=case.house.step_s,
        moves=tuple(sorted(moves, key=lambda m: (m.at_s, m.team, m.until_s))),
        found=tuple(zip(steps_s, [0.0, *found.tolist()], strict=True)),
        value=value,
        bound=max(bounds[0], value),
        soonest_value=mean,
        soonest_bound=max(bounds[1], mean),
        rooms=rooms,
        left_closed=left,
        crews=tuple((crew.name, crew.teams) for crew in (*case.crews, *case.posted)),
        false_alarms=alarms,
        seed=seed,
        why=(*case.why, *_why(case, left, alarms)),
    )


def stays(case: Case, c: int, path: Ints) -> list[Stay]:
    """The path of one crew, room by room; rooms only passed through are part of the way.

    A last stay in which nothing is searched for the first time is the crew going through its rooms again.
    """
    house, told_of = case.house, _told_of(case, c)
    out: list[Stay] = []
    been: set[int] = set()
    said: set[tuple[str, str, IndoorSense]] = set()
    chain: list[int] = []
    left_s = float(case.course.ready[c]) * house.step_s
    for t in range(int(case.course.ready[c]) + 1, len(path)):
        v, ends_s = int(path[t]), t * house.step_s
        if v == house.hub:
            continue
        chain += _exit(case, v) if not chain and path[0] == house.hub else []
        chain.append(house.place[v])
        if v >= len(house.pieces):
            continue
        way, room = _way(case, c, chain), house.pieces[v].room
        if not out or len(way) > 1:
            way_s = float(house.seconds[chain[-2], v]) if len(chain) > 1 else 0.0
            out.append(Stay(room, left_s, min(ends_s - house.step_s + way_s, ends_s), ends_s, way))
        stay = out[-1]
        stay.until_s = ends_s
        if room != OUTSIDE and v not in been:
            stay.searched.add(v)
        for other, sense in told_of[v] if v not in been else ():
            if (room, other, sense) not in said:
                stay.sensed.setdefault(other, set()).add(sense)
                said.add((room, other, sense))
        been.add(v)
        chain, left_s = [v], ends_s
    return _joined(out)


def _exit(case: Case, v: int) -> list[int]:
    """The exit by which a crew comes in that goes straight to a piece; none where that is an exit."""
    exits = [p for p, piece in enumerate(case.house.pieces) if piece.room == OUTSIDE]
    return [] if v in exits else [min(exits, key=lambda p: float(case.house.seconds[p, v]))]


def _joined(every: list[Stay]) -> list[Stay]:
    """Stays without anything new become part of the way to the next; at the end they become one."""
    out: list[Stay] = []
    waiting: Stay | None = None
    for stay in every:
        if waiting is not None:
            stay.out_s, stay.way = waiting.out_s, _once((*waiting.way, *stay.way))
        waiting = None if stay.searched or stay.sensed else stay
        if waiting is None:
            out.append(stay)
    return [*out, waiting] if waiting is not None else out


def _once(rooms: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(room for k, room in enumerate(rooms) if k == 0 or rooms[k - 1] != room)


def _told_of(case: Case, c: int) -> dict[int, set[tuple[str, IndoorSense]]]:
    """By piece: the other rooms that the crew senses from there well enough to be told to."""
    pieces = case.house.pieces
    found: defaultdict[int, set[tuple[str, IndoorSense]]] = defaultdict(set)
    for sense, v, w, rate in case.looks[c]:
        if pieces[w].room != pieces[v].room and rate.notice >= _WORTH_TELLING:
            found[v].add((pieces[w].room, sense))
    return found


def _way(case: Case, c: int, chain: list[int]) -> tuple[str, ...]:
    """The rooms along a chain of pieces, each once in a row."""
    start = case.crews[c].start
    rooms = [start] if case.course.start[c] == case.house.hub else []
    rooms = rooms if len(chain) == 1 else []
    for a, b in zip(chain, chain[1:] or chain, strict=False):
        rooms += case.house.way(a, b)
    return _once(tuple(rooms))


def _moves(case: Case, c: int, path: Ints) -> list[IndoorMove]:
    team, moves = case.crews[c].name, []
    opened: set[str] = set()
    for stay in stays(case, c, path):
        call = _named(case, stay.room)
        shut = {room: senses for room, senses in stay.sensed.items() if room not in opened | {stay.room}}
        if not stay.searched and not shut:
            moves.append(_again(case, team, stay))
            continue
        if len(stay.way) > 1:
            by = [_named(case, room) for room in stay.way[1:-1]]
            words = f"{team}: go to {call}" + (f" by {', '.join(by)}." if by else ".")
            moves.append(IndoorMove(
                team=team, at_s=stay.out_s, until_s=stay.came_s, room=stay.room, action="go", words=words, way=stay.way
            ))  # fmt: skip
        opened.add(stay.room)
        if stay.searched:
            share = sum(case.house.pieces[p].share for p in stay.searched)
            pod = sum(case.house.pieces[p].share * _seen(case, c, p) for p in stay.searched)
            what = call if share > 0.99 else f"{part_of(case.house.pieces, stay.searched)} of {call}"
            moves.append(IndoorMove(
                team=team, at_s=stay.came_s, until_s=stay.until_s, room=stay.room, action="search",
                words=f"{team}: search {what}.", pod=pod,
            ))  # fmt: skip
        if shut:
            moves.append(IndoorMove(
                team=team, at_s=stay.came_s, until_s=stay.until_s, room=stay.room, action="sense",
                words=f"{team}: from {call}, {_sensing(case, shut)}.", of=tuple(sorted(shut)),
            ))  # fmt: skip
    return moves


def part_of(pieces: tuple[Piece, ...], searched: set[int]) -> str:
    """A part of a room as a person walks it: by the side it lies on ("the east part"), and about how much it is.

    The side is that of the middle of what is searched from the middle of the room, in the plan's axes (y up: north).
    """
    room = pieces[next(iter(searched))].room
    whole = [piece for piece in pieces if piece.room == room]
    mine = [pieces[p] for p in sorted(searched)]
    share = sum(piece.share for piece in mine)
    (x0, y0), (x1, y1) = _middle(whole), _middle(mine)
    size_m = max(math.dist((p.x_m, p.y_m), (x0, y0)) for p in whole)
    about = "third" if share < _THIRD else "half" if share < _HALF else "most"
    much = f"about {share:.0%}" if share >= _LITTLE else "a corner"
    if size_m <= 0 or math.dist((x0, y0), (x1, y1)) < _ASIDE * size_m:
        return f"the middle part ({much})"
    side = _SIDES[round(math.atan2(y1 - y0, x1 - x0) / (math.pi / 4)) % len(_SIDES)]
    return f"the {side} {'part' if share < _LITTLE or about == 'most' else about} ({much})"


def _middle(pieces: list[Piece]) -> tuple[float, float]:
    total = sum(p.share for p in pieces)
    return sum(p.x_m * p.share for p in pieces) / total, sum(p.y_m * p.share for p in pieces) / total


def _again(case: Case, team: str, stay: Stay) -> IndoorMove:
    """The end of a crew's plan, where nothing is left that it has not been to."""
    rooms = list(dict.fromkeys(_named(case, room) for room in stay.way if room != OUTSIDE))
    if len(rooms) > 1:
        words = f"{team}: first search done. Go through your rooms once more: {', '.join(rooms)}."
    else:
        words = f"{team}: done. Wait in {_named(case, stay.room)}."
    return IndoorMove(
        team=team, at_s=stay.out_s, until_s=stay.until_s, room=stay.room, action="go" if len(rooms) > 1 else "wait",
        words=words, way=stay.way if len(rooms) > 1 else (),
    )  # fmt: skip


def _sensing(case: Case, shut: dict[str, set[IndoorSense]]) -> str:
    by: defaultdict[tuple[IndoorSense, ...], list[str]] = defaultdict(list)
    for room, senses in sorted(shut.items()):
        by[tuple(sorted(senses))].append(_named(case, room))
    return "; ".join(f"{' and '.join(_WITH[s] for s in senses)}: {', '.join(rooms)}" for senses, rooms in by.items())


def _seen(case: Case, c: int, piece: int) -> float:
    to, p = case.sees[c].row(piece)
    return float(p[to == piece].sum())


def _named(case: Case, room: str) -> str:
    if room == OUTSIDE:
        return "the outside"
    name = case.plan.room(room).name
    return f"{name} ({room})" if name and name != room else room


def _lookout(case: Case, crew: Crew) -> list[IndoorMove]:
    """A crew's way to its lookout, and standing there together."""
    call, way_s = _named(case, crew.lookout), between_s(case.house, crew.start, crew.lookout)
    there_s, moves = crew.ready_s + way_s, []
    if there_s >= case.problem.duration_s:
        return []
    if crew.start != crew.lookout:
        one, two = _nearest(case, crew.start, crew.lookout)
        moves.append(IndoorMove(
            team=crew.name, at_s=crew.ready_s, until_s=there_s, room=crew.lookout, action="go",
            words=f"{crew.name}: go to {call}.", way=case.house.way(one, two),
        ))  # fmt: skip
    return [*moves, IndoorMove(
        team=crew.name, at_s=there_s, until_s=case.problem.duration_s, room=crew.lookout, action="lookout",
        words=f"{crew.name}: keep the lookout at {call}, stay together.",
    )]  # fmt: skip


def _nearest(case: Case, a: str, b: str) -> tuple[int, int]:
    one = [p for p, piece in enumerate(case.house.pieces) if piece.room == a]
    two = [p for p, piece in enumerate(case.house.pieces) if piece.room == b]
    return min(((p, q) for p in one for q in two), key=lambda e: float(case.house.seconds[e]))


def _why(case: Case, left: tuple[LeftClosed, ...], alarms: float) -> list[str]:
    words = []
    rules = case.problem.rules
    shut = [room for room in left if room.why.startswith("sensed")]
    if shut:
        stay = "1 room stays" if len(shut) == 1 else f"{len(shut)} rooms stay"
        words.append(
            f"{stay} shut: sensed from outside with a POD of {rules.closed_pod:.0%} or more. "
            f"In all {sum(room.remaining for room in shut):.1%} remains there."
        )
    if alarms >= 0.05:
        words.append(
            f"Expect about {alarms:.1f} false alarms of dog, device or radar: each needs a look into the room, then "
            "plan again."
        )
    late = [crew.name for crew in case.posted if not _lookout(case, crew)]
    words += [f"{name} cannot be at the lookout in this time." for name in late]
    occupied = {reading.room for reading in case.problem.readings if reading.positive}
    for room in sorted((r for r in left if r.room in occupied), key=lambda r: r.room):
        why = (
            room.why if room.shut or "way there" in room.why or "lift" in room.why else "nobody gets there in this time"
        )
        words.append(f"{_named(case, room.room)} was sensed occupied, but {why}.")
    return words
