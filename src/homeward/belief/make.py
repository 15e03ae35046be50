"""From a problem to the map: the published distances, the ground, the time gone, then clues, then searches."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
from scipy import ndimage

from homeward.belief.attract import attraction
from homeward.belief.categories import FEW, DistanceFit, distance_fit, walks
from homeward.belief.prior import WALK_AT_MOST_MPS, distance_m, outside_within, radial_map, raked
from homeward.belief.records import Belief, Case, MapProblem, Part, mixture
from homeward.belief.story import told
from homeward.belief.update import after_search, with_clue
from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.terrain import travel_time_s
from homeward.terrain.ground import Cover, Terrain

# Homeward's own judgement: the share kept, as outside the map, of what could not be walked in the time gone; the time
# may be wrong, or somebody gave a lift.
_NOT_WALKED = 0.02
_STEEP = 1.0  # slopes beyond 45 deg are not walked off the path (see terrain)
_STEPS = 2  # cells


def make_map(problem: MapProblem) -> Belief:
    """The probability map: sums to 1 with its share outside, and tells in its story what moved it.

    First the published distances of the category, the same in all directions; what lies beyond the map is outside it.
    Then the ground: the published densities near trails, roads, streams and the like, water and cliffs, move
    probability around the IPP, while every ring keeps its own (so the distances still hold). Then what could not have
    been walked in the time gone falls away. Then clues, then searches, by Bayes' rule. With `cases` that is done for
    each scenario, and the map is their sum, with a part for each. Pure: the same problem gives the same map, bit for
    bit.
    """
    belief = _mixed(problem) if problem.cases else prior_map(problem)
    prior, now = belief, hour_of(problem)
    for clue in problem.clues:
        belief = with_clue(belief, clue, prior=prior, now=now)
    for done in problem.searches:
        belief = after_search(
            belief,
            done.pod,
            cause=done.cause,
            why=done.why,
            forced=done.forced,
            pod_if_responsive=done.pod_if_responsive,
        )
    return belief


def hour_of(problem: MapProblem) -> datetime | None:
    """The hour that the map is of, UTC; None where it is not told when the subject was last seen."""
    return None if problem.seen_at is None else problem.seen_at + timedelta(hours=problem.hours_gone or 0.0)


def prior_map(problem: MapProblem) -> Belief:
    """The map of a problem without scenarios before any clue or search."""
    fit = distance_fit(problem.category, ecoregion=problem.ecoregion, ground=problem.ground)
    away = distance_m(problem.grid, problem.ipp_m)
    belief = _by_distance(problem, fit)
    if problem.terrain is not None:
        belief = _drawn_by_ground(belief, problem.terrain, away, injured=problem.injured)
    if problem.hours_gone is not None and walks(problem.category):
        belief = _within_reach(belief, problem, fit, away)
    return belief


def problem_of_case(problem: MapProblem, case: Case) -> MapProblem:
    """The problem as it is if the scenario is what happened."""
    return replace(
        problem,
        ipp_m=case.ipp_m or problem.ipp_m,
        category=case.category or problem.category,
        ecoregion=case.ecoregion or problem.ecoregion,
        ground=case.ground or problem.ground,
        direction_deg=problem.direction_deg if case.direction_deg is None else case.direction_deg,
        injured=problem.injured or case.injured,
        cases=(),
    )


def _mixed(problem: MapProblem) -> Belief:
    """The map before any clue or search that the scenarios add up to, with a part for each of them."""
    maps = [_of_case(problem, case) for case in problem.cases]
    parts = tuple(
        Part(
            scenario=case.scenario,
            label=case.label,
            poa=case.weight * belief.poa,
            outside=case.weight * belief.outside,
            alive=case.alive,
            responsive=case.responsive,
            mobile=case.mobile,
        )
        for case, belief in zip(problem.cases, maps, strict=True)
    )
    after = mixture(problem.grid, parts, ipp_m=problem.ipp_m)
    if len(maps) == 1:
        return replace(after, story=maps[0].story)
    first = max(range(len(maps)), key=lambda i: problem.cases[i].weight)
    why = "together: " + ", ".join(f"{case.label or case.scenario} {case.weight:.0%}" for case in problem.cases)
    line = told(replace(maps[first], ipp_m=problem.ipp_m), after, cause="scenarios", why=why)
    return replace(after, story=(*(line for belief in maps for line in belief.story), line))


def _of_case(problem: MapProblem, case: Case) -> Belief:
    if case.left_area:
        gone = Belief(grid=problem.grid, poa=np.zeros(problem.grid.shape), outside=1.0, ipp_m=problem.ipp_m)
        nothing = _even(problem)
        belief = replace(gone, story=(told(nothing, gone, cause="left the area", why="all of it outside the map"),))
    else:
        belief = prior_map(problem_of_case(problem, case))
    if not case.scenario:  # the problem itself, with what is known of the subject in it
        return belief
    story = tuple(replace(line, cause=f"{case.scenario}: {line.cause}") for line in belief.story)
    return replace(belief, story=story)


def _by_distance(problem: MapProblem, fit: DistanceFit) -> Belief:
    nothing = _even(problem)
    poa, outside = radial_map(problem.grid, problem.ipp_m, fit)
    belief = replace(nothing, poa=poa, outside=outside)
    cases = f"{fit.n} cases" if fit.n else "number of cases not told"
    few = ", which is few" if fit.n is None or fit.n < FEW else ""
    why = f"distances of {fit.what} ({cases}{few}): {fit.source}"
    return replace(belief, story=(told(nothing, belief, cause="distance", why=why),))


def _even(problem: MapProblem) -> Belief:
    grid = problem.grid
    poa = np.full(grid.shape, 1 / (grid.n_rows * grid.n_cols))
    return Belief(grid=grid, poa=poa, outside=0.0, ipp_m=problem.ipp_m)


def _drawn_by_ground(belief: Belief, terrain: Terrain, away: Floats, *, injured: bool) -> Belief:
    factor = attraction(terrain, injured=injured)
    poa = raked(belief.poa, away, factor, cell_m=belief.grid.cell_m)
    on_map = float(poa.sum())
    after = replace(belief, poa=poa * ((1 - belief.outside) / on_map) if on_map > 0 else belief.poa)
    why = "drawn to trails, roads, water and the like, each ring of distance keeping its share (Jacobs 2015)"
    line = told(belief, after, cause="ground", why=why)
    line = replace(line, from_where="ground away from these", to_where="ground near them")
    return replace(after, story=(*belief.story, line))


def _within_reach(belief: Belief, problem: MapProblem, fit: DistanceFit, away: Floats) -> Belief:
    """Lowers what could not have been walked in the time gone; a little of it stays, so that a clue can raise it."""
    hours = problem.hours_gone or 0.0
    time_s, note = away / WALK_AT_MOST_MPS, ""
    if problem.terrain is not None:
        over_ground = _walked_s(problem.terrain, problem.ipp_m, away)
        if over_ground is None:
            note = ", in a straight line, as no way leads from the IPP"
        else:
            time_s = over_ground
    reach = (time_s <= hours * 3600) | (away <= max(fit.at_ipp_m, problem.grid.cell_m))
    far = _farthest_outside_m(time_s, away, within_s=hours * 3600)
    near_outside = min(outside_within(fit, belief.poa, away, within_m=far), belief.outside)
    poa = np.where(reach, 1.0, _NOT_WALKED) * belief.poa
    outside = near_outside + _NOT_WALKED * max(belief.outside - near_outside, 0.0)
    total = float(poa.sum()) + outside
    after = replace(belief, poa=poa / total, outside=outside / total)
    why = f"what cannot be walked in {hours:.1f} h falls to {_NOT_WALKED:.0%}{note}"
    return replace(after, story=(*belief.story, told(belief, after, cause="time gone", why=why)))


def _walked_s(terrain: Terrain, ipp_m: tuple[float, float], away: Floats) -> Floats | None:
    """Seconds on foot from the IPP to each cell (inf = never); None where the ground lets nobody leave the IPP.

    Into water, over a cliff and the like it is as long as to the nearest place where one can still stand.
    """
    try:
        time_s = travel_time_s(terrain, [ipp_m])
    except BadInput:
        return None
    known = np.isfinite(time_s)
    if not known[away > 4 * terrain.grid.cell_m].any():
        return None
    gap, (row, col) = ndimage.distance_transform_edt(~known, return_indices=True)
    fallen = ~known & ((terrain.cover == Cover.WATER) | (terrain.slope() > _STEEP) | (gap <= _STEPS))
    return np.where(fallen, time_s[row, col], time_s)


def _farthest_outside_m(time_s: Floats, away: Floats, *, within_s: float) -> float:
    """How far from the IPP one can be beyond the map's edge: from there on in a straight line. 0 = not that far."""
    edge = np.ones(time_s.shape, dtype=np.bool_)
    edge[1:-1, 1:-1] = False
    left_s = within_s - time_s[edge]
    over = left_s >= 0
    if not over.any():
        return 0.0
    return float(np.minimum(away[edge][over] + left_s[over] * WALK_AT_MOST_MPS, 1e7).max())
