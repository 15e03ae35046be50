"""From a walk over nodes to a path on the ground: round forbidden ground, corners rounded, home within the length."""

from __future__ import annotations

import numpy as np

from homeward.geo import Floats
from homeward.search.sweep.forbidden import clear_steps, detour, outside, route, way_m, ways
from homeward.search.sweep.problem import Searcher, SweepProblem

ARC_POINTS = 6
HALVINGS = 40


def path_of(problem: SweepProblem, s: Searcher, walk: Floats, round_m: Floats) -> Floats:
    """The path along a walk, (n, 2) with the start if there is one, that keeps all rules; `round_m` is (n,)."""
    way = ways(problem.no_go)
    if len(walk) and len(way.walls):
        walk, own = detour(way, walk)
        at_corners, round_m = round_m, np.zeros(len(walk))
        round_m[own] = at_corners[: int(own.sum())]
    path = rounded(walk, round_m)
    while problem.no_go and len(path) and not (ok := clear_steps(problem, path)).all():
        bad = path[:-1][~ok] / 2 + path[1:][~ok] / 2
        near = np.argmin(np.hypot(*(walk[:, None] - bad[None]).transpose(2, 0, 1)), axis=0)
        sharp = round_m.copy()
        sharp[near] = 0.0
        if (sharp == round_m).all():
            sharp[:] = 0.0
        if not round_m.any():
            path = path[: int(np.argmin(ok)) + 1]
            break
        round_m, path = sharp, rounded(walk, sharp)
    return home(problem, s, path)


def home(problem: SweepProblem, s: Searcher, path: Floats) -> Floats:
    """The longest first part of a path from which the searcher can still get to its goal, and the way there."""
    if s.start_m is not None and not (len(path) and (path[0] == s.start_m).all()):
        path = np.vstack([np.array([s.start_m]), path.reshape(-1, 2)])
    if s.goal_m is None:
        return cut(path, s.length_m)
    way, goal = ways(problem.no_go), np.array(s.goal_m)
    if not len(path):
        return goal[None]
    gate = outside(way, s.goal_m)
    limit = s.length_m * (1 - 1e-9) - float(np.hypot(*(gate - goal)))
    along = np.r_[0.0, np.cumsum(np.hypot(*np.diff(path, axis=0).T))]
    need = along + way_m(way, path, gate)
    last = int(np.argmax(need > limit)) - 1 if (need > limit).any() else len(path) - 1
    last = max(last, 0)
    kept = path[: last + 1]
    if last + 1 < len(path):
        low, high, step = 0.0, 1.0, path[last + 1] - path[last]
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            at = path[last] + middle * step
            far = along[last] + middle * float(np.hypot(*step)) + float(way_m(way, at[None], gate)[0])
            low, high = (middle, high) if far <= limit else (low, middle)
        kept = np.vstack([kept, path[last] + low * step])
    leg = route(way, kept[-1], gate)
    assert leg is not None
    return np.vstack([kept, leg[1:], goal])


def rounded(path: Floats, radius_m: Floats) -> Floats:
    """The path with each inner corner replaced by an arc of its radius, for turns up to a right angle.

    Arcs are as large as half of the shorter neighbouring step allows. `radius_m` is (n,), 0 for a sharp corner.
    """
    if len(path) < 3:
        return path
    step = np.diff(path, axis=0)
    length = np.hypot(*step.T)
    path, radius_m = path[np.r_[True, length > 0]], radius_m[np.r_[True, length > 0]]
    if len(path) < 3:
        return path
    step = np.diff(path, axis=0)
    length = np.hypot(*step.T)
    way = step / length[:, None]
    cross = way[:-1, 0] * way[1:, 1] - way[:-1, 1] * way[1:, 0]
    turn = np.arctan2(cross, (way[:-1] * way[1:]).sum(axis=1))
    half = np.tan(np.minimum(np.abs(turn), 1.6) / 2)
    reach = np.minimum(radius_m[1:-1] * half, np.minimum(length[:-1], length[1:]) / 2)
    reach[(np.abs(turn) > 1.6) | (np.abs(turn) < 1e-3)] = 0.0
    at = np.linspace(0.0, 1.0, ARC_POINTS)
    with np.errstate(divide="ignore", invalid="ignore"):
        radius = np.where(half > 0, reach / half, 0.0)
    left = np.column_stack([-way[:-1, 1], way[:-1, 0]]) * np.sign(turn)[:, None]
    centre = path[1:-1] - way[:-1] * reach[:, None] + left * radius[:, None]
    angle = turn[:, None] * at
    arm = -left * radius[:, None]
    x = centre[:, :1] + arm[:, :1] * np.cos(angle) - arm[:, 1:] * np.sin(angle)
    y = centre[:, 1:] + arm[:, :1] * np.sin(angle) + arm[:, 1:] * np.cos(angle)
    keep = np.ones(x.shape, bool)
    keep[reach <= 0, 1:] = False
    arcs = np.column_stack([x[keep], y[keep]])
    return np.vstack([path[:1], arcs, path[-1:]])


def cut(path: Floats, limit_m: float) -> Floats:
    """The first `limit_m` of a path."""
    steps = np.hypot(*np.diff(path, axis=0).T)
    along = np.r_[0.0, np.cumsum(steps)]
    if along[-1] <= limit_m:
        return path
    k = int(np.searchsorted(along, limit_m))
    part = (limit_m - along[k - 1]) / steps[k - 1] * (1 - 1e-9)
    return np.vstack([path[:k], path[k - 1] + part * (path[k] - path[k - 1])])
