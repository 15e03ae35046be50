"""The printed papers of a building as PDF: the plan of its search with a sheet per crew, and its markings.

The layout is `building.typ`; this module says what stands in it. Words of people reach the page as data, never as
markup.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import typst

from homeward.exchange.fonts import font_folder, foreign
from homeward.exchange.paper import compiled, paper_of

Json = dict[str, Any]

MARGINS_MM: Final = (24.0, 35.0)
"""Left and right together, top and bottom together."""


def paper_size(name: str) -> tuple[str, float, float]:
    """Typst's name, width and height for pictures. Raises `BadInput` for a paper there is not."""
    paper = paper_of(name)
    return (paper.typst, *paper.within(*MARGINS_MM))


def building_pdf(data: Json, pictures: Mapping[str, str], *, made_at: datetime) -> bytes:
    """A PDF of `data` (kind "plan" or "markings") and the SVG pictures it names. Same arguments, same bytes."""
    svgs = {name: svg.encode("utf-8", "replace") for name, svg in pictures.items()}
    return compiled("building/building.typ", data, at=made_at, pictures=svgs, letters="".join(pictures.values()))


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
