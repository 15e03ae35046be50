"""A briefing as a page of paper: sections of plain sentences, as large as one page takes.

The layout is `briefing.typ`; all words of people reach it as data, never as markup.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any, Final

from homeward.exchange.fonts import font_folder, foreign, unprintable

PAPERS: Final = {"a4": "a4", "letter": "us-letter"}
LONGEST_LINE = 320
"""Letters of a line on a briefing: ours. What is cut ends in dots."""
NO_FONT: Final = "This computer has no font for some letters here: they print as boxes."


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
    import typst

    data: dict[str, Any] = {
        "title": f"{page.head}: {page.mission}",
        "head": page.head,
        "mission": _short(page.mission),
        "made": page.made,
        "number": page.number,
        "footer": page.footer,
        "exercise": page.exercise,
        "paper": PAPERS[page.paper],
        "sections": [
            {
                "title": one.title,
                "boxed": one.boxed,
                "lines": [{"text": _short(li.text), "strong": li.strong, "under": li.under} for li in one.lines],
            }
            for one in sections
        ],
    }
    strange = foreign(json.dumps(data, ensure_ascii=False))
    if strange and unprintable(strange):
        data["footer"] = f"{NO_FONT} {page.footer}"
    sources: Any = {
        "main.typ": files("homeward.exchange").joinpath("briefing.typ").read_bytes(),
        "data.json": json.dumps(data, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace"),
    }
    pdf: bytes = typst.compile(
        sources, font_paths=[str(font_folder())], ignore_system_fonts=not strange, timestamp=at.astimezone(UTC)
    )
    return pdf


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= LONGEST_LINE else f"{plain[: LONGEST_LINE - 3]}..."
