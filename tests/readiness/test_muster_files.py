"""`homeward solve` of the kind muster: from file to file."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from scipy import stats

from homeward.desk import solver_door as desk
from homeward.errors import BadFile
from homeward.exchange.solver_files import door

SIX = [
    {"id": "P1", "p_come": 1.0, "task_left_h": 0, "travel_median_h": 0.5, "travel_gsd": 1.4},
    {"id": "P2", "p_come": 0.9, "task_left_h": 0, "travel_median_h": 1, "travel_gsd": 1.5},
    {"id": "P3", "p_come": 0.9, "task_left_h": 2, "travel_median_h": 1, "travel_gsd": 1.5},
]


@pytest.fixture
def solve(tmp_path: Path):
    def run(**fields: Any) -> dict[str, Any]:
        path = tmp_path / "p.json"
        path.write_text(json.dumps({"kind": "muster", **fields}))
        found = dict(desk.solve(path).data)
        door("muster").solution.model_validate(found, strict=True)
        json.dumps(found, allow_nan=False)
        return found

    return run


def present(p: list[float]) -> list[dict[str, Any]]:
    return [{"id": str(i), "p_present": q} for i, q in enumerate(p)]


@pytest.fixture
def cases(shared: Path) -> dict[str, Any]:
    found = json.loads((shared / "readiness" / "e_muster.json").read_text(encoding="utf-8"))["cases"]
    return {case["id"]: case for case in found}


@pytest.mark.shared
def test_head_counts_of_the_published_cases(cases, solve):
    for name in ("E01", "E02"):
        found = solve(people=present(cases[name]["input"]["p"]), times_h=[1])
        expected = cases[name]["expected"]["P_at_least"]
        by_k = expected.items() if isinstance(expected, dict) else enumerate(expected)
        for k, p in by_k:
            assert found["p_heads"]["1"][str(k)] == pytest.approx(p, rel=1e-9)
    assert found["pmf"]["1"] == pytest.approx(cases["E02"]["expected"]["pmf"], rel=1e-9)
    assert found["heads_mean"]["1"] == pytest.approx(6.2)
    assert found["heads_variance"]["1"] == pytest.approx(1.735)


@pytest.mark.shared
def test_those_on_a_task_finish_it_first(cases, solve):
    case = cases["E04"]
    person = {"id": "a", "task_mean_h": case["input"]["task_mean_h"], "travel_mean_h": case["input"]["travel_mean_h"]}
    found = solve(people=[person], heads=1, times_h=case["input"]["t_h"])
    assert found["p_present"]["a"] == pytest.approx(case["expected"]["P_present_by"], rel=1e-9)
    assert found["p_team_leaving"] == pytest.approx(case["expected"]["P_if_recalled_without_finishing"], rel=1e-9)
    assert found["eta_mean"]["a"] == pytest.approx(3)
    assert found["mean_h_to"]["1"] == pytest.approx(3)


@pytest.mark.shared
def test_six_people_and_before_the_event(cases, solve):
    people = cases["E05"]["input"]["people"]
    found = solve(people=people, times_h=cases["E05"]["input"]["t_h"])
    for t, row in cases["E05"]["expected"]["P_at_least_k_present_by_t"].items():
        for k, p in row.items():
            assert found["p_heads"][t][k] == pytest.approx(p, rel=1e-6, abs=1e-12)
    assert found["eta"] == {"P1": 0.5, "P2": 1.0, "P3": 3.0, "P4": 2.0, "P5": 3.5, "P6": 3.0}
    said = {
        "said_at": "2026-03-01T00:00Z", "now": "2026-03-06T00:00Z", "families": ["lognormal"], "widen": 1,
        "quantiles_d": {"0.1": 7, "0.5": 30},
    }  # fmt: skip
    for event in (cases["E10"]["input"]["event"], said):
        found = solve(people=people, times_h=[6], event=event)
        for k, p in cases["E10"]["expected"]["P_N_before_event"].items():
            assert found["p_before_event"][k] == pytest.approx(p, rel=2e-6)
        team = solve(people=people, times_h=[6], event=event, heads=5)
        assert team["p_before_event"] == team["value"] == found["p_before_event"]["5"]


@pytest.mark.shared
def test_silence_order_statistics_recall_waves_and_answers(cases, solve):
    silent = [
        {"id": s, "p_come": 0.8, "ack_delay_mean_min": 10, "silent_min": int(s)}
        for s in cases["E07"]["expected"]["P_come_given_silent"]
    ]
    found = solve(people=silent)
    assert found["p_come"] == pytest.approx(cases["E07"]["expected"]["P_come_given_silent"], rel=1e-9)
    found = solve(people=[{"id": "v", "count": 20, "travel_mean_h": 0.75}])
    for k, minutes in cases["E08"]["expected"]["mean_time_to_kth_min"].items():
        assert found["mean_h_to"][k] * 60 == pytest.approx(minutes, rel=1e-9)

    recall, expected = cases["E11"]["input"], cases["E11"]["expected"]
    found = solve(people=recall["people"], recall_at=recall["recall_at"], times=list(expected["in_count_at"]))
    for who, at in expected["eta"].items():
        assert found["eta_at"][who] == (None if at is None else at.replace("Z", ":00Z"))
    assert found["heads_mean"] == expected["in_count_at"]
    assert found["cannot_come"] == ["S5"]

    first, second = cases["E13"]["input"]["wave1"], cases["E13"]["input"]["wave2"]
    found = solve(people=present(first + second), heads=6, waves=[len(first), len(second)])
    expected = cases["E13"]["expected"]
    assert found["waves"][0]["p_team"] == pytest.approx(expected["P_first_wave"], rel=1e-9)
    assert found["waves"][1]["p_team"] == pytest.approx(expected["P_after_both"], rel=1e-9)
    assert found["expected_called"] == pytest.approx(expected["expected_people_called"], rel=1e-9)

    found = solve(messages=cases["E14"]["input"]["messages"])
    for parsed, wanted in zip(found["parsed"], cases["E14"]["expected"]["parsed"], strict=True):
        assert {k: v for k, v in parsed.items() if k != "text"} == wanted


def test_one_order_recalls_all(solve):
    """By the rule alone: max(recall, task's end) + report if it ends later + waking + travel."""
    people = [
        {"id": "S1", "status": "free", "travel_min": 20},
        {"id": "S2", "status": "task", "task_end": "2026-03-06T09:10Z", "report_min": 10, "travel_min": 35},
        {"id": "S3", "status": "task", "task_end": "2026-03-06T07:50Z", "report_min": 10, "travel_min": 60},
        {"id": "S4", "state": "asleep", "wake_min": 15, "travel_min": 30},
        {"id": "S5", "state": "unreachable"},
        {"id": "S6", "state": "here", "travel_min": 30},
    ]
    times = ["2026-03-06T08:30Z", "2026-03-06T08:50Z", "2026-03-06T09:00Z", "2026-03-06T10:00Z"]
    found = solve(people=people, recall_at="2026-03-06T08:00Z", times=times)
    at = {who: None if eta is None else eta[11:16] for who, eta in found["eta_at"].items()}
    assert at == {"S1": "08:20", "S2": "09:55", "S3": "09:00", "S4": "08:45", "S5": None, "S6": "08:00"}
    assert list(found["heads_mean"].values()) == [2, 3, 4, 5]
    assert found["cannot_come"] == ["S5"]


def test_competing_exponential_clocks(solve):
    """Everybody exponential, the event too: of M people N are in first with the product of rates (M-i)m/((M-i)m+l)."""
    found = solve(
        people=[{"id": "v", "count": 6, "p_come": 1, "travel_mean_h": 12}],
        heads=4, event={"family": "exponential", "mean_d": 2},
    )  # fmt: skip
    m, rate = 1 / 12, 1 / 48
    assert found["p_before_event"] == pytest.approx(
        math.prod((6 - i) * m / ((6 - i) * m + rate) for i in range(4)), rel=1e-9
    )


def test_a_qualified_team_is_rarer_than_its_heads(solve):
    people = [
        {"id": "m", "can": ["medic"], "p_present": 0.9},
        {"id": "mg", "can": ["medic", "guard"], "p_present": 0.8},
        {"id": "g", "can": ["guard"], "p_present": 0.7},
        {"id": "s", "can": ["searcher"], "p_present": 0.95},
    ]
    found = solve(people=people, need={"medic": 1, "guard": 1}, times_h=[1])
    team = 0.9 * 0.8 * 0.3 + 0.9 * 0.7 + 0.1 * 0.8 * 0.7
    assert found["p_team"]["1"] == pytest.approx(team)
    assert found["status"] == "optimal"
    assert found["p_heads"]["1"]["2"] > team
    three = solve(people=people, need={"medic": 1, "guard": 1}, heads=3, times_h=[1])
    assert three["p_team"]["1"] < team


def test_how_many_must_be_called(solve):
    found = solve(people=[{"id": "v", "count": 60, "p_present": 0.5}], heads=15, target=0.9)
    assert found["call_n"] == len(found["call_next"]) == 37
    assert found["call_reaches"]
    few = solve(people=[{"id": "v", "count": 20, "p_present": 0.5}], heads=15, target=0.9)
    assert few["call_n"] is None
    assert not few["call_reaches"]
    assert few["why"][1] == "90 % is never reached with these people."


def test_a_persons_own_log_and_words(solve):
    people = [
        {"id": "often", "times_called": 10, "times_came": 7},
        {"id": "wrote", "p_come": 0.5, "message": "Y 30", "answered_min_ago": 10, "task_left_h": 5},
        {"id": "odd", "p_come": 0.5, "message": "banana"},
        {"id": "no", "answer": "no"},
    ]
    found = solve(people=people)
    assert found["p_come"] == pytest.approx({"often": 8 / 12, "wrote": 0.95, "odd": 0.5, "no": 0})
    assert found["eta"]["wrote"] == pytest.approx(1 / 3)
    assert found["findings"] == ["The message of odd was not understood: somebody has to read it."]
    assert found["cannot_come"] == ["no"]


def test_an_unknown_turn_out_of_all_is_beta_binomial(solve):
    found = solve(people=[{"id": "v", "count": 12}], heads=8, times_h=[1], turnout_beta=[8, 4])
    for k in range(13):
        assert found["p_heads"]["1"][str(k)] == pytest.approx(stats.betabinom.sf(k - 1, 12, 8, 4), abs=1e-12)
    assert found["heads_variance"]["1"] == pytest.approx(stats.betabinom.var(12, 8, 4))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "there are no people. Give people"),
        ({"people": []}, "there are no people"),
        ({"people": [{"id": ""}]}, "people[0].id is empty text"),
        ({"people": [{"id": "a", "p_come": 2}]}, "people[0].p_come is 2, and must be at most 1"),
        ({"people": [{"id": "a"}, {"id": "a"}]}, "people has 'a' twice"),
        ({"people": [{"id": "a", "travel_median_h": -1}]}, "travel_median_h is -1, and must be at least 0"),
        ({"people": [{"id": "a", "travel_gsd": 1.5}]}, "travel_gsd of a has no median beside it"),
        ({"people": [{"id": "a", "travel_min": 5, "travel_mean_h": 1}]}, "the travel of a is given in 2 ways"),
        ({"people": [{"id": "a", "times_called": 3, "times_came": 4}]}, "a came 4 times of 3"),
        ({"people": [{"id": "a", "task_end": "2026-03-06T09:10Z"}]}, "a has task_end, but there is no recall_at"),
        ({"people": [{"id": "a"}], "times_h": [2, 1]}, "times_h is not in order"),
        ({"people": [{"id": "a"}], "times": ["2026-03-06T09:10Z"]}, "times stands there without recall_at"),
        ({"people": [{"id": "a"}], "recall_at": "noon"}, "recall_at is 'noon', which is no time"),
        ({"people": [{"id": "a"}], "recall_at": "2026-03-06T09:10"}, "without a time zone"),
        ({"people": [{"id": "a"}], "waves": [["b"]]}, "waves names 'b', who is not among the people"),
        ({"people": [{"id": "a"}], "waves": [2]}, "waves calls 2 people, and there are 1"),
        ({"people": [{"id": "a"}], "target": 1}, "target is 1, and must be below 1"),
        ({"people": [{"id": "a"}], "event": {}}, "nothing says when it may come"),
        ({"people": [{"id": "a"}], "event": {"median_d": 3}}, "median_d stands there without a family"),
        ({"people": [{"id": "a"}], "event": {"family": "lognormal"}}, "family stands there without numbers"),
        ({"people": [{"id": "a"}], "event": {"family": "lognormall", "median_d": 3, "q10_d": 1}}, "lognormal"),
        (
            {"people": [{"id": "a"}], "event": {"said_at": "2026-03-01T00:00Z", "quantiles_d": {"0.5": 3}}},
            "said_at stands there without now",
        ),
        ({"people": [{"id": "a"}], "heds": 3}, "heds is no known field. Did you mean 'heads'?"),
    ],
)
def test_every_fault_is_one_sentence(solve, fields, words):
    with pytest.raises(BadFile) as err:
        solve(**fields)
    assert words in str(err.value)
    assert str(err.value).startswith("p.json: ")


def test_a_role_that_nobody_has_is_said(solve):
    found = solve(people=[{"id": "a", "can": ["searcher"]}], need={"medic": 1})
    assert found["status"] == "infeasible"
    assert found["missing"] == {"medic": 1}
    assert found["findings"] == ["Nobody can be 'medic', which need asks for."]


@pytest.mark.parametrize(
    ("asked", "finding"),
    [
        ({"heads": 0}, "heads asks for nobody: head counts alone are given."),
        ({"need": {"medic": 0}}, "need asks for nobody: head counts alone are given."),
        ({"need": {"medic": 0}, "heads": 0}, "need and heads ask for nobody: head counts alone are given."),
    ],
)
def test_where_nobody_is_asked_for_nobody_is_called(solve, asked, finding):
    found = solve(people=[{"id": "a", "p_come": 0.4, "can": ["medic"]}], times_h=[1], **asked)
    assert (found["call_next"], found["call_order"], found["call_reaches"]) == ([], ["a"], True)
    assert found["findings"] == [finding]
    assert found["value"] == pytest.approx(0.4)
    assert not any("Call" in sentence for sentence in found["why"])


def test_a_target_is_told_as_it_was_given(solve):
    found = solve(people=[{"id": "v", "count": 9, "p_present": 0.9}], heads=2, target=0.999, times_h=[1])
    assert found["why"][0] == "With everybody called, the team is here in 1 h with over 99.5 %."
    assert "that is enough for 99.9 %." in found["why"][3]


def test_who_is_here_is_never_called(solve):
    ann = {"id": "Anna", "state": "here"}
    ben = {"id": "Ben", "p_come": 0.9, "travel_min": 20}
    for first in (ann, {"id": "Anna", "answer": "here"}):
        found = solve(people=[first, ben], heads=2, target=0.85, times_h=[1], waves=True)
        assert (found["call_next"], found["call_order"], found["expected_called"]) == (["Ben"], ["Ben"], 1)
        assert [wave["people"] for wave in found["waves"]] == [["Ben"]]
        assert found["why"][3] == "Call Ben: that is enough for 85 %."
        assert found["why"][-1] == "Anna is here."
    assert solve(people=[ann, ben], heads=1, times_h=[1])["p_team_called"] == {"1": 1}
    assert solve(people=[ann, ben], heads=2, waves=[["Anna"], ["Ben"]], times_h=[1])["expected_called"] == 1


@pytest.mark.parametrize(
    "away", [{"state": "unreachable"}, {"answer": "no"}, {"p_come": 0}, {"p_present": 0}, {"message": "N"}]
)
def test_who_cannot_come_fills_no_place(solve, away):
    found = solve(people=[{"id": "a", "can": ["medic"], **away}, {"id": "b"}], need={"medic": 1}, times_h=[1])
    assert (found["status"], found["missing"], found["call_next"]) == ("infeasible", {"medic": 1}, [])
    assert "places stay empty (1 medic)" in found["why"][0]
    heads = solve(people=[{"id": "a", **away}, {"id": "b", "count": 4}], heads=5, times_h=[1])
    assert heads["missing"] == {"": 1}


def test_what_was_read_from_each_persons_words_is_shown(solve):
    people = [
        {"id": "a", "p_come": 0.6, "message": "Y 20"},
        {"id": "b", "p_come": 0.6, "message": "yes if I get a lift, 20"},
        {"id": "c", "p_come": 0.6, "message": "Y 10, do I bring skis?"},
        {"id": "d", "p_come": 0.6, "message": "yes at 18:30"},
        {"id": "e", "p_come": 0.6, "message": " "},
    ]
    found = solve(people=people)
    assert found["parsed"][:2] == [
        {"person": "a", "text": "Y 20", "answer": "yes", "eta_min": 20},
        {"person": "b", "text": "yes if I get a lift, 20", "answer": "unknown", "guess": "yes",
         "note": "yes if I get a lift, 20", "for_a_person": True},
    ]  # fmt: skip
    assert found["p_come"] == {"a": 0.95, "b": 0.6, "c": 0.95, "d": 0.95, "e": 0.6}
    assert found["findings"] == [
        "The message of b was not understood: somebody has to read it. Perhaps it means yes, which is not counted.",
        "The message of c counts as yes, and asks something: somebody has to read it.",
        "The message of d names a time of day, which is not counted: give recall_at.",
        "The message of e is empty: it was left aside.",
    ]
    alone = solve(messages=["Y 10", "banana"])
    assert alone["why"] == ["2 messages were read; 1 of them somebody has to read."]


@pytest.mark.parametrize(
    ("person", "finding"),
    [
        ({"eta_min": 20}, "eta_min of a was left aside: give answer too."),
        ({"answer": "no", "eta_min": 20}, "eta_min of a was left aside: they said no"),
        ({"answer": "yes", "available_in_min": 20}, "available_in_min of a was left aside"),
        ({"state": "task"}, "a is on a task whose end is not given"),
        ({"state": "here", "answer": "no"}, "a is here by state and says no"),
        ({"message": ""}, "The message of a is empty: it was left aside."),
        ({"state": "asleep"}, "a is asleep, and wake_min is not given"),
    ],
)
def test_what_has_no_effect_is_said(solve, person, finding):
    found = solve(people=[{"id": "a", **person}], heads=1)
    assert len(found["findings"]) == 1
    assert finding in found["findings"][0]


def test_a_slip_in_a_role_is_pointed_at(solve):
    found = solve(people=[{"id": "a", "can": ["medic"]}], need={"medik": 1})
    assert found["findings"] == ["Nobody can be 'medik', which need asks for. Did you mean 'medic'?"]


def test_the_first_here_is_somebody_who_is_called_and_likely(solve):
    people = [
        {"id": "Anna", "last_resort": True, "travel_min": 5},
        {"id": "Ben", "p_come": 0.01, "travel_min": 10},
        {"id": "Cem", "p_come": 0.9, "travel_min": 50, "answer": "yes"},
    ]
    found = solve(people=people, heads=1, target=0.85, times_h=[1])
    assert found["call_next"] == []
    assert found["why"] == [
        "With everybody called, the team is here in 1 h with 100 %.",
        "With everybody called, it is here with 85 % from 5 min on.",
        "With everybody called, 2.0 of 3 are expected in 1 h.",
        "Nobody more has to be called for 85 %.",
        "First here is Cem, probably in 50 min.",
    ]
    likely = solve(people=[{"id": "a", "p_present": 0.6}], heads=1, times_h=[1])
    assert likely["why"][-1] == "First here is a, probably now."
    nobody = solve(people=[{"id": "a", "travel_min": 90}], heads=1, times_h=[1])
    assert "There is nobody to call who can help, and 90 % is not reached. Find others." in nobody["why"]
