"""Commands that write papers and files."""

from __future__ import annotations

from pathlib import Path

import click

from homeward.cli.options import json_option, mission_argument, say

FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command()
@mission_argument
@click.option("--to", "folder", type=FOLDER, default=Path("papers"), show_default=True, help="Folder for the files.")
@click.option("--paper", type=click.Choice(["a4", "letter"]), default="a4", show_default=True, help="Size of paper.")
@click.option("--personal", is_flag=True, help="Print the subject's personal fields on the sheets.")
@json_option
def brief(mission: Path, folder: Path, paper: str, personal: bool, as_json: bool) -> None:
    """Write the papers of the plan of MISSION: an overview, a task sheet per team (PDF), and GPX per task."""
    from homeward import desk

    say(desk.brief(mission, folder, paper=paper, personal=personal), as_json=as_json)


@click.command()
@mission_argument
@click.option("--to", "folder", type=FOLDER, default=Path("export"), show_default=True, help="Folder for the files.")
@click.option(
    "--format",
    "formats",
    multiple=True,
    type=click.Choice(["caltopo", "gpx", "html", "png", "tif", "log", "buildings"]),
    help="Which; may be repeated. All of them if left out.",
)
@click.option("--personal", is_flag=True, help="Include the subject's personal fields.")
@json_option
def export(mission: Path, folder: Path, formats: tuple[str, ...], personal: bool, as_json: bool) -> None:
    """Write MISSION for other programs.

    caltopo: GeoJSON that CalTopo / SARTopo imports; gpx: one file per task; html: one self-contained map page;
    png: overview picture; tif: probability raster; log: every entry as JSON lines; buildings: floor plans, sheets and
    markings. Before there is a plan, caltopo and png show the IPP, base and clues (png: the map as well, once made).
    """
    from homeward import desk

    say(desk.export(mission, folder, formats=formats, personal=personal), as_json=as_json)
