"""Outlines of what clues point at, for pictures: the beam, the ring, the ellipse, the areas.

One standard deviation to either side, as the map counts it; what has no end is drawn out to a few kilometres, for the
picture only.
"""

from __future__ import annotations

import numpy as np

from homeward.belief.clue_defaults import filled, heard_within_m
from homeward.geo import Place, offset
from homeward.mission.nouns import Clue, ClueKind

Ring = list[Place]
_REACH_M = 5000.0  # of a bearing without a distance
_TRACK_M = 2000.0  # of a track's way on
_STEPS = 12  # of an arc to either side, and of a quarter of a circle


def outlines(clue: Clue) -> list[list[Ring]]:
    """What a clue points at, as polygons: each its outer ring, then the holes in it, all closed.

    Empty for a mere point. A ring that follows a bearing starts on its far side.
    """
    told = clue.error_m is not None
    clue, _ = filled(clue)
    match clue.kind:
        case ClueKind.POINT | ClueKind.IMAGE:
            return [[_ellipse(clue)]] if told else []
        case ClueKind.BEARING | ClueKind.TRACK:
            return [_bearing(clue)] if clue.bearing_deg is not None else []
        case ClueKind.SECTOR:
            return [_cell(clue)]
        case ClueKind.RING | ClueKind.ABSENCE:
            return [_around(clue)]
        case ClueKind.AREAS:
            return [[_closed(list(area.ring))] for area in clue.areas]


def lonlat(ring: Ring) -> list[list[float]]:
    """A ring as GeoJSON has it, to a tenth of a metre."""
    return [[round(p.lon_deg, 6), round(p.lat_deg, 6)] for p in ring]


def _bearing(clue: Clue) -> list[Ring]:
    half = clue.bearing_sd_deg or 0.0
    if clue.kind is ClueKind.TRACK:
        return _sector(clue, half, 0.0, _TRACK_M)
    if clue.range_m is None:
        return _sector(clue, half, 0.0, heard_within_m(clue) or _REACH_M)
    give = clue.range_sd_m or 0.0
    return _sector(clue, half, max(0.0, clue.range_m - give), clue.range_m + give)


def _cell(clue: Clue) -> list[Ring]:
    near, far = clue.range_min_m or 0.0, clue.range_max_m or 0.0
    if clue.bearing_deg is None or clue.width_deg is None or clue.width_deg >= 360:
        return _annulus(clue.place, near, far)
    return _sector(clue, clue.width_deg / 2, near, far)


def _around(clue: Clue) -> list[Ring]:
    if clue.range_m is None:
        return _annulus(clue.place, 0.0, heard_within_m(clue) or 0.0)
    if clue.kind is ClueKind.ABSENCE:
        return _annulus(clue.place, 0.0, clue.range_m)
    give = clue.range_sd_m or 0.0
    return _annulus(clue.place, clue.range_m - give, clue.range_m + give)


def _sector(clue: Clue, half_deg: float, near_m: float, far_m: float) -> list[Ring]:
    turns = (clue.bearing_deg or 0.0) + np.linspace(-half_deg, half_deg, _STEPS + 1)
    far = [offset(clue.place, bearing_deg=float(t), distance_m=far_m) for t in turns]
    near = [offset(clue.place, bearing_deg=float(t), distance_m=near_m) for t in turns[::-1]]
    return [_closed([*far, *(near if near_m > 0 else [clue.place])])]


def _annulus(place: Place, near_m: float, far_m: float) -> list[Ring]:
    turns = np.linspace(0, 360, 4 * _STEPS, endpoint=False)
    rings = [[offset(place, bearing_deg=float(t), distance_m=d) for t in turns] for d in (far_m, near_m) if d > 0]
    return [_closed(ring) for ring in rings]


def _ellipse(clue: Clue) -> Ring:
    along = clue.error_m or 0.0
    across = clue.error_across_m or along
    ring = []
    for turn in np.radians(np.linspace(0, 360, 4 * _STEPS, endpoint=False)):
        u, v = along * np.cos(turn), across * np.sin(turn)
        bearing = (clue.error_axis_deg or 0.0) + np.degrees(np.arctan2(v, u))
        ring.append(offset(clue.place, bearing_deg=float(bearing), distance_m=float(np.hypot(u, v))))
    return _closed(ring)


def _closed(ring: Ring) -> Ring:
    return ring if ring[0] == ring[-1] else [*ring, ring[0]]
