"""Where a subject who is still on its way will be in the hours ahead: what a plan made against it stands on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from homeward.belief.categories import walks
from homeward.belief.make import problem_of_case
from homeward.belief.motion import mobility, reweighted, simulate
from homeward.belief.records import Belief, MapProblem
from homeward.belief.underway import STILL, motion_of
from homeward.errors import BadInput
from homeward.geo import Floats

PATHS = 4000
"""Subjects that a plan is made against: 2 % noise where it finds half of them. Homeward's own choice."""
STEP_S = 120.0
"""Between two marks: some 100 m of way. Homeward's own choice."""
_DRAWN, _FEWEST = 40_000, 8_000  # walked for all scenarios together, and at least for each: homeward's own choice
_MOST_TILT = 5.0  # log of the factor on the odds of moving; homeward's own limit


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Movers:
    """Subjects who are still moving at the hour of the map, each a whole path over the plan's hours.

    `cell` (marks, subjects) is the flat number of the grid's cell where each is at each of `marks_s` (rising, seconds
    from the plan's start), -1 off the map for good. The first mark is the map's hour, before the plan's start or at it.
    `weight` (subjects,) is the probability of each; their sum is the share of all probability on the map that is still
    moving. `responsive` (subjects,) is who would answer a call.

    `part` (subjects,) is the scenario of each by its place among the belief's parts (None: all of the first).
    `stays` (scenarios, rows, cols) is the share of each cell's probability that does not move, so that it and the
    movers at the first mark are the belief; None where it is to be told from the movers' own cells (see `resting`).
    """

    marks_s: tuple[float, ...]
    cell: NDArray[np.int32]
    weight: Floats
    responsive: NDArray[np.bool_]
    part: NDArray[np.int64] | None = None
    stays: NDArray[np.float32] | None = None

    @property
    def share(self) -> float:
        """Probability that the subject is on the map and still moving when the plan starts."""
        return float(self.weight.sum())


def movers(
    problem: MapProblem,
    belief: Belief,
    *,
    starts_h: float,
    duration_s: float,
    paths: int = PATHS,
    seed: int = 0,
) -> Movers | None:
    """Who is still on its way at the map's hour (`problem.hours_gone`), walked on over the hours of a plan.

    `belief` is the map of `problem` in force, its clues and searches in it; `starts_h` is when the plan starts, hours
    since the IPP, and counts as the map's hour where it is before it. For each scenario of the map walks are simulated
    (`motion.simulate`) and weighed so that at the map's hour they are where the map says (`motion.reweighted`); those
    who have not stopped by then are kept, about `paths` in all, drawn evenly from each block of the map. Together they
    weigh as much as the published mobility hours say are still moving (`motion.mobility`), where walks reach: the odds
    of moving against resting are changed by one factor in all blocks. None where less than 1 % is
    moving: a category that does not walk, mobility none, all at rest by the published hours, or no ground to walk on.
    """
    if problem.terrain is None or problem.hours_gone is None:
        return None
    hour = problem.hours_gone
    begins = max(starts_h, hour)
    steps = np.arange(int(np.ceil(duration_s / STEP_S)) + 1) * STEP_S
    marks_s = sorted({-round(3600 * (begins - hour), 3), *steps.tolist()})
    hours = tuple(begins + s / 3600 if i else hour for i, s in enumerate(marks_s))
    cases = list(_cases(problem, belief))
    total = sum(share for _, share, *_ in cases)
    if total < STILL:
        return None
    walked, stays = [], np.ones((max(len(belief.parts), 1), *belief.grid.shape), dtype=np.float32)
    for case, share, part, poa in cases:
        many = max(round(paths * share / total), 1)
        drawn = max(round(_DRAWN / len(cases)), _FEWEST)
        found = _walkers(case, poa, hours, (drawn, many), seed)
        if found is None:
            continue
        stays[part] = found[1]
        walked.append((found[0], np.full(found[0].weight.size, part)))
    if not walked:
        return None
    made = Movers(
        marks_s=tuple(marks_s),
        cell=np.ascontiguousarray(np.concatenate([w.cell for w, _ in walked], axis=1)),
        weight=np.concatenate([w.weight for w, _ in walked]),
        responsive=np.concatenate([w.responsive for w, _ in walked]),
        part=np.concatenate([part for _, part in walked]),
        stays=stays,
    )
    return made if made.share >= STILL else None


def resting(belief: Belief, moving: Movers | None) -> Floats:
    """(rows, cols) the part of a map that does not move: the map less the movers at their first mark."""
    return np.asarray(resting_parts(belief, moving).sum(axis=0), dtype=np.float64)


def resting_parts(belief: Belief, moving: Movers | None) -> Floats:
    """(scenarios, rows, cols) as `resting`, for each scenario of the map, one where it has no parts."""
    parts = np.stack([part.poa for part in belief.parts]) if belief.parts else belief.poa[None]
    if moving is None:
        return parts
    if moving.stays is not None:
        return np.asarray(parts * moving.stays, dtype=np.float64)
    here = moving.cell[0] >= 0
    on = np.bincount(moving.cell[0][here], weights=moving.weight[here], minlength=belief.poa.size)
    left = np.maximum(belief.poa - on.reshape(belief.poa.shape), 0.0)
    return np.asarray(parts * np.divide(left, belief.poa, out=np.ones_like(left), where=belief.poa > 0))


def _cases(problem: MapProblem, belief: Belief) -> Iterator[tuple[MapProblem, float, int, Floats]]:
    """(problem of the scenario, probability that it holds and the subject moves, number of its part, its map)."""
    if not belief.parts:
        share = _moving(problem, mobile=None) * float(belief.poa.sum())
        if share > 0:
            yield problem, share, 0, belief.poa
        return
    cases = {case.scenario: case for case in problem.cases}
    for i, part in enumerate(belief.parts):
        case = cases.get(part.scenario)
        own = problem if case is None else problem_of_case(problem, case)
        if (case is None and problem.cases) or (case is not None and case.left_area):
            continue
        share = _moving(own, mobile=part.mobile) * float(part.poa.sum())
        if share > 0:
            yield own, share, i, part.poa


def _moving(problem: MapProblem, *, mobile: bool | None) -> float:
    """Share still on its way at the map's hour; 0 where that is too few to think of."""
    if mobile is False or not walks(problem.category):
        return 0.0
    share = mobility(problem.category, ecoregion=problem.ecoregion).still_moving(problem.hours_gone or 0.0)
    return share if share >= STILL else 0.0


def _walkers(
    problem: MapProblem, poa: Floats, hours: tuple[float, ...], number: tuple[int, int], seed: int
) -> tuple[Movers, NDArray[np.float32]] | None:
    """(those of a scenario who move at the first of `hours`, the share of each cell that does not); None: nobody can.

    `poa` is the scenario's part of the map, `number` (how many are walked, about how many are kept).
    """
    drawn, many = number
    try:
        ensemble = simulate(motion_of(problem, hours), paths=drawn, seed=seed)
    except BadInput:  # nobody can walk from the IPP
        return None
    ensemble = reweighted(ensemble, poa / float(poa.sum()), hours[0])
    assert ensemble.anchor is not None
    block, cell = ensemble.anchor.block.ravel(), ensemble.cell[0]
    n = int(block.max()) + 1
    mine = np.where(cell >= 0, block[cell], -1)
    moving = np.flatnonzero((mine >= 0) & ensemble.mobile(hours[0]))
    if not moving.size:
        return None
    held = np.bincount(block + 1, weights=poa.ravel(), minlength=n + 1)[1:].astype(np.float64)
    number_moving = np.bincount(mine[moving], minlength=n)
    known = np.bincount(mine[mine >= 0], minlength=n)
    share = np.asarray(number_moving / np.maximum(known, 1), dtype=np.float64)
    law = mobility(problem.category, ecoregion=problem.ecoregion).still_moving(hours[0])
    share = _tilted(share, held, law)
    wanted = np.rint(many * share * held / max(float((share * held).sum()), 1e-300))
    count = np.clip(wanted, 1, np.maximum(number_moving, 1))
    moving = moving[np.argsort(mine[moving], kind="stable")]
    first = np.cumsum(number_moving) - number_moving
    kept = moving[np.arange(moving.size) - first[mine[moving]] < count[mine[moving]]]
    walkers = Movers(
        marks_s=(),
        cell=ensemble.cell[:, kept],
        weight=(share * held / count)[mine[kept]],
        responsive=ensemble.responsive[kept],
    )
    stays = np.where(block >= 0, 1.0 - share[np.maximum(block, 0)], 1.0)
    return walkers, stays.reshape(poa.shape).astype(np.float32)


def _tilted(share: Floats, held: Floats, wanted: float) -> Floats:
    """Shares (blocks,) with their odds changed by one factor, so that of `held` the share `wanted` moves, if it can."""

    def tilted(log_odds: float) -> Floats:
        factor = np.exp(log_odds)
        return np.asarray(share * factor / (1.0 - share + share * factor), dtype=np.float64)

    def missing(log_odds: float) -> float:
        return float((tilted(log_odds) * held).sum()) - wanted * float(held.sum())

    if missing(-_MOST_TILT) >= 0 or missing(_MOST_TILT) <= 0:
        return tilted(-_MOST_TILT if missing(-_MOST_TILT) >= 0 else _MOST_TILT)
    return tilted(float(brentq(missing, -_MOST_TILT, _MOST_TILT)))
