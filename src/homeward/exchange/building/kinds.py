"""What rooms are used for, under one name each: files say elevator, WC, staircase and mean lift, toilets, stairs."""

from __future__ import annotations

SAME = {
    "elevator": "lift",
    "stair": "stairs",
    "staircase": "stairs",
    "stairwell": "stairs",
    "steps": "stairs",
    "wc": "toilets",
    "toilet": "toilets",
    "restroom": "toilets",
    "bath": "bathroom",
    "class": "classroom",
    "hallway": "corridor",
    "passage": "corridor",
    "level": "area",
}


def kind_of(told: str) -> str:
    """A kind of room as homeward calls it; words it does not know stay, in small letters."""
    plain = told.strip().lower().replace("_", " ")
    return "" if plain in ("", "yes", "room", "no") else SAME.get(plain, plain)
