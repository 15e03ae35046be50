"""The cover sheet: one page with the map, who covers what, when the reserve moves, the worst case left.

The layout is `cover_sheet.typ`; all words of people reach it as data, never as markup.
"""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any, Final

from homeward.exchange.basemap import Frame
from homeward.exchange.cover_picture import cover_map
from homeward.exchange.fonts import font_folder, foreign
from homeward.mission.replay import Mission
from homeward.terrain.ground import Terrain

Json = dict[str, Any]
PAPERS: Final = {"a4": ("a4", 190.0, 277.0), "letter": ("us-letter", 195.9, 259.4)}
"""Typst's name of a paper, and the width and height that its margins leave, mm."""
DPI: Final = 150
LEAST_MAP_MM, MOST_MAP_MM = 80.0, 185.0
LINE_MM, ROW_MM = 3.5, 4.9
"""Height of a line of words and of a row of the table, as the layout sets them."""
LETTERS: Final = 105
"""Letters that fit on a line, on the safe side."""


def write_cover_sheet(text: Json, plan: Json, *, mission: Mission, terrain: Terrain, paper: str = "a4") -> bytes:
    """The PDF. `text` holds what stands on it (see `cover_sheet.typ`), `plan` the plan of cover as data, `paper` is one
    of `PAPERS`.
    """
    import typst

    name, width_mm, height_mm = PAPERS[paper]
    frame = Frame(width_mm=width_mm, height_mm=_room_mm(text, height_mm), dpi=DPI)
    packed = json.dumps({**text, "paper": name}, ensure_ascii=False, sort_keys=True)
    jpg = cover_map(plan, mission=mission, terrain=terrain, frame=frame)
    sources: Any = {
        "main.typ": files("homeward.exchange").joinpath("cover_sheet.typ").read_bytes(),
        "data.json": packed.encode("utf-8", "replace"),
        "map.svg": _wrapped(jpg, frame.width_mm, frame.height_mm),
    }
    made = datetime.fromisoformat(plan["made_at"]).astimezone(UTC)
    pdf: bytes = typst.compile(
        sources, font_paths=[str(font_folder())], ignore_system_fonts=not foreign(packed), timestamp=made
    )
    return pdf


def _room_mm(text: Json, height_mm: float) -> float:
    """The height that the words leave for the map on the one page; lines counted on the safe side."""
    rows = ROW_MM * (1 + len(text["rows"])) + 3.3 * sum(any(len(c) > 34 for c in row) for row in text["rows"])
    words = sum(LINE_MM * _lines(text[part]) + 5.5 for part in ("reserve", "worst", "later", "notes") if text[part])
    left = height_mm - 26.0 - 4.6 * (1 + len(text["sentence"]) // 85) - rows - words
    return min(max(left, LEAST_MAP_MM), MOST_MAP_MM)


def _lines(words: list[str]) -> int:
    return sum(1 + len(w) // LETTERS for w in words)


def _wrapped(jpg: bytes, width_mm: float, height_mm: float) -> bytes:
    size = f'width="{width_mm:g}mm" height="{height_mm:g}mm"'
    data = base64.b64encode(jpg).decode("ascii")
    image = f'<image {size} href="data:image/jpeg;base64,{data}"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{image}</svg>'.encode()
