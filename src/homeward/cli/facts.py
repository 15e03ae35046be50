"""Commands that write down a fact."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from homeward.cli.options import METRES, PLACE_FIRST, at_option, json_option, mission_argument, say


@click.command()
@mission_argument
@click.option("--name", required=True, help="What the mission is called on every sheet.")
@click.option("--zone", "time_zone", default="UTC", show_default=True, help="Time zone, such as Europe/Berlin.")
@click.option("--exercise", is_flag=True, help="Mark every sheet as an exercise.")
@at_option
@json_option
def new(mission: Path, as_json: bool, **given: Any) -> None:
    """Open a mission: make the file MISSION, which will hold everything."""
    from homeward import desk

    say(desk.new(mission, **given), as_json=as_json)


@click.command(context_settings=PLACE_FIRST)
@mission_argument
@click.argument("place")
@at_option
@json_option
def base(mission: Path, place: str, at: str | None, as_json: bool) -> None:
    """Say that the command post of MISSION stands at PLACE. Teams start and end there."""
    from homeward import desk

    say(desk.base(mission, place, at=at), as_json=as_json)


@click.command()
@mission_argument
@click.option("--category", help="Subject category, such as hiker, child 4-6, dementia. An unknown one lists them all.")
@click.option("--ecoregion", type=click.Choice(["temperate", "dry", "urban"]), help="Climate.")
@click.option("--ground", type=click.Choice(["mountain", "flat"]), help="Kind of terrain.")
@click.option("--count", type=int, help="How many persons are missing.")
@click.option("--name", help="Name. Personal: leaves the mission file only where asked for.")
@click.option("--age", "age_years", type=float, metavar="YEARS", help="Age. Personal.")
@click.option("--description", help="Clothing, build, equipment. Personal.")
@click.option("--medical", help="Medical needs. Personal.")
@click.option(
    "--mobility",
    type=click.Choice(["full", "limited", "none"]),
    help="How well it can move: limited is half pace. Personal.",
)
@click.option("--responsive/--unresponsive", default=None, help="Whether it would answer a call. Personal.")
@click.option("--injured/--unhurt", default=None, help="Whether it is injured. Personal.")
@click.option("--visibility", type=click.Choice(["high", "medium", "low"]), help="How far its clothing stands out.")
@click.option("--forget", multiple=True, metavar="FIELD", help="Not known after all: category, injured, age_years ...")
@at_option
@json_option
def subject(mission: Path, as_json: bool, **given: Any) -> None:
    """Say who is missing in MISSION. Every field may be left out, set or changed later, and taken back."""
    from homeward import desk

    say(desk.subject(mission, **given), as_json=as_json)


@click.command(context_settings=PLACE_FIRST)
@mission_argument
@click.argument("place")
@click.option("--seen", required=True, metavar="TIME", help="When the subject was last known there.")
@click.option("--kind", default="place last seen", show_default=True, help="Or: last known position, or your words.")
@click.option("--direction", "direction_deg", type=float, metavar="DEG", help="True direction of travel, if known.")
@at_option
@json_option
def ipp(mission: Path, place: str, as_json: bool, **given: Any) -> None:
    """Set the initial planning point of MISSION to PLACE.

    PLACE is decimal degrees ("36.4050, -84.3580"), degrees and minutes ("N36 24.300 W84 21.480"), UTM
    ("16S 736900 4032100") or MGRS ("16S GF 36900 32100").
    """
    from homeward import desk

    say(desk.ipp(mission, place, **given), as_json=as_json)


@click.command()
@mission_argument
@click.argument("name")
@click.option("--kind", type=click.Choice(["dog", "line", "drone", "hasty"]), help="What kind of team.")
@click.option("--people", type=int, help="How many searchers.")
@click.option("--base", metavar="PLACE", help="Where it starts from, if not the command post.")
@click.option("--radio", help="Call sign or channel, as printed on its sheet.")
@click.option("--sweep-width", "sweep_width_m", type=METRES, metavar="LENGTH", help="Overrides the cited default.")
@click.option("--speed", "speed_mps", type=float, metavar="M/S", help="Searching speed; overrides the cited default.")
@click.option(
    "--endurance", "endurance_min", type=float, metavar="MIN", help="Longest time out; overrides the default."
)
@click.option("--why", help="Reason for an override, or for standing down.")
@click.option("--stand-down", is_flag=True, help="The team is no longer available.")
@at_option
@json_option
def team(mission: Path, name: str, stand_down: bool, as_json: bool, **given: Any) -> None:
    """Register the team NAME in MISSION, or change it, or stand it down."""
    from homeward import desk

    if stand_down:
        say(desk.stand_down(mission, name, why=given["why"] or "", at=given["at"]), as_json=as_json)
        return
    if given["kind"] is None:
        raise click.UsageError("A team needs its kind: --kind dog, line, drone or hasty.")
    minutes = given.pop("endurance_min")
    say(desk.team(mission, name, endurance_s=None if minutes is None else minutes * 60, **given), as_json=as_json)
