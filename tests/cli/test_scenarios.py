"""Scenarios at the command line: what is typed reaches the desk, and a slip is said."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from homeward import desk
from homeward.cli.main import cli
from homeward.errors import HomewardError


@pytest.fixture
def mission(tmp_path, monkeypatch):
    monkeypatch.setenv("HOMEWARD_NOW", "2026-11-21T17:00+00:00")
    path = tmp_path / "lost.mission"
    desk.new(path, name="Lost")
    return path


def run(*args):
    return CliRunner().invoke(cli, [str(a) for a in args], catch_exceptions=True)


def test_scenarios_are_typed_voted_on_and_shown(mission):
    assert "lost" in run("scenario", "suggest", mission, "--take").output
    out = run(
        "scenario", "add", mission, "cliff", "--from", "36.2, -84.2", "--mobility", "none", "--injured", "--buried"
    )
    assert "cannot move, injured, caught: avalanche, from 36.2" in out.output
    for name in ("despondent", "left"):
        assert run("scenario", "drop", mission, name, "--why", "rang").exit_code == 0
    kim = run("scenario", "vote", mission, "--by", "Kim", "lost=60", "injured=20", "cliff=10", "rest=10")
    assert "Kim: lost 60%" in kim.output
    lee = run("scenario", "vote", mission, "--by", "Lee", "lost=a", "injured=C", "cliff=E", "rest=5%", "--json")
    assert json.loads(lee.output)["weights"]["rest"] == pytest.approx(0.075)
    shown = json.loads(run("scenario", "show", mission, "--json").output)
    assert [row["id"] for row in shown["scenarios"]] == ["lost", "injured", "cliff", "rest"]
    assert set(shown["votes"]) == {"Kim", "Lee"}


@pytest.mark.parametrize("votes", [["lost"], ["lost="], ["=5"], ["lost=5", "lost=6"], []])
def test_a_vote_that_is_mistyped_is_a_wrong_command(mission, votes):
    out = run("scenario", "vote", mission, *votes)
    assert out.exit_code == 2


def test_a_refused_vote_is_one_line(mission):
    run("scenario", "add", mission, "lost")
    out = run("scenario", "vote", mission, "lost=-5", "rest=5")
    assert isinstance(out.exception, HomewardError)
    assert "gives lost -5" in str(out.exception)
    assert "\n" not in str(out.exception)


def test_facts_are_taken_back_and_a_direction_is_given(mission):
    run("subject", mission, "--category", "hiker", "--injured", "--mobility", "limited", "--visibility", "low")
    assert "Not known any more: injured" in run("subject", mission, "--forget", "injured").output
    assert "going 40 deg" in run("ipp", mission, "36.2, -84.2", "--seen", "08:00", "--direction", "40").output
