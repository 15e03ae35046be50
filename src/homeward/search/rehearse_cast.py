"""The subjects of a rehearsal: where each is or walks, and what is drawn of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homeward.belief.ahead import resting, resting_parts
from homeward.detect import WIDTH_SHAPE
from homeward.geo import Floats
from homeward.mission.nouns import TeamKind
from homeward.search.plan.findable import at_rest, living_at
from homeward.search.plan.problem import PlanProblem

KINDS = list(TeamKind)

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Cast:
    """Subjects (n,): `cell` flat, -1 off the map, `mover` its number or -1; what is drawn of each."""

    cell: Ints
    mover: Ints
    scenario: Ints
    needed: Floats  # coverage, widths counted, after which it is noticed
    width: Floats  # (n, kinds) true sweep width over the table's
    answers: Bools
    dead: Bools  # when the plan starts
    life: Floats  # lives as long as survival is above this
    pick: Floats  # which of several teams near at once finds it


def drawn(problem: PlanProblem, n: int, rng: np.random.Generator) -> Cast:
    """Subjects from the map: off it, on their way, or staying on a cell; always the same draws, whatever the plan."""
    group, place, way, scenario, answer, life, pick = rng.random((7, n))
    needed, width = rng.exponential(size=n), rng.gamma(WIDTH_SHAPE, 1 / WIDTH_SHAPE, (n, len(KINDS)))
    still = resting(problem.belief, problem.movers)
    moving = problem.movers.share if problem.movers else 0.0
    shares = still.ravel().cumsum()
    cell = np.searchsorted(shares, place * shares[-1], side="right").clip(max=still.size - 1).astype(np.int64)
    gone = group < problem.belief.outside
    going = ~gone & (group < problem.belief.outside + moving)
    mover = np.full(n, -1, dtype=np.int64)
    if problem.movers is not None and moving > 0:
        ways = problem.movers.weight.cumsum()
        mover = np.where(going, np.searchsorted(ways, way * ways[-1], side="right").clip(max=len(ways) - 1), -1)
        cell = np.where(going, problem.movers.cell[0, mover], cell)
    cell = np.where(gone, -1, cell)
    part = _scenarios(problem, (cell, mover), scenario)
    living, heard = (held[part] for held in at_rest(problem))
    dead = (mover < 0) & (life >= living)
    # who answers lives, as far as it is known who does
    alert = np.where(heard <= living, (life < living) & (answer * living < heard), answer < heard)
    return Cast(
        cell=cell,
        mover=mover,
        scenario=part,
        needed=needed,
        width=width,
        answers=_answering(problem, mover) | ((mover < 0) & alert),
        dead=dead,
        life=life,
        pick=pick,
    )


def _answering(problem: PlanProblem, mover: Ints) -> Bools:
    """Whether each subject walks and would answer a call."""
    if problem.movers is None or not problem.movers.weight.size:
        return np.zeros(len(mover), dtype=np.bool_)
    return np.asarray((mover >= 0) & problem.movers.responsive[mover], dtype=np.bool_)


def _scenarios(problem: PlanProblem, who: tuple[Ints, Ints], draw: Floats) -> Ints:
    """Which part of the map each subject (cell, mover) belongs to; 0 where there is only one, or off the map."""
    cell, mover = who
    held = resting_parts(problem.belief, problem.movers).reshape(-1, problem.belief.poa.size)
    if len(held) < 2:
        return np.zeros(len(cell), dtype=np.int64)
    levels = held[:, np.maximum(cell, 0)].cumsum(axis=0)
    part = (levels <= draw * levels[-1]).sum(axis=0).clip(max=len(held) - 1)
    if problem.movers is not None and problem.movers.part is not None:
        part = np.where(mover >= 0, problem.movers.part[mover], part)
    return np.asarray(part, dtype=np.int64)


def alive_at(problem: PlanProblem, cast: Cast, at_s: Floats) -> Floats:
    """Survival of each subject at a time of its own, by how it was when the plan started; 1 where it is not known."""
    alive, lives = np.ones(len(cast.cell)), at_rest(problem)[0]
    for k in range(len(problem.alive)):
        for walks in (False, True):
            own = (cast.scenario == k) & ((cast.mover >= 0) == walks)
            alive[own] = living_at(problem, at_s[own], lives)[int(walks), k]
    return alive


def noticeable(cast: Cast) -> Floats:
    """(subjects, kinds) 1 where a kind of team can find a subject at all: callers one who answers, dogs for human
    remains a dead one."""
    can = np.ones((len(cast.cell), len(KINDS)))
    can[:, KINDS.index(TeamKind.SOUND)] = cast.answers
    can[:, KINDS.index(TeamKind.REMAINS)] = cast.dead
    return can


def places(problem: PlanProblem, cast: Cast, at_s: float) -> tuple[Ints, Ints]:
    """Row and column of each subject at a time, -1 off the map; movers go evenly from mark to mark."""
    cols = problem.terrain.grid.n_cols
    row, col = np.where(cast.cell >= 0, cast.cell // cols, -1), cast.cell % cols
    movers, going = problem.movers, np.nonzero(cast.mover >= 0)[0]
    if movers is None or not len(going):
        return row, col
    times = np.asarray(movers.marks_s)
    mark = int(np.clip(np.searchsorted(times, at_s, side="right") - 1, 0, len(times) - 1))
    after = min(mark + 1, len(times) - 1)
    share = (at_s - times[mark]) / (times[after] - times[mark]) if after > mark else 0.0
    here, then = (movers.cell[m, cast.mover[going]].astype(np.int64) for m in (mark, after))
    off = (here < 0) | (then < 0)
    for out, a, b in ((row, here // cols, then // cols), (col, here % cols, then % cols)):
        out[going] = np.where(off, -1, np.rint(a + min(share, 1.0) * (b - a)))
    return row, col
