"""Commands by which teams are told what to do, called back, and answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from homeward.cli.options import PLACE_FIRST, at_option, json_option, mission_argument, say
from homeward.mission.people import OrderKind


@click.command(context_settings=PLACE_FIRST)
@mission_argument
@click.argument("place", required=False)
@click.option("--why", default="", help="Why. Everybody reads it.")
@at_option
@json_option
def recall(mission: Path, place: str | None, why: str, at: str | None, as_json: bool) -> None:
    """Call everybody in MISSION back: to PLACE, or else the meeting point, or else the base.

    Every team, and every person without one, gets the order and must acknowledge it; `homeward order MISSION` says who
    has not.
    """
    from homeward import desk

    say(desk.recall(mission, place, why=why, at=at), as_json=as_json)


@click.command(context_settings=PLACE_FIRST)
@mission_argument
@click.argument("place", required=False)
@click.option("--text", default="", help="What to know on the way there.")
@json_option
def rally(mission: Path, place: str | None, text: str, as_json: bool) -> None:
    """Set where everybody in MISSION meets: at PLACE, or else where the last arrives soonest.

    Over real ground, and on ways and at a place that keep out of the hazards marked. `homeward recall` calls there.
    """
    from homeward import desk

    say(desk.rally(mission, place, text=text), as_json=as_json)


@click.command("order")
@mission_argument
@click.argument("to", required=False)
@click.argument("kind", required=False)
@click.option("--text", default="", help="The order in your own words; else those of its kind.")
@click.option("--place", help="Where.")
@click.option("--personal", is_flag=True, help="With the list: what was said in answer, too.")
@at_option
@json_option
def order(mission: Path, to: str | None, kind: str | None, personal: bool, as_json: bool, **given: Any) -> None:
    """Tell TO, a team or a person without one, what to do. Without TO: list all orders and who has not answered.

    KIND: lead, medic, backup, carry, watch, go-on, hold, return, recall. TO: one, "Alpha,Bravo", or everybody.

    \b
      homeward order lost.mission "Line A" hold --text "hold at the stream until Dog 1 has passed"
      homeward order lost.mission everybody return --place "36.41,-84.35"
    """
    from homeward import desk

    if to is None:
        say(desk.list_orders(mission, personal=personal), as_json=as_json)
        return
    if kind is None:
        words = ", ".join(one.value.replace(" ", "-") for one in OrderKind)
        raise click.UsageError(f"Say what {to} is to do: {words}.")
    say(desk.order(mission, to.split(","), kind, **given), as_json=as_json)


@click.command()
@mission_argument
@click.argument("by")
@click.option("--eta", metavar="TIME", help="When it will be there: 14:30, +25min.")
@click.option("--said", default="", help="What it said. Personal: it may speak of somebody's health.")
@at_option
@json_option
def ack(mission: Path, by: str, as_json: bool, **given: Any) -> None:
    """Note that BY, a team or a person, has acknowledged its latest order."""
    from homeward import desk

    say(desk.acknowledge(mission, by, **given), as_json=as_json)
