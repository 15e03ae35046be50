"""The command that tries the plan out before anybody goes."""

from __future__ import annotations

from pathlib import Path

import click

from homeward.cli.options import json_option, mission_argument, say
from homeward.cli.progress import progress_bar


@click.command()
@mission_argument
@click.option("--subjects", type=int, default=5000, show_default=True, help="How many subjects to play against.")
@click.option("--seed", type=int, default=0, show_default=True, help="Same seed, same subjects.")
@click.option(
    "--what-if",
    "what_ifs",
    multiple=True,
    metavar="WORDS",
    help='Plan and rehearse this too: "2 dog teams", "rain heavy", "1 hour later", "team Alpha out"; may be repeated.',
)
@click.option("--plot", type=click.Path(path_type=Path, dir_okay=False), help="Write the plot to this PNG file.")
@click.option("--night", is_flag=True, help="Draw the plot red on black.")
@json_option
def rehearse(
    mission: Path, subjects: int, seed: int, what_ifs: tuple[str, ...], plot: Path | None, night: bool, as_json: bool
) -> None:
    """Play the plan of MISSION against thousands of subjects drawn from the map: who is found, when, by whom.

    Where the subject may still be on its way, the subjects walk too. Each --what-if is planned anew and rehearsed
    against the same subjects, so that small differences show. Nothing is written into the mission. Ctrl-C keeps what
    was played by then.
    """
    from homeward import desk

    with progress_bar("rehearsing") as progress:
        answer = desk.rehearse(
            mission, subjects=subjects, seed=seed, what_ifs=what_ifs, plot=plot, night=night, progress=progress
        )
    say(answer, as_json=as_json)
