"""Mission files written by versions of the past open, verify and replay for ever. Never change a file here."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from homeward.log import MissionLog
from homeward.mission import replay
from tests.log.writers import entry

LOGS = Path(__file__).parents[1] / "golden" / "logs"
LAST_HASH = {"lost_walker-1.0": "583841e8552664e0fd51752ca0e9f6fa394a99b1096b1c6d338813a85e2805a0"}


@pytest.mark.parametrize("file", sorted(LOGS.glob("*.homeward")), ids=lambda file: file.stem)
def test_a_mission_file_of_the_past_is_still_the_mission_it_was(file: Path, tmp_path: Path) -> None:
    before = file.read_bytes()
    with MissionLog.open(file, read_only=True) as log:
        _is_the_lost_walker(log, LAST_HASH[file.stem])
    assert file.read_bytes() == before
    with MissionLog.open(shutil.copy(file, tmp_path)) as log:
        _is_the_lost_walker(log, LAST_HASH[file.stem])
        log.append([entry("written today")])
        assert log.verify() == []


def test_there_is_a_file_of_the_past() -> None:
    assert {file.stem for file in LOGS.glob("*.homeward")} == set(LAST_HASH)


def _is_the_lost_walker(log: MissionLog, last_hash: str) -> None:
    assert log.verify() == []
    assert log.read().findings == ()
    stored = log.entries()
    assert len(stored) == 25
    assert stored[-1].sha256 == last_hash
    mission = replay(one.entry for one in stored)
    assert mission.findings == ()
    assert (mission.name, mission.subject.category) == ("Lost walker", "Hiker")
    assert list(mission.teams) == ["Alpha", "Bravo", "Delta"]
    assert [clue.event.text for clue in mission.counting_clues] == ["scent", "red glove, left", "a voice, twice"]
    assert mission.area is not None
    assert log.blob(mission.area.terrain) == b"the terrain"
    assert mission.plan is not None
    assert log.blob(mission.plan.event.plan) == b"the plan"
    assert mission.find is not None
    assert mission.find.at.isoformat() == "2026-11-22T06:25:00+00:00"
