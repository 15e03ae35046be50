"""The group of commands, and the one place where an error becomes a line and an exit code."""

from __future__ import annotations

import importlib
import io
import os
import sys
import threading
from typing import Any

import click

from homeward import __version__
from homeward.errors import HomewardError

# Verb -> (module below homeward.cli, one line for the manual page), in the order of a mission. The modules are
# imported when their verb is used, so that `homeward --help` answers at once.
VERBS: dict[str, tuple[str, str]] = {
    "demo": ("demo", "A whole mission on real ground, to see what homeward does."),
    "new": ("facts", "Open a mission."),
    "area": ("ground", "Fetch the ground from the web, or load it from files."),
    "base": ("facts", "Say where the command post stands."),
    "subject": ("facts", "Say who is missing."),
    "ipp": ("facts", "Set the initial planning point."),
    "scenario": ("scenarios", "Say what may have happened, and vote on it."),
    "clue": ("clues", "Report a clue; correct, accept or refuse one."),
    "team": ("facts", "Register a team, or stand it down."),
    "person": ("people", "Say who is there, and what each can do."),
    "hazard": ("people", "Mark what threatens people on the ground."),
    "signals": ("people", "Agree on the warning and recall signals."),
    "weather": ("facts", "Say what the weather is like."),
    "number": ("facts", "Override a number that plans stand on."),
    "map": ("planning", "Make the probability map."),
    "plan": ("planning", "Make the search plan."),
    "form": ("formation", "Give people roles and posts."),
    "segment": ("manage", "Draw a segment of your own, or drop it; list them."),
    "lock": ("manage", "Lock or forbid that a team searches a segment."),
    "free": ("manage", "Take a lock back."),
    "own": ("manage", "Have your own plan measured beside ours."),
    "begun": ("manage", "Say that a team has set out on an assignment."),
    "at": ("manage", "Say where a team is."),
    "giveup": ("manage", "Say that a team gave an assignment up."),
    "rehearse": ("rehearse", "Play the plan against thousands of subjects, and ask what if."),
    "show": ("planning", "Say where the mission stands."),
    "brief": ("papers", "Write the task sheets and the files for the teams' receivers."),
    "track": ("results", "Take in a team's GPS track."),
    "debrief": ("results", "Record what a team searched, or found, and update the map."),
    "found": ("rescue", "Say that the subject is located: everybody gets orders."),
    "casualty": ("rescue", "Say what is known of a casualty."),
    "observe": ("rescue", "Write down what was seen and measured of a casualty."),
    "treat": ("rescue", "Write down what was done for a casualty."),
    "triage": ("rescue", "Score and rank the casualties."),
    "exit": ("rescue", "Say where a carry-out may end."),
    "hospital": ("rescue", "Say which hospitals there are."),
    "carryout": ("rescue", "Plan the way out: treat or move, routes, bearers, watch, hospital."),
    "hold": ("rescue", "Leave now or hold: what each costs."),
    "rally": ("orders", "Set where everybody meets."),
    "recall": ("orders", "Call everybody back."),
    "order": ("orders", "Tell teams what to do; list who has not answered."),
    "ack": ("orders", "Note that a team has acknowledged its order."),
    "handover": ("handover", "Hand a casualty over: card to read aloud, and files."),
    "receipt": ("handover", "Note who received a casualty."),
    "outcome": ("handover", "Note what became of a casualty."),
    "question": ("debriefs", "Ask what has to be known, with the answers there may be."),
    "statement": ("debriefs", "Write down what witnesses say, and who may read it."),
    "reader": ("debriefs", "Let somebody be given sealed statements."),
    "fuse": ("debriefs", "Show what all statements come to, and whom to ask next."),
    "message": ("messages", "Tell people what they must know; see who has read it."),
    "warning": ("warning", "Say what may come and when, as it was told."),
    "forecast": ("warning", "Show when what was warned of may come."),
    "alert": ("warning", "Say when to raise readiness, and when to lower it."),
    "cap": ("warning", "Take warnings in from CAP messages, and pass them on."),
    "calendar": ("warning", "Write the dates to be ready by as a calendar."),
    "available": ("muster", "Say how somebody can be had when everybody is called in."),
    "callout": ("muster", "Call everybody in, by the channels that reach them."),
    "answer": ("muster", "Write down what somebody answers to the call."),
    "muster": ("muster", "Show who is in, who comes when, and whom to call next."),
    "signin": ("muster", "Sign somebody in at the base."),
    "signout": ("muster", "Sign somebody out, or everybody."),
    "rollcall": ("muster", "Call everybody at the base by name."),
    "target": ("cover", "Say what may be hit, how, and what that would cost."),
    "cover": ("cover", "Plan who covers what with too few teams, and print it."),
    "briefing": ("briefing", "Write the briefing for everybody and for command; see who has read it."),
    "building": ("building", "Search a building: its rooms, plan, readings and markings."),
    "log": ("book", "Show, check or undo what was written down."),
    "export": ("papers", "Write the mission for other programs."),
    "score": ("score", "Score a map once the find is known."),
    "serve": ("serve", "Show the mission on a live page."),
    "solve": ("solve", "Solve a problem file, without a mission."),
    "schema": ("solve", "Describe the problem files."),
}


class Verbs(click.Group):
    """The commands, imported one by one when they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of a mission, not of the alphabet."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, from its module."""
        if cmd_name not in VERBS:
            return None
        module = importlib.import_module(f"homeward.cli.{VERBS[cmd_name][0]}")
        command = getattr(module, f"{cmd_name}_command", None) or getattr(module, cmd_name)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Names the nearest verb when one is mistyped."""
        from difflib import get_close_matches

        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as err:
            near = get_close_matches(args[0], VERBS, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise click.UsageError(f"{err.message}{hint}", ctx=ctx) from err

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of verbs, without importing their modules."""
        with formatter.section("Verbs, in the order of a mission"):
            formatter.write_dl([(verb, text) for verb, (_, text) in VERBS.items()])


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="homeward")
def cli() -> None:
    """Plan and run search-and-rescue missions, from the first clue to everyone home.

    A mission is one file. Verbs write facts into it, make the probability map and the search plan from them, and
    print what the teams need. Nothing is ever overwritten: corrections and undos are entries too.

    \b
    A first mission:
      homeward new lost.mission --name "Frozen Head" --zone America/New_York
      homeward ipp lost.mission "36.4050, -84.3580" --seen 14:30
      homeward area load lost.mission --elevation dem.tif --features map.gpkg
      homeward subject lost.mission --category hiker --ecoregion temperate --ground mountain
      homeward clue lost.mission "scent" --from "36.40, -84.33" --bearing 315 --range 3km
      homeward team lost.mission "Dog 1" --kind dog --radio "channel 3"
      homeward map lost.mission
      homeward plan lost.mission --hours 4
      homeward brief lost.mission --to papers
      homeward serve lost.mission

    Places are written as decimal degrees, degrees and minutes, UTM or MGRS; times in the mission's time zone.
    Every verb explains itself (homeward VERB --help) and answers in JSON with --json. Exit code 0: done; 1: you must
    act, the message says how; 2: the command was mistyped.
    """


class OutputLost(HomewardError):
    """Standard output takes no more. The message says why."""


def main(args: list[str] | None = None) -> Any:
    """Runs the command line; the only place that turns a `HomewardError` into a line and exit code 1."""
    try:
        _output_for_us_alone()
        return cli.main(args=args, prog_name="homeward", standalone_mode=True)
    except HomewardError as err:
        click.echo(f"Error: {err}", err=True)
        sys.exit(1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except SystemExit as done:
        _leave_at_once(done.code)
        raise


def _leave_at_once(code: Any) -> None:
    """Ends the process without the last rites of C++ where Ctrl-C has left HiGHS running: it would abort in them."""
    if all(t.name != "homeward-programme" for t in threading.enumerate()) or not isinstance(code, int | None):
        return
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code or 0)


def _output_for_us_alone() -> None:
    """Standard output for what we print alone: what libraries write to it from C goes to standard error.

    HiGHS leaves a line there at times, in the midst of the JSON of a solution. Never turned back: what C still holds
    in its buffer is written as the process ends. Raises `OutputLost` where standard output is closed.
    """
    out: Any = sys.stdout
    if out is None:
        raise OutputLost(
            "Standard output is closed, so that nothing can be answered, and nothing was done. "
            "Send the answer to a file, or to /dev/null."
        )
    try:
        if out.fileno() != 1 or not isinstance(out, io.TextIOWrapper):
            return
        out.flush()
        kept = os.dup(1)
        os.dup2(2, 1)
    except (AttributeError, OSError, ValueError):  # none, or not a file: nothing to keep clean
        return
    raw = _Output(kept, "wb")
    sys.stdout = io.TextIOWrapper(
        raw if out.write_through else io.BufferedWriter(raw),
        encoding=out.encoding,
        errors=out.errors,
        line_buffering=out.line_buffering,
        write_through=out.write_through,
    )


class _Output(io.FileIO):
    """Standard output that says in a sentence, once, that it takes no more; a closed pipe is left to click."""

    lost = False

    def write(self, data: Any) -> int:
        """As of any file; after a failure the rest is let go. Nothing is written for nothing, as click does to try."""
        if self.lost or not len(data):
            return len(data)
        try:
            return super().write(data)
        except BrokenPipeError:
            raise
        except OSError as err:
            self.lost = True
            raise OutputLost(
                f"The answer cannot be written to standard output: {err.strerror}. Make room, or send it elsewhere; "
                "see homeward log show for what was written down before you repeat a command that writes."
            ) from err
