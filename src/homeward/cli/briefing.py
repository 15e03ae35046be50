"""Commands on briefings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from homeward.cli.debriefs import passphrase, passphrase_file_option
from homeward.cli.options import at_option, json_option, mission_argument, say


@click.group()
def briefing() -> None:
    """Write the briefing, one page for everybody and one for command; see who has read it.

    \b
      homeward briefing write lost.mission --folder papers
      homeward briefing write lost.mission --folder papers --reader Lead    (with what is sealed for Lead)
      homeward briefing read lost.mission B1 --by M1
      homeward briefing list lost.mission
    """


@briefing.command("write")
@mission_argument
@click.option(
    "--folder", type=click.Path(path_type=Path, file_okay=False), required=True, help="Where the two pages go."
)
@click.option("--reader", metavar="NAME", help="Open what is sealed for NAME, on command's page alone.")
@passphrase_file_option
@click.option("--paper", type=click.Choice(["a4", "letter"]), default="a4", show_default=True, help="Size of paper.")
@at_option
@json_option
def write_(
    mission: Path, folder: Path, reader: str | None, passphrase_file: Path | None, as_json: bool, **given: Any
) -> None:
    """Write everybody.pdf and command.pdf, and note that they were issued. All on command's page is personal."""
    from homeward import desk

    secret = passphrase(passphrase_file, reader) if reader is not None else None
    say(desk.briefing(mission, folder, reader=reader, passphrase=secret, **given), as_json=as_json)


@briefing.command("read")
@mission_argument
@click.argument("name")
@click.option("--by", required=True, metavar="WHO", help="Who has read it and understood it.")
@at_option
@json_option
def read_(mission: Path, name: str, as_json: bool, **given: Any) -> None:
    """Note that somebody has read the briefing NAME."""
    from homeward import desk

    say(desk.briefing_read(mission, name, given.pop("by"), **given), as_json=as_json)


@briefing.command("list")
@mission_argument
@json_option
def list_briefings_(mission: Path, as_json: bool) -> None:
    """List the briefings of MISSION with who has read each, and who has not."""
    from homeward import desk

    say(desk.list_briefings(mission), as_json=as_json)
