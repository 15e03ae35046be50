"""Commands about people: who is there, what threatens them, which signals were agreed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from homeward.cli.options import METRES, PLACE_FIRST, at_option, json_option, mission_argument, say
from homeward.mission.people import HazardKind


@click.command()
@mission_argument
@click.argument("name", required=False)
@click.option(
    "--role", "roles", multiple=True, metavar="ROLE[:SKILL[:UNTIL]]", help="medic, medic:5, medic:5:2027-01-31."
)
@click.option("--team", help="The team that the person belongs to.")
@click.option("--place", help="Where the person is; else with the team, or at the base.")
@click.option("--awake-since", metavar="TIME", help="When the person got up: 05:30, -7h.")
@click.option("--present", "p_present", type=float, metavar="P", help="Probability to be there when needed.")
@click.option("--real-name", help="Name. Personal.")
@click.option("--phone", help="Phone number. Personal.")
@click.option("--note", help="Anything else. Personal.")
@click.option("--forget", multiple=True, metavar="FIELD", help="A field to take back: team, place, awake_since ...")
@click.option("--stand-down", is_flag=True, help="The person is no longer available.")
@click.option("--why", default="", help="Reason for standing down. Personal.")
@click.option("--personal", is_flag=True, help="With the list: names, phones and notes, too.")
@at_option
@json_option
def person(
    mission: Path, name: str | None, stand_down: bool, why: str, personal: bool, as_json: bool, **given: Any
) -> None:
    """Register NAME in MISSION with what they can do, or change it, or stand them down. Without a name: list everybody.

    \b
      homeward person lost.mission M1 --role medic:5:2027-01-31 --role carrier --awake-since 05:30
      homeward person lost.mission G1 --role guard:4 --team "Line A"
      homeward person lost.mission

    NAME is a call sign or initials: it stands on sheets and in the log. Skill is 1 (can do it) to 5 (best).

    Roles: searcher, sensor (works a device or a dog), lookout, backup, medic, guard (stays with the medic), carrier,
    lead (of a scene), rear (guard), comms.
    """
    from homeward import desk

    if name is None:
        if stand_down:
            raise click.UsageError("Say who stands down: the call sign, then --stand-down.")
        say(desk.list_people(mission, personal=personal), as_json=as_json)
    elif stand_down:
        say(desk.stand_down_person(mission, name, why=why, at=given["at"]), as_json=as_json)
    else:
        say(desk.person(mission, name, **given), as_json=as_json)


@click.command(context_settings=PLACE_FIRST)
@mission_argument
@click.argument("name", required=False)
@click.argument("places", nargs=-1)
@click.option("--kind", type=click.Choice([kind.value for kind in HazardKind]), help="What it is.")
@click.option("--line", is_flag=True, help="The places are points of a line: a road, a stream.")
@click.option("--buffer", "buffer_m", type=METRES, metavar="LENGTH", help="To each side of a line.  [default: 50m]")
@click.option("--around", "place", metavar="PLACE", help="A circle around a place.")
@click.option("--radius", "radius_m", type=METRES, metavar="LENGTH", help="Its radius.")
@click.option("--label", default="", help="What it is, in a few words that everybody may read.")
@click.option("--begins", metavar="TIME", help="When it begins to threaten; else it does already.")
@click.option("--ends", metavar="TIME", help="When it ends; else it does not.")
@click.option("--hits", "hits_per_h", type=float, metavar="N", help="Expected injuries per person and hour inside.")
@click.option("--speed", type=float, metavar="M/S", help="How fast what comes from it moves, for the time to warn.")
@click.option("--note", default="", help="What is known of people. Personal.")
@click.option("--drop", is_flag=True, help="It is there no longer.")
@click.option("--why", default="", help="Reason for dropping it. Personal.")
@click.option("--personal", is_flag=True, help="With the list: notes, too.")
@at_option
@json_option
def hazard(mission: Path, name: str | None, drop: bool, why: str, personal: bool, as_json: bool, **given: Any) -> None:
    """Mark the hazard NAME in MISSION: by its corners, along a line, or around a place. Without a name: list them.

    \b
      homeward hazard lost.mission H1 --kind people --around "36.41,-84.35" --radius 300m --speed 1.5
      homeward hazard lost.mission Slope --kind avalanche "36.41,-84.36" "36.42,-84.35" "36.41,-84.34"
      homeward hazard lost.mission Road --kind traffic --line --buffer 20m "36.40,-84.36" "36.42,-84.35"
      homeward hazard lost.mission H1 --drop --why "they left"
    """
    from homeward import desk

    if name is None:
        if drop:
            raise click.UsageError("Say which hazard is there no longer: its name, then --drop.")
        say(desk.list_hazards(mission, personal=personal), as_json=as_json)
        return
    if drop:
        say(desk.drop_hazard(mission, name, why=why, at=given["at"]), as_json=as_json)
        return
    if given["kind"] is None:
        raise click.UsageError(f"A hazard needs its kind: --kind {', '.join(HazardKind)}.")
    say(desk.hazard(mission, name, **given), as_json=as_json)


@click.command()
@mission_argument
@click.option("--warning", help="The signal that danger is coming: '1 long whistle, channel 2'.")
@click.option("--recall", help="The signal that everybody comes back at once.")
@click.option("--channel", help="The radio channel for both.")
@at_option
@json_option
def signals(mission: Path, as_json: bool, **given: Any) -> None:
    """Agree on the warning and recall signals of MISSION; they stand on every task sheet. Without options: say them.

    \b
      homeward signals lost.mission --warning "1 long whistle" --recall "3 long whistles" --channel "channel 1"
    """
    from homeward import desk

    say(desk.signals(mission, **given), as_json=as_json)
