"""The tour of a mission: what it tells to type can be typed, what it shows is there, and it is not too heavy."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from homeward.cli.main import cli
from homeward.desk.demo_mission import STAGES

ROOT = Path(__file__).resolve().parents[1]
TOUR = ROOT / "docs" / "tour.md"
PICTURES = ROOT / "docs" / "pictures" / "tour"
VERBS = re.findall(r"^    homeward (.+)$", TOUR.read_text(encoding="utf-8"), flags=re.M)


def test_the_tour_has_verbs_to_type():
    assert len(VERBS) > 20


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_of_the_tour_can_be_typed(verb: str, tmp_path: Path, monkeypatch):
    """Names, options and values are those of the command line; nothing is run."""
    monkeypatch.chdir(tmp_path)
    args = shlex.split(verb)
    for word in args:
        if word == "MISSION" or re.fullmatch(r"[\w-]+\.(gpx|json|xml)", word):
            (tmp_path / word).touch()
    command: click.Command = cli
    context: click.Context | None = None
    while isinstance(command, click.Group):
        context = click.Context(command, parent=context)
        name, found, args = command.resolve_command(context, args)
        assert found is not None, f"there is no {name}"
        command = found
    command.make_context(command.name, args, parent=context)


def test_every_stage_and_every_picture_is_there():
    text = TOUR.read_text(encoding="utf-8")
    assert re.findall(r"^## \d+\. (.+?):", text, flags=re.M) == [name.capitalize() for name in STAGES]
    shown = re.findall(r"\]\((pictures/[^)]+)\)", text)
    assert len(shown) >= 8
    assert [name for name in shown if not (ROOT / "docs" / name).is_file()] == []
    assert sorted(p.name for p in PICTURES.iterdir()) == sorted(Path(name).name for name in shown)


def test_the_pictures_are_small():
    assert sum(p.stat().st_size for p in PICTURES.iterdir()) < 2_000_000
