"""Cutting the ground into segments: pieces that one team can search in one task, with edges it can see.

Edges follow trails, roads, streams, ridges and changes of cover wherever these lie near enough; where the ground
has none, segments are compact. Everything is worked out from ground and size alone, not from the probabilities, so
that the same ground is cut in the same way tomorrow; probability only decides where cutting is worth it.

How: seeds on a lattice grow until they meet, slowly across lines, so that they meet on lines; then small pieces are
merged, those first whose common edge is weak and whose union is compact (`cutting`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count, product
from string import ascii_uppercase

import numpy as np
import shapely
from numpy.typing import NDArray
from rasterio.features import rasterize, shapes
from scipy import ndimage
from shapely.geometry.base import BaseGeometry

from homeward.errors import BadInput
from homeward.geo import Floats, Grid
from homeward.search.cutting import Labels, cut
from homeward.search.records import Segment
from homeward.terrain.ground import Cover, Terrain
from homeward.terrain.raster import grid_affine

MAX_SEGMENTS = 250  # per plan: more could not be read on a map nor named over a radio (our own limit)


def cut_segments(
    terrain: Terrain,
    poa: Floats,
    *,
    target_area_m2: float,
    existing: Sequence[Segment] = (),
    share: float = 0.95,
    max_segments: int = MAX_SEGMENTS,
) -> tuple[Segment, ...]:
    """Segments over the ground that holds `share` of the probability on the map, `existing` ones first, unchanged.

    `poa` (rows, cols) >= 0; `target_area_m2` > 0 is the area one task should have: pieces come out at about
    0.4 to 1.6 times it. Existing segments keep id and outline (only their `poa` is brought up to date); new ones fill
    the ground between areas; strips along lines take no ground. At most `max_segments` new ones, the densest
    first; their names run on from AA, AB and so on. Open water gets
    none. Polygons of new segments overlap neither each other nor existing areas.
    """
    if poa.shape != terrain.grid.shape:
        raise BadInput(f"A map of {poa.shape} cells does not fit ground of {terrain.grid.shape}.")
    if not (target_area_m2 > 0 and np.isfinite(target_area_m2)):
        raise BadInput(f"A segment of {target_area_m2} m2 cannot be. Give an area above zero.")
    grid = terrain.grid
    areas = [s for s in existing if s.kind == "area"]
    target_cells = max(target_area_m2 / grid.cell_area_m2, 4.0)
    taken = segment_labels(grid, areas) >= 0
    free = ~taken & (terrain.cover != Cover.WATER)
    where = _worth_cutting(poa, free, share=share, limit=int(max_segments * target_cells), target=target_cells)
    new: list[Segment] = []
    if where.any():
        labels = cut(terrain, where, target_cells)
        chosen = _choose(labels, np.where(free, poa, 0.0), share=share, done=float(poa[taken].sum()), total=poa.sum())
        new = _name(_polygons(grid, labels, chosen[:max_segments], areas), existing)
    return with_poa(grid, poa, [*existing, *new])


def segment_labels(grid: Grid, segments: Sequence[Segment]) -> Labels:
    """The segment that holds each cell's centre: its index in `segments`, -1 for none; the first wins an overlap."""
    if not segments:
        return np.full(grid.shape, -1, dtype=np.int32)
    drawn = [(outline(s), i) for i, s in reversed(list(enumerate(segments)))]
    labels = rasterize(drawn, out_shape=grid.shape, fill=-1, transform=grid_affine(grid), dtype="int32")
    return np.asarray(labels, dtype=np.int32)


def outline(segment: Segment) -> BaseGeometry:
    """A segment's ground as a valid polygon (or several, where its ring crosses itself)."""
    if len(segment.ring_m) < 4:
        raise BadInput(f"Segment {segment.id!r} has {len(segment.ring_m)} points. Give a closed outline of 3 or more.")
    polygon = shapely.make_valid(shapely.Polygon(segment.ring_m))
    return shapely.union_all([p for p in shapely.get_parts(polygon) if p.geom_type == "Polygon"])


def with_poa(grid: Grid, poa: Floats, segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """The segments with their `poa` brought up to date; where areas overlap, the first has what is in both."""
    labels = segment_labels(grid, [s for s in segments if s.kind == "area"])
    inside = iter(np.bincount(labels.ravel() + 1, weights=poa.ravel(), minlength=len(segments) + 1)[1:])
    return tuple(
        replace(s, poa=float(next(inside) if s.kind == "area" else poa[segment_labels(grid, [s]) == 0].sum()))
        for s in segments
    )


# --- where ------------------------------------------------------------------------------------------------


def _worth_cutting(
    poa: Floats, free: NDArray[np.bool_], *, share: float, limit: int, target: float
) -> NDArray[np.bool_]:
    """The free cells that hold `share` of the probability, at most `limit` of them, and a segment's width around."""
    reach = float(np.sqrt(target))
    smooth = ndimage.gaussian_filter(poa, reach / 4)
    order = np.argsort(-smooth, axis=None, kind="stable")
    mass = np.cumsum(poa.ravel()[order])
    if mass[-1] <= 0:
        return np.zeros(poa.shape, dtype=np.bool_)
    n = min(int(np.searchsorted(mass, share * mass[-1])) + 1, limit)
    core = np.zeros(poa.size, dtype=np.bool_)
    core[order[:n]] = True
    near = ndimage.distance_transform_edt(~core.reshape(poa.shape)) <= reach
    return np.asarray(near & free, dtype=np.bool_)


def _choose(labels: Labels, poa: Floats, *, share: float, done: float, total: float) -> list[int]:
    """Labels by falling density until, with what is `done` already, `share` of `total` is inside."""
    n = int(labels.max()) + 1
    mass = np.bincount(labels.ravel() + 1, weights=poa.ravel(), minlength=n + 1)[1:]
    cells = np.bincount(labels.ravel() + 1, minlength=n + 1)[1:]
    order = np.argsort(-mass / np.maximum(cells, 1), kind="stable")
    missing = share * total - done - np.concatenate([[0.0], np.cumsum(mass[order])[:-1]])
    return [int(i) for i in order[(missing > 1e-12) & (mass[order] > 0)]]


# --- drawing ----------------------------------------------------------------------------------------------


def _polygons(grid: Grid, labels: Labels, chosen: list[int], existing: Sequence[Segment]) -> list[shapely.Polygon]:
    """Outlines without overlaps or holes, in the order of `chosen`, stairs smoothed away together."""
    rank = np.full(int(labels.max()) + 2, -1, dtype=np.int32)
    rank[chosen] = np.arange(len(chosen), dtype=np.int32)
    drawn = rank[labels]
    raw = [
        (int(i), shapely.geometry.shape(ring))
        for ring, i in shapes(drawn, mask=drawn >= 0, transform=grid_affine(grid))
    ]
    raw.sort(key=lambda item: item[0])
    if not raw:
        return []
    smooth = shapely.coverage_simplify([polygon for _, polygon in raw], 1.5 * grid.cell_m)
    old = shapely.union_all([outline(s) for s in existing])
    parts = [p for polygon in smooth for p in shapely.get_parts(shapely.difference(polygon, old))]
    tree = shapely.STRtree([*parts, *shapely.get_parts(old)])
    least = min(4, 0.05 * labels.size) * grid.cell_area_m2
    return [q for p in parts if p.area >= least for q in _without_holes(p, tree) if q.area >= least]


def _without_holes(polygon: shapely.Polygon, others: shapely.STRtree) -> list[shapely.Polygon]:
    """The polygon with empty holes filled, and cut through any hole that holds another segment."""
    held = []
    for ring in polygon.interiors:
        hole = shapely.Polygon(ring)
        near = others.geometries[others.query(hole.buffer(-1e-6), predicate="intersects")]
        if any(shapely.intersection(hole, other).area > 1e-6 for other in near):
            held.append(hole)
    if not held:
        return [shapely.Polygon(polygon.exterior)]
    kept = shapely.Polygon(polygon.exterior, [h.exterior for h in held])
    west, south, east, north = kept.bounds
    middle = held[0].centroid.x
    halves = [shapely.box(west, south, middle, north), shapely.box(middle, south, east, north)]
    parts = [p for half in halves for p in shapely.get_parts(shapely.intersection(kept, half))]
    return [q for p in parts if p.geom_type == "Polygon" for q in _without_holes(p, others)]


def _name(polygons: list[shapely.Polygon], existing: Sequence[Segment]) -> list[Segment]:
    names = fresh_names(existing)
    return [
        Segment(id=next(names), ring_m=ring_m(polygon), area_m2=float(polygon.area), poa=0.0) for polygon in polygons
    ]


def fresh_names(existing: Sequence[Segment]) -> Iterator[str]:
    """AA, AB, ... ZZ, then AAA and on, without those in use."""
    used = {s.id for s in existing}
    for letters in count(2):
        for name in product(ascii_uppercase, repeat=letters):
            if "".join(name) not in used:
                yield "".join(name)


def ring_m(polygon: shapely.Polygon) -> tuple[tuple[float, float], ...]:
    """A polygon's outline as it stands in a segment, to a decimetre."""
    return tuple((round(float(x), 1), round(float(y), 1)) for x, y in polygon.exterior.coords)
