"""Tasks shared fairly: the team with most to do has as little to do as can be."""

from __future__ import annotations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, hstack, vstack

from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.team.assign import Assigned

_CLOSE = 1e-6  # relative: what the solver's tolerance blurs


def fair_load(task_h: Floats, *, time_limit_s: float = 10.0) -> Assigned:
    """The team of each task, so that the largest load is least; `value` is that load in hours, `bound` below it.

    `task_h` is (tasks, teams): hours that each team would need for each task, infinite where it cannot do it. Raises
    `BadInput` for a task that no team can do. Minimising the makespan on unrelated machines (Lenstra, Shmoys & Tardos
    1990, Mathematical Programming 46, 259-271), as a mixed-integer programme.
    """
    tasks, teams = task_h.shape
    can = np.isfinite(task_h)
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


def _first_fit(task_h: Floats) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Longest tasks first, each to where it ends soonest (Graham 1969, SIAM Journal on Applied Mathematics 17(2))."""
    load = np.zeros(task_h.shape[1])
    agent = np.zeros(len(task_h), np.int64)
    for i in np.argsort(-task_h.min(axis=1), kind="stable"):
        agent[i] = int(np.argmin(load + task_h[i]))
        load[agent[i]] += task_h[i, agent[i]]
    return agent
