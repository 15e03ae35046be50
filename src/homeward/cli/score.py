"""The command that looks back: how good a map was."""

from __future__ import annotations

from pathlib import Path

import click

from homeward.cli.options import json_option, say

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.option("--map", "map_file", type=FILE, metavar="MAP", help="A mission, or a GeoTIFF of probability per cell.")
@click.option("--find", type=(float, float), metavar="LAT LON", help="Where the subject was found, decimal degrees.")
@click.option("--ipp", type=(float, float), metavar="LAT LON", help="The IPP, where the map does not say it.")
@click.option("--lock", type=FILE, metavar="FILE", help="Without --find: lock MAP. With it: check that MAP was locked.")
@click.option("--case", default="unnamed", show_default=True, metavar="NAME", help="What the locked case is called.")
@click.option(
    "--cases",
    type=FILE,
    metavar="CSV",
    help="Score many: case, map, find_lat, find_lon[, ipp_lat, ipp_lon, lock, cluster].",
)
@json_option
def score(
    map_file: Path | None,
    find: tuple[float, float] | None,
    ipp: tuple[float, float] | None,
    lock: Path | None,
    case: str,
    cases: Path | None,
    as_json: bool,
) -> None:
    """Score a probability map against the place where the subject was found.

    MapScore's R and the log score on the 25 x 25 km box around the IPP, the area more likely than the find, and the
    region it lies on the edge of. Lock the map first, so that nobody can say it knew the find:

    \b
      homeward score --map lost.mission --lock lost.lock.json --case "Frozen Head"
      homeward score --map lost.mission --lock lost.lock.json --find 36.412 -84.351
    """
    from homeward import desk

    if cases is not None:
        say(desk.score_cases(cases), as_json=as_json)
    elif map_file is None:
        raise click.UsageError("Say which map: --map MAP, or --cases CSV for many.")
    elif find is not None:
        say(desk.score_map(map_file, find, ipp=ipp, lock=lock), as_json=as_json)
    elif lock is not None:
        say(desk.lock_map(map_file, lock, case=case), as_json=as_json)
    else:
        raise click.UsageError("Say where the find was: --find LAT LON; or lock the map before: --lock FILE.")
