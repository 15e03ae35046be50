"""Polishes paths off the lattice: way-points moved, added and left out where more ground comes into sight so.

Ground is a raster of small squares with the number of steps that have each in sight. It lies askew: beside a lane
along its axis, a whole row of squares would come into sight at once, and a polish would live on such errors.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import shapely

from homeward.geo import Floats
from homeward.search.sweep.footprint import look
from homeward.search.sweep.forbidden import allowed, clear, ways
from homeward.search.sweep.problem import Searcher, SweepProblem, budget_m, paces
from homeward.search.sweep.shape import cut
from homeward.search.sweep.strokes import (
    DECAY,
    FIRST,
    LAST,
    LATER,
    LENGTH,
    LIMIT,
    OWN,
    PRICE,
    RADIUS,
    SPEED,
    WORTH,
    Board,
    Walks,
    draw,
    move_points,
)

ANGLE = 0.2
STAGES = ((6.0, 0.05, 0.005, 0.6), (10.0, 0.005, 0.0005, 0.3))  # squares per radius, first and last heat, reach
LEAST_FINE = 4.0
MAX_SQUARES = 5e6
MOVES_PER_POINT = 700
CHUNK = 2000
REPLAY = 8
SIMPLER = 0.03
SLACK = 0.003
SWAY = 20.0
LEAST_MARGIN = 0.3
LOG = 60_000
MOST_NEW = 6


class Frame(NamedTuple):
    """The squares' axes: `turn` (2, 2) from metres, `origin` in turned metres, `side_m`."""

    turn: Floats
    origin: Floats
    side_m: float

    def squares(self, xy_m: Floats) -> Floats:
        """Coordinates in squares of (n, 2) metres."""
        return np.asarray((xy_m @ self.turn.T - self.origin) / self.side_m, np.float64)

    def metres(self, xy: Floats) -> Floats:
        """Metres of (n, 2) coordinates in squares."""
        return np.asarray((xy * self.side_m + self.origin) @ self.turn, np.float64)


def polish(
    problem: SweepProblem, paths: dict[str, Floats], *, stage: int, seed: int, spent: Callable[[], float]
) -> dict[str, Floats]:
    """Paths that see more, by annealing their way-points; to be measured, as no gain is promised.

    Of the stages, the first moves far and the last is fine. `spent()` is the share of its time that is gone: at 1 it
    ends. Searchers whose pod is below 1 or who cannot turn on the spot keep their paths, and all do where squares
    would have to be large. Starts, ends, lengths and forbidden ground are kept to. For "soonest", ground counts as
    seen by those who were first before the last few moves.
    """
    movers = tuple(s for s in problem.searchers if s.pod >= 1 and s.turn_radius_m <= 0 and len(paths[s.id]) > 1)
    frame = _frame(movers, paths, STAGES[stage][0]) if movers else None
    if frame is None:
        return paths
    board = _board(problem, _left(problem, movers, paths), frame[0], frame[1])
    walks = _walks(problem, movers, paths, frame[0], seed)
    margin = _marginal(problem, movers) * frame[0].side_m ** 2
    _cool(problem, board, walks, margin, stage, spent)
    polished = dict(paths)
    for i, s in enumerate(movers):
        path = _ends(s, frame[0].metres(walks.points[i, : walks.size[i]]))
        if allowed(problem, s, path):
            polished[s.id] = path
    return polished


def _ends(s: Searcher, path: Floats) -> Floats:
    """The path from just the start, to just the goal or as far as the length allows."""
    if s.start_m is not None:
        path[0] = s.start_m
    if s.goal_m is not None:
        path[-1] = s.goal_m
        return path
    return cut(path, s.length_m)


def _left(problem: SweepProblem, movers: tuple[Searcher, ...], paths: dict[str, Floats]) -> Floats:
    """The raster less what those find whose paths stay."""
    others = tuple(s for s in problem.searchers if s not in movers and len(paths[s.id]) > 1)
    return look(replace(problem, searchers=others), paths, fine=6.0).left if others else problem.poa


def _frame(movers: tuple[Searcher, ...], paths: dict[str, Floats], fine: float) -> tuple[Frame, tuple[int, int]] | None:
    """Squares round the paths, `fine` to the least radius or fewer where they were too many; None if far too many."""
    c, s = np.cos(ANGLE), np.sin(ANGLE)
    turn = np.array([[c, s], [-s, c]])
    least, most = min(m.radius_m for m in movers), max(m.radius_m for m in movers)
    at = np.concatenate([paths[m.id] for m in movers]) @ turn.T
    low, high = at.min(axis=0) - 3 * most, at.max(axis=0) + 3 * most
    side = max(least / fine, float(np.sqrt(np.prod(high - low) / MAX_SQUARES)))
    if side > least / LEAST_FINE:
        return None
    cols, rows = (int(n) for n in np.ceil((high - low) / side))
    return Frame(turn, low, side), (rows, cols)


def _board(problem: SweepProblem, left: Floats, frame: Frame, shape: tuple[int, int]) -> Board:
    """The raster on the squares, as shares of its sum, by the cell that each centre lies in."""
    high, wide = left.shape
    mass = np.zeros(shape, np.float32)
    share = left / float(problem.poa.sum()) * (frame.side_m / problem.cell_m) ** 2
    north = problem.south_m + high * problem.cell_m
    at = np.column_stack([np.arange(shape[1]) + 0.5, np.zeros(shape[1])])
    for i in range(shape[0]):
        at[:, 1] = i + 0.5
        x, y = frame.metres(at).T
        col = np.floor((x - problem.west_m) / problem.cell_m).astype(np.int64)
        row = np.floor((north - y) / problem.cell_m).astype(np.int64)
        ok = (row >= 0) & (row < high) & (col >= 0) & (col < wide)
        mass[i, ok] = share[row[ok], col[ok]]
    walls = ways(problem.no_go).walls
    ends = np.hstack([frame.squares(walls[:, :2]), frame.squares(walls[:, 2:])])
    return Board(mass, np.zeros(shape, np.uint16), np.zeros((LOG, 4), np.int32), ends)


def _walks(
    problem: SweepProblem, movers: tuple[Searcher, ...], paths: dict[str, Floats], frame: Frame, seed: int
) -> Walks:
    """The paths with points left out that hardly matter."""
    points = []
    for s in movers:
        simple = np.asarray(shapely.LineString(paths[s.id]).simplify(SIMPLER * s.radius_m).coords)
        points.append(frame.squares(simple if clear(problem, simple) else paths[s.id]))
    room = 3 * max(len(p) for p in points) + 100
    walks = Walks(
        points=np.zeros((len(points), room, 2)),
        size=np.array([len(p) for p in points]),
        team=np.zeros((len(points), 8)),
        step=np.zeros((len(points), room, 3)),
        new=np.zeros((MOST_NEW + 2, 2)),
        random=np.array([(seed * 2654435761 + 88172645463325252) % 2**63 or 1], np.uint64),
    )
    pace = dict(zip((s.id for s in problem.searchers), paces(problem.searchers), strict=True))
    for i, (s, xy) in enumerate(zip(movers, points, strict=True)):
        walks.points[i, : len(xy)] = xy
        walks.team[i, FIRST], walks.team[i, LAST] = s.start_m is not None, s.goal_m is not None
        walks.team[i, RADIUS], walks.team[i, LIMIT] = s.radius_m / frame.side_m, s.length_m / frame.side_m
        walks.team[i, SPEED] = pace[s.id]
        if problem.objective == "soonest":
            walks.team[i, DECAY] = frame.side_m / (budget_m(problem.searchers) * pace[s.id])
    return walks


def _cool(
    problem: SweepProblem, board: Board, walks: Walks, margin: float, stage: int, spent: Callable[[], float]
) -> None:
    """Anneals by a fixed schedule, shortened where time runs out so that it still ends cold."""
    _, hot, cold, reach = STAGES[stage]
    limit, decay = walks.team[:, LIMIT].copy(), walks.team[:, DECAY]
    walks.team[:, PRICE] = margin * 2 * walks.team[:, RADIUS] * np.maximum(1 - decay * limit, 0.02)
    heat = margin * (2 * float(walks.team[:, RADIUS].min())) ** 2
    moves, made, done, began = MOVES_PER_POINT * int(walks.size.sum()), 0, 0.0, spent()
    _replay(board, walks)
    while done < 1 and (now := spent()) < 1:
        affordable = made * (1 - now) / max(1e-9, now - began) if made else moves
        done = min(1.0, done + max(CHUNK / moves, (1 - done) * CHUNK / max(CHUNK, affordable)))
        walks.team[:, LIMIT] = limit * (1 + SLACK * (1 - done) * (walks.team[:, LAST] == 0))
        move_points(board, walks, CHUNK, heat * hot * (cold / hot) ** done, reach)
        made += CHUNK
        over = walks.team[:, LENGTH] / limit - 1
        walks.team[:, PRICE] *= np.exp(np.clip(SWAY * over, -0.03, 0.05))
        if problem.objective == "soonest" and made // CHUNK % REPLAY == 0:
            _replay(board, walks)


def _marginal(problem: SweepProblem, movers: tuple[Searcher, ...]) -> float:
    """Share of mass per square metre of the last ground that the movers could see if they took the densest first."""
    area = sum(2 * s.radius_m * s.length_m for s in movers) / problem.cell_m**2
    dense = np.sort(problem.poa, axis=None)[::-1][: max(1, int(area))]
    least = dense[-1] if area < problem.poa.size else 0.0
    return float(max(least, LEAST_MARGIN * dense.mean())) / float(problem.poa.sum()) / problem.cell_m**2


def _replay(board: Board, walks: Walks) -> None:
    """Counts afresh in the order of time: who is first to see what, and what it is worth."""
    board.seen[:] = 0
    which, steps, when = [], [], []
    for i, n in enumerate(walks.size):
        along = np.r_[0.0, np.cumsum(np.hypot(*np.diff(walks.points[i, :n], axis=0).T))]
        walks.team[i, LENGTH] = along[-1]
        walks.step[i, :n, WORTH] = 1 - walks.team[i, DECAY] * along
        which.append(np.full(n - 1, i))
        steps.append(np.arange(n - 1))
        when.append(along[:-1] / walks.team[i, SPEED])
    order = np.argsort(np.concatenate(when), kind="stable")
    draw(board, walks, np.concatenate(which)[order], np.concatenate(steps)[order])
    for i, n in enumerate(walks.size):
        walks.step[i, n - 1, OWN] = 0.0
        walks.step[i, :n, LATER] = walks.team[i, DECAY] * np.cumsum(walks.step[i, :n, OWN][::-1])[::-1]
