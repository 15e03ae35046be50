"""Commands about the ground."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from homeward.cli.options import METRES, PLACE_FIRST, json_option, mission_argument, say

FILE = click.Path(path_type=Path)


@click.group()
def area() -> None:
    """Fetch the ground from the web, load it from files into a mission, and ask of it."""


@area.command()
@mission_argument
@click.option("--elevation", multiple=True, type=FILE, help="Elevation raster (GeoTIFF, .hgt ...); may be repeated.")
@click.option("--features", multiple=True, type=FILE, help="GeoPackage, GeoJSON or .osm.pbf; may be repeated.")
@click.option("--landcover", type=FILE, help="Land cover raster (NLCD or ESA WorldCover classes).")
@click.option("--landcover-scheme", help="Its classes, if the file does not tell: nlcd, worldcover, cgls, igbp.")
@click.option("--cell", "cell_m", type=METRES, default=50.0, show_default=True, help="Size of a map cell.")
@click.option("--around", metavar="PLACE", help="Middle of the map, if only a piece is wanted; else the IPP.")
@click.option("--half-width", "half_width_m", type=METRES, help="Half the side of that piece, such as 6km.")
@click.option("--bbox", nargs=4, type=float, metavar="W S E N", help="Or the box to map, in degrees.")
@click.option("--crs", help="Coordinate system of files that state none, such as EPSG:32616.")
@json_option
def load(mission: Path, as_json: bool, **given: Any) -> None:
    """Load the ground of MISSION from files; any coordinate system, gaps filled and said."""
    from homeward import desk

    say(desk.load_area(mission, **given), as_json=as_json)


@area.command()
@click.option(
    "--bbox", nargs=4, type=float, required=True, metavar="W S E N", help="West, south, east, north, in degrees."
)
@click.option("--to", "folder", type=FILE, default=Path("area"), show_default=True, help="Folder for the files.")
@click.option("--elevation-url", help="Another server of GLO-30 tiles; {tile} stands for the tile's name.")
@click.option("--overpass-url", help="Another Overpass server.")
@json_option
def fetch(folder: Path, as_json: bool, **given: Any) -> None:
    """Download elevation (Copernicus GLO-30) and OpenStreetMap features of a box.

    What is there already is not downloaded again; a broken download goes on where it stopped.
    """
    from homeward import desk

    answer = desk.fetch(folder, progress=lambda what, share: click.echo(f"{share:4.0%} {what}", err=True), **given)
    say(answer, as_json=as_json)


@area.command(context_settings=PLACE_FIRST)
@mission_argument
@click.argument("start")
@click.argument("end")
@json_option
def walk(mission: Path, start: str, end: str, as_json: bool) -> None:
    """Say how long it is on foot from place START to place END and back, over the ground of MISSION."""
    from homeward import desk

    say(desk.walk(mission, start, end), as_json=as_json)


@area.command(context_settings=PLACE_FIRST)
@mission_argument
@click.argument("start")
@click.option("--to", "end", metavar="PLACE", help="Whether a person there is in sight; else how much ground is.")
@click.option("--range", "range_m", type=METRES, default=3000.0, show_default=True, help="How far to look.")
@json_option
def sight(mission: Path, start: str, end: str | None, range_m: float, as_json: bool) -> None:
    """Say what a lookout at place START sees of the ground of MISSION."""
    from homeward import desk

    say(desk.sight(mission, start, end=end, range_m=range_m), as_json=as_json)
