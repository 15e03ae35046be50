"""Ground that no path may enter: what is clear of it, and the shortest ways round it.

Polygons are grown by a hair, so that a way along their edge is clear whatever the rounding of numbers. Shortest
ways round polygons bend only at their corners (de Berg et al. 2008, Computational Geometry, ch. 15), so the
distance between two points that do not see each other is the least sum of their distances to one corner.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra
from shapely.geometry.base import BaseGeometry

from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.search.sweep.problem import XY, Searcher, SweepProblem

HAIR_M = 1e-3
TOUCH_M = 1e-6
MOST_CORNERS = 120
TURN_SLACK = 0.01
CHUNK = 4_000_000

Ints = NDArray[np.int64]
Polygons = tuple[tuple[XY, ...], ...]


@lru_cache(maxsize=16)
def inside(no_go: Polygons) -> BaseGeometry:
    """The forbidden ground as one prepared geometry, less a millionth of a metre at its edge: it may be touched."""
    ground = union(no_go).buffer(-TOUCH_M)
    shapely.prepare(ground)
    return ground


@lru_cache(maxsize=16)
def union(no_go: Polygons) -> BaseGeometry:
    """The forbidden ground as one geometry."""
    polygons = [shapely.make_valid(shapely.Polygon(corners)) for corners in no_go]
    return shapely.union_all(polygons) if polygons else shapely.Polygon()


def clear(problem: SweepProblem, path: Floats) -> bool:
    """Whether an (n, 2) path stays out of all forbidden ground."""
    return bool(clear_steps(problem, path).all()) and bool(free(problem, path[:1]).all())


def clear_steps(problem: SweepProblem, path: Floats) -> NDArray[np.bool_]:
    """For each step of an (n, 2) path whether it stays out of forbidden ground."""
    if not problem.no_go or len(path) < 2:
        return np.ones(max(0, len(path) - 1), np.bool_)
    hit = shapely.intersects(inside(problem.no_go), shapely.linestrings(np.stack([path[:-1], path[1:]], axis=1)))
    return ~np.asarray(hit, np.bool_)


def free(problem: SweepProblem, xy_m: Floats) -> NDArray[np.bool_]:
    """For each of (n, 2) points whether one may stand there."""
    if not problem.no_go:
        return np.ones(len(xy_m), np.bool_)
    return ~np.asarray(shapely.intersects(inside(problem.no_go), shapely.points(xy_m)), np.bool_)


def room_m(problem: SweepProblem, xy_m: Floats) -> Floats:
    """How far each of (n, 2) points is from forbidden ground."""
    if not problem.no_go:
        return np.full(len(xy_m), np.inf)
    return np.asarray(shapely.distance(inside(problem.no_go), shapely.points(xy_m)), np.float64)


def allowed(problem: SweepProblem, searcher: Searcher, path: Floats) -> bool:
    """Whether a path keeps all rules: start, end, length, forbidden ground and the radius of turns."""
    ends = (searcher.start_m, path[0]), (searcher.goal_m, path[-1])
    if any(xy is not None and np.hypot(*(at - xy)) > 1e-6 for xy, at in ends):
        return False
    gone = float(np.hypot(*np.diff(path, axis=0).T).sum()) if len(path) > 1 else 0.0
    return gone <= searcher.length_m * (1 + 1e-9) and turns_widely(searcher, path) and clear(problem, path)


def turns_widely(searcher: Searcher, path: Floats) -> bool:
    """Whether no turn is tighter than the searcher's: the circles through each three corners in a row."""
    if searcher.turn_radius_m <= 0 or len(path) < 3:
        return True
    a, b = np.diff(path, axis=0)[:-1], np.diff(path, axis=0)[1:]
    cross, across = np.abs(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]), np.hypot(*(a + b).T)
    back = (a * b).sum(axis=1) < 0
    product = np.hypot(*a.T) * np.hypot(*b.T)
    tight = 2 * cross * searcher.turn_radius_m * (1 - TURN_SLACK) > product * across
    return not bool((tight | (back & (product > 0))).any())


class Ways(NamedTuple):
    """Shortest ways in the plane less the forbidden ground, which is grown by a hair.

    `ground` is what was grown, `walls` (walls, 4) its edges as x, y, x, y; `corners` (corners, 2) those where shortest
    ways may bend, slightly off the walls; `between_m` the lengths of the shortest ways between them, and `via` (row:
    from) the corner before.
    """

    ground: BaseGeometry
    walls: Floats
    corners: Floats
    between_m: Floats
    via: Ints


@lru_cache(maxsize=16)
def ways(no_go: Polygons, grow_m: float = 0.0) -> Ways:
    """Corners of the forbidden ground and shortest ways between them; `grow_m` keeps that far away from it."""
    return ways_round(_coarser(union(no_go).buffer(max(grow_m, HAIR_M), join_style="mitre", mitre_limit=2.0)))


def ways_round(ground: BaseGeometry) -> Ways:
    """Shortest ways round a geometry."""
    corners = _outer_corners(ground.buffer(HAIR_M, join_style="mitre", mitre_limit=2.0))
    way = Ways(ground, _edges(ground), corners, np.zeros((0, 0)), np.zeros((0, 0), np.int64))
    if not len(corners):
        return way
    direct = _first_legs(way, corners)
    between, via = dijkstra(np.where(np.isfinite(direct), direct, 0.0), return_predecessors=True)
    return way._replace(between_m=np.asarray(between, np.float64), via=np.asarray(via, np.int64))


def _coarser(ground: BaseGeometry) -> BaseGeometry:
    """The ground, or where it has very many corners a simpler one that holds it."""
    tolerance = float(np.sqrt(ground.area)) * 1e-3
    simple = ground
    while shapely.get_num_coordinates(simple) > MOST_CORNERS and tolerance < ground.length:
        simple = ground.simplify(tolerance).buffer(tolerance, join_style="mitre", mitre_limit=1.5).simplify(HAIR_M / 10)
        tolerance *= 2
    return simple


def _edges(ground: BaseGeometry) -> Floats:
    rings = shapely.get_rings(shapely.get_parts(ground))
    parts = [np.hstack([xy[:-1], xy[1:]]) for xy in (shapely.get_coordinates(ring) for ring in rings)]
    return np.concatenate(parts) if parts else np.zeros((0, 4))


def _outer_corners(ground: BaseGeometry) -> Floats:
    """Corners at which forbidden ground juts out: the only ones where a shortest way bends."""
    found = []
    for part in shapely.get_parts(ground):
        for ring in shapely.get_rings(shapely.orient_polygons(part)):
            xy = shapely.get_coordinates(ring)[:-1]
            a, b = xy - np.roll(xy, 1, axis=0), np.roll(xy, -1, axis=0) - xy
            found.append(xy[a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0] > 0])
    return np.concatenate(found) if found else np.zeros((0, 2))


def crossed(walls: Floats, here: Floats, there: Floats) -> NDArray[np.bool_]:
    """For each of n straight ways from (n, 2) to (n, 2) points whether it meets a wall."""
    hit = np.zeros(len(here), np.bool_)
    x, y, dx, dy = walls[:, 0], walls[:, 1], walls[:, 2] - walls[:, 0], walls[:, 3] - walls[:, 1]
    rows = max(1, CHUNK // max(1, len(walls)))
    for k in range(0, len(here), rows):
        a, b = here[k : k + rows, :, None], there[k : k + rows, :, None]
        ux, uy = b[:, 0] - a[:, 0], b[:, 1] - a[:, 1]
        side_a, side_b = dx * (a[:, 1] - y) - dy * (a[:, 0] - x), dx * (b[:, 1] - y) - dy * (b[:, 0] - x)
        side_c, side_d = ux * (y - a[:, 1]) - uy * (x - a[:, 0]), ux * (y + dy - a[:, 1]) - uy * (x + dx - a[:, 0])
        hit[k : k + rows] = ((side_a * side_b <= 0) & (side_c * side_d <= 0)).any(axis=1)
    return hit


def _first_legs(way: Ways, xy_m: Floats) -> Floats:
    """(n, corners) straight lengths to each corner in sight, inf for the others."""
    k = len(way.corners)
    seen = ~crossed(way.walls, np.repeat(xy_m, k, axis=0), np.tile(way.corners, (len(xy_m), 1))).reshape(-1, k)
    away: Floats = np.hypot(*(xy_m[:, None] - way.corners).transpose(2, 0, 1))
    return np.where(seen, away, np.inf)


def to_corners_m(way: Ways, xy_m: Floats) -> Floats:
    """(n, corners) lengths of the shortest ways from points to each corner; inf where there is none."""
    out = np.full((len(xy_m), len(way.corners)), np.inf)
    rows = max(1, CHUNK // max(1, len(way.corners) * len(way.walls)))
    for at in range(0, len(xy_m), rows):
        first = _first_legs(way, xy_m[at : at + rows])
        for j in range(len(way.corners)):
            out[at : at + rows, j] = (first + way.between_m[:, j]).min(axis=1)
    return out


def way_m(way: Ways, here: Floats, there: Floats) -> Floats:
    """(n,) lengths of the shortest ways from (n, 2) points to one point; inf where there is none."""
    straight: Floats = np.hypot(*(here - there).T)
    blocked = crossed(way.walls, here, np.broadcast_to(there, here.shape))
    if blocked.any():
        straight[blocked] = np.inf
    if blocked.any() and len(way.corners):
        straight[blocked] = (to_corners_m(way, here[blocked]) + _first_legs(way, there[None])).min(axis=1)
    return straight


def route(way: Ways, here: Floats, there: Floats) -> Floats | None:
    """The corners of the shortest way from point to point, both included; None where there is none."""
    if not crossed(way.walls, here[None], there[None])[0]:
        return np.array([here, there])
    if not len(way.corners):
        return None
    total = _first_legs(way, here[None])[0][:, None] + way.between_m + _first_legs(way, there[None])[0]
    i, j = (int(k) for k in np.unravel_index(int(np.argmin(total)), total.shape))
    if not np.isfinite(total[i, j]):
        return None
    back = [j]
    while back[-1] != i:
        back.append(int(way.via[i, back[-1]]))
    return np.vstack([here, way.corners[back[::-1]], there])


def detour(way: Ways, walk: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """A walk with the corners that it has to go round, up to where it cannot go on; and which points are its own."""
    blocked = np.flatnonzero(crossed(way.walls, walk[:-1], walk[1:])) if len(way.walls) else np.zeros(0, np.int64)
    parts, own, done = [], [], 0
    for k in (int(b) for b in blocked):
        leg = route(way, walk[k], walk[k + 1])
        parts += [walk[done : k + 1], np.zeros((0, 2)) if leg is None else leg[1:-1]]
        own += [np.ones(k + 1 - done, np.bool_), np.zeros(len(parts[-1]), np.bool_)]
        done = k + 1
        if leg is None:
            return np.concatenate(parts), np.concatenate(own)
    return np.concatenate([*parts, walk[done:]]), np.concatenate([*own, np.ones(len(walk) - done, np.bool_)])


def outside(way: Ways, xy: XY) -> Floats:
    """The point itself, or the nearest one off the ways' walls for a point that is closer to forbidden ground."""
    point = np.array(xy, np.float64)
    if way.ground.is_empty or not way.ground.intersects(shapely.Point(point)):
        return point
    edge = way.ground.buffer(HAIR_M, join_style="mitre", mitre_limit=2.0).boundary
    return np.asarray(shapely.get_coordinates(shapely.shortest_line(shapely.Point(point), edge))[1], np.float64)


def joined(way: Ways, xy_m: Floats, start_m: Floats | None) -> NDArray[np.bool_]:
    """Which of (n, 2) points are free, and on the same side of all forbidden ground as a start (None: on any)."""
    everything = shapely.union_all([way.ground, shapely.MultiPoint(xy_m)]).envelope.buffer(1.0 + way.ground.length)
    parts = shapely.get_parts(everything.difference(way.ground))
    if start_m is not None:
        parts = parts[shapely.intersects(parts, shapely.Point(start_m))]
    mine = shapely.union_all(parts)
    shapely.prepare(mine)
    return np.asarray(shapely.intersects_xy(mine, xy_m), np.bool_)


def check_ways(problem: SweepProblem) -> None:
    """Raises `BadInput` where a searcher stands on forbidden ground or cannot reach its end within its length."""
    for s in problem.searchers:
        for what, xy in (("starts", s.start_m), ("is to end", s.end_m)):
            if xy is not None and not free(problem, np.array([xy]))[0]:
                raise BadInput(f"Searcher {s.id!r} {what} at {xy}, inside a no_go polygon. Move it or the polygon.")
        if s.start_m is None or s.goal_m is None or s.start_m == s.goal_m:
            continue
        way = ways(problem.no_go)
        away = float(way_m(way, outside(way, s.start_m)[None], outside(way, s.goal_m))[0])
        if not np.isfinite(away):
            raise BadInput(f"Searcher {s.id!r} cannot get from its start to end_m: no_go lies between. Change either.")
        if away > s.length_m:
            raise BadInput(
                f"Searcher {s.id!r} needs {away:.0f} m to its end_m, and can go {s.length_m:.0f} m. "
                "Give more length_m, or an end within it."
            )
