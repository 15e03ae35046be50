"""Rules that people follow without a solver, from their plain definition: one path per searcher, never too long.

They cover the circle of the search area (without one: the circle within the raster), beginning at each start.
Several searchers share a pattern fairly: arms of one spiral, every n-th circle, a sector or a strip each.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from homeward.geo import Floats
from homeward.search.sweep import SweepProblem

Paths = dict[str, Floats]


def circle(problem: SweepProblem) -> tuple[float, float, float]:
    """Centre and radius of the area."""
    if problem.inside is not None:
        return problem.inside
    rows, cols = problem.poa.shape
    half = problem.cell_m / 2
    return problem.west_m + cols * half, problem.south_m + rows * half, min(rows, cols) * half


def cut(path: Floats, length_m: float) -> Floats:
    """The path's beginning, no longer than that."""
    gone = np.r_[0.0, np.cumsum(np.hypot(*np.diff(path, axis=0).T))]
    if gone[-1] <= length_m:
        return path
    k = int(np.searchsorted(gone, length_m, side="right"))
    share = (length_m - gone[k - 1]) / (gone[k] - gone[k - 1])
    return np.vstack([path[:k], path[k - 1] + share * (path[k] - path[k - 1])])


def _begun(problem: SweepProblem, patterns: list[Floats]) -> Paths:
    """Each from its own start to its pattern and along it, as far as it can go."""
    paths = {}
    for s, pattern in zip(problem.searchers, patterns, strict=True):
        path = pattern if s.start_m is None else np.vstack([np.array([s.start_m]), pattern])
        paths[s.id] = cut(path, s.length_m)
    return paths


def _swath_m(problem: SweepProblem) -> float:
    return 2 * min(s.radius_m for s in problem.searchers)


def _arc(x: float, y: float, radius: float, angles: tuple[float, float]) -> Floats:
    steps = max(2, int(abs(angles[1] - angles[0]) / 0.1) + 1)
    at = np.linspace(*angles, steps)
    return np.column_stack([x + radius * np.cos(at), y + radius * np.sin(at)])


def spiral(problem: SweepProblem) -> Paths:
    """An expanding spiral whose turns lie a swath apart; n searchers fly n arms of one spiral."""
    x, y, radius = circle(problem)
    n, swath = len(problem.searchers), _swath_m(problem)
    pitch = n * swath / (2 * np.pi)
    angle = np.linspace(0.0, radius / pitch, int(radius / pitch / 0.1) + 2)
    arms = []
    for k in range(n):
        turned = angle + 2 * np.pi * k / n
        arms.append(np.column_stack([x + pitch * angle * np.cos(turned), y + pitch * angle * np.sin(turned)]))
    return _begun(problem, arms)


def circles(problem: SweepProblem) -> Paths:
    """Whole circles a swath apart, from the innermost outwards; n searchers take every n-th circle."""
    x, y, radius = circle(problem)
    n, swath = len(problem.searchers), _swath_m(problem)
    rings = np.arange(swath / 2, radius, swath)
    turned = [2 * np.pi * k / n for k in range(n)]
    mine = [[_arc(x, y, r, (a, a + 2 * np.pi)) for r in rings[k::n]] for k, a in enumerate(turned)]
    return _begun(problem, [np.vstack(m) if m else np.array([[x, y]]) for m in mine])


def sectors(problem: SweepProblem) -> Paths:
    """A slice of the circle each, swept in arcs a swath apart, there and back, from the middle outwards."""
    x, y, radius = circle(problem)
    n, swath = len(problem.searchers), _swath_m(problem)
    patterns = []
    for k in range(n):
        low, high, arcs = 2 * np.pi * k / n, 2 * np.pi * (k + 1) / n, []
        for i, r in enumerate(np.arange(swath / 2, radius, swath)):
            inset = min(np.arcsin(min(1.0, swath / 2 / r)), (high - low) / 2)
            ends = (low + inset, high - inset) if i % 2 == 0 else (high - inset, low + inset)
            arcs.append(_arc(x, y, r, ends))
        patterns.append(np.vstack(arcs))
    return _begun(problem, patterns)


def lanes(problem: SweepProblem) -> Paths:
    """Parallel lanes a swath apart in the largest centred square that can be done, an equal run of them each."""
    radius = circle(problem)[2]
    for side in np.linspace(2 * radius, 0.0, 120, endpoint=False):
        patterns = _strips(problem, side)
        if all(_length_m(p, s.start_m) <= s.length_m for p, s in zip(patterns, problem.searchers, strict=True)):
            break
    return _begun(problem, patterns)


def _strips(problem: SweepProblem, side: float) -> list[Floats]:
    """Lanes north and south over a square, as far as it lies in the circle, shared out by equal length."""
    x, y, radius = circle(problem)
    n, swath = len(problem.searchers), _swath_m(problem)
    count = max(n, int(np.ceil(side / swath - 1e-9)))
    across = side * ((np.arange(count) + 0.5) / count - 0.5)
    reach = np.minimum(side / 2, np.sqrt(np.maximum(radius**2 - across**2, 0.0)))
    reach = np.maximum(reach - swath / 2, 0.0)
    up = np.where(np.arange(count) % 2 == 0, 1.0, -1.0)
    ends = np.column_stack([x + across, y - up * reach, x + across, y + up * reach])
    done = np.cumsum(2 * reach + swath)
    whose = np.minimum(((done - reach - swath / 2) / done[-1] * n).astype(int), n - 1)
    return [ends[whose == k].reshape(-1, 2) if (whose == k).any() else np.array([[x, y]]) for k in range(n)]


def _length_m(path: Floats, start: tuple[float, float] | None) -> float:
    whole = path if start is None else np.vstack([np.array([start]), path])
    return float(np.hypot(*np.diff(whole, axis=0).T).sum())


def greedy(problem: SweepProblem) -> Paths:
    """Always on to the square, as wide as the swath, that promises most per metre of way; whoever went least goes."""
    swath = _swath_m(problem)
    mass, x, y = _squares(problem, swath)
    ids = [s.id for s in problem.searchers]
    densest = np.unravel_index(int(mass.argmax()), mass.shape)
    fallback = (float(x[densest[1]]), float(y[densest[0]]))
    paths = {s.id: [np.array(s.start_m or fallback)] for s in problem.searchers}
    gone = dict.fromkeys(ids, 0.0)
    limit = {s.id: s.length_m for s in problem.searchers}
    while mass.max() > 0 and any(gone[i] < limit[i] for i in ids):
        who = min((i for i in ids if gone[i] < limit[i]), key=lambda i: gone[i])
        here = paths[who][-1]
        way = np.hypot(x[None] - here[0], y[:, None] - here[1])
        row, col = np.unravel_index(int((mass / np.maximum(way, swath / 2)).argmax()), mass.shape)
        there = np.array([x[col], y[row]])
        for at in np.linspace(here, there, int(way[row, col] / (swath / 4)) + 2):
            i, j = int(np.abs(y - at[1]).argmin()), int(np.abs(x - at[0]).argmin())
            mass[i, j] = 0.0
        paths[who].append(there)
        gone[who] += float(way[row, col])
    return {i: cut(np.array(paths[i]), limit[i]) for i in ids}


def _squares(problem: SweepProblem, side: float) -> tuple[Floats, Floats, Floats]:
    """The raster in squares of that side: what lies in each, and their middles east and north (row 0 in the north)."""
    rows, cols = problem.poa.shape
    down, across = _overlap(rows, problem.cell_m, side), _overlap(cols, problem.cell_m, side)
    north = problem.south_m + rows * problem.cell_m
    x = problem.west_m + (np.arange(len(across)) + 0.5) * side
    y = north - (np.arange(len(down)) + 0.5) * side
    return np.asarray(down @ problem.poa @ across.T, np.float64), np.asarray(x), np.asarray(y, np.float64)


def _overlap(cells: int, cell_m: float, side: float) -> Floats:
    """(squares, cells): the share of each cell in each square, along one axis."""
    count = int(np.ceil(cells * cell_m / side))
    low, left = np.arange(count)[:, None] * side, np.arange(cells)[None] * cell_m
    return np.asarray(np.clip(np.minimum(low + side, left + cell_m) - np.maximum(low, left), 0.0, None) / cell_m)


RULES: dict[str, Callable[[SweepProblem], Paths]] = {
    "spiral": spiral,
    "circles": circles,
    "sectors": sectors,
    "lanes": lanes,
    "greedy": greedy,
}
