"""Scenarios and survival as the page and the sheets tell them."""

from __future__ import annotations

import base64
from dataclasses import replace

import numpy as np
import pytest

from homeward.belief import Belief, Part, mixture
from homeward.exchange.page_scenarios import LARGEST_PX, scenarios_data
from homeward.exchange.sheet_words import alive_words, personal_facts
from homeward.geo import Grid
from homeward.mission import Mission
from homeward.mission.nouns import REST, Ballot, Mobility, Scenario, Subject

GRID = Grid(crs="EPSG:32616", west_m=740_000, south_m=4_010_000, cell_m=25, n_rows=600, n_cols=500)


def belief() -> Belief:
    poa = np.zeros(GRID.shape)
    poa[100, 100], poa[400, 300] = 0.5, 0.1
    nowhere = np.zeros(GRID.shape)
    return mixture(
        GRID,
        (
            Part(scenario="lost", label="lost on foot", poa=poa, outside=0.2, alive=0.9),
            Part(scenario=REST, label="rest of the world", poa=nowhere, outside=0.2, alive=0.5),
        ),
    )


def mission() -> Mission:
    lost = Scenario(id="lost", label="lost on foot", mobility=Mobility.FULL, why="her own words")
    votes = {
        "Kim": Ballot(planner="Kim", rest=20, points=(("lost", 80.0),)),
        "Lee": Ballot(planner="Lee", rest=40, letters=(("lost", "A"),)),
    }
    return Mission(scenarios={"lost": lost}, ballots=votes)


def test_the_page_tells_votes_weights_and_survival_and_no_reason() -> None:
    told = scenarios_data(mission(), belief())
    lost, rest = told["scenarios"]
    assert (lost["voted"], lost["spread"], lost["now"]) == (
        pytest.approx(0.7),
        pytest.approx([0.6, 0.8]),
        pytest.approx(0.8),
    )
    assert (rest["id"], rest["rest"], rest["map"]) == (REST, True, None)
    assert told["alive"] == pytest.approx(0.8 * 0.9 + 0.2 * 0.5)
    assert told["alive_on_map"] == pytest.approx(0.6 * 0.9)
    assert "her own words" not in str(told)


def test_a_scenarios_own_map_is_the_map_if_it_is_what_happened_and_is_light() -> None:
    own = scenarios_data(mission(), belief())["scenarios"][0]["map"]
    assert own["outside"] == pytest.approx(0.25)
    assert max(own["rows"], own["cols"]) <= LARGEST_PX
    assert len(base64.b64decode(own["ranks"])) == own["rows"] * own["cols"]


def test_a_map_of_one_scenario_needs_no_picture_of_its_own() -> None:
    one = Part(scenario="", label="", poa=belief().poa, outside=belief().outside, alive=0.9)
    told = scenarios_data(Mission(), replace(belief(), parts=(one,)))
    assert told["scenarios"] == []
    assert told["alive"] == pytest.approx(0.9)
    assert scenarios_data(Mission(), None)["alive"] is None


def test_the_sheets_put_survival_and_scenarios_beside_the_share_outside() -> None:
    assert alive_words(belief()) == (
        " Alive: 82 % when the map was made. "
        "Scenarios: lost on foot 80 %, alive 90 %; rest of the world 20 %, alive 50 %."
    )
    assert alive_words(replace(belief(), parts=())) == ""
    assert alive_words(None) == ""


def test_a_sheet_that_may_be_personal_tells_mobility_and_injury() -> None:
    facts = personal_facts(Subject(mobility=Mobility.LIMITED, injured=False, responsive=True))
    assert {fact["name"]: fact["value"] for fact in facts} == {
        "Mobility": "limited",
        "Answers a call": "yes",
        "Injured": "no",
    }
