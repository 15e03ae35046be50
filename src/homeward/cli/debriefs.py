"""Commands on what witnesses say: questions, statements, who may read sealed ones, and what all of it comes to."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from homeward.cli.options import SHARE, at_option, json_option, mission_argument, say

IN_ENVIRONMENT = "HOMEWARD_PASSPHRASE"
passphrase_file_option = click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help=f"Read the passphrase from FILE; else from {IN_ENVIRONMENT}, else it is asked for.",
)
_NUMBER = click.option("--number", type=SHARE, metavar="P", help="The probability it gave when asked: 0.8, 80%.")
_RELIABILITY = click.option("--reliability", metavar="A-F", help="How reliable the source is.")
_CREDIBILITY = click.option("--credibility", type=int, metavar="1-6", help="How credible what it says is.")
_QUESTION = click.option("--question", metavar="NAME", help="The question it bears on.")
_ANSWER = click.option("--answer", "hypothesis", metavar="NAME", help="The answer that it speaks for.")


@click.group()
def question() -> None:
    """Ask what has to be known: questions, each with the answers there may be.

    \b
      homeward question ask lost.mission where --about where --text "Where are the others?" \\
          --answer "hut=0.4:at the hut" --answer "river=0.3:by the river" --place hut="36.2, -84.2"
      homeward question exclude lost.mission where=hut who=brother --why "the brother was in town"
      homeward question resolve lost.mission where hut
    """


@question.command("ask")
@mission_argument
@click.argument("name")
@click.option("--text", help="The question in words.")
@click.option("--about", type=click.Choice(["where", "who", "what", "when"]), help="What it asks for.")
@click.option("--answer", "hypotheses", multiple=True, metavar="NAME[=P[:WORDS]]", help="hut=0.4:'at the hut'.")
@click.option("--place", "places", multiple=True, metavar="ANSWER=PLACE", help="Where an answer would be.")
@click.option("--time", "times", multiple=True, metavar="ANSWER=FROM/TO", help="When it would be: hut=14:00/15:30.")
@at_option
@json_option
def ask_(
    mission: Path, name: str, places: tuple[str, ...], times: tuple[str, ...], as_json: bool, **given: Any
) -> None:
    """Ask the question NAME in MISSION, or change it. What the answers' probabilities leave is that none is true."""
    from homeward import desk

    where, when = _pairs(places, "--place"), _pairs(times, "--time")
    say(desk.question(mission, name, places=where, times=when, **given), as_json=as_json)


@question.command("drop")
@mission_argument
@click.argument("name")
@click.option("--why", default="", help="Why it matters no longer. Personal.")
@at_option
@json_option
def drop_(mission: Path, name: str, as_json: bool, **given: Any) -> None:
    """Drop the question NAME from MISSION: it is asked no longer."""
    from homeward import desk

    say(desk.drop_question(mission, name, **given), as_json=as_json)


@question.command("resolve")
@mission_argument
@click.argument("name")
@click.argument("answer")
@click.option("--why", default="", help="How it is known. Personal.")
@at_option
@json_option
def resolve_(mission: Path, name: str, answer: str, as_json: bool, **given: Any) -> None:
    """Say which ANSWER to the question NAME came out true, or "none". Witnesses are scored by it."""
    from homeward import desk

    say(desk.resolve(mission, name, answer, **given), as_json=as_json)


@question.command("exclude")
@mission_argument
@click.argument("answers", nargs=-1, required=True, metavar="QUESTION=ANSWER...")
@click.option("--why", default="", help="Why not. Personal.")
@at_option
@json_option
def exclude_(mission: Path, answers: tuple[str, ...], as_json: bool, **given: Any) -> None:
    """Say which answers to different questions cannot be true together."""
    from homeward import desk

    say(desk.exclude(mission, answers, **given), as_json=as_json)


@question.command("list")
@mission_argument
@json_option
def list_questions_(mission: Path, as_json: bool) -> None:
    """List the questions of MISSION with their answers. Personal."""
    from homeward import desk

    say(desk.list_questions(mission), as_json=as_json)


@click.group()
def statement() -> None:
    """Write down what witnesses say, in their words; declined answers; read it again, sealed statements too.

    \b
      homeward statement add lost.mission "They went down to the river." --witness W1 --how seen \\
          --certainty "pretty sure" --question where --answer river
      homeward statement judge lost.mission S1 --number 0.8 --reliability B --credibility 2
      homeward statement declined lost.mission W1 --asked "Who drove the car?"
      homeward statement add lost.mission --witness W2 --reader Lead      (asks for the words, and seals them)
      homeward statement open lost.mission S2 --reader Lead

    Words come first, a number afterwards; both are kept. Words that are sealed are never written down in clear.
    """


@statement.command("add")
@mission_argument
@click.argument("says", required=False)
@click.option(
    "--words-from", type=click.File("r", encoding="utf-8"), help="Read the words from a file, or - for input."
)
@click.option("--witness", required=True, metavar="NAME", help="Who says it.")
@_QUESTION
@_ANSWER
@click.option("--how", type=click.Choice(["seen", "heard", "inferred", "told"]), help="How the witness knows.")
@click.option("--told-by", default="", metavar="NAME", help="Who told it, so that hearsay does not count twice.")
@click.option("--when", metavar="TIME", help="When it was seen or heard.")
@click.option("--where", metavar="PLACE", help="Where it was seen or heard.")
@click.option("--certainty", default="", metavar="WORDS", help="How sure, in the witness's own words.")
@_NUMBER
@_RELIABILITY
@_CREDIBILITY
@click.option(
    "--share", type=click.Choice(["everybody", "command", "named"]), help="Who may read it. [default: command]"
)
@click.option("--reader", "readers", multiple=True, metavar="NAME", help="Seal it for NAME; may be given again.")
@click.option("--consent", type=click.Choice(["given", "refused", "unable"]), help="Whether it may be passed on.")
@click.option("--asked", default="", metavar="WORDS", help="The question that was put.")
@at_option
@json_option
def add_(mission: Path, says: str | None, words_from: Any, as_json: bool, **given: Any) -> None:
    """Write down what a witness said: SAYS in its own words, or asked for where they are left out."""
    from homeward import desk

    if says is not None and words_from is not None:
        raise click.UsageError("The words are given twice. Leave out one of them.")
    words = words_from.read() if words_from is not None else says
    if words is None:
        words = click.prompt("The witness's words", err=True)
    say(desk.statement(mission, words, **given), as_json=as_json)
    if says is not None and given["readers"]:
        note = "NOTE: The words stood on the command line, which this computer may remember. Leave them out next time:"
        click.echo(f"{note} they are asked for.", err=True)


@statement.command("declined")
@mission_argument
@click.argument("witness")
@click.option("--asked", default="", metavar="WORDS", help="The question that was put.")
@_QUESTION
@at_option
@json_option
def declined_(mission: Path, witness: str, question: str | None, as_json: bool, **given: Any) -> None:
    """Note that WITNESS did not want to answer. Nobody is told to ask again."""
    from homeward import desk

    say(desk.declined(mission, witness, question=question or "", **given), as_json=as_json)


@statement.command("judge")
@mission_argument
@click.argument("name")
@_NUMBER
@_RELIABILITY
@_CREDIBILITY
@_QUESTION
@_ANSWER
@click.option(
    "--forget", multiple=True, metavar="FIELD", help="Take back number, reliability, credibility or question."
)
@at_option
@json_option
def judge_(mission: Path, name: str, as_json: bool, **given: Any) -> None:
    """Add to the statement NAME what is told after its words: number, reliability, credibility, what it bears on."""
    from homeward import desk

    say(desk.judge_statement(mission, name, **given), as_json=as_json)


@statement.command("withdraw")
@mission_argument
@click.argument("name")
@click.option("--why", default="", help="Why it is taken back. Personal.")
@at_option
@json_option
def withdraw_(mission: Path, name: str, as_json: bool, **given: Any) -> None:
    """Note that the witness takes the statement NAME back. It counts no longer; the record stays."""
    from homeward import desk

    say(desk.withdraw_statement(mission, name, **given), as_json=as_json)


@statement.command("list")
@mission_argument
@click.option("--reader", metavar="NAME", help="Open what is sealed for NAME; the passphrase is asked for.")
@passphrase_file_option
@json_option
def list_statements_(mission: Path, reader: str | None, passphrase_file: Path | None, as_json: bool) -> None:
    """List what was said in MISSION. Personal. What is sealed stays closed but for its reader; openings are noted."""
    from homeward import desk

    secret = passphrase(passphrase_file, reader) if reader is not None else None
    say(desk.statements(mission, reader=reader, passphrase=secret), as_json=as_json)


@statement.command("open")
@mission_argument
@click.argument("name")
@click.option("--reader", required=True, metavar="NAME", help="Who opens it.")
@passphrase_file_option
@json_option
def open_(mission: Path, name: str, reader: str, passphrase_file: Path | None, as_json: bool) -> None:
    """Open the sealed statement NAME. That it was opened, and by whom, is noted."""
    from homeward import desk

    secret = passphrase(passphrase_file, reader)
    say(desk.open_statement(mission, name, reader=reader, passphrase=secret), as_json=as_json)


@click.command()
@mission_argument
@click.argument("name", required=False)
@passphrase_file_option
@click.option("--replace", "replace_key", is_flag=True, help="Give somebody who is there a new key.")
@at_option
@json_option
def reader(mission: Path, name: str | None, passphrase_file: Path | None, as_json: bool, **given: Any) -> None:
    """Let NAME be given sealed statements, which only NAME's passphrase opens. Without a name: list the readers.

    The passphrase is asked for, and kept nowhere. A LOST ONE CANNOT BE RECOVERED, and what was sealed for it stays
    closed for ever: seal what matters for two readers, and keep passphrases on paper. Who has the mission file can try
    passphrases on it: take four words or more that have nothing to do with one another.

    \b
      homeward reader lost.mission Lead
    """
    from homeward import desk

    if name is None:
        say(desk.list_readers(mission), as_json=as_json)
        return
    say(desk.reader(mission, name, passphrase(passphrase_file, name, twice=True), **given), as_json=as_json)


@click.command()
@mission_argument
@click.option("--question", metavar="NAME", help="Only this question.")
@click.option(
    "--speed",
    "speed_kmh",
    type=float,
    default=15.0,
    show_default=True,
    metavar="KM/H",
    help=(
        "What nobody goes faster than from one place to another. The default is our own assumption, for people on foot."
    ),
)
@click.option("--apart", multiple=True, metavar="NAME", help="A question about somebody else: no such rule for it.")
@json_option
def fuse(mission: Path, as_json: bool, **given: Any) -> None:
    """Show what all statements of MISSION come to: how probable each answer is, what moved it, whom to ask next.

    Statements that are sealed count with their number; how many count is told, not which or for which answer. Personal.
    """
    from homeward import desk

    say(desk.fused(mission, **given), as_json=as_json)


def passphrase(file: Path | None, whose: str, *, twice: bool = False) -> str:
    """A passphrase from a file, the environment, or asked for without showing it; never from the command line."""
    from homeward.errors import BadFile

    if file is not None:
        try:
            return file.read_text(encoding="utf-8").splitlines()[0]
        except FileNotFoundError as err:
            raise BadFile(f"There is no file {file}. Check the name.") from err
        except OSError as err:
            raise BadFile(f"{file} cannot be read ({err.strerror}). Name a file that can.") from err
        except (UnicodeDecodeError, IndexError) as err:
            raise BadFile(f"{file} holds no passphrase on its first line. Check the file.") from err
    told = os.environ.get(IN_ENVIRONMENT)
    if told is not None:
        return told
    answer: str = click.prompt(f"Passphrase of {whose}", hide_input=True, confirmation_prompt=twice, err=True)
    return answer


def _pairs(told: tuple[str, ...], option: str) -> dict[str, str]:
    pairs = [one.partition("=") for one in told]
    odd = next(
        (one for one, (name, sign, value) in zip(told, pairs, strict=True) if not (name and sign and value)), None
    )
    if odd is not None:
        raise click.UsageError(f"{odd!r} does not fit {option}. Write ANSWER=..., such as hut=...")
    if len({name for name, _, _ in pairs}) < len(pairs):
        raise click.UsageError(f"An answer is told twice with {option}. Give each once.")
    return {name.strip(): value for name, _, value in pairs}
