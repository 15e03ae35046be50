"""How long by road: the shortest time over the mapped roads, and a guess from the straight line beyond them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree
from shapely import MultiLineString, Point

from homeward.geo import Floats
from homeward.rescue.carry import Spread
from homeward.rescue.numbers import number, rows
from homeward.terrain.ground import Cover, LineKind, Terrain
from homeward.terrain.raster import line_cells

_STEEP = 0.12
_EDGE_CELLS = 2.0
_FACING = 0.87  # cosine of 30 degrees: dead ends that turn less than that to each other are a tunnel's mouths (ours)
_LONG_WAY = 2.5  # times the straight line and a kilometre: a detour to be looked into (ours)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadTime:
    """Driving time to a place, `length_m` along the roads; `guessed` where they aren't all on the map.

    `why` it is guessed, or is to be checked. `off_road_m` how far the place lies from the roads of a map that it is on.
    """

    time: Spread
    length_m: float
    guessed: bool
    why: str = ""
    off_road_m: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RoadNet:
    """The roads of a map as a graph: `xy_m` (n, 2) of its nodes, `seconds` and `metres` sparse (n, n), both ways.

    `part` (n,): which connected part a node is of; `edge` (n,): whether it lies at the map's edge; `tree` finds the
    node nearest to a place.
    """

    xy_m: Floats
    seconds: csr_array
    metres: csr_array
    part: NDArray[np.int64]
    edge: NDArray[np.bool_]
    tree: cKDTree


@lru_cache(maxsize=4)
def road_net(terrain: Terrain) -> RoadNet | None:
    """The map's roads as a graph; None where it has none. Lines meet where they share a point, to half a metre."""
    lines = _roads(terrain)
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
    n, ends, spots = len(first), np.array([node[a], node[a + 1]]), xy[first]
    ends, seconds, run = _bridged(spots, *_tunnelled(spots, ends, seconds, run))
    graph = _least(n, ends, seconds)
    _, part = connected_components(graph, directed=False)
    return RoadNet(
        xy_m=spots,
        seconds=graph,
        metres=_least(n, ends, run),
        part=part.astype(np.int64),
        edge=_at_edge(terrain, spots),
        tree=cKDTree(spots),
    )


def _tunnelled(
    spots: Floats, ends: NDArray[np.int64], seconds: Floats, run: Floats
) -> tuple[NDArray[np.int64], Floats, Floats]:
    """The edges, and one more between every two dead ends near each other that point at each other: a tunnel's mouths
    (what lies under the ground is not on the map).
    """
    degree = np.bincount(ends.ravel(), minlength=len(spots))
    blind = np.flatnonzero(degree == 1)
    if len(blind) < 2:
        return ends, seconds, run
    before = np.zeros(len(spots), dtype=np.int64)  # of a dead end, the node one comes from
    before[ends[0]], before[ends[1]] = ends[1], ends[0]
    near = cKDTree(spots[blind]).query_pairs(number("road_gap_m"), output_type="ndarray")
    a, b = blind[near[:, 0]], blind[near[:, 1]]
    facing = (_ahead(spots, before[a], a, b) > _FACING) & (_ahead(spots, before[b], b, a) > _FACING)
    a, b = a[facing], b[facing]
    length = np.hypot(*(spots[a] - spots[b]).T)
    keep = length > 0
    added = np.array([a[keep], b[keep]])
    return (
        np.concatenate([ends, added], axis=1),
        np.concatenate([seconds, length[keep] / _speed_of("gap")]),
        np.concatenate([run, length[keep]]),
    )


def _ahead(spots: Floats, came: NDArray[np.int64], at: NDArray[np.int64], to: NDArray[np.int64]) -> Floats:
    """Cosine of the turn that who comes from `came` makes at `at` to go on to `to`."""
    ahead, on = spots[at] - spots[came], spots[to] - spots[at]
    lengths = np.hypot(*ahead.T) * np.hypot(*on.T)
    return np.asarray((ahead * on).sum(axis=1) / np.maximum(lengths, 1e-9), dtype=np.float64)


def _bridged(
    spots: Floats, ends: NDArray[np.int64], seconds: Floats, run: Floats
) -> tuple[NDArray[np.int64], Floats, Floats]:
    """The edges, and one more from each piece of network to the main one where that is near: what was cut by tunnels,
    tracks and slips of the map. Pieces that hang on such pieces follow, five times over.
    """
    gap_m, speed = number("road_gap_m"), _speed_of("gap")
    for _ in range(5):
        _, part = connected_components(_least(len(spots), ends, seconds), directed=False)
        main = part == np.bincount(part).argmax()
        apart = np.flatnonzero(~main)
        if len(apart) == 0:
            break
        asked = cKDTree(spots[main]).query(spots[apart], distance_upper_bound=gap_m)
        far, near = np.asarray(asked[0], dtype=np.float64), np.asarray(asked[1], dtype=np.int64)
        order = np.lexsort((far, part[apart]))
        order = order[np.concatenate([[True], np.diff(part[apart][order]) != 0])]
        order = order[np.isfinite(far[order])]
        if len(order) == 0:
            break
        added = np.array([apart[order], np.flatnonzero(main)[near[order]]])
        length = np.maximum(far[order], 1.0)
        ends, run = np.concatenate([ends, added], axis=1), np.concatenate([run, length])
        seconds = np.concatenate([seconds, length / speed])
    return ends, seconds, run


def leading_roads(terrain: Terrain) -> NDArray[np.bool_]:
    """Cells (rows, cols) with a mapped road that leads somewhere: off the map, or into its greatest network."""
    net = road_net(terrain)
    if net is None:
        return np.zeros(terrain.grid.shape, dtype=np.bool_)
    leads = np.zeros(net.part.max() + 1, dtype=np.bool_)
    leads[net.part[net.edge]] = True
    leads[np.bincount(net.part).argmax()] = True
    lines = _roads(terrain)
    _, node = net.tree.query(np.array([xy[0] for xy in lines]))
    lead_on = [xy for xy, part in zip(lines, net.part[node], strict=True) if leads[part]]
    return np.asarray(line_cells(lead_on, terrain.grid, wide=False), dtype=np.bool_)


def off_road_m(terrain: Terrain, at_m: tuple[float, float]) -> float | None:
    """Metres from a place to the nearest mapped road; None where the map has none, so that nothing is known."""
    lines = [line for line in _roads(terrain) if len(line) > 1]
    return float(Point(at_m).distance(MultiLineString(lines))) if lines else None


def _roads(terrain: Terrain) -> list[Floats]:
    return [line.xy_m for line in terrain.lines if line.kind is LineKind.ROAD and not line.derived]


def _least(n: int, ends: NDArray[np.int64], value: Floats) -> csr_array:
    """Sparse (n, n), both ways; the least of several edges between the same nodes."""
    a, b = np.concatenate([ends[0], ends[1]]), np.concatenate([ends[1], ends[0]])
    worth = np.concatenate([value, value])
    order = np.lexsort((worth, b, a))
    a, b, worth = a[order], b[order], worth[order]
    new = np.concatenate([[True], (np.diff(a) != 0) | (np.diff(b) != 0)])
    return csr_array((np.maximum(worth[new], 1e-6), (a[new], b[new])), shape=(n, n))


def _speeds(terrain: Terrain, a: Floats, b: Floats, run: Floats) -> Floats:
    """Metres per second of each piece: among houses, on steep ground, or elsewhere (`roads.csv`)."""
    middle = (a + b) / 2
    row, col = _cells(terrain, middle)
    built = terrain.cover[row, col] == Cover.BUILT
    # Across a cell or more the ground's own slope along the piece; on shorter ones the raster says nothing.
    rise = np.abs(_height(terrain, b) - _height(terrain, a))
    steep = rise > _STEEP * np.maximum(run, terrain.grid.cell_m)
    return np.where(built, _speed_of("built"), np.where(steep, _speed_of("steep"), _speed_of("open")))


def _speed_of(what: str) -> float:
    return next(float(row["speed_mps"]) for row in rows("roads") if row["what"] == what)


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
        return tuple(_guess(start, goal) for goal in goals)
    _, node = net.tree.query(start)
    found = dijkstra(net.seconds, directed=True, indices=np.array([int(node)]), return_predecessors=True)
    tree = (found[0][0], found[1][0].astype(np.int64))
    return tuple(_time_to(terrain, net, tree, start, goal) for goal in goals)


def _time_to(
    terrain: Terrain, net: RoadNet, tree: tuple[Floats, NDArray[np.int64]], start: Floats, goal: Floats
) -> RoadTime:
    """From the start to the first road it goes at the speed of gaps."""
    seconds, came = tree
    off_m = float(np.hypot(*(net.xy_m[int(np.argmin(seconds))] - start)))
    off_m = off_m * number("detour_factor") if off_m > number("snap_road_m") else 0.0
    inside = bool(terrain.grid.contains(goal[0], goal[1]))
    reached = np.isfinite(seconds) if inside else net.edge & np.isfinite(seconds)
    if not reached.any():
        reached = np.isfinite(seconds)
    nodes = np.flatnonzero(reached)
    straight = np.hypot(*(net.xy_m[nodes] - goal).T)
    speed = _speed_of("gap") if inside else number("off_map_mps")
    best = int(np.argmin(seconds[nodes] + straight * number("detour_factor") / speed))
    if straight.min() <= number("snap_road_m"):
        best = int(np.argmin(straight))
    beyond = 0.0 if straight[best] <= number("snap_road_m") else float(straight[best]) * number("detour_factor")
    why = "" if beyond + off_m == 0 else "no mapped road leads there" if inside else "it lies beyond the map"
    if off_m:
        why = "the exit is on no mapped road"
    length = _length(net, came, int(nodes[best])) + beyond + off_m
    guessed = bool(why)
    if not guessed and length > _LONG_WAY * float(np.hypot(*(goal - start))) + 1000.0:
        why = "the roads on the map go a long way round, and tunnels are not on it"
    return RoadTime(
        time=Spread(
            median=float(seconds[nodes[best]]) + beyond / speed + off_m / _speed_of("gap"),
            sd_log=number("detour_sd_log" if why else "road_sd_log"),
        ),
        length_m=length,
        guessed=guessed,
        off_road_m=float(straight.min()) if inside else 0.0,
        why=why,
    )


def _guess(start: Floats, goal: Floats) -> RoadTime:
    length = float(np.hypot(*(goal - start))) * number("detour_factor")
    return RoadTime(
        time=Spread(median=length / number("off_map_mps"), sd_log=number("detour_sd_log")),
        length_m=length,
        guessed=True,
        why="no road is on the map",
    )


def _length(net: RoadNet, came: NDArray[np.int64], node: int) -> float:
    path = [node]
    while came[path[-1]] >= 0:
        path.append(int(came[path[-1]]))
    return float(sum(net.metres[b, a] for a, b in pairwise(path)))
