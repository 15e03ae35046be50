"""The commands on warnings, from the first words to the score."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from homeward.cli.main import cli
from homeward.errors import HomewardError


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(a) for a in args], catch_exceptions=True)


def said(*args: str | Path) -> str:
    result = run(*args)
    assert result.exit_code == 0, result.output or result.exception
    return result.stdout


@pytest.fixture
def mission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOMEWARD_NOW", "2026-03-06T12:00:00Z")
    path = tmp_path / "m.mission"
    said("new", path, "--name", "Test", "--zone", "UTC")
    return path


def test_from_the_first_words_to_the_score(mission: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dates = ("--about", "1 month", "--early", "1 week", "--said", "-5d", "--widen", "1", "--family", "lognormal")
    assert "Median 27.6 days" in said("warning", "give", mission, "storm", *dates)
    assert "30 % before, 67 % now" in said(
        "warning", "report", mission, "storm", "--within", "14 days", "--reliability", "0.75"
    )
    board = json.loads(said("forecast", mission, "--json"))
    assert board["warnings"][0]["reports"][0]["within_d"] == 14
    said("forecast", mission, "storm", "--picture", tmp_path / "p.png", "--night")
    assert "Raise it" in said("alert", mission, "--cost-per-day", "20", "--loss", "1000", "--ramp", "2 d")
    said("cap", "out", mission, "storm", "--to", tmp_path / "s.xml", "--severity", "Severe")
    other = tmp_path / "other.mission"
    said("new", other, "--name", "Other", "--zone", "UTC")
    assert "Warning again" in said("cap", "in", other, tmp_path / "s.xml", "--name", "again")
    said("calendar", mission, "--to", tmp_path / "r.ics")
    assert {f.name for f in tmp_path.iterdir()} >= {"p.png", "s.xml", "r.ics"}
    said("warning", "lift", other, "again", "--why", "twice")
    monkeypatch.setenv("HOMEWARD_NOW", "2026-03-12T12:00:00Z")
    assert "interval held it" in said("warning", "happened", mission, "storm", "--when", "-2h")


def test_a_wrong_date_is_one_sentence(mission: Path) -> None:
    result = run("warning", "give", mission, "storm", "--about", "1 week", "--early", "1 month")
    assert isinstance(result.exception, HomewardError)
    assert "out of order" in str(result.exception)
