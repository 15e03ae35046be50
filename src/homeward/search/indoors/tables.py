"""The cited tables of the search inside a building, read once."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from homeward.terrain.building import Room

LARGE_M2 = 100.0


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of room: how likely a square metre of it is against others, and how fast a crew searches it."""

    name: str
    words: tuple[str, ...]
    density: float
    search_m2_per_s: float


def kind_of(room: Room) -> Kind:
    """The kind of a room, by what the plan says it is used for, else by its name; "room" where neither tells."""
    for text in (room.kind, room.name):
        kind = _named(text.lower().replace("_", " "))
        if kind is not None:
            return kind
    return _kinds()[-1]


def speed_m2_per_s(room: Room, area_m2: float) -> float:
    """How fast a crew searches a room; one of unknown kind from 100 m2 up counts as a hall (ours)."""
    kind = kind_of(room)
    if not kind.words and area_m2 >= LARGE_M2:
        kind = next(k for k in _kinds() if k.name == "hall")
    return kind.search_m2_per_s


def setting(what: str) -> float:
    """A value of `settings.csv` by name."""
    return _settings()[what]


@lru_cache(maxsize=4096)
def _named(text: str) -> Kind | None:
    for kind in _kinds():
        if any(re.search(rf"\b{re.escape(word)}s?\b", text) for word in kind.words):
            return kind
    return None


@lru_cache(maxsize=1)
def _kinds() -> tuple[Kind, ...]:
    return tuple(
        Kind(
            row["kind"],
            tuple(w for w in row["words"].split("|") if w),
            float(row["density"]),
            float(row["search_m2_per_s"]),
        )
        for row in _rows("room_kinds.csv")
    )


@lru_cache(maxsize=1)
def _settings() -> dict[str, float]:
    return {row["what"]: float(row["value"]) for row in _rows("settings.csv")}


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(resources.files(__package__).joinpath(name).read_text("utf-8").splitlines()))
