"""What a clue says about the place: its likelihood over the map and outside it.

A clue is about this subject and true with the probability of its `reliability` r; a false one tells of places as
probably as a true one would, knowing only the prior (the map before any clue or search). So the likelihood of a place
is r s / m + (1 - r), where s is the density of that place if the clue is true, and m the mean of s over the prior:
after one clue alone the probability that it is true is still r. As m comes from the prior, clues may come in any
order. A clue of places where hardly anybody would be, of less than a tenth of the map's mean density, counts only as if
it were a tenth (homeward's own judgement): so a slip in a coordinate does not carry the map away.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import i0e

from homeward.belief.records import Belief
from homeward.belief.tables import rows
from homeward.errors import BadInput
from homeward.geo import Floats, Grid
from homeward.mission.nouns import Clue, ClueKind

_FRAME_CELLS = 200  # across the map and half its size again on each side, where the subject may be outside
_FAINT = 0.1  # see above
_SQRT_2PI = np.sqrt(2 * np.pi)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Likelihood:
    """How well each cell (rows, cols) and the ground outside explain a clue, against a clue that says nothing (1).

    `notes` are said in the map's story.
    """

    inside: Floats
    outside: float
    notes: tuple[str, ...] = ()


def clue_likelihood(prior: Belief, clue: Clue) -> Likelihood:
    """The likelihood of a point (Gaussian of its standard error) or a bearing (von Mises about it, with a range
    lognormal in distance), from true bearings to the grid's own.

    A bearing of standard deviation s rad has concentration 1 / s^2. Errors are at least 0.6 of a cell, so that a clue
    sharper than a cell still counts whole. Outside the map stands for its surroundings to half the map's size away,
    evenly. Errors that were not told, and the most that any clue is believed, are homeward's own judgement
    (`clue_defaults.csv`). `BadInput` naming the clue where it cannot be, or where its place lies off the map.
    """
    grid = prior.grid
    _check(grid, clue)
    clue, notes = _with_defaults(clue)
    density = _point if clue.kind is ClueKind.POINT else _bearing
    inside = density(grid, clue, grid)
    frame = _frame(grid)
    around = density(frame, clue, grid)
    x, y = frame.centers_m()
    off = ~(((x > grid.west_m) & (x < grid.east_m))[None, :] & ((y > grid.south_m) & (y < grid.north_m))[:, None])
    outside = float(around[off].mean())
    told = float((around * off).sum()) / max(float(around.sum()), 1e-300)
    if told > 0.05 and (clue.kind is ClueKind.POINT or clue.range_m is not None):
        notes = (*notes, f"{told:.0%} of where it points lies outside the map")
    r, mean = clue.reliability, float((prior.poa * inside).sum()) + prior.outside * outside
    if mean < _FAINT / _area_m2(grid):
        mean = _FAINT / _area_m2(grid)
        notes = (*notes, "counts for less, as hardly anybody would be there")
    return Likelihood(inside=r / mean * inside + (1 - r), outside=r / mean * outside + (1 - r), notes=notes)


def clue_words(clue: Clue) -> str:
    """A clue as it is said: its text, and what was read from it."""
    parts = []
    if clue.kind is ClueKind.BEARING:
        parts.append(f"bearing {clue.bearing_deg:03.0f} true")
        if clue.range_m is not None:
            parts.append(f"about {clue.range_m / 1000:g} km")
    parts.append(f"{clue.reliability:.0%} reliable")
    return f"{clue.text.rstrip('. ') or 'no words'} ({', '.join(parts)})"


def _point(on: Grid, clue: Clue, grid: Grid) -> Floats:
    """Probability per m2 at the cells of `on` if the clue is true."""
    x, y = on.centers_m()
    px, py = grid.to_m(clue.place)
    var = (clue.error_m or 0.0) ** 2 + (0.6 * on.cell_m) ** 2
    return np.exp(-((x[None, :] - px) ** 2 + (y[:, None] - py) ** 2) / (2 * var)) / (2 * np.pi * var)


def _bearing(on: Grid, clue: Clue, grid: Grid) -> Floats:
    """Probability per m2 at the cells of `on` if the clue is true; without a range 1 / A times the angle's part."""
    x, y = on.centers_m()
    px, py = grid.to_m(clue.place)
    east, north = x[None, :] - px, y[:, None] - py
    away = np.maximum(np.hypot(east, north), on.cell_m / 2)
    off = np.arctan2(east, north) - np.radians((clue.bearing_deg or 0.0) + grid.true_north_deg(clue.place))
    blur = 0.6 * on.cell_m / away  # what one cell cannot tell apart, radians
    kappa = 1 / (np.radians(clue.bearing_sd_deg or 0.0) ** 2 + blur**2)
    angle = np.exp(kappa * (np.cos(off) - 1)) / i0e(kappa)
    area = _area_m2(grid)
    if clue.range_m is None:
        return np.asarray(angle / area, dtype=np.float64)
    s2 = 2 * np.log(np.hypot(1.0, (clue.range_sd_m or 0.0) / clue.range_m)) + (0.6 * on.cell_m / clue.range_m) ** 2
    spread = np.exp(-0.5 * np.log(away / clue.range_m) ** 2 / s2)
    whole = (
        2 * np.pi * clue.range_m**2 * np.exp(min(2 * s2, 200.0)) * np.sqrt(s2) * _SQRT_2PI
    )  # integral of spread over the plane
    return np.asarray(angle * spread / min(whole, area), dtype=np.float64)


def _area_m2(grid: Grid) -> float:
    return grid.cell_area_m2 * grid.n_rows * grid.n_cols


def _frame(grid: Grid) -> Grid:
    """A coarser grid over the map and half its size more on each side, its cells in line with the map's edges."""
    size = max(grid.n_rows, grid.n_cols) * grid.cell_m
    cell = 2 * size / _FRAME_CELLS
    wide, high = grid.n_cols * grid.cell_m, grid.n_rows * grid.cell_m
    return replace(
        grid,
        west_m=grid.west_m + wide / 2 - size,
        south_m=grid.south_m + high / 2 - size,
        cell_m=cell,
        n_rows=_FRAME_CELLS,
        n_cols=_FRAME_CELLS,
    )


def _with_defaults(clue: Clue) -> tuple[Clue, tuple[str, ...]]:
    known = {(r["clue"], r["quantity"]): float(r["value"]) for r in rows("clue_defaults")}
    notes: list[str] = []
    if clue.kind is ClueKind.POINT and clue.error_m is None:
        clue = replace(clue, error_m=known["point", "error_m"])
        notes.append(f"its error taken as {clue.error_m:.0f} m")
    if clue.kind is ClueKind.BEARING and clue.bearing_sd_deg is None:
        clue = replace(clue, bearing_sd_deg=known["bearing", "bearing_sd_deg"])
        notes.append(f"its bearing taken as good to {clue.bearing_sd_deg:.0f} deg")
    if clue.range_m is not None and clue.range_sd_m is None:
        clue = replace(clue, range_sd_m=known["bearing", "range_sd_share"] * clue.range_m)
        notes.append(f"its distance taken as good to {clue.range_sd_m:.0f} m")
    most = known["any", "most_reliable"]
    if clue.reliability > most:
        clue = replace(clue, reliability=most)
        notes.append(f"believed to {most:.0%}, as no clue is certain")
    return clue, tuple(notes)


def _check(grid: Grid, clue: Clue) -> None:
    if not 0 <= clue.reliability <= 1:
        raise BadInput(f"Clue {clue.id!r} has a reliability of {clue.reliability:g}. Give a probability, 0 to 1.")
    for what, value, low in (
        ("error_m", clue.error_m, 0.0),
        ("bearing_sd_deg", clue.bearing_sd_deg, 0.0),
        ("range_m", clue.range_m, 0.0),
        ("range_sd_m", clue.range_sd_m, 0.0),
    ):
        if value is not None and not (value > low and np.isfinite(value)):
            raise BadInput(f"Clue {clue.id!r} has a {what} of {value:g}. Give a number above zero, or leave it out.")
    if clue.kind is ClueKind.BEARING and not (clue.bearing_deg is not None and 0 <= clue.bearing_deg <= 360):
        raise BadInput(f"Clue {clue.id!r} has a bearing of {clue.bearing_deg}. Give 0 to 360 degrees, true.")
    if not bool(grid.contains(*grid.to_m(clue.place))):
        raise BadInput(f"Clue {clue.id!r} at {clue.place} lies outside the map. Correct its place, or enlarge the map.")
