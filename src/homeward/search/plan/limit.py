"""What no plan of these teams and hours can pass, whatever the paths: an upper bound on the POS curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from homeward.belief.ahead import Movers, resting_parts
from homeward.geo import Floats, Grid
from homeward.mission.nouns import TeamKind
from homeward.search.allocate_dual import dual_bound
from homeward.search.allocate_interior import best_split
from homeward.search.plan.curve import PIECE_S
from homeward.search.plan.findable import at_rest, findable
from homeward.search.plan.posts import CALL_COVERAGE, CALL_S, CALLS, HOLDS
from homeward.search.plan.problem import PlanProblem
from homeward.search.plan.skills import Skill, skills_of
from homeward.search.records import XY

_WALK_MPS = 6.0 / 3.6  # nobody on foot is faster: Tobler's best (see terrain.walking_speed_mps)
_POINTS = (1 / 16, 1 / 8, 1 / 4, 3 / 8, 1 / 2, 3 / 4, 1.0)  # of the period, where prices are worked out anew
_STEP_S = 60.0  # of time, in which what movers could be met is added up
_BLOCKS = 800  # prices come from the map in at most about so many pieces


@dataclass(frozen=True, slots=True, eq=False)
class _Reach:
    """What the teams of one skill could do at best: `rate` coverage per second on each cell of what rests and that it
    can find there at all, `passing` of those who move; soonest `arrival_s` at each cell (inf: not home in time) and
    `first_s` at any that it can search, `head` teams; whether it can find those who move (`meets`), and may hold a
    `post`."""

    rate: Floats
    passing: Floats
    arrival_s: Floats
    first_s: float
    head: int
    meets: bool
    post: bool


def bounds(problem: PlanProblem, times_s: Sequence[float], *, living: bool = False) -> list[float]:
    """For each time, the most that any plan of these teams could have found by then; alive where `living`.

    Every team is taken to hurry in a straight line to the nearest ground it could search, to search from then on
    wherever it pays most (so far as that could be reached by then, and left to be back in time), in the better light,
    at the best rate a cell can get, its time freely divisible. By weak duality (`allocate_dual.dual_bound`) any prices
    of the teams' seconds give a valid bound, linear in the seconds: prices are worked out for a few times, and the
    least bound they give is taken. A kind that finds only the share s of all has at most the coverage s C, as
    1 - s + s exp(-C) >= exp(-s C). A call from a post covers all cells about it at once: taken as if all on one.

    For those who move the same seconds are counted once more (so that the sum is no smaller than what can be had of
    both): by each second no more than the largest sum on one cell, at a mark near it, of their probability times the
    rate there; where a team may hold a post, all whom it could have reached by then. With `living` all is weighed by
    the survival at the start, which never rises, and dogs for human remains find nobody.
    """
    parts = resting_parts(problem.belief, problem.movers)
    moving = np.empty(0) if problem.movers is None else problem.movers.weight
    if living and problem.alive:
        parts = at_rest(problem)[0][:, None, None] * parts  # all who move live then
    poa = np.asarray(parts.sum(axis=0), dtype=np.float64).ravel()
    reaches = [r for r in _reaches(problem, living=living) if r.meets or not living]
    best = np.full(len(times_s), float(poa.sum()))
    for t in (share * problem.duration_s for share in _POINTS):
        value, slope = _bound_at(poa.reshape(problem.terrain.grid.shape), reaches, t)
        for i, wanted in enumerate(times_s):
            if wanted <= t:
                least = value - sum(
                    price * (_seconds(r, t) - _seconds(r, wanted)) for r, price in zip(reaches, slope, strict=True)
                )
                best[i] = min(best[i], max(least, 0.0))
    best[np.asarray(times_s) <= 0] = 0.0
    return [float(b) for b in best + _moving_bounds(problem.movers, moving, reaches, times_s)]


def _moving_bounds(moving: Movers | None, weight: Floats, reaches: list[_Reach], times_s: Sequence[float]) -> Floats:
    """For each time, the most of those who move that could have been found by then."""
    most = np.zeros(len(times_s))
    meeting = [r for r in reaches if r.meets and (r.post or np.isfinite(r.first_s))]
    if moving is None or not meeting:
        return most
    marks = np.asarray(moving.marks_s)
    gap_s = float(np.diff(marks[marks >= 0], prepend=0.0).max(initial=0.0))
    near_s = PIECE_S / 2 + gap_s / 2 + _STEP_S  # of a second of searching, that the mark may lie which counts for it
    met_s = _met_from(moving, meeting, near_s + gap_s)
    order = np.argsort(met_s, kind="stable")
    so_far = np.concatenate([[0.0], np.cumsum(weight[order])])
    reached = so_far[np.searchsorted(met_s[order], np.asarray(times_s), side="right")]
    reached[np.asarray(times_s) <= 0] = 0.0
    if any(r.post for r in meeting):
        return np.asarray(reached, dtype=np.float64)
    at = np.arange(0.0, max(times_s) + _STEP_S, _STEP_S)
    total = np.zeros(at.size + 1)
    for r in meeting:
        peak = np.array([_most_on_a_cell(cell, weight, r.passing.ravel()) for cell in moving.cell])
        rate = [peak[np.abs(marks - u) <= near_s].max(initial=0.0) if u + _STEP_S > r.first_s else 0.0 for u in at]
        total[1:] += r.head * _STEP_S * np.cumsum(rate)
    by_rate = np.interp(times_s, np.append(at, at[-1] + _STEP_S), total)
    return np.asarray(np.minimum(reached, by_rate), dtype=np.float64)


def _met_from(moving: Movers, reaches: list[_Reach], slack_s: float) -> Floats:
    """(movers,) the soonest time at which any team could be where a mover is about that time; inf for never."""
    soonest = np.full(moving.weight.size, np.inf)
    for r in reaches:
        arrival = np.where((r.passing > 0) | r.post, r.arrival_s, np.inf).ravel()
        for mark, cell in zip(moving.marks_s, moving.cell, strict=True):
            there = np.where(cell >= 0, arrival[np.maximum(cell, 0)], np.inf)
            in_time = there <= mark + slack_s
            soonest[in_time] = np.minimum(soonest[in_time], np.maximum(there[in_time], mark - slack_s))
    return soonest


def _most_on_a_cell(cell: NDArray[np.int32], weight: Floats, rate: Floats) -> float:
    """The largest probability of movers on one cell times the rate there."""
    on = cell >= 0
    if not on.any():
        return 0.0
    cells, own = np.unique(cell[on], return_inverse=True)
    return float((np.bincount(own.ravel(), weights=weight[on]) * rate[cells]).max())


def _seconds(reach: _Reach, t_s: float) -> float:
    """Most searching seconds of all teams of a skill by a time."""
    return reach.head * max(t_s - reach.first_s, 0.0)


def _bound_at(poa: Floats, reaches: list[_Reach], t_s: float) -> tuple[float, list[float]]:
    """The bound at a time of what rests, and the price of a second of each skill that gives it."""
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


def _reaches(problem: PlanProblem, *, living: bool) -> list[_Reach]:
    grid = problem.terrain.grid
    skills, index = skills_of(problem.terrain, problem.teams, weather=problem.weather, numbers=problem.numbers)
    reaches = []
    for i, skill in enumerate(skills):
        mine = [k for k, own in enumerate(index) if own == i]
        rate, reach_m = best_rate(skill, grid)
        post = skill.kind in (*HOLDS, *CALLS)
        if post:
            reach_m = max(reach_m, _widest_m(skill, grid) + grid.cell_m)
        if skill.kind in CALLS:
            rate = np.maximum(rate, _calling_rate(skill, grid))
        fastest = max(skill.transit_mps, _WALK_MPS, float(skill.speed_mps.max()))
        home = np.maximum(_apart_m(grid, {problem.bases_m[k] for k in mine}) - reach_m, 0.0) / fastest
        arrival, longest = home, min(problem.duration_s, skill.endurance_s)
        if problem.starts:
            stand = {problem.starts[k].at_m for k in mine} | {problem.bases_m[k] for k in mine}
            arrival = np.maximum(_apart_m(grid, stand) - reach_m, 0.0) / fastest
            longest = problem.duration_s
        arrival = np.where(arrival + home <= longest, arrival, np.inf)
        passing = np.where(np.isfinite(arrival), rate, 0.0)
        first = float(arrival[passing > 0].min(initial=np.inf))
        meets = skill.kind is not TeamKind.REMAINS
        rate = findable(problem, skill.kind, living=living) * passing
        reaches.append(_Reach(rate, passing, arrival, first, len(mine), meets, post))
    return reaches


def _apart_m(grid: Grid, places: set[XY]) -> Floats:
    """(rows, cols) metres as the crow flies from the nearest of some places."""
    x, y = grid.centers_m()
    return np.asarray(np.min([np.hypot(x[None, :] - px, y[:, None] - py) for px, py in places], axis=0))


def _widest_m(skill: Skill, grid: Grid) -> float:
    """As far as a post of these teams could reach anywhere (see `posts.watched_m`)."""
    return max(float(np.maximum(*skill.width_m).max(initial=0.0)) / skill.abreast / 2, grid.cell_m)


def _calling_rate(skill: Skill, grid: Grid) -> float:
    """The coverage per second of all cells within reach of a call, together."""
    cells = np.pi * (_widest_m(skill, grid) / grid.cell_m + 1.0) ** 2
    return float(cells) * CALL_COVERAGE / CALL_S


def best_rate(skill: Skill, grid: Grid) -> tuple[Floats, float]:
    """The most coverage per second that each cell can get from one team of a skill, and from how far away, metres.

    A path's swept area is read where the team is and spread to both sides (see `detect.track_coverage`), so a cell
    may be searched from a neighbouring one where the team is faster or sees wider: the largest value within reach.
    """
    width = np.maximum(*skill.width_m)
    cells = int(np.ceil(1.5 * float(width.max(initial=0.0)) / grid.cell_m)) + 1  # 3.5 sd of a bell of sd W/sqrt(2 pi)
    swept = ndimage.maximum_filter(width * skill.speed_mps, size=2 * cells + 1)
    return np.asarray(swept / grid.cell_area_m2, dtype=np.float64), (cells + 1) * 1.5 * grid.cell_m
