"""Commands on what may have happened, and the planners' votes on it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from homeward.cli.options import at_option, json_option, mission_argument, say


@click.group()
def scenario() -> None:
    """Say what may have happened: scenarios, each with its own map, and the planners' votes on them.

    \b
    A beginning:
      homeward scenario suggest lost.mission
      homeward scenario add lost.mission lost --label "lost and mobile" --mobility full
      homeward scenario add lost.mission cliff --from "36.41, -84.35" --mobility none --injured
      homeward scenario vote lost.mission --by Kim lost=60 cliff=30 rest=10
      homeward scenario vote lost.mission --by Lee lost=A cliff=C rest=5%
      homeward map lost.mission
    """


@scenario.command()
@mission_argument
@click.argument("name")
@click.option("--label", help="The scenario in a few words, as printed.")
@click.option("--category", help="Subject category in this scenario, such as despondent.")
@click.option("--ecoregion", type=click.Choice(["temperate", "dry", "urban"]), help="Climate.")
@click.option("--ground", type=click.Choice(["mountain", "flat"]), help="Kind of terrain.")
@click.option("--from", "place", metavar="PLACE", help="Where the subject went from, if not the IPP.")
@click.option("--direction", "direction_deg", type=float, metavar="DEG", help="True direction of travel, 0 to 360.")
@click.option(
    "--mobility", type=click.Choice(["full", "limited", "none"]), help="How well it can move: limited is half pace."
)
@click.option("--responsive/--unresponsive", default=None, help="Whether it would answer a call.")
@click.option("--injured/--unhurt", default=None, help="Whether it is injured.")
@click.option("--left-area/--in-area", default=None, help="Whether all of it lies outside the map.")
@click.option("--buried", "setting", flag_value="avalanche", default=None, help="Buried by an avalanche.")
@click.option("--why", help="Why you think of it. Personal.")
@click.option("--forget", multiple=True, metavar="FIELD", help="Take back what was said of a field, such as place.")
@at_option
@json_option
def add(mission: Path, name: str, as_json: bool, **given: Any) -> None:
    """Add the scenario NAME to MISSION, or change it. What is left out is as the subject and the IPP have it."""
    from homeward import desk

    say(desk.scenario(mission, name, **given), as_json=as_json)


@scenario.command()
@mission_argument
@click.argument("name")
@click.option("--why", default="", help="Why it counts no longer. Personal.")
@at_option
@json_option
def drop(mission: Path, name: str, as_json: bool, **given: Any) -> None:
    """Drop the scenario NAME from MISSION. What was voted for the others keeps its proportions."""
    from homeward import desk

    say(desk.drop_scenario(mission, name, **given), as_json=as_json)


@scenario.command()
@mission_argument
@click.argument("votes", nargs=-1, required=True, metavar="NAME=SHARE... rest=SHARE")
@click.option("--by", "planner", metavar="PLANNER", help="Who votes, if not you.")
@at_option
@json_option
def vote(mission: Path, votes: tuple[str, ...], planner: str | None, at: str | None, as_json: bool) -> None:
    """Vote on the scenarios of MISSION, each planner apart from the others; a later vote replaces an earlier one.

    Points on any scale (lost=60 cliff=30 rest=10), or letters from A, very likely, over E, even chance, to I, very
    unlikely (lost=A cliff=C rest=5%). rest is the rest of the world: none of these. It has to be in every vote, as a
    number, beside letters in percent.
    """
    from homeward import desk

    pairs = [vote.partition("=") for vote in votes]
    odd = next((name for name, sign, share in pairs if not (name and sign and share)), None)
    if odd is not None:
        raise click.UsageError(f"{odd!r} is not a vote. Write NAME=SHARE, such as lost=60 or lost=A.")
    if len({name for name, _, _ in pairs}) < len(pairs):
        raise click.UsageError("A scenario is voted on twice. Give each once.")
    say(desk.vote(mission, {name: share for name, _, share in pairs}, planner=planner, at=at), as_json=as_json)


@scenario.command()
@mission_argument
@json_option
def show(mission: Path, as_json: bool) -> None:
    """Show the scenarios of MISSION: every vote, how far they lie apart, what each weighs now, and survival in it."""
    from homeward import desk

    say(desk.show_scenarios(mission), as_json=as_json)


@scenario.command()
@mission_argument
@click.option("--take", is_flag=True, help="Add those that are not there yet.")
@json_option
def suggest(mission: Path, take: bool, as_json: bool) -> None:
    """Suggest scenarios for the subject's category to begin with: homeward's own, for planners to change or leave."""
    from homeward import desk

    say(desk.suggest_scenarios(mission, take=take), as_json=as_json)
