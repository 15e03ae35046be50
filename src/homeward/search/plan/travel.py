"""Times between the places that teams go to: on foot over the real ground, by air in a straight line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.search.plan.skills import FLIGHT_MPS, sample
from homeward.terrain import travel_time_s
from homeward.terrain.ground import Terrain

_CELLS = 40_000  # the schedule's travel times are worked out on ground at most this fine
LONGEST_S = 3600.0  # of a way from one task to the next (our own choice)
_TOGETHER_CELLS = 3.0  # places this near share one source, with a straight walk between
_STRAIGHT_MPS = 0.8


def coarse(terrain: Terrain, cells: int = _CELLS) -> Terrain:
    """The same ground on larger cells, mean elevation and the cover of the middle cell, for quick travel times."""
    grid = terrain.grid
    k = round(np.sqrt(grid.n_rows * grid.n_cols / cells))
    if k <= 1:
        return terrain
    n_rows, n_cols = -(-grid.n_rows // k), -(-grid.n_cols // k)
    pad = ((0, n_rows * k - grid.n_rows), (0, n_cols * k - grid.n_cols))
    z = np.pad(terrain.elevation_m, pad, mode="edge").reshape(n_rows, k, n_cols, k).mean(axis=(1, 3))
    cover = np.pad(terrain.cover, pad, mode="edge")[k // 2 :: k, k // 2 :: k]
    hole = np.pad(terrain.hole, pad, mode="edge")[k // 2 :: k, k // 2 :: k]
    south = grid.north_m - n_rows * k * grid.cell_m
    larger = replace(grid, south_m=south, cell_m=grid.cell_m * k, n_rows=n_rows, n_cols=n_cols)
    return replace(terrain, grid=larger, elevation_m=z, cover=cover, hole=hole)


def walking_times_s(
    terrain: Terrain, bases_m: Floats, places_m: Floats, *, progress: Callable[[float], None]
) -> Floats:
    """Seconds on foot from each to each of bases, then places (n, n); inf where there is no way.

    Worked out on coarser ground where the map is large. Between places that are no bases, ways of more than
    `LONGEST_S` count as none: a team would rather be sent from elsewhere.
    """
    ground = coarse(terrain)
    everywhere = np.concatenate([bases_m, places_m])
    times = np.full((len(everywhere), len(everywhere)), np.inf)
    for i, base in enumerate(bases_m):
        twin = next(n for n, other in enumerate(bases_m) if (other == base).all())
        if twin < i:
            times[i], times[:, i] = times[twin], times[:, twin]
            continue
        times[i] = _to(ground, base, everywhere)
        times[:, i] = _to(ground, base, everywhere, towards=True)
    sources, own = _together(places_m, _TOGETHER_CELLS * ground.grid.cell_m)
    gap = np.hypot(*(places_m - sources[own]).T) / _STRAIGHT_MPS if len(own) else np.empty(0)
    for i, source in enumerate(sources):
        rows = np.nonzero(own == i)[0]
        there = _to(ground, source, places_m, longest_s=LONGEST_S)
        times[len(bases_m) + rows, len(bases_m) :] = gap[rows, None] + there[None, :]
        progress((i + 1) / len(sources))
    np.fill_diagonal(times, 0.0)
    return times


def _to(
    ground: Terrain, source: Floats, places_m: Floats, *, towards: bool = False, longest_s: float = np.inf
) -> Floats:
    try:
        field = travel_time_s(ground, source[None], towards=towards, max_s=longest_s)
    except BadInput:  # no walkable ground near: nobody starts here
        return np.full(len(places_m), np.inf)
    return sample(field, ground.grid, places_m)


def flying_times_s(places_m: Floats) -> Floats:
    """Seconds in a straight flight from each place to each (n, n)."""
    apart = places_m[:, None, :] - places_m[None, :, :]
    return np.asarray(np.hypot(apart[..., 0], apart[..., 1]) / FLIGHT_MPS, dtype=np.float64)


def _together(places_m: Floats, within_m: float) -> tuple[Floats, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """Few places that stand for many: each place's nearest is at most `within_m` away. (sources, index per place)."""
    sources: list[Floats] = []
    own = np.zeros(len(places_m), dtype=np.int64)
    for i, place in enumerate(places_m):
        if sources:
            far = np.hypot(*(np.array(sources) - place).T)
            own[i] = int(np.argmin(far))
            if far[own[i]] <= within_m:
                continue
        own[i] = len(sources)
        sources.append(place)
    return np.array(sources).reshape(-1, 2), own
