"""How long by road: the shortest time over the mapped roads, and a guess from the straight line beyond them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from homeward.geo import Floats
from homeward.rescue.carry import Spread
from homeward.rescue.numbers import number, table
from homeward.terrain.ground import Cover, LineKind, Terrain

_STEEP = 0.12
_EDGE_CELLS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadTime:
    """Driving time to a place, `length_m` along the roads; `guessed` (and `why`) where they aren't all on the map."""

    time: Spread
    length_m: float
    guessed: bool
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RoadNet:
    """The roads of a map as a graph: `xy_m` (n, 2) of its nodes, `seconds` and `metres` sparse (n, n), both ways;
    `edge` (n,) whether it lies at the map's edge, `tree` finds the node nearest to a place.
    """

    xy_m: Floats
    seconds: csr_array
    metres: csr_array
    edge: NDArray[np.bool_]
    tree: cKDTree


@lru_cache(maxsize=4)
def road_net(terrain: Terrain) -> RoadNet | None:
    """The map's roads as a graph; None where it has none. Lines meet where they share a point, to half a metre."""
    lines = [line.xy_m for line in terrain.lines if line.kind is LineKind.ROAD and not line.derived]
    if not lines:
        return None
    xy = np.concatenate(lines)
    sizes = np.array([len(line) for line in lines])
    _, first, node = np.unique(np.round(xy * 2).astype(np.int64), axis=0, return_index=True, return_inverse=True)
    node = node.ravel()
    a = np.delete(np.arange(len(xy)), np.cumsum(sizes) - 1)
    run = np.hypot(*(xy[a + 1] - xy[a]).T)
    keep = node[a] != node[a + 1]
    a, run = a[keep], run[keep]
    seconds = run / _speeds(terrain, xy[a], xy[a + 1], run)
    n, ends = len(first), (node[a], node[a + 1])
    graph, metres = _least(n, ends, seconds), _least(n, ends, run)
    spots = xy[first]
    return RoadNet(
        xy_m=spots,
        seconds=graph,
        metres=metres,
        edge=_at_edge(terrain, spots),
        tree=cKDTree(spots),
    )


def _least(n: int, ends: tuple[NDArray[np.int64], NDArray[np.int64]], value: Floats) -> csr_array:
    """Sparse (n, n), both ways; the least of several edges between the same nodes."""
    a, b = np.concatenate([ends[0], ends[1]]), np.concatenate([ends[1], ends[0]])
    worth = np.concatenate([value, value])
    order = np.lexsort((worth, b, a))
    a, b, worth = a[order], b[order], worth[order]
    new = np.concatenate([[True], (np.diff(a) != 0) | (np.diff(b) != 0)])
    return csr_array((np.maximum(worth[new], 1e-6), (a[new], b[new])), shape=(n, n))


def _speeds(terrain: Terrain, a: Floats, b: Floats, run: Floats) -> Floats:
    """Metres per second of each piece: among houses, on steep ground, or elsewhere (`roads.csv`)."""
    speed = {row["what"]: float(row["speed_mps"]) for row in table("roads")}
    middle = (a + b) / 2
    row, col = _cells(terrain, middle)
    built = terrain.cover[row, col] == Cover.BUILT
    # Across a cell or more the ground's own slope along the piece; on shorter ones the raster says nothing.
    rise = np.abs(_height(terrain, b) - _height(terrain, a))
    steep = rise > _STEEP * np.maximum(run, terrain.grid.cell_m)
    return np.where(built, speed["built"], np.where(steep, speed["steep"], speed["open"]))


def _cells(terrain: Terrain, xy: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    grid = terrain.grid
    row = np.clip(((grid.north_m - xy[:, 1]) / grid.cell_m).astype(np.int64), 0, grid.n_rows - 1)
    return row, np.clip(((xy[:, 0] - grid.west_m) / grid.cell_m).astype(np.int64), 0, grid.n_cols - 1)


def _height(terrain: Terrain, xy: Floats) -> Floats:
    row, col = _cells(terrain, xy)
    return np.asarray(terrain.elevation_m[row, col], dtype=np.float64)


def _at_edge(terrain: Terrain, xy: Floats) -> NDArray[np.bool_]:
    grid, near = terrain.grid, _EDGE_CELLS * terrain.grid.cell_m
    west_east = (xy[:, 0] < grid.west_m + near) | (xy[:, 0] > grid.east_m - near)
    return np.asarray(west_east | (xy[:, 1] < grid.south_m + near) | (xy[:, 1] > grid.north_m - near))


def road_times(terrain: Terrain, from_m: ArrayLike, to_m: ArrayLike) -> tuple[RoadTime, ...]:
    """Driving times from `from_m` (2,) to each of `to_m` (n, 2), metres of the map's CRS, on the map or beyond it.

    Over the roads by SciPy's Dijkstra, both ways along every road. What lies beyond the map is reached from where roads
    leave it, over the straight line times the detour factor; so is what no mapped road leads to. Speeds: `roads.csv`.
    """
    start = np.asarray(from_m, dtype=np.float64).reshape(2)
    goals = np.asarray(to_m, dtype=np.float64).reshape(-1, 2)
    net = road_net(terrain)
    if net is None:
        return tuple(_guess(start, goal, "no road is on the map") for goal in goals)
    gap, node = net.tree.query(start)
    if gap > 5 * number("snap_road_m"):
        return tuple(_guess(start, goal, "the exit is on no mapped road") for goal in goals)
    found = dijkstra(net.seconds, directed=True, indices=np.array([int(node)]), return_predecessors=True)
    seconds, came = found[0][0], found[1][0].astype(np.int64)
    return tuple(_time_to(terrain, net, (seconds, came), start, goal) for goal in goals)


def _time_to(
    terrain: Terrain, net: RoadNet, tree: tuple[Floats, NDArray[np.int64]], start: Floats, goal: Floats
) -> RoadTime:
    seconds, came = tree
    if terrain.grid.contains(goal[0], goal[1]):
        gap, node = net.tree.query(goal)
        if gap <= 5 * number("snap_road_m") and np.isfinite(seconds[node]):
            length = _length(net, came, int(node))
            return RoadTime(
                time=Spread(median=float(seconds[node]), sd_log=number("road_sd_log")), length_m=length, guessed=False
            )
        return _guess(start, goal, "no mapped road leads there")
    leaves = np.flatnonzero(net.edge & np.isfinite(seconds))
    if len(leaves) == 0:
        return _guess(start, goal, "it lies beyond the map")
    straight = np.hypot(*(net.xy_m[leaves] - goal).T)
    beyond = straight * number("detour_factor")
    whole = seconds[leaves] + beyond / number("off_map_mps")
    best = int(np.argmin(whole))
    return RoadTime(
        time=Spread(median=float(whole[best]), sd_log=number("detour_sd_log")),
        length_m=_length(net, came, int(leaves[best])) + float(beyond[best]),
        guessed=True,
        why="it lies beyond the map",
    )


def _guess(start: Floats, goal: Floats, why: str) -> RoadTime:
    length = float(np.hypot(*(goal - start))) * number("detour_factor")
    return RoadTime(
        time=Spread(median=length / number("off_map_mps"), sd_log=number("detour_sd_log")),
        length_m=length,
        guessed=True,
        why=why,
    )


def _length(net: RoadNet, came: NDArray[np.int64], node: int) -> float:
    path = [node]
    while came[path[-1]] >= 0:
        path.append(int(came[path[-1]]))
    return float(sum(net.metres[b, a] for a, b in pairwise(path)))
