"""What a crew notices from each piece of a building: there, in the rest of the room, and through doors and walls."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator

from homeward.detect.walls import Barrier, Barriers, Rates, Where, indoor_rates
from homeward.mission.indoor import IndoorSense
from homeward.search.indoors.graph import WALK_SHARE, House
from homeward.search.indoors.tables import setting
from homeward.search.rooms.problem import Links
from homeward.terrain.building import OUTSIDE

Look = tuple[IndoorSense, int, int, Rates]
_LEAST = 0.005  # what is noticed with less is left out: ours


def looks(house: House, between: Barriers, senses: tuple[IndoorSense, ...]) -> Iterator[Look]:
    """Every (sense, from piece, to piece, rates) that reaches: there, over the same room, through what is between.

    Of several openings and walls between two rooms a sense takes the best. Range is along the way through the opening
    where the plan knows its place, else straight.
    """
    of: defaultdict[str, list[int]] = defaultdict(list)
    for p, piece in enumerate(house.pieces):
        of[piece.room].append(p)
    beside: defaultdict[str, list[str]] = defaultdict(list)
    for a, b in between:
        beside[a].append(b)
    for v, piece in enumerate(house.pieces):
        for sense in senses:
            if piece.room != OUTSIDE:
                yield sense, v, v, indoor_rates(sense, Where.IN)
                here = indoor_rates(sense, Where.SAME)
                around = (w for w in of[piece.room] if w != v)
                yield from ((sense, v, w, here) for w in around if _apart_m(house, v, w, None) <= here.range_m)
            for room in beside[piece.room]:
                for w in of[room] if room != OUTSIDE else ():
                    rates = _best(house, sense, (v, w), between[piece.room, room])
                    if rates is not None:
                        yield sense, v, w, rates


def _best(house: House, sense: IndoorSense, ends: tuple[int, int], across: tuple[Barrier, ...]) -> Rates | None:
    rates = [(indoor_rates(sense, b.where, b.material), _apart_m(house, *ends, b.at_m)) for b in across]
    near = [r for r, length_m in rates if length_m <= r.range_m and r.notice > 0]
    return max(near, key=lambda r: r.notice, default=None)


def sees(house: House, found: list[Look], *, responsive: float, crews: int) -> Links:
    """The chance at each step, from each vertex, to notice a subject in each piece: all senses of a crew together.

    A piece that takes longer to search than a step leaves is searched in part. Listening hears those who answer, and
    less of them while other crews walk about.
    """
    miss: defaultdict[tuple[int, int], float] = defaultdict(lambda: 1.0)
    time_s = (1 - WALK_SHARE) * house.step_s
    heard = responsive * (setting("noise") if crews > 1 else 1.0)
    for sense, v, w, rates in found:
        notice = rates.notice * (heard if sense is IndoorSense.LISTENING else 1.0)
        if v == w:
            notice *= min(1.0, time_s / max(house.pieces[v].search_s, 1e-9))
        miss[v, w] *= 1.0 - notice
    return Links.of(len(house.place), ((v, w, 1 - q) for (v, w), q in miss.items() if 1 - q >= _LEAST))


def _apart_m(house: House, v: int, w: int, through: tuple[float, float] | None) -> float:
    a, b = house.pieces[v], house.pieces[w]
    one, two = (a.x_m, a.y_m), (b.x_m, b.y_m)
    flat_m = math.dist(one, two) if through is None else math.dist(one, through) + math.dist(through, two)
    return math.hypot(flat_m, a.z_m - b.z_m)
