"""Commands that decide: the map, the plan, and where the mission stands."""

from __future__ import annotations

from pathlib import Path

import click

from homeward.cli.options import json_option, mission_argument, say
from homeward.cli.progress import progress_bar


@click.command("map")
@mission_argument
@click.option("--chance-at", metavar="PLACE", help="Ask how likely a place is, instead of making the map.")
@json_option
def map_command(mission: Path, chance_at: str | None, as_json: bool) -> None:
    """Make the probability map of MISSION from everything written down, and say what moved it and why."""
    from homeward import desk

    say(desk.chance_at(mission, chance_at) if chance_at else desk.make_map(mission), as_json=as_json)


@click.command()
@mission_argument
@click.option("--hours", type=float, default=4.0, show_default=True, help="Length of the operational period.")
@click.option("--start", metavar="TIME", help="When it starts, if not now: 16:00, +30min.")
@click.option("--seed", type=int, default=0, show_default=True, help="Same seed, same plan.")
@click.option("--why", "reasons", is_flag=True, help="Say for each assignment why.")
@json_option
def plan(mission: Path, hours: float, start: str | None, seed: int, reasons: bool, as_json: bool) -> None:
    """Make the search plan of MISSION: who searches where, in which order, so that the subject is found soonest."""
    from homeward import desk

    with progress_bar("planning") as progress:
        answer = desk.plan(mission, hours=hours, start=start, seed=seed, reasons=reasons, progress=progress)
    say(answer, as_json=as_json)


@click.command()
@mission_argument
@click.option("--assumptions", is_flag=True, help="Show every number the plans stand on, and its source, instead.")
@click.option("--gaps", is_flag=True, help="Show where nobody looked in what was searched, instead.")
@json_option
def show(mission: Path, assumptions: bool, gaps: bool, as_json: bool) -> None:
    """Say in a few lines where MISSION stands."""
    from homeward import desk

    ask = desk.show_gaps if gaps else desk.assumed if assumptions else desk.show
    say(ask(mission), as_json=as_json)
