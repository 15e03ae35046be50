"""Commands from the find to the way out: casualties, exits, hospitals."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from homeward.cli.options import PLACE_FIRST, at_option, json_option, mission_argument, say

_WHY = click.option("--why", default="", help="Reason; personal.")
_CASUALTY = click.option("--casualty", default="1", show_default=True, metavar="N", help="Which casualty.")
_BY = click.option("--by", metavar="WHO", help="Who looked, measured or treated.")
_CONSENT = click.option(
    "--consent",
    type=click.Choice(["given", "refused", "unable"]),
    help="Whether it may be passed on; given: to those who treat, command, receive.",
)
_AUDIENCE = click.option(
    "--audience", multiple=True, metavar="WHO", help="Who else may read it, such as police or family; repeat."
)


def _each(*options: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Several options as one decorator, in their order."""

    def put(command: Any) -> Any:
        for option in reversed(options):
            command = option(command)
        return command

    return put


def _sign(name: str, yes: str, no: str, text: str) -> Callable[[Any], Any]:
    return click.option(f"--{yes}/--{no}", name, default=None, help=text)


def _measure(name: str, flag: str, text: str) -> Callable[[Any], Any]:
    return click.option(f"--{flag}", name, metavar="NUMBER", help=text)


@click.command(context_settings=PLACE_FIRST)
@mission_argument
@click.argument("place")
@click.option("--team", help="The team that found the subject; it becomes scene lead.")
@click.option("--alive/--dead", default=None, help="Personal, as condition and needs: in no order.")
@click.option("--condition", help="How the subject is.")
@click.option("--needs", help="What the subject needs.")
@click.option("--told-by", default="", metavar="HOW", help="Radio, phone, messenger ...")
@click.option("--casualty", default="1", show_default=True, metavar="N", help="Which, where there are several.")
@click.option(
    "--orders/--no-orders", default=None, help="Order even far off the map; or write the find down and tell nobody."
)
@at_option
@json_option
def found(mission: Path, place: str, as_json: bool, **told: Any) -> None:
    """Say that the subject of MISSION is located at PLACE: everybody gets orders, to be read over the radio.

    PLACE as told by radio, a receiver or a phone; a link to a map that holds coordinates, too.

    \b
      homeward found lost.mission "36.4081, -84.3312" --team "Dog 1" --alive --told-by radio
      homeward found lost.mission "geo:36.4081,-84.3312" --told-by phone
    """
    from homeward import desk

    say(desk.found(mission, place, **told), as_json=as_json)


@click.command()
@mission_argument
@click.argument("name", metavar="[N]", default="1")
@click.option("--name", "real_name", help="The casualty's name; personal, as all that follows.")
@click.option("--age", "age_years", metavar="YEARS", help="Age.")
@click.option("--sex", help="Sex.")
@click.option("--mechanism", help="What happened: fall of 5 m, avalanche, shot ...")
@click.option("--injured", metavar="TIME", help="When it happened.")
@click.option("--report", help="What was said of the state before anybody was there.")
@click.option("--allergies", help="Allergies.")
@click.option("--medication", help="What the casualty takes.")
@click.option("--weight", "weight_kg", metavar="KG", help="Weight.")
@click.option("--next-of-kin", help="Next of kin and how to reach them.")
@_sign("next_of_kin_informed", "kin-informed", "kin-not-informed", "Whether they have been told.")
@_CONSENT
@_AUDIENCE
@click.option("--forget", multiple=True, metavar="FIELD", help="Take a field back; repeat.")
@click.option("--new", is_flag=True, help="One more casualty, whom nobody has said to be found.")
@at_option
@json_option
def casualty(mission: Path, name: str, as_json: bool, **known: Any) -> None:
    """Say what is known of casualty N (1 if left out) of MISSION. All of it is personal.

    \b
      homeward casualty lost.mission 1 --age 54 --sex f --mechanism "fall of 5 m" --injured 09:40
    """
    from homeward import desk

    say(desk.casualty(mission, name, **known), as_json=as_json)


@click.command()
@mission_argument
@_CASUALTY
@_each(
    click.option(
        "--finding", "findings", multiple=True, metavar="'M: ...'", help="A letter of MARCH or ABCDE; repeat."
    ),
    _sign("severe_bleeding", "bleeding", "no-bleeding", "Severe bleeding."),
    _sign("bleeding_controlled", "controlled", "not-controlled", "The bleeding is controlled."),
    _sign("penetrating", "penetrating", "not-penetrating", "Penetrating injury of the trunk."),
    _sign("breathes", "breathes", "no-breathing", "Breathes by itself."),
    _sign("breathes_after_airway", "breathes-opened", "no-breathing-opened", "Breathes once the airway is open."),
    _measure("resp_rate_pm", "breathing", "Breaths a minute."),
    _sign("respiratory_distress", "distress", "no-distress", "Respiratory distress."),
    _measure("spo2_pct", "spo2", "Oxygen saturation, percent."),
    _measure("spo2_scale", "spo2-scale", "2 for those with hypercapnic respiratory failure, else 1."),
    _sign("oxygen", "oxygen", "air", "Breathes extra oxygen, or air."),
    _measure("pulse_pm", "pulse", "Beats a minute."),
    _sign("radial_pulse", "radial", "no-radial", "Pulse at the wrist."),
    _measure("capillary_refill_s", "refill", "Capillary refill, seconds."),
    _measure("systolic_mmhg", "bp", "Systolic blood pressure, mmHg; of 120/80 the 120."),
    click.option(
        "--avpu", "consciousness", metavar="A|C|V|P|U", help="Alert, confused, to voice, to pain, unresponsive."
    ),
    _sign("talks", "talks", "no-talking", "Talks."),
    _sign("obeys", "obeys", "no-obeys", "Obeys commands."),
    _sign("walks", "walks", "no-walks", "Can walk."),
    _measure("temperature_c", "temp", "Temperature, Celsius."),
    _sign("shivering", "shivering", "no-shivering", "Shivers."),
    _measure("pain", "pain", "0 to 10."),
    _sign("minor_only", "minor", "not-minor", "Minor injuries only."),
    _sign("survivable", "survivable", "not-survivable", "Likely to survive with what is here."),
)
@click.option("--certainty", default="", metavar="WORDS", help="How sure the observer is, in its own words.")
@_BY
@_CONSENT
@_AUDIENCE
@at_option
@json_option
def observe(mission: Path, as_json: bool, **seen: Any) -> None:
    """Write down what was seen and measured of a casualty of MISSION; what was not looked at is left out.

    \b
      homeward observe lost.mission --finding "M: thigh, bleeding" --bleeding --breathing 24 --pulse 120 --avpu V
    """
    from homeward import desk

    say(desk.observe(mission, **seen), as_json=as_json)


@click.command()
@mission_argument
@click.argument("what")
@_CASUALTY
@click.option("--dose", default="", metavar="TEXT", help="Dose with its unit.")
@click.option("--where", default="", metavar="TEXT", help="Where on the body.")
@_BY
@_CONSENT
@_AUDIENCE
@at_option
@json_option
def treat(mission: Path, what: str, as_json: bool, **told: Any) -> None:
    """Write down that WHAT was done for a casualty of MISSION: tourniquet, wrapped warm, morphine ..."""
    from homeward import desk

    say(desk.treat(mission, what, **told), as_json=as_json)


@click.command()
@mission_argument
@click.option("--tool", default="START", show_default=True, help="Ranks by it: START, SALT, TST or MPTT-24.")
@click.option("--rpm", multiple=True, metavar="N=SCORE", help="A casualty's RPM score, 0 to 12, by the medic; repeat.")
@click.option("--litters", type=int, default=1, show_default=True, metavar="N", help="How many can leave at a time.")
@click.option("--every", metavar="TIME", help="Until they can go again; left out: as the planned carry-out takes.")
@json_option
def triage(mission: Path, as_json: bool, **asked: Any) -> None:
    """Score the casualties of MISSION, rank them, and say what is still missing: START, SALT, Ten Second Triage,
    MPTT-24, NEWS2, the Swiss stage of hypothermia, field triage of 2021. Planning support: the medic decides.

    With RPM scores it also says who is carried out first so that most live (Sacco triage).

    \b
      homeward triage lost.mission
      homeward triage lost.mission --rpm 1=5 --rpm 2=9 --rpm 3=11 --litters 1 --every "90 min"
    """
    from homeward import desk

    say(desk.triage(mission, **asked), as_json=as_json)


@click.command()
@mission_argument
@_CASUALTY
@click.option("--route", type=int, metavar="N", help="Choose another of the ways shown last.")
@click.option("--bearers", type=int, metavar="N", help="How many can carry in all; left out: those ordered to.")
@click.option("--start", metavar="TIME", help="When the carry begins; left out: after packaging.")
@click.option("--by", metavar="TIME", help="Show the probability to be there by then; left out: sunset.")
@click.option("--to", "folder", type=click.Path(path_type=Path, file_okay=False), help="Write the sheet (PDF) there.")
@click.option("--paper", type=click.Choice(["a4", "letter"]), default="a4", show_default=True, help="Size of paper.")
@click.option("--harness", is_flag=True, help="Bearers have harness or straps: they change less often.")
@click.option("--seed", type=int, default=0, show_default=True, help="Kept with the plan.")
@json_option
def carryout(mission: Path, as_json: bool, **asked: Any) -> None:
    """Plan the carry-out of a casualty of MISSION: treat or move first, ways out, who carries and watches, where to.

    \b
      homeward carryout lost.mission
      homeward carryout lost.mission --route 2 --to papers
      homeward carryout lost.mission --bearers 12 --start +30min --by 17:30
    """
    from homeward import desk

    say(desk.carry_out(mission, **asked), as_json=as_json)


@click.command()
@mission_argument
@_CASUALTY
@click.option("--hazard", metavar="NAME", help="The marked hazard that threatens; left out: all of them.")
@click.option("--begins", metavar="TIME", help="In how long it is there, such as '40 min'.")
@click.option("--sure", metavar="TIME", help="How sure that is: 8 of 10 within so much; left out: half of it.")
@click.option("--lasts", metavar="TIME", help="How long it then lasts; left out: it does not end.")
@json_option
def hold(mission: Path, as_json: bool, **told: Any) -> None:
    """Say what leaving now and holding cost when something threatens the carry-out planned in MISSION.

    \b
      homeward hold lost.mission --hazard H1 --begins "40 min" --lasts "2 h"
    """
    from homeward import desk

    say(desk.hold_or_leave(mission, **told), as_json=as_json)


@click.group("exit")
def exit_command() -> None:
    """Say where a carry-out may end: a vehicle's meeting point, a landing zone, a boat's landing.

    \b
      homeward exit set lost.mission Road "36.40,-84.33" --kind vehicle --then "35 min" --ready +40min
      homeward exit drop lost.mission Road --why "washed out"
    """


@exit_command.command("set", context_settings=PLACE_FIRST)
@mission_argument
@click.argument("name")
@click.argument("place", required=False)
@click.option("--kind", type=click.Choice(["vehicle", "landing", "boat"]), help="What comes there.  [default: vehicle]")
@click.option("--then", metavar="TIME", help="From there to care, such as '40 min'; left out: to the hospitals known.")
@click.option("--ready", "ready_at", metavar="TIME", help="When the vehicle or aircraft is there.")
@click.option("--capability", multiple=True, metavar="WHAT", help="What it brings, such as doctor; repeat.")
@click.option("--label", default="", help="What it is, in a few words.")
@at_option
@json_option
def exit_set(mission: Path, name: str, as_json: bool, **told: Any) -> None:
    """Mark the exit NAME of MISSION at PLACE, or change it."""
    from homeward import desk

    say(desk.exit_(mission, name, **told), as_json=as_json)


@exit_command.command("drop")
@mission_argument
@click.argument("name")
@_WHY
@at_option
@json_option
def exit_drop(mission: Path, name: str, why: str, at: str | None, as_json: bool) -> None:
    """Use the exit NAME no longer."""
    from homeward import desk

    say(desk.drop_exit(mission, name, why=why, at=at), as_json=as_json)


@exit_command.command("list")
@mission_argument
@json_option
def exit_list(mission: Path, as_json: bool) -> None:
    """List the exits and hospitals of MISSION."""
    from homeward import desk

    say(desk.list_exits(mission), as_json=as_json)


@click.group()
def hospital() -> None:
    """Say which hospitals there are.

    \b
      homeward hospital set lost.mission "St Mary" "36.10,-84.10" --capability trauma --accepts 0.9 --landing
      homeward hospital from lost.mission hospitals.geojson
    """


@hospital.command("set", context_settings=PLACE_FIRST)
@mission_argument
@click.argument("name")
@click.argument("place", required=False)
@click.option("--capability", multiple=True, metavar="WHAT", help="What it can treat, such as trauma; repeat.")
@click.option("--accepts", metavar="P", help="Probability that it accepts, 0 to 1 or in percent.  [default: 1]")
@click.option("--landing/--no-landing", default=None, help="Whether a helicopter can land there.")
@click.option("--label", default="", help="What it is, in a few words.")
@click.option("--told", default="", help="What it said when asked.")
@at_option
@json_option
def hospital_set(mission: Path, name: str, as_json: bool, **told: Any) -> None:
    """Say what is known of the hospital NAME at PLACE, or change it."""
    from homeward import desk

    say(desk.hospital(mission, name, **told), as_json=as_json)


@hospital.command("from")
@mission_argument
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--clinics", is_flag=True, help="Take clinics and health centres, too.")
@at_option
@json_option
def hospital_from(mission: Path, file: Path, clinics: bool, at: str | None, as_json: bool) -> None:
    """Take hospitals and landing pads from FILE: GeoJSON, GeoPackage or OpenStreetMap."""
    from homeward import desk

    say(desk.hospitals_from(mission, file, clinics=clinics, at=at), as_json=as_json)


@hospital.command("drop")
@mission_argument
@click.argument("name")
@_WHY
@at_option
@json_option
def hospital_drop(mission: Path, name: str, why: str, at: str | None, as_json: bool) -> None:
    """Use the hospital NAME no longer."""
    from homeward import desk

    say(desk.drop_hospital(mission, name, why=why, at=at), as_json=as_json)
