"""The cover sheet: one page with the map, who covers what, when the reserve moves, the worst case left.

The layout is `cover_sheet.typ`; all words of people reach it as data, never as markup.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from homeward.exchange.basemap import Frame
from homeward.exchange.cover_picture import cover_map
from homeward.exchange.paper import compiled, pages_of, paper_of, wrapped
from homeward.mission.replay import Mission
from homeward.terrain.ground import Terrain

Json = dict[str, Any]
MARGINS_MM: Final = (20.0, 20.0)
"""Left and right together, top and bottom together."""
LAYOUT: Final = "cover_sheet.typ"
DPI: Final = 150
LEAST_MAP_MM, MOST_MAP_MM, STEP_MM = 70.0, 175.0, 5.0
SIZES: Final = ((1.3, 125.0), (1.15, 105.0), (1.0, LEAST_MAP_MM))
"""How much larger the letters are, with the height that the map keeps at the least: ours."""
_PARTS: Final = ("reserve", "worst", "later", "notes")
LONGEST: Final = 320
"""Letters of a line that is kept where there are too many: ours."""


def write_cover_sheet(text: Json, plan: Json, *, mission: Mission, terrain: Terrain, paper: str = "a4") -> bytes:
    """The PDF. `text` holds what stands on it (see `cover_sheet.typ`), `plan` the plan of cover as data, `paper` is one
    of `paper.PAPERS`.
    """
    kind = paper_of(paper)
    width_mm, _ = kind.within(*MARGINS_MM)
    fitted, map_mm = _fitted({**text, "paper": kind.typst}, width_mm)
    frame = Frame(width_mm=width_mm, height_mm=map_mm, dpi=DPI)
    jpg = cover_map(plan, mission=mission, terrain=terrain, frame=frame)
    made = datetime.fromisoformat(plan["made_at"])
    return compiled(LAYOUT, fitted, at=made, pictures={"map.svg": wrapped(jpg, width_mm, map_mm)})


def _fitted(text: Json, width_mm: float) -> tuple[Json, float]:
    """What fits on one page: the largest letters that leave room for the map, and where even the smallest with a small
    map are too much, fewer words; then the largest map.
    """
    for most in (None, 5, 3, 1):
        some = text if most is None else {**text, **{part: _fewer(text[part], most) for part in _PARTS}}
        some = some if most is None else {**some, "rows": _top(text, 3 * most + 3)}
        for size, least_mm in SIZES:
            sized = {**some, "size": size}
            if _fits(sized, width_mm, least_mm):
                return sized, _largest_mm(sized, width_mm, least_mm)
    return sized, LEAST_MAP_MM


def _fits(text: Json, width_mm: float, map_mm: float) -> bool:
    room = {"map.svg": wrapped(b"", width_mm, map_mm)}
    return pages_of(compiled(LAYOUT, text, at=datetime.fromtimestamp(0, tz=UTC), pictures=room)) == 1


def _largest_mm(text: Json, width_mm: float, least_mm: float) -> float:
    """The height of the largest map, by bisection."""
    steps = int((MOST_MAP_MM - least_mm) / STEP_MM)
    low, high = 0, steps
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _fits(text, width_mm, least_mm + STEP_MM * middle) else (low, middle - 1)
    return least_mm + STEP_MM * low


def _top(text: Json, most: int) -> list[list[str]]:
    """The first rows, and how many targets there are beyond them."""
    if most >= len(text["rows"]):
        return list(text["rows"])
    return [*text["rows"][:most], ["", f"and {text['targets'] - most} more", "", "see the plan", "", ""]]


def _fewer(lines: list[str], most: int) -> list[str]:
    kept = [line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…" for line in lines[:most]]
    return kept if len(lines) <= most else [*kept, f"and {len(lines) - most} more lines: see the plan."]
