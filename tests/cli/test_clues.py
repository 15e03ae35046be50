"""The clue command: the simple cases stay simple, the other kinds have their options."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from homeward import desk
from homeward.cli.main import cli

HERE = ["--from", "36.40, -84.33"]


@pytest.fixture
def mission(tmp_path, monkeypatch):
    monkeypatch.setenv("HOMEWARD_NOW", "2026-11-21T17:00+00:00")
    path = tmp_path / "lost.mission"
    desk.new(path, name="Lost", time_zone="America/New_York")
    return path


def told(mission, *args: str) -> dict[str, object]:
    out = CliRunner().invoke(cli, ["clue", str(mission), *args, "--json"], catch_exceptions=False)
    assert out.exit_code == 0, out.output
    data: dict[str, object] = json.loads(out.output)
    return data


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (["glove", *HERE], {"kind": "point"}),
        (["scent", *HERE, "--bearing", "315", "--range", "3km"], {"kind": "bearing", "range_m": 3000.0}),
        (["shout", *HERE, "--bearing", "40", "--sense", "shout", "--when", "-10min"],
         {"kind": "bearing", "sense": "shout", "at": "2026-11-21T16:50:00+00:00"}),
        (["phone", *HERE, "--bearing", "120", "--beam", "65", "--timing-advance", "gsm 3"],
         {"kind": "sector", "range_min_m": 1650.0, "range_max_m": 2200.0, "width_deg": 65.0}),
        (["ping", "--kind", "ring", *HERE, "--range", "4km"], {"kind": "ring", "range_m": 4000.0}),
        (["boot print", "--kind", "track", *HERE, "--bearing", "40"], {"kind": "track", "bearing_deg": 40.0}),
        (["not at the hut", *HERE, "--noticed", "0.9"], {"kind": "absence", "noticed": 0.9}),
        (["spot", "--kind", "image", "--gps", "36.4, -84.33", "--by-chance", "0.3", "--held"],
         {"kind": "image", "by_chance": 0.3, "held": True, "lat_deg": 36.4, "gps": [36.4, -84.33]}),
        (["bag", *HERE, "--error", "1km", "--error-across", "200", "--error-axis", "45", "--relevance", ".5"],
         {"kind": "point", "error_m": 1000.0, "error_across_m": 200.0, "error_axis_deg": 45.0, "relevance": 0.5}),
    ],
)  # fmt: skip
def test_each_kind_has_its_options(mission, args: list[str], expected: dict[str, object]) -> None:
    answer = told(mission, *args)
    assert {name: answer[name] for name in expected} == expected


def test_a_held_clue_is_accepted_and_refused_by_its_number(mission) -> None:
    told(mission, "voice", *HERE, "--held")
    listed = CliRunner().invoke(cli, ["clue", str(mission), "--list"]).output
    assert "Clue 1: voice (from 36.40000, -84.33000). Believed to 80%; its error taken as 100 m. Held." in listed
    assert told(mission, "--accept", "1", "--why", "heard by two")["id"] == "1"
    assert told(mission, "--refuse", "1", "--why", "own team")["why"] == "own team"


def test_what_is_missing_is_a_usage_error(mission) -> None:
    for args in (["glove"], ["--refuse", "1"], []):
        assert CliRunner().invoke(cli, ["clue", str(mission), *args]).exit_code == 2
