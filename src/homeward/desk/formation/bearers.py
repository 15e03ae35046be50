"""How many carry a litter: at it at once, and for the whole way with those who relieve them. One answer for the find,
the formation and the carry-out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from homeward.desk.book import Book
from homeward.errors import HomewardError
from homeward.geo import Floats, Place
from homeward.rescue.carry import profile_along
from homeward.rescue.numbers import number
from homeward.rescue.relay import relay_along
from homeward.terrain import Terrain, route_m, travel_time_s

SOURCE: Final = "wilderness rescue manuals: 6 at a litter, 8 on long rough or uphill ground, two relief crews"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearers:
    """Bearers of one litter: `at_once` at it before it can move, `in_all` for the whole way in turns."""

    at_once: int
    in_all: int

    @property
    def words(self) -> str:
        """Both numbers with their source."""
        if self.in_all == self.at_once:
            return f"Bearers: {self.at_once} at the litter, who carry all the way ({SOURCE})."
        return (
            f"Bearers: {self.at_once} at the litter at once, {self.in_all} for the whole way with those who relieve"
            f" them ({SOURCE})."
        )


def bearers_for(book: Book, place: Place, terrain: Terrain | None) -> Bearers:
    """For the way from a find to the nearest exit, or to the base; one crew where no way is known."""
    exits = [e.place for e in book.mission.rescue.exits.values()]
    ends = exits or ([book.mission.base] if book.mission.base else [])
    least = int(number("bearers"))
    if terrain is None or not ends:
        return Bearers(at_once=least, in_all=least)
    start = terrain.grid.to_m(place)
    try:
        field = travel_time_s(terrain, [start])
        near = min(ends, key=lambda p: _at(field, terrain, p))
        relay = relay_along(profile_along(terrain, route_m(terrain, start, terrain.grid.to_m(near))))
    except HomewardError:
        return Bearers(at_once=least, in_all=least)
    return Bearers(at_once=relay.bearers, in_all=relay.carriers)


def _at(field: Floats, terrain: Terrain, place: Place) -> float:
    at_m = terrain.grid.to_m(place)
    return float(field[terrain.grid.cell_of(*at_m)]) if bool(terrain.grid.contains(*at_m)) else np.inf
