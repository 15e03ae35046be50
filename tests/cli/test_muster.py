"""A call from the order to everybody signed out, at the command line."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from homeward.cli.main import cli
from tests.cli.test_cli import NOON, run


@pytest.fixture
def hw(tmp_path, monkeypatch):
    monkeypatch.setenv("HOMEWARD_NOW", NOON)
    monkeypatch.delenv("HOMEWARD_CHANNELS", raising=False)
    monkeypatch.chdir(tmp_path)

    def said(*args, code=0):
        out = CliRunner().invoke(cli, list(args))
        assert out.exit_code == code, out.output
        return out.output

    said("new", "lost.mission", "--name", "Lost", "--zone", "America/New_York", "--exercise")
    said("base", "lost.mission", "36.19, -84.21")
    said("person", "lost.mission", "M1", "--role", "medic", "--phone", "+1 555 0101")
    said("person", "lost.mission", "S1", "--role", "searcher")
    return said


def test_from_the_order_to_everybody_signed_out(hw):
    assert "M1: free; travel 20 min" in hw("available", "lost.mission", "M1", "free", "--travel", "20 min")
    call = ("callout", "lost.mission", "--need", "medic=1", "--text", "Full kit", "--by", "1 h")
    assert "DRY RUN" in hw(*call, "--dry-run")
    first = hw(*call)
    assert first.startswith("EXERCISE. CALL C1: 1 medic")
    assert "EXERCISE. Lost: you are called in. Full kit." in first
    assert "PHONE (numbers: --personal): M1, S1 (no number known)" in first
    assert "NOTHING WAS SENT" in hw("callout", "lost.mission", "--tick")
    assert "+1 555 0101  http://10.0.0.1:8765/answer/" in hw(
        "callout", "lost.mission", "--phone-list", "--personal", "--link", "http://10.0.0.1:8765"
    )
    assert "+1 555" not in hw("callout", "lost.mission", "--phone-list", "--json")
    assert "M1: yes, there at" in hw("answer", "lost.mission", "M1", "Y 20")
    assert "A person must read it" in hw("answer", "lost.mission", "S1", "ask my boss")
    assert "'ask my boss'" in hw("answer", "lost.mission", "--unread", "--personal")
    assert "my boss" not in hw("answer", "lost.mission", "--unread")
    assert "S1: no, but free at" in hw("answer", "lost.mission", "S1", "--means", "no", "--free", "+3h")
    board = hw("muster", "lost.mission")
    assert "TEAM COMPLETE by" in board
    assert "M1 (95 %, yes, on the way)" in board
    data = json.loads(hw("muster", "lost.mission", "--json"))
    assert 0.9 < data["chance"]["p_by"] <= 0.95
    assert "M1 signed in" in hw("signin", "lost.mission", "M1")
    assert "MISSING: M1" in hw("rollcall", "lost.mission", "S1")
    assert "Written to papers: muster.pdf" in hw("muster", "lost.mission", "--to", "papers")
    everybody = ("signout", "lost.mission", "everybody", "--to", "home")
    assert "MISSING since the last roll-call: M1" in str(CliRunner().invoke(cli, list(everybody)).exception)
    assert "everybody is signed out" in hw(*everybody, "--although-missing")
    assert "Call C1 is over" in hw("callout", "lost.mission", "--end")


@pytest.mark.parametrize(
    ("args", "what"),
    [
        (["callout", "lost.mission", "--tick", "--end"], "one of --tick, --end and --phone-list"),
        (["callout", "lost.mission", "--next-wave"], "goes with --tick"),
        (["callout", "lost.mission", "--target", "lots"], "not a probability"),
        (["answer", "lost.mission"], "Say who answers what"),
        (["answer", "lost.mission", "M1"], "Say who answers what"),
        (["answer", "lost.mission", "M1", "Y", "--means", "yes"], "not both"),
        (["available", "lost.mission", "M1", "drunk"], "drunk"),
    ],
)
def test_a_command_that_is_mistyped_says_how_it_is_written(hw, args, what):
    assert what in hw(*args, code=2)


def test_a_request_that_cannot_be_is_one_line_and_exit_code_1(tmp_path):
    assert run("new", "l.mission", "--name", "Lost", cwd=tmp_path).returncode == 0
    for args in (["callout"], ["muster"], ["rollcall"], ["signout", "x"], ["answer", "x", "Y"], ["available", "x"]):
        verb, *rest = args
        out = run(verb, "l.mission", *rest, cwd=tmp_path)
        assert (out.returncode, out.stdout) == (1, "")
        assert out.stderr.startswith("Error: ")
        assert len(out.stderr.strip().splitlines()) == 1
