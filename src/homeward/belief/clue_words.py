"""A clue in words: what was read from it, and how far it is believed."""

from __future__ import annotations

from homeward.mission.nouns import Clue, ClueKind


def clue_words(clue: Clue) -> str:
    """A clue as it is said in the map's story: its text, what was read from it, and how far it is believed."""
    parts = [*read_words(clue), *error_words(clue), f"{clue.reliability:.0%} reliable"]
    if clue.relevance is not None:
        parts.append(f"{clue.relevance:.0%} of this subject")
    if clue.by_chance is not None:
        parts.append(f"{clue.by_chance:.0%} by chance")
    return f"{clue.text.rstrip('. ') or 'no words'} ({', '.join(parts)})"


def read_words(clue: Clue) -> list[str]:
    """What was read from a clue beside its place, one phrase each: `bearing 315 true`, `about 3 km`."""
    kind, parts = clue.kind, []
    if kind is ClueKind.BEARING and clue.bearing_deg is not None:
        parts.append(f"bearing {clue.bearing_deg:03.0f} true")
    if kind is ClueKind.SECTOR:
        parts.append(_sector(clue))
    if kind is ClueKind.RING:
        parts.append("in any direction")
    if kind is ClueKind.IMAGE:
        parts.append("seen in a picture")
    if kind is ClueKind.TRACK:
        parts.append("a track" if clue.bearing_deg is None else f"a track towards {clue.bearing_deg:03.0f} true")
    if kind is ClueKind.ABSENCE:
        parts.append("was not there")
    if kind in (ClueKind.BEARING, ClueKind.RING) and clue.range_m is not None:
        parts.append(f"about {clue.range_m / 1000:g} km")
    parts += [f"{area.label}: {area.grade}" for area in clue.areas]
    return parts


def error_words(clue: Clue) -> list[str]:
    """The errors that were told, one phrase each; papers for the field leave them out."""
    parts = []
    if clue.error_m is not None:
        across = "" if clue.error_across_m is None else f", {clue.error_across_m:g} m across"
        parts.append(f"error {clue.error_m:g} m{across}")
    if clue.bearing_sd_deg is not None:
        parts.append(f"bearing good to {clue.bearing_sd_deg:g} deg")
    if clue.range_sd_m is not None:
        parts.append(f"distance good to {clue.range_sd_m:g} m")
    return parts


def _sector(clue: Clue) -> str:
    beam = "phone cell all around"
    if clue.bearing_deg is not None:
        wide = "" if clue.width_deg is None else f", {clue.width_deg:.0f} deg wide"
        beam = f"phone cell towards {clue.bearing_deg:03.0f} true{wide}"
    if clue.range_max_m is None:
        return beam
    return f"{beam}, {(clue.range_min_m or 0) / 1000:g} to {clue.range_max_m / 1000:g} km"
