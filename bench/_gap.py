"""Files of the OR-Library (Beasley 1990, Journal of the Operational Research Society 41(11)) as tables."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from homeward.geo import Floats


def read_assign(path: Path) -> Floats:
    """An assignment problem: the costs, (jobs, agents)."""
    n, *costs = (float(word) for word in path.read_text(encoding="utf-8").split())
    return np.array(costs[: int(n) ** 2]).reshape(int(n), int(n))


def read_gap(path: Path) -> Iterator[tuple[Floats, Floats, Floats]]:
    """Generalised assignment problems: profit and weight (agents, jobs), and capacities."""
    words = np.array([float(word) for word in path.read_text(encoding="utf-8").split()])
    at = 1
    for _ in range(int(words[0])):
        agents, jobs = (int(n) for n in words[at : at + 2])
        profit, weight = words[at + 2 : at + 2 + 2 * agents * jobs].reshape(2, agents, jobs)
        at += 2 + 2 * agents * jobs
        yield profit, weight, words[at : at + agents]
        at += agents
