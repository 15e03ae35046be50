"""The plan of a search inside a building: the problem as a graph, solved, and told as moves."""

from __future__ import annotations

from collections.abc import Callable

from homeward.search.indoors.records import IndoorPlan, IndoorProblem

Progress = Callable[[float, float, float], None]


def plan_inside(
    problem: IndoorProblem, *, seed: int = 0, time_limit_s: float = 10.0, progress: Progress | None = None
) -> IndoorPlan:
    """Moves for every crew. `progress(elapsed_s, value, bound)`; Ctrl-C keeps the best so far."""
    raise NotImplementedError
