"""The place of a clue as told over the radio, by a receiver and on a map: which counts, and whether they agree.

The three are kept apart for ever, because they are different facts (radiolog, issue 800). Where nobody says which one
counts, the receiver's goes before the mark on the map, and that before the spoken one: homeward's own rule.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import combinations
from math import hypot

from homeward.geo import Place, distance_m
from homeward.mission.nouns import Clue

BY_RANK = ("gps", "marked", "spoken")
WORDS = {"gps": "its receiver's place", "marked": "its mark on the map", "spoken": "its place as spoken"}
_APART = 2.0  # standard errors of the difference; homeward's own judgement


@cache
def position_error_m(how: str) -> float:
    """Standard error of a place by how it was told: gps, marked or spoken (`position_errors.csv`)."""
    text = files("homeward.mission").joinpath("position_errors.csv").read_text(encoding="utf-8")
    return next(float(row["error_m"]) for row in csv.DictReader(text.splitlines()) if row["position"] == how)


def counting_place(*, spoken: Place | None, gps: Place | None, marked: Place | None) -> Place | None:
    """The place that counts where nobody said which: the receiver's, else the map's, else the spoken one."""
    return gps or marked or spoken


def differing(clue: Clue) -> Iterator[str]:
    """One sentence for each two of a clue's positions that lie farther apart than their errors explain."""
    told = {how: place for how in BY_RANK if (place := getattr(clue, how)) is not None}
    for a, b in combinations(told, 2):
        apart = distance_m(told[a], told[b])
        if apart > _APART * hypot(position_error_m(a), position_error_m(b)):
            counts = next((WORDS[how] for how, place in told.items() if place == clue.place), "the place given")
            yield (
                f"{WORDS[a]} and {WORDS[b]} are {_said(apart)} apart, more than their errors explain; "
                f"{counts} counts. Ask which is right"
            )


def _said(metres: float) -> str:
    return f"{metres / 1000:.1f} km" if metres >= 950 else f"{round(metres, -1):.0f} m"
