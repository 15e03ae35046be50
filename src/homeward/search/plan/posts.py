"""Posts: places to hold because the subject may come by, and places to call from.

A containment post stops and questions everybody who passes; it finds only those who are still on their way, so that
it is worth nothing on a map of a subject who stays. An attraction post calls, whistles and shows light from one place,
stops and listens; it finds those who can answer, near by or passing. Both compete with sweeping: the schedule takes a
post only where it finds more.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from homeward.detect import coverage_of_pod
from homeward.geo import Floats, Grid
from homeward.mission.nouns import TeamKind
from homeward.search.plan.meet import post_meets
from homeward.search.plan.post_places import APART_M, LEAST_MET, Place, busy_places, hearing_places
from homeward.search.plan.problem import PlanProblem
from homeward.search.plan.skills import Skill, sample
from homeward.search.plan.tasks import Stretch, Task
from homeward.search.records import Segment
from homeward.search.segments import fresh_names, outline, ring_m

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

Meets = tuple[NDArray[np.int32], Floats]


def post_tasks(problem: PlanProblem, skills: list[Skill]) -> list[Task]:
    """Posts that each skill could hold, as tasks, each twice (a post has no other end to begin at).

    Containment posts stand where moving subjects pass (`busy_places`); no movers, no such posts. SOUND teams may call
    from there, and from where most probability is within hearing. Durations are those of `HOURS` that
    fit the period and the team's endurance.
    """
    busy = busy_places(problem)
    audible: dict[int, list[Place]] = {}
    tasks: list[Task] = []
    known: dict[tuple[float, ...], Meets | None] = {}
    for i, skill in enumerate(skills):
        if skill.kind in HOLDS:
            tasks += [t for n, at in enumerate(busy) for t in _containment(problem, (i, skill), at, (-1 - n, known))]
        elif skill.kind in CALLS:
            audible[i] = hearing_places(problem, skill, busy)
            first = -1 - len(busy) - sum(len(p) for k, p in audible.items() if k < i)
            tasks += [
                t for n, at in enumerate(audible[i]) for t in _attraction(problem, (i, skill), at, (first - n, known))
            ]
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


def _containment(
    problem: PlanProblem, who: tuple[int, Skill], at: Place, place: tuple[int, dict[tuple[float, ...], Meets | None]]
) -> Iterator[Task]:
    index, skill = who
    meets = _meets(problem, skill, at, place[1])
    nothing = (np.empty(0, np.int32), np.empty((2, 0), np.float32))
    for seconds in _durations(problem, skill, meets):
        stretch = Stretch(ends_s=seconds, cell=nothing[0], coverage=nothing[1])
        yield _task((index, place[0]), at, "containment", (seconds, (stretch,)), meets)


def _attraction(
    problem: PlanProblem, who: tuple[int, Skill], at: Place, place: tuple[int, dict[tuple[float, ...], Meets | None]]
) -> Iterator[Task]:
    index, skill = who
    meets = _meets(problem, skill, at, place[1], answering=True)
    cell, coverage = heard_from(problem.terrain.grid, skill, np.array(at[:2]))
    near = Stretch(ends_s=CALL_S, cell=cell, coverage=coverage)
    if len(cell) and problem.duration_s >= CALL_S:
        yield _task((index, place[0]), at, "attraction", (CALL_S, (near,)), meets)
    for seconds in _durations(problem, skill, meets):
        after = Stretch(ends_s=seconds, cell=cell[:0], coverage=coverage[:, :0])
        yield _task((index, place[0]), at, "attraction", (seconds, (near, after)), meets)


def _task(
    who: tuple[int, int],
    at: Place,
    mode: str,
    held: tuple[float, tuple[Stretch, ...]],
    meets: Meets | None,
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


def _durations(problem: PlanProblem, skill: Skill, meets: Meets | None) -> Iterator[float]:
    """How long a post may be held, seconds; not past the last who comes by, none where nobody does."""
    if meets is None:
        return
    longest = min(problem.duration_s, skill.endurance_s)
    for shorter, hours in pairwise((0.0, *HOURS)):
        if hours * 3600.0 <= longest and shorter * 3600.0 <= float(meets[1].max()):
            yield hours * 3600.0


def _meets(
    problem: PlanProblem,
    skill: Skill,
    at: Place,
    known: dict[tuple[float, ...], Meets | None],
    *,
    answering: bool = False,
) -> Meets | None:
    """Who comes by a place within the period; None where that is too little. `known` keeps it by place and reach."""
    if problem.movers is None:
        return None
    here = np.array(at[:2])
    reach = [watched_m(skill, problem.terrain.grid, here, night=night) for night in (False, True)]
    key = (*at[:2], *reach, float(answering))
    if key not in known:
        who, when = comes_by(problem, skill, here, answering=answering)
        enough = float(problem.movers.weight[np.unique(who)].sum()) >= LEAST_MET
        known[key] = (who, when) if enough else None
    return known[key]


def comes_by(problem: PlanProblem, skill: Skill, at_m: Floats, *, answering: bool) -> Meets:
    """Who comes within the reach of a post within the period, in the light of that time: (mover, seconds).

    Sorted by mover, then time, as `post_meets` gives them. `answering`: only who would answer a call.
    """
    movers, grid = problem.movers, problem.terrain.grid
    if movers is None:
        return np.empty(0, np.int32), np.empty(0)
    found, lights = [], (False, True) if problem.light_changes_s else (problem.night,)
    for night in lights:
        reach = watched_m(skill, grid, at_m, night=night)
        who, when = post_meets(movers, grid, (float(at_m[0]), float(at_m[1])), radius_m=reach)
        dark = problem.night ^ (np.searchsorted(problem.light_changes_s, when, side="right") % 2 == 1)
        kept = (dark == night) & (when <= problem.duration_s)
        kept &= movers.responsive[who] if answering else True
        found.append((who[kept], when[kept]))
    who, when = (np.concatenate(both) for both in zip(*found, strict=True))
    order = np.lexsort((when, who))
    return who[order].astype(np.int32), when[order]
