"""Routes along shores, for boats: segments are cut on land only."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import shapely
from rasterio.features import shapes
from shapely.ops import substring

from homeward.search.plan.routes import LONGEST_M, SHORTEST_M, LinearRoute
from homeward.terrain.ground import Cover, LineKind, Terrain
from homeward.terrain.raster import grid_affine

OFF_SHORE_CELLS = 1.0  # from the water's edge to the boat's way, so that it stays afloat (our own choice)


def shore_routes(terrain: Terrain) -> list[LinearRoute]:
    """Ways for boats along the shore of every water on the map, round islands too, in parts of at most `LONGEST_M`.

    They run `OFF_SHORE_CELLS` off the edge of the cells of water; what is narrower than twice that has none. Each bears
    the name of the lake that holds it, where the map has one. That a boat searches along shores, where people fall in
    and drift to, and open water only in segments drawn by hand, is homeward's own simplification.
    """
    water = terrain.cover == Cover.WATER
    if not water.any():
        return []
    cell = terrain.grid.cell_m
    drawn = shapes(water.astype(np.uint8), mask=water, transform=grid_affine(terrain.grid))
    bodies = shapely.union_all([shapely.geometry.shape(s) for s, _ in drawn])
    afloat = bodies.buffer(-OFF_SHORE_CELLS * cell).simplify(cell / 2)
    lakes = [(shapely.Polygon(p.xy_m).buffer(0), p.name) for p in terrain.patches if p.name and len(p.xy_m) > 3]
    edge = shapely.box(terrain.grid.west_m, terrain.grid.south_m, terrain.grid.east_m, terrain.grid.north_m).boundary
    shore = shapely.difference(shapely.boundary(afloat), edge.buffer(2 * OFF_SHORE_CELLS * cell))
    whole = shapely.get_parts(shapely.line_merge(shore))
    routes = []
    for line in whole:
        parts = max(int(np.ceil(line.length / LONGEST_M)), 1)
        for a, b in pairwise(np.linspace(0.0, line.length, parts + 1)):
            piece = substring(line, a, b)
            if not isinstance(piece, shapely.LineString) or piece.length < SHORTEST_M:
                continue
            middle = shapely.line_interpolate_point(piece, 0.5, normalized=True)
            name = next((name for lake, name in lakes if lake.contains(middle)), None)
            routes.append(LinearRoute(kind=LineKind.COAST, xy_m=np.asarray(piece.coords), name=name))
    return routes
