"""How fast a litter goes, and when it arrives: packaging, the carry over real ground, darkness, and how sure that is.

A litter goes at Tobler's walking speed for the slope, times what is underfoot, times a litter factor that is lognormal
(median 0.35, spread 0.35 in the logarithm), a fifth slower in the dark. Packaging takes 67 minutes (spread 0.24). Five
carry-outs on New Hampshire trails say so (`numbers.csv`); the slopes of those trails were not published, so that a
descent of 11 % stands behind the median, and all of the scatter that comes from ground is in the spread. As the factor
is of whole carries, the usual changes of bearers and short stops are in it: they are not added again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from homeward.detect.sun import is_night
from homeward.errors import BadInput
from homeward.geo import Floats, Place
from homeward.rescue.numbers import number
from homeward.terrain.ground import Terrain
from homeward.terrain.raster import bilinear
from homeward.terrain.speed import going, walking_speed_mps
from homeward.words import lasting_short

_SAMPLES = 201  # quantiles of each uncertain part: the sum of two is then good to a thousandth
_NIGHT_STEP_S = 600.0
_NIGHT_SPAN_S = 4 * 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """A quantity that is lognormal: its median, and the standard deviation of its logarithm (0 = exact)."""

    median: float
    sd_log: float = 0.0

    def __post_init__(self) -> None:
        if not (np.isfinite(self.median) and self.median >= 0 and np.isfinite(self.sd_log) and self.sd_log >= 0):
            raise BadInput(
                f"A time of median {self.median} and spread {self.sd_log} cannot be. Give both as numbers from zero up."
            )

    def samples(self, n: int = _SAMPLES) -> Floats:
        """`n` equally likely values (n,), ascending: quantiles at (i + 1/2) / n."""
        if self.sd_log == 0 or self.median == 0:
            return np.array([self.median])
        return np.asarray(self.median * np.exp(self.sd_log * ndtri((np.arange(n) + 0.5) / n)), dtype=np.float64)


def packaging() -> Spread:
    """Seconds from the first rescuer to the start of the carry (`numbers.csv`)."""
    return Spread(median=number("packaging_s"), sd_log=number("packaging_sd_log"))


def litter_factor() -> Spread:
    """Speed of a litter as a share of walking speed (`numbers.csv`)."""
    return Spread(median=number("litter_factor"), sd_log=number("litter_sd_log"))


def on_ropes(slope: ArrayLike, on_path: ArrayLike) -> NDArray[np.bool_]:
    """Where a litter is lowered or raised on ropes: beyond 35 degrees (our own limit), unless a path leads there.

    It takes 1 / `rope_factor` of the time of carrying then (`numbers.csv`). `slope` signed.
    """
    steep = np.abs(np.asarray(slope, dtype=np.float64)) > number("steepest_carry")
    return np.asarray(steep & ~np.asarray(on_path, dtype=np.bool_), dtype=np.bool_)


def naismith_s(*, distance_m: float, up_m: float) -> float:
    """Seconds unloaded by Naismith's rule (1892) in its metric form: 5 km/h, and an hour for 600 m of ascent."""
    return distance_m / 5000.0 * 3600.0 + up_m / 600.0 * 3600.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Profile:
    """A route as a litter meets it, in `n` pieces: `xy_m` (n + 1, 2), `at_m` (n + 1,) metres along the map from the
    find, `slope` (n,) signed, `walk_s` (n,) seconds unloaded, `carry_s` (n,) median seconds by day, `rough` (n,)
    uphill, steep or off the path, `roped` (n,) too steep to carry: on ropes at half the speed (ours).
    """

    xy_m: Floats
    at_m: Floats
    slope: Floats
    walk_s: Floats
    carry_s: Floats
    rough: NDArray[np.bool_]
    roped: NDArray[np.bool_]

    @property
    def length_m(self) -> float:
        """Metres along the map."""
        return float(self.at_m[-1])


def profile_along(terrain: Terrain, xy_m: ArrayLike) -> Profile:
    """The route `xy_m` (n, 2), from the find to the exit, cut into pieces of a cell at most.

    Raises `BadInput` for fewer than two points, or a point off the map.
    """
    points = np.asarray(xy_m, dtype=np.float64).reshape(-1, 2)
    if len(points) < 2 or not terrain.grid.contains(points[:, 0], points[:, 1]).all():
        raise BadInput("A carry-out's route needs two points or more, all on the map. Choose an exit on the map.")
    xy, at = _cut(points, terrain.grid.cell_m)
    z = bilinear(terrain.elevation_m, terrain.grid, xy)
    run = np.maximum(np.diff(at), 1e-9)
    slope = np.diff(z) / run
    factor, on_path = going(terrain)
    middle = (xy[1:] + xy[:-1]) / 2
    row = np.clip(((terrain.grid.north_m - middle[:, 1]) / terrain.grid.cell_m).astype(int), 0, terrain.grid.n_rows - 1)
    col = np.clip(((middle[:, 0] - terrain.grid.west_m) / terrain.grid.cell_m).astype(int), 0, terrain.grid.n_cols - 1)
    return profile_of(
        xy_m=xy, lengths_m=np.diff(at), slope=slope, going_factor=factor[row, col], on_path=on_path[row, col]
    )


def profile_of(
    *,
    lengths_m: ArrayLike,
    slope: ArrayLike,
    going_factor: ArrayLike = 1.0,
    on_path: ArrayLike = True,
    xy_m: Floats | None = None,
) -> Profile:
    """A route of pieces (n,) of known length, signed slope, going (share of the speed on a path) and path or not."""
    run = np.atleast_1d(np.asarray(lengths_m, dtype=np.float64))
    steep = np.broadcast_to(np.asarray(slope, dtype=np.float64), run.shape)
    eased = np.broadcast_to(np.asarray(going_factor, dtype=np.float64), run.shape)
    path = np.broadcast_to(np.asarray(on_path, dtype=np.bool_), run.shape)
    if run.size == 0 or not (np.isfinite(run).all() and (run >= 0).all() and np.isfinite(steep).all()):
        raise BadInput("A route's pieces need lengths from zero up and finite slopes. Check the elevation of the map.")
    # A corner of a route may clip a cell that nobody walks on: that piece is taken as the worst ground that is walked.
    eased = np.where(eased > 0, eased, np.min(eased[eased > 0], initial=1.0))
    roped = on_ropes(steep, path)
    walk_s = run / (walking_speed_mps(np.clip(steep, -1.0, 1.0)) * eased)
    at = np.concatenate([[0.0], np.cumsum(run)])
    return Profile(
        xy_m=np.column_stack([at, np.zeros_like(at)]) if xy_m is None else xy_m,
        at_m=at,
        slope=steep,
        walk_s=walk_s,
        carry_s=walk_s / number("litter_factor") / np.where(roped, number("rope_factor"), 1.0),
        rough=(steep > number("rough_slope_up")) | (steep < -number("rough_slope_down")) | ~path,
        roped=roped,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CarryTime:
    """When a litter is at the exit: `arrive_s` (n,) equally likely seconds from now, ascending.

    Medians of its parts: `packaging_s`, `carry_s` (darkness included), `rests_s` (where crews are short), `stops_s`;
    `dark_share` of the carry in the dark, at the median.
    """

    arrive_s: Floats = field(repr=False)
    packaging_s: float
    carry_s: float
    rests_s: float
    stops_s: float
    dark_share: float
    why: tuple[str, ...] = ()

    def quantile_s(self, p: float) -> float:
        """Seconds by which it is there with probability `p` (0..1)."""
        if not 0 <= p <= 1:
            raise BadInput(f"A probability of {p} cannot be. Give 0 to 1.")
        return float(np.quantile(self.arrive_s, p))

    def p_by(self, by_s: float) -> float:
        """Probability to be there within `by_s` seconds from now."""
        return float(np.searchsorted(self.arrive_s, by_s, side="right") / len(self.arrive_s))

    @property
    def median_s(self) -> float:
        """Seconds by which it is there with even chances."""
        return self.quantile_s(0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class CarryPlan:
    """What a carry is besides its route.

    `packaging`: before it starts (None: the table's). `rest_s` at each change, one every `bout_s` of carrying: where
    crews are short (`RelayPlan`). `stops_s`: stops to treat, all together. `starts` (UTC) and `place` say when it is
    dark; without them it is day, or night all the way with `night`.
    """

    packaging: Spread | None = None
    factor: Spread | None = None
    bout_s: float | None = None
    rest_s: float = 0.0
    stops_s: float = 0.0
    starts: datetime | None = None
    place: Place | None = None
    night: bool = False


def carry_time(profile: Profile, plan: CarryPlan | None = None) -> CarryTime:
    """When the litter is at the end of the route. Packaging and litter factor are independent; the same factor holds
    all the way, so that slow carries are slow throughout.
    """
    how = plan or CarryPlan()
    pack = (how.packaging or packaging()).samples()
    factor = (how.factor or litter_factor()).samples()[::-1]
    work = profile.carry_s.sum() * number("litter_factor") / np.maximum(factor, 1e-9)  # by day, ascending
    changes = np.maximum(np.ceil(work / how.bout_s - 1e-9) - 1, 0) if how.bout_s else np.zeros_like(work)
    extra = changes * how.rest_s + how.stops_s
    clock, rate = _light(how)
    begin = pack[:, None]
    arrive = np.column_stack([_arrivals(pack, w, e, (clock, rate)) for w, e in zip(work, extra, strict=True)])
    moving = arrive - begin - extra[None, :]
    middle = len(pack) // 2, len(work) // 2
    carry = float(moving[middle])
    dark = 0.0
    if carry > 0 and number("night_factor") < 1:
        dark = (1 - work[middle[1]] / carry) / (1 - number("night_factor"))
    return CarryTime(
        arrive_s=_thinned(np.sort(arrive.ravel())),
        packaging_s=float(pack[middle[0]]),
        carry_s=carry,
        rests_s=float(extra[middle[1]] - how.stops_s),
        stops_s=how.stops_s,
        dark_share=float(np.clip(dark, 0.0, 1.0)),
        why=_told(profile, (carry, float(extra[middle[1]] - how.stops_s), how.stops_s), float(np.clip(dark, 0.0, 1.0))),
    )


def added_s(*parts: Floats) -> Floats:
    """Equally likely values of a sum of independent parts, each given so (n,); ascending, a thousand at most."""
    total = np.zeros(1)
    for part in parts:
        total = _thinned(np.sort((total[:, None] + np.asarray(part)[None, :]).ravel()))
    return total


def _thinned(values: Floats, n: int = 1000) -> Floats:
    """Ascending values as at most `n`, each the mean of a block of equal size: the mean stays."""
    if len(values) <= n:
        return values
    ends = np.linspace(0, len(values), n + 1)
    total = np.concatenate([[0.0], np.cumsum(values)])
    at_ends = np.interp(ends, np.arange(len(total)), total)
    return np.sort(np.diff(at_ends) / np.diff(ends))  # differences of sums may be a hair out of order


def _arrivals(begin: Floats, work_s: float, extra_s: float, light: tuple[Floats, Floats]) -> Floats:
    """Seconds from now at the end of the way (n,), by when it begins. Rests and stops are spread evenly over the way:
    each second's worth of carrying takes its share of them, whether in the light or not.
    """
    clock, rate = light
    share = extra_s / work_s if work_s > 0 else 0.0
    done = np.concatenate([[0.0], np.cumsum(np.diff(clock) / (1 / rate + share))])
    ends = np.interp(np.interp(begin, clock, done) + work_s, done, clock)
    return np.asarray(ends if work_s > 0 else ends + extra_s)


def _light(how: CarryPlan) -> tuple[Floats, Floats]:
    """(seconds from now (n + 1,), seconds' worth of carrying by day that are done in a second until the next (n,))."""
    clock = np.arange(0.0, _NIGHT_SPAN_S + _NIGHT_STEP_S, _NIGHT_STEP_S)
    slow = number("night_factor")
    if how.starts is None or how.place is None:
        rate = np.full(len(clock) - 1, slow if how.night else 1.0)
    else:
        middles = (how.starts + timedelta(seconds=float(s) + _NIGHT_STEP_S / 2) for s in clock[:-1])
        rate = np.array([slow if is_night(how.place, at) else 1.0 for at in middles])
    far = 100 * _NIGHT_SPAN_S  # beyond four days nobody plans a carry by its darkness
    return np.append(clock, clock[-1] + far), np.append(rate, rate.mean())


def _told(profile: Profile, parts_s: tuple[float, float, float], dark: float) -> tuple[str, ...]:
    km = profile.length_m / 1000
    climb = float(np.sum(np.maximum(profile.slope * np.diff(profile.at_m), 0)))
    drop = float(np.sum(np.maximum(-profile.slope * np.diff(profile.at_m), 0)))
    rule = naismith_s(distance_m=profile.length_m, up_m=climb)
    walk = float(profile.walk_s.sum())
    carry_s, rests_s, stops_s = parts_s
    takes = f"the carry takes {lasting_short(carry_s + rests_s + stops_s)}"
    named = (("rests", rests_s), ("stops", stops_s))
    besides = "".join(f" and {lasting_short(part)} of {name}" for name, part in named if part)
    takes += f": {lasting_short(carry_s)} of carrying{besides}" if besides else ""
    said = [f"{km:.1f} km, {climb:.0f} m up, {drop:.0f} m down; {takes}."]
    said.append(f"Unloaded it is {lasting_short(walk)}; Naismith's rule gives {lasting_short(rule)}.")
    if dark > 0.05:
        said.append(f"{dark:.0%} of the carrying is in the dark.")
    if profile.roped.any():
        said.append(f"{float(np.diff(profile.at_m)[profile.roped].sum()):.0f} m are too steep to carry: ropes.")
    return tuple(said)


def _cut(points: Floats, step_m: float) -> tuple[Floats, Floats]:
    """The route with points every `step_m` at most, and metres along it."""
    parts = [points[:1]]
    for a, b in pairwise(points):
        n = max(int(np.ceil(np.hypot(*(b - a)) / step_m)), 1)
        parts.append(a + (b - a) * (np.arange(1, n + 1) / n)[:, None])
    xy = np.concatenate(parts)
    keep = np.concatenate([[True], np.hypot(*np.diff(xy, axis=0).T) > 0])
    if keep.sum() < 2:
        keep[:] = True
    xy = xy[keep]
    return xy, np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T))])
