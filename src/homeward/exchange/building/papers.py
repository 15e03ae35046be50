"""The printed papers of a building as PDF: the plan of its search with a sheet per crew, and its markings.

The layout is `building.typ`; this module says what stands in it. Words of people reach the page as data, never as
markup.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

import typst

from homeward.errors import BadInput
from homeward.exchange.fonts import font_folder, foreign

Json = dict[str, Any]

PAPERS = {"a4": ("a4", 186.0, 262.0), "letter": ("us-letter", 192.0, 244.0)}
"""Typst's name of a paper, and the width and height that its margins leave, mm."""


def paper_size(paper: str) -> tuple[str, float, float]:
    """Typst's name, width and height for pictures. Raises `BadInput` for a paper there is not."""
    if paper not in PAPERS:
        raise BadInput(f"There is no paper {paper!r}. Choose {' or '.join(PAPERS)}.")
    return PAPERS[paper]


def building_pdf(data: Json, pictures: Mapping[str, str], *, made_at: datetime) -> bytes:
    """A PDF of `data` (kind "plan" or "markings") and the SVG pictures it names. Same arguments, same bytes."""
    return _compiled("building.typ", data, pictures, made_at=made_at, form="pdf")


def svg_to_png(svg: str, *, width_mm: float, height_mm: float, dpi: int = 150) -> bytes:
    """An SVG drawn as PNG, with the same letters as on paper."""
    source = (
        f"#set page(width: {width_mm:g}mm, height: {height_mm:g}mm, margin: 0mm)\n"
        '#image("picture.svg", width: 100%, alt: "floor plan")'
    )
    sources: Any = {"main.typ": source.encode(), "picture.svg": svg.encode("utf-8", "replace")}
    fonts = [str(font_folder())]
    own = not foreign(svg)
    png: bytes = typst.compile(sources, font_paths=fonts, ignore_system_fonts=own, format="png", ppi=dpi)
    return png


def _compiled(template: str, data: Json, pictures: Mapping[str, str], *, made_at: datetime, form: Any) -> bytes:
    packed = json.dumps(data, ensure_ascii=False, sort_keys=True)
    sources: Any = {
        "main.typ": files("homeward.exchange.building").joinpath(template).read_bytes(),
        "data.json": packed.encode("utf-8", "replace"),
        **{name: svg.encode("utf-8", "replace") for name, svg in pictures.items()},
    }
    strange = foreign(packed + "".join(pictures.values()))
    made: bytes = typst.compile(
        sources,
        font_paths=[str(font_folder())],
        ignore_system_fonts=not strange,
        timestamp=made_at.astimezone(UTC),
        format=form,
    )
    return made
