"""Commands on messages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from homeward.cli.options import at_option, json_option, mission_argument, say


@click.group()
def message() -> None:
    """Tell people what they must know, and see who has read it.

    \b
      homeward message send lost.mission "Come back to base by 18:00." --to "Line A" --to M1 --priority immediate
      homeward message ack lost.mission N1 --by "Line A"
      homeward message list lost.mission --personal
    """


@message.command("send")
@mission_argument
@click.argument("text")
@click.option("--to", multiple=True, required=True, metavar="NAME", help="A team, a person, or everybody.")
@click.option(
    "--priority",
    type=click.Choice(["routine", "priority", "immediate", "flash"]),
    default="routine",
    show_default=True,
    help="How soon it must be read.",
)
@at_option
@json_option
def send_(mission: Path, text: str, as_json: bool, **given: Any) -> None:
    """Give the message TEXT to those named. It stays open until each has acknowledged it."""
    from homeward import desk

    say(desk.message(mission, given.pop("to"), text, **given), as_json=as_json)


@message.command("ack")
@mission_argument
@click.argument("name")
@click.option("--by", required=True, metavar="NAME", help="Who has read it.")
@click.option("--said", default="", metavar="TEXT", help="What was answered. Personal.")
@at_option
@json_option
def ack_(mission: Path, name: str, as_json: bool, **given: Any) -> None:
    """Note that somebody has read the message NAME."""
    from homeward import desk

    say(desk.message_ack(mission, name, given.pop("by"), **given), as_json=as_json)


@message.command("list")
@mission_argument
@click.option("--personal", is_flag=True, help="What they say, too.")
@json_option
def list_messages_(mission: Path, personal: bool, as_json: bool) -> None:
    """List the messages of MISSION: unread ones first, by priority and age."""
    from homeward import desk

    say(desk.list_messages(mission, personal=personal), as_json=as_json)
