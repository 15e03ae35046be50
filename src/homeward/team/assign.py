"""Jobs to agents: one to one, with capacities, or shared so that the one with most to do has least.

Each is proven best: one to one by SciPy's linear assignment (Crouse 2016, IEEE Transactions on Aerospace and
Electronic Systems 52(4), 1679-1696), with capacities (the generalised assignment problem) and shared by its HiGHS.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linear_sum_assignment, milp
from scipy.sparse import csr_array, hstack, vstack
from scipy.sparse.csgraph import maximum_bipartite_matching

from homeward.errors import BadInput
from homeward.geo import Floats

Ints = NDArray[np.int64]
MAX_PAIRS = 200_000  # of agent and job, that are decided at once with capacities or shared
MAX_NUMBER = 1e9  # of a cost, profit, weight or time: more would blur the solver's tolerances
_CLOSE = 1e-6  # relative: what the solver's tolerance blurs


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """`agent` of each job; `value` what it comes to; `optimal` where that is proven.

    `bound` is what no other passes: a profit from above, a cost or a load from below.
    """

    agent: Ints
    value: float
    bound: float
    optimal: bool


def one_to_one(cost: Floats) -> Assigned:
    """Each job (row) to another agent (column), at the least total cost. At least as many agents as jobs."""
    if cost.ndim != 2 or cost.shape[0] > cost.shape[1]:
        raise BadInput(f"A cost table of shape {cost.shape} cannot be. Give jobs x agents, no fewer agents than jobs.")
    if not (np.abs(cost) <= MAX_NUMBER).all():
        raise BadInput(f"The cost table holds what is no number of at most {MAX_NUMBER:g}. Give one for each pair.")
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
    if not (np.abs(profit) <= MAX_NUMBER).all() or not ((weight >= 0) & (weight <= MAX_NUMBER)).all():
        raise BadInput(f"profit must be at most {MAX_NUMBER:g}, weight 0 to {MAX_NUMBER:g}. Mend the tables.")
    _check_size(agents, jobs)
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


def _check_size(agents: int, jobs: int) -> None:
    if agents * jobs > MAX_PAIRS:
        raise BadInput(f"{jobs} jobs and {agents} agents make {agents * jobs} pairs; {MAX_PAIRS} fit. Give fewer.")


def fair_load(task_h: Floats, *, time_limit_s: float = 10.0) -> Assigned:
    """The team of each task, so that the largest load is least; `value` is that load in hours, `bound` below it.

    `task_h` is (tasks, teams): hours that each team would need for each task, infinite where it cannot do it. Raises
    `BadInput` for a task that no team can do. Minimising the makespan on unrelated machines (Lenstra, Shmoys & Tardos
    1990, Mathematical Programming 46, 259-271), as a mixed-integer programme.
    """
    tasks, teams = task_h.shape
    _check_size(teams, tasks)
    can = np.isfinite(task_h)
    if (task_h[can] > MAX_NUMBER).any() or (task_h < 0).any():
        raise BadInput(f"Hours of a task must be 0 to {MAX_NUMBER:g}. Mend them.")
    if not can.any(axis=1).all():
        raise BadInput(f"No team can do task {int(np.flatnonzero(~can.any(axis=1))[0])}. Leave it out, or add a team.")
    hours = np.where(can, task_h, 0.0)
    column = np.arange(tasks * teams)
    load = csr_array((hours.ravel(), (column % teams, column)), shape=(teams, tasks * teams))
    most = csr_array(np.full((teams, 1), -1.0))
    once = csr_array((np.ones(tasks * teams), (column // teams, column)), shape=(tasks, tasks * teams))
    table = vstack([hstack([load, most]), hstack([once, csr_array((tasks, 1))])])
    rows = LinearConstraint(
        table,
        np.concatenate([np.full(teams, -np.inf), np.ones(tasks)]),
        np.concatenate([np.zeros(teams), np.ones(tasks)]),
    )
    lower = max(float(task_h.min(axis=1).max(initial=0.0)), float(task_h.min(axis=1).sum() / teams))
    found = milp(
        np.append(np.zeros(tasks * teams), 1.0),
        integrality=np.append(np.ones(tasks * teams), 0.0),
        bounds=Bounds(np.append(np.zeros(tasks * teams), lower), np.append(can.ravel().astype(float), np.inf)),
        constraints=rows,
        options={"time_limit": time_limit_s, "mip_rel_gap": 0.0},
    )
    agent = _first_fit(task_h) if found.x is None else found.x[:-1].reshape(tasks, teams).argmax(axis=1)
    value = float(np.bincount(agent, hours[np.arange(tasks), agent], minlength=teams).max(initial=0.0))
    dual = found.mip_dual_bound
    bound = min(value, max(lower, float(dual) if dual is not None and np.isfinite(dual) else lower))
    optimal = value - bound <= _CLOSE * max(value, 1.0)
    return Assigned(agent=agent.astype(np.int64), value=value, bound=value if optimal else bound, optimal=optimal)


def _first_fit(task_h: Floats) -> Ints:
    """Longest tasks first, each to where it ends soonest (Graham 1969, SIAM Journal on Applied Mathematics 17(2))."""
    load = np.zeros(task_h.shape[1])
    agent = np.zeros(len(task_h), np.int64)
    for i in np.argsort(-task_h.min(axis=1), kind="stable"):
        agent[i] = int(np.argmin(load + task_h[i]))
        load[agent[i]] += task_h[i, agent[i]]
    return agent
