"""The ground that posts are chosen on: where somebody may wait, and how long it takes from everywhere to a place."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.ndimage import label

from homeward.errors import BadInput
from homeward.geo import Floats, Grid
from homeward.team.post_records import XY
from homeward.terrain.exposure import Exposure, Mask, ground_without, waiting_cells
from homeward.terrain.ground import Terrain
from homeward.terrain.speed import going
from homeward.terrain.travel import route_m, travel_time_s

MARGIN_M = 1500.0
"""How far beyond the tasks posts are looked for. Our own limit."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Country:
    """A ground with hazards. `closed` are cells that ways keep out of, `safe` is the ground without them.

    `usable` are cells to wait on: out of all hazards, walkable, not too steep. `joined` numbers pieces of walkable
    ground (0: nobody walks there), `safe_joined` those of `safe`.
    """

    terrain: Terrain
    safe: Terrain
    closed: Mask
    usable: Mask
    joined: NDArray[np.int32]
    safe_joined: NDArray[np.int32]

    @property
    def grid(self) -> Grid:
        """The grid of it all."""
        return self.terrain.grid

    def at(self, xy_m: XY) -> tuple[int, int]:
        """Row and column of a place, which must lie on the map."""
        if not (np.isfinite(xy_m).all() and self.grid.contains(*xy_m)):
            raise BadInput(f"The place {xy_m[0]:.0f}, {xy_m[1]:.0f} lies outside the map. Choose a place on it.")
        return self.grid.cell_of(*xy_m)

    def center(self, cell: int) -> XY:
        """The middle of a cell by its flat number, metres."""
        x, y = self.grid.centers_m()
        return float(x[cell % self.grid.n_cols]), float(y[cell // self.grid.n_cols])


def country_of(terrain: Terrain, exposure: Exposure | None) -> Country:
    """The ground with what of it is safe, walkable and level enough to wait on."""
    if exposure is not None and exposure.hits_per_h.shape != terrain.grid.shape:
        raise BadInput(
            f"An exposure raster of {exposure.hits_per_h.shape} cells does not fit a ground of {terrain.grid.shape}. "
            "Make it on the same grid."
        )
    closed = np.zeros(terrain.grid.shape, dtype=np.bool_) if exposure is None else exposure.closed()
    factor, _ = going(terrain)
    pieces, safe_pieces = (label(open_, np.ones((3, 3)))[0] for open_ in (factor > 0, (factor > 0) & ~closed))
    return Country(
        terrain=terrain,
        safe=ground_without(terrain, closed),
        closed=closed,
        usable=waiting_cells(terrain, exposure),
        joined=np.asarray(pieces, dtype=np.int32),
        safe_joined=np.asarray(safe_pieces, dtype=np.int32),
    )


def times_to(country: Country, point_m: ArrayLike, *, max_s: float = np.inf) -> Floats:
    """Seconds on foot from every cell (rows, cols) to a place; out of hazards where there is a way that is.

    A place inside a hazard is reached by the quickest way, through it. inf: no way, a longer one than `max_s`, or the
    place is off the map. Times from cells that nobody waits on may be inf.
    """
    if not country.grid.contains(*np.asarray(point_m, dtype=np.float64).reshape(2)):
        return np.full(country.grid.shape, np.inf)
    return _times(country, point_m, country.usable, towards=True, max_s=max_s)


def times_from(country: Country, point_m: ArrayLike, *, max_s: float = np.inf, anywhere: bool = True) -> Floats:
    """Seconds on foot from a place to every cell (rows, cols), as `times_to`; or only to cells to wait on."""
    needed = np.ones(country.grid.shape, dtype=np.bool_) if anywhere else country.usable
    return _times(country, point_m, needed, towards=False, max_s=max_s)


def _times(country: Country, point_m: ArrayLike, needed: Mask, *, towards: bool, max_s: float) -> Floats:
    """Round hazards; to cells that are needed and that no way round leads to, through them."""
    point = np.asarray(point_m, dtype=np.float64).reshape(2)
    cell = country.at((float(point[0]), float(point[1])))
    try:
        if not country.closed.any() or country.closed[cell]:
            return travel_time_s(country.terrain, point, towards=towards, max_s=max_s)
        around = travel_time_s(country.safe, point, towards=towards, max_s=max_s)
        cut_off = needed & (country.joined == country.joined[cell]) & ~np.isfinite(around)
        if np.isfinite(max_s):  # a way round may only be too long: then nobody goes through
            cut_off &= country.safe_joined != country.safe_joined[cell]
        if not cut_off.any():
            return around
        through = travel_time_s(country.terrain, point, towards=towards, max_s=max_s)
    except BadInput:  # a team on a lake: nobody walks there
        return np.full(country.grid.shape, np.inf)
    return np.where(cut_off, through, around)


def way(country: Country, start_m: XY, end_m: XY) -> tuple[XY, ...]:
    """The way between two places, out of hazards where there is one; empty where there is none on foot."""
    inside = any(country.closed[country.at(place)] for place in (start_m, end_m))
    for ground in (country.terrain,) if inside else (country.safe, country.terrain):
        try:
            return tuple((float(x), float(y)) for x, y in route_m(ground, start_m, end_m))
        except BadInput:
            continue
    return ()


def cropped(terrain: Terrain, exposure: Exposure | None, points_m: Floats) -> tuple[Terrain, Exposure | None]:
    """The part of the ground, and of its hazards, within `MARGIN_M` of the box around points (n, 2)."""
    grid = terrain.grid
    low, high = points_m.min(axis=0) - MARGIN_M, points_m.max(axis=0) + MARGIN_M
    top = int(np.clip((grid.north_m - high[1]) // grid.cell_m, 0, grid.n_rows - 1))
    end = int(np.clip((grid.north_m - low[1]) // grid.cell_m + 1, top + 1, grid.n_rows))
    left = int(np.clip((low[0] - grid.west_m) // grid.cell_m, 0, grid.n_cols - 1))
    right = int(np.clip((high[0] - grid.west_m) // grid.cell_m + 1, left + 1, grid.n_cols))
    part = (slice(top, end), slice(left, right))
    small = grid.part(part)
    ground = replace(
        terrain,
        grid=small,
        elevation_m=terrain.elevation_m[part],
        hole=terrain.hole[part],
        cover=terrain.cover[part],
    )
    if exposure is None:
        return ground, None
    threats = tuple(
        replace(threat, hits_per_h=threat.hits_per_h[part], source=threat.source[part]) for threat in exposure.threats
    )
    return ground, replace(exposure, grid=small, hits_per_h=exposure.hits_per_h[part], threats=threats)


def clustered(points_m: Floats, *, cell_m: float, most: int) -> tuple[Floats, np.ndarray]:
    """(places (k, 2), place of each point): points near each other are taken together until `most` are left.

    Each place is one of its points, the nearest to their middle.
    """
    side = cell_m
    while True:
        _, of = np.unique(np.floor(points_m / side), axis=0, return_inverse=True)
        if of.max() < most:
            break
        side *= 1.4
    of = of.reshape(-1)
    places = np.empty((of.max() + 1, 2))
    for k in range(len(places)):
        mine = points_m[of == k]
        places[k] = mine[np.argmin(np.hypot(*(mine - mine.mean(axis=0)).T))]
    return places, of
