"""The command that gives people roles and posts."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from homeward.cli.options import json_option, mission_argument, say
from homeward.cli.progress import progress_bar
from homeward.mission.people import Phase


@click.command()
@mission_argument
@click.option(
    "--phase", type=click.Choice([phase.value for phase in Phase]), help="What for; else by whether somebody was found."
)
@click.option("--need", multiple=True, metavar="ROLE=N", help="So many of a role, instead of what the phase asks for.")
@click.option("--reserve", multiple=True, metavar="ROLE=N", help="So many of a role must wait in reserve.")
@click.option("--backup-within", metavar="TIME", help="Back-up reaches every team within this.  [default: 20 min]")
@click.option("--hours", type=float, help="For how long; else to the end of the plan's period, else 4 h.")
@click.option("--awake-limit", "awake_limit_h", type=float, metavar="H", help="Most hours awake.  [default: 17]")
@click.option("--smallest-team", "min_team", type=int, metavar="N", help="Nobody alone is 2.  [default: 2]")
@click.option("--seed", type=int, default=0, help="Seed of the draws, where many people may drop out.")
@click.option("--show", is_flag=True, help="Show the formation in force instead of making one.")
@json_option
def form(mission: Path, show: bool, as_json: bool, **given: Any) -> None:
    """Give the people of MISSION roles and posts: medic and guard, lookouts, back-up, carriers, a reserve.

    Posts come from the plan, the map, the ground and the hazards marked. What cannot be is answered with the people and
    roles that make it impossible and the smallest change that would do. After a find: who comes to the scene, with the
    fewest changes.

    \b
      homeward form lost.mission
      homeward form lost.mission --reserve medic=1 --backup-within "15 min"
      homeward form lost.mission --need lookout=0 --need medic=2 --need guard=2
      homeward form lost.mission --phase withdrawal
    """
    from homeward import desk

    if show:
        say(desk.show_formation(mission), as_json=as_json)
        return
    with progress_bar("forming") as progress:
        answer = desk.form(mission, progress=progress, **given)
    say(answer, as_json=as_json)
    if answer.data["status"] == "infeasible":
        sys.exit(1)
