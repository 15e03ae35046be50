"""The kind `formation` at the solver's door: what a file may say, and what the solution says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from homeward import desk
from homeward.errors import BadFile

BASE: dict[str, Any] = {
    "kind": "formation",
    "people": {"Ana": {"searcher": 5, "medic": 2}, "Ben": {"guard": 4}, "Cem": ["medic", "searcher"]},
    "need": {"medic": 1, "guard": 1},
}


def solved(folder: Path, **fields: Any) -> dict[str, Any]:
    problem = folder / "p.json"
    problem.write_text(json.dumps({**BASE, **fields}), encoding="utf-8")
    return dict(desk.solve(problem).data)


def test_a_file_becomes_roles(tmp_path: Path) -> None:
    found = solved(tmp_path, reserve_must_have=["searcher"], p_present={"Ben": 0.5}, together=[["medic", "guard"]])
    assert (found["status"], found["value"], found["bound"]) == ("optimal", 6, 6)
    assert found["assigned"] == {"Ana": "medic", "Ben": "guard"}
    assert found["in_reserve"] == {"Cem": "searcher"}
    assert found["p_complete"] == 0.5
    assert found["prices"] == {"reserve": 0, "together": 0}
    assert found["violating_roles"] == []


def test_an_impossible_file_says_who_and_what_would_do(tmp_path: Path) -> None:
    found = solved(tmp_path, need={"medic": 2, "searcher": 1, "guard": 1})
    assert found["status"] == "infeasible"
    assert found["violating_roles"] == [["medic", "searcher"]]
    assert (found["people_for_them"], found["shortfall"]) == (["Ana", "Cem"], 1)
    assert found["lacking"] == {"searcher": 1}
    assert found["partial"] == {"Ana": "medic", "Ben": "guard", "Cem": "medic"}
    assert "The smallest change that would do: 1 more as searcher, or as many fewer of these places." in found["why"]


def test_numbers_to_reserve_and_call_may_be_given(tmp_path: Path) -> None:
    found = solved(tmp_path, reserve_must_have={"searcher": 1}, call=3)
    assert [(c["n"], c["p_complete"]) for c in found["calls"]] == [(3, 1)]


def test_a_certificate_is_compared_in_universal_time(tmp_path: Path) -> None:
    until = {"Ana": {"medic": "2026-11-22T14:30+01:00"}}
    found = solved(tmp_path, qualified_until=until, now="2026-11-22T13:31Z")
    assert found["assigned"] == {"Cem": "medic", "Ben": "guard"}
    assert solved(tmp_path, qualified_until=until, now="2026-11-22T13:30Z")["assigned"]["Ana"] == "medic"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"people": {"Ana": {"medic": "good"}}}, r'p\.json: people\.Ana.* is "good", and must be a number'),
        ({"need": {"medic": -1}}, r"p\.json: need\.medic is -1, and must be at least 0"),
        ({"now": "noon"}, "now is 'noon', which is no time"),
        ({"now": "2026-11-22T13:31"}, "without a time zone"),
        ({"deployed": {"Zoe": "medic"}}, "deployed names 'Zoe', who is not among the people"),
        ({"posts": [{"id": "a", "need": {}}, {"id": "a", "need": {}}]}, "for the second time"),
        ({"together": [["medik", "guard"]]}, r"together\[0\] names the role 'medik'.* Did you mean 'medic'"),
        ({"critical": ["medik"]}, r"critical\[0\] names the role 'medik'"),
        ({"deployed": {"Ana": "medik"}}, "deployed.Ana names the role 'medik'"),
        ({"qualified_until": {"Ana": {"medik": "2027-01-01T00:00Z"}}, "now": "2026-01-01T00:00Z"}, "names the role"),
        ({"need": {}}, "need and posts ask for nobody"),
        ({"need": {"medic": 0}}, "need and posts ask for nobody"),
        ({"current": {"Ana": "medic"}, "deployed": {"Ana": "medic"}}, "two names for the same"),
        ({"people": {"Ana": {"medic": 1e308}}}, "The skill of Ana as medic is 1e"),
        ({"task_h": 1e8}, "task_h is 1e"),
        ({"now": "9999-12-31T23:59-12:00"}, "which is out of reach"),
        ({"reserve_must_hav": []}, "Did you mean 'reserve_must_have'"),
    ],
)
def test_a_file_that_cannot_be_is_refused_with_its_field(tmp_path: Path, fields: dict[str, Any], said: str) -> None:
    with pytest.raises(BadFile, match=said):
        solved(tmp_path, **fields)


def test_other_names_and_what_counts_for_nothing_are_findings(tmp_path: Path) -> None:
    found = solved(
        tmp_path,
        p_shows_up={"Ben": 0.5},
        current={"Ana": "medic", "Ben": "cook"},
        deployed_at={"Ana": "hut", "Cem": "hut"},
        together=[["dog", "handler"]],
    )
    assert (found["p_complete"], found["changes"]) == (0.5, 1)
    assert found["findings"] == [
        "p_shows_up was taken for p_present.",
        "current was taken for deployed.",
        "together[0] names the role 'dog', which nobody has and nothing else asks for. Check it.",
        "together[0] names the role 'handler', which nobody has and nothing else asks for. Check it.",
        "deployed.Ben names the role 'cook', which nobody has and nothing else asks for. Check it.",
        "deployed_at.Ana is 'hut', which is no post here: taken as a post that is gone.",
        "deployed_at.Cem stands without deployed: it counts for nothing.",
    ]


def test_places_that_sub_teams_lack_are_told_apart_from_people(tmp_path: Path) -> None:
    found = solved(tmp_path, need={"medic": 1}, together=[["medic", "guard"]], min_team=2)
    assert found["more_places"] == [{"role": "guard", "n": 1, "post": None, "reserve": False}]
    assert (found["lacking"], found["shortfall"], found["smallest"]) == ({}, 0, True)
    assert "The smallest change that would do: 1 more place as guard." in found["why"]


def test_a_call_that_is_too_small_says_by_how_much(tmp_path: Path) -> None:
    found = solved(tmp_path, need={"medic": 1, "searcher": 1}, call=1)
    assert (found["call_more"], found["lacking"], found["without_rules"]) == (1, {}, ["call"])
    assert found["why"][1:] == [
        "1 more must be called than were asked for, one for each place.",
        "The smallest change that would do: 1 more called, or 1 fewer as searcher.",
        "Without calling no more people it could be done.",
    ]
