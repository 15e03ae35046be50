"""The command line: it renders what the desk answers, and turns every user's mistake into one line and exit code 1."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import IO, Any

import click
import pytest
from click.testing import CliRunner

from homeward.cli.main import VERBS, cli
from homeward.errors import HomewardError

NOON = "2026-11-21T17:00+00:00"


def run(*args: str, cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from homeward.cli import main; main()", *args],
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**os.environ, "HOMEWARD_NOW": NOON, "HOMEWARD_BY": "tester", **env},
        check=False,
    )


@pytest.fixture
def mission(tmp_path):
    assert run("new", "lost.mission", "--name", "Lost", "--zone", "America/New_York", cwd=tmp_path).returncode == 0
    return tmp_path / "lost.mission"


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(verb):
    out = CliRunner().invoke(cli, [verb, "--help"])
    assert out.exit_code == 0
    assert len(out.output.splitlines()) > 5


def test_every_option_says_what_it_is():
    silent: list[str] = []

    def look(command: click.Command, name: str) -> None:
        options = [p for p in command.params if isinstance(p, click.Option)]
        silent.extend(f"{name} {option.opts[-1]}" for option in options if not option.help)
        if isinstance(command, click.Group):
            for sub in command.list_commands(click.Context(command)):
                found = command.get_command(click.Context(command), sub)
                assert found is not None
                look(found, f"{name} {sub}")

    look(cli, "homeward")
    assert silent == []


def test_the_manual_page_comes_without_heavy_imports():
    script = (
        "import sys; from click.testing import CliRunner; from homeward.cli.main import cli; "
        "assert CliRunner().invoke(cli, ['--help']).exit_code == 0; "
        "sys.exit(any(m in sys.modules for m in ('numpy', 'numba', 'scipy', 'rasterio', 'matplotlib', 'fastapi')))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_a_mistake_is_one_line_on_standard_error_and_exit_code_1(mission):
    out = run("ipp", str(mission), "95, 10", "--seen", "08:00")
    assert out.returncode == 1
    assert out.stdout == ""
    assert out.stderr.startswith("Error: '95, 10'")
    assert len(out.stderr.strip().splitlines()) == 1
    assert "Traceback" not in out.stderr


def test_a_mistyped_command_is_exit_code_2_with_the_nearest_verb():
    out = run("pln", "x")
    assert out.returncode == 2
    assert "'plan'" in out.stderr


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"not a mission at all, just some words", "mission"),
        (b"SQLite format 3\x00" + b"\x00" * 50, ""),
    ],
)
def test_what_is_no_mission_file_is_said(tmp_path, content, word):
    file = tmp_path / "odd.mission"
    file.write_bytes(content)
    out = run("show", str(file))
    assert out.returncode == 1
    assert "odd.mission" in out.stderr
    assert word in out.stderr
    assert file.read_bytes() == content


def test_a_mission_that_is_not_there_is_said(tmp_path):
    out = run("show", str(tmp_path / "nowhere.mission"))
    assert out.returncode == 1
    assert "nowhere.mission" in out.stderr


def test_json_is_one_object_on_standard_output(mission):
    out = run("ipp", str(mission), "36.2, -84.2", "--seen", "08:00", "--json")
    assert json.loads(out.stdout)["seen_at"] == "2026-11-21T13:00:00+00:00"
    assert json.loads(run("show", str(mission), "--json").stdout)["name"] == "Lost"
    assert json.loads(run("log", "show", str(mission), "--json").stdout)["entries"][0]["by"] == "tester"


def test_a_southern_place_is_not_taken_for_an_option(mission):
    assert run("ipp", str(mission), "-33.9, 18.4", "--seen", "08:00").returncode == 0


def test_a_changed_log_fails_its_check(mission):
    import sqlite3

    assert run("log", "verify", str(mission)).returncode == 0
    with sqlite3.connect(mission) as db:
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            db.execute(f"DROP TRIGGER {name}")
        table = db.execute("SELECT name FROM sqlite_master WHERE sql LIKE '%device%' AND type = 'table'").fetchone()[0]
        db.execute(f"UPDATE {table} SET data = replace(data, 'Lost', 'Gone')")
    out = run("log", "verify", str(mission))
    assert out.returncode == 1
    assert "changed" in out.stdout


def test_lengths_are_typed_as_people_write_them():
    from homeward.cli.options import METRES

    assert [METRES.convert(t, None, None) for t in ("800", "800m", "3km", "1.5 km")] == [800, 800, 3000, 1500]
    for text in ("three", "3 miles", "km", ""):
        with pytest.raises(click.BadParameter, match="3km"):
            METRES.convert(text, None, None)


def test_every_error_is_a_homeward_error_with_words():
    assert issubclass(HomewardError, Exception)
    out = run("new", "/proc/nowhere/x.mission", "--name", "x")
    assert out.returncode == 1
    assert "Traceback" not in out.stderr
    assert out.stderr.startswith("Error: ")


def test_the_module_is_the_command_line():
    done = subprocess.run([sys.executable, "-m", "homeward", "--help"], capture_output=True, text=True, check=True)
    assert "search-and-rescue" in done.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device here that is always full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_output_is_said_in_a_sentence(unbuffered: str) -> None:
    with Path("/dev/full").open("w") as full:
        done = _printing_to(full, PYTHONUNBUFFERED=unbuffered)
    assert done.returncode == 1
    assert done.stderr.startswith("Error: The answer cannot be written to standard output: No space left on device.")
    assert done.stderr.count("\n") == 1


@pytest.mark.skipif(os.name != "posix", reason="closes the output as a shell does")
def test_a_closed_output_is_refused_before_anything_is_done(tmp_path: Path) -> None:
    done = _printing_to(None, "new", "lost.mission", "--name", "Lost", "--zone", "UTC", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("Error: Standard output is closed")
    assert not list(tmp_path.iterdir())


def test_a_reader_that_has_gone_is_no_matter() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as gone:
        assert _printing_to(gone).stderr == ""


def _printing_to(out: IO[str] | None, *args: str, cwd: Path | None = None, **env: str) -> Any:
    closing = "import os; os.close(1); os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
    start = [sys.executable, *(["-c", f"import sys; {closing}"] if out is None else [])]
    return subprocess.run(
        [*start, "-m", "homeward", *(args or ("schema",))],
        stdout=out or subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        cwd=cwd,
        env={**os.environ, **env},
        check=False,
    )
