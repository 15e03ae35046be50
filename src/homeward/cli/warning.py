"""Commands on warnings: what may come and when, forecasts, readiness, CAP messages, the calendar."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from homeward.cli.options import SHARE, at_option, json_option, mission_argument, say

_FILE = click.Path(path_type=Path, dir_okay=False)
_DATES = (
    click.option("--about", metavar="TIME", help="The middle: as often earlier as later. 1 month, 36 h, or a date."),
    click.option("--early", metavar="TIME", help="As early as: nine cases of ten come later."),
    click.option("--late", metavar="TIME", help="As late as: nine cases of ten come earlier."),
    click.option("--quantile", "quantiles", multiple=True, metavar="P=TIME", help="10%=7 days; as often as you like."),
    click.option(
        "--told", metavar="TEXT", help="In a sentence: 'in about a month, maybe a week', 'in 2 to 3 weeks'. Personal."
    ),
    click.option("--said", "said_at", metavar="TIME", help="When it was said, if not now: -5d, 2026-03-01 12:00."),
    click.option("--source", metavar="WHO", help="Who said it. Personal. Of two of one source the later counts."),
    click.option("--text", metavar="TEXT", help="What was said, in its own words. Personal."),
)
_WORDS = {"early": "as early as", "about": "about", "late": "as late as"}


def _dates(command: Any) -> Any:
    for option in reversed(_DATES):
        command = option(command)
    return command


def _quantiles(told: dict[str, Any]) -> dict[str, Any]:
    """The options of dates as the desk's `quantiles`."""
    named = [f"{word}={told.pop(option)}" for option, word in _WORDS.items() if told[option] is not None]
    left = {k: v for k, v in told.items() if k not in _WORDS}
    return {**left, "quantiles": [*named, *left["quantiles"]]}


@click.group()
def warning() -> None:
    """Write down what may come and when, as somebody said it; what was said since; that it came, or is lifted.

    \b
      homeward warning give lost.mission storm --about "1 month" --early "1 week" --said -5d --target hut
      homeward warning give lost.mission flood --forecast --quantile 5%="1 day" --quantile 30%="3 days" --never 40%
      homeward warning report lost.mission storm --within "14 days" --reliability 0.75
      homeward warning give lost.mission threat --about "3 weeks" --early "3 days" --motive quarrel=60%:Hut=2,Mill
      homeward warning lift lost.mission storm --why "the front has passed"
      homeward warning happened lost.mission storm --when -2h
    """


@warning.command("give")
@mission_argument
@click.argument("name")
@_dates
@click.option("--never", type=SHARE, metavar="P", help="The probability that it does not come at all: 0.3, 30%.")
@click.option("--target", "targets", multiple=True, metavar="NAME", help="What may be hit; as often as you like.")
@click.option("--why", "motive", metavar="TEXT", help="Why, as it is told. Personal.")
@click.option(
    "--motive",
    "motives",
    multiple=True,
    metavar="NAME=P:TARGET,TARGET",
    help="A motive, its probability, the targets it would hit one of (Hut=2: twice as likely); repeatable. Personal.",
)
@click.option("--reliability", metavar="A-F", help="How reliable the source is; it is shown, and changes no number.")
@click.option("--widen", type=float, metavar="F", help="Factor on the spread; left out: 1.29; 1 = as stated.")
@click.option(
    "--family", "families", multiple=True, metavar="NAME", help="Distributions to fit, if not the usual four."
)
@click.option(
    "--forecast/--no-forecast", default=None, help="A forecast of weather or water, by lead time: not widened."
)
@click.option(
    "--forget", multiple=True, metavar="FIELD", help="A field to take back: targets, never, widen, motive ..."
)
@at_option
@json_option
def give_(mission: Path, name: str, as_json: bool, **told: Any) -> None:
    """Write the warning NAME into MISSION, or change it: fields not given stay as they were.

    Times count from when it was said. A month is 30 days.
    """
    from homeward import desk

    say(desk.warning(mission, name, **_quantiles(told)), as_json=as_json)


@warning.command("report")
@mission_argument
@click.argument("name")
@click.option("--within", metavar="TIME", help="It comes within so long: 14 days.")
@_dates
@click.option(
    "--reliability", default="1", metavar="P|A-E", help="The probability that the source knows, or its letter."
)
@click.option(
    "--motive",
    "motives",
    multiple=True,
    metavar="NAME=TIMES",
    help="How many times as probable the report is by that motive as by others: quarrel=3. Personal.",
)
@click.option("--may-replace", is_flag=True, help="One of the informants may be wrong as a whole: they are added up.")
@click.option("--id", "id", metavar="ID", help="What the report is called, to change one.")
@at_option
@json_option
def report_(mission: Path, name: str, as_json: bool, **told: Any) -> None:
    """Write down what more was said of the warning NAME: within how long it comes, or another informant's dates."""
    from homeward import desk

    told |= {"source": told["source"] or "", "text": told["text"] or ""}
    say(desk.warning_report(mission, name, **_quantiles(told)), as_json=as_json)


@warning.command("lift")
@mission_argument
@click.argument("name")
@click.option("--why", default="", help="Why it counts no longer. Personal.")
@at_option
@json_option
def lift_(mission: Path, name: str, as_json: bool, **told: Any) -> None:
    """Lift the warning NAME: it counts no longer."""
    from homeward import desk

    say(desk.lift_warning(mission, name, **told), as_json=as_json)


@warning.command("happened")
@mission_argument
@click.argument("name")
@click.option("--when", "at_time", metavar="TIME", help="When it came, if not now.")
@at_option
@json_option
def happened_(mission: Path, name: str, as_json: bool, **told: Any) -> None:
    """Write down that what NAME warned of has come: the forecast is scored by it."""
    from homeward import desk

    say(desk.happened(mission, name, **told), as_json=as_json)


@click.command()
@mission_argument
@click.argument("name", required=False)
@click.option("--picture", type=_FILE, metavar="FILE", help="Draw it: a PNG with the dates to be ready by.")
@click.option("--night", is_flag=True, help="Draw it red on black, which spares eyes used to the dark.")
@click.option("--personal", is_flag=True, help="Show what was said, and by whom.")
@json_option
def forecast(mission: Path, name: str | None, as_json: bool, **told: Any) -> None:
    """Show when what was warned of may come: probabilities, dates to be ready by, the first of all warnings."""
    from homeward import desk

    say(desk.forecast(mission, name, **told), as_json=as_json)


@click.command()
@mission_argument
@click.argument("name", required=False)
@click.option("--cost-per-day", required=True, metavar="AMOUNT", help="What a day of readiness costs, in any unit.")
@click.option("--loss", required=True, metavar="AMOUNT", help="What is lost if it comes and nobody is ready.")
@click.option("--ramp", metavar="TIME", help="How long it takes until readiness is whole: 2 days.")
@json_option
def alert(mission: Path, name: str | None, as_json: bool, **told: Any) -> None:
    """Say when to raise readiness and when to lower it, for all open warnings or the one NAMEd.

    \b
      homeward alert lost.mission --cost-per-day 2000 --loss 80000 --ramp "2 days"
    """
    from homeward import desk

    say(desk.alert_level(mission, name, **told), as_json=as_json)


@click.group()
def cap() -> None:
    """Take warnings in from CAP messages (Common Alerting Protocol 1.2), and pass them on as such."""


@cap.command("in")
@mission_argument
@click.argument("file", type=_FILE)
@click.option("--name", metavar="NAME", help="What the warning is called here, if not by its event.")
@json_option
def in_(mission: Path, file: Path, as_json: bool, name: str | None) -> None:
    """Take the CAP message FILE in as a warning; an update replaces, a cancellation lifts."""
    from homeward import desk

    say(desk.cap_in(mission, file, name=name), as_json=as_json)


@cap.command("out")
@mission_argument
@click.argument("name")
@click.option("--to", "file", type=_FILE, required=True, metavar="FILE", help="The file to write.")
@click.option("--severity", default="Unknown", show_default=True, help="Extreme, Severe, Moderate, Minor or Unknown.")
@click.option("--instruction", default="", metavar="TEXT", help="What those who read it should do.")
@click.option("--sender", default="homeward@localhost", show_default=True, help="Who sends it, as name@place.")
@click.option("--public", is_flag=True, help="For everybody, naming no target; left out: for those of the mission.")
@click.option("--replaces", type=_FILE, metavar="FILE", help="The message sent before: it is updated, or cancelled.")
@json_option
def out_(mission: Path, name: str, as_json: bool, **told: Any) -> None:
    """Write the warning NAME as a CAP message; a lifted one as the cancellation of --replaces."""
    from homeward import desk

    say(desk.cap_out(mission, name, **told), as_json=as_json)


@click.command()
@mission_argument
@click.option("--to", "file", type=_FILE, required=True, metavar="FILE", help="The file to write, such as ready.ics.")
@json_option
def calendar(mission: Path, file: Path, as_json: bool) -> None:
    """Write the dates to be ready by as a calendar file that phones and mail programs read."""
    from homeward import desk

    say(desk.calendar(mission, file), as_json=as_json)
