"""The kind `fuse` at the solver's door: what a file may say, and what the solution says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from homeward import desk
from homeward.errors import BadFile
from homeward.exchange.solver_files import door

EVEN = {"H": 0.5, "N": 0.5}


def solved(folder: Path, **fields: Any) -> dict[str, Any]:
    problem = folder / "p.json"
    problem.write_text(json.dumps({"kind": "fuse", "prior": EVEN, **fields}), encoding="utf-8")
    found = dict(desk.solve(problem).data)
    door("fuse").solution.model_validate_json(json.dumps(found, allow_nan=False))
    return found


def case(shared: Path, name: str) -> dict[str, Any]:
    cases = json.loads((shared / "readiness" / "c_debrief.json").read_text(encoding="utf-8"))["cases"]
    found: dict[str, Any] = next(c for c in cases if c["id"] == name)
    return found


@pytest.mark.shared
def test_worked_cases_of_the_witness_model(shared: Path, tmp_path: Path) -> None:
    one = case(shared, "C05")
    for name, (prior, *reports) in one["input"]["reports"].items():
        told = [{"id": str(k), "says": says, "c": c, "r": r} for k, (says, c, r) in enumerate(reports)]
        found = solved(tmp_path, prior={"H": prior, "notH": 1 - prior}, reports=told)
        key = name.replace("prior_0_1", "prior_0.1")
        assert found["posterior"]["H"] == pytest.approx(one["expected"][key], rel=1e-9)


@pytest.mark.shared
def test_worked_cases_of_likelihoods_searches_and_conflict(shared: Path, tmp_path: Path) -> None:
    four = case(shared, "C11")
    call = {"id": "call", "likelihood": four["input"]["likelihood_of_report"]}
    search = {"id": "Alpha", "searched": {four["input"]["searched"]: four["input"]["pod"]}}
    for reports, name in (([call], "after_report"), ([call, search], "after_empty_search")):
        found = solved(tmp_path, prior=four["input"]["prior"], reports=reports)
        assert found["posterior"] == pytest.approx(four["expected"][name], rel=1e-9)
    zadeh = case(shared, "C07")["expected"]
    told: list[dict[str, Any]] = [
        {"id": "1", "likelihood": {"A": 0.99, "B": 0.01, "C": 0}},
        {"id": "2", "likelihood": {"A": 0, "B": 0.01, "C": 0.99}},
    ]
    third = dict.fromkeys("ABC", 1 / 3)
    raw = solved(tmp_path, prior=third, reports=told, show=["dempster"])
    assert raw["conflict"] == pytest.approx(zadeh["conflict"], rel=1e-9)
    assert raw["ask_again"] == [["1", "2"]]
    discounted = solved(tmp_path, prior=third, reports=[{**t, "r": 0.9} for t in told], show=["dempster"])
    assert discounted["conflict"] == pytest.approx(zadeh["conflict_discounted"], rel=1e-9)
    expected = {{"T": "any"}.get(name, name): p for name, p in zadeh["dempster_discounted"].items()}
    assert discounted["dempster"]["masses"] == pytest.approx(expected, rel=1e-9)


@pytest.mark.shared
def test_worked_cases_of_opinions_and_scores(shared: Path, tmp_path: Path) -> None:
    one = case(shared, "C08")
    first, second = ({"id": str(k), "says": "H", "opinion": one["input"][f"opinion{k}"]} for k in (1, 2))
    shown = solved(tmp_path, reports=[first, second], show=["opinions"])["opinions"]
    assert shown["fused"]["H"] == pytest.approx(one["expected"]["fused"], rel=1e-9)
    assert shown["projected"]["H"] == pytest.approx(one["expected"]["projected"], rel=1e-9)
    trusted = solved(tmp_path, reports=[{**first, "trust": one["input"]["trust"]}], show=["opinions"])
    assert trusted["opinions"]["fused"]["H"] == pytest.approx(one["expected"]["discounted"], rel=1e-9)
    assert trusted["posterior"]["H"] == pytest.approx(one["expected"]["discounted_projected"], rel=1e-9)
    brier = case(shared, "C10")
    resolved = [
        {"forecast": f, "came_true": bool(t)}
        for f, t in zip(brier["input"]["forecast"], brier["input"]["outcome"], strict=True)
    ]
    scores = solved(tmp_path, resolved=resolved)["scores"]
    assert {name: scores[name] for name in brier["expected"]} == pytest.approx(brier["expected"], rel=1e-9)


def test_letters_digits_and_words_are_kept_and_say_what_is_assumed(tmp_path: Path) -> None:
    report = {"id": "a", "says": "H", "reliability": "b", "credibility": 2, "certainty": "pretty sure"}
    found = solved(tmp_path, reports=[report])
    taken = found["reports"]["a"]
    assert (taken["r"], taken["c"]) == (0.8, 0.8)
    assert taken["own_assumption"] == ["r", "c"]
    assert taken["in_schemes"] == {
        "stix_reliability": None,
        "misp_reliability": 75,
        "homeward_reliability": 80,
        "stix_credibility": 70,
        "misp_credibility": 75,
        "homeward_credibility": 75,
    }
    assert found["own_assumptions"] == [
        "a: r = 0.8, from letter B (own assumption)",
        'a: c = 0.8, from words "pretty sure" (own assumption)',
        "base_rate = 0.5: a source that knows nothing says this as often as not",
        "ask_next: a new witness has r = 0.6 and c = 0.8",
    ]
    assert found["spread"]["H"][0] < found["posterior"]["H"] < found["spread"]["H"][1]


RHOS = (None, 1, 0.999, 0.5, 0.05, 0)


def test_weak_hearsay_never_weakens_its_origin_and_writing_down_the_default_changes_nothing(tmp_path: Path) -> None:
    told = [{"id": "1", "says": "H", "r": 0.9, "c": 0.9, "source": "Ana"}]
    told.append({"id": "2", "says": "H", "r": 0.3, "c": 0.6, "told_by": "1"})
    strong, weak = 0.86 / 0.14, 0.53 / 0.47
    by_rho = {rho: solved(tmp_path, reports=told, **({} if rho is None else {"rho": rho})) for rho in RHOS}
    odds = {rho: x["posterior"]["H"] / x["posterior"]["N"] for rho, x in by_rho.items()}
    assert by_rho[None]["posterior"] == by_rho[1]["posterior"]
    assert odds[1] == odds[0.999] == pytest.approx(strong)
    assert odds[0] == pytest.approx(strong * weak)
    assert odds[0.05] == pytest.approx((strong * weak) ** (1 / 1.05))
    assert not any("2 (" in line for line in by_rho[1]["why"])


def test_a_hypothesis_alone_has_its_contrary(tmp_path: Path) -> None:
    told = [{"id": "1", "says": "storm", "r": 1, "c": 0.75}, {"id": "2", "says": "not storm", "r": 1, "c": 0.75}]
    assert solved(tmp_path, prior={"storm": 0.3}, reports=told[:1])["posterior"]["storm"] == pytest.approx(0.9 / 1.6)
    assert solved(tmp_path, prior={"storm": 0.3}, reports=told)["posterior"] == pytest.approx(
        {"storm": 0.3, "not storm": 0.7}
    )


def test_a_hypothesis_alone_in_one_of_several_questions_has_its_contrary_too(tmp_path: Path) -> None:
    found = solved(tmp_path, prior=None, questions={"storm": {"yes": 0.3}, "who": EVEN})
    assert found["posterior"]["storm"] == pytest.approx({"yes": 0.3, "not yes": 0.7})


def test_a_probability_held_with_the_same_prior_is_taken_over(tmp_path: Path) -> None:
    report = {"id": "Ana", "probability": {"H": 0.8, "N": 0.2}}
    assert solved(tmp_path, prior={"H": 0.3, "N": 0.7}, reports=[report])["posterior"]["H"] == pytest.approx(0.8)
    shown = solved(tmp_path, reports=[report, {**report, "id": "Ben"}], show=["pools"], extremize=2)["pools"]
    assert shown["linear"]["H"] == pytest.approx(0.8)
    assert shown["extremized"]["2"]["H"] == pytest.approx(0.64 / 0.68)


def test_several_questions_and_travel(tmp_path: Path) -> None:
    found = solved(
        tmp_path,
        prior=None,
        questions={"at 14": {"hut": 0.5, "away": 0.5}, "at 15": {"ridge": 0.5, "valley": 0.5}},
        reports=[{"id": "1", "says": "hut", "question": "at 14", "r": 0.9, "c": 0.9}],
        travel={
            "points": [{"where": "at 14", "time_s": 0}, {"where": "at 15", "time_s": [3600, 3600]}],
            "places_m": {"hut": [0, 0], "ridge": [9000, 0], "valley": [1000, 0]},
            "max_mps": 2,
        },
    )
    assert found["removed"] == pytest.approx(0.25)
    assert sum(one["p"] for one in found["joint"]) == pytest.approx(1)
    assert found["posterior"]["at 15"]["valley"] > 0.8
    assert found["why"][1].startswith("at 15: valley has")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"prior": {"H": -1}}, "p.json: prior.H is -1, and must be at least 0."),
        ({"prior": {"H": 0, "N": 0}}, "prior: the priors sum to 0."),
        ({"prior": {"seen": 30}}, "the prior of 'seen' is 30. Give a probability from 0 to 1"),
        ({"prior": None, "questions": {"q": {"seen": 1.5}}}, "q: the prior of 'seen' is 1.5."),
        ({"prior": {"2": 0.5, "9": 0.5}, "reports": [{"id": "a", "count": "at least 5"}]}, "which number 'at least 5'"),
        ({"reports": [{"id": "a", "says": "H", "r": 1, "certainty": "9/11"}]}, "what '9/11' means as a probability"),
        ({"unknown_r": "team"}, "unknown_r is 'team', and no source has a record."),
        ({"questions": {"q": EVEN}}, "both prior and questions are given."),
        (
            {"reports": [{"id": "a", "says": "Hutt", "r": 1, "c": 1}]},
            "names the hypothesis 'Hutt', which there is not.",
        ),
        ({"reports": [{"id": "a", "says": "H", "c": 1}]}, "does not say how reliable its source is."),
        ({"reports": [{"id": "a", "says": "H", "r": 1}]}, "does not say how sure it is."),
        ({"reports": [{"id": "a", "says": "H", "r": 2, "c": 1}]}, "reports[0].r is 2, and must be at most 1."),
        ({"reports": [{"id": "a", "says": "H", "r": 1, "certainty": "blue"}]}, "what 'blue' means"),
        ({"reports": [{"id": "a", "says": "H", "reliability": "G", "c": 1}]}, "has reliability 'G'."),
        ({"reports": [{"id": "a", "says": "H", "r": 1, "credibility": 7}]}, "has credibility 7."),
        ({"reports": [{"id": "a"}]}, "Report 'a' says nothing."),
        ({"reports": [{"id": "a", "searched": {"H": 1}}] * 2}, "Two reports are called 'a'."),
        ({"reports": [{"id": "a", "searched": {"H": 1, "N": 1}}]}, "Report 'a' leaves no answer possible."),
        ({"reports": [{"id": "a", "likelihood": {"H": 0.4}}]}, "has no likelihood for 'N'."),
        ({"reports": [{"id": "a", "probability": {"H": 0.9, "N": 0.9}}]}, "probabilities that sum to 1.8"),
        ({"reports": [{"id": "a", "says": "H", "opinion": [0.5, 0.5, 0.5]}]}, "opinion that sums to 1.5"),
        ({"reports": [{"id": "a", "count": "a few"}]}, "'H', an answer to prior, is none from 0 up"),
        ({"rho": 1.5}, "rho is 1.5, and must be at most 1."),
        ({"base_rate": {"X": 0.5}}, "base_rate names the hypothesis 'X'"),
        ({"could_ask": [{"id": "e"}]}, "'e', needs about, a hypothesis, or likelihood"),
        ({"decision": {"loss": {"go": {"H": 1}}}}, "no loss of 'go' under 'N'"),
        ({"impossible": [{"prior": "X"}]}, "names the hypothesis 'X'"),
        ({"travel": {"points": [{"where": "prior", "time_s": 0}, {}]}}, "needs where, a question, or place_m"),
    ],
)
def test_what_cannot_be_is_one_sentence(fields: dict[str, Any], said: str, tmp_path: Path) -> None:
    with pytest.raises(BadFile) as refused:
        solved(tmp_path, **fields)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_two_who_are_certain_of_the_contrary_are_named_to_be_asked_again(tmp_path: Path) -> None:
    """Jensen-Shannon divergence of [1, 0] and [0, 1] is 1 bit, by definition."""
    told: list[dict[str, Any]] = [
        {"id": "Ana", "probability": {"H": 1, "N": 0}},
        {"id": "Ben", "probability": {"H": 0, "N": 1}},
        {"id": "Cy", "says": "H", "r": 0.8, "c": 0.8},
    ]
    found = solved(tmp_path, reports=told, clamp=0)
    (pair,) = [one for one in found["pairs"] if {one["one"], one["other"]} == {"Ana", "Ben"}]
    assert (pair["jsd_bits"], pair["k"], found["ask_again"]) == (pytest.approx(1), pytest.approx(1), [["Ana", "Ben"]])
    assert any("Reports Ana and Ben leave no answer possible together" in line for line in found["why"])
    assert found["posterior"]["H"] == pytest.approx(0.74, abs=1e-9)  # Cy alone, each of the others giving way alike


def test_three_who_leave_no_answer_together_are_named_and_the_fourth_is_not(tmp_path: Path) -> None:
    prior = {"a": 0.3, "b": 0.3, "c": 0.4}
    told = [{"id": name, "searched": {name: 1}} for name in "cab"] + [{"id": "d", "searched": {"a": 0.9}}]
    found = solved(tmp_path, prior=prior, reports=told)
    assert any("Reports a, b and c leave no answer possible together" in line for line in found["why"])
