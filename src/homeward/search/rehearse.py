"""Playing a plan against subjects who sit at one place or walk: would it have found them, when, and who?

Every subject is one history: where it is or walks, what the true sweep widths are against the tables', whether it
answers and how long it lives. A team notices it at a rate that adds up to the coverage that its path leaves on the
subject's cell at that time (`detect.track_coverage`), times the true sweep width of its kind over the table's; a post
notices who comes by with one chance. So the probability of having found a subject who stays by any time is that of the
plan's curve, and a rehearsal is a test of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from homeward.detect import pod_uncertain_width
from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.search.plan.curve import Walk, covered_by, walks_of
from homeward.search.plan.posts import NOTICE
from homeward.search.plan.problem import PlanProblem
from homeward.search.plan.sought import coverage_of_notice
from homeward.search.records import XY, SearchPlan
from homeward.search.rehearse_cast import KINDS, Bools, Cast, Ints, alive_at, drawn, noticeable, places

STEP_S = 60.0  # of the time in which finds are told; longer where a period has more than `_MOST_STEPS` of them
BATCH = 1000  # subjects played together: after each, a rehearsal can be stopped and what was done is kept
MOST_SUBJECTS = 200_000  # homeward's own limit
_MOST_STEPS = 300
_NOTICE = coverage_of_notice(NOTICE)

Tell = Callable[[float, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one subject. `at_s` (from the plan's start), `team` and `assignment` are None where nobody found.

    `chance` is the probability that the plan finds a subject at that place at all.
    """

    found: bool
    at_s: float | None
    team: str | None
    assignment: str | None
    chance: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rehearsal:
    """What came of many subjects, one entry each (subjects,).

    `at_s` is when each was found, seconds from the plan's start, inf for never; `by` the index of the assignment that
    found it, -1 for none; `living` whether it was alive then (None: survival is not known); `on_map` whether it was on
    the map at all, `moving` whether it was on its way. `stopped` where a rehearsal was broken off before all subjects
    had their turn.
    """

    seed: int
    duration_s: float
    at_s: Floats
    by: Ints
    living: Bools | None
    on_map: Bools
    moving: Bools
    stopped: bool = False

    @property
    def subjects(self) -> int:
        """How many subjects were played."""
        return len(self.at_s)

    def found_by(self, times_s: Sequence[float], *, alive: bool = False) -> tuple[Floats, Floats]:
        """(share of all subjects found by each time, its standard error); with `alive` those who lived then."""
        counts = np.sort(self.at_s[self.living] if alive and self.living is not None else self.at_s)
        share = np.searchsorted(counts, np.asarray(times_s), side="right") / self.subjects
        return np.asarray(share, dtype=np.float64), np.sqrt(share * (1 - share) / self.subjects)

    def found_in(self, share: float) -> float | None:
        """The time by which that share of all subjects is found, None where it never is."""
        at = float(np.sort(self.at_s)[min(int(np.ceil(share * self.subjects)), self.subjects) - 1])
        return at if np.isfinite(at) else None

    def shares(self, assignments: int) -> Floats:
        """Share of all subjects that each of a plan's assignments finds first."""
        return np.bincount(self.by[self.by >= 0], minlength=assignments) / self.subjects


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """How much more another plan finds than the first, each with its standard error; None where not known.

    `soonest` is the difference in the mean over the period of the share found by then.
    """

    found: float
    found_error: float
    soonest: float
    soonest_error: float
    alive: float | None
    alive_error: float | None


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """Coverage that one assignment (`by`) of a kind leaves in one step of time on a window (top row, left column)."""

    by: int
    kind: int
    top: int
    left: int
    coverage: NDArray[np.float32]
    still: bool  # only those who stay notice: a post meets those who walk one by one


@dataclass(frozen=True, slots=True, eq=False)
class _Post:
    """Who comes by a post that an assignment (`by`) of a kind holds: when each mover first does, inf for never."""

    by: int
    kind: int
    meets_s: Floats


@dataclass(frozen=True, slots=True, eq=False)
class _Laid:
    """All that a plan does: for each step of time between `marks`, what is covered in it; and the posts."""

    marks: Floats
    steps: list[list[_Piece]]
    posts: list[_Post]


def rehearse(
    problem: PlanProblem, plan: SearchPlan, *, subjects: int = 5000, seed: int = 0, progress: Tell | None = None
) -> Rehearsal:
    """Plays a plan against `subjects` drawn from the problem's map and movers; the same seed, the same histories.

    The same seed draws the same subjects for another problem on the same map, so that two plans can be compared
    closely (`compared`). Ctrl-C after the first batch keeps what was done. Raises `BadInput` for numbers that cannot
    be.
    """
    if not 1 <= subjects <= MOST_SUBJECTS:
        raise BadInput(f"{subjects} subjects cannot be played. Give 1 to {MOST_SUBJECTS}.")
    if seed < 0:
        raise BadInput(f"A seed of {seed} cannot be. Give 0 or more.")
    tell: Tell = progress or (lambda _share, _words: None)
    laid = _laid(problem, plan, lambda f: tell(0.5 * f, "laying out the searches"))
    done: list[Rehearsal] = []
    stopped = False
    try:
        for n, first in enumerate(range(0, subjects, BATCH)):
            rng = np.random.default_rng([seed, n])
            cast = drawn(problem, min(BATCH, subjects - first), rng)
            done.append(_played(problem, cast, laid, seed))
            tell(0.5 + 0.5 * (first + BATCH) / subjects, "playing subjects")
    except KeyboardInterrupt:
        if not done:
            raise
        stopped = True
    return _joined(done, stopped=stopped)


def compared(first: Rehearsal, other: Rehearsal) -> Difference:
    """What another plan does better than the first, subject by subject, both rehearsed with the same seed."""
    n = min(first.subjects, other.subjects)
    a, b = first.at_s[:n], other.at_s[:n]
    found = _mean(np.isfinite(b).astype(np.float64) - np.isfinite(a))
    early = [np.where(np.isfinite(r.at_s[:n]), 1 - r.at_s[:n] / r.duration_s, 0.0) for r in (first, other)]
    soonest = _mean(early[1] - early[0])
    alive: tuple[float | None, float | None] = (None, None)
    if first.living is not None and other.living is not None:
        alive = _mean(other.living[:n].astype(np.float64) - first.living[:n])
    return Difference(
        found=found[0],
        found_error=found[1],
        soonest=soonest[0],
        soonest_error=soonest[1],
        alive=alive[0],
        alive_error=alive[1],
    )


def replay_at(
    problem: PlanProblem, plan: SearchPlan, subject_m: Sequence[XY], *, seeds: Sequence[int]
) -> list[Outcome]:
    """What comes of subjects who stay at given places (metres of the grid); each one's seed draws its history.

    Raises `BadInput` where a subject is not on the map.
    """
    if not subject_m:
        return []
    grid = problem.terrain.grid
    subject_m = [grid.onto(*at) for at in subject_m]
    for at in subject_m:
        if not bool(grid.contains(*at)):
            raise BadInput(f"The subject at {grid.to_place(*at)} is outside the map. Choose a place on it to rehearse.")
    still = replace(problem, movers=None)
    cell = np.array([row * grid.n_cols + col for row, col in (grid.cell_of(*at) for at in subject_m)], dtype=np.int64)
    casts = [drawn(still, 1, np.random.default_rng(s)) for s in seeds]
    all_ = Cast(*(np.concatenate([getattr(c, name) for c in casts]) for name in Cast.__slots__))
    cast = replace(all_, cell=cell)
    laid = _laid(still, plan, lambda _share: None)
    played = _played(still, cast, laid, 0)
    chance = _chances(still, cell, laid)
    return [
        Outcome(
            found=by >= 0,
            at_s=at if by >= 0 else None,
            team=plan.assignments[by].team if by >= 0 else None,
            assignment=plan.assignments[by].number if by >= 0 else None,
            chance=p,
        )
        for at, by, p in zip(played.at_s.tolist(), played.by.tolist(), chance.tolist(), strict=True)
    ]


def _mean(values: Floats) -> tuple[float, float]:
    return float(values.mean()), float(values.std() / np.sqrt(len(values)))


def _joined(parts: Sequence[Rehearsal], *, stopped: bool) -> Rehearsal:
    living = [p.living for p in parts if p.living is not None]
    return replace(
        parts[0],
        at_s=np.concatenate([p.at_s for p in parts]),
        by=np.concatenate([p.by for p in parts]),
        living=np.concatenate(living) if living else None,
        on_map=np.concatenate([p.on_map for p in parts]),
        moving=np.concatenate([p.moving for p in parts]),
        stopped=stopped,
    )


# ---- what the plan lays down --------------------------------------------------------------------------------------


def _marks(problem: PlanProblem) -> Floats:
    """The ends of the steps of time, from 0."""
    steps = int(np.clip(np.ceil(problem.duration_s / STEP_S), 1, _MOST_STEPS))
    return np.linspace(0.0, problem.duration_s, steps + 1)


def _laid(problem: PlanProblem, plan: SearchPlan, tell: Callable[[float], None]) -> _Laid:
    """What every assignment covers in each step of time, and who comes by the posts."""
    marks, walks = _marks(problem), walks_of(problem, plan.assignments)
    steps: list[list[_Piece]] = []
    for n in range(len(marks) - 1):
        between = float(marks[n]), float(marks[n + 1])
        steps.append([piece for i, walk in enumerate(walks) for piece in _pieces(problem, (i, walk), between)])
        tell((n + 1) / (len(marks) - 1))
    posts = [_post(problem, i, walk) for i, walk in enumerate(walks) if walk.meets is not None]
    return _Laid(marks, steps, posts)


def _post(problem: PlanProblem, i: int, walk: Walk) -> _Post:
    assert walk.meets is not None
    meets_s = np.full(problem.movers.weight.size if problem.movers else 0, np.inf)
    meets_s[walk.meets[0]] = walk.meets[1]
    return _Post(i, KINDS.index(walk.skill.kind), meets_s)


def _pieces(problem: PlanProblem, who: tuple[int, Walk], between: tuple[float, float]) -> list[_Piece]:
    i, walk = who
    kind, still = KINDS.index(walk.skill.kind), walk.mode != "search"
    if between[1] <= walk.at_s[0] or walk.at_s[-1] <= between[0]:
        return []
    pieces = covered_by(problem, walk, *between)
    return [
        _Piece(i, kind, rows.start, cols.start, coverage.astype(np.float32), still)
        for (rows, cols), coverage in pieces
        if coverage.any()
    ]


def _chances(problem: PlanProblem, cell: Ints, laid: _Laid) -> Floats:
    """The probability that a plan finds somebody who stays on each of some cells."""
    row, col = np.divmod(cell, problem.terrain.grid.n_cols)
    total = np.zeros((len(KINDS), len(cell)))
    for step in laid.steps:
        for piece in step:
            on, gain = _gain(piece, row, col)
            total[piece.kind, on] += gain
    return np.asarray(1.0 - np.prod(1.0 - pod_uncertain_width(total), axis=0), dtype=np.float64)


def _gain(piece: _Piece, row: Ints, col: Ints) -> tuple[Ints, Floats]:
    """Which of some places (rows and columns, -1 off the map) a piece covers, and how much."""
    r, c = row - piece.top, col - piece.left
    on = np.nonzero((r >= 0) & (r < piece.coverage.shape[0]) & (c >= 0) & (c < piece.coverage.shape[1]) & (row >= 0))[0]
    return on, piece.coverage[r[on], c[on]].astype(np.float64)


# ---- the play -----------------------------------------------------------------------------------------------------


def _played(problem: PlanProblem, cast: Cast, laid: _Laid, seed: int) -> Rehearsal:
    n, marks = len(cast.cell), laid.marks
    seen, at_s, by = np.zeros(n), np.full(n, np.inf), np.full(n, -1, dtype=np.int64)
    for step in range(len(laid.steps)):
        noticed, who = _noticed(problem, cast, laid, step)
        if not len(who):
            continue
        total = noticed.sum(axis=0)
        hit = np.nonzero((total > 0) & np.isinf(at_s) & (seen + total >= cast.needed))[0]
        if len(hit):
            share = (cast.needed[hit] - seen[hit]) / total[hit]
            at_s[hit] = marks[step] + share * (marks[step + 1] - marks[step])
            parts = noticed[:, hit].cumsum(axis=0)
            by[hit] = who[(parts <= cast.pick[hit] * parts[-1]).sum(axis=0)]
        seen += total
    found = np.isfinite(at_s)
    living = found & (cast.life < alive_at(problem, cast, np.where(found, at_s, 0.0)))
    return Rehearsal(
        seed=seed,
        duration_s=problem.duration_s,
        at_s=at_s,
        by=by,
        living=living if problem.alive else None,
        on_map=cast.cell >= 0,
        moving=cast.mover >= 0,
    )


def _noticed(problem: PlanProblem, cast: Cast, laid: _Laid, step: int) -> tuple[Floats, Ints]:
    """(assignments at work, subjects) coverage that counts for each subject in a step of time, and their numbers."""
    pieces, (begins, ends) = laid.steps[step], laid.marks[step : step + 2]
    row, col = places(problem, cast, float(begins + ends) / 2)
    open_to = noticeable(cast)
    rows, who = [], []
    for piece in pieces:
        on, gain = _gain(piece, row, col)
        if len(on):
            own = np.zeros(len(cast.cell))
            own[on] = gain * cast.width[on, piece.kind] * open_to[on, piece.kind]
            own[cast.mover >= 0] *= not piece.still
            rows.append(own)
            who.append(piece.by)
    for post in laid.posts if problem.movers else []:
        at = np.where(cast.mover >= 0, post.meets_s[cast.mover], np.inf)
        come = (at >= begins) & (at < ends)
        if come.any():
            rows.append(come * _NOTICE * cast.width[:, post.kind] * open_to[:, post.kind])
            who.append(post.by)
    return np.stack(rows) if rows else np.zeros((0, len(cast.cell))), np.array(who, dtype=np.int64)
