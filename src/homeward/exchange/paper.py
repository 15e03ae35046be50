"""Paper: the sizes there are, and the one way from a Typst template with its data and pictures to a PDF.

All words of people reach a template as data, never as markup.
"""

from __future__ import annotations

import base64
import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any, Final, Literal, NamedTuple

from homeward.errors import BadInput
from homeward.exchange.fonts import font_folder, foreign, unprintable

Json = dict[str, Any]


class Paper(NamedTuple):
    """A sheet of paper: Typst's name of it, and its size in mm."""

    typst: str
    width_mm: float
    height_mm: float

    def within(self, across_mm: float, along_mm: float) -> tuple[float, float]:
        """The width and height, mm, that margins leave: those of left and right together, and of top and bottom."""
        return self.width_mm - across_mm, self.height_mm - along_mm


PAPERS: Final = {"a4": Paper("a4", 210.0, 297.0), "letter": Paper("us-letter", 215.9, 279.4)}


def paper_of(name: str) -> Paper:
    """The paper of that name. Raises `BadInput` where there is none."""
    if name not in PAPERS:
        raise BadInput(f"There is no paper {name!r}. Choose {' or '.join(PAPERS)}.")
    return PAPERS[name]


def compiled(
    template: str,
    data: Json,
    *,
    at: datetime,
    pictures: Mapping[str, bytes] | None = None,
    letters: str = "",
    form: Literal["pdf", "png", "svg"] = "pdf",
) -> bytes:
    """A template of this package (`cover_sheet.typ`, `handover/card.typ`) set with `data`, which it reads as data.json.

    `pictures` are SVG files by name; `letters` the words in them, where they have any. `at` is written into the file,
    so that the same arguments give the same bytes on one computer.
    """
    import typst

    packed = json.dumps(data, ensure_ascii=False, sort_keys=True)
    sources: Any = {
        "main.typ": files("homeward.exchange").joinpath(template).read_bytes(),
        "data.json": packed.encode("utf-8", "replace"),
        **(pictures or {}),
    }
    made: bytes = typst.compile(
        sources,
        font_paths=[str(font_folder())],
        ignore_system_fonts=not foreign(packed + letters),
        timestamp=at.astimezone(UTC),
        format=form,
    )
    return made


def no_font_note(data: Json) -> str:
    """What is said on a page whose words have letters that no font here can print; empty where all can be."""
    strange = foreign(json.dumps(data, ensure_ascii=False))
    missing = unprintable(strange) if strange else ""
    if not missing:
        return ""
    scripts = ", ".join(sorted({unicodedata.name(c, "symbol").split()[0].split("-")[0].lower() for c in missing}))
    return f"This computer has no font for some letters here ({scripts}); they print as boxes. Install one for them."


def wrapped(jpg: bytes, width_mm: float, height_mm: float) -> bytes:
    """A picture inside an SVG, which is text: Typst takes files in memory only as text, and no temporary file is left
    lying about with a mission in it. The PDF holds the picture as it is. Empty bytes leave the room empty.
    """
    size = f'width="{width_mm:g}mm" height="{height_mm:g}mm"'
    data = base64.b64encode(jpg).decode("ascii")
    image = f'<image {size} href="data:image/jpeg;base64,{data}"/>' if jpg else ""
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{image}</svg>'.encode()


def pages_of(pdf: bytes) -> int:
    """How many pages a PDF has that was compiled here."""
    return len(re.findall(rb"/Type\s*/Page\b", pdf))
