"""How long teams take from place to place over the real ground: on foot, or by road with the rest on foot.

By road: on foot to the road that is soonest reached, over the mapped roads, and on foot from where that is soonest.
Vehicles are taken to stand where teams reach the road, which is ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra

from homeward.errors import BadInput
from homeward.geo import Floats, Place
from homeward.rescue.roads import RoadNet, road_net
from homeward.search.records import XY
from homeward.terrain import LineKind, Terrain, route_m, travel_time_s

WALK_IN_S: Final = 2 * 3600.0
"""The longest walk to or from a road that is looked at, beside the whole way on foot: ours."""
EVERY_M: Final = 100.0
"""Between two points where one can leave a road: ours."""
Pairs = Mapping[tuple[str, str], float]


def key_of(place: Place) -> str:
    """The name of a place in the table of times: its degrees to a metre."""
    return f"{place.lat_deg:.5f},{place.lon_deg:.5f}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Spot:
    """A place with the time on foot from it to every cell and, near roads, from every cell to it; None: no way."""

    xy_m: XY
    out_s: Floats | None
    back_s: Floats | None


class Travels:
    """Times and ways between places of one ground.

    `known` are those worked out before, by `key_of` of both ends; `asked` those that somebody wanted to know.
    """

    def __init__(self, terrain: Terrain, *, on_foot: bool = False, known: Pairs | None = None) -> None:
        self.terrain, self.grid = terrain, terrain.grid
        self.net: RoadNet | None = None if on_foot else road_net(_denser(terrain))
        self.known: dict[tuple[str, str], float] = dict(known or {})
        self.asked: set[tuple[str, str]] = set()
        self._spots: dict[str, _Spot] = {}
        self._drives: dict[str, tuple[Floats, NDArray[np.int64]]] = {}

    def times_s(self, starts: Sequence[Place], ends: Sequence[Place]) -> Floats:
        """(starts, ends) seconds; inf where there is no way."""
        return np.array([[self.time_s(a, b) for b in ends] for a in starts], dtype=np.float64).reshape(
            len(starts), len(ends)
        )

    def time_s(self, start: Place, end: Place) -> float:
        """Seconds from one place to another; inf where there is no way."""
        pair = (key_of(start), key_of(end))
        self.asked.add(pair)
        if pair not in self.known:
            self.known[pair] = 0.0 if pair[0] == pair[1] else round(self._least(start, end)[0], 1)
        return self.known[pair]

    def from_place_s(self, place: Place) -> Floats | None:
        """(rows, cols) seconds on foot from a place to every cell; None off the map or in the water."""
        return self._spot(place).out_s

    def way(self, start: Place, end: Place) -> Floats:
        """The way as (n, 2) metres of the grid; empty where there is none, or the places are the same."""
        if key_of(start) == key_of(end) or not np.isfinite(self.time_s(start, end)):
            return np.empty((0, 2))
        _, off = self._least(start, end)
        a, b = self.grid.to_m(start), self.grid.to_m(end)
        if off is None or self.net is None:
            return route_m(self.terrain, a, b)
        came = self._drive(start)[1]
        nodes = [off]
        while came[nodes[-1]] >= 0:
            nodes.append(int(came[nodes[-1]]))
        road = self.net.xy_m[nodes[::-1]]
        return np.vstack([self._walk(a, road[0]), road, self._walk(road[-1], b)])

    def _walk(self, a: XY | Floats, b: XY | Floats) -> Floats:
        if float(np.hypot(a[0] - b[0], a[1] - b[1])) < 2 * self.grid.cell_m:
            return np.array([a, b], dtype=np.float64)
        return route_m(self.terrain, a, b)

    def _least(self, start: Place, end: Place) -> tuple[float, int | None]:
        """(seconds, the node where one leaves the road; None: on foot all the way)."""
        here, there = self._spot(start), self._spot(end)
        if here.out_s is None or there.out_s is None:
            return float("inf"), None
        foot = float(here.out_s[self._cell(there.xy_m)])
        if self.net is None or there.back_s is None:
            return foot, None
        whole = self._drive(start)[0] + self._at_nodes(there.back_s)
        best = int(np.argmin(whole))
        return (float(whole[best]), best) if whole[best] < foot else (foot, None)

    def _spot(self, place: Place) -> _Spot:
        name = key_of(place)
        if name not in self._spots:
            x, y = self.grid.onto(*self.grid.to_m(place))
            out: Floats | None = None
            back: Floats | None = None
            try:
                out = travel_time_s(self.terrain, [(x, y)])
                if self.net is not None:
                    back = travel_time_s(self.terrain, [(x, y)], towards=True, max_s=WALK_IN_S)
            except BadInput:  # off the map, or in the water
                pass
            self._spots[name] = _Spot(xy_m=(x, y), out_s=out, back_s=back)
        return self._spots[name]

    def _drive(self, start: Place) -> tuple[Floats, NDArray[np.int64]]:
        """Seconds from a place to every node of the roads, and the node before each."""
        name = key_of(start)
        if name not in self._drives:
            assert self.net is not None
            out = self._spot(start).out_s
            assert out is not None
            walk = self._at_nodes(out)
            first = int(np.argmin(walk))
            if not walk[first] <= WALK_IN_S:
                nowhere = np.full(len(walk), np.inf)
                self._drives[name] = (nowhere, np.full(len(walk), -1, dtype=np.int64))
            else:
                found = dijkstra(self.net.seconds, directed=True, indices=np.array([first]), return_predecessors=True)
                self._drives[name] = (walk[first] + found[0][0], found[1][0].astype(np.int64))
        return self._drives[name]

    def _at_nodes(self, field_s: Floats) -> Floats:
        assert self.net is not None
        grid, xy = self.grid, self.net.xy_m
        row = np.floor((grid.north_m - xy[:, 1]) / grid.cell_m).astype(np.int64)
        col = np.floor((xy[:, 0] - grid.west_m) / grid.cell_m).astype(np.int64)
        inside = (row >= 0) & (row < grid.n_rows) & (col >= 0) & (col < grid.n_cols)
        found = np.full(len(xy), np.inf)
        found[inside] = field_s[row[inside], col[inside]]
        return found

    def _cell(self, xy_m: XY) -> tuple[int, int]:
        """The cell of a place, or the nearest that can be walked near it, as ways start and end there."""
        return _walkable(self.terrain, xy_m)


@lru_cache(maxsize=4)
def _denser(terrain: Terrain) -> Terrain:
    """The ground with points all along its roads, so that one can leave a straight one anywhere."""
    lines = tuple(
        replace(line, xy_m=shapely.get_coordinates(shapely.segmentize(shapely.LineString(line.xy_m), EVERY_M)))
        if line.kind is LineKind.ROAD and not line.derived and len(line.xy_m) > 1
        else line
        for line in terrain.lines
    )
    return replace(terrain, lines=lines)


def _walkable(terrain: Terrain, xy_m: XY) -> tuple[int, int]:
    from homeward.terrain.speed import going
    from homeward.terrain.travel import SNAP_CELLS

    factor, _ = going(terrain)
    row, col = terrain.grid.cell_of(*xy_m)
    if factor[row, col] > 0:
        return row, col
    top, left = max(row - SNAP_CELLS, 0), max(col - SNAP_CELLS, 0)
    rr, cc = np.nonzero(factor[top : row + SNAP_CELLS + 1, left : col + SNAP_CELLS + 1] > 0)
    best = int(np.argmin((rr + top - row) ** 2 + (cc + left - col) ** 2))
    return int(rr[best] + top), int(cc[best] + left)
