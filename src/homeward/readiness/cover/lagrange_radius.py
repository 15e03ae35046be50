"""The end of a p-median search as a small mixed-integer programme, once a bound has cut most of it away.

For each point and each of its distances one variable says that no site is open up to there (the radius formulation:
Garcia, Labbe & Marin 2011, INFORMS Journal on Computing 23(4), 546-556). With a bound near the best cost known few
distances are left: a plan better than that serves no point farther than its level and what is missing to the bound.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint
from scipy.sparse import csr_array

from homeward.geo import Floats
from homeward.readiness.cover.records import Bools, Ints
from homeward.readiness.cover.watch import programme

MOST_ENTRIES = 100_000  # of the programme's table, beyond which the tree search is better


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What is left of the search: the sites that may be open (`opened`: those that surely are), and the distances.

    `order` and `cost` (points, sites) hold the sites of each point, nearest first, and its cost there; `limit`
    (points,) the cost above which no better plan serves it.
    """

    order: Ints
    cost: Floats
    limit: Floats
    fixed: Ints
    teams: int


def finish(left: Left, *, shut: int, opened: int, time_limit_s: float) -> tuple[Ints | None, float, bool] | None:
    """The best sites within the limits (None: there are none), a bound below their cost, and whether it is complete.

    None alone: the programme is too large.
    """
    made = _rows(left, opened)
    if made is None:
        return None
    table, gain, base = made
    n, steps = len(left.fixed), len(gain)
    full = csr_array(
        (np.concatenate([table.data, np.ones(n)]), np.concatenate([table.indices, np.arange(n)]),
         np.append(table.indptr, table.indptr[-1] + n)),
        shape=(table.shape[0] + 1, n + steps),
    )  # fmt: skip
    found = programme(
        np.concatenate([np.zeros(n), gain]),
        integrality=np.append(np.ones(n, dtype=np.int64), np.zeros(steps, dtype=np.int64)),
        bounds=Bounds(
            np.append((left.fixed == opened).astype(float), np.zeros(steps)),
            np.append((left.fixed != shut).astype(float), np.ones(steps)),
        ),
        constraints=LinearConstraint(
            full,
            np.append(np.ones(table.shape[0]), float(left.teams)),
            np.append(np.full(table.shape[0], np.inf), float(left.teams)),
        ),
        options={"time_limit": time_limit_s, "mip_rel_gap": 0.0},
    )
    if found.status == 2:  # nothing within the limits
        return None, np.inf, True
    dual = found.mip_dual_bound
    bound = base + float(dual) if dual is not None and np.isfinite(dual) else -np.inf
    sites = None if found.x is None else np.flatnonzero(found.x[:n] > 0.5)
    return sites, bound, found.status == 0


def _rows(left: Left, opened: int) -> tuple[csr_array, Floats, float] | None:
    """Rows of sites up to each distance of each point with what going past it costs, and the cost of the nearest."""
    columns: list[Ints] = []
    starts: list[int] = [0]
    gain: list[float] = []
    base, entries, n = 0.0, 0, len(left.fixed)
    surely = left.fixed == opened
    for i in range(len(left.order)):
        within = _within(left, i, surely)
        order, cost = left.order[i, :within], left.cost[i, :within]
        if within == 0:
            columns, starts = [*columns, np.empty(0, np.int64)], [*starts, starts[-1]]
            continue
        base += float(cost[0])
        ends = np.append(np.flatnonzero(np.diff(cost) > 0) + 1, within)
        served = bool(surely[order[-1]])
        for k, end in enumerate(ends):
            last = k == len(ends) - 1
            if last and served:
                break
            row = order[:end] if last else np.append(order[:end], n + len(gain))
            if not last:
                gain.append(float(cost[end] - cost[end - 1]))
            entries += len(row)
            columns.append(row)
            starts.append(starts[-1] + len(row))
        if entries > MOST_ENTRIES:
            return None
    indices = np.concatenate(columns) if columns else np.empty(0, np.int64)
    table = csr_array((np.ones(len(indices)), indices, np.array(starts)), shape=(len(starts) - 1, n + len(gain)))
    return table, np.array(gain), base


def _within(left: Left, i: int, surely: Bools) -> int:
    """How many of a point's sites may serve it: up to its limit, or the first that is surely open and as near."""
    within = int(np.searchsorted(left.cost[i], left.limit[i], side="right"))
    sure = np.flatnonzero(surely[left.order[i, :within]])
    return within if len(sure) == 0 else int(sure[0]) + 1
