"""The map before any clue or search: published facts about lost people, held together on the ground at hand.

The base density is the category's distances times the published densities near features (Jacobs 2015), times the
probability of still going after the time that the way takes, and little on water, over cliffs and where no way leads.
It is then raked (`marginals`) until distance, kinds of ground, up or down, the distance from a track and the direction
of travel all have their published shares. So what draws the subject moves probability around the IPP and not towards
or away from it, and no fact is counted twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from homeward.belief.attract import Kinds, ground_kinds
from homeward.belief.categories import FEW, DistanceFit, distance_fit, walks
from homeward.belief.marginals import Held, Marginal, raked
from homeward.belief.prior import WALK_AT_MOST_MPS, Plane, plane_around
from homeward.belief.reach import NOT_WALKED, still_going, walked_s, within_reach
from homeward.belief.records import Belief, MapProblem
from homeward.belief.story import told
from homeward.belief.targets import DISTANCE, TRACK, by_direction, by_distance, by_elevation, by_kind, by_track
from homeward.geo import Floats

_MISS = 0.02  # a share that misses what is published by more than this is told


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Ground:
    """What the ground of a problem says: `time_s` is None where no way leads from the IPP, or there is no ground."""

    kinds: Kinds | None
    time_s: Floats | None
    going: Floats


def prior_map(problem: MapProblem) -> Belief:
    """The map of a problem without scenarios before any clue or search."""
    return fitted_prior(problem)[0]


def fitted_prior(problem: MapProblem) -> tuple[Belief, tuple[Held, ...]]:
    """(the map of a problem without scenarios before any clue or search; how every published share ended on it)."""
    fit = distance_fit(problem.category, ecoregion=problem.ecoregion, ground=problem.ground)
    plane = plane_around(problem.grid, problem.ipp_m, fit)
    ground = _ground(problem, plane)
    belief = _from(even(problem), plane, plane.radial, cause="distance", why=_distances(fit))
    held: tuple[Held, ...] = ()
    if ground.kinds is not None:
        p, held = _fitted(problem, plane, ground, None, aimed=False)
        belief = _from(belief, plane, p, cause="ground", why=_drawn(held, ground))
        belief = _renamed(belief, "ground away from these", "ground near them")
    if problem.direction_deg is not None:
        p, held = _fitted(problem, plane, ground, None, aimed=True)
        why = f"direction of travel {problem.direction_deg % 360:.0f} deg: spread to its sides as published"
        belief = _from(belief, plane, p, cause="direction", why=why + _missed(held, "direction"))
    if problem.hours_gone is not None and walks(problem.category):
        reach = _reach(problem, plane, ground, fit)
        p, held = _fitted(problem, plane, ground, reach, aimed=True)
        lost = "" if ground.time_s is not None or problem.terrain is None else ", in a straight line, as no way leads"
        slow = "" if problem.pace == 1 else f" at {problem.pace:.0%} of the usual pace (homeward's own judgement)"
        why = f"what cannot be walked in {problem.hours_gone:.1f} h{slow} falls to {NOT_WALKED:.0%}{lost}"
        belief = _from(belief, plane, p, cause="time gone", why=why + (" from the IPP" if lost else ""))
    return belief, held


def even(problem: MapProblem) -> Belief:
    """The map of somebody who knows nothing: as probable everywhere on it."""
    grid = problem.grid
    poa = np.full(grid.shape, 1 / (grid.n_rows * grid.n_cols))
    return Belief(grid=grid, poa=poa, outside=0.0, ipp_m=problem.ipp_m)


def _fitted(
    problem: MapProblem, plane: Plane, ground: _Ground, reach: Floats | None, *, aimed: bool
) -> tuple[Floats, tuple[Held, ...]]:
    """(the raked plane (n,), how its shares ended); `aimed` takes a known direction of travel into account."""
    terrain, kinds = problem.terrain, ground.kinds
    reachable = plane.radial if reach is None else plane.radial * reach
    base, wanted = reachable * ground.going, list[Marginal | None]()
    if terrain is not None and kinds is not None:
        base = base * plane.carried_on(kinds.factor)
        wanted += [
            by_track(plane, kinds, problem.category),
            by_elevation(plane, terrain, problem.ipp_m, problem.category, problem.ecoregion),
            by_kind(plane, kinds, reachable),
        ]
    if aimed and problem.direction_deg is not None:
        north = problem.grid.true_north_deg(problem.grid.to_place(*problem.ipp_m))
        wanted.append(by_direction(plane, problem.direction_deg + north, problem.category, problem.ecoregion))
    return raked(base, [*(m for m in wanted if m is not None), by_distance(plane, reach)])


def _ground(problem: MapProblem, plane: Plane) -> _Ground:
    everywhere = np.ones(plane.radial.size)
    if problem.terrain is None:
        return _Ground(kinds=None, time_s=None, going=everywhere)
    kinds = ground_kinds(problem.terrain, injured=problem.injured)
    if not walks(problem.category):
        return _Ground(kinds=kinds, time_s=None, going=everywhere)
    time_s = walked_s(problem.terrain, problem.ipp_m)
    if time_s is None:
        return _Ground(kinds=kinds, time_s=None, going=everywhere)
    time_s = time_s / problem.pace
    lasts = plane.carried_on(still_going(time_s, problem.category, problem.ecoregion))
    return _Ground(kinds=kinds, time_s=time_s, going=lasts)


def _reach(problem: MapProblem, plane: Plane, ground: _Ground, fit: DistanceFit) -> Floats:
    straight_s = plane.away_m[: plane.n_cells].reshape(plane.grid.shape) / (WALK_AT_MOST_MPS * problem.pace)
    time_s = straight_s if ground.time_s is None else ground.time_s
    hours = problem.hours_gone or 0.0
    return within_reach(plane, time_s, hours=hours, always_m=fit.at_ipp_m, pace=problem.pace)


def _from(before: Belief, plane: Plane, p: Floats, *, cause: str, why: str) -> Belief:
    """The map that the plane holds, with its line of the story."""
    p = p / p.sum()
    poa = p[: plane.n_cells].reshape(plane.grid.shape)
    after = replace(before, poa=poa, outside=float(np.clip(p[plane.n_cells :].sum(), 0.0, 1.0)))
    return replace(after, story=(*before.story, told(before, after, cause=cause, why=why)))


def _renamed(belief: Belief, from_where: str, to_where: str) -> Belief:
    line = replace(belief.story[-1], from_where=from_where, to_where=to_where)
    return replace(belief, story=(*belief.story[:-1], line))


def _distances(fit: DistanceFit) -> str:
    cases = f"{fit.n} cases" if fit.n else "number of cases not told"
    few = ", which is few" if fit.n is None or fit.n < FEW else ""
    return f"distances of {fit.what} ({cases}{few}): {fit.source}"


def _drawn(held: Sequence[Held], ground: _Ground) -> str:
    why = "drawn to trails, roads, water and the like (Jacobs 2015)"
    if any(h.marginal in ("elevation", TRACK) for h in held):
        why += ", uphill and downhill and off the track as published (Koester 2008)"
    why += ", each ring of distance keeping its share"
    return why + ("" if ground.time_s is not None else "; ways on foot not counted") + _missed(held)


def _missed(held: Sequence[Held], *only: str) -> str:
    """The shares that this ground does not let hold, in words; those of distance always do."""
    missed = [
        h
        for h in held
        if h.marginal != DISTANCE and abs(h.reached - h.wanted) > _MISS and (not only or h.marginal in only)
    ]
    said = [f"{h.label} {h.reached:.0%} instead of {h.wanted:.0%}" for h in missed if h.marginal != TRACK]
    if any(h.marginal == TRACK for h in missed):
        said.append("distances off the track more as the ground offers them")
    return f"; as far as this ground allows: {', '.join(said)}" if said else ""
