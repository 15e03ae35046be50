"""The kind `treat` of `homeward solve`: files in, files out."""

from __future__ import annotations

from math import exp
from pathlib import Path
from typing import Any

import pytest

from homeward.errors import BadFile
from homeward.exchange.solver_files import door
from homeward.exchange.solver_files.treat import DOOR, TreatFile

ASK: dict[str, Any] = {
    "kind": "treat",
    "version": 1,
    "legs_min": [45, 45],
    "states": [
        {"id": "bleeds", "p": 0.4, "hazard_per_min": [0.02, 0.002]},
        {"id": "other", "p": 0.6, "hazard_per_min": [0.006, 0.006]},
    ],
    "cares": [{"id": "dressing", "takes_min": 20}],
    "tests": [{"id": "look", "takes_min": 2, "says_yes": {"bleeds": 0.9, "other": 0.2}}],
    "lifts": [{"id": "air", "ready_min": 200, "then_min": 10, "p_comes": 0.5}],
}


def solved(ask, *, time_limit_s=10.0):
    return DOOR.read(TreatFile.model_validate(ask), Path(), "ask.json").solve(time_limit_s, 0, None)


def test_a_question_is_answered_with_every_field_of_the_manual():
    got = solved(ASK)
    assert got.status == "optimal"
    assert got.bound == got.value == max(got.fields["by_first"].values())
    assert set(got.fields["by_first"]) == {"move", "treat: dressing", "assess: look", "wait: air"}
    assert got.value >= max(got.fields["simple"].values())
    assert got.why[-1] == "Planning support: the medic decides."
    assert set(got.fields) == set(DOOR.solution.model_fields) - {
        "kind", "version", "status", "value", "bound", "seed", "elapsed_s", "problem_sha256", "inputs_sha256", "why",
        "findings",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"cares": []}, "State 'bleeds' has a number of hazards other than 1"),
        ({"states": [ASK["states"][0]] * 2}, "Two states are called 'bleeds'"),
        ({"care": 2}, "2 of them done"),
        ({"tests": [{"id": "look", "takes_min": 2, "says_yes": {}}]}, "lacks P"),
        ({"stops_at": [1]}, "not how long a stop takes"),
        ({"stop_min": 5, "stops_at": [99, -3]}, "A stop at 99"),
        ({"tests": [{"id": "look", "takes_min": 2, "says_yes": {"bleeds": 1, "other": 1, "no": 1}}]}, "a state 'no'"),
        ({"tests": ASK["tests"] * 2}, "Two tests are called 'look'"),
        ({"ages_min": [0, 30], "states": [{"id": "x", "p": 1, "hazard_per_min": [[0.1], 0.1]}]}, "is not 2 long"),
        ({"ages_min": [5], "tests": []}, "begin at 0"),
        ({"lifts": [{"id": "air", "at": 9, "ready_min": 5}]}, "way-point beyond 0 to 2"),
    ],
)
def test_a_question_that_cannot_be_names_the_file(change, match):
    with pytest.raises(BadFile, match=f"ask.json: .*{match}"):
        solved({**ASK, **change})


def test_the_carry_at_which_the_answer_changes_is_told():
    """10 min of treatment pay from a carry of 10 x 0.01 / (0.01 - 0.004) = 16.7 min on."""
    states = [{"id": "hurt", "p": 1.0, "hazard_per_min": [0.01, 0.004]}]
    cares = [{"id": "dressing", "takes_min": 10}]
    got = solved({"kind": "treat", "legs_min": [90], "states": states, "cares": cares})
    (flip,) = got.fields["flips"]
    assert flip["first"] == "move"
    assert flip["carry_min"] == pytest.approx(16.67, rel=0.02)
    assert door("treat") is DOOR


def test_a_hazard_that_wears_off_with_the_age_of_the_injury():
    """0.05 a minute in the first half hour, 0.01 after it; 20 minutes after the injury, 60 minutes of carrying."""
    state = {"id": "hurt", "p": 1.0, "hazard_per_min": [[0.05, 0.01]]}
    ask = {"kind": "treat", "legs_min": [60], "ages_min": [0, 30], "age_min": 20, "states": [state]}
    assert solved(ask).value == pytest.approx(exp(-0.05 * 10 - 0.01 * 50), rel=1e-12)
    assert solved({**ask, "age_min": 0}).value == pytest.approx(exp(-0.05 * 30 - 0.01 * 30), rel=1e-12)


def test_the_time_limit_is_heeded_and_what_it_cost_is_said():
    states = [
        {"id": str(i), "p": 1 / 8, "hazard_per_min": [0.02, 0.001] if i % 2 else [0.006, 0.006]} for i in range(8)
    ]
    tests = [{"id": f"t{i}", "takes_min": 1, "says_yes": {str(k): (k + i) % 8 / 8 for k in range(8)}} for i in range(9)]
    got = solved({**ASK, "states": states, "tests": tests}, time_limit_s=0.1)
    assert got.status == "feasible"
    assert got.value < got.bound
    assert "test t8" in got.fields["left_out"]
    assert got.why[1].startswith("No time was left for: test t8, ")
