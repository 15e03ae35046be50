"""Jobs to agents: one to one, and with capacities.

Each is proven best: one to one by SciPy's linear assignment (Crouse 2016, IEEE Transactions on Aerospace and
Electronic Systems 52(4), 1679-1696), with capacities (the generalised assignment problem) by its HiGHS.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linear_sum_assignment, milp
from scipy.sparse import csr_array, vstack
from scipy.sparse.csgraph import maximum_bipartite_matching

from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.team.places import Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """`agent` of each job; `value` what it comes to, `bound` what no other passes; `optimal` where that is proven."""

    agent: Ints
    value: float
    bound: float
    optimal: bool


def one_to_one(cost: Floats) -> Assigned:
    """Each job (row) to another agent (column), at the least total cost. At least as many agents as jobs."""
    if cost.ndim != 2 or cost.shape[0] > cost.shape[1]:
        raise BadInput(f"A cost table of shape {cost.shape} cannot be. Give jobs x agents, no fewer agents than jobs.")
    _, agent = linear_sum_assignment(cost)
    value = float(cost[np.arange(len(agent)), agent].sum())
    return Assigned(agent=agent.astype(np.int64), value=value, bound=value, optimal=True)


def least_worst(cost: Floats) -> Assigned:
    """Each job (row) to another agent (column), so that the dearest single one costs least (bottleneck assignment).

    Bisection on the costs there are, each step a matching (Hopcroft & Karp 1973, SIAM Journal on Computing 2(4),
    225-231).
    """
    one_to_one(cost)
    levels = np.unique(cost)
    low, high = 0, len(levels) - 1
    while low < high:
        middle = (low + high) // 2
        found = maximum_bipartite_matching(csr_array(cost <= levels[middle]), perm_type="column")
        low, high = (low, middle) if (found >= 0).all() else (middle + 1, high)
    agent = maximum_bipartite_matching(csr_array(cost <= levels[low]), perm_type="column")
    value = float(levels[low])
    return Assigned(agent=agent.astype(np.int64), value=value, bound=value, optimal=True)


def with_capacities(profit: Floats, weight: Floats, capacity: Floats, *, time_limit_s: float = 60.0) -> Assigned:
    """Every job to one agent for the most profit, no agent above its capacity.

    `profit` and `weight` are (agents, jobs), 0 or more; `capacity` (agents,). Raises `BadInput` where it cannot be.
    The generalised assignment problem: Martello & Toth (1990), Knapsack Problems, chapter 7.
    """
    agents, jobs = profit.shape
    if weight.shape != profit.shape or capacity.shape != (agents,):
        raise BadInput(
            "profit and weight must be agents x jobs, capacity one for each agent. Give tables of one shape."
        )
    column = np.arange(agents * jobs)
    load = csr_array((weight.ravel(), (column // jobs, column)), shape=(agents, agents * jobs))
    once = csr_array((np.ones(agents * jobs), (column % jobs, column)), shape=(jobs, agents * jobs))
    rows = LinearConstraint(
        vstack([load, once]),
        np.concatenate([np.full(agents, -np.inf), np.ones(jobs)]),
        np.concatenate([capacity, np.ones(jobs)]),
    )
    fits = (weight <= capacity[:, None]).ravel().astype(float)
    found = milp(
        -profit.ravel(),
        integrality=np.ones(agents * jobs),
        bounds=Bounds(0, fits),
        constraints=rows,
        options={"time_limit": time_limit_s, "mip_rel_gap": 0.0},
    )
    if found.x is None:
        raise BadInput("The jobs do not fit into the capacities, or no way was found in time. Give more of either.")
    agent = found.x.reshape(agents, jobs).argmax(axis=0)
    value = float(profit[agent, np.arange(jobs)].sum())
    bound = max(value, -float(found.mip_dual_bound))
    if np.array_equal(profit, np.round(profit)):
        bound = max(value, float(np.floor(bound + 1e-6)))
    return Assigned(agent=agent.astype(np.int64), value=value, bound=bound, optimal=bound <= value + 1e-9)
