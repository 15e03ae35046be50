"""Posts: places to hold because the subject may come by, and places to call from.

A containment post stops and questions everybody who passes; it finds only those who are still on their way, so that
it is worth nothing on a map of a subject who stays. An attraction post calls, whistles and shows light from one place,
stops and listens; it finds those who can answer, near by or passing. Both compete with sweeping: the schedule takes a
post only where it finds more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import ndimage
from scipy.signal import fftconvolve

from homeward.belief.ahead import Movers
from homeward.detect import coverage_of_pod
from homeward.geo import Floats, Grid
from homeward.mission.nouns import TeamKind
from homeward.search.plan.meet import post_meets
from homeward.search.plan.problem import PlanProblem
from homeward.search.plan.skills import Skill, sample
from homeward.search.plan.tasks import Stretch, Task
from homeward.search.records import Segment
from homeward.search.segments import fresh_names, outline, ring_m
from homeward.terrain.ground import Line, LineKind, Terrain

HOLDS = (TeamKind.HASTY, TeamKind.LINE, TeamKind.MOUNTED, TeamKind.BIKE, TeamKind.MANTRACKER)
"""Who may hold a containment post; dogs and aircraft are of more use elsewhere (our own choice)."""
CALLS = (TeamKind.SOUND,)
NOTICE = 0.9
"""Of those who pass a post within half its sweep width, or who could answer a call from it: the share that is found.

Our own judgement. Measured beside it: searchers on a trail noticed a clue in low-visible colours beside it in 83 % of
cases by day, one in high-visible colours in all (Koester 2018); nobody measured a post.
"""
CALL_COVERAGE = coverage_of_pod(NOTICE)
"""What calling from one place adds to the coverage near by."""
CALL_S = 600.0  # after which whoever could answer from near by has (our own choice); who passes later may still
HOURS = (0.5, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0)  # that a post may be held (our own choice)
PLACES = 24  # of containment posts, and as many of attraction posts, that the schedule chooses among (our own limit)
APART_M = 200.0  # posts nearer than this are one (our own choice)
LIKELY = 0.9  # of the probability on the map: where ways leave the ground that holds it may be a post (our own)
LEAST_MET = 0.002  # of all probability that must come by a place to be worth thinking of (our own choice)
_TRIED = 4 * PLACES  # places looked at closely
_STALE = 0.4  # what a mover that passes an earlier choice too still counts for in the next
_WAYS = (LineKind.TRAIL, LineKind.ROAD, LineKind.RAIL)
_BLOCK_M = 100.0  # movers are counted on blocks of about this size
_BUSY = "where many ways of the subject meet"

Place = tuple[float, float, str]


def post_tasks(problem: PlanProblem, skills: list[Skill]) -> list[Task]:
    """Posts that each skill could hold, as tasks, each twice (a post has no other end to begin at).

    Containment posts stand where moving subjects pass: junctions and heads of trails, crossings of streams and ridges,
    where ways and valleys leave the likely ground, and wherever else most come by; no movers, no such posts. SOUND
    teams may call from there, and from where most probability is within hearing. Durations are those of `HOURS` that
    fit the period and the team's endurance.
    """
    passed = _passed(problem.movers, problem.terrain.grid, problem.duration_s)
    busy = _busy_places(problem, passed) if passed is not None else []
    audible: dict[int, list[Place]] = {}
    tasks: list[Task] = []
    for i, skill in enumerate(skills):
        if skill.kind in HOLDS:
            tasks += [t for n, at in enumerate(busy) for t in _containment(problem, (i, skill), at, -1 - n)]
        elif skill.kind in CALLS:
            audible[i] = [*_apart([*busy, *_audible_places(problem, skill)], 2 * PLACES)]
            first = -1 - len(busy) - sum(len(p) for k, p in audible.items() if k < i)
            tasks += [t for n, at in enumerate(audible[i]) for t in _attraction(problem, (i, skill), at, first - n)]
    return [t for task in tasks for t in (task, task.backwards())]


def post_words(task: Task) -> str:
    """What to do at a post, as it stands on the sheet."""
    if task.mode == "attraction":
        return f"attraction post {task.at}: call, show light, be still and listen"
    return f"containment post {task.at}: stop and question everybody who comes by"


def post_segment(task: Task, segments: tuple[Segment, ...] | list[Segment], radius_m: float) -> Segment:
    """The ground round a post, a circle: that of an earlier post at the same place, or a new one with a fresh name."""
    x, y = (float(v) for v in task.path_m[0])
    for old in segments:
        if old.kind == "post":
            middle = outline(old).centroid
            if np.hypot(middle.x - x, middle.y - y) < APART_M / 4:
                return old
    ground = shapely.Point(x, y).buffer(radius_m, quad_segs=6)
    name = next(fresh_names(segments))
    return Segment(id=name, ring_m=ring_m(ground), area_m2=float(ground.area), poa=0.0, kind="post")


def watched_m(skill: Skill, grid: Grid, at_m: Floats, *, night: bool) -> float:
    """How far a post sees or is heard, metres: half the team's sweep width at that place, one cell at least.

    One searcher's for a line: at a post it stands together. The published widths are of searchers on foot in their
    cover and light; that half of it is how far a post reaches is our own simplification.
    """
    wide = float(sample(skill.width(night=night), grid, np.asarray(at_m)[None])[0]) / skill.abreast
    return max(wide / 2, grid.cell_m)


# ---- tasks at a place ---------------------------------------------------------------------------------------------


def _containment(problem: PlanProblem, who: tuple[int, Skill], at: Place, place: int) -> Iterator[Task]:
    index, skill = who
    meets = _meets(problem, skill, at)
    nothing = (np.empty(0, np.int32), np.empty((2, 0), np.float32))
    for seconds in _durations(problem, skill, meets):
        stretch = Stretch(ends_s=seconds, cell=nothing[0], coverage=nothing[1])
        yield _task((index, place), at, "containment", (seconds, (stretch,)), meets)


def _attraction(problem: PlanProblem, who: tuple[int, Skill], at: Place, place: int) -> Iterator[Task]:
    index, skill = who
    meets = _meets(problem, skill, at, answering=True)
    cell, coverage = heard_from(problem.terrain.grid, skill, np.array(at[:2]))
    near = Stretch(ends_s=CALL_S, cell=cell, coverage=coverage)
    if len(cell):
        yield _task((index, place), at, "attraction", (CALL_S, (near,)), meets)
    for seconds in _durations(problem, skill, meets):
        after = Stretch(ends_s=seconds, cell=cell[:0], coverage=coverage[:, :0])
        yield _task((index, place), at, "attraction", (seconds, (near, after)), meets)


def _task(
    who: tuple[int, int],
    at: Place,
    mode: str,
    held: tuple[float, tuple[Stretch, ...]],
    meets: tuple[NDArray[np.int32], Floats] | None,
) -> Task:
    return Task(
        skill=who[0],
        place=who[1],
        linear=True,
        path_m=np.array([at[:2], at[:2]], dtype=np.float64),
        duration_s=held[0],
        spacing_m=None,
        part=1,
        parts=1,
        stretches=held[1],
        mode=mode,
        reversible=False,
        meets=meets,
        notice=NOTICE if meets is not None else 0.0,
        at=at[2],
    )


def heard_from(grid: Grid, skill: Skill, at_m: Floats) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """The cells that a team standing at a place calls to, and what that covers there by day and by night (2, cells).

    `CALL_COVERAGE` as far as `watched_m`, nothing beyond: a lateral range curve of the same sweep width, made sharp.
    """
    reach = [watched_m(skill, grid, at_m, night=night) for night in (False, True)]
    x, y = grid.centers_m()
    cols = np.nonzero(np.abs(x - at_m[0]) <= max(reach))[0]
    rows = np.nonzero(np.abs(y - at_m[1]) <= max(reach))[0]
    far = np.hypot(x[cols][None, :] - at_m[0], y[rows][:, None] - at_m[1])
    near = np.nonzero(far <= max(reach))
    cell = rows[near[0]] * grid.n_cols + cols[near[1]]
    coverage = np.stack([np.where(far[near] <= r, CALL_COVERAGE, 0.0) for r in reach])
    return cell.astype(np.int32), coverage.astype(np.float32)


def _durations(problem: PlanProblem, skill: Skill, meets: tuple[NDArray[np.int32], Floats] | None) -> Iterator[float]:
    """How long a post may be held, seconds; not past the last who comes by, none where nobody does."""
    if meets is None:
        return
    longest = min(problem.duration_s, skill.endurance_s)
    for shorter, hours in pairwise((0.0, *HOURS)):
        if hours * 3600.0 <= longest and shorter * 3600.0 <= float(meets[1].max()):
            yield hours * 3600.0


def _meets(
    problem: PlanProblem, skill: Skill, at: Place, *, answering: bool = False
) -> tuple[NDArray[np.int32], Floats] | None:
    """Who comes by a place within the period; None where that is too little."""
    who, when = comes_by(problem, skill, np.array(at[:2]), answering=answering)
    if problem.movers is None or float(problem.movers.weight[np.unique(who)].sum()) < LEAST_MET:
        return None
    return who, when


def comes_by(problem: PlanProblem, skill: Skill, at_m: Floats, *, answering: bool) -> tuple[NDArray[np.int32], Floats]:
    """Who comes within the reach of a post within the period, in the light of that time: (mover, seconds).

    Sorted by mover, then time, as `post_meets` gives them. `answering`: only who would answer a call.
    """
    movers, grid = problem.movers, problem.terrain.grid
    if movers is None:
        return np.empty(0, np.int32), np.empty(0)
    found = []
    for night in (False, True):
        reach = watched_m(skill, grid, at_m, night=night)
        who, when = post_meets(movers, grid, (float(at_m[0]), float(at_m[1])), radius_m=reach)
        dark = problem.night ^ (np.searchsorted(problem.light_changes_s, when, side="right") % 2 == 1)
        kept = (dark == night) & (when <= problem.duration_s)
        kept &= movers.responsive[who] if answering else True
        found.append((who[kept], when[kept]))
    who, when = (np.concatenate(both) for both in zip(*found, strict=True))
    order = np.lexsort((when, who))
    return who[order].astype(np.int32), when[order]


# ---- where --------------------------------------------------------------------------------------------------------


def _passed(movers: Movers | None, grid: Grid, duration_s: float) -> Floats | None:
    """(rows, cols) probability of the movers that pass each block of about `_BLOCK_M`, written on its cells."""
    if movers is None or movers.share < LEAST_MET:
        return None
    k = max(round(_BLOCK_M / grid.cell_m), 1)
    n_rows, n_cols = -(-grid.n_rows // k), -(-grid.n_cols // k)
    marks = np.asarray(movers.marks_s)
    last = min(int(np.searchsorted(marks, duration_s)) + 1, len(marks))
    row, col = np.divmod(movers.cell[:last], grid.n_cols)
    gone = movers.cell[:last] < 0
    steps = max(int(np.abs(np.diff(row, axis=0)).max(initial=1)), int(np.abs(np.diff(col, axis=0)).max(initial=1)))
    shares = np.linspace(0.0, 1.0, min(max(-(-steps // k), 1), 12) + 1)[1:]
    seen = [np.where(gone[:1], -1, (row[:1] // k) * n_cols + col[:1] // k)]
    for share in shares:
        r = np.rint(row[:-1] + share * (row[1:] - row[:-1])).astype(np.int64) // k
        c = np.rint(col[:-1] + share * (col[1:] - col[:-1])).astype(np.int64) // k
        seen.append(np.where(gone[:-1] | gone[1:], -1, r * n_cols + c))
    block = np.concatenate(seen).astype(np.int64)
    who = np.broadcast_to(np.arange(block.shape[1]), block.shape)
    pairs = np.unique((who * (n_rows * n_cols) + block)[block >= 0])
    total = np.zeros(n_rows * n_cols)
    np.add.at(total, pairs % (n_rows * n_cols), movers.weight[pairs // (n_rows * n_cols)])
    whole = np.repeat(np.repeat(total.reshape(n_rows, n_cols), k, axis=0), k, axis=1)
    return np.asarray(whole[: grid.n_rows, : grid.n_cols], dtype=np.float64)


def _busy_places(problem: PlanProblem, passed: Floats) -> list[Place]:
    """At most `PLACES`, chosen one after another for how much more passes there than passes those chosen before.

    Only who comes after a team could be there counts: as the crow flies from the nearest base at a walk.
    """
    terrain, movers = problem.terrain, problem.movers
    assert movers is not None
    grid = terrain.grid
    named = [*_nodes(terrain), *_crossings(terrain), *_ways_out(terrain, problem.belief.poa)]
    top = ndimage.maximum_filter(passed, size=5) == passed
    rows, cols = np.nonzero(top & (passed >= LEAST_MET))
    order = np.argsort(-passed[rows, cols], kind="stable")[:_TRIED]
    x, y = grid.centers_m()
    crowded = [(float(x[c]), float(y[r]), _BUSY) for r, c in zip(rows[order], cols[order], strict=True)]
    named = sorted(named, key=lambda p: -float(sample(passed, grid, np.array([p[:2]]))[0]))
    tried = _apart([*_apart(named, _TRIED // 2), *crowded], _TRIED)
    met = [_met_weights(problem, p) for p in tried]
    left, chosen = movers.weight.copy(), list[Place]()
    while len(chosen) < PLACES:
        gains = [float(left[m].sum()) for m in met]
        best = int(np.argmax(gains)) if gains else -1
        if best < 0 or gains[best] < LEAST_MET:
            break
        chosen.append(tried[best])
        left[met[best]] *= _STALE
        met[best] = met[best][:0]
    return chosen


def _met_weights(problem: PlanProblem, at: Place) -> NDArray[np.int64]:
    """Which movers come by a place within the period, after the first team could be there."""
    movers, grid = problem.movers, problem.terrain.grid
    assert movers is not None
    far = np.hypot(*(np.asarray(problem.bases_m) - np.array(at[:2])).T)
    who, when = post_meets(movers, grid, at[:2], radius_m=2 * grid.cell_m)
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
    what = {LineKind.STREAM: "stream crossing", LineKind.RIVER: "river crossing", LineKind.RIDGE: "pass"}
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
