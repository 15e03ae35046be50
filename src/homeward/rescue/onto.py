"""A problem's graph or ground as `front` searches it, and its ways back in the problem's own terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import pairwise

import numpy as np

from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.rescue.front import Routes, ends_of, net_of
from homeward.rescue.records import EvacuateProblem, ExitAt, Ints, Way, WayGraph


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Laid:
    """A problem laid out: `routes` to search, its exits by vertex, what the vertices are called or where they lie
    (vertices, 2), metres, and `notes` on what was done to the ground."""

    routes: Routes
    exits: Mapping[int, tuple[ExitAt, ...]]
    names: tuple[str, ...] = ()
    xy_m: Floats = field(default_factory=lambda: np.empty((0, 2)))
    notes: tuple[str, ...] = ()


def way_along(problem: EvacuateProblem, ground: Laid, edges: Ints, least_s: float = 0.0) -> Way:
    """The way along edges of `routes.net`, one after another from the start, and a lower bound on such ways' time."""
    net = ground.routes.net
    path = np.append(ground.routes.start, net.head[edges])
    xy = ground.xy_m[path] if len(ground.xy_m) else np.empty((0, 2))
    profile, effort = along(net.cost[:, edges].T, xy)
    leave, wait = first_out(ground.exits[int(path[-1])], problem.starts_s + float(profile[-1, 0]))
    names = tuple(ground.names[v] for v in path.tolist()) if ground.names else ()
    return way_of((leave, wait), profile, effort, names=names, xy=xy, least_s=least_s)


def way_of(
    leave: tuple[ExitAt, float],
    profile: Floats,
    effort: float,
    *,
    names: tuple[str, ...] = (),
    xy: Floats,
    least_s: float = 0.0,
) -> Way:
    """A way from what is known along it, its exit, and the wait there."""
    carry = float(profile[-1, 0])
    time_s = carry + leave[1] + leave[0].then_s
    return Way(
        exit=leave[0].id,
        time_s=time_s,
        hits=float(profile[-1, 2]),
        carry_s=carry,
        wait_s=leave[1],
        then_s=leave[0].then_s,
        profile=profile,
        effort=effort,
        vertices=names,
        xy_m=xy,
        least_s=min(least_s, time_s),
    )


def along(each: Floats, xy_m: Floats) -> tuple[Floats, float]:
    """((n + 1, 4) seconds, metres, hits, hits per hour on the stretch before; effort) of stretches (n, 3)."""
    far = np.hypot(*np.diff(xy_m, axis=0).T) if len(xy_m) else np.zeros(len(each))
    per_h = np.divide(each[:, 1] * 3600, each[:, 0], out=np.zeros(len(each)), where=each[:, 0] > 0)
    rows = np.column_stack([np.cumsum(each[:, 0]), np.cumsum(far), np.cumsum(each[:, 1]), per_h])
    return np.vstack([np.zeros(4), rows]), float(each[:, 2].sum())


def first_out(exits: Sequence[ExitAt], at_s: float) -> tuple[ExitAt, float]:
    """The exit from which care is reached first when the litter is there at `at_s`, and the wait."""
    best = min(exits, key=lambda e: max(at_s, e.ready_s) + e.then_s)
    return best, max(best.ready_s - at_s, 0.0)


def laid_out(problem: EvacuateProblem, edges: tuple[Ints, Ints, Floats], at: Sequence[int], start: int) -> Laid:
    """(tail, head, cost (3, edges)) with the problem's exits at vertices `at`."""
    tail, head, cost = edges
    n = int(max(start, *at, tail.max(initial=0), head.max(initial=0))) + 1
    exits: dict[int, tuple[ExitAt, ...]] = {}
    for v, e in zip(at, problem.exits, strict=True):
        exits[v] = (*exits.get(v, ()), e)
    routes = Routes(
        net=net_of(n, tail, head, cost),
        back=net_of(n, head, tail, cost),
        ends=ends_of(n, at, [e.ready_s for e in problem.exits], [e.then_s for e in problem.exits]),
        start=start,
        starts_s=problem.starts_s,
    )
    return Laid(routes=routes, exits=exits)


def on_graph(problem: EvacuateProblem, graph: WayGraph) -> Laid:
    """The graph laid out. Raises `BadInput` for a start or an exit that there is not."""
    index = {name: i for i, name in enumerate(graph.vertices)}
    at = [_vertex(index, e.at, f"exit {e.id}") for e in problem.exits]
    if problem.effort and graph.effort is None:
        raise BadInput("The third criterion is asked for and the edges have no effort. Give it, or leave it out.")
    effort = graph.effort if problem.effort and graph.effort is not None else np.zeros(len(graph.tail))
    cost = np.array([graph.time_s, graph.hits, effort], dtype=np.float64)
    ground = laid_out(problem, (graph.tail, graph.head, cost), at, _vertex(index, problem.start, "the find"))
    return Laid(routes=ground.routes, exits=ground.exits, names=graph.vertices)


def known_on_graph(problem: EvacuateProblem, ground: Laid) -> Way:
    """The known way, from the find whichever end is given first. Raises `BadInput` where it leads to no exit."""
    index = {name: i for i, name in enumerate(ground.names)}
    path = np.array([_vertex(index, v, "the known way") for v in problem.known], dtype=np.int64)
    start = ground.routes.start
    if path[0] != start and path[-1] == start:
        path = path[::-1]
    if path[0] != start or int(path[-1]) not in ground.exits:
        raise BadInput("The known way does not lead from the find to an exit, or back. Give the vertices between.")
    edges = [_edge(ground, int(a), int(b)) for a, b in pairwise(path)]
    return way_along(problem, ground, np.array(edges, dtype=np.int64))


def _edge(ground: Laid, a: int, b: int) -> int:
    """The quickest edge from `a` to `b`."""
    net = ground.routes.net
    edges = np.arange(net.first[a], net.first[a + 1])
    edges = edges[net.head[edges] == b]
    if edges.size == 0:
        raise BadInput(f"No edge leads from {ground.names[a]} to {ground.names[b]}. Correct the known way.")
    return int(edges[np.lexsort(net.cost[::-1, edges])[0]])


def _vertex(index: Mapping[str, int], name: object, what: str) -> int:
    if not isinstance(name, str):
        raise BadInput(f"On a graph {what} is a vertex's name, not {name!r}. Give one of its vertices.")
    if name not in index:
        near = get_close_matches(name, index, n=1)
        hint = f"Did you mean {near[0]!r}?" if near else "Give one that stands in an edge."
        raise BadInput(f"There is no vertex {name!r} for {what}. {hint}")
    return index[name]
