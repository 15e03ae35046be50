"""The way watched: where it is exposed, how long the column takes past it, and who keeps watch from where.

A lookout stands off the dangerous ground, near the way, where most of the dangerous stretch is in sight, and is there
before the column comes. The rear guard goes last. Where people stop or change, it is not on dangerous ground.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

import numpy as np
from numpy.typing import ArrayLike

from homeward.errors import BadInput
from homeward.geo import Floats, Grid
from homeward.rescue.carry import Profile
from homeward.rescue.crossed import mean_crossed
from homeward.rescue.numbers import number
from homeward.rescue.relay import Column, ColumnShape, column
from homeward.terrain.exposure import Exposure, Mask, waiting_cells
from homeward.terrain.ground import Terrain
from homeward.terrain.sight import line_of_sight


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedStretch:
    """A dangerous stretch of the way: metres `from_m` to `to_m` along it; the column enters it `enters_s` seconds into
    the carry and is clear of it at `clear_s`. `hits` expected injuries of all. `lookout_m` where a pair keeps watch
    (None: nowhere in sight), who sees the share `sees` of it.
    """

    from_m: float
    to_m: float
    enters_s: float
    clear_s: float
    hits: float
    column: Column
    lookout_m: tuple[float, float] | None
    sees: float
    why: str


def exposure_along(profile: Profile, hits_per_h: ArrayLike, terrain: Terrain) -> Floats:
    """Expected hits per person and second on each piece (n,) of a route, from a raster per person-hour (rows, cols)."""
    raster = np.asarray(hits_per_h, dtype=np.float64)
    grid = terrain.grid
    if raster.shape != grid.shape:
        raise BadInput(f"The exposure has {raster.shape} cells and the ground {grid.shape}. Give one of the same size.")
    return mean_crossed(raster, grid, profile.xy_m) / 3600.0


def exposed_spans(profile: Profile, hits_per_person_s: ArrayLike) -> tuple[tuple[int, int], ...]:
    """Where along the way it is dangerous: (first, end) pieces, gaps of less than the rear guard's distance closed.

    `hits_per_person_s` is (n,), one for each piece of the profile.
    """
    hazard = np.asarray(hits_per_person_s, dtype=np.float64)
    if hazard.shape != profile.slope.shape:
        raise BadInput(f"The exposure has {hazard.size} pieces and the way {profile.slope.size}. Give one for each.")
    edges = np.flatnonzero(np.diff(np.concatenate([[0], (hazard > 0).astype(int), [0]])))
    merged: list[tuple[int, int]] = []
    for a, b in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if merged and profile.at_m[a] - profile.at_m[merged[-1][1]] < number("rear_gap_m"):
            merged[-1] = (merged[-1][0], b)
        else:
            merged.append((a, b))
    return tuple(merged)


def watched(
    terrain: Terrain,
    profile: Profile,
    exposure: Exposure,
    *,
    people: int,
    carry_s: float | None = None,
    shape: ColumnShape | None = None,
) -> tuple[WatchedStretch, ...]:
    """Every dangerous stretch of the way with its column and lookout.

    `carry_s`: how long the carry takes in all (None: the median by day). A lookout stands on level ground out of all
    hazards; where there is none near that sees the stretch, there is no lookout and `why` says so.
    """
    hazard = exposure_along(profile, exposure.hits_per_h, terrain)
    whole = float(profile.carry_s.sum())
    if whole <= 0:
        return ()
    slower = 1.0 if carry_s is None else carry_s / whole
    spent = np.concatenate([[0.0], np.cumsum(profile.carry_s)]) * slower
    made = []
    safe = waiting_cells(terrain, exposure)
    for a, b in exposed_spans(profile, hazard):
        length, takes = float(profile.at_m[b] - profile.at_m[a]), float(spent[b] - spent[a])
        mean = float((hazard[a:b] * profile.carry_s[a:b]).sum() / profile.carry_s[a:b].sum())
        past = column(people=people, speed_mps=length / takes, danger_m=length, hits_per_person_s=mean, shape=shape)
        xy, sees = _lookout(terrain, profile, safe, (a, b))
        made.append(
            WatchedStretch(
                from_m=float(profile.at_m[a]),
                to_m=float(profile.at_m[b]),
                enters_s=float(spent[a]),
                clear_s=float(spent[a]) + past.clear_s,
                hits=past.hits,
                column=past,
                lookout_m=xy,
                sees=sees,
                why=_told(float(profile.at_m[a]), length, past, xy, sees),
            )
        )
    return tuple(made)


def stop_places(profile: Profile, stops: int, hits_per_person_s: ArrayLike | None = None) -> tuple[float, ...]:
    """Metres along the way of `stops` stops, evenly in carrying time; off dangerous ground, where there is other."""
    spent = np.concatenate([[0.0], np.cumsum(profile.carry_s)])
    hazard = np.zeros(len(profile.slope)) if hits_per_person_s is None else np.asarray(hits_per_person_s, np.float64)
    middle = (spent[1:] + spent[:-1]) / 2
    safe = np.flatnonzero(hazard <= 0)
    places = []
    for k in range(1, stops + 1):
        due = spent[-1] * k / (stops + 1)
        piece = min(int(np.searchsorted(spent, due, side="right")) - 1, len(hazard) - 1)
        if hazard[piece] > 0 and len(safe):
            piece = int(safe[np.argmin(np.abs(middle[safe] - due))])
            places.append(float((profile.at_m[piece] + profile.at_m[piece + 1]) / 2))
        else:
            places.append(float(np.interp(due, spent, profile.at_m)))
    return tuple(places)


def _lookout(
    terrain: Terrain, profile: Profile, safe: Mask, span: tuple[int, int]
) -> tuple[tuple[float, float] | None, float]:
    """(place off the dangerous ground from where most of the stretch is seen, share seen); near ones win."""
    a, b = span
    look = profile.xy_m[np.unique(np.linspace(a, b, 12).astype(int))]
    best: tuple[float, float, tuple[float, float] | None] = (0.0, 0.0, None)
    for x, y, off in _spots(terrain, profile, safe, span):
        sees = float(np.mean([line_of_sight(terrain, (x, y), p) for p in look]))
        worth = sees - off / (10 * number("lookout_m"))
        if sees > 0 and (best[2] is None or worth > best[1]):
            best = (sees, worth, (x, y))
    return best[2], best[0]


def _spots(terrain: Terrain, profile: Profile, safe: Mask, span: tuple[int, int]) -> list[tuple[float, float, float]]:
    """(x, y, metres off the way) on the `safe` cells (rows, cols): the way near the stretch, and ground beside it."""
    a, b = span
    near, grid = number("lookout_m"), terrain.grid
    along = (profile.at_m >= profile.at_m[a] - near) & (profile.at_m <= profile.at_m[b] + near)
    on_way = [(float(x), float(y)) for x, y in profile.xy_m[along] if _on(grid, safe, x, y)]
    spots = [(x, y, 0.0) for x, y in on_way[:: max(len(on_way) // 12, 1)]]
    for i in (a, (a + b) // 2, b):
        for bearing in np.radians(np.arange(0, 360, 30)):
            for off in (near / 2, near):
                x, y = (float(v) for v in profile.xy_m[i] + off * np.array([np.sin(bearing), np.cos(bearing)]))
                if _on(grid, safe, x, y):
                    spots.append((x, y, off))
    return spots


def _on(grid: Grid, cells: Mask, x: float, y: float) -> bool:
    return bool(grid.contains(x, y) and cells[grid.cell_of(x, y)])


def _told(from_m: float, length_m: float, past: Column, xy: tuple[float, float] | None, sees: float) -> str:
    said = (
        f"Exposed for {length_m:.0f} m from {from_m / 1000:.1f} km: the column of {past.length_m:.0f} m takes "
        f"{round(past.clear_s / 60)} min past it, nobody hurt there with {exp(-past.hits):.1%}."
    )
    if xy is None:
        return said + " No safe place near sees it, so nobody is posted: send a pair ahead, or take another way."
    return (
        said + f" A pair on watch sees {sees:.0%} of it; it stands before the column enters and stays till it is past."
    )
