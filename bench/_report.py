"""What benchmarks print: Markdown that reads well on a terminal too, and the page that is kept of it."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bench._measure import machine

Cell = str | int | float
INTRO = """# Benchmarks

How good homeward's solvers are, and how fast, beside what a user would do otherwise. Each section says what is
compared, how, and the command that made it in one run. All of them again (three quarters of an hour), or one:

    make bench ARGS="--page docs/benchmarks.md"
    make bench ARGS="quality_sweep --page docs/benchmarks.md"

Where the machine was shared with other work, ratios say more than seconds.
"""


def table(columns: Sequence[str], rows: Sequence[Sequence[Cell]], *, digits: int = 3) -> str:
    """A Markdown table, its columns padded; the first is text, the others are figures."""
    lines = [[_words(cell, digits) for cell in row] for row in rows]
    widths = [max(3, *(len(line[k]) for line in [list(columns), *lines])) for k in range(len(columns))]
    aligned = [[columns[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(columns[1:], widths[1:], strict=True))]]
    aligned.append(["-" * widths[0], *("-" * (w - 1) + ":" for w in widths[1:])])
    aligned += [
        [row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True))] for row in lines
    ]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in aligned) + "\n"


def _words(cell: Cell, digits: int) -> str:
    if isinstance(cell, float):
        return "-" if np.isnan(cell) else f"{cell:.{digits}f}"
    return str(cell)


def tell(text: str) -> None:
    """How far it is: on standard error, so that it is not part of what is kept."""
    print(text, file=sys.stderr, flush=True)


class Tee(io.TextIOBase):
    """Shows what is printed and keeps it."""

    def __init__(self) -> None:
        self.kept: list[str] = []

    def write(self, text: str) -> int:
        self.kept.append(text)
        sys.__stdout__.write(text)  # type: ignore[union-attr]  # it is there wherever somebody looks on
        sys.__stdout__.flush()  # type: ignore[union-attr]
        return len(text)


def section(name: str, words: str, printed: str, command: str) -> str:
    """One benchmark's part of the page; what is no Markdown table is set as it was printed."""
    first, _, rest = words.strip().partition("\n")
    rest = "\n".join(line for line in rest.strip().splitlines() if not line.startswith("python -m bench"))
    body = printed.strip() if re.search(r"^\|", printed, flags=re.M) else f"```\n{printed.strip()}\n```"
    explained = re.sub(r"\n{3,}", "\n\n", rest).strip()
    return f"## {name}\n\n{first}\n\n{explained}\n\n    {command}\n\nMachine: {machine()}.\n\n{body}\n"


def put_in_page(page: Path, name: str, text: str) -> None:
    """Writes the section into the page, in place of an older one of that name; sections are in alphabetical order."""
    old = page.read_text(encoding="utf-8") if page.exists() else ""
    parts = {part.split("\n", 1)[0]: part for part in re.split(r"^## ", old, flags=re.M)[1:]}
    parts[name] = text.removeprefix("## ")
    whole = INTRO + "".join("\n## " + parts[k].strip() + "\n" for k in sorted(parts))
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(whole, encoding="utf-8")
