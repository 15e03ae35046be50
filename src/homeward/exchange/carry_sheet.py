"""The carry-out sheet: one page with the map, the ways as a table, who changes and watches where, and where it leads.

The layout is `carry_sheet.typ`; all words of people reach it as data, never as markup. Nothing of the casualty's state
stands on it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from homeward.exchange.basemap import Frame
from homeward.exchange.carry_picture import PROFILE_MM, carry_map, carry_profile
from homeward.exchange.paper import compiled, paper_of, wrapped
from homeward.mission.replay import Mission
from homeward.terrain.ground import Terrain

Json = dict[str, Any]
MARGINS_MM: Final = (20.0, 20.0)
"""Left and right together, top and bottom together."""
DPI: Final = 150
LEAST_MAP_MM: Final = 70.0
LINE_MM: Final = 3.35
"""Height of a line of the two columns, as the layout sets it."""


def write_carry_sheet(text: Json, plan: Json, *, mission: Mission, terrain: Terrain, paper: str = "a4") -> bytes:
    """The PDF. `text` holds what stands on it (see `carry_sheet.typ`), `plan` the carry-out as data, `paper` is one of
    `paper.PAPERS`.
    """
    kind = paper_of(paper)
    width_mm, height_mm = kind.within(*MARGINS_MM)
    frame = Frame(width_mm=width_mm, height_mm=_room_mm(text, height_mm), dpi=DPI)
    picture = carry_map(plan, mission=mission, terrain=terrain, frame=frame)
    profile = carry_profile(plan, terrain=terrain, frame=frame)
    pictures = {
        "map.svg": wrapped(picture, frame.width_mm, frame.height_mm),
        "profile.svg": wrapped(profile, width_mm, PROFILE_MM),
    }
    made = datetime.fromisoformat(plan["made_at"])
    return compiled("carry_sheet.typ", {**text, "paper": kind.typst}, at=made, pictures=pictures)


def _room_mm(text: Json, height_mm: float) -> float:
    """The height that the words leave for the map on the one page; lines counted on the safe side."""
    words = 4.6 * (1 + len(text["sentence"]) // 88) + 4.9 + sum(4.9 + 3.3 * (len(row[1]) > 18) for row in text["rows"])
    left = _lines(text["who"]) + _lines(text["relay"]) + 1.5
    right = _lines(text["watch"]) + _lines(text["care"]) + _lines(text["notes"]) + 4.5
    return max(height_mm - 16.0 - words - PROFILE_MM - LINE_MM * max(left, right), LEAST_MAP_MM)


def _lines(words: list[str]) -> int:
    return sum(1 + len(w) // 60 for w in words)
