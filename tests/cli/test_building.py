"""From a file to the markings at the command line."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from homeward.cli.main import cli
from tests.cli.test_cli import NOON, run
from tests.exchange.building_sample import drawn


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "school.json").write_bytes(drawn())
    assert run("new", "s.mission", "--name", "School", "--zone", "Europe/Paris", cwd=tmp_path).returncode == 0
    assert run("team", "s.mission", "Rex", "--kind", "dog", cwd=tmp_path).returncode == 0
    return tmp_path


def test_from_file_to_markings(folder, monkeypatch):
    monkeypatch.setenv("HOMEWARD_NOW", NOON)
    monkeypatch.chdir(folder)

    def hw(*args: str) -> str:
        out = CliRunner().invoke(cli, ["building", *args])
        assert out.exit_code == 0, out.output
        return out.stdout

    assert "4 rooms on 2 floors" in hw("load", "s.mission", "school.json", "--name", "school")
    assert "Room 1 classroom: door closed to Hall" in hw("show", "s.mission")
    told = json.loads(
        hw("plan", "s.mission", "school", "--team", "Rex=dog", "--minutes", "5", "--time-limit", "1", "--json")
    )
    assert told["moves"]
    said = ("reading", "s.mission", "school", "Room 1", "--from", "Hall", "--by", "dog", "--somebody", "--team", "Rex")
    assert "dog says somebody in Room 1" in hw(*said)
    mute = CliRunner().invoke(cli, ["building", *said[:8]])
    assert mute.exit_code == 2
    assert "--somebody or --nobody" in mute.output
    assert "searched without a find" in hw(
        "searched", "s.mission", "school", "Room 2", "--pod", "0.95", "--team", "Rex"
    )
    hw("picture", "s.mission", "school", "--to", "papers")
    hw("sheets", "s.mission", "school", "--to", "papers")
    words = hw("markings", "s.mission", "school", "--to", "papers", "--hazard", "gas", "--inside", "-1", "1", "0")
    assert "Still inside: 1 live, 0 dead (floor B1: 1 live, 0 dead)." in words
    assert len(list((folder / "papers").iterdir())) == 2 + 1 + 4


def test_a_plan_that_is_no_building_is_one_line_and_exit_code_1(folder):
    (folder / "bad.json").write_text('{"rooms": 3}')
    out = run("building", "load", "s.mission", "bad.json", "--name", "x", cwd=folder)
    assert out.returncode == 1
    assert out.stdout == ""
    assert out.stderr.startswith("Error: bad.json")
    assert len(out.stderr.strip().splitlines()) == 1
