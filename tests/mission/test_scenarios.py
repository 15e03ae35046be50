"""Scenarios told as a log: what a mission thinks may have happened, after votes, changes of mind and corrections."""

from __future__ import annotations

import pytest

from homeward.belief import consensus
from homeward.mission import Mission
from homeward.mission.encode import public
from homeward.mission.nouns import REST
from tests.mission.samples import SAMPLES


def weights(mission: Mission) -> dict[str, float]:
    return dict(consensus(list(mission.scenarios), list(mission.ballots.values())).weights)


def test_the_last_vote_of_each_planner_counts_and_scenarios_come_and_go(mission: Mission) -> None:
    """
    14:02  "Lost walker"  opened      time_zone=America/New_York
    14:03  subject        described   category=hiker
    14:05  lost           thought-of  label="lost and on foot"  mobility=full
    14:06  hurt           thought-of  label="hurt and still"    mobility=none  injured=yes
    14:10  Kim            voted       points=lost:90,hurt:5  rest=5
    14:11  Lee            voted       letters=lost:A,hurt:A  rest=10
    14:20  Kim            voted       points=lost:6,hurt:3   rest=1
    14:30  town           thought-of  label="in town"  left_area=yes
    14:40  town           dropped     why="was not seen there"
    """
    assert list(mission.scenarios) == ["lost", "hurt"]
    assert weights(mission) == pytest.approx({"lost": (0.6 + 0.45) / 2, "hurt": (0.3 + 0.45) / 2, REST: 0.1})
    assert mission.findings == ()


def test_a_vote_is_corrected_and_a_dropped_scenario_brought_back(mission: Mission) -> None:
    """
    14:02  "Lost walker"  opened
    14:05  lost           thought-of
    14:06  hurt           thought-of
    14:10  Kim            voted       points=lost:5,hurt:90  rest=5
    14:15  e4             corrected   to  Kim  voted  points=lost:90,hurt:5  rest=5
    14:20  hurt           dropped
    14:25  e6             undone
    """
    assert weights(mission) == pytest.approx({"lost": 0.9, "hurt": 0.05, REST: 0.05})


def test_dropping_what_nobody_thought_of_is_a_finding_and_the_rest_counts(mission: Mission) -> None:
    """
    14:02  "Lost walker"  opened
    14:05  lost           thought-of
    14:06  hurt           dropped
    """
    assert [str(f) for f in mission.findings] == ["entry e3: drops scenario hurt, which nobody thought of"]
    assert list(mission.scenarios) == ["lost"]


def test_a_scenario_changes_by_being_set_again_and_keeps_its_votes(mission: Mission) -> None:
    """
    14:02  "Lost walker"  opened
    14:05  lost           thought-of  label="lost"
    14:06  hurt           thought-of
    14:10  Kim            voted       points=lost:3,hurt:1
    14:15  lost           thought-of  label="lost, going north"  direction_deg=10
    """
    assert mission.scenarios["lost"].direction_deg == 10
    assert weights(mission)["lost"] == pytest.approx(0.75)


def test_health_and_reasons_are_blanked_in_what_is_public() -> None:
    for name, secrets in {
        "SubjectDescribed.2": ("limited", '"injured": false', "asthma", "A. Person"),
        "ScenarioSet.1": ("above the cliff",),
        "ScenarioDropped.1": ("in town",),
    }.items():
        _, data = public(SAMPLES[name])
        assert not [secret for secret in secrets if secret in str(data).replace("'", '"').replace("False", "false")]
    assert public(SAMPLES["SubjectDescribed.2"])[1]["subject"]["visibility"] == "high"
