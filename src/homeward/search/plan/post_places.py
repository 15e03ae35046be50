"""Where posts may stand: where moving subjects come by, and where most probability is within hearing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import ndimage
from scipy.signal import fftconvolve

from homeward.belief.ahead import Movers
from homeward.geo import Floats, Grid
from homeward.search.plan.meet import post_meets
from homeward.search.plan.problem import PlanProblem
from homeward.search.plan.skills import Skill, sample
from homeward.terrain.ground import Line, LineKind, Terrain

PLACES = 24  # of containment posts, and as many of attraction posts, that the schedule chooses among (our own limit)
APART_M = 200.0  # posts nearer than this are one (our own choice)
LIKELY = 0.9  # of the probability on the map: where ways leave the ground that holds it may be a post (our own)
LEAST_MET = 0.002  # of all probability that must come by a place to be worth thinking of (our own choice)
_TRIED = 4 * PLACES  # places looked at closely
_LOOKED_AT = 1000  # of the movers, to choose places by
_STALE = 0.4  # what a mover that passes an earlier choice too still counts for in the next
_WAYS = (LineKind.TRAIL, LineKind.ROAD, LineKind.RAIL)
_BLOCK_M = 100.0  # movers are counted on blocks of about this size
_BUSY = "where many ways of the subject meet"

Place = tuple[float, float, str]


def busy_places(problem: PlanProblem) -> list[Place]:
    """At most `PLACES` as (x, y, in words), one after another by how much more comes by than by those before it.

    Tried are junctions and heads of trails, crossings of streams and ridges, where ways and valleys leave the likely
    ground, and the blocks that most movers pass. Only who comes after a team could be there counts: as the crow flies
    from the nearest base at a walk. None without movers.
    """
    terrain, grid = problem.terrain, problem.terrain.grid
    if problem.movers is None or problem.movers.share < LEAST_MET:
        return []
    movers = _fewer(problem.movers)
    passed, side_m = _passed(movers, grid, problem.duration_s)

    def crowd(at: Place) -> float:
        row, col = int((grid.north_m - at[1]) / side_m), int((at[0] - grid.west_m) / side_m)
        inside = 0 <= row < passed.shape[0] and 0 <= col < passed.shape[1]
        return float(passed[row, col]) if inside else 0.0

    named = [*_nodes(terrain), *_crossings(terrain), *_ways_out(terrain, problem.belief.poa)]
    named = sorted((p for p in named if crowd(p) > 0), key=lambda p: -crowd(p))
    rows, cols = np.nonzero((ndimage.maximum_filter(passed, size=3) == passed) & (passed >= LEAST_MET))
    order = np.argsort(-passed[rows, cols], kind="stable")[:_TRIED]
    x, y = grid.west_m + (cols + 0.5) * side_m, grid.north_m - (rows + 0.5) * side_m
    crowded = [(float(x[n]), float(y[n]), _BUSY) for n in order if bool(grid.contains(x[n], y[n]))]
    tried = _apart([*_apart(named, _TRIED // 2), *crowded], _TRIED)
    met = [_met(problem, movers, p) for p in tried]
    left, chosen = movers.weight.copy(), list[Place]()
    while tried and len(chosen) < PLACES:
        gains = [float(left[m].sum()) for m in met]
        best = int(np.argmax(gains))
        if gains[best] < LEAST_MET:
            break
        chosen.append(tried[best])
        left[met[best]] *= _STALE
        met[best] = met[best][:0]
    return chosen


def hearing_places(problem: PlanProblem, skill: Skill, busy: list[Place]) -> list[Place]:
    """Where a team may call from: the busy places, and where most can hear it."""
    return _apart([*busy, *_audible_places(problem, skill)], 2 * PLACES)


def _fewer(movers: Movers) -> Movers:
    """Every so manieth of the movers, weighing as much together."""
    step = -(-movers.weight.size // _LOOKED_AT)
    if step == 1:
        return movers
    weight = movers.weight[::step]
    part = None if movers.part is None else movers.part[::step]
    weight = weight * (movers.share / max(float(weight.sum()), 1e-300))
    cell, responsive = np.ascontiguousarray(movers.cell[:, ::step]), movers.responsive[::step]
    return replace(movers, cell=cell, weight=weight, responsive=responsive, part=part)


def _passed(movers: Movers, grid: Grid, duration_s: float) -> tuple[Floats, float]:
    """Probability of the movers that pass each block (rows, cols) from the north-west, and a block's side, metres."""
    k = max(round(_BLOCK_M / grid.cell_m), 1)
    n_rows, n_cols = -(-grid.n_rows // k), -(-grid.n_cols // k)
    last = min(int(np.searchsorted(np.asarray(movers.marks_s), duration_s)) + 1, len(movers.marks_s))
    row, col = np.divmod(movers.cell[:last], grid.n_cols)
    gone = movers.cell[:last] < 0
    steps = np.maximum(np.abs(np.diff(row, axis=0)), np.abs(np.diff(col, axis=0)))
    usual = float(np.quantile(steps, 0.9)) if steps.size else 0.0
    seen = [np.where(gone[:1], -1, (row[:1] // k) * n_cols + col[:1] // k)]
    for share in np.linspace(0.0, 1.0, int(np.clip(np.ceil(usual / k), 1, 8)) + 1)[1:]:
        r = np.rint(row[:-1] + share * (row[1:] - row[:-1])).astype(np.int64) // k
        c = np.rint(col[:-1] + share * (col[1:] - col[:-1])).astype(np.int64) // k
        seen.append(np.where(gone[:-1] | gone[1:], -1, r * n_cols + c))
    block = np.concatenate(seen).astype(np.int64)
    who = np.broadcast_to(np.arange(block.shape[1]), block.shape)
    pairs = np.unique((who * (n_rows * n_cols) + block)[block >= 0])
    total = np.bincount(
        pairs % (n_rows * n_cols), weights=movers.weight[pairs // (n_rows * n_cols)], minlength=n_rows * n_cols
    )
    return np.asarray(total.reshape(n_rows, n_cols), dtype=np.float64), k * grid.cell_m


def _met(problem: PlanProblem, movers: Movers, at: Place) -> NDArray[np.int64]:
    """Which movers come by a place within the period, after the first team could be there."""
    far = np.hypot(*(np.asarray(problem.bases_m) - np.array(at[:2])).T)
    who, when = post_meets(movers, problem.terrain.grid, at[:2], radius_m=2 * problem.terrain.grid.cell_m)
    return np.unique(who[(when <= problem.duration_s) & (when >= float(far.min()))]).astype(np.int64)  # at 1 m/s


def _apart(places: list[Place], most: int) -> list[Place]:
    """The first of some places that lie `APART_M` from each other."""
    kept: list[Place] = []
    for p in places:
        if len(kept) == most:
            break
        if all(np.hypot(p[0] - q[0], p[1] - q[1]) >= APART_M for q in kept):
            kept.append(p)
    return kept


def _nodes(terrain: Terrain) -> list[Place]:
    """Junctions of ways, and trail heads: where a trail meets a road. Lines meet where they share a point."""
    ways = [line for line in terrain.lines if line.kind in _WAYS]
    if not ways:
        return []
    xy = np.round(np.concatenate([line.xy_m for line in ways]))
    arms = np.concatenate([np.r_[1.0, np.full(len(line.xy_m) - 2, 2.0), 1.0] for line in ways])
    on_foot = np.concatenate([np.full(len(line.xy_m), line.kind is LineKind.TRAIL) for line in ways])
    owner = np.concatenate([np.full(len(line.xy_m), n) for n, line in enumerate(ways)])
    points, own, count = np.unique(xy, axis=0, return_inverse=True, return_counts=True)
    own = own.ravel()
    legs, trails = np.bincount(own, weights=arms), np.bincount(own, weights=on_foot)
    some = np.zeros(len(points), dtype=np.int64)
    some[own] = owner
    out = []
    for i in np.nonzero(legs >= 3)[0]:
        head = 0 < trails[i] < count[i]
        out.append((float(points[i, 0]), float(points[i, 1]), _of("trail head" if head else "junction", ways[some[i]])))
    return out


def _crossings(terrain: Terrain) -> list[Place]:
    """Where ways cross streams (fords and bridges) and ridges (passes)."""
    ways = [line for line in terrain.lines if line.kind in _WAYS]
    what = {
        LineKind.STREAM: "stream crossing",
        LineKind.RIVER: "river crossing",
        LineKind.RIDGE: "crossing of the ridge",
    }
    crossed = [line for line in terrain.lines if line.kind in what]
    if not ways or not crossed:
        return []
    shapes = np.array([shapely.LineString(line.xy_m) for line in ways])
    others = np.array([shapely.LineString(line.xy_m) for line in crossed])
    way, other = shapely.STRtree(others).query(shapes, predicate="intersects")
    points = shapely.get_parts(shapely.intersection(shapes[way], others[other]), return_index=True)
    out = []
    for shape, i in zip(*points, strict=True):
        at = shape.centroid
        out.append((float(at.x), float(at.y), _of(what[crossed[other[i]].kind], ways[way[i]])))
    return out


def _ways_out(terrain: Terrain, poa: Floats) -> list[Place]:
    """Where ways and streams (valleys) leave the smallest ground that holds `LIKELY` of the probability on the map."""
    dense = np.sort(poa, axis=None)[::-1]
    total = np.cumsum(dense)
    if total[-1] <= 0:
        return []
    likely = poa >= dense[int(np.searchsorted(total, LIKELY * total[-1]))]
    inside = ndimage.binary_closing(likely, iterations=2).astype(np.float64)
    words: dict[LineKind, Callable[[Line], str]] = {
        **{kind: lambda line: f"where {_name(line)} leaves the likely ground" for kind in _WAYS},
        LineKind.STREAM: lambda _line: "where the valley leaves the likely ground",
        LineKind.RIVER: lambda _line: "where the valley leaves the likely ground",
    }
    out = []
    for line in terrain.lines:
        if line.kind not in words:
            continue
        shape = shapely.LineString(line.xy_m)
        if shape.length == 0:
            continue
        xy = shapely.get_coordinates(shapely.segmentize(shape, terrain.grid.cell_m))
        turns = np.nonzero(np.diff(sample(inside, terrain.grid, xy)) != 0)[0]
        out += [(float(xy[n, 0]), float(xy[n, 1]), words[line.kind](line)) for n in turns]
    return out


def _of(what: str, line: Line) -> str:
    return f"at the {what} on {line.name}" if line.name else f"at the {what}"


def _name(line: Line) -> str:
    return line.name or f"the {line.kind}"


def _audible_places(problem: PlanProblem, skill: Skill) -> list[Place]:
    """Where most probability lies within hearing, one after another."""
    grid = problem.terrain.grid
    wide = skill.width_m[0][skill.width_m[0] > 0]
    reach = float(np.median(wide)) / 2 if wide.size else 0.0
    k = max(int(reach / grid.cell_m), 1)
    disc = (np.hypot(*np.mgrid[-k : k + 1, -k : k + 1]) <= k).astype(np.float64)
    near = fftconvolve(problem.worth, disc, mode="same") * (skill.speed_mps > 0)
    x, y = grid.centers_m()
    out: list[Place] = []
    while len(out) < PLACES:
        r, c = np.unravel_index(int(near.argmax()), near.shape)
        if near[r, c] < LEAST_MET:
            break
        out.append((float(x[c]), float(y[r]), "where most can hear it"))
        near[max(r - 2 * k, 0) : r + 2 * k + 1, max(c - 2 * k, 0) : c + 2 * k + 1] = 0.0
    return out
