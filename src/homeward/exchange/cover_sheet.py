"""The cover sheet: one page with the map, who covers what, when the reserve moves, the worst case left.

The layout is `cover_sheet.typ`; all words of people reach it as data, never as markup.
"""

from __future__ import annotations

import base64
import json
import re
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
LEAST_MAP_MM, MOST_MAP_MM, STEP_MM = 70.0, 185.0, 12.0
_PARTS: Final = ("reserve", "worst", "later", "notes")
LINE_MM, ROW_MM = 3.5, 4.9
"""Height of a line of words and of a row of the table, as the layout sets them."""
LONGEST: Final = 320
"""Letters of a line that is kept where there are too many: ours."""
LETTERS: Final = 105
"""Letters that fit on a line, on the safe side."""


def write_cover_sheet(text: Json, plan: Json, *, mission: Mission, terrain: Terrain, paper: str = "a4") -> bytes:
    """The PDF. `text` holds what stands on it (see `cover_sheet.typ`), `plan` the plan of cover as data, `paper` is one
    of `PAPERS`.
    """
    name, width_mm, height_mm = PAPERS[paper]
    fitted, map_mm = _fitted({**text, "paper": name}, width_mm, height_mm)
    frame = Frame(width_mm=width_mm, height_mm=map_mm, dpi=DPI)
    jpg = cover_map(plan, mission=mission, terrain=terrain, frame=frame)
    return _compiled(fitted, _wrapped(jpg, width_mm, map_mm), made=datetime.fromisoformat(plan["made_at"]))


def _fitted(text: Json, width_mm: float, height_mm: float) -> tuple[Json, float]:
    """What fits on one page: the words with the largest map, and where even a small one is too much fewer words."""
    for most in (None, 5, 3, 1):
        some = text if most is None else {**text, **{part: _fewer(text[part], most) for part in _PARTS}}
        some = some if most is None else {**some, "rows": _top(text, 3 * most + 3)}
        map_mm = _room_mm(some, height_mm)
        while map_mm >= LEAST_MAP_MM:
            pdf = _compiled(some, _wrapped(b"", width_mm, map_mm), made=datetime.fromtimestamp(0, tz=UTC))
            if len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1:
                return some, map_mm
            map_mm -= STEP_MM
    return some, LEAST_MAP_MM


def _top(text: Json, most: int) -> list[list[str]]:
    """The first rows, and how many targets there are beyond them."""
    if most >= len(text["rows"]):
        return list(text["rows"])
    return [*text["rows"][:most], ["", f"and {text['targets'] - most} more", "", "see the plan", "", ""]]


def _fewer(lines: list[str], most: int) -> list[str]:
    kept = [line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…" for line in lines[:most]]
    return kept if len(lines) <= most else [*kept, f"and {len(lines) - most} more lines: see the plan."]


def _compiled(text: Json, picture: bytes, *, made: datetime) -> bytes:
    import typst

    packed = json.dumps(text, ensure_ascii=False, sort_keys=True)
    sources: Any = {
        "main.typ": files("homeward.exchange").joinpath("cover_sheet.typ").read_bytes(),
        "data.json": packed.encode("utf-8", "replace"),
        "map.svg": picture,
    }
    pdf: bytes = typst.compile(
        sources,
        font_paths=[str(font_folder())],
        ignore_system_fonts=not foreign(packed),
        timestamp=made.astimezone(UTC),
    )
    return pdf


def _room_mm(text: Json, height_mm: float) -> float:
    """The height that the words leave for the map on the one page; lines counted on the safe side."""
    rows = ROW_MM * (1 + len(text["rows"])) + 3.3 * sum(any(len(c) > 34 for c in row) for row in text["rows"])
    words = sum(LINE_MM * _lines(text[part]) + 5.5 for part in _PARTS if text[part])
    left = height_mm - 26.0 - 4.6 * (1 + len(text["sentence"]) // 85) - rows - words
    return min(max(left, LEAST_MAP_MM), MOST_MAP_MM)


def _lines(words: list[str]) -> int:
    return sum(1 + len(w) // LETTERS for w in words)


def _wrapped(jpg: bytes, width_mm: float, height_mm: float) -> bytes:
    size = f'width="{width_mm:g}mm" height="{height_mm:g}mm"'
    data = base64.b64encode(jpg).decode("ascii")
    image = f'<image {size} href="data:image/jpeg;base64,{data}"/>' if jpg else ""
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{image}</svg>'.encode()
