"""What no plan of these teams and hours can pass, whatever the paths: an upper bound on the POS curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from homeward.geo import Floats, Grid
from homeward.search.allocate_dual import dual_bound
from homeward.search.allocate_interior import best_split
from homeward.search.plan.problem import PlanProblem
from homeward.search.plan.skills import Skill, skills_of

_WALK_MPS = 6.0 / 3.6  # nobody on foot is faster: Tobler's best (see terrain.walking_speed_mps)
_POINTS = (1 / 16, 1 / 8, 1 / 4, 3 / 8, 1 / 2, 3 / 4, 1.0)  # of the period, where prices are worked out anew
_BLOCKS = 800  # prices come from the map in at most about so many pieces


@dataclass(frozen=True, slots=True, eq=False)
class _Reach:
    """What the teams of one skill could do at best: `rate` coverage per second on each cell, soonest `arrival_s` at
    each cell and `first_s` at any that it can search, `head` teams."""

    rate: Floats
    arrival_s: Floats
    first_s: float
    head: int


def bounds(problem: PlanProblem, times_s: Sequence[float]) -> list[float]:
    """For each time, the most that any plan of these teams could have found by then.

    Every team is taken to hurry in a straight line to the nearest ground it could search, to search from then on
    wherever it pays most (so far as that could be reached by then, and left to be back in time), in the better light,
    at the best rate a cell can get, its time freely divisible. By weak duality (`allocate_dual.dual_bound`) any prices
    of the teams' seconds give a valid bound, linear in the seconds: prices are worked out for a few times, and the
    least bound they give is taken.
    """
    poa = problem.belief.poa.ravel()
    reaches = _reaches(problem)
    best = np.full(len(times_s), float(poa.sum()))
    for t in (share * problem.duration_s for share in _POINTS):
        value, slope = _bound_at(problem, reaches, t)
        for i, wanted in enumerate(times_s):
            if wanted <= t:
                least = value - sum(
                    price * (_seconds(r, t) - _seconds(r, wanted)) for r, price in zip(reaches, slope, strict=True)
                )
                best[i] = min(best[i], max(least, 0.0))
    best[np.asarray(times_s) <= 0] = 0.0
    return [float(b) for b in best]


def _seconds(reach: _Reach, t_s: float) -> float:
    """Most searching seconds of all teams of a skill by a time."""
    return reach.head * max(t_s - reach.first_s, 0.0)


def _bound_at(problem: PlanProblem, reaches: list[_Reach], t_s: float) -> tuple[float, list[float]]:
    """The bound at a time, and the price of a second of each skill that gives it."""
    poa = problem.belief.poa
    rates = [np.where(r.arrival_s <= t_s, r.rate, 0.0) for r in reaches]
    seconds = [_seconds(r, t_s) for r in reaches]
    used = [i for i, (rate, s) in enumerate(zip(rates, seconds, strict=True)) if s > 0 and (rate * poa > 0).any()]
    slope = [0.0] * len(reaches)
    if not used:
        return 0.0, slope
    rate, budget = np.stack([rates[i] for i in used]), np.array([seconds[i] for i in used])
    price = best_split(*_blocks(poa, rate), budget, gap=1e-3).price.clip(min=1e-300)
    for i, p in zip(used, price, strict=True):
        slope[i] = float(p)
    live = (poa > 0) & (rate > 0).any(axis=0)
    return dual_bound(poa[live], rate[:, live], budget, price), slope


def _blocks(poa: Floats, rate: Floats) -> tuple[Floats, Floats]:
    """The problem in fewer, larger cells, for prices alone: weight (1, blocks) and rate (1, skills, blocks)."""
    k = max(round(np.sqrt(poa.size / _BLOCKS)), 1)
    pad = [(0, -n % k) for n in poa.shape]
    p = np.pad(poa, pad)
    rows, cols = p.shape[0] // k, p.shape[1] // k

    def summed(a: Floats) -> Floats:
        return np.asarray(np.pad(a, pad).reshape(rows, k, cols, k).sum(axis=(1, 3)).ravel())

    weight = summed(poa)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.stack([np.nan_to_num(summed(r * poa) / weight) / k**2 for r in rate])
    live = (weight > 0) & (mean > 0).any(axis=0)
    return weight[live][None], mean[:, live][None]


def _reaches(problem: PlanProblem) -> list[_Reach]:
    grid = problem.terrain.grid
    skills, index = skills_of(problem.terrain, problem.teams, weather=problem.weather, numbers=problem.numbers)
    x, y = grid.centers_m()
    reaches = []
    for i, skill in enumerate(skills):
        bases = {b for b, own in zip(problem.bases_m, index, strict=True) if own == i}
        apart = np.min([np.hypot(x[None, :] - bx, y[:, None] - by) for bx, by in bases], axis=0)
        rate, reach_m = best_rate(skill, grid)
        fastest = max(skill.transit_mps, _WALK_MPS, float(skill.speed_mps.max()))
        arrival = np.maximum(apart - reach_m, 0.0) / fastest
        home_in_time = 2 * arrival <= min(problem.duration_s, skill.endurance_s)
        rate = np.where(home_in_time, rate, 0.0)
        reaches.append(_Reach(rate, arrival, float(arrival[rate > 0].min(initial=np.inf)), index.count(i)))
    return reaches


def best_rate(skill: Skill, grid: Grid) -> tuple[Floats, float]:
    """The most coverage per second that each cell can get from one team of a skill, and from how far away, metres.

    A path's swept area is read where the team is and spread to both sides (see `detect.track_coverage`), so a cell
    may be searched from a neighbouring one where the team is faster or sees wider: the largest value within reach.
    """
    width = np.maximum(*skill.width_m)
    cells = int(np.ceil(1.5 * float(width.max(initial=0.0)) / grid.cell_m)) + 1  # 3.5 sd of a bell of sd W/sqrt(2 pi)
    swept = ndimage.maximum_filter(width * skill.speed_mps, size=2 * cells + 1)
    return np.asarray(swept / grid.cell_area_m2, dtype=np.float64), (cells + 1) * 1.5 * grid.cell_m
