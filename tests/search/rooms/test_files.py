"""Problem files: every fault in one sentence that names the field; what is odd but clear is taken."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from homeward.desk.solver_door import solve
from homeward.errors import BadFile

GOOD: dict[str, Any] = {
    "kind": "rooms",
    "version": 1,
    "vertices": [{"id": "hall", "x_m": 0, "y_m": 0, "floor": 0}, {"id": "attic", "floor": "2"}, {"id": "yard"}],
    "edges": [["hall", "attic"], ["hall", "yard"]],
    "belief": {"attic": 0.6, "yard": 0.3},
    "motion": {"yard": {"hall": 0.5, "yard": 0.5}},
    "searchers": [
        {"id": "ann", "start": "hall", "sees": {"attic": {"attic": 0.9}, "hall": {"yard": 0.2}}},
        {"id": "bob", "start": "yard", "sees": {"yard": {"yard": 1.0}}, "allowed": ["yard", "hall"]},
    ],
    "steps": 3,
    "discount": 0.9,
}


def changed(where: str, value: object) -> dict[str, Any]:
    problem = copy.deepcopy(GOOD)
    at: Any = problem
    *way, last = where.split("/")
    for step in way:
        at = at[int(step)] if step.isdigit() else at[step]
    at[int(last) if last.isdigit() else last] = value
    return problem


def answer(tmp_path, problem: dict[str, Any]) -> dict[str, Any]:
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(problem))
    return dict(solve(path, time_limit_s=2).data)


def test_a_good_file_is_solved(tmp_path):
    data = answer(tmp_path, GOOD)
    assert data["status"] == "optimal"
    assert data["paths"]["ann"][0] == "hall"
    assert len(data["paths"]["bob"]) == 4
    assert len(data["found"]) == 3
    assert data["value"] == pytest.approx(sum(0.9 ** (t + 1) * f for t, f in enumerate(data["found"])))
    assert set(data["paths"]["bob"]) <= {"yard", "hall"}
    assert data["findings"] == []


@pytest.mark.parametrize(
    ("where", "value", "said"),
    [
        ("belief/attic", -0.1, "belief.attic"),
        ("belief/attic", float("nan"), "NaN"),
        ("belief/attic", 0.9, "belief sums to 1.2"),
        ("belief", {"attic": 0.0}, "0 everywhere"),
        ("belief", {"cellar": 0.1}, "'cellar'"),
        ("edges", [["hall", "roof"]], "edges[0] refers to vertex 'roof'"),
        ("edges", [["hall"]], "edges[0] has 1 end"),
        ("edges", [["hall", "yard", "attic"]], "edges[0] has 3 ends. Give the two vertices that it joins."),
        ("searchers/0/start", "hal", "Did you mean 'hall'?"),
        ("searchers/0/sees", {"attic": {"attic": 1.5}}, "at most 1"),
        ("searchers/0/sees", {"attic": {"nowhere": 0.5}}, "sees[attic] refers to vertex 'nowhere'"),
        ("searchers/0/sees", {}, "searchers[0].sees is empty: ann would notice nobody"),
        ("searchers/0/sees", {"attic": {"attic": 0.0}}, "searchers[0].sees is empty"),
        ("searchers/1/allowed", ["attic"], "not allowed at its start yard"),
        ("searchers/1/allowed", [], "allowed nowhere"),
        ("searchers/1/allowed", ["moon"], "'moon'"),
        ("searchers/1/id", "ann", "for the second time"),
        ("searchers", [], "at least 1"),
        ("vertices", [], "at least 1"),
        ("vertices/1/id", "hall", "for the second time"),
        ("steps", 10**9, "at most 10000"),
        ("steps", 0, "at least 1"),
        ("steps", 2.5, "a whole number"),
        ("discount", 1.5, "at most 1"),
        ("discount", 0, "above 0"),
        ("motion", {"yard": {"hall": 0.5, "yard": 0.4}}, "motion[yard] sums to 0.9"),
        ("motion", {"yard": {"moon": 1.0}}, "'moon'"),
        ("motion", {"moon": {"yard": 1.0}}, "'moon'"),
        ("objective", "fast", "'discounted' or 'end'"),
        ("pairs", [{"searchers": ["ann", "cid"], "within": 1}], "'cid'"),
        ("pairs", [{"searchers": ["ann", "ann"], "within": 1}], "itself"),
        ("pairs", [{"searchers": ["ann", "bob"], "within": -1}], "at least 0"),
        ("lookouts", [{"lookout": "ann", "watches": "dan"}], "'dan'"),
        ("lookouts", [{"lookout": "ann", "watches": "bob", "view": {"moon": []}}], "'moon'"),
        ("pairs", [{"searchers": ["ann", "bob"], "within": 0}], None),
    ],
)
def test_a_fault_is_one_clear_sentence(tmp_path, where, value, said):
    problem = changed(where, value)
    if said is None:
        assert answer(tmp_path, problem)["status"] == "optimal"
        return
    with pytest.raises(BadFile) as caught:
        answer(tmp_path, problem)
    assert "problem.json" in str(caught.value)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_motion_that_misses_one_by_rounding_is_taken(tmp_path):
    data = answer(tmp_path, changed("motion", {"yard": {"hall": 0.3333333, "yard": 0.3333333, "attic": 0.3333333}}))
    assert data["status"] == "optimal"


def test_rules_that_cannot_be_kept_are_said(tmp_path):
    problem = changed("lookouts", [{"lookout": "ann", "watches": "bob", "view": {}}])
    problem["edges"] = [["hall", "attic"]]
    with pytest.raises(BadFile, match=r"ann, bob cannot keep the rules"):
        answer(tmp_path, problem)


def test_a_lookout_may_see_nothing_herself(tmp_path):
    problem = changed("lookouts", [{"lookout": "ann", "watches": "bob", "view": {"hall": ["hall", "yard"]}}])
    problem["searchers"][0]["sees"] = {}
    assert answer(tmp_path, problem)["status"] == "optimal"


def test_a_start_outside_the_allowed_vertices_is_left_at_once(tmp_path):
    problem = changed("searchers/1/allowed", ["hall"])
    assert answer(tmp_path, problem)["paths"]["bob"] == ["yard", "hall", "hall", "hall"]


def test_objective_end_is_the_chance_of_a_find(tmp_path):
    data = answer(tmp_path, changed("objective", "end"))
    assert data["value"] == pytest.approx(data["found"][-1])
    assert data["bound"] <= 0.9 + 1e-9


DANGER: dict[str, Any] = {
    "loss": [0.0, 0.1, 0.5],
    "levels": {"attic": [0.2, 0.3, 0.5], "yard": [0.5, 0.5, 0.0]},
}


def in_danger(**limits: object) -> dict[str, Any]:
    """The good file with hazard, and limits for ann, who starts in the hall."""
    problem = changed("hazard", DANGER)
    problem["searchers"] = [problem["searchers"][0] | limits]
    return problem


def test_danger_is_weighed_by_its_mean_loss(tmp_path):
    """Attic: .3 x .1 + .5 x .5 = .28 lost; one look there is worth .6 x .9 if she arrives."""
    data = answer(tmp_path, in_danger() | {"steps": 1, "objective": "end", "motion": {}})
    assert data["paths"]["ann"] == ["hall", "attic"]
    assert data["value"] == pytest.approx(0.72 * 0.6 * 0.9)
    assert data["lost"] == {"ann": pytest.approx(0.28)}
    assert any("ann is lost on the way with 28.0%" in line for line in data["why"])


def test_a_loss_that_costs_more_than_the_find_brings_keeps_her_out(tmp_path):
    data = answer(tmp_path, in_danger(loss_cost=5.0))
    assert "attic" not in data["paths"]["ann"]
    assert data["lost"]["ann"] == 0


@pytest.mark.parametrize(
    ("limits", "goes"),
    [
        ({"max_level": 1}, False),
        ({"max_level": 2}, False),
        ({"max_level": 3}, True),
        ({"max_level": 2, "sure": 0.5}, True),
        ({"max_level": 2, "sure": 0.6}, False),
        ({"max_loss": 0.27}, False),
        ({"max_loss": 0.28}, True),
    ],
)
def test_thresholds_and_budgets_decide_who_enters(tmp_path, limits, goes):
    data = answer(tmp_path, in_danger(**limits) | {"steps": 1})
    assert ("attic" in data["paths"]["ann"]) == goes


def test_without_hazard_nobody_is_lost(tmp_path):
    assert answer(tmp_path, GOOD)["lost"] == {"ann": 0.0, "bob": 0.0}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"hazard": None, "max_level": 2}, "searchers[0].max_level counts with hazard alone"),
        ({"hazard": None, "max_loss": 0.1}, "searchers[0].max_loss counts with hazard alone"),
        ({"sure": 0.5}, "Add max_level"),
        ({"max_loss": -0.1}, "at least 0"),
        ({"max_loss": 2}, "at most 1"),
        ({"loss_cost": -1}, "at least 0"),
        ({"max_level": 0}, "at least 1"),
        ({"hazard": {"loss": [], "levels": {}}}, "at least 1"),
        ({"hazard": {"loss": [1.5], "levels": {}}}, "at most 1"),
        ({"hazard": {"loss": [0.0, 0.1], "levels": {"moon": [0.5, 0.5]}}}, "'moon'"),
        ({"hazard": {"loss": [0.0, 0.1], "levels": {"attic": [0.5, 0.4]}}}, "hazard.levels[attic]"),
        ({"hazard": {"loss": [0.0, 0.1], "levels": {"attic": [1.0]}}}, "for each level"),
        ({"hazard": {"loss": [0.5], "levels": {}}, "max_loss": 0.1}, "above its max_loss of 0.1"),
        ({"hazard": DANGER | {"levels": {v: [0, 0, 1] for v in ("hall", "attic", "yard")}}, "max_level": 1}, "nowhere"),
        ({"hazard": DANGER, "pairs": [{"searchers": ["ann", "bob"], "within": 1}]}, "do not go together"),
    ],
)
def test_a_fault_in_what_is_said_of_danger_is_one_clear_sentence(tmp_path, change, said):
    problem = changed("hazard", DANGER)
    for name, value in change.items():
        (problem if name in ("hazard", "pairs") else problem["searchers"][0])[name] = value
    with pytest.raises(BadFile) as caught:
        answer(tmp_path, problem)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
