"""When ground can first be in sight, at the earliest: a lower bound for every plan, whatever lies in the way.

Straight distances are exact lower bounds. Round forbidden ground, ways are measured at the middles of squares, with
the ground shrunk by half a square's diagonal: a way to anywhere in a square, and on to its middle, keeps out of what
is left, so the way to the middle less that half diagonal is not too long for any point of the square.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.ndimage import minimum_filter

from homeward.geo import Floats
from homeward.search.sweep.forbidden import Ways, union, way_m, ways_round
from homeward.search.sweep.problem import XY, Searcher, SweepProblem, budget_m, paces

MOST_BLOCKS = 250_000
MOST_SQUARES = 20_000
MOST_CHECKS = 2e7
MOST_CORNERS = 120


def first_sight(problem: SweepProblem) -> tuple[Floats, int]:
    """The fraction of the budget before which no plan sees ground, per block of cells; inf: never. And a block's side.

    Blocks are square, counted from the north-west; those at the south and east edge may be cut.
    """
    high, wide = problem.poa.shape
    side = int(np.ceil(np.sqrt(high * wide / MOST_BLOCKS)))
    rows, cols = -(-high // side), -(-wide // side)
    when = np.full((rows, cols), np.inf)
    budget = budget_m(problem.searchers)
    round_it: dict[tuple[XY | None, XY | None, float], tuple[Floats, Floats]] = {}
    done: set[tuple[object, ...]] = set()
    for s, pace in zip(problem.searchers, paces(problem.searchers), strict=True):
        key = (s.start_m, s.goal_m, s.radius_m, s.length_m, pace)
        if key in done:
            continue
        done.add(key)
        out, home = (_straight(problem, xy, s.radius_m, (rows, cols), side) for xy in (s.start_m, s.goal_m))
        if problem.no_go:
            spot = (s.start_m, s.goal_m, s.radius_m)
            if spot not in round_it:
                round_it[spot] = _round(problem, s, (rows, cols), side)
            out, both = np.maximum(out, round_it[spot][0]), np.maximum(out + home, round_it[spot][1])
        else:
            both = out + home
        when = np.minimum(when, np.where(both <= s.length_m * (1 + 1e-9), out / pace / budget, np.inf))
    return when, side


def _straight(problem: SweepProblem, end: XY | None, radius_m: float, shape: tuple[int, int], side: int) -> Floats:
    """Straight metres from a point until each block can come into sight; 0 from anywhere."""
    if end is None:
        return np.zeros(shape)
    edge_m, north = side * problem.cell_m, problem.south_m + problem.poa.shape[0] * problem.cell_m
    x = problem.west_m + (np.arange(shape[1]) + 0.5) * edge_m - end[0]
    y = north - (np.arange(shape[0]) + 0.5) * edge_m - end[1]
    dx, dy = np.maximum(np.abs(x) - edge_m / 2, 0.0), np.maximum(np.abs(y) - edge_m / 2, 0.0)
    return np.asarray(np.maximum(np.hypot(dx[None, :], dy[:, None]) - radius_m, 0.0), np.float64)


def _round(problem: SweepProblem, s: Searcher, shape: tuple[int, int], side: int) -> tuple[Floats, Floats]:
    """Metres until each block can come into sight round forbidden ground, and those of the whole way by there."""
    edge_m, block_m = _edge_m(problem, s), side * problem.cell_m
    north, margin = problem.south_m + problem.poa.shape[0] * problem.cell_m, s.radius_m + edge_m
    rows, cols = (int(np.ceil((n * block_m + 2 * margin) / edge_m)) + 1 for n in shape)
    x = problem.west_m - margin + (np.arange(cols) + 0.5) * edge_m
    y = north + margin - (np.arange(rows) + 0.5) * edge_m
    xy = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    half = edge_m * np.sqrt(0.5)
    way = _shrunk(problem, half)
    if way is None:
        return np.zeros(shape), np.zeros(shape)
    inner = np.asarray(shapely.intersects_xy(way.ground, xy), np.bool_)
    out, home = (_field(way, xy, inner, end, half) for end in (s.start_m, s.goal_m))
    reach = s.radius_m + block_m * np.sqrt(0.5) + half
    k = int(np.ceil((reach + half) / edge_m))
    across = np.hypot(*np.mgrid[-k : k + 1, -k : k + 1]) * edge_m <= reach + half
    seen = [minimum_filter(f.reshape(rows, cols), footprint=across, mode="nearest") for f in (out, out + home)]
    i = ((north + margin - (north - (np.arange(shape[0]) + 0.5) * block_m)) / edge_m).astype(np.int64)
    j = ((margin + (np.arange(shape[1]) + 0.5) * block_m) / edge_m).astype(np.int64)
    return seen[0][np.ix_(i, j)], seen[1][np.ix_(i, j)]


def _edge_m(problem: SweepProblem, s: Searcher) -> float:
    """The side of the squares at whose middles ways are measured."""
    walls = sum(len(corners) for corners in problem.no_go)
    most = min(MOST_SQUARES, MOST_CHECKS / max(1, min(walls, MOST_CORNERS) ** 2))
    high, wide = (n * problem.cell_m + 4 * s.radius_m for n in problem.poa.shape)
    return float(max(problem.cell_m / 2, s.radius_m / 4, np.sqrt(high * wide / most)))


def _shrunk(problem: SweepProblem, by_m: float) -> Ways | None:
    """Ways round the forbidden ground less its edge; None where it is too ragged to be measured."""
    for simpler_m in (0.0, by_m / 4, by_m, 4 * by_m):
        ground = union(problem.no_go).buffer(-(by_m + simpler_m + 0.01)).simplify(simpler_m)
        if shapely.get_num_coordinates(ground) <= MOST_CORNERS:
            return ways_round(ground)
    return None


def _field(way: Ways, xy: Floats, inner: NDArray[np.bool_], end: XY | None, slack_m: float) -> Floats:
    """Metres at the least from a point to anywhere in each square; 0 from anywhere, inf where nobody can be."""
    metres = np.zeros(len(xy))
    if end is not None:
        metres[~inner] = np.maximum(way_m(way, xy[~inner], np.array(end)) - slack_m, 0.0)
    metres[inner] = np.inf
    return metres
