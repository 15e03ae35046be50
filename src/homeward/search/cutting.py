"""How ground is cut: seeds grow until they meet on lines, then small pieces merge (see `segments`).

Growth is fast marching (Sethian 1996, PNAS 93(4):1591-1595). The strengths of edges and the weights of merging are
our own judgement, chosen by looking at maps: what a team recognises on the ground, and what it can be told by radio.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, product

import numpy as np
import shapely
from numba import njit
from numpy.typing import NDArray
from rasterio.features import rasterize
from scipy import ndimage

from homeward.geo import Floats
from homeward.terrain.ground import Line, LineKind, Terrain
from homeward.terrain.raster import grid_affine

Labels = NDArray[np.int32]

_STRENGTH = {
    LineKind.RIVER: 1.0,
    LineKind.COAST: 1.0,
    LineKind.ROAD: 1.0,
    LineKind.RAIL: 0.9,
    LineKind.CLIFF: 0.9,
    LineKind.TRAIL: 0.8,
    LineKind.STREAM: 0.7,
    LineKind.RIDGE: 0.6,
    LineKind.POWER_LINE: 0.5,
    LineKind.FENCE: 0.3,
}
_DERIVED = 0.7  # a stream or ridge that nobody mapped is a weaker edge
_COVER_EDGE = 0.35
_SLOWER = 40.0  # a seed crosses a full-strength line this much slower than open ground
_PIECES = 4  # pieces grown per segment, before merging


def cut(terrain: Terrain, where: NDArray[np.bool_], target: float) -> Labels:
    """Labels 0.. of merged pieces over `where`, -1 elsewhere."""
    rows, cols = np.nonzero(where)
    box = np.s_[rows.min() : rows.max() + 1, cols.min() : cols.max() + 1]
    strength = _edge_strength(terrain)[box]
    spacing = max(float(np.sqrt(target / _PIECES)), 2.0)
    seeds = _seeds(strength, where[box], spacing)
    pieces = _grow(seeds, 1.0 + _SLOWER * strength, where[box])
    labels = np.full(where.shape, -1, dtype=np.int32)
    merged = _merge(pieces, strength, target)
    labels[box] = _grow(_cores(merged), 1.0 + _SLOWER * strength, where[box])
    return labels


def _cores(labels: Labels) -> Labels:
    """The inner part of every label, for growing once more: edges come out straight where no line holds them."""
    padded = np.pad(labels, 1, constant_values=-1)
    edge = np.zeros(padded.shape, dtype=np.bool_)
    for axis, step in product((0, 1), (1, -1)):
        edge |= padded != np.roll(padded, step, axis=axis)
    depth = ndimage.distance_transform_edt(~edge)[1:-1, 1:-1]
    deepest = np.zeros(int(labels.max()) + 2)
    np.maximum.at(deepest, labels.ravel() + 1, depth.ravel())
    inner = (labels >= 0) & (depth >= 0.5 * deepest[labels + 1])
    return np.where(inner, labels, np.int32(-1))


def _edge_strength(terrain: Terrain) -> Floats:
    """How clearly a cell is an edge that a team recognises, 0..1."""
    grid = terrain.grid
    edge = np.zeros(grid.shape)
    for dy, dx in ((0, 1), (1, 0)):
        a = terrain.cover[: grid.n_rows - dy, : grid.n_cols - dx]
        b = terrain.cover[dy:, dx:]
        edge[: grid.n_rows - dy, : grid.n_cols - dx][a != b] = _COVER_EDGE
    drawn = sorted(((_line_strength(line), line) for line in terrain.lines), key=lambda s: s[0])
    if drawn:
        burnt = rasterize(
            [(shapely.LineString(line.xy_m), s) for s, line in drawn],
            out_shape=grid.shape,
            transform=grid_affine(grid),
            all_touched=True,
            dtype="float64",
        )
        edge = np.maximum(edge, burnt)
    return edge


def _line_strength(line: Line) -> float:
    return _STRENGTH[line.kind] * (_DERIVED if line.derived else 1.0)


def _seeds(strength: Floats, where: NDArray[np.bool_], spacing: float) -> Labels:
    """Seed labels 0.. on single cells: a square lattice, each moved off nearby lines, one at least in every mesh."""
    n_rows, n_cols = where.shape
    clear = np.asarray(ndimage.distance_transform_edt(strength < 0.5), dtype=np.float64)
    clear[~where] = -1.0
    seeds = np.full(where.shape, -1, dtype=np.int32)
    reach = max(int(spacing / 3), 0)
    number = count()
    for y in np.arange(spacing / 2, n_rows, spacing):
        for x in np.arange(spacing / 2, n_cols, spacing):
            r, c = int(y), int(x)
            top, left = max(r - reach, 0), max(c - reach, 0)
            part = np.minimum(clear[top : r + reach + 1, left : c + reach + 1], reach)
            up, along = divmod(int(np.argmax(part)), part.shape[1])
            here = (top + up, left + along) if part[up, along] > clear[r, c] else (r, c)
            if clear[here] >= 0 and seeds[here] < 0:
                seeds[here] = next(number)
    for meshes, least in ((where & (strength < 0.5), max(spacing**2 / 4, 1.0)), (where, 1.0)):
        for spot in _unseeded(meshes, seeds >= 0, clear, least):
            seeds[spot] = next(number)
    return seeds


def _unseeded(
    meshes: NDArray[np.bool_], seeded: NDArray[np.bool_], clear: Floats, least: float
) -> list[tuple[int, int]]:
    """The clearest cell of each connected part of at least so many cells that holds no seed."""
    part, n = ndimage.label(meshes)
    size = np.bincount(part.ravel(), minlength=n + 1)
    size[np.unique(part[seeded])] = 0
    size[0] = 0
    wanting = np.nonzero(size >= least)[0]
    return [(int(r), int(c)) for r, c in ndimage.maximum_position(clear, part, wanting)] if len(wanting) else []


@njit(cache=True)
def _grow(seeds, cost, where):  # type: ignore[no-untyped-def]
    """Each cell of `where` gets the seed that reaches it first at `cost` per cell entered; unreached cells get -1.

    First-order fast marching over four neighbours, so that pieces are round and connected edge to edge.
    """
    n_rows, n_cols = seeds.shape
    labels = np.full(seeds.shape, -1, dtype=np.int32)
    time = np.full(seeds.shape, np.inf)
    heap = [(0.0, 0, np.int64(0))][:0]
    for r in range(n_rows):
        for c in range(n_cols):
            if seeds[r, c] >= 0:
                time[r, c] = 0.0
                heapq.heappush(heap, (0.0, r * n_cols + c, np.int64(seeds[r, c])))
    while len(heap) > 0:
        _, at, label = heapq.heappop(heap)
        r, c = at // n_cols, at % n_cols
        if labels[r, c] >= 0:
            continue
        labels[r, c] = label
        for dr, dc in ((-1, 0), (1, 0), (0, -1), (0, 1)):
            i, j = r + dr, c + dc
            if i < 0 or j < 0 or i >= n_rows or j >= n_cols or not where[i, j] or labels[i, j] >= 0:
                continue
            a = min(time[i - 1, j] if i > 0 else np.inf, time[i + 1, j] if i + 1 < n_rows else np.inf)
            b = min(time[i, j - 1] if j > 0 else np.inf, time[i, j + 1] if j + 1 < n_cols else np.inf)
            f = cost[i, j]
            t = min(a, b) + f
            if abs(a - b) < f:
                t = 0.5 * (a + b + np.sqrt(2 * f * f - (a - b) ** 2))
            if t < time[i, j]:
                time[i, j] = t
                heapq.heappush(heap, (t, i * n_cols + j, label))
    return labels


# --- merging ----------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Piece:
    """A growing union of pieces: cells, outline in cell edges, and per neighbour (shared edges, their strength)."""

    cells: float
    outline: float
    near: dict[int, tuple[float, float]]


def _merge(pieces: Labels, strength: Floats, target: float) -> Labels:
    """Merges pieces into segments of about `target` cells; labels 0.. without gaps."""
    parts = _pieces(pieces, strength)
    parent = np.arange(len(parts) + 1)
    age = np.zeros(len(parts), dtype=np.int64)  # a queued pair is stale once either side has changed
    queue = [(_cost(parts, a, b, target), a, b, 0, 0) for a in range(len(parts)) for b in parts[a].near if a < b]
    heapq.heapify(queue)
    while queue:
        cost, a, b, age_a, age_b = heapq.heappop(queue)
        if cost > 1.0:
            break
        if age[a] != age_a or age[b] != age_b:
            continue
        parent[b] = a
        age[a] += 1
        age[b] = -1
        _join(parts, a, b)
        for other in parts[a].near:
            low, high = min(a, other), max(a, other)
            queue_item = (_cost(parts, low, high, target), low, high, int(age[low]), int(age[high]))
            heapq.heappush(queue, queue_item)
    for i in range(len(parts)):
        while parent[parent[i]] != parent[i]:
            parent[i] = parent[parent[i]]
    _, final = np.unique(parent[:-1], return_inverse=True)
    return np.where(pieces >= 0, final.astype(np.int32)[pieces], np.int32(-1))


def _pieces(labels: Labels, strength: Floats) -> list[_Piece]:
    n = int(labels.max()) + 1
    cells = np.bincount(labels.ravel() + 1, minlength=n + 1)[1:]
    parts = [_Piece(float(k), 0.0, {}) for k in cells]
    padded = np.pad(labels, 1, constant_values=-1)
    strong = np.pad(strength, 1)
    for a, b, s in _borders(padded, strong):
        key = a.astype(np.int64) * (n + 1) + b
        pairs, where = np.unique(key, return_inverse=True)
        length, weight = np.bincount(where), np.bincount(where, weights=s)
        for pair, k, w in zip(pairs, length, weight, strict=True):
            _add_border(parts, int(pair) // (n + 1) - 1, int(pair) % (n + 1) - 1, float(k), float(w))
    return parts


def _borders(labels: Labels, strength: Floats) -> Iterator[tuple[Labels, Labels, Floats]]:
    """(label + 1 of one side, of the other, strength) for every cell edge between different labels."""
    for first, second in ((np.s_[:, :-1], np.s_[:, 1:]), (np.s_[:-1, :], np.s_[1:, :])):
        a, b = labels[first], labels[second]
        edge = a != b
        yield (
            np.minimum(a, b)[edge] + np.int32(1),
            np.maximum(a, b)[edge] + np.int32(1),
            np.maximum(strength[first], strength[second])[edge],
        )


def _add_border(parts: list[_Piece], a: int, b: int, length: float, weight: float) -> None:
    for here, there in ((a, b), (b, a)):
        if here >= 0:
            parts[here].outline += length
            if there >= 0:
                k, w = parts[here].near.get(there, (0.0, 0.0))
                parts[here].near[there] = (k + length, w + weight)


def _cost(parts: list[_Piece], a: int, b: int, target: float) -> float:
    """What merging two pieces costs; above 1 it is not done. Weights are our own, chosen by looking at maps."""
    one, two = parts[a], parts[b]
    shared, weight = one.near[b]
    cells = one.cells + two.cells
    outline = one.outline + two.outline - 2 * shared
    jagged = outline**2 / (16 * cells) - 1.0  # 0 for a square, 0.13 for two squares side by side
    small = min(one.cells, two.cells) / target
    cost = 0.9 * weight / shared + 0.35 * jagged + 0.3 * cells / target
    if small < 0.4:  # too small for a task of its own: merge whatever the edge
        cost *= 0.35 + 0.65 * small / 0.4
    return cost if cells <= 1.6 * target else cost + 1.0


def _join(parts: list[_Piece], a: int, b: int) -> None:
    """Adds piece b to piece a and forgets b."""
    one, two = parts[a], parts[b]
    shared, _ = one.near.pop(b)
    two.near.pop(a)
    one.cells += two.cells
    one.outline += two.outline - 2 * shared
    for other, (k, w) in two.near.items():
        parts[other].near.pop(b)
        k0, w0 = one.near.get(other, (0.0, 0.0))
        one.near[other] = parts[other].near[a] = (k0 + k, w0 + w)
