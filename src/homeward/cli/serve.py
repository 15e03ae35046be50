"""The command that shows a mission on a live page."""

from __future__ import annotations

import json
from pathlib import Path

import click

from homeward.cli.options import json_option, mission_argument


@click.command()
@mission_argument
@click.option("--host", default="127.0.0.1", show_default=True, help="0.0.0.0 lets the other laptops here see it.")
@click.option("--port", type=click.IntRange(1, 65535), default=8765, show_default=True, help="Port to listen on.")
@click.option("--personal", is_flag=True, help="Show the subject's personal fields on the page.")
@json_option
def serve(mission: Path, host: str, port: int, personal: bool, as_json: bool) -> None:
    """Show MISSION on a live page in the browser, until Ctrl-C."""
    from homeward.web import serve as run

    def say(words: str) -> None:
        click.echo(json.dumps({"says": words}) if as_json else words)

    run(mission, host=host, port=port, personal=personal, say=say)
