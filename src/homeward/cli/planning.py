"""Commands that decide: the map, the plan, and where the mission stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from homeward.cli.options import PLACE_FIRST, json_option, mission_argument, say
from homeward.cli.progress import progress_bar


class MapVerbs(click.Group):
    """`homeward map MISSION` makes the map; `homeward map why MISSION PLACE` asks about it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Takes `make` as meant where no command is named."""
        if args and args[0] not in {*self.commands, "-h", "--help"}:
            args = ["make", *args]
        return super().parse_args(ctx, args)


@click.group("map", cls=MapVerbs)
def map_command() -> None:
    """Make the probability map of a mission, or ask why it is as it is at a place.

    \b
      homeward map lost.mission
      homeward map why lost.mission 36.412 -84.351
    """


@map_command.command(context_settings=PLACE_FIRST)
@mission_argument
@click.argument("place", nargs=-1, required=True)
@json_option
def why(mission: Path, place: tuple[str, ...], as_json: bool) -> None:
    """Say in words what put probability at PLACE (LAT LON, or any other way of writing it) on the map of MISSION."""
    from homeward import desk

    say(desk.why(mission, " ".join(place)), as_json=as_json)


@map_command.command()
@mission_argument
@click.option("--chance-at", metavar="PLACE", help="Ask how likely a place is, instead of making the map.")
@json_option
def make(mission: Path, chance_at: str | None, as_json: bool) -> None:
    """Make the probability map of MISSION from everything written down, and say what moved it and why."""
    from homeward import desk

    say(desk.chance_at(mission, chance_at) if chance_at else desk.make_map(mission), as_json=as_json)


@click.command()
@mission_argument
@click.option("--hours", type=float, help="Length of the operational period.  [default: 4; with --again what is left]")
@click.option("--start", metavar="TIME", help="When it starts, if not now: 16:00, +30min.")
@click.option("--again", is_flag=True, help="Plan what is left of the period anew, from where everybody is now.")
@click.option(
    "--switch-cost",
    type=float,
    metavar="P",
    help="With --again: what breaking off a task must bring, of all probability on average.  [default: 0.002]",
)
@click.option("--time-limit", "time_limit_s", type=float, metavar="S", help="Improve for at most so many seconds.")
@click.option("--seed", type=int, default=0, show_default=True, help="Same seed, same plan.")
@click.option("--why", "reasons", is_flag=True, help="Say for each assignment why.")
@json_option
def plan(mission: Path, as_json: bool, **asked: Any) -> None:
    """Make the search plan of MISSION: who searches where, in which order, so that the subject is found soonest.

    With --again, while teams are out: what is under way stays unless changing it pays more than the switch cost, and
    one line per team says what changed and why. Tell first what is known: homeward begun, at, giveup, debrief.

    Ctrl-C ends the improving: the best plan found until then is kept.
    """
    from homeward import desk

    if asked["switch_cost"] is not None and not asked["again"]:
        raise click.UsageError("--switch-cost goes with --again.")
    with progress_bar("planning") as progress:
        answer = desk.plan(mission, progress=progress, **asked)
    say(answer, as_json=as_json)


@click.command()
@mission_argument
@click.option("--assumptions", is_flag=True, help="Show every number the plans stand on, and its source, instead.")
@click.option("--gaps", is_flag=True, help="Show where POD is under 10 % in what was searched, instead.")
@json_option
def show(mission: Path, assumptions: bool, gaps: bool, as_json: bool) -> None:
    """Say in a few lines where MISSION stands."""
    from homeward import desk

    ask = desk.show_gaps if gaps else desk.assumed if assumptions else desk.show
    say(ask(mission), as_json=as_json)
