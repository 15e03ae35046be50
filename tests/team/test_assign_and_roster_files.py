"""The kinds `assign` and `roster` at the solver's door."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from homeward import desk
from homeward.errors import BadFile

ROSTER: dict[str, Any] = {
    "kind": "roster",
    "days": 3,
    "periods": [{"id": "D", "length_h": 8}, {"id": "N", "length_h": 10, "never_before": ["D"]}],
    "workers": [{"id": "A", "days_off": [2]}, {"id": "B"}],
    "demands": [{"day": day, "period": period, "n": 1} for day in range(3) for period in "DN"],
}


def solved(folder: Path, problem: dict[str, Any]) -> dict[str, Any]:
    file = folder / "p.json"
    file.write_text(json.dumps(problem), encoding="utf-8")
    return dict(desk.solve(file).data)


def test_a_table_beside_the_problem_is_assigned(tmp_path: Path) -> None:
    np.save(tmp_path / "cost.npy", np.array([[1.0, 5.0], [2.0, 9.0]]))
    found = solved(tmp_path, {"kind": "assign", "cost": "cost.npy"})
    assert (found["agent"], found["value"], found["status"]) == ([1, 0], 7, "optimal")
    assert list(found["inputs_sha256"]) == ["cost.npy"]
    worst = solved(tmp_path, {"kind": "assign", "cost": [[1, 5], [2, 9]], "objective": "worst"})
    assert (worst["agent"], worst["value"]) == ([1, 0], 5)


def test_capacities_and_fair_loads(tmp_path: Path) -> None:
    table = {"profit": [[5, 5], [1, 4]], "weight": [[2, 2], [1, 1]], "capacity": [3, 3]}
    assert solved(tmp_path, {"kind": "assign", **table})["agent"] == [0, 1]
    assert solved(tmp_path, {"kind": "assign", "task_hours": [5, 5, 4, 4, 3, 3, 3], "teams": 3})["value"] == 9


def test_a_roster_says_where_somebody_is_missing(tmp_path: Path) -> None:
    found = solved(tmp_path, ROSTER)
    assert (found["status"], found["value"], found["bound"]) == ("optimal", 100, 100)
    assert [(s["day"], s["missing"]) for s in found["short"]] == [(2, 1)]
    assert {found["duty"]["A"][0], found["duty"]["B"][0]} == {"D", "N"}


def test_limits_that_contradict_each_other_are_named(tmp_path: Path) -> None:
    never = {"id": "C", "min_hours_h": 20, "days_off": [0, 1]}
    found = solved(tmp_path, {**ROSTER, "workers": [*ROSTER["workers"], never]})
    assert found["status"] == "infeasible"
    assert found["why"] == ["No roster keeps every limit: the limits of C contradict each other."]


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        ({"kind": "assign"}, "0 of cost, profit and task_hours are given"),
        ({"kind": "assign", "cost": [[1, 2], [3]]}, "cost has rows of different length"),
        ({"kind": "assign", "cost": [[1], [2]]}, "no fewer agents than jobs"),
        ({"kind": "assign", "profit": [[1]], "weight": [[5]], "capacity": [3]}, "do not fit into the capacities"),
        ({"kind": "assign", "profit": [[1]], "capacity": [3]}, "without weight or capacity"),
        ({"kind": "assign", "task_hours": [1]}, "and how many teams"),
        ({"kind": "assign", "task_hours": [1, 2], "teams": 100_000_000}, "teams is 100000000, for 2 tasks"),
        ({"kind": "assign", "profit": [[1]], "weight": [[-5]], "capacity": [3]}, "weight 0 to 1e"),
        (
            {"kind": "assign", "profit": [[1]], "weight": [[1]], "capacity": [3], "objective": "worst"},
            "objective stands with profit",
        ),
        ({"kind": "assign", "cost": [[1e300]]}, "no number of at most 1e"),
        ({"kind": "assign", "task_hours": [1e300], "teams": 1}, "Hours of a task must be"),
        ({**ROSTER, "demands": [{"day": 0, "period": "D", "n": 1, "under": 1e300}]}, "and must be at most 1e"),
        ({"kind": "assign", "cost": [[1]], "teams": 2}, "teams stands with cost"),
        ({"kind": "assign", "cost": [[1]], "capacity": [2]}, "capacity stands with cost"),
        ({"kind": "assign", "task_hours": [1], "teams": 1, "weight": [[1]]}, "weight stands with task_hours"),
        ({**ROSTER, "workers": [{"id": "A", "days_off": [99]}]}, "A is off on day 99"),
        ({**ROSTER, "demands": [ROSTER["demands"][0]] * 2}, "is asked for 2 times"),
        ({**ROSTER, "demands": [{"day": 3, "period": "D", "n": 1}]}, "no period 'D' on day 3 of 3"),
        ({**ROSTER, "wishes": [{"worker": "Z", "day": 0, "period": "D", "on": True}]}, "'Z' has a wish"),
        ({**ROSTER, "workers": [{"id": "A", "most": {"X": 1}}]}, "refers to period 'X'"),
    ],
)
def test_files_that_cannot_be_are_refused_with_their_field(tmp_path: Path, problem: dict[str, Any], said: str) -> None:
    with pytest.raises(BadFile, match=said):
        solved(tmp_path, problem)
