"""Commands for what may be hit and who covers it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from homeward.cli.options import PLACE_FIRST, at_option, json_option, mission_argument, say

_VIEWS = ["reserve", "deterrence", "covering", "fewest", "median", "center", "expected"]
_PAPER = click.option(
    "--paper", type=click.Choice(["a4", "letter"]), default="a4", show_default=True, help="Size of paper."
)


@click.group()
def target() -> None:
    """Say what may be hit, how, and what that would cost.

    \b
      homeward target set lost.mission Hut "36.2690, -84.2700" --way people=6 --way records=2
      homeward target set lost.mission Bridge "36.2560, -84.2480" --value 4 --harm 50%
      homeward target drop lost.mission Bridge --why "evacuated"
    """


@target.command("set", context_settings=PLACE_FIRST)
@mission_argument
@click.argument("name")
@click.argument("place", required=False)
@click.option(
    "--value", metavar="NUMBER", help="What is lost if it is hit with nobody there; any unit, the same for all."
)
@click.option(
    "--way",
    "ways",
    multiple=True,
    metavar="WAY=LOSS",
    help="A way to be hit and the loss by it: people, places, records or supplies; repeat. They add up to the "
    "value. One hit comes by one way: reserve counts each by itself, deterrence the dearest, the other views all.",
)
@click.option("--label", default="", help="What it is, in a few words.")
@click.option(
    "--harm", "harm_per_h", metavar="SHARE", help="Share of the value lost for each hour until somebody is there."
)
@click.option("--note", default="", help="What else is known; personal.")
@click.option("--forget", multiple=True, metavar="FIELD", help="A field to take back: label, ways, harm_per_h, note.")
@at_option
@json_option
def target_set(mission: Path, name: str, as_json: bool, **told: Any) -> None:
    """Name the target NAME of MISSION at PLACE, or change it."""
    from homeward import desk

    say(desk.target(mission, name, **told), as_json=as_json)


@target.command("drop")
@mission_argument
@click.argument("name")
@click.option("--why", default="", help="Reason; personal.")
@at_option
@json_option
def target_drop(mission: Path, name: str, why: str, at: str | None, as_json: bool) -> None:
    """Cover the target NAME of MISSION no longer."""
    from homeward import desk

    say(desk.drop_target(mission, name, why=why, at=at), as_json=as_json)


@target.command("list")
@mission_argument
@json_option
def target_list(mission: Path, as_json: bool) -> None:
    """List the targets of MISSION, the dearest first."""
    from homeward import desk

    say(desk.list_targets(mission), as_json=as_json)


@click.group()
def cover() -> None:
    """Plan who covers which target with too few teams, and print it.

    \b
      homeward cover plan lost.mission
      homeward cover plan lost.mission --view deterrence
      homeward cover roster lost.mission --day tomorrow
      homeward cover papers lost.mission --to papers
    """


@cover.command("plan")
@mission_argument
@click.option(
    "--view",
    type=click.Choice(_VIEWS),
    default="reserve",
    show_default=True,
    help="reserve: standing teams and who moves when one is hit; deterrence: rosters against who looks first; the "
    "others: where teams wait.",
)
@click.option("--team", "teams", multiple=True, metavar="NAME", help="Count this team; repeat. Or one number of teams.")
@click.option("--standing", type=int, metavar="N", help="So many must stand at targets.  [default: as is best]")
@click.option("--reserve", type=int, metavar="N", help="So many must wait in reserve.  [default: as is best]")
@click.option("--within", "radius", default="20 min", show_default=True, metavar="TIME", help="What counts as covered.")
@click.option(
    "--day",
    "days",
    multiple=True,
    metavar="TIME",
    help="The plan may change then, such as '3 d'; repeat.  [default: 1, 3, 7 d while a warning is open]",
)
@click.option(
    "--aim",
    type=click.Choice(["worst", "expected"]),
    default="worst",
    show_default=True,
    help="Which loss to keep low.",
)
@click.option("--busy", metavar="SHARE", default="0", help="How often each team is busy elsewhere (view expected).")
@click.option("--doubt", metavar="SHARE", default="0", help="By which share values may be higher than told.")
@click.option("--budget", type=int, metavar="N", help="So many values may be higher at once.  [default: all]")
@click.option(
    "--base", "bases", multiple=True, metavar="PLACE", help="One more place where a reserve may wait; repeat."
)
@click.option(
    "--needs", multiple=True, metavar="WAY=ROLE", help="Who can guard against a way, such as records=comms; repeat."
)
@click.option("--on-foot", is_flag=True, help="There are no vehicles.")
@click.option("--seed", type=int, metavar="N", help="Kept with the plan; left out, rosters have one that nobody knows.")
@json_option
def cover_plan(mission: Path, as_json: bool, **asked: Any) -> None:
    """Plan who covers which target of MISSION, when the reserve moves, and what the worst case left costs."""
    from homeward import desk

    say(desk.cover(mission, **asked), as_json=as_json)


@cover.command("show")
@mission_argument
@json_option
def cover_show(mission: Path, as_json: bool) -> None:
    """Say again what the plan of cover of MISSION is."""
    from homeward import desk

    say(desk.show_cover(mission), as_json=as_json)


@cover.command("roster")
@mission_argument
@click.option("--day", default="today", show_default=True, metavar="DAY", help="today, tomorrow or 2026-11-23.")
@json_option
def cover_roster(mission: Path, day: str, as_json: bool) -> None:
    """Draw who goes where on a day, from the plan of deterrence of MISSION."""
    from homeward import desk

    say(desk.cover_roster(mission, day=day), as_json=as_json)


@cover.command("papers")
@mission_argument
@click.option(
    "--to", "folder", type=click.Path(path_type=Path, file_okay=False), required=True, help="Write them there."
)
@_PAPER
@json_option
def cover_papers(mission: Path, folder: Path, paper: str, as_json: bool) -> None:
    """Write the cover sheet (PDF, one page) and the map of cover of MISSION."""
    from homeward import desk

    say(desk.cover_papers(mission, folder, paper=paper), as_json=as_json)
