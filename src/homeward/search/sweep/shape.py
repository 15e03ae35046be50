"""From a walk over nodes to a path on the ground: corners rounded, cut at the length that may be gone."""

from __future__ import annotations

import numpy as np

from homeward.geo import Floats

ARC_POINTS = 6


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
