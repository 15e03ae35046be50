"""Changing a team changes what is said and leaves the rest as it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from homeward import desk
from homeward.errors import BadInput, UnknownName


@pytest.fixture
def mission(tmp_path: Path) -> Path:
    path = tmp_path / "lost.mission"
    desk.new(path, name="Lost hiker")
    desk.team(path, "Eye", kind="thermal", people=3, radio="channel 4", height_m=90, batteries=4)
    desk.team(path, "Dog 1", kind="dog", endurance_s=7200, why="heat")
    return path


def shown(path: Path, name: str) -> dict[str, Any]:
    return next(team for team in desk.page_data(path)["teams"] if team["id"] == name)


def test_what_is_not_said_again_stays_and_is_told(mission: Path) -> None:
    answer = desk.team(mission, "Eye", kind="thermal", radio="channel 7")
    assert "As before: batteries, height, people." in answer.text
    eye = shown(mission, "Eye")
    assert (eye["radio"], eye["people"], eye["height_m"], eye["batteries"]) == ("channel 7", 3, 90, 4)


def test_what_is_to_be_forgotten_goes_back_to_the_default(mission: Path) -> None:
    desk.team(mission, "Eye", kind="thermal", forget=["radio", "height_m"])
    eye = shown(mission, "Eye")
    assert (eye["radio"], eye["height_m"], eye["batteries"]) == (None, None, 4)
    with pytest.raises(UnknownName, match="'wings'"):
        desk.team(mission, "Eye", kind="thermal", forget=["wings"])


def test_another_kind_of_team_keeps_people_and_radio_alone(mission: Path) -> None:
    answer = desk.team(mission, "Eye", kind="hasty")
    assert "As before: people, radio." in answer.text
    eye = shown(mission, "Eye")
    assert (eye["people"], eye["radio"], eye["height_m"], eye["batteries"]) == (3, "channel 4", None, None)


def test_a_reason_is_asked_for_new_overrides_and_not_for_old_ones(mission: Path) -> None:
    desk.team(mission, "Dog 1", kind="dog", endurance_s=7200, people=1)
    with pytest.raises(BadInput, match="--why"):
        desk.team(mission, "Dog 1", kind="dog", endurance_s=9000)
    dog = shown(mission, "Dog 1")
    assert (dog["endurance_s"], dog["people"]) == (7200, 1)
