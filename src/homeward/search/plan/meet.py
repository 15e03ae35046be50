"""Where moving subjects meet searchers: who comes by a post, and when."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from homeward.belief.ahead import Movers
from homeward.errors import BadInput
from homeward.geo import Floats, Grid
from homeward.search.records import XY


def post_meets(movers: Movers, grid: Grid, at_m: XY, *, radius_m: float) -> tuple[NDArray[np.int32], Floats]:
    """Who comes within `radius_m` of a point, and when: (mover index, seconds from the plan's start).

    Movers go in straight lines at an even pace from the middle of one mark's cell to that of the next; one that is off
    the map at the next mark leaves straight on over the nearest edge. There is one entry for each step between two
    marks in which a mover is within the radius, at the moment when it comes there (or at the step's begin, where it
    is there already), and one at the last mark. Sorted by mover, then by time: a post finds with its one chance at the
    first of a mover's entries that lie in its time. Homeward's own simplification: ways between marks are not traced.
    """
    if not 0 < radius_m < np.inf:
        raise BadInput(f"A post that sees {radius_m:g} m far cannot be. Give more than 0.")
    marks = np.asarray(movers.marks_s, dtype=np.float64)
    x, y = float(at_m[0]) - grid.west_m, grid.north_m - float(at_m[1])
    place = (x / grid.cell_m, y / grid.cell_m, radius_m / grid.cell_m)
    who, when = _meetings(movers.cell, marks, place, grid.shape)
    return who, when


@njit(cache=True)
def _meetings(cell, marks, place, shape):  # type: ignore[no-untyped-def]
    """`post_meets` in cells from the north-western corner; `place` is (east, south, radius)."""
    x, y, radius = place
    rows, cols = shape
    who, when, n = np.empty(1024, np.int32), np.empty(1024), 0
    for k in range(cell.shape[1]):
        for m in range(marks.size):
            if cell[m, k] < 0:
                break
            ax, ay = cell[m, k] % cols + 0.5, cell[m, k] // cols + 0.5
            bx, by = ax, ay
            if m + 1 < marks.size:
                bx, by = _next_place(cell[m + 1, k], (ax, ay), (rows, cols))
            if min(ax, bx) - radius > x or max(ax, bx) + radius < x:
                continue
            if min(ay, by) - radius > y or max(ay, by) + radius < y:
                continue
            share = _enters(ax - x, ay - y, bx - ax, by - ay, radius)
            if share > 1.0:
                continue
            if n == who.size:
                who, when = np.append(who, np.empty(n, np.int32)), np.append(when, np.empty(n))
            span = marks[m + 1] - marks[m] if m + 1 < marks.size else 0.0
            who[n], when[n] = k, marks[m] + share * span
            n += 1
    return who[:n].copy(), when[:n].copy()


@njit(cache=True)
def _next_place(to, here, shape):  # type: ignore[no-untyped-def]
    """Where a step ends: the middle of a cell, or the nearest point of the map's edge for who is off it then."""
    rows, cols = shape
    if to >= 0:
        return to % cols + 0.5, to // cols + 0.5
    x, y = here
    nearest = min(x, cols - x, y, rows - y)
    if nearest == x:
        return 0.0, y
    if nearest == cols - x:
        return float(cols), y
    return (x, 0.0) if nearest == y else (x, float(rows))


@njit(cache=True)
def _enters(x, y, dx, dy, radius):  # type: ignore[no-untyped-def]
    """The share of a step from (x, y) by (dx, dy) after which it is within a radius of the origin; 2 for never."""
    short = x * x + y * y - radius * radius
    if short <= 0:
        return 0.0
    a, b = dx * dx + dy * dy, x * dx + y * dy
    inner = b * b - a * short
    if a == 0 or b >= 0 or inner < 0:
        return 2.0
    share = (-b - np.sqrt(inner)) / a
    return share if share <= 1.0 else 2.0
