"""Values that others have published, and instances with values proven apart from this solver."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from bench._rooms_cases import published_grid

from homeward.exchange.solver_files.rooms import RoomsFile, to_problem
from homeward.search.rooms import solve_rooms


def until(missed: float) -> Callable[[float, float, float], None]:
    """Presses Ctrl-C once that little is missed."""

    def look(elapsed_s: float, value: float, bound: float) -> None:
        if 1 - value <= missed + 1e-8:
            raise KeyboardInterrupt

    return look


@pytest.mark.parametrize(
    ("start", "found"),
    [(1, 0.7786), (2, 0.8631), (3, 0.8631), (4, 0.8631), (5, 0.8631), (6, 1.0), (7, 0.8631), (8, 1.0), (9, 1.0)],
)
def test_eagle_1984(start, found):
    """Eagle (1984), Operations Research 32(5), 1107-1115, Table I: 3 x 3 cells, subject in cell 9, ten looks."""
    solution = solve_rooms(published_grid(3, 0.4, [start - 1], 1.0, 10, 8))
    assert solution.status == "optimal"
    assert solution.value == pytest.approx(found, abs=5e-5)


@pytest.mark.parametrize(("steps", "missed"), [(7, 0.80732459008), (8, 0.687369732608), (9, 0.58056707088)])
def test_three_searchers_on_nine_by_nine(steps, missed):
    """Gurobi's optima in the repository wenbo5565/Route_Optimization_for_Multiple_Searchers (grid of Royset & Sato)."""
    solution = solve_rooms(published_grid(9, 0.6, [0] * 3, 0.6, steps, 40), time_limit_s=60, progress=until(missed))
    assert 1 - solution.value == pytest.approx(missed, abs=1e-8)
    assert 1 - solution.bound <= missed + 1e-9


@pytest.mark.parametrize(("steps", "missed"), [(7, 0.80015496), (8, 0.66945695)])
def test_fifteen_searchers_on_nine_by_nine(steps, missed):
    """The same repository's fifteen searchers, a fifth of the detection rate each."""
    problem = published_grid(9, 0.6, [0] * 15, 1 - 0.4**0.2, steps, 40)
    solution = solve_rooms(problem, time_limit_s=60, progress=until(missed))
    assert 1 - solution.value <= missed + 1e-7
    assert 1 - solution.bound <= missed + 1e-7


@pytest.mark.shared
def test_shared_instances_of_one_and_two_searchers_are_proven_at_the_known_values(shared: Path):
    folder = shared / "graphs"
    rows = list(csv.DictReader((folder / "known.csv").read_text().splitlines()))
    chosen = [r for r in rows if ("-m1-h10" in r["file"] or "-m1-h15" in r["file"] or "-m2-h10-static" in r["file"])]
    assert len(chosen) > 30
    for row in chosen:
        raw = (folder / row["file"]).read_text()
        problem = to_problem(RoomsFile.model_validate(json.loads(raw)), row["file"])
        solution = solve_rooms(problem, time_limit_s=20)
        assert solution.status == "optimal", row["file"]
        assert solution.value == pytest.approx(float(row["value"]), rel=1e-9), row["file"]
