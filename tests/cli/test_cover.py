"""Targets and cover at the command line."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from homeward.cli.main import cli
from homeward.errors import BadInput, HomewardError
from tests.desk.readiness.cover_ground import NOW, cell, make_mission, table_mountain


@pytest.fixture
def mission(tmp_path, monkeypatch):
    monkeypatch.setenv("HOMEWARD_NOW", NOW.isoformat())
    terrain = table_mountain()
    return make_mission(tmp_path, terrain, base=cell(terrain, 60, 60)), terrain


def run(*args):
    told = CliRunner().invoke(cli, [str(a) for a in args])
    if told.exception is not None and not isinstance(told.exception, SystemExit):
        raise told.exception
    return told


def test_from_targets_to_the_sheet(mission, tmp_path):
    path, terrain = mission
    told = run("target", "set", path, "Hut", cell(terrain, 80, 30), "--way", "people=6", "--way", "records=2")
    assert told.output.startswith("Target Hut at ")
    run("target", "set", path, "Mill", cell(terrain, 100, 60), "--value", "4", "--harm", "50%", "--label", "old mill")
    assert "Mill (old mill)" in run("target", "list", path).output
    planned = run("cover", "plan", path, "--day", "2 d")
    assert "WORST CASE LEFT" in planned.output
    assert run("cover", "show", path).output == planned.output
    data = json.loads(run("cover", "plan", path, "--json").output)
    assert {t["id"] for t in data["targets"]} == {"Hut", "Mill"}
    run("cover", "papers", path, "--to", tmp_path / "papers")
    assert (tmp_path / "papers" / "cover.pdf").read_bytes().startswith(b"%PDF")
    run("cover", "plan", path, "--view", "deterrence", "--seed", "1", "--team", "1")
    assert "stands at" in run("cover", "roster", path, "--day", "tomorrow").output
    assert run("target", "drop", path, "Mill").output == "Target Mill need not be covered.\n"


def test_what_is_wrong_is_a_sentence(mission):
    path, terrain = mission
    for args in (
        ("target", "set", path, "Hut", cell(terrain, 80, 30), "--value", "nan"),
        ("target", "set", path, "Hut", cell(terrain, 80, 30), "--way", "wind=3"),
        ("cover", "plan", path),
        ("cover", "show", path),
    ):
        with pytest.raises(HomewardError) as said:
            run(*args)
        assert str(said.value).endswith(".") or "homeward" in str(said.value)
    run("target", "set", path, "Hut", cell(terrain, 80, 30), "--value", "3")
    with pytest.raises(BadInput, match="9 teams standing are asked for"):
        run("cover", "plan", path, "--standing", 9)
    assert run("cover", "plan", path, "--view", "best").exit_code == 2
