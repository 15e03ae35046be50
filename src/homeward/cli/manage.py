"""Commands by which a manager overrules the planner, and by which reality answers while teams are out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from homeward.cli.options import METRES, PLACE_FIRST, at_option, json_option, mission_argument, say

_WHY = click.option("--why", default="", help="Reason, as it is kept in the log.")


@click.group()
def segment() -> None:
    """Draw segments of your own. They win: plans take them as they are, and cut theirs around them.

    \b
      homeward segment draw lost.mission N1 "36.41,-84.36" "36.42,-84.35" "36.41,-84.34"
      homeward segment draw lost.mission Ridge "36.41,-84.36" "36.43,-84.35" --line --buffer 50
      homeward segment draw lost.mission Lake --around "36.40,-84.33" --radius 300m
      homeward segment draw lost.mission Camp --file camp.geojson
    """


@segment.command(context_settings=PLACE_FIRST)
@mission_argument
@click.argument("name")
@click.argument("places", nargs=-1)
@click.option("--file", type=click.Path(path_type=Path), help="GeoJSON with its one polygon or line.")
@click.option("--line", is_flag=True, help="The places are points of a line: the segment is the strip along it.")
@click.option("--buffer", "buffer_m", type=METRES, metavar="LENGTH", help="To each side of a line.  [default: 50m]")
@click.option("--around", metavar="PLACE", help="A circle around a place.")
@click.option("--radius", "radius_m", type=METRES, metavar="LENGTH", help="Its radius.")
@click.option("--label", default="", help="What it is, in a few words.")
@at_option
@json_option
def draw(mission: Path, name: str, places: tuple[str, ...], as_json: bool, **told: Any) -> None:
    """Draw the segment NAME of MISSION: by its corners PLACE PLACE PLACE, a line, a circle, or a file."""
    from homeward import desk

    say(desk.draw_segment(mission, name, places=list(places), **told), as_json=as_json)


@segment.command()
@mission_argument
@click.argument("name")
@_WHY
@at_option
@json_option
def drop(mission: Path, name: str, why: str, at: str | None, as_json: bool) -> None:
    """Drop the segment NAME that you drew. Its ground is cut anew in the next plan."""
    from homeward import desk

    say(desk.drop_segment(mission, name, why=why, at=at), as_json=as_json)


@segment.command("list")
@mission_argument
@json_option
def list_command(mission: Path, as_json: bool) -> None:
    """List the segments of MISSION: yours, and those of the plan in force."""
    from homeward import desk

    say(desk.list_segments(mission), as_json=as_json)


@click.command()
@mission_argument
@click.argument("words", required=False)
@click.option("--team", help="The team that must search it; left out: somebody must.")
@click.option("--segment", "name", metavar="SEGMENT", help="The segment that must be searched.")
@click.option("--nobody", metavar="SEGMENT", help="A segment that nobody may search.")
@click.option("--never", nargs=2, metavar="TEAM SEGMENT", help="A team that may never search that segment.")
@_WHY
@at_option
@json_option
def lock(
    mission: Path,
    words: str | None,
    name: str | None,
    nobody: str | None,
    never: tuple[str, str] | None,
    as_json: bool,
    **given: Any,
) -> None:
    """Lock a choice in MISSION: plans obey it from now on, and say what it costs. Without a choice: list them.

    \b
      homeward lock lost.mission "Alpha searches AC" --why "knows the ground"
      homeward lock lost.mission "Bravo never searches AD"
      homeward lock lost.mission --nobody AE --why "quarry, blasting until 15:00"
    """
    from homeward import desk

    told = [words is not None, name is not None, nobody is not None, never is not None]
    if sum(told) > 1:
        raise click.UsageError("Give one choice at a time: in words, with --segment, with --nobody, or with --never.")
    if not any(told):
        if given["team"]:
            raise click.UsageError("Say which segment: --segment AC.")
        say(desk.list_locks(mission), as_json=as_json)
        return
    if never is not None:
        given["team"], name = never
    answer = desk.lock(mission, words, segment=nobody or name, never=bool(nobody or never), **given)
    say(answer, as_json=as_json)


@click.command()
@mission_argument
@click.argument("name", metavar="LOCK")
@_WHY
@at_option
@json_option
def free(mission: Path, name: str, why: str, at: str | None, as_json: bool) -> None:
    """Take back the lock LOCK of MISSION, such as L1."""
    from homeward import desk

    say(desk.free(mission, name, why=why, at=at), as_json=as_json)


@click.command()
@mission_argument
@click.option("--team", "orders", multiple=True, metavar="TEAM=SEGMENT,...", help="A team and its segments, in order.")
@click.option("--label", default="", help="What the plan is called in comparisons.")
@click.option("--none", "nothing", is_flag=True, help="There is no own plan any more.")
@at_option
@json_option
def own(mission: Path, orders: tuple[str, ...], label: str, nothing: bool, at: str | None, as_json: bool) -> None:
    """Note your own plan for MISSION. The next plan made is measured beside it: POS by hour of both.

    \b
      homeward own lost.mission --team Alpha=AA,AC --team "Dog 1=AD"
      homeward plan lost.mission
    """
    from homeward import desk

    if nothing == bool(orders):
        raise click.UsageError("Say who searches what, --team Alpha=AA,AC; or --none.")
    pairs = {}
    for order in orders:
        team, equals, segments = order.rpartition("=")
        if not equals or not team.strip():
            raise click.UsageError(f"{order!r} is not TEAM=SEGMENT,SEGMENT.")
        if team.strip() in pairs:
            raise click.UsageError(f"{team.strip()} is named twice. Give its segments together.")
        pairs[team.strip()] = [s.strip() for s in segments.split(",") if s.strip()]
    say(desk.own_plan(mission, pairs, label=label, at=at), as_json=as_json)


@click.command("at", context_settings=PLACE_FIRST)
@mission_argument
@click.argument("team")
@click.argument("place")
@at_option
@json_option
def at_command(mission: Path, team: str, place: str, at: str | None, as_json: bool) -> None:
    """Say that TEAM is at PLACE, as it told over the radio. The next `homeward plan MISSION --again` starts from it."""
    from homeward import desk

    say(desk.team_at(mission, team, place, at=at), as_json=as_json)


@click.command()
@mission_argument
@click.argument("assignment")
@at_option
@json_option
def begun(mission: Path, assignment: str, at: str | None, as_json: bool) -> None:
    """Say that the team of ASSIGNMENT, such as 101, has set out on it."""
    from homeward import desk

    say(desk.begun(mission, assignment, at=at), as_json=as_json)


@click.command()
@mission_argument
@click.argument("assignment")
@click.option("--why", default="", help="Why. Personal: it may speak of somebody's health.")
@at_option
@json_option
def giveup(mission: Path, assignment: str, why: str, at: str | None, as_json: bool) -> None:
    """Say that the team of ASSIGNMENT gave it up, or never got to it."""
    from homeward import desk

    say(desk.give_up(mission, assignment, why=why, at=at), as_json=as_json)
