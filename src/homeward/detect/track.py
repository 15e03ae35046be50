"""What a path really walked or flown has covered: its swept area, smeared to both sides, as a coverage raster."""

from __future__ import annotations

from math import ceil, erf, floor, sqrt

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from homeward.errors import BadInput
from homeward.geo import Floats, Grid

_SPREAD = 1 / np.sqrt(2 * np.pi)  # sd over sweep width of a Gaussian lateral range curve whose peak is 1
_REACH = 3.5  # the smear is cut off at this many sd, and what is left scaled back to the whole


def track_coverage(grid: Grid, xy_m: ArrayLike, *, sweep_width_m: Floats, abreast: int = 1) -> Floats:
    """Coverage C that a path leaves on each cell (rows, cols), so that POD there is 1 - exp(-C).

    `xy_m` (n, 2) metres of the grid's CRS; a row of NaN is a gap, never bridged. `sweep_width_m` (rows, cols), the
    whole team's, >= 0, is read where the searchers are. `abreast` searchers walk side by side on the path's both
    sides, sharing the width evenly.

    The path is cut at the cells' edges; each piece of length L adds W L of swept area, spread to both sides by a
    Gaussian of sd W / sqrt(2 pi) (a bell-shaped lateral range curve of area W and peak 1; for several abreast the sd
    of that many bells side by side), averaged over each cell. So sum(C x cell area) = integral of W along the path,
    but for what falls off the map. That hazards add, from pass to pass and team to team, is the random-search law
    (Koopman 1946, Search and Screening, OEG Report 56); the bell is homeward's own judgement after the lateral range
    curves of Koester et al. (2014), Wilderness Environ Med 25:132-142.
    """
    path = np.ascontiguousarray(xy_m, dtype=np.float64)
    width = np.ascontiguousarray(sweep_width_m, dtype=np.float64)
    if path.ndim != 2 or path.shape[1] != 2:
        raise BadInput(f"A path of shape {path.shape} cannot be. Give (n, 2): metres east and north.")
    if width.shape != grid.shape:
        raise BadInput(f"Sweep widths of {width.shape} cells do not fit a grid of {grid.shape}.")
    if not (np.isfinite(width).all() and width.min() >= 0):
        raise BadInput("A sweep width below zero, or not a number, cannot be. Give metres, 0 where nothing is seen.")
    if abreast < 1:
        raise BadInput(f"{abreast} searchers abreast cannot be. Give 1 or more.")
    one = 1.0 / abreast
    spread = float(np.sqrt((_SPREAD * one) ** 2 + (1 - one**2) / 12))
    cells = np.column_stack([(path[:, 0] - grid.west_m), (grid.north_m - path[:, 1])]) / grid.cell_m
    return _cover(cells, width / grid.cell_m, spread)


@njit(cache=True)
def _cover(path: Floats, width: Floats, spread: float) -> Floats:
    """In cells: x to the right, y down. Returns the coverage raster."""
    out = np.zeros(width.shape)
    for k in range(len(path) - 1):
        if np.isfinite(path[k].sum() + path[k + 1].sum()):
            _cover_leg(out, width, spread, path[k], path[k + 1])
    return out


@njit(cache=True)
def _cover_leg(out, width, spread, start, end):  # type: ignore[no-untyped-def]
    """One straight leg: clipped to the map, then cut at every cell edge (Amanatides & Woo 1987, Eurographics)."""
    n_rows, n_cols = width.shape
    x0, y0 = start[0], start[1]
    dx, dy = end[0] - x0, end[1] - y0
    t, t_end = _clip(x0, dx, float(n_cols), 0.0, 1.0)
    t, t_end = _clip(y0, dy, float(n_rows), t, t_end)
    length = sqrt(dx * dx + dy * dy)
    while t < t_end:
        t_next = min(t_end, _next_edge(x0, dx, t), _next_edge(y0, dy, t))
        middle = 0.5 * (t + t_next)
        x, y = x0 + dx * middle, y0 + dy * middle
        col, row = min(max(floor(x), 0), n_cols - 1), min(max(floor(y), 0), n_rows - 1)
        w = width[row, col]
        if w > 0.0:
            _stamp(out, x, y, w * spread, w * length * (t_next - t))
        t = t_next


@njit(cache=True)
def _clip(start, step, n, t0, t1):  # type: ignore[no-untyped-def]
    """The part of t0..t1 on which 0 <= start + t step <= n (Liang & Barsky 1984, ACM Trans. Graph. 3(1):1-22)."""
    if step == 0.0:
        return (t0, t1) if 0.0 <= start <= n else (1.0, 0.0)
    a, b = -start / step, (n - start) / step
    return max(t0, min(a, b)), min(t1, max(a, b))


@njit(cache=True)
def _next_edge(start, step, t):  # type: ignore[no-untyped-def]
    """The smallest t' > t at which start + t' step is a whole number."""
    if step == 0.0:
        return np.inf
    here = start + t * step
    edge = floor(here) + 1.0 if step > 0 else ceil(here) - 1.0
    ahead = (edge - start) / step
    if ahead <= t + 1e-12:
        ahead = (edge + (1.0 if step > 0 else -1.0) - start) / step
    return ahead


@njit(cache=True)
def _stamp(out, x, y, sd, mass):  # type: ignore[no-untyped-def]
    """Adds `mass` as a Gaussian of `sd` cells around (x, y), averaged over each cell, whole but for what is off map."""
    n_rows, n_cols = out.shape
    reach = _REACH * sd
    c0, c1 = floor(x - reach), floor(x + reach)
    r0, r1 = floor(y - reach), floor(y + reach)
    across = _shares(x, sd, c0, c1)
    down = _shares(y, sd, r0, r1)
    for r in range(max(r0, 0), min(r1 + 1, n_rows)):
        part = mass * down[r - r0]
        for c in range(max(c0, 0), min(c1 + 1, n_cols)):
            out[r, c] += part * across[c - c0]


@njit(cache=True)
def _shares(center, sd, first, last):  # type: ignore[no-untyped-def]
    """Shares of a Gaussian in the cells `first`..`last`, scaled to sum to 1."""
    share = np.empty(last - first + 1)
    if last == first:
        share[0] = 1.0
        return share
    scale = 1.0 / (sd * sqrt(2.0))
    below = erf((first - center) * scale)
    for i in range(last - first + 1):
        above = erf((first + i + 1 - center) * scale)
        share[i] = above - below
        below = above
    return share / share.sum()
