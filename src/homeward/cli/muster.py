"""Commands by which everybody is called in, answers, signs in and out, and is called by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from homeward.cli.options import PLACE_FIRST, SHARE, at_option, json_option, mission_argument, say
from homeward.mission.muster import Availability, CallAnswer

FOLDER = click.Path(path_type=Path, file_okay=False)
_STATES = click.Choice([state.value for state in Availability])
_MEANS = click.Choice([answer.value for answer in CallAnswer if answer is not CallAnswer.UNREAD])


@click.command()
@mission_argument
@click.argument("person")
@click.argument("state", required=False, type=_STATES)
@click.option("--until", metavar="TIME", help="When the task ends, or they get up: 16:30, +2h.")
@click.option("--travel", metavar="TIME", help="Time to the meeting point: '20 min'; else over the real ground.")
@click.option("--travel-spread", "travel_gsd", type=float, metavar="GSD", help="Spread of it: 1 exact, 1.5 usual.")
@click.option("--wake", metavar="TIME", help="Time to get up.")
@click.option("--report", metavar="TIME", help="Time to report after the task.")
@click.option("--come", "p_come", type=SHARE, metavar="P", help="Probability to come when called.")
@click.option("--channel", "channels", multiple=True, metavar="NAME", help="radio, phone, or one that is set up.")
@click.option("--forget", multiple=True, metavar="FIELD", help="A field to take back: travel, wake, p_come ...")
@at_option
@json_option
def available(mission: Path, person: str, as_json: bool, **given: Any) -> None:
    """Say how PERSON can be had when everybody in MISSION is called in: free, task, asleep or unreachable.

    \b
      homeward available lost.mission M1 task --until 16:30 --channel radio
      homeward available lost.mission S3 asleep --travel "35 min" --come 80% --channel sms --channel phone
    """
    from homeward import desk

    say(desk.available(mission, person, **given), as_json=as_json)


@click.command(context_settings=PLACE_FIRST)
@mission_argument
@click.option("--need", multiple=True, metavar="ROLE=N", help="What is needed: medic=1. May be repeated.")
@click.option("--heads", type=int, metavar="N", help="How many are needed in all.")
@click.option("--meet", metavar="PLACE", help="Where; else the meeting point, else the base.")
@click.option("--text", default="", help="What they are told. They all read it.")
@click.option("--by", "by_time", metavar="TIME", help="By when: '2 h', 18:30.  [default: 2 h]")
@click.option("--target", type=SHARE, metavar="P", help="How sure the team is to be complete by then.  [default: 90%]")
@click.option("--waves", is_flag=True, help="As many at first as it takes: free, then asleep, then on a task.")
@click.option("--tick", is_flag=True, help="Go on with the open call: next channel for the silent, next wave.")
@click.option("--next-wave", is_flag=True, help="With --tick: call the next wave, whatever those called will do.")
@click.option("--phone-list", is_flag=True, help="Whom to speak to for the open call, and what to say.")
@click.option("--end", is_flag=True, help="The call is over.")
@click.option("--why", default="", help="With --end: why. Personal.")
@click.option("--channels", "config", type=click.Path(path_type=Path), help="File that sets the channels up (TOML).")
@click.option("--link", default="", metavar="URL", help="The page as phones reach it: http://192.168.1.20:8765.")
@click.option("--dry-run", "dry", is_flag=True, help="Say what would be sent to whom; send and write nothing.")
@click.option("--personal", is_flag=True, help="With names, phone numbers and answer links.")
@at_option
@json_option
def callout(mission: Path, as_json: bool, **given: Any) -> None:
    """Call everybody of MISSION in, with one order: who is free comes now, who is on a task finishes it and then comes.

    \b
      homeward callout lost.mission --text "Full kit." --dry-run
      homeward callout lost.mission --need medic=1 --need searcher=6 --by "2 h" --waves
      homeward callout lost.mission --tick
      homeward callout lost.mission --phone-list --personal --link http://192.168.1.20:8765

    Each is tried by the channels that reach them, the next after 5 minutes of silence: run --tick every few minutes, or
    have the page do it (homeward serve MISSION --call-on).
    Nothing leaves this machine before a file sets channels up (--channels, or HOMEWARD_CHANNELS) and Apprise is
    installed (homeward[callout]); without, it says whom to speak to, with what words.
    """
    from homeward import desk

    tick, end, listed = given.pop("tick"), given.pop("end"), given.pop("phone_list")
    next_wave, why, at = given.pop("next_wave"), given.pop("why"), given.pop("at")
    if tick + end + listed > 1:
        raise click.UsageError("Say one of --tick, --end and --phone-list.")
    if next_wave and not tick:
        raise click.UsageError("--next-wave goes with --tick.")
    if end:
        say(desk.end_call(mission, why=why, at=at), as_json=as_json)
    elif listed:
        say(desk.phone_list(mission, link=given["link"], personal=given["personal"]), as_json=as_json)
    elif tick:
        kept = {name: given[name] for name in ("config", "link", "dry", "personal")}
        say(desk.escalate(mission, next_wave=next_wave, **kept), as_json=as_json)
    else:
        say(desk.call_out(mission, at=at, **given), as_json=as_json)


@click.command()
@mission_argument
@click.argument("person", required=False)
@click.argument("text", required=False)
@click.option("--channel", default="", help="The way it came: sms, phone, radio.")
@click.option("--means", "answer", type=_MEANS, help="What an answer means that homeward did not understand.")
@click.option("--eta", metavar="TIME", help="With --means: when they will be there: 18:30, +25min.")
@click.option("--free", metavar="TIME", help="With --means no: when they could come.")
@click.option("--unread", is_flag=True, help="List the answers that a person must read.")
@click.option("--personal", is_flag=True, help="With --unread and --means: in people's own words.")
@at_option
@json_option
def answer(
    mission: Path,
    person: str | None,
    text: str | None,
    channel: str,
    answer: str | None,
    unread: bool,
    personal: bool,
    eta: str | None,
    free: str | None,
    at: str | None,
    as_json: bool,
) -> None:
    """Write down what PERSON answers to the call in MISSION, in their own words; or say what an unread answer means.

    \b
      homeward answer lost.mission M1 "Y 20"
      homeward answer lost.mission M2 "N but free in 3 hours" --channel sms
      homeward answer lost.mission "Line A" "Y 30"      (a team, for all its members)
      homeward answer lost.mission --unread --personal
      homeward answer lost.mission M3 --means yes --eta 18:30

    Of several unread answers of one person, the oldest is meant, or that whose number in the list stands for PERSON.
    """
    from homeward import desk

    if unread:
        say(desk.unread(mission, personal=personal), as_json=as_json)
    elif person is None or (text is None and answer is None):
        raise click.UsageError("Say who answers what: homeward answer MISSION M1 'Y 20'; or --unread.")
    elif text is not None and answer is not None:
        raise click.UsageError("Give the words, or what an unread answer means (--means), not both.")
    elif text is not None:
        say(desk.answered(mission, person, text, channel=channel, at=at), as_json=as_json)
    else:
        say(
            desk.answer_read(mission, person, answer=str(answer), eta=eta, free=free, personal=personal, at=at),
            as_json=as_json,
        )


@click.command()
@mission_argument
@click.argument("person")
@click.option(
    "--guest", is_flag=True, help="Somebody not registered: a call sign or initials. It is written into the log."
)
@click.option("--place", metavar="PLACE", help="Where, if not at the meeting point.")
@at_option
@json_option
def signin(mission: Path, person: str, as_json: bool, **given: Any) -> None:
    """Sign PERSON, a call sign or a team, in at the base of MISSION."""
    from homeward import desk

    say(desk.sign_in(mission, person, **given), as_json=as_json)


@click.command()
@mission_argument
@click.argument("person")
@click.option("--to", default="", help="Where for: home, a task.")
@click.option("--although-missing", is_flag=True, help="Also who did not answer the last roll-call.")
@at_option
@json_option
def signout(mission: Path, person: str, as_json: bool, **given: Any) -> None:
    """Sign PERSON, or everybody, out of the base of MISSION."""
    from homeward import desk

    say(desk.sign_out(mission, person, **given), as_json=as_json)


@click.command()
@mission_argument
@click.argument("present", nargs=-1)
@at_option
@json_option
def rollcall(mission: Path, present: tuple[str, ...], at: str | None, as_json: bool) -> None:
    """Write down who answered when everybody in MISSION was called by name. Without names: whom to call.

    \b
      homeward rollcall lost.mission M1 S1 S2 "Line A=3"

    Of a team's members whom nobody registered by name, say how many answered; the team's name alone: all of them.
    """
    from homeward import desk

    say(desk.roll_call(mission, present, at=at), as_json=as_json)


@click.command()
@mission_argument
@click.option("--to", "folder", type=FOLDER, help="Write the papers there: QR code to sign in, roll-call list.")
@click.option("--link", default="", metavar="URL", help="With --to: the page as phones reach it.")
@click.option("--paper", type=click.Choice(["a4", "letter"]), default="a4", show_default=True, help="Size of paper.")
@click.option("--personal", is_flag=True, help="With the words of answers that a person must read.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of the draws, where there are any.")
@json_option
def muster(mission: Path, folder: Path | None, link: str, paper: str, personal: bool, seed: int, as_json: bool) -> None:
    """Show who of MISSION is in, who comes when, how sure a qualified team is by when, and whom to call next."""
    from homeward import desk

    if folder is not None:
        say(desk.muster_papers(mission, folder, link=link, paper=paper), as_json=as_json)
    else:
        say(desk.muster(mission, personal=personal, seed=seed), as_json=as_json)
