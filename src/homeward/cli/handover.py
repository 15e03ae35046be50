"""Commands at the end of a rescue: the hand-over, its receipt, and what became of the casualty."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from homeward.cli.options import at_option, json_option, mission_argument, say

_CASUALTY = click.option("--casualty", default="1", show_default=True, metavar="N", help="Which casualty.")


@click.command()
@mission_argument
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Folder for the files; all in them is personal.",
)
@_CASUALTY
@click.option("--to", default="", metavar="WHOM", help="Who takes over, and where.")
@click.option("--by", default="", metavar="WHO", help="Who hands over.")
@click.option(
    "--for",
    "reader",
    type=click.Choice(["hospital", "command", "police", "family"]),
    help="Whom it is for; left out: hospital (those who treat). Others read what names them as --audience.",
)
@click.option("--expected", "arrives", metavar="TIME", help="When the casualty will be there.")
@click.option("--needs", metavar="TEXT", help="What must be ready then, if not what the find said.")
@click.option("--done", is_flag=True, help="The casualty is handed over now; left out: papers only, until a receipt.")
@click.option("--paper", type=click.Choice(["a4", "letter"]), default="a4", show_default=True, help="Size of paper.")
@at_option
@json_option
def handover(mission: Path, folder: Path, as_json: bool, **told: Any) -> None:
    """Make a casualty's papers for the hand-over: ATMISTER card (PDF), FHIR document, TAK zMist, NEMSIS fields.

    Says what is missing. The casualty is handed over with --done, or once `homeward receipt` says who signed. The
    card is one page, to be read aloud in half a minute. Planning support: the medic decides.

    \b
      homeward handover lost.mission --folder handover --to "County, Dr Bell" --by AB --expected 15:10
    """
    from homeward import desk

    say(desk.handover(mission, folder, **told), as_json=as_json)


@click.command()
@mission_argument
@_CASUALTY
@click.option("--received-by", required=True, metavar="WHO", help="Who signed for the casualty.")
@click.option("--to", metavar="WHOM", help="Which hand-over; left out: the latest card for the hospital.")
@click.option("--card", metavar="NUMBER", help="Which card, by the record number on it.")
@at_option
@json_option
def receipt(mission: Path, as_json: bool, **told: Any) -> None:
    """Note who received a casualty of MISSION, and when: it is handed over then."""
    from homeward import desk

    say(desk.receipt(mission, **told), as_json=as_json)


@click.command()
@mission_argument
@_CASUALTY
@click.option("--admitted/--not-admitted", default=None, help="Whether a hospital admitted the casualty.")
@click.option("--outcome", default="", metavar="TEXT", help="What became of the casualty; personal.")
@click.option("--fit-to-leave", metavar="TIME", help="When it was, or will be, fit to leave.")
@click.option("--note", default="", metavar="TEXT", help="What else was told; personal.")
@at_option
@json_option
def outcome(mission: Path, casualty: str, as_json: bool, **told: Any) -> None:
    """Note what became of a casualty of MISSION; with nothing to note, show what is known, which is personal."""
    from homeward import desk

    say(desk.outcome(mission, casualty, **told), as_json=as_json)
