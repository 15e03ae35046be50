"""Who covers what with too few teams: sites for what may happen anywhere, and what one team more or less is worth.

`deter` (cover_deterrence) is for an attacker who watches first, `plan_reserve` (cover_reserve) for standing teams with
a reserve, `cover_sites` here for the rest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from time import perf_counter
from typing import TypeVar

import numpy as np
from scipy.optimize import linear_sum_assignment

from homeward.errors import BadInput
from homeward.readiness.cover import sites as sites_of
from homeward.readiness.cover.deterrence import deter, zero_sum
from homeward.readiness.cover.records import MAX_NUMBER, Ints, Sites, SitesProblem, Status
from homeward.readiness.cover.reserve import plan_reserve
from homeward.readiness.cover.sites import Taken
from homeward.readiness.cover.watch import Watch

__all__ = ["cover_sites", "deter", "moves", "plan_reserve", "zero_sum"]
_LEAST_S = 0.05
_CLOSE = 1e-9
Somewhere = TypeVar("Somewhere", bound=Hashable)


class TooShort(BadInput):
    """The time ended before anything was found."""


def cover_sites(
    problem: SitesProblem,
    *,
    prices: bool = True,
    seed: int = 0,
    time_limit_s: float = 60.0,
    watch: Watch | None = None,
) -> Sites:
    """Where the teams wait, with a proven bound; with `prices` also the value with a team more and a team less.

    Where the time ends first and fewer teams do better than what was found, that is the plan; where `watch` is stopped,
    the best so far. Raises `BadInput` where the time ends before any sites are found, or known not to exist.
    """
    begun, watch = perf_counter(), watch or Watch()
    found = _solved(problem, seed=seed, time_limit_s=time_limit_s, watch=watch)
    if not prices or problem.view == "fewest" or found.status == "infeasible" or watch.stopped:
        return found
    with watch.until_stopped():
        return _priced(problem, found, seed=seed, until=begun + time_limit_s)
    return found


def _priced(problem: SitesProblem, found: Sites, *, seed: int, until: float) -> Sites:
    """The plan with what a team more and a team less is worth."""

    def other(teams: int) -> tuple[Sites | None, bool]:
        """The plan of so many teams (None: there is none), and whether that is proven."""
        if teams < max(len(set(problem.keep)), problem.view in ("median", "center")):
            return None, True
        left_s = max(_LEAST_S, until - perf_counter())
        try:
            there = _solved(replace(problem, teams=teams, before=()), seed=seed, time_limit_s=left_s, watch=Watch())
        except TooShort:
            return None, False
        return (None if there.status == "infeasible" else there), there.status != "feasible"

    (more, more_sure), (fewer, fewer_sure) = other(problem.teams + 1), other(problem.teams - 1)
    sign = 1 if problem.view in ("covering", "expected") else -1
    best = found
    if fewer is not None and sign * fewer.value > sign * found.value and found.status != "optimal":
        best = replace(fewer, bound=found.bound, status=_status(fewer.value, found.bound))
    values = [best.value] if more is None else [best.value, more.value]
    return replace(
        best,
        one_more=None if more is None else sign * max(sign * v for v in values),
        one_less=None if fewer is None else fewer.value,
        prices_proven=more_sure and fewer_sure,
    )


def moves(
    before: Sequence[Somewhere], after: Sequence[Somewhere], way: Callable[[Somewhere, Somewhere], float]
) -> tuple[tuple[Somewhere | None, Somewhere | None], ...]:
    """Who goes from where to where so that teams `before` are where they must be `after`, by the least way in all.

    Who can stay does. None: a team that is new, or that is no longer needed. `way` is the time or length of a move.
    """
    leaving = sorted((Counter(before) - Counter(after)).elements(), key=str)
    coming = sorted((Counter(after) - Counter(before)).elements(), key=str)
    cost = np.array([[min(way(a, b), MAX_NUMBER) for b in coming] for a in leaving]).reshape(len(leaving), len(coming))
    rows, columns = linear_sum_assignment(cost)
    pairs: list[tuple[Somewhere | None, Somewhere | None]] = [
        (leaving[r], coming[c]) for r, c in zip(rows, columns, strict=True)
    ]
    pairs += [(None, coming[c]) for c in range(len(coming)) if c not in columns]
    pairs += [(leaving[r], None) for r in range(len(leaving)) if r not in rows]
    return tuple(pairs)


def _solved(problem: SitesProblem, *, seed: int, time_limit_s: float, watch: Watch) -> Sites:
    wanted = problem.demand > 0
    reach = np.isfinite(problem.distance)
    if problem.view in ("covering", "fewest", "expected"):
        reach &= problem.distance <= problem.radius
    lost = tuple(np.flatnonzero(wanted & ~reach.any(axis=1)).tolist())
    if lost and problem.view not in ("covering", "expected"):
        return _none(problem, lost)
    if problem.view in ("covering", "expected"):
        taken = sites_of.cover_most(problem, time_limit_s=time_limit_s, watch=watch)
    elif problem.view == "fewest":
        taken = sites_of.cover_all(problem, time_limit_s=time_limit_s, watch=watch)
    elif problem.view == "center":
        from homeward.readiness.cover.center import nearest_worst

        taken = nearest_worst(problem, seed=seed, time_limit_s=time_limit_s, watch=watch)
    else:
        from homeward.readiness.cover.lagrange import median

        taken = median(problem, seed=seed, time_limit_s=time_limit_s, watch=watch)
    if taken.sites is None and not taken.sure:
        if watch.stopped:
            raise KeyboardInterrupt
        raise TooShort("The time was too short to find sites that serve every point. Give more time, or more teams.")
    return _none(problem, lost) if taken.sites is None else _told(problem, taken, taken.sites)


def _status(value: float, bound: float) -> Status:
    return "optimal" if abs(bound - value) <= _CLOSE * max(1.0, abs(value)) else "feasible"


def _none(problem: SitesProblem, lost: tuple[int, ...]) -> Sites:
    nobody = np.full(len(problem.demand), -1)
    left = tuple(np.flatnonzero(problem.demand > 0).tolist())
    return Sites(
        status="infeasible",
        sites=(),
        value=0.0,
        bound=0.0,
        served_by=nobody,
        left=left,
        worst=-1,
        worst_distance=np.inf,
        out_of_reach=lost,
    )


def _told(problem: SitesProblem, taken: Taken, counts: Ints) -> Sites:
    used = np.flatnonzero(counts)
    within = problem.radius if problem.view in ("covering", "fewest", "expected") else np.inf
    if len(used):
        near = problem.distance[:, used]
        served, least = used[near.argmin(axis=1)], near.min(axis=1)
    else:
        served, least = np.full(len(problem.demand), -1), np.full(len(problem.demand), np.inf)
    none = (least > within) | ~np.isfinite(least)
    wanted = problem.demand > 0
    left = np.flatnonzero(none & wanted)
    worst = int(np.where(wanted, least, -1.0).argmax()) if wanted.any() else -1
    reach = problem.distance <= within if np.isfinite(within) else np.isfinite(problem.distance)
    return Sites(
        status=_status(taken.value, taken.bound),
        sites=tuple(np.repeat(np.arange(len(counts)), counts).tolist()),
        value=taken.value,
        bound=taken.bound,
        served_by=np.where(none, -1, served).astype(np.int64),
        left=tuple(left[np.argsort(-problem.demand[left], kind="stable")].tolist()),
        worst=worst,
        worst_distance=float(least[worst]) if worst >= 0 else np.inf,
        out_of_reach=tuple(np.flatnonzero(wanted & ~reach.any(axis=1)).tolist()),
    )
