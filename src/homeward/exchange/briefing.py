"""A briefing as a page of paper: sections of plain sentences, as large as one page takes.

The layout is `briefing.typ`; all words of people reach it as data, never as markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from homeward.exchange.paper import compiled, no_font_note, paper_of

LONGEST_LINE = 320
"""Letters of a line on a briefing: ours. What is cut ends in dots."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A sentence of a briefing; `strong` the ones that are read first, `under` what explains the line before."""

    text: str
    strong: bool = False
    under: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading with its sentences; `boxed` in a frame."""

    title: str
    lines: tuple[Line, ...]
    boxed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What stands around the sections of a briefing."""

    head: str
    mission: str
    made: str
    number: str
    footer: str
    exercise: bool = False
    paper: str = "a4"


def section(title: str, lines: Iterable[Line], *, most: int, boxed: bool = False) -> tuple[Section, ...]:
    """A section of at most so many lines, saying how many are left out; none where there is nothing to say."""
    told = list(lines)
    if not told:
        return ()
    left = len(told) - most
    kept = told if left <= 0 else [*told[: most - 1], Line(text=f"and {left + 1} lines more: on the screen.")]
    return (Section(title=title, lines=tuple(kept), boxed=boxed),)


def briefing_pdf(page: Page, sections: Sequence[Section], *, at: datetime) -> bytes:
    """The PDF: one page, whatever was written. The same arguments give the same bytes on one computer."""
    data: dict[str, Any] = {
        "title": f"{page.head}: {page.mission}",
        "head": page.head,
        "mission": _short(page.mission),
        "made": page.made,
        "number": page.number,
        "footer": page.footer,
        "exercise": page.exercise,
        "paper": paper_of(page.paper).typst,
        "sections": [
            {
                "title": one.title,
                "boxed": one.boxed,
                "lines": [{"text": _short(li.text), "strong": li.strong, "under": li.under} for li in one.lines],
            }
            for one in sections
        ],
    }
    if note := no_font_note(data):
        data["footer"] = f"{note} {page.footer}"
    return compiled("briefing.typ", data, at=at)


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= LONGEST_LINE else f"{plain[: LONGEST_LINE - 3]}..."
