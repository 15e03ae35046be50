"""Paths for those who cannot turn on the spot: a walk's straights joined by the shortest arcs that can be flown."""

from __future__ import annotations

import numpy as np

from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.search.sweep.dubins import shortest, trace
from homeward.search.sweep.forbidden import clear_steps, detour, outside, room_m, route, turns_widely, way_m, ways
from homeward.search.sweep.problem import Searcher, SweepProblem
from homeward.search.sweep.shape import cut

GROWN = 0.5
SHY = 1.002
AHEAD = 5
HEADINGS = 16
EVERY = 4.0
COARSE_RAD = np.radians(15.0)


def turned(problem: SweepProblem, s: Searcher, walk: Floats) -> Floats:
    """The path along a walk, (n, 2) with the start if there is one, that keeps all of the searcher's rules.

    Short straights that cost more turning than they are long are left out. It ends where nothing clear goes on, or
    at the goal, from as late on the walk as the length allows.
    """
    path = _flown(problem, s, walk)
    plain = merged(path)
    return plain if turns_widely(s, plain) and clear_steps(problem, plain).all() else path


def merged(path: Floats, apart_m: float = 1e-3) -> Floats:
    """The path without inner points nearer than a millimetre to the one kept before or to the end."""
    kept = [0]
    for k in range(1, len(path) - 1):
        if min(np.hypot(*(path[k] - path[kept[-1]])), np.hypot(*(path[-1] - path[k]))) >= apart_m:
            kept.append(k)
    return path[[*kept, len(path) - 1]] if len(path) > 1 else path


def _flown(problem: SweepProblem, s: Searcher, walk: Floats) -> Floats:
    """The path along a walk, point by point as straights and arcs come."""
    radius = s.turn_radius_m * SHY
    poses = _poses(_detoured(problem, s, walk), radius, EVERY * s.radius_m)
    if len(poses) == 0:
        return _stay(problem, s, walk)
    legs = _legs(problem, _chosen(problem, poses, radius), radius)
    if s.goal_m is None:
        path = cut(np.vstack([poses[:1, :2], *(leg for leg, _ in legs)]), s.length_m)
        return path if turns_widely(s, path) else path[:-1]  # a part of an arc's chord bends too much
    return _home(problem, s, poses[0], legs)


def _detoured(problem: SweepProblem, s: Searcher, walk: Floats) -> Floats:
    if len(walk):
        walk, _ = detour(ways(problem.no_go, GROWN * s.turn_radius_m), walk)
    if s.start_m is not None and not (len(walk) and (walk[0] == s.start_m).all()):
        walk = np.vstack([np.array([s.start_m]), walk.reshape(-1, 2)])
    return walk


def _poses(walk: Floats, radius_m: float, every_m: float) -> Floats:
    """(n, 3) poses on the straights of a walk: off the corners as far as arcs reach, and now and then between."""
    if len(walk) < 2:
        return np.zeros((0, 3))
    step = np.diff(walk, axis=0)
    walk, step = walk[np.r_[True, np.hypot(*step.T) > 1e-6]], step[np.hypot(*step.T) > 1e-6]
    if not len(step):
        return np.zeros((0, 3))
    heading = np.arctan2(step[:, 1], step[:, 0])
    turn = np.abs((np.diff(heading) + np.pi) % (2 * np.pi) - np.pi)
    corner = np.r_[True, turn > 1e-3, True]
    at, heading, turn = walk[corner], heading[corner[:-1]], np.r_[0.0, turn[turn > 1e-3], 0.0]
    reach = radius_m * np.tan(np.minimum(turn, 2.0) / 2)
    found = []
    for k in range(len(at) - 1):
        length = float(np.hypot(*(at[k + 1] - at[k])))
        low, high = reach[k], length - reach[k + 1]
        if low > high:
            low = high = length * reach[k] / (reach[k] + reach[k + 1])
        along = np.linspace(low, high, 1 if low == high else int((high - low) / every_m) + 2)
        way = np.array([np.cos(heading[k]), np.sin(heading[k])])
        found.append(np.column_stack([at[k] + along[:, None] * way, np.full(len(along), heading[k])]))
    return np.concatenate(found)


def _chosen(problem: SweepProblem, poses: Floats, radius_m: float) -> Floats:
    """The poses that are kept: least way gone and walk left out in all; up to where nothing clear goes on."""
    n = len(poses)
    along = np.r_[0.0, np.cumsum(np.hypot(*np.diff(poses[:, :2], axis=0).T))]
    best, came = np.full(n, np.inf), np.full(n, -1)
    best[0] = 0.0
    costs, room = [], room_m(problem, poses[:, :2])
    for ahead in range(1, min(AHEAD, n - 1) + 1):
        word, pieces, length = shortest(poses[:-ahead], poses[ahead:], radius_m)
        cost = length + (along[ahead:] - along[:-ahead] if ahead > 1 else 0.0)
        if problem.no_go:
            for near in np.flatnonzero(length >= room[:-ahead] + room[ahead:]):
                k = int(near)
                arc = trace(poses[k], int(word[k]), pieces[k], radius_m, COARSE_RAD)
                if not clear_steps(problem, np.vstack([poses[k, :2], arc])).all():
                    cost[k] = np.inf
        costs.append(cost)
    for k in range(n - 1):
        for ahead, cost in enumerate(costs, 1):
            if k + ahead < n and best[k] + cost[k] < best[k + ahead]:
                best[k + ahead], came[k + ahead] = best[k] + cost[k], k
    back = [int(np.flatnonzero(np.isfinite(best))[-1])]
    while back[-1] > 0:
        back.append(int(came[back[-1]]))
    return poses[back[::-1]]


def _legs(problem: SweepProblem, poses: Floats, radius_m: float) -> list[tuple[Floats, Floats]]:
    """The points of each leg after its first pose, and the pose that it ends in; up to the first that is not clear."""
    legs: list[tuple[Floats, Floats]] = []
    if len(poses) < 2:
        return legs
    word, pieces, _ = shortest(poses[:-1], poses[1:], radius_m)
    here = poses[0, :2]
    for k in range(len(poses) - 1):
        points = trace(poses[k], int(word[k]), pieces[k], radius_m)
        if not clear_steps(problem, np.vstack([here, points])).all():
            break
        legs.append((points, poses[k + 1]))
        here = points[-1] if len(points) else here
    return legs


def _home(problem: SweepProblem, s: Searcher, first: Floats, legs: list[tuple[Floats, Floats]]) -> Floats:
    """As many legs as leave enough to get to the goal, and the way there."""
    assert s.goal_m is not None
    ends = np.array([first, *(pose for _, pose in legs)])
    gone = np.r_[0.0, np.cumsum([_length_m(a[:2], leg) for a, (leg, _) in zip(ends[:-1], legs, strict=True)])]
    gate = outside(ways(problem.no_go), s.goal_m)
    hopeful = np.flatnonzero(gone + way_m(ways(problem.no_go), ends[:, :2], gate) <= s.length_m)
    for k in hopeful[::-1]:
        last = _last_leg(problem, s, ends[k], s.length_m * (1 - 1e-9) - gone[k])
        if last is not None:
            return np.vstack([first[None, :2], *(leg for leg, _ in legs[:k]), last])
    return _stay(problem, s, ends[:1, :2])


def _length_m(start: Floats, points: Floats) -> float:
    return float(np.hypot(*np.diff(np.vstack([start, points]), axis=0).T).sum())


def _last_leg(problem: SweepProblem, s: Searcher, pose: Floats, most_m: float) -> Floats | None:
    """The shortest clear way found from a pose to the goal, of at most so many metres; None where there is none."""
    radius, goal = s.turn_radius_m * SHY, np.array(s.goal_m)
    headings = np.arange(HEADINGS) * (2 * np.pi / HEADINGS)
    targets = np.column_stack([np.broadcast_to(goal, (HEADINGS, 2)), headings])
    word, pieces, length = shortest(np.broadcast_to(pose, targets.shape), targets, radius)
    for k in np.argsort(length):
        if length[k] > most_m:
            break
        points = trace(pose, int(word[k]), pieces[k], radius)
        if clear_steps(problem, np.vstack([pose[:2], points])).all():
            return points
    if not problem.no_go:
        return None
    way = ways(problem.no_go, GROWN * s.turn_radius_m)
    corners = route(way, outside(way, (float(pose[0]), float(pose[1]))), outside(way, (goal[0], goal[1])))
    if corners is None:
        return None
    poses = np.vstack([pose, _poses(np.vstack([corners, goal]), radius, EVERY * s.radius_m)])
    legs = [leg for leg, _ in _legs(problem, poses, radius)]
    points = np.concatenate(legs) if legs else np.zeros((0, 2))
    there = len(points) > 0 and np.hypot(*(points[-1] - goal)) < 1e-6
    return points if there and _length_m(pose[:2], points) <= most_m else None


def _stay(problem: SweepProblem, s: Searcher, walk: Floats) -> Floats:
    """The path of one who sees nothing on the way: at the start, or straight to the goal."""
    here = np.array([s.start_m if s.start_m is not None else (s.goal_m or walk[0])], np.float64)
    if s.goal_m is None or (here[0] == s.goal_m).all():
        return here
    for heading in np.arange(HEADINGS) * (2 * np.pi / HEADINGS) + np.arctan2(*(np.array(s.goal_m) - here[0])[::-1]):
        points = _last_leg(problem, s, np.r_[here[0], heading], s.length_m)
        if points is not None:
            return np.vstack([here, points])
    raise BadInput(
        f"No way was found for searcher {s.id!r} from its start to end_m with turns of {s.turn_radius_m:g} m. "
        "Give more length_m, a smaller turn_radius_m, or smaller no_go polygons."
    )
