"""The published shares that a prior is raked to (see `marginals`): distance, kinds of ground, direction, up or down,
distance from the nearest track."""

from __future__ import annotations

import numpy as np
from scipy.interpolate import PchipInterpolator

from homeward.belief.attract import PLAIN, Kinds
from homeward.belief.marginals import Marginal
from homeward.belief.prior import Plane
from homeward.belief.tables import rows
from homeward.geo import Floats
from homeward.terrain.ground import Terrain

DISTANCE, TRACK = "distance", "track"
_ANYWHERE = 1e12
# How often a share may be that which the ground offers, all homeward's own judgement. Up or down and the distance from
# a track are shares over many grounds, and from low and untold numbers of cases; one valley offers little downhill.
_UP_DOWN_AT_MOST = 1.5
_TRACK_AT_MOST = 1.25
_GROUND_AT_MOST = 4.0
_DIRECTION_AT_MOST = 15.0
_LEVEL_M = (5.0, 50.0)  # homeward's own judgement: what counts as level with the IPP lies between these; see below
_SHARPEST_DEG = 5.0  # homeward's own judgement: nobody tells a direction of travel better than this
_NO_DIRECTION_M = 100.0  # homeward's own judgement: nearer the IPP than it is known to be, there is none
_ALL_AS_CASES = 20.0  # homeward's own judgement: as many cases of everybody stand behind the angles of a category
_UNTOLD_CASES = 10.0
_ON_TRACK_M = 15.0  # as in attraction.csv


def by_distance(plane: Plane, reach: Floats | None = None) -> Marginal:
    """Every ring of distance keeps its probability, less what of it could not be reached (`reach` (n,), 0..1)."""
    n = int(plane.ring.max()) + 1
    mass = np.bincount(plane.ring, weights=plane.radial if reach is None else plane.radial * reach, minlength=n)
    return Marginal(
        name=DISTANCE,
        labels=tuple(f"ring {k}" for k in range(n)),
        of=plane.ring,
        wanted=mass / mass.sum(),
        at_most=_ANYWHERE,
        factor_at_most=_ANYWHERE,
        source="distances.csv",
    )


def by_kind(plane: Plane, kinds: Kinds, base: Floats) -> Marginal:
    """The share of each kind of ground on the map.

    As many as if its density were so many times that of plain ground at the same distance as published, and every ring
    of distance kept what `base` (n,), before any attraction, has in it.
    """
    of = _on_map(plane, kinds.kind)
    value = plane.carried_on(kinds.factor)
    drawn = np.bincount(plane.ring, weights=base * value)
    kept = np.bincount(plane.ring, weights=base)
    scale = np.divide(kept, drawn, out=np.zeros_like(kept), where=drawn > 0)
    wanted = np.bincount(of + 1, weights=base * value * scale[plane.ring], minlength=len(kinds.names) + 1)[1:]
    return Marginal(
        name="ground",
        labels=(PLAIN, *kinds.names[1:]),
        of=of,
        wanted=wanted / wanted.sum(),
        at_most=_ANYWHERE,
        factor_at_most=_GROUND_AT_MOST,
        source="attraction.csv",
    )


def by_elevation(
    plane: Plane, terrain: Terrain, ipp_m: tuple[float, float], category: str | None, ecoregion: str | None
) -> Marginal | None:
    """How many are found above, level with and below the IPP; None where it is not published.

    Up to which height difference "level" was said is not published. It is taken as that within which distance alone
    puts as many as were level, but between 5 and 50 m (homeward's own judgement).
    """
    row = next((r for r in rows("elevation_split") if (r["category"], r["ecoregion"]) == (category, ecoregion)), None)
    if row is None:
        return None
    rise = terrain.elevation_m - terrain.elevation_m[plane.grid.cell_of(*ipp_m)]
    level_m = _within(np.abs(rise), plane.radial[: plane.n_cells].reshape(rise.shape), float(row["same"]))
    of = np.where(rise > level_m, 0, np.where(rise < -level_m, 2, 1))
    of[terrain.hole] = -1
    labels = ("up", "same", "down")
    return Marginal(
        name="elevation",
        labels=("uphill of the IPP", "level with the IPP", "downhill of the IPP"),
        of=_on_map(plane, of),
        wanted=np.array([float(row[label]) for label in labels]),
        at_most=_UP_DOWN_AT_MOST,
        factor_at_most=_UP_DOWN_AT_MOST,
        source=row["source"],
    )


def _within(height_m: Floats, weight: Floats, share: float) -> float:
    """The height difference within which `share` of the weight lies, to a metre, between 5 and 50 m."""
    upper = np.arange(_LEVEL_M[0], _LEVEL_M[1] + 1)
    so_far = np.cumsum(np.histogram(height_m, bins=np.append(0.0, upper), weights=weight)[0]) / weight.sum()
    return float(upper[min(int(np.searchsorted(so_far, share)), upper.size - 1)])


def by_track(plane: Plane, kinds: Kinds, category: str | None) -> Marginal | None:
    """How far from the nearest road or trail those are found who are not on one; None where it is not published."""
    row = next((r for r in rows("track_offsets") if r["category"] == category), None)
    if row is None or not np.isfinite(kinds.track_m).any():
        return None
    edges = np.array([float(row[f"q{q}_m"]) for q in (25, 50, 75, 95)])
    of = np.searchsorted(edges, kinds.track_m, side="left")
    of[(kinds.track_m <= _ON_TRACK_M) | (kinds.factor < 1)] = -1  # nor on water and cliffs
    edges = np.maximum(edges, _ON_TRACK_M)
    labels = ["nearest", *(f"beyond {edge:.0f} m" for edge in edges)]
    return Marginal(
        name=TRACK,
        labels=tuple(f"off the track, {label}" for label in labels),
        of=_on_map(plane, of),
        wanted=np.array([0.25, 0.25, 0.25, 0.2, 0.05]),
        at_most=_TRACK_AT_MOST,
        factor_at_most=_TRACK_AT_MOST,
        source=row["source"],
    )


def by_direction(plane: Plane, grid_deg: float, category: str | None, ecoregion: str | None) -> Marginal:
    """How far to either side of the direction of travel (`grid_deg`, on the grid) they are found, seen from the IPP.

    Every published share holds; between the published angles the density falls off smoothly, in steps of 5 degrees.
    """
    edges, share = _smooth(*direction_shares(category, ecoregion))
    off = np.abs((plane.bearing_deg - grid_deg + 180) % 360 - 180)
    of = np.searchsorted(edges, off, side="left").astype(np.int32)
    of = np.minimum(of, edges.size - 1)
    of[plane.away_m < max(_NO_DIRECTION_M, 3 * plane.grid.cell_m)] = -1
    return Marginal(
        name="direction",
        labels=tuple(f"within {edge:.0f} deg of the direction of travel" for edge in edges),
        of=of,
        wanted=share,
        at_most=_DIRECTION_AT_MOST,
        factor_at_most=2 * _DIRECTION_AT_MOST,
        source="directions.csv",
    )


def direction_shares(category: str | None, ecoregion: str | None) -> tuple[Floats, Floats]:
    """(upper edges of angles off the direction of travel, degrees, the last 180; the share of finds in each).

    The edges are the category's published 25, 50, 75 and 95 %, none below 5 degrees; the shares its own pooled with
    those of everybody, even in between, as if 20 of everybody's cases were its own.
    """
    table = rows("directions")
    everybody = next(r for r in table if r["category"] == "all")
    mine = [r for r in table if r["category"] == category and r["ecoregion"] in ("any", ecoregion)]
    row = (mine or [r for r in table if r["category"] == category] or [everybody])[0]
    edges = np.unique(np.maximum(np.append(_angles(row), 180.0), _SHARPEST_DEG))
    n = float(row["n"] or _UNTOLD_CASES)
    own = n / (n + _ALL_AS_CASES)
    share = np.diff(own * _so_far(row, edges) + (1 - own) * _so_far(everybody, edges), prepend=0.0)
    return edges, share


def _smooth(edges: Floats, share: Floats) -> tuple[Floats, Floats]:
    """The same shares in steps of at most 5 degrees, by a monotone cubic through what lies within each edge.

    Source: Fritsch and Carlson (1980), SIAM Journal on Numerical Analysis 17:238-246.
    """
    finer = np.unique(np.concatenate([edges, np.arange(_SHARPEST_DEG, 180.0, 5.0)]))
    within = PchipInterpolator(np.append(0.0, edges), np.append(0.0, np.cumsum(share)))
    return finer, np.diff(within(finer), prepend=0.0)


def _angles(row: dict[str, str]) -> Floats:
    return np.array([float(row[f"q{q}_deg"]) for q in (25, 50, 75, 95)])


def _so_far(row: dict[str, str], edges: Floats) -> Floats:
    """Share of a row's finds within each angle: even between the published ones; 0 degrees counts as half a degree."""
    known = np.maximum(_angles(row), np.array([0.5, 0.51, 0.52, 0.53]))
    return np.interp(edges, np.concatenate([[0.0], known, [180.0]]), [0, 0.25, 0.5, 0.75, 0.95, 1])


def _on_map(plane: Plane, of: np.ndarray) -> np.ndarray:
    return plane.wide(of.astype(np.float64), -1.0).astype(np.int32)
