"""What a clue did not tell, and what cannot be: the tables behind clues, and their checks."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from homeward.belief.tables import rows
from homeward.detect import is_night
from homeward.errors import BadInput
from homeward.mission.nouns import Clue, ClueKind, Grade

_POSITIVE = {
    "error_m": "an error of {:g} m",
    "error_across_m": "an error across of {:g} m",
    "bearing_sd_deg": "a bearing good to {:g} degrees",
    "range_m": "a distance of {:g} m",
    "range_sd_m": "a distance good to {:g} m",
    "range_max_m": "a greatest distance of {:g} m",
    "width_deg": "a beam {:g} degrees wide",
}
_SHARES = {
    "reliability": "reliability",
    "relevance": "relevance",
    "by_chance": "probability of turning up by chance",
    "noticed": "probability of noticing the subject",
}
_DIRECTIONS = {"wind_from_deg": "a wind from", "error_axis_deg": "an error along"}


@cache
def default(clue: str, quantity: str) -> float:
    """A number of `clue_defaults.csv`, all of them homeward's own judgement."""
    return next(float(r["value"]) for r in rows("clue_defaults") if (r["clue"], r["quantity"]) == (clue, quantity))


@cache
def grade_ratio(grade: Grade) -> float:
    """How much more likely a true clue of this grade is with the subject in the area than elsewhere (ours)."""
    return next(float(r["ratio"]) for r in rows("clue_grades") if r["grade"] == grade)


def heard_within_m(clue: Clue) -> float | None:
    """Sweep width of the clue's sense, by day or night as at its time; None for a scent, or where none is told."""
    night = clue.at is not None and is_night(clue.place, clue.at)
    widths = {(r["sense"], r["light"]): float(r["width_m"]) for r in rows("sense_widths")}
    return widths.get((clue.sense or "", "night" if night else "day"))


def timing_range_m(radio: str, steps: int) -> tuple[float, float]:
    """From and to which distance a phone is at so many steps of timing advance (`radio_steps.csv`)."""
    known = {r["radio"]: (float(r["step_m"]), int(r["most_steps"])) for r in rows("radio_steps")}
    if radio not in known:
        raise BadInput(f"There is no timing advance of {radio!r}. Choose {' or '.join(known)}.")
    step_m, most = known[radio]
    if not 0 <= steps <= most:
        raise BadInput(f"A timing advance of {steps} cannot be. On {radio} it runs from 0 to {most}.")
    return steps * step_m, (steps + 1) * step_m


def truth(clue: Clue) -> float:
    """The probability that a clue is true and of this subject, before it is held against the map.

    Its reliability times relevance / (relevance + by chance): of such clues so many come from the subject for so many
    that turn up without it. Of the two a part not told is what the other leaves; with neither it is the reliability.
    """
    relevance, chance = clue.relevance, clue.by_chance
    if relevance is None:
        relevance = 1.0 if chance is None else 1.0 - chance
    if chance is None:
        chance = 1.0 - relevance
    share = relevance / (relevance + chance) if relevance + chance > 0 else 0.0
    return clue.reliability * share


def filled(clue: Clue) -> tuple[Clue, tuple[str, ...]]:
    """The clue with what it did not tell, and a word for each."""
    notes: list[str] = []
    kind = clue.kind
    if kind in (ClueKind.POINT, ClueKind.IMAGE, ClueKind.TRACK) and clue.error_m is None:
        clue = replace(clue, error_m=default(kind, "error_m"))
        notes.append(f"its error taken as {clue.error_m:.0f} m")
    if kind is ClueKind.BEARING or (kind is ClueKind.TRACK and clue.bearing_deg is not None):
        if clue.bearing_sd_deg is None:
            clue = replace(clue, bearing_sd_deg=default(kind, "bearing_sd_deg"))
            notes.append(f"its bearing taken as good to {clue.bearing_sd_deg:.0f} deg")
        if kind is ClueKind.BEARING and clue.range_m is None and (width := heard_within_m(clue)) is not None:
            notes.append(f"a {clue.sense} taken to carry about {width:.0f} m")
    if kind is ClueKind.SECTOR:
        clue, said = _filled_sector(clue)
        notes += said
    if kind in (ClueKind.BEARING, ClueKind.RING) and clue.range_m is not None and clue.range_sd_m is None:
        clue = replace(clue, range_sd_m=default(kind, "range_sd_share") * clue.range_m)
        notes.append(f"its distance taken as good to {clue.range_sd_m:.0f} m")
    clue, said = _filled_rest(clue)
    return clue, (*notes, *said)


def _filled_sector(clue: Clue) -> tuple[Clue, list[str]]:
    notes = []
    if clue.bearing_deg is not None and clue.width_deg is None:
        clue = replace(clue, width_deg=default("sector", "width_deg"))
        notes.append(f"its beam taken as {clue.width_deg:.0f} deg wide")
    if clue.range_max_m is None:
        clue = replace(clue, range_max_m=default("sector", "range_max_m"))
        notes.append(f"taken to reach {(clue.range_max_m or 0) / 1000:g} km")
    depth = (clue.range_max_m or 0.0) - (clue.range_min_m or 0.0)
    if clue.range_sd_m is None:
        clue = replace(clue, range_sd_m=default("sector", "range_sd_share") * depth)
    if clue.bearing_sd_deg is None:
        clue = replace(clue, bearing_sd_deg=default("sector", "bearing_sd_deg"))
    return clue, notes


def _filled_rest(clue: Clue) -> tuple[Clue, list[str]]:
    notes = []
    if clue.kind is ClueKind.IMAGE and clue.relevance is None and clue.by_chance is None:
        clue = replace(clue, by_chance=default("image", "by_chance"))
        notes.append(f"{clue.by_chance:.0%} of such detections taken as false alarms")
    if clue.kind is ClueKind.ABSENCE:
        if clue.range_m is None:
            clue = replace(clue, range_m=default("absence", "range_m"))
            notes.append(f"taken to overlook {clue.range_m:.0f} m around")
        if clue.noticed is None:
            clue = replace(clue, noticed=default("absence", "noticed"))
            notes.append(f"taken to notice the subject with {clue.noticed:.0%}")
    if clue.kind is ClueKind.AREAS:
        ratios = sorted({grade_ratio(area.grade) for area in clue.areas}, reverse=True)
        shown = " and ".join(f"{r:.0f}:1" if r >= 1 else f"1:{1 / r:.0f}" for r in ratios)
        notes.append(f"its grades taken as {shown}, homeward's own numbers")
    return clue, notes


def check(clue: Clue) -> None:
    """Raises `BadInput`, naming the clue and the field, for what cannot be."""
    for what, words in _SHARES.items():
        value = getattr(clue, what)
        if value is not None and not 0 <= value <= 1:
            raise BadInput(f"Clue {clue.id!r} has a {words} of {value:g}. Give a probability, 0 to 1.")
    for what, words in _POSITIVE.items():
        value = getattr(clue, what)
        if value is not None and not (value > 0 and np.isfinite(value)):
            raise BadInput(f"Clue {clue.id!r} has {words.format(value)}. Give a number above zero, or leave it out.")
    bearing = clue.bearing_deg
    if not (0 <= bearing <= 360 if bearing is not None else clue.kind is not ClueKind.BEARING):
        raise BadInput(f"Clue {clue.id!r} has a bearing of {bearing}. Give 0 to 360 degrees, true.")
    for what, words in _DIRECTIONS.items():
        value = getattr(clue, what)
        if value is not None and not 0 <= value <= 360:
            raise BadInput(f"Clue {clue.id!r} has {words} {value:g} degrees. Give 0 to 360 degrees, true.")
    _check_kind(clue)


def _check_kind(clue: Clue) -> None:
    if clue.kind is ClueKind.RING and clue.range_m is None and heard_within_m(clue) is None:
        raise BadInput(f"Clue {clue.id!r} is a ring without a distance. Give its range, or what was heard or seen.")
    if clue.kind is ClueKind.SECTOR:
        near = clue.range_min_m or 0.0
        far = clue.range_max_m if clue.range_max_m is not None else max(default("sector", "range_max_m"), near + 1)
        if not 0 <= near < far:
            raise BadInput(
                f"Clue {clue.id!r} reaches from {near:g} to {far:g} m. Give a least distance below the greatest."
            )
        if clue.width_deg is not None and clue.width_deg < 360 and clue.bearing_deg is None:
            raise BadInput(
                f"Clue {clue.id!r} has a beam of {clue.width_deg:g} degrees that points nowhere. Give its bearing."
            )
    if clue.kind is ClueKind.AREAS and not clue.areas:
        raise BadInput(f"Clue {clue.id!r} names no area. Give at least one, with its grade.")
    for area in clue.areas:
        if len(area.ring) < 3:
            raise BadInput(f"Area {area.label!r} of clue {clue.id!r} has {len(area.ring)} corners. Give three or more.")
