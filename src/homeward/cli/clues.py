"""The command for clues."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from homeward.cli.options import METRES, at_option, json_option, mission_argument, say

KINDS = ("point", "bearing", "sector", "ring", "image", "track", "absence", "areas")


def length(flag: str, name: str, words: str) -> Callable[[Any], Any]:
    """An option that takes a length."""
    return click.option(flag, name, type=METRES, metavar="LENGTH", help=words)


def degrees(flag: str, name: str, words: str) -> Callable[[Any], Any]:
    """An option that takes an angle."""
    return click.option(flag, name, type=float, metavar="DEG", help=words)


def chance(flag: str, name: str, words: str) -> Callable[[Any], Any]:
    """An option that takes a probability."""
    return click.option(flag, name, type=float, metavar="P", help=words)


def position(flag: str, name: str, words: str) -> Callable[[Any], Any]:
    """An option that takes a place."""
    return click.option(flag, name, metavar="PLACE", help=words)


@click.command()
@mission_argument
@click.argument("text", required=False)
@position("--from", "place", "Where the clue is; for a bearing, where the observer stands; for a phone, the mast.")
@degrees("--bearing", "bearing_deg", "True bearing from there, 0 to 360; of a track, where it leads.")
@degrees("--bearing-sd", "bearing_sd_deg", "Standard deviation of the bearing.")
@length("--range", "range_m", "Distance told, such as 3km.")
@length("--range-sd", "range_sd_m", "Standard deviation of the distance.")
@length("--error", "error_m", "How far from a point clue the subject may be now (standard error).")
@chance("--reliability", "reliability", "Probability that the report is right.")
@click.option(
    "--when",
    metavar="TIME",
    help="The time it speaks of: 14:00, -3h; the map weighs its age. What is heard, seen or measured: the report's.",
)
@click.option("--team", help="The team that reports it.")
@click.option("--id", "id", metavar="ID", help="Its number; the next one if left out.")
@click.option(
    "--kind", type=click.Choice(KINDS), help="What it says of the place; follows from the rest where left out."
)
@chance("--relevance", "relevance", "Probability that what was found or noticed comes from this subject.")
@chance("--by-chance", "by_chance", "How likely such a clue turns up with no subject near; share of false alarms.")
@click.option(
    "--sense",
    type=click.Choice(["scent", "shout", "whistle", "light"]),
    help="What was noticed from afar. With no --range, as far as a sound or light carries.",
)
@degrees("--wind-from", "wind_from_deg", "Where the wind came from; the bearing of a scent that has none of its own.")
@degrees("--beam", "width_deg", "Full width of a phone cell's beam; its --bearing is the middle.")
@length("--range-min", "range_min_m", "Least distance of the phone from the mast.")
@length("--range-max", "range_max_m", "Greatest distance of the phone from the mast.")
@click.option("--timing-advance", metavar="STEPS", help="Both of them from the network's steps: 'gsm 3', 'lte 40'.")
@length("--error-across", "error_across_m", "Error across an ellipse whose long axis is --error.")
@degrees("--error-axis", "error_axis_deg", "True bearing of the ellipse's long axis.")
@chance("--noticed", "noticed", "Absence: how probably the witness would have noticed, within --range.")
@click.option(
    "--area", "areas", multiple=True, metavar="SEGMENTS=GRADE", help='Such as "AA AB=strong"; more than once.'
)
@click.option("--area-file", type=click.Path(path_type=Path), help="Areas: GeoJSON polygons with a property 'grade'.")
@position("--gps", "gps", "The place as a receiver told it; counts where --from is not given.")
@position("--marked", "marked", "The place as marked on a map; counts next.")
@position("--spoken", "spoken", "The place as told over the radio; counts last.")
@click.option("--held", is_flag=True, help="Write it down, but let it count only once it is accepted.")
@click.option("--corrects", metavar="ID", help="This is what clue ID should have been; the wrong one stays in the log.")
@click.option("--caltopo", type=click.Path(path_type=Path), help="Report the clues of a CalTopo map file instead.")
@click.option("--list", "listed", is_flag=True, help="List the clues, and whether they count, instead.")
@click.option("--accept", metavar="ID", help="Accept an earlier clue instead: held or refused, it counts now.")
@click.option("--refuse", metavar="ID", help="Refuse an earlier clue instead: it counts no longer.")
@click.option("--why", help="Why it is accepted or refused.")
@at_option
@json_option
def clue(
    mission: Path,
    text: str | None,
    listed: bool,
    accept: str | None,
    refuse: str | None,
    why: str | None,
    caltopo: Path | None,
    as_json: bool,
    **given: Any,
) -> None:
    """Report a clue in MISSION, TEXT in the finder's words; or correct, accept, refuse or list those reported.

    \b
    homeward clue lost.mission "glove" --from "36.40, -84.33"
    homeward clue lost.mission "scent" --from "36.40, -84.33" --bearing 315 --range 3km --team "Dog 1"
    homeward clue lost.mission "shout" --from "36.40, -84.33" --bearing 40 --sense shout --when -10min
    homeward clue lost.mission "phone" --from "36.45, -84.30" --bearing 120 --beam 65 --timing-advance "gsm 3"
    homeward clue lost.mission "ping" --kind ring --from "36.45, -84.30" --range 4km
    homeward clue lost.mission "boot print" --kind track --from "36.40, -84.33" --bearing 40 --when -3h
    homeward clue lost.mission "not at the hut" --from "36.41, -84.33" --noticed 0.9 --when 14:00
    homeward clue lost.mission "brother's guess" --area "AA AB=strong" --area "AF=better than even"

    Grades, as on the SAR 135 form: certain, very strong, strong, better than even, even, worse than even, strong not,
    very strong not, certain not (or 1 to 9). The numbers behind them are homeward's own.
    """
    from homeward import desk

    if listed:
        answer = desk.list_clues(mission)
    elif caltopo is not None:
        answer = desk.clues_from_caltopo(mission, caltopo, reliability=given["reliability"], held=given["held"])
    elif accept is not None:
        answer = desk.accept_clue(mission, accept, why=why or "", at=given["at"])
    elif refuse is not None:
        if not why:
            raise click.UsageError("A refused clue needs a reason: --why.")
        answer = desk.refuse_clue(mission, refuse, why=why, at=given["at"])
    else:
        told = [given[name] for name in ("place", "gps", "marked", "spoken", "area_file")]
        if not text or not (any(told) or given["areas"]):
            raise click.UsageError("A clue needs its words and its place: homeward clue MISSION TEXT --from PLACE.")
        answer = desk.clue(mission, text, **given)
    say(answer, as_json=as_json)
