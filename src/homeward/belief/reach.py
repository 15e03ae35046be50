"""How far the subject can have gone: over the real ground, in the time gone, before walking ended."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy import ndimage

from homeward.belief.motion import mobility
from homeward.belief.prior import WALK_AT_MOST_MPS, Plane, distance_m
from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.terrain import travel_time_s
from homeward.terrain.ground import Cover, Terrain

# Homeward's own judgement: the share kept of what could not be walked; the map may lack a way, the time may be wrong,
# or somebody gave a lift.
NOT_WALKED = 0.02
LIMITED_PACE = 0.5
"""How fast a subject that can hardly move goes against others: homeward's own judgement."""
_STEEP = 1.0  # slopes beyond 45 deg are not walked off the path (see terrain)
_STEPS = 2  # cells


@lru_cache(maxsize=4)  # scenarios share the ground
def walked_s(terrain: Terrain, ipp_m: tuple[float, float]) -> Floats | None:
    """Seconds on foot from the IPP to each cell (rows, cols), inf = never; None where nobody can leave the IPP.

    Into water, over a cliff and the like it is as long as to the nearest place where one can still stand.
    """
    try:
        time_s = travel_time_s(terrain, [ipp_m], neighbours=8)
    except BadInput:
        return None
    known = np.isfinite(time_s)
    if not known[distance_m(terrain.grid, ipp_m) > 4 * terrain.grid.cell_m].any():
        return None
    gap, (row, col) = ndimage.distance_transform_edt(~known, return_indices=True)
    fallen = ~known & ((terrain.cover == Cover.WATER) | (terrain.slope() > _STEEP) | (gap <= _STEPS))
    time_s = np.where(fallen, time_s[row, col], time_s)
    time_s.flags.writeable = False
    return time_s


def still_going(time_s: Floats, category: str | None, ecoregion: str | None) -> Floats:
    """Probability that a subject walks on for so long, >= 0.02: the mobility hours that the walks go by too."""
    lasted = mobility(category, ecoregion=ecoregion).still_moving_each(time_s / 3600)
    return np.asarray(np.maximum(lasted, NOT_WALKED), dtype=np.float64)


def within_reach(plane: Plane, time_s: Floats, *, hours: float, always_m: float, pace: float) -> Floats:
    """(n,) 1 where one can be on foot within `hours`, 0.02 elsewhere; `time_s` (rows, cols) seconds to each cell.

    Beyond the map in a straight line from its edge, at `pace` times the fastest; within `always_m` of the IPP one
    always can.
    """
    cells = plane.away_m[: plane.n_cells].reshape(plane.grid.shape)
    far_m = _farthest_outside_m(time_s, cells, within_s=hours * 3600, speed_mps=pace * WALK_AT_MOST_MPS)
    on_map = (time_s <= hours * 3600) | (cells <= max(always_m, plane.grid.cell_m))
    reach = plane.wide(on_map.astype(np.float64), 0.0)
    reach[plane.n_cells :] = plane.away_m[plane.n_cells :] <= far_m
    return np.where(reach > 0, 1.0, NOT_WALKED)


def _farthest_outside_m(time_s: Floats, away_m: Floats, *, within_s: float, speed_mps: float) -> float:
    """How far from the IPP one can be beyond the map's edge: from there on in a straight line. 0 = not that far."""
    edge = np.ones(time_s.shape, dtype=np.bool_)
    edge[1:-1, 1:-1] = False
    left_s = within_s - time_s[edge]
    over = left_s >= 0
    if not over.any():
        return 0.0
    return float(np.minimum(away_m[edge][over] + left_s[over] * speed_mps, 1e7).max())
