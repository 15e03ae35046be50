"""The rescue at the command line: options reach the desk under the right names, mistakes are one line."""

from __future__ import annotations

import json

import pytest

from homeward.desk.book import opened
from tests.cli.test_cli import run
from tests.desk.conftest import make_ready


@pytest.fixture
def lost(tmp_path, monkeypatch):
    monkeypatch.setenv("HOMEWARD_NOW", "2026-11-21T17:00+00:00")
    return make_ready(tmp_path)


def test_from_the_find_to_the_way_out(lost, tmp_path):
    path = str(lost)
    steps = (
        ("person", path, "M1", "--role", "medic:5"),
        ("exit", "set", path, "Road", "36.1900, -84.2100", "--then", "30 min", "--ready", "+20min"),
        (
            "hospital",
            "set",
            path,
            "St Mary",
            "36.10, -84.10",
            "--capability",
            "trauma",
            "--accepts",
            "0.9",
            "--landing",
        ),
        ("found", path, "36.2080, -84.1920", "--team", "Dog 1", "--alive", "--needs", "splint", "--told-by", "radio"),
        ("casualty", path, "1", "--age", "54", "--mechanism", "fall", "--injured", "10:30"),
        ("observe", path, "--finding", "M: thigh", "--no-walks", "--breathing", "22", "--avpu", "a", "--spo2", "95"),
        ("treat", path, "splint", "--where", "left leg", "--by", "M1"),
        ("triage", path),
        ("carryout", path, "--to", str(tmp_path / "papers"), "--bearers", "12"),
    )
    for step in steps:
        out = run(*step)
        assert out.returncode == 0, (step, out.stderr)
    assert "Planning support: the medic decides." in out.stdout
    assert (tmp_path / "papers" / "carry-out-casualty-1.pdf").read_bytes().startswith(b"%PDF")
    with opened(lost, read_only=True) as book:
        rescue, find = book.mission.rescue, book.mission.find
    assert find is not None
    seen = rescue.observations[0].event
    assert (seen.walks, seen.resp_rate_pm, seen.consciousness, seen.spo2_pct) == (False, 22, "A", 95)
    assert (find.event.needs, find.event.told_by, find.event.alive) == ("splint", "radio", True)
    assert rescue.treatments[0].event.where == "left leg"
    assert rescue.hospitals["St Mary"].landing is True
    chosen = json.loads(run("carryout", path, "--route", "1", "--json").stdout)
    assert chosen["chosen"] == 1


def test_a_mistake_is_one_line_and_no_traceback(lost):
    for step, words in (
        (("observe", str(lost), "--spo2", "104"), "no casualty '1'"),
        (("carryout", str(lost)), "no casualty '1'"),
        (("hold", str(lost)), "No carry-out is planned"),
        (("found", str(lost), "by the lake"), "is not a place"),
        (("exit", "drop", str(lost), "Road"), "no exit 'Road'"),
    ):
        out = run(*step)
        assert out.returncode == 1
        assert words in out.stderr
        assert "Traceback" not in out.stderr
