"""From where the subject was when a clue arose to where it is now.

With an ensemble of simulated paths the exact answer is E[likelihood of the place then | place now], which the caller
hands in as a `Carry`. Without one, this module's plain picture serves, all of it homeward's own judgement: a subject
who can walk leaves the place after a while (exponential), and is then evenly in any distance up to the most it can
have gone, in any direction, or, where a track tells it, about the way the track points.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import numpy as np
from scipy import ndimage, signal
from scipy.special import ndtr

from homeward.belief.clue_defaults import default
from homeward.belief.clue_shapes import BLUR, WEIGHTS, Seen, point, towards
from homeward.belief.records import Part
from homeward.errors import BadInput
from homeward.geo import Floats, Grid
from homeward.mission.nouns import Clue, ClueKind

Carry = Callable[[Clue, Floats, float, Part | None], tuple[Floats, float]]
"""(clue, likelihood (rows, cols) and outside of the place at the clue's time, scenario) -> those of the place now."""

CLOCKS_DIFFER_H = 0.25  # ours


def age_h(clue: Clue, now: datetime | None) -> float:
    """Hours from the time that the clue speaks of until now; 0 where one of them is not told (a track: its usual age).

    Raises `BadInput` for a clue of the future, beyond what two devices' clocks may differ.
    """
    if clue.at is None or now is None:
        return default("track", "age_h") if clue.kind is ClueKind.TRACK else 0.0
    hours = (now - clue.at).total_seconds() / 3600
    if hours < -CLOCKS_DIFFER_H:
        raise BadInput(f"Clue {clue.id!r} speaks of a time that is still to come. Give the time when it was so.")
    return max(hours, 0.0)


def moved_share(hours: float, *, mobile: bool | None) -> float:
    """The probability that the subject has left, so many hours later, the place where it was."""
    may = default("any", "may_move") if mobile is None else float(mobile)
    return may * float(-np.expm1(-hours / default("any", "still_for_h")))


def reach_m(hours: float) -> float:
    """The farthest that the subject can be, so many hours later, from the place where it was."""
    return hours * 3600 * default("any", "went_on_mps")


def walked_on(seen: Seen, hours: float) -> Floats:
    """Where the maker of a track is now: evenly in distance up to the most, about the way it points (any, if none)."""
    sd = float(np.hypot(seen.clue.error_m or 0.0, BLUR * seen.on.cell_m))
    far = reach_m(hours)
    here = point(seen)
    if far <= 0:
        return here
    away = np.hypot(seen.away_m, sd)
    on = ndtr((far - seen.away_m) / max(0.1 * far, sd)) / (2 * np.pi * far * away)
    if seen.clue.bearing_deg is not None:
        on = on * towards(seen, seen.clue.bearing_deg, sd_deg=seen.clue.bearing_sd_deg or 0.0, blur_m=sd)
    gone = far / (far + sd)
    return np.asarray((1 - gone) * here + gone * on)


def spread(around: Floats, frame: Grid, clue: Clue, *, hours: float, area_m2: float) -> Floats:
    """A density over the frame once everybody has gone on, evenly in distance up to the most, in any direction.

    Beyond the frame a clue that points says nothing (0), one that weighs places weighs as elsewhere (1).
    """
    far = min(reach_m(hours), frame.n_rows * frame.cell_m)
    n = int(np.ceil(far / frame.cell_m))
    if n < 1:
        return around
    away = np.hypot(*np.mgrid[-n : n + 1, -n : n + 1]) * frame.cell_m
    away[n, n] = frame.cell_m / (4 * np.arcsinh(1))  # the mean of 1 / d over the middle cell
    kernel = np.where(away <= max(far, frame.cell_m), 1 / away, 0.0)
    beyond = 1 / area_m2 if clue.kind in WEIGHTS else 0.0
    blurred = signal.fftconvolve(around - beyond, kernel / kernel.sum(), mode="same") + beyond
    return np.asarray(np.maximum(blurred, 0.0))


def sampled(around: Floats, frame: Grid, on: Grid) -> Floats:
    """A raster of the frame at the cells of a finer grid within it, linear between centres."""
    x, y = on.centers_m()
    rows = (frame.north_m - y) / frame.cell_m - 0.5
    cols = (x - frame.west_m) / frame.cell_m - 0.5
    at = np.meshgrid(rows, cols, indexing="ij")
    return np.asarray(ndimage.map_coordinates(around, at, order=1, mode="nearest"))
