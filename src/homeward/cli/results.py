"""Commands that bring reality back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from homeward.cli.options import at_option, json_option, mission_argument, say


@click.command()
@mission_argument
@click.argument("team")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--assignment", metavar="NUMBER", help="Which assignment; the team's next open one if left out.")
@at_option
@json_option
def track(mission: Path, team: str, file: Path, assignment: str | None, at: str | None, as_json: bool) -> None:
    """Take in FILE (GPX), the track that TEAM recorded, as it is. Gaps stay gaps; what is odd is said."""
    from homeward import desk

    say(desk.track(mission, team, file, assignment=assignment, at=at), as_json=as_json)


@click.command()
@mission_argument
@click.argument("team", required=False)
@click.option("--assignment", metavar="NUMBER", help="Which assignment; the team's next open one if left out.")
@click.option("--pod", "pod_told", type=float, metavar="P", help="POD as the team judges it, where no track came in.")
@click.option("--note", default="", help="What the team says: gaps, hazards, clues passed on.")
@click.option("--hazard", "hazards", multiple=True, metavar="WORDS", help="A hazard it met; may be given again.")
@click.option("--gap", "gaps", multiple=True, metavar="WORDS", help="What it could not search; may be given again.")
@click.option("--calling", is_flag=True, help="It called, stopped and listened: who answers would have been heard.")
@click.option(
    "--width-factor", type=float, default=1.0, metavar="X", help="Sweep widths times X (fog, snow); needs --why."
)
@click.option("--force", "forced", is_flag=True, help="Take a POD of 100 % (--pod 1); needs --why.")
@click.option("--why", default="", help="Reason for --width-factor or --force.")
@click.option("--found", metavar="PLACE", help="The subject was found there.")
@click.option("--alive/--dead", default=None, help="With --found.")
@click.option("--condition", help="With --found; personal.")
@at_option
@json_option
def debrief(
    mission: Path,
    team: str | None,
    found: str | None,
    alive: bool | None,
    condition: str | None,
    as_json: bool,
    at: str | None,
    **told: Any,
) -> None:
    """Record what TEAM searched without a find, and update the map; or, with --found, that it found the subject.

    Hazards and gaps of a team that has no assignment are noted as statements for everybody.
    """
    from homeward import desk

    if found is not None:
        say(desk.found(mission, found, team=team, alive=alive, condition=condition, at=at), as_json=as_json)
        return
    if team is None:
        raise click.UsageError("Say which team comes back: homeward debrief MISSION TEAM.")
    answer = desk.debrief(mission, team, at=at, **told)
    say(answer, as_json=as_json)
