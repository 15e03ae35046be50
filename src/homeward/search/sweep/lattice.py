"""Squares of ground as wide as a swath, on which walks are planned: a walk that goes from square to square sees each.

A searcher of radius r who goes straight sees a swath of 2r. On a lattice of spacing 2r, each square that the walk
passes straight through is seen whole, and none of the swath is wasted; a walk then only has to choose squares.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from homeward.geo import Floats
from homeward.search.sweep.forbidden import Ways, joined, outside, ways
from homeward.search.sweep.problem import XY, Searcher, SweepProblem, budget_m, paces

Ints = NDArray[np.int64]

MAX_NODES = 120_000
STEPS = ((1, 0), (0, 1), (-1, 0), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1))
WORTH = 0.3
LEAST = 0.1
SHIFTS = 4
PRICE = 1.02
MANY_CELLS = 500_000
MAX_CHECKS = 1e8
GROWN = 0.5
CORNER = 1 - np.pi / 4


class Ground(NamedTuple):
    """The lattice's squares that are worth a visit ("nodes"), followed by one node per searcher for its start.

    `gain` is the share of the raster's sum in the node's square, 0 for starts; `x_m`, `y_m` the centres; `near`
    (nodes, 8) neighbours or -1; `n` the number of nodes before the starts; `free` (searchers,) whether the start
    is free; `again_m` what it takes to look again at once; `marginal` the gain of the last node that the searchers
    could reach if nothing were lost.

    Corners are rounded with a radius of `round_m`: a right-angled turn then takes `saves_m` less, and `loses` that
    share of the node's gain, as its outer corner stays out of sight; turning back takes `takes_m`. `goals_m`
    (searchers, 2) is where walks must end, NaN for anywhere; `way` holds the ways round forbidden ground.
    """

    gain: Floats
    x_m: Floats
    y_m: Floats
    near: Ints
    free: NDArray[np.bool_]
    n: int
    round_m: Floats
    saves_m: Floats
    loses: Floats
    again_m: float
    takes_m: float
    spacing_m: float
    marginal: float
    goals_m: Floats
    way: Ways


class Crew(NamedTuple):
    """Per searcher: `decay` of a gain per metre gone, `limit_m` to go, `price` of each metre beyond it."""

    decay: Floats
    limit_m: Floats
    price: Floats


def lattice(problem: SweepProblem, left: Floats, group: tuple[Searcher, ...], *, rank: int = 0) -> Ground:
    """The lattice for searchers of one radius and pod over what is `left` of the raster.

    Of a few positions of the lattice, the one whose best squares hold most is taken; with `rank` 1 that with a start
    in the middle of a square, with 2 and more the next best ones.
    """
    spacing = 2 * group[0].radius_m
    room = max(1, int(sum(s.length_m for s in group) / spacing) + len(group))
    share, tries = left / float(problem.poa.sum()), 1 if left.size > MANY_CELLS else SHIFTS
    shifts = [(i * spacing / tries, j * spacing / tries) for i in range(tries) for j in range(tries)]
    held = [_held(squares(problem, share, spacing, shift)[0], room, problem.objective) for shift in shifts]
    shift = shifts[int(np.argsort(-np.array(held), kind="stable")[max(0, rank - 1) % len(held)])]
    start_m = group[0].start_m
    if rank == 1 and start_m is not None:
        shift = (start_m[0] + spacing / 2) % spacing, (start_m[1] + spacing / 2) % spacing
    way = ways(problem.no_go, GROWN * group[0].turn_radius_m)
    gain, row0, col0 = squares(problem, share, spacing, shift)
    gain *= group[0].pod
    rows, cols = np.nonzero(gain)
    xy = np.column_stack([(cols + col0 + 0.5) * spacing + shift[0], (row0 - rows - 0.5) * spacing + shift[1]])
    gain[rows, cols] *= _within_reach(xy, group, way)
    flat = np.sort(gain[gain > 0])[::-1]
    if not len(flat):
        flat = np.array([1e-12])
    best = flat[:room]
    marginal = max(float(best[-1]) if len(flat) >= room else 0.0, WORTH * float(best.mean()))
    least = (WORTH if len(flat) >= room else LEAST * WORTH) * marginal
    most = int(min(MAX_NODES, MAX_CHECKS / max(1, len(way.walls) * len(way.corners))))
    floor = max(least, float(flat[min(len(flat), most) - 1]) * (1 - 1e-12))
    rows, cols = np.nonzero(gain >= floor)
    if len(rows) > 1.5 * most:  # many of like worth: those near to where the searchers are
        rows, cols = _nearest(rows, cols, gain, int(most), (row0, col0, spacing, shift), group)
    looks = _looks_worth(group[0].pod, float(flat[0]) / floor)
    near = _neighbours(gain.shape, rows, cols, looks)
    worth = np.concatenate([gain[rows, cols] * (1 - group[0].pod) ** k for k in range(looks)])
    spare = 0.0 if len(flat) < room else marginal
    turn = group[0].turn_radius_m
    radius = np.maximum(_rounding(worth, room, spare, problem.objective) * spacing / 2, turn)
    saves = np.where(radius > spacing / 2, 0.0, 2 * CORNER * radius)  # wider turns are our own guess: no loss, no gain
    loses = np.minimum(CORNER * (spacing / 2 + radius) ** 2 / spacing**2, 1.0)
    none = np.zeros(len(group))
    ground = Ground(
        gain=np.r_[worth, none],
        x_m=np.r_[np.tile((cols + col0 + 0.5) * spacing + shift[0], looks), none],
        y_m=np.r_[np.tile((row0 - rows - 0.5) * spacing + shift[1], looks), none],
        near=np.vstack([near, np.full((len(group), 8), -1, np.int64)]),
        free=np.array([s.start_m is None for s in group]),
        n=len(worth),
        round_m=np.r_[radius, none],
        saves_m=np.r_[saves, none],
        loses=np.r_[loses, none],
        again_m=2 * spacing,
        takes_m=7 * np.pi / 3 * turn,
        spacing_m=spacing,
        marginal=marginal,
        goals_m=np.array([(np.nan, np.nan) if s.goal_m is None else outside(way, s.goal_m) for s in group]),
        way=way,
    )
    for k, s in enumerate(group):
        _put_start(ground, k, s)
    return ground


def _nearest(
    rows: Ints, cols: Ints, gain: Floats, most: int, place: tuple[int, int, float, XY], group: tuple[Searcher, ...]
) -> tuple[Ints, Ints]:
    """The best squares, and among those of the same gain the nearest to any start (to the middle of all)."""
    row0, col0, spacing, shift = place
    x, y = (cols + col0 + 0.5) * spacing + shift[0], (row0 - rows - 0.5) * spacing + shift[1]
    starts = list({s.start_m for s in group if s.start_m is not None})[:16] or [(float(x.mean()), float(y.mean()))]
    away = np.min([np.hypot(x - a, y - b) for a, b in starts], axis=0)
    kept = np.sort(np.lexsort((away, -gain[rows, cols]))[:most])
    return rows[kept], cols[kept]


def _within_reach(xy: Floats, group: tuple[Searcher, ...], way: Ways) -> NDArray[np.bool_]:
    """Which squares any of the searchers could visit: off forbidden ground, and back at its goal within its length."""
    reach = np.zeros(len(xy), np.bool_)
    for s in group:
        gone, ends = np.zeros(len(xy)), [end for end in (s.start_m, s.goal_m) if end is not None]
        for end in ends:
            gone += np.hypot(*(xy - end).T)
        mine = gone <= s.length_m + 4 * s.radius_m
        if len(way.walls):
            mine[mine] = joined(way, xy[mine], outside(way, ends[0]) if ends else None)
        reach |= mine
        if reach.all():
            break
    return reach


def _rounding(gain: Floats, room: int, spare: float, objective: str) -> Floats:
    """How far to round a corner at each node, as a share of the radius of sight.

    Rounding a corner by a saves (4 r a) C of ground elsewhere, worth `value` each, and loses (2 r a + a^2) C here,
    C = 1 - pi/4; the best is a = r (2 value / gain - 1). Elsewhere is the marginal node (`spare`) for "end", and for
    "soonest" the mean of the nodes that come later, densest first.
    """
    value = np.full(len(gain), spare)
    if objective == "soonest":
        order = np.argsort(-gain, kind="stable")
        sums, rank = np.r_[0.0, np.cumsum(gain[order])], np.minimum(np.arange(len(gain)), room - 1)
        last = min(room, len(gain))
        value[order] = (sums[last] - sums[np.minimum(rank, last - 1)]) / (last - np.minimum(rank, last - 1))
    return np.clip(2 * value / gain - 1, 0.0, 1.0)


def _looks_worth(pod: float, spread: float) -> int:
    """How many looks at the best square can be worth one at the least: copies of each node."""
    if pod >= 1:
        return 1
    return int(np.clip(1 + np.log(max(spread, 1.0)) / -np.log1p(-pod), 2, 4))


def _held(gain: Floats, room: int, objective: str) -> float:
    """What the best `room` squares hold, by the end or on the average of the way through them."""
    best = np.sort(gain.ravel())[::-1][:room]
    return float(best.sum()) if objective == "end" else float(best @ (1.0 - (np.arange(len(best)) + 0.5) / room))


def squares(
    problem: SweepProblem, raster: Floats, spacing_m: float, shift_m: tuple[float, float]
) -> tuple[Floats, int, int]:
    """Sum of a raster in each square of the lattice whose lines are multiples of `spacing_m`, shifted east and north.

    Returns (rows, columns) sums, row 0 = north, then the number of the lattice line of the north and the west edge.
    """
    high, wide = raster.shape
    north = problem.south_m + high * problem.cell_m
    by_col, col0 = _overlaps(problem.west_m - shift_m[0], problem.cell_m, wide, spacing_m)
    by_row, row0 = _overlaps(shift_m[1] - north, problem.cell_m, high, spacing_m)
    return _bin(_bin(raster, by_row).T, by_col).T, -row0, col0


def _overlaps(origin_m: float, cell_m: float, n: int, spacing_m: float) -> tuple[Floats, int]:
    """Lattice lines in units of cells from the first cell's edge; the first line's number."""
    first = int(np.floor(origin_m / spacing_m))
    last = int(np.ceil((origin_m + n * cell_m) / spacing_m))
    lines = np.arange(first, last + 1, dtype=np.float64)
    return (lines * spacing_m - origin_m) / cell_m, first


def _bin(raster: Floats, lines: Floats) -> Floats:
    """Integral over rows between successive lines, each row spread evenly over its width."""
    total = np.vstack([np.zeros((1, raster.shape[1])), np.cumsum(raster, axis=0)])
    at = np.clip(lines, 0, raster.shape[0])
    low = np.minimum(at.astype(np.int64), raster.shape[0] - 1)
    value = total[low] + (at - low)[:, None] * (total[low + 1] - total[low])
    return np.diff(value, axis=0)


def _neighbours(shape: tuple[int, int], rows: Ints, cols: Ints, looks: int) -> Ints:
    """The eight squares around each; with several looks, four of the same look and four of the next."""
    n = len(rows)
    number = np.full((shape[0] + 2, shape[1] + 2), -1, np.int64)
    number[rows + 1, cols + 1] = np.arange(n)
    around = np.stack([number[rows + 1 + dr, cols + 1 + dc] for dr, dc in STEPS], axis=1)
    if looks == 1:
        return around
    layers = []
    for k in range(looks):
        same, other = around[:, :4] + k * n, around[:, :4] + (k + 1) % looks * n
        layers.append(np.where(np.hstack([around[:, :4]] * 2) < 0, -1, np.hstack([same, other])))
    return np.concatenate(layers)


def _put_start(ground: Ground, k: int, s: Searcher) -> None:
    """Sets a searcher's start as a node without gain; its neighbours are the eight nodes that lie nearest."""
    if s.start_m is None:
        return
    v, x, y = ground.n + k, *outside(ground.way, s.start_m)
    ground.x_m[v], ground.y_m[v] = x, y
    away = np.hypot(ground.x_m[: ground.n] - x, ground.y_m[: ground.n] - y)
    nearest = np.argsort(away, kind="stable")[:8]
    ground.near[v, : len(nearest)] = nearest


def crew(problem: SweepProblem, group: tuple[Searcher, ...], ground: Ground) -> Crew:
    """What lengths mean to the objective: gains decay with the way gone for "soonest", not for "end"."""
    pace = dict(zip((s.id for s in problem.searchers), paces(problem.searchers), strict=True))
    decay = np.array([1.0 / (budget_m(problem.searchers) * pace[s.id]) for s in group])
    return Crew(
        decay=decay if problem.objective == "soonest" else np.zeros(len(group)),
        limit_m=np.array([s.length_m for s in group]),
        price=np.full(len(group), PRICE * ground.marginal / ground.spacing_m),
    )
