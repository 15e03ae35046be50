"""The commands `solve` and `schema`: problem files in, solution files out, without a mission."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from homeward.cli.options import json_option, say


@click.command()
@click.argument("problem", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "-o",
    "--output",
    "output",
    type=click.Path(path_type=Path, allow_dash=True),
    help="Write the solution here (- or left out: standard output).",
)
@click.option(
    "--time-limit",
    "time_limit_s",
    type=float,
    metavar="S",
    help="Seconds that solving may take, the start of Python not counted.  "
    "[default: sweep 5, rooms 10, evacuate 10, allocate 60, assign 60, roster 60, cover 60; the other kinds heed none: "
    "map, formation, treat, triage, fuse, warn, muster]",
)
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed gives the same solution.")
@click.option("--json", "as_json", is_flag=True, help="Print the solution also where -o writes it to a file.")
def solve(problem: Path, output: Path | None, time_limit_s: float | None, seed: int, as_json: bool) -> None:
    """Solve the problem file PROBLEM (JSON; - for standard input).

    Array files are named in it by their path relative to it. The solution is JSON with its value, a proven bound on
    the best value there is, and the reasons. `homeward schema` lists the kinds of problem and describes their files.
    Ctrl-C ends the search early, with the best plan so far where the kind has one.
    """
    from homeward import desk

    to = None if output is None or str(output) == "-" else output
    with _progress_line() as tell:
        answer = desk.solve(
            None if str(problem) == "-" else problem, to=to, time_limit_s=time_limit_s, seed=seed, progress=tell
        )
    for finding in answer.data["findings"]:
        click.echo(f"Note: {finding}", err=True)
    if to is None or as_json:
        click.echo(json.dumps(dict(answer.data), ensure_ascii=False, indent=1))
    if to is not None:
        data = answer.data
        click.echo(
            f"{to}: {data['status']}, value {data['value']:.6g}, bound {data['bound']:.6g}, "
            f"{data['elapsed_s']:.2f} s, seed {data['seed']}",
            err=True,
        )


@click.command()
@click.argument("kind", required=False)
@click.option("--solution", is_flag=True, help="Describe the solution file instead of the problem file.")
@json_option
def schema(kind: str | None, solution: bool, as_json: bool) -> None:
    """Describe the problem files of KIND as a JSON Schema; without KIND, list the kinds."""
    from homeward import desk

    say(desk.schema(kind, of_solution=solution), as_json=as_json)


@contextmanager
def _progress_line() -> Iterator[Callable[[float, float, float], None] | None]:
    """Draws one line over and over on standard error; nothing where that is not a screen."""
    if not sys.stderr.isatty():
        yield None
        return

    def tell(elapsed_s: float, value: float, bound: float) -> None:
        click.echo(f"\r{elapsed_s:6.1f} s   value {value:.5f}   bound {bound:.5f}\033[K", nl=False, err=True)

    try:
        yield tell
    finally:
        click.echo("\r\033[K", nl=False, err=True)
