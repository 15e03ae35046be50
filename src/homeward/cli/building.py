"""Commands about searching a building."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from homeward.cli.options import at_option, json_option, mission_argument, say
from homeward.cli.progress import progress_bar

FILE = click.Path(path_type=Path)
FOLDER = click.Path(path_type=Path, file_okay=False)
to_option = click.option("--to", "folder", type=FOLDER, default=Path("papers"), show_default=True, help="Folder.")
paper_option = click.option(
    "--paper", type=click.Choice(["a4", "letter"]), default="a4", show_default=True, help="Size of paper."
)


@click.group()
def building() -> None:
    """Search a building: load its rooms and doors, plan, record what was sensed and searched, print its markings.

    \b
      homeward building load lost.mission school.gml --name school --entrance "36.4050, -84.3580"
      homeward building plan lost.mission school --team Alpha --team Rex=dog --minutes 30
      homeward building reading lost.mission school "Room 12" --from Corridor --by radar --somebody
      homeward building searched lost.mission school Hall --pod 0.95 --team Alpha
      homeward building markings lost.mission school --to papers
    """


@building.command()
@mission_argument
@click.argument("file", type=FILE)
@click.option("--name", required=True, help="What the building is called: school, north wing.")
@click.option("--entrance", metavar="PLACE", help="Where its main entrance is.")
@click.option("--entrance-room", metavar="ROOM", help="The room that its main entrance leads into.")
@click.option("--material", help="What its walls are of, where the file does not say: brick, concrete, drywall, wood.")
@click.option("--crs", help="Coordinate system of files that state none, such as EPSG:25832.")
@click.option("--scale", type=float, default=1.0, show_default=True, help="Metres of one unit of the file.")
@click.option("--label", help="Its name as printed, if not the file's.")
@at_option
@json_option
def load(mission: Path, file: Path, as_json: bool, **given: Any) -> None:
    """Load a building into MISSION from FILE: IndoorGML, indoor GeoJSON (OpenStreetMap), or a drawn plan (JSON).

    How to draw a plan says docs/buildings.md. What cannot be read is said, and the rest loads.
    """
    from homeward import desk

    say(desk.load_building(mission, file, **given), as_json=as_json)


@building.command()
@mission_argument
@click.argument("name", required=False)
@json_option
def show(mission: Path, name: str | None, as_json: bool) -> None:
    """Show the building NAME of MISSION by floor: rooms, ways, probabilities, what was searched and sensed."""
    from homeward import desk

    say(desk.show_building(mission, name), as_json=as_json)


@building.command()
@mission_argument
@click.argument("name")
@click.option(
    "--team",
    "teams",
    multiple=True,
    metavar="TEAM[=SENSE][:ROOM]",
    help="Who goes in; with which sense (eye, dog, listening, radar, dog+radar), if not its kind's; from where.",
)
@click.option(
    "--minutes",
    type=float,
    default=30.0,
    show_default=True,
    help="How long the search may take, from when the first team is there.",
)
@click.option("--start", metavar="ROOM", help="Where the teams stand, if not outside.")
@click.option("--begin", metavar="TIME", help="When they can begin, if not now: 15:30, +10min.")
@click.option("--share", type=float, metavar="P", help="Chance that the subject is inside, if not the map's.")
@click.option(
    "--closed-pod", type=float, default=0.9, show_default=True, help="A room sensed with this POD stays closed."
)
@click.option(
    "--lookout",
    "lookouts",
    multiple=True,
    metavar="ROOM",
    help="Two or more watch there all the time (OUTSIDE: at the entrance); later plans too, until: none.",
)
@click.option(
    "--keep-shut",
    multiple=True,
    metavar="ROOM",
    help="Nobody may enter that room; holds for later plans too, until: none.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Same seed, same plan.")
@click.option("--time-limit", "time_limit_s", type=float, default=10.0, show_default=True, help="Seconds to plan for.")
@json_option
def plan(mission: Path, name: str, as_json: bool, **given: Any) -> None:
    """Plan the search of the building NAME of MISSION: who goes where, what is sensed through doors and walls.

    Without --team those go that the outdoor plan sends to the segment of its entrance, once they are through with it.
    """
    from homeward import desk

    with progress_bar("planning") as progress:
        answer = desk.plan_building(mission, name, progress=progress, **given)
    say(answer, as_json=as_json)


@building.command()
@mission_argument
@click.argument("name")
@click.argument("room")
@click.option(
    "--from", "stood_in", required=True, metavar="ROOM", help="Where the sense stood; OUTSIDE is a place too."
)
@click.option(
    "--by", "sense", required=True, type=click.Choice(["eye", "dog", "listening", "radar"]), help="What sensed it."
)
@click.option("--somebody/--nobody", "positive", default=None, help="What it said: one of the two.")
@click.option("--people", type=int, help="How many, where it tells.")
@click.option("--team", help="Whose reading it is.")
@at_option
@json_option
def reading(mission: Path, name: str, room: str, as_json: bool, **given: Any) -> None:
    """Record what a sense said of ROOM in the building NAME of MISSION. False alarms are reckoned with."""
    from homeward import desk

    if given["positive"] is None:
        raise click.UsageError("Say what it told: --somebody or --nobody.")
    say(desk.reading(mission, name, room, **given), as_json=as_json)


@building.command()
@mission_argument
@click.argument("name")
@click.argument("room")
@click.option("--pod", type=float, required=True, metavar="P", help="Probability that a subject there was noticed.")
@click.option("--team", help="Which team searched it.")
@at_option
@json_option
def searched(mission: Path, name: str, room: str, as_json: bool, **given: Any) -> None:
    """Record that ROOM in the building NAME of MISSION was searched without a find, and update the map."""
    from homeward import desk

    say(desk.searched_room(mission, name, room, **given), as_json=as_json)


@building.command()
@mission_argument
@click.argument("name")
@to_option
@click.option("--form", type=click.Choice(["svg", "png"]), default="png", show_default=True, help="Kind of picture.")
@json_option
def picture(mission: Path, name: str, folder: Path, form: str, as_json: bool) -> None:
    """Draw every floor of the building NAME of MISSION: probabilities, what was searched, the stops of its plan."""
    from homeward import desk

    say(desk.building_pictures(mission, name, folder, form=form), as_json=as_json)


@building.command()
@mission_argument
@click.argument("name")
@to_option
@paper_option
@json_option
def sheets(mission: Path, name: str, folder: Path, paper: str, as_json: bool) -> None:
    """Write the latest plan of the building NAME of MISSION as a PDF: floors, a sheet per crew, its rooms."""
    from homeward import desk

    say(desk.building_sheets(mission, name, folder, paper=paper), as_json=as_json)


@building.command()
@mission_argument
@click.argument("name")
@to_option
@click.option("--team", help="As it stands in the marking, if not the teams of the log.")
@click.option("--in", "entered", metavar="TIME", help="When it went in, if not at its first reading or room.")
@click.option("--out", "left", metavar="TIME", help="When it came out.")
@click.option("--hazard", "hazards", multiple=True, help="Gas, wires, unsafe stairs ...; may be repeated.")
@click.option(
    "--inside",
    "inside_",
    multiple=True,
    type=(float, int, int),
    metavar="FLOOR LIVE DEAD",
    help="Found and still inside, by floor.",
)
@click.option("--removed", type=(int, int), default=(0, 0), metavar="LIVE DEAD", help="Found and brought out.")
@click.option("--missing", type=int, help="How many are unaccounted for.")
@click.option("--no-go", is_flag=True, help="Nobody may enter.")
@click.option("--clear", is_flag=True, help="Confirmed clear: nobody is left inside.")
@paper_option
@json_option
def markings(mission: Path, name: str, folder: Path, as_json: bool, **given: Any) -> None:
    """Write the markings of the building NAME of MISSION, FEMA's and INSARAG's: pictures, words, and a PDF."""
    from homeward import desk

    say(desk.building_markings(mission, name, folder, **given), as_json=as_json)
