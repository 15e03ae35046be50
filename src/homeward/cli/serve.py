"""The command that shows a mission on a live page."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path

import click

from homeward.cli.options import json_option, mission_argument


@click.command()
@mission_argument
@click.option("--host", default="127.0.0.1", show_default=True, help="0.0.0.0 lets the other laptops here see it.")
@click.option("--port", type=click.IntRange(1, 65535), default=8765, show_default=True, help="Port to listen on.")
@click.option("--personal", is_flag=True, help="Show the subject's personal fields on the page.")
@click.option("--call-on", is_flag=True, help="Go on with an open call-out every minute, by HOMEWARD_CHANNELS.")
@json_option
def serve(mission: Path, host: str, port: int, personal: bool, call_on: bool, as_json: bool) -> None:
    """Show MISSION on a live page in the browser, until Ctrl-C.

    A call-out goes on only when somebody says so, by the page's button or homeward callout --tick; with --call-on the
    page does it by itself: the next channel for who is silent, the next wave where those called will not do.
    """
    from homeward.web import serve as run
    from homeward.web.calling_on import calling_on

    def say(words: str) -> None:
        click.echo(json.dumps({"says": words}) if as_json else words)

    with calling_on(mission, say=say) if call_on else nullcontext():
        run(mission, host=host, port=port, personal=personal, say=say)
