"""What is sought, as flat arrays for the kernels: who moves and where, who meets a post, who lives how long.

Cells and the paths of moving subjects are numbered alike: first the active cells, then the paths. What is left of
each and what has been covered of it are arrays over both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from homeward.belief.ahead import Movers, resting_parts
from homeward.detect import WIDTH_SHAPE
from homeward.geo import Floats, Grid
from homeward.mission.nouns import TeamKind
from homeward.search.plan.findable import (
    LIMITED,
    living_at,
    mean_on,
    path_findable,
    resting_shares,
    scenario_of,
    teams_of,
)
from homeward.search.plan.problem import PlanProblem
from homeward.search.plan.tasks import Task

BLOCK_M = 200.0  # paths are looked for by blocks of about this size: no matter of accuracy
ALIVE_STEPS = 96  # of the period, between which survival is taken as straight
_SURE = 1e6  # a coverage that leaves nobody

Ints = NDArray[np.int64]


class Sought(NamedTuple):
    """Beside `poa` (items,), the probability of each active cell and then of each path.

    `first_path` is the number of the first path. `share` (rows, items) is the part of each item that a kind of team can
    find at all, in the row `row` (kinds,) of its kind; row 0 is all ones. `keen` (rows, items) and `alive` (2, times):
    what a kind finds of item i at time t is worth alive[0] + keen[row, i] alive[1], at even times of the period; `keen`
    is (rows, 0) where that does not differ. `dead` (kinds,) is what finds the dead: they count alike at all times.

    At `mark_s` (marks,) the paths in block b are `who[m, n]` for n in `ptr[m, b]:ptr[m, b + 1]`, each on the active
    cell `cell[m, n]`. The blocks that stretch s reaches are `block[low_block[s]:high_block[s]]`.

    Stretch s begins `from_s[s]` after its task and belongs to post `post[s]`, -1 for none. Post p meets path
    `meet[e]` at `meet_s[e]` for e in `first_meet[p]:first_meet[p + 1]`, in the order of time, and before that at
    `before_s[e]` (-inf: never); it looks with the coverage `notice[p]`, once at each path.
    """

    first_path: int
    row: Ints
    share: Floats
    keen: Floats
    alive: Floats
    dead: NDArray[np.bool_]
    mark_s: Floats
    ptr: NDArray[np.int32]
    who: NDArray[np.int32]
    cell: NDArray[np.int32]
    low_block: Ints
    high_block: Ints
    block: NDArray[np.int32]
    from_s: Floats
    post: Ints
    first_meet: Ints
    meet: NDArray[np.int32]
    meet_s: Floats
    before_s: Floats
    notice: Floats


def sought_of(
    problem: PlanProblem, tasks: Sequence[Task], hits: tuple[Ints, Ints, NDArray[np.int32]], active: NDArray[np.bool_]
) -> tuple[Sought, Floats]:
    """What is sought on the `active` cells (flat), and its `poa`: cells first, then paths.

    `hits` are (low, high, cell) of the stretches in the order of the tasks; `cell` are flat numbers of the grid.
    """
    parts = resting_parts(problem.belief, problem.movers).reshape(-1, active.size)[:, active]
    moving = problem.movers or _NOBODY
    kinds = list(TeamKind)
    limited = [kind for kind in LIMITED if kind in teams_of(problem)]
    alive, keenness = alive_shape(problem)
    share, keen = [np.ones(active.sum() + moving.weight.size)], [_keen(keenness, parts, moving)]
    for kind in limited:
        own = resting_shares(problem, kind)
        share.append(np.concatenate([mean_on(own, parts), path_findable(moving, kind)]))
        answering = np.stack([keenness[1], keenness[1]])  # who answers lives when the plan starts
        keen.append(_keen(answering if kind is TeamKind.SOUND else keenness, own[:, None] * parts, moving))
    compact = np.where(active, np.cumsum(active) - 1, -1).astype(np.int32)
    sought = Sought(
        first_path=int(active.sum()),
        row=np.array([limited.index(kind) + 1 if kind in limited else 0 for kind in kinds], dtype=np.int64),
        share=np.stack(share),
        keen=np.stack(keen) if keenness.any() else np.empty((len(keen), 0)),
        alive=alive,
        dead=np.array([kind is TeamKind.REMAINS for kind in kinds]),
        **_paths(moving, problem.terrain.grid, hits, compact),
        **_posts(tasks),
    )
    return sought, np.concatenate([parts.sum(axis=0), moving.weight])


def _keen(keenness: Floats, parts: Floats, moving: Movers) -> Floats:
    """(items,) how keen finds are, the mean of the scenarios on each cell and that of each path's own."""
    return np.concatenate([mean_on(keenness[0], parts), keenness[1][scenario_of(moving)]])


def coverage_of_notice(notice: float) -> float:
    """The coverage at which `detect.pod_uncertain_width` comes to a probability of noticing (below 1)."""
    return min(WIDTH_SHAPE * float(np.power(max(1.0 - notice, 1e-300), -1 / WIDTH_SHAPE) - 1.0), _SURE)


def alive_shape(problem: PlanProblem) -> tuple[Floats, Floats]:
    """(2, times) and (2, scenarios) c: finding at a time who rests in scenario k counts as row 0 + c[0, k] row 1; with
    c[1, k] who lived when the plan started: walkers, and who answers.

    Row 0 is survival over the period in the mean of all of these, row 1 how they differ from it most: the first
    component of a singular value decomposition, exact where two curves are all there are. Both are over
    `mean_survival`, so that the measure is as without survival.
    """
    at = np.linspace(0.0, problem.duration_s, ALIVE_STEPS + 1)
    curves = living_at(problem, at)
    weight, flat = _weights(problem), np.stack([np.ones(at.size), np.zeros(at.size)])
    scale = mean_survival(problem)
    if not problem.alive or scale <= 0:
        return flat, np.zeros(curves.shape[:2])
    mean = np.tensordot(weight, curves, axes=2)
    apart = (curves - mean).reshape(-1, at.size)
    _, s, v = np.linalg.svd(np.sqrt(weight.ravel())[:, None] * apart, full_matrices=False)
    if s[0] < 1e-9:
        return np.stack([mean, np.zeros(at.size)]) / scale, np.zeros(curves.shape[:2])
    return np.stack([mean, v[0]]) / scale, np.asarray((apart @ v[0]).reshape(curves.shape[:2]), dtype=np.float64)


def mean_survival(problem: PlanProblem) -> float:
    """Survival over the period in the mean of all who can be found, early times weighing more as in the mean of the
    POS curve; 1 where it is not known."""
    at = np.linspace(0.0, problem.duration_s, ALIVE_STEPS + 1)
    early = 1.0 - at / problem.duration_s
    mean = np.tensordot(_weights(problem), living_at(problem, at), axes=2)
    return float((mean * early).sum() / early.sum())


def _weights(problem: PlanProblem) -> Floats:
    """(2, scenarios) how much rests in each on the map, and walks there or answers callers; sums to 1."""
    rest = resting_parts(problem.belief, problem.movers).sum(axis=(1, 2))
    moving = problem.movers or _NOBODY
    lives = np.bincount(scenario_of(moving), weights=moving.weight, minlength=len(rest))
    if TeamKind.SOUND in teams_of(problem):
        lives = lives + resting_shares(problem, TeamKind.SOUND) * rest
    weight = np.stack([rest, lives])
    return np.asarray(weight / weight.sum() if weight.any() else np.full(weight.shape, 0.5 / len(rest)))


def _paths(
    moving: Movers, grid: Grid, hits: tuple[Ints, Ints, NDArray[np.int32]], compact: NDArray[np.int32]
) -> dict[str, Any]:
    size = max(round(BLOCK_M / grid.cell_m), 1)
    across = -(-grid.n_cols // size)
    blocks = across * -(-grid.n_rows // size)
    n_marks, n_paths = moving.cell.shape
    ptr = np.zeros((n_marks, blocks + 1), dtype=np.int32)
    who = np.zeros((n_marks, n_paths), dtype=np.int32)
    cell = np.full((n_marks, n_paths), -1, dtype=np.int32)
    for m, now in enumerate(moving.cell):
        on = np.where(now >= 0, compact[now], -1)
        block = np.where(on >= 0, _block_of(now, grid.n_cols, size, across), blocks)  # the last: nowhere searched
        who[m] = np.argsort(block, kind="stable")
        cell[m] = on[who[m]]
        ptr[m] = np.searchsorted(block[who[m]], np.arange(blocks + 1))
    low, high, where = hits
    spans = dict.fromkeys(zip(low.tolist(), high.tolist(), strict=True)) if n_paths else {}
    known = {span: np.unique(_block_of(where[slice(*span)], grid.n_cols, size, across)) for span in spans}
    reached = [known[span] for span in zip(low.tolist(), high.tolist(), strict=True)] if n_paths else [_NONE] * len(low)
    ends = np.cumsum([0, *map(len, reached)]).astype(np.int64)
    return {
        "mark_s": np.asarray(moving.marks_s, dtype=np.float64),
        "ptr": ptr,
        "who": who,
        "cell": cell,
        "low_block": ends[:-1],
        "high_block": ends[1:],
        "block": np.concatenate([_NONE, *reached]).astype(np.int32),
    }


def _block_of(cell: NDArray[np.int32], n_cols: int, size: int, across: int) -> NDArray[np.int32]:
    return np.asarray(cell // n_cols // size * across + cell % n_cols // size, dtype=np.int32)


def _posts(tasks: Sequence[Task]) -> dict[str, Any]:
    post: list[int] = []
    from_s: list[float] = []
    notice: list[float] = []
    met: list[tuple[NDArray[np.int32], Floats, Floats]] = []
    for task in tasks:
        number = -1
        if task.meets is not None and task.notice > 0:
            number = len(met)
            met.append(_in_time(*task.meets))
            notice.append(coverage_of_notice(task.notice))
        ends = [0.0, *(s.ends_s for s in task.stretches)]
        from_s += ends[:-1]
        post += [number] * len(task.stretches)
    return {
        "from_s": np.array(from_s, dtype=np.float64),
        "post": np.array(post, dtype=np.int64),
        "first_meet": np.cumsum([0, *(len(m[0]) for m in met)]).astype(np.int64),
        "meet": np.concatenate([_NONE, *(m[0] for m in met)]).astype(np.int32),
        "meet_s": np.concatenate([np.empty(0), *(m[1] for m in met)]),
        "before_s": np.concatenate([np.empty(0), *(m[2] for m in met)]),
        "notice": np.array(notice, dtype=np.float64),
    }


def _in_time(who: NDArray[np.int32], when: Floats) -> tuple[NDArray[np.int32], Floats, Floats]:
    """Meetings in the order of time, each with the time of the same path's meeting before it, -inf for the first."""
    order = np.lexsort((when, who))
    who, when = who[order], when[order]
    before = np.where(np.diff(who, prepend=-1) == 0, np.concatenate([[-np.inf], when[:-1]])[: len(when)], -np.inf)
    later = np.argsort(when, kind="stable")
    return who[later], when[later], before[later]


_NONE = np.empty(0, dtype=np.int32)
_NOBODY = Movers(
    marks_s=(),
    cell=np.empty((0, 0), dtype=np.int32),
    weight=np.empty(0),
    responsive=np.empty(0, dtype=np.bool_),
)
