"""What the commands share: the mission argument, `--json`, `--at`, and printing an answer."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from homeward.desk.answer import Answer

PLACE_FIRST = {"ignore_unknown_options": True}  # so that a southern place, `-33.9 18.4`, is not taken for an option

F = TypeVar("F", bound=Callable[..., Any])

mission_argument = click.argument("mission", type=click.Path(path_type=Path, dir_okay=True))
json_option = click.option("--json", "as_json", is_flag=True, help="Answer in JSON instead of words.")
at_option = click.option("--at", metavar="TIME", help="When it happened, if not now: 14:30, -20min, 2026-11-21 14:30.")


def say(answer: Answer, *, as_json: bool) -> None:
    """Prints an answer on standard output, as words or as one JSON object."""
    click.echo(json.dumps(dict(answer.data), ensure_ascii=False, indent=1) if as_json else answer.text)


class Metres(click.ParamType[float]):
    """A length: `800`, `800m` or `3km`."""

    name = "length"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Metres from what was typed."""
        if isinstance(value, float | int):
            return float(value)
        text = str(value).strip().lower().replace(" ", "")
        hit = re.fullmatch(r"([-+]?\d+(?:\.\d+)?)(km|m|)", text)
        if hit:
            return float(hit[1]) * (1000.0 if hit[2] == "km" else 1.0)
        return self.fail(f"{value!r} is not a length. Write 800, 800m or 3km.", param, ctx)


METRES = Metres()


class Share(click.ParamType[float]):
    """A probability: `0.9`, `0,9` or `90%`."""

    name = "share"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """0..1 from what was typed."""
        text = str(value).strip().replace(",", ".")
        hit = re.fullmatch(r"(\d+(?:\.\d+)?|\.\d+)\s*(%?)", text)
        if hit:
            return float(hit[1]) / (100.0 if hit[2] else 1.0)
        return self.fail(f"{value!r} is not a probability. Write 0.9 or 90%.", param, ctx)


SHARE = Share()
