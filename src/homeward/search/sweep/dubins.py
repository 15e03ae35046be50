"""Shortest paths of bounded curvature between poses (Dubins 1957, Amer. J. Math. 79, 497; formulas as given by
Shkel & Lumelsky 2001, Robotics and Autonomous Systems 34, 179): three pieces, each an arc or a straight."""

from __future__ import annotations

import numpy as np

from homeward.geo import Floats
from homeward.search.sweep.forbidden import Ints

WORDS = np.array([(1, 0, 1), (-1, 0, -1), (1, 0, -1), (-1, 0, 1), (-1, 1, -1), (1, -1, 1)])
FINEST_RAD = np.radians(5.0)
FULL = 2 * np.pi


def shortest(here: Floats, there: Floats, radius_m: float) -> tuple[Ints, Floats, Floats]:
    """From (n, 3) poses to poses (x, y, heading in radians): which of WORDS, its three pieces, and its length.

    The pieces are in radians for arcs and in radii for straights.
    """
    dx, dy = (there[:, 0] - here[:, 0]) / radius_m, (there[:, 1] - here[:, 1]) / radius_m
    away, angle = np.hypot(dx, dy), np.arctan2(dy, dx)
    pieces = _pieces(away, here[:, 2] - angle, there[:, 2] - angle)
    length = np.where(np.isnan(pieces).any(axis=2), np.inf, pieces.sum(axis=2))
    word = np.argmin(length, axis=0)
    each = np.arange(len(here))
    return word, pieces[word, each], length[word, each] * radius_m


def _pieces(d: Floats, a: Floats, b: Floats) -> Floats:
    """(words, n, 3) pieces for poses `d` radii apart with headings `a`, `b` from the line between; NaN: no path."""
    sa, sb, ca, cb, cab = np.sin(a), np.sin(b), np.cos(a), np.cos(b), np.cos(a - b)
    with np.errstate(invalid="ignore"):
        lsl = np.sqrt(np.maximum(2 + d * d - 2 * cab + 2 * d * (sa - sb), 0))
        rsr = np.sqrt(np.maximum(2 + d * d - 2 * cab + 2 * d * (sb - sa), 0))
        lsr = np.sqrt(-2 + d * d + 2 * cab + 2 * d * (sa + sb))
        rsl = np.sqrt(-2 + d * d + 2 * cab - 2 * d * (sa + sb))
        rlr = FULL - np.arccos((6 - d * d + 2 * cab + 2 * d * (sa - sb)) / 8)
        lrl = FULL - np.arccos((6 - d * d + 2 * cab - 2 * d * (sa - sb)) / 8)
    left, right = np.arctan2(cb - ca, d + sa - sb), np.arctan2(ca - cb, d - sa + sb)
    cross_lr = np.arctan2(-ca - cb, d + sa + sb) - np.arctan2(-2.0, lsr)
    cross_rl = np.arctan2(ca + cb, d - sa - sb) - np.arctan2(2.0, rsl)
    turn_rlr, turn_lrl = a - right + rlr / 2, -a + left + lrl / 2
    return np.stack(
        [
            np.column_stack([_turn(left - a), lsl, _turn(b - left)]),
            np.column_stack([_turn(a - right), rsr, _turn(right - b)]),
            np.column_stack([_turn(cross_lr - a), lsr, _turn(cross_lr - b)]),
            np.column_stack([_turn(a - cross_rl), rsl, _turn(b - cross_rl)]),
            np.column_stack([_turn(turn_rlr), rlr, _turn(a - b - turn_rlr + rlr)]),
            np.column_stack([_turn(turn_lrl), lrl, _turn(b - a - turn_lrl + lrl)]),
        ]
    )


def _turn(angle: Floats) -> Floats:
    """An angle from 0 up to a full turn, which counts as none."""
    angle = np.mod(angle, FULL)
    return np.where(angle > FULL - 1e-7, 0.0, angle)


def trace(pose: Floats, word: int, pieces: Floats, radius_m: float, finest_rad: float = FINEST_RAD) -> Floats:
    """The (n, 2) points of a path after its first pose: ends of straights, and arcs a few degrees apart."""
    x, y, heading = (float(v) for v in pose)
    parts = []
    for side, piece in zip(WORDS[word], pieces, strict=True):
        if piece * radius_m < 1e-6:
            continue
        if side == 0:
            x, y = x + piece * radius_m * np.cos(heading), y + piece * radius_m * np.sin(heading)
            parts.append(np.array([[x, y]]))
            continue
        at = heading + side * np.linspace(0.0, piece, int(np.ceil(piece / finest_rad)) + 1)[1:]
        xs = x + side * radius_m * (np.sin(at) - np.sin(heading))
        ys = y - side * radius_m * (np.cos(at) - np.cos(heading))
        parts.append(np.column_stack([xs, ys]))
        x, y, heading = float(xs[-1]), float(ys[-1]), float(at[-1])
    return np.concatenate(parts) if parts else np.zeros((0, 2))
