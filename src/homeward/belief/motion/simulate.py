"""From a problem to the ensemble: the tables that the walks are drawn from, then the walks, on all cores."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, timedelta

import numpy as np
from numpy.typing import NDArray

from homeward.belief.categories import CHILD, check_category
from homeward.belief.motion.kernel import INJURED, RESPONSIVE, Law, walk
from homeward.belief.motion.land import land_of, start_of
from homeward.belief.motion.records import BEHAVIOURS, Ensemble, MotionProblem
from homeward.belief.tables import rows
from homeward.detect.sun import is_night
from homeward.errors import BadInput
from homeward.geo import Floats

_BATCH = 4096
_LIGHT_STEP = timedelta(minutes=5)
_LIKE = {"snowboarder": ("skier alpine", "skier nordic", "snowshoer"), "child 10-12": (CHILD,)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mobility:
    """How long subjects keep moving: the Weibull of the hour in which each stops for good, and where it is from."""

    scale_h: float
    shape: float
    source: str

    def still_moving(self, hours: float) -> float:
        """Share that has not stopped after `hours` >= 0."""
        return float(self.still_moving_each(np.array(hours)))

    def still_moving_each(self, hours: Floats) -> Floats:
        """As `still_moving`, for each of an array; 0 after inf."""
        with np.errstate(over="ignore"):
            return np.asarray(np.exp(-((hours / self.scale_h) ** self.shape)), dtype=np.float64)

    def hours_until(self, share: float) -> float:
        """When that share (0 < share < 1) has stopped."""
        return float(self.scale_h * (-np.log1p(-share)) ** (1 / self.shape))


def mobility(category: str | None, *, ecoregion: str | None = None) -> Mobility:
    """The published mobility hours of a category (`motion_mobility.csv`).

    Skiers are taken as snowboarders, children of any age as those of 10 to 12, and everybody else as hikers: homeward's
    own judgement. The hours are read as time since the IPP, halts included.
    """
    name = "hiker" if category is None else check_category(category)
    for known, alike in _LIKE.items():
        name = known if any(name.startswith(a) for a in alike) else name
    table = rows("motion_mobility")
    mine = [r for r in table if r["category"] == name] or [r for r in table if r["category"] == "hiker"]
    row = next((r for r in mine if r["ecoregion"] == ecoregion), mine[0])
    note = "" if row["category"] == name else f" (taken for {name}: homeward's own judgement)"
    return Mobility(scale_h=float(row["scale_h"]), shape=float(row["shape"]), source=row["source"] + note)


def simulate(problem: MotionProblem, *, paths: int = 1_000_000, seed: int = 0, threads: int | None = None) -> Ensemble:
    """`paths` subjects walked from the IPP to the last of the problem's hours.

    Each keeps one of six behaviours for about ten minutes, then draws another by its published share (Hashimoto et al.
    2022): follows roads, trails and banks; keeps its direction, turning aside where it cannot go on; wanders; stays;
    climbs to the highest ground near; goes back the way it came. Speed is Tobler's for the slope, times the going,
    times a share of its own below 1. Two in three halt from dusk to dawn. Each stops for good after the published
    mobility hours. Water, cliffs and slopes over 45 degrees off the path are not crossed; who leaves the map
    does not come back.

    The same problem, number and seed give the same ensemble on any machine and any number of `threads` (None: one for
    each core); a larger number only adds subjects. Raises `BadInput` where nobody can walk near the IPP.
    """
    if paths < 1:
        raise BadInput(f"An ensemble of {paths} paths is empty. Give at least 1.")
    land = land_of(problem.terrain)
    law = law_of(problem, seed=seed)
    n_times = len(problem.hours)
    cell = np.empty((n_times, paths), dtype=np.int32)
    stop_s, what = np.empty(paths, dtype=np.float32), np.empty(paths, dtype=np.uint8)
    spans = [(first, min(first + _BATCH, paths)) for first in range(0, paths, _BATCH)]
    walk(land, law, (0, 0), cell, stop_s, what)  # compiled, or loaded, once and not by each thread
    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        list(pool.map(lambda span: walk(land, law, span, cell, stop_s, what), spans))
    return Ensemble(
        grid=problem.terrain.grid,
        hours=problem.hours,
        cell=cell,
        stop_h=np.asarray(stop_s / 3600, dtype=np.float32),
        weight=np.full(paths, 1.0 / paths),
        injured=(what & INJURED) != 0,
        responsive=(what & RESPONSIVE) != 0,
        walkable=land.cells > 0,
        source="; ".join((rows("motion_behaviour")[0]["source"], mobility(problem.category).source)),
    )


def law_of(problem: MotionProblem, *, seed: int) -> Law:
    """The tables that the subjects of a problem draw from."""
    number = {r["name"]: float(r["value"]) for r in rows("motion_walk")}
    responsive, hurt = number["responsive"], number["responsive injured"]
    if problem.responsive is not None:
        responsive = hurt = float(problem.responsive)
    middle = (np.arange(1024) + 0.5) / 1024
    return Law(
        mix=_shares(problem),
        bout_s=-np.log1p(-middle) * number["bout minutes"] * 60,
        stop_s=_stops(problem),
        heading=_headings(problem, number),
        pace=(number["pace slowest"] * problem.pace, number["pace fastest"] * problem.pace),
        nights=_nights_s(problem),
        walks_at_night=_of_65536(number["walks at night"]),
        injured=_of_65536(number["injured"] if problem.injured is None else float(problem.injured)),
        responsive=_of_65536(responsive),
        responsive_injured=_of_65536(hurt),
        record_s=np.asarray(problem.hours, dtype=np.float64) * 3600,
        start=start_of(land_of(problem.terrain), problem.terrain.grid, problem.ipp_m),
        seed=seed % 2**63,
    )


def _of_65536(share: float) -> int:
    return round(65536 * share)


def _shares(problem: MotionProblem) -> NDArray[np.int64]:
    row = rows("motion_behaviour")[0]
    mix = np.array(problem.mix or [float(row[name]) for name in BEHAVIOURS])
    return np.asarray(np.rint(65536 * np.cumsum(mix) / mix.sum()), dtype=np.int64)


def _stops(problem: MotionProblem) -> Floats:
    """Quantiles of the second in which a subject stops, 0 to 1 in 1024 steps; the last at 1 - 1/4096."""
    if problem.mobile is False:
        return np.zeros(1025)
    law = mobility(problem.category, ecoregion=problem.ecoregion)
    share = np.minimum(np.arange(1025) / 1024, 1 - 1 / 4096)
    return np.asarray(law.scale_h * 3600 * (-np.log1p(-share)) ** (1 / law.shape), dtype=np.float64)


def _headings(problem: MotionProblem, number: dict[str, float]) -> NDArray[np.int64]:
    """First headings, 256ths of a circle on the grid: even, or off the direction of travel by the published angle."""
    share = (np.arange(1024) + 0.5) / 1024
    if problem.direction_deg is None:
        return np.asarray(256 * share, dtype=np.int64)
    known = (0.25, 0.5, 0.75, 0.95)
    off_by = np.interp(
        2 * np.abs(share - 0.5), (0, *known, 1), (0, *(number[f"direction within {s:g}"] for s in known), 180)
    )
    grid = problem.terrain.grid
    north = grid.true_north_deg(grid.to_place(*problem.ipp_m))
    deg = problem.direction_deg + north + np.where(share < 0.5, -off_by, off_by)
    return np.asarray(np.rint(deg * 256 / 360).astype(np.int64) % 256, dtype=np.int64)


def _nights_s(problem: MotionProblem) -> Floats:
    """(n, 2) dusk and dawn, the sun 6 degrees below the horizon, seconds since hour 0; to five minutes."""
    if problem.seen_at is None:
        return np.empty((0, 2))
    start = problem.seen_at.astimezone(UTC)
    place = problem.terrain.grid.to_place(*problem.ipp_m)
    steps = int(problem.hours[-1] * 3600 / _LIGHT_STEP.total_seconds()) + 289  # and a day more, to see the last dawn
    dark = np.array([is_night(place, start + i * _LIGHT_STEP) for i in range(steps)])
    edge = np.diff(np.concatenate([[0], dark.astype(np.int64), [0]]))
    dusk, dawn = np.flatnonzero(edge == 1), np.flatnonzero(edge == -1)
    return np.asarray(np.column_stack([dusk, dawn]) * _LIGHT_STEP.total_seconds(), dtype=np.float64)
