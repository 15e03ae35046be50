"""When to raise and when to lower readiness, by what a day of it costs and what being unready would lose.

Readiness pays at a moment as long as the hazard of the event is above cost per day / loss; the days of it are the best
plan where readiness is there at once. Where it grows over a ramp, it must be raised earlier: the best single span is
searched. Cost and loss are in any one unit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from homeward.errors import BadInput
from homeward.geo import Floats
from homeward.readiness.warn_forecast import Coming

UNTIL_D = 3650.0
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(20)
_GRID = 240


@dataclass(frozen=True, slots=True, kw_only=True)
class Stakes:
    """What readiness costs and what it saves.

    `cost_per_day` while it is held, or raised; `loss` if the event comes while nobody is ready; `ramp_d` days from
    raising it until it is whole, growing evenly; `until_d` the last day that counts.
    """

    cost_per_day: float
    loss: float
    ramp_d: float = 0.0
    until_d: float = UNTIL_D

    def __post_init__(self) -> None:
        for name, value in (("cost_per_day", self.cost_per_day), ("loss", self.loss), ("until_d", self.until_d)):
            if not 0 < value < math.inf:
                raise BadInput(f"{name} is {value:g}. Give a number above 0.")
        if not 0 <= self.ramp_d < self.until_d:
            raise BadInput(
                f"A ramp of {self.ramp_d:g} days cannot be. Give days from 0 up, fewer than {self.until_d:g}."
            )


@dataclass(frozen=True, slots=True)
class Readiness:
    """The best days of readiness, days from now, and what that costs with the loss that is expected all the same.

    `spans_d` from raising to lowering it; none where it never pays. `cost_now`: raised now and held to the end;
    `cost_never`: never raised.
    """

    spans_d: tuple[tuple[float, float], ...]
    cost: float
    cost_now: float
    cost_never: float

    @property
    def start_now(self) -> bool:
        """Whether to raise it at once."""
        return bool(self.spans_d) and self.spans_d[0][0] <= 1e-9


def pays(coming: Coming, t_d: float, stakes: Stakes) -> bool:
    """Whether readiness pays on that day: the hazard is above cost per day / loss."""
    return bool(coming.hazard_per_day(t_d) > stakes.cost_per_day / stakes.loss)


def expected_loss(coming: Coming, stakes: Stakes, *, start_d: float) -> float:
    """The loss expected if readiness is raised then, and held: loss x mean of P(it has come) over the ramp."""
    if stakes.ramp_d == 0:
        return stakes.loss * float(coming.cdf(start_d))
    waited = waiting(coming, start_d, start_d + stakes.ramp_d)
    return stakes.loss * (stakes.ramp_d - waited) / stakes.ramp_d


def waiting(coming: Coming, a_d: float, b_d: float) -> float:
    """The integral of the survival over days a to b: days of readiness expected until it comes, within them."""
    if b_d <= a_d:
        return 0.0
    scale = min(max(float(coming.quantile(0.5, if_it_comes=True)) if coming.still_coming > 0 else 1.0, 1e-3), 1e4)
    steps = [scale * 2.0**k for k in range(-30, 40)]
    inner = sorted(e for e in {*steps, *coming.kinks_d} if a_d < e < b_d)
    edges = np.array([a_d, *inner, b_d])
    half, middle = np.diff(edges) / 2, (edges[:-1] + edges[1:]) / 2
    at = middle[:, None] + half[:, None] * _NODES
    return float(half @ (coming.survival(at) @ _WEIGHTS))


def mean_wait(coming: Coming) -> float:
    """Mean days until it comes, of the cases in which it does; infinite where the tail is so heavy."""
    if coming.still_coming <= 0:
        return math.inf
    far, never = 1e9, 1 - coming.still_coming
    left = float(coming.survival(far)) - never
    whole = waiting(coming, 0.0, far) - never * far if never > 0 else waiting(coming, 0.0, far)
    return math.inf if left * far > 1e-6 * whole else whole / coming.still_coming


def plan_readiness(coming: Coming, stakes: Stakes) -> Readiness:
    """The days on which to be ready, and what they cost with the loss left.

    Without a ramp every span whose hazard is above cost per day / loss (cost-loss ratio: Murphy (1977), Monthly Weather
    Review 105, 803-816, on one day); with one the best single span, on a grid that is refined about its best.
    """
    end = stakes.until_d
    never = stakes.loss * float(coming.cdf(end))
    now = stakes.cost_per_day * waiting(coming, 0.0, end) + expected_loss_within(coming, stakes, 0.0, end)
    worth = _spans_above(coming, stakes)
    if stakes.ramp_d == 0 or not worth:
        cost = never + sum(
            stakes.cost_per_day * waiting(coming, a, b) - stakes.loss * float(coming.cdf(b) - coming.cdf(a))
            for a, b in worth
        )
        return Readiness(worth, cost, now, never)
    (start, stop), cost = _best_span(coming, stakes, worth[-1][1])
    if now <= cost:
        return Readiness(((0.0, end),), now, now, never)
    return Readiness(((start, stop),), cost, now, never) if cost < never else Readiness((), never, now, never)


def expected_loss_within(coming: Coming, stakes: Stakes, start_d: float, stop_d: float) -> float:
    """The loss expected by the last day, if readiness is raised and lowered then."""
    whole = stakes.loss * float(coming.cdf(stakes.until_d))
    if stakes.ramp_d == 0:
        return whole - stakes.loss * float(coming.cdf(stop_d) - coming.cdf(start_d))
    top = min(stop_d, start_d + stakes.ramp_d)
    grown = (top - start_d) / stakes.ramp_d
    come = (top - start_d) - waiting(coming, start_d, top)
    return whole - stakes.loss * (float(coming.cdf(stop_d)) * grown - come / stakes.ramp_d)


def _spans_above(coming: Coming, stakes: Stakes) -> tuple[tuple[float, float], ...]:
    """Where the hazard is above cost per day / loss, to a hundredth of a second."""
    level, end = stakes.cost_per_day / stakes.loss, stakes.until_d
    dense = (
        coming.quantile(np.linspace(0.002, 0.998, 250), if_it_comes=True) if coming.still_coming > 0 else np.zeros(1)
    )
    grid = np.unique(
        np.concatenate(
            [
                [0.0, end],
                np.geomspace(1e-4, end, 1200),
                dense[dense < end],
                np.linspace(0, min(end, 120.0), 961),
                [k * f for k in coming.kinks_d for f in (1 - 1e-9, 1 + 1e-9) if k < end],
            ]
        )
    )
    above = coming.hazard_per_day(grid) > level
    turns = np.flatnonzero(np.diff(above.astype(np.int64)))
    cuts = [_turn(coming, level, float(grid[i]), float(grid[i + 1])) for i in turns]
    bounds = [*([0.0] if above[0] else []), *cuts, *([end] if above[-1] else [])]
    return tuple((bounds[i], bounds[i + 1]) for i in range(0, len(bounds) - 1, 2))


def _turn(coming: Coming, level: float, low: float, high: float) -> float:
    rising = float(coming.hazard_per_day(high)) > level
    for _ in range(50):
        middle = (low + high) / 2
        if (float(coming.hazard_per_day(middle)) > level) == rising:
            high = middle
        else:
            low = middle
        if high - low < 1e-7:
            break
    return (low + high) / 2


def _best_span(coming: Coming, stakes: Stakes, latest_d: float) -> tuple[tuple[float, float], float]:
    """The single span of least cost, with a ramp: a grid of raising and lowering, three times refined."""
    starts, stops = np.linspace(0, latest_d, _GRID + 1), np.linspace(0, latest_d, _GRID + 1)
    step = latest_d / _GRID
    best = (0.0, 0.0)
    for _ in range(4):
        costs = _span_costs(coming, stakes, starts, stops)
        i, j = np.unravel_index(int(np.argmin(costs)), costs.shape)
        best = (float(starts[i]), float(stops[j]))
        starts = np.unique(np.clip(np.linspace(best[0] - step, best[0] + step, 41), 0, latest_d))
        stops = np.unique(np.clip(np.linspace(best[1] - step, best[1] + step, 41), 0, latest_d))
        step /= 20
    return best, stakes.cost_per_day * waiting(coming, *best) + expected_loss_within(coming, stakes, *best)


def _span_costs(coming: Coming, stakes: Stakes, starts: Floats, stops: Floats) -> Floats:
    """(starts, stops): cost of readiness with the loss left; infinite where it would be lowered before it is raised."""
    ramp = stakes.ramp_d
    knots = np.unique(np.concatenate([starts, stops, starts + ramp]))
    half, middle = np.diff(knots) / 2, (knots[:-1] + knots[1:]) / 2
    nodes, weights = np.polynomial.legendre.leggauss(4)
    pieces = half * (coming.survival(middle[:, None] + half[:, None] * nodes) @ weights)
    waited = np.concatenate([[0.0], np.cumsum(pieces)])

    def until(t: Floats) -> Floats:
        return np.asarray(waited[np.searchsorted(knots, t)])

    s, u = starts[:, None], stops[None, :]
    whole = s + ramp <= u
    top = np.where(whole, s + ramp, np.maximum(u, s))
    at_top = np.where(whole, until(starts + ramp)[:, None], np.maximum(until(stops)[None, :], until(starts)[:, None]))
    come = (top - s) - (at_top - until(starts)[:, None])
    ready = coming.cdf(stops)[None, :] * (top - s) / ramp - come / ramp
    held = until(stops)[None, :] - until(starts)[:, None]
    costs = stakes.cost_per_day * held + stakes.loss * (float(coming.cdf(stakes.until_d)) - ready)
    return np.where(u >= s, costs, math.inf)
