"""The command that shows the whole of it."""

from __future__ import annotations

from pathlib import Path

import click

from homeward.cli.options import json_option, say
from homeward.cli.progress import progress_bar


@click.command()
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path),
    default=Path("demo"),
    show_default=True,
    help="Folder for it all.",
)
@click.option("--seed", type=int, help="Which simulated subject; left out, one whom the second period finds.")
@json_option
def demo(folder: Path, seed: int | None, as_json: bool) -> None:
    """Run a whole mission on real ground: a lost hiker near Jacksboro, Tennessee, in all fourteen stages.

    From the first clue over rally, map, plan, formation, search outdoors and through a house's rooms, find and
    carry-out to the hand-over, and on to debrief, warning, muster and cover. Writes the mission file and every
    document of it into the folder, and what each verb answered into said/.
    """
    from homeward import desk

    def aloud(words: str) -> None:
        click.echo(words, err=as_json)

    with progress_bar("demo") as step:
        answer = desk.demo(folder, seed=seed, step=step, say=aloud)
    say(answer, as_json=as_json)
