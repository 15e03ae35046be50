"""A subject who may still be on its way: the map at its own hour, and evidence of earlier hours brought to it.

The published figures tell where subjects were found, most of them after they had stopped. While some are still moving,
the map of now comes from simulated walks (`motion`) that end as those figures say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from homeward.belief.categories import walks
from homeward.belief.motion import Ensemble, MotionProblem, conveyed, mobility, raster_at, reweighted, simulate
from homeward.belief.motion.records import Anchor
from homeward.belief.reach import NOT_WALKED, walked_s
from homeward.belief.records import Belief, MapProblem, Part
from homeward.belief.story import told
from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.mission.nouns import Clue

PATHS = 100_000
"""Subjects of a map's ensembles together. Homeward's own choice: a second's work, and about 1 % noise over a km2."""
_FEWEST = 30_000  # of them in each scenario: homeward's own choice
WALKS = "walks"
"""The cause that the map's story gives for them."""
STILL = 0.01  # with fewer still moving than this the map is that of the published figures; homeward's own choice
_MOST_UNMATCHED = 0.2  # where walks reach less than the rest of the map, they are not used; homeward's own choice
_STAY = 0.75  # share of the map that takes no walks into account; homeward's own choice


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Moving:
    """The ensemble behind a scenario's map; `stays` (rows, cols) is the share of each cell's probability, and
    `stays_outside` of that outside, that does not come from it and counts as having been there all along."""

    ensemble: Ensemble
    stays: Floats
    stays_outside: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Walks:
    """What moves in a map, by scenario ("" = the problem itself), and when it began; None for who stays."""

    since: datetime | None
    hours: float
    moving: Mapping[str, Moving | None]

    def clue(self, clue: Clue, likelihood: Floats, outside: float, part: Part | None) -> tuple[Floats, float]:
        """What a clue of an earlier hour says of the place now, and outside: the `Carry` of `clue_time`."""
        return self.at(clue.at, likelihood, outside, part)

    def at(self, when: datetime | None, likelihood: Floats, outside: float, part: Part | None) -> tuple[Floats, float]:
        """What evidence of the place at `when` says of the place now, and outside."""
        going = self.moving.get(part.scenario if part is not None else "")
        if going is None or when is None:
            return likelihood, outside
        then = _hour(when, self.since, self.hours)
        recorded = min(going.ensemble.hours, key=lambda h: abs(h - then))
        if recorded == self.hours:
            return likelihood, outside
        inside, beyond = conveyed(going.ensemble, likelihood, recorded, self.hours, outside=outside)
        stays, out = going.stays, going.stays_outside
        return stays * likelihood + (1 - stays) * inside, out * outside + (1 - out) * beyond


def under_way(problem: MapProblem, *, mobile: bool | None) -> bool:
    """Whether the subject of one scenario may have been on its way at the map's hour or that of any evidence."""
    if problem.terrain is None or problem.hours_gone is None or mobile is False or not walks(problem.category):
        return False
    law = mobility(problem.category, ecoregion=problem.ecoregion)
    return problem.hours_gone > 0 and law.still_moving(_evidence_h(problem)[0]) >= STILL


def walked(problem: MapProblem, end: Belief, within: Belief, *, share: float = 1.0) -> tuple[Belief, Moving | None]:
    """(the map at `hours_gone`, what moves in it) from `end`, the map as if there were no limit of time, and `within`,
    that map cut to what could have been walked.

    A quarter of it are the walks, the rest is `within`: on planted walkers of another model (Hashimoto et al. 2022)
    the walks alone are too sure of how far subjects have come. `share` of the paths are drawn. Where nobody can
    walk from the IPP, or the walks do not reach a fifth of the map, (`within`, None).
    """
    if problem.terrain is None:
        return within, None
    hours = problem.hours_gone or 0.0
    law = mobility(problem.category, ecoregion=problem.ecoregion)
    last = max(round(law.hours_until(1 - STILL), 1), hours)
    motion = motion_of(problem, tuple(sorted({0.0, last, *_evidence_h(problem)})))
    try:
        drawn = simulate(motion, paths=max(round(PATHS * share), _FEWEST), seed=problem.seed)
    except BadInput:
        return within, None
    ensemble = reweighted(drawn, end.poa, last)
    if ensemble.anchor is None or ensemble.anchor.unmatched > _MOST_UNMATCHED:
        return within, None
    poa, outside = _cut(problem, ensemble.anchor, raster_at(ensemble, hours))
    going = Moving(
        ensemble=ensemble,
        stays=_share(_STAY * within.poa, (1 - _STAY) * poa),
        stays_outside=float(_share(np.array(_STAY * within.outside), np.array((1 - _STAY) * outside))),
    )
    poa, outside = (1 - _STAY) * poa + _STAY * within.poa, (1 - _STAY) * outside + _STAY * within.outside
    total = float(poa.sum()) + outside
    after = replace(within, poa=poa / total, outside=min(outside / total, 1.0))
    moving = float(ensemble.weight[ensemble.mobile(hours)].sum())
    why = (
        f"{hours:.1f} h after the IPP {moving:.0%} may still be on their way: {drawn.cell.shape[1]} simulated walks "
        f"(worth {ensemble.effective:.0f}) that end as the map without a limit of time says make a quarter of the map"
    )
    return replace(after, story=(*within.story, told(within, after, cause=WALKS, why=why))), going


def motion_of(problem: MapProblem, hours: tuple[float, ...]) -> MotionProblem:
    """The walks of a map's problem, recorded at `hours` since the IPP. The problem has a terrain."""
    assert problem.terrain is not None
    return MotionProblem(
        terrain=problem.terrain,
        ipp_m=problem.ipp_m,
        hours=hours,
        category=problem.category,
        ecoregion=problem.ecoregion,
        seen_at=problem.seen_at,
        direction_deg=problem.direction_deg,
        injured=problem.injured or None,
        pace=problem.pace,
    )


def _share(part: Floats, rest: Floats) -> Floats:
    whole = part + rest
    return np.divide(part, whole, out=np.ones_like(whole), where=whole > 0)


def _cut(problem: MapProblem, anchor: Anchor, at_hour: tuple[Floats, float]) -> tuple[Floats, float]:
    """The map at its hour with what the walks do not match lowered to 2 % where nobody can have come by then."""
    poa, outside = at_hour
    time_s = None if problem.terrain is None else walked_s(problem.terrain, problem.ipp_m)
    if time_s is None:
        return at_hour
    too_far = time_s / problem.pace > (problem.hours_gone or 0.0) * 3600
    edge = np.concatenate([too_far[0], too_far[-1], too_far[:, 0], too_far[:, -1]])
    if not anchor.left and edge.all():
        outside *= NOT_WALKED
    return np.where((anchor.block < 0) & too_far, NOT_WALKED, 1.0) * poa, outside


def _evidence_h(problem: MapProblem) -> tuple[float, ...]:
    """The map's hour and those of its evidence, ascending, hours since the IPP, none later than the map's."""
    hours = problem.hours_gone or 0.0
    whens = [*(clue.at for clue in problem.clues), *(done.at for done in problem.searches)]
    return tuple(sorted({hours, *(_hour(when, problem.seen_at, hours) for when in whens if when is not None)}))


def _hour(when: datetime, since: datetime | None, hours: float) -> float:
    """To a hundredth of an hour; 0 for what was before the subject was at the IPP."""
    if since is None:
        return hours
    return float(np.clip(round((when - since).total_seconds() / 3600, 2), 0.0, hours))
