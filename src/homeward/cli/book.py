"""Commands on the log itself."""

from __future__ import annotations

from pathlib import Path

import click

from homeward.cli.options import json_option, mission_argument, say


@click.group()
def log() -> None:
    """Show, check or undo what was written down in a mission."""


@log.command()
@mission_argument
@click.option("--last", type=int, help="Only the latest entries.")
@click.option("--personal", is_flag=True, help="Show personal fields of the subject too.")
@json_option
def show(mission: Path, last: int | None, personal: bool, as_json: bool) -> None:
    """Show the entries of MISSION, oldest first."""
    from homeward import desk

    say(desk.show_log(mission, last=last, personal=personal), as_json=as_json)


@log.command()
@mission_argument
@json_option
@click.pass_context
def verify(ctx: click.Context, mission: Path, as_json: bool) -> None:
    """Check that nothing in MISSION was changed after it was written. Exit code 1 if something was."""
    from homeward import desk

    answer = desk.verify(mission)
    say(answer, as_json=as_json)
    if not answer.data["intact"]:
        ctx.exit(1)


@log.command()
@mission_argument
@click.argument("entry", required=False)
@click.option("--why", default="", help="The reason, kept with the undo.")
@json_option
def undo(mission: Path, entry: str | None, why: str, as_json: bool) -> None:
    """Undo the last entry of MISSION, or the one numbered ENTRY. Undo the undo to bring it back."""
    from homeward import desk

    say(desk.undo(mission, entry, why=why), as_json=as_json)
