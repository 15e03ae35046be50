"""How good a map was, once the find is known: MapScore's R, the log score, the area before the find, calibration.

All of it is worked out on the published box: 25 x 25 km around the IPP (Sava, Twardy, Koester and Sonwalkar 2016,
Transactions in GIS 20(1):38-53), whatever the size of the map. Ground in the box that the map does not hold shares
evenly in what the map puts outside; what remains of that lies beyond the box.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from homeward.belief.records import Belief
from homeward.errors import BadInput
from homeward.geo import Floats

BOX_M = 25_000.0
P_REST = 0.05
"""What the published rule takes as the probability beyond the box: a find there scores R = 2 x 0.05 - 1 = -0.9."""
REGIONS = (0.25, 0.5, 0.75, 0.95)
_AWAY = 1e-12  # density, relative to even over the box, that stands for a map which ruled the find out


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How good a map was for one find.

    `rating` is MapScore's R, -1..1 (0 = chance); `nats` the log of the density at the find over an even one on the box
    (None beyond it); `area_before_km2` the ground more likely than the find, half of what is as likely, so what is
    searched in the map's order before it; `within` the probability of the map's smallest region that reaches the
    find, in which it lies with just that probability if the map is honest.
    """

    rating: float
    nats: float | None
    area_before_km2: float
    within: float
    in_box: bool


def score(belief: Belief, find_m: tuple[float, float], *, ipp_m: tuple[float, float] | None = None) -> Score:
    """The score of a map for a find at `find_m`, metres of the grid; `ipp_m` is the map's own if left out."""
    center = ipp_m or belief.ipp_m
    if center is None:
        raise BadInput("This map does not say where its IPP is. Give it: --ipp LAT LON.")
    density, area, even = _in_box(belief, center)
    box_km2 = BOX_M**2 / 1e6
    if max(abs(find_m[0] - center[0]), abs(find_m[1] - center[1])) > BOX_M / 2:
        return Score(rating=2 * P_REST - 1, nats=None, area_before_km2=box_km2, within=1.0, in_box=False)
    here = even
    if bool(belief.grid.contains(*find_m)):
        here = float(belief.poa[belief.grid.cell_of(*find_m)]) / belief.grid.cell_area_m2
    rest_m2 = BOX_M**2 - float(area.sum())
    before = float(area[density > here].sum()) + (rest_m2 if even > here else 0.0)
    tied = float(area[density == here].sum()) + (rest_m2 if even == here else 0.0)
    denser = float((density * area)[density > here].sum()) + (rest_m2 * even if even > here else 0.0)
    alike = here * tied
    share = (before + tied / 2) / BOX_M**2
    return Score(
        rating=1.0 - 2.0 * share,
        nats=float(np.log(max(here * BOX_M**2, _AWAY))),
        area_before_km2=share * box_km2,
        within=min(denser + alike / 2, 1.0),
        in_box=True,
    )


def calibration(scores: Sequence[Score]) -> dict[float, float]:
    """Share of finds within the regions that the maps said hold 25, 50, 75 and 95 %."""
    within = np.array([s.within for s in scores])
    return {region: float(np.mean(within <= region)) for region in REGIONS}


def interval_of_mean(
    values: Floats, clusters: Sequence[str], *, draws: int = 4000, seed: int = 0
) -> tuple[float, float]:
    """95 % percentile interval of the mean; whole clusters are drawn with replacement (cluster bootstrap)."""
    names, which = np.unique(np.asarray(clusters), return_inverse=True)
    total, count = np.bincount(which, weights=values), np.bincount(which)
    drawn = np.random.default_rng(seed).integers(len(names), size=(draws, len(names)))
    means = total[drawn].sum(axis=1) / count[drawn].sum(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def _in_box(belief: Belief, center: tuple[float, float]) -> tuple[Floats, Floats, float]:
    """Density per m2 and area in the box of each cell that reaches into it, and the density of the box's other ground.

    A map smaller than the box shares what it puts outside evenly over the box's other ground, up to 95 % of the box in
    all (the published rule keeps 5 % beyond it).
    """
    grid = belief.grid
    x, y = grid.centers_m()
    across = _overlap(x, center[0], grid.cell_m)
    down = _overlap(y, center[1], grid.cell_m)
    area = np.outer(down, across)
    density = belief.poa / grid.cell_area_m2
    rest_m2 = BOX_M**2 - float(area.sum())
    spare = min(belief.outside, max(1.0 - P_REST - float((density * area).sum()), 0.0))
    even = spare / rest_m2 if rest_m2 > grid.cell_area_m2 else 0.0
    used = area > 0
    return density[used], area[used], even


def _overlap(at: Floats, center: float, cell_m: float) -> Floats:
    """How many metres of each cell along one axis lie in the box."""
    low = np.maximum(at - cell_m / 2, center - BOX_M / 2)
    high = np.minimum(at + cell_m / 2, center + BOX_M / 2)
    return np.asarray(np.clip(high - low, 0.0, None), dtype=np.float64)
