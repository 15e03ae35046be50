"""Sweep lanes over a segment: parallel, evenly spaced, searched one after another, there and back."""

from __future__ import annotations

import numpy as np
import shapely
from shapely import affinity
from shapely.geometry.base import BaseGeometry

from homeward.geo import Floats


def lanes(ground: BaseGeometry, *, spacing_m: float, direction_rad: float) -> Floats:
    """The path (n, 2) of lanes over a polygon or several, metres; empty where there is nothing to sweep.

    Lanes run along `direction_rad` (anticlockwise from east), evenly spread over the width so that they are about
    `spacing_m` apart (a third more at most), each clipped to the ground; every second one is walked backwards.
    Several polygons are swept one after another, the nearest next.
    """
    parts = [p for p in shapely.get_parts(ground) if p.geom_type == "Polygon" and p.area > 0]
    snakes = [s for s in (_snake(p, spacing_m, direction_rad) for p in parts) if len(s)]
    if not snakes:
        return np.empty((0, 2))
    path = [snakes.pop(int(np.argmax([len(s) for s in snakes])))]
    while snakes:
        here = path[-1][-1]
        near = int(np.argmin([min(_gap(s[0], here), _gap(s[-1], here)) for s in snakes]))
        snake = snakes.pop(near)
        path.append(snake if _gap(snake[0], here) <= _gap(snake[-1], here) else snake[::-1])
    return np.concatenate(path)


def _gap(a: Floats, b: Floats) -> float:
    return float(np.hypot(*(a - b)))


def _snake(polygon: shapely.Polygon, spacing_m: float, direction_rad: float) -> Floats:
    """Boustrophedon lanes over one polygon, in a frame turned so that lanes run east."""
    turned = affinity.rotate(polygon, -direction_rad, origin=(0, 0), use_radians=True)
    west, south, east, north = turned.bounds
    n = max(int(np.ceil((north - south) / spacing_m - 0.25)), 1)
    y = south + (np.arange(n) + 0.5) * (north - south) / n
    across = shapely.linestrings([[(west - 1, v), (east + 1, v)] for v in y])
    points: list[Floats] = []
    for lane, cut in enumerate(shapely.intersection(across, turned)):
        pieces = [np.asarray(p.coords) for p in shapely.get_parts(cut) if p.geom_type == "LineString"]
        pieces = [p if p[0, 0] <= p[-1, 0] else p[::-1] for p in pieces]
        pieces.sort(key=lambda p: float(p[0, 0]))
        if lane % 2:
            pieces = [p[::-1] for p in reversed(pieces)]
        points += [p[[0, -1]] for p in pieces]
    if not points:
        return np.empty((0, 2))
    c, s = np.cos(direction_rad), np.sin(direction_rad)
    path = np.concatenate(points)
    return np.column_stack([c * path[:, 0] - s * path[:, 1], s * path[:, 0] + c * path[:, 1]])


def long_axis_rad(polygon: BaseGeometry) -> float:
    """The direction of the longer side of the smallest rectangle around a polygon, anticlockwise from east."""
    box = polygon.minimum_rotated_rectangle
    if not isinstance(box, shapely.Polygon):
        return 0.0
    sides = np.diff(np.asarray(box.exterior.coords), axis=0)[:2]
    longer = sides[int(np.argmax(np.hypot(sides[:, 0], sides[:, 1])))]
    return float(np.arctan2(longer[1], longer[0])) % np.pi
