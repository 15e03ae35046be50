"""Commands that write down a fact."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from homeward.cli.options import METRES, PLACE_FIRST, at_option, json_option, mission_argument, say
from homeward.mission.nouns import Rain, TeamKind


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
@click.option("--kind", type=click.Choice([k.value for k in TeamKind]), help="What kind of team; a new one needs it.")
@click.option("--people", type=int, help="How many searchers.")
@click.option("--base", metavar="PLACE", help="Where it starts from, if not the command post.")
@click.option("--radio", help="Call sign or channel, as printed on its sheet.")
@click.option("--sweep-width", "sweep_width_m", type=METRES, metavar="LENGTH", help="Overrides the cited default.")
@click.option("--speed", "speed_mps", type=float, metavar="M/S", help="Searching speed; overrides the cited default.")
@click.option(
    "--endurance", "endurance_min", type=float, metavar="MIN", help="Longest time out; overrides the default."
)
@click.option(
    "--turnaround", "turnaround_min", type=float, metavar="MIN", help="Rest between tasks; overrides the default."
)
@click.option("--spacing", "spacing_m", type=METRES, metavar="LENGTH", help="Between the people of a line.")
@click.option("--height", "height_m", type=METRES, metavar="LENGTH", help="Of a drone, above ground.")
@click.option("--angle", "field_of_view_deg", type=float, metavar="DEG", help="A drone's angle of view across.")
@click.option("--pixels", "image_px", type=int, metavar="N", help="Pixels across a drone's picture.")
@click.option("--batteries", type=int, metavar="N", help="The most flights that a drone has.")
@click.option("--in-the-dark/--by-daylight", default=None, help="Whether it works at night; else as its kind does.")
@click.option("--why", help="Reason for an override, or for standing down.")
@click.option("--forget", multiple=True, metavar="FIELD", help="A field to take back: radio, sweep_width_m ...")
@click.option("--stand-down", is_flag=True, help="The team is no longer available.")
@at_option
@json_option
def team(mission: Path, name: str, stand_down: bool, as_json: bool, **given: Any) -> None:
    """Register the team NAME in MISSION, or change it, or stand it down.

    What is not given of a team that is here already stays as it was.

    Kinds: dog (air-scent), trailing, remains (dogs), line, hasty, mantracker, mounted, bike, drone (daylight camera),
    thermal (heat), helicopter, boat, sound (calls and listens); listening and radar, in buildings only.
    """
    from homeward import desk

    if stand_down:
        say(desk.stand_down(mission, name, why=given["why"] or "", at=given["at"]), as_json=as_json)
        return
    for what in ("endurance", "turnaround"):
        minutes = given.pop(f"{what}_min")
        given[f"{what}_s"] = None if minutes is None else minutes * 60
    say(desk.team(mission, name, **given), as_json=as_json)


@click.command()
@mission_argument
@click.option("--wind", "wind_mps", type=float, metavar="M/S", help="Wind speed.")
@click.option("--wind-from", "wind_from_deg", type=float, metavar="DEG", help="Where it comes from, true; only shown.")
@click.option("--rain", type=click.Choice([r.value for r in Rain]), help="Rain or snow.")
@click.option("--visibility", "visibility_m", type=METRES, metavar="LENGTH", help="How far one sees: 800m, 10km.")
@click.option("--temperature", "temperature_c", type=float, metavar="C", help="Degrees Celsius.")
@click.option("--cloud", type=float, metavar="SHARE", help="Share of the sky covered, 0 to 1.")
@click.option("--unknown", is_flag=True, help="Forget what was said before.")
@at_option
@json_option
def weather(mission: Path, as_json: bool, **given: Any) -> None:
    """Say what the weather of MISSION is like for the hours to plan; what is not said stays as it was.

    Sweep widths and speeds go with it, and teams that cannot work in it get no task:
    homeward weather lost.mission --wind 6 --rain light --visibility 800m
    """
    from homeward import desk

    say(desk.weather(mission, **given), as_json=as_json)


@click.command(context_settings={"ignore_unknown_options": True})
@mission_argument
@click.argument("name")
@click.argument("value", type=float, required=False)
@click.option("--why", default="", help="Reason for the override.")
@click.option("--back", is_flag=True, help="Take the table's number again.")
@at_option
@json_option
def number(mission: Path, name: str, as_json: bool, **given: Any) -> None:
    """Override the number NAME that the plans of MISSION stand on with VALUE, for this mission.

    Names and units are those of `homeward show MISSION --assumptions`:
    homeward number lost.mission "line/sweep width/forest/day" 40 --why "tested here: range 25 m"
    """
    from homeward import desk

    say(desk.number(mission, name, **given), as_json=as_json)
