"""Routes along what lost people follow: trails, roads, streams, ridges, cut to the length of a hasty task."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from homeward.geo import Floats
from homeward.terrain.ground import Line, LineKind, Terrain

FOLLOWED = (LineKind.TRAIL, LineKind.ROAD, LineKind.RIDGE, LineKind.STREAM, LineKind.RAIL, LineKind.POWER_LINE)
LONGEST_M = 2500.0  # of one task (our own choice: about an hour's walk with eyes open)
SHORTEST_M = 300.0
_SAME_STRIP = 0.8  # overlap (intersection over union) above which two strips are the same (our own choice)
_BEND = np.radians(60.0)  # a route goes straight on at a junction unless it bends more


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LinearRoute:
    """A line to search along: `xy_m` (n, 2), what it is, and its name where the map has one."""

    kind: LineKind
    xy_m: Floats
    name: str | None


def linear_routes(terrain: Terrain) -> list[LinearRoute]:
    """Every line people follow, as routes of at most `LONGEST_M`, each kind by itself.

    Lines are joined end to end, straight on at junctions (the strokes of Thomson & Richardson 1999, Proc. 19th
    International Cartographic Conference), and long ones cut in equal parts. Depends on the ground alone, so that
    the same routes come back in every plan.
    """
    routes = []
    for kind in FOLLOWED:
        lines = [line for line in terrain.lines if line.kind is kind]
        for xy in _strokes([line.xy_m for line in lines]):
            if _length(xy) >= SHORTEST_M:
                routes += [LinearRoute(kind=kind, xy_m=part, name=None) for part in _parts(xy)]
    return _named(routes, terrain.lines)


def strip_of(xy_m: Floats, half_width_m: float) -> shapely.Polygon:
    """The ground along a line, 30 m to either side at least."""
    return shapely.Polygon(shapely.LineString(xy_m).simplify(5.0).buffer(max(half_width_m, 30.0)).exterior)


def same_strip(xy_m: Floats, strip: BaseGeometry, half_width_m: float) -> bool:
    """Whether a strip, of an earlier plan perhaps, is the ground along a line."""
    if not shapely.LineString(xy_m).intersects(strip):
        return False
    own = strip_of(xy_m, half_width_m)
    return bool(own.intersection(strip).area > _SAME_STRIP * own.union(strip).area)


def route_in(strip: BaseGeometry, routes: Sequence[LinearRoute], half_width_m: float) -> int:
    """The route whose ground a strip is, by its index, -1 for none."""
    return next((i for i, r in enumerate(routes) if same_strip(r.xy_m, strip, half_width_m)), -1)


def _length(xy: Floats) -> float:
    return float(np.hypot(*np.diff(xy, axis=0).T).sum())


def _parts(xy: Floats) -> list[Floats]:
    """A line in equal parts of at most `LONGEST_M`."""
    total = _length(xy)
    n = int(np.ceil(total / LONGEST_M))
    if n <= 1:
        return [xy]
    line = shapely.LineString(xy)
    marks = np.linspace(0.0, total, n + 1)
    pieces = [substring(line, a, b) for a, b in pairwise(marks)]
    return [np.asarray(p.coords) for p in pieces]


def _strokes(lines: list[Floats]) -> list[Floats]:
    """Lines noded, then chained through junctions where they go straightest on."""
    if not lines:
        return []
    noded = shapely.line_merge(shapely.node(shapely.MultiLineString([np.round(xy, 1) for xy in lines])))
    edges = [np.asarray(p.coords) for p in shapely.get_parts(noded)]
    follow = _continuations(edges)
    strokes: list[list[Floats]] = []
    used: set[int] = set()
    for first in range(len(edges)):
        if first not in used:
            back = _chain((first, 0), edges, follow, used)
            ahead = _chain((first, 1), edges, follow, used)
            used.add(first)
            strokes.append([*[b[::-1] for b in reversed(back)], edges[first], *ahead])
    return [_without_repeats(np.concatenate(s)) for s in strokes]


def _continuations(edges: list[Floats]) -> dict[tuple[int, int], tuple[int, int]]:
    """For an edge's end (0 = start, 1 = end), the end of the edge that goes straightest on from there."""
    meet: dict[tuple[float, float], list[tuple[int, int, float]]] = {}
    for i, xy in enumerate(edges):
        for end, (a, b) in enumerate(((xy[0], xy[1]), (xy[-1], xy[-2]))):
            out = float(np.arctan2(b[1] - a[1], b[0] - a[0]))
            meet.setdefault((float(a[0]), float(a[1])), []).append((i, end, out))
    follow: dict[tuple[int, int], tuple[int, int]] = {}
    for ends in meet.values():
        pairs = sorted(
            (abs(abs((a[2] - b[2] + np.pi) % (2 * np.pi) - np.pi) - np.pi), a[:2], b[:2])
            for n, a in enumerate(ends)
            for b in ends[n + 1 :]
            if a[0] != b[0]
        )
        for bend, a, b in pairs:
            if bend <= _BEND and a not in follow and b not in follow:
                follow[a], follow[b] = b, a
    return follow


def _chain(
    end: tuple[int, int], edges: list[Floats], follow: dict[tuple[int, int], tuple[int, int]], used: set[int]
) -> list[Floats]:
    """The edges that follow on from an end, each turned to lead away from it; marks them used."""
    chain = []
    used.add(end[0])
    while end in follow and follow[end][0] not in used:
        edge, entry = follow[end]
        used.add(edge)
        chain.append(edges[edge] if entry == 0 else edges[edge][::-1])
        end = (edge, 1 - entry)
    return chain


def _without_repeats(xy: Floats) -> Floats:
    moves = np.any(np.diff(xy, axis=0) != 0, axis=1)
    return np.asarray(xy[np.concatenate([[True], moves])])


def _named(routes: list[LinearRoute], lines: tuple[Line, ...]) -> list[LinearRoute]:
    """Each route with the name of the mapped line that it runs along for about half its length or more."""
    bearing = [line for line in lines if line.name]
    if not routes or not bearing:
        return routes
    tree = shapely.STRtree([shapely.LineString(line.xy_m) for line in bearing])
    shares = np.linspace(0.05, 0.95, 9)
    points = [shapely.line_interpolate_point(shapely.LineString(r.xy_m), shares, normalized=True) for r in routes]
    at, near = tree.query_nearest(np.concatenate(points), max_distance=5.0, all_matches=False)
    names: dict[int, Counter[str]] = {}
    for i, j in zip(at, near, strict=True):
        names.setdefault(int(i) // len(shares), Counter())[bearing[int(j)].name or ""] += 1
    often = {i: name for i, found in names.items() for name, n in found.most_common(1) if n >= len(shares) // 2}
    return [LinearRoute(kind=r.kind, xy_m=r.xy_m, name=often.get(i)) for i, r in enumerate(routes)]
