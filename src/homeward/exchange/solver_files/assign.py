"""Problem and solution files of the kind `assign`: jobs to agents, one to one, with capacities, or shared fairly."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from homeward.errors import BadFile, BadInput
from homeward.exchange.solver_files.door import Door, ProblemHead, Progress, Read, Reported, SolutionHead
from homeward.exchange.solver_files.reading import raster
from homeward.geo import Floats
from homeward.team.assign import MAX_PAIRS, Assigned, fair_load, least_worst, one_to_one, with_capacities

MAX_CELLS = 4_000_000
NotNegative = Annotated[float, Field(ge=0)]
Table = str | list[list[float]]


class AssignFile(ProblemHead):
    """Jobs to agents: give `cost`, or `profit` with `weight` and `capacity`, or `task_hours` with `teams`."""

    kind: Literal["assign"] = Field(description="'assign'")
    cost: Table | None = Field(
        default=None, description="one agent for each job: cost by job (row) and agent (column), a table or a .npy file"
    )
    objective: Literal["sum", "worst"] = Field(
        default="sum", description="with cost: 'sum', the least in all, or 'worst', the least dearest single one"
    )
    profit: Table | None = Field(
        default=None, description="with capacities: profit by agent (row) and job (column), a table or a .npy file"
    )
    weight: Table | None = Field(default=None, description="what a job takes of an agent's capacity, as profit")
    capacity: list[NotNegative] | None = Field(default=None, description="by agent: the capacity, 0 or more")
    task_hours: list[NotNegative] | None = Field(default=None, description="shared fairly: hours of each task")
    teams: int | None = Field(default=None, ge=1, description="over how many teams, 1 or more")


class AssignResult(SolutionHead):
    """Who does what. `value` is a cost or a load with a lower `bound`, or a profit with an upper one."""

    agent: list[int] = Field(description="the agent (or team) of each job, from 0 up")


def read(problem: AssignFile, folder: Path, file: str) -> Read:
    """The file with its tables, ready to be solved."""
    ways = [problem.cost is not None, problem.profit is not None, problem.task_hours is not None]
    if sum(ways) != 1:
        raise BadFile(f"{file}: {sum(ways)} of cost, profit and task_hours are given. Give one of them.")
    _no_more_than_it_needs(problem, file)
    hashes: dict[str, str] = {}
    run = _ready(problem, folder, file, hashes)

    def solve(time_limit_s: float, seed: int, progress: Progress | None) -> Reported:  # noqa: ARG001 - nothing drawn
        began_s = time.perf_counter()
        try:
            found = run(time_limit_s)
        except BadInput as err:
            raise BadFile(f"{file}: {err}") from err
        return _reported(found, time.perf_counter() - began_s)

    return Read(solve=solve, inputs_sha256=hashes)


def _no_more_than_it_needs(problem: AssignFile, file: str) -> None:
    """Raises `BadFile` for a field that says nothing in this way of sharing jobs out."""
    way, means = next(
        (way, means)
        for way, means in (("cost", {"objective"}), ("profit", {"weight", "capacity"}), ("task_hours", {"teams"}))
        if getattr(problem, way) is not None
    )
    for field in ("objective", "weight", "capacity", "teams"):
        if field in problem.model_fields_set and field not in means and getattr(problem, field) is not None:
            raise BadFile(f"{file}: {field} stands with {way}, where it means nothing. Leave one of them out.")


def _ready(problem: AssignFile, folder: Path, file: str, hashes: dict[str, str]) -> Callable[[float], Assigned]:
    if problem.cost is not None:
        cost = _table(problem.cost, folder, file, "cost", hashes)
        return lambda _: one_to_one(cost) if problem.objective == "sum" else least_worst(cost)
    if problem.profit is not None:
        if problem.weight is None or problem.capacity is None:
            raise BadFile(f"{file}: profit stands without weight or capacity. Give all three.")
        profit = _table(problem.profit, folder, file, "profit", hashes)
        weight = _table(problem.weight, folder, file, "weight", hashes)
        capacity = np.array(problem.capacity)
        return lambda limit_s: with_capacities(profit, weight, capacity, time_limit_s=limit_s)
    if problem.teams is None or not problem.task_hours:
        raise BadFile(f"{file}: task_hours needs a task, and teams. Give the hours of each task, and how many teams.")
    if len(problem.task_hours) * problem.teams > MAX_PAIRS:
        raise BadFile(
            f"{file}: teams is {problem.teams}, for {len(problem.task_hours)} tasks; {MAX_PAIRS} pairs of team and "
            "task fit. Give fewer teams: more than there are tasks have nothing to do."
        )
    hours = np.repeat(np.array(problem.task_hours)[:, None], problem.teams, axis=1)
    return partial(_fair, hours)


def _fair(hours: Floats, limit_s: float) -> Assigned:
    return fair_load(hours, time_limit_s=limit_s)


def _table(table: Table, folder: Path, file: str, field: str, hashes: dict[str, str]) -> Floats:
    if isinstance(table, str):
        found, hashes[table] = raster(table, folder, file=file, field=field, max_cells=MAX_CELLS)
        return found
    if not table or len({len(row) for row in table}) != 1 or not table[0]:
        raise BadFile(f"{file}: {field} has rows of different length, or none. Give a table.")
    return np.array(table)


def _reported(found: Assigned, elapsed_s: float) -> Reported:
    proven = "proven the best there is" if found.optimal else f"and none passes {found.bound:g}"
    return Reported(
        status="optimal" if found.optimal else "feasible",
        value=found.value,
        bound=found.bound,
        why=(f"{len(found.agent)} jobs come to {found.value:g}, {proven}.",),
        elapsed_s=elapsed_s,
        fields={"agent": found.agent.tolist()},
    )


DOOR = Door(problem=AssignFile, solution=AssignResult, time_limit_s=60.0, read=read)
