"""Moves of way-points and their effect on the ground in sight, counted on small squares.

A move changes a few steps; only squares that come into or go out of sight of one of them are touched, and put back
where the move does not pay. All compiled functions are in this file, because numba renews its cache of a file's
functions only when that file changes.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from homeward.geo import Floats
from homeward.search.sweep.kernel import compiled, drawn

# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator"

LENGTH, LIMIT, PRICE, FIRST, LAST, RADIUS, DECAY, SPEED = range(8)
WORTH, LATER, OWN = range(3)
MORE, FEWER = 1, -1
NEARLY = 0.99
NOTHING = (0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, -1.0)


class Board(NamedTuple):
    """Squares of ground: their mass, by how many steps each is `seen`; `log` undoes a move (row 0: size); walls."""

    mass: NDArray[np.float32]
    seen: NDArray[np.uint16]
    log: NDArray[np.int32]
    walls: Floats


class Walks(NamedTuple):
    """Paths in units of squares: per walk its points, of which `size` count, and in `team` what binds it.

    `step` (walks, points, 3): what mass is WORTH there, what a longer way costs all that comes LATER, and the mass
    that the step is the first to see (OWN). `new` are the points of one move, between its two fixed neighbours.
    """

    points: Floats
    size: NDArray[np.int64]
    team: Floats
    step: Floats
    new: Floats
    random: NDArray[np.uint64]


@compiled
def draw(board, walks, which, steps):  # pragma: no cover
    """Counts the ground that steps see, one after the other."""
    for s in range(which.size):
        i, k = which[s], steps[s]
        p, r = walks.points, walks.team[i, RADIUS]
        step = _capsule(p[i, k, 0], p[i, k, 1], p[i, k + 1, 0], p[i, k + 1, 1], r)
        board.log[0, 0] = -1
        walks.step[i, k, OWN] = _change(board, NOTHING, step)


@compiled
def move_points(board, walks, moves, heat, reach):  # pragma: no cover
    """Tries so many moves at one temperature. Way has its price only where nearly all of it is used."""
    for _ in range(moves):
        i = np.int64(_random(walks) * walks.size.size)
        low, high, count = _propose(walks, i, reach)
        if count < 0:
            continue
        more = _longer(walks, i, low, high, count)
        if more > 0 and walks.team[i, LENGTH] + more > walks.team[i, LIMIT]:
            continue
        near = walks.team[i, LENGTH] + max(0.0, more) > NEARLY * walks.team[i, LIMIT]
        cost = more * (walks.step[i, max(0, low - 1), LATER] + (walks.team[i, PRICE] if near else 0.0))
        if _gain(board, walks, i, low, high, count) >= cost + heat * np.log(_random(walks) + 1e-300):
            _write(walks, i, low, high, count)
            walks.team[i, LENGTH] += more
        else:
            _undo(board)


@compiled
def _random(walks):  # pragma: no cover
    """The next random number, from 0 to 1."""
    return np.float64(drawn(walks.random) >> np.uint64(11)) / 9007199254740992.0


@compiled
def _propose(walks, i, reach):  # pragma: no cover
    """A move: points `low`..`high` of a walk give way to `count` points, written to `new` from 1 on; -1: none.

    Row 0 and the row after those points hold the neighbours that stay.
    """
    n, r, at, new = walks.size[i], walks.team[i, RADIUS], walks.points[i], walks.new
    k, kind = np.int64(_random(walks) * n), _random(walks)
    away, angle = reach * r * np.exp(-3 * _random(walks)), 2 * np.pi * _random(walks)
    dx, dy = away * np.cos(angle), away * np.sin(angle)
    low, high, count = k, k, np.int64(0)
    if kind < 0.7:  # one point moves, or up to five together; two of them mostly sideways
        if kind > 0.4:
            high = min(n - 1, k + 1 + np.int64(4 * _random(walks)))
        if high == k + 1 and _random(walks) < 0.7:
            ex, ey = at[high, 0] - at[k, 0], at[high, 1] - at[k, 1]
            side = (away if angle < np.pi else -away) / (np.sqrt(ex * ex + ey * ey) + 1e-9)
            dx, dy = -ey * side, ex * side
        count = high - k + 1
        for q in range(count):
            new[q + 1, 0], new[q + 1, 1] = at[k + q, 0] + dx, at[k + q, 1] + dy
    elif kind < 0.85:
        high = k + np.int64(2.5 * _random(walks))
    else:
        low, count, part = k + 1, np.int64(1), _random(walks)
        if k + 1 < n:
            new[1, 0] = at[k, 0] + part * (at[k + 1, 0] - at[k, 0]) + dx
            new[1, 1] = at[k, 1] + part * (at[k + 1, 1] - at[k, 1]) + dy
    if low == n or high >= n or not 2 <= n - (high - low + 1) + count < len(at):
        return 0, 0, -1
    if (low == 0 and walks.team[i, FIRST] > 0) or (high == n - 1 and walks.team[i, LAST] > 0):
        return 0, 0, -1
    for q in range(2):
        new[0, q], new[count + 1, q] = at[max(0, low - 1), q], at[min(n - 1, high + 1), q]
    return low, high, count


@compiled
def _ranges(walks, i, low, high, count):  # pragma: no cover
    """First and last of the points between which the way changes: of the walk, and of `new`."""
    n = walks.size[i]
    return max(0, low - 1), min(n - 1, high + 1), 0 if low > 0 else 1, count + 1 if high < n - 1 else count


@compiled
def _longer(walks, i, low, high, count):  # pragma: no cover
    """By how much the move makes the way longer."""
    first, last, begin, end = _ranges(walks, i, low, high, count)
    more, at, new = 0.0, walks.points[i], walks.new
    for k in range(begin, end):
        more += np.sqrt((new[k + 1, 0] - new[k, 0]) ** 2 + (new[k + 1, 1] - new[k, 1]) ** 2)
    for k in range(first, last):
        more -= np.sqrt((at[k + 1, 0] - at[k, 0]) ** 2 + (at[k + 1, 1] - at[k, 1]) ** 2)
    return more


@compiled
def _gain(board, walks, i, low, high, count):  # pragma: no cover
    """What comes into sight less what goes out of it by the move, which is drawn; -inf where it is not allowed."""
    first, last, begin, end = _ranges(walks, i, low, high, count)
    at, new, r, gain = walks.points[i], walks.new, walks.team[i, RADIUS], 0.0
    board.log[0, 0] = 0
    for s in range(max(last - first, end - begin)):
        p, q = first + min(s, last - first - 1), begin + min(s, end - begin - 1)
        old = _capsule(at[p, 0], at[p, 1], at[p + 1, 0], at[p + 1, 1], r) if s < last - first else NOTHING
        step = _capsule(new[q, 0], new[q, 1], new[q + 1, 0], new[q + 1, 1], r) if s < end - begin else NOTHING
        lines = old[3] - old[1] + step[3] - step[1] + 4 * r + 4
        if board.log[0, 0] + 2 * lines > len(board.log) - 1 or (s < end - begin and _blocked(board.walls, step)):
            return -np.inf
        gain += walks.step[i, p, WORTH] * _change(board, old, step)
    return gain


@compiled
def _blocked(walls, step):  # pragma: no cover
    """Whether a step meets a wall."""
    ax, ay, bx, by = step[0], step[1], step[2], step[3]
    for k in range(len(walls)):
        x, y, ex, ey = walls[k, 0], walls[k, 1], walls[k, 2] - walls[k, 0], walls[k, 3] - walls[k, 1]
        if (ex * (ay - y) - ey * (ax - x)) * (ex * (by - y) - ey * (bx - x)) <= 0:
            c = (bx - ax) * (y - ay) - (by - ay) * (x - ax)
            if c * (c + (bx - ax) * ey - (by - ay) * ex) <= 0:
                return True
    return False


@compiled
def _write(walks, i, low, high, count):  # pragma: no cover
    """Carries the move out in the walk's points and what is known per step."""
    n, shift = walks.size[i], count - (high - low + 1)
    at, step = walks.points[i], walks.step[i]
    for q in range(n - high - 1 if shift != 0 else 0):
        k = n - 1 - q if shift > 0 else high + 1 + q
        at[k + shift, 0], at[k + shift, 1] = at[k, 0], at[k, 1]
        for part in range(3):
            step[k + shift, part] = step[k, part]
    for q in range(count):
        at[low + q, 0], at[low + q, 1] = walks.new[q + 1, 0], walks.new[q + 1, 1]
        if shift > 0:
            for part in range(3):
                step[low + q, part] = step[low - 1, part]
    walks.size[i] = n + shift


@compiled
def _capsule(ax, ay, bx, by, r):  # pragma: no cover
    """The ground within r of a step: its lower end, its upper end, its direction, columns per row along it, r."""
    if ay > by:
        ax, ay, bx, by = bx, by, ax, ay
    dx, dy = bx - ax, by - ay
    length = np.sqrt(dx * dx + dy * dy)
    if length > 0:
        dx, dy = dx / length, dy / length
    else:
        dx = 1.0
    return ax, ay, bx, by, dx, dy, dx / dy if dy > 1e-9 else 0.0, r


@compiled
def _row(step, y, cols):  # pragma: no cover
    """First and last column whose centre lies in the capsule on the line at y: by circles at its ends and its sides."""
    ax, ay, bx, by, dx, dy, slope, r = step
    ya, yb = y - ay, y - by
    if r < 0 or ya < -r or yb > r:
        return 0, -1
    if ya < r * dx:
        left = ax - np.sqrt(max(0.0, r * r - ya * ya))
    elif yb > r * dx:
        left = bx - np.sqrt(max(0.0, r * r - yb * yb))
    else:
        left = ax - r * dy + (ya - r * dx) * slope
    if ya < -r * dx:
        right = ax + np.sqrt(max(0.0, r * r - ya * ya))
    elif yb > -r * dx:
        right = bx + np.sqrt(max(0.0, r * r - yb * yb))
    else:
        right = ax + r * dy + (ya + r * dx) * slope
    return max(0, np.int64(np.ceil(left - 0.5))), min(cols - 1, np.int64(np.floor(right - 0.5)))


@compiled
def _change(board, old, new):  # pragma: no cover
    """One capsule goes out of the count, another comes in (either may be NOTHING): the change of the mass in sight."""
    rows, cols = board.mass.shape
    first, last = min(old[1] - old[7], new[1] - new[7]), max(old[3] + old[7], new[3] + new[7])
    if old[7] < 0 or new[7] < 0:
        one = new if old[7] < 0 else old
        first, last = one[1] - one[7], one[3] + one[7]
    top, bottom, gain = int(np.ceil(first - 0.5)), int(np.floor(last - 0.5)), 0.0
    for i in range(max(0, top), min(rows, bottom + 1)):
        a, b = _row(old, i + 0.5, cols)
        c, d = _row(new, i + 0.5, cols)
        if a > b or c > d or a > d or c > b:
            gain += _paint(board, i, c, d, MORE) + _paint(board, i, a, b, FEWER)
            continue
        gain += _paint(board, i, c, a - 1, MORE) + _paint(board, i, b + 1, d, MORE)
        gain += _paint(board, i, a, c - 1, FEWER) + _paint(board, i, d + 1, b, FEWER)
    return gain


@compiled
def _paint(board, i, first, last, change):  # pragma: no cover
    """One step MORE or FEWER sees a stretch of a row: the change of the mass in sight, noted in the log."""
    if first > last:
        return 0.0
    gain, mass, seen, log = 0.0, board.mass, board.seen, board.log
    if change > 0:
        for j in range(first, last + 1):
            gain += mass[i, j] if seen[i, j] == 0 else 0.0
            seen[i, j] += 1
    else:
        for j in range(first, last + 1):
            seen[i, j] -= 1
            gain -= mass[i, j] if seen[i, j] == 0 else 0.0
    if log[0, 0] >= 0:
        log[0, 0] += 1
        n = log[0, 0]
        log[n, 0], log[n, 1], log[n, 2], log[n, 3] = i, first, last, change
    return gain


@compiled
def _undo(board):  # pragma: no cover
    """Puts the counts back as they were before the move."""
    for k in range(1, board.log[0, 0] + 1):
        for j in range(board.log[k, 1], board.log[k, 2] + 1):
            board.seen[board.log[k, 0], j] -= board.log[k, 3]
