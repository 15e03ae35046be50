"""Of places to wait that do equally well, those with the shorter ways; and where teams left over shorten ways most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from homeward.geo import Floats
from homeward.readiness.cover.records import SitesProblem

PASSES: Final = 4
"""Times that every team is looked at again: ours."""
_CLOSE: Final = 1e-9
_FAR_S: Final = 1e6
"""Seconds that stand for no way."""


def spread(problem: SitesProblem, sites: Sequence[int], *, held: Sequence[int] = ()) -> list[int]:
    """The sites, one for each team, exchanged one by one as long as the value is no less and the ways get shorter.

    What counts is the weighted way of the nearest team, with busy teams of the one who is then free. Where teams are at
    `held` now and that does as well, they stay; else who is at a site of it does. Local search: no exchange of one
    team shortens it further, after `PASSES` at most.
    """
    found = list(sites)
    if not found:
        return found
    value = _values(problem, found, [])[0]
    slack = _CLOSE * max(1.0, abs(value))
    if len(held) == len(found) and _values(problem, held, [])[0] >= value - slack:
        return sorted(held)
    stay = () if problem.view == "expected" else held
    for _ in range(PASSES):
        moved = False
        for k in [k for k, site in enumerate(found) if site not in stay]:
            rest = found[:k] + found[k + 1 :]
            sums = _ways(problem, rest)
            free = np.array([rest.count(j) < problem.per_site for j in range(len(sums))])
            good = free & (_values(problem, rest) >= value - slack)
            best = int(np.argmin(np.where(good, sums, np.inf)))
            if good[best] and sums[best] < sums[found[k]] - _CLOSE * max(1.0, sums[found[k]]):
                found[k], moved = best, True
        if not moved:
            break
    return sorted(found)


def offered(problem: SitesProblem, sites: Sequence[int], *, teams: int) -> tuple[list[int], float, float]:
    """(sites for teams left over, one after another where the mean way gets shortest; that way before and after, s)."""
    found, more = list(sites), list[int]()
    total = float(problem.demand.sum())
    before = now = _mean(problem, found)
    for _ in range(teams):
        sums = _ways(problem, found)
        best = int(np.argmin(sums))
        if total <= 0 or not sums[best] / total < now - 1.0:
            break
        now = float(sums[best]) / total
        found.append(best)
        more.append(best)
    return more, before, now


def _mean(problem: SitesProblem, sites: Sequence[int]) -> float:
    near = np.minimum(problem.distance[:, list(sites)], _FAR_S).min(axis=1)
    return float(problem.demand @ near / max(float(problem.demand.sum()), _CLOSE))


def _values(problem: SitesProblem, rest: Sequence[int], extra: Sequence[int] | None = None) -> Floats:
    """The value with one more team at each site (with `extra` empty: of `rest` alone), more is better."""
    columns = problem.distance if extra is None else np.full((len(problem.demand), 1), np.inf)
    here = problem.distance[:, list(rest)]
    if problem.view == "center":
        wanted = problem.demand > 0
        near = np.minimum(here.min(axis=1, initial=np.inf)[:, None], columns)
        return np.asarray(-near[wanted].max(axis=0, initial=0.0), dtype=np.float64)
    count = (here <= problem.radius).sum(axis=1)[:, None] + (columns <= problem.radius)
    share = (count > 0).astype(float) if problem.busy == 0 else 1.0 - problem.busy**count
    return np.asarray(problem.demand @ share, dtype=np.float64)


def _ways(problem: SitesProblem, rest: Sequence[int]) -> Floats:
    """Weighted way with one more team at each site: of the nearest, or of the nearest that is not busy."""
    columns = np.minimum(problem.distance, _FAR_S)
    here = columns[:, list(rest)]
    if problem.busy == 0:
        near = np.minimum(here.min(axis=1, initial=_FAR_S)[:, None], columns)
        return np.asarray(problem.demand @ near, dtype=np.float64)
    free = (1 - problem.busy) * problem.busy ** np.arange(len(rest) + 1)
    return np.array([problem.demand @ (np.sort(np.column_stack([here, c]), axis=1) @ free) for c in columns.T])
